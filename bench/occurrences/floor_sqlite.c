/* The occurrence page on SQLite by hand: three levels of `IN (?, …)` in one read transaction; children come
 * whole and are chosen from here. */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../lite.h"
#include "page.h"
#include "ways.h"

/* X(enumerator, head, tail): the statements with a list of ids. */
#define LISTS(X)                                                                                             \
    X(DEPLOYMENT, "SELECT id, name FROM deployment WHERE id", "")                                            \
    X(EVENT, "SELECT id, name, started_at FROM event WHERE id", "")                                          \
    X(DETECTION, "SELECT occurrence_id, id, path, \"timestamp\" FROM detection WHERE occurrence_id",         \
      "AND path IS NOT NULL")                                                                                \
    X(CLASSIFICATION,                                                                                        \
      "SELECT d.occurrence_id, c.id, c.taxon_id, c.algorithm_id, c.score, c.terminal"                        \
      " FROM detection d CROSS JOIN classification c ON c.detection_id = d.id WHERE d.occurrence_id",        \
      "AND c.score IS NOT NULL")                                                                             \
    X(IDENTIFICATION,                                                                                        \
      "SELECT occurrence_id, id, taxon_id, user_id, created_at FROM identification WHERE occurrence_id",     \
      "AND NOT withdrawn")                                                                                   \
    X(TAXON, "SELECT id, name, rank FROM taxon WHERE id", "")                                                \
    X(ALGORITHM, "SELECT id, name FROM algorithm WHERE id", "")                                              \
    X(PERSON, "SELECT id, name FROM person WHERE id", "")

enum {
#define X(name, head, tail) name,
    LISTS(X)
#undef X
        LIST_COUNT
};

#define PAGE                                                                                                 \
    "SELECT id, deployment_id, event_id, taxon_id, determination_score, created_at FROM occurrence"          \
    " WHERE project_id = ?1"
#define ORDER " ORDER BY created_at DESC, id DESC LIMIT "

/* X(enumerator, SQL). Under an OFFSET only the index is read; then the page's rows by their keys. */
#define STATEMENTS(X)                                                                                        \
    X(BEGIN, "BEGIN")                                                                                        \
    X(COMMIT, "COMMIT")                                                                                      \
    X(FIRST, PAGE ORDER "?2")                                                                                \
    X(AFTER, PAGE " AND (created_at, id) < (?3, ?4)" ORDER "?2")                                             \
    X(NUMBERED, "SELECT o.id, deployment_id, event_id, taxon_id, determination_score, o.created_at"          \
                " FROM (SELECT id FROM occurrence WHERE project_id = ?1" ORDER "?2 OFFSET ?3) k"             \
                " CROSS JOIN occurrence o ON o.id = k.id ORDER BY o.created_at DESC, o.id DESC")             \
    X(COUNT, "SELECT count(*) FROM occurrence WHERE project_id = ?1")

enum {
#define X(name, sql) name,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};

typedef struct floor_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    lite_list lists[LIST_COUNT];
    arena text;
    page page;
    int64_t clock;
} floor_sqlite;

static void close_sqlite(void *state) {
    floor_sqlite *f = state;
    for (int i = 0; i < STATEMENT_COUNT; i++) sqlite3_finalize(f->statements[i]);
    for (int i = 0; i < LIST_COUNT; i++) lite_list_free(&f->lists[i]);
    sqlite3_close(f->db);
    arena_free(&f->text);
    free(f);
}

static void *open_sqlite(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    static const char *const sql[] = {
#define X(name, text) text,
        STATEMENTS(X)
#undef X
    };
    static const char *const parts[][2] = {
#define X(name, head, tail) {head, tail},
        LISTS(X)
#undef X
    };
    floor_sqlite *f = memory_new_zero(NULL, 1, sizeof *f);
    if (!f) return NULL;
    arena_init(&f->text, NULL);
    bool ok = (f->db = lite_open(url)) != NULL;
    for (int i = 0; ok && i < STATEMENT_COUNT; i++)
        ok = (f->statements[i] = lite_prepare(f->db, sql[i])) != NULL;
    for (int i = 0; i < LIST_COUNT; i++) f->lists[i] = (lite_list){.head = parts[i][0], .tail = parts[i][1]};
    if (!ok) close_sqlite(f);
    return ok ? f : NULL;
}

static int64_t id_of(sqlite3_stmt *s, int column) {
    return sqlite3_column_int64(s, column); /* 0 for NULL */
}

