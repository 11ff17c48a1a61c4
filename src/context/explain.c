/* A shape's plan as text: what realise would do, without doing it. */
#include <stdio.h>

#include "../base/json.h"
#include "../base/number.h"
#include "page.h"
#include "strategy.h"

typedef struct explainer {
    sheaf_db *db;
    const sheaf_shape *shape;
    sheaf_plan_form form;
    const binding *binding;
    const plan *plan;
    arena memory;
    driver_connection *connection; /* to explain on; NULL in a lock */
    buffer *out;
    sheaf_error *err;
} explainer;

/* The binding as it is where nobody knows how many rows there are: the plan then depends on the tables alone.
 */
static const binding *without_rows(const binding *from, arena *memory) {
    binding *b = ARENA_NEW(memory, binding);
    catalogue *c = ARENA_NEW(memory, catalogue);
    catalogue_table *tables = ARENA_ARRAY(memory, catalogue_table, from->catalogue->table_count);
    bound_entity *entities = ARENA_ARRAY(memory, bound_entity, from->model->entity_count);
    if (!b || !c || !tables || !entities) return NULL;
    *c = *from->catalogue;
    c->tables = tables;
    for (size_t i = 0; i < c->table_count; i++) {
        tables[i] = from->catalogue->tables[i];
        tables[i].rows = -1;
    }
    for (uint32_t i = 0; i < from->model->entity_count; i++) {
        entities[i] = from->entities[i];
        entities[i].table = tables + (from->entities[i].table - from->catalogue->tables);
    }
    *b = (binding){from->model, c, entities};
    return b;
}

/* ---- Steps ----------------------------------------------------------------------------------------------*/

/* "distro.hot_packages.maintainer"; `depth` is bounded by the shape's. */
static void put_path(buffer *out, const plan_group *g) {
    if (g->parent) {
        put_path(out, g->parent);
        buffer_byte(out, '.');
        buffer_slice(out, g->relation->name);
        return;
    }
    buffer_slice(out, g->origin == GRAPH_COUNT ? g->entity->count_name
                      : g->to_one              ? g->entity->singular
                                               : g->entity->plural);
}

static void put_paths(buffer *out, const plan_step *step) {
    for (uint32_t i = 0; i < step->group_count; i++) {
        if (i) BUFFER_LITERAL(out, ", ");
        put_path(out, step->groups[i]);
    }
}

/* How many rows of each parent, and who chooses them. */
static void put_choice(buffer *out, const plan_step *step) {
    if (step->choice == CHOOSE_ALL) {
        BUFFER_LITERAL(out, ", all of each parent");
        return;
    }
    if (step->query.pick)
        BUFFER_LITERAL(out, ", the best of each parent");
    else
        buffer_printf(out, ", %lld of each parent", (long long)step->limit);
    buffer_cstr(out, step->choice == CHOOSE_SQL ? ", chosen in SQL" : ", chosen in memory");
}

/* "children distro.hot_packages: Package, 20 of each parent, chosen in memory (few rows for each parent, by
 * the catalogue)" */
static void put_step(const explainer *x, const plan_step *step) {
    static const char *const kinds[] = {[STEP_SEARCH] = "search",
                                        [STEP_TOTAL] = "total",
                                        [STEP_CHILDREN] = "children",
                                        [STEP_FETCH] = "fetch",
                                        [STEP_COUNT] = "count"};
    buffer *out = x->out;
    buffer_printf(out, "  %s ", kinds[step->kind]);
    put_paths(out, step);
    if (step->kind == STEP_COUNT)
        buffer_printf(out, ": %.*s", SHEAF_SLICE_ARGS(step->count->name));
    else
        buffer_printf(out, ": %.*s", SHEAF_SLICE_ARGS(step->query.entity->name));
    if (step->kind == STEP_FETCH) BUFFER_LITERAL(out, " by key");
    for (uint32_t i = 0; i < step->query.join_count; i++)
        buffer_printf(out, "%s%.*s", i ? ", " : " with ",
                      SHEAF_SLICE_ARGS(step->query.joins[i].relation->name));
    if (step->kind == STEP_CHILDREN) {
        put_choice(out, step);
        if (x->form != SHEAF_PLAN_LOCK) buffer_printf(out, " (%s)", step->reason);
    }
    buffer_byte(out, '\n');
}

