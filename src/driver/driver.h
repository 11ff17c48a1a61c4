/* driver: connections to a database, behind one vtable.
 *
 *   driver.h      the seam: everything above talks to a database only through it
 *   pool.h        connections shared between threads
 *   round_trip.h  the link's round trip, out of single measurements
 *   cancel.c      calls that are to stop
 *   pg/           PostgreSQL on libpq: pipeline mode, prepared statements, binary both ways
 *   sqlite/       SQLite
 *   fake/         a scripted driver for tests
 *
 * A connection is used by one thread at a time. A failed call leaves the connection usable unless `broken`
 * says otherwise. A driver never takes an error for the end of rows.
 */
#ifndef SHEAF_DRIVER_H
#define SHEAF_DRIVER_H

#include <sheaf/db.h>

#include "../model/catalogue.h"
#include "../sql/record.h"

typedef struct driver_options {
    const sheaf_allocator *allocator;
    int connect_timeout_ms;   /* > 0 */
    int statement_timeout_ms; /* > 0: the deadline of each trip, on the client's clock */
    int busy_timeout_ms;      /* SQLite: how long to wait for a lock; 0: not at all */
    bool read_only;           /* SQLite: open the file read-only, and never create it */
    bool must_exist;          /* SQLite: do not create the file */
    size_t statements_max;    /* prepared statements kept in a connection; the least recently used goes */
    bool unnamed_statements;  /* PostgreSQL: nothing is kept in the session, so that a pooler may give each
                                 transaction another server connection; `lock` and `script` are refused */
    const sheaf_cancellation *cancellation; /* NULL: none */
} driver_options;

/* True, and told as CANCELLED, where a call is to stop. Who waits looks after each DRIVER_CANCEL_LOOK_MS, and
 * before the first: an answer that is there already does not count. */
enum { DRIVER_CANCEL_LOOK_MS = 50 };
bool driver_cancelled(const sheaf_cancellation *cancellation, sheaf_error *err);

typedef struct driver_call {
    const sql_statement *statement;
    const sql_argument *arguments; /* as many as statement->param_count; alive until `run` returns */
    const void *user;              /* the caller's own */
} driver_call;

enum {
    DRIVER_BEGIN =
        1, /* start a read-only snapshot before the first call: REPEATABLE READ READ ONLY; BEGIN on SQLite */
    DRIVER_COMMIT = 2, /* end it after the last call, in the same trip */
};

/* Where rows go, in the order of calls and of rows. For each call `start` is told once, before its first row
 * (NULL: nobody listens), then `row` for each, then `done` (or NULL). False stops the run with the error that
 * it has set.
 *
 * The record is the driver's, one for all rows of a call: zero at the start, and then each row's values at
 * the places of the statement's outputs; what else `start` has written stays. Text in it lives in, or as long
 * as, the arena given to `run`. */
typedef struct driver_sink {
    void (*start)(struct driver_sink *sink, size_t call, void *record);
    bool (*row)(struct driver_sink *sink, size_t call, const void *record, sheaf_error *err);
    bool (*done)(struct driver_sink *sink, size_t call, sheaf_error *err);
} driver_sink;

/* What a run cost. Added to, never reset, by `run`. Times in nanoseconds on the monotonic clock. */
typedef struct driver_cost {
    uint64_t statements;  /* calls run; BEGIN and COMMIT are not counted */
    uint64_t trips;       /* waits for the server; on SQLite, runs */
    uint64_t rows, bytes; /* bytes: values received, without framing */
    uint64_t wait_ns;     /* sending and waiting (SQLite: stepping) */
    uint64_t decode_ns;   /* turning results into values and handing them to the sink */
} driver_cost;

typedef struct driver_connection driver_connection;

/* How long a measured round trip stands. One trip in ten seconds costs nobody anything, and with
 * ROUND_TRIP_WINDOW a link that changed is known within a minute. */
#define DRIVER_MEASURE_NS (INT64_C(10) * 1000000000)

