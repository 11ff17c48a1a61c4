#include "../test_driver.h"

static const driver *const lite = &driver_sqlite;

static const char setup[] =
    "CREATE TABLE parent (a INT, b TEXT COLLATE NOCASE, c, PRIMARY KEY (b, a)) WITHOUT ROWID;"
    "CREATE TABLE \"Odd \"\"name\" (id INTEGER PRIMARY KEY, i INT NOT NULL, f REAL, p DECIMAL(10,2), v "
    "VARCHAR(20), bo BOOLEAN,"
    " ts TIMESTAMP, dt DATETIME, da DATE, u UUID, j JSON, by BLOB, d DOUBLE PRECISION, other POINT, pa, pb,"
    " g INT AS (i + 1) STORED, own REFERENCES \"odd \"\"NAME\", FOREIGN KEY (pb, pa) REFERENCES Parent (B, "
    "a), UNIQUE (i, f));"
    "CREATE INDEX odd_down ON \"Odd \"\"name\" (v DESC, i);"
    "CREATE INDEX odd_partial ON \"Odd \"\"name\" (d) WHERE i > 0;"
    "CREATE INDEX odd_expression ON \"Odd \"\"name\" (lower(v));"
    "CREATE TABLE worded (name TEXT PRIMARY KEY, n);"
    "CREATE TABLE \"child\" (x REFERENCES worded, FOREIGN KEY (x) REFERENCES nowhere);"
    "CREATE VIEW looks AS SELECT a, b FROM parent; CREATE VIEW ruined AS SELECT nope FROM nowhere;"
    "CREATE VIRTUAL TABLE words USING fts5(body);"
    "INSERT INTO worded VALUES ('a', 1), ('b', 2); ANALYZE";

static const catalogue_table *find(const catalogue *c, const char *name) {
    return catalogue_find_table(c, (sheaf_slice){NULL, 0}, slice_of(name));
}

static void check_columns(const catalogue_table *t) {
    static const struct {
        const char *name, *declared;
        db_type type;
        bool nullable;
    } wanted[] = {
        {"id", "INTEGER", DB_INT64, false},
        {"i", "INT", DB_INT64, false},
        {"f", "REAL", DB_FLOAT64, true},
        {"p", "DECIMAL(10,2)", DB_NUMERIC, true},
        {"v", "VARCHAR(20)", DB_TEXT, true},
        {"bo", "BOOLEAN", DB_BOOL, true},
        {"ts", "TIMESTAMP", DB_TIMESTAMPTZ, true},
        {"dt", "DATETIME", DB_TIMESTAMPTZ, true},
        {"da", "DATE", DB_DATE, true},
        {"u", "UUID", DB_UUID, true},
        {"j", "JSON", DB_JSON, true},
        {"by", "BLOB", DB_BYTES, true},
        {"d", "DOUBLE PRECISION", DB_FLOAT64, true},
        {"other", "POINT", DB_INT64, true}, /* as SQLite's own rule has it */
        {"pa", "", DB_ANY, true},
        {"pb", "", DB_ANY, true},
        {"g", "INT", DB_INT64, true},
        {"own", "", DB_ANY, true},
    };
    assert_int_equal(t->column_count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_slice(t->columns[i].name, wanted[i].name);
        assert_slice(t->columns[i].declared, wanted[i].declared);
        assert_int_equal(t->columns[i].type, wanted[i].type);
        assert_int_equal(t->columns[i].nullable, wanted[i].nullable);
        assert_true(t->columns[i].c_collated);
    }
}

static void check_indexes(const catalogue *c) {
    const catalogue_table *odd = find(c, "Odd \"name"), *parent = find(c, "parent"),
                          *worded = find(c, "worded");
    assert_int_equal(odd->index_count, 3);
    assert_slice(odd->indexes[0].name, "odd_down");
    assert_false(odd->indexes[0].unique || odd->indexes[0].primary);
    assert_int_equal(odd->indexes[0].column_count, 2);
    assert_slice(odd->indexes[0].columns[0], "v");
    assert_true(odd->indexes[0].descending[0] && !odd->indexes[0].descending[1]);
    assert_true(odd->indexes[1].unique && !odd->indexes[1].primary);
    assert_true(odd->indexes[2].primary && odd->indexes[2].unique); /* the table itself */
    assert_int_equal(odd->indexes[2].column_count, 1);
    assert_slice(odd->indexes[2].columns[0], "id");
    assert_int_equal(parent->index_count, 1);
    assert_true(parent->indexes[0].primary);
    assert_slice(parent->indexes[0].columns[0], "b");
    assert_slice(parent->indexes[0].columns[1], "a");
    assert_int_equal(worded->index_count, 1);
    assert_true(worded->indexes[0].primary);
    assert_false(worded->columns[0].nullable);
}

