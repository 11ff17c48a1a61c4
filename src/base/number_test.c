#include "number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "test.h"

static sheaf_slice int_text(int64_t value) {
    static char text[NUMBER_TEXT_MAX];
    return (sheaf_slice){text, number_from_int(text, value)};
}

static sheaf_slice float_text(double value) {
    static char text[NUMBER_TEXT_MAX];
    return (sheaf_slice){text, number_from_float(text, value)};
}

static uint64_t random_bits(void) {
    static uint64_t seed = 1; /* splitmix64 */
    uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void integers(void **state) {
    (void)state;
    assert_slice(int_text(0), "0");
    assert_slice(int_text(-7), "-7");
    assert_slice(int_text(INT64_MIN), "-9223372036854775808");
    for (int i = 0; i < 100000; i++) {
        char wanted[NUMBER_TEXT_MAX];
        int64_t back, value = (int64_t)random_bits() >> random_bits() % 64;
        snprintf(wanted, sizeof wanted, "%lld", (long long)value);
        assert_slice(int_text(value), wanted);
        assert_true(number_to_int(int_text(value), &back));
        assert_true(back == value);
    }
}

static void bad_integers(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "9223372036854775808",
                                      "--1",
                                      "1-",
                                      "-9223372036854775809",
                                      "99999999999999999999999",
                                      "\xD9\xA3"};
    int64_t value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(number_to_int((sheaf_slice){bad[i], strlen(bad[i])}, &value));
    assert_false(number_to_int(SHEAF_SLICE("1\0"), &value));
    assert_false(number_to_int((sheaf_slice){NULL, 0}, &value));
    assert_int_equal(value, 42);
    assert_true(number_to_int(SHEAF_SLICE("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_true(number_to_int(SHEAF_SLICE("-0007"), &value));
    assert_int_equal(value, -7);
}

static void layouts(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.0, "-0"},
                 {1, "1"},
                 {-1.5, "-1.5"},
                 {0.1, "0.1"},
                 {100, "100"},
                 {123456789012, "123456789012"},
                 {9007199254740994, "9007199254740994"},
                 {1e20, "100000000000000000000"},
                 {123456789012345680000.0, "123456789012345680000"},
                 {1e21, "1e+21"},
                 {1.5e21, "1.5e+21"},
                 {1e100, "1e+100"},
                 {0.000001, "0.000001"},
                 {0.0000015, "0.0000015"},
                 {1.5e-7, "1.5e-7"},
                 {1e-7, "1e-7"},
                 {12.34, "12.34"},
                 {5e-324, "5e-324"},
                 {DBL_MIN, "2.2250738585072014e-308"},
                 {DBL_MAX, "1.7976931348623157e+308"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {9.5367431640625e-07, "9.5367431640625e-7"},
                 {2e-44, "2e-44"},
                 {9007199254740992.0 * 2, "18014398509481984"},
                 {-333333333333333.3, "-333333333333333.3"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(float_text(cases[i].value), cases[i].text);
}

/* The significant digits of a printed number: no sign, point, exponent, leading or trailing zeros. */
static size_t significant(const char *text, char *out) {
    size_t count = 0, len = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (*text == '0' && !count)) continue;
        out[count++] = *text;
        if (*text != '0') len = count;
    }
    out[len] = '\0';
    return len;
}

/* It reads back, the closest number with fewer digits does not, and of those with as many it is the closest.
 */
static void check_shortest(double value) {
    char text[64], ours[64], other[64], theirs[64];
    double back;
    if (!isfinite(value) || value == 0) return;
    size_t len = number_from_float(text, value);
    assert_in_range(len, 1, NUMBER_TEXT_MAX - 1);
    text[len] = '\0';
    bool good =
        strtod(text, NULL) == value && number_to_float((sheaf_slice){text, len}, &back) && back == value;
    int count = (int)significant(text, ours);
    if (count > 1) {
        snprintf(other, sizeof other, "%.*e", count - 2, value);
        good &= strtod(other, NULL) != value;
    }
    snprintf(other, sizeof other, "%.*e", count - 1, value);
    significant(other, theirs);
    if (strtod(other, NULL) == value) good &= strcmp(ours, theirs) == 0;
    if (!good) fail_msg("%a printed as %s", value, text);
}

#ifndef ROUNDS
#define ROUNDS 100000
#endif

static void shortest(void **state) {
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t bits = random_bits();
        check_shortest(from_bits(bits));
        check_shortest(from_bits(bits & ~(UINT64_C(0x7FF) << 52)));                      /* denormal */
        check_shortest((double)(int64_t)(bits >> bits % 64));                            /* whole */
        check_shortest((double)(int32_t)bits / (double)(1 + (bits >> 40)));              /* common sizes */
        check_shortest((double)(bits >> 40) / (double[]){10, 100, 1000, 1e6}[bits % 4]); /* short decimals */
    }
    for (int e = -1074; e <= 1023; e++) /* where the interval is not symmetric */
        for (int step = -3; step <= 3; step++) {
            uint64_t bits;
            double power = ldexp(1, e);
            memcpy(&bits, &power, sizeof bits);
            check_shortest(from_bits(bits + (uint64_t)step));
        }
    for (int e = -323; e <= 308; e++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", e);
        check_shortest(strtod(text, NULL));
        check_shortest(nextafter(strtod(text, NULL), INFINITY));
        check_shortest(nextafter(strtod(text, NULL), 0));
    }
}

static bool parses(const char *text, double *ret) {
    return number_to_float((sheaf_slice){text, strlen(text)}, ret);
}

static void floats(void **state) {
    (void)state;
    static const char *const good[] = {"0",
                                       "-0",
                                       "1",
                                       "-1.5",
                                       "1e5",
                                       "1E+5",
                                       "1.25e-3",
                                       "0.1",
                                       "123456789012345678901234567890",
                                       "1e-400",
                                       "0e999999999999999999999",
                                       "4.9e-324",
                                       "2.4703282292062327e-324",
                                       "2.4703282292062328e-324",
                                       "1.7976931348623158e308",
                                       "0.000000000000000000000000000001",
                                       "9007199254740993",
                                       "9007199254740993.00000000000000000000000000000000000001",
                                       "1e23",
                                       "8.5e22",
                                       "123456789012345e22",
                                       "1e-22",
                                       "100000000000000000000000e-23"};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "01",
                                      "-01",
                                      "1e",
                                      "1e+",
                                      "0x10",
                                      "NaN",
                                      "Infinity",
                                      "inf",
                                      "1e309",
                                      "-1e309",
                                      "1.7976931348623159e308",
                                      "1e99999999999999999999",
                                      " 1",
                                      "1 ",
                                      "1,5",
                                      "1_000",
                                      "1e5.5",
                                      "1f"};
    double value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (parses(bad[i], &value)) fail_msg("'%s' is not a number", bad[i]);
    assert_false(number_to_float((sheaf_slice){NULL, 0}, &value));
    assert_true(value == 42);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double wanted = strtod(good[i], NULL);
        if (!parses(good[i], &value) || memcmp(&value, &wanted, sizeof value))
            fail_msg("%s read as %a", good[i], value);
    }
    assert_true(number_to_float((sheaf_slice){"1.57", 3}, &value)); /* not a byte beyond the slice */
    assert_true(value == 1.5);
}

