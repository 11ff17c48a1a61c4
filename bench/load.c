#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lite.h"
#include "pg.h"

struct load {
    bench_backend backend;
    bool failed;
    const char *table; /* NULL: none is open */
    int columns, column;
    uint64_t rows;
    pg pg;
    buffer copy;
    sqlite3 *db;
    sqlite3_stmt *insert;
};

static void fail(load *l, const char *message) {
    if (!l->failed) fprintf(stderr, "bench: load %s: %s\n", l->table ? l->table : "", message);
    l->failed = true;
}

static void run(load *l, const char *sql) {
    if (l->failed) return;
    if (l->backend == BENCH_SQLITE) {
        if (sqlite3_exec(l->db, sql, NULL, NULL, NULL)) fail(l, sqlite3_errmsg(l->db));
    } else {
        PGresult *r = PQexec(l->pg.conn, sql);
        if (PQresultStatus(r) != PGRES_COMMAND_OK) fail(l, PQerrorMessage(l->pg.conn));
        PQclear(r);
    }
}

/* Foreign keys hold by how the rows are made; where the role may, they are not checked row by row. */
static void skip_checks(load *l) {
    PQclear(PQexec(l->pg.conn, "SET client_min_messages = error"));
    PQclear(PQexec(l->pg.conn, "SET session_replication_role = replica"));
}

load *load_open(bench_backend backend, const char *url) {
    load *l = memory_new_zero(NULL, 1, sizeof *l);
    if (!l) return NULL;
    l->backend = backend;
    buffer_init(&l->copy, NULL);
    bool ok = backend == BENCH_SQLITE ? (l->db = lite_open(url)) != NULL : pg_open(&l->pg, url, NULL, 0);
    if (!ok) {
        if (backend == BENCH_PG) pg_close(&l->pg);
        free(l);
        return NULL;
    }
    if (backend == BENCH_PG)
        skip_checks(l);
    else
        run(l, "PRAGMA journal_mode = wal; PRAGMA synchronous = off");
    run(l, "BEGIN");
    return l;
}

static FILE *open_script(const load *l, const bench_subject *subject) {
    const char *const names[] = {l->backend == BENCH_SQLITE ? "up.sqlite.sql" : "up.postgresql.sql",
                                 "up.sql"};
    char path[4096];
    FILE *file = NULL;
    for (size_t i = 0; !file && i < 2; i++) {
        snprintf(path, sizeof path, "%s/migrations/%s/%s", subject->folder, subject->migration, names[i]);
        file = fopen(path, "r");
    }
    return file;
}

void load_migrate(load *l, const bench_subject *subject) {
    FILE *file = open_script(l, subject);
    if (!file) {
        fail(l, strerror(errno));
        return;
    }
    buffer text;
    buffer_init(&text, NULL);
    size_t got = 1;
    while (got && buffer_reserve(&text, 16384)) {
        got = fread(text.ptr + text.len, 1, 16384, file);
        text.len += got;
    }
    buffer_byte(&text, '\0');
    if (ferror(file) || text.failed)
        fail(l, "the migration cannot be read");
    else
        run(l, text.ptr);
    fclose(file);
    buffer_free(&text);
}

static void send_copy(load *l) {
    if (!l->failed && PQputCopyData(l->pg.conn, l->copy.ptr, (int)l->copy.len) != 1)
        fail(l, PQerrorMessage(l->pg.conn));
    buffer_clear(&l->copy);
}

static void end_copy(load *l) {
    buffer_bytes(&l->copy, "\xff\xff", 2);
    send_copy(l);
    if (!l->failed && PQputCopyEnd(l->pg.conn, NULL) != 1) fail(l, PQerrorMessage(l->pg.conn));
    for (PGresult *r; (r = PQgetResult(l->pg.conn)); PQclear(r)) {
        if (PQresultStatus(r) != PGRES_COMMAND_OK) fail(l, PQerrorMessage(l->pg.conn));
    }
}

static void end_table(load *l) {
    if (!l->table) return;
    if (l->backend == BENCH_PG) end_copy(l);
    sqlite3_finalize(l->insert);
    l->insert = NULL;
    if (!l->failed) printf(" %s %llu", l->table, (unsigned long long)l->rows);
    l->table = NULL;
}

