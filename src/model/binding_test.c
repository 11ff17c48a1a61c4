#include "binding.h"
#include "value.h"

#include "test.h"
#include "test_catalogue.h"

static const char text[] =
    "type Package { id: ID! name: String! note: String size: BigInt at: Timestamp distro: Distro!\n"
    "  uploaders: [Person!]! @through(table: \"uploader\", from: \"package_id\", to: \"person_id\") }\n"
    "type Distro { id: ID! name: String! packages: [Package!]! }\n"
    "type Person @table(schema: \"hr\") { id: ID! }\n";

static const char fitting[] =
    "distro id:uuid! name:any! primary(id)\n"
    "package id:bigint! name:text!~ note:text! size:integer at:timestamptz distro_id:uuid! primary(id)\n"
    "hr.person? id:integer\n"
    "uploader package_id:bigint! person_id:bigint!\n";

static sheaf_model *parse(const char *source) {
    sheaf_model *m = NULL;
    sheaf_error err = {0};
    if (!sheaf_model_parse(slice_of(source), NULL, NULL, &m, &err)) fail_msg("%s", err.message);
    return m;
}

static const bound_column *column(const binding *b, const char *entity, const char *name) {
    const model_entity *e = model_entity_named(b->model, slice_of(entity));
    for (uint32_t i = 0; i < e->column_count; i++)
        if (slice_is(e->columns[i].name, name)) return bound(b, &e->columns[i]);
    fail_msg("no column %s", name);
    return NULL;
}

static void binds(void **state) {
    (void)state;
    arena memory;
    binding *b = NULL;
    sheaf_error err = {0};
    arena_init(&memory, NULL);
    sheaf_model *m = parse(text);
    catalogue c = test_catalogue(&memory, fitting, false);
    if (!binding_make(m, &c, &memory, &b, &err)) fail_msg("%s", err.message);
    assert_ptr_equal(b->model, m);
    assert_ptr_equal(b->catalogue, &c);
    assert_slice(b->entities[0].table->name, "package");
    assert_int_equal(column(b, "Package", "size")->type, DB_INT32);
    assert_false(column(b, "Package", "note")->nullable); /* as the database says */
    assert_true(column(b, "Package", "size")->nullable);
    assert_false(column(b, "Person", "id")->nullable); /* a view: as the model says */
    assert_true(column(b, "Package", "note")->c_collated);
    assert_false(column(b, "Package", "name")->c_collated);
    assert_true(column(b, "Distro", "id")->text);
    assert_true(column(b, "Package", "distro_id")->text);
    assert_false(column(b, "Package", "id")->text);
    assert_false(column(b, "Package", "name")->text); /* only of IDs */
    sheaf_model_free(m);
    arena_free(&memory);
}

/* What is said of a database, whole. */
static void refuses(const char *model, const char *database, bool sqlite, const char *wanted) {
    arena memory;
    binding *b = NULL;
    sheaf_error err = {0};
    arena_init(&memory, NULL);
    sheaf_model *m = parse(model);
    catalogue c = test_catalogue(&memory, database, sqlite);
    assert_false(binding_make(m, &c, &memory, &b, &err));
    assert_null(b);
    assert_int_equal(err.code, SHEAF_E_CATALOGUE);
    assert_string_equal(err.message, wanted);
    sheaf_model_free(m);
    arena_free(&memory);
}

#define OPENING "the database does not fit the model:\n"
#define CLOSING "\nmigrate the database, or change the model; `sheaf check` shows everything"

