/* parser_test.c: trees, comments, limits, hostile input, failing allocations. What each production looks like
 * is in printer_test.c, what wrong documents are told in error_test.c. */
#include <stdlib.h>

#include "lang.h"
#include "test.h"

static syntax_document *parse(arena *a, const char *source) {
    syntax_document *document;
    sheaf_error err;
    if (!lang_parse(a, slice_of(source), "test.graphql", &document, &err)) fail_msg("%s", err.message);
    return document;
}

#define assert_place(at, wanted_line, wanted_column)                                                         \
    (assert_int_equal((at).line, wanted_line), assert_int_equal((at).column, wanted_column))

static void operation_tree(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    char source[] =
        "query hot(\n"
        "  $distro: String!, $ids: [[Int!]] = [1, 2] @d\n"
        ") @route(path: \"/x\") {\n"
        "  one: distro(name: $distro, w: {x: [true, null, -1.5, E, \"s\", \"\"\"b\"\"\"]}) @required {\n"
        "    ...card @skip(if: false)\n"
        "    ... on Person { name }\n"
        "    ... @include(if: true) { name }\n"
        "  }\n"
        "}\n";
    char file[] = "test.graphql";
    syntax_document *document;
    assert_true(lang_parse(&a, slice_of(source), file, &document, NULL));
    memset(source, 'x', sizeof source - 1); /* neither need outlive the call */
    memset(file, 'x', sizeof file - 1);
    assert_string_equal(document->file, "test.graphql");
    assert_int_equal(document->definition_count, 1);

    const syntax_definition *d = document->definitions;
    assert_int_equal(d->kind, SYNTAX_OPERATION);
    assert_false(d->shorthand || d->extend);
    assert_slice(d->operation, "query");
    assert_slice(d->name, "hot");
    assert_place(d->place, 1, 7);
    assert_null(d->comment.ptr);
    assert_null(d->description.ptr);

    assert_int_equal(d->variable_count, 2);
    assert_slice(d->variables[0].name, "distro");
    assert_place(d->variables[0].place, 2, 3);
    assert_slice(d->variables[0].type->name, "String");
    assert_true(d->variables[0].type->non_null);
    assert_null(d->variables[0].default_value);
    const syntax_type *ids = d->variables[1].type;
    assert_null(ids->name.ptr);
    assert_false(ids->non_null || ids->of->non_null);
    assert_slice(ids->of->of->name, "Int");
    assert_true(ids->of->of->non_null);
    assert_place(ids->of->of->place, 2, 29);
    assert_int_equal(d->variables[1].default_value->item_count, 2);
    assert_slice(d->variables[1].directives.items[0].name, "d");
    assert_slice(d->directives.items[0].name, "route");
    assert_place(d->directives.items[0].place, 3, 3);
    assert_slice(d->directives.items[0].arguments[0].value.text, "/x");

    assert_int_equal(d->selection_count, 1);
    const syntax_selection *field = d->selections;
    assert_int_equal(field->kind, SYNTAX_FIELD);
    assert_slice(field->alias, "one");
    assert_slice(field->name, "distro");
    assert_place(field->place, 4, 8);
    assert_int_equal(field->argument_count, 2);
    assert_int_equal(field->arguments[0].value.kind, SYNTAX_VARIABLE);
    assert_slice(field->arguments[0].value.text, "distro");
    assert_place(field->arguments[1].place, 4, 30);
    assert_place(field->arguments[1].value.place, 4, 33);
    const syntax_value *items = field->arguments[1].value.fields[0].value.items;
    assert_int_equal(items[0].kind, SYNTAX_BOOLEAN);
    assert_true(items[0].boolean);
    assert_int_equal(items[1].kind, SYNTAX_NULL);
    assert_int_equal(items[2].kind, SYNTAX_FLOAT);
    assert_slice(items[2].text, "-1.5");
    assert_int_equal(items[3].kind, SYNTAX_ENUM);
    assert_int_equal(items[4].kind, SYNTAX_STRING);
    assert_false(items[4].block);
    assert_slice(items[5].text, "b");
    assert_true(items[5].block);

    assert_int_equal(field->selection_count, 3);
    const syntax_selection *inner = field->selections;
    assert_int_equal(inner[0].kind, SYNTAX_SPREAD);
    assert_slice(inner[0].name, "card");
    assert_place(inner[0].place, 5, 8);
    assert_false(inner[0].directives.items[0].arguments[0].value.boolean);
    assert_int_equal(inner[1].kind, SYNTAX_INLINE);
    assert_slice(inner[1].type_condition, "Person");
    assert_place(inner[1].place, 6, 12);
    assert_null(inner[2].type_condition.ptr);
    assert_place(inner[2].place, 7, 5);
    assert_slice(inner[2].selections[0].name, "name");
    arena_free(&a);
}

