/* counts: the number of statements and of trips is the same at 1, 100 and 10,000 parents, and is what the
 * plan said before anything ran, on both backends. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sheaf/page.h>

#include "../../src/base/base.h"

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
    "query limited($n: Int!) { packages(limit: $n) { bugs(limit: 1, order: [{heat: DESC}]) { title } "
    "comments(limit: 2) { score } } }\n"
    "query derived($n: Int!) { packages(limit: $n) { worst { title owner { name } } bugs_count comments { "
    "score } } }\n"
    "query deep($n: Int!) { packages(limit: $n) { bugs { title owner { name maintained_count }\n"
    "  comments { score author { name maintained { name } } } } } }\n"
    "query page($n: Int!) { packages(limit: $n, offset: 0) { uploaders { name maintained_count "
    "maintained(limit: 2) { name url } } }\n"
    "  packages_count people(limit: $n) { name maintained { bugs(where: {owner: {name: {ne: \"x\"}}}) { id } "
    "} } }\n"
    "query back($n: Int!) { packages(limit: $n) { bugs { package { name distro { name } } } } }\n";

/* Ids 1 to n in each table; three bugs a package, so that there are more keys than parents. `~` is the
 * backend's way to count from 1. */
static const char tables[] = "CREATE TABLE distro (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
                             "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
                             "CREATE TABLE package (id INTEGER PRIMARY KEY, name TEXT NOT NULL, popularity "
                             "INTEGER, distro_id INTEGER NOT NULL,"
                             " maintainer_id INTEGER);\n"
                             "CREATE TABLE uploader (package_id INTEGER NOT NULL, person_id INTEGER NOT "
                             "NULL, PRIMARY KEY (package_id, person_id));\n"
                             "CREATE TABLE bug (id INTEGER PRIMARY KEY, title TEXT NOT NULL, heat INTEGER, "
                             "package_id INTEGER NOT NULL, owner_id INTEGER);\n"
                             "CREATE TABLE comment (id INTEGER PRIMARY KEY, score INTEGER, bug_id INTEGER "
                             "NOT NULL, author_id INTEGER NOT NULL);\n"
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
enum { SIZE_COUNT = sizeof sizes / sizeof *sizes, SHAPES_MAX = 16, WHY_MAX = 200 };

/* ---- Databases of n parents -----------------------------------------------------------------------------*/

static void fill_text(buffer *out, int n, bool pg) {
    if (pg)
        BUFFER_LITERAL(out, "SET client_min_messages = error; DROP SCHEMA IF EXISTS sheaf_counts CASCADE; "
                            "CREATE SCHEMA sheaf_counts;\n"
                            "SET search_path = sheaf_counts;\n");
    buffer_cstr(out, tables);
    for (int i = 0; i < FILL_COUNT; i++) {
        int rows = n * fill[i].times;
        if (pg)
            buffer_printf(out, "%sgenerate_series(1, %d) AS i;\n", fill[i].insert, rows);
        else
            buffer_printf(out,
                          "%s(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) "
                          "SELECT i FROM c);\n",
                          fill[i].insert, rows);
    }
    BUFFER_LITERAL(out, "ANALYZE;\n");
    buffer_byte(out, '\0');
}

static bool run_pg(const char *url, const char *sql, sheaf_error *err) {
    PGconn *c = PQconnectdb(url);
    PGresult *result = PQexec(c, sql);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok) error_set(err, SHEAF_E_DATABASE, "%s", PQerrorMessage(c));
    PQclear(result);
    PQfinish(c);
    return ok;
}

static bool run_sqlite(const char *file, const char *sql, sheaf_error *err) {
    sqlite3 *db = NULL;
    unlink(file);
    bool ok = sqlite3_open(file, &db) == SQLITE_OK &&
              sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!ok) error_set(err, SHEAF_E_DATABASE, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok;
}

static bool fill_database(const char *place, int n, bool pg, sheaf_error *err) {
    buffer sql;
    buffer_init(&sql, NULL);
    fill_text(&sql, n, pg);
    bool ok = pg ? run_pg(place, sql.ptr, err) : run_sqlite(place, sql.ptr, err);
    buffer_free(&sql);
    return ok;
}

/* ---- What a realise costs -------------------------------------------------------------------------------*/

typedef struct result {
    char why[WHY_MAX]; /* "": as it should be */
    sheaf_plan_numbers at[SIZE_COUNT];
} result;

/* One trip joins references to lists up to a limit, and fetches those of longer ones: its statements depend
 * on what is asked for, never on how many rows there are. */
enum { LIMIT_OF_ONE_TRIP = 200 };

