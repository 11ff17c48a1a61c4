#include "time.h"

#include "test.h"

static int64_t micros_of(const char *text) {
    int64_t micros = INT64_MIN;
    if (!time_to_micros((sheaf_slice){text, strlen(text)}, &micros)) fail_msg("'%s' is a timestamp", text);
    return micros;
}

static sheaf_slice text_of(int64_t micros) {
    static char text[TIME_TEXT_MAX];
    return (sheaf_slice){text, time_from_micros(text, micros)};
}

/* Every day of the calendar, counted by hand. */
static void all_days(void **state) {
    (void)state;
    int64_t days = -719162; /* 0001-01-01 */
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            int length = month == 2                                              ? 28 + leap
                         : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                 : 31;
            for (int day = 1; day <= 32; day++) {
                char wanted[64], text[TIME_TEXT_MAX];
                int64_t back;
                size_t len = (size_t)snprintf(wanted, sizeof wanted, "%04d-%02d-%02d", year, month, day);
                assert_int_equal(date_to_days((sheaf_slice){wanted, len}, &back), day <= length);
                if (day > length) continue;
                assert_int_equal(back, days);
                assert_int_equal(date_from_days(text, days), len);
                assert_memory_equal(text, wanted, len);
                days++;
            }
        }
    assert_int_equal(days, 2932897);
    char text[TIME_TEXT_MAX];
    assert_int_equal(date_from_days(text, 2932897), 0);
    assert_int_equal(date_from_days(text, -719163), 0);
    assert_int_equal(date_from_days(text, INT64_MAX), 0);
    assert_int_equal(date_from_days(text, INT64_MIN), 0);
}

static void prints(void **state) {
    (void)state;
    assert_slice(text_of(0), "1970-01-01T00:00:00Z");
    assert_slice(text_of(1), "1970-01-01T00:00:00.000001Z");
    assert_slice(text_of(-1), "1969-12-31T23:59:59.999999Z");
    assert_slice(text_of(1714566600120000), "2024-05-01T12:30:00.120000Z");
    assert_slice(text_of(-62135596800000000), "0001-01-01T00:00:00Z");
    assert_slice(text_of(253402300799999999), "9999-12-31T23:59:59.999999Z");
    assert_slice(text_of(-62135596800000001), "");
    assert_slice(text_of(253402300800000000), "");
    assert_slice(text_of(INT64_MIN), "");
    assert_slice(text_of(INT64_MAX), "");
}

static void reads(void **state) {
    (void)state;
    const int64_t noon = 1714566600000000; /* 2024-05-01T12:30:00Z */
    assert_true(micros_of("2024-05-01T12:30:00Z") == noon);
    assert_true(micros_of("2024-05-01 12:30:00") == noon);
    assert_true(micros_of("2024-05-01t12:30:00z") == noon);
    assert_true(micros_of("2024-05-01T14:30:00+02:00") == noon);
    assert_true(micros_of("2024-05-01T14:30:00+02") == noon);
    assert_true(micros_of("2024-05-01T18:00:00+0530") == noon);
    assert_true(micros_of("2024-05-01T09:00:00-03:30") == noon);
    assert_true(micros_of("2024-05-02T12:29:00+23:59") == noon);
    assert_true(micros_of("2024-05-01T12:30:00.5Z") == noon + 500000);
    assert_true(micros_of("2024-05-01T12:30:00.000001999") == noon + 1);
    assert_true(micros_of("1969-12-31T23:59:59.999999Z") == -1);
    assert_true(micros_of("0001-01-01T00:00:00Z") == -62135596800000000);
    assert_true(micros_of("9999-12-31T23:59:59.999999Z") == 253402300799999999);
}

static void refuses(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "2024-05-01",
                                      "2024-05-01T",
                                      "2024-05-01T12:30",
                                      "2024-05-01T12:30:60Z",
                                      "2024-05-01T24:00:00Z",
                                      "2024-05-01T12:60:00Z",
                                      "2024-02-30T12:30:00Z",
                                      "2023-02-29T12:30:00Z",
                                      "1900-02-29T12:30:00Z",
                                      "2024-13-01T12:30:00Z",
                                      "2024-00-01T12:30:00Z",
                                      "2024-05-00T12:30:00Z",
                                      "0000-05-01T12:30:00Z",
                                      "12024-05-01T12:30:00Z",
                                      "-024-05-01T12:30:00Z",
                                      "2024-5-1T12:30:00Z",
                                      "2024-05-01T12:30:00.Z",
                                      "2024-05-01T12:30:00.1234567890Z",
                                      "2024-05-01T12:30:00Zx",
                                      "2024-05-01T12:30:00 Z",
                                      "2024-05-01T12:30:00+2",
                                      "2024-05-01T12:30:00+02:",
                                      "2024-05-01T12:30:00+02:6",
                                      "2024-05-01T12:30:00+02:60",
                                      "2024-05-01T12:30:00+24:00",
                                      "2024-05-01T12:30:00+02:00:00",
                                      "2024-05-01  12:30:00",
                                      "0001-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01",
                                      "now",
                                      "infinity"};
    int64_t value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (time_to_micros((sheaf_slice){bad[i], strlen(bad[i])}, &value))
            fail_msg("'%s' was accepted", bad[i]);
    assert_false(time_to_micros((sheaf_slice){NULL, 0}, &value));
    assert_false(time_to_micros(SHEAF_SLICE("2024-05-01\00012:30:00"), &value));
    assert_false(time_to_micros(SHEAF_SLICE("2024-05-01T12:30:00\0"), &value));
    assert_false(date_to_days(SHEAF_SLICE("2024-05-01T"), &value));
    assert_false(date_to_days(SHEAF_SLICE("2024-05-0"), &value));
    assert_false(date_to_days((sheaf_slice){NULL, 0}, &value));
    assert_int_equal(value, 42);
}

static void round_trips(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        int64_t back, micros = (int64_t)(seed % UINT64_C(315537897600000000)) - 62135596800000000;
        if (i % 3 == 0) micros -= micros % 1000000;
        assert_true(time_to_micros(text_of(micros), &back));
        assert_true(back == micros);
    }
}

static void clocks(void **state) {
    (void)state;
    int64_t wall = clock_ns(), cpu = clock_cpu_ns();
    assert_true(wall > 0 && cpu >= 0);
    assert_true(clock_ns() >= wall && clock_cpu_ns() >= cpu);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_days), cmocka_unit_test(prints),      cmocka_unit_test(reads),
        cmocka_unit_test(refuses),  cmocka_unit_test(round_trips), cmocka_unit_test(clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
