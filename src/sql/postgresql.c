#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

static bool is_int(db_type type) {
    return type == DB_INT16 || type == DB_INT32 || type == DB_INT64;
}

/* Decimals compare as numeric, and types of which Sheaf knows no more as their text. */
static const char *column_suffix(const model_column *column, const bound_column *b) {
    if (column->scalar == SHEAF_DECIMAL && is_int(b->type)) return "::numeric";
    return b->type == DB_ANY ? "::text" : "";
}

static const char *param_suffix(const model_column *column, const bound_column *b, bool list) {
    if (column->scalar == SHEAF_DECIMAL) return list ? "::numeric[]" : "::numeric";
    if (b->type == DB_UUID) return list ? "::uuid[]" : "::uuid";
    return "";
}

/* Keys of a type of which Sheaf knows no more are cast to it, by the catalogue's name, so that its index
 * serves. Of a domain there are arrays, but no operators. */
static void key_suffix(writer *w, const model_column *column) {
    const bound_column *b = bound(w->binding, column);
    if (b->type == DB_ANY)
        buffer_printf(&w->text, "::%.*s[]", SHEAF_SLICE_ARGS(binding_column(w->binding, column)->base));
    else
        buffer_cstr(&w->text, param_suffix(column, b, true));
}

static const char *output_suffix(const model_column *column, const bound_column *b, db_type *ret_type) {
    bool cast = column->scalar == SHEAF_DECIMAL || b->type == DB_ANY;
    *ret_type = cast ? DB_TEXT : b->type;
    return cast ? "::text" : "";
}

static sql_param_kind param_kind(const model_column *column, const bound_column *b) {
    if (column->scalar == SHEAF_DECIMAL) return SQL_PARAM_TEXT;
    switch (b->type) {
    case DB_INT16:
    case DB_INT32:
    case DB_INT64: return column->scalar == SHEAF_FLOAT ? SQL_PARAM_FLOAT : SQL_PARAM_INT;
    case DB_FLOAT32:
    case DB_FLOAT64: return SQL_PARAM_FLOAT;
    case DB_BOOL: return SQL_PARAM_BOOL;
    case DB_TIMESTAMP: return SQL_PARAM_TIMESTAMP;
    case DB_TIMESTAMPTZ: return SQL_PARAM_TIMESTAMPTZ;
    case DB_DATE: return SQL_PARAM_DATE;
    case DB_BYTES: return SQL_PARAM_BYTES;
    default: return SQL_PARAM_TEXT;
    }
}

static void in_list(writer *w, uint32_t alias, const model_column *column, uint32_t number, bool negated) {
    write_comparable(w, alias, column);
    buffer_cstr(&w->text, negated ? " <> ALL(" : " = ANY(");
    write_number(w, number);
    buffer_cstr(&w->text, param_suffix(column, bound(w->binding, column), true));
    TEXT(w, ")");
}

/* Of a String, which may be a uuid in the database. */
static void write_text(writer *w, uint32_t alias, const model_column *column) {
    write_comparable(w, alias, column);
    if (bound(w->binding, column)->type == DB_UUID) TEXT(w, "::text");
}

static void starts_with(writer *w, uint32_t alias, const model_column *column, uint32_t number) {
    TEXT(w, "starts_with(");
    write_text(w, alias, column);
    TEXT(w, ", ");
    write_number(w, number);
    TEXT(w, ")");
}

static void contains(writer *w, uint32_t alias, const model_column *column, uint32_t number) {
    TEXT(w, "position(");
    write_number(w, number);
    TEXT(w, " IN ");
    write_text(w, alias, column);
    TEXT(w, ") > 0");
}

static void keys_table(writer *w, const model_columns *columns, uint32_t number) {
    TEXT(w, "unnest(");
    for (uint32_t i = 0; i < columns->count; i++) {
        if (i) TEXT(w, ", ");
        write_number(w, number + i);
        key_suffix(w, columns->at[i]);
    }
    TEXT(w, ") AS k(");
    for (uint32_t i = 0; i < columns->count; i++) buffer_printf(&w->text, "%sk%u", i ? ", " : "", i);
    TEXT(w, ")");
}

/* NULLs are last ascending and first descending of themselves, so that plain indexes serve. */
const sql_dialect sql_postgresql = {
    .sigil = '$',
    .key_columns_counted = true,
    .lateral = true,
    .join = " CROSS JOIN ",
    .nulls_last = "",
    .nulls_first = "",
    .column_suffix = column_suffix,
    .param_suffix = param_suffix,
    .key_suffix = key_suffix,
    .output_suffix = output_suffix,
    .param_kind = param_kind,
    .in_list = in_list,
    .starts_with = starts_with,
    .contains = contains,
    .keys_table = keys_table,
};
