/* What shapes_header.c and source.c write, on texts. That it compiles is held by tests/gen. */
#include "gen.h"
#include "test.h"

static const char model_text[] =
    "\"A source package */ of a distribution.\"\n"
    "type Package @table(name: \"package\", plural: \"packages\") {\n"
    "  id: ID!\n"
    "  \"As the archive calls it.\"\n"
    "  name: String!\n"
    "  section: String\n"
    "  size: BigInt\n"
    "  weight: Float!\n"
    "  essential: Boolean\n"
    "  published: Timestamp!\n"
    "  day: Date\n"
    "  price: Decimal!\n"
    "  blob: Bytes!\n"
    "  has_size: Boolean!\n"
    "  distro: Distro! @ref(column: \"distro_id\")\n"
    "  maintainer: Person @ref(column: \"maintainer_id\")\n"
    "  uploaders: [Person!]! @through(table: \"uploader\", from: \"package_id\", to: \"person_id\")\n"
    "  uploaders_count: Int! @count(of: \"uploaders\")\n"
    "}\n"
    "type Distro @table(name: \"distro\", plural: \"distros\") {\n"
    "  id: ID!\n"
    "  name: String! @unique\n"
    "  packages: [Package!]! @many(ref: \"distro\")\n"
    "}\n"
    "type Person @table(name: \"person\", plural: \"people\") { id: ID! name: String! }\n"
    "type Tie @table(name: \"tie\", plural: \"ties\") @key(fields: [\"person\", \"number\"]) {\n"
    "  person: Person! @ref(column: \"person_id\")\n"
    "  person_id: ID!\n"
    "  number: Int!\n"
    "}\n";

typedef struct made {
    sheaf_model *model;
    sheaf_shapes *shapes;
    gen_files files;
} made;

static bool make(const char *file, const char *shapes, const gen_options *options,
                 const sheaf_allocator *allocator, made *ret, sheaf_error *err) {
    *ret = (made){0};
    return sheaf_model_parse(slice_of(model_text), "there/model.graphql", NULL, &ret->model, err) &&
           (!shapes || (sheaf_shapes_new(ret->model, NULL, NULL, &ret->shapes, err) &&
                        sheaf_shapes_add(ret->shapes, slice_of(shapes), file, err) &&
                        sheaf_shapes_check(ret->shapes, err))) &&
           gen_write(ret->model, ret->shapes, options, allocator, &ret->files, err);
}

static void unmake(made *m) {
    gen_files_free(&m->files);
    sheaf_shapes_free(m->shapes);
    sheaf_model_free(m->model);
}

static made generate(const char *shapes) {
    sheaf_error err = {0};
    made m;
    if (!make("here/t.graphql", shapes, &(gen_options){.name = "demo"}, NULL, &m, &err))
        fail_msg("%s", err.message);
    return m;
}

static bool holds(const buffer *text, const char *piece) {
    return memmem(text->ptr, text->len, piece, strlen(piece));
}

static void check(const buffer *text, const char *piece, bool wanted, int line) {
    if (holds(text, piece) == wanted) return;
    fprintf(stderr, "%s:%d: %s\n%s\n--- in ---\n%.*s\n", __FILE__, line, wanted ? "missing" : "not wanted",
            piece, (int)text->len, text->ptr);
    fail();
}
#define assert_holds(text, piece) check(&(text), (piece), true, __LINE__)
#define assert_lacks(text, piece) check(&(text), (piece), false, __LINE__)

