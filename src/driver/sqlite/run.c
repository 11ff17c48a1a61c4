#include "../../base/time.h"
#include "sqlite.h"

/* Steps of SQLite's machine between two looks at the clock: some 20 µs. */
#define STEPS_PER_LOOK 1000

/* One row in so many is timed and stands for the others, for asking the clock costs as much as decoding some
 * values. */
#define ROWS_PER_SAMPLE 32

typedef struct run {
    sqlite_connection *c;
    arena *memory;
    driver_sink *sink;
    driver_cost *cost;
    sheaf_error *err;
} run;

static int must_stop(void *user) {
    const sqlite_connection *c = user;
    return clock_ns() > c->deadline || driver_cancelled(c->cancellation, NULL);
}

static bool reserve(sqlite_connection *c, const sql_statement *statement) {
    if (statement->param_count > c->key_room) {
        sqlite_keys *keys = memory_resize(c->allocator, c->keys, statement->param_count, sizeof *keys);
        if (!keys) return false;
        c->keys = keys;
        c->key_room = statement->param_count;
    }
    return value_record_reset(&c->record, c->allocator, statement);
}

static bool keep(sqlite_connection *c, uint64_t id, sqlite3_stmt *prepared) {
    if (!cache_add(&c->prepared, id, prepared)) return false;
    cache_entry *oldest = &c->prepared.entries[c->prepared.count - 1];
    if (c->prepared.count > c->statements_max && oldest->statement != prepared) {
        sqlite3_finalize(oldest->statement);
        c->prepared.count--;
    }
    return true;
}

static bool find(sqlite_connection *c, const sql_statement *statement, sqlite3_stmt **ret, sheaf_error *err) {
    void *known;
    if (cache_use(&c->prepared, statement->id, &known)) {
        *ret = known;
        return true;
    }
    sqlite3_stmt *prepared;
    if (statement->text.len >= INT32_MAX) return error_set(err, SHEAF_E_LIMIT, "a statement is too long");
    int code = sqlite3_prepare_v3(c->db, statement->text.ptr, (int)statement->text.len + 1,
                                  SQLITE_PREPARE_PERSISTENT, &prepared, NULL);
    if (code) return sqlite_fail(c, code, err);
    bool fits = prepared && (size_t)sqlite3_bind_parameter_count(prepared) == statement->param_count;
    if (fits && keep(c, statement->id, prepared)) {
        *ret = prepared;
        return true;
    }
    sqlite3_finalize(prepared);
    return fits ? error_memory(err)
                : error_set(err, SHEAF_E_DATABASE,
                            "a statement takes another number of parameters than it was given");
}

static int bind_date(sqlite3_stmt *s, int at, int64_t days) {
    char out[TIME_TEXT_MAX];
    size_t len = date_from_days(out, days);
    return len ? sqlite3_bind_text(s, at, out, (int)len, SQLITE_TRANSIENT) : SQLITE_MISMATCH;
}

