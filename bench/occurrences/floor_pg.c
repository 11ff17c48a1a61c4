/* The occurrence page on PostgreSQL by hand: three levels, each one pipelined trip. Children come whole and
 * are chosen from here; the snapshot begins in the first trip and ends in the last.
 *
 * Tried beside it and not faster: deployment and event joined in the page's statement (mostly 6 to 18 %
 * slower), a sync after each trip instead of a flush (the same). */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../pg.h"
#include "page.h"
#include "ways.h"

typedef struct floor_pg {
    pg pg;
    page page;
    int64_t clock; /* when the phase that runs began */
} floor_pg;

#define OCCURRENCE "o.id, o.deployment_id, o.event_id, o.taxon_id, o.determination_score, o.created_at"
#define ORDER      " ORDER BY o.created_at DESC, o.id DESC"
#define FIRST      "SELECT " OCCURRENCE " FROM occurrence o WHERE o.project_id = $1"
#define AFTER      FIRST " AND (o.created_at, o.id) < ($2, $3)"
/* The keys are found in the index alone; what lies under the OFFSET is never fetched. */
#define NUMBERED(limit)                                                                                      \
    "SELECT " OCCURRENCE " FROM (SELECT o.id FROM occurrence o WHERE o.project_id = $1" ORDER                \
    " LIMIT " limit " OFFSET $2) k JOIN occurrence o ON o.id = k.id" ORDER

static const pg_statement statements[] = {
    {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    {"commit", "COMMIT"},
    {"first25", FIRST ORDER " LIMIT 25"},
    {"first100", FIRST ORDER " LIMIT 100"},
    {"after25", AFTER ORDER " LIMIT 25"},
    {"after100", AFTER ORDER " LIMIT 100"},
    {"numbered25", NUMBERED("25")},
    {"numbered100", NUMBERED("100")},
    {"count", "SELECT count(*) FROM occurrence WHERE project_id = $1"},
    {"deployment", "SELECT id, name FROM deployment WHERE id = ANY($1::int8[])"},
    {"event", "SELECT id, name, started_at FROM event WHERE id = ANY($1::int8[])"},
    {"detection", "SELECT occurrence_id, id, path, \"timestamp\" FROM detection"
                  " WHERE occurrence_id = ANY($1::int8[]) AND path IS NOT NULL"},
    {"classification", "SELECT d.occurrence_id, c.id, c.taxon_id, c.algorithm_id, c.score, c.terminal"
                       " FROM detection d JOIN classification c ON c.detection_id = d.id"
                       " WHERE d.occurrence_id = ANY($1::int8[]) AND c.score IS NOT NULL"},
    {"identification", "SELECT occurrence_id, id, taxon_id, user_id, created_at FROM identification"
                       " WHERE occurrence_id = ANY($1::int8[]) AND NOT withdrawn"},
    {"taxon", "SELECT id, name, rank FROM taxon WHERE id = ANY($1::int8[])"},
    {"algorithm", "SELECT id, name FROM algorithm WHERE id = ANY($1::int8[])"},
    {"person", "SELECT id, name FROM person WHERE id = ANY($1::int8[])"},
};

static void *open_pg(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    floor_pg *f = memory_new_zero(NULL, 1, sizeof *f);
    if (f && pg_open(&f->pg, url, statements, sizeof statements / sizeof *statements) &&
        PQenterPipelineMode(f->pg.conn))
        return f;
    if (f) pg_close(&f->pg);
    free(f);
    return NULL;
}

static void close_pg(void *state) {
    floor_pg *f = state;
    pg_close(&f->pg);
    free(f);
}

/* Asks for rows by their ids; no statement for no ids. */
static bool ask(floor_pg *f, const char *name, const idset *ids, bench_cost *cost) {
    if (!ids->count) return true;
    cost->statements++;
    return pg_send_ids(&f->pg, name, ids->ids, ids->count);
}

static bool ask_page(floor_pg *f, const bench_request *q, bench_cost *cost) {
    static const char *const names[3][OCCURRENCES_LIMITS] = {
        {"first25", "first100"}, {"after25", "after100"}, {"numbered25", "numbered100"}};
    int limit = occurrences_limit_index(q->limit);
    if (limit < 0) return false;
    cost->statements += 1 + q->numbered;
    cost->trips++;
    const int64_t keyset[3] = {q->project, q->after_time - PG_EPOCH, q->after_id};
    const int64_t numbered[2] = {q->project, q->offset};
    bool ok = pg_send(&f->pg, "begin", NULL, 0);
    if (q->numbered)
        ok = ok && pg_send(&f->pg, names[2][limit], numbered, 2);
    else
        ok = ok && pg_send(&f->pg, names[q->after][limit], keyset, q->after ? 3 : 1);
    if (q->numbered) ok = ok && pg_send(&f->pg, "count", numbered, 1);
    return ok && pg_flush(&f->pg) && pg_take_result(&f->pg);
}

static bool take_page(floor_pg *f, bench_cost *cost) {
    PGresult *r = pg_take_result(&f->pg);
    PGresult *total = r && f->page.numbered ? pg_take_result(&f->pg) : NULL;
    if (!r || (f->page.numbered && !total)) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (total) f->page.total = pg_int(total, 0, 0);
    bool ok = true;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++) {
        const occurrence o = {
            .id = pg_int(r, i, 0),
            .deployment_id = pg_id(r, i, 1),
            .event_id = pg_id(r, i, 2),
            .taxon_id = pg_id(r, i, 3),
            .scored = !pg_null(r, i, 4),
            .score = pg_null(r, i, 4) ? 0 : pg_float(r, i, 4),
            .created_at = pg_time(r, i, 5),
        };
        ok = page_add(&f->page, &o);
    }
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return ok;
}

