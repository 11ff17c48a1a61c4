/* One trip. The pipeline of
 *
 *   calls   a (new), b (prepared before), c (with more than GENERIC_KEYS_MAX keys), with BEGIN and COMMIT
 *
 * is, with one step for each command and so for each answer:
 *
 *   BEGIN  PREPARE a  CALL a  CALL b  SETTING  CALL c  SETTING  COMMIT  DEALLOCATE x  | sync
 *
 * BEGIN stands first since preparing takes a snapshot. After an error the server skips everything up to the
 * sync; a statement is then prepared, or gone, only if its own step was answered.
 *
 * Behind a pooler nothing is prepared or deallocated, no call needs a SETTING, and TIMEOUT, which limits the
 * statements of the transaction, stands after BEGIN. */
#include <stdio.h>

#include "../../base/time.h"
#include "pg.h"

/* A generic plan is made for arrays of ten keys. From some 5,000 on a plan for the very array pays for its
 * planning: it may read the whole table, and it hashes the keys where a generic one compares each row with
 * each key. Measured on 45,000 rows, generic and custom, in ms:
 *
 *   keys     by an index    without one
 *    5,001    6.2    8.3    1,088    6.6
 *   20,000   24.1   13.7    3,465   12.6
 *   40,000   44.6   21.6    5,274   18.5
 */
#define GENERIC_KEYS_MAX 5000

typedef enum step_kind {
    STEP_BEGIN,
    STEP_TIMEOUT,
    STEP_PREPARE,
    STEP_SETTING,
    STEP_CALL,
    STEP_COMMIT,
    STEP_DEALLOCATE,
} step_kind;

struct pg_step {
    step_kind kind;
    size_t call; /* PREPARE, SETTING, CALL */
    uint64_t id; /* PREPARE, DEALLOCATE */
};

typedef struct trip {
    pg *c;
    const driver_call *calls;
    size_t call_count;
    arena *memory;
    driver_sink *sink;
    driver_cost *cost;
    uint64_t *call_ns;
    int64_t deadline, lap;
    size_t step_count;
    bool answered; /* a call was, so that the sink has heard of it */
    bool failed;
    sheaf_error *err; /* NULL once `failed`: the first error is the one that counts */
} trip;

typedef struct statement_name {
    char text[24];
} statement_name;

static statement_name name_of(uint64_t id) {
    static const char hex[] = "0123456789abcdef";
    statement_name name = {"s"};
    for (int i = 0; i < 16; i++) name.text[1 + i] = hex[id >> (60 - 4 * i) & 15];
    return name;
}

static uint64_t lap(trip *t) {
    int64_t now = clock_ns(), since = t->lap;
    t->lap = now;
    return (uint64_t)(now - since);
}

static bool fail(trip *t) {
    t->failed = true;
    t->err = NULL;
    return false;
}

/* Makes room for all steps that a trip may have, so that adding one cannot fail between two that belong
 * together. */
static bool reserve_steps(pg *c, size_t calls) {
    size_t count;
    if (!memory_mul(calls, 4, &count) || !memory_add(count, 3 + c->prepared.count, &count)) return false;
    if (count <= c->step_room) return true;
    pg_step *steps = memory_resize(c->allocator, c->steps, count, sizeof *steps);
    if (!steps) return false;
    c->steps = steps;
    c->step_room = count;
    return true;
}

static void add_step(trip *t, step_kind kind, size_t call, uint64_t id) {
    t->c->steps[t->step_count++] = (pg_step){kind, call, id};
}

/* Half a message may be in libpq's buffer, so that the connection is of no more use. */
static bool sent(trip *t, int result) {
    return result ? true : pg_lost(t->c, t->err);
}

static bool send_text(trip *t, step_kind kind, size_t call, uint64_t id, const char *sql) {
    add_step(t, kind, call, id);
    return sent(t, pg_send_sql(t->c, sql));
}

