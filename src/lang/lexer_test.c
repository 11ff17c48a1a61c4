/* lexer_test.c: tokens, and the values of strings. */
#include "../base/utf8.h"
#include "lexer.h"
#include "test.h"

static bool start(lexer *l, arena *a, syntax_document *document, sheaf_slice source, sheaf_error *err) {
    *document = (syntax_document){.file = "f", .source = source};
    return lexer_start(l, a, document, err);
}

static void kinds_and_places(void **state) {
    (void)state;
    static const struct {
        token_kind kind;
        uint32_t line, column;
        const char *source;
    } wanted[] = {
        {TOKEN_NAME, 1, 2, "_a1"},
        {TOKEN_BANG, 1, 5, "!"},
        {TOKEN_SPREAD, 1, 6, "..."},
        {TOKEN_INT, 1, 11, "-0"},
        {TOKEN_INT, 1, 16, "12"},
        {TOKEN_FLOAT, 2, 1, "0.5"},
        {TOKEN_FLOAT, 2, 5, "-1e+9"},
        {TOKEN_FLOAT, 2, 11, "1.25E-3"},
        {TOKEN_STRING, 3, 1, "\"\u00e9\""},
        {TOKEN_DOLLAR, 3, 5, "$"},
        {TOKEN_BLOCK_STRING, 4, 1, "\"\"\"a\nb\"\"\""},
        {TOKEN_PIPE, 5, 5, "|"},
        {TOKEN_STRAY, 5, 6, "\u00e9"},
        {TOKEN_STRAY, 5, 7, "."},
        {TOKEN_END, 5, 8, ""},
    };
    arena a;
    lexer l;
    token t;
    syntax_document document;
    arena_init(&a, NULL);
    assert_true(start(&l, &a, &document,
                      SHEAF_SLICE("\t_a1!...\xEF\xBB\xBF,-0, ,12# one\r\n0.5 -1e+9 1.25E-3\r\"\u00e9\" $\n"
                                  "\"\"\"a\nb\"\"\"|\u00e9.  \n #  two \t\n#\n\n"),
                      NULL));
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(lexer_next(&l, &t));
        assert_int_equal(t.kind, wanted[i].kind);
        assert_slice(t.source, wanted[i].source);
        assert_int_equal(t.place.line, wanted[i].line);
        assert_int_equal(t.place.column, wanted[i].column);
        assert_int_equal(t.end_line, t.kind == TOKEN_BLOCK_STRING ? 5 : wanted[i].line);
    }
    assert_int_equal(l.comments.count, 3);
    assert_slice(l.comments.items[0].text, "one");
    assert_slice(l.comments.items[1].text, " two");
    assert_int_equal(l.comments.items[1].line, 6);
    assert_slice(l.comments.items[2].text, "");
    arena_free(&a);
}

