/* pg: PostgreSQL on libpq. Private to this folder.
 *
 *   connect.c     opening, closing, telling whether a connection is still there
 *   session.c     BEGIN and COMMIT, statements prepared anew, the ping
 *   answer.c      awaiting results within a deadline; errors
 *   encode.c      arguments to binary parameters
 *   decode.c      binary results to rows
 *   run.c         one trip: everything is sent, then everything is read
 *   admin.c       scripts, explain, the lock: whole queries outside of a pipeline
 *   catalogue.c   tables, columns, indexes and foreign keys
 *
 * A connection stands in pipeline mode between calls. Its session is set up by the options that it starts
 * with, so that setting it up costs no trip:
 *
 *   plan_cache_mode=force_generic_plan   statements are written to be safe for it, and are then planned once
 *   jit=off                              code is compiled anew each time a statement runs, which takes longer
 *                                        than any page: an estimate of many rows would set it off
 *   statement_timeout                    so that the server, too, stops what nobody waits for
 *
 * Behind a pooler in transaction mode (driver_options.unnamed_statements) there is no session: nothing is
 * prepared, such options are refused by the pooler, and what is set is set with SET LOCAL. Unnamed statements
 * are planned for their own arguments.
 */
#ifndef SHEAF_DRIVER_PG_H
#define SHEAF_DRIVER_PG_H

#include <libpq-fe.h>

#include "../cache.h"
#include "../driver.h"
#include "../value.h"

/* Types of PostgreSQL by their fixed OIDs, with what the catalogue calls them. */
#define PG_TYPES(X)                                                                                          \
    X(PG_BOOL, 16, DB_BOOL)                                                                                  \
    X(PG_BYTEA, 17, DB_BYTES)                                                                                \
    X(PG_NAME, 19, DB_TEXT)                                                                                  \
    X(PG_INT8, 20, DB_INT64)                                                                                 \
    X(PG_INT2, 21, DB_INT16)                                                                                 \
    X(PG_INT4, 23, DB_INT32)                                                                                 \
    X(PG_TEXT, 25, DB_TEXT)                                                                                  \
    X(PG_JSON, 114, DB_JSON)                                                                                 \
    X(PG_FLOAT4, 700, DB_FLOAT32)                                                                            \
    X(PG_FLOAT8, 701, DB_FLOAT64)                                                                            \
    X(PG_BPCHAR, 1042, DB_ANY)                                                                               \
    X(PG_VARCHAR, 1043, DB_TEXT)                                                                             \
    X(PG_DATE, 1082, DB_DATE)                                                                                \
    X(PG_TIMESTAMP, 1114, DB_TIMESTAMP)                                                                      \
    X(PG_TIMESTAMPTZ, 1184, DB_TIMESTAMPTZ)                                                                  \
    X(PG_NUMERIC, 1700, DB_NUMERIC)                                                                          \
    X(PG_UUID, 2950, DB_UUID)                                                                                \
    X(PG_JSONB, 3802, DB_JSONB)

enum {
#define X(name, oid, type) name = (oid),
    PG_TYPES(X)
#undef X
        PG_INT8_ARRAY = 1016,
    PG_TEXT_ARRAY = 1009,
    PG_FLOAT8_ARRAY = 1022,
};

/* PostgreSQL counts from 2000-01-01. */
#define PG_EPOCH_DAYS   INT64_C(10957)
#define PG_EPOCH_MICROS (PG_EPOCH_DAYS * 86400 * 1000000)

/* The parameters of one statement as libpq wants them: parallel arrays. */
typedef struct pg_parameters {
    int count;
    size_t room;
    Oid *types;
    const char **values; /* into `bytes`, or NULL */
    int *lengths, *formats;
    size_t *offsets; /* into `bytes`, while it still moves; SIZE_MAX: NULL */
    buffer bytes;
} pg_parameters;

typedef struct pg_column {
    misfit (*decode)(const char *at, int len, arena *memory, sheaf_value *ret);
    sql_place place;
} pg_column;

typedef struct pg_step pg_step;

