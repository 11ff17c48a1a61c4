#include <stdlib.h>

#include "../test_driver.h"

static const driver *const pg = &driver_pg;

static driver_connection *open_one(const sheaf_allocator *allocator, sheaf_error *err) {
    driver_options options = test_options(allocator);
    driver_connection *c = NULL;
    const char *url = getenv("SHEAF_TEST_PG");
    if (!url) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    return pg->open(url, &options, &c, err) ? c : NULL;
}

static void run_script(const char *sql) {
    sheaf_error err = {0};
    driver_connection *c = open_one(NULL, &err);
    if (!c || !pg->script(c, slice_of(sql), &err)) fail_msg("%s", err.message);
    pg->close(c);
}

static const char setup[] =
    "DROP SCHEMA IF EXISTS driver_cat CASCADE; CREATE SCHEMA driver_cat; SET search_path = driver_cat;"
    "CREATE DOMAIN price AS numeric(10, 2) NOT NULL;"
    "CREATE COLLATION words (provider = libc, locale = 'C.UTF-8');"
    "CREATE TYPE mood AS ENUM ('good', 'bad');"
    "CREATE DOMAIN kept AS char(3) COLLATE words; CREATE DOMAIN kept_on AS kept NOT NULL;"
    "CREATE TABLE bases (k kept_on, m mood, v varchar(3), i int);"
    "CREATE TABLE parent (a bigint, b text COLLATE \"C\", gone int, c text COLLATE words, PRIMARY KEY (b, "
    "a));"
    "ALTER TABLE parent DROP COLUMN gone;"
    "CREATE TABLE \"Odd \"\"name\" (id smallint PRIMARY KEY, i int NOT NULL, f real, d double precision, p "
    "price,"
    " v varchar(20), n bpchar, bo bool, ts timestamp, tz timestamptz(3), da date, u uuid, j json, jb jsonb, "
    "by bytea,"
    " m mood, l text[], pa bigint, pb text, FOREIGN KEY (pb, pa) REFERENCES parent (b, a),"
    " UNIQUE (i, f)) ;"
    "CREATE INDEX odd_down ON \"Odd \"\"name\" (v DESC, i) INCLUDE (d);"
    "CREATE INDEX odd_partial ON \"Odd \"\"name\" (d) WHERE i > 0;"
    "CREATE INDEX odd_expression ON \"Odd \"\"name\" (lower(v));"
    "CREATE INDEX odd_hash ON \"Odd \"\"name\" USING hash (u);"
    "COMMENT ON TABLE \"Odd \"\"name\" IS 'A table.'; COMMENT ON COLUMN \"Odd \"\"name\".i IS 'An integer.';"
    "CREATE VIEW looks AS SELECT a, b FROM parent; CREATE MATERIALIZED VIEW made AS SELECT a FROM parent;"
    "CREATE TABLE parted (at date NOT NULL, i int REFERENCES \"Odd \"\"name\") PARTITION BY RANGE (at);"
    "CREATE TABLE parted_1 PARTITION OF parted DEFAULT; INSERT INTO parent VALUES (1, 'x', 'y'); ANALYZE "
    "parent;"
    "RESET search_path";

static const catalogue_table *find(const catalogue *c, const char *name) {
    return catalogue_find_table(c, SHEAF_SLICE("driver_cat"), slice_of(name));
}

static void check_columns(const catalogue_table *t) {
    static const struct {
        const char *name, *declared;
        db_type type;
        bool nullable;
    } wanted[] = {
        {"id", "smallint", DB_INT16, false},
        {"i", "integer", DB_INT32, false},
        {"f", "real", DB_FLOAT32, true},
        {"d", "double precision", DB_FLOAT64, true},
        {"p", "driver_cat.price", DB_NUMERIC, false},
        {"v", "character varying(20)", DB_TEXT, true},
        {"n", "bpchar", DB_ANY, true},
        {"bo", "boolean", DB_BOOL, true},
        {"ts", "timestamp without time zone", DB_TIMESTAMP, true},
        {"tz", "timestamp(3) with time zone", DB_TIMESTAMPTZ, true},
        {"da", "date", DB_DATE, true},
        {"u", "uuid", DB_UUID, true},
        {"j", "json", DB_JSON, true},
        {"jb", "jsonb", DB_JSONB, true},
        {"by", "bytea", DB_BYTES, true},
        {"m", "driver_cat.mood", DB_ANY, true},
        {"l", "text[]", DB_ANY, true},
        {"pa", "bigint", DB_INT64, true},
        {"pb", "text", DB_TEXT, true},
    };
    assert_int_equal(t->column_count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_slice(t->columns[i].name, wanted[i].name);
        assert_slice(t->columns[i].declared, wanted[i].declared);
        assert_int_equal(t->columns[i].type, wanted[i].type);
        assert_int_equal(t->columns[i].nullable, wanted[i].nullable);
        assert_false(t->columns[i].hidden);
    }
    assert_slice(t->columns[1].comment, "An integer.");
    assert_null(t->columns[0].comment.ptr);
}

