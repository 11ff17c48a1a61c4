#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../base/time.h"
#include "../test_driver.h"

static const driver *const lite = &driver_sqlite;

static driver_connection *open_one(const char *url) {
    driver_options options = test_options(NULL);
    driver_connection *c = NULL;
    sheaf_error err = {0};
    if (!lite->open(url, &options, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static void runs_scripts(void **state) {
    (void)state;
    driver_connection *c = open_one("sqlite::memory:");
    sheaf_error err = {0};
    sql_statement sum = QUERY("SELECT sum(i) FROM t", (OUT(BIGINT)));
    static const char trigger[] =
        "/* a; b */ CREATE TABLE t (i); CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET i = i; END;;\n"
        "INSERT INTO t VALUES (1), (2); SELECT * FROM t; -- the end";
    assert_true(lite->script(c, SHEAF_SLICE(""), &err));
    assert_true(lite->script(c, SHEAF_SLICE(" \n-- nothing\n ;"), &err));
    assert_true(lite->script(c, slice_of(trigger), &err));
    EXPECT(lite, c, &sum, NULL, "3;");
    assert_true(
        lite->script(c, (sheaf_slice){"DELETE FROM t; garbage", 14}, &err)); /* not a byte more than given */
    EXPECT(lite, c, &sum, NULL, "-;");
    lite->close(c);
}

static void tells_the_line(void **state) {
    (void)state;
    static const struct {
        const char *sql, *message;
    } cases[] = {
        {"SELECT 1;\n\nSELECT 2,\n  nope", "line 4: no such column: nope"},
        {"SELEC", "line 1: near \"SELEC\": syntax error"},
        {"SELECT 1;\n\n INSERT INTO nowhere VALUES (1)", "line 3: no such table: nowhere"},
        {"CREATE TABLE t (i NOT NULL);\nINSERT INTO t VALUES (NULL)",
         "line 2: NOT NULL constraint failed: t.i"},
        {"SELECT 'open", "line 1: unrecognized token"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        driver_connection *c = open_one("sqlite::memory:");
        sheaf_error err = {0};
        assert_false(lite->script(c, slice_of(cases[i].sql), &err));
        assert_int_equal(err.code, SHEAF_E_DATABASE);
        if (!strstr(err.message, cases[i].message)) fail_msg("%s", err.message);
        lite->close(c);
    }
    driver_connection *c = open_one("sqlite::memory:");
    sheaf_error err = {0};
    assert_false(lite->script(c, SHEAF_SLICE("SELECT 1;\0SELECT 2"), &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    lite->close(c);
}

static void explains_as_a_tree(void **state) {
    (void)state;
    driver_connection *c = open_one("sqlite::memory:");
    sheaf_error err = {0};
    buffer out;
    buffer_init(&out, NULL);
    assert_true(lite->script(c, SHEAF_SLICE("CREATE TABLE t (id INTEGER PRIMARY KEY, i)"), &err));
    sql_statement s = STATEMENT("SELECT i FROM t WHERE id IN (SELECT id FROM t WHERE i = ?1)", (OUT(INT)),
                                ({SQL_PARAM_INT}));
    assert_true(lite->explain(c, &s, &out, &err));
    assert_slice(buffer_view(&out),
                 "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)\nLIST SUBQUERY 1\n  SCAN t\n");
    sql_statement wrong = QUERY("SELECT nope FROM t", (OUT(INT)));
    assert_false(lite->explain(c, &wrong, &out, &err));
    assert_int_equal(err.code, SHEAF_E_DATABASE);
    buffer_free(&out);
    test_memory m = {0};
    while (test_memory_next(&m)) {
        driver_options options = test_options(&m.allocator);
        driver_connection *other;
        bool ok = lite->open("sqlite::memory:", &options, &other, &err);
        buffer_init(&out, &m.allocator);
        if (ok) {
            sql_statement one = QUERY("SELECT 1 UNION ALL SELECT 2", (OUT(INT)));
            ok = lite->explain(other, &one, &out, &err);
            lite->close(other);
        }
        buffer_free(&out);
        assert_true(test_memory_clean(&m));
        assert_true(ok != m.failed);
        if (!ok) assert_int_equal(err.code, SHEAF_E_MEMORY);
    }
    lite->close(c);
}

static void locks(void **state) {
    (void)state;
    char folder[256], url[300];
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/sheaf-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(url, sizeof url, "sqlite:%s/a.db", folder);
    driver_connection *a = open_one(url), *b = open_one(url);
    sheaf_error err = {0};
    sql_statement count = QUERY("SELECT count(*) FROM t", (OUT(INT)));
    assert_true(lite->lock(a, 0, &err));
    int64_t start = clock_ns();
    assert_false(lite->lock(b, 120, &err));
    assert_int_equal(err.code, SHEAF_E_BUSY);
    assert_true(clock_ns() - start > 50000000);
    assert_true(lite->script(a, SHEAF_SLICE("CREATE TABLE t (i); INSERT INTO t VALUES (1)"), &err));
    trial t;
    trial_init(&t, NULL);
    /* A snapshot within the lock is the lock's transaction, and does not end it. */
    assert_true(trial_run(&t, lite, a, &(driver_call){&count, NULL}, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    lite->finish(a);
    assert_string_equal(trial_text(&t), "1;");
    trial_free(&t);
    assert_false(sqlite3_get_autocommit(lite->raw(a)));
    assert_true(lite->unlock(a, true, &err));
    EXPECT(lite, b, &count, NULL, "1;");
    assert_true(lite->lock(b, 0, &err));
    assert_true(lite->script(b, SHEAF_SLICE("DELETE FROM t"), &err));
    assert_true(lite->unlock(b, false, &err));
    EXPECT(lite, a, &count, NULL, "1;");
    /* A commit that fails rolls back. */
    assert_true(lite->lock(a, 0, &err));
    assert_true(lite->script(a,
                             SHEAF_SLICE("CREATE TABLE c (i REFERENCES t (i) DEFERRABLE INITIALLY DEFERRED);"
                                         "CREATE UNIQUE INDEX t_i ON t (i); INSERT INTO c VALUES (7)"),
                             &err));
    assert_false(lite->unlock(a, true, &err));
    assert_int_equal(err.code, SHEAF_E_DATABASE);
    assert_false(lite->broken(a));
    assert_true(lite->lock(b, 0, &err));
    assert_true(lite->unlock(b, true, &err));
    lite->close(a);
    lite->close(b);
    unlink(url + strlen("sqlite:"));
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_scripts),
        cmocka_unit_test(tells_the_line),
        cmocka_unit_test(explains_as_a_tree),
        cmocka_unit_test(locks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
