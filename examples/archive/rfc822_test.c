#include <stdlib.h>

#include "rfc822.h"
#include "test_source.h"

#define FIELD(stanza, name) rfc822_value(&(stanza), SHEAF_SLICE(name))

static const char two_stanzas[] = "\n \n"
                                  "Package: first\n"
                                  "Description: one line\n"
                                  " and a second\n"
                                  "\tand a third\n"
                                  "Empty:\n"
                                  "\n \t\n\r\n"
                                  "package:second\r\n"
                                  "Note:  spaces   inside  ";

/* However the input is cut into reads. */
static void reads_stanzas(void **state) {
    (void)state;
    for (size_t portion = 0; portion < 40; portion++) {
        test_source source = test_source_of((sheaf_slice){two_stanzas, sizeof two_stanzas - 1}, portion);
        rfc822_reader r = rfc822_reader_on(&source.base);
        rfc822_stanza s;
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_STANZA);
        assert_int_equal(s.line, 3);
        assert_int_equal(s.field_count, 3);
        assert_slice(FIELD(s, "Package"), "first");
        assert_slice(FIELD(s, "DESCRIPTION"), "one line\n and a second\n\tand a third");
        assert_slice(FIELD(s, "Empty"), "");
        assert_non_null(FIELD(s, "Empty").ptr);
        assert_null(FIELD(s, "Missing").ptr);
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_STANZA);
        assert_int_equal(s.line, 11);
        assert_slice(FIELD(s, "Package"), "second");
        assert_slice(FIELD(s, "Note"), "spaces   inside");
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_END);
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_END);
        rfc822_free(&r);
    }
}

static void nothing_to_read(void **state) {
    (void)state;
    static const char *const empty[] = {"", "\n", "\n\n \n\t\r\n", "   "};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        test_source source = test_source_of((sheaf_slice){empty[i], strlen(empty[i])}, 1);
        rfc822_reader r = rfc822_reader_on(&source.base);
        rfc822_stanza s;
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_END);
        rfc822_free(&r);
    }
}

static void tells_faults_and_goes_on(void **state) {
    (void)state;
    static const struct {
        sheaf_slice text;
        rfc822_fault fault;
    } cases[] = {
        {{"Package: a\nno field\n", 20}, RFC822_NO_COLON},
        {{"Pack age: a\n", 12}, RFC822_NO_COLON},
        {{": a\n", 4}, RFC822_NO_COLON},
        {{" folded\nPackage: a\n", 19}, RFC822_NOTHING_FOLDED},
        {{"Package: a\nSize: 1\npackage: b\n", 30}, RFC822_TWICE},
        {{"Package: a\nNote: \0\n", 19}, RFC822_NUL},
        {{"Package: a\nNote: \xE9t\xE9\n", 21}, RFC822_NOT_UTF8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        memcpy(text, cases[i].text.ptr, cases[i].text.len);
        memcpy(text + cases[i].text.len, "\nPackage: next\n", 15);
        test_source source = test_source_of((sheaf_slice){text, cases[i].text.len + 15}, 7);
        rfc822_reader r = rfc822_reader_on(&source.base);
        rfc822_stanza s;
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_MALFORMED);
        assert_int_equal(s.fault, cases[i].fault);
        assert_int_equal(s.line, 1);
        assert_int_equal(s.field_count, 0);
        assert_int_equal(s.text.len, cases[i].text.len);
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_STANZA);
        assert_slice(FIELD(s, "Package"), "next");
        assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_END);
        rfc822_free(&r);
    }
}

static void caps_fields(void **state) {
    (void)state;
    char text[RFC822_FIELDS_MAX * 8 + 16];
    size_t len = 0;
    for (unsigned i = 0; i <= RFC822_FIELDS_MAX; i++) {
        if (i < RFC822_FIELDS_MAX) len += (size_t)snprintf(text + len, sizeof text - len, "F%u:1\n", i);
        if (i < RFC822_FIELDS_MAX - 1) continue;
        if (i == RFC822_FIELDS_MAX) len += (size_t)snprintf(text + len, sizeof text - len, "G:1\n");
        test_source source = test_source_of((sheaf_slice){text, len}, 0);
        rfc822_reader r = rfc822_reader_on(&source.base);
        rfc822_stanza s;
        bool fits = i < RFC822_FIELDS_MAX;
        assert_int_equal(rfc822_next(&r, &s, NULL), fits ? RFC822_STANZA : RFC822_MALFORMED);
        if (!fits) assert_int_equal(s.fault, RFC822_MANY_FIELDS);
        rfc822_free(&r);
    }
}

/* A stanza of `lines` lines of `width` bytes each, then one that is sound. */
static void check_large(size_t lines, size_t width, bool fits) {
    static const char end[] = "\nPackage: next\n";
    size_t len = lines * width;
    char *text = malloc(len + sizeof end);
    assert_non_null(text);
    memset(text, 'x', len);
    for (size_t i = 0; i < lines; i++) {
        memcpy(text + i * width, i ? " " : "Package:", i ? 1 : 8);
        text[(i + 1) * width - 1] = '\n';
    }
    memcpy(text + len, end, sizeof end);
    test_source source = test_source_of((sheaf_slice){text, len + sizeof end - 1}, 1u << 16);
    rfc822_reader r = rfc822_reader_on(&source.base);
    rfc822_stanza s;
    assert_int_equal(rfc822_next(&r, &s, NULL), fits ? RFC822_STANZA : RFC822_MALFORMED);
    if (!fits) assert_int_equal(s.fault, RFC822_LARGE);
    assert_true(r.room <= RFC822_STANZA_MAX);
    assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_STANZA);
    assert_slice(FIELD(s, "Package"), "next");
    assert_int_equal(s.line, lines + 2);
    assert_int_equal(rfc822_next(&r, &s, NULL), RFC822_END);
    rfc822_free(&r);
    free(text);
}

static void caps_stanzas(void **state) {
    (void)state;
    check_large(1, 1u << 20, true);
    check_large(1, RFC822_STANZA_MAX - 1, true);
    check_large(1, RFC822_STANZA_MAX * 2 + 1, false); /* one huge line */
    check_large(2, RFC822_STANZA_MAX + 1, false);     /* what is left of a line is no empty line */
    check_large(100000, 100, false);                  /* many */
    check_large(20, 400000, false);
}

static void passes_failures_on(void **state) {
    (void)state;
    test_source source = test_source_of(SHEAF_SLICE("Package: a\n\nPackage: b\n"), 0);
    source.fails = true;
    rfc822_reader r = rfc822_reader_on(&source.base);
    rfc822_stanza s;
    sheaf_error err = {0};
    assert_int_equal(rfc822_next(&r, &s, &err), RFC822_STANZA);
    assert_int_equal(rfc822_next(&r, &s, &err), RFC822_ERROR); /* what was read of b may not be all of it */
    assert_int_equal(err.code, SHEAF_E_IO);
    rfc822_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_stanzas),
        cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(tells_faults_and_goes_on),
        cmocka_unit_test(caps_fields),
        cmocka_unit_test(caps_stanzas),
        cmocka_unit_test(passes_failures_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