static void check_indexes(const catalogue_table *t) {
    assert_int_equal(t->index_count, 3);
    assert_true(t->indexes[0].primary && t->indexes[0].unique);
    assert_slice(t->indexes[0].columns[0], "id");
    assert_slice(t->indexes[1].name, "Odd \"name_i_f_key");
    assert_true(t->indexes[1].unique && !t->indexes[1].primary);
    assert_slice(t->indexes[2].name, "odd_down");
    assert_false(t->indexes[2].unique);
    assert_int_equal(t->indexes[2].column_count, 2); /* not what it includes */
    assert_slice(t->indexes[2].columns[0], "v");
    assert_true(t->indexes[2].descending[0] && !t->indexes[2].descending[1]);
}

static void check_foreign_keys(const catalogue *c) {
    const catalogue_table *t = find(c, "Odd \"name"), *parted = find(c, "parted");
    assert_int_equal(t->foreign_key_count, 1);
    const catalogue_foreign_key *key = &t->foreign_keys[0];
    assert_int_equal(key->column_count, 2);
    assert_slice(key->to_schema, "driver_cat");
    assert_slice(key->to_table, "parent");
    assert_slice(key->columns[0], "pb");
    assert_slice(key->to_columns[0], "b");
    assert_slice(key->columns[1], "pa");
    assert_slice(key->to_columns[1], "a");
    assert_int_equal(parted->foreign_key_count, 1);
    assert_slice(parted->foreign_keys[0].to_table, "Odd \"name");
}

static void check_bases(const catalogue_table *t) {
    static const struct {
        const char *name, *declared, *base, *collation;
        db_type type;
    } wanted[] = {
        {"k", "driver_cat.kept_on", "bpchar", "driver_cat.words", DB_ANY},
        {"m", "driver_cat.mood", "driver_cat.mood", NULL, DB_ANY},
        {"v", "character varying(3)", "character varying", "pg_catalog.\"default\"", DB_TEXT},
        {"i", "integer", "integer", NULL, DB_INT32},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const catalogue_column *c = &t->columns[i];
        assert_slice(c->declared, wanted[i].declared);
        assert_slice(c->base, wanted[i].base);
        assert_true(slice_is(c->collation, wanted[i].collation));
        assert_int_equal(c->type, wanted[i].type);
        assert_false(c->folds);
    }
}

static void reads_everything(void **state) {
    (void)state;
    sheaf_error err = {0};
    driver_connection *c = open_one(NULL, &err);
    run_script(setup);
    arena memory;
    catalogue found;
    arena_init(&memory, NULL);
    assert_true(pg->catalogue(c, &memory, &found, &err));
    pg->close(c); /* what was read stays */
    const catalogue_table *odd = find(&found, "Odd \"name"), *parent = find(&found, "parent");
    assert_slice(found.default_schema, "public");
    assert_non_null(odd);
    assert_slice(odd->comment, "A table.");
    check_columns(odd);
    check_indexes(odd);
    check_foreign_keys(&found);
    assert_int_equal(parent->column_count, 3);
    assert_true(parent->rows == 1);
    assert_true(odd->rows == -1);
    assert_true(catalogue_find_column(parent, SHEAF_SLICE("b"))->c_collated);
    assert_false(catalogue_find_column(parent, SHEAF_SLICE("c"))->c_collated);
    assert_slice(parent->indexes[0].columns[0], "b");
    check_bases(find(&found, "bases"));
    assert_true(find(&found, "looks")->view);
    assert_int_equal(find(&found, "looks")->column_count, 2);
    assert_string_equal(find(&found, "looks")->kind, "a view");
    assert_true(find(&found, "made")->view);
    assert_string_equal(find(&found, "made")->kind, "a materialised view");
    assert_false(find(&found, "parted")->view);
    assert_null(find(&found, "parted")->kind);
    assert_null(find(&found, "parted_1"));
    assert_null(catalogue_find_table(&found, SHEAF_SLICE("pg_catalog"), SHEAF_SLICE("pg_class")));
    arena_free(&memory);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    sheaf_error err = {0};
    pg->close(open_one(NULL, &err));
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena memory;
        catalogue found = {0};
        err = (sheaf_error){0};
        arena_init(&memory, &m.allocator);
        driver_connection *c = open_one(&m.allocator, &err);
        bool ok = c && pg->catalogue(c, &memory, &found, &err);
        if (c) pg->close(c);
        arena_free(&memory);
        assert_true(test_memory_clean(&m));
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
    }
    run_script("DROP SCHEMA IF EXISTS driver_cat CASCADE");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_everything),
                                       cmocka_unit_test(survives_lack_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
