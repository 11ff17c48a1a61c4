#include "shape_test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_memory.h"

static sheaf_model *model;

static void test_states(void **state) {
    (void)state;
    sheaf_shapes *set = NULL;
    sheaf_error err;
    assert_true(sheaf_shapes_new(model, NULL, NULL, &set, &err));
    assert_int_equal(sheaf_shapes_count(set), 0);
    assert_true(sheaf_shapes_add(set, SHEAF_SLICE("query a { distros { ...d } }"), "a.graphql", &err));
    assert_null(sheaf_shapes_find(set, "a"));
    assert_false(sheaf_shapes_add(set, SHEAF_SLICE("query b {"), "b.graphql", &err));
    assert_int_equal(err.code, SHEAF_E_SYNTAX);
    /* Fragments are shared between documents, in any order. */
    assert_true(sheaf_shapes_add(set, SHEAF_SLICE("fragment d on Distro { id }"), "d.graphql", &err));
    assert_true(sheaf_shapes_check(set, &err));
    assert_int_equal(sheaf_shapes_count(set), 1);
    assert_ptr_equal(sheaf_shapes_find(set, "a"), sheaf_shapes_at(set, 0));
    assert_null(sheaf_shapes_find(set, "b"));
    assert_null(sheaf_shapes_at(set, 1));
    assert_string_equal(sheaf_shapes_at(set, 0)->roots[0].children[0].document->file, "d.graphql");

    assert_false(sheaf_shapes_check(set, &err));
    assert_int_equal(err.code, SHEAF_E_STATE);
    assert_false(sheaf_shapes_add(set, SHEAF_SLICE("query b { distros { id } }"), "b.graphql", &err));
    assert_int_equal(err.code, SHEAF_E_STATE);
    sheaf_shapes_free(set);
    sheaf_shapes_free(NULL);
}

