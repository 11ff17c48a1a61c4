/* The forms of a step's statement. Every table is joined with all conditions in WHERE; what differs between
 * backends is in the dialect: where a set of keys stands, and how the rows of each key are chosen. */
#include "dialect.h"

/* ---- Pieces ---------------------------------------------------------------------------------------------*/

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

void write_identifier(writer *w, sheaf_slice name) {
    buffer_byte(&w->text, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"') buffer_byte(&w->text, '"');
        buffer_byte(&w->text, name.ptr[i]);
    }
    buffer_byte(&w->text, '"');
}

static void write_alias(writer *w, uint32_t alias) {
    if (alias == ALIAS_KEYS)
        TEXT(w, "k");
    else if (alias == ALIAS_CHOSEN)
        TEXT(w, "c");
    else
        buffer_printf(&w->text, "t%u", alias);
}

void write_name(writer *w, uint32_t alias, sheaf_slice name) {
    write_alias(w, alias);
    buffer_byte(&w->text, '.');
    write_identifier(w, name);
}

void write_number(writer *w, uint32_t number) {
    buffer_byte(&w->text, w->dialect->sigil);
    buffer_int(&w->text, number);
}

void write_comparable(writer *w, uint32_t alias, const model_column *column) {
    write_name(w, alias, column->name);
    buffer_cstr(&w->text, w->dialect->column_suffix(column, bound(w->binding, column)));
}

uint32_t add_param(writer *w, sql_param param, sql_source source) {
    sql_param *p = ARENA_PUSH(w->memory, &w->params);
    sql_source *s = ARENA_PUSH(w->memory, &w->sources);
    if (!p || !s) {
        w->failed = true;
        return 0;
    }
    *p = param;
    *s = source;
    uint32_t first = w->number + 1;
    w->number += param.kind == SQL_PARAM_KEYS && w->dialect->key_columns_counted ? param.key_columns : 1;
    return first;
}

static bool column_is_text(const writer *w, const model_column *column) {
    return bound(w->binding, column)->text || scalar_kind(column->scalar) == SHEAF_KIND_TEXT;
}

static uint32_t add_keys(writer *w, const model_columns *columns) {
    sql_param param = {.kind = SQL_PARAM_KEYS, .key_columns = (uint8_t)columns->count};
    for (uint32_t i = 0; i < columns->count; i++) param.key_text[i] = column_is_text(w, columns->at[i]);
    return add_param(w, param, (sql_source){.kind = SQL_FROM_KEYS});
}

static uint32_t write_raw_table(writer *w, sheaf_slice schema, sheaf_slice table) {
    if (schema.ptr) {
        write_identifier(w, schema);
        buffer_byte(&w->text, '.');
    }
    write_identifier(w, table);
    TEXT(w, " AS ");
    write_alias(w, ++w->alias);
    return w->alias;
}

static uint32_t write_table(writer *w, const model_entity *entity) {
    return write_raw_table(w, entity->schema, entity->table);
}

/* Under an alias that was taken before. */
static void write_table_as(writer *w, const model_entity *entity, uint32_t alias) {
    uint32_t last = w->alias;
    w->alias = alias - 1;
    write_table(w, entity);
    w->alias = last;
}

/* Column i of a key set: k0, k1 … */
static sheaf_slice key_name(uint32_t i) {
    static const char names[SQL_KEY_COLUMNS_MAX][3] = {"k0", "k1", "k2", "k3"};
    return (sheaf_slice){names[i], 2};
}

static void comma(writer *w, bool *first) {
    if (!*first) TEXT(w, ", ");
    *first = false;
}

/* ---- Paths ----------------------------------------------------------------------------------------------*/

void write_path_tables(writer *w, const model_path *path, bool with_start, path_aliases *ret) {
    *ret = (path_aliases){0};
    bool first = true;
    if (with_start) {
        ret->start = write_table(w, path->hops[0].from);
        first = false;
    }
    for (uint32_t i = 0; i < path->count; i++) {
        const model_hop *hop = &path->hops[i];
        if (hop->kind == HOP_THROUGH) {
            if (!first) buffer_cstr(&w->text, w->dialect->join);
            ret->link[i] = write_raw_table(w, hop->link_schema, hop->link_table);
            first = false;
        }
        if (!first) buffer_cstr(&w->text, w->dialect->join);
        ret->hop[i] = write_table(w, hop->to);
        first = false;
    }
}

