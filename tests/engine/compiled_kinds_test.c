/* Every kind of value, NULL and not, and of variable; and tables that are not those of their documents. */
#include "tables.h"

/* ---- Every kind of value and variable
 * --------------------------------------------------------------------*/

static const char kinds_model[] = "type Thing @table(name: \"thing\", plural: \"things\") {\n"
                                  "  id: ID! i: Int b: BigInt f: Float s: String o: Boolean t: Timestamp d: "
                                  "Date n: Decimal j: JSON u: UUID\n"
                                  "  y: Bytes must: String! yes: Boolean!\n"
                                  "  other: Thing @ref(column: \"other_id\")\n"
                                  "  text: String @text(format: \"{id} {s}\")\n"
                                  "  sure: String! @text(format: \"<{must}>\")\n"
                                  "}\n"
                                  "type Doc @table(name: \"doc\", plural: \"docs\") { id: ID! }\n";

static const char kinds_pg[] =
    "DROP TABLE IF EXISTS thing, doc; CREATE TABLE doc (id TEXT NOT NULL PRIMARY KEY);"
    "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, i INTEGER, b BIGINT, f DOUBLE PRECISION, s TEXT,"
    "  o BOOLEAN, t TIMESTAMPTZ, d DATE, n NUMERIC, j JSON, u UUID, y BYTEA, must TEXT, yes BOOLEAN,"
    "  other_id BIGINT);"
    "INSERT INTO thing VALUES"
    "  (1, -7, 9007199254740993, 0.1, '', true, '2024-02-29 12:00:00.5+00', '2024-02-29', 1.50,"
    "   '{\"a\": [1]}', '00000000-0000-0000-0000-0000000000aa', '\\x00ff', 'x', false, 1),"
    "  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', true, NULL),"
    "  (3, 0, 0, 0, 'q\"', false, '1970-01-01 00:00:00+00', '1970-01-01', 0, '0',"
    "   '00000000-0000-0000-0000-0000000000ab', '', 'y', true, 2)";
static const char kinds_sqlite[] =
    "DROP TABLE IF EXISTS thing; DROP TABLE IF EXISTS doc; CREATE TABLE doc (id TEXT NOT NULL PRIMARY KEY);"
    "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, i INTEGER, b BIGINT, f REAL, s TEXT,"
    "  o BOOLEAN, t INTEGER, d TEXT, n TEXT, j TEXT, u TEXT, y BLOB, must TEXT, yes BOOLEAN,"
    "  other_id BIGINT);"
    "INSERT INTO thing VALUES"
    "  (1, -7, 9007199254740993, 0.1, '', true, 1709208000500000, '2024-02-29', '1.50',"
    "   '{\"a\": [1]}', '00000000-0000-0000-0000-0000000000aa', x'00ff', 'x', false, 1),"
    "  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', true, NULL),"
    "  (3, 0, 0, 0, 'q\"', false, 0, '1970-01-01', '0', '0',"
    "   '00000000-0000-0000-0000-0000000000ab', x'', 'y', true, 2)";

static const char kinds_text[] =
    "query kinds($i: Int!, $b: BigInt = 5, $f: Float = -1, $o: Boolean = true, $t: Timestamp!, $d: Date = "
    "\"2000-01-01\",\n"
    "            $s: String!, $n: Decimal!, $id: ID!, $u: UUID!, $ints: [Int!]!, $texts: "
    "[String!]!,\n"
    "            $ids: [ID!] = [3], $limit: Int, $opt: String = \"none\") {\n"
    "  things(order: [{id: ASC}], limit: $limit) {\n"
    "    id i b f s o t d n j u y must yes text sure other { id o }\n"
    "  }\n"
    "  i: things(where: {i: {eq: $i}}) { id }\n"
    "  b: things(where: {b: {eq: $b}}) { id }\n"
    "  f: things(where: {f: {ge: $f}}) { id }\n"
    "  o: things(where: {o: {eq: $o}}) { id }\n"
    "  t: things(where: {t: {eq: $t}}) { id }\n"
    "  d: things(where: {d: {ge: $d}}) { id }\n"
    "  s: things(where: {s: {eq: $s}}) { id }\n"
    "  n: things(where: {n: {eq: $n}}) { id }\n"
    "  u: things(where: {u: {eq: $u}}) { id }\n"
    "  ints: things(where: {i: {in: $ints}}) { id }\n"
    "  texts: things(where: {s: {in: $texts}}) { id }\n"
    "  ids: things(where: {id: {in: $ids}}) { id }\n"
    "  opt: things(where: {must: {eq: $opt}}) { id }\n"
    "  one: thing(id: $id) { id must }\n"
    "}\n";

