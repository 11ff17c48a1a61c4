/* cursor.h: one query after another on either database, each awaited before the next is sent. For the lazy
 * ways, which do the same on both. SQL has parameters $1, $2 …, first named in that order. */
#ifndef BENCH_CURSOR_H
#define BENCH_CURSOR_H

#include "lite.h"
#include "pg.h"

typedef struct cursor {
    bench_backend backend;
    bool failed;      /* told on stderr */
    uint64_t queries; /* run so far */
    size_t count;     /* of statements */
    pg pg;
    char (*names)[24]; /* PostgreSQL: of the prepared statements */
    PGresult *result;
    int row, rows;
    sqlite3 *db;
    sqlite3_stmt **statements;
    sqlite3_stmt *current; /* SQLite: the statement being stepped, or NULL */
    arena text;            /* SQLite: copies */
} cursor;

bool cursor_open(cursor *c, bench_backend backend, const char *url, const char *const *sql, size_t count);
void cursor_close(cursor *c);

/* Drops the text that earlier rows gave. */
void cursor_release(cursor *c);

/* Runs statement `at`, then steps through its rows: to the end, or as far as `cursor_end`. False on a
 * failure; a step is false at the end too. */
bool cursor_query(cursor *c, size_t at, const int64_t *values, size_t count);
bool cursor_query_text(cursor *c, size_t at, const char *value);
bool cursor_row(cursor *c);
void cursor_end(cursor *c);

bool cursor_null(cursor *c, int column);
int64_t cursor_int(cursor *c, int column);   /* 0 for NULL */
int32_t cursor_int32(cursor *c, int column); /* an `integer` column */
double cursor_float(cursor *c, int column);
bool cursor_bool(cursor *c, int column);
int64_t cursor_time(cursor *c, int column);     /* microseconds since 1970 */
sheaf_slice cursor_text(cursor *c, int column); /* until cursor_release */

/* The values of a bound time: what this backend stores for microseconds since 1970. */
int64_t cursor_time_value(const cursor *c, int64_t micros);

#endif