static void equal(writer *w, uint32_t a, sheaf_slice name_a, uint32_t b, sheaf_slice name_b) {
    TEXT(w, " AND ");
    write_name(w, a, name_a);
    TEXT(w, " = ");
    write_name(w, b, name_b);
}

/* The rows of hop i belong to the row `outer` of its start, or to a key of the key set. */
static void join_hop(writer *w, const model_hop *hop, uint32_t outer, uint32_t link, uint32_t to) {
    const model_columns *from_key = &hop->from->key, *to_key = &hop->to->key;
    for (uint32_t c = 0; c < hop->columns.count && hop->kind == HOP_REF; c++)
        equal(w, to, to_key->at[c]->name, outer, hop->columns.at[c]->name);
    for (uint32_t c = 0; c < from_key->count && hop->kind != HOP_REF; c++) {
        sheaf_slice outer_name = outer == ALIAS_KEYS ? key_name(c) : from_key->at[c]->name;
        if (hop->kind == HOP_MANY)
            equal(w, to, hop->columns.at[c]->name, outer, outer_name);
        else
            equal(w, link, hop->link_from[c], outer, outer_name);
    }
}

static void join_link(writer *w, const model_hop *hop, uint32_t link, uint32_t to) {
    for (uint32_t c = 0; c < hop->to->key.count; c++)
        equal(w, to, hop->to->key.at[c]->name, link, hop->link_to[c]);
}

void write_path_conditions(writer *w, const model_path *path, const path_aliases *at, uint32_t outer,
                           bool anchored) {
    if (at->start) outer = at->start;
    for (uint32_t i = 0; i < path->count; i++) {
        const model_hop *hop = &path->hops[i];
        if (i > 0 || !anchored) join_hop(w, hop, i ? at->hop[i - 1] : outer, at->link[i], at->hop[i]);
        if (hop->kind == HOP_THROUGH) join_link(w, hop, at->link[i], at->hop[i]);
        if (hop->where) {
            TEXT(w, " AND ");
            write_filter(w, at->hop[i], hop->where);
        }
    }
}

/* Which columns hold the start's key: of the start itself, of the child, or of the link. */
typedef struct anchor {
    uint32_t alias;
    sheaf_slice name[MODEL_KEY_MAX];
    const model_column *column[MODEL_KEY_MAX]; /* that it equals in type, for casts */
    uint32_t count;
} anchor;

static anchor anchor_of(const model_path *path, const path_aliases *at) {
    const model_hop *hop = &path->hops[0];
    anchor a = {.count = hop->from->key.count};
    for (uint32_t c = 0; c < a.count; c++) {
        a.column[c] = hop->from->key.at[c];
        switch (hop->kind) {
        case HOP_REF: a.name[c] = hop->from->key.at[c]->name; break;
        case HOP_MANY: a.name[c] = hop->columns.at[c]->name; break;
        case HOP_THROUGH: a.name[c] = hop->link_from[c]; break;
        }
    }
    a.alias = hop->kind == HOP_REF ? at->start : hop->kind == HOP_MANY ? at->hop[0] : at->link[0];
    return a;
}

/* " AND the columns are one of the keys", where the key set is a condition. */
static void among_keys(writer *w, const anchor *a, uint32_t number) {
    TEXT(w, " AND ");
    if (a->count == 1) {
        write_name(w, a->alias, a->name[0]);
        TEXT(w, " = ANY(");
        write_number(w, number);
        w->dialect->key_suffix(w, a->column[0]);
        TEXT(w, ")");
        return;
    }
    bool first = true;
    TEXT(w, "(");
    for (uint32_t c = 0; c < a->count; c++) {
        comma(w, &first);
        write_name(w, a->alias, a->name[c]);
    }
    TEXT(w, ") IN (SELECT * FROM unnest(");
    first = true;
    for (uint32_t c = 0; c < a->count; c++) {
        comma(w, &first);
        write_number(w, number + c);
        w->dialect->key_suffix(w, a->column[c]);
    }
    TEXT(w, "))");
}

/* ---- Output, order, limit -------------------------------------------------------------------------------*/