/* ---- Parameters -----------------------------------------------------------------------------------------*/

static void put_constant(buffer *out, const sheaf_value *value) {
    char text[NUMBER_TEXT_MAX];
    size_t at;
    switch (value->kind) {
    case SHEAF_KIND_NULL: BUFFER_LITERAL(out, "null"); break;
    case SHEAF_KIND_INT: buffer_int(out, value->i); break;
    case SHEAF_KIND_FLOAT: buffer_bytes(out, text, number_from_float(text, value->f)); break;
    case SHEAF_KIND_TEXT: /* of Bytes only their number can be shown */
        if (!json_string(out, value->text, &at)) buffer_printf(out, "… %zu bytes", value->text.len);
        break;
    case SHEAF_KIND_LIST: buffer_printf(out, "a list of %zu", value->list.count); break;
    }
}

/* The graph's values begin with the shape's variables; behind them come offsets. */
static void put_parameters(const explainer *x, const plan_step *step, const sql_prepared *sql) {
    buffer *out = x->out;
    for (size_t i = 0; i < sql->statement.param_count; i++) {
        const sql_source *source = &sql->sources[i];
        buffer_cstr(out, i ? ", " : "    with ");
        switch (source->kind) {
        case SQL_FROM_KEYS:
            buffer_printf(out, "keys of %.*s", SHEAF_SLICE_ARGS(step->query.start->name));
            break;
        case SQL_FROM_CONSTANT: put_constant(out, &source->constant); break;
        case SQL_FROM_VALUE:
            if (source->value < x->shape->variable_count)
                buffer_printf(out, "$%.*s", SHEAF_SLICE_ARGS(x->shape->variables[source->value].name));
            else
                BUFFER_LITERAL(out, "offset");
            break;
        }
    }
    if (sql->statement.param_count) buffer_byte(out, '\n');
}

/* Each line of the text, set in by four. */
static void put_lines(buffer *out, const char *before, sheaf_slice text) {
    while (text.len) {
        sheaf_slice line = slice_cut(text, '\n', &text);
        buffer_printf(out, "%s%.*s\n", before, SHEAF_SLICE_ARGS(line));
    }
}

/* ---- Indexes --------------------------------------------------------------------------------------------*/

/* What the databases' plans say of an access, and whether the index's name follows. The first that fits
 * counts. */
static const struct {
    const char *words;
    enum { NAMED, PRIMARY, NONE, NOTHING } what;
} accesses[] = {
    {"VIRTUAL TABLE", NOTHING}, /* SQLite: the keys, which are given */
    {"AUTOMATIC", NONE},
    {"USING COVERING INDEX ", NAMED},
    {"USING INDEX ", NAMED},
    {"USING INTEGER PRIMARY KEY", PRIMARY},
    {"USING PRIMARY KEY", PRIMARY},
    {"SCAN CONSTANT ROW", NOTHING},
    {"SCAN (", NOTHING}, /* a sub-query, whose own accesses stand above */
    {"SCAN ", NONE},
    {"Bitmap Index Scan on ", NAMED}, /* PostgreSQL */
    {"Index Scan using ", NAMED},
    {"Index Only Scan using ", NAMED},
    {"Scan Backward using ", NAMED},
    {"Seq Scan on ", NONE},
};

static bool holds(sheaf_slice text, const char *words, sheaf_slice name) {
    char wanted[128];
    int len = snprintf(wanted, sizeof wanted, "%s%.*s\n", words, SHEAF_SLICE_ARGS(name));
    return len > 0 && (size_t)len < sizeof wanted && memmem(text.ptr, text.len, wanted, (size_t)len);
}

/* SQLite: "SCAN t2" of a sub-query that was made before, whose own accesses stand there. */
static bool is_subquery(sheaf_slice explained, sheaf_slice access) {
    sheaf_slice name;
    slice_cut(access, ' ', &name);
    return holds(explained, "CO-ROUTINE ", name) || holds(explained, "MATERIALIZE ", name);
}

