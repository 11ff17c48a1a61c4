/* error_test.c: what wrong documents are told, to the letter; and lang_error itself. */
#include <locale.h>

#include "../base/utf8.h"
#include "lang.h"
#include "test.h"

#define END "the end of the document"

/* Document, line and column, message, the line as shown, blanks before the caret. */
static const struct {
    const char *source, *place, *message, *line;
    int caret;
} cases[] = {
    /* documents */
    {"", "1:1", "expected a definition, found " END, "", 0},
    {"# only this\n", "1:1", "expected a definition, found " END, "# only this", 0},
    {"tpye A", "1:1", "expected a definition, found 'tpye'; did you mean 'type'?", "tpye A", 0},
    {"{ a }\n}", "2:1", "expected a definition, found '}'", "}", 0},
    {"\"d\" query { a }", "1:5",
     "expected a definition that a description can stand before, found 'query'; write a comment with '#' "
     "instead",
     "\"d\" query { a }", 4},
    {"\"d\" extend type A @x", "1:5",
     "expected a definition that a description can stand before, found 'extend'; write a comment with '#' "
     "instead",
     "\"d\" extend type A @x", 4},
    {"\"d\" { a }", "1:5",
     "expected a definition that a description can stand before, found '{'; write a comment with '#' instead",
     "\"d\" { a }", 4},
    {"\"d\" ", "1:4", "expected a definition after its description, found " END, "\"d\" ", 3},
    {"\"d\" tyep A", "1:5", "expected a definition after its description, found 'tyep'; did you mean 'type'?",
     "\"d\" tyep A", 4},

    /* operations and fragments */
    {"query q", "1:8", "expected '{', found " END, "query q", 7},
    {"query q {}", "1:10", "expected a field name, found '}'; empty brackets are left out", "query q {}", 9},
    {"query q { a", "1:12", "expected a field name or '}', found " END "; '{' was opened at 1:9",
     "query q { a", 11},
    {"{\n  a {\n    b\n  }\n", "4:4", "expected a field name or '}', found " END "; '{' was opened at 1:1",
     "  }", 3},
    {"{ a { b ) }", "1:9", "expected a field name or '}', found ')'; '{' was opened at 1:5", "{ a { b ) }",
     8},
    {"query q(distro: String) { a }", "1:9", "expected a variable, found 'distro'; write '$distro'",
     "query q(distro: String) { a }", 8},
    {"query q($a: Int b: Int) { a }", "1:17", "expected a variable, found 'b'; write '$b'",
     "query q($a: Int b: Int) { a }", 16},
    {"query q() { a }", "1:9", "expected a variable, found ')'; empty brackets are left out",
     "query q() { a }", 8},
    {"query q($: Int) { a }", "1:10", "expected a variable name, found ':'", "query q($: Int) { a }", 9},
    {"query q($a Int) { a }", "1:12", "expected ':', found 'Int'", "query q($a Int) { a }", 11},
    {"query q($a: [Int) { a }", "1:17", "expected ']', found ')'; '[' was opened at 1:13",
     "query q($a: [Int) { a }", 16},
    {"query q($a: Int = $b) { a }", "1:19",
     "expected a constant value, found '$'; no variable can stand here", "query q($a: Int = $b) { a }", 18},
    {"query q($a: Int @d(x: $b)) { a }", "1:23",
     "expected a constant value, found '$'; no variable can stand here", "query q($a: Int @d(x: $b)) { a }",
     22},
    {"{ a: }", "1:6", "expected a field name, found '}'", "{ a: }", 5},
    {"{ a(: 1) }", "1:5", "expected an argument name, found ':'", "{ a(: 1) }", 4},
    {"{ a(b 1) }", "1:7", "expected ':', found '1'", "{ a(b 1) }", 6},
    {"{ a() }", "1:5", "expected an argument name, found ')'; empty brackets are left out", "{ a() }", 4},
    {"{ a @ }", "1:7", "expected a directive name, found '}'", "{ a @ }", 6},
    {"{ ... }", "1:7", "expected '{', found '}'", "{ ... }", 6},
    {"{ ...on }", "1:9", "expected a type, found '}'", "{ ...on }", 8},
    {"{ ..a }", "1:3", "expected a field name, found '.'; a fragment is spread with three dots, '...'",
     "{ ..a }", 2},
    {"fragment on on T { a }", "1:10", "expected a fragment name, found 'on'; write 'fragment NAME on TYPE'",
     "fragment on on T { a }", 9},
    {"fragment f { a }", "1:12", "expected 'on' and a type, found '{'", "fragment f { a }", 11},
    {"fragment f(a: 1) on T { a }", "1:11", "expected 'on' and a type, found '('",
     "fragment f(a: 1) on T { a }", 10},

    /* values */
    {"{ a(b: ) }", "1:8", "expected a value, found ')'", "{ a(b: ) }", 7},
    {"{ a(b: 'x') }", "1:8", "expected a value, found '''; strings are written in double quotes",
     "{ a(b: 'x') }", 7},
    {"{ a(b: \u201Cx\u201D) }", "1:8",
     "expected a value, found '\u201C' (U+201C); strings are written in plain double quotes",
     "{ a(b: \u201Cx\u201D) }", 7},
    {"{ a(b: [1, 2}) }", "1:13", "expected a value or ']', found '}'; '[' was opened at 1:8",
     "{ a(b: [1, 2}) }", 12},
    {"{ a(b: {c 1}) }", "1:11", "expected ':', found '1'", "{ a(b: {c 1}) }", 10},
    {"{ a(b: {\"c\": 1}) }", "1:9", "expected a field name or '}', found a string", "{ a(b: {\"c\": 1}) }",
     8},
    {"{ a(b: \"x) }", "1:13", "expected '\"', found " END "; the string was opened at 1:8", "{ a(b: \"x) }",
     12},
    {"{\n a(b: \"x)\n }", "2:10", "expected '\"', found the end of the line; the string was opened at 2:7",
     " a(b: \"x)", 9},
    {"{ a(b: \"\"\"x\n\") }", "2:5", "expected '\"\"\"', found " END "; the block string was opened at 1:8",
     "\") }", 4},
    {"{ a(b: \"\\x\") }", "1:9",
     "expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, found '\\x'",
     "{ a(b: \"\\x\") }", 8},
    {"{ a(b: \"\\u{1F600}\") }", "1:9", "expected four hexadecimal digits after '\\u', found '\\u{1F6'",
     "{ a(b: \"\\u{1F600}\") }", 8},
    {"{ a(b: \"\\uD83D\") }", "1:9", "expected a character or a surrogate pair, found '\\uD83D'",
     "{ a(b: \"\\uD83D\") }", 8},
    {"{ a(b: 007) }", "1:8", "expected a number without leading zeros, found '00'", "{ a(b: 007) }", 7},
    {"{ a(b: -x) }", "1:9", "expected a digit, found 'x'", "{ a(b: -x) }", 8},
    {"{ a(b: 1.) }", "1:10", "expected a digit, found ')'", "{ a(b: 1.) }", 9},
    {"{ a(b: 1e) }", "1:10", "expected a digit, found ')'", "{ a(b: 1e) }", 9},
    {"{ a(b: 0x1F) }", "1:9", "expected the end of the number, found 'x'", "{ a(b: 0x1F) }", 8},
    {"{ a(b: 1.2.3) }", "1:11", "expected the end of the number, found '.'", "{ a(b: 1.2.3) }", 10},

    /* type systems */
    {"type", "1:5", "expected a type name, found " END, "type", 4},
    {"type A { name String }", "1:15", "expected ':', found 'String'", "type A { name String }", 14},
    {"type A { name: }", "1:16", "expected a type, found '}'", "type A { name: }", 15},
    {"type A { name: 'x' }", "1:16", "expected a type, found '''; strings are written in double quotes",
     "type A { name: 'x' }", 15},
    {"type A { a: List<B> }", "1:17",
     "expected a field name or '}', found '<'; lists are written as '[Type]'", "type A { a: List<B> }", 16},
    {"type A { a: Int; }", "1:16",
     "expected a field name or '}', found ';'; nothing stands between definitions or fields",
     "type A { a: Int; }", 15},
    {"type A { a: Int = 1 }", "1:17", "expected a field name or '}', found '='", "type A { a: Int = 1 }", 16},
    {"type A { a(b: Int = $c): Int }", "1:21",
     "expected a constant value, found '$'; no variable can stand here", "type A { a(b: Int = $c): Int }",
     20},
    {"type A @d(e: $f)", "1:14", "expected a constant value, found '$'; no variable can stand here",
     "type A @d(e: $f)", 13},
    {"input A { b: C = 1 @d(e: $f) }", "1:26",
     "expected a constant value, found '$'; no variable can stand here", "input A { b: C = 1 @d(e: $f) }",
     25},
    {"type A {}", "1:9", "expected a field name, found '}'; empty brackets are left out", "type A {}", 8},
    {"type A implements B, C { a: Int }", "1:22",
     "expected '&' or '{', found 'C'; several interfaces are joined by '&'",
     "type A implements B, C { a: Int }", 21},
    {"type A implements { a: Int }", "1:19", "expected an interface, found '{'",
     "type A implements { a: Int }", 18},
    {"// A\ntype A", "1:1", "expected a definition, found '/'; comments begin with '#'", "// A", 0},
    {"input I { a(b: Int): Int }", "1:12", "expected ':', found '('", "input I { a(b: Int): Int }", 11},
    {"input I implements A { a: Int }", "1:9", "expected a definition, found 'implements'",
     "input I implements A { a: Int }", 8},
    {"enum E { A null }", "1:12",
     "expected an enum value, found 'null'; true, false and null are values of their own",
     "enum E { A null }", 11},
    {"enum E { 1 }", "1:10", "expected an enum value, found '1'", "enum E { 1 }", 9},
    {"union U = A |", "1:14", "expected a member type, found " END, "union U = A |", 13},
    {"union U =", "1:10", "expected a member type, found " END, "union U =", 9},
    {"schema", "1:7", "expected '{', found " END, "schema", 6},
    {"schema { queries: Q }", "1:10", "expected 'query', 'mutation' or 'subscription', found 'queries'",
     "schema { queries: Q }", 9},
    {"directive d on FIELD", "1:11", "expected '@', found 'd'", "directive d on FIELD", 10},
    {"directive @d FIELD", "1:14", "expected 'on' and the directive's locations, found 'FIELD'",
     "directive @d FIELD", 13},
    {"directive @d on FEILD", "1:17", "expected a directive location, found 'FEILD'; did you mean 'FIELD'?",
     "directive @d on FEILD", 16},
    {"extend type A", "1:14", "expected what the extension adds, found " END, "extend type A", 13},
    {"extend scalar A type B", "1:17", "expected what the extension adds, found 'type'",
     "extend scalar A type B", 16},
    {"extend query q { a }", "1:8", "expected a kind of type to extend, found 'query'",
     "extend query q { a }", 7},
    {"extend directive @d on FIELD", "1:8", "expected a kind of type to extend, found 'directive'",
     "extend directive @d on FIELD", 7},
    {"extend { a }", "1:8", "expected a kind of type to extend, found '{'", "extend { a }", 7},

    /* characters */
    {"{ a\x07 }", "1:4",
     "expected text, found the control character U+0007; in a string it is written \\u0007", "{ a? }", 3},
    {"{ a\xFF }", "1:4", "expected UTF-8, found the byte 0xFF", "{ a? }", 3},
    {"{ \u00e9 }", "1:3", "expected a field name, found '\u00e9' (U+00E9)", "{ \u00e9 }", 2},
    {"{\t\u00e9", "1:3", "expected a field name, found '\u00e9' (U+00E9)", "{ \u00e9", 2},
    {"\"\u6F22\u5B57\" x", "1:6", "expected a definition after its description, found 'x'",
     "\"\u6F22\u5B57\" x", 7},
    {"\xEF\xBB\xBF}", "1:1", "expected a definition, found '}'", "}", 0},
    {"# a\r# b\r\n# c\n  }", "4:3", "expected a definition, found '}'", "  }", 2},
};

