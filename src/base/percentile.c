#include "percentile.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t percentile_of(int64_t *values, size_t count, unsigned percent) {
    if (!count) return 0;
    qsort(values, count, sizeof *values, ascending);
    /* ceil(count × percent / 100), in parts that cannot overflow */
    size_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
    return values[rank ? rank - 1 : 0];
}
