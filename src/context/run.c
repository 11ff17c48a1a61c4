/* Realise: level by level, each level one trip, or all levels in one. After each level memory is stitched:
 * lists are cut, references are followed to the keys that the next level asks for. */
#include "../store/fill.h"
#include "context.h"

/* Keys of one call: so many that pages never come near. A step with more is sent in several, in the same
 * trip; each is a statement. */
enum { KEYS_PER_CALL = 100000 };

typedef struct runner {
    driver_sink sink; /* first: the driver hands it back */
    sheaf_context *c;
    store *s;
    const plan *plan;
    driver_connection *connection;
    arena scratch;      /* of one level: keys, arguments */
    store_pairs *pairs; /* by step */
    bool *repeated;     /* by step: this time SQL chose */
    size_t *key_counts; /* by step */
    struct {
        driver_call *items;
        size_t count, room;
    } calls;
    driver_cost cost;
    store_row *last_parent; /* of the last pair: rows of one parent often come together */
    int64_t last_key;
    const plan_layout *last_layout;
    uint32_t stitched; /* one trip: levels whose answers are all there, and stitched */
} runner;

/* ---- What comes in --------------------------------------------------------------------------------------*/

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

static bool take_pair(runner *r, const plan_step *step, const sheaf_value *values, sheaf_error *err) {
    store_row *parent = parent_for(r, step->parent_layout, values);
    if (!parent) return unknown_key(r, err);
    values += step->query.start->key.count;
    if (leads_nowhere(step, values)) return true;
    store_table *table = store_table_of(r->s, step->layout);
    bool loose =
        step->choice == CHOOSE_MEMORY && step->carries && !step->query.distinct; /* most will not be kept */
    store_row *child = loose ? store_loose_row(table, &r->scratch, values) : store_row_for_key(table, values);
    struct store_pair *pair = child ? ARENA_PUSH(&r->scratch, &r->pairs[step->index]) : NULL;
    if (!pair) return error_memory(err);
    if (step->carries && !loose) store_fill(child, values);
    *pair = (struct store_pair){parent, child};
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

static bool take_row(driver_sink *sink, size_t call, const sheaf_value *values, sheaf_error *err) {
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

/* ---- What goes out --------------------------------------------------------------------------------------*/

/* Whose keys the step asks with: the rows of the parents, or of the groups themselves. */
static bool wants_key_of(const plan_step *step, const store_row *row) {
    for (uint32_t i = 0; i < step->group_count; i++) {
        const plan_group *g = step->kind == STEP_CHILDREN ? step->groups[i]->parent : step->groups[i];
        if (store_is_member(row, g)) return step->kind != STEP_FETCH || !row->filled;
    }
    return false;
}

static size_t count_keys(runner *r, const plan_step *step) {
    const store_table *t = store_table_of(r->s, step->parent_layout);
    size_t count = 0;
    for (size_t i = 0; i < t->rows.count; i++) count += wants_key_of(step, t->rows.items[i]);
    return count;
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
        if (!wants_key_of(step, row)) continue;
        for (uint32_t k = 0; k < columns; k++) {
            uint32_t from = l->column_at[l->entity->key.at[k]->index];
            if (l->key_is_text[k])
                ((sheaf_slice *)at[k])[ret->count] = store_text_at(row, from);
            else
                ((int64_t *)at[k])[ret->count] = store_int_at(row, from);
        }
        ret->count++;
    }
    return true;
}

static bool add_call(runner *r, const plan_step *step, const sql_prepared *sql, const sql_key_set *keys,
                     sheaf_error *err) {
    sql_argument *arguments = ARENA_ARRAY(&r->scratch, sql_argument, sql->statement.param_count);
    driver_call *call = ARENA_PUSH(&r->scratch, &r->calls);
    if (!arguments || !call) return error_memory(err);
    for (size_t i = 0; i < sql->statement.param_count; i++) {
        const sql_source *source = &sql->sources[i];
        switch (source->kind) {
        case SQL_FROM_VALUE: arguments[i].value = r->c->graph.values.items[source->value]; break;
        case SQL_FROM_CONSTANT: arguments[i].value = source->constant; break;
        case SQL_FROM_KEYS: arguments[i].keys = keys; continue;
        }
        if (!context_fit(sql->statement.params[i].kind, &arguments[i].value, &r->scratch, err)) return false;
    }
    *call = (driver_call){.statement = &sql->statement, .arguments = arguments, .user = step};
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
    for (size_t i = 0; i < r->calls.count; i++)
        c->step_ns[((const plan_step *)r->calls.items[i].user)->index] += ns[i];
    return ok;
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

static bool is_too_large(const runner *r, uint32_t i) {
    return r->plan->steps[i]->instead && !r->repeated[i] &&
           r->pairs[i].count > (uint64_t)r->c->db->limits.whole_max;
}

/* Steps whose rows were more than the cap are sent again, in the same snapshot, for SQL to choose; later
 * contexts go there at once. */
static bool repeat_large(runner *r, uint32_t first, uint32_t end, bool *ret_any, sheaf_error *err) {
    bool any = false;
    for (uint32_t i = first; i < end; i++) {
        if (!is_too_large(r, i)) continue;
        if (!any) r->calls.count = 0;
        any = true;
        r->pairs[i].count = 0;
        r->repeated[i] = true;
        atomic_store_explicit(&r->c->ready->in_sql[i], true, memory_order_relaxed);
        if (!add_step(r, r->plan->steps[i], true, err)) return false;
    }
    *ret_any = any;
    return !any || make_trip(r, 0, err);
}

/* Where far more came than was kept, SQL chooses from the next context on: the catalogue knows averages, not
 * this parent. */
static void learn(runner *r, uint32_t level) {
    for (uint32_t i = r->plan->level_first[level - 1]; i < r->plan->level_first[level]; i++) {
        const plan_step *step = r->plan->steps[i];
        if (!step->instead || r->repeated[i]) continue;
        uint64_t parents = plan_is_one_trip(r->plan) ? count_keys(r, step) : r->key_counts[i];
        uint64_t kept = parents * (uint64_t)step->limit;
        if (r->pairs[i].count > parents * PLAN_WHOLE_ROWS_WORTH &&
            r->pairs[i].count > kept * PLAN_WHOLE_TIMES_KEPT)
            atomic_store_explicit(&r->c->ready->in_sql[i], true, memory_order_relaxed);
    }
}

/* ---- Stitching between trips ----------------------------------------------------------------------------*/

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

/* ---- The whole ------------------------------------------------------------------------------------------*/

/* What the answers of a level mean for memory. A step that is still to be repeated waits: nothing starts from
 * its rows. */
static bool stitch(runner *r, uint32_t level, sheaf_error *err) {
    int64_t start = clock_ns();
    bool ok = true;
    learn(r, level);
    for (uint32_t i = r->plan->level_first[level - 1]; i < r->plan->level_first[level] && ok; i++)
        ok = is_too_large(r, i) || list_step(r, i, err);
    ok = ok && follow_references(r, level, err);
    r->last_layout = NULL; /* rows that were not there may be now */
    r->c->stats.stitch_ns += (uint64_t)(clock_ns() - start);
    return ok;
}

static bool run_level(runner *r, uint32_t level, unsigned flags, sheaf_error *err) {
    bool repeated;
    new_level(r);
    return add_steps(r, level, err) && (!r->calls.count || make_trip(r, flags, err)) &&
           repeat_large(r, r->plan->level_first[level - 1], r->plan->level_first[level], &repeated, err) &&
           stitch(r, level, err);
}

/* All answers of a call are there; those of its level, too, when it was the last. */
static bool take_end(driver_sink *sink, size_t call, sheaf_error *err) {
    runner *r = (runner *)sink;
    while (r->stitched < r->plan->level_count && call + 1 >= r->plan->level_first[r->stitched + 1])
        if (!stitch(r, ++r->stitched, err)) return false;
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
    for (size_t i = 0; i < r->calls.count && repeated; i++)
        if (!list_step(r, ((const plan_step *)r->calls.items[i].user)->index, err)) return false;
    for (uint32_t level = 1; level <= p->level_count && repeated;
         level++) /* references back from their rows */
        if (!follow_references(r, level, err)) return false;
    return true;
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
    if (!join_keys(r, err) || !follow_references(r, 0, err)) return false;
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

bool context_run(sheaf_context *c, sheaf_error *err) {
    runner r = {.sink.row = take_row, .c = c, .s = &c->store, .plan = c->ready->plan};
    bool fresh = false;
    r.pairs = ARENA_ARRAY(&c->memory, store_pairs, r.plan->step_count);
    r.repeated = ARENA_ARRAY(&c->memory, bool, r.plan->step_count);
    c->step_ns = ARENA_ARRAY(&c->memory, uint64_t, r.plan->step_count);
    r.key_counts = ARENA_ARRAY(&c->memory, size_t, r.plan->step_count);
    if (!r.pairs || !r.repeated || !r.key_counts || !c->step_ns) return error_memory(err);
    r.scratch = spares_take(c->db, c->memory.max);
    bool ok = pool_take(c->db->pool, &r.connection, &fresh, err) && run_all(&r, fresh, err);
    if (r.connection) {
        c->db->driver->finish(r.connection);
        pool_give(c->db->pool, r.connection);
    }
    if (r.scratch.capped) c->memory.capped = true;
    keep_stats(&r);
    spares_give(c->db, &r.scratch);
    return ok;
}