static void add_output(writer *w, const model_column *column, db_type type) {
    sql_output *out = ARENA_PUSH(w->memory, &w->outputs);
    if (!out) {
        w->failed = true;
        return;
    }
    *out = (sql_output){.scalar = column->scalar, .type = type, .text_key = bound(w->binding, column)->text};
    out->name = arena_printf(w->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(column->entity->table),
                             SHEAF_SLICE_ARGS(column->name));
    if (!out->name.ptr) w->failed = true;
}

static void output(writer *w, uint32_t alias, sheaf_slice name, const model_column *column, bool *first) {
    db_type type = DB_ANY;
    comma(w, first);
    write_name(w, alias, name);
    buffer_cstr(&w->text, w->dialect->output_suffix(column, bound(w->binding, column), &type));
    add_output(w, column, type);
}

static void output_columns(writer *w, uint32_t alias, const plan_query *q, bool *first) {
    for (uint32_t i = 0; i < q->column_count; i++)
        output(w, alias, q->columns[i]->name, q->columns[i], first);
}

/* The key of the start, from the anchor or from the key set. */
static void output_start(writer *w, const anchor *a, bool from_keys, bool *first) {
    for (uint32_t c = 0; c < a->count; c++)
        output(w, from_keys ? ALIAS_KEYS : a->alias, from_keys ? key_name(c) : a->name[c], a->column[c],
               first);
}

static void write_order(writer *w, uint32_t alias, const plan_query *q) {
    if (!q->order_count) return;
    TEXT(w, " ORDER BY ");
    bool first = true;
    for (uint32_t i = 0; i < q->order_count; i++) {
        const model_order_item *item = &q->order[i];
        comma(w, &first);
        write_comparable(w, alias, item->column);
        if (item->descending) TEXT(w, " DESC");
        if (bound(w->binding, item->column)->nullable)
            buffer_cstr(&w->text, item->descending ? w->dialect->nulls_first : w->dialect->nulls_last);
    }
}

static void write_limit(writer *w, const plan_query *q) {
    if (q->limit >= 0) {
        TEXT(w, " LIMIT ");
        buffer_int(&w->text, q->limit);
    }
    if (q->offset >= 0) {
        TEXT(w, " OFFSET ");
        write_number(w, add_param(w, (sql_param){.kind = SQL_PARAM_INT},
                                  (sql_source){.kind = SQL_FROM_VALUE, .value = (uint32_t)q->offset}));
    }
}

static void write_where_and_after(writer *w, uint32_t alias, const plan_query *q) {
    if (q->where) {
        TEXT(w, " AND ");
        write_filter(w, alias, q->where);
    }
    if (q->after.given) {
        TEXT(w, " AND ");
        write_after(w, alias, q->order, q->order_count, &q->after);
    }
}

/* ---- Searches, totals, fetches --------------------------------------------------------------------------*/

/* Under an OFFSET only keys are sorted and skipped; the page's rows are then read by key. */
static void write_search(writer *w, const plan_query *q) {
    bool first = true;
    bool keys_first = q->offset >= 0;
    uint32_t alias = w->alias + 1;
    TEXT(w, "SELECT ");
    output_columns(w, alias, q, &first);
    TEXT(w, " FROM ");
    if (keys_first) {
        w->alias = alias;
        TEXT(w, "(SELECT ");
        first = true;
        for (uint32_t i = 0; i < q->entity->key.count; i++) {
            comma(w, &first);
            write_name(w, w->alias + 1, q->entity->key.at[i]->name);
        }
        TEXT(w, " FROM ");
    }
    uint32_t inner = write_table(w, q->entity);
    TEXT(w, " WHERE TRUE");
    write_where_and_after(w, inner, q);
    write_order(w, inner, q);
    write_limit(w, q);
    if (!keys_first) return;
    TEXT(w, ") AS c");
    buffer_cstr(&w->text, w->dialect->join);
    write_table_as(w, q->entity, alias);
    TEXT(w, " WHERE TRUE");
    for (uint32_t i = 0; i < q->entity->key.count; i++)
        equal(w, alias, q->entity->key.at[i]->name, ALIAS_CHOSEN, q->entity->key.at[i]->name);
    write_order(w, alias, q);
}

static void add_number_output(writer *w, const char *name) {
    sql_output *out = ARENA_PUSH(w->memory, &w->outputs);
    if (out)
        *out = (sql_output){.scalar = SHEAF_BIGINT, .type = DB_INT64, .name = slice_of(name)};
    else
        w->failed = true;
}

