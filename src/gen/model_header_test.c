/* What model_header.c and gen.c write, on texts. That it compiles, and what does not, is held by
 * tests/cli/typed.test. */
#include <sheaf/typed.h>

#include "../model/filter.h"
#include "../model/value.h"
#include "gen.h"

#include "test.h"

static const char text[] = "\"A *source* package */ of a distribution.\"\n"
                           "type Package {\n"
                           "  id: ID!\n"
                           "  \"As the archive calls it.\"\n"
                           "  name: String!\n"
                           "  essential: Boolean\n"
                           "  weight: Float\n"
                           "  blob: Bytes\n"
                           "  url: String! @text(format: \"/{name}\")\n"
                           "  distro: Distro!\n"
                           "}\n"
                           "type Distro {\n"
                           "  id: ID!\n"
                           "  packages: [Package!]!\n"
                           "  hottest: Package @pick(of: \"packages\", order: [{name: ASC}])\n"
                           "  count: Int! @count(of: \"packages\")\n"
                           "}\n"
                           "type Tie @key(fields: [\"distro\", \"class\"]) {\n"
                           "  distro: Distro!\n"
                           "  class: String!\n"
                           "  next: Tie @ref(column: [\"next_distro\", \"next_class\"])\n"
                           "}\n";

static sheaf_model *parse(const char *source) {
    sheaf_model *model;
    sheaf_error err;
    if (!sheaf_model_parse(slice_of(source), "there/model.graphql", NULL, &model, &err))
        fail_msg("%s", err.message);
    return model;
}

static gen_files generate(const sheaf_model *model, const gen_options *options) {
    gen_files files;
    sheaf_error err;
    if (!gen_write(model, NULL, options, NULL, &files, &err)) fail_msg("%s", err.message);
    return files;
}

static bool holds(const buffer *file, const char *wanted) {
    return memmem(file->ptr, file->len, wanted, strlen(wanted)) != NULL;
}
#define assert_holds(file, wanted)                                                                           \
    do {                                                                                                     \
        if (!holds((file), (wanted))) {                                                                      \
            print_error("no '%s' in:\n%.*s", (wanted), SHEAF_SLICE_ARGS(buffer_view(file)));                 \
            fail();                                                                                          \
        }                                                                                                    \
    } while (0)

static const gen_options demo = {.name = "demo"};

static void writes_entities(void **state) {
    (void)state;
    sheaf_model *model = parse(text);
    gen_files files = generate(model, &demo);
    const buffer *h = &files.model_header;
    assert_holds(h, "#ifndef DEMO_MODEL_H\n#define DEMO_MODEL_H\n");
    assert_holds(h, "/* A *source* package * / of a distribution. */\ntypedef struct package package;\n"
                    "typedef struct packages packages;\n");
    assert_holds(h, "    /* As the archive calls it. */\n    PACKAGE_NAME,\n");
    assert_holds(h, "    PACKAGE_URL,\n} package_attribute;");
    assert_holds(h, "    PACKAGE_BY_WEIGHT,\n} package_order_by;"); /* neither Bytes nor a text */
    assert_holds(h, "SHEAF_TYPED_TYPES(package, packages, 4)\n");
    assert_holds(h, "SHEAF_TYPED_KEYS(packages, packages, int64_t, \"Package\", {SHEAF_KIND_INT, 0})\n");
    assert_holds(h, "SHEAF_TYPED_READ_BOOL(package, packages, package_essential, packages_essential, "
                    "\"essential\")\nSHEAF_TYPED_WHERE_BOOL(package_filter, package_essential, "
                    "\"essential\", Boolean)\n");
    assert_holds(h, "SHEAF_TYPED_READ_TEXT(package, packages, package_url, packages_url, \"url\")\n#define");
    assert_holds(h, "\"id\", \"name\", \"essential\", \"weight\", \"blob\", \"url\")\n");
    gen_files_free(&files);
    sheaf_model_free(model);
}

static void writes_relations(void **state) {
    (void)state;
    sheaf_model *model = parse(text);
    gen_files files = generate(model, &demo);
    const buffer *h = &files.model_header;
    assert_holds(h, "SHEAF_TYPED_MANY(distro, distros, package, packages, distro_packages, distros_packages, "
                    "packages, \"packages\")\n#define distros_packages(group, ...)");
    assert_holds(h, "SHEAF_TYPED_HAS(distro_filter, package_filter, distro_has_packages, \"packages\")");
    assert_holds(h, "SHEAF_TYPED_ONE(distro, distros, package, packages, distro_hottest, distros_hottest, "
                    "\"hottest\")\n#define distros_hottest(group) ");
    assert_false(holds(h, "distro_has_hottest")); /* no condition follows a pick */
    assert_holds(h, "SHEAF_TYPED_WHERE_INT(package_filter, package_distro, \"distro\", ID)");
    assert_false(holds(h, "SHEAF_TYPED_WHERE_INT(tie_filter, tie_next,")); /* two columns */
    assert_holds(h, "SHEAF_TYPED_READ_INT(distro, distros, distro_count, distros_count2, \"count\")");
    gen_files_free(&files);
    sheaf_model_free(model);
}

