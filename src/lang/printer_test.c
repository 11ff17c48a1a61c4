/* printer_test.c: every production of the grammar and its canonical form. */
#include <locale.h>

#include "lang.h"
#include "test.h"

static const struct {
    const char *source, *printed; /* NULL: printed as it is written */
} cases[] = {
    /* operations */
    {"{a}", "{\n  a\n}\n"},
    {"query {a}", "query {\n  a\n}\n"},
    {"query q{a,b c}", "query q {\n  a\n  b\n  c\n}\n"},
    {"mutation m{a}subscription s{b}", "mutation m {\n  a\n}\n\nsubscription s {\n  b\n}\n"},
    {"query($a:Int){a}", "query ($a: Int) {\n  a\n}\n"},
    {"query q($a:Int!=1@d$b:[[B!]]=[[{}]])@x@y(z:1){a}",
     "query q($a: Int! = 1 @d, $b: [[B!]] = [[{}]]) @x @y(z: 1) {\n  a\n}\n"},
    {"fragment f on T@d{a}", "fragment f on T @d {\n  a\n}\n"},
    {"{a:b(c:1)@d{e}}", "{\n  a: b(c: 1) @d {\n    e\n  }\n}\n"},
    {"{...f@d ...on T@e{a}...@g{b}...{c}}",
     "{\n  ...f @d\n  ... on T @e {\n    a\n  }\n  ... @g {\n    b\n  }\n  ... {\n    c\n  }\n}\n"},
    {"query query{query on fragment type true null}",
     "query query {\n  query\n  on\n  fragment\n  type\n  true\n  null\n}\n"},

    /* values */
    {"{a(b:$c d:1 e:-1.50E+3 f:\"x\" g:true h:false i:null j:K l:[]m:[1 2,]n:{}o:{p:1 q:[$r]})}",
     "{\n  a(\n    b: $c\n    d: 1\n    e: -1.50E+3\n    f: \"x\"\n    g: true\n    h: false\n    i: null\n  "
     "  j: K\n"
     "    l: []\n    m: [1, 2]\n    n: {}\n    o: {p: 1, q: [$r]}\n  )\n}\n"},
    {"{a(b:\"\\u0041\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001F\\u007F\\uD83D\\uDE00\u00e9\")}",
     "{\n  a(b: \"A/\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\U0001F600\u00e9\")\n}\n"},
    {"{a(b:\"\"\"one line\"\"\")}", "{\n  a(b: \"one line\")\n}\n"},
    {"{a(b:\"\"\"\n   two\n     lines\n\n  \"\"\" c:1)}",
     "{\n  a(\n    b: \"\"\"\n    two\n      lines\n    \"\"\"\n    c: 1\n  )\n}\n"},
    {"{a(b:\"two\\nlines\")}", "{\n  a(b: \"two\\nlines\")\n}\n"},
    {"{a(b:\"\"\"a \"b\" \\\"\"\" \\c\"\"\")}",
     "{\n  a(\n    b: \"\"\"\n    a \"b\" \\\"\"\" \\c\n    \"\"\"\n  )\n}\n"},
    {"{a(b:[\"\"\"x\ny\"\"\"])}",
     "{\n  a(\n    b: [\n      \"\"\"\n      x\n      y\n      \"\"\"\n    ]\n  )\n}\n"},

    /* type systems */
    {"schema@d{query:Q mutation:M,subscription:S}",
     "schema @d {\n  query: Q\n  mutation: M\n  subscription: S\n}\n"},
    {"\"d\"schema{query:Q}extend schema@d extend schema{query:Q}",
     "\"d\"\nschema {\n  query: Q\n}\n\nextend schema @d\n\nextend schema {\n  query: Q\n}\n"},
    {"scalar S scalar T@d extend scalar S@d", "scalar S\n\nscalar T @d\n\nextend scalar S @d\n"},
    {"type A type B implements&A&C@d{a:Int b(c:Int=1@e,d:[D!]!):F@g}",
     "type A\n\ntype B implements A & C @d {\n  a: Int\n  b(c: Int = 1 @e, d: [D!]!): F @g\n}\n"},
    {"extend type A implements B extend type A@d extend type A{a:A}",
     "extend type A implements B\n\nextend type A @d\n\nextend type A {\n  a: A\n}\n"},
    {"interface I implements J{a:A}extend interface I@d",
     "interface I implements J {\n  a: A\n}\n\nextend interface I @d\n"},
    {"union U union V=|A|B union W@d=A extend union U=C extend union U@d",
     "union U\n\nunion V = A | B\n\nunion W @d = A\n\nextend union U = C\n\nextend union U @d\n"},
    {"enum E enum F@d{A\"b\"B@c}extend enum E{C}extend enum E@d",
     "enum E\n\nenum F @d {\n  A\n  \"b\"\n  B @c\n}\n\nextend enum E {\n  C\n}\n\nextend enum E @d\n"},
    {"input I input J@d{a:Int=1@e b:[I]={a:1}}extend input I{c:C}extend input I@d",
     "input I\n\ninput J @d {\n  a: Int = 1 @e\n  b: [I] = {a: 1}\n}\n\nextend input I {\n  c: C\n}\n\n"
     "extend input I @d\n"},
    {"directive@a on QUERY directive@b(c:Int=1)repeatable on|FIELD|ENUM_VALUE",
     "directive @a on QUERY\n\ndirective @b(c: Int = 1) repeatable on FIELD | ENUM_VALUE\n"},
    {"directive @repeatable on MUTATION|SUBSCRIPTION|FRAGMENT_DEFINITION|FRAGMENT_SPREAD|INLINE_FRAGMENT"
     "|VARIABLE_DEFINITION|SCHEMA|SCALAR|OBJECT|FIELD_DEFINITION|ARGUMENT_DEFINITION|INTERFACE|UNION|ENUM"
     "|INPUT_OBJECT|INPUT_FIELD_DEFINITION",
     "directive @repeatable on\n  | MUTATION\n  | SUBSCRIPTION\n  | FRAGMENT_DEFINITION\n  | "
     "FRAGMENT_SPREAD\n"
     "  | INLINE_FRAGMENT\n  | VARIABLE_DEFINITION\n  | SCHEMA\n  | SCALAR\n  | OBJECT\n  | "
     "FIELD_DEFINITION\n"
     "  | ARGUMENT_DEFINITION\n  | INTERFACE\n  | UNION\n  | ENUM\n  | INPUT_OBJECT\n  | "
     "INPUT_FIELD_DEFINITION\n"},

    /* descriptions */
    {"\"\"\"\n  one\n\"\"\"type A{\"\"a:A\"x\\ny\"b(\"z\"c:C):B}",
     "\"one\"\ntype A {\n  \"\"\n  a: A\n  \"\"\"\n  x\n  y\n  \"\"\"\n  b(\n    \"z\"\n    c: C\n  ): "
     "B\n}\n"},
    {"\"say \\\"hello\\\"\"type A", "\"\"\"\nsay \"hello\"\n\"\"\"\ntype A\n"},
    {"\"C:\\\\\"type A", "\"\"\"\nC:\\\n\"\"\"\ntype A\n"},
    {"\"x\\n\\n y\"type A", "\"\"\"\nx\n\n y\n\"\"\"\ntype A\n"},
    {"\" x\\n y\"type A", "\" x\\n y\"\ntype A\n"}, /* a block string would lose the margin, */
    {"\"\\nx\"type A", "\"\\nx\"\ntype A\n"},       /* the blank lines at its ends, */
    {"\"x\\n \"type A", "\"x\\n \"\ntype A\n"},
    {"\"x\\r\\ny\"type A", "\"x\\r\\ny\"\ntype A\n"},       /* the kind of its line ends, */
    {"\"x\\n\\u0001\"type A", "\"x\\n\\u0001\"\ntype A\n"}, /* and cannot hold controls */

    /* comments */
    {"#a\n#\n#  b  \n{#c\na#d\n}#e\n#f", "# a\n#\n#  b\n# e\n{\n  # c\n  # d\n  a\n}\n\n# f\n"},
    {"query(#a\n$a:A){b\n#c\n}", "query (\n  # a\n  $a: A\n) {\n  b\n  # c\n}\n"},
    {"type A{\n#a\n\"b\"c(#d\n\"e\"f:F):G\n#h\n}#i",
     "# i\ntype A {\n  # a\n  \"b\"\n  c(\n    # d\n    \"e\"\n    f: F\n  ): G\n  # h\n}\n"},

    /* lines of exactly 100 characters stay, longer ones are broken */
    {"{\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(b: \"\u00e9cccccccccccccccccccccccccccccccc\", d: "
     "\"eeeeeeeeeeeeeeeeeeeee\")\n}\n",
     NULL},
    {"{\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(b: \"\u00e9ccccccccccccccccccccccccccccccccc\", d: "
     "\"eeeeeeeeeeeeeeeeeeeee\")\n}\n",
     "{\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(\n    b: \"\u00e9ccccccccccccccccccccccccccccccccc\"\n"
     "    d: \"eeeeeeeeeeeeeeeeeeeee\"\n  )\n}\n"},
    {"{\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(b: \"\u00e9cccccccccccccccccccccccccccccccc\", d: "
     "\"eeeeeeeeeeeeeeeeeeeee\") {\n    f\n  }\n}\n",
     "{\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(\n    b: \"\u00e9cccccccccccccccccccccccccccccccc\"\n    d: "
     "\"eeeeeeeeeeeeeeeeeeeee\"\n  ) {\n    f\n  }\n}\n"},
    {"query q @aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
     "@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(c: 1) {\n  a\n}\n",
     "query q\n  @aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
     "  @bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(c: 1) {\n  a\n}\n"},
    {"type A implements Aaaaaaaaaaaaaaaaaaaaaaaaaa & Bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb & "
     "Ccccccccccccccccccccccccc {\n"
     "  a: A\n}\n",
     "type A implements\n  & Aaaaaaaaaaaaaaaaaaaaaaaaaa\n  & Bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
     "  & Ccccccccccccccccccccccccc {\n  a: A\n}\n"},
    {"type A {\n  a(aaaaaaaaaaaaaaaaaaaaa: Int = 1, bbbbbbbbbbbbbbbbbbbbbbbbbb: Int = 2, "
     "cccccccccccccccccccccc: Int): [Int!] @d\n}",
     "type A {\n  a(\n    aaaaaaaaaaaaaaaaaaaaa: Int = 1\n    bbbbbbbbbbbbbbbbbbbbbbbbbb: Int = 2\n"
     "    cccccccccccccccccccccc: Int\n  ): [Int!] @d\n}\n"},
    {"input A{a:A={b:\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" "
     "c:[\"cccccccccccccccccccccccccccccccccccccccccccccccccc\" 1]}}",
     "input A {\n  a: A = {\n    b: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n"
     "    c: [\"cccccccccccccccccccccccccccccccccccccccccccccccccc\", 1]\n  }\n}\n"},
};

