/* The pieces of statements: names, parameters, tables, paths, select lists, orders. */
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

void write_alias(writer *w, uint32_t alias) {
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

uint32_t write_raw_table(writer *w, sheaf_slice schema, sheaf_slice table) {
    if (schema.ptr) {
        write_identifier(w, schema);
        buffer_byte(&w->text, '.');
    }
    write_identifier(w, table);
    TEXT(w, " AS ");
    write_alias(w, ++w->alias);
    return w->alias;
}

uint32_t write_table(writer *w, const model_entity *entity) {
    return write_raw_table(w, entity->schema, entity->table);
}

/* Under an alias that was taken before. */
void write_table_as(writer *w, const model_entity *entity, uint32_t alias) {
    uint32_t last = w->alias;
    w->alias = alias - 1;
    write_table(w, entity);
    w->alias = last;
}

void write_comma(writer *w, bool *first) {
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

void write_equal(writer *w, uint32_t a, sheaf_slice name_a, uint32_t b, sheaf_slice name_b) {
    TEXT(w, " AND ");
    write_name(w, a, name_a);
    TEXT(w, " = ");
    write_name(w, b, name_b);
}

/* a.x = b.y by an index of the first: two collations do not agree by themselves, and where one is the
 * database's own, the other would count. */
static void write_pair(writer *w, uint32_t a, const catalogue_column *x, uint32_t b,
                       const catalogue_column *y) {
    write_equal(w, a, x->name, b, y->name);
    if (!x->collation.ptr || slice_equal(x->collation, y->collation)) return;
    TEXT(w, " COLLATE ");
    buffer_slice(&w->text, x->collation);
}

/* The rows of hop i belong to the row `outer` of its start, or to a key of the key set. */
static void join_hop(writer *w, const model_hop *hop, uint32_t outer, uint32_t link, uint32_t to) {
    const model_columns *from_key = &hop->from->key, *to_key = &hop->to->key;
    const binding *b = w->binding;
    for (uint32_t c = 0; c < hop->columns.count && hop->kind == HOP_REF; c++)
        write_pair(w, to, binding_column(b, to_key->at[c]), outer, binding_column(b, hop->columns.at[c]));
    for (uint32_t c = 0; c < from_key->count && hop->kind != HOP_REF; c++) {
        const catalogue_column *own = hop->kind == HOP_MANY ? binding_column(b, hop->columns.at[c])
                                                            : binding_link_column(b, hop, hop->link_from[c]);
        uint32_t alias = hop->kind == HOP_MANY ? to : link;
        if (outer == ALIAS_KEYS)
            write_equal(w, alias, own->name, outer, key_name(c));
        else
            write_pair(w, alias, own, outer, binding_column(b, from_key->at[c]));
    }
}

static void join_link(writer *w, const model_hop *hop, uint32_t link, uint32_t to) {
    for (uint32_t c = 0; c < hop->to->key.count; c++)
        write_pair(w, to, binding_column(w->binding, hop->to->key.at[c]), link,
                   binding_link_column(w->binding, hop, hop->link_to[c]));
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

anchor key_anchor(const writer *w, const model_columns *key) {
    anchor a = {.count = key->count};
    for (uint32_t c = 0; c < a.count; c++) {
        a.column[c] = key->at[c];
        a.type[c] = bound(w->binding, key->at[c])->type;
    }
    return a;
}

anchor path_anchor(const writer *w, const model_path *path, const path_aliases *at) {
    const model_hop *hop = &path->hops[0];
    anchor a = key_anchor(w, &hop->from->key);
    for (uint32_t c = 0; c < a.count; c++) {
        switch (hop->kind) {
        case HOP_REF: a.name[c] = hop->from->key.at[c]->name; break;
        case HOP_MANY:
            a.name[c] = hop->columns.at[c]->name;
            a.type[c] = bound(w->binding, hop->columns.at[c])->type;
            break;
        case HOP_THROUGH:
            a.name[c] = hop->link_from[c];
            a.type[c] = binding_link_column(w->binding, hop, hop->link_from[c])->type;
            break;
        }
    }
    a.alias = hop->kind == HOP_REF ? at->start : hop->kind == HOP_MANY ? at->hop[0] : at->link[0];
    return a;
}

/* ---- Output, order, limit -------------------------------------------------------------------------------*/

sql_image add_image(writer *w, const plan_layout *l) {
    sql_image image = {.at = w->record_size, .layout = l};
    sql_image *slot = ARENA_PUSH(w->memory, &w->images);
    if (!slot) {
        w->failed = true;
        return (sql_image){0};
    }
    w->record_size += l->columns_end;
    return *slot = image;
}

sql_image own_image(const writer *w) {
    return w->images.count ? w->images.items[0] : (sql_image){0};
}

void add_output(writer *w, const model_column *column, db_type type, sql_image of) {
    sql_output *out = ARENA_PUSH(w->memory, &w->outputs);
    if (!out) {
        w->failed = true;
        return;
    }
    *out = (sql_output){.scalar = column->scalar, .type = type, .text_key = bound(w->binding, column)->text};
    out->name = arena_printf(w->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(column->entity->table),
                             SHEAF_SLICE_ARGS(column->name));
    if (!out->name.ptr) w->failed = true;
    if (of.layout)
        out->place = sql_place_in(of, plan_column_index(of.layout, column));
    else
        w->record_size = sql_place_alone(out, w->record_size);
}

void write_output(writer *w, uint32_t alias, sheaf_slice name, selected what, bool *first) {
    bound_column b = *bound(w->binding, what.column);
    b.type = what.type;
    db_type type = DB_ANY;
    write_comma(w, first);
    write_name(w, alias, name);
    if (w->bare) return;
    buffer_cstr(&w->text, w->dialect->output_suffix(what.column, &b, &type));
    if (w->named) buffer_printf(&w->text, " AS o%zu", w->outputs.count);
    add_output(w, what.column, type, what.of);
}

/* Named, also what the rows are ordered by. */
void write_output_columns(writer *w, uint32_t alias, const plan_query *q, bool *first) {
    for (uint32_t i = 0; i < q->column_count; i++)
        write_output(w, alias, q->columns[i]->name,
                     (selected){q->columns[i], bound(w->binding, q->columns[i])->type, own_image(w)}, first);
    for (uint32_t i = 0; i < q->order_count && q->sorted && w->named; i++) {
        write_comma(w, first);
        write_name(w, alias, q->order[i].column->name);
        buffer_printf(&w->text, " AS x%u", i);
    }
}

void write_output_start(writer *w, const anchor *a, bool from_keys, bool *first) {
    for (uint32_t c = 0; c < a->count && !w->bare; c++)
        write_output(
            w, from_keys ? ALIAS_KEYS : a->alias, from_keys ? key_name(c) : a->name[c],
            (selected){a->column[c], from_keys ? bound(w->binding, a->column[c])->type : a->type[c], {0}},
            first);
}

void write_order_items(writer *w, uint32_t alias, const plan_query *q, bool *first) {
    for (uint32_t i = 0; i < q->order_count; i++) {
        const model_order_item *item = &q->order[i];
        write_comma(w, first);
        write_comparable(w, alias, item->column);
        if (item->descending) TEXT(w, " DESC");
        if (bound(w->binding, item->column)->nullable)
            buffer_cstr(&w->text, item->descending ? w->dialect->nulls_first : w->dialect->nulls_last);
    }
}

void write_order(writer *w, uint32_t alias, const plan_query *q) {
    if (!q->order_count) return;
    TEXT(w, " ORDER BY ");
    bool first = true;
    write_order_items(w, alias, q, &first);
}

void write_limit(writer *w, const plan_query *q) {
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

void write_where_and_after(writer *w, uint32_t alias, const plan_query *q) {
    if (q->where) {
        TEXT(w, " AND ");
        write_filter(w, alias, q->where);
    }
    if (q->after.given) {
        TEXT(w, " AND ");
        write_after(w, alias, q->order, q->order_count, &q->after);
    }
}
