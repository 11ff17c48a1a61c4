#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "../../base/number.h"
#include "../../base/time.h"
#include "pg.h"

#define GRACE_MAX_MS 250

int64_t pg_deadline(const pg *c) {
    int grace = c->timeout_ms / 8 < GRACE_MAX_MS ? c->timeout_ms / 8 : GRACE_MAX_MS;
    return clock_ns() + (c->timeout_ms + (int64_t)grace) * 1000000;
}

/* Until the deadline, as poll takes it. */
static int left_ms(int64_t deadline) {
    if (deadline == PG_NO_DEADLINE) return -1;
    int64_t left = (deadline - clock_ns() + 999999) / 1000000;
    return left <= 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

bool pg_wait_socket(const pg *c, short events, int64_t deadline) {
    struct pollfd socket = {.fd = PQsocket(c->conn), .events = events};
    if (socket.fd < 0) return true; /* libpq tells what happened to it */
    while (!driver_cancelled(c->cancellation, NULL)) {
        int timeout = left_ms(deadline);
        bool looks = c->cancellation && (timeout < 0 || timeout > DRIVER_CANCEL_LOOK_MS);
        int ready = poll(&socket, 1, looks ? DRIVER_CANCEL_LOOK_MS : timeout);
        if (ready > 0) return true;
        if (ready == 0 && !looks) return false;
        if (ready < 0 && errno != EINTR) return true;
    }
    return false;
}

bool pg_lost(pg *c, sheaf_error *err) {
    sheaf_slice reason = slice_trim(slice_of(PQerrorMessage(c->conn)));
    c->broken = true;
    return error_set(err, SHEAF_E_CONNECTION_LOST, "the connection to PostgreSQL broke%s%.*s",
                     reason.len ? ": " : "", SHEAF_SLICE_ARGS(reason));
}

bool pg_next(pg *c, int64_t deadline, PGresult **ret, sheaf_error *err) {
    while (PQisBusy(c->conn)) {
        bool unsent = PQflush(c->conn) > 0;
        if (!pg_wait_socket(c, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline)) {
            /* The server is not told: that takes a connection of its own, and statement_timeout does it. */
            c->broken = true;
            if (driver_cancelled(c->cancellation, err)) return false;
            return error_set(err, SHEAF_E_TIMEOUT, "PostgreSQL did not answer within %d ms", c->timeout_ms);
        }
        if (!PQconsumeInput(c->conn)) break; /* PQgetResult tells why, or what came before the end */
    }
    *ret = PQgetResult(c->conn);
    return *ret || PQstatus(c->conn) == CONNECTION_OK ? true : pg_lost(c, err);
}

/* True for an error after which the server or libpq has given up the connection. */
static bool is_fatal(const pg *c, const PGresult *result) {
    if (PQresultStatus(result) != PGRES_FATAL_ERROR) return false;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return !severity || strcmp(severity, "ERROR") != 0 || PQstatus(c->conn) != CONNECTION_OK;
}

static bool out_of_step(pg *c, sheaf_error *err) {
    c->broken = true;
    return error_set(err, SHEAF_E_CONNECTION_LOST, "PostgreSQL's answers are out of step");
}

bool pg_answer(pg *c, int64_t deadline, PGresult **ret, sheaf_error *err) {
    PGresult *result, *end;
    if (!pg_next(c, deadline, &result, err)) return false;
    if (!result) return out_of_step(c, err);
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC: /* no NULL ends it, nor those that cannot be gone on after */
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH: *ret = result; return true;
    default: break;
    }
    if (is_fatal(c, result)) {
        *ret = result;
        return true;
    }
    bool ok = pg_next(c, deadline, &end, err);
    if (ok && end) {
        PQclear(end);
        ok = out_of_step(c, err);
    }
    if (ok)
        *ret = result;
    else
        PQclear(result);
    return ok;
}

bool pg_settle(pg *c, bool wait, int64_t deadline, sheaf_error *err) {
    while (c->owed && (wait || !PQisBusy(c->conn))) {
        PGresult *result;
        if (!pg_answer(c, deadline, &result, err)) return false;
        ExecStatusType status = PQresultStatus(result);
        bool ok = status == PGRES_COMMAND_OK || status == PGRES_PIPELINE_SYNC;
        if (!ok) {
            pg_fail(c, result, NULL, err);
            c->broken = true; /* only commands that cannot fail are left owed */
        }
        if (status == PGRES_PIPELINE_SYNC) c->owed--;
        PQclear(result);
        if (!ok) return false;
    }
    return true;
}

typedef enum trouble {
    PLAIN,
    OF_VALUE, /* the server's message quotes a value, so it is not shown */
    OF_CACHE, /* the session's prepared statements are others than this side thinks */
    OF_POOLER,
} trouble;

