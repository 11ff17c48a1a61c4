#include "number.h"
#include "test.h"

static sheaf_slice of(const char *text) {
    return (sheaf_slice){text, strlen(text)};
}

static void valid(void **state) {
    (void)state;
    static const char *const good[] = {"0",         "-0",
                                       "+1",        "007",
                                       "1.50",      ".5",
                                       "5.",        "1e5",
                                       "1.5E-10",   "1e+999999999",
                                       "NaN",       "Infinity",
                                       "-Infinity", "123456789012345678901234567890.000000000001"};
    static const char *const bad[] = {
        "",    "-",         "+",    ".",  "e5", "1e",  "1e+", "1e1234567890", "1.2.3", "nan",
        "inf", "+Infinity", "-NaN", "1 ", " 1", "0x1", "1,5", "--1",          "1e5.5"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!decimal_valid(of(good[i]))) fail_msg("'%s' is a decimal", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (decimal_valid(of(bad[i]))) fail_msg("'%s' is no decimal", bad[i]);
    assert_false(decimal_valid((sheaf_slice){NULL, 0}));
    assert_false(decimal_valid(SHEAF_SLICE("1\0")));
}

/* In ascending order; those in one row are equal. */
static const char *const sorted[][5] = {{"-Infinity"},
                                        {"-1e100"},
                                        {"-101"},
                                        {"-100.5", "-100.50"},
                                        {"-100", "-1e2", "-100.000"},
                                        {"-0.02"},
                                        {"-0.01"},
                                        {"0", "-0", "0.00", "0e50", ".0"},
                                        {"1e-999999999"},
                                        {"0.000999"},
                                        {"0.001", "1e-3", ".001", "00.00100"},
                                        {"0.00100000000000000000000000000000000001"},
                                        {"1.5", "1.50", "+1.5", "15e-1", "0.015e2"},
                                        {"1.51"},
                                        {"2", "2."},
                                        {"10"},
                                        {"99999999999999999999999999999999999998"},
                                        {"99999999999999999999999999999999999999"},
                                        {"1e38", "100000000000000000000000000000000000000"},
                                        {"1e999999999"},
                                        {"Infinity"},
                                        {"NaN"}};

static void compares(void **state) {
    (void)state;
    int rows = sizeof sorted / sizeof *sorted;
    for (int i = 0; i < rows * 5; i++)
        for (int j = 0; j < rows * 5; j++) {
            const char *a = sorted[i / 5][i % 5], *b = sorted[j / 5][j % 5];
            if (!a || !b) continue;
            int wanted = (i / 5 > j / 5) - (i / 5 < j / 5);
            if (decimal_compare(of(a), of(b)) != wanted) fail_msg("%s against %s", a, b);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(valid), cmocka_unit_test(compares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
