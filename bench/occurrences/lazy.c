/* The occurrence page the lazy way, on both databases: a row is asked for what it names when it is touched,
 * one query for each row and relation. */
#include <stdlib.h>

#include "../cursor.h"
#include "page.h"
#include "ways.h"

#define PAGE                                                                                                 \
    "SELECT id, deployment_id, event_id, taxon_id, determination_score, created_at FROM occurrence"          \
    " WHERE project_id = $1"
#define ORDER " ORDER BY created_at DESC, id DESC"
#define AFTER PAGE " AND (created_at, id) < ($2, $3)" ORDER

/* X(enumerator, SQL); the three of the page in the order of the limits. */
#define STATEMENTS(X)                                                                                        \
    X(FIRST, PAGE ORDER " LIMIT 25")                                                                         \
    X(FIRST_100, PAGE ORDER " LIMIT 100")                                                                    \
    X(AFTER_25, AFTER " LIMIT 25")                                                                           \
    X(AFTER_100, AFTER " LIMIT 100")                                                                         \
    X(NUMBERED, PAGE ORDER " LIMIT 25 OFFSET $2")                                                            \
    X(NUMBERED_100, PAGE ORDER " LIMIT 100 OFFSET $2")                                                       \
    X(COUNT, "SELECT count(*) FROM occurrence WHERE project_id = $1")                                        \
    X(DEPLOYMENT, "SELECT name FROM deployment WHERE id = $1")                                               \
    X(EVENT, "SELECT name, started_at FROM event WHERE id = $1")                                             \
    X(TAXON, "SELECT name, rank FROM taxon WHERE id = $1")                                                   \
    X(ALGORITHM, "SELECT name FROM algorithm WHERE id = $1")                                                 \
    X(PERSON, "SELECT name FROM person WHERE id = $1")                                                       \
    X(DETECTION, "SELECT id, path, \"timestamp\" FROM detection WHERE occurrence_id = $1")                   \
    X(CLASSIFICATION, "SELECT id, taxon_id, algorithm_id, score, terminal FROM classification"               \
                      " WHERE detection_id = $1")                                                            \
    X(IDENTIFICATION,                                                                                        \
      "SELECT id, taxon_id, user_id, created_at FROM identification"                                         \
      " WHERE occurrence_id = $1 AND NOT withdrawn ORDER BY created_at DESC, id DESC LIMIT 1")

