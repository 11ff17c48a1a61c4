/* Bad input and bad luck, one test each: a typed error whose message tells what to do, and everything else
 * goes on. */
#include <sheaf/migrate.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world.h"

#define TEXT_OF(s) ((sheaf_slice){(s), strlen(s)})

/* ---- Documents ------------------------------------------------------------------------------------------*/

static void models(void **state) {
    (void)state;
    static const struct {
        const char *text;
        sheaf_code code;
        const char *words[3];
    } cases[] = {
        {"", SHEAF_E_SYNTAX, {"m.graphql:1:1", "end of the document"}},
        {"type A {", SHEAF_E_SYNTAX, {"m.graphql:1:9"}},
        {"type A { id: ID! name: Strin }", SHEAF_E_MODEL, {"m.graphql:1:24", "did you mean 'String'"}},
        {"type A { name: String }", SHEAF_E_MODEL, {"m.graphql:1:", "A", "key"}},
        {"type A { id: ID! b: B! }", SHEAF_E_MODEL, {"m.graphql:1:21", "'B'"}},
        {"type A { id: ID! } type A { id: ID! }", SHEAF_E_MODEL, {"m.graphql:1:25", "'A'"}},
        {"type A { id: ID! n: Int @text(format: \"{x}\") }", SHEAF_E_MODEL, {"m.graphql:1:"}},
        {"type A { id: ID! \xff }", SHEAF_E_SYNTAX, {"m.graphql:1:18"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_model *model = NULL;
        sheaf_error err = {0};
        assert_false(sheaf_model_parse(TEXT_OF(cases[i].text), "m.graphql", NULL, &model, &err));
        assert_null(model);
        assert_error(&err, cases[i].code, cases[i].words[0], cases[i].words[1], cases[i].words[2]);
    }
    sheaf_error err = {0};
    sheaf_model *model = NULL;
    assert_false(sheaf_model_load("/nowhere/model.graphql", NULL, &model, &err));
    assert_error(&err, SHEAF_E_IO, "/nowhere/model.graphql");
}

static bool check_shapes(const sheaf_model *model, const char *text, const sheaf_shape_limits *limits,
                         sheaf_error *err) {
    sheaf_shapes *shapes = NULL;
    bool ok = sheaf_shapes_new(model, limits, NULL, &shapes, err) &&
              sheaf_shapes_add(shapes, TEXT_OF(text), "s.graphql", err) && sheaf_shapes_check(shapes, err);
    sheaf_shapes_free(shapes);
    return ok;
}

static void shapes(void **state) {
    world *w = world_of(state);
    static const struct {
        const char *text;
        sheaf_code code;
        const char *words[3];
    } cases[] = {
        {"query a { people {", SHEAF_E_SYNTAX, {"s.graphql:1:19"}},
        {"query a { people { nmae } }", SHEAF_E_SHAPE, {"s.graphql:1:20", "did you mean 'name'"}},
        {"query a { persons { name } }", SHEAF_E_SHAPE, {"s.graphql:1:11", "'persons'"}},
        {"query a { people { ...card } }", SHEAF_E_SHAPE, {"s.graphql:1:23", "card"}},
        {"query a { people(limit: $n) { name } }", SHEAF_E_SHAPE, {"s.graphql:1:25", "$n"}},
        {"query a($n: String) { people(limit: $n) { name } }",
         SHEAF_E_SHAPE,
         {"s.graphql:1:37", "String", "Int"}},
        {"query a { people(limit: 3) { } }", SHEAF_E_SYNTAX, {"s.graphql:1:30"}},
        {"query a { people(where: {name: {eq: 5}}) { name } }", SHEAF_E_SHAPE, {"s.graphql:1:37", "String"}},
        {"query a { people(limit: -1) { name } }", SHEAF_E_SHAPE, {"s.graphql:1:25"}},
        {"query a { people { name } } query a { people { name } }", SHEAF_E_SHAPE, {"s.graphql:1:35", "'a'"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_error err = {0};
        assert_false(check_shapes(w->model, cases[i].text, NULL, &err));
        assert_error(&err, cases[i].code, cases[i].words[0], cases[i].words[1], cases[i].words[2]);
    }
}

static void too_deep_and_too_many_groups(void **state) {
    world *w = world_of(state);
    sheaf_error err = {0};
    const char *deep = "query a { packages { maintainer { packages { maintainer { name } } } } }";
    const char *wide = "query a { a: people { name } b: people { name } c: people { name } }";
    assert_true(check_shapes(w->model, deep, NULL, &err));
    assert_false(check_shapes(w->model, deep, &(sheaf_shape_limits){.depth_max = 2}, &err));
    assert_error(&err, SHEAF_E_LIMIT, "s.graphql:1:", "2");
    assert_true(check_shapes(w->model, wide, NULL, &err));
    assert_false(check_shapes(w->model, wide, &(sheaf_shape_limits){.groups_max = 2}, &err));
    assert_error(&err, SHEAF_E_LIMIT, "s.graphql:1:", "2");
    assert_false(check_shapes(w->model, wide, &(sheaf_shape_limits){.fields_max = 4}, &err));
    assert_error(&err, SHEAF_E_LIMIT, "s.graphql:1:", "4");

    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.limits = {.groups_max = 3}});
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *group = sheaf_search(c, "package", SHEAF_ALL);
    for (int i = 0; i < 2; i++)
        group = sheaf_follow(sheaf_follow(group, "maintainer", NULL), "packages", NULL);
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_LIMIT, "bad_input_test.c", "3 groups", "groups-max");
    sheaf_context_free(c);
    sheaf_close(db);
}

/* Parentheses in parentheses: told before anything recurses too far. */
static void nesting_without_end(void **state) {
    world *w = world_of(state);
    enum { DEPTH = 100000 };
    char *text = malloc(4 * DEPTH + 64);
    assert_non_null(text);
    sheaf_error err = {0};
    char *at = text + snprintf(text, 16, "query a ");
    for (int i = 0; i < DEPTH; i++) at += snprintf(at, 8, "{ a ");
    assert_false(check_shapes(w->model, text, NULL, &err));
    assert_true(err.code == SHEAF_E_SYNTAX || err.code == SHEAF_E_LIMIT);
    free(text);

    sheaf_filter filters[100] = {SHEAF_EQ("id", 1)};
    for (int i = 1; i < 100; i++)
        filters[i] = (sheaf_filter){.kind = SHEAF_FILTER_NOT, .items = &filters[i - 1], .count = 1};
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_search(c, "person", filters[99]);
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_LIMIT, "bad_input_test.c", "deep");
    sheaf_context_free(c);
}

