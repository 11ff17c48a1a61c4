#include "test.h"
#include "version.h"

static int sign(const char *a, const char *b) {
    int order = version_compare((sheaf_slice){a, strlen(a)}, (sheaf_slice){b, strlen(b)});
    return (order > 0) - (order < 0);
}

/* Each older than the next. */
static void orders_versions(void **state) {
    (void)state;
    static const char *const ascending[] = {
        "~~",
        "~",
        "",
        "0.9",
        "1.0~rc1",
        "1.0~rc2-1",
        "1.0",
        "1.0-0.1",
        "1.0-1",
        "1.0-1+b1",
        "1.0-10",
        "1.0a",
        "1.0b",
        "1.0+dfsg",
        "1.0.1",
        "1.2",
        "1.10",
        "1.99999999999999999999998",
        "1.99999999999999999999999",
        "2.0~",
        "2.0-rc-1",
        "2.0-rc-2",
        "1:0.1",
        "10:0.1",
    };
    size_t n = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            int expected = (i > k) - (i < k);
            if (sign(ascending[i], ascending[k]) != expected)
                fail_msg("'%s', '%s'", ascending[i], ascending[k]);
        }
    }
}

static void knows_equals(void **state) {
    (void)state;
    assert_int_equal(sign("1.0", "0:1.0"), 0);
    assert_int_equal(sign("1.0", "1.0-0"), 0);
    assert_int_equal(sign("1.01", "1.1"), 0);
    assert_int_equal(sign("1.0-1", "1.00-01"), 0);
    assert_int_equal(version_compare((sheaf_slice){0}, (sheaf_slice){0}), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(orders_versions), cmocka_unit_test(knows_equals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
