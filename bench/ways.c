/* The ways that work for every subject. */
#include "bench.h"

const bench_way *const bench_general_ways[] = {NULL};
