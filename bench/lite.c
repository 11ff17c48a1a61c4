#include "lite.h"

#include <stdio.h>
#include <string.h>

static bool fail(sqlite3 *db, const char *what) {
    fprintf(stderr, "bench: SQLite: %s: %s\n", what, sqlite3_errmsg(db));
    return false;
}

sqlite3 *lite_open(const char *url) {
    const char *path = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : url;
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)) {
        fail(db, path);
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

sqlite3_stmt *lite_prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL)) fail(db, sql);
    return s;
}

bool lite_start(sqlite3_stmt *s, const int64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (sqlite3_bind_int64(s, (int)i + 1, values[i])) return fail(sqlite3_db_handle(s), "bind");
    }
    return true;
}

bool lite_row(sqlite3_stmt *s, bool *ok) {
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) *ok = fail(sqlite3_db_handle(s), "step");
    sqlite3_reset(s);
    return false;
}

bool lite_run(sqlite3_stmt *s) {
    bool ok = true;
    while (lite_row(s, &ok)) {
    }
    return ok;
}

static sqlite3_stmt *prepare_sized(lite_list *list, sqlite3 *db, size_t size) {
    buffer sql;
    buffer_init(&sql, NULL);
    buffer_printf(&sql, "%s IN (?1", list->head);
    for (size_t i = 2; i <= size; i++) buffer_printf(&sql, ",?%zu", i);
    buffer_printf(&sql, ") %s", list->tail);
    buffer_byte(&sql, '\0');
    sqlite3_stmt *s = sql.failed ? NULL : lite_prepare(db, sql.ptr);
    buffer_free(&sql);
    return s;
}

sqlite3_stmt *lite_list_start(lite_list *list, sqlite3 *db, const int64_t *ids, size_t count) {
    size_t bucket = (count + LITE_BUCKET - 1) / LITE_BUCKET, size = bucket * LITE_BUCKET;
    if (count == 0 || count > LITE_LIST_MAX) return NULL;
    if (!list->sized[bucket]) list->sized[bucket] = prepare_sized(list, db, size);
    sqlite3_stmt *s = list->sized[bucket];
    if (!s || !lite_start(s, ids, count)) return NULL;
    for (size_t i = count; i < size; i++) sqlite3_bind_int64(s, (int)i + 1, ids[count - 1]);
    return s;
}

void lite_list_free(lite_list *list) {
    for (size_t i = 0; i < sizeof list->sized / sizeof *list->sized; i++) sqlite3_finalize(list->sized[i]);
}
