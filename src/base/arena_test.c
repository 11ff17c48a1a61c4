#include <string.h>

#include "arena.h"
#include "test.h"

static void sizes_and_alignment(void **state) {
    (void)state;
    test_memory m;
    arena a;
    test_memory_init(&m);
    arena_init(&a, &m.allocator);
    assert_int_equal(m.calls, 0);
    char *empty = arena_alloc(&a, 0);
    assert_non_null(empty);
    for (size_t size = 0; size < 3000; size++) {
        char *p = arena_alloc(&a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 8, 0);
        assert_ptr_not_equal(p, empty);
        memset(p, 0x55, size);
    }
    char *large = arena_alloc(&a, 1 << 20);
    memset(large, 1, 1 << 20);
    for (size_t wrapped = 0; wrapped < 40; wrapped++) {
        assert_null(arena_alloc(&a, SIZE_MAX - wrapped));
        assert_null(arena_alloc(&a, (size_t)PTRDIFF_MAX - wrapped + 20));
    }
    assert_int_equal(a.total, m.bytes);
    arena_free(&a);
    assert_true(test_memory_clean(&m));
    assert_non_null(arena_alloc(&a, 1));
    arena_free(&a);
}

static void no_overlap(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static unsigned *kept[COUNT];
    arena a;
    arena_init(&a, NULL);
    for (unsigned i = 0; i < COUNT; i++) {
        size_t count = 1 + i * 7919u % (i % 50 ? 40 : 20000); /* now and then a block of its own */
        kept[i] = arena_array(&a, count, sizeof(unsigned));
        for (size_t k = 0; k < count; k++) kept[i][k] = i;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        size_t count = 1 + i * 7919u % (i % 50 ? 40 : 20000);
        for (size_t k = 0; k < count; k++) assert_int_equal(kept[i][k], i);
    }
    arena_free(&a);
}

static void zeroed_arrays(void **state) {
    (void)state;
    test_memory m;
    arena a;
    test_memory_init(&m);
    arena_init(&a, &m.allocator);
    int *numbers = ARENA_ARRAY(&a, int, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(numbers[i], 0);
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_array_zero(&a, SIZE_MAX / 8 + 1, 8));
    arena_free(&a);
}

static void copies(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    sheaf_slice copy = arena_copy(&a, SHEAF_SLICE("abc"));
    assert_int_equal(copy.len, 3);
    assert_string_equal(copy.ptr, "abc");
    copy = arena_copy(&a, (sheaf_slice){NULL, 0});
    assert_non_null(copy.ptr);
    assert_int_equal(copy.len, 0);
    assert_string_equal(copy.ptr, "");
    assert_null(arena_copy(&a, (sheaf_slice){"", SIZE_MAX}).ptr);
    assert_string_equal(arena_cstr(&a, (sheaf_slice){"abcdef", 2}), "ab");
    sheaf_slice text = arena_printf(&a, "%s-%d", "x", 42);
    assert_int_equal(text.len, 4);
    assert_string_equal(text.ptr, "x-42");
    assert_int_equal(arena_printf(&a, "%9000d", 1).len, 9000);
    arena_free(&a);
}

static char trace[8];
static void append(void *ptr) {
    strncat(trace, ptr, sizeof trace - strlen(trace) - 1);
}

static void cleanups(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    trace[0] = '\0';
    assert_true(arena_defer(&a, append, (void *)"a"));
    assert_true(arena_defer(&a, append, (void *)"b"));
    assert_string_equal(trace, "");
    arena_free(&a);
    assert_string_equal(trace, "ba"); /* newest first */
    arena_free(&a);
    assert_string_equal(trace, "ba"); /* once */
}

static void cap(void **state) {
    (void)state;
    test_memory m;
    arena a;
    test_memory_init(&m);
    arena_init(&a, &m.allocator);
    a.max = 100000;
    while (arena_alloc(&a, 500)) assert_false(a.capped);
    assert_true(a.capped);
    assert_true(a.total <= 100000);
    assert_true(m.bytes <= 100000);
    arena_free(&a);
    assert_false(a.capped);
    assert_int_equal(a.max, 100000);
    assert_int_equal(a.total, 0);
}

typedef struct pair {
    int x, y;
} pair;

static void pushes(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        struct {
            pair *items;
            size_t count, room;
        } pairs = {0};
        bool ok = true;
        arena_init(&a, &m.allocator);
        for (int i = 0; ok && i < 1000; i++) {
            pair *p = ARENA_PUSH(&a, &pairs);
            ok = p != NULL;
            assert_int_equal(pairs.count, ok ? i + 1 : i);
            if (!ok) break;
            assert_ptr_equal(p, &pairs.items[i]);
            assert_int_equal(p->x | p->y, 0);
            *p = (pair){i, -i};
        }
        for (size_t i = 0; i < pairs.count; i++) assert_int_equal(pairs.items[i].y, -(int)i);
        assert_int_equal(ok, !m.failed);
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

static void failing(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        arena_init(&a, &m.allocator);
        trace[0] = '\0';
        bool ok = arena_copy(&a, SHEAF_SLICE("text")).ptr && arena_printf(&a, "%5000d", 1).ptr;
        bool deferred = ok && arena_defer(&a, append, (void *)"x");
        ok = deferred && arena_zero(&a, 5000) && arena_array(&a, 3000, 4);
        assert_int_equal(ok, !m.failed);
        arena_free(&a);
        assert_string_equal(trace, deferred ? "x" : "");
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_alignment),
        cmocka_unit_test(no_overlap),
        cmocka_unit_test(zeroed_arrays),
        cmocka_unit_test(copies),
        cmocka_unit_test(cleanups),
        cmocka_unit_test(cap),
        cmocka_unit_test(pushes),
        cmocka_unit_test(failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
