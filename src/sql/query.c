/* The forms of a step's statement. Every table is joined with all conditions in WHERE; what differs between
 * backends is in the dialect: where a set of keys stands, and how the rows of each key are chosen. */
#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

/* ---- Searches, totals, fetches --------------------------------------------------------------------------*/

/* Under an OFFSET only keys are sorted and skipped; the page's rows are then read by key. */
static void write_search(writer *w, const plan_query *q) {
    bool first = true;
    bool keys_first = q->offset >= 0 && w->bare != &q->entity->key;
    uint32_t alias = w->alias + 1;
    TEXT(w, "SELECT ");
    write_output_columns(w, alias, q, &first);
    TEXT(w, " FROM ");
    if (keys_first) {
        w->alias = alias;
        TEXT(w, "(SELECT ");
        first = true;
        for (uint32_t i = 0; i < q->entity->key.count; i++) {
            write_comma(w, &first);
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
        write_equal(w, alias, q->entity->key.at[i]->name, ALIAS_CHOSEN, q->entity->key.at[i]->name);
    if (q->sorted) write_order(w, alias, q);
}

static void add_number_output(writer *w, const char *name) {
    sql_output *out = ARENA_PUSH(w->memory, &w->outputs);
    if (!out) {
        w->failed = true;
        return;
    }
    *out = (sql_output){.scalar = SHEAF_BIGINT, .type = DB_INT64, .name = slice_of(name)};
    w->record_size = sql_place_alone(out, w->record_size);
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
    key_set keys = add_keys(w, q);
    TEXT(w, "SELECT ");
    write_output_columns(w, w->alias + 1, q, &first);
    TEXT(w, " FROM ");
    if (w->dialect->keys_joined) {
        write_keys_table(w, keys);
        buffer_cstr(&w->text, w->dialect->join);
    }
    anchor a = key_anchor(w, key);
    a.alias = write_table(w, q->entity);
    TEXT(w, " WHERE TRUE");
    for (uint32_t c = 0; c < key->count; c++) {
        a.name[c] = key->at[c]->name;
        if (w->dialect->keys_joined) write_equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    }
    if (!w->dialect->keys_joined) write_among_keys(w, &a, keys);
}

/* ---- Children and counts: rows of a path for a set of keys
 * -------------------------------------------------*/

static bool starts_with_ref(const model_path *path) {
    return path->hops[0].kind == HOP_REF;
}

/* FROM … WHERE …, all rows of the path for the key set, and what they are anchored to. `outer_keys`: the key
 * set stands in an outer query, as k. Aliases are assigned in the order of writing, so the select list can be
 * written before: see `aliases_ahead`. */
static void write_path_rows(writer *w, const plan_query *q, bool outer_keys, key_set keys, path_aliases *at) {
    bool join_keys = w->dialect->keys_joined && !outer_keys;
    TEXT(w, " FROM ");
    if (join_keys) {
        write_keys_table(w, keys);
        buffer_cstr(&w->text, w->dialect->join);
    }
    write_path_tables(w, &q->path, starts_with_ref(&q->path), at);
    TEXT(w, " WHERE TRUE");
    anchor a = path_anchor(w, &q->path, at);
    if (join_keys || outer_keys)
        for (uint32_t c = 0; c < a.count; c++) write_equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    else
        write_among_keys(w, &a, keys);
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
    key_set keys = add_keys(w, q);
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = path_anchor(w, &q->path, &at);
    uint32_t last = at.hop[q->path.count - 1];
    bool first = true;
    TEXT(w, "SELECT ");
    write_output_start(w, &a, w->dialect->keys_joined, &first);
    write_output_columns(w, last, q, &first);
    write_path_rows(w, q, false, keys, &at);
    if (q->sorted) write_order(w, last, q);
    write_limit(w, q);
}

/* Only the link table: SELECT link.from, link.to FROM link WHERE link.from = ANY($1). */
static void write_links(writer *w, const plan_query *q, bool count) {
    const model_hop *hop = &q->path.hops[0];
    key_set keys = add_keys(w, q);
    path_aliases at = {.link[0] = w->alias + 1};
    anchor a = path_anchor(w, &q->path, &at);
    bool first = true;
    TEXT(w, "SELECT ");
    write_output_start(w, &a, w->dialect->keys_joined, &first);
    for (uint32_t c = 0; c < hop->to->key.count && !count; c++)
        write_output(w, a.alias, hop->link_to[c],
                     (selected){hop->to->key.at[c],
                                binding_link_column(w->binding, hop, hop->link_to[c])->type, own_image(w)},
                     &first);
    if (count) {
        TEXT(w, ", count(*)");
        add_number_output(w, "count");
    }
    TEXT(w, " FROM ");
    if (w->dialect->keys_joined) {
        write_keys_table(w, keys);
        buffer_cstr(&w->text, w->dialect->join);
    }
    write_raw_table(w, hop->link_schema, hop->link_table);
    TEXT(w, " WHERE TRUE");
    for (uint32_t c = 0; c < a.count && w->dialect->keys_joined; c++)
        write_equal(w, a.alias, a.name[c], ALIAS_KEYS, key_name(c));
    if (!w->dialect->keys_joined) write_among_keys(w, &a, keys);
    if (!count) return;
    TEXT(w, " GROUP BY ");
    first = true;
    for (uint32_t c = 0; c < a.count; c++) {
        write_comma(w, &first);
        write_name(w, a.alias, a.name[c]);
    }
}

/* The select list inside a choice: the row's key, then what decides; named c0 … for the key, o0 … for the
 * order. */
static void write_chosen_keys(writer *w, uint32_t alias, const plan_query *q) {
    bool first = true;
    for (uint32_t i = 0; i < q->entity->key.count; i++) {
        write_comma(w, &first);
        write_name(w, alias, q->entity->key.at[i]->name);
    }
}

static const sheaf_slice best_name = {"sheaf best", 10}; /* the name of no column */

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
    TEXT(w, ") AS ");
    write_identifier(w, best_name);
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
        write_comma(w, &first);
        write_name(w, last, q->order[i].column->name);
    }
    write_comma(w, &first);
    write_name(w, last, q->keep_max->name);
    write_best(w, last, q);
    write_path_rows(w, q, true, (key_set){q, 0}, &at);
    TEXT(w, ") AS ");
    write_alias(w, best);
    TEXT(w, " WHERE ");
    write_comparable(w, best, q->keep_max);
    TEXT(w, " = ");
    write_name(w, best, best_name);
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
        write_path_rows(w, q, true, (key_set){q, 0}, &at);
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
    key_set keys = add_keys(w, q);
    anchor a = key_anchor(w, &q->start->key);
    bool first = true;
    TEXT(w, "SELECT ");
    write_output_start(w, &a, true, &first);
    write_output_columns(w, ALIAS_CHOSEN, q, &first);
    TEXT(w, " FROM ");
    write_keys_table(w, keys);
    TEXT(w, " CROSS JOIN LATERAL (SELECT ");
    path_aliases at = aliases_ahead(w, &q->path);
    uint32_t last = at.hop[q->path.count - 1];
    first = true;
    for (uint32_t i = 0; i < q->column_count; i++) {
        write_comma(w, &first);
        write_name(w, last, q->columns[i]->name);
    }
    for (uint32_t i = 0; i < q->order_count && q->sorted; i++) {
        if (outputs_column(q, q->order[i].column)) continue;
        TEXT(w, ", ");
        write_name(w, last, q->order[i].column->name);
    }
    write_path_rows(w, q, true, (key_set){q, 0}, &at);
    write_order(w, last, q);
    write_limit(w, q);
    TEXT(w, ") AS c");
    if (q->sorted) write_order(w, ALIAS_CHOSEN, q);
}

