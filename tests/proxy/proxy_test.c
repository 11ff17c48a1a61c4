/* The proxy before a server that sends back what it gets. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../src/base/time.h"
#include "echo.h"
#include "proxy.h"
#include "test.h"

#define MS INT64_C(1000000)

typedef struct fixture {
    echo *server;
    proxy *p;
} fixture;

static int start(void **state) {
    static fixture f;
    sheaf_error err = {0};
    if (!echo_start(&f.server, &err) ||
        !proxy_start(&(proxy_options){.to_dir = echo_dir(f.server), .tcp = true}, &f.p, &err)) {
        print_error("%s\n", err.message);
        return -1;
    }
    *state = &f;
    return 0;
}

static int stop(void **state) {
    fixture *f = *state;
    proxy_stop(f->p);
    echo_stop(f->server);
    return 0;
}

static int connect_to(proxy *p) {
    int s = echo_connect(proxy_dir(p));
    assert_true(s >= 0);
    return s;
}

static int64_t timed(int s, size_t size) {
    int64_t before = clock_ns();
    assert_true(echo_ask(s, size));
    return clock_ns() - before;
}

/* What can still be read, up to `room`; *ret_error the errno that ended it, 0 for an end in order. */
static size_t rest(int s, char *out, size_t room, int *ret_error) {
    size_t len = 0;
    ssize_t n;
    while ((n = recv(s, out + len, room - len, 0)) > 0) len += (size_t)n;
    *ret_error = n < 0 ? errno : 0;
    return len;
}

static void send_all(int s, const char *bytes, size_t len) {
    assert_int_equal(send(s, bytes, len, MSG_NOSIGNAL), len);
}

/* ---- Passing on -----------------------------------------------------------------------------------------*/

static void passes_and_counts(void **state) {
    proxy *p = ((fixture *)*state)->p;
    int unix_socket = connect_to(p), tcp = echo_connect_tcp(proxy_tcp_port(p));
    assert_true(tcp >= 0);
    for (size_t size = 5; size < 4096; size = 2 * size + 1) {
        assert_true(echo_ask(unix_socket, size));
        assert_true(echo_ask(tcp, size));
    }
    proxy_counts before = proxy_look(p);
    for (int i = 0; i < 7; i++) assert_true(echo_ask(i % 2 ? tcp : unix_socket, 20));
    proxy_counts after = proxy_look(p);
    for (int d = 0; d < PROXY_DIRECTIONS; d++) {
        assert_int_equal(after.messages[d] - before.messages[d], 7);
        assert_int_equal(after.bytes[d] - before.bytes[d], 7 * 20);
    }
    assert_int_equal(after.trips - before.trips, 7);
    assert_int_equal(after.open, 2);
    assert_int_equal(after.connections, 2);
    close(unix_socket);
    close(tcp);
    while (proxy_look(p).open) poll(NULL, 0, 1);
}

/* A batch is one trip, however many messages it has, and whatever pieces it comes in. */
static void a_batch_is_one_trip(void **state) {
    proxy *p = ((fixture *)*state)->p;
    char batch[6 * 11], got[sizeof batch];
    int s = connect_to(p);
    for (size_t i = 0; i < 6; i++) echo_message(batch + 11 * i, 11);
    proxy_set_rtt(p, 200 * MS); /* no answer comes in between */
    proxy_counts before = proxy_look(p);
    for (size_t at = 0; at < sizeof batch; at += 3) send_all(s, batch + at, 3);
    assert_true(echo_read(s, got, sizeof got));
    assert_memory_equal(batch, got, sizeof got);
    proxy_counts after = proxy_look(p);
    assert_int_equal(after.messages[PROXY_TO_SERVER] - before.messages[PROXY_TO_SERVER], 6);
    assert_int_equal(after.messages[PROXY_TO_CLIENT] - before.messages[PROXY_TO_CLIENT], 6);
    assert_int_equal(after.trips - before.trips, 1);
    close(s);
}

