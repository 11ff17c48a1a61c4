#include <sheaf/model.h>

#include <stdlib.h>

#include "../base/base.h"

#include "test.h"

/* Models that are wrong, and the first line of what is said of each, after the file's name. */
static const struct {
    const char *model, *error;
} bad[] = {
    {"query q { a }", "1:7: a query belongs in a file of shapes/, not in the model"},
    {"fragment f on A { id }", "1:10: a fragment belongs in a file of shapes/, not in the model"},
    {"schema { query: Q }",
     "1:1: a model needs no schema definition, its root fields are made from the types; remove it"},
    {"interface I { id: ID! }", "1:11: an interface has no table; write its fields into each type"},
    {"union U = A | B", "1:7: a union has no table; make a relation to each of its types"},
    {"input I { a: Int }",
     "1:7: a model has no input types, filters and orders are made from the types; remove it"},
    {"extend type A { a: Int }", "1:13: a model is not extended; write the fields into the type itself"},
    {"scalar Money", "1:1: the model has no type; write one such as type Person { id: ID! }"},
    {"type Query { id: ID! }",
     "1:6: a model has no type 'Query', its root fields are made from the types; remove it"},
    {"type String { id: ID! }", "1:6: 'String' is a scalar of Sheaf; give the type another name"},
    {"type _A { id: ID! }", "1:6: names that begin with '_' are kept for Sheaf; rename '_A'"},
    {"type A implements I { id: ID! }",
     "1:19: a type of a model implements no interface; write its fields into the type"},
    {"type A { id: ID! } enum A { X }", "1:25: there is a type 'A' already"},
    {"type A { id: ID! } type A { id: ID! }", "1:25: there is a type 'A' already"},
    {"type News { id: ID! } type New { id: ID! }",
     "1:28: the root field 'news' is there already, made from 'News'; choose names by @table(plural: …)"},
    {"type News @table(plural: \"news\") { id: ID! }",
     "1:26: the root field 'news' is there already, made from 'News'; choose names by @table(plural: …)"},
    {"type A @table(plural: \"_as\") { id: ID! }",
     "1:23: names that begin with '_' are kept for Sheaf; rename '_as'"},
    {"type A @table(plural: \"a b\") { id: ID! }",
     "1:23: a name is made of letters, digits and '_', and begins with no digit"},
    {"type A @table(name: \"x.a\") { id: ID! }",
     "1:21: a table's name has no '.'; write @table(schema: …, name: …)"},
    {"type A @table(name: \"\") { id: ID! }", "1:21: a name in the database is 1 to 63 bytes long"},
    {"type A @table(naem: \"x\") { id: ID! }", "1:15: @table has no argument 'naem'; did you mean 'name'?"},
    {"type A @table(name: 5) { id: ID! }", "1:21: 'name' of @table is a string"},
    {"type A @table(name: \"x\", name: \"y\") { id: ID! }", "1:26: 'name' is given twice to @table"},
    {"type A @table @table { id: ID! }", "1:15: @table stands here twice"},
    {"type A @tabel(name: \"x\") { id: ID! }", "1:8: unknown directive '@tabel'; did you mean 'table'?"},
    {"type A @ref { id: ID! }", "1:8: @ref stands on a field, not on a type"},
    {"type A { id: ID! @table }", "1:18: @table stands on a type, not on a field"},
    {"type A @live { id: ID! }", "1:8: @live is not available in this version of Sheaf"},
    {"type A { id: ID! @array }", "1:18: @array is not available in this version of Sheaf"},
    {"type A { id: ID! @zebra }", "1:18: unknown directive '@zebra'"},
    {"type A { id: ID! _b: Int }", "1:18: names that begin with '_' are kept for Sheaf; rename '_b'"},
    {"type A { id: ID! id: Int }", "1:18: 'A' has a field 'id' already"},
    {"type A { id: ID! or: Int }",
     "1:18: 'or' is a word of conditions; give the field another name, and @column(name: \"or\")"},
    {"type A { id: ID! b(limit: Int): Int }", "1:20: a field of a model takes no arguments; a list has "
                                              "where, order, limit, offset and after by itself"},
    {"type A { id: ID! b: Itn }", "1:21: unknown type 'Itn'; did you mean 'Int'?"},
    {"type A { id: ID! b: Perso } type Person { id: ID! }",
     "1:21: unknown type 'Perso'; did you mean 'Person'?"},
    {"type A { id: ID! b: [Int!]! }",
     "1:21: a list of Int is not supported as an attribute; make it a table of its own and a relation"},
    {"type A { id: ID! b: [[Int]] }", "1:21: a list of lists is not supported"},
    {"type A { id: ID! b: Int @ref }", "1:21: @ref leads to rows of a type, but 'Int' is none"},
    {"type A { id: ID! b: A @column(name: \"b\") }",
     "1:21: a column holds no 'A'; for a reference write @ref(column: …)"},
    {"type A { id: ID! b: A @column }", "1:23: @column needs its argument 'name', a string"},
    {"type A { id: ID! b: Int @column(name: \"b\") @text(format: \"x\") }",
     "1:44: a field is either @column or @text"},
    {"type A { id: ID! b: A @unique }", "1:23: @unique is for stored attributes; 'b' is none"},
    {"type A { id: ID! b: [A!]! @ref }", "1:21: @ref leads to one row; write A"},
    {"type A { id: ID! b: A @many }", "1:21: @many leads to a list; write [A!]!"},
    {"type A { id: ID! b: [A!] @many }",
     "1:21: a list of rows is never null and has no nulls in it; write [A!]!"},
    {"type A { id: ID! b: [A]! @many }",
     "1:21: a list of rows is never null and has no nulls in it; write [A!]!"},
    {"type A { id: ID! b: Int @text(format: \"x\") }", "1:21: a @text is of type String or String!"},
    {"type A { id: ID! b: Int @count(of: \"a\") }",
     "1:21: a @count is a number that is never null; its type is Int! or BigInt!"},
    {"type A { id: ID! b: String! @count(of: \"a\") }",
     "1:21: a @count is a number that is never null; its type is Int! or BigInt!"},
    {"type A { name: String! }",
     "1:6: 'A' has no key; give it a field of type ID!, or name its key by @key(fields: …)"},
    {"type A { id: ID }",
     "1:6: 'A' has no key; give it a field of type ID!, or name its key by @key(fields: …)"},
    {"type A { a: ID! b: ID! }",
     "1:6: 'A' has several fields of type ID!; say which is the key by @key(fields: …)"},
    {"type A @key { a: Int! }", "1:8: @key needs its argument 'fields', a string or a list of strings"},
    {"type A @key(fields: \"b\") { a: Int! }", "1:21: 'A' has no field 'b'; did you mean 'a'?"},
    {"type A @key(fields: [\"a\", \"a\"]) { a: Int! }", "1:27: 'a' is named twice"},
    {"type A @key(fields: \"a\") { a: Int }", "1:21: a key is never null; write '!' after the type of 'a'"},
    {"type A @key(fields: \"a\") { a: JSON! }", "1:21: a key holds no JSON"},
    {"type A @key(fields: \"a\") { a: Date! }", "1:21: a key holds no Date"},
    {"type A @key(fields: []) { a: Int! }", "1:21: 'fields' of @key takes 1 to 4 names"},
    {"type A @key(fields: [\"a\", \"b\", \"c\", \"d\", \"e\"]) { a: Int! b: Int! c: Int! d: Int! e: Int! }",
     "1:21: 'fields' of @key takes 1 to 4 names"},
    {"type A @key(fields: \"bs\") { id: ID! bs: [A!]! a: A }",
     "1:21: a key is made of stored attributes and references; 'bs' is neither"},
    {"type A @key(fields: \"b\") { b: B! } type B @key(fields: \"a\") { a: A! }",
     "1:63: the key of 'B' leads back to itself through 'a'"},
    {"type A @key(fields: [\"x\", \"y\"]) { x: Int! y: Int! } type B { id: ID! a: A }",
     "1:70: the key of 'A' has 2 columns; name those that refer to them by @ref(column: […])"},
    {"type A { id: ID! } type B { id: ID! a: A @ref(column: [\"x\", \"y\"]) }",
     "1:55: 'column' of @ref names 2 columns, but the key of 'A' has 1"},
    {"type A @key(fields: [\"x\", \"y\"]) { x: Int! y: Int! } type B { id: ID! a: A @ref(column: [\"x\", "
     "\"x\"]) }",
     "1:70: the column 'x' is named twice"},
    {"type A { id: ID! a: Int @column(name: \"x\") b: Int @column(name: \"x\") }",
     "1:44: the column 'x' is the attribute 'a' already"},
    {"type A { id: ID! } type B { id: ID! a_id: String a: A }",
     "1:50: the column 'a_id' is of type ID for 'a' and of type String elsewhere; make them one type"},
    {"type A { id: ID! bs: [B!]! } type B { id: ID! }",
     "1:18: 'B' has no reference to 'A'; give it one, or say how to get there by @through or @follow"},
    {"type A { id: ID! bs: [B!]! } type B { id: ID! x: A y: A }",
     "1:18: ambiguous join: 'B' refers to 'A' by 'x' and by 'y'; choose by @many(ref: …)"},
    {"type A { id: ID! bs: [B!]! @many(ref: \"z\") } type B { id: ID! x: A y: A }",
     "1:39: 'B' has no field 'z'; did you mean 'x'?"},
    {"type A { id: ID! bs: [B!]! @many(ref: \"n\") } type B { id: ID! x: A n: Int }",
     "1:39: 'B.n' is no reference to 'A'"},
    {"type A { id: ID! bs: [A!]! @through(table: \"l\", from: \"a\") }",
     "1:28: @through needs its argument 'to', a string or a list of strings"},
    {"type A { id: ID! bs: [A!]! @through(table: \"l\", from: [\"a\", \"b\"], to: \"b\") }",
     "1:55: 'from' of @through names 2 columns, but the key of 'A' has 1"},
    {"type A { id: ID! bs: [A!]! @through(table: \"l.\", from: \"a\", to: \"b\") }",
     "1:44: a name in the database is 1 to 63 bytes long"},
    {"type A { id: ID! bs: [A!]! @through(table: \"l\", from: \"a\", to: \"b\") c: [A!]! @follow(path: "
     "\"bz\") }",
     "1:92: 'A' has no relation 'bz'; did you mean 'bs'?"},
    {"type A { id: ID! a: A p: A @pick(of: \"b\") c: [A!]! @follow(path: \"p\") b: [A!]! @many(ref: \"a\") }",
     "1:66: 'A.p' is a pick: a path is made of relations that are no picks"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A @follow(path: \"b\") }",
     "1:67: the path leads to a list: write [A!]!, or take one row of it by @pick(of: …, order: …)"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A @follow(path: \"a\", order: [{id: ASC}]) }",
     "1:79: one row at most needs no order; remove it"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A! @follow(path: \"a\") }",
     "1:51: @follow may find no row; write A"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"y\") y: [A!]! @follow(path: \"a.z\") z: [A!]! "
     "@follow(path: \"y\") }",
     "1:51: a follow needs itself: A.y → A.z → A.y"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a\", where: {or: [{a: {x: {}}}]}) }",
     "1:23: a follow needs itself: A.x → A.x"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a.a.a.a.a.a.a.a.a\") }",
     "1:46: a path has at most 8 hops, with those of the follows in it"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a.a.a.a.a\") y: [A!]! @follow(path: \"x.x\") }",
     "1:82: a path has at most 8 hops, with those of the follows in it"},
    {"type A { id: ID! a: B x: [A!]! @follow(path: \"a\") } type B { id: ID! }",
     "1:46: the path leads to 'B', but 'x' is of type 'A'"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a\", where: {idd: {eq: 1}}) }",
     "1:59: 'A' has no field 'idd'; did you mean 'id'?"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a\", where: \"x\") }",
     "1:58: 'where' of @follow is a condition such as {name: {eq: \"x\"}}"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a\", order: [{x: ASC}]) }",
     "1:60: 'x' is not a stored attribute: nothing can be ordered by it"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A @pick(of: \"a\") }",
     "1:63: the path leads to one row at most; write @follow(path: …)"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A @pick(of: \"b\", per: \"a\") }",
     "1:73: 'per' makes the groups in which 'keep_max' is kept; give that too"},
    {"type A { id: ID! a: A b: [A!]! @many(ref: \"a\") c: A @pick(of: \"b\", keep_max: \"id\") }",
     "1:78: 'keep_max' is a stored attribute of type Int, BigInt, Float, Boolean, Timestamp or Date; 'id' is "
     "not"},
    {"type A { id: ID! n: Int a: A b: [A!]! @many(ref: \"a\") c: A @pick(of: \"b\", keep_max: \"m\") }",
     "1:85: 'A' has no attribute 'm'; did you mean 'n'?"},
    {"type A { id: ID! n: Int a: A b: [A!]! @many(ref: \"a\") c: A @pick(of: \"b\", keep_max: \"n\", per: "
     "\"b\") }",
     "1:95: 'per' is a reference or a stored attribute that can be compared; 'b' is neither"},
    {"type A { id: ID! n: Int a: A b: [A!]! @many(ref: \"a\") c: A! @pick(of: \"b\", keep_max: \"n\") }",
     "1:58: @pick may find no row; write A"},
    {"type A { id: ID! t: String @text(format: \"{x\") }",
     "1:42: a '{' has no '}'; where the text has a brace, write '{{'"},
    {"type A { id: ID! t: String @text(format: \"{x}\") }",
     "1:42: 'A' has no attribute 'x'; did you mean 't'?"},
    {"type A { id: ID! n: String t: String! @text(format: \"{n}\") }",
     "1:53: 't' is String!, but 'A.n' can be null; write String"},
    {"type A { id: ID! n: String! a: A t: String! @text(format: \"{a.n}\") }",
     "1:59: 't' is String!, but 'A.a' can be null; write String"},
    {"type A { id: ID! n: JSON t: String @text(format: \"{n}\") }",
     "1:50: a text is made of stored attributes that are no JSON or Bytes; 'A.n' is none"},
    {"type A { id: ID! n: JSON t: String @text(format: \"{n.n}\") }",
     "1:50: a text reaches over references by @ref only; 'A.n' is none"},
    {"type A { id: ID! t: String @text(format: \"{a.a.a.a.a.a.a.a.a.id}\") }",
     "1:42: a text reaches over at most 8 references"},
    {"type A { id: ID! u: String @text(format: \"x\") t: String @text(format: \"{u}\") }",
     "1:71: a text is made of stored attributes that are no JSON or Bytes; 'A.u' is none"},
    {"enum E { X }", "1:1: the model has no type; write one such as type Person { id: ID! }"},
    {"type A { id: ID! t: String @text }", "1:28: @text needs its argument 'format', a string"},
    {"type A { id: ID! a: String @column(name: "
     "\"0123456789012345678901234567890123456789012345678901234567890123\") }",
     "1:42: a name in the database is 1 to 63 bytes long"},
    {"type A { id: ID! a: A @ref(column: [\"a\", 5]) }",
     "1:36: 'column' of @ref is a string or a list of strings"},
    {"type A { id: ID! a: A x: [A!]! @follow(path: \"a\", where: {id: {eq: 1.5}}) }",
     "1:68: expected an ID: a whole number or a string"},
    {"type A { id: ID! } extend schema @x",
     "1:27: a model is not extended; write the fields into the type itself"}};

static void parse(const char *text, sheaf_error *err) {
    sheaf_model *m = NULL;
    assert_false(sheaf_model_parse(slice_of(text), "m", NULL, &m, err));
    assert_null(m);
    assert_false(sheaf_model_parse(slice_of(text), "m", NULL, &m, NULL));
}

static void names_each_mistake(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sheaf_error err;
        sheaf_slice rest;
        parse(bad[i].model, &err);
        sheaf_slice line = slice_cut(slice_of(err.message + 2), '\n', &rest);
        assert_memory_equal(err.message, "m:", 2);
        if (err.code == SHEAF_E_MODEL && slice_is(line, bad[i].error)) continue;
        print_error("%s\n  wanted %s\n  got    %s\n", bad[i].model, bad[i].error, err.message);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void shows_the_place(void **state) {
    (void)state;
    sheaf_error err;
    parse("type Person {\n  id: ID!\n  friend: Preson!\n}\n", &err);
    assert_string_equal(err.message, "m:3:11: unknown type 'Preson'; did you mean 'Person'?\n"
                                     "    friend: Preson!\n"
                                     "            ^");
}

static void passes_syntax_errors_on(void **state) {
    (void)state;
    sheaf_error err;
    parse("type A {", &err);
    assert_int_equal(err.code, SHEAF_E_SYNTAX);
    parse("type A { id: ID! a: A x: [A!]! @follow(path: \"a\", where: {id: {eq: $x}}) }", &err);
    assert_int_equal(err.code, SHEAF_E_SYNTAX);
    parse("", &err);
}

/* f0 needs f1, which needs f2 …, each one hop long. */
static void follows_nest_only_so_deep(void **state) {
    (void)state;
    buffer b;
    sheaf_error err;
    sheaf_model *m = NULL;
    for (int count = 32; count <= 33; count++) {
        buffer_init(&b, NULL);
        buffer_cstr(&b, "type A { id: ID! a: A ");
        for (int i = 0; i < count - 1; i++) buffer_printf(&b, "f%d: A @follow(path: \"f%d\") ", i, i + 1);
        buffer_printf(&b, "f%d: A @follow(path: \"a\") }", count - 1);
        bool ok = sheaf_model_parse(buffer_view(&b), "m", NULL, &m, &err);
        assert_true(ok == (count == 32));
        if (ok) sheaf_model_free(m);
        buffer_free(&b);
    }
    assert_non_null(strstr(err.message, "follows need one another more than 32 deep"));
}

static void conditions_have_only_so_many_parts(void **state) {
    (void)state;
    buffer b;
    sheaf_error err;
    buffer_init(&b, NULL);
    buffer_cstr(&b, "type A { id: ID! a: A f: A @follow(path: \"a\", where: {or: [");
    for (int i = 0; i < 201; i++) buffer_cstr(&b, "{id: {eq: 1}}, ");
    buffer_cstr(&b, "]}) }");
    buffer_byte(&b, 0);
    parse(b.ptr, &err);
    buffer_free(&b);
    assert_non_null(strstr(err.message, "a condition has at most 200 parts"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_each_mistake),
        cmocka_unit_test(shows_the_place),
        cmocka_unit_test(passes_syntax_errors_on),
        cmocka_unit_test(follows_nest_only_so_deep),
        cmocka_unit_test(conditions_have_only_so_many_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