static void names_what_is_missing(void **state) {
    (void)state;
    refuses(text,
            "distro id:bigint! nam:text\npackages id:bigint\nperson id:bigint\nuploader package_id:bigint\n",
            false,
            OPENING "  Package: the table package is missing; did you mean 'packages'?\n"
                    "  Distro.name: the column distro.name is missing; did you mean 'nam'?\n"
                    "  Person: the table hr.person is missing" CLOSING);
    refuses("type A { id: ID! bs: [A!]! @through(table: \"l\", from: \"x\", to: \"y\") b: A c: [A!]! "
            "@through(table: \"k\", from: \"x\", to: \"y\") }",
            "a id:bigint! b_id:text\nl x:bigint\n", false,
            OPENING "  A.bs: the column l.y is missing; did you mean 'x'?\n"
                    "  A.b: the column a.b_id is text, but the key that it refers to, a.id, is bigint\n"
                    "  A.c: the table k is missing; did you mean 'a'?" CLOSING);
}

/* References by columns that the database could not compare, or would compare otherwise than memory. */
static void names_what_cannot_refer(void **state) {
    (void)state;
    static const char model[] =
        "type A { id: ID! b: B @ref(column: \"b\") bs: [B!]! @through(table: \"l\", from: "
        "\"x\", to: \"y\") } type B { id: ID! n: String }";
    refuses(model, "a id:bigint! b:text\nb id:uuid! n:text^\nl x:text y:text\n", false,
            OPENING "  A.b: the column a.b is text, but the key that it refers to, b.id, is uuid\n"
                    "  A.bs: the column l.x is text, but the key that it refers to, a.id, is bigint\n"
                    "  A.bs: the column l.y is text, but the key that it refers to, b.id, is uuid" CLOSING);
    refuses(model, "a id:text! b:text\nb id:text!^ n:text\nl x:text^ y:text\n", false,
            OPENING
            "  A.b: the column b.id takes different spellings for equal, but keys are told apart by their "
            "bytes; declare it as text of a deterministic collation, or leave the relation out\n"
            "  A.bs: the column l.x takes different spellings for equal, but keys are told apart by their "
            "bytes; declare it as text of a deterministic collation, or leave the relation out\n"
            "  A.bs: the column b.id takes different spellings for equal, but keys are told apart by their "
            "bytes; declare it as text of a deterministic collation, or leave the relation out" CLOSING);
    refuses(model, "a id:text! b:text^\nb id:text! n:text\nl x:uuid y:text\n", true,
            OPENING
            "  A.b: the column a.b takes different spellings for equal, but keys are told apart by their "
            "bytes; declare it COLLATE BINARY, or leave the relation out" CLOSING);
}

static void names_wrong_types(void **state) {
    (void)state;
    refuses("type A { id: ID! n: Int t: Timestamp b: Boolean }", "a id:boolean! n:text t:bigint b:integer\n",
            false,
            OPENING "  A.id: the column a.id is boolean, which cannot be read as ID; write Boolean\n"
                    "  A.n: the column a.n is text, which cannot be read as Int; write String\n"
                    "  A.t: the column a.t is bigint, which cannot be read as Timestamp; write BigInt\n"
                    "  A.b: the column a.b is integer, which cannot be read as Boolean; write Int" CLOSING);
    refuses("type A { id: ID! n: Int t: Timestamp b: Boolean }", "a id:bigint! n:text t:text b:integer\n",
            true,
            OPENING "  A.n: the column a.n is text, which cannot be read as Int; write String\n"
                    "  A.t: the column a.t is text, but a Timestamp is an integer on SQLite: microseconds "
                    "since 1970" CLOSING);
}

static void counts_what_it_cannot_show(void **state) {
    (void)state;
    arena memory;
    binding *b = NULL;
    sheaf_error err = {0};
    buffer source;
    buffer_init(&source, NULL);
    buffer_cstr(&source, "type A { id: ID! ");
    for (int i = 0; i < 50; i++) buffer_printf(&source, "field_number_%d: Int ", i);
    buffer_cstr(&source, "}");
    buffer_byte(&source, 0);
    arena_init(&memory, NULL);
    sheaf_model *m = parse(source.ptr);
    catalogue c = test_catalogue(&memory, "a id:bigint!\n", false);
    assert_false(binding_make(m, &c, &memory, &b, &err));
    int shown = 0, more = 0;
    for (const char *at = err.message; (at = strstr(at, "\n  A.")); at++) shown++;
    const char *count = strstr(err.message, "\n  … and ");
    assert_non_null(count);
    assert_int_equal(sscanf(count, "\n  … and %d more", &more), 1);
    assert_int_equal(shown + more, 50);
    assert_true(shown > 5);
    assert_non_null(strstr(count, CLOSING)); /* nothing was cut */
    sheaf_model_free(m);
    buffer_free(&source);
    arena_free(&memory);
}

