/* The examples of docs/shapes.md: its first ```graphql block is the model, the others are one set of shapes.
 */
#include "shape_test.h"

static char text[1 << 16];

/* The next block's content, or an empty slice. */
static sheaf_slice next_block(sheaf_slice *rest) {
    static const char open[] = "```graphql\n", close[] = "\n```\n";
    const char *from = strstr(rest->ptr, open);
    if (!from) return (sheaf_slice){0};
    from += sizeof open - 1;
    const char *to = strstr(from, close);
    assert_non_null(to);
    *rest = slice_of(to + sizeof close - 1);
    return (sheaf_slice){from, (size_t)(to - from)};
}

static void read_manual(void) {
    FILE *f = fopen(SHAPES_MANUAL, "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    assert_in_range(len, 1000, sizeof text - 2);
    text[len] = 0;
}

static void test_examples(void **state) {
    (void)state;
    sheaf_model *model = NULL;
    sheaf_shapes *set = NULL;
    sheaf_error err = {0};
    read_manual();
    sheaf_slice rest = slice_of(text);
    if (!sheaf_model_parse(next_block(&rest), "model.graphql", NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_true(sheaf_shapes_new(model, NULL, NULL, &set, &err));
    for (sheaf_slice block; (block = next_block(&rest)).len;)
        if (!sheaf_shapes_add(set, block, "shapes.md", &err)) fail_msg("%s", err.message);
    if (!sheaf_shapes_check(set, &err)) fail_msg("%s", err.message);

    assert_int_equal(sheaf_shapes_count(set), 6);
    const sheaf_shape *hot = sheaf_shapes_find(set, "hot");
    assert_non_null(hot);
    assert_int_equal(hot->group_count, 4);
    assert_int_equal(hot->budget_statements, 6);
    sheaf_shapes_free(set);
    sheaf_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
