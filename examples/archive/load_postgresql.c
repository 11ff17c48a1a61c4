#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "load.h"

#define COPY_BUFFER (64u << 10)

typedef struct pg_loader {
    loader base;
    PGconn *db;
    PGresult *dropped; /* rows of (drop, create) to run again */
    size_t used;
    char buffer[COPY_BUFFER];
} pg_loader;

static pg_loader *mine(loader *l) {
    return (pg_loader *)l;
}

/* The server's word on a result, or libpq's on the connection. Clears the result. */
static bool failed(pg_loader *p, PGresult *result, sheaf_error *err) {
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    bool lost = PQstatus(p->db) == CONNECTION_BAD;
    fail(err, lost ? SHEAF_E_CONNECTION_LOST : SHEAF_E_DATABASE, "PostgreSQL: %s",
         primary ? primary : PQerrorMessage(p->db));
    if (err && state) snprintf(err->sqlstate, sizeof err->sqlstate, "%s", state);
    PQclear(result);
    return false;
}

static bool script(loader *l, const char *sql, sheaf_error *err) {
    pg_loader *p = mine(l);
    PGresult *result = PQexec(p->db, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        return failed(p, result, err);
    }
    PQclear(result);
    return true;
}

static void close_loader(loader *l) {
    if (!l) return;
    PQclear(mine(l)->dropped);
    PQfinish(mine(l)->db); /* the server rolls back what is not committed */
    free(l);
}

static void ignore_notice(void *user, const PGresult *notice) {
    (void)user;
    (void)notice;
}

static bool open_loader(const char *url, loader **ret, sheaf_error *err) {
    pg_loader *p = calloc(1, sizeof *p);
    if (!p) return fail_memory(err);
    p->base.backend = &load_postgresql;
    const char *keys[] = {"dbname", "client_encoding", "application_name", NULL};
    const char *values[] = {url, "UTF8", "archive-import", NULL};
    p->db = PQconnectdbParams(keys, values, 1);
    if (PQstatus(p->db) != CONNECTION_OK) {
        fail(err, SHEAF_E_CONNECT, "%s", p->db ? PQerrorMessage(p->db) : "out of memory");
        close_loader(&p->base);
        return false;
    }
    PQsetNoticeReceiver(p->db, ignore_notice, NULL);
    *ret = &p->base;
    return true;
}

static bool has_table(loader *l, const char *name, bool *ret, sheaf_error *err) {
    pg_loader *p = mine(l);
    const char *values[] = {name};
    PGresult *result = PQexecParams(p->db, "SELECT 1 WHERE to_regclass(quote_ident($1)) IS NOT NULL", 1, NULL,
                                    values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) return failed(p, result, err);
    *ret = PQntuples(result) == 1;
    PQclear(result);
    return true;
}

static bool begin(loader *l, sheaf_error *err) {
    return script(l, "BEGIN", err);
}

/* "a, b, c": all tables. */
static void table_list(char *into, size_t room) {
    size_t used = 0;
    for (size_t i = 0; i < load_table_count; i++) {
        int n = snprintf(into + used, room - used, "%s%s", i ? ", " : "", load_tables[i].name);
        used += (size_t)n;
    }
}

/* Foreign keys, then the indexes that no constraint owns: checking and building them once costs less than row
 * by row. Foreign keys of other tables that refer to these stay, and stop the TRUNCATE: what they hold on to
 * is not ours to drop. */
static const char dropped_query[] =
    "WITH ours AS (SELECT to_regclass(trim(name)) AS id FROM unnest(string_to_array($1, ',')) AS name)"
    " SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),"
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE contype = 'f' AND conrelid IN (SELECT id FROM ours)"
    " UNION ALL"
    " SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)"
    " FROM pg_index i WHERE i.indrelid IN (SELECT id FROM ours) AND NOT EXISTS"
    " (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)";

static bool run_dropped(pg_loader *p, int column, sheaf_error *err) {
    for (int i = 0; i < PQntuples(p->dropped); i++) {
        if (!script(&p->base, PQgetvalue(p->dropped, i, column), err)) return false;
    }
    return true;
}

/* TRUNCATE waits for readers and makes new ones wait for the commit; a reader whose snapshot is older than
 * that then finds the tables empty, which an import may do to a page once and deleting 400,000 rows would pay
 * for each time. */