static void type_tree(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    const syntax_document *document = parse(&a, "\"\"\" D \"\"\" type A implements B & C @x {\n"
                                                "  \"\" f(a: Int = 3, \"e\" b: [Int]): T! @y\n"
                                                "}\n"
                                                "extend enum E { V }\n"
                                                "directive @d(a: Int) repeatable on FIELD | ENUM\n"
                                                "schema { query: Q }\n"
                                                "{ x }\n");
    const syntax_definition *d = document->definitions;
    assert_int_equal(document->definition_count, 5);
    assert_int_equal(d[0].kind, SYNTAX_OBJECT_TYPE);
    assert_slice(d[0].description, " D ");
    assert_true(d[0].description_block);
    assert_place(d[0].place, 1, 16);
    assert_int_equal(d[0].interface_count, 2);
    assert_slice(d[0].interfaces[1].name, "C");
    assert_place(d[0].interfaces[1].place, 1, 33);
    const syntax_field_definition *f = d[0].fields;
    assert_non_null(f->description.ptr);
    assert_slice(f->description, "");
    assert_false(f->description_block);
    assert_place(f->place, 2, 6);
    assert_int_equal(f->argument_count, 2);
    assert_slice(f->arguments[0].default_value->text, "3");
    assert_slice(f->arguments[1].description, "e");
    assert_place(f->arguments[1].place, 2, 24);
    assert_true(f->type->non_null);
    assert_slice(f->directives.items[0].name, "y");

    assert_int_equal(d[1].kind, SYNTAX_ENUM_TYPE);
    assert_true(d[1].extend);
    assert_slice(d[1].enum_values[0].name, "V");
    assert_int_equal(d[2].kind, SYNTAX_DIRECTIVE_DEFINITION);
    assert_true(d[2].repeatable);
    assert_place(d[2].place, 5, 12);
    assert_int_equal(d[2].field_count, 1);
    assert_slice(d[2].members[1].name, "ENUM");
    assert_int_equal(d[3].kind, SYNTAX_SCHEMA);
    assert_null(d[3].name.ptr);
    assert_place(d[3].place, 6, 1);
    assert_slice(d[3].root_types[0].operation.name, "query");
    assert_slice(d[3].root_types[0].type.name, "Q");
    assert_true(d[4].shorthand);
    assert_slice(d[4].operation, "query");
    assert_place(d[4].place, 7, 1);
    arena_free(&a);
}

