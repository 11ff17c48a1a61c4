#include <arpa/inet.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "lazy.h"

/* Of pg_type: bigint, integer. */
#define INT8OID   20
#define INT4OID   23
#define NAME_SIZE 32

typedef struct pg_lazy {
    lazy base;
    PGconn *db;
} pg_lazy;

static void name_of(int statement, char into[NAME_SIZE]) {
    snprintf(into, NAME_SIZE, "archive_lazy_%d", statement);
}

/* Clears the result; false, and the server's word in `err`, where it is not of `wanted`. */
static bool expect(const pg_lazy *p, PGresult *result, ExecStatusType wanted, sheaf_error *err) {
    bool ok = PQresultStatus(result) == wanted;
    if (!ok) fail(err, SHEAF_E_DATABASE, "PostgreSQL: %s", PQerrorMessage(p->db));
    PQclear(result);
    return ok;
}

static void close_lazy(lazy *l) {
    pg_lazy *p = (pg_lazy *)l;
    for (int i = 0; i < LAZY_STATEMENT_COUNT; i++) {
        char sql[64], name[NAME_SIZE];
        name_of(i, name);
        snprintf(sql, sizeof sql, "DEALLOCATE %s", name);
        PQclear(PQexec(p->db, sql));
    }
    free(p);
}

static bool open_lazy(void *connection, lazy **ret, sheaf_error *err) {
    pg_lazy *p = calloc(1, sizeof *p);
    if (!p) return fail_memory(err);
    *p = (pg_lazy){.base = {.backend = &lazy_postgresql}, .db = connection};
    for (int i = 0; i < LAZY_STATEMENT_COUNT; i++) {
        char name[NAME_SIZE];
        name_of(i, name);
        if (!expect(p, PQprepare(p->db, name, lazy_sql[i], 0, NULL), PGRES_COMMAND_OK, err)) {
            close_lazy(&p->base);
            return false;
        }
    }
    *ret = &p->base;
    return true;
}

static bool add_value(const PGresult *result, int row, int column, lazy_rows *rows) {
    const char *bytes = PQgetvalue(result, row, column);
    lazy_value v = {0};
    uint64_t eight;
    uint32_t four;
    switch (PQftype(result, column)) {
    case INT8OID:
        memcpy(&eight, bytes, sizeof eight);
        v.number = (int64_t)be64toh(eight);
        break;
    case INT4OID:
        memcpy(&four, bytes, sizeof four);
        v.number = (int32_t)ntohl(four);
        break;
    default: v.text = (sheaf_slice){bytes, (size_t)PQgetlength(result, row, column)};
    }
    return lazy_rows_add(rows, v);
}

static bool run(lazy *l, lazy_statement statement, const lazy_value *parameters, int count, lazy_rows *rows,
                sheaf_error *err) {
    pg_lazy *p = (pg_lazy *)l;
    const char *values[LAZY_PARAMETERS_MAX];
    int lengths[LAZY_PARAMETERS_MAX], formats[LAZY_PARAMETERS_MAX];
    uint64_t numbers[LAZY_PARAMETERS_MAX];
    for (int i = 0; i < count; i++) {
        sheaf_slice text = parameters[i].text;
        numbers[i] = htobe64((uint64_t)parameters[i].number);
        values[i] = text.ptr ? text.ptr : (const char *)&numbers[i];
        lengths[i] = (int)(text.ptr ? text.len : sizeof numbers[i]);
        formats[i] = 1;
    }
    char name[NAME_SIZE];
    name_of((int)statement, name);
    PGresult *result = PQexecPrepared(p->db, name, count, values, lengths, formats, 1);
    bool ok = true;
    rows->columns = (uint32_t)PQnfields(result);
    for (int i = 0; ok && i < PQntuples(result) * PQnfields(result); i++) {
        ok = add_value(result, i / PQnfields(result), i % PQnfields(result), rows) || fail_memory(err);
    }
    return expect(p, result, PGRES_TUPLES_OK, ok ? err : NULL) && ok;
}

const lazy_backend lazy_postgresql = {
    .name = "postgresql", .open = open_lazy, .run = run, .close = close_lazy};
