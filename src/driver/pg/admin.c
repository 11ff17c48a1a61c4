/* What does not belong into a pipeline: it waits for each answer, and scripts hold many statements. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "../../base/time.h"
#include "pg.h"

#define LOCK_KEY     INT64_C(0x7368656166) /* "sheaf" */
#define LOCK_WAIT_MS 50

/* A pooler in transaction mode would give what holds for the session to whoever comes next. */
static bool needs_session(const pg *c, const char *what, sheaf_error *err) {
    if (!c->unnamed) return true;
    return error_set(err, SHEAF_E_USAGE,
                     "%s a session of its own, which unnamed-statements goes without: connect to the server "
                     "itself, not to the pooler",
                     what);
}

static bool leave_pipeline(pg *c, int64_t deadline, sheaf_error *err) {
    if (c->broken) return pg_lost(c, err);
    pg_finish((driver_connection *)c);
    if (!pg_settle(c, true, deadline, err)) return false;
    return PQexitPipelineMode(c->conn) ? true : pg_lost(c, err);
}

bool pg_lend(driver_connection *connection, sheaf_error *err) {
    pg *c = (pg *)connection;
    if (!leave_pipeline(c, pg_deadline(c), err)) return false;
    return PQsetnonblocking(c->conn, 0) == 0 ? true : pg_lost(c, err);
}

void pg_take_back(driver_connection *connection) {
    pg *c = (pg *)connection;
    bool idle = PQtransactionStatus(c->conn) == PQTRANS_IDLE;
    if (!idle || PQsetnonblocking(c->conn, 1) || !PQenterPipelineMode(c->conn)) c->broken = true;
}

/* False for a result that is an error. */
static bool check_result(pg *c, const PGresult *result, const char *script, sheaf_error *err) {
    switch (PQresultStatus(result)) {
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK: return true;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        c->broken = true; /* the copied data would have to be gone through first */
        return error_set(err, SHEAF_E_USAGE, "a script cannot COPY from or to the client");
    default: return pg_fail(c, result, script, err);
    }
}

/* Reads every result up to the end of the query; the first `n` with rows go to `ret`. */
static bool collect(pg *c, const char *script, PGresult **ret, size_t n, int64_t deadline, sheaf_error *err) {
    size_t count = 0;
    bool ok = true;
    PGresult *result;
    for (;;) {
        bool got = pg_next(c, deadline, &result, ok ? err : NULL);
        if (!got) ok = false;
        if (!got || !result) break;
        if (!check_result(c, result, script, ok ? err : NULL)) ok = false;
        if (ok && count < n && PQresultStatus(result) == PGRES_TUPLES_OK)
            ret[count++] = result;
        else
            PQclear(result);
        if (c->broken) break;
    }
    if (ok && count < n) ok = error_set(err, SHEAF_E_DATABASE, "a query gave no rows");
    for (size_t i = 0; !ok && i < count; i++) PQclear(ret[i]);
    return ok;
}

static bool simple_query(pg *c, const char *sql, const char *script, PGresult **ret, size_t n,
                         int64_t deadline, sheaf_error *err) {
    if (!leave_pipeline(c, deadline, err)) return false;
    if (!PQsendQuery(c->conn, sql)) return pg_lost(c, err);
    bool ok = collect(c, script, ret, n, deadline, err);
    if (!c->broken && !PQenterPipelineMode(c->conn)) c->broken = true;
    return ok;
}

bool pg_query(pg *c, const char *sql, PGresult **ret, size_t n, int64_t deadline, sheaf_error *err) {
    return simple_query(c, sql, NULL, ret, n, deadline, err);
}