static void messages(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[SHEAF_ERROR_MESSAGE_MAX];
        snprintf(wanted, sizeof wanted, "f.graphql:%s: %s\n  %s\n  %*s^", cases[i].place, cases[i].message,
                 cases[i].line, cases[i].caret, "");
        arena a;
        sheaf_error err = {0};
        syntax_document *document = NULL;
        arena_init(&a, NULL);
        if (lang_parse(&a, slice_of(cases[i].source), "f.graphql", &document, &err))
            fail_msg("parsed: %s", cases[i].source);
        assert_string_equal(err.message, wanted);
        assert_int_equal(err.code, SHEAF_E_SYNTAX);
        assert_null(document);
        assert_false(lang_parse(&a, slice_of(cases[i].source), "f.graphql", &document, NULL));
        arena_free(&a);
    }
}

static void long_names_are_cut(void **state) {
    (void)state;
    arena a;
    sheaf_error err;
    syntax_document *document;
    arena_init(&a, NULL);
    assert_false(lang_parse(&a, SHEAF_SLICE("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"),
                            "f", &document, &err));
    assert_string_equal(err.message, "f:1:1: expected a definition, found "
                                     "'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee...'\n"
                                     "  aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff\n"
                                     "  ^");
    arena_free(&a);
}

/* Lines of every length around the cut, every column: the caret stands under the character. */
static void long_lines_are_cut(void **state) {
    (void)state;
    static const char digits[] = "0123456789";
    for (uint32_t length = 1; length < 300; length += 7) {
        char line[320];
        for (uint32_t i = 0; i < length; i++) line[i] = digits[i % 10];
        syntax_document document = {.file = "f", .source = {line, length}};
        for (uint32_t column = 1; column <= length; column++) {
            sheaf_error err;
            assert_false(lang_error(&err, SHEAF_E_MODEL, &document, (syntax_place){1, column}, "%d%%", 100));
            assert_int_equal(err.code, SHEAF_E_MODEL);
            char *shown = strchr(err.message, '\n') + 1, *caret = strchr(shown, '\n') + 1;
            assert_true(caret - shown <= 80 + 2 + 6 + 1);
            assert_int_equal(shown[strlen(caret) - 1], digits[(column - 1) % 10]);
        }
    }
}