/* What one line of a database's plan says of indexes; ptr NULL: nothing. */
static sheaf_slice access_of(sheaf_slice line, bool *ret_none) {
    *ret_none = false;
    for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++) {
        const char *found = memmem(line.ptr, line.len, accesses[i].words, strlen(accesses[i].words));
        if (!found) continue;
        if (accesses[i].what == NOTHING) break;
        if (accesses[i].what == PRIMARY) return SHEAF_SLICE("primary key");
        if (accesses[i].what == NAMED) found += strlen(accesses[i].words);
        size_t len = (size_t)(line.ptr + line.len - found);
        sheaf_slice text = {found, len}, rest;
        *ret_none = accesses[i].what == NONE;
        const char *cost = memmem(found, len, "  (", 3);
        if (*ret_none) return cost ? (sheaf_slice){found, (size_t)(cost - found)} : text;
        return slice_cut(text, ' ', &rest);
    }
    return (sheaf_slice){NULL, 0};
}

/* "index: primary key, package_popularity", or "no index used: SCAN t1": each access once. */
static bool put_accesses(const explainer *x, const sheaf_slice explained, bool none) {
    struct {
        sheaf_slice *items;
        size_t count, room;
    } seen = {0};
    arena memory;
    arena_init(&memory, x->db->allocator);
    bool ok = true;
    for (sheaf_slice rest = explained; ok && rest.len;) {
        bool is_none, known = false;
        sheaf_slice access = access_of(slice_cut(rest, '\n', &rest), &is_none);
        for (size_t i = 0; i < seen.count; i++) known = known || slice_equal(seen.items[i], access);
        if (!access.ptr || is_none != none || known || (none && is_subquery(explained, access))) continue;
        buffer_cstr(x->out, seen.count ? ", " : none ? "    no index used: " : "    index: ");
        buffer_slice(x->out, access);
        sheaf_slice *slot = ARENA_PUSH(&memory, &seen);
        ok = slot != NULL;
        if (ok) *slot = access;
    }
    if (seen.count) buffer_byte(x->out, '\n');
    arena_free(&memory);
    return ok;
}

