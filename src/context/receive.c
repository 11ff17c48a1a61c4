/* Rows as they come in, into the store. */
#include "../store/fill.h"
#include "runner.h"

/* The rows that a row refers to came with it; NULL keys: there are none. */
static bool take_joined(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    for (uint32_t i = 0; i < step->query.join_count; i++) {
        const plan_layout *l = step->query.joins[i].layout;
        if (values->kind != SHEAF_KIND_NULL) {
            store_row *row = store_row_for_key(store_table_of(r->s, l), values);
            if (!row) return error_memory(err);
            store_fill(row, values);
        }
        values += l->column_count;
    }
    return true;
}

static bool take_search(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    store_row *row = store_row_for_key(store_table_of(r->s, step->layout), values);
    if (!row) return error_memory(err);
    store_fill(row, values);
    for (uint32_t i = 0; i < step->group_count; i++) {
        sheaf_group *group = context_group_of(r->c, step->groups[i]);
        store_row **slot = ARENA_PUSH(&r->c->memory, &group->rows);
        if (!slot) return error_memory(err);
        *slot = row;
        store_join(row, step->groups[i]);
    }
    return take_joined(r, step, values + step->layout->column_count, err);
}

static store_row *parent_for(runner *r, const plan_layout *layout, const sheaf_value *key) {
    if (r->last_layout == layout && layout->key_is_one_int && r->last_key == key->i) return r->last_parent;
    store_row *parent = store_find(store_table_of(r->s, layout), key);
    if (layout->key_is_one_int) {
        r->last_layout = layout;
        r->last_key = key->i;
        r->last_parent = parent;
    }
    return parent;
}

/* A link may hold NULLs where nothing forbids it; they lead nowhere. */
static bool leads_nowhere(const plan_step *step, const sheaf_value *key) {
    bool null = false;
    for (uint32_t k = 0; k < step->query.entity->key.count && step->query.trust_link; k++)
        null = null || key[k].kind == SHEAF_KIND_NULL;
    return null;
}

/* In one trip a key may be that of a row which does not exist, or is not kept. */
static bool unknown_key(const runner *r, sheaf_error *err) {
    return plan_is_one_trip(r->plan) ||
           error_set(err, SHEAF_E_DATABASE, "the database returned a key that it was not asked for");
}

static bool push_pair(runner *r, store_pairs *pairs, store_row *parent, store_row *child) {
    struct store_pair *pair = ARENA_PUSH(&r->scratch, pairs);
    if (!pair) return false;
    *pair = (struct store_pair){parent, child, 0};
    pairs->arrived++;
    return true;
}

/* Most rows will not be kept: they enter their table when they are chosen. */
static bool take_loose(runner *r, const plan_step *step, store_row *parent, const sheaf_value *values) {
    store_table *table = store_table_of(r->s, step->layout);
    store_pairs *pairs = &r->pairs[step->index];
    bool again = r->spare && r->spare->table == table;
    store_row *child = store_loose_row(table, &r->scratch, again ? r->spare : NULL, values);
    if (again) r->spare = NULL;
    if (!child) return false;
    return step->running_pick ? store_offer(pairs, &r->scratch, step, parent, child, &r->spare)
                              : push_pair(r, pairs, parent, child);
}

static bool take_child(runner *r, const plan_step *step, store_row *parent, const sheaf_value *values) {
    store_row *child = store_row_for_key(store_table_of(r->s, step->layout), values);
    if (child && step->carries) store_fill(child, values);
    return child && push_pair(r, &r->pairs[step->index], parent, child);
}

static bool take_pair(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    store_row *parent = parent_for(r, step->parent_layout, values);
    if (!parent) return unknown_key(r, err);
    values += step->query.start->key.count;
    if (leads_nowhere(step, values)) return true;
    bool taken = step->loose ? take_loose(r, step, parent, values) : take_child(r, step, parent, values);
    if (!taken) return error_memory(err);
    return take_joined(r, step, values + step->layout->column_count, err);
}

static bool take_fetched(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    store_row *row = store_row_for_key(store_table_of(r->s, step->layout), values);
    if (!row) return error_memory(err);
    store_fill(row, values);
    return true;
}

static bool take_count(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    store_row *row = parent_for(r, step->layout, values);
    if (!row) return unknown_key(r, err);
    *(int64_t *)((char *)row + step->layout->field_at[step->count->index]) =
        values[step->query.start->key.count].i;
    return true;
}

static bool too_many_bytes(const sheaf_context *c, sheaf_error *err) {
    return error_set(err, SHEAF_E_LIMIT,
                     "more than %lld bytes in one context (bytes-max): give lists a limit",
                     (long long)c->db->limits.bytes_max);
}

bool runner_take_row(driver_sink *sink, size_t call, const sheaf_value *values, sheaf_error *err) {
    runner *r = (runner *)sink;
    const plan_step *step = r->calls.items[call].user;
    const sheaf_limits *limits = &r->c->db->limits;
    if (++r->c->stats.rows > (uint64_t)limits->rows_max)
        return error_set(err, SHEAF_E_LIMIT,
                         "more than %lld rows in one context (rows-max): give lists a limit",
                         (long long)limits->rows_max);
    if (r->cost.bytes > (uint64_t)limits->bytes_max) return too_many_bytes(r->c, err);
    switch (step->kind) {
    case STEP_SEARCH: return take_search(r, step, values, err);
    case STEP_TOTAL: context_group_of(r->c, step->groups[0])->total = values[0].i; return true;
    case STEP_CHILDREN: return take_pair(r, step, values, err);
    case STEP_FETCH: return take_fetched(r, step, values, err);
    case STEP_COUNT: return take_count(r, step, values, err);
    }
    return false;
}