static void start_copy(load *l, const char *sql) {
    PGresult *r = PQexec(l->pg.conn, sql);
    if (PQresultStatus(r) != PGRES_COPY_IN) fail(l, PQerrorMessage(l->pg.conn));
    PQclear(r);
    static const char head[19] = "PGCOPY\n\377\r\n"; /* and the NUL, no flags, no extension */
    buffer_bytes(&l->copy, head, sizeof head);
}

void load_table(load *l, const char *table, const char *columns) {
    end_table(l);
    if (l->failed) return;
    l->table = table;
    l->columns = 1;
    l->rows = 0;
    for (const char *c = columns; *c; c++) l->columns += *c == ',';
    buffer sql;
    buffer_init(&sql, NULL);
    if (l->backend == BENCH_PG) {
        buffer_printf(&sql, "COPY %s (%s) FROM STDIN BINARY", table, columns);
    } else {
        buffer_printf(&sql, "INSERT INTO %s (%s) VALUES (?", table, columns);
        for (int i = 1; i < l->columns; i++) buffer_cstr(&sql, ",?");
        buffer_byte(&sql, ')');
    }
    buffer_byte(&sql, '\0');
    if (sql.failed)
        fail(l, "no memory");
    else if (l->backend == BENCH_PG)
        start_copy(l, sql.ptr);
    else if (!(l->insert = lite_prepare(l->db, sql.ptr)))
        fail(l, "prepare");
    buffer_free(&sql);
}

/* A field of COPY BINARY: its length and its bytes; the first of a row is preceded by the number of fields.
 */
static void field(load *l, const void *bytes, size_t len) {
    if (l->column++ == 0) {
        const uint16_t columns = htobe16((uint16_t)l->columns);
        buffer_bytes(&l->copy, (const char *)&columns, sizeof columns);
    }
    const uint32_t length = htobe32(bytes ? (uint32_t)len : UINT32_MAX);
    buffer_bytes(&l->copy, (const char *)&length, sizeof length);
    if (bytes) buffer_bytes(&l->copy, bytes, len);
}

void load_null(load *l) {
    if (l->backend == BENCH_PG)
        field(l, NULL, 0);
    else
        sqlite3_bind_null(l->insert, ++l->column);
}

void load_int(load *l, int64_t value) {
    const uint64_t wire = htobe64((uint64_t)value);
    if (l->backend == BENCH_PG)
        field(l, &wire, sizeof wire);
    else
        sqlite3_bind_int64(l->insert, ++l->column, value);
}

void load_int32(load *l, int32_t value) {
    const uint32_t wire = htobe32((uint32_t)value);
    if (l->backend == BENCH_PG)
        field(l, &wire, sizeof wire);
    else
        sqlite3_bind_int(l->insert, ++l->column, value);
}

void load_id(load *l, int64_t value) {
    if (value)
        load_int(l, value);
    else
        load_null(l);
}

void load_float(load *l, double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (l->backend == BENCH_PG)
        load_int(l, bits);
    else
        sqlite3_bind_double(l->insert, ++l->column, value);
}

void load_bool(load *l, bool value) {
    if (l->backend == BENCH_PG)
        field(l, &(char){value}, 1);
    else
        sqlite3_bind_int(l->insert, ++l->column, value);
}

void load_time(load *l, int64_t micros) {
    load_int(l, l->backend == BENCH_PG ? micros - PG_EPOCH : micros);
}

void load_text(load *l, const char *text) {
    if (l->backend == BENCH_PG)
        field(l, text, strlen(text));
    else
        sqlite3_bind_text(l->insert, ++l->column, text, -1, SQLITE_TRANSIENT);
}

void load_row(load *l) {
    if (l->column != l->columns) fail(l, "a row is short or long");
    l->column = 0;
    l->rows++;
    if (l->failed) return;
    if (l->backend == BENCH_PG) {
        if (l->copy.len > 1 << 16) send_copy(l);
    } else if (!lite_run(l->insert)) {
        fail(l, "insert");
    }
}

bool load_close(load *l) {
    end_table(l);
    run(l, "COMMIT");
    run(l, l->backend == BENCH_PG ? "VACUUM ANALYZE" : "ANALYZE; PRAGMA wal_checkpoint(truncate)");
    printf("\n");
    if (l->backend == BENCH_PG) pg_close(&l->pg);
    sqlite3_close(l->db);
    buffer_free(&l->copy);
    bool ok = !l->failed;
    free(l);
    return ok;
}
