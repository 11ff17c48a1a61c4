#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/time.h"
#include "pg.h"

/* libpq's message, without its line end. It quotes nothing from a well-formed URL but host, port, user and
 * database. */
static bool connect_error(sheaf_error *err, const char *message) {
    return error_set(err, SHEAF_E_CONNECT, "%.*s", SHEAF_SLICE_ARGS(slice_trim(slice_of(message))));
}

/* A pooler knows few of the parameters that a session may start with. */
static bool start_error(sheaf_error *err, const char *message, bool unnamed) {
    connect_error(err, message);
    if (!unnamed && strstr(message, "unsupported startup parameter"))
        error_prefix(err, "behind a pooler in transaction mode, set unnamed-statements");
    return false;
}

/* "-c name=value …" for the start of the session: ours, then what the user gives, which so wins. Ours are
 * left out behind a pooler. */
static bool write_options(buffer *out, const char *url, const driver_options *options, sheaf_error *err) {
    char *reason = NULL;
    PQconninfoOption *given = PQconninfoParse(url, &reason);
    if (!given) { /* the reason may quote a password */
        PQfreemem(reason);
        return error_set(err, SHEAF_E_CONNECT, "the connection URL does not parse");
    }
    const char *users = getenv("PGOPTIONS");
    for (const PQconninfoOption *o = given; o->keyword; o++)
        if (o->val && strcmp(o->keyword, "options") == 0) users = o->val;
    if (!options->unnamed_statements)
        buffer_printf(out, "-c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout=%d ",
                      options->statement_timeout_ms);
    buffer_cstr(out, users ? users : "");
    buffer_byte(out, '\0');
    PQconninfoFree(given);
    return out->failed ? error_memory(err) : true;
}

static bool too_late(const pg *c, sheaf_error *err) {
    if (driver_cancelled(c->cancellation, err)) return false;
    return error_set(err, SHEAF_E_TIMEOUT, "no connection within %d ms", c->connect_timeout_ms);
}

/* Waits as PQconnectPoll asks for. Its socket may change from one call to the next. Looking up the host's
 * name is libpq's and keeps to no deadline. */
static bool establish(const pg *c, int64_t deadline, sheaf_error *err) {
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    if (PQstatus(c->conn) == CONNECTION_BAD) return connect_error(err, PQerrorMessage(c->conn));
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED) return start_error(err, PQerrorMessage(c->conn), c->unnamed);
        if (!pg_wait_socket(c, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            return too_late(c, err);
        next = PQconnectPoll(c->conn);
    }
    return true;
}

/* Measures before anything is prepared, so that preparing costs no trip of its own. */
static bool start_pipeline(pg *c, int64_t deadline, sheaf_error *err) {
    sheaf_error why = {0};
    if (PQsetnonblocking(c->conn, 1) == 0 && PQenterPipelineMode(c->conn) &&
        pg_measure(c, true, deadline, &why) && pg_prepare_session(c))
        return true;
    if (why.code == SHEAF_E_TIMEOUT || why.code == SHEAF_E_CANCELLED) return too_late(c, err);
    if (!why.code) return connect_error(err, PQerrorMessage(c->conn));
    why.code = SHEAF_E_CONNECT;
    if (err) *err = why;
    return false;
}

/* Notices print nothing. One that comes unasked, and is an error, tells that the server is leaving. */
static void hear_notice(void *user, const PGresult *result) {
    pg *c = user;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state && strncmp(state, "57P", 3) == 0) c->broken = true;
}

static void close_connection(driver_connection *connection) {
    pg *c = (pg *)connection;
    if (!c) return;
    PQfinish(c->conn);
    cache_free(&c->prepared);
    pg_parameters_free(&c->parameters, c->allocator);
    memory_release(c->allocator, c->steps);
    memory_release(c->allocator, c->columns);
    memory_release(c->allocator, c->record.bytes);
    memory_release(c->allocator, c);
}

static bool open_session(pg *c, const char *url, const driver_options *options, sheaf_error *err) {
    buffer session;
    buffer_init(&session, c->allocator);
    int64_t deadline = clock_ns() + c->connect_timeout_ms * INT64_C(1000000);
    bool ok = write_options(&session, url, options, err);
    if (ok) {
        const char *const keywords[] = {"dbname", "client_encoding", "fallback_application_name", "options",
                                        NULL};
        const char *const values[] = {url, "UTF8", "sheaf", session.ptr, NULL};
        c->conn = PQconnectStartParams(keywords, values, 1);
        if (c->conn) PQsetNoticeReceiver(c->conn, hear_notice, c); /* before the server can send one */
        ok = c->conn ? establish(c, deadline, err) : error_memory(err);
    }
    buffer_free(&session);
    return ok && start_pipeline(c, deadline, err);
}

static bool open_connection(const char *url, const driver_options *options, driver_connection **ret,
                            sheaf_error *err) {
    pg *c = memory_new_zero(options->allocator, 1, sizeof *c);
    if (!c) return error_memory(err);
    c->allocator = options->allocator;
    c->timeout_ms = options->statement_timeout_ms;
    c->connect_timeout_ms = options->connect_timeout_ms;
    c->unnamed = options->unnamed_statements;
    c->cancellation = options->cancellation;
    c->statements_max = options->statements_max;
    cache_init(&c->prepared, c->allocator);
    buffer_init(&c->parameters.bytes, c->allocator);
    if (!open_session(c, url, options, err)) {
        close_connection((driver_connection *)c);
        return false;
    }
    *ret = (driver_connection *)c;
    return true;
}

static bool is_broken(const driver_connection *connection) {
    const pg *c = (const pg *)connection;
    return c->broken || PQstatus(c->conn) != CONNECTION_OK;
}

static bool is_alive(driver_connection *connection) {
    pg *c = (pg *)connection;
    struct pollfd socket = {.fd = PQsocket(c->conn), .events = POLLIN};
    while (!is_broken(connection) && poll(&socket, 1, 0) > 0)
        if (!PQconsumeInput(c->conn)) c->broken = true;
    if (!pg_settle(c, false, 0, NULL)) return false;
    PQisBusy(c->conn); /* parses what has come, so that hear_notice hears of it */
    return !is_broken(connection);
}

static void *raw(driver_connection *connection) {
    return ((pg *)connection)->conn;
}

const driver driver_pg = {
    .name = "postgresql",
    .counts_trips = true,
    .open = open_connection,
    .close = close_connection,
    .run = pg_run,
    .finish = pg_finish,
    .script = pg_script,
    .catalogue = pg_catalogue,
    .explain = pg_explain,
    .lock = pg_lock,
    .unlock = pg_unlock,
    .broken = is_broken,
    .alive = is_alive,
    .round_trip_ns = pg_round_trip_ns,
    .raw = raw,
    .lend = pg_lend,
    .take_back = pg_take_back,
};
