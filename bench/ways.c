/* The ways that work for every subject. */
#include "bench.h"

extern const bench_way bench_sheaf;

const bench_way *const bench_general_ways[] = {&bench_sheaf, NULL};
