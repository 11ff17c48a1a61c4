/* The occurrence page on PostgreSQL by hand for a far server: everything in one pipelined trip. What a level
 * would send as ids, the statements find by themselves, in one of two ways:
 *
 *   reselect   each selects the page's keys again
 *   setting    the page's statement leaves them, and those of what many rows share, in settings of the
 * transaction
 *
 * Choosing is SQL's, but for the first detection; names come with the rows that they belong to.
 *
 * Tried beside it and not faster, by the server's CPU: children joined to the page or LATERAL below it,
 * rather than ANY (up to 15 % more for each), the best prediction by window functions or joined to its
 * maximum (15 %), names of taxa by settings too (the same), deployment and event LATERAL in the setting's way
 * (25 rows: the same, 100: 3 %). */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../pg.h"
#include "page.h"
#include "ways.h"

typedef struct one_trip {
    pg pg;
    page page;
    bool by_setting;
    int64_t clock; /* when the phase that runs began */
} one_trip;

#define ORDER      " ORDER BY o.created_at DESC, o.id DESC"
#define OF_PROJECT " FROM occurrence o WHERE o.project_id = $1"
#define AFTER      OF_PROJECT " AND (o.created_at, o.id) < ($2, $3)"
#define COLUMNS    "o.id, o.deployment_id, o.event_id, o.taxon_id, o.determination_score, o.created_at"

/* Which rows: X(name, keys, rows with their columns). Under an OFFSET the index alone is read. */
#define NUMBERED_KEYS(limit) "SELECT o.id" OF_PROJECT ORDER " LIMIT " limit " OFFSET $2"
#define PAGES(X)                                                                                             \
    X("first25", "SELECT o.id" OF_PROJECT ORDER " LIMIT 25", "SELECT " COLUMNS OF_PROJECT ORDER " LIMIT 25") \
    X("first100", "SELECT o.id" OF_PROJECT ORDER " LIMIT 100",                                               \
      "SELECT " COLUMNS OF_PROJECT ORDER " LIMIT 100")                                                       \
    X("after25", "SELECT o.id" AFTER ORDER " LIMIT 25", "SELECT " COLUMNS AFTER ORDER " LIMIT 25")           \
    X("after100", "SELECT o.id" AFTER ORDER " LIMIT 100", "SELECT " COLUMNS AFTER ORDER " LIMIT 100")        \
    X("numbered25", NUMBERED_KEYS("25"),                                                                     \
      "SELECT " COLUMNS " FROM (" NUMBERED_KEYS("25") ") k JOIN occurrence o ON o.id = k.id")                \
    X("numbered100", NUMBERED_KEYS("100"),                                                                   \
      "SELECT " COLUMNS " FROM (" NUMBERED_KEYS("100") ") k JOIN occurrence o ON o.id = k.id")

#define WITH_PLACE                                                                                           \
    " LEFT JOIN LATERAL (SELECT name FROM deployment WHERE id = o.deployment_id LIMIT 1) d ON true"          \
    " LEFT JOIN LATERAL (SELECT name, started_at FROM event WHERE id = o.event_id LIMIT 1) e ON true"
#define WITH_TAXON " LEFT JOIN LATERAL (SELECT name, rank FROM taxon WHERE id = o.taxon_id LIMIT 1) t ON true"
#define ROW        "SELECT o.id, o.determination_score, o.created_at, t.name, t.rank"

/* Children of the occurrences whose ids the expression gives. */
#define DETECTIONS(ids)                                                                                      \
    "SELECT occurrence_id, id, path, \"timestamp\" FROM detection"                                           \
    " WHERE occurrence_id = ANY(" ids ") AND path IS NOT NULL"
