#include "test.h"
#include "value.h"

static const sql_output output = {.name = {"t.a", 3}};

static void checks_ranges(void **state) {
    (void)state;
    sheaf_value v = {0};
    assert_null(value_int32(INT32_MIN, &v));
    assert_int_equal(v.i, INT32_MIN);
    assert_null(value_int32(INT32_MAX, &v));
    assert_non_null(value_int32((int64_t)INT32_MAX + 1, &v));
    assert_non_null(value_int32((int64_t)INT32_MIN - 1, &v));
    assert_null(value_float(-0.0, &v));
    assert_int_equal(v.kind, SHEAF_KIND_FLOAT);
    assert_non_null(value_float(0.0 / 0.0, &v));
    assert_non_null(value_float(-1.0 / 0.0, &v));
    assert_null(value_boolean(1, &v));
    assert_non_null(value_boolean(2, &v));
    assert_null(value_micros(VALUE_MICROS_MIN, &v));
    assert_null(value_micros(VALUE_MICROS_MAX, &v));
    assert_non_null(value_micros(VALUE_MICROS_MAX + 1, &v));
    assert_non_null(value_micros(VALUE_MICROS_MIN - 1, &v));
    assert_null(value_days(VALUE_DAYS_MIN, &v));
    assert_non_null(value_days(VALUE_DAYS_MAX + 1, &v));
}

static void writes_uuids(void **state) {
    (void)state;
    static const char bytes[16] = "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
    static const char canonical[] = "00112233-4455-6677-8899-aabbccddeeff";
    static const char *const wrong[] = {"",
                                        "00112233-4455-6677-8899-aabbccddeef",
                                        "00112233-4455-6677-8899-aabbccddeeff0",
                                        "00112233+4455-6677-8899-aabbccddeeff",
                                        "00112233-4455-6677-8899-aabbccddeefg",
                                        "001122334455-6677-8899-aabbccddeeff-"};
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        sheaf_value v = {0};
        arena_init(&a, &m.allocator);
        misfit why = value_uuid_bytes(bytes, &a, &v);
        assert_true(why ? why == value_no_memory : slice_is(v.text, canonical));
        why = value_uuid_text(SHEAF_SLICE("00112233-4455-6677-8899-AaBbCcDdEeFf"), &a, &v);
        assert_true(why ? why == value_no_memory : slice_is(v.text, canonical));
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sheaf_value v = {0};
        assert_non_null(value_uuid_text(slice_of(wrong[i]), &a, &v));
    }
    arena_free(&a);
}

static void names_the_output(void **state) {
    (void)state;
    sheaf_error err;
    assert_false(value_error(&err, &output, "holds nonsense"));
    assert_int_equal(err.code, SHEAF_E_DATA);
    assert_string_equal(err.message, "t.a holds nonsense");
    assert_false(value_error(&err, &output, value_no_memory));
    assert_int_equal(err.code, SHEAF_E_MEMORY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_ranges),
        cmocka_unit_test(writes_uuids),
        cmocka_unit_test(names_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