typedef struct other {
    bool has_o, o;
    int64_t id;
} other;
static const sheaf_member other_members[] = {VALUE(other, id, INT), NULLABLE(other, o, BOOL)};
STRUCT(other);

typedef struct thing {
    bool has_i, has_b, has_f, has_s, has_o, has_t, has_d, has_n, has_j, has_u, has_y, has_text;
    bool o, yes;
    int64_t id, i, b, t, d;
    double f;
    sheaf_slice s, n, j, u, y, must, text, sure;
    const other *other;
} thing;
static const sheaf_member thing_members[] = {
    VALUE(thing, id, INT),     NULLABLE(thing, i, INT),  NULLABLE(thing, b, INT),
    NULLABLE(thing, f, FLOAT), NULLABLE(thing, s, TEXT), NULLABLE(thing, o, BOOL),
    NULLABLE(thing, t, INT),   NULLABLE(thing, d, INT),  NULLABLE(thing, n, TEXT),
    NULLABLE(thing, j, TEXT),  NULLABLE(thing, u, TEXT), NULLABLE(thing, y, TEXT),
    VALUE(thing, must, TEXT),  VALUE(thing, yes, BOOL),  NULLABLE(thing, text, TEXT),
    VALUE(thing, sure, TEXT),  ONE(thing, other, other),
};
STRUCT(thing);

typedef struct thing_id {
    int64_t id;
} thing_id;
static const sheaf_member thing_id_members[] = {VALUE(thing_id, id, INT)};
STRUCT(thing_id);

typedef struct thing_must {
    sheaf_slice must;
    int64_t id;
} thing_must;
static const sheaf_member thing_must_members[] = {VALUE(thing_must, id, INT), VALUE(thing_must, must, TEXT)};
STRUCT(thing_must);

#define FOUND(X) X(i) X(b) X(f) X(o) X(t) X(d) X(s) X(n) X(u) X(ints) X(texts) X(ids) X(opt)
typedef struct kinds_page {
    const thing *const *things;
    size_t things_count;
    const thing_must *one;
#define X(name)                                                                                              \
    const thing_id *const *name;                                                                             \
    size_t name##_count;
    FOUND(X)
#undef X
} kinds_page;
static const sheaf_member kinds_page_members[] = {MANY(kinds_page, things, thing),
                                                  ONE(kinds_page, one, thing_must),
#define X(name) MANY(kinds_page, name, thing_id),
                                                  FOUND(X)
#undef X
};
STRUCT(kinds_page);

typedef struct kinds_vars {
    int64_t i, t, id;
    const int64_t *b, *d, *limit;
    const double *f;
    const bool *o;
    sheaf_slice s, n, u, opt;
    const int64_t *ints, *ids;
    const sheaf_slice *texts;
    size_t ints_count, ids_count, texts_count;
} kinds_vars;
static const sheaf_compiled_variable kinds_variables[] = {
    GIVEN(kinds_vars, i, INT),     OPTIONAL(kinds_vars, b, INT),     OPTIONAL(kinds_vars, f, FLOAT),
    OPTIONAL(kinds_vars, o, BOOL), GIVEN(kinds_vars, t, INT),        OPTIONAL(kinds_vars, d, INT),
    GIVEN(kinds_vars, s, TEXT),    GIVEN(kinds_vars, n, TEXT),       GIVEN(kinds_vars, id, INT),
    GIVEN(kinds_vars, u, TEXT),    LIST(kinds_vars, ints, INTS),     LIST(kinds_vars, texts, TEXTS),
    LIST(kinds_vars, ids, INTS),   OPTIONAL(kinds_vars, limit, INT), OPTIONAL(kinds_vars, opt, TEXT),
};
static const sheaf_compiled kinds = {.name = "kinds",
                                     .page = &kinds_page_struct,
                                     .variables = kinds_variables,
                                     .variable_count = COUNT_OF(kinds_variables)};

/* ---- Tests
 * ------------------------------------------------------------------------------------------------*/