static void writes_keys(void **state) {
    (void)state;
    sheaf_model *model = parse(text);
    gen_files files = generate(model, &demo);
    assert_holds(&files.model_header,
                 "typedef struct tie_key {\n    int64_t distro_id;\n    sheaf_slice class_;\n} tie_key;\n"
                 "SHEAF_TYPED_KEYS(ties, ties, tie_key, \"Tie\",\n"
                 "                 {SHEAF_KIND_INT, offsetof(tie_key, distro_id)},\n"
                 "                 {SHEAF_KIND_TEXT, offsetof(tie_key, class_)})\n");
    gen_files_free(&files);

    /* An ID that is text is text wherever it is referred to. */
    files = generate(model, &(gen_options){"demo", (const char *const[]){"Distro"}, 1});
    const buffer *h = &files.model_header;
    assert_holds(h, "typedef struct tie_key {\n    sheaf_slice distro_id;\n");
    assert_holds(h, "SHEAF_TYPED_KEYS(distros, distros, sheaf_slice, \"Distro\", {SHEAF_KIND_TEXT, 0})\n");
    assert_holds(h, "SHEAF_TYPED_READ_TEXT(distro, distros, distro_id, distros_id, \"id\")\n"
                    "SHEAF_TYPED_WHERE_TEXT(distro_filter, distro_id, \"id\", ID)");
    assert_holds(h, "SHEAF_TYPED_WHERE_TEXT(package_filter, package_distro, \"distro\", ID)");
    assert_holds(h, "SHEAF_TYPED_READ_INT(package, packages, package_id,");
    gen_files_free(&files);
    sheaf_model_free(model);
}

