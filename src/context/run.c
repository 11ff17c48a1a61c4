/* Realise: level by level, each level one trip, or all levels in one; what is sent, and starting over. */
#include "../base/sort.h"
#include "runner.h"

/* Keys of one call: so many that pages never come near. A step with more is sent in several, in the same
 * trip; each is a statement. */
enum { KEYS_PER_CALL = 100000 };

/* ---- What goes out --------------------------------------------------------------------------------------*/

/* In the order of their index, so that the database finds each near the last. */
static bool sort_keys(runner *r, int64_t *keys, size_t count, sheaf_error *err) {
    int64_t *spare = arena_array(&r->scratch, count, sizeof *spare);
    if (!spare) return error_memory(err);
    sort_ints(keys, count, spare);
    return true;
}

static bool gather_keys(runner *r, const plan_step *step, sql_key_set *ret, sheaf_error *err) {
    const plan_layout *l = step->kind == STEP_CHILDREN ? step->parent_layout : step->layout;
    const store_table *t = store_table_of(r->s, l);
    uint32_t columns = l->entity->key.count;
    void *at[SQL_KEY_COLUMNS_MAX];
    *ret = (sql_key_set){0};
    for (uint32_t k = 0; k < columns; k++) {
        at[k] = arena_array(&r->scratch, t->rows.count,
                            l->key_is_text[k] ? sizeof(sheaf_slice) : sizeof(int64_t));
        if (!at[k]) return error_memory(err);
        if (l->key_is_text[k])
            ret->texts[k] = at[k];
        else
            ret->ints[k] = at[k];
    }
    for (size_t i = 0; i < t->rows.count; i++) {
        const store_row *row = t->rows.items[i];
        if (!runner_wants_key_of(step, row)) continue;
        for (uint32_t k = 0; k < columns; k++) {
            uint32_t from = l->column_at[l->entity->key.at[k]->index];
            if (l->key_is_text[k])
                ((sheaf_slice *)at[k])[ret->count] = store_text_at(row, from);
            else
                ((int64_t *)at[k])[ret->count] = store_int_at(row, from);
        }
        ret->count++;
    }
    return !l->key_is_one_int || sort_keys(r, at[0], ret->count, err);
}

static bool add_call(runner *r, const plan_step *step, const sql_prepared *sql, const sql_key_set *keys,
                     sheaf_error *err) {
    sql_argument *arguments = ARENA_ARRAY(&r->scratch, sql_argument, sql->statement.param_count);
    runner_call *what = arena_alloc(&r->scratch, sizeof *what);
    driver_call *call = what ? ARENA_PUSH(&r->scratch, &r->calls) : NULL;
    if (!arguments || !call) return error_memory(err);
    *what = (runner_call){step, sql};
    for (size_t i = 0; i < sql->statement.param_count; i++) {
        const sql_source *source = &sql->sources[i];
        switch (source->kind) {
        case SQL_FROM_VALUE: arguments[i].value = r->c->graph.values.items[source->value]; break;
        case SQL_FROM_CONSTANT: arguments[i].value = source->constant; break;
        case SQL_FROM_KEYS: arguments[i].keys = keys; continue;
        }
        if (!context_fit(sql->statement.params[i].kind, &arguments[i].value, &r->scratch, err))
            return runner_misfit(r, step, source, &arguments[i].value, err);
    }
    *call = (driver_call){.statement = &sql->statement, .arguments = arguments, .user = what};
    return true;
}

static bool add_step(runner *r, const plan_step *step, bool instead, sheaf_error *err) {
    const sql_prepared *sql =
        instead ? &r->c->ready->instead[step->index] : &r->c->ready->statements[step->index];
    if (step->kind == STEP_SEARCH || step->kind == STEP_TOTAL || step->query.source_count)
        return add_call(r, step, sql, NULL, err);
    sql_key_set all;
    if (!gather_keys(r, step, &all, err)) return false;
    r->key_counts[step->index] = all.count;
    size_t first = 0;
    do { /* at least one call: the number of statements does not depend on the data */
        sql_key_set *part = arena_alloc(&r->scratch, sizeof *part);
        if (!part) return error_memory(err);
        *part = all;
        for (size_t k = 0; k < SQL_KEY_COLUMNS_MAX; k++) {
            if (part->ints[k]) part->ints[k] += first;
            if (part->texts[k]) part->texts[k] += first;
        }
        part->count = all.count - first < KEYS_PER_CALL ? all.count - first : KEYS_PER_CALL;
        first += part->count;
        if (!add_call(r, step, sql, part, err)) return false;
    } while (first < all.count);
    return true;
}

