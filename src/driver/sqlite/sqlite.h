/* sqlite: SQLite 3. Private to this folder.
 *
 *   connect.c     opening, closing; errors
 *   keys.c        sheaf_keys(?): a bound key set as a table
 *   decode.c      stored values to values, strictly
 *   run.c         a run of prepared statements within a read transaction
 *   admin.c       scripts, explain, the lock
 *   catalogue.c   tables, columns, indexes and foreign keys
 *
 * A connection is opened without a mutex, with foreign keys on, and with "…" never taken for a string in
 * queries, so that a column that is not there is an error. It has a collation `sheaf_decimal`, which orders
 * decimals held as text by value.
 */
#ifndef SHEAF_DRIVER_SQLITE_H
#define SHEAF_DRIVER_SQLITE_H

#include <sqlite3.h>

#include "../cache.h"
#include "../driver.h"
#include "../value.h"

/* What a bound pointer of this type points to: a key set, or the items of a list as one column. */
#define SQLITE_KEYS_POINTER "sheaf_keys"
typedef struct sqlite_keys {
    const sql_param *param;  /* of a key set */
    const sql_key_set *set;  /* or NULL: */
    const sheaf_value *list; /* `count` items */
    size_t count;
} sqlite_keys;

typedef struct sqlite_connection {
    sqlite3 *db;
    const sheaf_allocator *allocator;
    int timeout_ms, busy_timeout_ms;
    size_t statements_max;
    const sheaf_cancellation *cancellation;
    cache prepared; /* of sqlite3_stmt * */
    sqlite3_stmt *begin, *commit;
    int64_t deadline; /* of the run */
    int64_t busy_until;
    bool snapshot; /* `run` has opened a transaction */
    bool broken;
    /* Scratch, kept between runs. */
    value_record record;
    sqlite_keys *keys;
    size_t key_room;
} sqlite_connection;

/* connect.c */

/* Tells the error behind a result code of this connection. Always false. */
bool sqlite_fail(sqlite_connection *c, int code, sheaf_error *err);

/* keys.c */
int sqlite_define_keys(sqlite3 *db);

/* decode.c */

/* The current row of the statement into the record, text copied into the arena; adds to *bytes. */
bool sqlite_decode(sqlite3_stmt *row, const sql_output *outputs, size_t count, arena *memory, void *record,
                   uint64_t *bytes, sheaf_error *err);

/* run.c */
bool sqlite_run(driver_connection *connection, const driver_call *calls, size_t n, unsigned flags,
                arena *memory, driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err);
void sqlite_finish(driver_connection *connection);

/* admin.c */
bool sqlite_script(driver_connection *connection, sheaf_slice sql, sheaf_error *err);
bool sqlite_explain(driver_connection *connection, const sql_statement *statement, buffer *out,
                    sheaf_error *err);
bool sqlite_lock(driver_connection *connection, int timeout_ms, sheaf_error *err);
bool sqlite_unlock(driver_connection *connection, bool commit, sheaf_error *err);

/* catalogue.c */
bool sqlite_catalogue(driver_connection *connection, arena *memory, catalogue *ret, sheaf_error *err);

#endif
