/* Arguments: what stands in a filter, as the column that it meets wants it. The model cannot say of an ID
 * whether it is an integer or text; the database does. */
#include "context.h"

#include "../base/number.h"
#include "../model/value.h"

static bool fit_text(sheaf_value *v, arena *memory, sheaf_error *err) {
    if (v->kind != SHEAF_KIND_INT) return true;
    char digits[NUMBER_TEXT_MAX];
    sheaf_slice text = arena_copy(memory, (sheaf_slice){digits, number_from_int(digits, v->i)});
    if (!text.ptr) return error_memory(err);
    *v = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = text};
    return true;
}

static bool fit_int(sheaf_value *v, sheaf_error *err) {
    int64_t i;
    if (v->kind == SHEAF_KIND_INT || v->kind == SHEAF_KIND_NULL) return true;
    if (v->kind != SHEAF_KIND_TEXT || !number_to_int(v->text, &i))
        return error_set(err, SHEAF_E_VARIABLE, "a value compared with an integer column is no integer");
    *v = (sheaf_value){.kind = SHEAF_KIND_INT, .i = i};
    return true;
}

static void fit_float(sheaf_value *v) {
    if (v->kind == SHEAF_KIND_INT) *v = (sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = (double)v->i};
}

static bool fit_one(sql_param_kind kind, sheaf_value *v, arena *memory, sheaf_error *err) {
    switch (kind) {
    case SQL_PARAM_TEXT:
    case SQL_PARAM_TEXT_LIST: return fit_text(v, memory, err);
    case SQL_PARAM_INT:
    case SQL_PARAM_INT_LIST: return fit_int(v, err);
    case SQL_PARAM_FLOAT:
    case SQL_PARAM_FLOAT_LIST: fit_float(v); return true;
    default: return true;
    }
}

bool context_fit(sql_param_kind kind, sheaf_value *v, arena *memory, sheaf_error *err) {
    if (v->kind != SHEAF_KIND_LIST) return fit_one(kind, v, memory, err);
    sheaf_value *items = arena_array(memory, v->list.count, sizeof *items);
    if (!items) return error_memory(err);
    for (size_t i = 0; i < v->list.count; i++) {
        items[i] = v->list.items[i];
        if (!fit_one(kind, &items[i], memory, err)) return false;
    }
    v->list.items = items;
    return true;
}
