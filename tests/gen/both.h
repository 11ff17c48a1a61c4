/* both.h: a project's generated code, over databases of its own on both backends.
 *
 *     static int open_all(void **state) { (void)state; both_open(demo_model_new, DEMO "/shapes", fill);
 * return 0; } int main(void) { …; return cmocka_run_group_tests(tests, open_all, both_close); }
 */
#ifndef SHEAF_TESTS_GEN_BOTH_H
#define SHEAF_TESTS_GEN_BOTH_H

#include <sheaf/compiled.h>

#include "../engine/world.h"

/* `fill` makes tables and rows. Fails the tests where anything cannot be. */
void both_open(bool (*model_new)(const sheaf_allocator *, sheaf_model **, sheaf_error *), const char *shapes,
               void (*fill)(const world *w));
int both_close(void **state);

sheaf_db *both_db(void **state);

/* The structs of `page`, and the page realised for JSON, say the same, by as many statements and trips. */
void both_assert_same(sheaf_db *db, const sheaf_compiled *compiled, const void *page,
                      const sheaf_variable *variables, size_t count);

#endif
