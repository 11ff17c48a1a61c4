#include "binding.h"

#include "test.h"
#include "test_catalogue.h"

/* The advice as text: "W Package.distro: … | remedy", a line each. */
static bool write_advice(const char *model, const char *database, bool sqlite,
                         const sheaf_allocator *allocator, buffer *out, sheaf_error *err) {
    static const char letters[] = {'E', 'W', 'N'};
    arena own, memory;
    sheaf_model *m = NULL;
    advice_list list = {0};
    arena_init(&own, NULL);
    arena_init(&memory, allocator);
    catalogue c = test_catalogue(&own, database, sqlite);
    if (!sheaf_model_parse(slice_of(model), NULL, NULL, &m, err)) fail_msg("%s", err->message);
    bool ok = advise(m, &c, &memory, &list, err);
    for (size_t i = 0; i < list.count; i++) {
        const advice *a = &list.items[i];
        buffer_printf(out, "%c %.*s: %.*s", letters[a->level], SHEAF_SLICE_ARGS(a->where),
                      SHEAF_SLICE_ARGS(a->text));
        if (a->remedy.ptr) buffer_printf(out, " | %.*s", SHEAF_SLICE_ARGS(a->remedy));
        buffer_byte(out, '\n');
    }
    sheaf_model_free(m);
    arena_free(&memory);
    arena_free(&own);
    return ok;
}

static void advises(const char *model, const char *database, bool sqlite, const char *wanted) {
    buffer out;
    sheaf_error err = {0};
    buffer_init(&out, NULL);
    assert_true(write_advice(model, database, sqlite, NULL, &out, &err));
    assert_slice(buffer_view(&out), wanted);
    buffer_free(&out);
}

static const char text[] =
    "type Package { id: ID! name: String! popularity: Int! distro: Distro! maintainer: Person\n"
    "  uploaders: [Person!]! @through(table: \"uploader\", from: \"package_id\", to: \"person_id\") }\n"
    "type Distro { id: ID! name: String! @unique packages: [Package!]!\n"
    "  hot: [Package!]! @follow(path: \"packages\", order: [{popularity: DESC}, {name: ASC}]) }\n"
    "type Person { id: ID! packages: [Package!]! }\n";

static void is_content(void **state) {
    (void)state;
    static const char database[] =
        "distro id:bigint! name:text! primary(id) unique(name)\n"
        "package id:bigint! name:text! popularity:integer! distro_id:bigint! maintainer_id:bigint "
        "primary(id) "
        "index(distro_id,popularity-,name) index(maintainer_id)\n"
        "person id:bigint! primary(id)\n"
        "uploader package_id:bigint! person_id:bigint! primary(package_id,person_id)\n";
    advises(text, database, false, "");
    advises(text, database, true, "");
}

static void asks_for_indexes(void **state) {
    (void)state;
    advises(text,
            "distro id:bigint! name:text! primary(id)\n"
            "package id:bigint! name:text! popularity:integer! distro_id:bigint! maintainer_id:bigint "
            "primary(id)\n"
            "person id:bigint! primary(id)\n"
            "uploader package_id:bigint! person_id:bigint! index(person_id,package_id)\n",
            false,
            "W Package.maintainer: the column package.maintainer_id has no index: 'Person.packages' reads "
            "the whole table"
            " | CREATE INDEX package_maintainer_id ON package (maintainer_id);\n"
            "W Package.uploaders: the column uploader.package_id has no index: 'Package.uploaders' reads the "
            "whole table"
            " | CREATE INDEX uploader_package_id_person_id ON uploader (package_id, person_id);\n"
            "W Distro.name: the column distro.name has no unique index: nothing keeps 'Distro.name' unique"
            " | CREATE UNIQUE INDEX distro_name ON distro (name);\n"
            "W Distro.hot: the column package.distro_id has no index in the order of 'Distro.hot': its rows "
            "are read whole and sorted"
            " | CREATE INDEX package_distro_id_popularity_name_id ON package (distro_id, popularity DESC, "
            "name, id);\n");
}

static void knows_which_index_serves_an_order(void **state) {
    (void)state;
    static const char model[] = "type A { id: ID! n: Int a: A as: [A!]! @many(ref: \"a\") by: [A!]! "
                                "@follow(path: \"as\", order: [{n: ASC}, {id: DESC}]) }";
    static const char wanted[] =
        "W A.by: the column a.a_id has no index in the order of 'A.by': its rows are read whole and sorted"
        " | CREATE INDEX a_a_id_n_id ON a (a_id, n, id DESC);\n";
    advises(model, "a id:bigint! n:integer a_id:bigint primary(id) index(a_id,n,id-)\n", false, "");
    advises(model, "a id:bigint! n:integer a_id:bigint primary(id) index(a_id,n-,id)\n", false, "");
    advises(model, "a id:bigint! n:integer a_id:bigint primary(id) index(a_id,n,id)\n", false, wanted);
    advises(model, "a id:bigint! n:integer a_id:bigint primary(id) index(a_id,n)\n", false, wanted);
    advises(model, "a id:bigint! n:integer a_id:bigint primary(id) index(n,a_id)\n", false, wanted);
}