/* ---- Variables ------------------------------------------------------------------------------------------*/

static const char variables_shape[] =
    "query q($name: String!, $ids: [ID!]!, $limit: Int = 2, $least: Int! = 0, $after: String) {\n"
    "  people(where: {name: {ne: $name}, id: {in: $ids}}, limit: $limit, after: $after) { name }\n"
    "  packages(where: {popularity: {ge: $least}}) { name }\n"
    "}\n";

static void variables(void **state) {
    world *w = world_of(state);
    sheaf_shapes *set = world_shapes(w->model, variables_shape);
    const sheaf_shape *shape = sheaf_shapes_find(set, "q");
    enum { HUGE_SIZE = 100 << 20 };
    char *huge = malloc(HUGE_SIZE);
    memset(huge, 'x', HUGE_SIZE);
    static const sheaf_value items[] = {SHEAF_INT_VALUE(1), {0}};
    const sheaf_variable name = SHEAF_VAR_TEXT("name", "x"),
                         ids = {"ids", {.kind = SHEAF_KIND_LIST, .list = {items, 1}}};
    const struct {
        sheaf_variable third; /* after name and ids, or in their place */
        sheaf_code code;
        const char *words[2];
    } cases[] = {
        {{"nmae", SHEAF_TEXT_VALUE("x")}, SHEAF_E_VARIABLE, {"$nmae", "'name'"}},
        {{"name", SHEAF_INT_VALUE(3)}, SHEAF_E_VARIABLE, {"$name", "String"}},
        {{"name", {.kind = SHEAF_KIND_NULL}}, SHEAF_E_VARIABLE, {"$name", "null"}},
        {{"name", {.kind = SHEAF_KIND_TEXT, .text = {huge, HUGE_SIZE}}},
         SHEAF_E_VARIABLE,
         {"$name", "longer than"}},
        {{"name", {.kind = SHEAF_KIND_TEXT, .text = {"a\0b", 3}}}, SHEAF_E_VARIABLE, {"$name", "U+0000"}},
        {{"name", SHEAF_TEXT_VALUE("\xed\xa0\x80")}, SHEAF_E_VARIABLE, {"$name", "UTF-8"}},
        {{"name", SHEAF_TEXT_VALUE("\xc3")}, SHEAF_E_VARIABLE, {"$name", "UTF-8"}},
        {{"ids", SHEAF_INT_VALUE(3)}, SHEAF_E_VARIABLE, {"$ids", "list"}},
        {{"ids", {.kind = SHEAF_KIND_LIST, .list = {items, 2}}}, SHEAF_E_VARIABLE, {"$ids", "null"}},
        {{"ids", {.kind = SHEAF_KIND_LIST, .list = {items, SIZE_MAX}}}, SHEAF_E_VARIABLE, {"$ids", "10000"}},
        {{"limit", SHEAF_INT_VALUE(-1)}, SHEAF_E_VARIABLE, {"$limit", "negative"}},
        {{"limit", SHEAF_INT_VALUE(10001)}, SHEAF_E_LIMIT, {"'people'", "page-max"}},
        {{"limit", SHEAF_INT_VALUE(INT64_MAX)}, SHEAF_E_VARIABLE, {"$limit", "2147483647"}},
        {{"limit", SHEAF_TEXT_VALUE("5")}, SHEAF_E_VARIABLE, {"$limit", "Int"}},
        {{"least", SHEAF_INT_VALUE(2147483648)}, SHEAF_E_VARIABLE, {"$least", "2147483647"}},
        {{"least", {.kind = SHEAF_KIND_FLOAT, .f = 1.5}}, SHEAF_E_VARIABLE, {"$least", "Int"}},
        {{"after", SHEAF_TEXT_VALUE("nonsense")}, SHEAF_E_CURSOR, {"s.graphql", "people"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_variable given[3];
        size_t count = 0;
        if (strcmp(cases[i].third.name, "name") != 0) given[count++] = name;
        if (strcmp(cases[i].third.name, "ids") != 0) given[count++] = ids;
        given[count++] = cases[i].third;
        sheaf_page *page = NULL;
        sheaf_error err = {0};
        assert_false(sheaf_page_realise(w->db, shape, given, count, &page, &err));
        assert_null(page);
        assert_error(&err, cases[i].code, cases[i].words[0], cases[i].words[1]);
    }
    sheaf_error err = {0};
    char *json = NULL;
    assert_false(world_page(w->db, shape, &name, 1, &json, &err));
    assert_error(&err, SHEAF_E_VARIABLE, "$ids is missing");
    assert_false(world_page(w->db, shape, (sheaf_variable[]){name, ids, name}, 3, &json, &err));
    assert_error(&err, SHEAF_E_VARIABLE, "$name", "twice");
    assert_true(world_page(w->db, shape, (sheaf_variable[]){name, ids}, 2, &json, &err));
    assert_non_null(strstr(json, "{\"people\":[{\"name\":\"ann\"}]"));
    free(json);
    free(huge);
    sheaf_shapes_free(set);
}

static void operands_of_conditions(void **state) {
    world *w = world_of(state);
    char huge[] = "x";
    const struct {
        sheaf_filter where;
        sheaf_code code;
        const char *words[2];
    } cases[] = {
        {SHEAF_EQ("name", 5), SHEAF_E_VARIABLE, {"name", "String"}},
        {SHEAF_EQ("name", "\xff"), SHEAF_E_VARIABLE, {"name", "UTF-8"}},
        {SHEAF_CMP("name", "eq", ((sheaf_value){.kind = SHEAF_KIND_TEXT, .text = {"\0", 1}})),
         SHEAF_E_VARIABLE,
         {"U+0000"}},
        {SHEAF_CMP("name", "eq", ((sheaf_value){.kind = SHEAF_KIND_TEXT, .text = {huge, 100u << 20}})),
         SHEAF_E_VARIABLE,
         {"name", "longer than"}},
        {SHEAF_CMP("name", "eq", ((sheaf_value){0})), SHEAF_E_USAGE, {"name", "is_null"}},
        {SHEAF_CMP("id", "eq", SHEAF_TEXT_VALUE("seven")), SHEAF_E_VARIABLE, {"Person.id", "whole number"}},
        {SHEAF_CMP("name", "like", SHEAF_TEXT_VALUE("x")), SHEAF_E_SHAPE, {"name", "'like'"}},
        {{.kind = (sheaf_filter_kind)77}, SHEAF_E_USAGE, {"77"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_error err = {0};
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_search(c, "person", cases[i].where);
        assert_false(sheaf_realise(c, &err));
        assert_error(&err, cases[i].code, cases[i].words[0], cases[i].words[1]);
        sheaf_context_free(c);
    }
}

/* ---- Sizes ----------------------------------------------------------------------------------------------*/

static void limits_of_lists(void **state) {
    world *w = world_of(state);
    static const struct {
        int64_t limit, offset;
        const char *words[2];
    } cases[] = {{-1, 0, {"-1", "negative"}},
                 {6, 0, {"6", "page-max"}},
                 {INT64_MAX, 0, {"page-max"}},
                 {INT64_MIN, 0, {"negative"}},
                 {0, -3, {"offset", "negative"}}};
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.limits = {.page_max = 5, .page_default = 3}});
    sheaf_error err = {0};
    for (int follow = 0; follow < 2; follow++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            sheaf_context *c = sheaf_context_new(db);
            sheaf_group *root =
                sheaf_search_with(c, "distro",
                                  (&(sheaf_search_options){.limit = follow ? 0 : cases[i].limit,
                                                           .offset = follow ? 0 : cases[i].offset}));
            if (follow)
                sheaf_follow(root, "packages",
                             (&(sheaf_follow_options){.limit = cases[i].limit, .offset = cases[i].offset}));
            assert_false(sheaf_realise(c, &err));
            assert_error(&err, SHEAF_E_LIMIT, "bad_input_test.c", cases[i].words[0], cases[i].words[1]);
            sheaf_context_free(c);
        }
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_ALL);
    size_t count;
    realise(c);
    sheaf_rows(packages, &count);
    assert_int_equal(count, 3); /* page-default */
    sheaf_context_free(c);
    sheaf_close(db);
    db = world_open(w, w->model, &(sheaf_options){.limits = {.page_max = 2}}); /* less than page-default is */
    c = sheaf_context_new(db);
    packages = sheaf_search(c, "package", SHEAF_ALL);
    realise(c);
    sheaf_rows(packages, &count);
    assert_int_equal(count, 2);
    sheaf_context_free(c);
    sheaf_close(db);
}

/* A list without a limit that is longer than a page may be, rows and bytes of a context. */
static void more_rows_than_the_caps(void **state) {
    world *w = world_of(state);
    static const struct {
        sheaf_limits limits;
        const char *words[2];
    } cases[] = {{{.page_max = 3}, {"page-max", "limit"}},
                 {{.rows_max = 4}, {"rows-max", "4"}},
                 {{.bytes_max = 2000}, {"bytes-max"}}};
    for (size_t i = 0; i < 3; i++) {
        sheaf_error err = {0};
        sheaf_db *db = world_open(w, w->model, &(sheaf_options){.limits = cases[i].limits});
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *packages = sheaf_follow(
            sheaf_search_with(c, "distro", (&(sheaf_search_options){.limit = 3})), "packages", NULL);
        sheaf_need(packages, "url");
        size_t count = 1;
        if (sheaf_realise(c, &err)) fail_msg("no error of %s", cases[i].words[0]);
        assert_error(&err, SHEAF_E_LIMIT, cases[i].words[0], cases[i].words[1]);
        assert_null(sheaf_rows(packages, &count));
        sheaf_context_free(c);
        sheaf_close(db);
    }
    const sheaf_value keys[3] = {SHEAF_INT_VALUE(1), SHEAF_INT_VALUE(2), SHEAF_INT_VALUE(3)};
    sheaf_error err = {0};
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.limits = {.page_max = 2}});
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group_of_keys(c, "person", keys, 3);
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_LIMIT, "3 keys", "page-max");
    sheaf_context_free(c);
    sheaf_close(db);
}

