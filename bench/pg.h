/* pg.h: what hand-written pages want of libpq: a pipeline of prepared statements, binary both ways.
 *
 * A page sends its statements trip by trip and takes the results in the same order. Results stay until
 * `pg_release`, so that text is read where libpq has put it. After a failure, told on stderr, the connection
 * is only good for closing.
 */
#ifndef BENCH_PG_H
#define BENCH_PG_H

#include <endian.h>
#include <libpq-fe.h>
#include <string.h>

#include "bench.h"

typedef struct pg {
    PGconn *conn;
    PGresult **results; /* kept */
    size_t count, room;
} pg;

typedef struct pg_statement {
    const char *name,
        *sql; /* parameters are int8, timestamptz or int8[], said by casts where PostgreSQL cannot tell */
} pg_statement;

/* The connection string with another database; NULL keeps the one that it names. To be freed with free. */
char *pg_url(const char *url, const char *database);

/* The process that serves it, or 0 where it is not on this machine, as far as can be told. */
int pg_local_pid(const pg *p);

bool pg_open(pg *p, const char *url, const pg_statement *statements, size_t count);
void pg_release(pg *p);
void pg_close(pg *p);

/* In pipeline mode: sends, buffered. Times are given as microseconds since 1970 less PG_EPOCH. */
#define PG_EPOCH INT64_C(946684800000000)
bool pg_send(pg *p, const char *name, const int64_t *values, size_t count); /* one int8 each, at most 4 */
bool pg_send_text(pg *p, const char *name, const char *value);
bool pg_send_ids(pg *p, const char *name, const int64_t *ids, size_t count); /* one int8[] */
bool pg_flush(pg *p); /* ends a trip: the server answers what was sent */
bool pg_sync(pg *p);  /* ends the last trip of a page */

/* The next result, kept; NULL: failed. `pg_end` takes what answers `pg_sync`. */
PGresult *pg_take_result(pg *p);
bool pg_end(pg *p);

/* Without a pipeline: one statement, one round trip. */
PGresult *pg_one(pg *p, const char *name, const int64_t *values, size_t count);
PGresult *pg_one_text(pg *p, const char *name, const char *value);

static inline bool pg_null(const PGresult *r, int row, int column) {
    return PQgetisnull(r, row, column);
}
static inline int64_t pg_int(const PGresult *r, int row, int column) {
    uint64_t wire;
    memcpy(&wire, PQgetvalue(r, row, column), sizeof wire);
    return (int64_t)be64toh(wire);
}
static inline int32_t pg_int32(const PGresult *r, int row, int column) { /* an `integer` column */
    uint32_t wire;
    memcpy(&wire, PQgetvalue(r, row, column), sizeof wire);
    return (int32_t)be32toh(wire);
}
/* 0 for NULL. */
static inline int64_t pg_id(const PGresult *r, int row, int column) {
    return pg_null(r, row, column) ? 0 : pg_int(r, row, column);
}
static inline double pg_float(const PGresult *r, int row, int column) {
    int64_t bits = pg_int(r, row, column);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
static inline bool pg_bool(const PGresult *r, int row, int column) {
    return *PQgetvalue(r, row, column) != 0;
}
static inline int64_t pg_time(const PGresult *r, int row, int column) {
    return pg_int(r, row, column) + PG_EPOCH;
}
static inline sheaf_slice pg_text(const PGresult *r, int row, int column) {
    return (sheaf_slice){PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column)};
}

#endif