/* What the plan says of the shape, which is what it then costs at n parents. */
static bool measure(sheaf_db *db, const sheaf_shape *shape, sheaf_strategy strategy, int n,
                    sheaf_plan_numbers *ret, sheaf_error *err) {
    sheaf_page *page;
    char *text = NULL;
    bool one_trip = strategy == SHEAF_STRATEGY_RESELECT || strategy == SHEAF_STRATEGY_SETTING;
    sheaf_variable limit = SHEAF_VAR_INT("n", one_trip && n > LIMIT_OF_ONE_TRIP ? LIMIT_OF_ONE_TRIP : n);
    if (!sheaf_shape_plan(db, shape, SHEAF_PLAN_LOCK, &text, ret, err)) return false;
    sheaf_text_free(db, text);
    if (!sheaf_page_realise(db, shape, &limit, 1, &page, err)) return false;
    sheaf_stats stats = sheaf_page_stats(page);
    sheaf_page_free(page);
    if (stats.statements == ret->statements && stats.trips == ret->trips) return true;
    return error_set(err, SHEAF_E_STATE, "%d parents: %d statements in %d trips, but the plan says %u in %u",
                     n, (int)stats.statements, (int)stats.trips, ret->statements, ret->trips);
}

static void measure_all(const sheaf_model *model, const sheaf_shapes *shapes, const char *url,
                        sheaf_strategy strategy, int size, result *results) {
    sheaf_db *db = NULL;
    sheaf_error err = {0};
    sheaf_options options = {.url = url, .model = model, .strategy = strategy};
    bool open = sheaf_open(&options, &db, &err);
    for (size_t i = 0; i < sheaf_shapes_count(shapes); i++)
        if (!open ||
            !measure(db, sheaf_shapes_at(shapes, i), strategy, sizes[size], &results[i].at[size], &err))
            snprintf(results[i].why, WHY_MAX, "%.180s", err.message);
    sheaf_close(db);
}

static void compare(result *r) {
    for (int size = 1; size < SIZE_COUNT && !*r->why; size++)
        if (r->at[size].statements != r->at[0].statements || r->at[size].trips != r->at[0].trips)
            snprintf(r->why, WHY_MAX, "%u statements in %u trips at 1 parent, %u in %u at %d",
                     r->at[0].statements, r->at[0].trips, r->at[size].statements, r->at[size].trips,
                     sizes[size]);
}

/* `place`: the file, or the server. */
static void run_backend(const sheaf_model *model, const sheaf_shapes *shapes, const char *url,
                        const char *place, sheaf_strategy strategy) {
    bool pg = strategy != SHEAF_STRATEGY_AUTO;
    result results[SHAPES_MAX] = {0};
    size_t count = sheaf_shapes_count(shapes);
    for (int size = 0; size < SIZE_COUNT; size++) {
        sheaf_error err = {0};
        bool ok = place ? fill_database(place, sizes[size], pg, &err)
                        : error_set(&err, SHEAF_E_USAGE, "SHEAF_TEST_PG is not set");
        if (ok) measure_all(model, shapes, url, strategy, size, results);
        for (size_t i = 0; i < count && !ok; i++) snprintf(results[i].why, WHY_MAX, "%.180s", err.message);
    }
    for (size_t i = 0; i < count; i++) {
        compare(&results[i]);
        printf("%sok %zu - %s on %s, %s\n", *results[i].why ? "not " : "", (size_t)strategy * count + i + 1,
               sheaf_shape_name(sheaf_shapes_at(shapes, i)), pg ? "PostgreSQL" : "SQLite",
               sheaf_strategy_name(strategy));
        if (*results[i].why) printf("# %s\n", results[i].why);
    }
}

static void run(const sheaf_model *model, const sheaf_shapes *shapes) {
    char file[400], sqlite_url[420], pg_url[600];
    const char *folder = getenv("TMPDIR"), *pg = getenv("SHEAF_TEST_PG");
    printf("1..%zu\n", SHEAF_STRATEGY_COUNT * sheaf_shapes_count(shapes));
    snprintf(file, sizeof file, "%s/counts-%ld.db", folder ? folder : P_tmpdir, (long)getpid());
    snprintf(sqlite_url, sizeof sqlite_url, "sqlite:%s", file);
    run_backend(model, shapes, sqlite_url, file, SHEAF_STRATEGY_AUTO);
    unlink(file);
    snprintf(pg_url, sizeof pg_url, "%s%coptions=-csearch_path%%3Dsheaf_counts", pg ? pg : "",
             pg && strchr(pg, '?') ? '&' : '?');
    for (sheaf_strategy s = SHEAF_STRATEGY_LEVELS; s < SHEAF_STRATEGY_COUNT; s++)
        run_backend(model, shapes, pg_url, pg, s);
    if (pg) run_pg(pg, "SET client_min_messages = error; DROP SCHEMA IF EXISTS sheaf_counts CASCADE", NULL);
}

int main(void) {
    sheaf_model *model = NULL;
    sheaf_shapes *shapes = NULL;
    sheaf_error err = {0};
    bool ok =
        sheaf_model_parse((sheaf_slice){sdl, sizeof sdl - 1}, "model.graphql", NULL, &model, &err) &&
        sheaf_shapes_new(model, NULL, NULL, &shapes, &err) &&
        sheaf_shapes_add(shapes, (sheaf_slice){document, sizeof document - 1}, "shapes.graphql", &err) &&
        sheaf_shapes_check(shapes, &err);
    if (ok)
        run(model, shapes);
    else
        printf("1..1\nnot ok 1 - %s\n", err.message);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
    return 0;
}