/* Every way to write a number gives what strtod gives, also half way between two doubles. */
static void rounding(void **state) {
    (void)state;
    static char text[2000];
    for (int i = 0; i < ROUNDS / 10; i++) {
        double value = from_bits(random_bits() & ~(UINT64_C(1) << 63)), got, wanted;
        if (!isfinite(value)) continue;
        int digits = (int)(random_bits() % 25);
        snprintf(text, sizeof text, i % 2 ? "%.*e" : "%.*f", digits, value);
        wanted = strtod(text, NULL);
        if (parses(text, &got) != isfinite(wanted) || (isfinite(wanted) && got != wanted))
            fail_msg("%s", text);
    }
    for (int i = 0; i < 2000; i++) { /* the middle of two neighbours, exactly, and just above and below */
        double low = from_bits((random_bits() & ((UINT64_C(1) << 52) - 1)) | (uint64_t)(i % 900) << 52), got;
        double high = nextafter(low, INFINITY);
        /* Twice the precision holds the middle; printf prints it exactly. */
        int len = snprintf(text, sizeof text, "%.1100Lf", ((long double)low + high) / 2);
        assert_true(parses(text, &got));
        assert_true(got == strtod(text, NULL));
        text[len - 1] = '1';
        assert_true(parses(text, &got));
        assert_true(got == strtod(text, NULL));
        assert_true(got == high);
    }
}

static void long_texts(void **state) {
    (void)state;
    enum { LEN = 100000 };
    char *text = malloc(LEN);
    double value;
    memset(text, '0', LEN);
    text[1] = '.';
    text[LEN - 1] = '1';
    assert_true(number_to_float((sheaf_slice){text, LEN}, &value));
    assert_true(value == 0);
    memcpy(text + LEN - 10, "25e+099985", 10); /* the digits end just so many places behind the point */
    assert_true(number_to_float((sheaf_slice){text, LEN}, &value));
    assert_true(value == 2.5e-4);
    memset(text, '9', LEN);
    assert_false(number_to_float((sheaf_slice){text, LEN}, &value));
    memcpy(text + LEN - 8, "e-099990", 8);
    assert_true(number_to_float((sheaf_slice){text, LEN}, &value));
    assert_true(value == 100);
    free(text);
}

static void other_locale(void **state) {
    (void)state;
    double value;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) skip();
    assert_slice(float_text(0.1 + 0.2), "0.30000000000000004");
    assert_true(parses("0.30000000000000004", &value));
    assert_true(value == 0.1 + 0.2);
    assert_false(parses("0,5", &value));
    setlocale(LC_ALL, "C");
}

static void prefixes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {{"", 0},      {"-", 0},     {"x", 0},    {"12x", 2},    {"012", 1},
                 {"-0.5]", 4}, {"1.", 1},    {"1.e5", 1}, {"1e", 1},     {"1e+", 1},
                 {"1e+5,", 4}, {"1E-05", 5}, {"-x", 0},   {"1.25e3e", 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(number_prefix((sheaf_slice){cases[i].text, strlen(cases[i].text)}), cases[i].len);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),   cmocka_unit_test(bad_integers), cmocka_unit_test(layouts),
        cmocka_unit_test(shortest),   cmocka_unit_test(floats),       cmocka_unit_test(rounding),
        cmocka_unit_test(long_texts), cmocka_unit_test(other_locale), cmocka_unit_test(prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