/* Every scalar against every column type. */
static void reads_what_fits(void **state) {
    (void)state;
    static const char *const words[] = {
        "smallint",  "integer",     "bigint", "float4", "float8", "numeric", "text",  "boolean",
        "timestamp", "timestamptz", "date",   "uuid",   "json",   "jsonb",   "bytea", "any"};
    /* One letter a column type, in the order of `words`: x both, p PostgreSQL only, s SQLite only, '.' none.
     */
    static const char *const wanted[SHEAF_SCALAR_COUNT] = {
        [SHEAF_ID] = "xxx..sx....x...x",        [SHEAF_INT] = "xxx..s.........s",
        [SHEAF_BIGINT] = "xxx..s.........s",    [SHEAF_FLOAT] = "xxxpxs.........s",
        [SHEAF_STRING] = "......x....x...x",    [SHEAF_BOOLEAN] = "sss..s.x.......s",
        [SHEAF_TIMESTAMP] = "sss.....xx.....s", [SHEAF_DATE] = "......s...x....s",
        [SHEAF_DECIMAL] = "xxx..xs........s",   [SHEAF_JSON] = "......s.....xp.s",
        [SHEAF_UUID] = "......x....x...s",      [SHEAF_BYTES] = "..............xs",
    };
    arena memory;
    arena_init(&memory, NULL);
    for (int scalar = 0; scalar < SHEAF_SCALAR_COUNT; scalar++)
        for (int type = 0; type <= DB_ANY; type++)
            for (int sqlite = 0; sqlite < 2; sqlite++) {
                sheaf_slice source =
                    arena_printf(&memory, "type A { id: ID! x: %s }", scalar_name((sheaf_scalar)scalar));
                catalogue c = test_catalogue(
                    &memory, arena_printf(&memory, "a id:bigint! x:%s\n", words[type]).ptr, sqlite);
                sheaf_model *m = parse(source.ptr);
                binding *b;
                char letter = wanted[scalar][type];
                if (binding_make(m, &c, &memory, &b, NULL) !=
                    (letter == 'x' || letter == (sqlite ? 's' : 'p')))
                    fail_msg("%s from %s, sqlite %d", scalar_name((sheaf_scalar)scalar), words[type], sqlite);
                sheaf_model_free(m);
            }
    arena_free(&memory);
}

static void fails_every_allocation(void **state) {
    (void)state;
    sheaf_model *m = parse(text);
    for (int fits = 0; fits < 2; fits++) {
        arena own;
        arena_init(&own, NULL);
        catalogue c = test_catalogue(&own, fits ? fitting : "distro id:text\n", false);
        test_memory memory = {0};
        while (test_memory_next(&memory)) {
            arena a;
            binding *b;
            sheaf_error err = {0};
            arena_init(&a, &memory.allocator);
            bool ok = binding_make(m, &c, &a, &b, &err);
            assert_true(ok == (fits && !memory.failed));
            if (!ok) assert_int_equal(err.code, memory.failed ? SHEAF_E_MEMORY : SHEAF_E_CATALOGUE);
            arena_free(&a);
            assert_true(test_memory_clean(&memory));
        }
        arena_free(&own);
    }
    sheaf_model_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds),
        cmocka_unit_test(names_what_is_missing),
        cmocka_unit_test(names_what_cannot_refer),
        cmocka_unit_test(names_wrong_types),
        cmocka_unit_test(counts_what_it_cannot_show),
        cmocka_unit_test(reads_what_fits),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
