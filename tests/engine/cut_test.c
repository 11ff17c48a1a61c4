/* PostgreSQL connections that break: cut at any byte of an answer, at any moment of a realise, by a server
 * that restarts. Always the right bytes or a typed error, never a short result; and the next realise works.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "world.h"

static const char shape_text[] = "query page { distros(order: [{name: ASC}]) { name packages_count\n"
                                 "  hot_packages(limit: 3) { url maintainer { name email } uploaders { name "
                                 "} bugs { title heat } hottest_bug { title } } } }\n";

/* ---- A proxy before the server's socket
 * ------------------------------------------------------------------*/

enum { CUT_NEVER = -1 };

typedef struct proxy {
    struct sockaddr_un server;
    char folder[64], path[96];
    int listening;
    atomic_long left;   /* bytes that the server may still send before its connection is cut; CUT_NEVER */
    atomic_bool all;    /* the connections that follow are cut at once, too */
    atomic_long passed; /* bytes sent by the server */
    pthread_t thread;
} proxy;

static bool write_all(int to, const char *bytes, size_t size) {
    while (size) {
        ssize_t n = send(to, bytes, size, MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Moves what has come; false where the connection ends. */
static bool forward(proxy *p, int from, int to, bool from_server) {
    char bytes[4096];
    ssize_t n = read(from, bytes, sizeof bytes);
    if (n <= 0) return false;
    if (!from_server) return write_all(to, bytes, (size_t)n);
    long left = p->left;
    size_t pass = left != CUT_NEVER && left < n ? (size_t)left : (size_t)n;
    p->passed += (long)pass;
    if (!write_all(to, bytes, pass)) return false;
    if (left == CUT_NEVER) return true;
    if (left < n) {
        p->left = p->all ? 0 : CUT_NEVER;
        return false;
    }
    p->left = left - n;
    return true;
}

static void serve(proxy *p, int client) {
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    bool open = connect(server, (struct sockaddr *)&p->server, sizeof p->server) == 0;
    struct pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (open && poll(both, 2, -1) > 0) {
        if (open && both[0].revents) open = forward(p, client, server, false);
        if (open && both[1].revents) open = forward(p, server, client, true);
    }
    close(server);
    close(client);
}

/* One connection at a time: the pool of these tests has no more. */
static void *run_proxy(void *user) {
    proxy *p = user;
    for (int client; (client = accept(p->listening, NULL, NULL)) >= 0;) serve(p, client);
    return NULL;
}

static void find_server(struct sockaddr_un *ret) {
    PQconninfoOption *options = PQconninfoParse(getenv("SHEAF_TEST_PG"), NULL);
    const char *host = NULL;
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "host") == 0) host = o->val;
    assert_non_null(host);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(ret->sun_path, sizeof ret->sun_path, "%s/.s.PGSQL.5432", host);
    PQconninfoFree(options);
}

static void proxy_start(proxy *p) {
    memset(p, 0, sizeof *p);
    p->left = CUT_NEVER;
    find_server(&p->server);
    snprintf(p->folder, sizeof p->folder, "/tmp/sheaf-cut-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/.s.PGSQL.5432", p->folder);
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    snprintf(own.sun_path, sizeof own.sun_path, "%s", p->path);
    p->listening = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(p->listening, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(listen(p->listening, 5), 0);
    assert_int_equal(pthread_create(&p->thread, NULL, run_proxy, p), 0);
}

static void proxy_stop(proxy *p) {
    shutdown(p->listening, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listening);
    unlink(p->path);
    rmdir(p->folder);
}

/* ---- Cut ------------------------------------------------------------------------------------------------*/

static bool is_of_connection(sheaf_code code) {
    return code == SHEAF_E_CONNECTION_LOST || code == SHEAF_E_CONNECT;
}

/* One page with the connection cut after `at` bytes; gives whether the page came. Then one without. */
static bool cut_at(proxy *p, sheaf_db *db, const sheaf_shape *shape, long at, const char *right) {
    char *json = NULL;
    sheaf_error err = {0};
    p->left = at;
    bool ok = world_page(db, shape, NULL, 0, &json, &err);
    if (ok)
        assert_string_equal(json, right);
    else if (!is_of_connection(err.code))
        fail_msg("cut at %ld: %s: %s", at, sheaf_code_name(err.code), err.message);
    free(json);
    p->left = CUT_NEVER;
    json = NULL;
    if (!world_page(db, shape, NULL, 0, &json, &err)) fail_msg("after a cut at %ld: %s", at, err.message);
    assert_string_equal(json, right);
    free(json);
    return ok;
}

static void cut_during_a_result(void **state) {
    world *w = world_of(state);
    proxy p;
    proxy_start(&p);
    world through = *w;
    snprintf(through.url, sizeof through.url, "%.400s&host=%s", w->url, p.folder);
    sheaf_shapes *set = world_shapes(w->model, shape_text);
    const sheaf_shape *shape = sheaf_shapes_find(set, "page");
    sheaf_db *db = world_open(&through, w->model, &(sheaf_options){.pool_size = 1});
    char *right = NULL;
    sheaf_error err = {0};
    if (!world_page(db, shape, NULL, 0, &right, &err)) fail_msg("%s", err.message);
    long before = p.passed;
    free(right);
    assert_true(world_page(db, shape, NULL, 0, &right, &err));
    long size = p.passed - before;
    long lost = 0, came = 0;
    for (int all = 0; all < 2; all++) {
        p.all = all;
        for (long at = 0; at < size; at += 19) {
            bool ok = cut_at(&p, db, shape, at, right);
            if (ok)
                came++;
            else
                lost++;
        }
        if (!all)
            assert_true(came > 0); /* nothing had been read: asked once more on another connection */
        else
            assert_true(lost > size / 38);
    }
    print_message("# %ld bytes; cut: %ld lost, %ld came\n", size, lost, came);
    sheaf_close(db);
    proxy_stop(&p);
    free(right);
    sheaf_shapes_free(set);
}

/* Nor is half a catalogue taken for a whole one. */
static void cut_while_opening(void **state) {
    world *w = world_of(state);
    proxy p;
    proxy_start(&p);
    world through = *w;
    snprintf(through.url, sizeof through.url, "%.400s&host=%s", w->url, p.folder);
    sheaf_close(world_open(&through, w->model, &(sheaf_options){0}));
    long size = p.passed;
    p.all = true;
    for (long at = 0; at < size; at += size / 40) {
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        p.left = at;
        bool ok = sheaf_open(&(sheaf_options){.url = through.url, .model = w->model}, &db, &err);
        if (ok || db || !is_of_connection(err.code))
            fail_msg("cut at %ld of %ld: %s: %s", at, size, sheaf_code_name(err.code), err.message);
    }
    p.left = CUT_NEVER;
    sheaf_close(world_open(&through, w->model, &(sheaf_options){0}));
    proxy_stop(&p);
}

/* Every connection of the pool is lost at once while idle. */
static void connections_that_died_in_the_pool(void **state) {
    world *w = world_of(state);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.pool_size = 3});
    sheaf_error err = {0};
    for (int round = 0; round < 3; round++) {
        sheaf_raw *raws[3];
        for (int i = 0; i < 3; i++) assert_non_null(raws[i] = sheaf_raw_take(db, &err));
        for (int i = 0; i < 3; i++) sheaf_raw_give(db, raws[i]);
        world_run(w, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                     "WHERE datname = current_database() AND pid <> pg_backend_pid()");
        for (int i = 0; i < 3; i++) {
            sheaf_context *c = sheaf_context_new(db);
            sheaf_group *people = sheaf_search(c, "person", SHEAF_ALL);
            sheaf_need(people, "name");
            realise(c);
            assert_string_equal(world_list(people, "name"), "ann bob cid dee");
            sheaf_context_free(c);
        }
    }
    sheaf_close(db);
}

