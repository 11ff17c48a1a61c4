/* Corners that were once wrong: each test holds one of them. */
#include <stdlib.h>

#include "world.h"

static const char model_text[] =
    "type Country @table(name: \"corner_country\", plural: \"countries\") {\n"
    "  id: ID!\n  name: String!\n}\n"
    "type Person @table(name: \"corner_person\", plural: \"people\") {\n"
    "  id: ID!\n  name: String!\n"
    "  country: Country! @ref(column: \"country_id\")\n"
    "  packages: [Package!]! @many(ref: \"maintainer\")\n"
    "  label: String! @text(format: \"{name} of {country.name}\")\n}\n"
    "type Team @table(name: \"corner_team\", plural: \"teams\") {\n"
    "  id: ID!\n  name: String!\n}\n"
    "type Package @table(name: \"corner_package\", plural: \"packages\") {\n"
    "  id: ID!\n  name: String!\n"
    "  maintainer: Person! @ref(column: \"owner_id\")\n"
    "  team: Team @ref(column: \"owner_id\")\n"
    "  uploaders: [Person!]! @through(table: \"corner_uploader\", from: \"package_id\", "
    "to: \"person_id\")\n}\n"
    "type Stray @table(name: \"corner_stray\", plural: \"strays\") {\n"
    "  id: ID!\n  name: String!\n  team: Team @ref(column: \"team_id\")\n}\n"
    "type Token @table(name: \"corner_token\", plural: \"tokens\") {\n"
    "  id: ID!\n  text: String!\n}\n";

static const char tables[] =
    "CREATE TABLE corner_country (id bigint PRIMARY KEY, name text NOT NULL);"
    "CREATE TABLE corner_team (id bigint PRIMARY KEY, name text NOT NULL);"
    "CREATE TABLE corner_person (id bigint PRIMARY KEY, name text NOT NULL, country_id bigint NOT NULL);"
    "CREATE TABLE corner_package (id bigint PRIMARY KEY, name text NOT NULL, owner_id bigint NOT NULL);"
    "CREATE TABLE corner_uploader (package_id bigint NOT NULL, person_id bigint NOT NULL);"
    "CREATE TABLE corner_token (id bigint PRIMARY KEY, text uuid NOT NULL);"
    "INSERT INTO corner_token VALUES (1, '00112233-4455-6677-8899-aabbccddeeff'), "
    "(2, 'ff112233-4455-6677-8899-aabbccddeeff');"
    "CREATE TABLE corner_stray (id bigint UNIQUE, name text NOT NULL, team_id bigint);"
    "INSERT INTO corner_stray VALUES (0, 'kept', 1), (NULL, 'lost', 2);"
    "INSERT INTO corner_country VALUES (1, 'north'), (2, 'south');"
    "INSERT INTO corner_team VALUES (1, 'red'), (2, 'blue');"
    "INSERT INTO corner_person VALUES (1, 'ann', 1), (2, 'bob', 2), (3, 'cy', 2);"
    "INSERT INTO corner_package VALUES (1, 'apt', 1), (2, 'bash', 2), (3, 'curl', 2);"
    "INSERT INTO corner_uploader VALUES (1, 0), (1, 1), (1, 2), (1, 3);"; /* there is no person 0 */

typedef struct corner {
    sheaf_model *model;
    sheaf_db *db;
} corner;

static corner corner_open(const world *w, int64_t bytes_max) {
    static bool made[2];
    if (!made[w->pg]) world_run(w, tables);
    made[w->pg] = true;
    corner c = {.model = world_read_model(model_text, NULL)};
    c.db = world_open(w, c.model, &(sheaf_options){.limits = {.bytes_max = bytes_max}});
    return c;
}

static void corner_close(corner c) {
    sheaf_close(c.db);
    sheaf_model_free(c.model);
}

static void check_page(const corner *c, const char *shape, const char *wanted) {
    sheaf_error err = {0};
    char *json = NULL;
    sheaf_shapes *shapes = world_shapes(c->model, shape);
    if (!world_page(c->db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err)) fail_msg("%s", err.message);
    assert_string_equal(json, wanted);
    free(json);
    sheaf_shapes_free(shapes);
}

static void a_count_has_no_attributes(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    sheaf_error err = {0};
    sheaf_context *page = sheaf_context_new(c.db);
    sheaf_need(sheaf_count(page, "person", SHEAF_ALL), "label");
    assert_false(sheaf_realise(page, &err));
    assert_error(&err, SHEAF_E_USAGE, "a count has no rows", "corners_test.c");
    sheaf_context_free(page);
    corner_close(c);
}

