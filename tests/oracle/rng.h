/* rng.h: random numbers that depend on a seed alone (splitmix64), so that a case replays on every machine. */
#ifndef ORACLE_RNG_H
#define ORACLE_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rng {
    uint64_t state;
} rng;

static inline uint64_t rng_next(rng *r) {
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* One stream for each pair of numbers. */
static inline rng rng_of(uint64_t seed, uint64_t number) {
    rng r = {seed};
    r.state = rng_next(&r) ^ number * UINT64_C(0xd1342543de82ef95);
    rng_next(&r);
    return r;
}

/* 0 to n - 1; 0 where n is 0. */
static inline uint32_t rng_below(rng *r, uint32_t n) {
    return n ? (uint32_t)(rng_next(r) >> 32) % n : 0;
}
static inline uint32_t rng_between(rng *r, uint32_t from, uint32_t to) {
    return from + rng_below(r, to - from + 1);
}
static inline bool rng_chance(rng *r, uint32_t percent) {
    return rng_below(r, 100) < percent;
}
/* Small numbers are likelier. */
static inline uint32_t rng_skewed(rng *r, uint32_t n) {
    uint32_t a = rng_below(r, n), b = rng_below(r, n), c = rng_below(r, n);
    return a < b ? (a < c ? a : c) : (b < c ? b : c);
}

#define RNG_PICK(r, array) ((array)[rng_below((r), sizeof(array) / sizeof *(array))])

#endif
