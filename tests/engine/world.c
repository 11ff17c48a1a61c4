#include "world.h"

#include <errno.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

world world_sqlite, world_pg = {.pg = true};

const char *const world_model =
    "type Distro @table(name: \"distro\", plural: \"distros\") {\n"
    "  id: ID!\n"
    "  name: String! @unique\n"
    "  packages: [Package!]! @many(ref: \"distro\")\n"
    "  hot_packages: [Package!]! @follow(path: \"packages\", order: [{popularity: DESC}])\n"
    "  maintainers: [Person!]! @follow(path: \"packages.maintainer\")\n"
    "  packages_count: Int! @count(of: \"packages\")\n"
    "}\n"
    "type Package @table(name: \"package\", plural: \"packages\") {\n"
    "  id: ID!\n"
    "  name: String!\n"
    "  popularity: Int\n"
    "  distro: Distro! @ref(column: \"distro_id\")\n"
    "  maintainer: Person @ref(column: \"maintainer_id\")\n"
    "  uploaders: [Person!]! @through(table: \"package_uploader\", from: \"package_id\", to: \"person_id\")\n"
    "  bugs: [Bug!]! @many(ref: \"package\")\n"
    "  notes: [Note!]! @many(ref: \"package\")\n"
    "  hottest_bug: Bug @pick(of: \"bugs\", where: {open: {eq: true}}, order: [{heat: DESC}])\n"
    "  bugs_count: Int! @count(of: \"bugs\")\n"
    "  url: String! @text(format: \"/{distro.name}/+source/{name}\")\n"
    "}\n"
    "type Person @table(name: \"person\", plural: \"people\") {\n"
    "  id: ID!\n"
    "  name: String!\n"
    "  email: String\n"
    "  packages: [Package!]! @many(ref: \"maintainer\")\n"
    "  packages_count: Int! @count(of: \"packages\")\n"
    "}\n"
    "type Bug @table(name: \"bug\", plural: \"bugs\") {\n"
    "  id: ID!\n"
    "  title: String!\n"
    "  heat: Int\n"
    "  open: Boolean!\n"
    "  package: Package! @ref(column: \"package_id\")\n"
    "}\n"
    "type Note @table(name: \"note\", plural: \"notes\") @key(fields: [\"package\", \"number\"]) {\n"
    "  package: Package! @ref(column: \"package_id\")\n"
    "  number: Int!\n"
    "  body: String!\n"
    "}\n";

const char *const world_sql =
    "CREATE TABLE distro (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE person (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, email TEXT);"
    "CREATE TABLE package (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, popularity INTEGER,"
    "  distro_id BIGINT NOT NULL REFERENCES distro, maintainer_id BIGINT REFERENCES person);"
    "CREATE TABLE package_uploader (package_id BIGINT NOT NULL REFERENCES package,"
    "  person_id BIGINT NOT NULL REFERENCES person, PRIMARY KEY (package_id, person_id));"
    "CREATE TABLE bug (id BIGINT NOT NULL PRIMARY KEY, title TEXT NOT NULL, heat INTEGER, open BOOLEAN NOT "
    "NULL,"
    "  package_id BIGINT NOT NULL REFERENCES package);"
    "CREATE TABLE note (package_id BIGINT NOT NULL REFERENCES package, number INTEGER NOT NULL, body TEXT "
    "NOT NULL,"
    "  PRIMARY KEY (package_id, number));"
    "INSERT INTO distro VALUES (1, 'debian'), (2, 'ubuntu'), (3, 'empty');"
    "INSERT INTO person VALUES (1, 'ann', 'ann@x'), (2, 'bob', 'bob@x'), (3, 'cid', NULL), (4, 'dee', "
    "'dee@x');"
    "INSERT INTO package VALUES (1, 'apt', 50, 1, 1), (2, 'bash', 90, 1, 2), (3, 'curl', NULL, 1, 1),"
    "  (4, 'dash', 50, 1, NULL), (5, 'apt', 10, 2, 3), (6, 'zsh', 70, 2, 1);"
    "INSERT INTO package_uploader VALUES (1, 2), (1, 3), (2, 1), (5, 1), (5, 4);"
    "INSERT INTO bug VALUES (1, 'crash', 10, true, 1), (2, 'typo', 30, false, 1), (3, 'slow', 20, true, 1),"
    "  (4, 'leak', NULL, true, 2), (5, 'hang', 5, true, 6);"
    "INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');";

