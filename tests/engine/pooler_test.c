/* The engine through a real pgbouncer in transaction mode: more clients than server connections, so that
 * these go from hand to hand; the same bytes as directly. */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdlib.h>

#include "test_pooler.h"
#include "world.h"

static const char shape_text[] =
    "query page($name: String!) { distros(where: {name: {eq: $name}}, order: [{name: ASC}]) { name "
    "packages_count\n"
    "  hot_packages(limit: 3) { url maintainer { name email packages_count } uploaders { name }\n"
    "    bugs { title heat } hottest_bug { title } } } }\n";

enum { THREADS = 6, ROUNDS = 40 };

typedef struct reader {
    sheaf_db *db;
    const sheaf_shape *shape;
    const char *json; /* as it must be */
    sheaf_error err;
    bool ok;
    pthread_t thread;
} reader;

static bool read_groups(reader *r) {
    sheaf_context *c = sheaf_context_new(r->db);
    sheaf_group *distros = sheaf_search(c, "distro", SHEAF_EQ("name", "debian"));
    sheaf_group *hot = sheaf_follow(distros, "hot_packages", NULL);
    sheaf_group *people = sheaf_follow(hot, "maintainer", NULL);
    sheaf_need(hot, "name");
    sheaf_need(people, "name");
    bool ok = sheaf_realise(c, &r->err);
    size_t packages = 0, maintainers = 0;
    if (ok) {
        sheaf_rows(hot, &packages);
        sheaf_rows(people, &maintainers);
    }
    sheaf_context_free(c);
    return ok && packages == 4 && maintainers == 2;
}

static void *read_pages(void *user) {
    reader *r = user;
    const sheaf_variable name = {"name", SHEAF_TEXT_VALUE("debian")};
    for (int i = 0; r->ok && i < ROUNDS; i++) {
        char *json = NULL;
        r->ok = world_page(r->db, r->shape, &name, 1, &json, &r->err) && strcmp(json, r->json) == 0 &&
                read_groups(r);
        free(json);
    }
    return NULL;
}

static sheaf_db *open_through(const test_pooler *p, const world *w, int pool_size) {
    world through = *w;
    test_pooler_url(p, through.url, sizeof through.url, w->url);
    return world_open(
        &through, w->model,
        &(sheaf_options){.pool_size = pool_size, .pool_wait_ms = 60000, .unnamed_statements = true});
}

static void many_readers_few_sessions(void **state) {
    world *w = world_of(state);
    const sheaf_variable name = {"name", SHEAF_TEXT_VALUE("debian")};
    sheaf_shapes *set = world_shapes(w->model, shape_text);
    const sheaf_shape *shape = sheaf_shapes_find(set, "page");
    char *right = NULL;
    sheaf_error err = {0};
    if (!world_page(w->db, shape, &name, 1, &right, &err)) fail_msg("%s", err.message);
    static const char *const sizes[] = {"default_pool_size=1", "default_pool_size=2"};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        test_pooler p;
        test_pooler_start(&p, sizes[k], NULL);
        sheaf_db *db = open_through(&p, w, THREADS);
        reader readers[THREADS];
        for (int i = 0; i < THREADS; i++) {
            readers[i] = (reader){.db = db, .shape = shape, .json = right, .ok = true};
            assert_int_equal(pthread_create(&readers[i].thread, NULL, read_pages, &readers[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) pthread_join(readers[i].thread, NULL);
        for (int i = 0; i < THREADS; i++)
            if (!readers[i].ok) fail_msg("reader %d: %s", i, readers[i].err.message);
        sheaf_close(db);
        test_pooler_stop(&p);
    }
    free(right);
    sheaf_shapes_free(set);
}

/* The pooler goes and comes back: as with a server. */
static void outlives_the_pooler(void **state) {
    world *w = world_of(state);
    test_pooler p;
    test_pooler_start(&p, "default_pool_size=1", NULL);
    sheaf_db *db = open_through(&p, w, 1);
    reader r = {.db = db};
    assert_true(read_groups(&r));
    PGconn *c = PQconnectdb(w->url);
    PGresult *result = PQexec(c, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                                 "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    PQclear(result);
    PQfinish(c);
    if (!read_groups(&r)) fail_msg("%s", r.err.message);
    test_pooler_stop(&p);
    assert_false(read_groups(&r));
    assert_true(r.err.code == SHEAF_E_CONNECT || r.err.code == SHEAF_E_CONNECTION_LOST);
    sheaf_close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_PG(many_readers_few_sessions), ON_PG(outlives_the_pooler)};
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
