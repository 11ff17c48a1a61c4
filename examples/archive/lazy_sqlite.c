#include <sqlite3.h>
#include <stdlib.h>

#include "fail.h"
#include "lazy.h"

typedef struct sqlite_lazy {
    lazy base;
    sqlite3 *db;
    sqlite3_stmt *prepared[LAZY_STATEMENT_COUNT];
} sqlite_lazy;

static bool failed(const sqlite_lazy *s, sheaf_error *err) {
    return fail(err, SHEAF_E_DATABASE, "SQLite: %s", sqlite3_errmsg(s->db));
}

static void close_lazy(lazy *l) {
    sqlite_lazy *s = (sqlite_lazy *)l;
    for (int i = 0; i < LAZY_STATEMENT_COUNT; i++) sqlite3_finalize(s->prepared[i]);
    free(s);
}

static bool open_lazy(void *connection, lazy **ret, sheaf_error *err) {
    sqlite_lazy *s = calloc(1, sizeof *s);
    if (!s) return fail_memory(err);
    s->base.backend = &lazy_sqlite;
    s->db = connection;
    for (int i = 0; i < LAZY_STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(s->db, lazy_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->prepared[i], NULL)) {
            failed(s, err);
            close_lazy(&s->base);
            return false;
        }
    }
    *ret = &s->base;
    return true;
}

static bool bind(sqlite3_stmt *query, const lazy_value *parameters, int count) {
    int code = SQLITE_OK;
    for (int i = 0; i < count && code == SQLITE_OK; i++) {
        const lazy_value *v = &parameters[i];
        code = v->text.ptr ? sqlite3_bind_text(query, i + 1, v->text.ptr, (int)v->text.len, SQLITE_STATIC)
                           : sqlite3_bind_int64(query, i + 1, v->number);
    }
    return code == SQLITE_OK;
}

static bool add_row(sqlite3_stmt *query, lazy_rows *rows) {
    bool ok = true;
    for (int i = 0; ok && i < (int)rows->columns; i++) {
        lazy_value v = {0};
        if (sqlite3_column_type(query, i) == SQLITE_TEXT) {
            v.text.ptr = (const char *)sqlite3_column_text(query, i);
            v.text.len = (size_t)sqlite3_column_bytes(query, i);
        } else {
            v.number = sqlite3_column_int64(query, i);
        }
        ok = lazy_rows_add(rows, v);
    }
    return ok;
}

static bool run(lazy *l, lazy_statement statement, const lazy_value *parameters, int count, lazy_rows *rows,
                sheaf_error *err) {
    sqlite_lazy *s = (sqlite_lazy *)l;
    sqlite3_stmt *query = s->prepared[statement];
    rows->columns = (uint32_t)sqlite3_column_count(query);
    bool ok = bind(query, parameters, count) || failed(s, err);
    int step = SQLITE_DONE;
    while (ok && (step = sqlite3_step(query)) == SQLITE_ROW) ok = add_row(query, rows) || fail_memory(err);
    if (ok && step != SQLITE_DONE) ok = failed(s, err);
    sqlite3_reset(query);
    return ok;
}

const lazy_backend lazy_sqlite = {.name = "sqlite", .open = open_lazy, .run = run, .close = close_lazy};
