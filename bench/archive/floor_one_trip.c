/* The hot page on PostgreSQL by hand for a far server: everything in one pipelined trip; each statement
 * selects the page's packages again, which an index gives in their order. */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../pg.h"
#include "hot.h"
#include "ways.h"

typedef struct one_trip {
    pg pg;
    hot_page page;
    int64_t clock; /* when the phase that runs began */
} one_trip;

#define HOT(columns)                                                                                         \
    "SELECT " columns " FROM package WHERE distro_id = (SELECT id FROM distro WHERE name = $1)"              \
    " ORDER BY popularity DESC, id LIMIT 20"
#define UPLOADS(column) "SELECT " column " FROM package_uploader WHERE package_id = ANY(ARRAY(" HOT("id") "))"

static const pg_statement statements[] = {
    {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    {"commit", "COMMIT"},
    {"distro", "SELECT id, name, title FROM distro WHERE name = $1"},
    {"package", HOT("id, maintainer_id, name, version, popularity")},
    {"uploader", UPLOADS("package_id, person_id")},
    {"person", "SELECT id, name, display_name, (SELECT count(*) FROM package WHERE maintainer_id = person.id)"
               " FROM person WHERE id = ANY(ARRAY(SELECT maintainer_id FROM (" HOT(
                   "maintainer_id") ") p"
                                    " UNION " UPLOADS("person_id") "))"},
};

static void close_one(void *state) {
    one_trip *f = state;
    pg_close(&f->pg);
    free(f);
}

static void *open_one(const bench_subject *subject, bench_backend backend, const char *url) {
    (void)subject, (void)backend;
    one_trip *f = memory_new_zero(NULL, 1, sizeof *f);
    if (!f) return NULL;
    if (pg_open(&f->pg, url, statements, sizeof statements / sizeof *statements) &&
        PQenterPipelineMode(f->pg.conn))
        return f;
    close_one(f);
    return NULL;
}

static bool send_all(pg *p, const char *distro) {
    return pg_send(p, "begin", NULL, 0) && pg_send_text(p, "distro", distro) &&
           pg_send_text(p, "package", distro) && pg_send_text(p, "uploader", distro) &&
           pg_send_text(p, "person", distro) && pg_send(p, "commit", NULL, 0) && pg_sync(p);
}

static bool take_packages(hot_page *p, const PGresult *distro, const PGresult *packages) {
    bool ok = true;
    if (PQntuples(distro)) {
        p->distro_id = pg_int(distro, 0, 0);
        p->distro = pg_text(distro, 0, 1);
        p->title = pg_text(distro, 0, 2);
    }
    for (int i = 0, n = PQntuples(packages); ok && i < n; i++) {
        const package row = {
            .id = pg_int(packages, i, 0),
            .maintainer_id = pg_int(packages, i, 1),
            .name = pg_text(packages, i, 2),
            .version = pg_text(packages, i, 3),
            .popularity = pg_int32(packages, i, 4),
        };
        ok = hot_add(p, &row);
    }
    return ok;
}

static bool take_uploads(hot_page *p, const PGresult *r) {
    bool ok = true;
    for (int i = 0, n = PQntuples(r); ok && i < n; i++)
        ok = hot_add_upload(p, pg_int(r, i, 0), pg_int(r, i, 1));
    return ok;
}

static void take_people(hot_page *p, const PGresult *r) {
    for (int i = 0, n = PQntuples(r); i < n; i++)
        *hot_person(p, pg_int(r, i, 0)) = (person){pg_text(r, i, 1), pg_text(r, i, 2), pg_int(r, i, 3)};
}

static bool page_one(void *state, const bench_request *request, bench_cost *cost) {
    one_trip *f = state;
    hot_page *p = &f->page;
    f->clock = clock_ns();
    pg_release(&f->pg);
    hot_clear(p);
    cost->trips++;
    cost->statements += 4;
    if (request->limit != HOT_ROWS_MAX || !send_all(&f->pg, request->distro) || !pg_take_result(&f->pg))
        return false;
    PGresult *distro = pg_take_result(&f->pg);
    PGresult *packages = distro ? pg_take_result(&f->pg) : NULL;
    PGresult *uploads = packages ? pg_take_result(&f->pg) : NULL;
    PGresult *people = uploads ? pg_take_result(&f->pg) : NULL;
    if (!people || !pg_take_result(&f->pg) || !pg_end(&f->pg)) return false;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!take_packages(p, distro, packages) || !take_uploads(p, uploads)) return false;
    take_people(p, people);
    bench_end_phase(cost, BENCH_DECODE, &f->clock);
    hot_group(p);
    hot_stitch(p);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return true;
}

static bool render_one(void *state, buffer *json) {
    return hot_render(&((one_trip *)state)->page, json);
}

static int backend_pid(void *state) {
    return pg_local_pid(&((one_trip *)state)->pg);
}

const bench_way archive_floor_reselect = {
    .name = "floor reselect",
    .every = 1,
    .open = open_one,
    .page = page_one,
    .render = render_one,
    .backend_pid = backend_pid,
    .close = close_one,
};
