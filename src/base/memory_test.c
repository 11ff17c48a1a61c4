#include "memory.h"
#include "test.h"

static void products_and_sums(void **state) {
    (void)state;
    size_t r = 7;
    assert_true(memory_mul(6, 7, &r));
    assert_int_equal(r, 42);
    assert_false(memory_mul(SIZE_MAX / 2, 3, &r));
    assert_false(memory_add(SIZE_MAX, 1, &r));
    assert_int_equal(r, 42); /* written only on success */
    assert_true(memory_add(SIZE_MAX - 1, 1, &r));
    assert_true(r == SIZE_MAX);
}

static void new_and_resize(void **state) {
    (void)state;
    test_memory m;
    test_memory_init(&m);
    unsigned char *p = memory_new_zero(&m.allocator, 10, 3);
    for (int i = 0; i < 30; i++) assert_int_equal(p[i], 0);
    p[29] = 9;
    p = memory_resize(&m.allocator, p, 100, 3);
    assert_int_equal(p[29], 9);
    assert_int_equal(m.bytes, 300);
    void *empty = memory_new(&m.allocator, 0, 8);
    assert_non_null(empty);
    assert_null(memory_new(&m.allocator, SIZE_MAX / 4, 5));
    assert_null(memory_new(&m.allocator, PTRDIFF_MAX, 2));
    memory_release(&m.allocator, p);
    memory_release(&m.allocator, empty);
    memory_release(&m.allocator, NULL);
    assert_true(test_memory_clean(&m));
}

static void default_allocator(void **state) {
    (void)state;
    assert_ptr_equal(memory_or_default(NULL), &memory_default);
    int *p = memory_new_zero(NULL, 4, sizeof *p);
    assert_int_equal(p[3], 0);
    memory_release(NULL, p);
}

static void old_block_stays(void **state) {
    (void)state;
    test_memory m;
    test_memory_init(&m);
    char *p = memory_new(&m.allocator, 4, 1);
    p[0] = 'x';
    m.fail_at = 2;
    assert_null(memory_resize(&m.allocator, p, 8, 1));
    assert_int_equal(p[0], 'x');
    p = memory_resize(&m.allocator, p, 8, 1);
    assert_non_null(p);
    m.fail_at = 4;
    m.fail_on = true;
    for (int i = 0; i < 3; i++) assert_null(memory_new(&m.allocator, 1, 1));
    memory_release(&m.allocator, p);
    assert_true(test_memory_clean(&m));
}

static void every_failure(void **state) {
    (void)state;
    test_memory m = {0};
    unsigned rounds = 0;
    while (test_memory_next(&m)) {
        void *a = memory_new(&m.allocator, 1, 1), *b = memory_new(&m.allocator, 1, 1);
        assert_int_equal(!a, m.fail_at == 1);
        assert_int_equal(!b, m.fail_at == 2 || (m.fail_at == 1 && m.fail_on));
        memory_release(&m.allocator, a);
        memory_release(&m.allocator, b);
        rounds++;
    }
    assert_int_equal(rounds, 5); /* 1 once, 1 on, 2 once, 2 on, none */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_and_sums), cmocka_unit_test(new_and_resize),
        cmocka_unit_test(default_allocator), cmocka_unit_test(old_block_stays),
        cmocka_unit_test(every_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
