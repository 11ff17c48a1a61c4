#include "value.h"

#include "test.h"

/* A value as text: 5, 1.5, 'x', null. */
static const char *show(const sheaf_value *v, char *out, size_t room) {
    switch (v->kind) {
    case SHEAF_KIND_NULL: return "null";
    case SHEAF_KIND_INT: snprintf(out, room, "%lld", (long long)v->i); break;
    case SHEAF_KIND_FLOAT: snprintf(out, room, "%g", v->f); break;
    case SHEAF_KIND_TEXT: snprintf(out, room, "'%.*s'", SHEAF_SLICE_ARGS(v->text)); break;
    case SHEAF_KIND_LIST: return "list";
    }
    return out;
}

static const syntax_value *literal_of(arena *memory, const char *literal, const syntax_document **ret) {
    syntax_document *document;
    sheaf_error err = {0};
    sheaf_slice source = arena_printf(memory, "{ f(a: %s) }", literal);
    if (!lang_parse(memory, source, "s", &document, &err)) fail_msg("%s", err.message);
    *ret = document;
    return &document->definitions[0].selections[0].arguments[0].value;
}

static const struct {
    sheaf_scalar scalar;
    const char *literal, *value; /* NULL: refused */
} literals[] = {
    {SHEAF_ID, "42", "42"},
    {SHEAF_ID, "\"42\"", "42"},
    {SHEAF_ID, "\"042\"", "'042'"},
    {SHEAF_ID, "\"abc\"", "'abc'"},
    {SHEAF_ID, "\"9223372036854775808\"", "'9223372036854775808'"},
    {SHEAF_ID, "9223372036854775807", "9223372036854775807"},
    {SHEAF_ID, "1.5", NULL},
    {SHEAF_ID, "true", NULL},
    {SHEAF_ID, "null", "null"},
    {SHEAF_INT, "-2147483648", "-2147483648"},
    {SHEAF_INT, "2147483648", NULL},
    {SHEAF_INT, "\"1\"", NULL},
    {SHEAF_INT, "1.0", NULL},
    {SHEAF_INT, "X", NULL},
    {SHEAF_INT, "[1]", NULL},
    {SHEAF_INT, "{a: 1}", NULL},
    {SHEAF_BIGINT, "2147483648", "2147483648"},
    {SHEAF_BIGINT, "9223372036854775808", NULL},
    {SHEAF_FLOAT, "1", "1"},
    {SHEAF_FLOAT, "1.5e3", "1500"},
    {SHEAF_FLOAT, "1e999", NULL},
    {SHEAF_STRING, "\"x\"", "'x'"},
    {SHEAF_STRING, "\"\"", "''"},
    {SHEAF_STRING, "X", NULL},
    {SHEAF_BOOLEAN, "true", "1"},
    {SHEAF_BOOLEAN, "false", "0"},
    {SHEAF_BOOLEAN, "1", NULL},
    {SHEAF_TIMESTAMP, "\"1970-01-01T00:00:01Z\"", "1000000"},
    {SHEAF_TIMESTAMP, "\"1970-01-01\"", NULL},
    {SHEAF_TIMESTAMP, "0", NULL},
    {SHEAF_DATE, "\"1970-01-03\"", "2"},
    {SHEAF_DATE, "\"1970-02-30\"", NULL},
    {SHEAF_DECIMAL, "\"1.50\"", "'1.50'"},
    {SHEAF_DECIMAL, "1.50", "'1.50'"},
    {SHEAF_DECIMAL, "3", "'3'"},
    {SHEAF_DECIMAL, "\"x\"", NULL},
    {SHEAF_JSON, "\"{ }\"", "'{}'"},
    {SHEAF_JSON, "\"{\"", NULL},
    {SHEAF_JSON, "{a: 1}", NULL},
    {SHEAF_UUID, "\"123E4567-e89b-12d3-a456-42661417400F\"", "'123e4567-e89b-12d3-a456-42661417400f'"},
    {SHEAF_UUID, "\"123E4567-e89b-12d3-a456-42661417400\"", NULL},
    {SHEAF_UUID, "\"123E4567-e89b-12d3-a456x426614174000\"", NULL},
    {SHEAF_BYTES, "\"aGk=\"", "'hi'"},
    {SHEAF_BYTES, "\"?\"", NULL},
};