/* ---- A trip ---------------------------------------------------------------------------------------------*/

static bool make_trip(runner *r, unsigned flags, sheaf_error *err) {
    sheaf_context *c = r->c;
    uint64_t *ns = ARENA_ARRAY(&r->scratch, uint64_t, r->calls.count);
    if (!ns) return error_memory(err);
    bool ok = c->db->driver->run(r->connection, r->calls.items, r->calls.count, flags, &c->memory, &r->sink,
                                 &r->cost, ns, err);
    for (size_t i = 0; i < r->calls.count; i++) c->step_ns[runner_call_at(r, i)->step->index] += ns[i];
    return ok || runner_refused(r, err);
}

static void new_level(runner *r) {
    arena_reset(&r->scratch);
    r->calls.items = NULL;
    r->calls.count = r->calls.room = 0;
    r->last_layout = NULL;
    memset(r->pairs, 0, r->plan->step_count * sizeof *r->pairs);
}

static bool in_sql(const runner *r, const plan_step *step) {
    return step->instead && atomic_load_explicit(&r->c->ready->in_sql[step->index], memory_order_relaxed);
}

static bool add_steps(runner *r, uint32_t level, sheaf_error *err) {
    for (uint32_t i = r->plan->level_first[level - 1]; i < r->plan->level_first[level]; i++) {
        const plan_step *step = r->plan->steps[i];
        r->repeated[i] = in_sql(r, step);
        if (!add_step(r, step, r->repeated[i], err)) return false;
    }
    return true;
}

/* Steps whose rows were more than the cap are sent again, in the same snapshot, for SQL to choose; later
 * contexts go there at once. */
