/* Values that only their column refuses: the error names the variable, or the attribute and the place, and
 * never the value. */
#include <stdlib.h>

#include "world.h"

#define UUID      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
#define SECRET    "s3cret"
#define UUID_WORD "must be a UUID such as"

static const char widget_model[] =
    "type Widget { id: ID! label: UUID other: UUID weight: Decimal maker: Maker parts: [Piece!]! @many(ref: "
    "\"widget\") }\n"
    "type Piece { id: ID! widget: Widget! serial: String }\n"
    "type Maker { id: ID! name: String! }\n"
    "type Host { id: ID! name: String! }\n"
    "type Share @table(name: \"share\") { id: ID! part: Int! }\n";

static const char widget_sql[] =
    "DROP VIEW IF EXISTS share; DROP TABLE IF EXISTS piece, widget, maker, host;"
    "CREATE TABLE maker (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE host (id INET NOT NULL PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE widget (id UUID NOT NULL PRIMARY KEY, label UUID, other UUID, weight NUMERIC, "
    "maker_id BIGINT REFERENCES maker);"
    "CREATE TABLE piece (id UUID NOT NULL PRIMARY KEY, widget_id UUID NOT NULL REFERENCES widget, serial "
    "TEXT);"
    "INSERT INTO maker VALUES (1, 'm');"
    "INSERT INTO host VALUES ('10.0.0.1', 'h');"
    "CREATE VIEW share AS SELECT id, 1 / (family(id) - 4) AS part FROM host;"
    "INSERT INTO widget VALUES ('" UUID "', '" UUID "', NULL, 12.5, 1);"
    "INSERT INTO piece VALUES ('" UUID "', '" UUID "', 'x');";

static const char widget_shapes[] =
    "query by_id($id: ID!) { widget(id: $id) { id } }\n"
    "query by_two($a: ID!, $b: ID!) {\n"
    "  widgets(where: {or: [{id: {eq: $a}}, {maker: {id: {eq: 1}}}]}) { id }\n"
    "  pieces(where: {id: {eq: $b}}) { id }\n"
    "}\n"
    "query by_list($ids: [ID!]!) { widgets(where: {id: {in: $ids}}) { id } }\n"
    "query by_weight($w: Decimal!) { widgets(where: {weight: {eq: $w}}) { id } }\n"
    "query below($p: ID!) { widgets { parts(where: {id: {eq: $p}}) { serial } } }\n"
    "query literal {\n"
    "  widget(id: \"" SECRET "\") { id }\n"
    "}\n"
    "query page($after: String) { widgets(limit: 1, after: $after) { id } }\n";

typedef struct widgets {
    sheaf_model *model;
    sheaf_shapes *shapes;
    sheaf_db *db;
} widgets;

static widgets open_widgets(const world *w, sheaf_strategy strategy) {
    world_run(w, widget_sql);
    widgets x = {.model = world_read_model(widget_model, NULL)};
    x.shapes = world_shapes(x.model, widget_shapes);
    x.db = world_open(w, x.model, &(sheaf_options){.strategy = strategy});
    return x;
}

static void close_widgets(widgets *x) {
    sheaf_close(x->db);
    sheaf_shapes_free(x->shapes);
    sheaf_model_free(x->model);
}

static void expect(const widgets *x, const char *shape, const sheaf_variable *given, size_t count,
                   const char *sqlstate, const char *message) {
    sheaf_error err = {0};
    char *json = NULL;
    if (world_page(x->db, sheaf_shapes_find(x->shapes, shape), given, count, &json, &err))
        fail_msg("%s: there is no error", shape);
    assert_error(&err, SHEAF_E_VARIABLE, message);
    assert_string_equal(err.sqlstate, sqlstate);
    assert_null(strstr(err.message, SECRET));
}

