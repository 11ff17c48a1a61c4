/* equal_test.c: trees that say the same, and trees that differ in one thing. */
#include "lang.h"
#include "test.h"

static bool equal(const char *left, const char *right) {
    arena a;
    syntax_document *l, *r;
    sheaf_error err;
    arena_init(&a, NULL);
    if (!lang_parse(&a, slice_of(left), "left", &l, &err)) fail_msg("%s", err.message);
    if (!lang_parse(&a, slice_of(right), "right", &r, &err)) fail_msg("%s", err.message);
    bool is_equal = lang_equal(l, r);
    assert_int_equal(lang_equal(r, l), is_equal);
    assert_true(lang_equal(l, l) && lang_equal(r, r));
    arena_free(&a);
    return is_equal;
}

static void the_same(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"{ a, b }", "# c\n{\n  a # d\n  b\n}\n# e"},
        {"{ a }", "query { a }"},
        {"{ a(b: \"x\") }", "{ a(b: \"\"\"x\"\"\") }"},
        {"{ a(b: \"\\u0078\") }", "{ a(b: \"x\") }"},
        {"\"d\" type A", "\"\"\"\n  d\n\"\"\" type A"},
        {"type A implements B & C", "type A implements & B & C"},
        {"union U = A | B", "union U = | A | B"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!equal(pairs[i][0], pairs[i][1])) fail_msg("%s != %s", pairs[i][0], pairs[i][1]);
}

static void different(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"{ a }", "{ b }"},
        {"{ a }", "{ a b }"},
        {"{ a b }", "{ b a }"},
        {"{ a }", "{ a } { a }"},
        {"{ a }", "{ a: a }"},
        {"{ a }", "{ a { b } }"},
        {"{ a }", "{ ...a }"},
        {"{ a }", "{ a @b }"},
        {"{ a @b }", "{ a @c }"},
        {"{ a @b }", "{ a @b @b }"},
        {"{ a @b(c: 1) }", "{ a @b(c: 2) }"},
        {"{ a(b: 1) }", "{ a(c: 1) }"},
        {"{ a(b: 1) }", "{ a(b: 1.0) }"},
        {"{ a(b: 1) }", "{ a(b: \"1\") }"},
        {"{ a(b: x) }", "{ a(b: \"x\") }"},
        {"{ a(b: x) }", "{ a(b: $x) }"},
        {"{ a(b: null) }", "{ a(b: false) }"},
        {"{ a(b: true) }", "{ a(b: false) }"},
        {"{ a(b: []) }", "{ a(b: {}) }"},
        {"{ a(b: []) }", "{ a(b: [1]) }"},
        {"{ a(b: {c: 1}) }", "{ a(b: {d: 1}) }"},
        {"{ a(b: {c: 1}) }", "{ a(b: {c: 2}) }"},
        {"{ ... { a } }", "{ ... on T { a } }"},
        {"{ ... on T { a } }", "{ ... on U { a } }"},
        {"query { a }", "mutation { a }"},
        {"query { a }", "query q { a }"},
        {"query q { a }", "query q @d { a }"},
        {"query q($a: Int) { a }", "query q($b: Int) { a }"},
        {"query q($a: Int) { a }", "query q($a: Float) { a }"},
        {"query q($a: Int) { a }", "query q($a: Int!) { a }"},
        {"query q($a: Int) { a }", "query q($a: [Int]) { a }"},
        {"query q($a: [Int]) { a }", "query q($a: [Int!]) { a }"},
        {"query q($a: Int) { a }", "query q($a: Int = 1) { a }"},
        {"query q($a: Int = 1) { a }", "query q($a: Int = 2) { a }"},
        {"query q($a: Int) { a }", "query q($a: Int @d) { a }"},
        {"fragment a on T { b }", "fragment a on U { b }"},
        {"type A", "input A"},
        {"type A", "\"\" type A"},
        {"\"d\" type A", "\"e\" type A"},
        {"type A @d", "extend type A @d"},
        {"type A", "type A implements B"},
        {"type A { b: Int }", "type A { \"d\" b: Int }"},
        {"type A { b: Int }", "type A { c: Int }"},
        {"type A { b: Int }", "type A { b(c: Int): Int }"},
        {"type A { b: Int }", "type A { b: Int @d }"},
        {"input A { b: Int }", "input A { b: Int = 1 }"},
        {"enum A { b }", "enum A { c }"},
        {"enum A { b }", "enum A { \"d\" b }"},
        {"enum A { b }", "enum A { b @d }"},
        {"union A = B", "union A = C"},
        {"schema { query: Q }", "schema { mutation: Q }"},
        {"schema { query: Q }", "schema { query: R }"},
        {"directive @a on FIELD", "directive @a repeatable on FIELD"},
        {"directive @a on FIELD", "directive @a(b: Int) on FIELD"},
        {"directive @a on FIELD", "directive @a on QUERY"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (equal(pairs[i][0], pairs[i][1])) fail_msg("%s == %s", pairs[i][0], pairs[i][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same), cmocka_unit_test(different)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
