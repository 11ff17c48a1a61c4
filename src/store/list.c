/* From pairs of parent and child to each parent's list.
 *
 * The pairs of one statement are spread over one array, parent by parent (a counting sort by the parent's
 * ordinal, so arrival order is kept), and worked on in place: each parent's part is reduced from its front.
 */
#include "store.h"

typedef struct lister {
    store *s;
    const store_listing *how;
    bool decided; /* of each group of `per` only the best row is there */
    sheaf_error *err;
} lister;

/* Repeats of one child of one parent: the first stays. */
static size_t drop_repeats(store *s, store_row **rows, size_t count) {
    uint64_t stamp = ++s->next_stamp;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->stamp == stamp) continue;
        rows[i]->stamp = stamp;
        rows[kept++] = rows[i];
    }
    return kept;
}

/* Merge sort, stable, with `spare` room for half of the rows. Its depth is the logarithm of the count. */
static void sort_rows(store_row **rows, size_t count, store_row **spare, const plan_sort_key *keys,
                      uint32_t key_count) {
    if (count <= 16) {
        for (size_t i = 1; i < count; i++) {
            store_row *row = rows[i];
            size_t k = i;
            for (; k > 0 && store_compare(rows[k - 1], row, keys, key_count) > 0; k--) rows[k] = rows[k - 1];
            rows[k] = row;
        }
        return;
    }
    size_t half = count / 2;
    sort_rows(rows, half, spare, keys, key_count);
    sort_rows(rows + half, count - half, spare, keys, key_count);
    memcpy(spare, rows, half * sizeof *rows);
    size_t a = 0, b = half, to = 0;
    while (a < half && b < count) {
        bool second = store_compare(spare[a], rows[b], keys, key_count) > 0;
        rows[to++] = second ? rows[b++] : spare[a++];
    }
    while (a < half) rows[to++] = spare[a++];
}

/* The rows that hold the maximum of `keep_max` among those of the same `per` are stamped: a copy is sorted by
 * `per` and by the value downwards; the first of each run is the best, and so is what equals it. */
static void stamp_best(store *s, const plan_step *step, store_row *const *rows, size_t count,
                       store_row **spare) {
    const plan_sort_key *keys = step->keep_keys, *value = &keys[step->keep_count - 1];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!store_null_at(rows[i], value->null_at, value->null_bit)) spare[n++] = rows[i];
    sort_rows(spare, n, spare + n, keys, step->keep_count);
    uint64_t stamp = ++s->next_stamp;
    const store_row *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!best || store_compare(best, spare[i], keys, step->keep_count - 1) != 0) best = spare[i];
        if (store_compare(best, spare[i], keys, step->keep_count) == 0) spare[i]->stamp = stamp;
    }
}

/* Keeps those, in their order; a NULL holds no maximum. `spare` has room for twice the rows. */
static size_t keep_best(store *s, const plan_step *step, store_row **rows, size_t count, store_row **spare) {
    size_t kept = 0;
    stamp_best(s, step, rows, count, spare);
    for (size_t i = 0; i < count; i++)
        if (rows[i]->stamp == s->next_stamp) rows[kept++] = rows[i];
    return kept;
}

static size_t pick_first(const lister *l, store_row **rows, size_t count) {
    const plan_step *step = l->how->step;
    size_t first = 0;
    for (size_t i = 1; i < count && step->sort; i++)
        if (store_compare(rows[i], rows[first], step->sort_keys, step->order_count) < 0) first = i;
    if (count) rows[0] = rows[first];
    return count ? 1 : 0;
}

static bool too_many(const lister *l, const store_row *parent, size_t count) {
    const plan_step *step = l->how->step;
    const plan_group *g = step->groups[0];
    return error_set(
        l->err, SHEAF_E_LIMIT,
        "a list of %.*s below one %.*s (number %u of its kind) has %zu rows, more than the %lld of "
        "page-max: give it a limit",
        SHEAF_SLICE_ARGS(g->entity->name), SHEAF_SLICE_ARGS(parent->table->layout->entity->name),
        parent->ordinal + 1, count, (long long)l->how->page_max);
}

/* Reduces one parent's rows; the list is *ret_first, `*ret_count` long. */
static bool reduce(const lister *l, const store_row *parent, store_row **rows, size_t count,
                   store_row **spare, store_row ***ret_first, size_t *ret_count) {
    const store_listing *how = l->how;
    if (how->step->query.distinct) count = drop_repeats(l->s, rows, count);
    if (how->pick) {
        if (how->step->query.keep_max && !l->decided) count = keep_best(l->s, how->step, rows, count, spare);
        count = pick_first(l, rows, count);
    } else if (how->step->sort && count > 1) {
        sort_rows(rows, count, spare, how->step->sort_keys, how->step->order_count);
    }
    size_t skip = how->offset > 0 ? ((uint64_t)how->offset < count ? (size_t)how->offset : count) : 0;
    rows += skip;
    count -= skip;
    if (how->limit >= 0 && count > (uint64_t)how->limit) count = (size_t)how->limit;
    if (how->limit < 0 && !how->pick && count > (uint64_t)how->page_max) return too_many(l, parent, count);
    *ret_first = rows;
    *ret_count = count;
    return true;
}

/* Loose rows find their place in the table now that they are chosen. */
static bool give(const lister *l, store_row *parent, store_row **rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (store_is_loose(rows[i]) && !(rows[i] = store_keep(rows[i]))) return false;
    for (uint32_t g = 0; g < l->how->step->group_count; g++) {
        const plan_group *group = l->how->step->groups[g];
        if (!store_is_member(parent, group->parent)) continue;
        if (group->to_one)
            *store_one_slot(parent, group) = count ? rows[0] : NULL;
        else
            *store_many_slot(parent, group) = (store_edge){rows, count};
        for (size_t i = 0; i < count; i++) store_join(rows[i], group);
    }
    return true;
}

bool store_list(store *s, const store_pairs *pairs, const store_listing *how, sheaf_error *err) {
    lister l = {.s = s, .how = how, .decided = how->step->running_pick && !pairs->undecided, .err = err};
    const store_table *parents = store_table_of(s, how->step->parent_layout);
    size_t n = parents->rows.count;
    if (!pairs->count) return true;
    size_t *end = ARENA_ARRAY(s->memory, size_t, n + 1); /* where each parent's part starts, then ends */
    store_row **rows = arena_array(s->memory, pairs->count, sizeof *rows);
    store_row **spare = arena_array(s->memory, pairs->count, 2 * sizeof *spare);
    if (!end || !rows || !spare) return error_memory(err);
    for (size_t i = 0; i < pairs->count; i++) end[pairs->items[i].parent->ordinal + 1]++;
    for (size_t i = 1; i <= n; i++) end[i] += end[i - 1];
    for (size_t i = 0; i < pairs->count; i++)
        rows[end[pairs->items[i].parent->ordinal]++] = pairs->items[i].child;
    size_t start = 0;
    for (size_t i = 0; i < n; i++) {
        store_row **first = NULL;
        size_t count = 0;
        if (end[i] == start) continue;
        if (!reduce(&l, parents->rows.items[i], rows + start, end[i] - start, spare, &first, &count))
            return false;
        if (!give(&l, parents->rows.items[i], first, count)) return error_memory(err);
        start = end[i];
    }
    return true;
}