static void refuses_options(void **state) {
    (void)state;
    sheaf_model *model = parse(text);
    gen_files files;
    sheaf_error err;
    assert_false(gen_write(model, NULL, &(gen_options){.name = "my-project"}, NULL, &files, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_string_equal(err.message, "'my-project' cannot be part of a C identifier: 'my_project' can");
    assert_false(gen_write(model, NULL, &(gen_options){"demo", (const char *const[]){"Distr"}, 1}, NULL,
                           &files, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_string_equal(err.message, "the model has no entity 'Distr'; did you mean 'Distro'?");
    assert_true(
        gen_write(model, NULL, &(gen_options){"demo", (const char *const[]){"tie"}, 1}, NULL, &files, &err));
    gen_files_free(&files);
    sheaf_model_free(model);
    model = parse("type Word @key(fields: [\"word\"]) { word: String! }");
    assert_false(
        gen_write(model, NULL, &(gen_options){"demo", (const char *const[]){"Word"}, 1}, NULL, &files, &err));
    assert_string_equal(err.message, "Word has no attribute of type ID");
    sheaf_model_free(model);
}

static void hashes_what_it_reads(void **state) {
    (void)state;
    sheaf_model *model = parse(text), *other = parse("# a comment\ntype A { id: ID! }");
    gen_files files = generate(model, &demo), again = generate(model, &demo);
    uint64_t hash;
    assert_true(gen_hash_of(buffer_view(&files.model_header), &hash));
    assert_true(hash == gen_hash(model, NULL, &demo));
    assert_true(gen_hash_of(buffer_view(&files.source), &hash));
    assert_true(hash == gen_hash(model, NULL, &demo));
    assert_true(slice_equal(buffer_view(&files.model_header), buffer_view(&again.model_header)));
    assert_true(slice_equal(buffer_view(&files.source), buffer_view(&again.source)));
    assert_true(hash != gen_hash(other, NULL, &demo));
    assert_true(hash != gen_hash(model, NULL, &(gen_options){.name = "other"}));
    assert_true(hash != gen_hash(model, NULL, &(gen_options){"demo", (const char *const[]){"Distro"}, 1}));
    assert_false(gen_hash_of(SHEAF_SLICE(""), &hash));
    assert_false(gen_hash_of(SHEAF_SLICE("/* sheaf gen 0123"), &hash));
    assert_false(gen_hash_of(SHEAF_SLICE("/* sheaf gen 0123456789abcdeg"), &hash));
    gen_files_free(&files);
    gen_files_free(&again);
    sheaf_model_free(model);
    sheaf_model_free(other);
}

static void writes_comments(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"  \n ", ""},
        {"One line.", "  /* One line. */\n"},
        {"Two\n\n  lines\t.", "  /* Two\n   *\n   * lines . */\n"},
        {"*/ /* */*/", "  /* * / / * * / * / */\n"},
        {"/", "  /* / */\n"},
        {"\?\?/ \?\?\?", "  /* ?? / ?? ? */\n"},
        {"a\x01 b\xE2\x80\xAE c \xC3\xA9", "  /* a  b  c \xC3\xA9 */\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer out;
        buffer_init(&out, NULL);
        gen_comment(&out, "  ", slice_of(cases[i][0]));
        assert_slice(buffer_view(&out), cases[i][1]);
        buffer_free(&out);
    }
}

/* The comparisons that typed.h gives a scalar are those that the engine takes. */
#define OP(list, op) " " #op
#define OPS_(scalar, ops)                                                                                    \
    { scalar, ops(OP, OP, 0) " is_null " }
#define OPS(scalar)                  OPS_(SHEAF_##scalar, SHEAF_TYPED_OPS_OF_##scalar)
#define SHEAF_TYPED_OPS_OF_ID        SHEAF_TYPED_OPS_ID
#define SHEAF_TYPED_OPS_OF_INT       SHEAF_TYPED_OPS_Int
#define SHEAF_TYPED_OPS_OF_BIGINT    SHEAF_TYPED_OPS_BigInt
#define SHEAF_TYPED_OPS_OF_FLOAT     SHEAF_TYPED_OPS_Float
#define SHEAF_TYPED_OPS_OF_STRING    SHEAF_TYPED_OPS_String
#define SHEAF_TYPED_OPS_OF_BOOLEAN   SHEAF_TYPED_OPS_Boolean
#define SHEAF_TYPED_OPS_OF_TIMESTAMP SHEAF_TYPED_OPS_Timestamp
#define SHEAF_TYPED_OPS_OF_DATE      SHEAF_TYPED_OPS_Date
#define SHEAF_TYPED_OPS_OF_DECIMAL   SHEAF_TYPED_OPS_Decimal
#define SHEAF_TYPED_OPS_OF_JSON      SHEAF_TYPED_OPS_JSON
#define SHEAF_TYPED_OPS_OF_UUID      SHEAF_TYPED_OPS_UUID
#define SHEAF_TYPED_OPS_OF_BYTES     SHEAF_TYPED_OPS_Bytes

static void has_the_engines_comparisons(void **state) {
    (void)state;
    static const struct {
        sheaf_scalar scalar;
        const char *ops;
    } typed[] = {OPS(ID),        OPS(INT),  OPS(BIGINT),  OPS(FLOAT), OPS(STRING), OPS(BOOLEAN),
                 OPS(TIMESTAMP), OPS(DATE), OPS(DECIMAL), OPS(JSON),  OPS(UUID),   OPS(BYTES)};
    assert_int_equal(sizeof typed / sizeof *typed, SHEAF_SCALAR_COUNT);
    for (size_t i = 0; i < SHEAF_SCALAR_COUNT; i++)
        for (int op = 0; op < FILTER_OP_COUNT; op++) {
            char word[32];
            snprintf(word, sizeof word, " %s ", filter_op_name((filter_op)op));
            bool there = strstr(typed[i].ops, word) != NULL;
            if (there != filter_op_takes((filter_op)op, typed[i].scalar))
                fail_msg("'%s' of %s", filter_op_name((filter_op)op), scalar_name(typed[i].scalar));
        }
}

static void lacks_memory(void **state) {
    (void)state;
    sheaf_model *model = parse(text);
    test_memory m = {0};
    while (test_memory_next(&m)) {
        gen_files files;
        sheaf_error err = {0};
        bool ok = gen_write(model, NULL, &demo, &m.allocator, &files, &err);
        if (ok) gen_files_free(&files);
        assert_true(ok != (bool)m.failed);
        assert_true(ok || err.code == SHEAF_E_MEMORY);
        assert_true(test_memory_clean(&m));
    }
    sheaf_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_entities),
        cmocka_unit_test(writes_relations),
        cmocka_unit_test(writes_keys),
        cmocka_unit_test(refuses_options),
        cmocka_unit_test(hashes_what_it_reads),
        cmocka_unit_test(writes_comments),
        cmocka_unit_test(has_the_engines_comparisons),
        cmocka_unit_test(lacks_memory),
    };
    return cmocka_run_group_tests_name("gen/model_header", tests, NULL, NULL);
}
