/* The ping, through a relay in this process that holds back what passes, or lets nothing through. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../base/time.h"
#include "../test_driver.h"
#include "pg.h"

typedef struct relay {
    char folder[64];
    struct sockaddr_un server, own;
    int listening;
    atomic_int delay_ms;     /* of each answer */
    atomic_bool silent;      /* what comes is dropped */
    atomic_long from_client; /* bytes */
    pthread_t thread;
} relay;

/* False where the connection ends. */
static bool forward(relay *r, int from, int to, bool answer) {
    char bytes[4096];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0) return false;
    if (!answer) r->from_client += n;
    if (answer && r->delay_ms) poll(NULL, 0, r->delay_ms);
    return r->silent || send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

/* One connection after the other. */
static void *run_relay(void *user) {
    relay *r = user;
    for (int client; (client = accept(r->listening, NULL, NULL)) >= 0;) {
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        bool open = connect(server, (struct sockaddr *)&r->server, sizeof r->server) == 0;
        struct pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        while (open && poll(both, 2, -1) > 0) {
            if (both[0].revents) open = forward(r, client, server, false);
            if (open && both[1].revents) open = forward(r, server, client, true);
        }
        close(server);
        close(client);
    }
    return NULL;
}

static const char *server_folder(void) {
    static char folder[96];
    PQconninfoOption *options = PQconninfoParse(getenv("SHEAF_TEST_PG"), NULL);
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "host") == 0) snprintf(folder, sizeof folder, "%s", o->val);
    PQconninfoFree(options);
    return folder;
}

static struct sockaddr_un socket_in(const char *folder) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%.90s/.s.PGSQL.5432", folder);
    return a;
}

static void relay_start(relay *r) {
    memset(r, 0, sizeof *r);
    if (!getenv("SHEAF_TEST_PG")) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    snprintf(r->folder, sizeof r->folder, "/tmp/sheaf-relay-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    r->server = socket_in(server_folder());
    r->own = socket_in(r->folder);
    r->listening = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(r->listening, (struct sockaddr *)&r->own, sizeof r->own), 0);
    assert_int_equal(listen(r->listening, 5), 0);
    assert_int_equal(pthread_create(&r->thread, NULL, run_relay, r), 0);
}

static void relay_stop(relay *r) {
    shutdown(r->listening, SHUT_RDWR);
    pthread_join(r->thread, NULL);
    close(r->listening);
    unlink(r->own.sun_path);
    rmdir(r->folder);
}

static bool open_through(const relay *r, int connect_timeout_ms, pg **ret, sheaf_error *err) {
    char url[512];
    driver_options options = test_options(NULL);
    options.connect_timeout_ms = connect_timeout_ms;
    snprintf(url, sizeof url, "%s&host=%s", getenv("SHEAF_TEST_PG"), r->folder);
    return driver_pg.open(url, &options, (driver_connection **)ret, err);
}

static pg *begin(relay *r, int delay_ms) {
    pg *c = NULL;
    sheaf_error err = {0};
    relay_start(r);
    r->delay_ms = delay_ms;
    if (!open_through(r, 20000, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static void end(relay *r, pg *c) {
    driver_pg.close((driver_connection *)c);
    relay_stop(r);
}

static int64_t measured(pg *c) {
    return driver_pg.round_trip_ns((driver_connection *)c);
}

/* As if the time had passed. */
static void let_age(pg *c) {
    c->measured_at -= DRIVER_MEASURE_NS;
}

#define MS INT64_C(1000000)

/* What the client has sent, once more than `before` has come; libpq sends a COMMIT and its Sync at once. */
static long when_passed(const relay *r, long before) {
    while (r->from_client == before) usleep(1000);
    return r->from_client;
}

static void measures_at_connect_and_again(void **state) {
    (void)state;
    relay r;
    pg *c = begin(&r, 20);
    assert_true(measured(c) >= 20 * MS);
    assert_int_equal(measured(c), 0); /* told, and not yet due again */
    long sent = r.from_client;
    assert_int_equal(measured(c), 0);
    assert_int_equal(r.from_client, sent); /* nobody was asked */
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    trial t;
    trial_init(&t, NULL);
    assert_true(
        trial_run(&t, &driver_pg, (driver_connection *)c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN));
    sent = r.from_client; /* all of it, since it was answered */
    driver_pg.finish((driver_connection *)c);
    sent = when_passed(&r, sent);
    r.delay_ms = 40;
    let_age(c);
    assert_true(measured(c) >= 40 * MS);       /* behind the COMMIT whose answer was owed */
    assert_int_equal(r.from_client, sent + 5); /* one Sync: a far link is asked once */
    assert_int_equal(measured(c), 0);
    r.delay_ms = 0;
    let_age(c);
    assert_true(measured(c) > 0);
    assert_true(trial_run(&t, &driver_pg, (driver_connection *)c, &(driver_call){&one, NULL}, 1, 0));
    assert_int_equal(t.cost.trips, 2);
    assert_string_equal(trial_text(&t), "1;1;");
    trial_free(&t);
    end(&r, c);
}

static void silence_breaks_the_connection(void **state) {
    (void)state;
    relay r;
    pg *c = begin(&r, 0);
    assert_true(measured(c) > 0);
    c->connect_timeout_ms = 100;
    r.silent = true;
    let_age(c);
    assert_true(driver_pg.alive((driver_connection *)c)); /* nothing tells */
    assert_int_equal(measured(c), 0);
    assert_true(driver_pg.broken((driver_connection *)c));
    assert_int_equal(measured(c), 0);
    end(&r, c);
}

static void a_lost_connection_is_no_measurement(void **state) {
    (void)state;
    relay r;
    pg *c = begin(&r, 0);
    measured(c);
    let_age(c);
    shutdown(PQsocket(c->conn), SHUT_RDWR);
    assert_int_equal(measured(c), 0);
    assert_true(driver_pg.broken((driver_connection *)c));
    end(&r, c);
}

/* The server may fall silent after it has let the client in: that is no connection either. */
static void opening_includes_the_ping(void **state) {
    (void)state;
    relay r;
    relay_start(&r);
    pg *c = NULL;
    sheaf_error err = {0};
    r.silent = true;
    assert_false(open_through(&r, 100, &c, &err));
    assert_int_equal(err.code, SHEAF_E_TIMEOUT);
    assert_string_equal(err.message, "no connection within 100 ms");
    relay_stop(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_at_connect_and_again),
        cmocka_unit_test(silence_breaks_the_connection),
        cmocka_unit_test(a_lost_connection_is_no_measurement),
        cmocka_unit_test(opening_includes_the_ping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
