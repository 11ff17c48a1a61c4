/* runner.h: one realise while it runs.
 *
 *   run.c      what is sent: keys, statements, trips; starting over
 *   receive.c  what comes: rows into the store
 *   stitch.c   what the answers of a level mean for memory
 *   refused.c  whose value it was that cannot be compared with its column
 */
#ifndef SHEAF_CONTEXT_RUNNER_H
#define SHEAF_CONTEXT_RUNNER_H

#include "context.h"

/* What a call is for: driver_call.user. */
typedef struct runner_call {
    const plan_step *step;
    const sql_prepared *sql;
} runner_call;

typedef struct runner {
    driver_sink sink; /* first: the driver hands it back */
    sheaf_context *c;
    store *s;
    const plan *plan;
    driver_connection *connection;
    arena scratch;      /* of one level: keys, arguments */
    store_pairs *pairs; /* by step */
    bool *repeated;     /* by step: this time SQL chose */
    size_t *key_counts; /* by step */
    struct {
        driver_call *items;
        size_t count, room;
    } calls;
    driver_cost cost;
    store_row *last_parent; /* of the last pair: rows of one parent often come together */
    int64_t last_key;
    const plan_layout *last_layout;
    uint32_t stitched; /* one trip: levels whose answers are all there, and stitched */
} runner;

static inline const runner_call *runner_call_at(const runner *r, size_t call) {
    return r->calls.items[call].user;
}

/* receive.c: the sink's. */
void runner_start_call(driver_sink *sink, size_t call, void *record);
bool runner_take_row(driver_sink *sink, size_t call, const void *record, sheaf_error *err);

/* refused.c: rewrite the error, so that it names the variable, or the attribute and the place, if that can be
 * told. Always false. */

/* A value that context_fit refused. */
bool runner_misfit(runner *r, const plan_step *step, const sql_source *source, const sheaf_value *value,
                   sheaf_error *err);
/* A trip that failed: of the database's refusals those of a value. */
bool runner_refused(runner *r, sheaf_error *err);

/* stitch.c */

/* Whose keys the step asks with: the rows of the parents, or of the groups themselves. */
bool runner_wants_key_of(const plan_step *step, const store_row *row);
/* More rows came than may be chosen from in memory: the step is to be repeated. */
bool runner_is_too_large(const runner *r, uint32_t step);
/* Rows whose keys were given, and what is known before the first trip. */
bool runner_start(runner *r, sheaf_error *err);
/* What the answers of a level mean: lists are cut, references followed. A step that is still to be repeated
 * waits: nothing starts from its rows. */
bool runner_stitch(runner *r, uint32_t level, sheaf_error *err);
/* The same for the lists of steps that were repeated after all levels had been stitched, and for the
 * references back from their rows. */
bool runner_stitch_repeated(runner *r, sheaf_error *err);

#endif
