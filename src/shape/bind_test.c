#include "shape_test.h"

#include "test_memory.h"

static const char document[] = "query q($name: String!, $limit: Int = 20, $after: String, $ids: [ID!]! = [1, "
                               "2], $weight: Float = 0.5) {\n"
                               "  packages(where: {name: {eq: $name}, id: {in: $ids}, weight: {lt: "
                               "$weight}}, limit: $limit, after: $after) {\n"
                               "    name\n"
                               "  }\n"
                               "}\n";
enum { NAME, LIMIT, AFTER, IDS, WEIGHT };

static sheaf_model *model;
static sheaf_shapes *set;
static arena memory;

static int start(void **state) {
    (void)state;
    sheaf_error err;
    model = read_model(test_model);
    set = read_shapes(model, document, &err);
    arena_init(&memory, NULL);
    return set ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    arena_free(&memory);
    sheaf_shapes_free(set);
    sheaf_model_free(model);
    return 0;
}

static const sheaf_value *bind(const sheaf_variable *given, size_t count, sheaf_error *err) {
    const sheaf_value *values = NULL;
    *err = (sheaf_error){0};
    return shape_bind(sheaf_shapes_at(set, 0), given, count, &memory, &values, err) ? values : NULL;
}

static void test_defaults(void **state) {
    (void)state;
    sheaf_error err;
    char name[] = "bash";
    sheaf_variable given[] = {SHEAF_VAR_TEXT("name", name), SHEAF_VAR_NULL("limit")};
    const sheaf_value *v = bind(given, 2, &err);
    assert_non_null(v);
    name[0] = 'X'; /* what was given is only lent */
    assert_true(slice_is(v[NAME].text, "bash"));
    assert_int_equal(v[LIMIT].i, 20);
    assert_int_equal(v[AFTER].kind, SHEAF_KIND_NULL);
    assert_int_equal(v[IDS].list.count, 2);
    assert_int_equal(v[IDS].list.items[1].i, 2);
    assert_true(v[WEIGHT].f == 0.5);
}

static void test_given(void **state) {
    (void)state;
    sheaf_error err;
    const sheaf_value ids[] = {{.kind = SHEAF_KIND_INT, .i = 7}, {.kind = SHEAF_KIND_TEXT, .text = {"k", 1}}};
    const sheaf_variable given[] = {
        {"ids", {.kind = SHEAF_KIND_LIST, .list = {ids, 2}}},
        SHEAF_VAR_INT("weight", 3),
        SHEAF_VAR_TEXT("after", "c"),
        SHEAF_VAR_INT("limit", 5),
        SHEAF_VAR_TEXT("name", ""),
    };
    const sheaf_value *v = bind(given, 5, &err);
    assert_non_null(v);
    assert_int_equal(v[NAME].text.len, 0);
    assert_int_equal(v[LIMIT].i, 5);
    assert_true(slice_is(v[AFTER].text, "c"));
    assert_int_equal(v[IDS].list.items[0].i, 7);
    assert_true(slice_is(v[IDS].list.items[1].text, "k"));
    assert_int_equal(v[WEIGHT].kind, SHEAF_KIND_FLOAT);
    assert_true(v[WEIGHT].f == 3.0);
}

static void test_bad(void **state) {
    (void)state;
    static const sheaf_value ids[] = {{.kind = SHEAF_KIND_INT, .i = 7}, {.kind = SHEAF_KIND_NULL}};
    static const sheaf_value word = {.kind = SHEAF_KIND_FLOAT, .f = 1.5};
    const struct {
        sheaf_variable given[2];
        size_t count;
        const char *message;
    } bad[] = {
        {{{0}}, 0, "variable $name is missing"},
        {{SHEAF_VAR_NULL("name")}, 1, "variable $name must not be null"},
        {{SHEAF_VAR_TEXT("nmae", "x")}, 1, "query 'q' has no variable $nmae; did you mean 'name'?"},
        {{SHEAF_VAR_TEXT("name", "x"), SHEAF_VAR_TEXT("name", "y")}, 2, "variable $name is given twice"},
        {{SHEAF_VAR_TEXT("name", "x"), SHEAF_VAR_INT("limit", -1)},
         2,
         "variable $limit must not be negative"},
        {{SHEAF_VAR_TEXT("name", "x"), SHEAF_VAR_INT("ids", 1)}, 2, "variable $ids must be a list"},
        {{SHEAF_VAR_TEXT("name", "x"), SHEAF_VAR_NULL("ids")}, 2, "variable $ids must not be null"},
        {{SHEAF_VAR_TEXT("name", "x"), {"ids", {.kind = SHEAF_KIND_LIST, .list = {ids, 2}}}},
         2,
         "item 2 of variable $ids must not be null"},
        {{SHEAF_VAR_TEXT("name", "x"), {"ids", {.kind = SHEAF_KIND_LIST, .list = {ids, VALUE_LIST_MAX + 1}}}},
         2,
         "variable $ids has 10001 items, and 10000 is the most"},
        {{SHEAF_VAR_TEXT("name", "x"), {"ids", {.kind = SHEAF_KIND_LIST, .list = {&word, 1}}}}, 2, NULL},
        {{SHEAF_VAR_INT("name", 1)}, 1, NULL},
        {{SHEAF_VAR_TEXT("name", "x"), SHEAF_VAR_INT("limit", 1LL << 40)}, 2, NULL},
        {{SHEAF_VAR_TEXT("name", "\xff")}, 1, NULL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sheaf_error err;
        assert_null(bind(bad[i].given, bad[i].count, &err));
        assert_int_equal(err.code, SHEAF_E_VARIABLE);
        if (bad[i].message) assert_string_equal(err.message, bad[i].message);
    }
}

static void test_memory_fails(void **state) {
    (void)state;
    const sheaf_value ids[] = {{.kind = SHEAF_KIND_INT, .i = 7}, {.kind = SHEAF_KIND_TEXT, .text = {"k", 1}}};
    const sheaf_variable given[] = {SHEAF_VAR_TEXT("name", "x"),
                                    {"ids", {.kind = SHEAF_KIND_LIST, .list = {ids, 2}}}};
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        sheaf_error err = {0};
        const sheaf_value *values = NULL;
        arena_init(&a, &m.allocator);
        bool ok = shape_bind(sheaf_shapes_at(set, 0), given, 2, &a, &values, &err);
        assert_true(ok == !m.failed);
        if (!ok) assert_int_equal(err.code, SHEAF_E_MEMORY);
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_memory_fails),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
