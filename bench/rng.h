/* rng.h: numbers that look random and are the same everywhere: a hash of what they are for. */
#ifndef BENCH_RNG_H
#define BENCH_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rng {
    uint64_t state;
} rng;

static inline uint64_t rng_next(rng *r) { /* splitmix64 */
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* For one row of one table. */
static inline rng rng_for(int table, int64_t id) {
    rng r = {((uint64_t)table + 1) << 48 ^ (uint64_t)id};
    rng_next(&r);
    return r;
}

static inline int64_t rng_below(rng *r, int64_t bound) {
    return (int64_t)(rng_next(r) % (uint64_t)bound);
}
static inline bool rng_chance(rng *r, int per_thousand) {
    return rng_below(r, 1000) < per_thousand;
}
static inline double rng_unit(rng *r) { /* 0 <= it < 1 */
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

#endif