static void a_query(void **state) {
    (void)state;
    made m = generate("# Those that\n# people want.\n"
                      "query hot($distro: String!, $limit: Int = 20) {\n"
                      "  distro(name: $distro) { packages(limit: $limit) { name section } }\n"
                      "}\n");
    assert_holds(m.files.shapes_header,
                 "/* ---- hot ---- */\n"
                 "\n"
                 "/* What hot takes. What is optional is not given where it, or its ptr, is NULL. */\n"
                 "typedef struct hot_vars {\n"
                 "    sheaf_slice distro; /* String! */\n"
                 "    const int64_t *limit; /* Int = 20 */\n"
                 "} hot_vars;\n"
                 "\n"
                 "/* Package: A source package * / of a distribution. */\n"
                 "typedef struct hot_distro_packages {\n"
                 "    /* As the archive calls it. */\n"
                 "    sheaf_slice name;\n"
                 "    sheaf_slice section;\n"
                 "    bool has_section;\n"
                 "} hot_distro_packages;\n"
                 "\n"
                 "/* Distro */\n"
                 "typedef struct hot_distro {\n"
                 "    const struct hot_distro_packages *const *packages;\n"
                 "    size_t packages_count;\n"
                 "} hot_distro;\n"
                 "\n"
                 "/* Those that\n"
                 " * people want. */\n"
                 "typedef struct hot_page {\n"
                 "    const struct hot_distro *distro; /* NULL where there is none */\n"
                 "} hot_page;\n"
                 "\n"
                 "extern const sheaf_compiled hot_compiled;\n");
    assert_holds(m.files.shapes_header, "static inline bool hot_read(sheaf_db *db, const hot_vars *vars, "
                                        "hot_page **ret_page, sheaf_error *err) {\n");
    assert_holds(m.files.shapes_header, "static inline void hot_free(hot_page *page) {\n");
    assert_holds(m.files.shapes_header, "static inline sheaf_stats hot_stats(const hot_page *page) {\n");
    assert_holds(m.files.shapes_header, "#ifndef DEMO_SHAPES_H\n");
    unmake(&m);
}

static void tables(void **state) {
    (void)state;
    made m = generate("query hot($distro: String!, $ids: [ID!]! = [1]) {\n"
                      "  distro(name: $distro) { packages(where: {id: {in: $ids}}) { name size } }\n"
                      "}\n");
    assert_holds(m.files.source,
                 "static const sheaf_member hot_distro_packages__members[] = {\n"
                 "    {\"name\", SHEAF_MEMBER_TEXT, offsetof(hot_distro_packages, name), "
                 "SHEAF_MEMBER_NOT_THERE, SHEAF_MEMBER_NOT_THERE, NULL},\n"
                 "    {\"size\", SHEAF_MEMBER_INT, offsetof(hot_distro_packages, size), "
                 "offsetof(hot_distro_packages, has_size), SHEAF_MEMBER_NOT_THERE, NULL},\n"
                 "};\n"
                 "static const sheaf_struct hot_distro_packages__struct = {\"hot_distro_packages\", "
                 "sizeof(hot_distro_packages), 2, hot_distro_packages__members};\n");
    assert_holds(m.files.source, "    {\"packages\", SHEAF_MEMBER_MANY, offsetof(hot_distro, packages), "
                                 "SHEAF_MEMBER_NOT_THERE, offsetof(hot_distro, packages_count), "
                                 "&hot_distro_packages__struct},\n");
    assert_holds(m.files.source, "static const sheaf_compiled_variable hot__variables[] = {\n"
                                 "    {\"distro\", SHEAF_MEMBER_TEXT, false, offsetof(hot_vars, distro), "
                                 "SHEAF_MEMBER_NOT_THERE},\n"
                                 "    {\"ids\", SHEAF_MEMBER_INTS, true, offsetof(hot_vars, ids), "
                                 "offsetof(hot_vars, ids_count)},\n"
                                 "};\n"
                                 "\n"
                                 "const sheaf_compiled hot_compiled = {&demo__set, \"hot\", "
                                 "&hot_page__struct, hot__variables, 2};\n");
    char hash[40];
    snprintf(hash, sizeof hash, "UINT64_C(0x%016llx)", (unsigned long long)sheaf_model_hash(m.model));
    assert_holds(m.files.source, hash);
    unmake(&m);
}

static void values(void **state) {
    (void)state;
    made m = generate(
        "query all { packages { id size weight essential published day price blob __typename _cursor } }");
    assert_holds(m.files.shapes_header, "typedef struct all_packages {\n"
                                        "    int64_t id;\n"
                                        "    int64_t size;\n"
                                        "    double weight;\n"
                                        "    int64_t published; /* microseconds since 1970-01-01 UTC */\n"
                                        "    int64_t day; /* days since 1970-01-01 */\n"
                                        "    sheaf_slice price; /* a decimal number */\n"
                                        "    sheaf_slice blob; /* bytes, not text */\n"
                                        "    sheaf_slice typename_;\n"
                                        "    sheaf_slice cursor;\n"
                                        "    bool essential;\n"
                                        "    bool has_size;\n"
                                        "    bool has_essential;\n"
                                        "    bool has_day;\n"
                                        "} all_packages;\n");
    assert_holds(m.files.shapes_header,
                 "static inline bool all_read(sheaf_db *db, all_page **ret_page, sheaf_error *err) {\n");
    assert_lacks(m.files.shapes_header, "all_vars");
    assert_holds(m.files.source, "const sheaf_compiled all_compiled = {&demo__set, \"all\", "
                                 "&all_page__struct, NULL, 0};\n");
    unmake(&m);
}

