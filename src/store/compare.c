#include "../base/number.h"
#include "store.h"

#include <math.h>

static int compare_floats(double a, double b) {
    if (SHEAF_UNLIKELY(isnan(a) || isnan(b))) return (isnan(a) != 0) - (isnan(b) != 0);
    return (a > b) - (a < b);
}

static int compare_values(const store_row *a, const store_row *b, const plan_sort_key *key) {
    switch (key->as) {
    case SORT_FLOAT: return compare_floats(store_float_at(a, key->at), store_float_at(b, key->at));
    case SORT_TEXT: return slice_compare(store_text_at(a, key->at), store_text_at(b, key->at));
    case SORT_DECIMAL: return decimal_compare(store_text_at(a, key->at), store_text_at(b, key->at));
    case SORT_INT: break;
    }
    int64_t x = store_int_at(a, key->at), y = store_int_at(b, key->at);
    return (x > y) - (x < y);
}

int store_compare(const store_row *a, const store_row *b, const plan_sort_key *keys, uint32_t count) {
    for (const plan_sort_key *key = keys; key < keys + count; key++) {
        int null_a = store_null_at(a, key->null_at, key->null_bit);
        int null_b = store_null_at(b, key->null_at, key->null_bit);
        int c = null_a | null_b ? null_a - null_b : compare_values(a, b, key);
        if (c) return key->descending ? -c : c;
    }
    return 0;
}
