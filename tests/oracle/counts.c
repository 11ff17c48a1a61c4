/* counts: the number of statements and of trips is the same at 1, 100 and 10,000 parents, and is what the plan said before
 * anything ran, on both backends. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/context/page.h"

static const char sdl[] =
    "type Distro { id: ID! name: String! packages: [Package!]! }\n"
    "type Package {\n"
    "  id: ID! name: String! popularity: Int distro: Distro! maintainer: Person\n"
    "  bugs: [Bug!]! @many(ref: \"package\")\n"
    "  uploaders: [Person!]! @through(table: \"uploader\", from: \"package_id\", to: \"person_id\")\n"
    "  comments: [Comment!]! @follow(path: \"bugs.comments\", order: [{score: DESC}])\n"
    "  worst: Bug @pick(of: \"bugs\", keep_max: \"heat\", per: \"owner\", order: [{title: ASC}])\n"
    "  bugs_count: Int! @count(of: \"bugs\", where: {heat: {gt: 1}})\n"
    "  url: String @text(format: \"/{distro.name}/{name}/{maintainer.name}\")\n"
    "}\n"
    "type Person @table(plural: \"people\") {\n"
    "  id: ID! name: String! maintained: [Package!]! @many(ref: \"maintainer\")\n"
    "  maintained_count: Int! @count(of: \"maintained\")\n"
    "}\n"
    "type Bug { id: ID! title: String! heat: Int package: Package! owner: Person comments: [Comment!]! }\n"
    "type Comment { id: ID! score: Int bug: Bug! author: Person! }\n";

static const char document[] =
    "query flat($n: Int!) { packages(limit: $n) { name popularity } }\n"
    "query references($n: Int!) { packages(limit: $n) { distro { name } maintainer { name } url } }\n"
    "query lists($n: Int!) { packages(limit: $n) { name bugs { title heat } uploaders { name } } }\n"
    "query limited($n: Int!) { packages(limit: $n) { bugs(limit: 1, order: [{heat: DESC}]) { title } comments(limit: 2) { score } } }\n"
    "query derived($n: Int!) { packages(limit: $n) { worst { title owner { name } } bugs_count comments { score } } }\n"
    "query deep($n: Int!) { packages(limit: $n) { bugs { title owner { name maintained_count }\n"
    "  comments { score author { name maintained { name } } } } } }\n"
    "query page($n: Int!) { packages(limit: $n, offset: 0) { uploaders { name maintained_count maintained(limit: 2) { name url } } }\n"
    "  packages_count people(limit: $n) { name maintained { bugs(where: {owner: {name: {ne: \"x\"}}}) { id } } } }\n"
    "query back($n: Int!) { packages(limit: $n) { bugs { package { name distro { name } } } } }\n";

/* Ids 1 to n in each table; three bugs a package, so that there are more keys than parents. `~` is the backend's way to
 * count from 1. */
static const char tables[] =
    "CREATE TABLE distro (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
    "CREATE TABLE package (id INTEGER PRIMARY KEY, name TEXT NOT NULL, popularity INTEGER, distro_id INTEGER NOT NULL,"
    " maintainer_id INTEGER);\n"
    "CREATE TABLE uploader (package_id INTEGER NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (package_id, person_id));\n"
    "CREATE TABLE bug (id INTEGER PRIMARY KEY, title TEXT NOT NULL, heat INTEGER, package_id INTEGER NOT NULL, owner_id INTEGER);\n"
    "CREATE TABLE comment (id INTEGER PRIMARY KEY, score INTEGER, bug_id INTEGER NOT NULL, author_id INTEGER NOT NULL);\n"
    "CREATE INDEX package_maintainer ON package (maintainer_id);\n"
    "CREATE INDEX bug_package ON bug (package_id);\n"
    "CREATE INDEX comment_bug ON comment (bug_id);\n";
static const struct {
    const char *insert;
    int times;
} fill[] = {
    {"INSERT INTO distro SELECT i, 'd' FROM ", 1},
    {"INSERT INTO person SELECT i, 'p' FROM ", 1},
    {"INSERT INTO package SELECT i, 'n', i % 7, i, i / 2 FROM ", 1},
    {"INSERT INTO uploader SELECT i, i FROM ", 1},
    {"INSERT INTO bug SELECT i, 't', i % 5, (i + 2) / 3, i % 9 FROM ", 3},
    {"INSERT INTO comment SELECT i, i % 4, i, (i + 2) / 3 FROM ", 3},
};
enum { FILL_COUNT = sizeof fill / sizeof *fill };
static const int sizes[] = {1, 100, 10000};
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes, SHAPES_MAX = 16 };

static sheaf_error err;
static unsigned number;

static void tell(bool ok, const char *backend, const char *what, const char *why) {
    printf("%sok %u - %s on %s\n", ok ? "" : "not ", ++number, what, backend);
    if (!ok) printf("# %s\n", why);
}

/* ---- Databases of n parents -----------------------------------------------------------------------------*/

static void fill_text(buffer *out, int n, bool pg) {
    if (pg) BUFFER_LITERAL(out, "SET client_min_messages = error; DROP SCHEMA IF EXISTS sheaf_counts CASCADE; CREATE SCHEMA sheaf_counts;\n"
                                "SET search_path = sheaf_counts;\n");
    buffer_cstr(out, tables);
    for (int i = 0; i < FILL_COUNT; i++) {
        int rows = n * fill[i].times;
        if (pg) buffer_printf(out, "%sgenerate_series(1, %d) AS i;\n", fill[i].insert, rows);
        else
            buffer_printf(out, "%s(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT i FROM c);\n",
                          fill[i].insert, rows);
    }
    BUFFER_LITERAL(out, "ANALYZE;\n");
    buffer_byte(out, '\0');
}

