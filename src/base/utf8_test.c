#include "test.h"
#include "utf8.h"

/* Every code point encodes, is valid, decodes; and each cut or surrogate is refused. */
static void every_code_point(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    for (uint32_t c = 0; c <= 0x110000; c++) {
        size_t len;
        buffer_clear(&b);
        utf8_append(&b, c);
        bool valid = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        assert_int_equal(utf8_valid(buffer_view(&b)), valid);
        if (!valid) continue;
        assert_int_equal(utf8_decode(b.ptr, &len), c);
        assert_int_equal(len, b.len);
        assert_int_equal(utf8_length(buffer_view(&b)), len);
        for (size_t cut = 0; cut < len; cut++) assert_int_equal(utf8_length((sheaf_slice){b.ptr, cut}), 0);
    }
    buffer_free(&b);
}

static void invalid(void **state) {
    (void)state;
    static const char *const bad[] = {
        "\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xF0\x8F\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",         "\xC3(",
        "\xE2\x82(",    "\xF0\x9F\x98(",    "\xF0\x80\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int before = 0; before < 20;
             before++) { /* at every place of the eight bytes looked at together */
            char text[64];
            int len = snprintf(text, sizeof text, "%.*s%sabcdefghij", before, "aaaaaaaaaaaaaaaaaaaa", bad[i]);
            assert_int_equal(utf8_valid_prefix((sheaf_slice){text, (size_t)len}), before);
        }
    assert_true(utf8_valid((sheaf_slice){NULL, 0}));
    assert_true(utf8_valid(SHEAF_SLICE("a\0b")));
}

static void widths(void **state) {
    (void)state;
    assert_int_equal(utf8_width(SHEAF_SLICE("abc")), 3);
    assert_int_equal(utf8_width(SHEAF_SLICE("")), 0);
    assert_int_equal(utf8_width(SHEAF_SLICE("e\u0301t\u00e9")), 3);
    assert_int_equal(utf8_width(SHEAF_SLICE("\u65e5\u672c\uac00\uff21")), 8);
    assert_int_equal(utf8_width(SHEAF_SLICE("\U0001F600")), 2);
    assert_int_equal(utf8_width(SHEAF_SLICE("\u2713\u2014")), 2); /* check mark, dash */
    assert_int_equal(utf8_width(SHEAF_SLICE("a\xFF\xFFz")), 4);
}

static void base64(void **state) {
    (void)state;
    static const char *const cases[][3] = {{"", "", ""},
                                           {"f", "Zg==", "Zg"},
                                           {"fo", "Zm8=", "Zm8"},
                                           {"foo", "Zm9v", "Zm9v"},
                                           {"foob", "Zm9vYg==", "Zm9vYg"},
                                           {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                                           {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                                           {"\xFB\xEF\xFF\xFE", "++///g==", "--___g"}};
    buffer b;
    buffer_init(&b, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_slice bytes = {cases[i][0], strlen(cases[i][0])};
        base64_append(&b, bytes);
        assert_slice(buffer_view(&b), cases[i][1]);
        buffer_clear(&b);
        base64_url_append(&b, bytes);
        assert_slice(buffer_view(&b), cases[i][2]);
        for (int form = 1; form <= 2; form++) {
            buffer_clear(&b);
            assert_true(base64_decode(&b, (sheaf_slice){cases[i][form], strlen(cases[i][form])}));
            assert_slice(buffer_view(&b), cases[i][0]);
        }
        buffer_clear(&b);
    }
    static const char *const bad[] = {"Z",    "Zg=",  "Z===",     "Zm9v=", "Zm9v====", "Zm 9",
                                      "Zh==", "Zm9=", "Zg==Zg==", "====",  "Zm9\xE9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buffer_clear(&b);
        assert_false(base64_decode(&b, (sheaf_slice){bad[i], strlen(bad[i])}));
    }
    buffer_free(&b);
}

static void base64_all_bytes(void **state) {
    (void)state;
    char bytes[256];
    buffer text, back;
    buffer_init(&text, NULL);
    buffer_init(&back, NULL);
    for (int i = 0; i < 256; i++) bytes[i] = (char)(i * 167);
    for (size_t len = 0; len <= 256; len++) {
        buffer_clear(&text);
        buffer_clear(&back);
        base64_url_append(&text, (sheaf_slice){bytes, len});
        assert_true(base64_decode(&back, buffer_view(&text)));
        assert_int_equal(back.len, len);
        if (len) assert_memory_equal(back.ptr, bytes, len);
    }
    buffer_free(&text);
    buffer_free(&back);
}

static void failing(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        buffer b;
        buffer_init(&b, &m.allocator);
        bool ok = base64_decode(&b, SHEAF_SLICE("Zm9vYmFy"));
        for (int i = 0; i < 100; i++) utf8_append(&b, 0x20AC);
        base64_append(&b, SHEAF_SLICE("foobar"));
        assert_int_equal(ok && !b.failed, !m.failed);
        buffer_free(&b);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point), cmocka_unit_test(invalid),          cmocka_unit_test(widths),
        cmocka_unit_test(base64),           cmocka_unit_test(base64_all_bytes), cmocka_unit_test(failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
