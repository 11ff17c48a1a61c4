#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "load.h"

#define BUSY_TIMEOUT_MS 5000

typedef struct sqlite_loader {
    loader base;
    sqlite3 *db;
    sqlite3_stmt *insert;
    char **indexes; /* CREATE INDEX statements to run again */
    size_t index_count;
} sqlite_loader;

static sqlite_loader *mine(loader *l) {
    return (sqlite_loader *)l;
}

static bool failed(sqlite_loader *s, sheaf_error *err) {
    int code = sqlite3_errcode(s->db);
    sheaf_code known = code == SQLITE_NOMEM                           ? SHEAF_E_MEMORY
                       : code == SQLITE_BUSY || code == SQLITE_LOCKED ? SHEAF_E_BUSY
                       : code == SQLITE_READONLY                      ? SHEAF_E_READ_ONLY
                       : code == SQLITE_FULL                          ? SHEAF_E_FULL
                       : code == SQLITE_NOTADB                        ? SHEAF_E_NOT_A_DATABASE
                                                                      : SHEAF_E_DATABASE;
    return fail(err, known, "SQLite: %s", sqlite3_errmsg(s->db));
}

static bool script(loader *l, const char *sql, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || failed(s, err);
}

static void close_loader(loader *l) {
    if (!l) return;
    sqlite_loader *s = mine(l);
    for (size_t i = 0; i < s->index_count; i++) free(s->indexes[i]);
    free(s->indexes);
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db); /* rolls back what is not committed */
    free(s);
}

static bool open_loader(const char *url, loader **ret, sheaf_error *err) {
    sqlite_loader *s = calloc(1, sizeof *s);
    if (!s) return fail_memory(err);
    s->base.backend = &load_sqlite;
    const char *path = url + strlen("sqlite:");
    if (sqlite3_open(path, &s->db) != SQLITE_OK) {
        fail(err, SHEAF_E_CONNECT, "%s: %s", path, s->db ? sqlite3_errmsg(s->db) : "out of memory");
        close_loader(&s->base);
        return false;
    }
    sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    /* The journal still undoes what a killed process left; only a crash of the machine during the import
     * could harm the file, and for that a second import is the remedy. */
    if (!script(&s->base, "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144", err)) {
        close_loader(&s->base);
        return false;
    }
    *ret = &s->base;
    return true;
}

static bool has_table(loader *l, const char *name, bool *ret, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    sqlite3_stmt *query = NULL;
    const char *sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    bool ok = sqlite3_prepare_v2(s->db, sql, -1, &query, NULL) == SQLITE_OK &&
              sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC) == SQLITE_OK;
    int step = ok ? sqlite3_step(query) : SQLITE_ERROR;
    ok = step == SQLITE_ROW || step == SQLITE_DONE || failed(s, err);
    if (ok) *ret = step == SQLITE_ROW;
    sqlite3_finalize(query);
    return ok;
}

static bool begin(loader *l, sheaf_error *err) {
    return script(l, "BEGIN IMMEDIATE", err);
}

static bool add_index(sqlite_loader *s, const char *create) {
    char **more = reallocarray(s->indexes, s->index_count + 1, sizeof *more);
    if (!more) return false;
    s->indexes = more;
    s->indexes[s->index_count] = strdup(create);
    return s->indexes[s->index_count] && ++s->index_count;
}

/* Indexes that a CREATE INDEX made; those of keys and UNIQUE stay. A list of them, then one drop after
 * another, because dropping changes the table that is being read. */
static bool drop_indexes(sqlite_loader *s, const char *table, sheaf_error *err) {
    sqlite3_stmt *query = NULL;
    const char *sql = "SELECT sql, format('DROP INDEX \"%w\";', name) FROM sqlite_master"
                      " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?";
    char drops[4096] = "";
    size_t used = 0;
    if (sqlite3_prepare_v2(s->db, sql, -1, &query, NULL) != SQLITE_OK) return failed(s, err);
    bool ok = sqlite3_bind_text(query, 1, table, -1, SQLITE_STATIC) == SQLITE_OK || failed(s, err);
    int step = SQLITE_DONE;
    while (ok && (step = sqlite3_step(query)) == SQLITE_ROW) {
        const char *create = (const char *)sqlite3_column_text(query, 0);
        const char *drop = (const char *)sqlite3_column_text(query, 1);
        size_t len = drop ? strlen(drop) : 0;
        if (used + len >= sizeof drops) continue; /* the index stays: slower, and right */
        ok = (create && drop && add_index(s, create)) || fail_memory(err);
        if (ok) memcpy(drops + used, drop, len + 1);
        used += len;
    }
    if (ok && step != SQLITE_DONE) ok = failed(s, err);
    sqlite3_finalize(query);
    return ok && script(&s->base, drops, err);
}

/* Children first; without a WHERE, and as foreign keys are off, that is one step for each table. */
static bool clear(loader *l, sheaf_error *err) {
    for (size_t i = load_table_count; i-- > 0;) {
        char sql[128];
        snprintf(sql, sizeof sql, "DELETE FROM %s", load_tables[i].name);
        if (!drop_indexes(mine(l), load_tables[i].name, err) || !script(l, sql, err)) return false;
    }
    return true;
}

static bool start(loader *l, const load_table *table, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    char sql[1024];
    size_t used = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s (", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        used +=
            (size_t)snprintf(sql + used, sizeof sql - used, "%s%s", i ? ", " : "", table->columns[i].name);
    }
    used += (size_t)snprintf(sql + used, sizeof sql - used, ") VALUES (");
    for (size_t i = 0; i < table->column_count; i++) {
        used += (size_t)snprintf(sql + used, sizeof sql - used, "%s", i ? ", ?" : "?");
    }
    snprintf(sql + used, sizeof sql - used, ")");
    return sqlite3_prepare_v2(s->db, sql, -1, &s->insert, NULL) == SQLITE_OK || failed(s, err);
}

static bool row(loader *l, const load_table *table, const load_value *values, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    for (size_t i = 0; i < table->column_count; i++) {
        const load_value *v = &values[i];
        int at = (int)i + 1, code;
        if (v->is_null) {
            code = sqlite3_bind_null(s->insert, at);
        } else if (table->columns[i].type == LOAD_TEXT) {
            code = sqlite3_bind_text(s->insert, at, v->text.len ? v->text.ptr : "", (int)v->text.len,
                                     SQLITE_STATIC);
        } else {
            code = sqlite3_bind_int64(s->insert, at, v->number);
        }
        if (code != SQLITE_OK) return failed(s, err);
    }
    bool ok = sqlite3_step(s->insert) == SQLITE_DONE || failed(s, err);
    sqlite3_reset(s->insert);
    return ok;
}

static bool finish(loader *l, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    (void)err;
    sqlite3_finalize(s->insert);
    s->insert = NULL;
    return true;
}

static bool restore(loader *l, sheaf_error *err) {
    sqlite_loader *s = mine(l);
    for (size_t i = 0; i < s->index_count; i++) {
        if (!script(l, s->indexes[i], err)) return false;
    }
    return true;
}

static bool commit(loader *l, sheaf_error *err) {
    return script(l, "ANALYZE; COMMIT", err);
}

const load_backend load_sqlite = {
    .name = "sqlite",
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
