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

/* What is too wide to be written by hand. */
typedef struct written {
    buffer tables, model, query;
} written;

static void written_init(written *t) {
    buffer_init(&t->tables, NULL);
    buffer_init(&t->model, NULL);
    buffer_init(&t->query, NULL);
}

/* The same answer by every strategy, with `wanted` in it; and frees the texts. */
static void written_check(written *t, const world *w, const char *wanted) {
    buffer *all[] = {&t->tables, &t->model, &t->query};
    for (int i = 0; i < 3; i++) {
        buffer_byte(all[i], '\0');
        assert_false(all[i]->failed);
    }
    world_run(w, t->tables.ptr);
    sheaf_model *m = world_read_model(t->model.ptr, NULL);
    same(w, m, &(sheaf_limits){0}, t->query.ptr, wanted);
    sheaf_model_free(m);
    for (int i = 0; i < 3; i++) buffer_free(all[i]);
}

/* More than a statement has outputs for. */
static void many_wide_references(void **state) {
    enum { REFERENCES = 40, COLUMNS = 50 };
    world *w = world_of(state);
    written t;
    written_init(&t);
    BUFFER_LITERAL(&t.tables, "DROP TABLE IF EXISTS wide, narrow; CREATE TABLE wide (id int PRIMARY KEY");
    BUFFER_LITERAL(&t.model, "type Wide @table(name: \"wide\") { id: ID!");
    for (int i = 0; i < COLUMNS; i++) {
        buffer_printf(&t.tables, ", c%d int DEFAULT %d", i, i);
        buffer_printf(&t.model, " c%d: Int", i);
    }
    BUFFER_LITERAL(&t.tables, "); INSERT INTO wide SELECT generate_series(1, 50);"
                              "CREATE TABLE narrow (id int PRIMARY KEY");
    BUFFER_LITERAL(&t.model, " }\ntype Narrow @table(name: \"narrow\", plural: \"narrows\") { id: ID!");
    BUFFER_LITERAL(&t.query, "query q { narrows(limit: 2) { id");
    for (int i = 0; i < REFERENCES; i++) {
        buffer_printf(&t.tables, ", r%d int DEFAULT %d", i, i + 1);
        buffer_printf(&t.model, " r%d: Wide @ref(column: \"r%d\")", i, i);
        buffer_printf(&t.query, " r%d { id", i);
        for (int k = 0; k < COLUMNS; k++) buffer_printf(&t.query, " c%d", k);
        BUFFER_LITERAL(&t.query, " }");
    }
    BUFFER_LITERAL(&t.tables, "); INSERT INTO narrow VALUES (1), (2)");
    BUFFER_LITERAL(&t.model, " }\n");
    BUFFER_LITERAL(&t.query, " } }");
    written_check(&t, w, "\"c49\":49},\"r39\":{\"id\":40,\"c0\":0,");
    world_run(w, "DROP TABLE narrow, wide");
}

/* A statement whose list of outputs alone is longer than sources within sources may make it: what starts from
 * one row has none of those. */
static void a_wide_list_of_one_row(void **state) {
    enum { COLUMNS = 600 };
    static const char name[] = "a_column_whose_name_is_as_long_as_postgresql_lets_it_be_now";
    world *w = world_of(state);
    written t;
    written_init(&t);
    BUFFER_LITERAL(&t.tables, "DROP TABLE IF EXISTS wide, owner; CREATE TABLE owner (id int PRIMARY KEY);"
                              "INSERT INTO owner VALUES (1), (2);"
                              "CREATE TABLE wide (id int PRIMARY KEY, owner_id int NOT NULL");
    BUFFER_LITERAL(&t.model,
                   "type Owner @table(name: \"owner\") { id: ID! wides: [Wide!]! @many(ref: \"owner\") }"
                   "\ntype Wide @table(name: \"wide\") { id: ID! owner: Owner!");
    BUFFER_LITERAL(&t.query, "query q { owner(id: 1) { wides { id");
    for (int i = 0; i < COLUMNS; i++) {
        buffer_printf(&t.tables, ", %s%d int DEFAULT %d", name, i, i);
        buffer_printf(&t.model, " %s%d: Int", name, i);
        buffer_printf(&t.query, " %s%d", name, i);
    }
    BUFFER_LITERAL(&t.tables, "); INSERT INTO wide VALUES (7, 1), (8, 2)");
    BUFFER_LITERAL(&t.model, " }\n");
    BUFFER_LITERAL(&t.query, " } } }");
    written_check(&t, w, "599\":599}]}}");
    world_run(w, "DROP TABLE wide, owner");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        ON_PG(a_small_table_with_a_key_twice), ON_PG(a_list_that_belongs_to_two), ON_PG(too_long_a_statement),
        ON_PG(many_wide_references),           ON_PG(a_wide_list_of_one_row),
    };
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