static void variables_are_named(void **state) {
    world *w = world_of(state);
    const sheaf_value mixed[] = {SHEAF_TEXT_VALUE(UUID), SHEAF_TEXT_VALUE(SECRET)};
    const sheaf_variable ids = {"ids", {.kind = SHEAF_KIND_LIST, .list = {mixed, 2}}};
    const sheaf_variable bad_a = SHEAF_VAR_TEXT("a", SECRET), good_a = SHEAF_VAR_TEXT("a", UUID);
    const sheaf_variable bad_b = SHEAF_VAR_TEXT("b", SECRET), good_b = SHEAF_VAR_TEXT("b", UUID);
    for (int s = SHEAF_STRATEGY_LEVELS; s < SHEAF_STRATEGY_COUNT; s++) {
        widgets x = open_widgets(w, (sheaf_strategy)s);
        expect(&x, "by_id", &SHEAF_VAR_TEXT("id", SECRET), 1, "22P02",
               "variable $id (compared with Widget.id) " UUID_WORD);
        expect(&x, "by_id", &SHEAF_VAR_INT("id", 5), 1, "22P02", "variable $id");
        expect(&x, "by_two", (sheaf_variable[]){bad_a, good_b}, 2, "22P02",
               "variable $a (compared with Widget.id) " UUID_WORD);
        expect(&x, "by_two", (sheaf_variable[]){good_a, bad_b}, 2, "22P02",
               "variable $b (compared with Piece.id) " UUID_WORD);
        expect(&x, "by_two", (sheaf_variable[]){bad_a, bad_b}, 2, "22P02",
               "variable $a (compared with Widget.id) or variable $b (compared with Piece.id) " UUID_WORD);
        expect(&x, "by_list", &ids, 1, "22P02",
               "item 2 of variable $ids (compared with Widget.id) " UUID_WORD);
        expect(&x, "by_weight", &SHEAF_VAR_TEXT("w", "1e140000"), 1, "22003",
               "variable $w (compared with Widget.weight) must be within numeric's range");
        expect(&x, "below", &SHEAF_VAR_TEXT("p", SECRET), 1, "22P02",
               "variable $p (compared with Piece.id) " UUID_WORD);
        expect(&x, "literal", NULL, 0, "22P02", "s.graphql:10: a value (compared with Widget.id) " UUID_WORD);
        close_widgets(&x);
    }
}

/* PostgreSQL takes more forms of a UUID than the model's scalar. */
static void other_forms_of_a_uuid(void **state) {
    world *w = world_of(state);
    widgets x = open_widgets(w, SHEAF_STRATEGY_AUTO);
    sheaf_error err = {0};
    char *json = NULL;
    const sheaf_variable form = SHEAF_VAR_TEXT("id", "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}");
    if (!world_page(x.db, sheaf_shapes_find(x.shapes, "by_id"), &form, 1, &json, &err))
        fail_msg("%s", err.message);
    assert_string_equal(json, "{\"widget\":{\"id\":\"" UUID "\"}}");
    free(json);
    close_widgets(&x);
}

/* What a caller in C gives has no name, but a place. */
static void operands_and_keys_of_calls(void **state) {
    world *w = world_of(state);
    widgets x = open_widgets(w, SHEAF_STRATEGY_AUTO);
    sheaf_error err = {0};
    sheaf_context *c = sheaf_context_new(x.db);
    sheaf_search(c, "widget", SHEAF_EQ("id", SECRET));
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_VARIABLE, "refused_test.c:", "a value (compared with Widget.id) " UUID_WORD);
    assert_null(strstr(err.message, SECRET));
    sheaf_context_free(c);

    const sheaf_value key = SHEAF_TEXT_VALUE(SECRET);
    c = sheaf_context_new(x.db);
    sheaf_need(sheaf_group_of_keys(c, "host", &key, 1), "name");
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_VARIABLE,
                 "refused_test.c:", "a key given for Host must be of its column's type");
    assert_string_equal(err.sqlstate, "22P02");
    sheaf_context_free(c);
    close_widgets(&x);
}

