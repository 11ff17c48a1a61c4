/* The hot page on PostgreSQL by hand. The distribution's name is unique, so that the packages need not wait
 * for its id: two levels in the first trip, then who uploads, then people. */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../pg.h"
#include "hot.h"
#include "ways.h"

typedef struct floor_pg {
    pg pg;
    hot_page page;
    int64_t clock; /* when the phase that runs began */
} floor_pg;

static const pg_statement statements[] = {
    {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    {"commit", "COMMIT"},
    {"distro", "SELECT id, name, title FROM distro WHERE name = $1"},
    {"package",
     "SELECT id, maintainer_id, name, version, popularity FROM package"
     " WHERE distro_id = (SELECT id FROM distro WHERE name = $1) ORDER BY popularity DESC, id LIMIT 20"},
    {"uploader", "SELECT package_id, person_id FROM package_uploader WHERE package_id = ANY($1::int8[])"},
    {"person", "SELECT id, name, display_name FROM person WHERE id = ANY($1::int8[])"},
    {"count", "SELECT maintainer_id, count(*) FROM package WHERE maintainer_id = ANY($1::int8[]) GROUP BY 1"},
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

static bool packages(floor_pg *f, const bench_request *q, bench_cost *cost) {
    pg *p = &f->pg;
    cost->trips++;
    cost->statements += 2;
    if (!pg_send(p, "begin", NULL, 0) || !pg_send_text(p, "distro", q->distro) ||
        !pg_send_text(p, "package", q->distro) || !pg_flush(p) || !pg_take_result(p))
        return false;
    PGresult *distro = pg_take_result(p), *r = distro ? pg_take_result(p) : NULL;
    if (!r) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (PQntuples(distro)) {
        f->page.distro_id = pg_int(distro, 0, 0);
        f->page.distro = pg_text(distro, 0, 1);
        f->page.title = pg_text(distro, 0, 2);
    }
    bool ok = true;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++) {
        const package row = {
            .id = pg_int(r, i, 0),
            .maintainer_id = pg_int(r, i, 1),
            .name = pg_text(r, i, 2),
            .version = pg_text(r, i, 3),
            .popularity = pg_int32(r, i, 4),
        };
        ok = hot_add(&f->page, &row);
    }
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return ok;
}

static bool uploads(floor_pg *f, bench_cost *cost) {
    pg *p = &f->pg;
    cost->trips++;
    cost->statements++;
    if (!pg_send_ids(p, "uploader", f->page.package_ids.ids, f->page.package_ids.count) || !pg_flush(p))
        return false;
    PGresult *r = pg_take_result(p);
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    bool ok = r != NULL;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++)
        ok = hot_add_upload(&f->page, pg_int(r, i, 0), pg_int(r, i, 1));
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    if (ok) hot_group(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return ok;
}

static bool people(floor_pg *f, bench_cost *cost) {
    pg *p = &f->pg;
    const idset *ids = &f->page.person_ids;
    cost->trips++;
    cost->statements += 2;
    if (!pg_send_ids(p, "person", ids->ids, ids->count) || !pg_send_ids(p, "count", ids->ids, ids->count) ||
        !pg_send(p, "commit", NULL, 0) || !pg_sync(p))
        return false;
    PGresult *r = pg_take_result(p), *counts = r ? pg_take_result(p) : NULL;
    if (!counts || !pg_take_result(p) || !pg_end(p)) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    for (int i = 0, n = PQntuples(r); i < n; i++) {
        person *who = hot_person(&f->page, pg_int(r, i, 0));
        who->name = pg_text(r, i, 1);
        who->display_name = pg_text(r, i, 2);
    }
    for (int i = 0, n = PQntuples(counts); i < n; i++)
        hot_person(&f->page, pg_int(counts, i, 0))->packages = pg_int(counts, i, 1);
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    return true;
}

static bool page_pg(void *state, const bench_request *request, bench_cost *cost) {
    floor_pg *f = state;
    f->clock = clock_ns();
    pg_release(&f->pg);
    hot_clear(&f->page);
    if (request->limit != HOT_ROWS_MAX) return false;
    if (!packages(f, request, cost) || !uploads(f, cost) || !people(f, cost)) return false;
    hot_stitch(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return true;
}

static bool render_pg(void *state, buffer *json) {
    return hot_render(&((floor_pg *)state)->page, json);
}

static int backend_pid(void *state) {
    return pg_local_pid(&((floor_pg *)state)->pg);
}

const bench_way archive_floor_pg = {
    .name = "floor",
    .every = 1,
    .open = open_pg,
    .page = page_pg,
    .render = render_pg,
    .backend_pid = backend_pid,
    .close = close_pg,
};