static bool repeat_large(runner *r, uint32_t first, uint32_t end, bool *ret_any, sheaf_error *err) {
    bool any = false;
    for (uint32_t i = first; i < end; i++) {
        if (!runner_is_too_large(r, i)) continue;
        if (!any) r->calls.count = 0;
        any = true;
        r->pairs[i] = (store_pairs){0};
        r->repeated[i] = true;
        atomic_store_explicit(&r->c->ready->in_sql[i], true, memory_order_relaxed);
        if (!add_step(r, r->plan->steps[i], true, err)) return false;
    }
    *ret_any = any;
    return !any || make_trip(r, 0, err);
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static bool run_level(runner *r, uint32_t level, unsigned flags, sheaf_error *err) {
    bool repeated;
    new_level(r);
    return add_steps(r, level, err) && (!r->calls.count || make_trip(r, flags, err)) &&
           repeat_large(r, r->plan->level_first[level - 1], r->plan->level_first[level], &repeated, err) &&
           runner_stitch(r, level, err);
}

/* All answers of a call are there; those of its level, too, when it was the last. */
static bool take_end(driver_sink *sink, size_t call, sheaf_error *err) {
    runner *r = (runner *)sink;
    while (r->stitched < r->plan->level_count && call + 1 >= r->plan->level_first[r->stitched + 1])
        if (!runner_stitch(r, ++r->stitched, err)) return false;
    return true;
}

static bool run_all_levels(runner *r, unsigned flags, sheaf_error *err) {
    const plan *p = r->plan;
    bool repeated;
    new_level(r);
    r->stitched = 0;
    for (uint32_t level = 1; level <= p->level_count; level++)
        if (!add_steps(r, level, err)) return false;
    r->sink.done = take_end;
    uint64_t before = r->c->stats.stitch_ns;
    bool ok = !r->calls.count || make_trip(r, flags, err);
    r->sink.done = NULL;
    uint64_t within = r->c->stats.stitch_ns - before; /* the driver took it for decoding */
    r->cost.decode_ns -= within < r->cost.decode_ns ? within : r->cost.decode_ns;
    if (!ok || !repeat_large(r, 0, p->step_count, &repeated, err)) return false;
    return !repeated || runner_stitch_repeated(r, err);
}

static bool run_first(runner *r, unsigned flags, sheaf_error *err) {
    return plan_is_one_trip(r->plan) ? run_all_levels(r, flags, err) : run_level(r, 1, flags, err);
}

/* A connection that had died in the pool is noticed here at the latest: nothing has been read then, so
 * another may try. */
static bool run_first_level(runner *r, unsigned flags, bool fresh, sheaf_error *err) {
    sheaf_error first = {0};
    if (run_first(r, flags, &first)) return true;
    if (first.code == SHEAF_E_CONNECTION_LOST && !fresh && r->c->stats.rows == 0) {
        pool_give(r->c->db->pool, r->connection);
        r->connection = NULL;
        if (!pool_take(r->c->db->pool, &r->connection, NULL, err)) return false;
        return run_first(r, flags, err);
    }
    if (err) *err = first;
    return false;
}

static bool run_levels(runner *r, bool fresh, sheaf_error *err) {
    if (!runner_start(r, err)) return false;
    uint32_t trips = plan_is_one_trip(r->plan) ? 1 : r->plan->level_count;
    for (uint32_t trip = 1; trip <= trips; trip++) {
        bool last = trip == trips;
        unsigned flags =
            (trip == 1 ? DRIVER_BEGIN : 0u) | (last && !r->plan->last_may_repeat ? DRIVER_COMMIT : 0u);
        if (!(trip == 1 ? run_first_level(r, flags, fresh, err) : run_level(r, trip, flags, err)))
            return false;
    }
    return true;
}

static void keep_stats(runner *r) {
    sheaf_stats *s = &r->c->stats;
    s->statements = r->cost.statements;
    s->trips = r->cost.trips;
    s->strategy = r->plan->strategy;
    s->rows = r->cost.rows;
    s->bytes = r->cost.bytes;
    s->wait_ns = r->cost.wait_ns;
    s->decode_ns = r->cost.decode_ns;
}

/* What the connection had prepared was outdated by DDL while it stayed itself. The snapshot is another one,
 * so nothing that was read may stay either. */
static bool start_over(runner *r, bool fresh, sheaf_error *err) {
    sheaf_context *c = r->c;
    for (size_t i = 0; i < c->groups.count; i++) c->groups.items[i]->rows = (store_rows){0};
    c->stats.rows = r->cost.rows = r->cost.bytes = 0;
    return store_init(r->s, &c->memory, r->plan) ? run_levels(r, fresh, err) : error_memory(err);
}

static bool run_all(runner *r, bool fresh, sheaf_error *err) {
    sheaf_error first = {0};
    if (run_levels(r, fresh, &first)) return true;
    if (first.code == SHEAF_E_CONNECTION_LOST && r->connection && !r->c->db->driver->broken(r->connection))
        return start_over(r, fresh, err);
    if (err) *err = first;
    return false;
}

static bool make_room(runner *r) {
    sheaf_context *c = r->c;
    uint32_t steps = r->plan->step_count;
    r->pairs = ARENA_ARRAY(&c->memory, store_pairs, steps);
    r->repeated = ARENA_ARRAY(&c->memory, bool, steps);
    r->key_counts = ARENA_ARRAY(&c->memory, size_t, steps);
    c->step_ns = ARENA_ARRAY(&c->memory, uint64_t, steps);
    return r->pairs && r->repeated && r->key_counts && c->step_ns;
}

bool context_run(sheaf_context *c, sheaf_error *err) {
    runner r = {
        .sink = {runner_start_call, runner_take_row, NULL}, .c = c, .s = &c->store, .plan = c->ready->plan};
    bool fresh = false;
    r.scratch = spares_take(c->db, c->memory.max);
    bool ok = make_room(&r) ? pool_take(c->db->pool, &r.connection, &fresh, err) && run_all(&r, fresh, err)
                            : error_memory(err);
    if (r.connection) {
        c->db->driver->finish(r.connection);
        pool_give(c->db->pool, r.connection);
    }
    if (r.scratch.capped) c->memory.capped = true;
    keep_stats(&r);
    spares_give(c->db, &r.scratch);
    return ok;
}