/* FROM keys, for each of them what the choice keeps, and the rows of that by key. */
static void write_chosen(writer *w, const plan_query *q) {
    key_set keys = add_keys(w, q);
    const model_columns *key = &q->entity->key;
    anchor a = key_anchor(w, &q->start->key);
    uint32_t row = ++w->alias;
    bool first = true;
    TEXT(w, "SELECT ");
    write_output_start(w, &a, true, &first);
    write_output_columns(w, row, q, &first);
    TEXT(w, " FROM ");
    write_keys_table(w, keys);
    if (w->dialect->lateral) {
        TEXT(w, " CROSS JOIN LATERAL (");
        write_choice(w, q);
        TEXT(w, ") AS c(");
        first = true;
        uint32_t extra = q->distinct && !q->keep_max ? q->order_count : 0;
        for (uint32_t i = 0; i < key->count + extra; i++) {
            write_comma(w, &first);
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
            write_equal(w, row, key->at[i]->name, ALIAS_CHOSEN, (sheaf_slice){names[i], 2});
    } else {
        TEXT(w, " AND (");
        write_chosen_keys(w, row, q);
        TEXT(w, ") IN (");
        write_choice(w, q);
        TEXT(w, ")");
    }
    if (q->sorted) write_order(w, row, q);
}

/* What the rows of all parents are sorted by, so that the first of each parent is its best: the parent, for a
 * keep_max also its group and the value downwards, then the order. */
static void write_best_first(writer *w, const plan_query *q, const anchor *a, uint32_t alias, bool grouped) {
    bool first = true;
    TEXT(w, " ORDER BY ");
    for (uint32_t c = 0; c < a->count; c++) {
        write_comma(w, &first);
        write_name(w, a->alias, a->name[c]);
    }
    for (uint32_t i = 0; i < q->per.count && grouped; i++) {
        TEXT(w, ", ");
        write_comparable(w, alias, q->per.at[i]);
    }
    if (grouped) {
        TEXT(w, ", ");
        write_comparable(w, alias, q->keep_max);
        TEXT(w, " DESC");
    }
    write_order_items(w, alias, q, &first);
}

static void write_distinct_on(writer *w, const plan_query *q, const anchor *a, uint32_t alias, bool grouped) {
    bool first = true;
    TEXT(w, "SELECT DISTINCT ON (");
    for (uint32_t c = 0; c < a->count; c++) {
        write_comma(w, &first);
        write_name(w, a->alias, a->name[c]);
    }
    for (uint32_t i = 0; i < q->per.count && grouped; i++) {
        TEXT(w, ", ");
        write_comparable(w, alias, q->per.at[i]);
    }
    TEXT(w, ") ");
}

/* The best row of each group of each parent, with all that decides further, under the alias of `outer`. */
static void write_group_bests(writer *w, const plan_query *q, key_set keys, const anchor *outer) {
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = path_anchor(w, &q->path, &at);
    uint32_t last = at.hop[q->path.count - 1];
    bool first = true;
    TEXT(w, " FROM (");
    write_distinct_on(w, q, &a, last, true);
    for (uint32_t c = 0; c < a.count; c++) {
        write_comma(w, &first);
        write_name(w, a.alias, a.name[c]);
        TEXT(w, " AS ");
        write_identifier(w, outer->name[c]);
    }
    for (uint32_t i = 0; i < q->column_count; i++) {
        TEXT(w, ", ");
        write_name(w, last, q->columns[i]->name);
    }
    for (uint32_t i = 0; i < q->order_count; i++) {
        if (outputs_column(q, q->order[i].column)) continue;
        TEXT(w, ", ");
        write_name(w, last, q->order[i].column->name);
    }
    write_path_rows(w, q, false, keys, &at);
    TEXT(w, " AND ");
    write_name(w, last, q->keep_max->name);
    TEXT(w, " IS NOT NULL");
    write_best_first(w, q, &a, last, true);
    TEXT(w, ") AS ");
    write_alias(w, outer->alias);
}

/* A pick for all parents at once. Of the rows that hold the maximum of a group only the first by the order
 * can be the first of its parent. */
static void write_picked(writer *w, const plan_query *q) {
    static const sheaf_slice names[MODEL_KEY_MAX] = {
        {"sheaf k0", 8}, {"sheaf k1", 8}, {"sheaf k2", 8}, {"sheaf k3", 8}};
    key_set keys = add_keys(w, q);
    bool first = true;
    uint32_t best = q->keep_max ? ++w->alias : 0;
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = path_anchor(w, &q->path, &at);
    uint32_t last = best ? best : at.hop[q->path.count - 1];
    if (best) a.alias = best;
    for (uint32_t c = 0; c < a.count && best; c++) a.name[c] = names[c];
    write_distinct_on(w, q, &a, last, false);
    write_output_start(w, &a, false, &first);
    write_output_columns(w, last, q, &first);
    if (q->keep_max)
        write_group_bests(w, q, keys, &a);
    else
        write_path_rows(w, q, false, keys, &at);
    write_best_first(w, q, &a, last, false);
}

/* Where the key set is a table: a count for each key in a sub-query, straight from an index and without
 * sorting into groups. */
static void write_count_by_key(writer *w, const plan_query *q) {
    key_set keys = add_keys(w, q);
    const model_hop *first_hop = &q->path.hops[0];
    anchor a = key_anchor(w, &q->start->key);
    bool first = true;
    TEXT(w, "SELECT ");
    write_output_start(w, &a, true, &first);
    TEXT(w, ", (SELECT count(*)");
    add_number_output(w, "count");
    if (q->trust_link) {
        TEXT(w, " FROM ");
        uint32_t link = write_raw_table(w, first_hop->link_schema, first_hop->link_table);
        TEXT(w, " WHERE TRUE");
        for (uint32_t c = 0; c < a.count; c++)
            write_equal(w, link, first_hop->link_from[c], ALIAS_KEYS, key_name(c));
    } else {
        path_aliases at = aliases_ahead(w, &q->path);
        if (q->distinct) {
            TEXT(w, " FROM (SELECT DISTINCT ");
            write_chosen_keys(w, at.hop[q->path.count - 1], q);
        }
        write_path_rows(w, q, true, (key_set){q, 0}, &at);
        if (q->distinct) TEXT(w, ")");
    }
    TEXT(w, ") FROM ");
    write_keys_table(w, keys);
}

static void write_count(writer *w, const plan_query *q) {
    key_set keys = add_keys(w, q);
    path_aliases at = aliases_ahead(w, &q->path);
    anchor a = path_anchor(w, &q->path, &at);
    bool first = true;
    TEXT(w, "SELECT ");
    if (!q->distinct) {
        write_output_start(w, &a, false, &first);
        TEXT(w, ", count(*)");
    } else {
        for (uint32_t c = 0; c < a.count; c++)
            write_output(w, ALIAS_CHOSEN, key_name(c), (selected){a.column[c], a.type[c], {0}}, &first);
        TEXT(w, ", count(*) FROM (SELECT DISTINCT ");
        first = true;
        for (uint32_t c = 0; c < a.count; c++) {
            write_comma(w, &first);
            write_name(w, a.alias, a.name[c]);
            TEXT(w, " AS ");
            write_identifier(w, key_name(c));
        }
        for (uint32_t c = 0; c < q->entity->key.count; c++) {
            write_comma(w, &first);
            write_name(w, at.hop[q->path.count - 1], q->entity->key.at[c]->name);
            buffer_printf(&w->text, " AS \"r%u\"", c);
        }
    }
    add_number_output(w, "count");
    write_path_rows(w, q, false, keys, &at);
    if (q->distinct) TEXT(w, ") AS c");
    TEXT(w, " GROUP BY ");
    first = true;
    for (uint32_t c = 0; c < a.count; c++) {
        write_comma(w, &first);
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

void write_rows(writer *w, const plan_query *q) {
    switch (q->kind) {
    case STEP_SEARCH: write_search(w, q); break;
    case STEP_TOTAL: write_total(w, q); break;
    case STEP_FETCH: write_fetch(w, q); break;
    case STEP_CHILDREN:
        if (q->trust_link)
            write_links(w, q, false);
        else if (q->choose && q->together && w->dialect->lateral)
            write_picked(w, q);
        else if (q->choose && w->dialect->lateral && !q->distinct && !q->keep_max)
            write_chosen_rows(w, q);
        else if (q->choose)
            write_chosen(w, q);
        else
            write_whole(w, q);
        break;
    case STEP_COUNT:
        if (w->dialect->keys_joined)
            write_count_by_key(w, q);
        else if (q->trust_link)
            write_links(w, q, true);
        else
            write_count(w, q);
        break;
    }
}

bool sql_write(const sql_dialect *dialect, const binding *b, const plan_query *q, arena *memory,
               sql_prepared *ret, sheaf_error *err) {
    writer w = {.dialect = dialect, .binding = b, .memory = memory};
    buffer_init(&w.text, memory->allocator);
    if (q->layout) add_image(&w, q->layout);
    if (q->join_count || q->publication_count)
        write_joined(&w, q);
    else
        write_rows(&w, q);
    bool ok = !w.failed && !w.text.failed && !w.too_long;
    sheaf_slice text = ok ? arena_copy(memory, buffer_view(&w.text)) : (sheaf_slice){0};
    uint64_t id = text.ptr ? identity(&w) : 0;
    buffer_free(&w.text);
    if (w.too_long && !w.failed)
        return error_set(err, SHEAF_E_LIMIT, "a statement is longer than %d bytes", WRITER_TEXT_MAX);
    if (!text.ptr) return error_memory(err);
    bool keyed = q->kind == STEP_CHILDREN || q->kind == STEP_COUNT;
    *ret = (sql_prepared){.statement = {.text = text,
                                        .id = id,
                                        .params = w.params.items,
                                        .param_count = w.params.count,
                                        .outputs = w.outputs.items,
                                        .output_count = w.outputs.count,
                                        .record_size = w.record_size},
                          .sources = w.sources.items,
                          .images = w.images.items,
                          .image_count = (uint32_t)w.images.count,
                          .key_outputs = keyed ? q->start->key.count : 0};
    return true;
}
