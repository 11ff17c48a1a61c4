/* measure.h: the ways of one scenario in turn: first their answers compared, then their times taken. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <signal.h>

#include "bench.h"
#include "link.h"
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

/* A round trip that is added before the server. */
typedef struct bench_distance {
    const char *name; /* "1 ms" */
    int64_t rtt_ns;
} bench_distance;

/* A column that holds a way against others: its p50 by the least p50 of those, or the other way round. */
typedef struct bench_ratio {
    const char *title, *key; /* in the table, in JSON */
    const char *of[2];       /* names of ways; the second may be NULL */
    bool inverse;
} bench_ratio;
#define RATIOS 2

typedef struct measurement {
    const bench_subject *subject;
    const bench_place *place;
    const bench_distance *distance; /* NULL: none */
    double trip_us;                 /* what a trip over it really takes: p50 of an empty query */
    const bench_ratio *ratios;
    const bench_scenario *scenario;
    size_t json_bytes; /* of the first request's answer */
    measured ways[MEASURE_WAYS_MAX];
    size_t way_count;
} measurement;

/* The ways of a subject, open on one database. */
typedef struct contest {
    const bench_subject *subject;
    const bench_place *place;
    const bench_distance *distance;
    double trip_us;
    const bench_way *ways[MEASURE_WAYS_MAX]; /* the floor first */
    void *states[MEASURE_WAYS_MAX];
    size_t count;
} contest;

/* Opens the floor, Sheaf's ways, the lazy way; or, over a link that was set to the distance, the floors
 * and Sheaf's strategies. */
bool contest_open(contest *c, const bench_subject *subject, const bench_place *place);
bool contest_open_far(contest *c, const bench_subject *subject, const bench_place *place,
                      const bench_link *link, const bench_distance *distance);
void contest_close(contest *c);

/* False: a way failed, or two answers differ; told on stderr. Ends early when *stop is set. */
bool contest_run(contest *c, const bench_scenario *scenario, unsigned rounds,
                 const volatile sig_atomic_t *stop, measurement *ret);

/* Of a way of a measurement; 0 where those that it is held against were not measured. */
double measured_ratio(const measurement *m, const measured *way, const bench_ratio *ratio);

#endif