/* More than all buffers on the way hold, against a client that reads late. */
static void much_passes_whole(void **state) {
    proxy *p = ((fixture *)*state)->p;
    enum { SIZE = 24 << 20 };
    char *bytes = malloc(SIZE), *got = malloc(SIZE);
    assert_true(bytes && got);
    echo_message(bytes, SIZE);
    for (uint32_t i = 5; i < SIZE; i++) bytes[i] = (char)(i * 2654435761u >> 24);
    for (int rtt = 0; rtt < 2; rtt++) {
        int s = connect_to(p);
        proxy_set_rtt(p, rtt * MS);
        size_t sent = 0, read = 0;
        while (read < SIZE) {
            struct pollfd poller = {s, (short)(sent < SIZE ? POLLIN | POLLOUT : POLLIN), 0};
            assert_int_equal(poll(&poller, 1, 20000), 1);
            ssize_t n = 0;
            if (poller.revents & POLLOUT)
                sent +=
                    (n = send(s, bytes + sent, SIZE - sent, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0 ? (size_t)n : 0;
            else
                read += (n = recv(s, got + read, SIZE - read, MSG_DONTWAIT)) > 0 ? (size_t)n : 0;
            assert_true(n > 0 || (n < 0 && errno == EAGAIN));
        }
        assert_memory_equal(bytes, got, SIZE);
        close(s);
    }
    free(bytes);
    free(got);
}

/* ---- The delay ------------------------------------------------------------------------------------------*/

static void no_trip_is_shorter_than_the_delay(void **state) {
    static const int64_t delays[] = {MS / 5, MS, 5 * MS};
    proxy *p = ((fixture *)*state)->p;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        proxy_set_rtt(p, delays[i]);
        int s = connect_to(p);
        for (int round = 0; round < 20; round++) assert_true(timed(s, 100) >= delays[i]);
        close(s);
    }
    proxy_counts counts = proxy_look(p);
    assert_true(counts.late_ns >= 0 && counts.late_max_ns * (int64_t)counts.chunks >= counts.late_ns);
}

/* Chunks are late, not slow: twenty that are sent one after another do not wait for each other. Twenty trips
 * take at least twenty delays; were the stream slowed to a chunk in a delay, it would take as many. */
static void a_stream_is_delayed_not_slowed(void **state) {
    enum { CHUNKS = 20 };
    proxy *p = ((fixture *)*state)->p;
    int s = connect_to(p);
    char message[50], got[CHUNKS * sizeof message];
    echo_message(message, sizeof message);
    proxy_set_rtt(p, 20 * MS);
    int64_t before = clock_ns();
    for (int i = 0; i < CHUNKS; i++) {
        int64_t until = clock_ns() + MS / 10;
        while (clock_ns() < until) {
        }
        send_all(s, message, sizeof message);
    }
    assert_true(echo_read(s, got, sizeof got));
    int64_t stream = clock_ns() - before, trips = 0;
    for (int i = 0; i < CHUNKS; i++) trips += timed(s, sizeof message);
    assert_true(trips >= CHUNKS * 20 * MS);
    assert_true(stream >= 20 * MS && stream < trips / 3);
    close(s);
}

static void another_delay_is_for_what_follows(void **state) {
    proxy *p = ((fixture *)*state)->p;
    int s = connect_to(p);
    proxy_set_rtt(p, 30 * MS);
    assert_true(timed(s, 9) >= 30 * MS);
    proxy_set_rtt(p, 0);
    assert_true(timed(s, 9) >= 0);
    proxy_set_rtt(p, 10 * MS);
    assert_true(timed(s, 9) >= 10 * MS);
    close(s);
}

/* ---- Cuts -----------------------------------------------------------------------------------------------*/

/* Three messages are sent; how many of their bytes come back with this rule. */
static size_t echoed(proxy *p, int s, const proxy_cut_rule *rule, int *ret_error) {
    enum { SIZE = 30 };
    char messages[3 * SIZE], got[sizeof messages + 1];
    for (size_t i = 0; i < 3; i++) echo_message(messages + i * SIZE, SIZE);
    uint64_t cuts = proxy_look(p).cuts;
    proxy_cut(p, rule);
    send_all(s, messages, sizeof messages);
    size_t len = rest(s, got, sizeof got, ret_error);
    assert_memory_equal(got, messages, len);
    assert_int_equal(proxy_look(p).cuts, cuts + 1);
    close(s);
    return len;
}

/* What the server has sent until the cut is there; what it would have sent is not. */
static void cuts_what_the_server_sends(void **state) {
    static const struct {
        uint64_t message;
        proxy_place place;
        size_t bytes;
    } cases[] = {{1, PROXY_BEFORE, 0}, {1, PROXY_HALF, 15},  {1, PROXY_AFTER, 30}, {2, PROXY_BEFORE, 30},
                 {2, PROXY_HALF, 45},  {2, PROXY_AFTER, 60}, {3, PROXY_HALF, 75},  {3, PROXY_AFTER, 90}};
    proxy *p = ((fixture *)*state)->p;
    for (int way = 0; way < 4; way++) {
        proxy_set_rtt(p, way / 2 * 2 * MS);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            int s = way % 2 ? echo_connect_tcp(proxy_tcp_port(p)) : connect_to(p), error;
            assert_true(s >= 0);
            proxy_cut_rule rule = {PROXY_TO_CLIENT, cases[i].message, cases[i].place, PROXY_CLOSE, false};
            assert_int_equal(echoed(p, s, &rule, &error), cases[i].bytes);
            assert_int_equal(error, 0);
        }
    }
}