static const int64_t some_ints[] = {-7, 0}, some_ids[] = {1, 2};
static const sheaf_slice some_texts[] = {{"q\"", 2}, {NULL, 0}};
static const kinds_vars some_kinds = {.i = -7,
                                      .t = 0,
                                      .id = 1,
                                      .s = {"", 0},
                                      .n = {"1.5", 3},
                                      .u = {"00000000-0000-0000-0000-0000000000aa", 36},
                                      .ints = some_ints,
                                      .ints_count = 2,
                                      .texts = some_texts,
                                      .texts_count = 2};

static size_t some_variables(sheaf_variable *out) {
    static const sheaf_value ints[] = {{.kind = SHEAF_KIND_INT, .i = -7}, {.kind = SHEAF_KIND_INT, .i = 0}};
    static const sheaf_value texts[] = {{.kind = SHEAF_KIND_TEXT, .text = {"q\"", 2}},
                                        {.kind = SHEAF_KIND_TEXT, .text = {"", 0}}};
    const sheaf_variable all[] = {
        SHEAF_VAR_INT("i", -7),
        SHEAF_VAR_INT("t", 0),
        SHEAF_VAR_INT("id", 1),
        SHEAF_VAR_TEXT("s", ""),
        SHEAF_VAR_TEXT("n", "1.5"),
        SHEAF_VAR_TEXT("u", "00000000-0000-0000-0000-0000000000aa"),
        {"ints", {.kind = SHEAF_KIND_LIST, .list = {ints, 2}}},
        {"texts", {.kind = SHEAF_KIND_LIST, .list = {texts, 2}}},
    };
    memcpy(out, all, sizeof all);
    return COUNT_OF(all);
}

typedef struct kinds_unit {
    unit unit;
    sheaf_model *model;
} kinds_unit;

static void kinds_init(kinds_unit *k, const world *w, const char *text, const sheaf_compiled *shape) {
    world_run(w, w->pg ? kinds_pg : kinds_sqlite);
    k->model = world_read_model(kinds_model, NULL);
    unit_init(&k->unit, w, k->model, text, shape);
}

static void kinds_free(kinds_unit *k) {
    unit_free(&k->unit);
    sheaf_model_free(k->model);
}

static void holds_every_kind(void **state) {
    world *w = world_of(state);
    kinds_unit k;
    sheaf_variable variables[16];
    kinds_init(&k, w, kinds_text, &kinds);
    kinds_page *page = unit_read(&k.unit, &some_kinds);
    check_page(&k.unit, page, variables, some_variables(variables));
    const thing *full = page->things[0], *bare = page->things[1];
    assert_int_equal(full->i, -7);
    assert_true(full->b == INT64_C(9007199254740993) && full->f == 0.1 && full->o && !full->yes);
    assert_true(full->has_s && full->s.ptr && full->s.len == 0);
    assert_true(full->t == INT64_C(1709208000500000) && full->d == 19782);
    assert_slice(full->n, "1.50");
    assert_slice_literal(full->y, "\0\377");
    assert_slice(full->text, "1 ");
    assert_slice(full->sure, "<x>");
    assert_int_equal(full->other->id, 1);
    assert_true(full->other->has_o && full->other->o);
    assert_false(bare->has_i || bare->has_s || bare->has_o || bare->has_y || bare->has_text || bare->o);
    assert_true(!bare->s.ptr && !bare->s.len && !bare->text.ptr && bare->f == 0 && bare->i == 0);
    assert_true(bare->yes && bare->must.len == 0 && !bare->other);
    assert_false(page->things[2]->other->has_o);
    assert_int_equal(page->i_count, 1);
    assert_int_equal(page->texts_count, 2);
    assert_int_equal(page->ids_count, 1); /* by default */
    sheaf_compiled_free(page);
    kinds_free(&k);
}