static void write_file(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_load(void **state) {
    (void)state;
    const char *tmp = getenv("TMPDIR");
    char folder[256];
    snprintf(folder, sizeof folder, "%s/sheaf_shapes_XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    static const char *const files[][2] = {
        {"b.graphql", "query b { distros { ...d } } query c { distros { id } }"},
        {"a.graphql", "query a { distros { ...d } }"},
        {"z.graphql", "fragment d on Distro { id }"},
        {".hidden.graphql", "{"},
        {"notes.txt", "{"},
    };
    sheaf_shapes *set = NULL;
    sheaf_error err = {0};
    for (size_t i = 0; i < 5; i++) write_file(folder, files[i][0], files[i][1]);
    if (!sheaf_shapes_load(model, folder, NULL, NULL, &set, &err)) fail_msg("%s", err.message);
    assert_int_equal(sheaf_shapes_count(set), 3);
    for (size_t i = 0; i < 3; i++) {
        const char name[] = {(char)('a' + i), 0};
        assert_string_equal(sheaf_shape_name(sheaf_shapes_at(set, i)), name);
    }
    sheaf_shapes_free(set);

    set = NULL;
    write_file(folder, "b.graphql", "query b { naem }");
    assert_false(sheaf_shapes_load(model, folder, NULL, NULL, &set, &err));
    assert_int_equal(err.code, SHEAF_E_SHAPE);
    assert_non_null(strstr(err.message, "/b.graphql:1:11: unknown root field 'naem'"));
    assert_null(set);

    char path[512];
    for (size_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i][0]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/x.graphql", folder); /* a folder cannot be read as a file */
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(sheaf_shapes_load(model, folder, NULL, NULL, &set, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    rmdir(path);
    rmdir(folder);
    assert_false(sheaf_shapes_load(model, folder, NULL, NULL, &set, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
}

static void expect_limit(const char *document, const sheaf_shape_limits *limits, const char *message) {
    sheaf_error err;
    assert_null(read_limited(model, document, limits, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_LIMIT);
    if (!strstr(err.message, message)) fail_msg("%s", err.message);
}

static void test_limits(void **state) {
    (void)state;
    static const char document[] = "query q { distros { packages { maintainer { id } } } }";
    sheaf_error err;
    sheaf_shapes *set = read_limited(model, document, &(sheaf_shape_limits){2, 3, 4}, NULL, &err);
    assert_non_null(set);
    sheaf_shapes_free(set);
    expect_limit(document, &(sheaf_shape_limits){.depth_max = 1},
                 "relations within relations more than 1 deep");
    expect_limit(document, &(sheaf_shape_limits){.groups_max = 2},
                 "more than 2 roots and relations in one query");
    expect_limit(document, &(sheaf_shape_limits){.fields_max = 3}, "more than 3 selections in one query");
}

/* 2^30 fields from 30 fragments; the same where each level is a relation; a chain of 10,000 fragments; a
 * cycle over all of them. None may take long, or much stack. */
static void test_hostile(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    BUFFER_LITERAL(&b, "query q { distros { ...f0 } }");
    for (int i = 0; i < 30; i++)
        buffer_printf(&b, "fragment f%d on Distro { ...f%d ... { ...f%d } }", i, i + 1, i + 1);
    BUFFER_LITERAL(&b, "fragment f30 on Distro { id }");
    buffer_byte(&b, 0);
    expect_limit(b.ptr, NULL, "more than 5000 selections in one query");

    buffer_clear(&b);
    BUFFER_LITERAL(&b, "query q { packages { ...f0 } }");
    for (int i = 0; i < 30; i++)
        buffer_printf(&b, "fragment f%d on Package { distro { packages { ...f%d ...f%d } } }", i, i + 1,
                      i + 1);
    BUFFER_LITERAL(&b, "fragment f30 on Package { id }");
    buffer_byte(&b, 0);
    expect_limit(b.ptr, NULL, "relations within relations more than 12 deep");
    expect_limit(b.ptr, &(sheaf_shape_limits){.depth_max = UINT32_MAX}, "more than 5000 selections");
    expect_limit(b.ptr, &(sheaf_shape_limits){.depth_max = UINT32_MAX, .fields_max = 1u << 14},
                 "more than 16384");

    buffer_clear(&b);
    for (int i = 0; i < 10000; i++) buffer_printf(&b, "fragment f%d on Distro { ...f%d }", i, i + 1);
    size_t chain = b.len;
    BUFFER_LITERAL(&b, "fragment f10000 on Distro { id }");
    buffer_byte(&b, 0);
    expect_limit(b.ptr, NULL, "fragments stand within fragments more than 64 deep");

    b.len = chain;
    BUFFER_LITERAL(&b, "fragment f10000 on Distro { ...f0 }");
    buffer_byte(&b, 0);
    sheaf_error err;
    assert_null(read_shapes(model, b.ptr, &err));
    assert_int_equal(err.code, SHEAF_E_SHAPE);
    assert_non_null(strstr(err.message, "fragments must not contain themselves: f0 → f1 → "));
    buffer_free(&b);
}

static void test_memory_fails(void **state) {
    (void)state;
    static const char document[] =
        "query q($n: String!, $l: Int = 3, $i: [ID!]! = [1, \"a\"]) @route(path: \"/{n}\") {\n"
        "  distro(name: $n) @required { ...d hot_packages(limit: $l, order: {name: ASC}) { ...p ...p } }\n"
        "  packages(where: {or: [{id: {in: $i}}, {uploaders: {name: {eq: $n}}}]}) @columns { url }\n"
        "  vote(package: 1, round: 2) { score }\n"
        "}\n"
        "fragment d on Distro { id name }\n"
        "fragment p on Package { maintainer { name } url }\n"
        "fragment unused on Person { name }\n";
    test_memory m = {0};
    while (test_memory_next(&m)) {
        sheaf_error err;
        sheaf_shapes *set = read_limited(model, document, NULL, &m.allocator, &err);
        if (!set && err.code != SHEAF_E_MEMORY) fail_msg("%s", err.message);
        assert_true(!set == m.failed);
        sheaf_shapes_free(set);
        assert_true(test_memory_clean(&m));
    }
}

/* The messages that are built in memory of their own. */
static void test_memory_fails_in_errors(void **state) {
    (void)state;
    static const char *const documents[] = {"query q { distro { id } }",
                                            "fragment a on Distro { ...b } fragment b on Distro { ...a }"};
    for (size_t i = 0; i < 2; i++) {
        test_memory m = {0};
        while (test_memory_next(&m)) {
            sheaf_error err;
            assert_null(read_limited(model, documents[i], NULL, &m.allocator, &err));
            assert_int_equal(err.code, m.failed ? SHEAF_E_MEMORY : SHEAF_E_SHAPE);
            assert_true(test_memory_clean(&m));
        }
    }
}

int main(void) {
    model = read_model(test_model);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),       cmocka_unit_test(test_load),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_memory_fails), cmocka_unit_test(test_memory_fails_in_errors),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    sheaf_model_free(model);
    return failed;
}
