/* The keys that a statement starts from: sent as a parameter; or, where all statements travel in one trip,
 * selected again, or read from the settings that the statement which found them has written. */
#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

sheaf_slice key_name(uint32_t i) {
    static const char names[SQL_KEY_COLUMNS_MAX][3] = {"k0", "k1", "k2", "k3"};
    return (sheaf_slice){names[i], 2};
}

static bool column_is_text(const writer *w, const model_column *column) {
    return bound(w->binding, column)->text || scalar_kind(column->scalar) == SHEAF_KIND_TEXT;
}

key_set add_keys(writer *w, const plan_query *q) {
    if (q->source_count) return (key_set){q, 0};
    const model_columns *columns = &q->start->key;
    sql_param param = {.kind = SQL_PARAM_KEYS, .key_columns = (uint8_t)columns->count};
    for (uint32_t i = 0; i < columns->count; i++) param.key_text[i] = column_is_text(w, columns->at[i]);
    return (key_set){q, add_param(w, param, (sql_source){.kind = SQL_FROM_KEYS})};
}

/* ---- Sources --------------------------------------------------------------------------------------------*/

void write_setting_name(writer *w, uint32_t setting, uint32_t column) {
    buffer_printf(&w->text, column ? "'sheaf.k%u_%u'" : "'sheaf.k%u'", setting, column);
}

/* The array that a setting holds; an empty one where its statement found no rows, and wrote none. */
static void write_setting(writer *w, const plan_source *s, const model_column *equals, uint32_t column) {
    TEXT(w, "coalesce(nullif(current_setting(");
    write_setting_name(w, s->setting, column);
    TEXT(w, ", true), ''), '{}')");
    buffer_cstr(&w->text, column_is_text(w, equals) ? "::text[]" : "::int8[]");
    w->dialect->key_suffix(w, equals);
}

static void write_unnested(writer *w, const plan_source *s, const model_column *const *equals) {
    bool first = true;
    TEXT(w, "unnest(");
    for (uint32_t c = 0; c < s->columns->count; c++) {
        write_comma(w, &first);
        write_setting(w, s, equals[c], c);
    }
    TEXT(w, ")");
}

static void write_union(writer *w, const plan_source *sources, uint32_t count,
                        const model_column *const *equals);

/* The rows of a group, by what found them, with no more than the columns. */
static void write_source_rows(writer *w, const plan_source *s) {
    const plan_group *g = s->group;
    plan_query q = {.kind = STEP_FETCH, .entity = g->entity, .start = g->entity, .limit = -1, .offset = -1};
    if (!g->by_reference) q = g->step->query;
    q.columns = s->columns->at;
    q.column_count = s->columns->count;
    q.sorted = false;
    q.sources = g->sources;
    q.source_count = g->source_count;
    const model_columns *outer = w->bare;
    w->bare = s->columns;
    write_rows(w, &q);
    w->bare = outer;
}

/* SELECT the columns. Depth is bounded by that of the groups, length by WRITER_TEXT_MAX; what has no sources
 * of its own does not double, so that a wide statement that goes ahead is none too many. */
static void write_source(writer *w, const plan_source *s, const model_column *const *equals) {
    const plan_group *g = s->group;
    w->too_long = w->too_long || (g->source_count && w->text.len > WRITER_TEXT_MAX);
    if (w->too_long) return;
    if (s->setting) {
        TEXT(w, "SELECT * FROM ");
        write_unnested(w, s, equals);
    } else if (g->by_reference && s->columns == &g->entity->key) {
        write_union(w, g->sources, g->source_count, equals); /* the columns that refer to it */
    } else {
        write_source_rows(w, s);
    }
}

static void write_union(writer *w, const plan_source *sources, uint32_t count,
                        const model_column *const *equals) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) TEXT(w, " UNION ");
        if (count > 1) TEXT(w, "(");
        write_source(w, &sources[i], equals);
        if (count > 1) TEXT(w, ")");
    }
}

/* ---- Where keys stand -----------------------------------------------------------------------------------*/

/* Keys found by a sub-query are an array, too: an estimate of its rows would let the planner read whole
 * tables. */
static void write_among_sources(writer *w, const anchor *a, const plan_query *q) {
    const plan_source *only = q->source_count == 1 ? q->sources : NULL;
    if (a->count == 1 && only && only->setting) {
        write_setting(w, only, a->column[0], 0);
    } else if (a->count == 1) {
        TEXT(w, "ARRAY(");
        write_union(w, q->sources, q->source_count, a->column);
        TEXT(w, ")");
    } else {
        write_union(w, q->sources, q->source_count, a->column);
    }
}

static void write_sent(writer *w, const anchor *a, uint32_t number) {
    bool first = true;
    if (a->count > 1) TEXT(w, "SELECT * FROM unnest(");
    for (uint32_t c = 0; c < a->count; c++) {
        write_comma(w, &first);
        write_number(w, number + c);
        w->dialect->key_suffix(w, a->column[c]);
    }
    if (a->count > 1) TEXT(w, ")");
}

void write_among_keys(writer *w, const anchor *a, key_set keys) {
    bool first = true;
    buffer_cstr(&w->text, a->count > 1 ? " AND (" : " AND ");
    for (uint32_t c = 0; c < a->count; c++) {
        write_comma(w, &first);
        write_name(w, a->alias, a->name[c]);
    }
    buffer_cstr(&w->text, a->count > 1 ? ") IN (" : " = ANY(");
    if (keys.query->source_count)
        write_among_sources(w, a, keys.query);
    else
        write_sent(w, a, keys.number);
    TEXT(w, ")");
}

static bool finds_each_once(const plan_query *q) {
    const plan_source *s = &q->sources[0];
    return q->source_count == 1 && s->group->origin == GRAPH_SEARCH && s->columns == &s->group->entity->key;
}

void write_keys_table(writer *w, key_set keys) {
    const plan_query *q = keys.query;
    const model_columns *key = &q->start->key;
    if (!q->source_count) {
        w->dialect->keys_table(w, key, keys.number);
        return;
    }
    bool once = q->source_count > 1 || finds_each_once(q);
    buffer_cstr(&w->text, once ? "(" : "(SELECT DISTINCT * FROM (");
    write_union(w, q->sources, q->source_count, key->at);
    buffer_cstr(&w->text, once ? ") AS k(" : ") AS d) AS k(");
    bool first = true;
    for (uint32_t c = 0; c < key->count; c++) {
        write_comma(w, &first);
        buffer_slice(&w->text, key_name(c));
    }
    TEXT(w, ")");
}
