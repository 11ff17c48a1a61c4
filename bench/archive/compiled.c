/* The hot page by Sheaf's compiled shapes: plain structs, rendered by hand. */
#include <stdlib.h>

#include "../../src/base/json.h"
#include "../sheaf_way.h"
#include "archive_shapes.h"
#include "ways.h"

typedef struct compiled {
    sheaf_compiled_way way;
    hot_page *page; /* of the request before; NULL: none */
} compiled;

static void close_compiled(void *state) {
    compiled *c = state;
    hot_free(c->page);
    sheaf_way_close(&c->way);
    free(c);
}

static void *open_compiled(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    compiled *c = memory_new_zero(NULL, 1, sizeof *c);
    if (c && sheaf_way_open(&c->way, archive_model_new, url)) return c;
    free(c);
    return NULL;
}

static bool page_compiled_shape(void *state, const bench_request *r, bench_cost *cost) {
    compiled *c = state;
    sheaf_error err;
    const int64_t limit = r->limit;
    const hot_vars vars = {.distro = {r->distro, strlen(r->distro)}, .limit = &limit};
    hot_free(c->page);
    c->page = NULL;
    if (!hot_read(c->way.db, &vars, &c->page, &err)) return sheaf_way_told(&err);
    const sheaf_stats stats = hot_stats(c->page);
    sheaf_way_add(cost, &stats);
    return true;
}

/* ---- JSON -----------------------------------------------------------------------------------------------*/

static void put_card(buffer *b, const card *p) {
    BUFFER_LITERAL(b, "{\"name\":");
    json_text(b, p->name);
    BUFFER_LITERAL(b, ",\"display_name\":");
    json_text(b, p->display_name);
    BUFFER_LITERAL(b, ",\"url\":");
    json_text(b, p->url);
    BUFFER_LITERAL(b, ",\"packages_count\":");
    buffer_int(b, p->packages_count);
    buffer_byte(b, '}');
}

static void put_package(buffer *b, const hot_distro_hot_packages *p) {
    BUFFER_LITERAL(b, "{\"name\":");
    json_text(b, p->name);
    BUFFER_LITERAL(b, ",\"version\":");
    json_text(b, p->version);
    BUFFER_LITERAL(b, ",\"popularity\":");
    buffer_int(b, p->popularity);
    BUFFER_LITERAL(b, ",\"url\":");
    json_text(b, p->url);
    BUFFER_LITERAL(b, ",\"maintainer\":");
    put_card(b, p->maintainer);
    BUFFER_LITERAL(b, ",\"uploaders\":[");
    for (size_t i = 0; i < p->uploaders_count; i++) {
        if (i) buffer_byte(b, ',');
        put_card(b, p->uploaders[i]);
    }
    BUFFER_LITERAL(b, "]}");
}

static bool render(void *state, buffer *json) {
    const hot_distro *distro = ((compiled *)state)->page->distro;
    BUFFER_LITERAL(json, "{\"distro\":{\"name\":");
    json_text(json, distro->name);
    BUFFER_LITERAL(json, ",\"title\":");
    json_text(json, distro->title);
    BUFFER_LITERAL(json, ",\"hot_packages\":[");
    for (size_t i = 0; i < distro->hot_packages_count; i++) {
        if (i) buffer_byte(json, ',');
        put_package(json, distro->hot_packages[i]);
    }
    BUFFER_LITERAL(json, "]}}");
    return !json->failed;
}

static int backend_pid(void *state) {
    return sheaf_way_pid(((compiled *)state)->way.db);
}

const bench_way archive_compiled = {
    .name = "sheaf compiled",
    .every = 1,
    .open = open_compiled,
    .page = page_compiled_shape,
    .render = render,
    .backend_pid = backend_pid,
    .close = close_compiled,
};