static void write_total(writer *w, const plan_query *q) {
    TEXT(w, "SELECT count(*) FROM ");
    add_number_output(w, "count");
    uint32_t alias = write_table(w, q->entity);
    TEXT(w, " WHERE TRUE");
    write_where_and_after(w, alias, q);
}

static void write_fetch(writer *w, const plan_query *q) {
    bool first = true;
    const model_columns *key = &q->entity->key;
    uint32_t number = add_keys(w, key);
    TEXT(w, "SELECT ");
    output_columns(w, w->alias + 1, q, &first);
    TEXT(w, " FROM ");
    if (w->dialect->keys_joined) {
        w->dialect->keys_table(w, key, number);
        buffer_cstr(&w->text, w->dialect->join);
    }
    anchor a = {.alias = write_table(w, q->entity), .count = key->count};
    TEXT(w, " WHERE TRUE");
    for (uint32_t c = 0; c < key->count; c++) {
        a.name[c] = key->at[c]->name;
        a.column[c] = key->at[c];
        if (w->dialect->keys_joined) equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    }
    if (!w->dialect->keys_joined) among_keys(w, &a, number);
}

/* ---- Children and counts: rows of a path for a set of keys
 * -------------------------------------------------*/

static bool starts_with_ref(const model_path *path) {
    return path->hops[0].kind == HOP_REF;
}

/* FROM … WHERE …, all rows of the path for the key set, and what they are anchored to. `outer_keys`: the key
 * set stands in an outer query, as k. Aliases are assigned in the order of writing, so the select list can be
 * written before: see `aliases_ahead`. */
static void write_path_rows(writer *w, const plan_query *q, bool outer_keys, uint32_t number,
                            path_aliases *at) {
    bool join_keys = w->dialect->keys_joined && !outer_keys;
    TEXT(w, " FROM ");
    if (join_keys) {
        w->dialect->keys_table(w, &q->start->key, number);
        buffer_cstr(&w->text, w->dialect->join);
    }
    write_path_tables(w, &q->path, starts_with_ref(&q->path), at);
    TEXT(w, " WHERE TRUE");
    anchor a = anchor_of(&q->path, at);
    if (join_keys || outer_keys)
        for (uint32_t c = 0; c < a.count; c++) equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    else
        among_keys(w, &a, number);
    write_path_conditions(w, &q->path, at, ALIAS_KEYS, !starts_with_ref(&q->path));
    write_where_and_after(w, at->hop[q->path.count - 1], q);
}

/* The aliases that write_path_tables will give, for the select list before it. */
static path_aliases aliases_ahead(const writer *w, const model_path *path) {
    path_aliases at = {0};
    uint32_t next = w->alias;
    if (starts_with_ref(path)) at.start = ++next;
    for (uint32_t i = 0; i < path->count; i++) {
        if (path->hops[i].kind == HOP_THROUGH) at.link[i] = ++next;
        at.hop[i] = ++next;
    }
    return at;
}

static void write_whole(writer *w, const plan_query *q) {
    uint32_t number = add_keys(w, &q->start->key);
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = anchor_of(&q->path, &at);
    uint32_t last = at.hop[q->path.count - 1];
    bool first = true;
    TEXT(w, "SELECT ");
    output_start(w, &a, w->dialect->keys_joined, &first);
    output_columns(w, last, q, &first);
    write_path_rows(w, q, false, number, &at);
    if (q->sorted) write_order(w, last, q);
    write_limit(w, q);
}

