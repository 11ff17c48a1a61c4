#include "catalogue.h"
#include "test.h"

#define S(literal) SHEAF_SLICE(literal)

static sheaf_slice id[] = {{"id", 2}}, pair[] = {{"b", 1}, {"a", 1}}, ab[] = {{"a", 1}, {"b", 1}};
static catalogue_index indexes[] = {
    {.name = {"t_pkey", 6}, .unique = true, .primary = true, .columns = id, .column_count = 1},
    {.name = {"t_ab", 4}, .unique = true, .columns = ab, .column_count = 2},
};
static catalogue_column columns[] = {
    {.name = {"id", 2}, .type = DB_INT64},
    {.name = {"a", 1}, .type = DB_TEXT},
    {.name = {"b", 1}, .type = DB_TEXT},
};
static catalogue_table tables[] = {
    {.schema = {"main", 4}, .name = {"a", 1}},
    {.schema = {"main", 4},
     .name = {"t", 1},
     .columns = columns,
     .column_count = 3,
     .indexes = indexes,
     .index_count = 2},
    {.schema = {"other", 5}, .name = {"a", 1}},
};
static const catalogue sample = {.tables = tables, .table_count = 3, .default_schema = {"main", 4}};

static void finds(void **state) {
    (void)state;
    sheaf_slice none = {NULL, 0};
    assert_ptr_equal(catalogue_find_table(&sample, none, S("a")), &tables[0]);
    assert_ptr_equal(catalogue_find_table(&sample, S("main"), S("t")), &tables[1]);
    assert_ptr_equal(catalogue_find_table(&sample, S("other"), S("a")), &tables[2]);
    assert_null(catalogue_find_table(&sample, S("other"), S("t")));
    assert_null(catalogue_find_table(&sample, S(""), S("a"))); /* the empty schema is a name like any other */
    assert_null(catalogue_find_table(&(catalogue){0}, none, S("a")));
    assert_ptr_equal(catalogue_find_column(&tables[1], S("b")), &columns[2]);
    assert_null(catalogue_find_column(&tables[1], S("B")));
    assert_null(catalogue_find_column(&tables[0], S("b")));
}

static void knows_uniqueness(void **state) {
    (void)state;
    const catalogue_table *t = &tables[1];
    assert_true(catalogue_is_unique(t, id, 1));
    assert_true(catalogue_is_unique(t, (sheaf_slice[]){S("x"), S("id")}, 2));
    assert_true(catalogue_is_unique(t, pair, 2));
    assert_false(catalogue_is_unique(t, pair, 1));
    assert_false(catalogue_is_unique(t, id, 0));
}

static void names_types(void **state) {
    (void)state;
    assert_string_equal(db_type_name(DB_INT16), "smallint");
    assert_string_equal(db_type_name(DB_ANY), "another type");
    assert_string_equal(db_type_name((db_type)999), "unknown");
}

static void knows_what_can_be_equal(void **state) {
    (void)state;
    static const catalogue_column i2 = {.type = DB_INT16}, i8 = {.type = DB_INT64},
                                  numeric = {.type = DB_NUMERIC}, uuid = {.type = DB_UUID},
                                  none = {.type = DB_ANY}, words = {.type = DB_TEXT},
                                  german = {.type = DB_TEXT, .collation = {"de", 2}},
                                  swedish = {.type = DB_TEXT, .collation = {"sv", 2}},
                                  padded = {.type = DB_ANY, .base = {"bpchar", 6}},
                                  mood = {.type = DB_ANY, .base = {"mood", 4}},
                                  other = {.type = DB_ANY, .base = {"other", 5}};
    static const struct {
        const catalogue_column *a, *b;
        bool postgresql, sqlite, plainly;
    } cases[] = {
        {&i2, &i8, true, true, true},         {&i8, &words, false, false, false},
        {&i8, &numeric, false, true, false},  {&i8, &none, false, true, false},
        {&words, &words, true, true, true},   {&words, &uuid, false, true, false},
        {&uuid, &uuid, true, true, true},     {&words, &german, true, true, false},
        {&german, &german, true, true, true}, {&german, &swedish, true, true, false},
        {&words, &padded, true, true, false}, {&padded, &padded, true, true, true},
        {&mood, &mood, true, true, true},     {&mood, &other, false, true, false},
        {&mood, &words, false, true, false},  {&words, &numeric, false, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int turned = 0; turned < 2; turned++) {
            const catalogue_column *a = turned ? cases[i].b : cases[i].a,
                                   *b = turned ? cases[i].a : cases[i].b;
            assert_int_equal(catalogue_can_equal(&(catalogue){0}, a, b), cases[i].postgresql);
            assert_int_equal(catalogue_can_equal(&(catalogue){.sqlite = true}, a, b), cases[i].sqlite);
            assert_int_equal(catalogue_equal_plainly(a, b), cases[i].plainly);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(knows_uniqueness),
        cmocka_unit_test(knows_what_can_be_equal),
        cmocka_unit_test(names_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
