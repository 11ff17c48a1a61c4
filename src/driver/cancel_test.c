/* Every wait ends that would not end by itself: another thread cancels it. The runner's own timeout tells of
 * one that does not. */
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake/fake.h"
#include "pool.h"
#include "test_driver.h"

enum { NEVER_MS = 3600000 };

static void *cancel_soon(void *user) {
    poll(NULL, 0, 30);
    sheaf_cancel(user);
    return NULL;
}

typedef struct canceller {
    sheaf_cancellation cancellation;
    driver_options options;
    pthread_t thread;
} canceller;

/* Options without a deadline. */
static void set_up(canceller *x) {
    *x = (canceller){.options = test_options(NULL)};
    x->options.connect_timeout_ms = x->options.statement_timeout_ms = x->options.busy_timeout_ms = NEVER_MS;
    x->options.cancellation = &x->cancellation;
}

static void start(canceller *x) {
    assert_int_equal(pthread_create(&x->thread, NULL, cancel_soon, &x->cancellation), 0);
}

static void check_cancelled(canceller *x, bool ok, const sheaf_error *err) {
    assert_int_equal(pthread_join(x->thread, NULL), 0);
    assert_false(ok);
    if (err->code != SHEAF_E_CANCELLED) fail_msg("%s: %s", sheaf_code_name(err->code), err->message);
    assert_string_equal(err->message, "cancelled");
}

static driver_connection *open_at(const driver *d, const char *url, const canceller *x) {
    driver_connection *c = NULL;
    sheaf_error err;
    if (!d->open(url, &x->options, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static void run_cancelled(const driver *d, driver_connection *c, canceller *x, const sql_statement *s) {
    trial t;
    trial_init(&t, NULL);
    start(x);
    bool ok = trial_run(&t, d, c, &(driver_call){s, NULL}, 1, DRIVER_BEGIN);
    check_cancelled(x, ok, &t.err);
    trial_free(&t);
}

static const char *server(void) {
    const char *url = getenv("SHEAF_TEST_PG");
    if (!url) skip();
    return url;
}

static void none_is_never_asked(void **state) {
    (void)state;
    sheaf_cancellation cancellation = {0};
    sheaf_error err = {0};
    assert_false(driver_cancelled(NULL, &err));
    assert_false(driver_cancelled(&cancellation, &err));
    assert_int_equal(err.code, SHEAF_OK);
    sheaf_cancel(&cancellation);
    sheaf_cancel(&cancellation);
    assert_true(driver_cancelled(&cancellation, NULL));
    assert_true(driver_cancelled(&cancellation, &err));
    assert_int_equal(err.code, SHEAF_E_CANCELLED);
}

static void waiting_for_a_connection(void **state) {
    (void)state;
    fake f = {0};
    canceller x;
    pool *p;
    driver_connection *only, *other = NULL;
    sheaf_error err;
    set_up(&x);
    assert_true(pool_new(&driver_fake, fake_url_of(&f).text, &x.options, 1, NEVER_MS, &p, &err));
    assert_true(pool_take(p, &only, NULL, &err));
    start(&x);
    check_cancelled(&x, pool_take(p, &other, NULL, &err), &err);
    assert_null(other);
    pool_give(p, only);
    assert_false(pool_take(p, &other, NULL, &err)); /* for good */
    assert_int_equal(err.code, SHEAF_E_CANCELLED);
    assert_int_equal(pool_look(p).idle, 1);
    pool_free(p);
}

static void computing_in_sqlite(void **state) {
    (void)state;
    canceller x;
    sql_statement endless = QUERY(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", (OUT(INT)));
    set_up(&x);
    driver_connection *c = open_at(&driver_sqlite, "sqlite::memory:", &x);
    run_cancelled(&driver_sqlite, c, &x, &endless);
    assert_false(driver_sqlite.broken(c));
    driver_sqlite.close(c);
}

static void waiting_for_a_lock_of_sqlite(void **state) {
    (void)state;
    canceller holder, x, y;
    char url[200];
    const char *folder = getenv("TMPDIR");
    snprintf(url, sizeof url, "sqlite:%s/cancel_test.db", folder ? folder : "/tmp");
    unlink(url + strlen("sqlite:"));
    set_up(&holder);
    set_up(&x);
    set_up(&y);
    driver_connection *locked = open_at(&driver_sqlite, url, &holder);
    sheaf_error err;
    assert_true(driver_sqlite.script(locked, SHEAF_SLICE("CREATE TABLE t (a)"), &err));
    driver_connection *c = open_at(&driver_sqlite, url, &x), *d = open_at(&driver_sqlite, url, &y);
    assert_true(driver_sqlite.script(locked, SHEAF_SLICE("BEGIN EXCLUSIVE"), &err));
    sql_statement one = QUERY("SELECT count(*) FROM t", (OUT(INT)));
    run_cancelled(&driver_sqlite, c, &x, &one);
    start(&y);
    check_cancelled(&y, driver_sqlite.lock(d, NEVER_MS, &err), &err);
    driver_sqlite.close(d);
    driver_sqlite.close(c);
    driver_sqlite.close(locked);
    unlink(url + strlen("sqlite:"));
}

static void waiting_for_postgresql(void **state) {
    (void)state;
    const char *url = server();
    sql_statement sleeps = QUERY("SELECT 1 FROM pg_sleep(3600)", (OUT(INT)));
    canceller x;
    sheaf_error err;
    set_up(&x);
    x.options.statement_timeout_ms = 120000; /* when the server ends it */
    driver_connection *c = open_at(&driver_pg, url, &x);
    run_cancelled(&driver_pg, c, &x, &sleeps);
    assert_true(driver_pg.broken(c));
    assert_false(driver_pg.script(c, SHEAF_SLICE("SELECT 1"), &err));
    driver_pg.close(c);
    set_up(&x);
    x.options.statement_timeout_ms = 120000;
    c = open_at(&driver_pg, url, &x);
    start(&x);
    check_cancelled(
        &x, driver_pg.script(c, SHEAF_SLICE("SET statement_timeout = 120000; SELECT pg_sleep(3600)"), &err),
        &err);
    driver_pg.close(c);
}

/* To a server that takes connections and says nothing. */
static void connecting_to_postgresql(void **state) {
    (void)state;
    char folder[] = "/tmp/sheaf-cancel-XXXXXX", url[100];
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    assert_non_null(mkdtemp(folder));
    snprintf(own.sun_path, sizeof own.sun_path, "%s/.s.PGSQL.5432", folder);
    snprintf(url, sizeof url, "host=%s port=5432 user=nobody", folder);
    int silent = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(silent, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(listen(silent, 4), 0);
    canceller x;
    driver_connection *c = NULL;
    sheaf_error err;
    set_up(&x);
    start(&x);
    check_cancelled(&x, driver_pg.open(url, &x.options, &c, &err), &err);
    assert_null(c);
    close(silent);
    unlink(own.sun_path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_never_asked),    cmocka_unit_test(waiting_for_a_connection),
        cmocka_unit_test(computing_in_sqlite),    cmocka_unit_test(waiting_for_a_lock_of_sqlite),
        cmocka_unit_test(waiting_for_postgresql), cmocka_unit_test(connecting_to_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
