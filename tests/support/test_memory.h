/* test_memory.h: an allocator for tests. It counts what is live, fails the Nth allocation (once, or from then
 * on), and fills new memory with 0xAA and released memory with 0xDD, so that reading either is noticed.
 *
 * To fail every allocation of a piece of work, one after the other:
 *
 *     test_memory m = {0};
 *     while (test_memory_next(&m)) {
 *         bool ok = work(&m.allocator);           // also frees all it made
 *         assert_true(test_memory_clean(&m));     // nothing leaked
 *         if (!ok) assert_true(m.failed);         // fails only for lack of memory
 *         else if (m.failed) …                    // work that can do without
 *     }
 *
 * A round that meets no failure is the last one. The counters may be used from several threads.
 */
#ifndef SHEAF_TEST_MEMORY_H
#define SHEAF_TEST_MEMORY_H

#include <sheaf/types.h>
#include <stdatomic.h>

typedef struct test_memory {
    sheaf_allocator allocator; /* hand out &m.allocator; its `user` is the test_memory, so do not copy that */
    atomic_size_t blocks, bytes; /* live */
    atomic_size_t calls;         /* of resize, since the start or the round's begin */
    size_t fail_at;              /* this call of resize fails, counted from 1; 0: none */
    bool fail_on;                /* and all after it */
    atomic_bool failed;          /* one was made to fail */
} test_memory;

/* Counters to zero; nothing fails until `fail_at` is set. */
void test_memory_init(test_memory *m);

/* Begins the next round, from {0}: call 1 fails once, call 1 and all after it, call 2 once, … False after a
 * round in which nothing failed. */
bool test_memory_next(test_memory *m);

/* True where all that was allocated is released. */
bool test_memory_clean(const test_memory *m);

#endif
