#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../value.h"

typedef struct connection {
    fake *script;
    const sheaf_allocator *allocator;
    bool snapshot, broken;
    value_record record;
} connection;

static const char scheme[] = "fake:";

fake_url fake_url_of(const fake *f) {
    fake_url url;
    snprintf(url.text, sizeof url.text, "%s%" PRIxPTR, scheme, (uintptr_t)f);
    return url;
}

static bool open_connection(const char *url, const driver_options *options, driver_connection **ret,
                            sheaf_error *err) {
    fake *f = (fake *)(uintptr_t)strtoull(url + strlen(scheme), NULL, 16);
    if (++f->opens == f->fail_open) return error_set(err, SHEAF_E_CONNECT, "the script says so");
    connection *c = memory_new_zero(options->allocator, 1, sizeof *c);
    if (!c) {
        f->closes++;
        return error_memory(err);
    }
    c->script = f;
    c->allocator = options->allocator;
    *ret = (driver_connection *)c;
    return true;
}

static void close_connection(driver_connection *base) {
    connection *c = (connection *)base;
    c->script->closes++;
    memory_release(c->allocator, c->record.bytes);
    memory_release(c->allocator, c);
}

static void finish(driver_connection *base) {
    connection *c = (connection *)base;
    if (c->snapshot) c->script->ends++;
    c->snapshot = false;
}

static bool fail(connection *c, sheaf_error *err) {
    c->broken |= c->script->fail_breaks;
    return error_set(err, c->script->fail_code, "the script says so");
}

static const fake_answer *find(const fake *f, const sql_statement *statement) {
    for (size_t i = 0; i < f->answer_count; i++)
        if (strstr(statement->text.ptr, f->answers[i].match)) return &f->answers[i];
    return NULL;
}

static void put_row(void *record, const sql_statement *statement, const sheaf_value *values) {
    for (size_t i = 0; i < statement->output_count; i++)
        sql_put_value(record, &statement->outputs[i].place, &values[i]);
}

static bool answer(connection *c, const driver_call *call, size_t at, driver_sink *sink, driver_cost *cost,
                   sheaf_error *err) {
    const fake_answer *a = find(c->script, call->statement);
    if (!value_record_reset(&c->record, c->allocator, call->statement)) return error_memory(err);
    if (sink->start) sink->start(sink, at, c->record.bytes);
    for (size_t row = 0; a && row < a->rows; row++) {
        if (++c->script->rows == c->script->fail_row) return fail(c, err);
        cost->rows++;
        put_row(c->record.bytes, call->statement, a->values + row * call->statement->output_count);
        if (!sink->row(sink, at, c->record.bytes, err)) return false;
    }
    return !sink->done || sink->done(sink, at, err);
}

static bool run(driver_connection *base, const driver_call *calls, size_t n, unsigned flags, arena *memory,
                driver_sink *sink, driver_cost *cost, uint64_t *call_ns, sheaf_error *err) {
    (void)memory;
    connection *c = (connection *)base;
    bool ok = ++c->script->runs != c->script->fail_run || fail(c, err);
    cost->trips++;
    if (ok && flags & DRIVER_BEGIN) {
        c->snapshot = true;
        c->script->begins++;
    }
    for (size_t i = 0; ok && i < n; i++) {
        cost->statements++;
        if (call_ns) call_ns[i] = 0;
        ok = answer(c, &calls[i], i, sink, cost, err);
    }
    if (!ok || flags & DRIVER_COMMIT) finish(base);
    return ok;
}

static bool script(driver_connection *base, sheaf_slice sql, sheaf_error *err) {
    (void)sql;
    connection *c = (connection *)base;
    return ++c->script->runs != c->script->fail_run || fail(c, err);
}

static bool read_catalogue(driver_connection *base, arena *memory, catalogue *ret, sheaf_error *err) {
    (void)memory, (void)err;
    *ret = ((connection *)base)->script->catalogue;
    return true;
}

static bool explain(driver_connection *base, const sql_statement *statement, buffer *out, sheaf_error *err) {
    (void)base;
    buffer_printf(out, "fake: %.*s\n", SHEAF_SLICE_ARGS(statement->text));
    return out->failed ? error_memory(err) : true;
}

static bool lock(driver_connection *base, int timeout_ms, sheaf_error *err) {
    (void)base, (void)timeout_ms, (void)err;
    return true;
}

static bool unlock(driver_connection *base, bool commit, sheaf_error *err) {
    (void)base, (void)commit, (void)err;
    return true;
}

static bool is_broken(const driver_connection *base) {
    return ((const connection *)base)->broken;
}

static bool is_alive(driver_connection *base) {
    return !((connection *)base)->script->dead && !is_broken(base);
}

static int64_t round_trip_ns(driver_connection *base) {
    connection *c = (connection *)base;
    int64_t measured = c->script->round_trip_ns;
    c->broken |= measured < 0;
    return measured < 0 ? 0 : measured;
}

static void *raw(driver_connection *base) {
    return ((connection *)base)->script;
}

const driver driver_fake = {
    .name = "fake",
    .counts_trips = true,
    .open = open_connection,
    .close = close_connection,
    .run = run,
    .finish = finish,
    .script = script,
    .catalogue = read_catalogue,
    .explain = explain,
    .lock = lock,
    .unlock = unlock,
    .broken = is_broken,
    .alive = is_alive,
    .round_trip_ns = round_trip_ns,
    .raw = raw,
};
