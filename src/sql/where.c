/* Conditions: filters and cursors. */
#include "dialect.h"

#define TEXT(w, literal) BUFFER_LITERAL(&(w)->text, literal)

static sql_source source_of(const filter *f) {
    const filter_operand *operand = &f->operand;
    if (operand->is_variable)
        return (sql_source){.kind = SQL_FROM_VALUE, .value = operand->variable, .column = f->column};
    return (sql_source){.kind = SQL_FROM_CONSTANT, .constant = operand->value, .column = f->column};
}

static sql_param_kind list_kind(sql_param_kind kind) {
    switch (kind) {
    case SQL_PARAM_INT: return SQL_PARAM_INT_LIST;
    case SQL_PARAM_FLOAT: return SQL_PARAM_FLOAT_LIST;
    default: return SQL_PARAM_TEXT_LIST;
    }
}

static const char equals[] = " = ";

static void compare_number(writer *w, uint32_t alias, const model_column *column, const char *op,
                           uint32_t number, const char *suffix) {
    write_comparable(w, alias, column);
    buffer_cstr(&w->text, op);
    write_number(w, number);
    buffer_cstr(&w->text, suffix);
}

static void compare(writer *w, uint32_t alias, const model_column *column, const char *op,
                    sql_source source) {
    const bound_column *b = bound(w->binding, column);
    uint32_t number = add_param(w, (sql_param){.kind = w->dialect->param_kind(column, b)}, source);
    const char *suffix = w->dialect->param_suffix(column, b, false);
    if (strcmp(op, equals) == 0 && w->dialect->decimal_by_range && column->scalar == SHEAF_DECIMAL) {
        TEXT(w, "(");
        compare_number(w, alias, column, " >= ", number, suffix);
        TEXT(w, " AND ");
        compare_number(w, alias, column, " <= ", number, suffix);
        TEXT(w, ")");
        return;
    }
    compare_number(w, alias, column, op, number, suffix);
}

static void is_null(writer *w, uint32_t alias, const model_column *column, bool yes) {
    write_name(w, alias, column->name);
    buffer_cstr(&w->text, yes ? " IS NULL" : " IS NOT NULL");
}

static void write_compare(writer *w, uint32_t alias, const filter *f) {
    static const char *const signs[] = {[FILTER_EQ] = equals, [FILTER_NE] = " <> ", [FILTER_LT] = " < ",
                                        [FILTER_LE] = " <= ", [FILTER_GT] = " > ",  [FILTER_GE] = " >= "};
    const bound_column *b = bound(w->binding, f->column);
    sql_source source = source_of(f);
    switch (f->op) {
    case FILTER_IS_NULL: is_null(w, alias, f->column, f->operand.value.i != 0); break;
    case FILTER_IN:
    case FILTER_NOT_IN: {
        sql_param_kind kind = list_kind(w->dialect->param_kind(f->column, b));
        uint32_t number = add_param(w, (sql_param){.kind = kind}, source);
        w->dialect->in_list(w, alias, f->column, number, f->op == FILTER_NOT_IN);
        break;
    }
    case FILTER_STARTS_WITH:
        w->dialect->starts_with(w, alias, f->column,
                                add_param(w, (sql_param){.kind = SQL_PARAM_TEXT}, source));
        break;
    case FILTER_CONTAINS:
        w->dialect->contains(w, alias, f->column, add_param(w, (sql_param){.kind = SQL_PARAM_TEXT}, source));
        break;
    default: compare(w, alias, f->column, signs[f->op], source);
    }
}

static void write_list(writer *w, uint32_t alias, const filter *f, const char *between, const char *empty) {
    if (!f->count) {
        buffer_cstr(&w->text, empty);
        return;
    }
    TEXT(w, "(");
    for (uint32_t i = 0; i < f->count; i++) {
        if (i) buffer_cstr(&w->text, between);
        write_filter(w, alias, f->items[i]);
    }
    TEXT(w, ")");
}

