/* Prepared statements that the server outdates or forgets between two realises, and caches too small for a
 * plan: right answers, no error, the same connection. */
#include <libpq-fe.h>
#include <stdlib.h>

#include "world.h"

static const char changing_model[] =
    "type Part @table(name: \"part\", plural: \"parts\") {\n"
    "  id: ID! name: String! size: Int! box: Box! @ref(column: \"box_id\") }\n"
    "type Box @table(name: \"box\", plural: \"boxes\") { id: ID! label: String! weight: Int! }\n"
    "type Shelf @table(name: \"shelf\", plural: \"shelves\") { id: ID! place: String! }\n";

static const char changing_sql[] =
    "DROP TABLE IF EXISTS part, box, shelf;"
    "CREATE TABLE shelf (id BIGINT PRIMARY KEY, place TEXT NOT NULL);"
    "CREATE TABLE box (id BIGINT PRIMARY KEY, label TEXT NOT NULL, weight INTEGER NOT NULL);"
    "CREATE TABLE part (id BIGINT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, box_id BIGINT NOT "
    "NULL);"
    "INSERT INTO shelf VALUES (1, 'left'), (2, 'right');"
    "INSERT INTO box VALUES (1, 'red', 3), (2, 'blue', 4);"
    "INSERT INTO part VALUES (1, 'nut', 7, 2), (2, 'bolt', 8, 1);";

static PGconn *raw_of(sheaf_db *db, sheaf_raw **ret) {
    sheaf_error err = {0};
    if (!(*ret = sheaf_raw_take(db, &err))) fail_msg("%s", err.message);
    return sheaf_raw_handle(db, *ret);
}

static int backend(sheaf_db *db) {
    sheaf_raw *raw;
    int pid = PQbackendPID(raw_of(db, &raw));
    sheaf_raw_give(db, raw);
    return pid;
}

/* On the connection that the next realise will use. */
static void run_inside(sheaf_db *db, const char *sql) {
    sheaf_raw *raw;
    PGresult *result = PQexec(raw_of(db, &raw), sql);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    sheaf_raw_give(db, raw);
}

static long number_inside(sheaf_db *db, const char *sql) {
    sheaf_raw *raw;
    PGresult *result = PQexec(raw_of(db, &raw), sql);
    assert_int_equal(PQntuples(result), 1);
    long n = atol(PQgetvalue(result, 0, 0));
    PQclear(result);
    sheaf_raw_give(db, raw);
    return n;
}

/* Shelves and parts in the first trip, in this order; the parts' boxes in the second. */
static sheaf_context *declare(sheaf_db *db, sheaf_group **ret_shelves, sheaf_group **ret_parts,
                              sheaf_group **ret_boxes) {
    sheaf_context *c = sheaf_context_new(db);
    *ret_shelves = sheaf_search(c, "shelf", SHEAF_ALL);
    *ret_parts = sheaf_search(c, "part", SHEAF_ALL);
    *ret_boxes = sheaf_follow(*ret_parts, "box", NULL);
    sheaf_need(*ret_shelves, "place");
    sheaf_need(*ret_parts, "name", "size");
    sheaf_need(*ret_boxes, "label", "weight");
    return c;
}

static sheaf_stats expect_answer(sheaf_db *db, const char *sizes) {
    sheaf_group *shelves, *parts, *boxes;
    sheaf_context *c = declare(db, &shelves, &parts, &boxes);
    realise(c);
    assert_string_equal(world_list(shelves, "place"), "left right");
    assert_string_equal(world_list(parts, "name"), "nut bolt");
    assert_string_equal(world_list(parts, "size"), sizes);
    assert_string_equal(world_list(boxes, "label"), "blue red");
    assert_string_equal(world_list(boxes, "weight"), "4 3");
    sheaf_stats stats = sheaf_context_stats(c);
    sheaf_context_free(c);
    return stats;
}

