/* Through a real pgbouncer in transaction mode. With one server connection for all clients, whatever a
 * transaction leaves behind is found by the next, whoever it is. */
#include <libpq-fe.h>

#include "../test_driver.h"
#include "test_pooler.h"

static const driver *const pg = &driver_pg;

static bool try_open(const test_pooler *p, bool unnamed, driver_connection **ret, sheaf_error *err) {
    char url[512];
    driver_options options = test_options(NULL);
    options.unnamed_statements = unnamed;
    options.statement_timeout_ms = 300;
    test_pooler_url(p, url, sizeof url, getenv("SHEAF_TEST_PG"));
    return pg->open(url, &options, ret, err);
}

static driver_connection *open_through(const test_pooler *p, bool unnamed) {
    driver_connection *c = NULL;
    sheaf_error err = {0};
    if (!try_open(p, unnamed, &c, &err)) fail_msg("%s", err.message);
    return c;
}

#define SESSION                                                                                              \
    "SELECT current_setting('plan_cache_mode'), current_setting('statement_timeout'), "                      \
    "(SELECT count(*) FROM pg_prepared_statements WHERE name <> ''), "                                       \
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"

/* What a client that sets nothing finds in the session that all use. */
static void expect_clean(const test_pooler *p) {
    char url[512];
    test_pooler_url(p, url, sizeof url, getenv("SHEAF_TEST_PG"));
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQexec(c, SESSION);
    if (PQntuples(r) != 1) fail_msg("%s", PQerrorMessage(c));
    static const char *const wanted[] = {"auto", "0", "0", "0"};
    for (int i = 0; i < 4; i++) assert_string_equal(PQgetvalue(r, 0, i), wanted[i]);
    PQclear(r);
    PQfinish(c);
}