static bool has_many_keys(const driver_call *call) {
    for (size_t i = 0; i < call->statement->param_count; i++) {
        const sql_argument *argument = &call->arguments[i];
        if (call->statement->params[i].kind == SQL_PARAM_KEYS) {
            if (argument->keys && argument->keys->count > GENERIC_KEYS_MAX) return true;
        } else if (argument->value.kind == SHEAF_KIND_LIST && argument->value.list.count > GENERIC_KEYS_MAX) {
            return true;
        }
    }
    return false;
}

static bool send_unnamed(trip *t, size_t i) {
    const pg_parameters *p = &t->c->parameters;
    add_step(t, STEP_CALL, i, 0);
    return sent(t, PQsendQueryParams(t->c->conn, t->calls[i].statement->text.ptr, p->count, p->types,
                                     p->values, p->lengths, p->formats, 1));
}

/* With a plan of its own. The setting is undone with the transaction if the call fails. */
static bool send_with_own_plan(trip *t, size_t i) {
    return send_text(t, STEP_SETTING, i, 0, "SET plan_cache_mode = force_custom_plan") &&
           send_unnamed(t, i) && send_text(t, STEP_SETTING, i, 0, "RESET plan_cache_mode");
}

static bool prepare(trip *t, size_t i) {
    pg *c = t->c;
    const sql_statement *statement = t->calls[i].statement;
    if (!cache_add(&c->prepared, statement->id, NULL)) return error_memory(t->err);
    add_step(t, STEP_PREPARE, i, statement->id);
    return sent(t, PQsendPrepare(c->conn, name_of(statement->id).text, statement->text.ptr,
                                 c->parameters.count, c->parameters.types));
}

static bool send_call(trip *t, size_t i) {
    pg *c = t->c;
    const driver_call *call = &t->calls[i];
    const pg_parameters *p = &c->parameters;
    uint64_t id = call->statement->id;
    if (!pg_parameter_types(&c->parameters, c->allocator, call->statement, t->err) ||
        !pg_encode(&c->parameters, call, t->err))
        return false;
    if (c->unnamed) return send_unnamed(t, i);
    if (has_many_keys(call)) return send_with_own_plan(t, i);
    if (!cache_use(&c->prepared, id, NULL) && !prepare(t, i)) return false;
    add_step(t, STEP_CALL, i, 0);
    return sent(
        t, PQsendQueryPrepared(c->conn, name_of(id).text, p->count, p->values, p->lengths, p->formats, 1));
}

/* For the rest of the transaction, also of one without BEGIN, which lasts up to the sync. */
static bool send_timeout(trip *t) {
    char sql[64];
    snprintf(sql, sizeof sql, "SET LOCAL statement_timeout = %d", t->c->timeout_ms);
    return send_text(t, STEP_TIMEOUT, 0, 0, sql);
}

static bool send_begin(trip *t, unsigned flags) {
    pg *c = t->c;
    bool starts = flags & DRIVER_BEGIN || !c->snapshot;
    if (flags & DRIVER_BEGIN) {
        add_step(t, STEP_BEGIN, 0, 0);
        if (!sent(t, pg_send_begin(c))) return false;
    }
    return !c->unnamed || !starts || send_timeout(t);
}

static bool send_commit(trip *t) {
    add_step(t, STEP_COMMIT, 0, 0);
    return sent(t, pg_send_commit(t->c));
}

static bool send_steps(trip *t, unsigned flags) {
    pg *c = t->c;
    if (!send_begin(t, flags)) return false;
    for (size_t i = 0; i < t->call_count; i++)
        if (!send_call(t, i)) return false;
    if (flags & DRIVER_COMMIT && !send_commit(t)) return false;
    for (size_t i = c->prepared.count; i-- > c->statements_max;) {
        uint64_t id = c->prepared.entries[i].id;
        char sql[64];
        snprintf(sql, sizeof sql, "DEALLOCATE %s", name_of(id).text);
        if (!send_text(t, STEP_DEALLOCATE, 0, id, sql)) return false;
    }
    return true;
}

