/* The occurrence page by Sheaf's compiled shapes: plain structs, rendered by hand. */
#include <stdlib.h>

#include "../../src/base/json.h"
#include "../../src/base/number.h"
#include "../../src/base/time.h"
#include "../sheaf_way.h"
#include "occurrences_shapes.h"
#include "ways.h"

typedef struct compiled {
    sheaf_compiled_way way;
    page_page *page;              /* of the request before; one of the two is NULL */
    numbered_page_page *numbered; /* with the count */
    buffer cursor;
} compiled;

static void drop_page(compiled *c) {
    page_free(c->page);
    numbered_page_free(c->numbered);
    c->page = NULL;
    c->numbered = NULL;
}

static void close_compiled(void *state) {
    compiled *c = state;
    drop_page(c);
    sheaf_way_close(&c->way);
    buffer_free(&c->cursor);
    free(c);
}

static void *open_compiled(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    compiled *c = memory_new_zero(NULL, 1, sizeof *c);
    if (!c) return NULL;
    buffer_init(&c->cursor, NULL);
    if (sheaf_way_open(&c->way, occurrences_model_new, url)) return c;
    free(c);
    return NULL;
}

static bool read_numbered(compiled *c, const bench_request *r, bench_cost *cost, sheaf_error *err) {
    const int64_t limit = r->limit;
    const numbered_page_vars vars = {.project = r->project, .limit = &limit, .offset = &r->offset};
    if (!numbered_page_read(c->way.db, &vars, &c->numbered, err)) return false;
    const sheaf_stats stats = numbered_page_stats(c->numbered);
    sheaf_way_add(cost, &stats);
    return true;
}

static bool read_keyset(compiled *c, const bench_request *r, bench_cost *cost, sheaf_error *err) {
    const int64_t limit = r->limit;
    page_vars vars = {.project = r->project, .limit = &limit};
    if (r->after) {
        buffer_clear(&c->cursor);
        sheaf_way_cursor(r, &c->cursor);
        vars.after = (sheaf_slice){c->cursor.ptr, c->cursor.len - 1};
    }
    if (!page_read(c->way.db, &vars, &c->page, err)) return false;
    const sheaf_stats stats = page_stats(c->page);
    sheaf_way_add(cost, &stats);
    return true;
}

static bool page_compiled_shape(void *state, const bench_request *r, bench_cost *cost) {
    compiled *c = state;
    sheaf_error err;
    drop_page(c);
    return (r->numbered ? read_numbered : read_keyset)(c, r, cost, &err) || sheaf_way_told(&err);
}

/* ---- JSON -----------------------------------------------------------------------------------------------*/

static void put_float(buffer *b, double value) {
    if (buffer_reserve(b, NUMBER_TEXT_MAX)) b->len += number_from_float(b->ptr + b->len, value);
}

static void put_time(buffer *b, int64_t micros) {
    buffer_byte(b, '"');
    if (buffer_reserve(b, TIME_TEXT_MAX)) b->len += time_from_micros(b->ptr + b->len, micros);
    buffer_byte(b, '"');
}

static void put_name(buffer *b, sheaf_slice name) {
    BUFFER_LITERAL(b, "{\"name\":");
    json_text(b, name);
    buffer_byte(b, '}');
}

static void put_null(buffer *b) {
    BUFFER_LITERAL(b, "null");
}

static void put_event(buffer *b, const card_event *e) {
    BUFFER_LITERAL(b, "{\"name\":");
    json_text(b, e->name);
    BUFFER_LITERAL(b, ",\"started_at\":");
    put_time(b, e->started_at);
    buffer_byte(b, '}');
}

static void put_determination(buffer *b, const card_determination *t) {
    BUFFER_LITERAL(b, "{\"name\":");
    json_text(b, t->name);
    BUFFER_LITERAL(b, ",\"rank\":");
    json_text(b, t->rank);
    buffer_byte(b, '}');
}

static void put_detection(buffer *b, const card_first_detection *d) {
    BUFFER_LITERAL(b, "{\"path\":");
    d->has_path ? json_text(b, d->path) : put_null(b);
    buffer_byte(b, '}');
}

static void put_prediction(buffer *b, const card_best_prediction *p) {
    BUFFER_LITERAL(b, "{\"score\":");
    p->has_score ? put_float(b, p->score) : put_null(b);
    buffer_cstr(b, p->terminal ? ",\"terminal\":true" : ",\"terminal\":false");
    BUFFER_LITERAL(b, ",\"taxon\":");
    put_name(b, p->taxon->name);
    BUFFER_LITERAL(b, ",\"algorithm\":");
    put_name(b, p->algorithm->name);
    buffer_byte(b, '}');
}

static void put_identification(buffer *b, const card_best_identification *i) {
    BUFFER_LITERAL(b, "{\"created_at\":");
    put_time(b, i->created_at);
    BUFFER_LITERAL(b, ",\"taxon\":");
    i->taxon ? put_name(b, i->taxon->name) : put_null(b);
    BUFFER_LITERAL(b, ",\"user\":");
    put_name(b, i->user->name);
    buffer_byte(b, '}');
}

static void put_card(buffer *b, const card *o) {
    BUFFER_LITERAL(b, "{\"id\":");
    buffer_int(b, o->id);
    BUFFER_LITERAL(b, ",\"created_at\":");
    put_time(b, o->created_at);
    BUFFER_LITERAL(b, ",\"determination_score\":");
    o->has_determination_score ? put_float(b, o->determination_score) : put_null(b);
    BUFFER_LITERAL(b, ",\"deployment\":");
    o->deployment ? put_name(b, o->deployment->name) : put_null(b);
    BUFFER_LITERAL(b, ",\"event\":");
    o->event ? put_event(b, o->event) : put_null(b);
    BUFFER_LITERAL(b, ",\"determination\":");
    o->determination ? put_determination(b, o->determination) : put_null(b);
    BUFFER_LITERAL(b, ",\"first_detection\":");
    o->first_detection ? put_detection(b, o->first_detection) : put_null(b);
    BUFFER_LITERAL(b, ",\"best_prediction\":");
    o->best_prediction ? put_prediction(b, o->best_prediction) : put_null(b);
    BUFFER_LITERAL(b, ",\"best_identification\":");
    o->best_identification ? put_identification(b, o->best_identification) : put_null(b);
    buffer_byte(b, '}');
}

static bool render(void *state, buffer *json) {
    const compiled *c = state;
    const card *const *rows = c->page ? c->page->occurrences : c->numbered->occurrences;
    size_t count = c->page ? c->page->occurrences_count : c->numbered->occurrences_length;
    BUFFER_LITERAL(json, "{\"occurrences\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) buffer_byte(json, ',');
        put_card(json, rows[i]);
    }
    BUFFER_LITERAL(json, "]");
    if (c->numbered) {
        BUFFER_LITERAL(json, ",\"occurrences_count\":");
        buffer_int(json, c->numbered->occurrences_count_value);
    }
    BUFFER_LITERAL(json, "}");
    return !json->failed;
}

static int backend_pid(void *state) {
    return sheaf_way_pid(((compiled *)state)->way.db);
}

const bench_way occurrences_compiled = {
    .name = "sheaf compiled",
    .every = 1,
    .open = open_compiled,
    .page = page_compiled_shape,
    .render = render,
    .backend_pid = backend_pid,
    .close = close_compiled,
};