static void leaves_nothing_behind(void **state) {
    (void)state;
    test_pooler p;
    test_pooler_start(&p, "default_pool_size=1", NULL);
    driver_connection *a = open_through(&p, true), *b = open_through(&p, true);
    sql_statement pid = QUERY("SELECT pg_backend_pid()", (OUT(INT)));
    driver_call call = {&pid, NULL};
    trial t;
    trial_init(&t, NULL);
    assert_true(pg->round_trip_ns(a) > 0);
    assert_true(trial_run(&t, pg, a, &call, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_true(trial_run(&t, pg, b, &call, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.values[0].i, t.values[1].i); /* both had the one session */
    assert_true(trial_run(&t, pg, a, &call, 1, DRIVER_BEGIN));
    assert_true(trial_run(&t, pg, a, &call, 1, 0));
    pg->finish(a); /* nobody waits for this COMMIT */
    assert_true(trial_run(&t, pg, b, &call, 1, 0));
    assert_true(trial_run(&t, pg, a, &call, 1, 0));
    assert_int_equal(t.cost.trips, 6);
    trial_free(&t);
    sql_statement session = QUERY(SESSION, (OUT(STRING), OUT(STRING), OUT(INT), OUT(INT)));
    EXPECT(pg, a, &session, NULL, "auto|300ms|0|0;");
    expect_clean(&p);
    enum { KEYS = 6000 };
    int64_t *keys = calloc(KEYS, sizeof *keys);
    for (int i = 0; i < KEYS; i++) keys[i] = i;
    sql_key_set set = {.count = KEYS, .ints = {keys}};
    sql_statement by_keys = STATEMENT("SELECT count(*) FROM generate_series(1, 9) i WHERE i = ANY($1)",
                                      (OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    EXPECT(pg, a, &by_keys, &(sql_argument){.keys = &set}, "9;");
    free(keys);
    expect_clean(&p);
    pg->close(a);
    pg->close(b);
    test_pooler_stop(&p);
}

static void errors_end_the_transaction(void **state) {
    (void)state;
    test_pooler p;
    test_pooler_start(&p, "default_pool_size=1", NULL);
    driver_connection *a = open_through(&p, true), *b = open_through(&p, true);
    sql_statement one = QUERY("SELECT 1", (OUT(INT))), wrong = QUERY("SELECT 1 / (SELECT 0)", (OUT(INT))),
                  sleeps = QUERY("SELECT 1 FROM pg_sleep(20)", (OUT(INT)));
    driver_call calls[] = {{&one, NULL}, {&wrong, NULL}};
    for (unsigned flags = 0; flags < 4; flags++) {
        trial t;
        trial_init(&t, NULL);
        assert_false(trial_run(&t, pg, a, calls, 2, flags));
        assert_string_equal(t.err.sqlstate, "22012");
        trial_free(&t);
        EXPECT(pg, b, &one, NULL, "1;");
    }
    EXPECT(pg, a, &sleeps, NULL, "!timeout:statement timeout"); /* the server's: it is SET LOCAL */
    EXPECT(pg, b, &one, NULL, "1;");
    EXPECT(pg, a, &one, NULL, "1;");
    expect_clean(&p);
    pg->close(a);
    pg->close(b);
    test_pooler_stop(&p);
}

static void explains_and_reads_the_catalogue(void **state) {
    (void)state;
    test_pooler p;
    test_pooler_start(&p, "default_pool_size=1", NULL);
    driver_connection *a = open_through(&p, true), *b = open_through(&p, true);
    sql_statement s = STATEMENT("SELECT oid::int8 FROM pg_class WHERE relname = $1", (OUT(BIGINT)),
                                ({SQL_PARAM_TEXT})),
                  wrong = QUERY("SELECT 1 / 0", (OUT(INT)));
    sheaf_error err = {0};
    buffer out;
    buffer_init(&out, NULL);
    for (int i = 0; i < 2; i++) { /* what fails is prepared by then */
        assert_false(pg->explain(i ? a : b, &wrong, &out, &err));
        assert_string_equal(err.sqlstate, "22012");
        buffer_clear(&out);
        if (!pg->explain(i ? b : a, &s, &out, &err)) fail_msg("%s", err.message);
        buffer_byte(&out, '\0');
        assert_non_null(strstr(out.ptr, "$1")); /* generic */
    }
    buffer_free(&out);
    arena memory;
    catalogue read;
    arena_init(&memory, NULL);
    assert_true(pg->catalogue(a, &memory, &read, &err));
    arena_free(&memory);
    expect_clean(&p);
    pg->close(a);
    pg->close(b);
    test_pooler_stop(&p);
}

static void refuses_what_needs_a_session(void **state) {
    (void)state;
    test_pooler p;
    test_pooler_start(&p, "default_pool_size=1", NULL);
    driver_connection *c = open_through(&p, true);
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    sheaf_error err = {0};
    assert_false(pg->lock(c, 0, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_non_null(strstr(err.message, "connect to the server itself"));
    assert_false(pg->script(c, SHEAF_SLICE("SELECT 1"), &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_false(pg->broken(c));
    EXPECT(pg, c, &one, NULL, "1;");
    pg->close(c);
    test_pooler_stop(&p);
}

static void expect_advice(const sheaf_error *err) {
    assert_int_equal(err->code, SHEAF_E_CONNECT);
    if (!strstr(err->message, "set unnamed-statements")) fail_msg("%s", err->message);
}

static void says_what_to_set(void **state) {
    (void)state;
    test_pooler p;
    driver_connection *a = NULL, *b;
    sheaf_error err = {0};
    test_pooler_start(&p, "default_pool_size=1", NULL);
    assert_false(try_open(&p, false, &a, &err));
    expect_advice(&err);
    test_pooler_stop(&p);
    /* One that lets the session's options pass, and the session not. */
    test_pooler_start(&p, "default_pool_size=1", "ignore_startup_parameters=options");
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    driver_call call = {&one, NULL};
    trial t;
    trial_init(&t, NULL);
    a = open_through(&p, false);
    assert_true(trial_run(&t, pg, a, &call, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    b = open_through(&p, false);
    assert_false(trial_run(&t, pg, b, &call, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    expect_advice(&t.err); /* `a` has prepared in its session */
    pg->close(b);
    b = open_through(&p, true);
    sql_statement drop = QUERY("DEALLOCATE ALL", ());
    EXPECT(pg, b, &drop, NULL, ""); /* or whoever uses the pooler next */
    memset(&t.err, 0, sizeof t.err);
    assert_false(trial_run(&t, pg, a, &call, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    expect_advice(&t.err);
    trial_free(&t);
    pg->close(a);
    pg->close(b);
    test_pooler_stop(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_nothing_behind),
        cmocka_unit_test(errors_end_the_transaction),
        cmocka_unit_test(explains_and_reads_the_catalogue),
        cmocka_unit_test(refuses_what_needs_a_session),
        cmocka_unit_test(says_what_to_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