#define PREDICTIONS(ids)                                                                                     \
    "SELECT c.occurrence_id, c.id, c.score, c.terminal, t.name, a.name FROM"                                 \
    " (SELECT DISTINCT ON (occurrence_id) * FROM"                                                            \
    " (SELECT DISTINCT ON (d.occurrence_id, c.algorithm_id)"                                                 \
    " d.occurrence_id, c.id, c.taxon_id, c.algorithm_id, c.score, c.terminal"                                \
    " FROM detection d JOIN classification c ON c.detection_id = d.id"                                       \
    " WHERE d.occurrence_id = ANY(" ids ") AND c.score IS NOT NULL"                                          \
    " ORDER BY d.occurrence_id, c.algorithm_id, c.score DESC, c.terminal DESC, c.id DESC) c"                 \
    " ORDER BY occurrence_id, terminal DESC, score DESC, id DESC) c"                                         \
    " LEFT JOIN LATERAL (SELECT name FROM taxon WHERE id = c.taxon_id LIMIT 1) t ON true"                    \
    " LEFT JOIN LATERAL (SELECT name FROM algorithm WHERE id = c.algorithm_id LIMIT 1) a ON true"
#define IDENTIFICATIONS(ids)                                                                                 \
    "SELECT i.occurrence_id, i.id, i.created_at, t.name, p.name FROM"                                        \
    " (SELECT DISTINCT ON (occurrence_id) occurrence_id, id, taxon_id, user_id, created_at"                  \
    " FROM identification WHERE occurrence_id = ANY(" ids ") AND NOT withdrawn"                              \
    " ORDER BY occurrence_id, created_at DESC, id DESC) i"                                                   \
    " LEFT JOIN LATERAL (SELECT name FROM taxon WHERE id = i.taxon_id LIMIT 1) t ON true"                    \
    " LEFT JOIN LATERAL (SELECT name FROM person WHERE id = i.user_id LIMIT 1) p ON true"

#define COMMON                                                                                               \
    {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}, {"commit", "COMMIT"}, {                    \
        "count", "SELECT count(*) FROM occurrence WHERE project_id = $1"                                     \
    }

static const pg_statement reselect_statements[] = {COMMON,
#define X(name, keys, rows)                                                                                  \
    {name ".page", ROW ", d.name, e.name, e.started_at FROM (" rows ") o" WITH_PLACE WITH_TAXON ORDER},      \
        {name ".detections", DETECTIONS("ARRAY(" keys ")")},                                                 \
        {name ".predictions", PREDICTIONS("ARRAY(" keys ")")},                                               \
        {name ".identifications", IDENTIFICATIONS("ARRAY(" keys ")")},
                                                   PAGES(X)
#undef X
};

/* Settings are made once, before the first row is given, also where there is none. */
#define MAKE(setting, column)                                                                                \
    "(SELECT set_config('bench." setting "', ARRAY(SELECT " column " FROM o)::text, true)) IS NOT NULL"
#define IDS(setting) "current_setting('bench." setting "')::int8[]"
static const pg_statement setting_statements[] = {
    COMMON,
#define X(name, keys, rows)                                                                                  \
    {name ".page",                                                                                           \
     "WITH o AS MATERIALIZED (" rows ") " ROW ", o.deployment_id, o.event_id FROM o" WITH_TAXON              \
     " WHERE " MAKE("ids", "id") " AND " MAKE("deployments",                                                 \
                                              "deployment_id") " AND " MAKE("events", "event_id") ORDER},
    PAGES(X)
#undef X
        {"detections", DETECTIONS(IDS("ids"))},
    {"predictions", PREDICTIONS(IDS("ids"))},
    {"identifications", IDENTIFICATIONS(IDS("ids"))},
    {"deployments", "SELECT id, name FROM deployment WHERE id = ANY(" IDS("deployments") ")"},
    {"events", "SELECT id, name, started_at FROM event WHERE id = ANY(" IDS("events") ")"},
};

static void close_one(void *state) {
    one_trip *f = state;
    pg_close(&f->pg);
    free(f);
}

static void *open_one(const char *url, bool by_setting, const pg_statement *statements, size_t count) {
    one_trip *f = memory_new_zero(NULL, 1, sizeof *f);
    if (!f) return NULL;
    f->by_setting = by_setting;
    if (pg_open(&f->pg, url, statements, count) && PQenterPipelineMode(f->pg.conn)) return f;
    close_one(f);
    return NULL;
}

