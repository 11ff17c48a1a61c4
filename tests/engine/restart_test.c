/* PostgreSQL servers that end their connections or restart: the pool heals. What happens to a realise that is
 * under way is for fault_test.c. */
#include <stdlib.h>
#include <unistd.h>

#include "world.h"

static const char shape_text[] = "query page { distros(order: [{name: ASC}]) { name packages_count\n"
                                 "  hot_packages(limit: 3) { url maintainer { name email } uploaders { name "
                                 "} bugs { title heat } hottest_bug { title } } } }\n";

static bool is_of_connection(sheaf_code code) {
    return code == SHEAF_E_CONNECTION_LOST || code == SHEAF_E_CONNECT;
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

static const struct CMUnitTest tests[] = {ON_PG(connections_that_died_in_the_pool),
                                          ON_PG(a_server_that_restarts)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