static void reads_literals(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory, NULL);
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        const syntax_document *document;
        const syntax_value *literal = literal_of(&memory, literals[i].literal, &document);
        sheaf_value v = {0};
        sheaf_error err = {0};
        char out[64];
        bool ok = value_from_syntax(literals[i].scalar, literal, document, &memory, &v, &err);
        if (ok != !!literals[i].value || (ok && strcmp(show(&v, out, sizeof out), literals[i].value)))
            fail_msg("%s %s", scalar_name(literals[i].scalar), literals[i].literal);
        if (!ok) assert_int_equal(err.code, SHEAF_E_SHAPE);
    }
    arena_free(&memory);
}

#define INT(n)                                                                                               \
    { .kind = SHEAF_KIND_INT, .i = (n) }
#define FLOAT(n)                                                                                             \
    { .kind = SHEAF_KIND_FLOAT, .f = (n) }
#define TEXT(s)                                                                                              \
    {                                                                                                        \
        .kind = SHEAF_KIND_TEXT, .text = { "" s, sizeof(s) - 1 }                                             \
    }

static const struct {
    sheaf_scalar scalar;
    sheaf_value given;
    const char *value; /* NULL: refused */
} given[] = {
    {SHEAF_INT, {.kind = SHEAF_KIND_NULL}, "null"},
    {SHEAF_INT, {.kind = SHEAF_KIND_LIST}, NULL},
    {SHEAF_INT, INT(5), "5"},
    {SHEAF_INT, INT(INT64_C(1) << 31), NULL},
    {SHEAF_INT, TEXT("5"), NULL},
    {SHEAF_INT, FLOAT(5), NULL},
    {SHEAF_ID, TEXT("5"), "5"},
    {SHEAF_ID, TEXT("-0"), "'-0'"},
    {SHEAF_ID, INT(-5), "-5"},
    {SHEAF_FLOAT, INT(5), "5"},
    {SHEAF_FLOAT, FLOAT(0.5), "0.5"},
    {SHEAF_FLOAT, FLOAT(1.0 / 0.0), NULL},
    {SHEAF_BOOLEAN, INT(1), "1"},
    {SHEAF_BOOLEAN, INT(2), NULL},
    {SHEAF_STRING, TEXT("x"), "'x'"},
    {SHEAF_STRING, TEXT("\xff"), NULL},
    {SHEAF_STRING, TEXT("a\0b"), NULL},
    {SHEAF_STRING, INT(1), NULL},
    {SHEAF_TIMESTAMP, INT(7), "7"},
    {SHEAF_TIMESTAMP, INT(INT64_MAX), NULL},
    {SHEAF_TIMESTAMP, TEXT("1970-01-01 00:00:00.000007"), "7"},
    {SHEAF_DATE, INT(2932896), "2932896"},
    {SHEAF_DATE, INT(2932897), NULL},
    {SHEAF_DATE, TEXT("1969-12-31"), "-1"},
    {SHEAF_DECIMAL, INT(-12), "'-12'"},
    {SHEAF_DECIMAL, TEXT("1e3"), "'1e3'"},
    {SHEAF_DECIMAL, FLOAT(1), NULL},
    {SHEAF_JSON, TEXT("[1, 2]"), "'[1,2]'"},
    {SHEAF_JSON, TEXT(""), NULL},
    {SHEAF_BYTES, TEXT("\xff?"), "'\xff?'"},
};

static void checks_values(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory, NULL);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        sheaf_value v = given[i].given;
        sheaf_error err = {0};
        char out[64];
        bool ok = value_check(given[i].scalar, &v, "variable $x", &memory, &err);
        if (ok != !!given[i].value || (ok && strcmp(show(&v, out, sizeof out), given[i].value)))
            fail_msg("%zu: %s: %s", i, scalar_name(given[i].scalar), err.message);
        if (!ok) assert_int_equal(err.code, SHEAF_E_VARIABLE);
    }
    arena_free(&memory);
}

