#include <string.h>

#include "../../base/number.h"
#include "sqlite.h"

/* Runs the first statement of `sql`, ignoring its rows; *ret_rest is where the next one begins. */
static int run_first(sqlite3 *db, sheaf_slice sql, const char **ret_rest) {
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, sql.ptr, (int)sql.len, &statement, ret_rest);
    if (code) return code;
    if (!statement) return SQLITE_OK; /* a comment, or nothing */
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_DONE ? end : code;
}

static size_t line_at(sheaf_slice text, size_t offset) {
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) line += text.ptr[i] == '\n';
    return line;
}

/* Past the white space before a statement, so that its line is told. */
static size_t skip_space(sheaf_slice text, size_t at) {
    while (at < text.len && strchr(" \t\r\n", text.ptr[at])) at++;
    return at;
}

bool sqlite_script(driver_connection *connection, sheaf_slice sql, sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    sqlite_finish(connection);
    if (sql.len > INT32_MAX) return error_set(err, SHEAF_E_LIMIT, "a script is too long");
    if (sql.len && memchr(sql.ptr, '\0', sql.len))
        return error_set(err, SHEAF_E_USAGE, "the script holds a NUL byte");
    for (size_t at = skip_space(sql, 0); at < sql.len; at = skip_space(sql, at)) {
        const char *rest = NULL;
        int code = run_first(c->db, (sheaf_slice){sql.ptr + at, sql.len - at}, &rest);
        if (code) {
            int offset = sqlite3_error_offset(c->db);
            sqlite_fail(c, code, err);
            return error_prefix(err, "line %zu", line_at(sql, at + (offset > 0 ? (size_t)offset : 0)));
        }
        at = (size_t)(rest - sql.ptr);
    }
    return true;
}

/* EXPLAIN QUERY PLAN gives a tree as rows of (id, parent, –, text), parents first. */
typedef struct plan_node {
    int id;
    unsigned depth;
} plan_node;

static bool write_plan(sqlite_connection *c, sqlite3_stmt *plan, arena *memory, buffer *out,
                       sheaf_error *err) {
    struct {
        plan_node *items;
        size_t count, room;
    } nodes = {0};
    int code;
    while ((code = sqlite3_step(plan)) == SQLITE_ROW) {
        unsigned depth = 0;
        for (size_t i = 0; i < nodes.count; i++)
            if (nodes.items[i].id == sqlite3_column_int(plan, 1)) depth = nodes.items[i].depth + 1;
        plan_node *node = ARENA_PUSH(memory, &nodes);
        const char *text = (const char *)sqlite3_column_text(plan, 3);
        if (!node || !text) return error_memory(err);
        *node = (plan_node){sqlite3_column_int(plan, 0), depth};
        buffer_printf(out, "%*s%s\n", (int)depth * 2, "", text);
    }
    if (code != SQLITE_DONE) return sqlite_fail(c, code, err);
    return out->failed ? error_memory(err) : true;
}

bool sqlite_explain(driver_connection *connection, const sql_statement *statement, buffer *out,
                    sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    arena memory;
    arena_init(&memory, c->allocator);
    sheaf_slice sql = arena_printf(&memory, "EXPLAIN QUERY PLAN %s", statement->text.ptr);
    sqlite3_stmt *plan = NULL;
    int code = sql.ptr ? sqlite3_prepare_v2(c->db, sql.ptr, -1, &plan, NULL) : SQLITE_NOMEM;
    bool ok = code ? sqlite_fail(c, code, err) : write_plan(c, plan, &memory, out, err);
    sqlite3_finalize(plan);
    arena_free(&memory);
    return ok;
}

static bool execute(sqlite_connection *c, const char *sql, sheaf_error *err) {
    int code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    return code ? sqlite_fail(c, code, err) : true;
}

bool sqlite_lock(driver_connection *connection, int timeout_ms, sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    sqlite_finish(connection);
    int usual_ms = c->busy_timeout_ms;
    c->busy_timeout_ms = timeout_ms;
    bool ok = execute(c, "BEGIN IMMEDIATE", err);
    c->busy_timeout_ms = usual_ms;
    return ok;
}

bool sqlite_unlock(driver_connection *connection, bool commit, sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    if (commit && execute(c, "COMMIT", err)) return true;
    bool rolled_back = sqlite3_get_autocommit(c->db) || execute(c, "ROLLBACK", commit ? NULL : err);
    if (!rolled_back) c->broken = true;
    return !commit && rolled_back;
}