static bool put_explained(const explainer *x, const sql_statement *statement) {
    buffer explained;
    buffer_init(&explained, x->db->allocator);
    bool ok = x->db->driver->explain(x->connection, statement, &explained, x->err);
    sheaf_slice text = buffer_view(&explained);
    if (ok && !(put_accesses(x, text, false) && put_accesses(x, text, true))) ok = error_memory(x->err);
    if (ok && x->form == SHEAF_PLAN_EXPLAIN) put_lines(x->out, "    | ", text);
    buffer_free(&explained);
    return ok;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static bool put_statement(explainer *x, const plan_step *step, const plan_query *query) {
    sql_prepared sql;
    if (!sql_write(x->db->dialect, x->binding, query, &x->memory, &sql, x->err)) return false;
    put_lines(x->out, "    ", sql.statement.text);
    put_parameters(x, step, &sql);
    return !x->connection || put_explained(x, &sql.statement);
}

static bool put_steps(explainer *x) {
    uint32_t level = 0;
    for (uint32_t i = 0; i < x->plan->step_count; i++) {
        const plan_step *step = x->plan->steps[i];
        if (level == 0 || (step->level != level && !plan_is_one_trip(x->plan)))
            buffer_printf(x->out, "trip %u\n", level = step->level);
        put_step(x, step);
        if (!put_statement(x, step, &step->query)) return false;
        if (!step->instead) continue;
        buffer_printf(x->out, "  over %lld rows, chosen in SQL:\n", (long long)x->db->limits.whole_max);
        if (!put_statement(x, step, step->instead)) return false;
    }
    return true;
}

static void put_number(buffer *out, const char *what, uint32_t number, uint32_t most) {
    buffer_printf(out, "%s %u", what, number);
    if (most != number) buffer_printf(out, " (at most %u)", most);
}

/* A lock says so only where it was asked for: the link is of no database. */
static void put_strategy(const explainer *x) {
    bool forced = x->db->strategy != SHEAF_STRATEGY_AUTO;
    if (!x->db->driver->counts_trips || (x->form == SHEAF_PLAN_LOCK && !forced)) return;
    buffer_printf(x->out, "strategy %s, ", sheaf_strategy_name(x->plan->strategy));
    if (forced && x->plan->strategy != x->db->strategy)
        buffer_printf(x->out, "as %s cannot be had\n", sheaf_strategy_name(x->db->strategy));
    else if (forced)
        BUFFER_LITERAL(x->out, "as it was asked for\n");
    else
        buffer_printf(x->out, "by a round trip of %lld µs\n", (long long)pool_round_trip(x->db->pool) / 1000);
}

static bool write_plan(explainer *x) {
    buffer *out = x->out;
    const plan *p = x->plan;
    buffer_printf(out, "query %s\n", x->shape->name);
    put_number(out, "statements", p->statements, p->statements_max);
    put_number(out, ", trips", p->trips, p->trips_max);
    buffer_byte(out, '\n');
    put_strategy(x);
    if (!put_steps(x)) return false;
    buffer_byte(out, '\0');
    return !out->failed || error_memory(x->err);
}

static bool explain_on(explainer *x, const graph *g, road way, sheaf_plan_numbers *ret) {
    plan *made;
    if (!road_plan(x->db, x->binding, g, way, &made, x->err)) return false;
    x->plan = made;
    buffer_clear(x->out);
    bool ok = write_plan(x);
    *ret = (sheaf_plan_numbers){.statements = made->statements,
                                .statements_max = made->statements_max,
                                .trips = made->trips,
                                .trips_max = made->trips_max};
    plan_free(made);
    return ok;
}

/* Where a statement of one trip is too long, realise takes levels, and so does this. */
static bool explain(explainer *x, const graph *g, sheaf_plan_numbers *ret) {
    sheaf_error own = {0}, *err = x->err;
    bool by_link = x->db->strategy == SHEAF_STRATEGY_AUTO;
    road way = by_link && x->form == SHEAF_PLAN_LOCK ? ROAD_LEVELS : db_road(x->db);
    x->binding = x->form == SHEAF_PLAN_LOCK ? without_rows(x->db->binding, &x->memory) : x->db->binding;
    if (!x->binding) return error_memory(err);
    x->err = &own;
    bool ok = x->form == SHEAF_PLAN_LOCK || pool_take(x->db->pool, &x->connection, NULL, &own);
    if (ok) ok = explain_on(x, g, way, ret);
    if (!ok && own.code == SHEAF_E_LIMIT && way != ROAD_LEVELS) ok = explain_on(x, g, ROAD_LEVELS, ret);
    if (x->connection) pool_give(x->db->pool, x->connection);
    if (!ok && err) *err = own;
    return ok;
}

bool sheaf_shape_plan(sheaf_db *db, const sheaf_shape *shape, sheaf_plan_form form, char **ret_text,
                      sheaf_plan_numbers *ret_numbers, sheaf_error *err) {
    buffer out;
    sheaf_plan_numbers numbers;
    sheaf_page page = {.shape = shape, .context = sheaf_context_new(db)};
    if (!page.context) return error_memory(err);
    buffer_init(&out, db->allocator);
    explainer x = {.db = db, .shape = shape, .form = form, .out = &out, .err = err};
    arena_init(&x.memory, db->allocator);
    bool ok = page_declare(&page, NULL, err) && explain(&x, &page.context->graph, &numbers);
    sheaf_context_free(page.context);
    arena_free(&x.memory);
    if (!ok) {
        buffer_free(&out);
        return false;
    }
    *ret_text = out.ptr;
    if (ret_numbers) *ret_numbers = numbers;
    return true;
}

void sheaf_text_free(sheaf_db *db, char *text) {
    memory_release(db->allocator, text);
}

bool sheaf_shape_within_budget(const sheaf_shape *shape, const sheaf_plan_numbers *numbers,
                               sheaf_error *err) {
    const struct {
        const char *what;
        int64_t budget;
        uint32_t actual;
    } checks[] = {{"statements", shape->budget_statements, numbers->statements},
                  {"trips", shape->budget_trips, numbers->trips}};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].budget >= 0 && checks[i].actual > checks[i].budget)
            return lang_error(
                err, SHEAF_E_CHANGED, shape->document, shape->definition->place,
                "query '%s' takes %u %s, and its @budget is %lld: ask for less, or raise the budget",
                shape->name, checks[i].actual, checks[i].what, (long long)checks[i].budget);
    return true;
}