static void *open_reselect(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    return open_one(url, false, reselect_statements,
                    sizeof reselect_statements / sizeof *reselect_statements);
}

static void *open_setting(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    return open_one(url, true, setting_statements, sizeof setting_statements / sizeof *setting_statements);
}

typedef struct values {
    int64_t items[3];
    size_t count;
} values;

static values values_of(const bench_request *q) {
    if (q->numbered) return (values){{q->project, q->offset}, 2};
    return (values){{q->project, q->after_time - PG_EPOCH, q->after_id}, q->after ? 3 : 1};
}

/* X(enumerator, statement): what follows the page's own; the last two only where ids pass through settings.
 */
#define CHILDREN(X)                                                                                          \
    X(DETECTION, "detections")                                                                               \
    X(PREDICTION, "predictions")                                                                             \
    X(IDENTIFICATION, "identifications")                                                                     \
    X(DEPLOYMENT, "deployments")                                                                             \
    X(EVENT, "events")

enum {
#define X(name, text) name,
    CHILDREN(X)
#undef X
        CHILD_COUNT
};

static int child_count(const one_trip *f) {
    return f->by_setting ? CHILD_COUNT : DEPLOYMENT;
}

static bool send_children(one_trip *f, const char *which, const values *v, bench_cost *cost) {
    static const char *const names[] = {
#define X(name, text) text,
        CHILDREN(X)
#undef X
    };
    bool ok = true;
    for (int i = 0; ok && i < child_count(f); i++) {
        char name[32];
        snprintf(name, sizeof name, "%s.%s", which, names[i]);
        ok = f->by_setting ? pg_send(&f->pg, names[i], NULL, 0) : pg_send(&f->pg, name, v->items, v->count);
        cost->statements++;
    }
    return ok;
}

static bool send_all(one_trip *f, const bench_request *q, bench_cost *cost) {
    static const char *const pages[3][OCCURRENCES_LIMITS] = {
        {"first25", "first100"}, {"after25", "after100"}, {"numbered25", "numbered100"}};
    int limit = occurrences_limit_index(q->limit);
    if (limit < 0) return false;
    const char *which = pages[q->numbered ? 2 : q->after][limit];
    const values v = values_of(q);
    char name[32];
    snprintf(name, sizeof name, "%s.page", which);
    cost->trips++;
    cost->statements += 1 + q->numbered;
    return pg_send(&f->pg, "begin", NULL, 0) && pg_send(&f->pg, name, v.items, v.count) &&
           (!q->numbered || pg_send(&f->pg, "count", v.items, 1)) && send_children(f, which, &v, cost) &&
           pg_send(&f->pg, "commit", NULL, 0) && pg_sync(&f->pg);
}

/* Each with what came with it, at the places that are its own. */
static bool take_page(one_trip *f, const PGresult *r) {
    page *p = &f->page;
    bool ok = true;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++) {
        occurrence o = {
            .id = pg_int(r, i, 0),
            .scored = !pg_null(r, i, 1),
            .score = pg_null(r, i, 1) ? 0 : pg_float(r, i, 1),
            .created_at = pg_time(r, i, 2),
        };
        if (!pg_null(r, i, 3)) {
            p->taxa[3 * i] = (taxon){pg_text(r, i, 3), pg_text(r, i, 4)};
            o.determination = &p->taxa[3 * i];
        }
        if (f->by_setting) {
            o.deployment_id = pg_id(r, i, 5);
            o.event_id = pg_id(r, i, 6);
        } else {
            if (!pg_null(r, i, 5)) {
                p->deployments[i] = pg_text(r, i, 5);
                o.deployment = &p->deployments[i];
            }
            if (!pg_null(r, i, 6)) {
                p->events[i] = (event){pg_text(r, i, 6), pg_time(r, i, 7)};
                o.event = &p->events[i];
            }
        }
        ok = page_add(p, &o);
    }
    return ok;
}

