#include "cursor.h"

#include <stdio.h>
#include <stdlib.h>

static bool prepare(cursor *c, size_t at, const char *sql) {
    if (c->backend == BENCH_SQLITE) return (c->statements[at] = lite_prepare(c->db, sql)) != NULL;
    snprintf(c->names[at], sizeof c->names[at], "q%zu", at);
    PGresult *r = PQprepare(c->pg.conn, c->names[at], sql, 0, NULL);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok) fprintf(stderr, "bench: %s: %s", sql, PQerrorMessage(c->pg.conn));
    PQclear(r);
    return ok;
}

bool cursor_open(cursor *c, bench_backend backend, const char *url, const char *const *sql, size_t count) {
    *c = (cursor){.backend = backend, .count = count};
    arena_init(&c->text, NULL);
    c->names = memory_new_zero(NULL, count, sizeof *c->names);
    c->statements = memory_new_zero(NULL, count, sizeof *c->statements);
    bool ok = c->names && c->statements;
    if (ok && backend == BENCH_PG) ok = pg_open(&c->pg, url, NULL, 0);
    if (ok && backend == BENCH_SQLITE) ok = (c->db = lite_open(url)) != NULL;
    for (size_t i = 0; ok && i < count; i++) ok = prepare(c, i, sql[i]);
    if (!ok) cursor_close(c);
    return ok;
}

void cursor_close(cursor *c) {
    for (size_t i = 0; c->statements && i < c->count; i++) sqlite3_finalize(c->statements[i]);
    sqlite3_close(c->db);
    if (c->pg.conn) pg_close(&c->pg);
    arena_free(&c->text);
    free(c->names);
    free(c->statements);
    *c = (cursor){0};
}

void cursor_release(cursor *c) {
    arena_free(&c->text);
    pg_release(&c->pg);
}

static bool started(cursor *c) {
    c->queries++;
    if (c->backend == BENCH_PG && !c->result) c->failed = true;
    c->row = -1;
    c->rows = c->result ? PQntuples(c->result) : 0;
    return !c->failed;
}

bool cursor_query(cursor *c, size_t at, const int64_t *values, size_t count) {
    if (c->backend == BENCH_PG)
        c->result = pg_one(&c->pg, c->names[at], values, count);
    else if (!lite_start(c->current = c->statements[at], values, count))
        c->failed = true;
    return started(c);
}

bool cursor_query_text(cursor *c, size_t at, const char *value) {
    if (c->backend == BENCH_PG)
        c->result = pg_one_text(&c->pg, c->names[at], value);
    else if (sqlite3_bind_text(c->current = c->statements[at], 1, value, -1, SQLITE_STATIC))
        c->failed = true;
    return started(c);
}

bool cursor_row(cursor *c) {
    if (c->failed) return false;
    if (c->backend == BENCH_PG) return ++c->row < c->rows;
    bool ok = true, row = lite_row(c->current, &ok);
    c->failed = !ok;
    return row;
}

void cursor_end(cursor *c) {
    if (c->backend == BENCH_SQLITE) sqlite3_reset(c->current);
}

bool cursor_null(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_null(c->result, c->row, column) : lite_null(c->current, column);
}

int64_t cursor_int(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_id(c->result, c->row, column)
                                  : sqlite3_column_int64(c->current, column);
}

int32_t cursor_int32(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_int32(c->result, c->row, column)
                                  : sqlite3_column_int(c->current, column);
}

double cursor_float(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_float(c->result, c->row, column)
                                  : sqlite3_column_double(c->current, column);
}

bool cursor_bool(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_bool(c->result, c->row, column)
                                  : sqlite3_column_int(c->current, column);
}

int64_t cursor_time(cursor *c, int column) {
    return c->backend == BENCH_PG ? pg_time(c->result, c->row, column)
                                  : sqlite3_column_int64(c->current, column);
}

sheaf_slice cursor_text(cursor *c, int column) {
    if (c->backend == BENCH_PG) return pg_text(c->result, c->row, column);
    sheaf_slice text = lite_text(c->current, column, &c->text);
    if (!text.ptr) c->failed = true;
    return text;
}

int64_t cursor_time_value(const cursor *c, int64_t micros) {
    return c->backend == BENCH_PG ? micros - PG_EPOCH : micros;
}
