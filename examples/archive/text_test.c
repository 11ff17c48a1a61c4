#include "test.h"
#include "text.h"

static void trims_and_divides(void **state) {
    (void)state;
    assert_slice(text_trim(SHEAF_SLICE(" \t\n a b \r\n")), "a b");
    assert_slice(text_trim(SHEAF_SLICE("  ")), "");
    assert_slice(text_trim((sheaf_slice){0}), "");
    sheaf_slice rest = SHEAF_SLICE("a,,b");
    assert_slice(text_until(&rest, ','), "a");
    assert_slice(text_until(&rest, ','), "");
    assert_slice(text_until(&rest, ','), "b");
    assert_int_equal(rest.len, 0);
    assert_slice(text_until(&rest, ','), "");
    rest = SHEAF_SLICE("  one\n two ");
    assert_slice(text_word(&rest), "one");
    assert_slice(text_word(&rest), "two");
    assert_slice(text_word(&rest), "");
}

static void compares(void **state) {
    (void)state;
    assert_true(text_equal(SHEAF_SLICE("a"), SHEAF_SLICE("a")));
    assert_false(text_equal(SHEAF_SLICE("a"), SHEAF_SLICE("A")));
    assert_false(text_equal(SHEAF_SLICE("a"), SHEAF_SLICE("ab")));
    assert_true(text_equal((sheaf_slice){0}, SHEAF_SLICE("")));
    assert_true(text_equal_nocase(SHEAF_SLICE("Build-Depends"), SHEAF_SLICE("BUILD-depends")));
    assert_false(text_equal_nocase(SHEAF_SLICE("Size"), SHEAF_SLICE("Site")));
}

static void checks_utf8(void **state) {
    (void)state;
    static const struct {
        sheaf_slice text;
        bool valid;
    } cases[] = {
        {{"plain ascii, longer than eight", 30}, true},
        {{"", 0}, true},
        {{"\xC3\xA9", 2}, true},
        {{"12345678\xE9\xAD\x8F\xF0\x9F\x90\xA7", 15}, true},
        {{"\xF4\x8F\xBF\xBF", 4}, true},
        {{"\x80", 1}, false},             /* a continuation alone */
        {{"\xC3", 1}, false},             /* cut */
        {{"12345678\xC3 ", 10}, false},   /* cut behind eight of ASCII */
        {{"\xC0\xAF", 2}, false},         /* overlong */
        {{"\xE0\x80\xAF", 3}, false},     /* overlong */
        {{"\xF0\x80\x80\xAF", 4}, false}, /* overlong */
        {{"\xED\xA0\x80", 3}, false},     /* a surrogate */
        {{"\xF4\x90\x80\x80", 4}, false}, /* past U+10FFFF */
        {{"\xFF", 1}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (text_is_utf8(cases[i].text) != cases[i].valid) fail_msg("case %zu", i);
    }
}

static void reads_numbers(void **state) {
    (void)state;
    int64_t n = 7;
    assert_true(text_number(SHEAF_SLICE("0"), &n));
    assert_int_equal(n, 0);
    assert_true(text_number(SHEAF_SLICE("999999999999999"), &n));
    assert_int_equal(n, INT64_C(999999999999999));
    const char *const bad[] = {"", "-1", "1 ", "1.0", "0x1", "1000000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(text_number((sheaf_slice){bad[i], strlen(bad[i])}, &n));
    }
    assert_int_equal(n, INT64_C(999999999999999));
}

static void knows_names_and_versions(void **state) {
    (void)state;
    assert_true(text_is_package(SHEAF_SLICE("libstdc++-12-dev")));
    assert_true(text_is_package(SHEAF_SLICE("0ad")));
    assert_false(text_is_package(SHEAF_SLICE("")));
    assert_false(text_is_package(SHEAF_SLICE("-a")));
    assert_false(text_is_package(SHEAF_SLICE("a b")));
    assert_false(text_is_package(SHEAF_SLICE("a/b")));
    assert_false(text_is_package(SHEAF_SLICE("a\0b")));
    assert_true(text_is_version(SHEAF_SLICE("1:2.3~rc1+b2-0.1")));
    assert_false(text_is_version(SHEAF_SLICE("")));
    assert_false(text_is_version(SHEAF_SLICE("1 2")));
}

static void groups_digits(void **state) {
    (void)state;
    char text[TEXT_COUNT_SIZE];
    assert_string_equal(text_count(0, text), "0");
    assert_string_equal(text_count(999, text), "999");
    assert_string_equal(text_count(66481, text), "66,481");
    assert_string_equal(text_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trims_and_divides),
        cmocka_unit_test(compares),
        cmocka_unit_test(checks_utf8),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(knows_names_and_versions),
        cmocka_unit_test(groups_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
