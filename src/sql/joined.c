/* One trip: a statement's rows with the rows that they refer to, and settings for what starts from them:
 *
 *   WITH "sheaf rows" AS (rows) SELECT r.o0, …, j0.c0, …
 *   FROM "sheaf rows" AS r LEFT JOIN LATERAL (SELECT … FROM target WHERE key = r.o3 LIMIT 1) AS j0 ON TRUE
 *   WHERE (SELECT set_config(…) FROM "sheaf rows" AS r) IS NOT NULL ORDER BY r.x0
 *
 * A name of WITH hides the table of that name, so it is one that no table has. The sub-query of WHERE refers
 * to nothing outside, so it runs once, also where there are no rows. */
#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)
#define ROWS             "\"sheaf rows\""
#define FROM_ROWS        " FROM " ROWS " AS r"

static uint32_t key_outputs(const plan_query *q) {
    return q->kind == STEP_CHILDREN ? q->start->key.count : 0;
}

static void write_join_outputs(writer *w, const plan_query *q) {
    for (uint32_t n = 0; n < q->join_count; n++) {
        const plan_layout *l = q->joins[n].layout;
        sql_image image = add_image(w, l);
        for (uint32_t i = 0; i < l->column_count; i++) {
            db_type type = DB_ANY;
            w->dialect->output_suffix(l->columns[i], bound(w->binding, l->columns[i]), &type);
            buffer_printf(&w->text, ", j%u.c%u", n, i);
            add_output(w, l->columns[i], type, image);
        }
    }
}

/* The column that refers to it: of the rows, or of an earlier join. */
static void write_reference(writer *w, const plan_query *q, const plan_join *join, uint32_t c) {
    uint32_t at = plan_column_index(join->from, join->columns->at[c]);
    if (join->of < 0)
        buffer_printf(&w->text, " = r.o%u", key_outputs(q) + at);
    else
        buffer_printf(&w->text, " = j%d.c%u", join->of, at);
}

/* LATERAL, since PostgreSQL would hash the whole of a middling table for a few rows; and it would read the
 * whole of a small one for each row, if it were not joined plainly. A key stands first in its layout. */
static void write_join(writer *w, const plan_query *q, uint32_t n) {
    const plan_join *join = &q->joins[n];
    const plan_layout *l = join->layout;
    const model_columns *key = &l->entity->key;
    uint32_t alias = w->alias + 1;
    buffer_cstr(&w->text, join->small ? " LEFT JOIN (SELECT " : " LEFT JOIN LATERAL (SELECT ");
    bool first = true;
    for (uint32_t i = 0; i < l->column_count; i++) {
        db_type type;
        write_comma(w, &first);
        write_name(w, alias, l->columns[i]->name);
        buffer_cstr(&w->text,
                    w->dialect->output_suffix(l->columns[i], bound(w->binding, l->columns[i]), &type));
        buffer_printf(&w->text, " AS c%u", i);
    }
    TEXT(w, " FROM ");
    write_table(w, l->entity);
    if (!join->small) TEXT(w, " WHERE TRUE");
    for (uint32_t c = 0; c < key->count && !join->small; c++) {
        TEXT(w, " AND ");
        write_name(w, alias, key->at[c]->name);
        write_reference(w, q, join, c);
    }
    buffer_printf(&w->text, join->small ? ") AS j%u ON TRUE" : " LIMIT 1) AS j%u ON TRUE", n);
    for (uint32_t c = 0; c < key->count && join->small; c++) {
        buffer_printf(&w->text, " AND j%u.c%u", n, c);
        write_reference(w, q, join, c);
    }
}

/* Columns of a key that has several stay in step with each other. */
static void write_publications(writer *w, const plan_query *q, const plan_layout *l) {
    TEXT(w, " WHERE (SELECT ");
    for (uint32_t n = 0; n < q->publication_count; n++) {
        const plan_publication *made = &q->publications[n];
        for (uint32_t c = 0; c < made->columns->count; c++) {
            if (n || c) TEXT(w, " || ");
            TEXT(w, "set_config(");
            write_setting_name(w, made->setting, c);
            buffer_cstr(&w->text, made->columns->count > 1 ? ", coalesce(array_agg("
                                                           : ", coalesce(array_agg(DISTINCT ");
            buffer_printf(&w->text, "r.o%u)::text, ''), true)",
                          key_outputs(q) + plan_column_index(l, made->columns->at[c]));
        }
    }
    TEXT(w, FROM_ROWS ") IS NOT NULL");
}

void write_joined(writer *w, const plan_query *q) {
    TEXT(w, "WITH " ROWS " AS ");
    buffer_cstr(&w->text, q->publication_count ? "MATERIALIZED (" : "NOT MATERIALIZED (");
    w->named = true;
    write_rows(w, q);
    w->named = false;
    TEXT(w, ") SELECT ");
    for (size_t i = 0; i < w->outputs.count; i++) buffer_printf(&w->text, "%sr.o%zu", i ? ", " : "", i);
    write_join_outputs(w, q);
    TEXT(w, FROM_ROWS);
    for (uint32_t n = 0; n < q->join_count; n++) write_join(w, q, n);
    if (q->publication_count) write_publications(w, q, q->layout);
    for (uint32_t i = 0; i < q->order_count && q->sorted; i++) {
        const model_order_item *item = &q->order[i];
        const bound_column *b = bound(w->binding, item->column);
        buffer_printf(&w->text, "%sr.x%u%s%s", i ? ", " : " ORDER BY ", i,
                      w->dialect->column_suffix(item->column, b), item->descending ? " DESC" : "");
        if (b->nullable)
            buffer_cstr(&w->text, item->descending ? w->dialect->nulls_first : w->dialect->nulls_last);
    }
}