/* By id: each at the place that its id has in the set. */
static void take_places(page *p, const PGresult *deployments, const PGresult *events) {
    for (int i = 0, n = PQntuples(deployments); i < n; i++)
        p->deployments[idset_find(&p->deployment_ids, pg_int(deployments, i, 0))] =
            pg_text(deployments, i, 1);
    for (int i = 0, n = PQntuples(events); i < n; i++)
        p->events[idset_find(&p->event_ids, pg_int(events, i, 0))] =
            (event){pg_text(events, i, 1), pg_time(events, i, 2)};
    for (size_t i = 0; i < p->count; i++) {
        occurrence *o = &p->rows[i];
        if (o->deployment_id)
            o->deployment = &p->deployments[idset_find(&p->deployment_ids, o->deployment_id)];
        if (o->event_id) o->event = &p->events[idset_find(&p->event_ids, o->event_id)];
    }
}

static void take_detections(page *p, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        occurrence *o = page_owner(p, pg_int(r, i, 0));
        int64_t id = pg_int(r, i, 1), timestamp = pg_null(r, i, 3) ? INT64_MAX : pg_time(r, i, 3);
        if (page_is_first(o, id, timestamp))
            o->first_detection = (detection){id, timestamp, pg_text(r, i, 2)};
    }
}

static void take_predictions(page *p, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        int at = idset_find(&p->occurrence_ids, pg_int(r, i, 0));
        prediction *best = p->rows[at].best_prediction = &p->candidates[at];
        *best = (prediction){.id = pg_int(r, i, 1), .score = pg_float(r, i, 2), .terminal = pg_bool(r, i, 3)};
        p->taxa[3 * at + 1] = (taxon){.name = pg_text(r, i, 4)};
        best->taxon = &p->taxa[3 * at + 1];
        p->algorithms[at] = pg_text(r, i, 5);
        best->algorithm = &p->algorithms[at];
    }
}

static void take_identifications(page *p, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        int at = idset_find(&p->occurrence_ids, pg_int(r, i, 0));
        identification *latest = &p->rows[at].best_identification;
        *latest = (identification){.id = pg_int(r, i, 1), .created_at = pg_time(r, i, 2)};
        if (!pg_null(r, i, 3)) {
            p->taxa[3 * at + 2] = (taxon){.name = pg_text(r, i, 3)};
            latest->taxon = &p->taxa[3 * at + 2];
        }
        p->people[at] = pg_text(r, i, 4);
        latest->user = &p->people[at];
    }
}

static bool page_one(void *state, const bench_request *request, bench_cost *cost) {
    one_trip *f = state;
    page *p = &f->page;
    f->clock = clock_ns();
    pg_release(&f->pg);
    page_clear(p, request);
    if (!send_all(f, request, cost) || !pg_take_result(&f->pg)) return false;
    PGresult *rows = pg_take_result(&f->pg), *children[CHILD_COUNT] = {0};
    PGresult *total = rows && request->numbered ? pg_take_result(&f->pg) : NULL;
    bool ok = rows && (total || !request->numbered);
    for (int i = 0; ok && i < child_count(f); i++) ok = (children[i] = pg_take_result(&f->pg)) != NULL;
    if (!ok || !pg_take_result(&f->pg) || !pg_end(&f->pg)) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (total) p->total = pg_int(total, 0, 0);
    if (!take_page(f, rows)) return false;
    take_detections(p, children[DETECTION]);
    take_predictions(p, children[PREDICTION]);
    take_identifications(p, children[IDENTIFICATION]);
    if (f->by_setting) take_places(p, children[DEPLOYMENT], children[EVENT]);
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return true;
}

static bool render_one(void *state, buffer *json) {
    return page_render(&((one_trip *)state)->page, json);
}

static int backend_pid(void *state) {
    return pg_local_pid(&((one_trip *)state)->pg);
}

const bench_way occurrences_floor_reselect = {
    .name = "floor reselect",
    .every = 1,
    .open = open_reselect,
    .page = page_one,
    .render = render_one,
    .backend_pid = backend_pid,
    .close = close_one,
};

const bench_way occurrences_floor_setting = {
    .name = "floor setting",
    .every = 1,
    .open = open_setting,
    .page = page_one,
    .render = render_one,
    .backend_pid = backend_pid,
    .close = close_one,
};
