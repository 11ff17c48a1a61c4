/* The hot page the lazy way, on both databases: one query for each package's maintainer, its uploaders, and
 * each person's number of packages. */
#include <stdlib.h>

#include "../cursor.h"
#include "hot.h"
#include "ways.h"

/* X(enumerator, SQL) */
#define STATEMENTS(X)                                                                                        \
    X(DISTRO, "SELECT id, name, title FROM distro WHERE name = $1")                                          \
    X(PACKAGE, "SELECT id, maintainer_id, name, version, popularity FROM package WHERE distro_id = $1"       \
               " ORDER BY popularity DESC, id LIMIT 20")                                                     \
    X(UPLOADER, "SELECT person_id FROM package_uploader WHERE package_id = $1 ORDER BY person_id")           \
    X(PERSON, "SELECT name, display_name FROM person WHERE id = $1")                                         \
    X(COUNT, "SELECT count(*) FROM package WHERE maintainer_id = $1")

enum {
#define X(name, sql) name,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};

typedef struct lazy {
    cursor cursor;
    hot_page page;
    person maintainers[HOT_ROWS_MAX], uploaders[HOT_UPLOADS_MAX];
} lazy;

static void *open_lazy(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject;
    static const char *const sql[] = {
#define X(name, text) text,
        STATEMENTS(X)
#undef X
    };
    lazy *z = memory_new_zero(NULL, 1, sizeof *z);
    if (z && cursor_open(&z->cursor, backend, url, sql, STATEMENT_COUNT)) return z;
    free(z);
    return NULL;
}

static void close_lazy(void *state) {
    lazy *z = state;
    cursor_close(&z->cursor);
    free(z);
}

static void packages(lazy *z, const char *name) {
    cursor *c = &z->cursor;
    hot_page *p = &z->page;
    cursor_query_text(c, DISTRO, name);
    while (cursor_row(c)) {
        p->distro_id = cursor_int(c, 0);
        p->distro = cursor_text(c, 1);
        p->title = cursor_text(c, 2);
    }
    cursor_query(c, PACKAGE, &p->distro_id, 1);
    while (cursor_row(c)) {
        const package row = {
            .id = cursor_int(c, 0),
            .maintainer_id = cursor_int(c, 1),
            .name = cursor_text(c, 2),
            .version = cursor_text(c, 3),
            .popularity = cursor_int32(c, 4),
        };
        if (!hot_add(p, &row)) c->failed = true;
    }
}

static const person *person_of(cursor *c, int64_t id, person *out) {
    cursor_query(c, PERSON, &id, 1);
    while (cursor_row(c)) *out = (person){.name = cursor_text(c, 0), .display_name = cursor_text(c, 1)};
    cursor_query(c, COUNT, &id, 1);
    while (cursor_row(c)) out->packages = cursor_int(c, 0);
    return out;
}

static void people(lazy *z, package *row, person *maintainer) {
    cursor *c = &z->cursor;
    hot_page *p = &z->page;
    row->maintainer = person_of(c, row->maintainer_id, maintainer);
    row->first_upload = p->upload_count;
    cursor_query(c, UPLOADER, &row->id, 1);
    while (cursor_row(c)) {
        if (!hot_add_upload(p, row->id, cursor_int(c, 0))) c->failed = true;
    }
    row->upload_count = p->upload_count - row->first_upload;
    for (size_t i = row->first_upload; !c->failed && i < p->upload_count; i++)
        p->uploads[i].person = person_of(c, p->uploads[i].person_id, &z->uploaders[i]);
}

static bool page_lazy(void *state, const bench_request *request, bench_cost *cost) {
    lazy *z = state;
    cursor *c = &z->cursor;
    uint64_t before = c->queries;
    if (request->limit != HOT_ROWS_MAX) return false;
    cursor_release(c);
    hot_clear(&z->page);
    packages(z, request->distro);
    for (size_t i = 0; !c->failed && i < z->page.count; i++) people(z, &z->page.rows[i], &z->maintainers[i]);
    cost->statements += c->queries - before;
    cost->trips += c->queries - before;
    return !c->failed;
}

static bool render_lazy(void *state, buffer *json) {
    return hot_render(&((lazy *)state)->page, json);
}

static int backend_pid(void *state) {
    lazy *z = state;
    return z->cursor.backend == BENCH_PG ? pg_local_pid(&z->cursor.pg) : 0;
}

const bench_way archive_lazy = {
    .name = "lazy",
    .every = 10,
    .open = open_lazy,
    .page = page_lazy,
    .render = render_lazy,
    .backend_pid = backend_pid,
    .close = close_lazy,
};