static void check_foreign_keys(const catalogue *c) {
    const catalogue_table *odd = find(c, "Odd \"name"), *child = find(c, "child");
    assert_int_equal(odd->foreign_key_count, 2);
    const catalogue_foreign_key *pair = &odd->foreign_keys[0], *own = &odd->foreign_keys[1];
    assert_int_equal(pair->column_count, 2);
    assert_slice(pair->to_schema, "main");
    assert_slice(pair->to_table, "parent"); /* as the table is spelt */
    assert_slice(pair->columns[0], "pb");
    assert_slice(pair->to_columns[0], "b");
    assert_slice(pair->columns[1], "pa");
    assert_slice(pair->to_columns[1], "a");
    assert_slice(own->to_table, "Odd \"name");
    assert_slice(own->to_columns[0], "id"); /* which it leaves out */
    assert_int_equal(child->foreign_key_count, 2);
    assert_slice(child->foreign_keys[1].to_columns[0], "name");
    assert_slice(child->foreign_keys[0].to_table, "nowhere");
    assert_null(child->foreign_keys[0].to_columns[0].ptr);
}

static driver_connection *open_one(const sheaf_allocator *allocator, sheaf_error *err) {
    driver_options options = test_options(allocator);
    driver_connection *c = NULL;
    return lite->open("sqlite::memory:", &options, &c, err) ? c : NULL;
}

static void reads_everything(void **state) {
    (void)state;
    sheaf_error err = {0};
    driver_connection *c = open_one(NULL, &err);
    arena memory;
    catalogue found;
    arena_init(&memory, NULL);
    if (!lite->script(c, slice_of(setup), &err)) fail_msg("%s", err.message);
    if (!lite->catalogue(c, &memory, &found, &err)) fail_msg("%s", err.message);
    lite->close(c);
    assert_slice(found.default_schema, "main");
    assert_true(found.sqlite);
    assert_int_equal(found.table_count, 12);
    check_columns(find(&found, "Odd \"name"));
    check_indexes(&found);
    check_foreign_keys(&found);
    assert_false(find(&found, "parent")->columns[1].c_collated);
    assert_true(find(&found, "parent")->columns[1].folds);
    assert_false(find(&found, "parent")->columns[0].folds);
    assert_true(find(&found, "worded")->rows == 2);
    assert_true(find(&found, "Odd \"name")->rows == -1);
    assert_true(find(&found, "looks")->view);
    assert_int_equal(find(&found, "looks")->column_count, 2);
    assert_int_equal(find(&found, "ruined")->column_count, 0);
    assert_string_equal(find(&found, "looks")->kind, "a view");
    assert_true(find(&found, "words")->view);
    assert_string_equal(find(&found, "words")->kind, "a virtual table");
    assert_null(find(&found, "words")->shadow_of.ptr);
    assert_slice(find(&found, "words_data")->shadow_of, "words");
    assert_false(find(&found, "words_data")->view);
    assert_null(find(&found, "worded")->shadow_of.ptr);
    assert_null(find(&found, "worded")->kind);
    arena_free(&memory);
}

static void reads_an_empty_database(void **state) {
    (void)state;
    sheaf_error err = {0};
    driver_connection *c = open_one(NULL, &err);
    arena memory;
    catalogue found;
    arena_init(&memory, NULL);
    assert_true(lite->catalogue(c, &memory, &found, &err));
    assert_int_equal(found.table_count, 0);
    arena_free(&memory);
    lite->close(c);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        sheaf_error err = {0};
        arena memory;
        catalogue found;
        arena_init(&memory, &m.allocator);
        driver_connection *c = open_one(&m.allocator, &err);
        bool ok = c && lite->script(c, slice_of(setup), &err) && lite->catalogue(c, &memory, &found, &err);
        if (c) lite->close(c);
        arena_free(&memory);
        assert_true(test_memory_clean(&m));
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_everything),
        cmocka_unit_test(reads_an_empty_database),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
