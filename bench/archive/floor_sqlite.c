/* The hot page on SQLite by hand, level by level in one read transaction. */
#include <stdlib.h>

#include "../../src/base/time.h"
#include "../lite.h"
#include "hot.h"
#include "ways.h"

/* X(enumerator, SQL) */
#define STATEMENTS(X)                                                                                        \
    X(BEGIN, "BEGIN")                                                                                        \
    X(COMMIT, "COMMIT")                                                                                      \
    X(DISTRO, "SELECT id, name, title FROM distro WHERE name = ?1")                                          \
    X(PACKAGE, "SELECT id, maintainer_id, name, version, popularity FROM package WHERE distro_id = ?1"       \
               " ORDER BY popularity DESC, id LIMIT ?2")

/* X(enumerator, head, tail): the statements with a list of ids. */
#define LISTS(X)                                                                                             \
    X(UPLOADER, "SELECT package_id, person_id FROM package_uploader WHERE package_id", "")                   \
    X(PERSON, "SELECT id, name, display_name FROM person WHERE id", "")                                      \
    X(PACKAGES,                                                                                              \
      "SELECT id, (SELECT count(*) FROM package WHERE maintainer_id = person.id) FROM person WHERE id", "")

enum {
#define X(name, sql) name,
    STATEMENTS(X)
#undef X
        STATEMENT_COUNT
};
enum {
#define X(name, head, tail) name,
    LISTS(X)
#undef X
        LIST_COUNT
};

typedef struct floor_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    lite_list lists[LIST_COUNT];
    arena text;
    hot_page page;
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

static bool distro(floor_sqlite *f, const char *name) {
    sqlite3_stmt *s = f->statements[DISTRO];
    hot_page *p = &f->page;
    bool ok = sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC) == SQLITE_OK;
    while (ok && lite_row(s, &ok)) {
        p->distro_id = sqlite3_column_int64(s, 0);
        p->distro = lite_text(s, 1, &f->text);
        p->title = lite_text(s, 2, &f->text);
        ok = p->distro.ptr && p->title.ptr;
    }
    return ok;
}

static bool packages(floor_sqlite *f, int64_t limit) {
    sqlite3_stmt *s = f->statements[PACKAGE];
    bool ok = lite_start(s, (int64_t[]){f->page.distro_id, limit}, 2);
    while (ok && lite_row(s, &ok)) {
        const package row = {
            .id = sqlite3_column_int64(s, 0),
            .maintainer_id = sqlite3_column_int64(s, 1),
            .name = lite_text(s, 2, &f->text),
            .version = lite_text(s, 3, &f->text),
            .popularity = sqlite3_column_int(s, 4),
        };
        ok = row.name.ptr && row.version.ptr && hot_add(&f->page, &row);
    }
    return ok;
}

/* A statement for these ids, started; *s is NULL where there are none. */
static bool ask(floor_sqlite *f, int list, const idset *ids, sqlite3_stmt **s, bench_cost *cost) {
    *s = NULL;
    if (!ids->count) return true;
    cost->statements++;
    *s = lite_list_start(&f->lists[list], f->db, ids->ids, ids->count);
    return *s != NULL;
}

static bool uploads(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, UPLOADER, &f->page.package_ids, &s, cost);
    while (ok && s && lite_row(s, &ok))
        ok = hot_add_upload(&f->page, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1));
    return ok;
}

static bool people(floor_sqlite *f, bench_cost *cost) {
    sqlite3_stmt *s;
    bool ok = ask(f, PERSON, &f->page.person_ids, &s, cost);
    while (ok && s && lite_row(s, &ok)) {
        person *who = hot_person(&f->page, sqlite3_column_int64(s, 0));
        who->name = lite_text(s, 1, &f->text);
        who->display_name = lite_text(s, 2, &f->text);
        ok = who->name.ptr && who->display_name.ptr;
    }
    ok = ok && ask(f, PACKAGES, &f->page.person_ids, &s, cost);
    while (ok && s && lite_row(s, &ok))
        hot_person(&f->page, sqlite3_column_int64(s, 0))->packages = sqlite3_column_int64(s, 1);
    return ok;
}

static bool levels(floor_sqlite *f, const bench_request *request, bench_cost *cost) {
    bool ok = distro(f, request->distro) && packages(f, request->limit) && uploads(f, cost);
    cost->statements += 2;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!ok) return false;
    hot_group(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    ok = people(f, cost);
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    if (!ok) return false;
    hot_stitch(&f->page);
    bench_end_phase(cost, BENCH_STITCH, &f->clock);
    return true;
}

static bool page_sqlite(void *state, const bench_request *request, bench_cost *cost) {
    floor_sqlite *f = state;
    uint64_t before = cost->statements;
    f->clock = clock_ns();
    arena_free(&f->text);
    hot_clear(&f->page);
    bool ok = lite_run(f->statements[BEGIN]) && levels(f, request, cost);
    ok = lite_run(f->statements[COMMIT]) && ok;
    bench_end_phase(cost, BENCH_WAIT, &f->clock);
    cost->trips += cost->statements - before;
    return ok;
}

static bool render_sqlite(void *state, buffer *json) {
    return hot_render(&((floor_sqlite *)state)->page, json);
}

const bench_way archive_floor_sqlite = {
    .name = "floor",
    .every = 1,
    .open = open_sqlite,
    .page = page_sqlite,
    .render = render_sqlite,
    .close = close_sqlite,
};