static bool occurrences(floor_sqlite *f, const bench_request *q, bench_cost *cost) {
    sqlite3_stmt *s = f->statements[q->numbered ? NUMBERED : q->after ? AFTER : FIRST];
    const int64_t numbered[] = {q->project, q->limit, q->offset};
    const int64_t keyset[] = {q->project, q->limit, q->after_time, q->after_id};
    bool ok = q->numbered ? lite_start(s, numbered, 3) : lite_start(s, keyset, q->after ? 4 : 2);
    cost->statements++;
    while (ok && lite_row(s, &ok)) {
        const occurrence o = {
            .id = id_of(s, 0),
            .deployment_id = id_of(s, 1),
            .event_id = id_of(s, 2),
            .taxon_id = id_of(s, 3),
            .scored = !lite_null(s, 4),
            .score = sqlite3_column_double(s, 4),
            .created_at = sqlite3_column_int64(s, 5),
        };
        ok = page_add(&f->page, &o);
    }
    if (!ok || !q->numbered) return ok;
    s = f->statements[COUNT];
    ok = lite_start(s, &q->project, 1);
    cost->statements++;
    while (ok && lite_row(s, &ok)) f->page.total = sqlite3_column_int64(s, 0);
    return ok;
}

/* Starts a statement for these ids; *s is NULL where there are none. */
static bool ask(floor_sqlite *f, int list, const idset *ids, sqlite3_stmt **s, bench_cost *cost) {
    *s = NULL;
    if (!ids->count) return true;
    cost->statements++;
    *s = lite_list_start(&f->lists[list], f->db, ids->ids, ids->count);
    return *s != NULL;
}

static bool names(floor_sqlite *f, int list, idset *ids, sheaf_slice *out, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, list, ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        sheaf_slice *name = &out[idset_find(ids, id_of(s, 0))];
        *name = lite_text(s, 1, &f->text);
        ok = name->ptr != NULL;
    }
    return ok;
}

static bool events(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, EVENT, &f->page.event_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        event *e = &f->page.events[idset_find(&f->page.event_ids, id_of(s, 0))];
        *e = (event){lite_text(s, 1, &f->text), sqlite3_column_int64(s, 2)};
        ok = e->name.ptr != NULL;
    }
    return ok;
}

static bool taxa(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, TAXON, &f->page.taxon_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        taxon *t = &f->page.taxa[idset_find(&f->page.taxon_ids, id_of(s, 0))];
        *t = (taxon){lite_text(s, 1, &f->text), lite_text(s, 2, &f->text)};
        ok = t->name.ptr && t->rank.ptr;
    }
    return ok;
}

static bool detections(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, DETECTION, &f->page.occurrence_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        occurrence *o = page_owner(&f->page, id_of(s, 0));
        int64_t id = id_of(s, 1), timestamp = lite_null(s, 3) ? INT64_MAX : sqlite3_column_int64(s, 3);
        if (!page_is_first(o, id, timestamp)) continue;
        o->first_detection = (detection){id, timestamp, lite_text(s, 2, &f->text)};
        ok = o->first_detection.path.ptr != NULL;
    }
    return ok;
}

static bool classifications(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, CLASSIFICATION, &f->page.occurrence_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        const prediction p = {
            .id = id_of(s, 1),
            .taxon_id = id_of(s, 2),
            .algorithm_id = id_of(s, 3),
            .score = sqlite3_column_double(s, 4),
            .terminal = sqlite3_column_int(s, 5),
        };
        ok = page_offer(&f->page, page_owner(&f->page, id_of(s, 0)), &p);
    }
    return ok;
}

static bool identifications(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, IDENTIFICATION, &f->page.occurrence_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        occurrence *o = page_owner(&f->page, id_of(s, 0));
        int64_t id = id_of(s, 1), created_at = sqlite3_column_int64(s, 4);
        if (page_is_latest(o, id, created_at))
            o->best_identification = (identification){
                .id = id, .taxon_id = id_of(s, 2), .user_id = id_of(s, 3), .created_at = created_at};
    }
    return ok;
}

static bool levels(floor_sqlite *f, const bench_request *request, bench_cost *cost) {
    page *p = &f->page;
    bool ok = occurrences(f, request, cost) &&
              names(f, DEPLOYMENT, &p->deployment_ids, p->deployments, cost) && events(f, cost) &&
              detections(f, cost) && classifications(f, cost) && identifications(f, cost);
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!ok) return false;
    page_choose(p);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    ok = taxa(f, cost) && names(f, ALGORITHM, &p->algorithm_ids, p->algorithms, cost) &&
         names(f, PERSON, &p->person_ids, p->people, cost);
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!ok) return false;
    page_stitch(p);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return true;
}

static bool page_sqlite(void *state, const bench_request *request, bench_cost *cost) {
    floor_sqlite *f = state;
    uint64_t before = cost->statements;
    f->clock = clock_ns();
    arena_free(&f->text);
    page_clear(&f->page, request);
    bool ok = lite_run(f->statements[BEGIN]) && levels(f, request, cost);
    ok = lite_run(f->statements[COMMIT]) && ok;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    cost->trips += cost->statements - before;
    return ok;
}

static bool render_sqlite(void *state, buffer *json) {
    return page_render(&((floor_sqlite *)state)->page, json);
}

static size_t extras_sqlite(void *state, bench_extra *out) {
    return page_extras(&((floor_sqlite *)state)->page, out);
}

const bench_way occurrences_floor_sqlite = {
    .name = "floor",
    .every = 1,
    .open = open_sqlite,
    .page = page_sqlite,
    .render = render_sqlite,
    .extras = extras_sqlite,
    .close = close_sqlite,
};