enum {
#define X(name, sql) name,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};

enum { DETECTIONS_MAX = 1024 };

typedef struct lazy {
    cursor cursor;
    page page;
    int64_t detections[DETECTIONS_MAX]; /* of the occurrence that is read */
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

static void occurrences(lazy *z, const bench_request *q) {
    cursor *c = &z->cursor;
    const int64_t values[] = {q->project, cursor_time_value(c, q->after_time), q->after_id};
    size_t limit = (size_t)occurrences_limit_index(q->limit);
    if (q->numbered)
        cursor_query(c, NUMBERED + limit, (int64_t[]){q->project, q->offset}, 2);
    else
        cursor_query(c, (q->after ? AFTER_25 : FIRST) + limit, values, q->after ? 3 : 1);
    while (cursor_row(c)) {
        const occurrence o = {
            .id = cursor_int(c, 0),
            .deployment_id = cursor_int(c, 1),
            .event_id = cursor_int(c, 2),
            .taxon_id = cursor_int(c, 3),
            .scored = !cursor_null(c, 4),
            .score = cursor_null(c, 4) ? 0 : cursor_float(c, 4),
            .created_at = cursor_time(c, 5),
        };
        if (!page_add(&z->page, &o)) c->failed = true;
    }
    if (!q->numbered) return;
    cursor_query(c, COUNT, values, 1);
    while (cursor_row(c)) z->page.total = cursor_int(c, 0);
}

static const sheaf_slice *name(cursor *c, int statement, int64_t id, sheaf_slice *out) {
    if (!id) return NULL;
    cursor_query(c, (size_t)statement, &id, 1);
    while (cursor_row(c)) *out = cursor_text(c, 0);
    return out;
}

static const taxon *taxon_of(cursor *c, int64_t id, taxon *out) {
    if (!id) return NULL;
    cursor_query(c, TAXON, &id, 1);
    while (cursor_row(c)) *out = (taxon){cursor_text(c, 0), cursor_text(c, 1)};
    return out;
}

static const event *event_of(cursor *c, int64_t id, event *out) {
    if (!id) return NULL;
    cursor_query(c, EVENT, &id, 1);
    while (cursor_row(c)) *out = (event){cursor_text(c, 0), cursor_time(c, 1)};
    return out;
}

static void classifications(lazy *z, occurrence *o, int64_t detection_id) {
    cursor *c = &z->cursor;
    cursor_query(c, CLASSIFICATION, &detection_id, 1);
    while (cursor_row(c)) {
        if (cursor_null(c, 3)) continue; /* without a score */
        const prediction p = {
            .id = cursor_int(c, 0),
            .taxon_id = cursor_int(c, 1),
            .algorithm_id = cursor_int(c, 2),
            .score = cursor_float(c, 3),
            .terminal = cursor_bool(c, 4),
        };
        if (!page_offer(&z->page, o, &p)) c->failed = true;
    }
}

static void children(lazy *z, occurrence *o) {
    cursor *c = &z->cursor;
    size_t count = 0;
    cursor_query(c, DETECTION, &o->id, 1);
    while (cursor_row(c)) {
        int64_t id = cursor_int(c, 0), timestamp = cursor_null(c, 2) ? INT64_MAX : cursor_time(c, 2);
        if (count == DETECTIONS_MAX)
            c->failed = true;
        else
            z->detections[count++] = id;
        if (!cursor_null(c, 1) && page_is_first(o, id, timestamp))
            o->first_detection = (detection){id, timestamp, cursor_text(c, 1)};
    }
    for (size_t i = 0; !c->failed && i < count; i++) classifications(z, o, z->detections[i]);
    cursor_query(c, IDENTIFICATION, &o->id, 1);
    while (cursor_row(c))
        o->best_identification = (identification){.id = cursor_int(c, 0),
                                                  .taxon_id = cursor_int(c, 1),
                                                  .user_id = cursor_int(c, 2),
                                                  .created_at = cursor_time(c, 3)};
}

static bool page_lazy(void *state, const bench_request *request, bench_cost *cost) {
    lazy *z = state;
    cursor *c = &z->cursor;
    page *p = &z->page;
    uint64_t before = c->queries;
    if (occurrences_limit_index(request->limit) < 0) return false;
    cursor_release(c);
    page_clear(p, request);
    occurrences(z, request);
    for (size_t i = 0; !c->failed && i < p->count; i++) children(z, &p->rows[i]);
    page_choose(p);
    for (size_t i = 0; !c->failed && i < p->count; i++) {
        occurrence *o = &p->rows[i];
        prediction *best = o->best_prediction;
        identification *latest = &o->best_identification;
        o->deployment = name(c, DEPLOYMENT, o->deployment_id, &p->deployments[i]);
        o->event = event_of(c, o->event_id, &p->events[i]);
        o->determination = taxon_of(c, o->taxon_id, &p->taxa[3 * i]);
        if (best) {
            best->taxon = taxon_of(c, best->taxon_id, &p->taxa[3 * i + 1]);
            best->algorithm = name(c, ALGORITHM, best->algorithm_id, &p->algorithms[i]);
        }
        latest->taxon = taxon_of(c, latest->taxon_id, &p->taxa[3 * i + 2]);
        latest->user = name(c, PERSON, latest->user_id, &p->people[i]);
    }
    cost->statements += c->queries - before;
    cost->trips += c->queries - before;
    return !c->failed;
}

static bool render_lazy(void *state, buffer *json) {
    return page_render(&((lazy *)state)->page, json);
}

static int backend_pid(void *state) {
    lazy *z = state;
    return z->cursor.backend == BENCH_PG ? pg_local_pid(&z->cursor.pg) : 0;
}

const bench_way occurrences_lazy = {
    .name = "lazy",
    .every = 10,
    .open = open_lazy,
    .page = page_lazy,
    .render = render_lazy,
    .backend_pid = backend_pid,
    .close = close_lazy,
};