/* Each comment goes to the node that it stands before, in, or after on its last line. */
static void comments(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    const syntax_document *document = parse(&a, "# one\n"
                                                "#two\n\n"
                                                "\"d\" # three\n"
                                                "type A { # four\n"
                                                "  # five\n"
                                                "  a: Int # six\n"
                                                "  # seven\n"
                                                "  b( # eight\n"
                                                "    x: Int # nine\n"
                                                "    # ten\n"
                                                "  ): Int\n"
                                                "  #   \n"
                                                "  # eleven\n"
                                                "} # twelve\n"
                                                "query(\n"
                                                "  # thirteen\n"
                                                "  $v: Int) { # fourteen\n"
                                                "  a(x: [ # fifteen\n"
                                                "    1]) { b # sixteen\n"
                                                "    # seventeen\n"
                                                "  }\n"
                                                "  # eighteen\n"
                                                "}\n"
                                                "enum E {\n"
                                                "  V # nineteen\n"
                                                "}\n"
                                                "# twenty");
    const syntax_definition *d = document->definitions;
    assert_slice(d[0].comment, "one\ntwo\nthree\ntwelve");
    assert_slice(d[0].fields[0].comment, "four\nfive\nsix");
    assert_slice(d[0].fields[1].comment, "seven\nten");
    assert_slice(d[0].fields[1].arguments[0].comment, "eight\nnine");
    assert_slice(d[0].closing_comment, "\neleven");
    assert_null(d[1].comment.ptr);
    assert_slice(d[1].variables[0].comment, "thirteen");
    assert_slice(d[1].selections[0].comment, "fourteen\nfifteen");
    assert_slice(d[1].selections[0].selections[0].comment, "sixteen");
    assert_slice(d[1].selections[0].closing_comment, "seventeen");
    assert_slice(d[1].closing_comment, "eighteen");
    assert_slice(d[2].enum_values[0].comment, "nineteen");
    assert_slice(document->comment, "twenty");
    arena_free(&a);
}

static bool parses(sheaf_slice source, sheaf_error *err) {
    arena a;
    syntax_document *document;
    arena_init(&a, NULL);
    bool ok = lang_parse(&a, source, "f", &document, err);
    arena_free(&a);
    return ok;
}

/* before, `open` n times, middle, `close` n times, after. */
static bool parses_nested(const char *const parts[5], int depth, sheaf_error *err) {
    buffer b;
    buffer_init(&b, NULL);
    buffer_cstr(&b, parts[0]);
    for (int i = 0; i < depth; i++) buffer_cstr(&b, parts[1]);
    buffer_cstr(&b, parts[2]);
    for (int i = 0; i < depth; i++) buffer_cstr(&b, parts[3]);
    buffer_cstr(&b, parts[4]);
    bool ok = parses(buffer_view(&b), err);
    buffer_free(&b);
    return ok;
}