static bool is_in_transaction(const pg *c) {
    PGTransactionStatusType status = PQtransactionStatus(c->conn);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

/* A migration may take as long as it takes. The setting is changed outside of the transactions that the
 * script may open, so that their end does not touch it. */
static bool run_script(pg *c, const char *sql, sheaf_error *err) {
    if (!leave_pipeline(c, pg_deadline(c), err)) return false;
    bool ok = PQenterPipelineMode(c->conn) ? true : pg_lost(c, err);
    if (ok && !is_in_transaction(c))
        ok = pg_query(c, "SET statement_timeout = 0", NULL, 0, pg_deadline(c), err);
    if (!ok) return false;
    ok = simple_query(c, sql, sql, NULL, 0, PG_NO_DEADLINE, err);
    if (!c->broken && !is_in_transaction(c) &&
        !pg_query(c, "RESET statement_timeout", NULL, 0, pg_deadline(c), ok ? err : NULL))
        ok = false;
    return ok;
}

bool pg_script(driver_connection *connection, sheaf_slice sql, sheaf_error *err) {
    pg *c = (pg *)connection;
    if (!needs_session(c, "a script needs", err)) return false;
    if (sql.len && memchr(sql.ptr, '\0', sql.len))
        return error_set(err, SHEAF_E_USAGE, "the script holds a NUL byte");
    buffer text;
    buffer_init(&text, c->allocator);
    buffer_slice(&text, sql);
    buffer_byte(&text, '\0');
    bool ok = text.failed ? error_memory(err) : run_script(c, text.ptr, err);
    buffer_free(&text);
    return ok;
}

static const char *type_name(Oid type) {
    static const struct {
        Oid type;
        const char *name;
    } names[] = {
        {PG_INT8, "int8"},
        {PG_FLOAT8, "float8"},
        {PG_TEXT, "text"},
        {PG_BYTEA, "bytea"},
        {PG_BOOL, "bool"},
        {PG_TIMESTAMP, "timestamp"},
        {PG_DATE, "date"},
        {PG_TIMESTAMPTZ, "timestamptz"},
        {PG_INT8_ARRAY, "int8[]"},
        {PG_TEXT_ARRAY, "text[]"},
        {PG_FLOAT8_ARRAY, "float8[]"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].type == type) return names[i].name;
    return "text";
}

/* PostgreSQL 15 explains a generic plan only through EXECUTE. A failure leaves the statement prepared, behind
 * a pooler in a session that somebody else explains in next. */
static void write_explain(buffer *sql, const pg_parameters *p, const sql_statement *statement) {
    BUFFER_LITERAL(sql,
                   "DO $$BEGIN IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'sheaf_explain')"
                   " THEN DEALLOCATE sheaf_explain; END IF; END$$;"
                   " SET LOCAL plan_cache_mode = force_generic_plan; PREPARE sheaf_explain");
    for (int i = 0; i < p->count; i++) {
        buffer_cstr(sql, i ? ", " : " (");
        buffer_cstr(sql, type_name(p->types[i]));
    }
    buffer_cstr(sql, p->count ? ") AS " : " AS ");
    buffer_slice(sql, statement->text);
    BUFFER_LITERAL(sql, "\n; EXPLAIN EXECUTE sheaf_explain");
    for (int i = 0; i < p->count; i++) buffer_cstr(sql, i ? ", NULL" : "(NULL");
    buffer_cstr(sql, p->count ? "); DEALLOCATE sheaf_explain" : "; DEALLOCATE sheaf_explain");
    buffer_byte(sql, '\0');
}

bool pg_explain(driver_connection *connection, const sql_statement *statement, buffer *out,
                sheaf_error *err) {
    pg *c = (pg *)connection;
    PGresult *plan;
    buffer sql;
    if (!pg_parameter_types(&c->parameters, c->allocator, statement, err)) return false;
    buffer_init(&sql, c->allocator);
    write_explain(&sql, &c->parameters, statement);
    bool ok = sql.failed ? error_memory(err) : pg_query(c, sql.ptr, &plan, 1, pg_deadline(c), err);
    buffer_free(&sql);
    if (!ok) return false;
    for (int i = 0; i < PQntuples(plan); i++) {
        buffer_cstr(out, PQgetvalue(plan, i, 0));
        buffer_byte(out, '\n');
    }
    PQclear(plan);
    return out->failed ? error_memory(err) : true;
}

bool pg_lock(driver_connection *connection, int timeout_ms, sheaf_error *err) {
    pg *c = (pg *)connection;
    int64_t until = clock_ns() + timeout_ms * INT64_C(1000000);
    char sql[64];
    if (!needs_session(c, "migrations need", err)) return false;
    snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(%" PRId64 ")", LOCK_KEY);
    for (;;) { /* waiting in the server would deadlock with CREATE INDEX CONCURRENTLY of the one who has it */
        PGresult *result;
        if (!pg_query(c, sql, &result, 1, pg_deadline(c), err)) return false;
        bool locked = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
        PQclear(result);
        if (locked) return true;
        if (clock_ns() >= until)
            return error_set(err, SHEAF_E_BUSY, "another connection held the lock for %d ms", timeout_ms);
        poll(NULL, 0, LOCK_WAIT_MS);
    }
}

bool pg_unlock(driver_connection *connection, bool commit, sheaf_error *err) {
    pg *c = (pg *)connection;
    char sql[64];
    bool ok = leave_pipeline(c, pg_deadline(c), err);
    if (ok && !PQenterPipelineMode(c->conn)) ok = pg_lost(c, err);
    if (ok && is_in_transaction(c))
        ok = pg_query(c, commit ? "COMMIT" : "ROLLBACK", NULL, 0, pg_deadline(c), err);
    snprintf(sql, sizeof sql, "SELECT pg_advisory_unlock(%" PRId64 ")", LOCK_KEY);
    PGresult *result;
    if (c->broken || !pg_query(c, sql, &result, 1, pg_deadline(c), ok ? err : NULL)) return false;
    PQclear(result);
    return ok;
}