/* Only the link table: SELECT link.from, link.to FROM link WHERE link.from = ANY($1). */
static void write_links(writer *w, const plan_query *q, bool count) {
    const model_hop *hop = &q->path.hops[0];
    uint32_t number = add_keys(w, &q->start->key);
    path_aliases at = {.link[0] = w->alias + 1};
    anchor a = anchor_of(&q->path, &at);
    bool first = true;
    TEXT(w, "SELECT ");
    output_start(w, &a, w->dialect->keys_joined, &first);
    for (uint32_t c = 0; c < hop->to->key.count && !count; c++)
        output(w, a.alias, hop->link_to[c], hop->to->key.at[c], &first);
    if (count) {
        TEXT(w, ", count(*)");
        add_number_output(w, "count");
    }
    TEXT(w, " FROM ");
    if (w->dialect->keys_joined) {
        w->dialect->keys_table(w, &q->start->key, number);
        buffer_cstr(&w->text, w->dialect->join);
    }
    write_raw_table(w, hop->link_schema, hop->link_table);
    TEXT(w, " WHERE TRUE");
    for (uint32_t c = 0; c < a.count && w->dialect->keys_joined; c++)
        equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    if (!w->dialect->keys_joined) among_keys(w, &a, number);
    if (!count) return;
    TEXT(w, " GROUP BY ");
    first = true;
    for (uint32_t c = 0; c < a.count; c++) {
        comma(w, &first);
        write_name(w, a.alias, a.name[c]);
    }
}

/* The select list inside a choice: the row's key, then what decides; named c0 … for the key, o0 … for the
 * order. */
static void write_chosen_keys(writer *w, uint32_t alias, const plan_query *q) {
    bool first = true;
    for (uint32_t i = 0; i < q->entity->key.count; i++) {
        comma(w, &first);
        write_name(w, alias, q->entity->key.at[i]->name);
    }
}

/* The greatest within each `per`. PostgreSQL has no max() of booleans. */
static void write_best(writer *w, uint32_t alias, const plan_query *q) {
    bool boolean = q->keep_max->scalar == SHEAF_BOOLEAN;
    buffer_cstr(&w->text, boolean ? ", first_value(" : ", max(");
    write_comparable(w, alias, q->keep_max);
    TEXT(w, ") OVER (");
    for (uint32_t i = 0; i < q->per.count; i++) {
        buffer_cstr(&w->text, i ? ", " : "PARTITION BY ");
        write_comparable(w, alias, q->per.at[i]);
    }
    if (boolean) {
        TEXT(w, " ORDER BY ");
        write_comparable(w, alias, q->keep_max);
        TEXT(w, " DESC NULLS LAST");
    }
    TEXT(w, ") AS \"best\"");
}

/* For a `keep_max`: the rows of one key that hold the maximum within their `per`, as a table of bare columns
 * under the alias `best`. */
static void write_best_rows(writer *w, const plan_query *q, uint32_t best) {
    path_aliases at = aliases_ahead(w, &q->path);
    uint32_t last = at.hop[q->path.count - 1];
    bool first = true;
    TEXT(w, " FROM (SELECT ");
    for (uint32_t i = 0; i < q->order_count; i++) {
        bool is_keep = q->order[i].column == q->keep_max;
        if (is_keep) continue;
        comma(w, &first);
        write_name(w, last, q->order[i].column->name);
    }
    comma(w, &first);
    write_name(w, last, q->keep_max->name);
    write_best(w, last, q);
    write_path_rows(w, q, true, 0, &at);
    TEXT(w, ") AS ");
    write_alias(w, best);
    TEXT(w, " WHERE ");
    write_comparable(w, best, q->keep_max);
    TEXT(w, " = ");
    write_name(w, best, SHEAF_SLICE("best"));
}

/* SELECT key FROM … for one key of the set, in order, limited: what each parent keeps. */
static void write_choice(writer *w, const plan_query *q) {
    TEXT(w, "SELECT ");
    bool distinct = q->distinct && !q->keep_max;
    if (distinct && w->dialect->lateral) TEXT(w, "DISTINCT ");
    uint32_t last;
    if (q->keep_max) {
        last = ++w->alias;
        write_chosen_keys(w, last, q);
        write_best_rows(w, q, last);
    } else {
        path_aliases at = aliases_ahead(w, &q->path);
        last = at.hop[q->path.count - 1];
        write_chosen_keys(w, last, q);
        for (uint32_t i = 0; i < q->order_count && distinct && w->dialect->lateral; i++) {
            TEXT(w, ", "); /* what DISTINCT is ordered by must be selected */
            write_comparable(w, last, q->order[i].column);
        }
        write_path_rows(w, q, true, 0, &at);
        if (distinct && !w->dialect->lateral) {
            /* SQLite cuts the select list of IN down to what an index serves, and a DISTINCT with it. */
            TEXT(w, " GROUP BY ");
            write_chosen_keys(w, last, q);
        }
    }
    write_order(w, last, q);
    write_limit(w, q);
}

