#include "slice.h"
#include "test.h"

static void compares(void **state) {
    (void)state;
    sheaf_slice empty = {NULL, 0};
    assert_true(slice_equal(empty, SHEAF_SLICE("")));
    assert_true(slice_is(SHEAF_SLICE("ab"), "ab"));
    assert_false(slice_is(SHEAF_SLICE("ab"), "abc"));
    assert_true(slice_is(empty, NULL));
    assert_int_equal(slice_compare(empty, empty), 0);
    assert_true(slice_compare(SHEAF_SLICE("a"), SHEAF_SLICE("ab")) < 0);
    assert_true(slice_compare(SHEAF_SLICE("\x80"), SHEAF_SLICE("a")) > 0); /* bytes are unsigned */
    assert_true(slice_compare(SHEAF_SLICE("a\0c"), SHEAF_SLICE("a\0b")) > 0);
    assert_true(slice_starts_with(SHEAF_SLICE("abc"), SHEAF_SLICE("ab")));
    assert_true(slice_starts_with(empty, empty));
    assert_false(slice_starts_with(SHEAF_SLICE("a"), SHEAF_SLICE("ab")));
    assert_true(slice_ends_with(SHEAF_SLICE("abc"), SHEAF_SLICE("bc")));
    assert_true(slice_ends_with(empty, empty));
    assert_false(slice_ends_with(SHEAF_SLICE("abc"), SHEAF_SLICE("ab")));
}

static void trims_and_cuts(void **state) {
    (void)state;
    sheaf_slice rest;
    assert_slice(slice_trim(SHEAF_SLICE(" \t a b\r\n")), "a b");
    assert_slice(slice_trim(SHEAF_SLICE(" \n ")), "");
    assert_slice(slice_cut(SHEAF_SLICE("a.b.c"), '.', &rest), "a");
    assert_slice(rest, "b.c");
    assert_slice(slice_cut(SHEAF_SLICE("a."), '.', &rest), "a");
    assert_slice(rest, "");
    assert_non_null(rest.ptr);
    assert_slice(slice_cut(SHEAF_SLICE("abc"), '.', &rest), "abc");
    assert_null(rest.ptr);
    assert_slice(slice_cut((sheaf_slice){NULL, 0}, '.', &rest), "");
}

static void snake_case(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"BugTask", "bug_task"},
                                           {"HTTPServer", "http_server"},
                                           {"bug", "bug"},
                                           {"", ""},
                                           {"bug_Task", "bug_task"},
                                           {"URL", "url"},
                                           {"getURL2", "get_url2"},
                                           {"a1B", "a1_b"},
                                           {"_Private", "_private"},
                                           {"ABCD", "abcd"},
                                           {"XCode", "x_code"},
                                           {"A", "a"},
                                           {"Bug__Task", "bug__task"}};
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        arena_init(&a, &m.allocator);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            sheaf_slice name = slice_snake_case(&a, slice_of(cases[i][0]));
            if (name.ptr)
                assert_slice(name, cases[i][1]);
            else
                assert_true(m.failed);
        }
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

static void hashes(void **state) {
    (void)state;
    char bytes[64];
    uint64_t seen[65];
    memset(bytes, 0, sizeof bytes);
    for (size_t len = 0; len <= 64; len++) { /* equal bytes, other lengths */
        seen[len] = slice_hash((sheaf_slice){bytes, len});
        for (size_t i = 0; i < len; i++) assert_true(seen[i] != seen[len]);
    }
    assert_true(slice_hash((sheaf_slice){NULL, 0}) == slice_hash(SHEAF_SLICE("")));
    unsigned counts[256] = {0}; /* the low bits, which maps use, spread */
    for (int i = 0; i < 25600; i++) {
        int len = snprintf(bytes, sizeof bytes, "attribute_%d", i);
        counts[slice_hash((sheaf_slice){bytes, (size_t)len}) % 256]++;
    }
    for (int i = 0; i < 256; i++) assert_in_range(counts[i], 50, 150);
}

static void expect_suggestion(const char *wanted, const char *answer) {
    static const char *const names[] = {"popularity", "display_name", "name", "url", "distro", "id"};
    suggest s = suggest_for(slice_of(wanted));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) suggest_offer(&s, slice_of(names[i]));
    char words[160] = "";
    if (*answer) snprintf(words, sizeof words, "; did you mean '%s'?", answer);
    assert_string_equal(suggest_text(&s).text, words);
}

static void suggests(void **state) {
    (void)state;
    expect_suggestion("popularty", "popularity");
    expect_suggestion("displayName", "display_name");
    expect_suggestion("nmae", "name"); /* neighbours swapped */
    expect_suggestion("URL", "url");
    expect_suggestion("urx", "url");
    expect_suggestion("ux", "");
    expect_suggestion("xd", "id");
    expect_suggestion("", "");
    expect_suggestion("quite_other", "");
    suggest none = suggest_for(SHEAF_SLICE("x"));
    assert_string_equal(suggest_text(&none).text, "");
    char longer[300];
    memset(longer, 'a', sizeof longer);
    suggest s = suggest_for((sheaf_slice){longer, sizeof longer});
    suggest_offer(&s, (sheaf_slice){longer, sizeof longer - 1});
    assert_string_equal(suggest_text(&s).text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares), cmocka_unit_test(trims_and_cuts), cmocka_unit_test(snake_case),
        cmocka_unit_test(hashes),   cmocka_unit_test(suggests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