static void relations(void **state) {
    (void)state;
    made m = generate("query all {\n"
                      "  distro(name: \"debian\") @required { id }\n"
                      "  packages(limit: 3) @values { name }\n"
                      "  people_count\n"
                      "  favourites: packages { distro { id } maintainer { id } }\n"
                      "}");
    assert_holds(m.files.shapes_header, "typedef struct all_page {\n"
                                        "    const struct all_distro *distro;\n"
                                        "    const struct all_packages *const *packages;\n"
                                        "    size_t packages_count;\n"
                                        "    int64_t people_count;\n"
                                        "    const struct all_favourites *const *favourites;\n"
                                        "    size_t favourites_count;\n"
                                        "} all_page;\n");
    assert_holds(m.files.shapes_header,
                 "    const struct all_favourites_distro *distro;\n"
                 "    const struct all_favourites_maintainer *maintainer; /* NULL where there is none */\n");
    unmake(&m);
}

static void fragments(void **state) {
    (void)state;
    made m = generate("fragment card on Person { name }\n"
                      "fragment same on Person { ... on Person { ...card } }\n"
                      "fragment rich on Person { ...card id }\n"
                      "fragment unused on Person { id }\n"
                      "query a { packages { maintainer { ...card } uploaders { ...same id } name } }\n"
                      "query b { people { ...same } person(id: 1) { ...rich card: name } }\n");
    assert_holds(m.files.shapes_header, "\ntypedef struct card {\n    sheaf_slice name;\n} card;\n");
    assert_holds(m.files.shapes_header, "\ntypedef struct card same;\n");
    assert_holds(m.files.shapes_header,
                 "\ntypedef struct rich {\n    struct card card;\n    int64_t id;\n} rich;\n");
    assert_holds(m.files.shapes_header, "    const struct card *maintainer; /* NULL where there is none */\n"
                                        "    const struct a_packages_uploaders *const *uploaders;\n");
    assert_holds(m.files.shapes_header, "    struct card same;\n    int64_t id;\n} a_packages_uploaders;\n");
    assert_holds(m.files.shapes_header, "    const struct card *const *people;\n");
    assert_holds(m.files.shapes_header, "    struct rich rich;\n    sheaf_slice card;\n} b_person;\n");
    assert_lacks(m.files.shapes_header, "unused");
    assert_holds(m.files.source, "{\"same\", SHEAF_MEMBER_FRAGMENT, offsetof(a_packages_uploaders, same), "
                                 "SHEAF_MEMBER_NOT_THERE, SHEAF_MEMBER_NOT_THERE, &card__struct},\n");
    unmake(&m);
}

/* What a fragment selects of a relation and what is selected beside it are two structs of one row. */
static void merged(void **state) {
    (void)state;
    made m = generate(
        "fragment f on Package { maintainer { id } }\n"
        "query a { packages { ...f maintainer { name } ... on Package { maintainer { who: name } } } }\n");
    assert_holds(m.files.shapes_header, "typedef struct f_maintainer {\n    int64_t id;\n} f_maintainer;\n");
    assert_holds(m.files.shapes_header, "typedef struct a_packages_maintainer {\n"
                                        "    sheaf_slice name;\n"
                                        "    sheaf_slice who;\n"
                                        "} a_packages_maintainer;\n");
    unmake(&m);
}

