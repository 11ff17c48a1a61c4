/* Rows as they come in, into the store. */
#include "runner.h"

static const store_row *row_in(const void *record, const sql_image *image) {
    return (const store_row *)((const char *)record + image->at);
}

/* The rows that a row refers to came with it; without a key, there are none. */
static bool take_joined(const sql_prepared *sql, const void *record, sheaf_error *err) {
    for (uint32_t i = 1; i < sql->image_count; i++) {
        const store_row *joined = row_in(record, &sql->images[i]);
        if (store_has_key(joined) && !store_keep(joined)) return error_memory(err);
    }
    return true;
}

/* SQLite lets a PRIMARY KEY hold NULL, and a view has what it has. */
static bool no_key(const plan_step *step, sheaf_error *err) {
    return error_set(err, SHEAF_E_DATA, "a row of %.*s has NULL in its key, so that nothing can name it",
                     SHEAF_SLICE_ARGS(step->layout->entity->table));
}

static bool take_search(runner *r, const runner_call *call, const void *record, sheaf_error *err) {
    if (!store_has_key(record)) return no_key(call->step, err);
    store_row *row = store_keep(record);
    if (!row) return error_memory(err);
    for (uint32_t i = 0; i < call->step->group_count; i++) {
        sheaf_group *group = context_group_of(r->c, call->step->groups[i]);
        store_row **slot = ARENA_PUSH(&r->c->memory, &group->rows);
        if (!slot) return error_memory(err);
        *slot = row;
        store_join(row, call->step->groups[i]);
    }
    return take_joined(call->sql, record, err);
}

/* Rows of one parent often come together. */
static store_row *parent_of(runner *r, const plan_layout *layout, const runner_call *call,
                            const void *record) {
    const sql_output *outputs = call->sql->statement.outputs;
    const store_table *table = store_table_of(r->s, layout);
    sheaf_value key[MODEL_KEY_MAX];
    if (!layout->key_is_one_int) {
        for (uint32_t k = 0; k < call->sql->key_outputs; k++) key[k] = sql_value(record, &outputs[k]);
        return store_find(table, key);
    }
    int64_t number = sql_int(record, &outputs[0].place);
    if (r->last_layout == layout && r->last_key == number) return r->last_parent;
    r->last_layout = layout;
    r->last_key = number;
    key[0] = (sheaf_value){.kind = SHEAF_KIND_INT, .i = number};
    return r->last_parent = store_find(table, key);
}

/* Keys that the statement found by itself may be those of rows which do not exist, or are not kept. */
static bool unknown_key(const plan_step *step, sheaf_error *err) {
    return step->query.source_count ||
           error_set(err, SHEAF_E_DATABASE, "the database returned a key that it was not asked for");
}

/* Most loose rows will not be kept: they enter their table when they are chosen. */
static bool add_child(runner *r, const plan_step *step, store_row *parent, const store_row *loose) {
    store_pairs *pairs = &r->pairs[step->index];
    if (step->running_pick) return store_offer(pairs, &r->scratch, step, parent, loose);
    store_row *child = step->loose     ? store_copy_loose(&r->scratch, loose)
                       : step->carries ? store_keep(loose)
                                       : store_row_for_loose(loose);
    struct store_pair *pair = child ? ARENA_PUSH(&r->scratch, pairs) : NULL;
    if (!pair) return false;
    *pair = (struct store_pair){parent, child, 0};
    pairs->arrived++;
    return true;
}

/* A link may hold NULLs where nothing forbids it; they lead nowhere. */
static bool take_pair(runner *r, const runner_call *call, const void *record, sheaf_error *err) {
    const plan_step *step = call->step;
    store_row *parent = parent_of(r, step->parent_layout, call, record);
    if (!parent) return unknown_key(step, err);
    if (!store_has_key(record)) return step->query.trust_link || no_key(step, err);
    if (!add_child(r, step, parent, record)) return error_memory(err);
    return take_joined(call->sql, record, err);
}

static bool take_fetched(const void *record, sheaf_error *err) {
    return store_keep(record) || error_memory(err);
}

static int64_t last_number(const runner_call *call, const void *record) {
    const sql_statement *s = &call->sql->statement;
    return sql_int(record, &s->outputs[s->output_count - 1].place);
}

static bool take_count(runner *r, const runner_call *call, const void *record, sheaf_error *err) {
    const plan_step *step = call->step;
    store_row *row = parent_of(r, step->layout, call, record);
    if (!row) return unknown_key(step, err);
    *(int64_t *)((char *)row + step->layout->field_at[step->count->index]) = last_number(call, record);
    return true;
}

static bool too_many_bytes(const sheaf_context *c, sheaf_error *err) {
    return error_set(err, SHEAF_E_LIMIT,
                     "more than %lld bytes in one context (bytes-max): give lists a limit",
                     (long long)c->db->limits.bytes_max);
}

void runner_start_call(driver_sink *sink, size_t call, void *record) {
    runner *r = (runner *)sink;
    const sql_prepared *sql = runner_call_at(r, call)->sql;
    for (uint32_t i = 0; i < sql->image_count; i++)
        store_init_loose(store_table_of(r->s, sql->images[i].layout),
                         (store_row *)((char *)record + sql->images[i].at));
}

bool runner_take_row(driver_sink *sink, size_t at, const void *record, sheaf_error *err) {
    runner *r = (runner *)sink;
    const runner_call *call = runner_call_at(r, at);
    const sheaf_limits *limits = &r->c->db->limits;
    if (++r->c->stats.rows > (uint64_t)limits->rows_max)
        return error_set(err, SHEAF_E_LIMIT,
                         "more than %lld rows in one context (rows-max): give lists a limit",
                         (long long)limits->rows_max);
    if (r->cost.bytes > (uint64_t)limits->bytes_max) return too_many_bytes(r->c, err);
    switch (call->step->kind) {
    case STEP_SEARCH: return take_search(r, call, record, err);
    case STEP_TOTAL:
        context_group_of(r->c, call->step->groups[0])->total = last_number(call, record);
        return true;
    case STEP_CHILDREN: return take_pair(r, call, record, err);
    case STEP_FETCH: return take_fetched(record, err);
    case STEP_COUNT: return take_count(r, call, record, err);
    }
    return false;
}
