#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "page.h"

static const char model_text[] = "type Distro { id: ID! name: String! @unique packages: [Package!]!\n"
                                 "  best: Package @pick(of: \"packages\", order: [{popularity: DESC}]) "
                                 "packages_count: Int! @count(of: \"packages\") }\n"
                                 "type Package { id: ID! name: String! popularity: Int! distro: Distro! }\n";
static const char shapes_text[] =
    "query page($name: String!, $from: Int = 5) @budget(statements: 5, trips: 2) {\n"
    "  distro(name: $name) { packages_count best { name } packages(limit: 3, offset: $from) { name } }\n"
    "  packages_count(where: {popularity: {gt: 7}, name: {ne: \"x\"}})\n"
    "}\n"
    "query small { distros(where: {id: {in: [1, 2]}}) { name } }\n";

typedef struct world {
    sheaf_model *model;
    sheaf_shapes *shapes;
    sheaf_db *db;
} world;

static bool open_world(world *w, const sheaf_allocator *allocator, sheaf_error *err) {
    *w = (world){0};
    return sheaf_model_parse(slice_of(model_text), "model.graphql", allocator, &w->model, err) &&
           sheaf_shapes_new(w->model, NULL, allocator, &w->shapes, err) &&
           sheaf_shapes_add(w->shapes, slice_of(shapes_text), "shapes.graphql", err) &&
           sheaf_shapes_check(w->shapes, err) &&
           sheaf_open(&(sheaf_options){.url = "sqlite:a.db", .model = w->model, .allocator = allocator},
                      &w->db, err);
}

static void close_world(world *w) {
    sheaf_close(w->db);
    sheaf_shapes_free(w->shapes);
    sheaf_model_free(w->model);
}

static void assert_has(const char *text, const char *wanted) {
    if (strstr(text, wanted)) return;
    print_error("no '%s' in:\n%s", wanted, text);
    fail();
}

static void shows_a_plan(void **state) {
    (void)state;
    world w;
    char *text;
    sheaf_plan_numbers numbers;
    assert_true(open_world(&w, NULL, NULL));
    const sheaf_shape *page = sheaf_shapes_find(w.shapes, "page");
    assert_true(sheaf_shape_plan(w.db, page, SHEAF_PLAN_INDEXES, &text, &numbers, NULL));
    assert_int_equal(numbers.statements, 5);
    assert_int_equal(numbers.trips, 2);
    assert_true(numbers.statements_max >= numbers.statements && numbers.trips_max >= numbers.trips);
    assert_has(text, "query page\nstatements 5 (at most 7), trips 2 (at most 3)\ntrip 1\n");
    assert_has(text, "  search distro: Distro\n");
    assert_has(text, "    with $name\n    index: distro_name\n");
    assert_has(text, "  total packages_count: Package\n");
    assert_has(text, "    with 7, \"x\"\n    no index used: SCAN t1\n");
    assert_has(text, "  count distro: packages_count\n");
    assert_has(text, "  children distro.best: Package, the best of each parent, chosen in memory (");
    assert_has(text, "  children distro.packages: Package, 3 of each parent, chosen in memory (");
    assert_has(text, "  over 50000 rows, chosen in SQL:\n");
    assert_null(strstr(text, "    | "));
    sheaf_text_free(w.db, text);
    assert_true(sheaf_shape_plan(w.db, page, SHEAF_PLAN_EXPLAIN, &text, NULL, NULL));
    assert_has(text, "    | SCAN t1\n");
    sheaf_text_free(w.db, text);
    assert_true(sheaf_shape_plan(w.db, page, SHEAF_PLAN_LOCK, &text, NULL, NULL));
    assert_null(strstr(text, "index"));
    assert_has(text, "chosen in memory\n");
    sheaf_text_free(w.db, text);
    assert_true(
        sheaf_shape_plan(w.db, sheaf_shapes_find(w.shapes, "small"), SHEAF_PLAN_LOCK, &text, &numbers, NULL));
    assert_has(text, "query small\nstatements 1, trips 1\ntrip 1\n  search distros: Distro\n");
    assert_has(text, "a list of 2");
    sheaf_text_free(w.db, text);
    close_world(&w);
}

static void compares_with_the_budget(void **state) {
    (void)state;
    world w;
    sheaf_error err;
    assert_true(open_world(&w, NULL, NULL));
    const sheaf_shape *page = sheaf_shapes_find(w.shapes, "page"),
                      *small = sheaf_shapes_find(w.shapes, "small");
    assert_true(sheaf_shape_within_budget(page, &(sheaf_plan_numbers){.statements = 5, .trips = 2}, NULL));
    assert_true(
        sheaf_shape_within_budget(small, &(sheaf_plan_numbers){.statements = 500, .trips = 200}, NULL));
    assert_false(sheaf_shape_within_budget(page, &(sheaf_plan_numbers){.statements = 6, .trips = 2}, &err));
    assert_int_equal(err.code, SHEAF_E_CHANGED);
    assert_has(err.message, "shapes.graphql:1:7: query 'page' takes 6 statements, and its @budget is 5");
    assert_false(sheaf_shape_within_budget(page, &(sheaf_plan_numbers){.statements = 5, .trips = 3}, &err));
    assert_has(err.message, "takes 3 trips, and its @budget is 2");
    close_world(&w);
}

static void fails_every_allocation(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        world w;
        sheaf_error err = {0};
        char *texts[3] = {NULL};
        static const sheaf_plan_form forms[] = {SHEAF_PLAN_INDEXES, SHEAF_PLAN_EXPLAIN, SHEAF_PLAN_LOCK};
        bool ok = open_world(&w, &m.allocator, &err);
        for (size_t i = 0; i < 3 && ok; i++)
            ok = sheaf_shape_plan(w.db, sheaf_shapes_at(w.shapes, 0), forms[i], &texts[i], NULL, &err);
        if (!ok) {
            assert_true(m.failed);
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        }
        for (size_t i = 0; i < 3; i++)
            if (texts[i]) sheaf_text_free(w.db, texts[i]);
        close_world(&w);
        assert_true(test_memory_clean(&m));
    }
}

static int make_database(void **state) {
    static char folder[] = "/tmp/sheaf-explain-XXXXXX";
    static const char tables[] =
        "CREATE TABLE distro (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
        "CREATE UNIQUE INDEX distro_name ON distro (name);\n"
        "CREATE TABLE package (id INTEGER PRIMARY KEY, name TEXT NOT NULL, popularity INTEGER NOT NULL,\n"
        "    distro_id BIGINT NOT NULL REFERENCES distro);\n";
    *state = mkdtemp(folder);
    sheaf_db *db;
    driver_connection *c;
    if (!*state || chdir(folder) || !sheaf_open(&(sheaf_options){.url = "sqlite:a.db"}, &db, NULL)) return -1;
    bool ok = pool_take(db->pool, &c, NULL, NULL) && db->driver->script(c, slice_of(tables), NULL);
    pool_give(db->pool, c);
    sheaf_close(db);
    return ok ? 0 : -1;
}

static int remove_database(void **state) {
    return unlink("a.db") || chdir("/") || rmdir(*state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_a_plan),
        cmocka_unit_test(compares_with_the_budget),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, make_database, remove_database);
}
