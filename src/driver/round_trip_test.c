#include "round_trip.h"

#include "test.h"

static void expect_all(const int64_t (*steps)[2], size_t count) {
    round_trip r = {0};
    for (size_t i = 0; i < count; i++) assert_int_equal(round_trip_fold(&r, steps[i][0]), steps[i][1]);
}
#define EXPECT_ALL(...)                                                                                      \
    expect_all((const int64_t[][2]){__VA_ARGS__}, sizeof((int64_t[][2]){__VA_ARGS__}) / sizeof(int64_t[2]))

static void is_the_least_of_the_last(void **state) {
    (void)state;
    EXPECT_ALL({50, 50}, {40, 40}, {60, 40});
}

static void one_slow_answer_changes_nothing(void **state) {
    (void)state;
    EXPECT_ALL({20, 20}, {22, 20}, {900000, 20}, {21, 20}, {23, 21}, {22, 21}, {800000, 21});
    EXPECT_ALL({900000, 900000}, {20, 20});
}

static void learns_a_changed_link(void **state) {
    (void)state;
    EXPECT_ALL({20, 20}, {20, 20}, {20, 20}, {20, 20}, {5000, 20}, {5100, 20}, {5050, 20}, {5200, 5000},
               {5300, 5050});
    EXPECT_ALL({5000, 5000}, {5000, 5000}, {5000, 5000}, {20, 20}, {21, 20});
}

static void leaves_out_what_is_none(void **state) {
    (void)state;
    EXPECT_ALL({0, 0}, {-1, 0}, {30, 30}, {0, 30}, {-5, 30}, {0, 30}, {0, 30}, {40, 30});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_least_of_the_last),
        cmocka_unit_test(one_slow_answer_changes_nothing),
        cmocka_unit_test(learns_a_changed_link),
        cmocka_unit_test(leaves_out_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
