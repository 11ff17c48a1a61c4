#include "buffer.h"
#include "test.h"

static void appends(void **state) {
    (void)state;
    test_memory m;
    buffer b;
    test_memory_init(&m);
    buffer_init(&b, &m.allocator);
    assert_null(b.ptr);
    buffer_bytes(&b, NULL, 0);
    buffer_slice(&b, (sheaf_slice){NULL, 0});
    assert_int_equal(m.calls, 0);
    BUFFER_LITERAL(&b, "a\0b");
    buffer_byte(&b, 'c');
    buffer_cstr(&b, "de");
    buffer_slice(&b, SHEAF_SLICE("fg"));
    buffer_printf(&b, "<%s:%d>", "x", 7);
    buffer_int(&b, INT64_MIN);
    assert_slice_literal(buffer_view(&b), "a\0bcdefg<x:7>-9223372036854775808");
    buffer_clear(&b);
    assert_int_equal(b.len, 0);
    buffer_free(&b);
    assert_true(test_memory_clean(&m));
    buffer_byte(&b, 'z');
    assert_slice(buffer_view(&b), "z");
    buffer_free(&b);
}

static void grows(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    for (int i = 0; i < 100000; i++) {
        buffer_byte(&b, (char)('a' + i % 26));
        assert_true(b.len <= b.room);
    }
    for (size_t i = 0; i < b.len; i++) assert_int_equal(b.ptr[i], 'a' + (int)(i % 26));
    for (int len = 0; len < 300; len++) { /* every distance of a print from the end of the room */
        buffer_free(&b);
        buffer_printf(&b, "%*s", len, "");
        size_t before = b.len;
        buffer_printf(&b, "%0*d", 70, 5);
        assert_int_equal(b.len, before + 70);
        assert_int_equal(b.ptr[b.len - 1], '5');
    }
    buffer_free(&b);
}

static void too_large(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    buffer_byte(&b, 'x');
    assert_false(buffer_reserve(&b, SIZE_MAX));
    assert_true(b.failed);
    assert_slice(buffer_view(&b), "x");
    buffer_free(&b);
    assert_false(b.failed);
}

static void failing(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        buffer b;
        buffer_init(&b, &m.allocator);
        BUFFER_LITERAL(&b, "begin");
        for (int i = 0; i < 200; i++) buffer_printf(&b, " %d", i);
        buffer_int(&b, 1);
        assert_int_equal(b.failed, m.failed);
        size_t len = b.len;
        if (b.failed) { /* stays so: nothing is appended after a gap */
            buffer_byte(&b, 'x');
            buffer_cstr(&b, "y");
            buffer_printf(&b, "z");
            buffer_int(&b, 1);
            assert_false(buffer_reserve(&b, 0));
            assert_int_equal(b.len, len);
        }
        buffer_free(&b);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(grows),
        cmocka_unit_test(too_large),
        cmocka_unit_test(failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
