/* Sheaf itself: the subject's model and shapes, read through the public calls like any user's. */
#include "sheaf_way.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/base/time.h"
#include "../src/base/utf8.h"

typedef struct state {
    sheaf_model *model;
    sheaf_shapes *shapes;
    sheaf_db *db;
    sheaf_page *page;
} state;

bool sheaf_way_told(const sheaf_error *err) {
    fprintf(stderr, "bench: sheaf: %s: %s\n", sheaf_code_name(err->code), err->message);
    return false;
}

static void close_state(void *opaque) {
    state *s = opaque;
    sheaf_page_free(s->page);
    sheaf_close(s->db);
    sheaf_shapes_free(s->shapes);
    sheaf_model_free(s->model);
    free(s);
}

static bool open_all(state *s, const bench_subject *subject, const char *url, sheaf_strategy strategy,
                     sheaf_error *err) {
    char model[1024], shapes[1024];
    snprintf(model, sizeof model, "%s/model.graphql", subject->folder);
    snprintf(shapes, sizeof shapes, "%s/shapes", subject->folder);
    return sheaf_model_load(model, NULL, &s->model, err) &&
           sheaf_shapes_load(s->model, shapes, NULL, NULL, &s->shapes, err) &&
           sheaf_open(&(sheaf_options){.url = url, .model = s->model, .pool_size = 1, .strategy = strategy},
                      &s->db, err);
}

static void *open_with(const bench_subject *subject, const char *url, sheaf_strategy strategy) {
    sheaf_error err;
    state *s = calloc(1, sizeof *s);
    if (s && !open_all(s, subject, url, strategy, &err)) {
        sheaf_way_told(&err);
        close_state(s);
        s = NULL;
    }
    return s;
}

void sheaf_way_cursor(const bench_request *r, buffer *out) {
    buffer json;
    buffer_init(&json, NULL);
    buffer_printf(&json, "[%lld,%lld]", (long long)r->after_time, (long long)r->after_id);
    base64_url_append(out, buffer_view(&json));
    buffer_byte(out, '\0');
    buffer_free(&json);
}

void sheaf_way_add(bench_cost *cost, const sheaf_stats *stats) {
    cost->statements += stats->statements;
    cost->trips += stats->trips;
    cost->phase_ns[BENCH_PLAN] += (int64_t)stats->plan_ns;
    cost->phase_ns[BENCH_WAIT] += (int64_t)stats->wait_ns;
    cost->phase_ns[BENCH_DECODE] += (int64_t)stats->decode_ns;
    cost->phase_ns[BENCH_STITCH] += (int64_t)stats->stitch_ns;
}

static bool read_page(void *opaque, const bench_request *r, bench_cost *cost) {
    state *s = opaque;
    sheaf_error err;
    sheaf_variable variables[4];
    size_t count = 0;
    buffer cursor;
    buffer_init(&cursor, NULL);
    if (r->distro)
        variables[count++] = SHEAF_VAR_TEXT("distro", r->distro);
    else
        variables[count++] = SHEAF_VAR_INT("project", r->project);
    variables[count++] = SHEAF_VAR_INT("limit", r->limit);
    if (r->numbered) variables[count++] = SHEAF_VAR_INT("offset", r->offset);
    if (r->after) {
        sheaf_way_cursor(r, &cursor);
        variables[count++] = SHEAF_VAR_TEXT("after", cursor.ptr);
    }
    sheaf_page_free(s->page);
    s->page = NULL;
    bool ok =
        sheaf_page_realise(s->db, sheaf_shapes_find(s->shapes, r->shape), variables, count, &s->page, &err);
    buffer_free(&cursor);
    if (!ok) return sheaf_way_told(&err);
    sheaf_stats stats = sheaf_page_stats(s->page);
    sheaf_way_add(cost, &stats);
    return true;
}

static bool render(void *opaque, buffer *json) {
    state *s = opaque;
    sheaf_error err;
    sheaf_slice text;
    if (!sheaf_page_json(s->page, &text, &err)) return sheaf_way_told(&err);
    buffer_slice(json, text);
    return true;
}