/* ---- The databases --------------------------------------------------------------------------------------*/

static void no_notice(void *user, const char *message) {
    (void)user;
    (void)message;
}

static void pg_run(const char *url, const char *sql) {
    PGconn *c = PQconnectdb(url);
    if (PQstatus(c) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(c));
    PQsetNoticeProcessor(c, no_notice, NULL);
    PGresult *result = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail_msg("%s", PQerrorMessage(c));
    PQclear(result);
    PQfinish(c);
}

static void sqlite_run(const char *url, const char *sql) {
    sqlite3 *c = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(url + strlen("sqlite:"), &c), SQLITE_OK);
    sqlite3_busy_timeout(c, 10000);
    if (sqlite3_exec(c, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s", message);
    sqlite3_close(c);
}

void world_run(const world *w, const char *sql) {
    if (w->pg)
        pg_run(w->url, sql);
    else
        sqlite_run(w->url, sql);
}

static const char *program(void) {
    const char *slash = strrchr(program_invocation_name, '/');
    return slash ? slash + 1 : program_invocation_name;
}

static void make_pg(world *w) {
    const char *server = getenv("SHEAF_TEST_PG");
    if (!server) return;
    char name[64], sql[160];
    snprintf(name, sizeof name, "sheaf_%.50s", program());
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS \"%s\"", name);
    pg_run(server, sql);
    snprintf(sql, sizeof sql, "CREATE DATABASE \"%s\"", name);
    pg_run(server, sql);
    snprintf(w->url, sizeof w->url, "%s&dbname=%s", server, name);
}