/* SQLITE_MISMATCH: it is of the wrong kind or out of range. Text is not copied: it outlives the run. */
static int bind(sqlite3_stmt *s, int at, const sql_param *param, const sql_argument *argument,
                sqlite_keys *keys) {
    const sheaf_value *value = &argument->value;
    bool is_int = value->kind == SHEAF_KIND_INT, is_text = value->kind == SHEAF_KIND_TEXT;
    if (param->kind == SQL_PARAM_KEYS) {
        if (!argument->keys) return SQLITE_MISMATCH;
        *keys = (sqlite_keys){param, argument->keys, NULL, argument->keys->count};
        return sqlite3_bind_pointer(s, at, keys, SQLITE_KEYS_POINTER, NULL);
    }
    if (value->kind == SHEAF_KIND_NULL) return sqlite3_bind_null(s, at);
    const char *text = is_text && value->text.len ? value->text.ptr : "";
    switch (param->kind) {
    case SQL_PARAM_INT: return is_int ? sqlite3_bind_int64(s, at, value->i) : SQLITE_MISMATCH;
    case SQL_PARAM_BOOL: return is_int ? sqlite3_bind_int(s, at, value->i != 0) : SQLITE_MISMATCH;
    case SQL_PARAM_FLOAT:
        if (is_int) return sqlite3_bind_double(s, at, (double)value->i);
        return value->kind == SHEAF_KIND_FLOAT ? sqlite3_bind_double(s, at, value->f) : SQLITE_MISMATCH;
    case SQL_PARAM_TEXT:
        if (!is_text) return SQLITE_MISMATCH;
        return sqlite3_bind_text64(s, at, text, value->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case SQL_PARAM_BYTES:
        return is_text ? sqlite3_bind_blob64(s, at, text, value->text.len, SQLITE_STATIC) : SQLITE_MISMATCH;
    case SQL_PARAM_TIMESTAMP:
    case SQL_PARAM_TIMESTAMPTZ:
        if (!is_int || value->i < VALUE_MICROS_MIN || value->i > VALUE_MICROS_MAX) return SQLITE_MISMATCH;
        return sqlite3_bind_int64(s, at, value->i);
    case SQL_PARAM_DATE: return is_int ? bind_date(s, at, value->i) : SQLITE_MISMATCH;
    case SQL_PARAM_INT_LIST:
    case SQL_PARAM_FLOAT_LIST:
    case SQL_PARAM_TEXT_LIST:
        if (value->kind != SHEAF_KIND_LIST) return SQLITE_MISMATCH;
        *keys = (sqlite_keys){param, NULL, value->list.items, value->list.count};
        return sqlite3_bind_pointer(s, at, keys, SQLITE_KEYS_POINTER, NULL);
    case SQL_PARAM_KEYS: break;
    }
    return SQLITE_MISMATCH;
}

static bool bind_all(sqlite_connection *c, sqlite3_stmt *s, const driver_call *call, sheaf_error *err) {
    for (size_t i = 0; i < call->statement->param_count; i++) {
        int code = bind(s, (int)i + 1, &call->statement->params[i], &call->arguments[i], &c->keys[i]);
        if (code == SQLITE_MISMATCH)
            return error_set(err, SHEAF_E_VARIABLE, "argument %zu has the wrong type or is out of range",
                             i + 1);
        if (code) return sqlite_fail(c, code, err);
    }
    return true;
}

static bool give_row(run *r, sqlite3_stmt *s, const sql_statement *statement, size_t call) {
    r->cost->rows++;
    void *record = r->c->record.bytes;
    return sqlite_decode(s, statement->outputs, statement->output_count, r->memory, record, &r->cost->bytes,
                         r->err) &&
           r->sink->row(r->sink, call, record, r->err);
}

static bool step_all(run *r, sqlite3_stmt *s, const sql_statement *statement, size_t call,
                     uint64_t *ret_decode_ns) {
    uint64_t rows = 0, timed_rows = 0, timed_ns = 0;
    if (r->sink->start) r->sink->start(r->sink, call, r->c->record.bytes);
    int code = sqlite3_step(s);
    /* Only now: a changed schema makes the first step prepare the statement once more. */
    if ((size_t)sqlite3_column_count(s) != statement->output_count &&
        (code == SQLITE_ROW || code == SQLITE_DONE))
        return error_set(r->err, SHEAF_E_DATABASE, "a statement gave %d columns where %zu were expected",
                         sqlite3_column_count(s), statement->output_count);
    for (; code == SQLITE_ROW; code = sqlite3_step(s)) {
        bool timed = rows++ % ROWS_PER_SAMPLE == 0;
        int64_t start = timed ? clock_ns() : 0;
        if (!give_row(r, s, statement, call)) return false;
        if (timed) {
            timed_rows++;
            timed_ns += (uint64_t)(clock_ns() - start);
        }
    }
    if (code != SQLITE_DONE) return sqlite_fail(r->c, code, r->err);
    *ret_decode_ns = timed_rows ? timed_ns * rows / timed_rows : 0;
    return !r->sink->done || r->sink->done(r->sink, call, r->err);
}

static bool run_call(run *r, const driver_call *call, size_t at, uint64_t *ret_ns) {
    sqlite_connection *c = r->c;
    int64_t start = clock_ns();
    uint64_t decode_ns = 0;
    sqlite3_stmt *s = NULL;
    if (!reserve(c, call->statement)) return error_memory(r->err);
    if (!find(c, call->statement, &s, r->err)) return false;
    bool ok = bind_all(c, s, call, r->err) && step_all(r, s, call->statement, at, &decode_ns);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s); /* they point to what the caller may free */
    uint64_t ns = (uint64_t)(clock_ns() - start);
    if (decode_ns > ns) decode_ns = ns;
    r->cost->statements++;
    r->cost->decode_ns += decode_ns;
    r->cost->wait_ns += ns - decode_ns;
    *ret_ns = ns;
    return ok;
}

static bool run_plain(sqlite_connection *c, sqlite3_stmt *s, sheaf_error *err) {
    int code = sqlite3_step(s);
    bool ok = code == SQLITE_DONE ? true : sqlite_fail(c, code, err);
    sqlite3_reset(s);
    return ok;
}

/* Within the transaction of a lock, that one is the snapshot. */
static bool begin(sqlite_connection *c, sheaf_error *err) {
    sqlite_finish((driver_connection *)c);
    if (!sqlite3_get_autocommit(c->db)) return true;
    return c->snapshot = run_plain(c, c->begin, err);
}

static bool commit(sqlite_connection *c, sheaf_error *err) {
    if (!c->snapshot) return true;
    if (!run_plain(c, c->commit, err)) return false;
    c->snapshot = false;
    return true;
}

bool sqlite_run(driver_connection *connection, const driver_call *calls, size_t n, unsigned flags,
                arena *memory, driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    run r = {c, memory, sink, cost, err};
    c->deadline = clock_ns() + c->timeout_ms * INT64_C(1000000);
    sqlite3_progress_handler(c->db, STEPS_PER_LOOK, must_stop, c);
    bool ok = !(flags & DRIVER_BEGIN) || begin(c, err);
    for (size_t i = 0; ok && i < n; i++) {
        uint64_t ns = 0;
        ok = run_call(&r, &calls[i], i, &ns);
        if (call_ns) call_ns[i] = ns;
    }
    if (ok && flags & DRIVER_COMMIT) ok = commit(c, err);
    sqlite3_progress_handler(c->db, 0, NULL, NULL);
    cost->trips++;
    if (!ok) sqlite_finish(connection);
    return ok;
}

void sqlite_finish(driver_connection *connection) {
    sqlite_connection *c = (sqlite_connection *)connection;
    if (!c->snapshot) return;
    c->snapshot = false;
    /* An error may have ended the transaction already. */
    if (!sqlite3_get_autocommit(c->db) && sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL)) c->broken = true;
}