static void says_what_is_wrong(void **state) {
    (void)state;
    arena memory;
    sheaf_error err;
    sheaf_value v = TEXT("soon");
    arena_init(&memory, NULL);
    assert_false(value_check(SHEAF_TIMESTAMP, &v, "variable $when", &memory, &err));
    assert_string_equal(err.message, "variable $when must be a Timestamp such as \"2024-05-01T12:30:00Z\"");
    assert_false(value_from_text(SHEAF_INT, SHEAF_SLICE("many"), "--var limit", &memory, &v, &err));
    assert_string_equal(err.message,
                        "--var limit must be an Int: a whole number from -2147483648 to 2147483647");
    static char long_text[VALUE_TEXT_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    v = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = {long_text, VALUE_TEXT_MAX}};
    assert_true(value_check(SHEAF_STRING, &v, "variable $x", &memory, &err));
    v.text.len++;
    assert_false(value_check(SHEAF_STRING, &v, "variable $x", &memory, &err));
    assert_string_equal(err.message, "variable $x is longer than 1048576 bytes");
    assert_false(value_check(SHEAF_BYTES, &v, "variable $x", &memory, NULL));
    assert_false(value_from_text(SHEAF_STRING, v.text, "variable $x", &memory, &v, &err));
    arena_free(&memory);
}

static void reads_text(void **state) {
    (void)state;
    static const struct {
        sheaf_scalar scalar;
        const char *text, *value;
    } texts[] = {
        {SHEAF_INT, "42", "42"},       {SHEAF_INT, "null", "null"},     {SHEAF_STRING, "null", "'null'"},
        {SHEAF_ID, "7", "7"},          {SHEAF_ID, "x7", "'x7'"},        {SHEAF_BOOLEAN, "true", "1"},
        {SHEAF_FLOAT, "1.25", "1.25"}, {SHEAF_DATE, "1970-01-02", "1"}, {SHEAF_BYTES, "aGk", "'hi'"},
        {SHEAF_BOOLEAN, "yes", NULL},  {SHEAF_INT, "4 2", NULL},        {SHEAF_DECIMAL, "1.10", "'1.10'"},
        {SHEAF_STRING, "", "''"},      {SHEAF_INT, "", NULL},
    };
    arena memory;
    arena_init(&memory, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sheaf_value v = {0};
        char out[64];
        bool ok = value_from_text(texts[i].scalar, slice_of(texts[i].text), "x", &memory, &v, NULL);
        if (ok != !!texts[i].value || (ok && strcmp(show(&v, out, sizeof out), texts[i].value)))
            fail_msg("%s '%s'", scalar_name(texts[i].scalar), texts[i].text);
    }
    arena_free(&memory);
}

static void names_scalars(void **state) {
    (void)state;
    sheaf_scalar s = SHEAF_ID;
    assert_true(scalar_named(SHEAF_SLICE("Bytes"), &s));
    assert_int_equal(s, SHEAF_BYTES);
    assert_false(scalar_named(SHEAF_SLICE("bytes"), &s));
    assert_string_equal(scalar_name(SHEAF_BIGINT), "BigInt");
    assert_int_equal(scalar_kind(SHEAF_DECIMAL), SHEAF_KIND_TEXT);
}

static void fails_every_allocation(void **state) {
    (void)state;
    static const struct {
        sheaf_scalar scalar;
        const char *text;
    } work[] = {
        {SHEAF_JSON, "[1]"}, {SHEAF_BYTES, "aGk="}, {SHEAF_UUID, "123e4567-e89b-12d3-a456-426614174000"}};
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
        test_memory memory = {0};
        while (test_memory_next(&memory)) {
            arena a;
            sheaf_value v;
            sheaf_error err = {0};
            arena_init(&a, &memory.allocator);
            bool ok = value_from_text(work[i].scalar, slice_of(work[i].text), "x", &a, &v, &err);
            assert_true(ok == !memory.failed);
            if (!ok) assert_int_equal(err.code, SHEAF_E_MEMORY);
            arena_free(&a);
            assert_true(test_memory_clean(&memory));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_literals),     cmocka_unit_test(checks_values),
        cmocka_unit_test(says_what_is_wrong), cmocka_unit_test(reads_text),
        cmocka_unit_test(names_scalars),      cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
