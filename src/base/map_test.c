#include "map.h"
#include "test.h"

enum { KEYS = 3000 };
static char names[KEYS][12];
static int values[KEYS];

static sheaf_slice name_of(int i) {
    snprintf(names[i], sizeof names[i], "key_%d", i);
    return slice_of(names[i]);
}

static void slices(void **state) {
    (void)state;
    arena a;
    map m;
    void *old = &a;
    arena_init(&a, NULL);
    map_init(&m, &a);
    assert_null(map_get(&m, SHEAF_SLICE("x")));
    for (int i = 0; i < KEYS; i++) {
        assert_null(map_get(&m, name_of(i)));
        assert_true(map_put(&m, name_of(i), &values[i], &old));
        assert_null(old);
        assert_true(m.count == (size_t)i + 1 && m.count <= m.room / 2);
    }
    for (int i = 0; i < KEYS; i++) {
        char copy[12]; /* found by content, not by address */
        memcpy(copy, names[i], sizeof copy);
        assert_ptr_equal(map_get(&m, slice_of(copy)), &values[i]);
        assert_true(map_put(&m, slice_of(copy), &old, &old));
        assert_ptr_equal(old, &values[i]); /* the first stays */
    }
    assert_int_equal(m.count, KEYS);
    assert_true(map_put(&m, (sheaf_slice){NULL, 0}, &values[1], NULL));
    assert_ptr_equal(map_get(&m, SHEAF_SLICE("")), &values[1]);
    assert_true(map_put(&m, SHEAF_SLICE("a\0b"), &values[2], NULL));
    assert_null(map_get(&m, SHEAF_SLICE("a\0c")));
    arena_free(&a);
}

/* Sequences, multiples of large powers of two, negatives, and the ends of the range. */
static int64_t key_of(int i) {
    switch (i % 4) {
    case 0: return i;
    case 1: return (int64_t)i << 40;
    case 2: return INT64_MIN + i;
    default: return -(int64_t)i;
    }
}

static void integers(void **state) {
    (void)state;
    arena a;
    int_map m;
    arena_init(&a, NULL);
    int_map_init(&m, &a);
    assert_null(int_map_get(&m, 0));
    for (int i = 0; i < KEYS; i++) {
        void **slot = int_map_slot(&m, key_of(i));
        assert_non_null(slot);
        assert_null(*slot);
        *slot = &values[i];
    }
    assert_int_equal(m.count, KEYS);
    for (int i = 0; i < KEYS; i++) {
        assert_ptr_equal(int_map_get(&m, key_of(i)), &values[i]);
        assert_ptr_equal(*int_map_slot(&m, key_of(i)), &values[i]);
    }
    assert_int_equal(m.count, KEYS);
    assert_null(int_map_get(&m, INT64_MAX));
    arena_free(&a);
}

static void reserve(void **state) {
    (void)state;
    test_memory t;
    arena a;
    int_map m;
    test_memory_init(&t);
    arena_init(&a, &t.allocator);
    int_map_init(&m, &a);
    assert_true(int_map_reserve(&m, KEYS));
    size_t calls = t.calls, room = m.room;
    for (int i = 0; i < KEYS; i++) *int_map_slot(&m, i) = &values[i];
    assert_int_equal(t.calls, calls);
    assert_true(int_map_reserve(&m, 1));
    assert_int_equal(m.room, room);
    assert_false(int_map_reserve(&m, SIZE_MAX));
    assert_false(int_map_reserve(&m, SIZE_MAX / 64));
    assert_ptr_equal(int_map_get(&m, 17), &values[17]);
    arena_free(&a);
}

static void failing(void **state) {
    (void)state;
    test_memory t = {0};
    while (test_memory_next(&t)) {
        arena a;
        map m;
        int_map n;
        arena_init(&a, &t.allocator);
        map_init(&m, &a);
        int_map_init(&n, &a);
        int put = 0, set = 0;
        while (put < 500 && map_put(&m, name_of(put), &values[put], NULL)) put++;
        for (void **slot; set < 500 && (slot = int_map_slot(&n, set)); set++) *slot = &values[set];
        assert_int_equal(put < 500 || set < 500, t.failed);
        assert_true(m.count == (size_t)put && n.count == (size_t)set);
        for (int i = 0; i < 500; i++) {
            assert_ptr_equal(map_get(&m, name_of(i)), i < put ? &values[i] : NULL);
            assert_ptr_equal(int_map_get(&n, i), i < set ? &values[i] : NULL);
        }
        arena_free(&a);
        assert_true(test_memory_clean(&t));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),
        cmocka_unit_test(integers),
        cmocka_unit_test(reserve),
        cmocka_unit_test(failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
