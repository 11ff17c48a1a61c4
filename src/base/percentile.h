/* percentile.h: of measured values, the least that a share of them does not exceed. */
#ifndef SHEAF_BASE_PERCENTILE_H
#define SHEAF_BASE_PERCENTILE_H

#include <stddef.h>
#include <stdint.h>

/* By nearest rank; `percent` is at most 100. Sorts `values` in place. 0 where there are none. */
int64_t percentile_of(int64_t *values, size_t count, unsigned percent);

#endif
