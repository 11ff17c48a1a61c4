/* A graph of groups, as text: each group's rows with the values that it asked for, and what it found for each
 * row that it follows. */
#include "naive.h"

#include "../../src/base/json.h"
#include "../../src/base/number.h"

void dump_value(buffer *out, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    size_t at;
    if (scalar == SHEAF_JSON && v.kind == SHEAF_KIND_TEXT) {
        json_compact(out, v.text, &at);
        return;
    }
    switch (v.kind) {
    case SHEAF_KIND_NULL: BUFFER_LITERAL(out, "null"); break;
    case SHEAF_KIND_INT: buffer_int(out, v.i); break;
    case SHEAF_KIND_FLOAT: buffer_bytes(out, t, number_from_float(t, v.f)); break;
    default: value_write_string(out, v.text);
    }
}

static void dump_key(buffer *out, const o_row *r) {
    for (uint32_t i = 0; i < r->of->key_count; i++) {
        if (i) buffer_byte(out, '/');
        dump_value(out, r->of->columns[r->of->key[i]].scalar, r->values[r->of->key[i]]);
    }
}

static void dump_keys(buffer *out, o_rows list) {
    for (size_t i = 0; i < list.count; i++) {
        buffer_byte(out, ' ');
        dump_key(out, list.items[i]);
    }
    buffer_byte(out, '\n');
}

typedef struct dumper {
    naive *n;
    const graph_question *q;
    o_rows lists[GROUPS_MAX];
    bool listed[GROUPS_MAX];
} dumper;

static uint32_t index_of(const dumper *d, const o_group *g) {
    uint32_t i = 0;
    while (d->q->groups[i] != g) i++;
    return i;
}

static void add(dumper *d, o_rows *to, o_rows from) {
    for (size_t i = 0; i < from.count; i++) {
        bool there = false;
        for (size_t k = 0; k < to->count && !there; k++) there = to->items[k] == from.items[i];
        o_row **slot = there ? NULL : world_must(ARENA_PUSH(&d->n->memory, to));
        if (slot) *slot = from.items[i];
    }
}

static full_order order_of(const o_group *g) {
    bool own = !g->has_order && g->path_count == 1;
    return order_complete(g->entity, own ? &g->path[0]->order : &g->order);
}

static o_rows page(dumper *d, const o_group *g, o_rows all) {
    const sheaf_limits *limits = &d->n->world->limits;
    full_order o = order_of(g);
    o_rows list = naive_where(d->n, naive_distinct(d->n, all), g->where);
    naive_sort(&list, &o);
    list = naive_after(d->n, list, &o, g->after);
    size_t skip = (uint64_t)g->offset < list.count ? (size_t)g->offset : list.count;
    if (skip) list.items += skip;
    list.count -= skip;
    int64_t limit = g->limit ? g->limit : g->origin == BY_SEARCH ? limits->page_default : INT64_MAX;
    if (list.count > (uint64_t)limit) list.count = (size_t)limit;
    list.room = list.count;
    if (limit == INT64_MAX && list.count > (uint64_t)limits->page_max) naive_error(d->n, SHEAF_E_LIMIT);
    return list;
}

/* What a group found for one row that it follows. */
static o_rows found_for(dumper *d, const o_group *g, const o_row *r) {
    o_rows list = {0};
    if (!group_is_to_one(g)) {
        list = naive_path(d->n, r, g->path, g->path_count, NULL);
        return page(d, g, list);
    }
    const o_row *one = NULL;
    if (g->path_count == 1) {
        one = naive_one(d->n, r, g->path[0]);
    } else {
        o_rows end = naive_path(d->n, r, g->path, g->path_count, NULL);
        if (end.count) one = end.items[0];
    }
    if (one) *(o_row **)world_must(ARENA_PUSH(&d->n->memory, &list)) = (o_row *)(uintptr_t)one;
    return list;
}

static bool is_there(const o_row *r) {
    for (size_t i = 0; i < r->of->rows.count; i++)
        if (r->of->rows.items[i] == r) return true;
    return false;
}

static o_rows list_of(dumper *d, const o_group *g) {
    uint32_t at = index_of(d, g);
    if (d->listed[at]) return d->lists[at];
    o_rows list = {0};
    if (g->origin == BY_SEARCH) list = page(d, g, g->entity->rows);
    for (uint32_t i = 0; i < g->key_count; i++) {
        o_row *key = g->keys[i];
        if (is_there(key)) add(d, &list, (o_rows){&key, 1, 1});
    }
    if (g->origin == BY_FOLLOW) {
        o_rows parents = list_of(d, g->parent);
        for (size_t i = 0; i < parents.count && !d->n->too_large; i++)
            add(d, &list, found_for(d, g, parents.items[i]));
    }
    for (uint32_t i = 0; i < g->include_count; i++) add(d, &list, list_of(d, g->includes[i]));
    d->lists[at] = list;
    d->listed[at] = true;
    return list;
}

bool group_has_cursors(const o_group *g) {
    return g->origin == BY_SEARCH || (g->origin == BY_FOLLOW && !group_is_to_one(g) && g->limit > 0);
}

static void dump_rows(dumper *d, uint32_t number, const o_group *g) {
    buffer *out = d->n->out;
    o_rows list = list_of(d, g);
    full_order o = order_of(g);
    buffer_printf(out, "group %u:", number);
    dump_keys(out, list);
    for (size_t i = 0; i < list.count && !d->n->too_large; i++) {
        for (uint32_t k = 0; k < g->need_count; k++) {
            buffer_printf(out, "  %s = ", g->needs[k]->name);
            dump_value(out, g->needs[k]->scalar, naive_value(d->n, list.items[i], g->needs[k]));
        }
        BUFFER_LITERAL(out, "  ");
        if (group_has_cursors(g)) cursor_write(out, list.items[i], &o);
        buffer_byte(out, '\n');
    }
}

static void dump_edges(dumper *d, const o_group *g) {
    buffer *out = d->n->out;
    o_rows parents = list_of(d, g->parent);
    for (size_t i = 0; i < parents.count && !d->n->too_large; i++) {
        BUFFER_LITERAL(out, "  of ");
        dump_key(out, parents.items[i]);
        BUFFER_LITERAL(out, ":");
        dump_keys(out, found_for(d, g, parents.items[i]));
    }
}

void naive_groups(naive *n, const graph_question *q) {
    dumper d = {.n = n, .q = q};
    for (uint32_t i = 0; i < q->group_count; i++) {
        const o_group *g = q->groups[i];
        if (g->limit > n->world->limits.page_max) naive_error(n, SHEAF_E_LIMIT);
        if (g->origin == BY_TOTAL) {
            buffer_printf(n->out, "group %u: %zu rows in all\n", i,
                          naive_where(n, g->entity->rows, g->where).count);
            continue;
        }
        dump_rows(&d, i, g);
        if (g->origin == BY_FOLLOW) dump_edges(&d, g);
    }
}
