#include "percentile.h"

#include "test.h"

static void takes_the_nearest_rank(void **state) {
    (void)state;
    int64_t few[] = {30, -10, 20};
    assert_int_equal(percentile_of(few, 3, 0), -10);
    assert_int_equal(percentile_of(few, 3, 33), -10);
    assert_int_equal(percentile_of(few, 3, 34), 20);
    assert_int_equal(percentile_of(few, 3, 50), 20);
    assert_int_equal(percentile_of(few, 3, 99), 30);
    assert_int_equal(percentile_of(few, 3, 100), 30);
    assert_int_equal(percentile_of(few, 0, 50), 0);
}

static void is_exact_for_many(void **state) {
    (void)state;
    int64_t many[250];
    for (int64_t i = 0; i < 250; i++) many[(i * 7) % 250] = i + 1; /* 1 to 250, shuffled */
    assert_int_equal(percentile_of(many, 250, 1), 3);
    assert_int_equal(percentile_of(many, 250, 50), 125);
    assert_int_equal(percentile_of(many, 250, 99), 248);
    assert_int_equal(percentile_of(many, 200, 99), 198);
}

static void equal_values_and_extremes(void **state) {
    (void)state;
    int64_t ends[] = {INT64_MAX, INT64_MIN, 0, 0};
    assert_int_equal(percentile_of(ends, 4, 25), INT64_MIN);
    assert_int_equal(percentile_of(ends, 4, 75), 0);
    assert_int_equal(percentile_of(ends, 4, 76), INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_nearest_rank),
        cmocka_unit_test(is_exact_for_many),
        cmocka_unit_test(equal_values_and_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