static void takes_every_kind(void **state) {
    world *w = world_of(state);
    kinds_unit k;
    sheaf_variable variables[16];
    kinds_init(&k, w, kinds_text, &kinds);
    size_t count = some_variables(variables);
    int64_t b = INT64_C(9007199254740993), day = 19782, limit = 1;
    double f = 0.05;
    bool o = false;
    kinds_vars given = some_kinds;
    given.b = &b, given.d = &day, given.f = &f, given.o = &o, given.limit = &limit;
    given.ids = some_ids, given.ids_count = 2, given.opt = SHEAF_SLICE("y");
    static const sheaf_value ids[] = {{.kind = SHEAF_KIND_INT, .i = 1}, {.kind = SHEAF_KIND_INT, .i = 2}};
    const sheaf_variable more[] = {SHEAF_VAR_INT("b", b),
                                   SHEAF_VAR_INT("d", day),
                                   SHEAF_VAR_FLOAT("f", f),
                                   SHEAF_VAR_INT("o", 0),
                                   SHEAF_VAR_INT("limit", 1),
                                   SHEAF_VAR_TEXT("opt", "y"),
                                   {"ids", {.kind = SHEAF_KIND_LIST, .list = {ids, 2}}}};
    memcpy(variables + count, more, sizeof more);
    kinds_page *page = unit_read(&k.unit, &given);
    check_page(&k.unit, page, variables, count + COUNT_OF(more));
    assert_int_equal(page->things_count, 1);
    assert_int_equal(page->b[0]->id, 1);
    assert_int_equal(page->d_count, 1);
    assert_int_equal(page->f_count, 1);
    assert_int_equal(page->o[0]->id, 3);
    assert_int_equal(page->ids_count, 2);
    assert_int_equal(page->opt[0]->id, 3);
    sheaf_compiled_free(page);
    kinds_free(&k);
}

static void refuses_variables(void **state) {
    world *w = world_of(state);
    kinds_unit k;
    sheaf_error err;
    kinds_init(&k, w, kinds_text, &kinds);
    kinds_vars given = some_kinds;
    given.s.ptr = NULL;
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_VARIABLE, "$s", "missing");
    given = some_kinds;
    given.ints = NULL;
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_VARIABLE, "$ints", "missing");
    given = some_kinds;
    given.u = SHEAF_SLICE("no");
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_VARIABLE, "$u");
    given = some_kinds;
    int64_t limit = -1;
    given.limit = &limit;
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_VARIABLE, "$limit", "negative");
    given = some_kinds;
    given.i = INT64_C(1) << 40;
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_VARIABLE, "$i");
    given = some_kinds;
    given.ints_count = 0; /* an empty list is one */
    kinds_page *page = unit_read(&k.unit, &given);
    assert_int_equal(page->ints_count, 0);
    sheaf_compiled_free(page);
    kinds_free(&k);
}

/* A NULL that the model rules out: the struct could not say it. */
static void finds_broken_promises(void **state) {
    world *w = world_of(state);
    kinds_unit k;
    sheaf_error err;
    kinds_init(&k, w, kinds_text, &kinds);
    world_run(w, "UPDATE thing SET must = NULL WHERE id = 3");
    expect_error(&k.unit, &some_kinds, &err);
    assert_error(&err, SHEAF_E_DATA, "Thing.must", "'!'", "key 3");
    char *json = NULL; /* which can say it, and does */
    sheaf_variable variables[16];
    size_t count = some_variables(variables);
    assert_true(
        world_page(k.unit.db, sheaf_shapes_find(k.unit.shapes, "kinds"), variables, count, &json, &err));
    assert_non_null(strstr(json, "\"must\":null"));
    free(json);
    int64_t limit = 2; /* row 3 is in the page, but not where `must` is shown */
    kinds_vars given = some_kinds;
    given.limit = &limit;
    kinds_page *page = unit_read(&k.unit, &given);
    assert_int_equal(page->ids[0]->id, 3);
    sheaf_compiled_free(page);
    given.id = 3;
    expect_error(&k.unit, &given, &err);
    assert_error(&err, SHEAF_E_DATA, "Thing.must", "key 3");
    kinds_free(&k);
}

/* A @text is NULL where a part of it is. */
static void finds_broken_texts(void **state) {
    world *w = world_of(state);
    typedef struct sure {
        sheaf_slice sure;
    } sure;
    static const sheaf_member sure_members[] = {VALUE(sure, sure, TEXT)};
    STRUCT(sure);
    typedef struct sures {
        const sure *const *things;
        size_t things_count;
    } sures;
    static const sheaf_member sures_members[] = {MANY(sures, things, sure)};
    STRUCT(sures);
    static const sheaf_compiled shape = {.name = "sure", .page = &sures_struct};
    kinds_unit k;
    sheaf_error err;
    kinds_init(&k, w, "query sure { things(order: [{id: ASC}]) { sure } }", &shape);
    sheaf_compiled_free(unit_read(&k.unit, NULL));
    world_run(w, "UPDATE thing SET must = NULL WHERE id = 3");
    expect_error(&k.unit, NULL, &err);
    assert_error(&err, SHEAF_E_DATA, "Thing.sure", "key 3");
    kinds_free(&k);
}