/* ---- What the database holds ----------------------------------------------------------------------------*/

static const char odd_model[] = "type Odd { id: ID! small: Int big: BigInt flag: Boolean at: Timestamp }";

static void columns_that_are_missing(void **state) {
    world *w = world_of(state);
    static const struct {
        const char *model, *words[3];
    } cases[] = {
        {"type Person { id: ID! name: String! phone: String }", {"Person.phone", "phone", "missing"}},
        {"type Person { id: ID! nam: String! }", {"Person.nam", "name"}},
        {"type Persona { id: ID! }", {"Persona", "persona", "missing"}},
        {"type Person { id: ID! name: Int! }", {"Person.name", "Int"}},
        {"type Package { id: ID! distro: Distro! @ref(column: \"distribution_id\") } type Distro { id: ID! }",
         {"distribution_id", "missing"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_model *model = world_read_model(cases[i].model, NULL);
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        assert_false(sheaf_open(&(sheaf_options){.url = w->url, .model = model}, &db, &err));
        assert_null(db);
        assert_error(&err, SHEAF_E_CATALOGUE, cases[i].words[0], cases[i].words[1], cases[i].words[2]);
        sheaf_model_free(model);
    }
}

/* After opening: the database's own error, and the database is usable when the column is back. */
static void columns_that_leave(void **state) {
    world *w = world_of(state);
    world_run(w, "DROP TABLE IF EXISTS odd; CREATE TABLE odd (id BIGINT NOT NULL PRIMARY KEY, small INTEGER);"
                 "INSERT INTO odd VALUES (1, 5)");
    sheaf_model *model = world_read_model("type Odd { id: ID! small: Int }", NULL);
    sheaf_db *db = world_open(w, model, &(sheaf_options){.pool_size = 1});
    for (int round = 0; round < 4; round++) {
        bool there = round % 2 == 0;
        sheaf_error err = {0};
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *odd = sheaf_search(c, "odd", SHEAF_ALL);
        sheaf_need(odd, "small");
        assert_int_equal(sheaf_realise(c, &err), there);
        if (there)
            assert_string_equal(world_list(odd, "small"), "5");
        else
            assert_error(&err, SHEAF_E_DATABASE, "small");
        if (!there && w->pg) assert_string_equal(err.sqlstate, "42703");
        sheaf_context_free(c);
        world_run(w, there ? "ALTER TABLE odd RENAME COLUMN small TO gone"
                           : "ALTER TABLE odd RENAME COLUMN gone TO small");
    }
    sheaf_close(db);
    sheaf_model_free(model);
    world_run(w, "DROP TABLE odd");
}

static void numbers_that_do_not_fit(void **state) {
    world *w = world_of(state);
    world_run(w, "DROP TABLE IF EXISTS odd; CREATE TABLE odd (id BIGINT NOT NULL PRIMARY KEY, small BIGINT);"
                 "INSERT INTO odd VALUES (1, 2147483647), (2, -2147483648), (3, 2147483648)");
    sheaf_model *model = world_read_model("type Odd { id: ID! small: Int }", NULL);
    sheaf_db *db = world_open(w, model, &(sheaf_options){0});
    for (int64_t limit = 2; limit <= 3; limit++) {
        sheaf_error err = {0};
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *odd = sheaf_search_with(c, "odd", (&(sheaf_search_options){.limit = limit}));
        sheaf_need(odd, "small");
        assert_int_equal(sheaf_realise(c, &err), limit == 2);
        if (limit == 2)
            assert_string_equal(world_list(odd, "small"), "2147483647 -2147483648");
        else
            assert_error(&err, SHEAF_E_DATA, "odd.small", "Int");
        sheaf_context_free(c);
    }
    sheaf_close(db);
    sheaf_model_free(model);
    world_run(w, "DROP TABLE odd");
}

/* SQLite stores what it is given. */
static void values_of_another_type(void **state) {
    world *w = world_of(state);
    static const char *const bad[][2] = {{"2, 'x', 1, true, 0", "odd.small"},
                                         {"2, 1, 1.5, true, 0", "odd.big"},
                                         {"2, 1, 1, 7, 0", "odd.flag"},
                                         {"2, 1, 1, true, 'noon'", "odd.at"},
                                         {"2, 1, 1, true, 9223372036854775807", "odd.at"}};
    sheaf_model *model = world_read_model(odd_model, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char sql[400];
        snprintf(sql, sizeof sql,
                 "DROP TABLE IF EXISTS odd; CREATE TABLE odd (id BIGINT NOT NULL PRIMARY KEY, small INTEGER, "
                 "big BIGINT, "
                 "flag BOOLEAN, at BIGINT); INSERT INTO odd VALUES (1, 1, 1, true, 1), (%s)",
                 bad[i][0]);
        world_run(w, sql);
        sheaf_db *db = world_open(w, model, &(sheaf_options){0});
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *odd = sheaf_search(c, "odd", SHEAF_ALL);
        sheaf_need(odd, "small", "big", "flag", "at");
        sheaf_error err = {0};
        assert_false(sheaf_realise(c, &err));
        assert_error(&err, SHEAF_E_DATA, bad[i][1]);
        sheaf_context_free(c);
        sheaf_close(db);
    }
    sheaf_model_free(model);
    world_run(w, "DROP TABLE odd");
}

/* ---- Files ----------------------------------------------------------------------------------------------*/

typedef struct folder {
    char path[200], url[300];
} folder;

static folder make_folder(void) {
    folder f;
    const char *tmp = getenv("TMPDIR");
    snprintf(f.path, sizeof f.path, "%s/sheaf-bad-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f.path));
    snprintf(f.url, sizeof f.url, "sqlite:%s/file.db", f.path);
    return f;
}

static void remove_folder(const folder *f) {
    char command[300];
    snprintf(command, sizeof command, "%s", f->url + strlen("sqlite:"));
    unlink(command);
    snprintf(command, sizeof command, "%s/0001_a/up.sql", f->path);
    unlink(command);
    snprintf(command, sizeof command, "%s/0001_a", f->path);
    rmdir(command);
    rmdir(f->path);
}

static void write_file(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void files_that_are_no_database(void **state) {
    world *w = world_of(state);
    folder f = make_folder();
    const char *path = f.url + strlen("sqlite:");
    sheaf_db *db = NULL;
    sheaf_error err = {0};
    sheaf_options options = {.url = f.url, .model = w->model};
    assert_false(sheaf_open(&options, &db, &err)); /* not there, and not made */
    assert_error(&err, SHEAF_E_CONNECT, "unable to open");
    assert_int_equal(access(path, F_OK), -1);
    char junk[8192];
    memset(junk, 'j', sizeof junk);
    write_file(path, junk, sizeof junk);
    assert_false(sheaf_open(&options, &db, &err));
    assert_error(&err, SHEAF_E_NOT_A_DATABASE, "not a database");
    write_file(path, "", 0);
    assert_false(sheaf_open(&options, &db, &err)); /* an empty file is an empty database */
    assert_error(&err, SHEAF_E_CATALOGUE, "distro", "missing");
    assert_null(db);
    remove_folder(&f);
}

/* Pages of the file overwritten while it is open: an error, or what still stands, but nothing short. */
static void a_damaged_file(void **state) {
    world *w = world_of(state);
    folder f = make_folder();
    world copy = *w;
    snprintf(copy.url, sizeof copy.url, "%s", f.url);
    world_run(&copy, world_sql);
    world_run(
        &copy,
        "INSERT INTO person WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "SELECT i, 'a name that takes some room', NULL FROM n");
    sheaf_db *db = world_open(&copy, w->model, &(sheaf_options){0});
    FILE *file = fopen(f.url + strlen("sqlite:"), "r+b");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    char junk[4096];
    memset(junk, 'j', sizeof junk);
    for (long at = size / 2; at < size; at += 4096) {
        fseek(file, at, SEEK_SET);
        fwrite(junk, 1, sizeof junk, file);
    }
    fclose(file);
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *people = sheaf_search_with(c, "person", (&(sheaf_search_options){.limit = 5000}));
    sheaf_need(people, "name");
    sheaf_error err = {0};
    size_t count = 1;
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_NOT_A_DATABASE, "malformed");
    assert_null(sheaf_rows(people, &count));
    sheaf_context_free(c);
    sheaf_close(db);
    remove_folder(&f);
}

/* Runs one migration of the text in the database; gives whether it could. */
static bool migrate(const folder *f, const char *url, const char *sql, bool read_only, sheaf_error *err) {
    char path[300];
    snprintf(path, sizeof path, "%s/0001_a", f->path);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/0001_a/up.sql", f->path);
    write_file(path, sql, strlen(sql));
    sheaf_db *db = NULL;
    bool ok = sheaf_open(&(sheaf_options){.url = url, .read_only = read_only}, &db, err) &&
              sheaf_migrate_up(db, &(sheaf_migrate_options){.folder = f->path}, NULL, err);
    sheaf_close(db);
    return ok;
}

static bool has_table(const world *w, const char *url, const char *model_text) {
    sheaf_model *model = world_read_model(model_text, NULL);
    sheaf_db *db = NULL;
    (void)w;
    bool ok = sheaf_open(&(sheaf_options){.url = url, .model = model}, &db, NULL);
    sheaf_close(db);
    sheaf_model_free(model);
    return ok;
}

static void a_read_only_database(void **state) {
    world *w = world_of(state);
    folder f = make_folder();
    char url[700];
    sheaf_error err = {0};
    if (w->pg)
        snprintf(url, sizeof url, "%s&options=-cdefault_transaction_read_only%%3Don", w->url);
    else
        snprintf(url, sizeof url, "%s", w->url);
    assert_false(migrate(&f, url, "CREATE TABLE fresh (id BIGINT NOT NULL PRIMARY KEY);", true, &err));
    assert_int_equal(err.code, SHEAF_E_READ_ONLY);
    assert_false(has_table(w, w->url, "type Fresh { id: ID! }"));
    sheaf_db *db = NULL; /* reading goes on */
    assert_true(sheaf_open(&(sheaf_options){.url = url, .model = w->model, .read_only = true}, &db, &err));
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *people = sheaf_search(c, "person", SHEAF_EQ("id", 1));
    sheaf_need(people, "name");
    realise(c);
    assert_string_equal(world_list(people, "name"), "ann");
    sheaf_context_free(c);
    sheaf_close(db);
    remove_folder(&f);
}

/* The migration that fills the disk is undone whole. */
static void a_full_disk(void **state) {
    world *w = world_of(state);
    folder f = make_folder();
    sheaf_error err = {0};
    const char *const fill =
        w->pg ? "CREATE TABLE fresh (id BIGINT NOT NULL PRIMARY KEY);"
                "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;"
              : "CREATE TABLE fresh (id BIGINT NOT NULL PRIMARY KEY); PRAGMA max_page_count = 1;"
                "INSERT INTO fresh WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                "WHERE i < 1000000) SELECT i FROM n;";
    const char *url = w->pg ? w->url : f.url;
    assert_false(migrate(&f, url, fill, false, &err));
    assert_error(&err, SHEAF_E_FULL, "0001_a");
    assert_false(has_table(w, url, "type Fresh { id: ID! }"));
    if (w->pg) world_run(w, "DROP TABLE IF EXISTS sheaf_migration");
    remove_folder(&f);
}

static void urls(void **state) {
    (void)state;
    static const struct {
        const char *url;
        sheaf_code code;
        const char *word;
    } cases[] = {{"mysql://x", SHEAF_E_USAGE, "sqlite:"},
                 {"", SHEAF_E_USAGE, "sqlite:"},
                 {"postgresql:///x?host=/nowhere/at/all", SHEAF_E_CONNECT, "/nowhere/at/all"},
                 {"postgresql://127.0.0.1:1/x", SHEAF_E_CONNECT, "refused"},
                 {"postgresql://user:secret@[::1", SHEAF_E_CONNECT, "URL"},
                 {"sqlite:/nowhere/at/all", SHEAF_E_CONNECT, "unable"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        sheaf_raw *raw = NULL;
        bool opened = sheaf_open(&(sheaf_options){.url = cases[i].url}, &db,
                                 &err); /* without a model nothing connects yet */
        if (opened) raw = sheaf_raw_take(db, &err);
        assert_null(raw);
        assert_error(&err, cases[i].code, cases[i].word);
        assert_null(strstr(err.message, "secret"));
        sheaf_close(db);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(models),
    ON_SQLITE(shapes),
    ON_SQLITE(too_deep_and_too_many_groups),
    ON_SQLITE(nesting_without_end),
    ON_BOTH(variables),
    ON_BOTH(operands_of_conditions),
    ON_BOTH(limits_of_lists),
    ON_BOTH(more_rows_than_the_caps),
    ON_BOTH(columns_that_are_missing),
    ON_BOTH(columns_that_leave),
    ON_BOTH(numbers_that_do_not_fit),
    ON_SQLITE(values_of_another_type),
    ON_SQLITE(files_that_are_no_database),
    ON_SQLITE(a_damaged_file),
    ON_BOTH(a_read_only_database),
    ON_BOTH(a_full_disk),
    cmocka_unit_test(urls),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
