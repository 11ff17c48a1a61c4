/* pow10.h: powers of ten as 128-bit numbers. The table is made by pow10_gen.c when Sheaf is built. */
#ifndef SHEAF_BASE_POW10_H
#define SHEAF_BASE_POW10_H

#include <stdint.h>

#define POW10_MIN (-292)
#define POW10_MAX 324

/* number_pow10[k - POW10_MIN] is 10^k × 2^s, high half first, rounded up, with the one s for which it lies in
 * [2^127, 2^128); s is 127 - floor(log2(10^k)). */
extern const uint64_t number_pow10[POW10_MAX - POW10_MIN + 1][2];

#endif