static void depth_limit(void **state) {
    (void)state;
    static const struct {
        const char *parts[5];
        int outer; /* levels around the repeated part */
        const char *message;
    } cases[] = {
        {{"", "{a", "", "}", ""}, 0, "f:1:129: expected at most 64 levels of nesting, found another '{'"},
        {{"{", "...{", "a", "}", "}"},
         1,
         "f:1:257: expected at most 64 levels of nesting, found another '{'"},
        {{"{a(b:", "[", "", "]", ")}"},
         1,
         "f:1:69: expected at most 64 levels of nesting, found another '['"},
        {{"{a(b:", "{c:", "1", "}", ")}"},
         1,
         "f:1:195: expected at most 64 levels of nesting, found another '{'"},
        {{"type A{a:", "[", "B", "]", "}"},
         1,
         "f:1:73: expected at most 64 levels of nesting, found another '['"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sheaf_error err;
        int most = LANG_DEPTH_MAX - cases[i].outer;
        if (!parses_nested(cases[i].parts, most, &err)) fail_msg("%s", err.message);
        assert_false(parses_nested(cases[i].parts, most + 1, &err));
        assert_int_equal(err.code, SHEAF_E_SYNTAX);
        *strchr(err.message, '\n') = 0;
        assert_string_equal(err.message, cases[i].message);
    }
}

/* A million of anything ends soon, well, and without a deep stack. */
static void hostile_repetition(void **state) {
    (void)state;
    static const struct {
        const char *start, *repeated;
        bool ok;
    } cases[] = {
        {"", "{", false},          {"", "{a", false},
        {"{a(b:", "[", false},     {"{a(b:", "{c:", false},
        {"type A{a:", "[", false}, {"", "\"", false},
        {"", "\"\"\"", false},     {"{a(b:\"\"\"", "\\\"\"\"", false},
        {"{a(b:\"", "\\", false},  {"{a(b:\"", "x", false},
        {"{a(b:", "-", false},     {"{a(b:", "1", false},
        {"", "#", false},          {"", "#\n", false},
        {"", ",", false},          {"", "\xEF\xBB\xBF", false},
        {"{a}", "#\n", true},      {"{a}", "{a}", true},
        {"{a", " a", false},       {"", "type", false},
        {"type A", "@a", true},    {"union A=A", "|A", true},
        {"", "(", false},          {"{a(b:\"\"\"", "\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer b;
        sheaf_error err;
        buffer_init(&b, NULL);
        buffer_cstr(&b, cases[i].start);
        while (b.len < 1 << 20) buffer_cstr(&b, cases[i].repeated);
        if (parses(buffer_view(&b), &err) != cases[i].ok) fail_msg("%s", cases[i].repeated);
        if (!cases[i].ok) assert_int_equal(err.code, SHEAF_E_SYNTAX);
        buffer_free(&b);
    }
}

static void size_limit(void **state) {
    (void)state;
    size_t size = LANG_SOURCE_MAX + 1;
    char *source = malloc(size);
    assert_non_null(source);
    memset(source, ' ', size);
    memcpy(source, "{a}", 3);
    sheaf_error err;
    assert_true(parses((sheaf_slice){source, size - 1}, &err));
    assert_false(parses((sheaf_slice){source, size}, &err));
    assert_string_equal(err.message, "f: expected at most 16777216 bytes, found 16777217");
    free(source);
}

/* Every prefix, and every byte changed: an answer, and nothing read outside (copies have no room around). */
static void damaged_documents(void **state) {
    (void)state;
    static const char good[] =
        "\"\"\" d\n\\\"\"\" \"\"\" type A implements B @x(y: \"\\u00e9\\uD83D\\uDE00\") "
        "{ f(a: [Int!] = [1.5e3, -0]): T! } # c\nquery q($a: I = {b: E}) { ...f a: b "
        "... on C @d { e } }";
    static const char bytes[] = {'{', '}', '"', '\\', '\n', '.', '#', '0', 'x', '\0', '\xC3', '\xFF'};
    sheaf_error err;
    assert_true(parses(SHEAF_SLICE("{a}"), &err));
    for (size_t len = 0; len < sizeof good; len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, good, len);
        parses((sheaf_slice){len ? copy : NULL, len}, &err);
        for (size_t i = 0; len && i < sizeof bytes; i++) {
            copy[len - 1] = bytes[i];
            parses((sheaf_slice){copy, len}, &err);
        }
        free(copy);
    }
    for (size_t at = 0; at + 1 < sizeof good; at++)
        for (size_t i = 0; i < sizeof bytes; i++) {
            char copy[sizeof good];
            memcpy(copy, good, sizeof good);
            copy[at] = bytes[i];
            parses((sheaf_slice){copy, sizeof good - 1}, &err);
        }
}

static void failing_allocations(void **state) {
    (void)state;
    static const char source[] =
        "# c\n\"d\" type A implements B @x(y: \"\\u00e9\", z: \"\"\"\n b\n \"\"\") { f(a: [Int!] = [1]): T! "
        "} # e\n"
        "union U = A | B enum E { V } schema { query: Q } directive @d(a: Int) on FIELD\n"
        "query q($a: I = {b: E}) { ...f a: b(c: $a) # x\n ... on C @d { e } # y\n } # z\n# end";
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        buffer b;
        syntax_document *document = NULL;
        sheaf_error err = {0};
        arena_init(&a, &m.allocator);
        buffer_init(&b, &m.allocator);
        bool ok = lang_parse(&a, slice_of(source), "f", &document, &err);
        if (ok)
            lang_print(&b, document);
        else
            assert_true(m.failed && err.code == SHEAF_E_MEMORY && !document);
        assert_int_equal(m.failed, !ok || b.failed);
        buffer_free(&b);
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operation_tree),     cmocka_unit_test(type_tree),
        cmocka_unit_test(comments),           cmocka_unit_test(depth_limit),
        cmocka_unit_test(hostile_repetition), cmocka_unit_test(size_limit),
        cmocka_unit_test(damaged_documents),  cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