static void names(void **state) {
    (void)state;
    made m = generate("fragment index on Person { name }\n"
                      "fragment a_packages on Person { id }\n"
                      "query class { people { ...index while: name int64_t: name link: name } }\n"
                      "query a { packages { id } people { ...a_packages } }\n"
                      "query a_packages { people { a: id _a: name } }\n");
    assert_holds(m.files.shapes_header, "typedef struct index_ {\n");
    assert_holds(m.files.shapes_header, "typedef struct class_people {\n"
                                        "    struct index_ index;\n"
                                        "    sheaf_slice while_;\n"
                                        "    sheaf_slice int64_t_;\n"
                                        "    sheaf_slice link;\n"
                                        "} class_people;\n");
    assert_holds(m.files.shapes_header, "typedef struct a_packages2 {\n");
    assert_holds(m.files.shapes_header, "    const struct a_packages2 *const *packages;\n");
    assert_holds(m.files.shapes_header, "    const struct a_packages *const *people;\n");
    assert_holds(m.files.shapes_header, "    int64_t a;\n    sheaf_slice a2;\n} a_packages_people;\n");
    assert_holds(m.files.source, "{\"_a\", SHEAF_MEMBER_TEXT, offsetof(a_packages_people, a2), ");
    unmake(&m);
}

/* A loop over uploaders_count rows must not compile where that is another number than theirs. */
static void clashes(void **state) {
    (void)state;
    made m = generate("query a($n: Int, $ids: [ID!]!, $ids_count: Int) {\n"
                      "  packages(where: {id: {in: $ids}}, limit: $ids_count, offset: $n) {\n"
                      "    uploaders { id } uploaders_count has_size size\n"
                      "  }\n"
                      "  packages_count\n"
                      "}\n");
    assert_holds(m.files.shapes_header, "typedef struct a_packages {\n"
                                        "    const struct a_packages_uploaders *const *uploaders;\n"
                                        "    size_t uploaders_length;\n"
                                        "    int64_t uploaders_count_value;\n"
                                        "    int64_t size;\n"
                                        "    bool has_size_value;\n"
                                        "    bool size_is_set;\n"
                                        "} a_packages;\n");
    assert_holds(m.files.shapes_header, "    size_t packages_length;\n    int64_t packages_count_value;\n");
    assert_holds(m.files.shapes_header,
                 "    size_t ids_length;\n    const int64_t *ids_count_value; /* Int */\n");
    assert_holds(m.files.source, "{\"uploaders_count\", SHEAF_MEMBER_INT, offsetof(a_packages, "
                                 "uploaders_count_value), ");
    unmake(&m);
}

static void variables(void **state) {
    (void)state;
    made m = generate("query a(\n"
                      "  # How many.\n"
                      "  $limit: Int! = 5, $w: Float!, $e: Boolean!, $e2: Boolean! = true, $p: Timestamp!, "
                      "$s: String! = \"*/\"\n"
                      "  $after: String, $in: [String!]! = [\"a\", \"b\"]\n"
                      "  $long: [String!]! = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", "
                      "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"c\"]\n"
                      ") {\n"
                      "  packages(limit: $limit, after: $after, where: {\n"
                      "    weight: {gt: $w}, essential: {eq: $e, ne: $e2}, published: {le: $p}, name: {eq: "
                      "$s, in: $in, not_in: $long}\n"
                      "  }) { id }\n"
                      "}\n");
    assert_holds(m.files.shapes_header,
                 "typedef struct a_vars {\n"
                 "    /* How many. */\n"
                 "    const int64_t *limit; /* Int! = 5 */\n"
                 "    double w; /* Float! */\n"
                 "    bool e; /* Boolean! */\n"
                 "    const bool *e2; /* Boolean! = true */\n"
                 "    int64_t p; /* Timestamp! */\n"
                 "    sheaf_slice s; /* String! = \"* /\" */\n"
                 "    sheaf_slice after; /* String */\n"
                 "    const sheaf_slice *in; /* [String!]! = [\"a\", \"b\"] */\n"
                 "    size_t in_count;\n"
                 "    const sheaf_slice *long_; /* [String!]! = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", "
                 "\"bbbbbbbbbbbbbbbbbbbbbbb… */\n"
                 "    size_t long_count;\n"
                 "} a_vars;\n");
    unmake(&m);
}

