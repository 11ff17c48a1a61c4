#include "sort.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void as_qsort_does(void **state) {
    (void)state;
    enum { MAX = 1000 };
    static const int64_t ranges[][2] = {
        {0, 1}, {0, 200}, {-300, 300}, {1000000, 1070000}, {INT64_MIN, INT64_MAX}};
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 257, MAX};
    uint64_t seed = 7;
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            int64_t items[MAX], wanted[MAX], spare[MAX];
            uint64_t span = (uint64_t)ranges[r][1] - (uint64_t)ranges[r][0];
            for (size_t i = 0; i < counts[c]; i++) {
                seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                uint64_t drawn = seed ^ seed >> 29;
                items[i] = (int64_t)((uint64_t)ranges[r][0] + (span + 1 ? drawn % (span + 1) : drawn));
            }
            memcpy(wanted, items, sizeof items);
            qsort(wanted, counts[c], sizeof *wanted, ascending);
            sort_ints(items, counts[c], spare);
            assert_memory_equal(items, wanted, counts[c] * sizeof *items);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_qsort_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
