#include "cache.h"
#include "test.h"

static void keeps_the_order_of_use(void **state) {
    (void)state;
    int a, b, d;
    void *found = NULL;
    cache c;
    cache_init(&c, NULL);
    assert_false(cache_use(&c, 1, &found));
    assert_true(cache_add(&c, 1, &a));
    assert_true(cache_add(&c, 2, &b));
    assert_true(cache_add(&c, 0, &d));
    assert_true(cache_use(&c, 1, &found));
    assert_ptr_equal(found, &a);
    assert_true(cache_use(&c, 1, NULL));
    assert_int_equal(c.entries[0].id, 1);
    assert_int_equal(c.entries[1].id, 0);
    assert_int_equal(c.entries[2].id, 2);
    cache_remove(&c, 7);
    cache_remove(&c, 0);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.entries[1].id, 2);
    cache_remove(&c, 2);
    cache_remove(&c, 1);
    assert_int_equal(c.count, 0);
    assert_false(cache_use(&c, 1, &found));
    cache_free(&c);
}

static void grows(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        cache c;
        cache_init(&c, &m.allocator);
        uint64_t n = 0;
        while (n < 100 && cache_add(&c, n, NULL)) n++;
        assert_true(m.failed ? n < 100 : n == 100);
        assert_int_equal(c.count, n);
        for (uint64_t i = 0; i < n; i++) assert_int_equal(c.entries[i].id, n - 1 - i);
        cache_free(&c);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_order_of_use), cmocka_unit_test(grows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