/* The server answers with what it got, unless the cut was faster. */
static void cuts_what_the_client_sends(void **state) {
    proxy *p = ((fixture *)*state)->p;
    for (uint64_t message = 1; message <= 3; message++)
        for (int place = 0; place < PROXY_PLACE_COUNT; place++) {
            proxy_cut_rule rule = {PROXY_TO_SERVER, message, (proxy_place)place, PROXY_CLOSE, false};
            int error;
            uint64_t bytes = proxy_look(p).bytes[PROXY_TO_SERVER];
            size_t passed = 30 * (message - 1) + 15 * (size_t)place;
            assert_true(echoed(p, connect_to(p), &rule, &error) <= passed);
            assert_int_equal(proxy_look(p).bytes[PROXY_TO_SERVER] - bytes, ECHO_STARTUP_SIZE + passed);
        }
}

static void a_reset_is_an_error(void **state) {
    proxy *p = ((fixture *)*state)->p;
    int s = echo_connect_tcp(proxy_tcp_port(p)), error;
    assert_true(s >= 0);
    proxy_cut_rule rule = {PROXY_TO_CLIENT, 1, PROXY_BEFORE, PROXY_RESET, false};
    assert_int_equal(echoed(p, s, &rule, &error), 0);
    assert_int_equal(error, ECONNRESET);
}

/* Nothing comes any more, not even an end; the connection goes when the client leaves. */
static void a_stall_keeps_the_connection(void **state) {
    proxy *p = ((fixture *)*state)->p;
    char message[20], got[10];
    int s = connect_to(p), other = connect_to(p);
    proxy_cut(p, &(proxy_cut_rule){PROXY_TO_CLIENT, 1, PROXY_HALF, PROXY_STALL, false});
    echo_message(message, sizeof message);
    send_all(s, message, sizeof message);
    assert_true(echo_read(s, got, sizeof got)); /* the half */
    send_all(s, message, sizeof message);
    assert_true(echo_ask(other, 20)); /* others go on */
    assert_int_equal(poll(&(struct pollfd){s, POLLIN, 0}, 1, 20), 0);
    assert_int_equal(proxy_look(p).open, 2);
    close(s);
    while (proxy_look(p).open == 2) poll(NULL, 0, 1);
    close(other);
}

/* One cut, and then the link is well again; or nobody gets through until it is told to be. */
static void after_a_cut(void **state) {
    proxy *p = ((fixture *)*state)->p;
    for (int refuse = 0; refuse < 2; refuse++) {
        int error;
        proxy_cut_rule rule = {PROXY_TO_CLIENT, 1, PROXY_BEFORE, PROXY_CLOSE, refuse};
        echoed(p, connect_to(p), &rule, &error);
        uint64_t refused = proxy_look(p).refused;
        int s = echo_connect(proxy_dir(p));
        assert_int_equal(s < 0, refuse);
        assert_int_equal(proxy_look(p).refused, refused + (refuse ? 1 : 0));
        if (s >= 0) close(s);
        proxy_cut(p, NULL);
        s = connect_to(p);
        assert_true(echo_ask(s, 20));
        close(s);
    }
}

/* Startup messages are counted and cut like others. */
static void cuts_at_the_startup(void **state) {
    proxy *p = ((fixture *)*state)->p;
    for (int d = 0; d < PROXY_DIRECTIONS; d++)
        for (int place = 0; place < PROXY_AFTER; place++) {
            proxy_cut(p, &(proxy_cut_rule){(proxy_direction)d, d == PROXY_TO_CLIENT ? 2 : 1,
                                           (proxy_place)place, PROXY_CLOSE, false});
            assert_true(echo_connect(proxy_dir(p)) < 0);
        }
    close(connect_to(p));
}

static void drops_all(void **state) {
    proxy *p = ((fixture *)*state)->p;
    int s[3];
    char byte;
    for (int i = 0; i < 3; i++) s[i] = connect_to(p);
    proxy_drop(p);
    assert_int_equal(proxy_look(p).open, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(recv(s[i], &byte, 1, 0), 0);
        close(s[i]);
    }
    close(connect_to(p));
}

/* ---- Starting -------------------------------------------------------------------------------------------*/