static bool clear(loader *l, sheaf_error *err) {
    pg_loader *p = mine(l);
    char list[512], sql[640];
    table_list(list, sizeof list);
    snprintf(sql, sizeof sql, "TRUNCATE %s", list);
    if (!script(l, sql, err)) return false;
    const char *values[] = {list};
    PGresult *result = PQexecParams(p->db, dropped_query, 1, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) return failed(p, result, err);
    p->dropped = result;
    return run_dropped(p, 0, err);
}

static bool flush(pg_loader *p, sheaf_error *err) {
    if (p->used && PQputCopyData(p->db, p->buffer, (int)p->used) != 1) return failed(p, NULL, err);
    p->used = 0;
    return true;
}

static bool put(pg_loader *p, const void *bytes, size_t len, sheaf_error *err) {
    const char *from = bytes;
    while (len) {
        if (p->used == COPY_BUFFER && !flush(p, err)) return false;
        size_t part = len < COPY_BUFFER - p->used ? len : COPY_BUFFER - p->used;
        memcpy(p->buffer + p->used, from, part);
        p->used += part;
        from += part;
        len -= part;
    }
    return true;
}

static bool put16(pg_loader *p, uint16_t n, sheaf_error *err) {
    uint16_t big = htons(n);
    return put(p, &big, sizeof big, err);
}

static bool put32(pg_loader *p, uint32_t n, sheaf_error *err) {
    uint32_t big = htonl(n);
    return put(p, &big, sizeof big, err);
}

static bool put_value(pg_loader *p, load_type type, const load_value *v, sheaf_error *err) {
    if (v->is_null) return put32(p, UINT32_MAX, err);
    uint64_t n = (uint64_t)v->number;
    char truth = v->number != 0;
    switch (type) {
    case LOAD_BIGINT:
        return put32(p, 8, err) && put32(p, (uint32_t)(n >> 32), err) && put32(p, (uint32_t)n, err);
    case LOAD_INTEGER: return put32(p, 4, err) && put32(p, (uint32_t)n, err);
    case LOAD_BOOLEAN: return put32(p, 1, err) && put(p, &truth, 1, err);
    case LOAD_TEXT: break;
    }
    return put32(p, (uint32_t)v->text.len, err) && put(p, v->text.ptr, v->text.len, err);
}

static bool start(loader *l, const load_table *table, sheaf_error *err) {
    static const char header[19] =
        "PGCOPY\n\377\r\n"; /* the signature ends in a NUL; no flags, no extension */
    pg_loader *p = mine(l);
    char sql[1024];
    size_t used = (size_t)snprintf(sql, sizeof sql, "COPY %s (", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        used +=
            (size_t)snprintf(sql + used, sizeof sql - used, "%s%s", i ? ", " : "", table->columns[i].name);
    }
    snprintf(sql + used, sizeof sql - used, ") FROM STDIN (FORMAT binary)");
    PGresult *result = PQexec(p->db, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN) return failed(p, result, err);
    PQclear(result);
    p->used = 0;
    return put(p, header, sizeof header, err);
}

static bool row(loader *l, const load_table *table, const load_value *values, sheaf_error *err) {
    pg_loader *p = mine(l);
    if (!put16(p, (uint16_t)table->column_count, err)) return false;
    for (size_t i = 0; i < table->column_count; i++) {
        if (!put_value(p, table->columns[i].type, &values[i], err)) return false;
    }
    return true;
}

static bool finish(loader *l, sheaf_error *err) {
    pg_loader *p = mine(l);
    if (!put16(p, UINT16_MAX, err) || !flush(p, err)) return false;
    if (PQputCopyEnd(p->db, NULL) != 1) return failed(p, NULL, err);
    PGresult *result = PQgetResult(p->db);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) return failed(p, result, err);
    PQclear(result);
    while ((result = PQgetResult(p->db))) PQclear(result);
    return true;
}

static bool restore(loader *l, sheaf_error *err) {
    return run_dropped(mine(l), 1, err);
}

static bool commit(loader *l, sheaf_error *err) {
    char list[512], sql[640];
    table_list(list, sizeof list);
    snprintf(sql, sizeof sql, "ANALYZE %s", list);
    if (!script(l, sql, err) || !script(l, "COMMIT", err)) return false;
    /* So that counts are read from indexes alone, at once; if it fails the import is no less done. */
    snprintf(sql, sizeof sql, "VACUUM %s", list);
    script(l, sql, NULL);
    return true;
}

const load_backend load_postgresql = {
    .name = "postgresql",
    .open = open_loader,
    .has_table = has_table,
    .begin = begin,
    .script = script,
    .clear = clear,
    .start = start,
    .row = row,
    .finish = finish,
    .restore = restore,
    .commit = commit,
    .close = close_loader,
};
