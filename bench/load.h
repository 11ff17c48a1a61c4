/* load.h: rows into a new database, in one transaction: COPY BINARY on PostgreSQL, prepared INSERTs on
 * SQLite. The first failure is told on stderr and makes the rest do nothing; `load_close` tells. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench.h"

typedef struct load load;

load *load_open(bench_backend backend, const char *url); /* NULL: failed */
/* Runs the subject's migration: up.sqlite.sql or up.postgresql.sql, or up.sql. */
void load_migrate(load *l, const bench_subject *subject);

/* Rows of a table follow, with values for these columns ("id, name") in this order. */
void load_table(load *l, const char *table, const char *columns);
void load_null(load *l);
void load_int(load *l, int64_t value);   /* bigint */
void load_int32(load *l, int32_t value); /* integer */
void load_id(load *l, int64_t value);    /* bigint; NULL where it is 0 */
void load_float(load *l, double value);
void load_bool(load *l, bool value);
void load_time(load *l, int64_t micros); /* since 1970 */
void load_text(load *l, const char *text);
void load_row(load *l); /* ends a row */

/* Ends the transaction, gathers the planner's statistics. Prints the number of rows of each table. */
bool load_close(load *l);

#endif
