/* What the answers of a level mean for memory: lists are cut, references are followed to the keys that the
 * next level asks for. */
#include "runner.h"

bool runner_wants_key_of(const plan_step *step, const store_row *row) {
    for (uint32_t i = 0; i < step->group_count; i++) {
        const plan_group *g = step->kind == STEP_CHILDREN ? step->groups[i]->parent : step->groups[i];
        if (store_is_member(row, g)) return step->kind != STEP_FETCH || !row->filled;
    }
    return false;
}

bool runner_is_too_large(const runner *r, uint32_t i) {
    return r->plan->steps[i]->instead && !r->repeated[i] &&
           r->pairs[i].arrived > (uint64_t)r->c->db->limits.whole_max;
}

static size_t count_keys(runner *r, const plan_step *step) {
    const store_table *t = store_table_of(r->s, step->parent_layout);
    size_t count = 0;
    for (size_t i = 0; i < t->rows.count; i++) count += runner_wants_key_of(step, t->rows.items[i]);
    return count;
}

/* Where far more came than was kept, SQL chooses from the next context on: the catalogue knows averages, not
 * this parent. */
static void learn(runner *r, uint32_t level) {
    for (uint32_t i = r->plan->level_first[level - 1]; i < r->plan->level_first[level]; i++) {
        const plan_step *step = r->plan->steps[i];
        if (!step->instead || r->repeated[i]) continue;
        uint64_t parents = step->query.source_count ? count_keys(r, step) : r->key_counts[i];
        uint64_t kept = parents * (uint64_t)step->limit;
        if (r->pairs[i].arrived > parents * PLAN_WHOLE_ROWS_WORTH &&
            r->pairs[i].arrived > kept * PLAN_WHOLE_TIMES_KEPT)
            atomic_store_explicit(&r->c->ready->in_sql[i], true, memory_order_relaxed);
    }
}

static bool list_step(runner *r, uint32_t i, sheaf_error *err) {
    const plan_step *step = r->plan->steps[i];
    if (step->kind != STEP_CHILDREN) return true;
    bool sql = r->repeated[i] || step->choice == CHOOSE_SQL;
    int32_t offset = step->groups[0]->offset;
    store_listing how = {.step = step,
                         .limit = step->limit,
                         .offset = offset >= 0 && !sql ? r->c->graph.values.items[offset].i : 0,
                         .page_max = r->c->db->limits.page_max,
                         .pick = step->query.pick && !sql};
    return store_list(r->s, &r->pairs[i], &how, err);
}

/* False where one of the columns is NULL, or cannot be a key: then it names no row. */
static bool reference_key(runner *r, const store_row *row, const model_columns *columns,
                          const plan_layout *target, sheaf_value *key) {
    for (uint32_t k = 0; k < columns->count; k++) {
        key[k] = store_value(row, columns->at[k]);
        if (key[k].kind == SHEAF_KIND_NULL) return false;
        if ((key[k].kind == SHEAF_KIND_TEXT) == target->key_is_text[k]) continue;
        if (!context_fit(target->key_is_text[k] ? SQL_PARAM_TEXT : SQL_PARAM_INT, &key[k], &r->c->memory,
                         NULL))
            return false;
    }
    return true;
}

/* Where one integer refers to rows by one integer, as mostly. */
typedef struct plain_reference {
    bool is;
    uint32_t at, null_at;
    uint64_t null_bit;
} plain_reference;

static plain_reference plain_reference_of(const runner *r, const plan_group *g) {
    const model_columns *columns = &g->path.hops[0].columns;
    const plan_layout *l = g->parent->layout;
    uint32_t column = columns->at[0]->index, bit = l->column_null[column];
    return (plain_reference){.is = columns->count == 1 && g->layout->key_is_one_int &&
                                   store_kind(r->plan, columns->at[0]) == SHEAF_KIND_INT,
                             .at = l->column_at[column],
                             .null_at = l->nulls_at + bit / 64 * 8,
                             .null_bit = UINT64_C(1) << bit % 64};
}

