/* world.h: one small database on both backends, for the tests of the engine.
 *
 *     static void reads(void **state) {
 *         world *w = world_of(state);
 *         sheaf_context *page = sheaf_context_new(w->db);
 *         …
 *     }
 *     static const struct CMUnitTest tests[] = {ON_BOTH(reads)};
 *     int main(void) { return cmocka_run_group_tests(tests, worlds_open, worlds_close); }
 *
 * A program's PostgreSQL database is named after it; where SHEAF_TEST_PG is not set, its tests skip. Both
 * worlds hold the rows of world_sql, and stay as they are: a test that writes makes tables of its own.
 */
#ifndef SHEAF_TESTS_ENGINE_WORLD_H
#define SHEAF_TESTS_ENGINE_WORLD_H

#include <sheaf/page.h>

#include "test.h"

typedef struct world {
    bool pg;
    sheaf_model *model;
    sheaf_db *db;
    char url[512];
} world;

extern world world_sqlite, world_pg;
extern const char *const world_model, *const world_sql;

#define ON_SQLITE(f)                                                                                         \
    { .name = "sqlite: " #f, .test_func = f, .initial_state = &world_sqlite }
#define ON_PG(f)                                                                                             \
    { .name = "postgresql: " #f, .test_func = f, .initial_state = &world_pg }
#define ON_BOTH(f) ON_SQLITE(f), ON_PG(f)

int worlds_open(void **state);
/* The databases alone, without tables. */
void worlds_make(void);
int worlds_close(void **state);

/* Skips where there is no server. */
world *world_of(void **state);

/* Runs statements on a connection of their own. */
void world_run(const world *w, const char *sql);

sheaf_model *world_read_model(const char *text, const sheaf_allocator *allocator);
/* With the world's URL; the rest of the options is the caller's. Fails the test where it cannot. */
sheaf_db *world_open(const world *w, const sheaf_model *model, const sheaf_options *options);
/* Shapes of one document. */
sheaf_shapes *world_shapes(const sheaf_model *model, const char *text);

void world_realise(sheaf_context *c, const char *file, int line);
#define realise(c) world_realise((c), __FILE__, __LINE__)

/* One attribute of the rows, as text: values separated by blanks, NULL as "-". The last few texts stay. */
const char *world_values(const sheaf_row *const *rows, size_t count, const sheaf_group *group,
                         const char *attribute);
const char *world_list(const sheaf_group *group, const char *attribute);
/* That of the rows that `group` found for `row`: one or many. */
const char *world_below(const sheaf_row *row, const sheaf_group *group, const char *attribute);
const sheaf_row *world_row(const sheaf_group *group, size_t index);

/* An error of this code, in whose message all the words stand. */
void world_check_error(const sheaf_error *err, sheaf_code code, const char *const *words, const char *file,
                       int line);
#define assert_error(err, code, ...)                                                                         \
    world_check_error((err), (code), (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)

/* A page as JSON, or its error. */
bool world_page(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables, size_t count,
                char **ret_json, sheaf_error *err);

#endif
