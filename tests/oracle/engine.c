#include "engine.h"

#include <sheaf/page.h>

#include "../../src/context/compiled.h"
#include "../../src/context/page.h"
#include "../support/struct_json.h"
#include "tables.h"

const engine_way engine_ways[ENGINE_WAY_COUNT] = {
#define X(backend, strategy) {backend, strategy},
    ENGINE_WAYS(X)
#undef X
};

void outcome_init(outcome *o) {
    *o = (outcome){.ok = false};
    buffer_init(&o->text, NULL);
}

void outcome_free(outcome *o) {
    buffer_free(&o->text);
}

bool engine_open(engine *e, const world *w, const setup *s, sheaf_error *err) {
    buffer sdl;
    *e = (engine){0};
    arena_init(&e->tables, NULL);
    buffer_init(&sdl, NULL);
    model_write(w, &sdl);
    bool ok = sheaf_model_parse(buffer_view(&sdl), "model.graphql", NULL, &e->model, err);
    buffer_free(&sdl);
    for (int i = 0; i < ENGINE_WAY_COUNT && ok; i++) {
        sheaf_options options = {.url = setup_url(s, engine_ways[i].backend),
                                 .model = e->model,
                                 .limits = w->limits,
                                 .strategy = engine_ways[i].strategy};
        if (options.url) ok = sheaf_open(&options, &e->databases[i], err);
    }
    if (!ok) engine_close(e);
    return ok;
}

void engine_close(engine *e) {
    for (int i = 0; i < ENGINE_WAY_COUNT; i++) sheaf_close(e->databases[i]);
    sheaf_model_free(e->model);
    arena_free(&e->tables);
    *e = (engine){0};
}

bool engine_check_cost(const sheaf_context *c, sheaf_error *err) {
    const plan *p = c->ready->plan;
    sheaf_stats stats = sheaf_context_stats(c);
    if (stats.statements >= p->statements && stats.statements <= p->statements_max &&
        stats.trips >= p->trips && stats.trips <= p->trips_max)
        return true;
    return error_set(err, SHEAF_E_STATE,
                     "%llu statements in %llu trips, but the plan says %u to %u in %u to %u",
                     (unsigned long long)stats.statements, (unsigned long long)stats.trips, p->statements,
                     p->statements_max, p->trips, p->trips_max);
}

static void render(sheaf_page *page, bool ndjson, outcome *ret) {
    sheaf_slice text;
    ret->ok = engine_check_cost(page->context, &ret->err) &&
              (ndjson ? sheaf_page_ndjson(page, &text, &ret->err) : sheaf_page_json(page, &text, &ret->err));
    if (ret->ok) buffer_slice(&ret->text, text);
}

typedef struct asked {
    arena memory;
    buffer document;
    o_variables given;
    sheaf_shapes *set;
    const sheaf_shape *shape;
} asked;

static bool asked_init(asked *a, const engine *e, const shape *s, sheaf_error *err) {
    *a = (asked){.set = NULL};
    arena_init(&a->memory, NULL);
    buffer_init(&a->document, NULL);
    shape_write(s, &a->memory, &a->document, &a->given);
    bool ok = sheaf_shapes_new(e->model, NULL, NULL, &a->set, err) &&
              sheaf_shapes_add(a->set, buffer_view(&a->document), "shape.graphql", err) &&
              sheaf_shapes_check(a->set, err);
    if (ok) a->shape = sheaf_shapes_find(a->set, "q");
    return ok;
}

static void asked_free(asked *a) {
    sheaf_shapes_free(a->set);
    buffer_free(&a->document);
    arena_free(&a->memory);
}

bool engine_shape(engine *e, int way, const shape *s, bool ndjson, outcome *ret, sheaf_error *err) {
    asked a;
    sheaf_page *page = NULL;
    bool ok = asked_init(&a, e, s, err);
    if (ok && sheaf_page_realise(e->databases[way], a.shape, a.given.items, a.given.count, &page, &ret->err))
        render(page, ndjson, ret);
    sheaf_page_free(page);
    asked_free(&a);
    return ok;
}

bool engine_structs(engine *e, int way, const shape *s, outcome *ret, sheaf_error *err) {
    asked a;
    void *page = NULL;
    bool ok = asked_init(&a, e, s, err);
    if (ok) {
        const tables *t = tables_make(&e->tables, e->model, s, a.shape, buffer_view(&a.document), &a.given);
        ret->ok = sheaf_compiled_read(e->databases[way], &t->compiled, t->variables, &page, &ret->err) &&
                  engine_check_cost(((const compiled_head *)page - 1)->context, &ret->err);
        if (ret->ok) struct_json(t->compiled.page, page, a.shape, &ret->text);
    }
    sheaf_compiled_free(page);
    asked_free(&a);
    return ok;
}