/* ---- Tables that do not fit
 * ---------------------------------------------------------------------------------*/

/* Tables that are not those of their documents: one member is spoilt at a time. */
static void refuses_wrong_tables(void **state) {
    world *w = world_of(state);
    static sheaf_member rounds[2];
    static const sheaf_struct round_struct = {"rounds", 64, 2, rounds},
                              loop_struct = {"loop", 64, 1, &rounds[1]};
    typedef struct all {
        const void *const *things;
        size_t things_count;
    } all;
    static const sheaf_member all_members[] = {MANY(all, things, round)};
    STRUCT(all);
    static const struct {
        sheaf_member member;
        sheaf_code code;
        const char *words;
    } cases[] = {
        {{"nothing", SHEAF_MEMBER_TEXT, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "rounds.nothing is not selected"},
        {{"i", SHEAF_MEMBER_INT, 0, SHEAF_MEMBER_NOT_THERE, 0, NULL}, SHEAF_E_CHANGED, "may be NULL"},
        {{"i", SHEAF_MEMBER_TEXT, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "in another way"},
        {{"f", SHEAF_MEMBER_INT, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "in another way"},
        {{"yes", SHEAF_MEMBER_INT, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "in another way"},
        {{"i", SHEAF_MEMBER_INTS, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"i", SHEAF_MEMBER_INT, 4, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"i", SHEAF_MEMBER_INT, 64, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"i", SHEAF_MEMBER_INT, UINT32_MAX - 7, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"i", SHEAF_MEMBER_INT, 0, 64, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"s", SHEAF_MEMBER_TEXT, 56, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"other", SHEAF_MEMBER_ONE, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"other", SHEAF_MEMBER_MANY, 0, 16, 8, &other_struct}, SHEAF_E_CHANGED, "another kind"},
        {{"other", SHEAF_MEMBER_TEXT, 0, 16, 8, NULL}, SHEAF_E_CHANGED, "another kind"},
        {{"i", SHEAF_MEMBER_ONE, 0, 16, 8, &other_struct}, SHEAF_E_CHANGED, "in another way"},
        {{"x", SHEAF_MEMBER_FRAGMENT, 0, 16, 0, NULL}, SHEAF_E_CHANGED, "outside"},
        {{"x", SHEAF_MEMBER_FRAGMENT, 0, 16, 0, &loop_struct}, SHEAF_E_CHANGED, "too many fragments"},
        {{"id", SHEAF_MEMBER_TEXT, 0, SHEAF_MEMBER_NOT_THERE, 0, NULL},
         SHEAF_E_CATALOGUE,
         "Thing.id is a number in the database, and text in the generated code: generate it without `sheaf "
         "gen "
         "--text-id Thing`"},
    };
    static const sheaf_compiled shape = {.name = "all", .page = &all_struct};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        kinds_unit k;
        sheaf_error err;
        rounds[0] = (sheaf_member)VALUE(thing_must, id, INT);
        rounds[1] = cases[i].member;
        kinds_init(&k, w, "query all { things { id i f s yes other { id o } } }", &shape);
        expect_error(&k.unit, NULL, &err);
        assert_error(&err, cases[i].code, cases[i].words);
        kinds_free(&k);
    }
}

static void tells_ids_apart(void **state) {
    world *w = world_of(state);
    typedef struct docs {
        const thing_id *const *docs;
        size_t docs_count;
    } docs;
    static const sheaf_member docs_members[] = {MANY(docs, docs, thing_id)};
    STRUCT(docs);
    static const sheaf_compiled shape = {.name = "docs", .page = &docs_struct};
    kinds_unit k;
    sheaf_error err;
    kinds_init(&k, w, "query docs { docs { id } }", &shape);
    expect_error(&k.unit, NULL, &err);
    assert_error(
        &err, SHEAF_E_CATALOGUE,
        "Doc.id is text in the database, and a number in the generated code: generate it with `sheaf gen "
        "--text-id Doc`");
    kinds_free(&k);
}

static const struct CMUnitTest tests[] = {
    ON_BOTH(holds_every_kind),      ON_BOTH(takes_every_kind),   ON_BOTH(refuses_variables),
    ON_BOTH(finds_broken_promises), ON_BOTH(finds_broken_texts), ON_BOTH(refuses_wrong_tables),
    ON_BOTH(tells_ids_apart),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
