#include "../base/number.h"
#include "store.h"

#include <math.h>

static int compare_floats(double a, double b) {
    bool nan_a = isnan(a), nan_b = isnan(b);
    if (nan_a || nan_b) return nan_a - nan_b;
    return (a > b) - (a < b);
}

static int compare_values(const plan *p, const store_row *a, const store_row *b, const model_column *column) {
    uint32_t at_a = a->table->layout->column_at[column->index], at_b = b->table->layout->column_at[column->index];
    switch (store_kind(p, column)) {
    case SHEAF_KIND_FLOAT: return compare_floats(store_float_at(a, at_a), store_float_at(b, at_b));
    case SHEAF_KIND_TEXT:
        if (column->scalar == SHEAF_DECIMAL) return decimal_compare(store_text_at(a, at_a), store_text_at(b, at_b));
        return slice_compare(store_text_at(a, at_a), store_text_at(b, at_b));
    default: {
        int64_t x = store_int_at(a, at_a), y = store_int_at(b, at_b);
        return (x > y) - (x < y);
    }
    }
}

int store_compare(const plan *p, const store_row *a, const store_row *b, const model_order_item *order, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        bool null_a = store_is_null(a, order[i].column), null_b = store_is_null(b, order[i].column);
        int c = null_a || null_b ? null_a - null_b : compare_values(p, a, b, order[i].column);
        if (c) return order[i].descending ? -c : c;
    }
    return 0;
}