typedef struct pg {
    PGconn *conn;
    const sheaf_allocator *allocator;
    int timeout_ms, connect_timeout_ms;
    size_t statements_max;
    const sheaf_cancellation *cancellation;
    bool unnamed;   /* as the option: nothing outlives a transaction */
    cache prepared; /* what the server has, by id; more than statements_max only within a run */
    size_t owed;    /* syncs sent whose answers nobody has read */
    bool snapshot;  /* a BEGIN was answered, and no COMMIT sent */
    bool broken;
    bool outdated;       /* the server's statements are not what `prepared` says; the next run starts anew */
    int64_t measured_at; /* on the monotonic clock */
    int64_t measured_ns; /* 0: told already */
    /* Scratch, kept between runs. */
    pg_parameters parameters;
    pg_step *steps;
    size_t step_room;
    pg_column *columns;
    size_t column_room;
    value_record record;
} pg;

/* answer.c */

/* When a trip that begins now must have ended. Somewhat later than the server's statement_timeout, so that
 * its answer to a slow statement arrives and the connection stays. */
int64_t pg_deadline(const pg *c);
#define PG_NO_DEADLINE INT64_MAX

/* Waits for the socket; false when the deadline has passed, or the call is cancelled. `events` are poll's. */
bool pg_wait_socket(const pg *c, short events, int64_t deadline);

/* The next result, or NULL as PQgetResult gives it, while sending what is still to be sent. False: the
 * deadline passed, it was cancelled, or the connection is lost; it is broken then. */
bool pg_next(pg *c, int64_t deadline, PGresult **ret, sheaf_error *err);

/* The answer to one command of a pipeline, or to a sync. As pg_next; *ret is never NULL. */
bool pg_answer(pg *c, int64_t deadline, PGresult **ret, sheaf_error *err);

/* Reads the answers that are owed; without `wait` only as many as have arrived. */
bool pg_settle(pg *c, bool wait, int64_t deadline, sheaf_error *err);

/* Tells the error that `result` is, and notes what it says of the connection: `broken`, `outdated`. `script`
 * is the text that the user gave, for the line of the error and since its values are no secret; NULL for
 * statements with parameters. Always false. */
bool pg_fail(pg *c, const PGresult *result, const char *script, sheaf_error *err);

/* The connection is broken; tells so. Always false. */
bool pg_lost(pg *c, sheaf_error *err);

/* session.c. What sends returns false where libpq does: the connection is of no more use. */
bool pg_send_sql(pg *c, const char *sql);
bool pg_send_begin(pg *c);
bool pg_send_commit(pg *c);
/* Sends what every snapshot needs; it travels with the first trip, and its answers are owed. */
bool pg_prepare_session(pg *c);
/* The same for a session whose statements are outdated: forgets and drops all. */
bool pg_renew_session(pg *c);
/* Measures the round trip into `measured_ns`; `first`: at connect. False: broken. */
bool pg_measure(pg *c, bool first, int64_t deadline, sheaf_error *err);
int64_t pg_round_trip_ns(driver_connection *connection);

/* encode.c */

/* Fills `types` and `count`. */
bool pg_parameter_types(pg_parameters *p, const sheaf_allocator *allocator, const sql_statement *statement,
                        sheaf_error *err);
/* Fills the rest; pg_parameter_types comes first. */
bool pg_encode(pg_parameters *p, const driver_call *call, sheaf_error *err);
void pg_parameters_free(pg_parameters *p, const sheaf_allocator *allocator);

/* decode.c */

/* Gives all rows of `result` to the sink, takes the result over, and keeps it for as long as the memory where
 * values point into it. */
bool pg_decode(pg *c, PGresult *result, const sql_statement *statement, size_t call, arena *memory,
               driver_sink *sink, driver_cost *cost, sheaf_error *err);

/* run.c */
bool pg_run(driver_connection *connection, const driver_call *calls, size_t n, unsigned flags, arena *memory,
            driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err);
void pg_finish(driver_connection *connection);

/* admin.c */

/* Runs a query outside of the pipeline and gives its first `n` results, which the caller clears; all of them
 * must be there and hold rows. An open snapshot is ended. */
bool pg_query(pg *c, const char *sql, PGresult **ret, size_t n, int64_t deadline, sheaf_error *err);
bool pg_script(driver_connection *connection, sheaf_slice sql, sheaf_error *err);
bool pg_explain(driver_connection *connection, const sql_statement *statement, buffer *out, sheaf_error *err);
bool pg_lock(driver_connection *connection, int timeout_ms, sheaf_error *err);
bool pg_unlock(driver_connection *connection, bool commit, sheaf_error *err);
bool pg_lend(driver_connection *connection, sheaf_error *err);
void pg_take_back(driver_connection *connection);

/* catalogue.c */
bool pg_catalogue(driver_connection *connection, arena *memory, catalogue *ret, sheaf_error *err);

#endif