static void ddl_between_realises(void **state) {
    world *w = world_of(state);
    static const struct {
        const char *sql, *inside;
        uint64_t statements, trips; /* more than without */
    } changes[] = {
        {NULL, NULL, 0, 0},
        {"ALTER TABLE part ALTER size TYPE BIGINT", NULL, 1, 1},        /* the second of the first trip */
        {"ALTER TABLE box ALTER weight TYPE BIGINT", NULL, 2, 2},       /* the second trip's */
        {"ALTER TABLE shelf ALTER place TYPE VARCHAR(40)", NULL, 0, 1}, /* the very first: nothing was read */
        {"ALTER TABLE box ALTER weight TYPE SMALLINT; ALTER TABLE part ALTER size TYPE SMALLINT", NULL, 1, 1},
        {"ALTER TABLE part ADD COLUMN colour TEXT", NULL, 0, 0},
        {"CREATE INDEX ON part (box_id)", NULL, 0, 0},
        {changing_sql, NULL, 0, 1}, /* gone and made again, with its first types */
        {NULL, "DEALLOCATE ALL", 0, 1},
        {NULL, "DISCARD ALL", 0, 1},
        {"ALTER TABLE part ALTER size TYPE BIGINT", "DISCARD ALL", 0, 1},
        {NULL, NULL, 0, 0},
    };
    world_run(w, changing_sql);
    sheaf_model *model = world_read_model(changing_model, NULL);
    sheaf_db *db = world_open(w, model, &(sheaf_options){.pool_size = 1});
    sheaf_stats usual = expect_answer(db, "7 8");
    int pid = backend(db);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (changes[i].sql) world_run(w, changes[i].sql);
        if (changes[i].inside) run_inside(db, changes[i].inside);
        sheaf_stats stats = expect_answer(db, "7 8");
        if (stats.statements != usual.statements + changes[i].statements ||
            stats.trips != usual.trips + changes[i].trips || stats.rows != usual.rows)
            fail_msg("change %zu: %d statements, %d trips", i, (int)stats.statements, (int)stats.trips);
        assert_int_equal(backend(db), pid);
    }
    sheaf_close(db);
    sheaf_model_free(model);
    world_run(w, "DROP TABLE part, box, shelf");
}

/* What the model does not allow any more is an error, again and again, and ends with its cause. */
static void ddl_that_does_not_fit(void **state) {
    world *w = world_of(state);
    static const struct {
        const char *sql, *undo;
        sheaf_code code;
    } changes[] = {
        {"ALTER TABLE part ALTER size TYPE TEXT",
         "ALTER TABLE part ALTER size TYPE INTEGER USING size::INTEGER", SHEAF_E_DATA},
        {"ALTER TABLE box RENAME weight TO mass", "ALTER TABLE box RENAME mass TO weight", SHEAF_E_DATABASE},
        {"ALTER TABLE box RENAME TO crate", "ALTER TABLE crate RENAME TO box", SHEAF_E_DATABASE},
    };
    world_run(w, changing_sql);
    sheaf_model *model = world_read_model(changing_model, NULL);
    sheaf_db *db = world_open(w, model, &(sheaf_options){.pool_size = 1});
    expect_answer(db, "7 8");
    int pid = backend(db);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        world_run(w, changes[i].sql);
        for (int again = 0; again < 2; again++) {
            sheaf_group *shelves, *parts, *boxes;
            sheaf_context *c = declare(db, &shelves, &parts, &boxes);
            sheaf_error err = {0};
            assert_false(sheaf_realise(c, &err));
            if (err.code != changes[i].code) fail_msg("%s: %s", sheaf_code_name(err.code), err.message);
            sheaf_context_free(c);
        }
        world_run(w, changes[i].undo);
        expect_answer(db, "7 8");
    }
    assert_int_equal(backend(db), pid);
    sheaf_close(db);
    sheaf_model_free(model);
    world_run(w, "DROP TABLE part, box, shelf");
}

/* A plan of many statements, and room for fewer. */
static void caches_smaller_than_a_plan(void **state) {
    world *w = world_of(state);
    static const char text[] =
        "query page { distros(order: [{name: ASC}]) { name packages_count hot_packages(limit: 2) { url\n"
        "  maintainer { name packages_count } uploaders { name } bugs { title } hottest_bug { title } } } "
        "}\n";
    sheaf_shapes *set = world_shapes(w->model, text);
    const sheaf_shape *shape = sheaf_shapes_find(set, "page");
    char *right = NULL, *json = NULL;
    sheaf_error err = {0};
    assert_true(world_page(w->db, shape, NULL, 0, &right, &err));
    for (int max = 1; max < 4; max++) {
        sheaf_db *db = world_open(w, w->model, &(sheaf_options){.pool_size = 1, .statements_max = max});
        int pid = backend(db);
        for (int i = 0; i < 3; i++) {
            if (!world_page(db, shape, NULL, 0, &json, &err)) fail_msg("%s", err.message);
            assert_string_equal(json, right);
            free(json);
            assert_int_equal(number_inside(db, "SELECT count(*) FROM pg_prepared_statements"
                                               " WHERE name ~ '^s[0-9a-f]{16}$'"),
                             max);
        }
        assert_int_equal(backend(db), pid);
        sheaf_close(db);
    }
    free(right);
    sheaf_shapes_free(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_PG(ddl_between_realises), ON_PG(ddl_that_does_not_fit),
                                       ON_PG(caches_smaller_than_a_plan)};
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