static bool fill_pg(const char *url, const char *sql) {
    PGconn *c = PQconnectdb(url);
    PGresult *result = PQexec(c, sql);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok) error_set(&err, SHEAF_E_DATABASE, "%s", PQerrorMessage(c));
    PQclear(result);
    PQfinish(c);
    return ok;
}

static bool fill_sqlite(const char *file, const char *sql) {
    sqlite3 *db = NULL;
    unlink(file);
    bool ok = sqlite3_open(file, &db) == SQLITE_OK && sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!ok) error_set(&err, SHEAF_E_DATABASE, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok;
}

/* ---- What a realise costs -------------------------------------------------------------------------------*/

typedef struct cost {
    uint64_t statements, trips;
} cost;

/* What the shape costs at n parents; false where that is not what its plan says. */
static bool measure(sheaf_db *db, const sheaf_shape *shape, int n, cost *ret) {
    sheaf_page *page;
    sheaf_variable limit = SHEAF_VAR_INT("n", n);
    if (!sheaf_page_realise(db, shape, &limit, 1, &page, &err)) return false;
    const plan *p = page->context->ready->plan;
    sheaf_stats stats = sheaf_page_stats(page);
    *ret = (cost){stats.statements, stats.trips};
    bool ok = stats.statements == p->statements && stats.trips == p->trips;
    if (!ok)
        error_set(&err, SHEAF_E_STATE, "%d parents: %d statements in %d trips, but the plan says %u in %u", n,
                  (int)stats.statements, (int)stats.trips, p->statements, p->trips);
    sheaf_page_free(page);
    return ok;
}

typedef struct result {
    bool failed;
    char why[200];
    cost at[SIZE_COUNT];
} result;

static void run_size(const sheaf_model *model, const sheaf_shapes *shapes, const char *url, int size, result *results) {
    sheaf_db *db = NULL;
    sheaf_options options = {.url = url, .model = model};
    bool open = sheaf_open(&options, &db, &err);
    for (size_t i = 0; i < sheaf_shapes_count(shapes); i++) {
        result *r = &results[i];
        if (r->failed || (open && measure(db, sheaf_shapes_at(shapes, i), sizes[size], &r->at[size]))) continue;
        r->failed = true;
        snprintf(r->why, sizeof r->why, "%.180s", err.message);
    }
    sheaf_close(db);
}

static void run_backend(const sheaf_model *model, const sheaf_shapes *shapes, const char *url, const char *fill_at, bool pg) {
    result results[SHAPES_MAX] = {0};
    for (int size = 0; size < SIZE_COUNT; size++) {
        buffer sql;
        buffer_init(&sql, NULL);
        fill_text(&sql, sizes[size], pg);
        if (pg ? fill_pg(fill_at, sql.ptr) : fill_sqlite(fill_at, sql.ptr)) run_size(model, shapes, url, size, results);
        else
            for (int i = 0; i < SHAPES_MAX; i++) results[i].failed = true, snprintf(results[i].why, 200, "%.180s", err.message);
        buffer_free(&sql);
    }
    for (size_t i = 0; i < sheaf_shapes_count(shapes); i++) {
        result *r = &results[i];
        for (int size = 1; size < SIZE_COUNT && !r->failed; size++) {
            r->failed = r->at[size].statements != r->at[0].statements || r->at[size].trips != r->at[0].trips;
            if (r->failed) snprintf(r->why, sizeof r->why, "it differs between 1 and %d parents", sizes[size]);
        }
        tell(!r->failed, pg ? "PostgreSQL" : "SQLite", sheaf_shape_name(sheaf_shapes_at(shapes, i)), r->why);
    }
}

int main(void) {
    sheaf_model *model = NULL;
    sheaf_shapes *shapes = NULL;
    char file[400], sqlite_url[420], pg_url[600];
    const char *folder = getenv("TMPDIR"), *pg = getenv("SHEAF_TEST_PG");
    if (!sheaf_model_parse((sheaf_slice){sdl, sizeof sdl - 1}, "model.graphql", NULL, &model, &err) ||
        !sheaf_shapes_new(model, NULL, NULL, &shapes, &err) ||
        !sheaf_shapes_add(shapes, (sheaf_slice){document, sizeof document - 1}, "shapes.graphql", &err) || !sheaf_shapes_check(shapes, &err)) {
        printf("1..1\nnot ok 1 - %s\n", err.message);
        return 1;
    }
    printf("1..%zu\n", 2 * sheaf_shapes_count(shapes));
    snprintf(file, sizeof file, "%s/counts-%ld.db", folder ? folder : "/tmp", (long)getpid());
    snprintf(sqlite_url, sizeof sqlite_url, "sqlite:%s", file);
    run_backend(model, shapes, sqlite_url, file, false);
    unlink(file);
    if (pg) {
        snprintf(pg_url, sizeof pg_url, "%s%coptions=-csearch_path%%3Dsheaf_counts", pg, strchr(pg, '?') ? '&' : '?');
        run_backend(model, shapes, pg_url, pg, true);
        fill_pg(pg, "SET client_min_messages = error; DROP SCHEMA IF EXISTS sheaf_counts CASCADE");
    } else {
        for (size_t i = 0; i < sheaf_shapes_count(shapes); i++) tell(false, "PostgreSQL", "counts", "SHEAF_TEST_PG is not set");
    }
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
    return 0;
}