static void take_detections(floor_pg *f, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        occurrence *o = page_owner(&f->page, pg_int(r, i, 0));
        int64_t id = pg_int(r, i, 1), timestamp = pg_null(r, i, 3) ? INT64_MAX : pg_time(r, i, 3);
        if (page_is_first(o, id, timestamp))
            o->first_detection = (detection){id, timestamp, pg_text(r, i, 2)};
    }
}

static bool take_classifications(floor_pg *f, const PGresult *r) {
    bool ok = true;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++) {
        const prediction p = {
            .id = pg_int(r, i, 1),
            .taxon_id = pg_int(r, i, 2),
            .algorithm_id = pg_int(r, i, 3),
            .score = pg_float(r, i, 4),
            .terminal = pg_bool(r, i, 5),
        };
        ok = page_offer(&f->page, page_owner(&f->page, pg_int(r, i, 0)), &p);
    }
    return ok;
}

static void take_identifications(floor_pg *f, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        occurrence *o = page_owner(&f->page, pg_int(r, i, 0));
        int64_t id = pg_int(r, i, 1), created_at = pg_time(r, i, 4);
        if (page_is_latest(o, id, created_at))
            o->best_identification = (identification){
                .id = id, .taxon_id = pg_id(r, i, 2), .user_id = pg_int(r, i, 3), .created_at = created_at};
    }
}

/* Names by id, each at the place that its id has in the set. */
static void take_names(sheaf_slice *names, idset *ids, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++) names[idset_find(ids, pg_int(r, i, 0))] = pg_text(r, i, 1);
}

/* The second trip: what hangs on the occurrences. */
static bool children(floor_pg *f, bench_cost *cost) {
    pg *p = &f->pg;
    cost->trips++;
    if (!ask(f, "deployment", &f->page.deployment_ids, cost) || !ask(f, "event", &f->page.event_ids, cost) ||
        !ask(f, "detection", &f->page.occurrence_ids, cost) ||
        !ask(f, "classification", &f->page.occurrence_ids, cost) ||
        !ask(f, "identification", &f->page.occurrence_ids, cost) || !pg_flush(p))
        return false;
    PGresult *deployments = f->page.deployment_ids.count ? pg_take_result(p) : NULL;
    PGresult *events = f->page.event_ids.count ? pg_take_result(p) : NULL;
    PGresult *detections = pg_take_result(p);
    PGresult *classifications = pg_take_result(p);
    PGresult *identifications = pg_take_result(p);
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!detections || !classifications || !identifications) return false;
    take_names(f->page.deployments, &f->page.deployment_ids, deployments);
    for (int i = 0, n = PQntuples(events); i < n; i++)
        f->page.events[idset_find(&f->page.event_ids, pg_int(events, i, 0))] =
            (event){pg_text(events, i, 1), pg_time(events, i, 2)};
    take_detections(f, detections);
    take_identifications(f, identifications);
    bool ok = take_classifications(f, classifications);
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return ok;
}

/* The third trip: what the chosen ones name; and the end of the snapshot. */
static bool names(floor_pg *f, bench_cost *cost) {
    pg *p = &f->pg;
    cost->trips++;
    if (!ask(f, "taxon", &f->page.taxon_ids, cost) || !ask(f, "algorithm", &f->page.algorithm_ids, cost) ||
        !ask(f, "person", &f->page.person_ids, cost) || !pg_send(p, "commit", NULL, 0) || !pg_sync(p))
        return false;
    PGresult *taxa = f->page.taxon_ids.count ? pg_take_result(p) : NULL;
    PGresult *algorithms = f->page.algorithm_ids.count ? pg_take_result(p) : NULL;
    PGresult *people = f->page.person_ids.count ? pg_take_result(p) : NULL;
    if (!pg_take_result(p) || !pg_end(p)) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    for (int i = 0, n = PQntuples(taxa); i < n; i++)
        f->page.taxa[idset_find(&f->page.taxon_ids, pg_int(taxa, i, 0))] =
            (taxon){pg_text(taxa, i, 1), pg_text(taxa, i, 2)};
    take_names(f->page.algorithms, &f->page.algorithm_ids, algorithms);
    take_names(f->page.people, &f->page.person_ids, people);
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return true;
}

static bool page_pg(void *state, const bench_request *request, bench_cost *cost) {
    floor_pg *f = state;
    f->clock = clock_ns();
    pg_release(&f->pg);
    page_clear(&f->page, request);
    if (!ask_page(f, request, cost) || !take_page(f, cost)) return false;
    if (f->page.count && !children(f, cost)) return false;
    page_choose(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    if (!names(f, cost)) return false;
    page_stitch(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return true;
}

static bool render_pg(void *state, buffer *json) {
    return page_render(&((floor_pg *)state)->page, json);
}

static int backend_pid(void *state) {
    return pg_local_pid(&((floor_pg *)state)->pg);
}

static size_t extras_pg(void *state, bench_extra *out) {
    return page_extras(&((floor_pg *)state)->page, out);
}

const bench_way occurrences_floor_pg = {
    .name = "floor",
    .every = 1,
    .open = open_pg,
    .page = page_pg,
    .render = render_pg,
    .backend_pid = backend_pid,
    .extras = extras_pg,
    .close = close_pg,
};