/* NULL: not a string. */
static void string_values(void **state) {
    (void)state;
    static const struct {
        const char *source, *value;
    } cases[] = {
        {"\"\"", ""},
        {"\"a # , b\"", "a # , b"},
        {"\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t\"", "\" \\ / \b\f\n\r\t"},
        {"\"\\u00e9\\u20AC\\uFFFF\"", "\u00e9\u20ac\xEF\xBF\xBF"},
        {"\"\\uD83D\\uDE00 \\udbff\\udfff\"", "\U0001F600 \U0010FFFF"},
        {"\"\U0001F600\"", "\U0001F600"},
        {"\"\\uD83D\"", NULL},
        {"\"\\uDE00\"", NULL},
        {"\"\\uD83D\\uD83D\"", NULL},
        {"\"\\uD83D\\uE000\"", NULL},
        {"\"\\uD83Dx\"", NULL},
        {"\"\\uD83D\\n1234\"", NULL},
        {"\"\\uDE00\\uD83D\"", NULL},
        {"\"\\u{41}\"", NULL},
        {"\"\\u12\"", NULL},
        {"\"\\u12g4\"", NULL},
        {"\"\\U0041\"", NULL},
        {"\"\\\u00e9\"", NULL},
        {"\"\\", NULL},
        {"\"\\\"", NULL},
        {"\"a\n\"", NULL},
        {"\"a\\\n\"", NULL},
        {"\"a\r\"", NULL},
        {"\"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        lexer l;
        token t;
        syntax_document document;
        arena_init(&a, NULL);
        assert_true(start(&l, &a, &document, slice_of(cases[i].source), NULL));
        bool ok = lexer_next(&l, &t);
        if (ok != (cases[i].value != NULL)) fail_msg("%s", cases[i].source);
        if (ok) {
            assert_int_equal(t.kind, TOKEN_STRING);
            assert_slice(t.text, cases[i].value);
        }
        arena_free(&a);
    }
}

static void block_string_values(void **state) {
    (void)state;
    static const struct {
        const char *source, *value;
    } cases[] = {
        {"", ""},
        {" \n\t\n ", ""},
        {"a", "a"},
        {"  a  ", "  a  "},
        {"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  ",
         "Hello,\n  World!\n\nYours,\n  GraphQL."},
        {"a\n  b\n    c", "a\nb\n  c"}, /* the first line does not count */
        {"    a\n  b", "    a\nb"},
        {"\n\ta\n\t\tb", "a\n\tb"}, /* a tab is one character of indentation */
        {"\n  a\n b\n", " a\nb"},
        {"\n  a\n \n   \n  b", "a\n\n \nb"},          /* blank lines do not count, and lose what they can */
        {"\r\n  a\r\n\r\n  b\r  c\n\r", "a\n\nb\nc"}, /* every line end is '\n' */
        {"a \\\"\"\" \\n \\u0041 \"\" b", "a \"\"\" \\n \\u0041 \"\" b"},
        {"\\\\\"\"\"", "\\\"\"\""},
        {"\\\"\"\"\"\" ", "\"\"\"\"\" "},
        {"\u00e9\n \u00e8", "\u00e9\n\u00e8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena a;
        lexer l;
        token t;
        syntax_document document;
        arena_init(&a, NULL);
        sheaf_slice source = arena_printf(&a, "\"\"\"%s\"\"\"", cases[i].source);
        assert_true(start(&l, &a, &document, source, NULL));
        assert_true(lexer_next(&l, &t));
        assert_int_equal(t.kind, TOKEN_BLOCK_STRING);
        assert_non_null(t.text.ptr);
        assert_slice(t.text, cases[i].value);
        assert_true(lexer_next(&l, &t));
        assert_int_equal(t.kind, TOKEN_END);
        arena_free(&a);
    }
}

static void source_characters(void **state) {
    (void)state;
    const struct {
        sheaf_slice source;
        bool ok;
    } cases[] = {
        {SHEAF_SLICE("\t\n\r ~\x7F\xC2\x80\uFEFF\U0010FFFF"), true},
        {SHEAF_SLICE("a\0b"), false},
        {SHEAF_SLICE("\"\x07\""), false},
        {SHEAF_SLICE("#\x1F"), false},
        {SHEAF_SLICE("#\xFF"), false},
        {SHEAF_SLICE("#\xC3"), false},
        {SHEAF_SLICE("#\xED\xA0\x80"), false},
        {SHEAF_SLICE("#\xC0\x80"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lexer l;
        syntax_document document;
        sheaf_error err = {0};
        assert_int_equal(start(&l, NULL, &document, cases[i].source, &err), cases[i].ok);
        assert_int_equal(err.code, cases[i].ok ? SHEAF_OK : SHEAF_E_SYNTAX);
        assert_true(utf8_valid(slice_of(err.message)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_places),
        cmocka_unit_test(string_values),
        cmocka_unit_test(block_string_values),
        cmocka_unit_test(source_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