/* A key that was taken is not to blame for what the database then computes. */
static void errors_of_no_value(void **state) {
    world *w = world_of(state);
    widgets x = open_widgets(w, SHEAF_STRATEGY_AUTO);
    sheaf_error err = {0};
    const sheaf_value key = SHEAF_TEXT_VALUE("10.0.0.1");
    sheaf_context *c = sheaf_context_new(x.db);
    sheaf_need(sheaf_group_of_keys(c, "share", &key, 1), "part");
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_DATABASE, "PostgreSQL refuses a value (SQLSTATE 22012)");
    assert_string_equal(err.sqlstate, "22012");
    sheaf_context_free(c);
    close_widgets(&x);
}

/* A key that is no UUID in a cursor is no variable's fault. */
static void forged_cursors(void **state) {
    world *w = world_of(state);
    widgets x = open_widgets(w, SHEAF_STRATEGY_AUTO);
    sheaf_error err = {0};
    char *json = NULL;
    const sheaf_variable after = SHEAF_VAR_TEXT("after", "WyJhYmMiXQ=="); /* ["abc"] */
    assert_false(world_page(x.db, sheaf_shapes_find(x.shapes, "page"), &after, 1, &json, &err));
    assert_error(&err, SHEAF_E_CURSOR, "damaged");
    close_widgets(&x);
}

/* Nothing is sent for these, on neither database. */
static void integers(void **state) {
    world *w = world_of(state);
    sheaf_shapes *set = world_shapes(
        w->model, "query one($id: ID!) { person(id: $id) { name } }\n"
                  "query many($ids: [ID!]!) { people(where: {id: {in: $ids}}) { name } }\n"
                  "query of($p: ID!) { packages(where: {maintainer: {id: {eq: $p}}}) { name } }\n"
                  "query literal { person(id: \"" SECRET "\") { name } }\n");
    const sheaf_value mixed[] = {SHEAF_INT_VALUE(1), SHEAF_INT_VALUE(2), SHEAF_TEXT_VALUE(SECRET)};
    const sheaf_variable ids = {"ids", {.kind = SHEAF_KIND_LIST, .list = {mixed, 3}}};
    const widgets x = {.shapes = set, .db = w->db};
    expect(&x, "one", &SHEAF_VAR_TEXT("id", SECRET), 1, "",
           "variable $id (compared with Person.id) must be a whole number");
    expect(&x, "many", &ids, 1, "",
           "item 3 of variable $ids (compared with Person.id) must be a whole number");
    expect(&x, "of", &SHEAF_VAR_TEXT("p", SECRET), 1, "",
           "variable $p (compared with Package.maintainer) must be a whole number");
    expect(&x, "literal", NULL, 0, "",
           "s.graphql:4: a value (compared with Person.id) must be a whole number");
    sheaf_shapes_free(set);
}

/* Without memory for the name, the error is another or has none; the next has it again. */
static void failing_allocations(void **state) {
    world *w = world_of(state);
    widgets x = open_widgets(w, SHEAF_STRATEGY_LEVELS);
    test_memory m;
    test_memory_init(&m);
    sheaf_db *db = world_open(w, x.model, &(sheaf_options){.allocator = &m.allocator});
    const sheaf_variable given[] = {SHEAF_VAR_TEXT("a", UUID), SHEAF_VAR_TEXT("b", SECRET)};
    do {
        sheaf_error err = {0};
        char *json = NULL;
        size_t next = m.fail_at + 1;
        m.calls = 0;
        m.failed = false;
        m.fail_at = next;
        assert_false(world_page(db, sheaf_shapes_find(x.shapes, "by_two"), given, 2, &json, &err));
        if (err.code == SHEAF_E_MEMORY)
            assert_true(m.failed);
        else
            assert_error(&err, SHEAF_E_VARIABLE, m.failed ? "" : "variable $b (compared with Piece.id)");
        assert_null(strstr(err.message, SECRET));
    } while (m.failed);
    assert_true(m.fail_at > 10);
    sheaf_close(db);
    assert_true(test_memory_clean(&m));
    close_widgets(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_PG(variables_are_named), ON_PG(other_forms_of_a_uuid), ON_PG(operands_and_keys_of_calls),
        ON_PG(errors_of_no_value),  ON_PG(forged_cursors),        ON_BOTH(integers),
        ON_PG(failing_allocations)};
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
