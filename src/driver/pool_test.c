#include "pool.h"

#include <pthread.h>

#include "../base/time.h"
#include "fake/fake.h"
#include "test_driver.h"

static pool *new_pool(const driver *d, const char *url, size_t size, int wait_ms) {
    driver_options options = test_options(NULL);
    pool *p = NULL;
    sheaf_error err;
    assert_true(pool_new(d, url, &options, size, wait_ms, &p, &err));
    return p;
}

static driver_connection *take(pool *p, bool wanted_fresh) {
    driver_connection *c = NULL;
    sheaf_error err;
    bool fresh = !wanted_fresh;
    if (!pool_take(p, &c, &fresh, &err)) fail_msg("%s", err.message);
    assert_int_equal(fresh, wanted_fresh);
    return c;
}

static void lends(void **state) {
    (void)state;
    fake f = {0};
    pool *p = new_pool(&driver_fake, fake_url_of(&f).text, 2, 20);
    assert_ptr_equal(pool_driver(p), &driver_fake);
    assert_int_equal(f.opens, 0);
    driver_connection *a = take(p, true), *b = take(p, true), *c = NULL;
    sheaf_error err;
    int64_t start = clock_ns();
    assert_false(pool_take(p, &c, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_BUSY);
    assert_true(clock_ns() - start >= 19000000);
    pool_give(p, a);
    pool_give(p, b);
    assert_int_equal(pool_look(p).open, 2);
    assert_int_equal(pool_look(p).idle, 2);
    assert_ptr_equal(take(p, false), b); /* the one used last */
    pool_give(p, b);
    pool_free(p);
    assert_int_equal(f.closes, 2);
    pool_free(NULL);
}

static void heals(void **state) {
    (void)state;
    fake f = {.fail_run = 1, .fail_code = SHEAF_E_CONNECTION_LOST, .fail_breaks = true};
    pool *p = new_pool(&driver_fake, fake_url_of(&f).text, 1, 0);
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    driver_connection *c = take(p, true);
    EXPECT(&driver_fake, c, &one, NULL, "!connection_lost:");
    pool_give(p, c);
    assert_int_equal(f.closes, 1);
    assert_int_equal(pool_look(p).open, 0);
    pool_give(p, take(p, true));
    pool_give(p, take(p, false));
    f.dead = true; /* the server restarts */
    c = take(p, true);
    assert_int_equal(f.closes, 2);
    pool_give(p, c);
    f.fail_open = f.opens + 1;
    sheaf_error err;
    assert_false(pool_take(p, &c, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_CONNECT);
    assert_int_equal(pool_look(p).open, 0); /* the place is free again */
    f.dead = false;
    pool_give(p, take(p, true));
    pool_free(p);
    assert_int_equal(f.opens, f.closes + 1); /* one of them failed */
}

static void knows_the_round_trip(void **state) {
    (void)state;
    fake f = {0};
    pool *p = new_pool(&driver_fake, fake_url_of(&f).text, 2, 0);
    static const int64_t measured[] = {0, 500, 700, 400, 90000, 90000, 90000, 90000, 0, 300};
    static const int64_t wanted[] = {0, 500, 500, 400, 400, 400, 400, 90000, 90000, 300};
    for (size_t i = 0; i < COUNT(measured); i++) {
        f.round_trip_ns = measured[i];
        pool_give(p, take(p, i == 0));
        assert_int_equal(pool_round_trip(p), wanted[i]);
    }
    f.round_trip_ns = -1; /* it does not answer: replaced, and the new one neither */
    driver_connection *c = take(p, true);
    assert_int_equal(f.opens, 2);
    assert_int_equal(f.closes, 1);
    assert_true(driver_fake.broken(c));
    pool_give(p, c);
    assert_int_equal(pool_look(p).open, 0);
    assert_int_equal(pool_round_trip(p), 300);
    pool_free(p);
    p = new_pool(&driver_sqlite, "sqlite::memory:", 1, 0);
    pool_give(p, take(p, true));
    assert_int_equal(pool_round_trip(p), 0); /* nothing travels */
    pool_free(p);
}

static void ends_snapshots(void **state) {
    (void)state;
    fake f = {0};
    pool *p = new_pool(&driver_fake, fake_url_of(&f).text, 1, 0);
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    trial t;
    trial_init(&t, NULL);
    driver_connection *c = take(p, true);
    assert_true(trial_run(&t, &driver_fake, c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN));
    pool_give(p, c);
    assert_int_equal(f.ends, 1);
    trial_free(&t);
    pool_free(p);
}

static void *work(void *user) {
    pool *p = user;
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    for (int i = 0; i < 200; i++) {
        driver_connection *c;
        trial t;
        if (!pool_take(p, &c, NULL, NULL)) return p;
        trial_init(&t, NULL);
        trial_run(&t, pool_driver(p), c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN | DRIVER_COMMIT);
        trial_free(&t);
        pool_give(p, c);
    }
    return NULL;
}

static void serves_threads(void **state) {
    (void)state;
    fake f = {.fail_run = 100, .fail_code = SHEAF_E_CONNECTION_LOST, .fail_breaks = true};
    fake_url url = fake_url_of(&f);
    const char *urls[] = {url.text, "sqlite::memory:", getenv("SHEAF_TEST_PG")};
    const driver *drivers[] = {&driver_fake, &driver_sqlite, &driver_pg};
    for (size_t k = 0; k < COUNT(urls) && urls[k]; k++) {
        pool *p = new_pool(drivers[k], urls[k], 3, 10000);
        pthread_t threads[8];
        for (size_t i = 0; i < COUNT(threads); i++)
            assert_int_equal(pthread_create(&threads[i], NULL, work, p), 0);
        for (size_t i = 0; i < COUNT(threads); i++) {
            void *failed;
            pthread_join(threads[i], &failed);
            assert_null(failed);
        }
        assert_in_range(pool_look(p).open, 1, k == 1 ? 1 : 3);
        assert_int_equal(pool_look(p).open, pool_look(p).idle);
        pool_free(p);
    }
    assert_int_equal(f.opens, f.closes);
    assert_int_equal(f.runs, 1600);
}

static void private_databases_have_one_connection(void **state) {
    (void)state;
    pool *p = new_pool(&driver_sqlite, "sqlite::memory:", 8, 0);
    sheaf_error err;
    driver_connection *c = take(p, true), *second;
    assert_false(pool_take(p, &second, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_BUSY);
    assert_true(driver_sqlite.script(c, SHEAF_SLICE("CREATE TABLE t (i)"), &err));
    pool_give(p, c);
    sql_statement count = QUERY("SELECT count(*) FROM t", (OUT(INT)));
    c = take(p, false);
    EXPECT(&driver_sqlite, c, &count, NULL, "0;");
    pool_give(p, c);
    pool_free(p);
}

static void replaces_what_the_server_has_ended(void **state) {
    (void)state;
    const char *base = getenv("SHEAF_TEST_PG");
    if (!base) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    char url[512];
    sheaf_error err;
    snprintf(url, sizeof url, "%s%capplication_name=sheaf_pool_test", base, strchr(base, '?') ? '&' : '?');
    pool *p = new_pool(&driver_pg, url, 2, 0);
    driver_connection *a = take(p, true), *b = take(p, true);
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    pool_give(p, b);
    if (!driver_pg.script(
            a,
            SHEAF_SLICE("DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                        "WHERE application_name = 'sheaf_pool_test' AND pid <> pg_backend_pid(); END $$"),
            &err))
        fail_msg("%s", err.message);
    b = take(p, true);
    EXPECT(&driver_pg, b, &one, NULL, "1;");
    pool_give(p, a);
    pool_give(p, b);
    assert_int_equal(pool_look(p).idle, 2);
    pool_free(p);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        fake f = {0};
        driver_options options = test_options(&m.allocator);
        pool *p = NULL;
        driver_connection *c;
        sheaf_error err = {0};
        bool ok = pool_new(&driver_fake, fake_url_of(&f).text, &options, 2, 0, &p, &err) &&
                  pool_take(p, &c, NULL, &err);
        if (ok) pool_give(p, c);
        pool_free(p);
        assert_true(test_memory_clean(&m));
        assert_true(ok != m.failed);
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
        assert_int_equal(f.opens, f.closes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lends),
        cmocka_unit_test(heals),
        cmocka_unit_test(knows_the_round_trip),
        cmocka_unit_test(ends_snapshots),
        cmocka_unit_test(serves_threads),
        cmocka_unit_test(private_databases_have_one_connection),
        cmocka_unit_test(replaces_what_the_server_has_ended),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
