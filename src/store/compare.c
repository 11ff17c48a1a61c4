#include "../base/number.h"
#include "store.h"

#include <math.h>

static int compare_floats(double a, double b) {
    if (SHEAF_UNLIKELY(isnan(a) || isnan(b))) return (isnan(a) != 0) - (isnan(b) != 0);
    return (a > b) - (a < b);
}

int store_compare_values(const store_row *a, const store_row *b, const plan_sort_key *key) {
    switch (key->as) {
    case SORT_FLOAT: return compare_floats(store_float_at(a, key->at), store_float_at(b, key->at));
    case SORT_TEXT: return slice_compare(store_text_at(a, key->at), store_text_at(b, key->at));
    case SORT_DECIMAL: return decimal_compare(store_text_at(a, key->at), store_text_at(b, key->at));
    case SORT_INT: break;
    }
    int64_t x = store_int_at(a, key->at), y = store_int_at(b, key->at);
    return (x > y) - (x < y);
}