static const struct {
    const char *prefix; /* of the SQLSTATE; the first that fits counts */
    sheaf_code code;
    trouble trouble;
} states[] = {
    {"08", SHEAF_E_CONNECTION_LOST, PLAIN},       /* connection exceptions */
    {"22P02", SHEAF_E_VARIABLE, OF_VALUE},        /* invalid text representation */
    {"22007", SHEAF_E_VARIABLE, OF_VALUE},        /* invalid datetime format */
    {"22008", SHEAF_E_VARIABLE, OF_VALUE},        /* datetime field overflow */
    {"22021", SHEAF_E_VARIABLE, OF_VALUE},        /* character not in repertoire, such as U+0000 */
    {"22", SHEAF_E_DATABASE, OF_VALUE},           /* data exceptions */
    {"25006", SHEAF_E_READ_ONLY, PLAIN},          /* read-only transaction */
    {"26000", SHEAF_E_CONNECTION_LOST, OF_CACHE}, /* no such prepared statement */
    {"28", SHEAF_E_CONNECT, PLAIN},               /* authorization */
    {"40001", SHEAF_E_CONFLICT, PLAIN},           /* serialization failure */
    {"40P01", SHEAF_E_CONFLICT, PLAIN},           /* deadlock */
    {"42P05", SHEAF_E_CONNECT, OF_POOLER},    /* prepared by somebody else in what was thought a session */
    {"53100", SHEAF_E_FULL, PLAIN},           /* disk full */
    {"53300", SHEAF_E_CONNECT, PLAIN},        /* too many connections */
    {"55P03", SHEAF_E_BUSY, PLAIN},           /* lock not available */
    {"57014", SHEAF_E_TIMEOUT, PLAIN},        /* query cancelled, by statement_timeout */
    {"57P0", SHEAF_E_CONNECTION_LOST, PLAIN}, /* shutdown, crash, cannot connect now */
    {"58030", SHEAF_E_IO, PLAIN},             /* I/O error */
    {"58P01", SHEAF_E_IO, PLAIN},             /* undefined file */
    {"XX001", SHEAF_E_NOT_A_DATABASE, PLAIN}, /* data corrupted */
    {"XX002", SHEAF_E_NOT_A_DATABASE, PLAIN}, /* index corrupted */
    {"", SHEAF_E_DATABASE, PLAIN},
};

static size_t find_state(const char *state) {
    size_t i = 0;
    while (strncmp(state, states[i].prefix, strlen(states[i].prefix)) != 0) i++;
    return i;
}

/* The line that holds a position, which counts characters from 1; 0 where the server told none. */
static size_t line_of(const char *text, const char *position) {
    int64_t left;
    if (!position || !number_to_int(slice_of(position), &left)) return 0;
    size_t line = 1;
    for (; *text; text++) {
        bool starts_character = ((unsigned char)*text & 0xC0) != 0x80;
        if (starts_character && --left <= 0) break;
        if (*text == '\n') line++;
    }
    return line;
}

/* A prepared statement whose columns changed their type, by ALTER TABLE. */
static bool is_outdated_plan(const PGresult *result, const char *state) {
    const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
    return strcmp(state, "0A000") == 0 && function && strcmp(function, "RevalidateCachedQuery") == 0;
}

static const char *field(const PGresult *result, int code) {
    const char *text = PQresultErrorField(result, code);
    return text ? text : "";
}

bool pg_fail(pg *c, const PGresult *result, const char *script, sheaf_error *err) {
    const char *state = field(result, PG_DIAG_SQLSTATE);
    const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = field(result, PG_DIAG_MESSAGE_HINT);
    if (!*state) return pg_lost(c, err); /* libpq's own */
    if (is_fatal(c, result)) c->broken = true;
    size_t at = find_state(state);
    sheaf_code code = states[at].code;
    if (c->broken && code == SHEAF_E_DATABASE) code = SHEAF_E_CONNECTION_LOST;
    if (!script && (states[at].trouble == OF_CACHE || is_outdated_plan(result, state))) {
        c->outdated = true;
        code = SHEAF_E_CONNECTION_LOST;
    }
    size_t line = script ? line_of(script, PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION)) : 0;
    if (!script && states[at].trouble == OF_VALUE)
        error_set(err, code, "PostgreSQL refuses a value (SQLSTATE %s)", state);
    else if (!script && states[at].trouble == OF_POOLER)
        error_set(err, code,
                  "prepared statements do not stay with the connection, as behind a pooler in transaction "
                  "mode: set unnamed-statements");
    else
        error_set(err, code, "%s%s%s", message, *hint ? "\nhint: " : "", hint);
    if (line) error_prefix(err, "line %zu", line);
    if (err) {
        size_t len = strnlen(state, sizeof err->sqlstate - 1);
        memcpy(err->sqlstate, state, len);
        err->sqlstate[len] = '\0';
    }
    return false;
}
