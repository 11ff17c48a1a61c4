/* bench: what a page costs, measured side by side.
 *
 *   bench.h        this seam: subjects, scenarios, ways
 *   main.c         options; the scenarios that they choose, one after another
 *   place.c        a database of its own on each backend, made and dropped
 *   measure.c      one scenario: answers compared, warm-up, ways in turn, percentiles
 *   report.c       the table on stdout and the JSON file
 *   load.c         rows into a new database: COPY BINARY or one transaction
 *   pg.c, lite.c   what hand-written code wants of libpq and SQLite
 *   sheaf_way.c    what needs no code by hand
 *   link.c         a longer way to the PostgreSQL server
 *   idset.h, text.c  small parts of the hand-written pages: distinct ids, JSON
 *   occurrences/, archive/  a subject each: model, shapes, migrations, data, and its ways by hand
 *
 * A *subject* is a model with data and pages. A *way* is one manner of reading the pages of a subject from
 * one database: "floor" is the best C by hand that we know how to write, "lazy" is one query per row and
 * relation. Every way fetches the same columns into plain memory, in one call, and renders the same bytes, in
 * another. Ways of a scenario run in turn in one process on the same data, so that their ratios hold although
 * absolute times drift.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../src/base/buffer.h"
#include "../src/base/time.h"

typedef enum bench_backend { BENCH_SQLITE, BENCH_PG, BENCH_BACKENDS } bench_backend;

/* Which page. Read by the ways of the subject that the scenario is of. */
typedef struct bench_request {
    const char *shape;  /* the query in the subject's shapes/ that this is */
    int64_t project;    /* occurrences: of this project */
    const char *distro; /* archive: of the distribution with this name */
    int limit;
    int64_t offset; /* rows skipped; then the page tells the number of all rows too: see `numbered` */
    bool numbered;  /* by offset, with the count; else by keyset */
    bool after; /* keyset: what follows the row (after_time, after_id) in the page's order; else the first */
    int64_t after_time; /* microseconds since 1970 */
    int64_t after_id;
} bench_request;

/* Phases that a way may tell. One that it does not have, or cannot tell apart, stays 0.
 *   X(enumerator, name, meaning) */
#define BENCH_PHASES(X)                                                                                      \
    X(BENCH_PLAN, "plan", "finding or making the plan")                                                      \
    X(BENCH_WAIT, "wait", "sending and waiting; on SQLite stepping, with decoding where they are one")       \
    X(BENCH_DECODE, "decode", "results into memory")                                                         \
    X(BENCH_STITCH, "stitch", "choosing, stitching, bookkeeping")

typedef enum bench_phase {
#define X(name, text, meaning) name,
    BENCH_PHASES(X)
#undef X
        BENCH_PHASE_COUNT
} bench_phase;

typedef struct bench_cost {
    uint64_t statements, trips; /* BEGIN and COMMIT are not statements; on SQLite a trip is a statement run */
    int64_t phase_ns[BENCH_PHASE_COUNT];
} bench_cost;

/* The next phase begins, where `clock` tells when this one did. */
static inline void bench_end_phase(bench_cost *cost, bench_phase ended, int64_t *clock) {
    int64_t now = clock_ns();
    cost->phase_ns[ended] += now - *clock;
    *clock = now;
}

/* A number that a way measures itself, once, after the rounds: "attribute read" in "ns". */
typedef struct bench_extra {
    const char *name, *unit;
    double value;
} bench_extra;
#define BENCH_EXTRAS_MAX 8

typedef struct bench_subject bench_subject;

/* A way. A state belongs to one subject and one database; failures are told on stderr by the way itself. */
typedef struct bench_way {
    const char *name;
    unsigned every; /* takes part in every Nth round: 1, or more for what is too slow */

    /* `url` is "sqlite:PATH" or a libpq connection string. NULL: failed. */
    void *(*open)(const bench_subject *subject, bench_backend backend, const char *url);
    /* Reads one page into plain memory, which stays until the next page or close. Adds to *cost. */
    bool (*page)(void *state, const bench_request *request, bench_cost *cost);
    /* Appends the page that was read last as JSON. */
    bool (*render)(void *state, buffer *json);
    /* The server's process where it runs on this machine; may be NULL. */
    int (*backend_pid)(void *state);
    /* Fills at most BENCH_EXTRAS_MAX numbers from the page that was read last, gives how many; may be NULL.
     */
    size_t (*extras)(void *state, bench_extra *out);
    void (*close)(void *state);
} bench_way;

typedef struct bench_scenario {
    const char *name;
    const bench_request *requests; /* read in turn, one a round */
    size_t request_count;
    bool far; /* measured over longer links, too */
} bench_scenario;
#define BENCH_SCENARIOS_MAX 8

struct bench_subject {
    const char *name;
    const char *folder;    /* holds model.graphql, shapes/, migrations/ */
    const char *migration; /* the one that makes the tables: "0001_init" */

    /* Makes tables and rows in an empty database; `scale` 1 is the size that the results are quoted for.
     * Prints the counts on stdout. */
    bool (*load)(const bench_subject *subject, bench_backend backend, const char *url, double scale);
    /* Fills at most BENCH_SCENARIOS_MAX, gives how many. They live as long as the program. */
    size_t (*scenarios)(double scale, bench_scenario *out);

    /* The ways by hand for each database: the floor, which the others are measured against, and the lazy way.
     */
    const bench_way *floor[BENCH_BACKENDS], *lazy;
    const bench_way *compiled; /* Sheaf by compiled shapes */
    /* PostgreSQL over a long link: the ways by hand that take one trip; ended by NULL. */
    const bench_way *const *one_trip;
};

extern const bench_subject bench_occurrences;
extern const bench_subject bench_archive;

/* Ways that work for every subject, from its folder; ended by NULL. They run between the compiled and the
 * lazy way; over a long link, where no one waits for the lazy way, those of bench_far_ways after the floors.
 */
extern const bench_way *const bench_general_ways[], *const bench_far_ways[];

#endif