static bool outputs_column(const plan_query *q, const model_column *column) {
    for (uint32_t i = 0; i < q->column_count; i++)
        if (q->columns[i] == column) return true;
    return false;
}

/* FROM keys, LATERAL the rows that each of them keeps, whole: nothing needs to be joined again. */
static void write_chosen_rows(writer *w, const plan_query *q) {
    uint32_t number = add_keys(w, &q->start->key);
    anchor a = {.count = q->start->key.count};
    for (uint32_t c = 0; c < a.count; c++) a.column[c] = q->start->key.at[c];
    bool first = true;
    TEXT(w, "SELECT ");
    output_start(w, &a, true, &first);
    output_columns(w, ALIAS_CHOSEN, q, &first);
    TEXT(w, " FROM ");
    w->dialect->keys_table(w, &q->start->key, number);
    TEXT(w, " CROSS JOIN LATERAL (SELECT ");
    path_aliases at = aliases_ahead(w, &q->path);
    uint32_t last = at.hop[q->path.count - 1];
    first = true;
    for (uint32_t i = 0; i < q->column_count; i++) {
        comma(w, &first);
        write_name(w, last, q->columns[i]->name);
    }
    for (uint32_t i = 0; i < q->order_count && q->sorted; i++) {
        if (outputs_column(q, q->order[i].column)) continue;
        TEXT(w, ", ");
        write_name(w, last, q->order[i].column->name);
    }
    write_path_rows(w, q, true, 0, &at);
    write_order(w, last, q);
    write_limit(w, q);
    TEXT(w, ") AS c");
    if (q->sorted) write_order(w, ALIAS_CHOSEN, q);
}

/* FROM keys, for each of them what the choice keeps, and the rows of that by key. */
static void write_chosen(writer *w, const plan_query *q) {
    uint32_t number = add_keys(w, &q->start->key);
    const model_columns *key = &q->entity->key;
    anchor a = {.count = q->start->key.count};
    for (uint32_t c = 0; c < a.count; c++) a.column[c] = q->start->key.at[c];
    uint32_t row = ++w->alias;
    bool first = true;
    TEXT(w, "SELECT ");
    output_start(w, &a, true, &first);
    output_columns(w, row, q, &first);
    TEXT(w, " FROM ");
    w->dialect->keys_table(w, &q->start->key, number);
    if (w->dialect->lateral) {
        TEXT(w, " CROSS JOIN LATERAL (");
        write_choice(w, q);
        TEXT(w, ") AS c(");
        first = true;
        uint32_t extra = q->distinct && !q->keep_max ? q->order_count : 0;
        for (uint32_t i = 0; i < key->count + extra; i++) {
            comma(w, &first);
            buffer_printf(&w->text, "c%u", i);
        }
        TEXT(w, ")");
    }
    buffer_cstr(&w->text, w->dialect->join);
    write_table_as(w, q->entity, row);
    TEXT(w, " WHERE TRUE");
    if (w->dialect->lateral) {
        static const char names[SQL_KEY_COLUMNS_MAX][3] = {"c0", "c1", "c2", "c3"};
        for (uint32_t i = 0; i < key->count; i++)
            equal(w, row, key->at[i]->name, ALIAS_CHOSEN, (sheaf_slice){names[i], 2});
    } else {
        TEXT(w, " AND (");
        write_chosen_keys(w, row, q);
        TEXT(w, ") IN (");
        write_choice(w, q);
        TEXT(w, ")");
    }
    if (q->sorted) write_order(w, row, q);
}

/* Where the key set is a table: a count for each key in a sub-query, straight from an index and without
 * sorting into groups. */
static void write_count_by_key(writer *w, const plan_query *q) {
    uint32_t number = add_keys(w, &q->start->key);
    const model_hop *first_hop = &q->path.hops[0];
    anchor a = {.count = q->start->key.count};
    for (uint32_t c = 0; c < a.count; c++) a.column[c] = q->start->key.at[c];
    bool first = true;
    TEXT(w, "SELECT ");
    output_start(w, &a, true, &first);
    TEXT(w, ", (SELECT count(*)");
    add_number_output(w, "count");
    if (q->trust_link) {
        TEXT(w, " FROM ");
        uint32_t link = write_raw_table(w, first_hop->link_schema, first_hop->link_table);
        TEXT(w, " WHERE TRUE");
        for (uint32_t c = 0; c < a.count; c++)
            equal(w, link, first_hop->link_from[c], ALIAS_KEYS, key_name(c));
    } else {
        path_aliases at = aliases_ahead(w, &q->path);
        if (q->distinct) {
            TEXT(w, " FROM (SELECT DISTINCT ");
            write_chosen_keys(w, at.hop[q->path.count - 1], q);
        }
        write_path_rows(w, q, true, 0, &at);
        if (q->distinct) TEXT(w, ")");
    }
    TEXT(w, ") FROM ");
    w->dialect->keys_table(w, &q->start->key, number);
}

