/* The ways that work for every subject. */
#include "bench.h"

extern const bench_way bench_sheaf, bench_sheaf_levels, bench_sheaf_reselect, bench_sheaf_setting,
    bench_sheaf_auto;

const bench_way *const bench_general_ways[] = {&bench_sheaf, NULL};
const bench_way *const bench_far_ways[] = {&bench_sheaf_levels, &bench_sheaf_reselect, &bench_sheaf_setting,
                                           &bench_sheaf_auto, NULL};