/* ---- Restarts -------------------------------------------------------------------------------------------*/

typedef struct own_server {
    char folder[64];
    world world;
} own_server;

/* tests/pg of this word; its last line is the URL. */
static void control(own_server *s, const char *word) {
    char command[600], line[400];
    snprintf(command, sizeof command, "\"$SHEAF_TEST_PG_BIN\" %s '%s'", word, s->folder);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while (fgets(line, sizeof line, out))
        snprintf(s->world.url, sizeof s->world.url, "%.*s", (int)strcspn(line, "\n"), line);
    assert_int_equal(pclose(out), 0);
}

/* The pool heals, whether the server was back before the next realise or is missing for a while. */
static void a_server_that_restarts(void **state) {
    world *w = world_of(state);
    if (!getenv("SHEAF_TEST_PG_BIN")) skip();
    own_server s = {.world.pg = true};
    snprintf(s.folder, sizeof s.folder, "/tmp/sheaf-own-XXXXXX");
    assert_non_null(mkdtemp(s.folder));
    rmdir(s.folder);
    control(&s, "start");
    world_run(&s.world, world_sql);
    sheaf_shapes *set = world_shapes(w->model, shape_text);
    const sheaf_shape *shape = sheaf_shapes_find(set, "page");
    sheaf_db *db = world_open(&s.world, w->model, &(sheaf_options){0});
    char *right = NULL, *json = NULL;
    sheaf_error err = {0};
    if (!world_page(db, shape, NULL, 0, &right, &err)) fail_msg("%s", err.message);
    control(&s, "restart");
    if (!world_page(db, shape, NULL, 0, &json, &err)) fail_msg("%s", err.message);
    assert_string_equal(json, right);
    free(json);
    control(&s, "stop");
    for (int i = 0; i < 3; i++) {
        assert_false(world_page(db, shape, NULL, 0, &json, &err));
        if (!is_of_connection(err.code)) fail_msg("%s: %s", sheaf_code_name(err.code), err.message);
    }
    control(&s, "start");
    if (!world_page(db, shape, NULL, 0, &json, &err)) fail_msg("%s", err.message);
    assert_string_equal(json, right);
    free(json);
    sheaf_close(db);
    free(right);
    sheaf_shapes_free(set);
    control(&s, "remove");
}

static const struct CMUnitTest tests[] = {ON_PG(cut_during_a_result), ON_PG(cut_while_opening),
                                          ON_PG(connections_that_died_in_the_pool),
                                          ON_PG(a_server_that_restarts)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