static void write_count(writer *w, const plan_query *q) {
    uint32_t number = add_keys(w, &q->start->key);
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = anchor_of(&q->path, &at);
    bool first = true;
    TEXT(w, "SELECT ");
    if (!q->distinct) {
        output_start(w, &a, false, &first);
        TEXT(w, ", count(*)");
    } else {
        for (uint32_t c = 0; c < a.count; c++) output(w, ALIAS_CHOSEN, key_name(c), a.column[c], &first);
        TEXT(w, ", count(*) FROM (SELECT DISTINCT ");
        first = true;
        for (uint32_t c = 0; c < a.count; c++) {
            comma(w, &first);
            write_name(w, a.alias, a.name[c]);
            TEXT(w, " AS ");
            write_identifier(w, key_name(c));
        }
        for (uint32_t c = 0; c < q->entity->key.count; c++) {
            comma(w, &first);
            write_name(w, at.hop[q->path.count - 1], q->entity->key.at[c]->name);
            buffer_printf(&w->text, " AS \"r%u\"", c);
        }
    }
    add_number_output(w, "count");
    write_path_rows(w, q, false, number, &at);
    if (q->distinct) TEXT(w, ") AS c");
    TEXT(w, " GROUP BY ");
    first = true;
    for (uint32_t c = 0; c < a.count; c++) {
        comma(w, &first);
        write_name(w, q->distinct ? ALIAS_CHOSEN : a.alias, q->distinct ? key_name(c) : a.name[c]);
    }
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static uint64_t identity(const writer *w) {
    uint64_t h = slice_hash(buffer_view(&w->text));
    for (size_t i = 0; i < w->params.count; i++)
        for (size_t k = 0; k < 1 + SQL_KEY_COLUMNS_MAX; k++)
            h = (h ^ (k ? w->params.items[i].key_text[k - 1] : w->params.items[i].kind)) *
                UINT64_C(0x100000001b3);
    return h;
}

bool sql_write(const sql_dialect *dialect, const binding *b, const plan_query *q, arena *memory,
               sql_prepared *ret, sheaf_error *err) {
    writer w = {.dialect = dialect, .binding = b, .memory = memory};
    buffer_init(&w.text, memory->allocator);
    bool keyed = false;
    switch (q->kind) {
    case STEP_SEARCH: write_search(&w, q); break;
    case STEP_TOTAL: write_total(&w, q); break;
    case STEP_FETCH: write_fetch(&w, q); break;
    case STEP_CHILDREN:
        keyed = true;
        if (q->trust_link)
            write_links(&w, q, false);
        else if (q->choose && dialect->lateral && !q->distinct && !q->keep_max)
            write_chosen_rows(&w, q);
        else if (q->choose)
            write_chosen(&w, q);
        else
            write_whole(&w, q);
        break;
    case STEP_COUNT:
        keyed = true;
        if (dialect->keys_joined)
            write_count_by_key(&w, q);
        else if (q->trust_link)
            write_links(&w, q, true);
        else
            write_count(&w, q);
        break;
    }
    sheaf_slice text =
        w.failed || w.text.failed ? (sheaf_slice){0} : arena_copy(memory, buffer_view(&w.text));
    uint64_t id = text.ptr ? identity(&w) : 0;
    buffer_free(&w.text);
    if (!text.ptr) return error_memory(err);
    *ret = (sql_prepared){.statement = {.text = text,
                                        .id = id,
                                        .params = w.params.items,
                                        .param_count = w.params.count,
                                        .outputs = w.outputs.items,
                                        .output_count = w.outputs.count},
                          .sources = w.sources.items,
                          .key_outputs = keyed ? q->start->key.count : 0};
    return true;
}