static void print(buffer *out, const char *source) {
    arena a;
    sheaf_error err;
    syntax_document *document;
    arena_init(&a, NULL);
    if (!lang_parse(&a, slice_of(source), "f", &document, &err)) fail_msg("%s", err.message);
    lang_print(out, document);
    assert_false(out->failed);
    arena_free(&a);
}

static void canonical_forms(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *wanted = cases[i].printed ? cases[i].printed : cases[i].source;
        buffer out;
        buffer_init(&out, NULL);
        print(&out, cases[i].source);
        assert_slice(buffer_view(&out), wanted);
        buffer_clear(&out);
        print(&out, wanted);
        assert_slice(buffer_view(&out), wanted);
        buffer_free(&out);
    }
}

static void appends(void **state) {
    (void)state;
    buffer out;
    buffer_init(&out, NULL);
    buffer_cstr(&out, "# before ");
    for (int i = 0; i < 200; i++) buffer_byte(&out, '-');
    buffer_byte(&out, '\n');
    size_t start = out.len;
    print(&out, "{a(b:1)}");
    assert_slice(((sheaf_slice){out.ptr + start, out.len - start}), "{\n  a(b: 1)\n}\n");
    buffer_free(&out);
}

static void locale_does_not_matter(void **state) {
    setlocale(LC_ALL, "");
    canonical_forms(state);
    setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_forms),
        cmocka_unit_test(appends),
        cmocka_unit_test(locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