static void reports_errors_first(void **state) {
    (void)state;
    advises("type A { id: ID! s: String! n: Int b: B! x: Int } type B { id: ID! }",
            "a id:bigint! s:text! n:integer! b_id:bigint index(id)\n", false,
            "E A.x: the column a.x is missing; did you mean 's'?\n"
            "E A.id: the key of A is not unique in the table a: two rows could be taken for one | CREATE "
            "UNIQUE INDEX a_id ON a (id);\n"
            "W A.n: the column a.n is never null; write '!' after the type\n"
            "W A.b: the column a.b_id can be null, which the model does not allow; make it NOT NULL, or take "
            "the '!' away"
            " | ALTER TABLE a ALTER COLUMN b_id SET NOT NULL;\n"
            "W A.b: the column a.b_id has no index: a condition on 'A.b' reads the whole table | CREATE "
            "INDEX a_b_id ON a (b_id);\n"
            "E B: the table b is missing; did you mean 'a'?\n");
}

static void quotes_names(void **state) {
    (void)state;
    advises("type A @table(name: \"order\", schema: \"x y\") { id: ID! b: A! @ref(column: \"Be\\\"r\") }",
            "x_y.order id:bigint!\n", false, "E A: the table x y.order is missing\n");
    static const char model[] =
        "type A @table(name: \"order\", schema: \"other\") { id: ID! b: A! @ref(column: \"Be\\\"r\") }";
    advises(model, "other.order id:bigint! Be\"r:bigint primary(id)\n", false,
            "W A.b: the column order.Be\"r can be null, which the model does not allow; make it NOT NULL, or "
            "take the '!' away"
            " | ALTER TABLE other.\"order\" ALTER COLUMN \"Be\"\"r\" SET NOT NULL;\n"
            "W A.b: the column order.Be\"r has no index: a condition on 'A.b' reads the whole table"
            " | CREATE INDEX \"order_Be\"\"r\" ON other.\"order\" (\"Be\"\"r\");\n");
    advises(model, "other.order id:bigint! Be\"r:bigint! primary(id)\n", true,
            "W A.b: the column order.Be\"r has no index: a condition on 'A.b' reads the whole table"
            " | CREATE INDEX other.\"order_Be\"\"r\" ON \"order\" (\"Be\"\"r\");\n");
    advises(
        "type A @table(name: \"a23456789012345678901234567890123456789012345678901234567890\") { id: ID! b: "
        "A! }",
        "a23456789012345678901234567890123456789012345678901234567890 id:bigint! b_id:bigint! primary(id)\n",
        true,
        "W A.b: the column a23456789012345678901234567890123456789012345678901234567890.b_id has no index: a "
        "condition on 'A.b' reads the whole table"
        " | CREATE INDEX a23456789012345678901234567890123456789012345678901234567890_b_ ON"
        " a23456789012345678901234567890123456789012345678901234567890 (b_id);\n");
}

static void leaves_views_alone(void **state) {
    (void)state;
    advises("type A { id: ID! b: A n: Int! }", "a? id:bigint b_id:bigint n:integer\n", false, "");
}

static void looks_at_collations_and_decimals(void **state) {
    (void)state;
    advises("type A { id: ID! s: String price: Decimal a: A as: [A!]! @many(ref: \"a\") by: [A!]! "
            "@follow(path: \"as.as\", order: {s: ASC}) }",
            "a id:text!~ s:text~ price:numeric a_id:text primary(id) index(a_id)\n", true,
            "W A.price: the column a.price keeps decimals as floating point, which loses digits; declare it "
            "TEXT\n"
            "N A.id: the column a.id is ordered by its collation, not by bytes: its order is the database's "
            "own, and is made in SQL\n"
            "N A.by: the column a.s is ordered by its collation, not by bytes: its order is the database's "
            "own, and is made in SQL\n");
}

static void knows_composite_keys(void **state) {
    (void)state;
    static const char model[] = "type A @key(fields: [\"x\", \"y\"]) { x: Int! y: Int! bs: [B!]! }\n"
                                "type B { id: ID! a: A @ref(column: [\"ax\", \"ay\"]) }";
    advises(
        model,
        "a x:integer! y:integer! primary(y,x)\nb id:bigint! ax:integer ay:integer primary(id) index(ay,ax)\n",
        false, "");
    advises(
        model,
        "a x:integer! y:integer! primary(y,x)\nb id:bigint! ax:integer ay:integer primary(id) index(ax)\n",
        false,
        "W B.a: the columns b.ax, b.ay have no index: 'A.bs' reads the whole table | CREATE INDEX b_ax_ay ON "
        "b (ax, ay);\n");
}

static void fails_every_allocation(void **state) {
    (void)state;
    test_memory memory = {0};
    while (test_memory_next(&memory)) {
        buffer out;
        sheaf_error err = {0};
        buffer_init(&out, NULL);
        bool ok = write_advice(
            text,
            "distro id:bigint name:text\npackage id:bigint! name:text~ popularity:text distro_id:bigint\n",
            false, &memory.allocator, &out, &err);
        assert_true(ok == !memory.failed);
        if (!ok) assert_int_equal(err.code, SHEAF_E_MEMORY);
        buffer_free(&out);
        assert_true(test_memory_clean(&memory));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_content),
        cmocka_unit_test(asks_for_indexes),
        cmocka_unit_test(knows_which_index_serves_an_order),
        cmocka_unit_test(reports_errors_first),
        cmocka_unit_test(quotes_names),
        cmocka_unit_test(leaves_views_alone),
        cmocka_unit_test(looks_at_collations_and_decimals),
        cmocka_unit_test(knows_composite_keys),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
