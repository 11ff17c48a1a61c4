/* measure.h: the ways of one scenario in turn: first their answers compared, then their times taken. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <signal.h>

#include "bench.h"
#include "place.h"

#define MEASURE_WAYS_MAX 8

typedef struct measured {
    const bench_way *way;
    unsigned pages;           /* how many were timed */
    double p50_us, p99_us;    /* of a page, on the clock */
    double cpu_us;            /* p50 of this process's CPU for a page; on SQLite that is everything */
    double server_cpu_us;     /* mean of the server process's CPU for a page; 0: unknown */
    double render_us;         /* p50 of rendering, which the page's time does not hold */
    double statements, trips; /* means */
    double phase_us[BENCH_PHASE_COUNT]; /* means */
    bench_extra extras[BENCH_EXTRAS_MAX];
    size_t extra_count;
} measured;

typedef struct measurement {
    const bench_subject *subject;
    const bench_place *place;
    const bench_scenario *scenario;
    size_t json_bytes; /* of the first request's answer */
    measured ways[MEASURE_WAYS_MAX];
    size_t way_count;
} measurement;

/* The ways of a subject, open on one database. */
typedef struct contest {
    const bench_subject *subject;
    const bench_place *place;
    const bench_way *ways[MEASURE_WAYS_MAX]; /* the floor first, the lazy way last */
    void *states[MEASURE_WAYS_MAX];
    size_t count;
} contest;

/* Opens the floor, the general ways, the lazy way. */
bool contest_open(contest *c, const bench_subject *subject, const bench_place *place);
void contest_close(contest *c);

/* False: a way failed, or two answers differ; told on stderr. Ends early when *stop is set. */
bool contest_run(contest *c, const bench_scenario *scenario, unsigned rounds,
                 const volatile sig_atomic_t *stop, measurement *ret);

#endif
