#include "test.h"

#include "cli.h"

static void assert_diff(const char *before, const char *after, const char *wanted) {
    buffer out;
    buffer_init(&out, NULL);
    assert_true(diff_lines(&out, slice_of(before), slice_of(after), "query "));
    assert_slice(buffer_view(&out), wanted);
    buffer_free(&out);
}

static void shows_what_differs(void **state) {
    (void)state;
    assert_diff("", "", "");
    assert_diff("a\nb\n", "a\nb\n", "");
    assert_diff("", "a\n", "@@  @@\n+a\n");
    assert_diff("a\n", "", "@@  @@\n-a\n");
    assert_diff("a\nb\nc\n", "a\nx\nc\n", "@@  @@\n a\n-b\n+x\n c\n");
    assert_diff("a\nb\nc\nd\n", "a\nc\nd\ne\n", "@@  @@\n a\n-b\n c\n d\n+e\n");
    assert_diff("a", "a\nb", "@@  @@\n a\n+b\n");
}

static void keeps_to_what_is_near(void **state) {
    (void)state;
    assert_diff("query a\n1\n2\n3\n4\n5\nquery b\n6\n7\n8\n9\n",
                "query a\n1\n2\n3\n4\n5\nquery b\n6\nx\n8\n9\n",
                "@@ query b @@\n 5\n query b\n 6\n-7\n+x\n 8\n 9\n");
    assert_diff("query a\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", "query a\nx\n2\n3\n4\n5\n6\n7\n8\ny\n",
                "@@ query a @@\n query a\n-1\n+x\n 2\n 3\n 4\n@@ query a @@\n 6\n 7\n 8\n-9\n+y\n");
}

/* What goes under one heading is not mixed with what comes under another. */
static void keeps_to_headings(void **state) {
    (void)state;
    assert_diff("query a\n1\nquery b\n1\n2\n", "query a\n1\nquery c\n1\n3\n",
                "@@ query b @@\n query a\n 1\n-query b\n-1\n-2\n+query c\n+1\n+3\n");
    assert_diff("0\nquery a\n1\n", "0\nquery b\n1\n", "@@ query a @@\n 0\n-query a\n-1\n+query b\n+1\n");
}

/* Applying a difference to the text before it gives the text after it. */
static void is_complete(void **state) {
    (void)state;
    unsigned seed = 12345;
    for (int round = 0; round < 500; round++) {
        char texts[2][64];
        for (int t = 0; t < 2; t++) {
            unsigned count = 0;
            for (unsigned i = 0; i < 12; i++) {
                seed = seed * 1103515245 + 12345;
                if (seed >> 16 & 1) continue;
                texts[t][count++] = (char)('a' + (seed >> 20) % 4);
                texts[t][count++] = '\n';
            }
            texts[t][count] = '\0';
        }
        buffer out;
        buffer_init(&out, NULL);
        assert_true(diff_lines(&out, slice_of(texts[0]), slice_of(texts[1]), "query "));
        size_t lines[2] = {0}, changes[2] = {0};
        for (sheaf_slice rest = buffer_view(&out), line; rest.len;) {
            line = slice_cut(rest, '\n', &rest);
            changes[0] += line.ptr[0] == '-';
            changes[1] += line.ptr[0] == '+';
        }
        for (int t = 0; t < 2; t++) lines[t] = strlen(texts[t]) / 2;
        assert_int_equal(lines[0] - changes[0], lines[1] - changes[1]); /* the common lines */
        buffer_free(&out);
    }
}

static void replaces_what_is_too_long(void **state) {
    (void)state;
    buffer before, after, out;
    buffer_init(&before, NULL);
    buffer_init(&after, NULL);
    buffer_init(&out, NULL);
    for (int i = 0; i < 5000; i++) {
        buffer_printf(&before, "%d\n", i);
        buffer_printf(&after, "%d\n", -1 - i);
    }
    assert_true(diff_lines(&out, buffer_view(&before), buffer_view(&after), "query "));
    assert_int_equal(out.len, before.len + after.len + 10000 + strlen("@@  @@\n"));
    buffer_free(&before);
    buffer_free(&after);
    buffer_free(&out);
}

static void fails_every_allocation(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        buffer out;
        buffer_init(&out, &m.allocator);
        bool ok = diff_lines(&out, SHEAF_SLICE("a\nb\nc\n"), SHEAF_SLICE("a\nx\nc\nd\n"), "query ");
        assert_true(ok || m.failed);
        buffer_free(&out);
        assert_true(test_memory_clean(&m));
    }
}

static void lays_out_json(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"{}", "{}"},
        {"[]", "[]"},
        {"{\"a\":1,\"b\":[]}", "{\n  \"a\": 1,\n  \"b\": []\n}"},
        {"{\"a\":[{\"b\":null},{}]}", "{\n  \"a\": [\n    {\n      \"b\": null\n    },\n    {}\n  ]\n}"},
        {"{\"{[,:\\\"\":\"\\\\\"}", "{\n  \"{[,:\\\"\": \"\\\\\"\n}"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        buffer out;
        buffer_init(&out, NULL);
        pretty_json(&out, slice_of(pairs[i][0]));
        assert_slice(buffer_view(&out), pairs[i][1]);
        buffer_free(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_differs),
        cmocka_unit_test(keeps_to_what_is_near),
        cmocka_unit_test(keeps_to_headings),
        cmocka_unit_test(is_complete),
        cmocka_unit_test(replaces_what_is_too_long),
        cmocka_unit_test(fails_every_allocation),
        cmocka_unit_test(lays_out_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