static void make_sqlite(world *w) {
    const char *folder = getenv("TMPDIR");
    snprintf(w->url, sizeof w->url, "sqlite:%s/%s.db", folder ? folder : "/tmp", program());
    unlink(w->url + strlen("sqlite:"));
    sqlite_run(w->url, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
}

void worlds_make(void) {
    make_sqlite(&world_sqlite);
    make_pg(&world_pg);
}

int worlds_open(void **state) {
    (void)state;
    worlds_make();
    world *both[] = {&world_sqlite, &world_pg};
    for (int i = 0; i < 2; i++) {
        if (!both[i]->url[0]) continue;
        world_run(both[i], world_sql);
        both[i]->model = world_read_model(world_model, NULL);
        both[i]->db = world_open(both[i], both[i]->model, &(sheaf_options){0});
    }
    return 0;
}

int worlds_close(void **state) {
    (void)state;
    world *both[] = {&world_sqlite, &world_pg};
    for (int i = 0; i < 2; i++) {
        sheaf_close(both[i]->db);
        sheaf_model_free(both[i]->model);
    }
    unlink(world_sqlite.url + strlen("sqlite:"));
    return 0;
}

world *world_of(void **state) {
    world *w = *state;
    if (!w->url[0]) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    return w;
}

sheaf_model *world_read_model(const char *text, const sheaf_allocator *allocator) {
    sheaf_model *model = NULL;
    sheaf_error err = {0};
    if (!sheaf_model_parse((sheaf_slice){text, strlen(text)}, "model.graphql", allocator, &model, &err))
        fail_msg("%s", err.message);
    return model;
}

sheaf_db *world_open(const world *w, const sheaf_model *model, const sheaf_options *options) {
    sheaf_options all = *options;
    if (all.strategy == SHEAF_STRATEGY_AUTO)
        all.strategy = SHEAF_STRATEGY_LEVELS; /* whatever the machine does */
    sheaf_db *db = NULL;
    sheaf_error err = {0};
    all.url = w->url;
    all.model = model;
    if (!sheaf_open(&all, &db, &err)) fail_msg("%s", err.message);
    return db;
}

sheaf_shapes *world_shapes(const sheaf_model *model, const char *text) {
    sheaf_shapes *shapes = NULL;
    sheaf_error err = {0};
    if (!sheaf_shapes_new(model, NULL, NULL, &shapes, &err) ||
        !sheaf_shapes_add(shapes, (sheaf_slice){text, strlen(text)}, "shapes.graphql", &err) ||
        !sheaf_shapes_check(shapes, &err))
        fail_msg("%s", err.message);
    return shapes;
}

void world_realise(sheaf_context *c, const char *file, int line) {
    sheaf_error err = {0};
    if (sheaf_realise(c, &err)) return;
    print_error("%s: %s\n", sheaf_code_name(err.code), err.message);
    _fail(file, line);
}

/* ---- Looking at rows ------------------------------------------------------------------------------------*/

const char *world_values(const sheaf_row *const *rows, size_t count, const sheaf_group *group,
                         const char *attribute) {
    static char texts[8][1024];
    static unsigned next;
    char *out = texts[next++ % 8], *end = out + sizeof texts[0];
    char *at = out;
    *at = '\0';
    for (size_t i = 0; i < count; i++) {
        sheaf_value v;
        sheaf_error err = {0};
        if (!sheaf_get(rows[i], group, attribute, &v, &err)) fail_msg("%s", err.message);
        const char *gap = i ? " " : "";
        size_t room = (size_t)(end - at);
        int n = v.kind == SHEAF_KIND_NULL   ? snprintf(at, room, "%s-", gap)
                : v.kind == SHEAF_KIND_TEXT ? snprintf(at, room, "%s%.*s", gap, SHEAF_SLICE_ARGS(v.text))
                : v.kind == SHEAF_KIND_INT  ? snprintf(at, room, "%s%lld", gap, (long long)v.i)
                                            : snprintf(at, room, "%s%g", gap, v.f);
        assert_true(n >= 0 && (size_t)n < room);
        at += n;
    }
    return out;
}

const char *world_list(const sheaf_group *group, const char *attribute) {
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(group, &count);
    return world_values(rows, count, group, attribute);
}

const char *world_below(const sheaf_row *row, const sheaf_group *group, const char *attribute) {
    const sheaf_row *const *rows = NULL, *one = NULL;
    size_t count = 0;
    sheaf_error err = {0};
    if (sheaf_many(row, group, &rows, &count, &err)) return world_values(rows, count, group, attribute);
    if (!sheaf_one(row, group, &one, &err)) fail_msg("%s", err.message);
    return world_values(&one, one ? 1 : 0, group, attribute);
}

const sheaf_row *world_row(const sheaf_group *group, size_t index) {
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(group, &count);
    assert_true(index < count);
    return rows[index];
}

void world_check_error(const sheaf_error *err, sheaf_code code, const char *const *words, const char *file,
                       int line) {
    bool ok = err->code == code;
    for (; *words; words++) ok = ok && strstr(err->message, *words);
    if (ok) return;
    print_error("gave %s: %s\n  wanted %s\n", sheaf_code_name(err->code), err->message,
                sheaf_code_name(code));
    _fail(file, line);
}

bool world_page(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables, size_t count,
                char **ret_json, sheaf_error *err) {
    sheaf_page *page = NULL;
    sheaf_slice json;
    if (!sheaf_page_realise(db, shape, variables, count, &page, err)) return false;
    bool ok = sheaf_page_json(page, &json, err);
    if (ok) *ret_json = strndup(json.ptr, json.len);
    sheaf_page_free(page);
    return ok;
}
