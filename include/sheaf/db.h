/* db.h: a database, as many threads may use it: settings, a pool of connections, a cache of plans.
 *
 * Threads: every call here may be made from any thread, but `sheaf_close`, which must be the last. Opening
 * connects once, to read the catalogue; after that a connection is taken for the time of one realise. Fork:
 * open after forking.
 */
#ifndef SHEAF_DB_H
#define SHEAF_DB_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sheaf_db sheaf_db;

/* Caps and defaults, so that no page is unbounded. 0 means the default that is named.
 *
 *   X(field, default, name in sheaf.ini and on the command line, what it bounds) */
#define SHEAF_LIMITS(X)                                                                                      \
    X(page_default, 100, "page-default", "rows of a root list that gives no limit")                          \
    X(page_max, 10000, "page-max", "the largest limit; also rows a parent of a list without limit")          \
    X(whole_max, 50000, "whole-max", "rows fetched whole to choose from in memory, by one statement")        \
    X(rows_max, 1000000, "rows-max", "rows of one context")                                                  \
    X(bytes_max, 268435456, "bytes-max",                                                                     \
      "memory of one context, and a page's text; beside it, what libpq holds of one trip")                   \
    X(groups_max, 200, "groups-max", "groups of one context")                                                \
    X(plans_max, 256, "plans-max", "plans kept by a database; the least recently used goes")

typedef struct sheaf_limits {
#define X(field, fallback, name, meaning) int64_t field;
    SHEAF_LIMITS(X)
#undef X
} sheaf_limits;

/* How the statements of a plan follow each other (docs/architecture.md). The answer is the same, byte for
 * byte; what differs is what it costs on a given link. SQLite always takes levels.
 *
 *   X(enumerator, name in sheaf.ini and on the command line, meaning) */
#define SHEAF_STRATEGIES(X)                                                                                  \
    X(SHEAF_STRATEGY_AUTO, "auto", "by the measured round trip of the link, for each shape")                 \
    X(SHEAF_STRATEGY_LEVELS, "levels", "a trip for each level; keys are sent: for near servers")             \
    X(SHEAF_STRATEGY_RESELECT, "reselect", "one trip; statements select the rows they start from again")     \
    X(SHEAF_STRATEGY_SETTING, "setting", "one trip; keys pass through settings of the transaction")

typedef enum sheaf_strategy {
#define X(name, text, meaning) name,
    SHEAF_STRATEGIES(X)
#undef X
        SHEAF_STRATEGY_COUNT
} sheaf_strategy;

SHEAF_API const char *sheaf_strategy_name(sheaf_strategy strategy); /* "levels"; "unknown" */

/* Who is told what a context or page never read, when it is freed (unused.h). */
struct sheaf_unused;
typedef void sheaf_unused_fn(void *user, const struct sheaf_unused *unused);

/* A wish to stop, for signal handlers and other threads. The memory is the caller's, zero at first, and stays
 * until every database that was opened with it is closed; one may serve several. Once asked for, it is so for
 * good: every call that waits for one of these databases, or would, fails within a tenth of a second with
 * SHEAF_E_CANCELLED, and the databases are of no more use but to be closed, which waits for nothing. What was
 * realised before stays readable. A connection on which a call was waiting is closed; PostgreSQL is told
 * nothing else (that would take a further connection, which may stall as well), so that a statement that it
 * has begun ends by itself, at statement_timeout_ms the latest. Two waits are not ended: looking up a host's
 * name, and on SQLite the script of a migration. */
typedef struct sheaf_cancellation {
    int asked; /* set by sheaf_cancel, and by nobody else */
} sheaf_cancellation;

/* Any thread, as often as one likes; async-signal-safe. */
SHEAF_API void sheaf_cancel(sheaf_cancellation *cancellation);

/* How to open. Only `url` is needed; zero is the default everywhere. */
typedef struct sheaf_options {
    const char *url; /* "sqlite:PATH", or what libpq takes: "postgresql://…", "host=… dbname=…" */
    const sheaf_model *model; /* NULL: nothing can be realised, but migrations and raw connections work */
    const sheaf_allocator *allocator; /* NULL: the C library's */
    sheaf_limits limits;
    int pool_size;            /* 8 connections */
    int pool_wait_ms;         /* 5,000: how long a realise waits for a free connection; then SHEAF_E_BUSY */
    int connect_timeout_ms;   /* 5,000 */
    int statement_timeout_ms; /* 30,000: the deadline of one trip; then SHEAF_E_TIMEOUT */
    int busy_timeout_ms;      /* 5,000: SQLite's wait for a lock */
    int statements_max;       /* 256 prepared statements a connection */
    bool read_only;           /* SQLite: open the file read-only */
    sheaf_strategy strategy;  /* forces one for all shapes */
    bool unnamed_statements;  /* PostgreSQL: no named prepared statements, nor anything else that outlives a
                                 transaction, for a pooler in transaction mode; migrations are refused */
    sheaf_unused_fn *unused;  /* not NULL: every context and page tracks its reads, and is told of when it is
                                 freed, by the thread that frees it (unused.h) */
    void *unused_user;        /* the callback's first argument */
    const sheaf_cancellation *cancellation; /* NULL: nothing ends a call but its deadlines */
} sheaf_options;

/* Opens and reads the catalogue. Errors: USAGE (a URL of another kind), CONNECT, TIMEOUT, NOT_A_DATABASE,
 * READ_ONLY, CATALOGUE (the database lacks what the model names), CANCELLED, MEMORY. A SQLite file that does
 * not exist is created only if no model is given. */
SHEAF_API bool sheaf_open(const sheaf_options *options, sheaf_db **ret_db, sheaf_error *err);

/* Closes all connections. Every context of the database must have been freed. NULL is accepted. */
SHEAF_API void sheaf_close(sheaf_db *db);

/* "postgresql" or "sqlite". */
SHEAF_API const char *sheaf_backend(const sheaf_db *db);

/* A connection for the caller's own use, as PGconn * or sqlite3 *. Give it back in the state in which it was
 * taken: no open transaction, no changed settings; statements prepared on it by name may be dropped by later
 * realises. With `unnamed_statements` each transaction on it may run in another session. NULL: see `err`. */
typedef struct sheaf_raw sheaf_raw;
SHEAF_API sheaf_raw *sheaf_raw_take(sheaf_db *db, sheaf_error *err);
SHEAF_API void *sheaf_raw_handle(sheaf_db *db, sheaf_raw *raw); /* by sheaf_backend: which of the two it is */
SHEAF_API void sheaf_raw_give(sheaf_db *db, sheaf_raw *raw);

#ifdef __cplusplus
}
#endif

#endif