static bool find_key(runner *r, const store_row *row, const plan_group *g, const plain_reference *plain,
                     sheaf_value *key) {
    if (!plain->is) return reference_key(r, row, &g->path.hops[0].columns, g->layout, key);
    *key = (sheaf_value){.kind = SHEAF_KIND_INT, .i = store_int_at(row, plain->at)};
    return !store_null_at(row, plain->null_at, plain->null_bit);
}

/* The rows that a reference's columns name. *ret_any: one of them is new to the group. */
static bool follow_reference(runner *r, const plan_group *g, bool *ret_any, sheaf_error *err) {
    const store_table *parents = store_table_of(r->s, g->parent->layout);
    store_table *targets = store_table_of(r->s, g->layout);
    plain_reference plain = plain_reference_of(r, g);
    size_t count = parents->rows.count; /* new rows of a self-reference come behind */
    for (size_t i = 0; i < count; i++) {
        store_row *parent = parents->rows.items[i];
        if (!parent->filled || !store_is_member(parent, g->parent)) continue;
        sheaf_value key[MODEL_KEY_MAX];
        if (!find_key(r, parent, g, &plain, key)) continue;
        store_row *row = store_row_for_key(targets, key);
        if (!row) return error_memory(err);
        *store_one_slot(parent, g) = row;
        if (store_is_member(row, g)) continue;
        *ret_any = true;
        store_join(row, g);
    }
    return true;
}

/* References known with this level, those whose rows are had already first. They may lead on to others of
 * the same level, and add to unions that are followed too: so until nothing grows. */
static bool follow_references(runner *r, uint32_t level, sheaf_error *err) {
    for (bool grew = true; grew;) {
        grew = false;
        for (int had = 1; had >= 0; had--)
            for (uint32_t i = 0; i < r->plan->group_count; i++) {
                const plan_group *g = &r->plan->groups[i];
                if (g->by_reference && g->known == level && (g->had == level) == had &&
                    !follow_reference(r, g, &grew, err))
                    return false;
            }
        grew = grew && r->plan->has_unions;
    }
    return true;
}

static bool join_keys(runner *r, sheaf_error *err) {
    for (uint32_t i = 0; i < r->plan->visible_count; i++) {
        const plan_group *g = &r->plan->groups[i];
        const graph_group *asked = r->c->graph.groups.items[i];
        if (g->origin != GRAPH_KEYS) continue;
        sheaf_group *group = context_group_of(r->c, g);
        for (size_t k = 0; k < asked->key_count; k++) {
            store_row *row =
                store_row_for_key(store_table_of(r->s, g->layout), asked->keys + k * g->entity->key.count);
            store_row **slot = row ? ARENA_PUSH(&r->c->memory, &group->rows) : NULL;
            if (!slot) return error_memory(err);
            *slot = row;
            store_join(row, g);
        }
    }
    return true;
}

bool runner_start(runner *r, sheaf_error *err) {
    return join_keys(r, err) && follow_references(r, 0, err);
}

bool runner_stitch(runner *r, uint32_t level, sheaf_error *err) {
    int64_t start = clock_ns();
    bool ok = true;
    learn(r, level);
    for (uint32_t i = r->plan->level_first[level - 1]; i < r->plan->level_first[level] && ok; i++)
        ok = runner_is_too_large(r, i) || list_step(r, i, err);
    ok = ok && follow_references(r, level, err);
    r->last_layout = NULL; /* rows that were not there may be now */
    r->c->stats.stitch_ns += (uint64_t)(clock_ns() - start);
    return ok;
}

bool runner_stitch_repeated(runner *r, sheaf_error *err) {
    for (size_t i = 0; i < r->calls.count; i++)
        if (!list_step(r, runner_call_at(r, i)->step->index, err)) return false;
    for (uint32_t level = 1; level <= r->plan->level_count; level++)
        if (!follow_references(r, level, err)) return false;
    return true;
}