typedef struct driver {
    const char *name;  /* "postgresql", "sqlite" */
    bool counts_trips; /* false where a trip costs nothing (in process) */

    /* Connects. `url` as the user gave it. Errors: CONNECT, TIMEOUT, BUSY, NOT_A_DATABASE,
     * READ_ONLY, MEMORY; none shows a password. */
    bool (*open)(const char *url, const driver_options *options, driver_connection **ret, sheaf_error *err);
    /* Closes and frees; never waits for the server. */
    void (*close)(driver_connection *c);

    /* Runs the calls in one trip. All are sent before the first answer is awaited. The first error ends the
     * run, rolls the snapshot back, and leaves nothing half-read. `memory` receives, or keeps alive, the text
     * of the values. `call_ns`, if not NULL, has room for n and gets the time each call took, as far as it
     * can be told.
     *
     * What the session had prepared may have become outdated (DDL) or be gone (DEALLOCATE): it is then
     * forgotten, and prepared anew by a run that follows. This one is repeated at once where no call was
     * answered and no snapshot lost; else it fails with CONNECTION_LOST while the connection is not `broken`:
     * the caller can start over on it, from its first trip. */
    bool (*run)(driver_connection *c, const driver_call *calls, size_t n, unsigned flags, arena *memory,
                driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err);

    /* Ends a snapshot that is still open (after a `run` with DRIVER_BEGIN and without DRIVER_COMMIT) without
     * waiting for the server's answer, which the next use of the connection collects. Safe to call when none
     * is open. */
    void (*finish)(driver_connection *c);

    /* One or many statements of SQL text without parameters or results, for migrations: waits for all of
     * them. Errors carry the SQLSTATE, and the line of the text where the database tells a position. */
    bool (*script)(driver_connection *c, sheaf_slice sql, sheaf_error *err);

    /* Tables, columns, indexes and foreign keys of every schema but the system's. Partitions are left out:
     * their parent stands for them. */
    bool (*catalogue)(driver_connection *c, arena *memory, catalogue *ret, sheaf_error *err);

    /* Writes the database's own plan of the statement as text (EXPLAIN / EXPLAIN QUERY PLAN with generic
     * parameters), lines ending in '\n'. */
    bool (*explain)(driver_connection *c, const sql_statement *statement, buffer *out, sheaf_error *err);

    /* A lock that only one connection of a database holds: for migrations. Polls until `timeout_ms` has
     * passed (BUSY). On PostgreSQL pg_try_advisory_lock; on SQLite BEGIN IMMEDIATE, so that `script` runs
     * inside one transaction, ended by unlock: commit or rollback. */
    bool (*lock)(driver_connection *c, int timeout_ms, sheaf_error *err);
    bool (*unlock)(driver_connection *c, bool commit, sheaf_error *err);

    /* True when the connection must not be used again (lost, or in an unknown state). Cheap. */
    bool (*broken)(const driver_connection *c);
    /* Looks, without waiting, whether an idle connection is still there; false: discard it. */
    bool (*alive)(driver_connection *c);

    /* The link's round trip: a measurement that was not told yet, in nanoseconds; 0: there is none. `open`
     * makes one; after that it is made here, by asking the server for nothing, when the last is older than
     * DRIVER_MEASURE_NS. It counts in nobody's cost. A connection that does not answer within
     * connect_timeout_ms is `broken` afterwards. No snapshot may be open. NULL where a trip costs nothing. */
    int64_t (*round_trip_ns)(driver_connection *c);

    /* The PGconn * or sqlite3 *. */
    void *(*raw)(driver_connection *c);
    /* Makes that handle one for anybody's use: nothing owed, blocking, no pipeline; and a connection of
     * Sheaf's again. What comes back inside a transaction is `broken`. NULL where there is nothing to do. */
    bool (*lend)(driver_connection *c, sheaf_error *err);
    void (*take_back)(driver_connection *c);
} driver;

extern const driver driver_pg;
extern const driver driver_sqlite;

/* The driver for a URL: "sqlite:PATH" (also "sqlite::memory:"), "postgresql://…", "postgres://…", or a libpq
 * "key=value …" string holding '='. NULL with SHEAF_E_USAGE for anything else. */
const driver *driver_for_url(const char *url, sheaf_error *err);

#endif
