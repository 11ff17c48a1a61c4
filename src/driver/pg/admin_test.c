#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../base/time.h"
#include "../test_driver.h"

static const driver *const pg = &driver_pg;

static driver_connection *open_with(int statement_timeout_ms) {
    driver_options options = test_options(NULL);
    driver_connection *c = NULL;
    sheaf_error err = {0};
    const char *url = getenv("SHEAF_TEST_PG");
    if (!url) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    options.statement_timeout_ms = statement_timeout_ms;
    if (!pg->open(url, &options, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static bool script(driver_connection *c, const char *sql, sheaf_error *err) {
    return pg->script(c, slice_of(sql), err);
}

static void runs_scripts(void **state) {
    (void)state;
    driver_connection *c = open_with(20000);
    sheaf_error err = {0};
    sql_statement sum = QUERY("SELECT sum(i) FROM driver_script", (OUT(BIGINT)));
    assert_true(script(c, "", &err));
    assert_true(script(c, "-- nothing\n", &err));
    assert_true(script(
        c, "CREATE TEMP TABLE driver_script (i int);\nINSERT INTO driver_script VALUES (1), (2); SELECT 1",
        &err));
    EXPECT(pg, c, &sum, NULL, "3;");
    /* One query is one transaction. */
    assert_false(
        script(c, "INSERT INTO driver_script VALUES (4);\nSELECT 'é',\n  nope FROM driver_script", &err));
    assert_int_equal(err.code, SHEAF_E_DATABASE);
    assert_string_equal(err.sqlstate, "42703");
    assert_string_equal(err.message, "line 3: column \"nope\" does not exist");
    EXPECT(pg, c, &sum, NULL, "3;");
    assert_false(script(c, "SELECT 'shown'::int", &err)); /* a script's values are no secret */
    assert_non_null(strstr(err.message, "shown"));
    assert_false(script(c, "SELECT 1 / 0; SELEC", &err));
    assert_string_equal(err.sqlstate, "42601");
    assert_false(pg->script(c, SHEAF_SLICE("SELECT 1;\0"), &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    EXPECT(pg, c, &sum, NULL, "3;");
    /* A transaction may span scripts and runs. */
    assert_true(script(c, "BEGIN; DELETE FROM driver_script", &err));
    EXPECT(pg, c, &sum, NULL, "-;");
    assert_true(script(c, "ROLLBACK", &err));
    EXPECT(pg, c, &sum, NULL, "3;");
    pg->close(c);
}

static void scripts_have_no_deadline(void **state) {
    (void)state;
    driver_connection *c = open_with(150);
    sheaf_error err = {0};
    sql_statement setting = QUERY("SELECT current_setting('statement_timeout')", (OUT(STRING)));
    assert_true(script(c, "SELECT pg_sleep(0.4)", &err));
    EXPECT(pg, c, &setting, NULL, "150ms;");
    assert_true(script(c, "BEGIN; SELECT pg_sleep(0.4)", &err));
    assert_true(script(c, "SELECT pg_sleep(0.4)", &err));
    assert_false(script(c, "SELECT nope", &err));
    assert_true(script(c, "ROLLBACK", &err));
    EXPECT(pg, c, &setting, NULL, "150ms;");
    assert_false(script(c, "SELECT nope", &err));
    EXPECT(pg, c, &setting, NULL, "150ms;");
    pg->close(c);
}

static void refuses_copy(void **state) {
    (void)state;
    static const char *const copies[] = {"COPY (SELECT 1) TO STDOUT",
                                         "CREATE TEMP TABLE t (i int); COPY t FROM STDIN"};
    for (size_t i = 0; i < COUNT(copies); i++) {
        driver_connection *c = open_with(20000);
        sheaf_error err = {0};
        assert_false(script(c, copies[i], &err));
        assert_int_equal(err.code, SHEAF_E_USAGE);
        assert_true(pg->broken(c));
        assert_false(script(c, "SELECT 1", &err));
        assert_int_equal(err.code, SHEAF_E_CONNECTION_LOST);
        pg->close(c);
    }
}

static void loses_the_connection(void **state) {
    (void)state;
    driver_connection *c = open_with(20000);
    sheaf_error err = {0};
    assert_false(script(c, "SELECT pg_terminate_backend(pg_backend_pid())", &err));
    assert_int_equal(err.code, SHEAF_E_CONNECTION_LOST);
    assert_true(pg->broken(c));
    pg->close(c);
}

static void ends_a_snapshot_first(void **state) {
    (void)state;
    driver_connection *c = open_with(20000);
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    sheaf_error err = {0};
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN));
    assert_true(script(c, "CREATE TEMP TABLE t (i int)", &err)); /* not read-only any more */
    trial_free(&t);
    pg->close(c);
}

static void explains(void **state) {
    (void)state;
    driver_connection *c = open_with(20000);
    sheaf_error err = {0};
    buffer out;
    buffer_init(&out, NULL);
    sql_statement s = STATEMENT(
        "SELECT oid::int8 FROM pg_class WHERE relpages = ANY($1) AND relname = $2 AND reltuples > $3",
        (OUT(BIGINT)), ({SQL_PARAM_KEYS, .key_columns = 1}, {SQL_PARAM_TEXT}, {SQL_PARAM_FLOAT}));
    for (int i = 0; i < 2; i++) {
        buffer_clear(&out);
        assert_true(pg->explain(c, &s, &out, &err));
        buffer_byte(&out, '\0');
        assert_non_null(strstr(out.ptr, " on pg_class"));
        assert_non_null(strstr(out.ptr, "$3")); /* generic */
        assert_int_equal(out.ptr[out.len - 2], '\n');
    }
    sql_statement none = QUERY("SELECT 1", (OUT(INT))), wrong = QUERY("SELECT nope", (OUT(INT)));
    assert_true(pg->explain(c, &none, &out, &err));
    assert_false(pg->explain(c, &wrong, &out, &err));
    assert_string_equal(err.sqlstate, "42703");
    assert_true(pg->explain(c, &none, &out, &err));
    buffer_free(&out);
    pg->close(c);
}

static void locks(void **state) {
    (void)state;
    driver_connection *a = open_with(20000), *b = open_with(20000);
    sheaf_error err = {0};
    assert_true(pg->lock(a, 20000, &err)); /* other tests use this lock as well */
    int64_t start = clock_ns();
    assert_false(pg->lock(b, 120, &err));
    assert_int_equal(err.code, SHEAF_E_BUSY);
    assert_true(clock_ns() - start > 100000000);
    assert_false(pg->lock(b, 0, &err));
    assert_true(script(a, "BEGIN; CREATE TABLE driver_lock (i int)", &err));
    assert_false(script(a, "SELECT nope", &err));
    assert_true(pg->unlock(a, false, &err));
    assert_true(pg->lock(b, 20000, &err));
    assert_true(script(b, "CREATE TEMP TABLE kept (i int); BEGIN; INSERT INTO kept VALUES (1)", &err));
    assert_true(pg->unlock(b, true, &err));
    sql_statement kept = QUERY("SELECT i FROM kept", (OUT(INT))),
                  gone = QUERY("SELECT i FROM driver_lock", (OUT(INT)));
    EXPECT(pg, b, &kept, NULL, "1;");
    EXPECT(pg, b, &gone, NULL, "!database:does not exist");
    pg->close(a);
    pg->close(b);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    pg->close(open_with(20000));
    sql_statement s = STATEMENT("SELECT $1", (OUT(STRING)), ({SQL_PARAM_TEXT}));
    test_memory m = {0};
    while (test_memory_next(&m)) {
        driver_options options = test_options(&m.allocator);
        driver_connection *c;
        sheaf_error err = {0};
        bool ok = pg->open(getenv("SHEAF_TEST_PG"), &options, &c, &err);
        if (ok) {
            buffer out;
            buffer_init(&out, &m.allocator);
            ok = script(c, "SELECT 1", &err) && pg->explain(c, &s, &out, &err);
            buffer_free(&out);
            assert_false(pg->broken(c));
            pg->close(c);
        }
        assert_true(test_memory_clean(&m));
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_scripts),
        cmocka_unit_test(scripts_have_no_deadline),
        cmocka_unit_test(refuses_copy),
        cmocka_unit_test(loses_the_connection),
        cmocka_unit_test(ends_a_snapshot_first),
        cmocka_unit_test(explains),
        cmocka_unit_test(locks),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
