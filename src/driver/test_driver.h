/* test_driver.h: statements to run and rows to look at, for the tests of drivers. */
#ifndef SHEAF_DRIVER_TEST_DRIVER_H
#define SHEAF_DRIVER_TEST_DRIVER_H

#include <stdlib.h>

#include "../base/number.h"
#include "driver.h"
#include "test.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A statement with outputs and parameters as array literals in parentheses:
 *
 *     sql_statement s = STATEMENT("SELECT ?1", (OUT(INT)), ({SQL_PARAM_INT}));
 */
#define OUT(which)                                                                                           \
    {                                                                                                        \
        .scalar = SHEAF_##which, .name = { "t." #which, sizeof #which + 1 }                                  \
    }
#define UNWRAP(...)           __VA_ARGS__
#define ITEMS(type, ...)      ((type[]){{0}, __VA_ARGS__} + 1) /* none is allowed, too */
#define ITEM_COUNT(type, ...) (COUNT(((type[]){{0}, __VA_ARGS__})) - 1)
#define STATEMENT(sql, out, in)                                                                              \
    ((sql_statement){.text = SHEAF_SLICE(sql),                                                               \
                     .id = slice_hash(SHEAF_SLICE(sql)),                                                     \
                     .params = ITEMS(sql_param, UNWRAP in),                                                  \
                     .param_count = ITEM_COUNT(sql_param, UNWRAP in),                                        \
                     .outputs = ITEMS(sql_output, UNWRAP out),                                               \
                     .output_count = ITEM_COUNT(sql_output, UNWRAP out)})
#define QUERY(sql, out) STATEMENT(sql, out, ())

#define INT(n)   ((sheaf_value){.kind = SHEAF_KIND_INT, .i = (n)})
#define FLOAT(n) ((sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = (n)})
#define TEXT(s)  ((sheaf_value){.kind = SHEAF_KIND_TEXT, .text = SHEAF_SLICE(s)})
#define LIST(...)                                                                                            \
    ((sheaf_value){.kind = SHEAF_KIND_LIST,                                                                  \
                   .list = {ITEMS(sheaf_value, __VA_ARGS__), ITEM_COUNT(sheaf_value, __VA_ARGS__)}})

/* A run, and what came of it. Rows are kept as pointers into the arena until they are printed, so that text
 * that does not live as long as the arena is noticed. */
typedef struct trial {
    driver_sink sink;
    arena memory;
    driver_cost cost;
    sheaf_error err;
    sheaf_value *values;
    size_t value_count, rows, done;
    sql_statement statements[16]; /* with places for their outputs */
    size_t statement_count;
    size_t call_of_row[64];
    size_t stop_after; /* this many rows, the sink fails; 0: never */
    buffer text;
} trial;

static inline bool trial_row(driver_sink *sink, size_t call, const void *record, sheaf_error *err) {
    trial *t = (trial *)sink;
    size_t width = t->statements[call].output_count;
    if (t->stop_after && t->rows + 1 == t->stop_after) return error_set(err, SHEAF_E_LIMIT, "enough");
    if (t->rows < COUNT(t->call_of_row)) { /* only the first are looked at */
        t->values = realloc(t->values, (t->value_count + width + 1) * sizeof *t->values);
        for (size_t i = 0; i < width; i++)
            t->values[t->value_count++] = sql_value(record, &t->statements[call].outputs[i]);
        t->call_of_row[t->rows] = call;
    }
    t->rows++;
    return true;
}

static inline bool trial_done(driver_sink *sink, size_t call, sheaf_error *err) {
    (void)err;
    trial *t = (trial *)sink;
    assert_int_equal(call, t->done);
    t->done++;
    return true;
}

static inline void trial_init(trial *t, const sheaf_allocator *allocator) {
    memset(t, 0, sizeof *t);
    t->sink = (driver_sink){NULL, trial_row, trial_done};
    arena_init(&t->memory, allocator);
    buffer_init(&t->text, NULL);
}