static void places_outside(void **state) {
    (void)state;
    syntax_document document = {.file = "f", .source = SHEAF_SLICE("ab\ncd")};
    sheaf_error err;
    lang_error(&err, SHEAF_E_MODEL, &document, (syntax_place){9, 9}, "x");
    assert_string_equal(err.message, "f:9:9: x\n  \n  ^");
    lang_error(&err, SHEAF_E_MODEL, &document, (syntax_place){2, 9}, "x");
    assert_string_equal(err.message, "f:2:9: x\n  cd\n    ^");
    lang_error(&err, SHEAF_E_MODEL, &document, (syntax_place){0, 0}, "x");
    assert_string_equal(err.message, "f:0:0: x\n  ab\n  ^");
    document.source = (sheaf_slice){0};
    lang_error(&err, SHEAF_E_MODEL, &document, (syntax_place){1, 1}, "x");
    assert_string_equal(err.message, "f:1:1: x\n  \n  ^");
}

static void any_bytes_are_shown_as_text(void **state) {
    (void)state;
    uint64_t seed = 5;
    for (int round = 0; round < 2000; round++) {
        char line[400];
        for (size_t i = 0; i < sizeof line; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            line[i] = (char)(seed >> 56 | (seed >> 40 & 0x80));
        }
        syntax_document document = {.file = "f", .source = {line, sizeof line}};
        sheaf_error err;
        lang_error(&err, SHEAF_E_SYNTAX, &document, (syntax_place){1 + (seed >> 20) % 3, (seed >> 30) % 450},
                   "x");
        assert_true(utf8_valid(slice_of(err.message)));
    }
}

static void locale_does_not_matter(void **state) {
    setlocale(LC_ALL, "");
    messages(state);
    setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(places_outside),
        cmocka_unit_test(any_bytes_are_shown_as_text),
        cmocka_unit_test(locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