/* A row without a key is no row 0, which there is. */
static void a_null_in_a_key_is_said(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    sheaf_error err = {0};
    char *json = NULL;
    check_page(&c, "query one { stray(id: 0) { name team { name } } }",
               "{\"stray\":{\"name\":\"kept\",\"team\":{\"name\":\"red\"}}}");
    sheaf_shapes *shapes =
        world_shapes(c.model, "query all { strays(order: [{id: ASC}], limit: 5) { name } }");
    assert_false(world_page(c.db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err));
    assert_error(&err, SHEAF_E_DATA, "corner_stray has NULL in its key");
    sheaf_shapes_free(shapes);
    corner_close(c);
}

/* Two references in one column: the way back is to the entity that the list was found from, not to the other.
 */
static void a_shared_column_leads_back_to_its_own(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    check_page(&c, "query q { person(id: 2) { packages { team { name } maintainer { name } } } }",
               "{\"person\":{\"packages\":[{\"team\":{\"name\":\"blue\"},\"maintainer\":{\"name\":\"bob\"}},"
               "{\"team\":{\"name\":\"blue\"},\"maintainer\":{\"name\":\"bob\"}}]}}");
    corner_close(c);
}

/* Both aliases share one list in memory, and the person who does not exist leaves it once. */
static void an_absent_row_leaves_a_shared_list_once(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    check_page(&c,
               "query q { package(id: 1) { maintainer { name } a: uploaders { name } b: uploaders { id } } }",
               "{\"package\":{\"maintainer\":{\"name\":\"ann\"},"
               "\"a\":[{\"name\":\"ann\"},{\"name\":\"bob\"},{\"name\":\"cy\"}],\"b\":[{\"id\":1},{\"id\":2},"
               "{\"id\":3}]}}");
    corner_close(c);
}

/* The rows that a way back adds to a union are followed like the others. */
static void a_way_back_joins_a_union_in_time(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    sheaf_context *page = sheaf_context_new(c.db);
    sheaf_group *people = sheaf_follow(sheaf_search(page, "package", SHEAF_EQ("id", 1)), "maintainer", NULL);
    sheaf_group *countries = sheaf_follow(people, "country", NULL);
    sheaf_group *bob = sheaf_search(page, "person", SHEAF_EQ("id", 2));
    sheaf_update(people, sheaf_follow(sheaf_follow(bob, "packages", NULL), "maintainer", NULL));
    sheaf_need(countries, "name");
    sheaf_need(people, "name", "label");
    realise(page);
    assert_string_equal(world_list(people, "label"), "ann of north bob of south");
    assert_string_equal(world_list(countries, "name"), "north south");
    sheaf_context_free(page);
    corner_close(c);
}

/* Few rows can make much text where lists lead back and forth: a cap stands on that too. Eight packages of
 * one person, back and forth five times, are 8⁵ objects. */
static void text_has_a_cap(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 1 << 16);
    char shape[1024] = "query q { person(id: 2) { ", *json = NULL;
    size_t at = strlen(shape);
    for (int i = 0; i < 5; i++)
        at += (size_t)snprintf(shape + at, sizeof shape - at, "packages { name maintainer { ");
    at += (size_t)snprintf(shape + at, sizeof shape - at, "a: packages { name } b: packages { name }");
    for (int i = 0; i < 5; i++) at += (size_t)snprintf(shape + at, sizeof shape - at, " } }");
    snprintf(shape + at, sizeof shape - at, " } }");
    for (int rows = 3; rows < 9; rows++) {
        char sql[128];
        snprintf(sql, sizeof sql, "INSERT INTO corner_package VALUES (%d, 'more', 2)", rows + 1);
        world_run(w, sql);
    }
    sheaf_error err = {0};
    sheaf_shapes *shapes = world_shapes(c.model, shape);
    assert_false(world_page(c.db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err));
    assert_error(&err, SHEAF_E_LIMIT, "longer than", "bytes-max");
    sheaf_shapes_free(shapes);
    world_run(w, "DELETE FROM corner_package WHERE id > 3");
    corner_close(c);
}

static void a_uuid_may_be_read_as_text(void **state) {
    world *w = world_of(state);
    corner c = corner_open(w, 0);
    check_page(&c,
               "query q { tokens(where: {text: {starts_with: \"ff11\", contains: \"-44\"}}) { id text } }",
               "{\"tokens\":[{\"id\":2,\"text\":\"ff112233-4455-6677-8899-aabbccddeeff\"}]}");
    corner_close(c);
}

int main(void) {
    static const struct CMUnitTest tests[] = {ON_BOTH(a_count_has_no_attributes),
                                              ON_BOTH(a_shared_column_leads_back_to_its_own),
                                              ON_BOTH(an_absent_row_leaves_a_shared_list_once),
                                              ON_BOTH(a_way_back_joins_a_union_in_time),
                                              ON_BOTH(text_has_a_cap),
                                              ON_BOTH(a_null_in_a_key_is_said),
                                              ON_BOTH(a_uuid_may_be_read_as_text)};
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