/* Depth is bounded by FILTER_NODES_MAX. */
void write_filter(writer *w, uint32_t alias, const filter *f) {
    switch (f->kind) {
    case FILTER_AND: write_list(w, alias, f, " AND ", "TRUE"); break;
    case FILTER_OR: write_list(w, alias, f, " OR ", "FALSE"); break;
    case FILTER_NOT:
        TEXT(w, "(NOT ");
        write_list(w, alias, f, " AND ", "TRUE");
        TEXT(w, ")");
        break;
    case FILTER_COMPARE: write_compare(w, alias, f); break;
    case FILTER_EXISTS: {
        path_aliases at;
        TEXT(w, "EXISTS (SELECT 1 FROM ");
        write_path_tables(w, &f->path, false, &at);
        TEXT(w, " WHERE TRUE");
        write_path_conditions(w, &f->path, &at, alias, false);
        if (f->where) {
            TEXT(w, " AND ");
            write_filter(w, at.hop[f->path.count - 1], f->where);
        }
        TEXT(w, ")");
        break;
    }
    }
}

/* ---- Cursors --------------------------------------------------------------------------------------------*/

static bool value_is_null(const graph_after *after, uint32_t i) {
    return after->nulls >> i & 1;
}

static sql_source after_source(const graph_after *after, uint32_t i) {
    return (sql_source){.kind = SQL_FROM_VALUE, .value = after->first + i};
}

/* Rows that stand after the cursor by column i alone. NULLs stand last ascending and first descending. */
static void strictly_after(writer *w, uint32_t alias, const model_order_item *item, const graph_after *after,
                           uint32_t i) {
    bool nullable = bound(w->binding, item->column)->nullable;
    if (value_is_null(after, i)) {
        if (item->descending)
            is_null(w, alias, item->column, false);
        else
            TEXT(w, "FALSE");
        return;
    }
    bool nulls_follow = nullable && !item->descending;
    if (nulls_follow) TEXT(w, "(");
    compare(w, alias, item->column, item->descending ? " < " : " > ", after_source(after, i));
    if (nulls_follow) {
        TEXT(w, " OR ");
        is_null(w, alias, item->column, true);
        TEXT(w, ")");
    }
}

static void same_as(writer *w, uint32_t alias, const model_order_item *item, const graph_after *after,
                    uint32_t i) {
    if (value_is_null(after, i))
        is_null(w, alias, item->column, true);
    else
        compare(w, alias, item->column, equals, after_source(after, i));
}

/* One comparison of rows, which an index serves, where all columns run the same way and none can be NULL. */
static bool as_row(writer *w, uint32_t alias, const model_order_item *order, uint32_t count,
                   const graph_after *after) {
    for (uint32_t i = 0; i < count; i++)
        if (order[i].descending != order[0].descending || bound(w->binding, order[i].column)->nullable ||
            value_is_null(after, i))
            return false;
    TEXT(w, "(");
    for (uint32_t i = 0; i < count; i++) {
        if (i) TEXT(w, ", ");
        write_comparable(w, alias, order[i].column);
    }
    buffer_cstr(&w->text, order[0].descending ? ") < (" : ") > (");
    for (uint32_t i = 0; i < count; i++) {
        const bound_column *b = bound(w->binding, order[i].column);
        if (i) TEXT(w, ", ");
        write_number(w, add_param(w, (sql_param){.kind = w->dialect->param_kind(order[i].column, b)},
                                  after_source(after, i)));
        buffer_cstr(&w->text, w->dialect->param_suffix(order[i].column, b, false));
    }
    TEXT(w, ")");
    return true;
}

/* after(0) OR same(0) AND (after(1) OR same(1) AND (…)), with a bound on the first column before it that an
 * index can use. */
void write_after(writer *w, uint32_t alias, const model_order_item *order, uint32_t count,
                 const graph_after *after) {
    if (as_row(w, alias, order, count, after)) return;
    TEXT(w, "(");
    if (!bound(w->binding, order[0].column)->nullable) {
        compare(w, alias, order[0].column, order[0].descending ? " <= " : " >= ", after_source(after, 0));
        TEXT(w, " AND ");
    }
    for (uint32_t i = 0; i < count; i++) {
        TEXT(w, "(");
        strictly_after(w, alias, &order[i], after, i);
        if (i + 1 == count) break;
        TEXT(w, " OR ");
        same_as(w, alias, &order[i], after, i);
        TEXT(w, " AND ");
    }
    for (uint32_t i = 0; i <= count; i++) TEXT(w, ")");
}
