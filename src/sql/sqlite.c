#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

/* Decimals are stored as text and compare by value with a collation that the driver defines. */
static const char *column_suffix(const model_column *column, const bound_column *b) {
    (void)b;
    return column->scalar == SHEAF_DECIMAL ? " COLLATE sheaf_decimal" : "";
}

static const char *param_suffix(const model_column *column, const bound_column *b, bool list) {
    (void)column;
    (void)b;
    (void)list;
    return "";
}

static void key_suffix(writer *w, const model_column *column) {
    (void)w;
    (void)column;
}

static const char *output_suffix(const model_column *column, const bound_column *b, db_type *ret_type) {
    (void)column;
    *ret_type = b->type;
    return "";
}

/* The scalar decides: SQLite's declared types are hints. */
static sql_param_kind param_kind(const model_column *column, const bound_column *b) {
    switch (column->scalar) {
    case SHEAF_ID: return b->text ? SQL_PARAM_TEXT : SQL_PARAM_INT;
    case SHEAF_INT:
    case SHEAF_BIGINT: return SQL_PARAM_INT;
    case SHEAF_FLOAT: return SQL_PARAM_FLOAT;
    case SHEAF_BOOLEAN: return SQL_PARAM_BOOL;
    case SHEAF_TIMESTAMP: return SQL_PARAM_TIMESTAMP;
    case SHEAF_DATE: return SQL_PARAM_DATE;
    case SHEAF_BYTES: return SQL_PARAM_BYTES;
    default: return SQL_PARAM_TEXT;
    }
}

static void in_list(writer *w, uint32_t alias, const model_column *column, uint32_t number, bool negated) {
    write_comparable(w, alias, column);
    buffer_cstr(&w->text,
                negated ? " NOT IN (SELECT k0 FROM sheaf_keys(" : " IN (SELECT k0 FROM sheaf_keys(");
    write_number(w, number);
    TEXT(w, "))");
}

/* Both count characters, so the prefix is as long as the operand. */
static void starts_with(writer *w, uint32_t alias, const model_column *column, uint32_t number) {
    TEXT(w, "substr(");
    write_comparable(w, alias, column);
    TEXT(w, ", 1, length(");
    write_number(w, number);
    TEXT(w, ")) = ");
    write_number(w, number);
}

static void contains(writer *w, uint32_t alias, const model_column *column, uint32_t number) {
    TEXT(w, "instr(");
    write_comparable(w, alias, column);
    TEXT(w, ", ");
    write_number(w, number);
    TEXT(w, ") > 0");
}

static void keys_table(writer *w, const model_columns *columns, uint32_t number) {
    (void)columns;
    TEXT(w, "sheaf_keys(");
    write_number(w, number);
    TEXT(w, ") AS k");
}

/* CROSS JOIN keeps the order of tables: from the keys outward, each by its index. */
const sql_dialect sql_sqlite = {
    .sigil = '?',
    .decimal_by_range = true,
    .keys_joined = true,
    .join = " CROSS JOIN ",
    .nulls_last = " NULLS LAST",
    .nulls_first = " NULLS FIRST",
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