static inline void trial_forget(trial *t) {
    for (size_t i = 0; i < t->statement_count; i++) free((void *)(uintptr_t)t->statements[i].outputs);
    t->statement_count = 0;
}

static inline void trial_free(trial *t) {
    trial_forget(t);
    free(t->values);
    arena_free(&t->memory);
    buffer_free(&t->text);
}

static inline bool trial_run(trial *t, const driver *d, driver_connection *c, const driver_call *calls,
                             size_t n, unsigned flags) {
    driver_call placed[COUNT(t->statements)];
    assert_true(n <= COUNT(placed));
    trial_forget(t);
    for (size_t i = 0; i < n; i++) {
        sql_statement *s = &t->statements[t->statement_count++];
        placed[i] = calls[i];
        placed[i].statement = s;
        *s = *calls[i].statement;
        sql_output *outputs = malloc((s->output_count + 1) * sizeof *outputs);
        assert_non_null(outputs);
        if (s->output_count) memcpy(outputs, s->outputs, s->output_count * sizeof *outputs);
        s->record_size = sql_place_all(outputs, s->output_count, 0);
        s->outputs = outputs;
    }
    t->done = 0;
    bool ok = d->run(c, placed, n, flags, &t->memory, &t->sink, &t->cost, NULL, &t->err);
    if (ok) assert_int_equal(t->done, n);
    return ok;
}

static inline void trial_print(buffer *out, const sheaf_value *value) {
    char number[NUMBER_TEXT_MAX];
    switch (value->kind) {
    case SHEAF_KIND_INT: buffer_int(out, value->i); break;
    case SHEAF_KIND_FLOAT: buffer_bytes(out, number, number_from_float(number, value->f)); break;
    case SHEAF_KIND_TEXT: buffer_slice(out, value->text); break;
    default: buffer_cstr(out, "-"); break;
    }
}

/* All rows: values separated by '|' and ended by ';'. NULL is '-'. */
static inline const char *trial_text(trial *t) {
    buffer_clear(&t->text);
    const sheaf_value *value = t->values;
    for (size_t row = 0; row < t->rows; row++) {
        size_t width = t->statements[t->call_of_row[row]].output_count;
        for (size_t i = 0; i < width; i++) {
            if (i) buffer_byte(&t->text, '|');
            trial_print(&t->text, value++);
        }
        buffer_byte(&t->text, ';');
    }
    buffer_byte(&t->text, '\0');
    return t->text.ptr;
}

/* Runs one statement and checks its rows, or, where they begin with '!', its error: "!code: part of message".
 */
static inline void expect(const char *file, int line, const driver *d, driver_connection *c,
                          const sql_statement *s, const sql_argument *arguments, const char *wanted) {
    trial t;
    trial_init(&t, NULL);
    bool ok = trial_run(&t, d, c, &(driver_call){s, arguments}, 1, 0);
    if (ok) {
        if (strcmp(trial_text(&t), wanted) != 0) {
            print_error("%s\n  gave   %s\n  wanted %s\n", s->text.ptr, t.text.ptr, wanted);
            _fail(file, line);
        }
    } else {
        char got[SHEAF_ERROR_MESSAGE_MAX + 64];
        snprintf(got, sizeof got, "!%s: %s", sheaf_code_name(t.err.code), t.err.message);
        const char *colon = strchr(wanted, ':');
        bool same_code = colon && strncmp(got, wanted, (size_t)(colon - wanted + 1)) == 0;
        if (!same_code || !strstr(got, colon + 1)) {
            print_error("%s\n  gave   %s\n  wanted %s\n", s->text.ptr, got, wanted);
            _fail(file, line);
        }
    }
    trial_free(&t);
}
#define EXPECT(d, c, s, arguments, wanted) expect(__FILE__, __LINE__, (d), (c), (s), (arguments), (wanted))

static inline driver_options test_options(const sheaf_allocator *allocator) {
    return (driver_options){.allocator = allocator,
                            .connect_timeout_ms = 5000,
                            .statement_timeout_ms = 20000,
                            .busy_timeout_ms = 0,
                            .statements_max = 100};
}

#endif