static void take_answer(trip *t, const pg_step *step, PGresult *result) {
    pg *c = t->c;
    switch (step->kind) {
    case STEP_BEGIN: c->snapshot = true; break;
    case STEP_COMMIT: c->snapshot = false; break;
    case STEP_DEALLOCATE: cache_remove(&c->prepared, step->id); break;
    case STEP_TIMEOUT:
    case STEP_PREPARE:
    case STEP_SETTING: break;
    case STEP_CALL:
        t->answered = true;
        t->cost->statements++;
        if (t->failed) break;
        if (!pg_decode(c, result, t->calls[step->call].statement, step->call, t->memory, t->sink, t->cost,
                       t->err))
            fail(t);
        return; /* pg_decode has taken the result */
    }
    PQclear(result);
}

static void take_failure(trip *t, const pg_step *step, PGresult *result) {
    pg *c = t->c;
    if (step->kind == STEP_PREPARE) cache_remove(&c->prepared, step->id);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR) {
        pg_fail(c, result, NULL, t->err);
        fail(t);
    } else if (status != PGRES_PIPELINE_ABORTED || !t->failed) { /* COPY, say: what comes next is unknown */
        c->broken = true;
        error_set(t->err, SHEAF_E_DATABASE, "PostgreSQL gave an unexpected answer: %s", PQresStatus(status));
        fail(t);
    }
    PQclear(result);
}

/* Steps that were sent are answered in order, whether or not something has failed. */
static void receive(trip *t, size_t step_count) {
    pg *c = t->c;
    for (size_t i = 0; i <= step_count && !c->broken; i++) {
        PGresult *result;
        if (!pg_answer(c, t->deadline, &result, t->err)) {
            fail(t);
            return;
        }
        uint64_t waited = lap(t);
        t->cost->wait_ns += waited;
        if (i == step_count) { /* the sync */
            if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
                PQclear(result);
            else
                take_failure(t, &(pg_step){STEP_SETTING, 0, 0}, result);
            return;
        }
        const pg_step *step = &c->steps[i];
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
            take_answer(t, step, result);
        else
            take_failure(t, step, result);
        uint64_t decoded = lap(t);
        t->cost->decode_ns += decoded;
        bool is_of_call = step->kind == STEP_PREPARE || step->kind == STEP_SETTING || step->kind == STEP_CALL;
        if (t->call_ns && is_of_call) t->call_ns[step->call] += waited + decoded;
    }
}

static bool make_trip(trip *t, unsigned flags) {
    pg *c = t->c;
    if (c->broken) return pg_lost(c, t->err);
    for (size_t i = 0; t->call_ns && i < t->call_count; i++) t->call_ns[i] = 0;
    if (flags & DRIVER_BEGIN) pg_finish((driver_connection *)c);
    if (c->outdated && !pg_renew_session(c)) return pg_lost(c, t->err);
    if (!reserve_steps(c, t->call_count)) return error_memory(t->err);
    if (!send_steps(t, flags)) {
        fail(t);
        if (c->broken) return false;
    }
    if (!PQpipelineSync(c->conn)) return pg_lost(c, t->err);
    t->cost->trips++;
    if (!pg_settle(c, true, t->deadline, t->err)) return false;
    receive(t, t->step_count);
    if (t->failed) pg_finish((driver_connection *)c);
    return !t->failed;
}

bool pg_run(driver_connection *connection, const driver_call *calls, size_t n, unsigned flags, arena *memory,
            driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err) {
    pg *c = (pg *)connection;
    bool whole = flags & DRIVER_BEGIN || !c->snapshot; /* no snapshot of an earlier run is lost by failing */
    for (int attempt = 1;; attempt++) {
        trip t = {
            c,         calls, n, memory, sink, cost, call_ns, .deadline = pg_deadline(c), .lap = clock_ns(),
            .err = err};
        if (make_trip(&t, flags)) return true;
        if (!c->outdated || c->broken || !whole || t.answered || attempt == 2) return false;
    }
}

void pg_finish(driver_connection *connection) {
    pg *c = (pg *)connection;
    if (!c->snapshot || c->broken) return;
    c->snapshot = false;
    if (pg_send_commit(c) && PQpipelineSync(c->conn))
        c->owed++;
    else
        c->broken = true;
}
