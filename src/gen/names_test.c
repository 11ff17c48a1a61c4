#include "gen.h"

#include "test.h"

static arena memory;
static gen g;

static int begin(void **state) {
    (void)state;
    arena_init(&memory, NULL);
    g = (gen){.memory = &memory};
    map_init(&g.names, &memory);
    return gen_claim_words(&g) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    arena_free(&memory);
    return 0;
}

static void cleans(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"hot", "hot"},
        {"hotPackages", "hotPackages"},
        {"my-project.v2", "my_project_v2"},
        {"__a__b__", "a_b"},
        {"2fast", "n2fast"},
        {"", "x"},
        {"---", "x"},
        {"caf\xC3\xA9", "caf"},
        {"NULL", "NULL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(gen_clean(&memory, slice_of(cases[i][0])), cases[i][1]);
}

static void avoids_words(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"int", "int_"},   {"class", "class_"}, {"co_await", "co_await_"},
        {"NULL", "NULL_"}, {"errno", "errno_"}, {"assert", "assert_"},
        {"true", "true_"}, {"linux", "linux_"}, {"size_t", "size_t_"},
        {"and", "and_"},   {"_Bool", "Bool"},   {"SHEAF_HERE", "SHEAF_HERE_"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(gen_identifier(&g, slice_of(cases[i][0])), cases[i][1]);
    assert_slice(gen_identifier(&g, SHEAF_SLICE("index")), "index"); /* a member may be called so */
    assert_slice(gen_claim(&g, SHEAF_SLICE("index")), "index_");     /* a type may not */
    assert_slice(gen_claim(&g, SHEAF_SLICE("int")), "int_");
}

static void numbers_what_is_taken(void **state) {
    (void)state;
    assert_slice(gen_claim(&g, SHEAF_SLICE("hot")), "hot");
    assert_slice(gen_claim(&g, SHEAF_SLICE("hot")), "hot2");
    assert_slice(gen_claim(&g, SHEAF_SLICE("hot")), "hot3");
    assert_slice(gen_claim(&g, SHEAF_SLICE("hot2")), "hot22");
    assert_slice(gen_claim(&g, SHEAF_SLICE("Hot")), "Hot");
    assert_slice(gen_claim(&g, SHEAF_SLICE("int")), "int_");
    assert_slice(gen_claim(&g, SHEAF_SLICE("int")), "int2");
    assert_slice(gen_claim(&g, SHEAF_SLICE("sheaf_group")), "x_sheaf_group");
    assert_slice(gen_claim(&g, SHEAF_SLICE("SHEAF_API")), "x_SHEAF_API");
}

static void stems(void **state) {
    (void)state;
    static const char *const endings[] = {"", "_eq", "_field"}, *const group[] = {"_group"};
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("a_b"), endings, 3), "a_b");
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("a_b"), endings, 3), "a_b2");
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("a_b_eq"), endings, 3), "a_b_eq2"); /* a_b's */
    assert_slice(gen_claim(&g, SHEAF_SLICE("a_b_field")), "a_b_field2");
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("int"), group, 1), "int"); /* int_group is no word */
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("sheaf"), group, 1), "sheaf2");
    assert_slice(gen_claim_stem(&g, SHEAF_SLICE("sheaf_a"), group, 1), "x_sheaf_a");
    assert_slice(gen_upper(&g, SHEAF_SLICE("a_b2")), "A_B2");
}

static void lacks_memory(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        static const char *const endings[] = {"", "_eq"};
        arena own;
        arena_init(&own, &m.allocator);
        gen h = {.memory = &own};
        map_init(&h.names, &own);
        bool ok = gen_claim_words(&h);
        for (int i = 0; ok && i < 6; i++)
            ok = gen_claim_stem(&h, SHEAF_SLICE("int"), endings, 2).ptr &&
                 gen_claim(&h, SHEAF_SLICE("time")).ptr;
        arena_free(&own);
        assert_true(ok != (bool)m.failed);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cleans, begin, end),
        cmocka_unit_test_setup_teardown(avoids_words, begin, end),
        cmocka_unit_test_setup_teardown(numbers_what_is_taken, begin, end),
        cmocka_unit_test_setup_teardown(stems, begin, end),
        cmocka_unit_test(lacks_memory),
    };
    return cmocka_run_group_tests_name("gen/names", tests, NULL, NULL);
}