/* Reads one attribute of every row of a group, over and over, through its handle. */
static double attribute_ns(sheaf_db *db, const char *entity, const char *attribute, sheaf_error *err) {
    sheaf_context *c = sheaf_context_new(db);
    if (!c) return -1;
    sheaf_group *group = sheaf_search_with(c, entity, &(sheaf_search_options){.limit = 100});
    sheaf_need(group, attribute);
    sheaf_field field;
    double ns = -1;
    if (sheaf_realise(c, err) && sheaf_field_of(group, attribute, &field, err)) {
        size_t count, reads = 0;
        const sheaf_row *const *rows = sheaf_rows(group, &count);
        uint64_t sum = 0;
        int64_t start = clock_ns();
        for (int round = 0; round < 20000; round++) {
            for (size_t i = 0; i < count; i++) {
                sheaf_slice text;
                if (sheaf_text(rows[i], &field, &text) == SHEAF_VALUE) sum += text.len;
                reads++;
            }
            __asm__ volatile("" : : "r"(sum) : "memory"); /* every round reads anew */
        }
        if (reads) ns = (double)(clock_ns() - start) / (double)reads;
    }
    sheaf_context_free(c);
    return ns;
}

static size_t extras(void *opaque, bench_extra *out) {
    state *s = opaque;
    sheaf_error err;
    double ns = attribute_ns(s->db, "person", "name", &err);
    if (ns < 0) return 0;
    out[0] = (bench_extra){.name = "attribute read", .unit = "ns", .value = ns};
    return 1;
}

int sheaf_way_pid(sheaf_db *db) {
    if (strcmp(sheaf_backend(db), "postgresql") != 0) return 0;
    sheaf_raw *raw = sheaf_raw_take(db, NULL);
    int pid = raw ? PQbackendPID(sheaf_raw_handle(db, raw)) : 0;
    sheaf_raw_give(db, raw);
    return pid;
}

static int backend_pid(void *opaque) {
    return sheaf_way_pid(((state *)opaque)->db);
}

/* ---- Compiled shapes ------------------------------------------------------------------------------------*/

bool sheaf_way_open(sheaf_compiled_way *w, sheaf_model_maker make, const char *url) {
    sheaf_error err;
    *w = (sheaf_compiled_way){0};
    if (make(NULL, &w->model, &err) &&
        sheaf_open(&(sheaf_options){.url = url, .model = w->model, .pool_size = 1}, &w->db, &err))
        return true;
    sheaf_way_close(w);
    return sheaf_way_told(&err);
}

void sheaf_way_close(sheaf_compiled_way *w) {
    sheaf_close(w->db);
    sheaf_model_free(w->model);
}

/* ---- Shapes at run time ---------------------------------------------------------------------------------*/

/* X(way, name, strategy, extras) */
#define WAYS(X)                                                                                              \
    X(bench_sheaf, "sheaf", SHEAF_STRATEGY_AUTO, extras)                                                     \
    X(bench_sheaf_levels, "sheaf levels", SHEAF_STRATEGY_LEVELS, NULL)                                       \
    X(bench_sheaf_reselect, "sheaf reselect", SHEAF_STRATEGY_RESELECT, NULL)                                 \
    X(bench_sheaf_setting, "sheaf setting", SHEAF_STRATEGY_SETTING, NULL)                                    \
    X(bench_sheaf_auto, "sheaf auto", SHEAF_STRATEGY_AUTO, NULL)

#define X(way, text, strategy, numbers)                                                                      \
    static void *open_##way(const bench_subject *subject, bench_backend backend, const char *url) {          \
        (void)backend;                                                                                       \
        return open_with(subject, url, strategy);                                                            \
    }                                                                                                        \
    extern const bench_way way;                                                                              \
    const bench_way way = {                                                                                  \
        .name = text,                                                                                        \
        .every = 1,                                                                                          \
        .open = open_##way,                                                                                  \
        .page = read_page,                                                                                   \
        .render = render,                                                                                    \
        .backend_pid = backend_pid,                                                                          \
        .extras = numbers,                                                                                   \
        .close = close_state,                                                                                \
    };
WAYS(X)
#undef X
