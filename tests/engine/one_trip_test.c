/* All levels in one trip: what a page of levels would not tell apart. Every page is asked by each strategy,
 * and must say the same. */
#include <stdlib.h>

#include "../../src/base/buffer.h"
#include "world.h"

static const sheaf_strategy strategies[] = {SHEAF_STRATEGY_LEVELS, SHEAF_STRATEGY_RESELECT,
                                            SHEAF_STRATEGY_SETTING};
enum { STRATEGY_COUNT = sizeof strategies / sizeof *strategies };

/* The only query of the document, by each strategy; `wanted` is found in what each of them gives. */
static void same(const world *w, const sheaf_model *model, const sheaf_limits *limits, const char *document,
                 const char *wanted) {
    sheaf_shapes *shapes = world_shapes(model, document);
    for (int i = 0; i < STRATEGY_COUNT; i++) {
        sheaf_options options = {.strategy = strategies[i], .limits = *limits};
        sheaf_db *db = world_open(w, model, &options);
        char *json = NULL;
        sheaf_error err = {0};
        if (!world_page(db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err))
            fail_msg("%s: %s", sheaf_strategy_name(strategies[i]), err.message);
        if (!strstr(json, wanted)) fail_msg("%s: %s", sheaf_strategy_name(strategies[i]), json);
        free(json);
        sheaf_close(db);
    }
    sheaf_shapes_free(shapes);
}

/* Nothing keeps the key of this model from standing twice; the first row is taken. */
static void a_small_table_with_a_key_twice(void **state) {
    world *w = world_of(state);
    world_run(w, "DROP TABLE IF EXISTS thing, r;"
                 "CREATE TABLE r (id BIGINT NOT NULL, name TEXT NOT NULL);"
                 "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, r_id BIGINT NOT NULL);"
                 "INSERT INTO r VALUES (1, 'one'), (1, 'one'); INSERT INTO thing VALUES (7, 1);"
                 "ANALYZE r; ANALYZE thing");
    sheaf_model *model = world_read_model("type R @table(name: \"r\") { id: ID! name: String! }\n"
                                          "type Thing @table(name: \"thing\") { id: ID! r: R! }\n",
                                          NULL);
    same(w, model, &(sheaf_limits){0}, "query q { things { id r { name } } }",
         "{\"things\":[{\"id\":7,\"r\":{\"name\":\"one\"}}]}");
    sheaf_model_free(model);
    world_run(w, "DROP TABLE thing, r");
}

/* One statement brings the bugs of both lists of packages, but only those of the first are followed to a list
 * without a limit. */
static void a_list_that_belongs_to_two(void **state) {
    world *w = world_of(state);
    same(w, w->model, &(sheaf_limits){.page_max = 1},
         "query q { one: distro(id: 2) {\n"
         "    packages(limit: 1, order: [{id: DESC}]) { bugs(limit: 1) { package { notes { body } } } } }\n"
         "  two: distro(id: 1) {\n"
         "    packages(limit: 1) { bugs(limit: 1) { package { maintainer { name } } } } } }",
         "\"two\":{\"packages\":[{\"bugs\":[{\"package\":{\"maintainer\":{\"name\":\"ann\"}}}]}]}");
}

/* One statement counts the bugs of all lists, and each of them hangs on the conditions of those above. */
static char *long_document(void) {
    enum { LISTS = 10 };
    buffer text;
    buffer_init(&text, NULL);
    BUFFER_LITERAL(&text, "query q { distros(order: [{name: ASC}]) { name");
    for (int depth = 0; depth < LISTS; depth++) {
        buffer_printf(&text, " %s(limit: 2, where: {or: [{id: {gt: 0}}",
                      depth % 2 ? "uploaders" : "packages");
        for (int i = 0; i < 190; i++) buffer_printf(&text, ", {name: {eq: \"%d\"}}", i);
        buffer_printf(&text, "]}) { %s", depth % 2 ? "id" : "bugs_count");
    }
    for (int depth = 0; depth < LISTS; depth++) BUFFER_LITERAL(&text, " }");
    BUFFER_LITERAL(&text, " } }");
    buffer_byte(&text, '\0');
    assert_false(text.failed);
    return text.ptr;
}

/* Realised and explained alike. */
static void too_long_a_statement(void **state) {
    world *w = world_of(state);
    char *document = long_document();
    same(w, w->model, &(sheaf_limits){0}, document, "{\"distros\":[{\"name\":\"debian\"");
    sheaf_shapes *shapes = world_shapes(w->model, document);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.strategy = SHEAF_STRATEGY_RESELECT});
    sheaf_error err = {0};
    sheaf_plan_numbers numbers;
    char *text = NULL;
    if (!sheaf_shape_plan(db, sheaf_shapes_at(shapes, 0), SHEAF_PLAN_EXPLAIN, &text, &numbers, &err))
        fail_msg("%s", err.message);
    assert_true(numbers.trips > 1);
    assert_non_null(strstr(text, "\nstrategy levels, as reselect cannot be had\n"));
    assert_ptr_equal(strstr(text, "query"), text);
    sheaf_text_free(db, text);
    sheaf_close(db);
    sheaf_shapes_free(shapes);
    free(document);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        ON_PG(a_small_table_with_a_key_twice),
        ON_PG(a_list_that_belongs_to_two),
        ON_PG(too_long_a_statement),
    };
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