static void without_a_server(void **state) {
    (void)state;
    proxy *p = NULL;
    sheaf_error err;
    char path[160];
    assert_false(proxy_start(&(proxy_options){0}, &p, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_true(proxy_start(&(proxy_options){.to_dir = "/nowhere"}, &p, &err));
    assert_true(echo_connect(proxy_dir(p)) < 0);
    assert_int_equal(proxy_look(p).refused, 1);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", proxy_dir(p));
    assert_int_equal(access(path, F_OK), 0);
    char dir[128];
    snprintf(dir, sizeof dir, "%s", proxy_dir(p));
    proxy_stop(p);
    assert_int_equal(access(dir, F_OK), -1);
    proxy_stop(NULL);
}

static void the_socket(void **state) {
    fixture *f = *state;
    proxy *p = NULL;
    sheaf_error err;
    char folder[] = "/tmp/sheaf-link-test-XXXXXX", path[64], longer[200];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/.s.PGSQL.6000", folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    int left = socket(AF_UNIX, SOCK_STREAM, 0); /* as a process leaves it that was killed */
    assert_int_equal(bind(left, (struct sockaddr *)&address, sizeof address), 0);
    close(left);
    proxy_options options = {.to_dir = echo_dir(f->server), .dir = folder, .port = 6000};
    assert_true(proxy_start(&options, &p, &err));
    proxy *second = NULL;
    assert_false(proxy_start(&options, &second, &err));
    assert_int_equal(err.code, SHEAF_E_BUSY);
    assert_int_equal(access(path, F_OK), 0); /* the first one's still */
    assert_int_equal(proxy_port(p), 6000);
    proxy_stop(p);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(folder), 0);
    assert_false(proxy_start(&options, &p, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    options.dir = longer;
    assert_false(proxy_start(&options, &p, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
}

static void urls(void **state) {
    fixture *f = *state;
    char url[400], wanted[400], dir[64];
    int port = 0;
    sheaf_error err;
    snprintf(wanted, sizeof wanted, "user='o\\'x' dbname='d' host='%s' port='5432'", proxy_dir(f->p));
    assert_true(
        proxy_url(f->p, "postgresql://h:77/d?user=o'x&hostaddr=1.2.3.4", PROXY_UNIX, url, sizeof url, &err));
    assert_string_equal(url, wanted);
    snprintf(wanted, sizeof wanted, "dbname='d' host='127.0.0.1' port='%d'", proxy_tcp_port(f->p));
    assert_true(proxy_url(f->p, "dbname=d host=/x", PROXY_TCP, url, sizeof url, &err));
    assert_string_equal(url, wanted);
    assert_false(proxy_url(f->p, "dbname=d", PROXY_UNIX, url, 20, &err));
    assert_int_equal(err.code, SHEAF_E_LIMIT);
    assert_false(proxy_url(f->p, "dbname", PROXY_UNIX, url, sizeof url, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_true(proxy_server_of("postgresql:///d?host=%2Fa%2Fb&port=77", dir, sizeof dir, &port, &err));
    assert_string_equal(dir, "/a/b");
    assert_int_equal(port, 77);
    assert_true(proxy_server_of("host=/a", dir, sizeof dir, &port, &err));
    assert_int_equal(port, 5432);
    static const char *const bad[] = {"host=localhost", "dbname=d",       "host=/a,/b",
                                      "host=/a port=x", "host=/a port=0", "="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(proxy_server_of(bad[i], dir, sizeof dir, &port, &err));
        assert_int_equal(err.code, SHEAF_E_USAGE);
    }
    proxy *p = NULL;
    assert_false(proxy_start(&(proxy_options){.url = "host=localhost"}, &p, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
}

#define WITH_PROXY(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void) {
    static const struct CMUnitTest tests[] = {
        WITH_PROXY(passes_and_counts),
        WITH_PROXY(a_batch_is_one_trip),
        WITH_PROXY(much_passes_whole),
        WITH_PROXY(no_trip_is_shorter_than_the_delay),
        WITH_PROXY(a_stream_is_delayed_not_slowed),
        WITH_PROXY(another_delay_is_for_what_follows),
        WITH_PROXY(cuts_what_the_server_sends),
        WITH_PROXY(cuts_what_the_client_sends),
        WITH_PROXY(a_reset_is_an_error),
        WITH_PROXY(a_stall_keeps_the_connection),
        WITH_PROXY(after_a_cut),
        WITH_PROXY(cuts_at_the_startup),
        WITH_PROXY(drops_all),
        cmocka_unit_test(without_a_server),
        WITH_PROXY(the_socket),
        WITH_PROXY(urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