static void text_ids(void **state) {
    (void)state;
    static const char *const ids[] = {"people"};
    sheaf_error err;
    made m;
    assert_true(make("t.graphql",
                     "query a($p: ID!, $q: ID!) {\n"
                     "  person(id: $p) { id }\n"
                     "  packages(where: {maintainer: {id: {eq: $p}}, id: {eq: $q}}) { id }\n"
                     "  ties { person_id number }\n"
                     "}\n",
                     &(gen_options){.name = "demo", .text_ids = ids, .text_id_count = 1}, NULL, &m, &err));
    assert_holds(
        m.files.shapes_header,
        "typedef struct a_vars {\n    sheaf_slice p; /* ID! */\n    int64_t q; /* ID! */\n} a_vars;\n");
    assert_holds(m.files.shapes_header, "    sheaf_slice id;\n} a_person;\n");
    assert_holds(m.files.shapes_header, "    int64_t id;\n} a_packages;\n");
    assert_holds(m.files.shapes_header, "    sheaf_slice person_id;\n    int64_t number;\n} a_ties;\n");
    unmake(&m);
}

static void texts(void **state) {
    (void)state;
    made m = generate("# \"quoted\" back\\slash what?"
                      "?/ é\nquery a { people { id } }");
    assert_holds(m.files.source, "static const char demo__document0[] =\n"
                                 "    \"# \\\"quoted\\\" back\\\\slash what\\?\\?/ \\303\\251\\n\"\n"
                                 "    \"query a { people { id } }\";\n");
    assert_holds(m.files.source, "    {\"t.graphql\", {demo__document0, sizeof demo__document0 - 1}},\n");
    assert_holds(m.files.source,
                 "    return sheaf_model_parse(text, \"model.graphql\", allocator, ret_model, err);\n");
    unmake(&m);

    char *longer = test_malloc(6000);
    memset(longer, '#', 5000);
    strncpy(longer + 5000, "'\nquery a { people { id } }", 1000);
    m = generate(longer);
    assert_holds(m.files.source, "static const char demo__document0[] = {\n    '#','#',");
    assert_holds(m.files.source, "'#','\\'','\\n',\n    'q','u',");
    assert_holds(m.files.source, "' ','}',\n    '\\0'\n};\n");
    unmake(&m);
    test_free(longer);
}

/* A model alone is worth its text. */
static void no_shapes(void **state) {
    (void)state;
    made m = generate(NULL);
    assert_holds(m.files.shapes_header, "bool demo_model_new(const sheaf_allocator *allocator, "
                                        "sheaf_model **ret_model, sheaf_error *err);\n");
    assert_holds(m.files.source, "static const char demo__model[] =\n");
    assert_lacks(m.files.source, "sheaf_compiled");
    unmake(&m);
}

static bool same(const buffer *a, const buffer *b) {
    return slice_equal(buffer_view(a), buffer_view(b));
}

static void the_same_bytes(void **state) {
    (void)state;
    static const char text[] = "fragment f on Person { id }\nquery a { people { ...f } packages { id } }\n";
    sheaf_error err;
    made a, b;
    const gen_options options = {.name = "demo"};
    assert_true(make("/some/where/t.graphql", text, &options, NULL, &a, &err));
    assert_true(make("elsewhere/t.graphql", text, &options, NULL, &b, &err));
    assert_true(same(&a.files.shapes_header, &b.files.shapes_header));
    assert_true(same(&a.files.source, &b.files.source));
    assert_lacks(a.files.source, "where/");
    unmake(&a);
    unmake(&b);
}

static void no_memory(void **state) {
    (void)state;
    static const char text[] = "fragment f on Person { id name }\n"
                               "fragment g on Person { ...f }\n"
                               "query a($n: Int = 3, $ids: [ID!]!) {\n"
                               "  packages(limit: $n, where: {id: {in: $ids}}) {\n"
                               "    id uploaders { ...g id } uploaders_count has_size size while: name\n"
                               "  }\n"
                               "  people { ...f }\n"
                               "}\n";
    test_memory memory = {0};
    while (test_memory_next(&memory)) {
        sheaf_error err = {0};
        made m;
        bool ok = make("t.graphql", text, &(gen_options){.name = "demo"}, &memory.allocator, &m, &err);
        unmake(&m);
        assert_true(test_memory_clean(&memory));
        if (!ok) {
            assert_true(memory.failed);
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query),   cmocka_unit_test(tables),         cmocka_unit_test(values),
        cmocka_unit_test(relations), cmocka_unit_test(fragments),      cmocka_unit_test(merged),
        cmocka_unit_test(names),     cmocka_unit_test(clashes),        cmocka_unit_test(variables),
        cmocka_unit_test(text_ids),  cmocka_unit_test(texts),          cmocka_unit_test(no_shapes),
        cmocka_unit_test(no_memory), cmocka_unit_test(the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
