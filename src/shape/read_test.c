#include "shape_test.h"

static sheaf_model *model;

/* The checked tree as one line: fields by kind (= value, # count, ? one, * many), arguments in brackets. */
static void dump_filter(buffer *b, const filter *f) {
    static const char *const words[] = {[FILTER_AND] = "and", [FILTER_OR] = "or", [FILTER_NOT] = "not"};
    if (f->kind == FILTER_COMPARE) {
        buffer_printf(b, "%.*s %s ", SHEAF_SLICE_ARGS(f->column->name), filter_op_name(f->op));
        if (f->operand.is_variable)
            buffer_printf(b, "$%u", f->operand.variable);
        else if (f->operand.value.kind == SHEAF_KIND_TEXT)
            buffer_printf(b, "'%.*s'", SHEAF_SLICE_ARGS(f->operand.value.text));
        else
            buffer_int(b, f->operand.value.i);
        return;
    }
    if (f->kind == FILTER_EXISTS) {
        BUFFER_LITERAL(b, "exists(");
        if (f->where) dump_filter(b, f->where);
        BUFFER_LITERAL(b, ")");
        return;
    }
    buffer_printf(b, "%s(", words[f->kind]);
    for (uint32_t i = 0; i < f->count; i++) {
        if (i) BUFFER_LITERAL(b, ", ");
        dump_filter(b, f->items[i]);
    }
    BUFFER_LITERAL(b, ")");
}

static void dump_number(buffer *b, const char *name, shape_number n) {
    if (n.kind == NUMBER_LITERAL) buffer_printf(b, "[%s %d]", name, (int)n.literal);
    if (n.kind == NUMBER_VARIABLE) buffer_printf(b, "[%s $%u]", name, n.variable);
}

static void dump_nodes(buffer *b, const shape_node *nodes, uint32_t count);

static void dump_node(buffer *b, const shape_node *n) {
    static const char kinds[] = "=^@?*#";
    buffer_slice(b, n->key);
    if (n->field && !slice_equal(n->field->name, n->key))
        buffer_printf(b, ":%.*s", SHEAF_SLICE_ARGS(n->field->name));
    if (n->kind != SHAPE_VALUE) buffer_byte(b, kinds[n->kind]);
    if (n->required) BUFFER_LITERAL(b, "!");
    if (n->values) BUFFER_LITERAL(b, "/values");
    if (n->columns) BUFFER_LITERAL(b, "/columns");
    if (n->where) {
        BUFFER_LITERAL(b, "[");
        dump_filter(b, n->where);
        BUFFER_LITERAL(b, "]");
    }
    for (uint32_t i = 0; i < n->order.count; i++)
        buffer_printf(b, "[%s%.*s]", n->order.items[i].descending ? "-" : "+",
                      SHEAF_SLICE_ARGS(n->order.items[i].column->name));
    dump_number(b, "limit", n->limit);
    dump_number(b, "offset", n->offset);
    if (n->has_after) buffer_printf(b, "[after $%u]", n->after);
    if (n->kind == SHAPE_ONE || n->kind == SHAPE_MANY) {
        BUFFER_LITERAL(b, "(");
        dump_nodes(b, n->children, n->child_count);
        BUFFER_LITERAL(b, ")");
    }
}

static void dump_nodes(buffer *b, const shape_node *nodes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) BUFFER_LITERAL(b, " ");
        dump_node(b, &nodes[i]);
    }
}

static void test_good(void **state) {
    (void)state;
    static const struct {
        const char *document, *expected;
        uint32_t groups;
    } good[] = {
        {"query q { distros { id name } }", "distros*(id name)", 1},
        {"query q { distro(id: 1) @required { name } d: distro(name: \"debian\") { name } }",
         "distro?![id eq 1](name) d?[name eq 'debian'](name)", 2},
        {"query q($p: Int!) { vote(round: 2, package: $p) { score } }",
         "vote?[and(round eq 2, package_id eq $0)](score)", 1},
        {"query q($p: Int! = 3) { packages_count(where: {popularity: {gt: $p}, distro: {id: {eq: 4}}}) }",
         "packages_count#[and(popularity gt $0, distro_id eq 4)]", 0},
        {"query q { packages { url __typename _cursor maintainer { packages_count } best_vote { score } } }",
         "packages*(url __typename@ _cursor^ maintainer?(packages_count) best_vote?(score))", 3},
        {"query q($l: Int, $o: Int = 5) { distros(limit: 7) { hot_packages(order: {name: ASC}, limit: $l, "
         "offset: $o) { name } packages(limit: null, after: null) { id } } }",
         "distros*[limit 7](hot_packages*[+name][limit $0][offset $1](name) packages*(id))", 3},
        {"query q($a: String) { people(order: [{name: DESC}, {id: ASC}], after: $a) { name } }",
         "people*[-name][+id][after $0](name)", 1},
        {"query q { d: distros { n: name p: packages @values { url } c: packages @columns { a: id name } } }",
         "d*(n:name p:packages*/values(url) c:packages*/columns(a:id name))", 3},
        /* Merging: where a key stood first, what is within joined, order of arguments no matter. */
        {"query q { distros(limit: 1, offset: 2) { packages { id maintainer { id } } name } "
         "distros(offset: 2, limit: 1) { name packages { maintainer { name } id } } }",
         "distros*[limit 1][offset 2](packages*(id maintainer?(id name)) name)", 3},
        /* Fragments: within each other, inline, with and without a type. */
        {"query q { packages { ...a ... on Package { name } ... { size } } } "
         "fragment a on Package { id maintainer { ...b } } fragment b on Person { name ... on Person { id } "
         "}",
         "packages*(id maintainer?(name id) name size)", 2},
        {"fragment unused on Package { _cursor uploaders(limit: $any) { name } } query q { distros { id } }",
         "distros*(id)", 1},
        {"query q { ... { distros { id } } }", "distros*(id)", 1},
        /* Wider scalars. */
        {"query q($i: Int!, $s: String!) { packages(where: {size: {eq: $i}, weight: {lt: $i}, id: {gt: $i}, "
         "distro: {id: {eq: $s}}}) { id } }",
         "packages*[and(size eq $0, weight lt $0, id gt $0, distro_id eq $1)](id)", 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        sheaf_error err;
        sheaf_shapes *set = read_shapes(model, good[i].document, &err);
        if (!set) fail_msg("%s", err.message);
        const sheaf_shape *shape = sheaf_shapes_find(set, "q");
        assert_non_null(shape);
        buffer b;
        buffer_init(&b, NULL);
        dump_nodes(&b, shape->roots, shape->root_count);
        buffer_byte(&b, 0);
        assert_string_equal(b.ptr, good[i].expected);
        assert_int_equal(shape->group_count, good[i].groups);
        buffer_free(&b);
        sheaf_shapes_free(set);
    }
}

static void test_operation(void **state) {
    (void)state;
    sheaf_error err;
    sheaf_shapes *set =
        read_shapes(model,
                    "query a($d: String!, $a: String, $n: [ID!]! = [3, \"x\"]) @route(path: "
                    "\"/{d}/+hot\") @budget(statements: 6) @export(as: \"csv\") {\n"
                    "  packages(where: {distro: {name: {eq: $d}}, id: {in: $n}}, after: $a) { "
                    "id }\n}\nquery b @budget(trips: 2) { distros { id } }",
                    &err);
    if (!set) fail_msg("%s", err.message);
    const sheaf_shape *a = sheaf_shapes_at(set, 0), *b = sheaf_shapes_at(set, 1);
    assert_string_equal(sheaf_shape_name(a), "a");
    assert_true(slice_is(a->route, "/{d}/+hot"));
    assert_true(slice_is(a->export_as, "csv"));
    assert_int_equal(a->budget_statements, 6);
    assert_int_equal(a->budget_trips, -1);
    assert_int_equal(a->variable_count, 3);
    assert_true(a->variables[0].non_null && !a->variables[0].list && !a->variables[0].is_after);
    assert_int_equal(a->variables[0].scalar, SHEAF_STRING);
    assert_true(a->variables[1].is_after && !a->variables[1].has_default);
    assert_true(a->variables[2].list && a->variables[2].has_default);
    assert_int_equal(a->variables[2].fallback.list.count, 2);
    assert_int_equal(a->variables[2].fallback.list.items[0].i, 3);
    assert_null(b->route.ptr);
    assert_null(b->export_as.ptr);
    assert_int_equal(b->budget_statements, -1);
    assert_int_equal(b->budget_trips, 2);
    sheaf_shapes_free(set);
}

/* The first line of each message, without "t.graphql:". */
static const struct {
    const char *document, *message;
} bad[] = {
    {"{ distros { id } }", "1:1: a query needs a name, by which it is found: query hot { … }"},
    {"query { distros { id } }", "1:1: a query needs a name, by which it is found: query hot { … }"},
    {"mutation m { distros { id } }",
     "1:10: a mutation is not supported: shapes only read, so write a query"},
    {"subscription s { distros { id } }",
     "1:14: a subscription is not supported: shapes only read, so write a query"},
    {"type X { id: ID! }", "1:6: a shape document holds queries and fragments; types belong in the model"},
    {"query q { distros { id } } query q { people { id } }",
     "1:34: there is a query 'q' already, at t.graphql:1:7"},
    /* names */
    {"query q { peple { id } }", "1:11: unknown root field 'peple'; did you mean 'people'?"},
    {"query q { __typename }", "1:11: unknown root field '__typename'"},
    {"query q { distros { naem } }", "1:21: 'Distro' has no field 'naem'; did you mean 'name'?"},
    {"query q { distros { packages } }",
     "1:21: 'packages' is a list of Package: say what of it is needed, in { }"},
    {"query q { packages { distro } }",
     "1:22: 'distro' is a row of Distro: say what of it is needed, in { }"},
    {"query q { distros { name { x } } }",
     "1:21: 'name' is a single value, and nothing can be selected of it"},
    {"query q { distros_count { x } }",
     "1:11: 'distros_count' is a single value, and nothing can be selected of it"},
    {"query q { distro(id: 1) { _cursor } }", "1:27: '_cursor' stands in lists, and 'distro' is one row"},
    {"query q { packages { m: maintainer { _cursor } } }",
     "1:38: '_cursor' stands in lists, and 'm' is one row"},
    /* fragments */
    {"query q { distros { ...crd } } fragment card on Distro { id }",
     "1:24: unknown fragment 'crd'; did you mean 'card'?"},
    {"fragment a on Distroo { id }",
     "1:10: fragment 'a' is on 'Distroo', which is no type of the model; did you mean 'Distro'?"},
    {"fragment a on Distro { id } fragment a on Distro { id }",
     "1:38: there is a fragment 'a' already, at t.graphql:1:10"},
    {"query q { distros { ...a } } fragment a on Person { id }",
     "1:24: a fragment on Person cannot stand in Distro"},
    {"query q { distros { ... on Person { id } } }", "1:28: a fragment on Person cannot stand in Distro"},
    {"query q { ...a } fragment a on Person { id }",
     "1:14: a fragment stands within a root field, not beside one"},
    {"fragment a on Distro { ...a }", "1:27: fragments must not contain themselves: a → a"},
    {"fragment a on Distro { id ...b } fragment b on Distro { packages { ...c } } "
     "fragment c on Package { distro { ... on Distro { ...b } } }",
     "1:129: fragments must not contain themselves: b → c → b"},
    {"fragment unused on Distro { naem }", "1:29: 'Distro' has no field 'naem'; did you mean 'name'?"},
    /* merging */
    {"query q { distros { x: id x: name } }",
     "1:30: 'x' stands for something else at t.graphql:1:24: give one of the two an alias"},
    {"query q { distros(limit: 1) { id } distros(limit: 2) { id } }",
     "1:36: 'distros' stands for something else at t.graphql:1:11: give one of the two an alias"},
    {"query q { distros { packages { x: id } packages { x: name } } }",
     "1:54: 'x' stands for something else at t.graphql:1:35: give one of the two an alias"},
    {"query q { distros { packages { id } packages @values { id } } }",
     "1:37: 'packages' stands for something else at t.graphql:1:21: give one of the two an alias"},
    {"query q { distros { packages { id } packages } }",
     "1:37: 'packages' is a list of Package: say what of it is needed, in { }"},
    /* arguments */
    {"query q { distros(limti: 1) { id } }",
     "1:19: 'distros' has no argument 'limti'; did you mean 'limit'?"},
    {"query q { distros_count(limit: 1) }", "1:25: 'distros_count' has no argument 'limit'"},
    {"query q { distros(limit: 1, limit: 1) { id } }", "1:29: argument 'limit' is given twice"},
    {"query q { distros { name(limit: 1) } }", "1:26: 'name' is an attribute and takes no arguments"},
    {"query q { packages { best_vote(limit: 1) { score } } }",
     "1:32: 'best_vote' is a relation to one row and takes no arguments"},
    {"query q { distros(limit: -1) { id } }", "1:26: 'limit' must not be negative"},
    {"query q { distros(offset: \"1\") { id } }",
     "1:27: 'offset' takes a whole number or a variable of type Int"},
    {"query q($l: Int = -1) { distros(limit: $l) { id } }",
     "1:40: the default of '$l' is negative, and 'limit' must not be"},
    {"query q($l: String) { distros(limit: $l) { id } }",
     "1:38: '$l' is declared as String, and Int is needed here"},
    {"query q { distros(after: \"x\") { id } }",
     "1:26: 'after' takes a variable of type String: cursors come from a page read before"},
    {"query q($a: String!) { distros(after: $a) { id } }",
     "1:39: '$a' must be able to be null, which is how the first page is asked for: declare it as String"},
    {"query q($a: String) { distros(after: $a, offset: 1) { id } }",
     "1:23: 'distros' has both 'after' and 'offset': a page begins at one or the other"},
    /* keys */
    {"query q { distro { id } }", "1:11: one Distro is distro(id: …) or distro(name: …)"},
    {"query q { distro(id: 1, name: \"x\") { id } }", "1:11: one Distro is distro(id: …) or distro(name: …)"},
    {"query q { vote(round: 1) { score } }", "1:11: one Vote is vote(package: …, round: …)"},
    {"query q { distro(id: null) { id } }", "1:22: a key is never null"},
    {"query q { distro(nmae: \"x\") { id } }",
     "1:18: 'nmae' is no key and no unique attribute of Distro; did you mean 'name'?"},
    {"query q { package(popularity: 1) { id } }",
     "1:19: 'popularity' is no key and no unique attribute of Package"},
    {"query q { distro(id: 1, id: 1) { id } }", "1:25: argument 'id' is given twice"},
    /* variables */
    {"query q { distro(id: $i) { id } }", "1:22: query 'q' declares no variable '$i'"},
    {"query q($name: String!) { distro(name: $nmae) { id } }",
     "1:40: query 'q' declares no variable '$nmae'; did you mean 'name'?"},
    {"query q($i: ID!) { distros { id } }", "1:9: '$i' is never used"},
    {"query q($i: ID!, $i: ID!) { distro(id: $i) { id } }", "1:18: '$i' is declared twice"},
    {"query q($i: ID) { distro(id: $i) { id } }",
     "1:30: '$i' may be null, and a value is needed here: declare it as ID!, or give it a default"},
    {"query q($i: ID = null) { distro(id: $i) { id } }",
     "1:37: '$i' may be null, and a value is needed here: declare it as ID!, or give it a default"},
    {"query q($i: [ID!]) { packages(where: {id: {in: $i}}) { id } }",
     "1:48: '$i' may be null, and a value is needed here: declare it as [ID!]!, or give it a default"},
    {"query q($i: [ID]!) { packages(where: {id: {in: $i}}) { id } }",
     "1:14: items of a list must not be null: write [ID!]"},
    {"query q($i: [[ID!]!]!) { distros { id } }",
     "1:14: a variable is a scalar or a list of scalars, not a list of lists"},
    {"query q($i: ID!) { packages(where: {id: {in: $i}}) { id } }",
     "1:46: '$i' is declared as ID, and [ID!] is needed here"},
    {"query q($n: Float!) { packages(where: {popularity: {eq: $n}}) { id } }",
     "1:57: '$n' is declared as Float, and Int is needed here"},
    {"query q($n: Strin!) { distro(name: $n) { id } }",
     "1:13: 'Strin' is no scalar type, as a variable's must be; did you mean 'String'?"},
    {"query q($n: String! = null) { distro(name: $n) { id } }",
     "1:23: '$n' must not be null, so null is no default for it"},
    {"query q($i: [ID!]! = 1) { packages(where: {id: {in: $i}}) { id } }",
     "1:22: the default of '$i' must be a list"},
    {"query q($i: [ID!]! = [null]) { packages(where: {id: {in: $i}}) { id } }",
     "1:23: items of a list must not be null"},
    {"query q($n: String! @x) { distro(name: $n) { id } }", "1:21: unknown directive '@x'"},
    /* directives */
    {"query q { distros @include(if: true) { id } }",
     "1:19: @include is not supported: the number of statements must depend on the shape alone"},
    {"query q { distros { ... @skip(if: true) { id } } }",
     "1:25: @skip is not supported: the number of statements must depend on the shape alone"},
    {"query q { distros @valeus { id } }", "1:19: unknown directive '@valeus'; did you mean 'values'?"},
    {"query q { distros @route(path: \"/\") { id } }", "1:19: @route stands on a query, not on a field"},
    {"query q @values { distros { id } }", "1:9: @values stands on a field, not on a query"},
    {"fragment f on Distro @values { id }", "1:22: @values stands on a field, not on a fragment"},
    {"query q { distros @values @values { id } }", "1:27: @values stands here twice"},
    {"query q { distros_count @required }",
     "1:11: @required stands on a row or a list at the root: without it there is no page"},
    {"query q { packages { maintainer @required { id } } }",
     "1:22: @required stands on a row or a list at the root: without it there is no page"},
    {"query q { distros @values @columns { id } }", "1:11: @values and @columns exclude each other"},
    {"query q { distro(id: 1) @values { id } }", "1:11: @values and @columns stand on lists"},
    {"query q { distros @values { id name } }",
     "1:11: @values takes a list that selects exactly one attribute"},
    {"query q { distros @values { packages { id } } }",
     "1:11: @values takes a list that selects exactly one attribute"},
    {"query q { distros @columns { id _cursor } }",
     "1:11: @columns takes a list that selects attributes alone"},
    {"query q @route { distros { id } }", "1:9: @route needs its path"},
    {"query q @route(path: 1) { distros { id } }", "1:22: 'path' of @route takes a string"},
    {"query q @route(pth: \"/\") { distros { id } }",
     "1:16: @route has no argument 'pth'; did you mean 'path'?"},
    {"query q @route(path: \"/\", path: \"/\") { distros { id } }", "1:27: argument 'path' is given twice"},
    {"query q @route(path: \"hot\") { distros { id } }", "1:22: a route begins with '/'"},
    {"query q @route(path: \"/{d}\") { distros { id } }",
     "1:22: the route's {d} is no variable of the query that is a scalar"},
    {"query q @route(path: \"/{d\") { distros { id } }", "1:22: the route has a '{' without its '}'"},
    {"query q @route(path: \"/d}\") { distros { id } }", "1:22: the route has a '}' without its '{'"},
    {"query q @budget { distros { id } }", "1:9: @budget needs statements, trips or both"},
    {"query q @budget(statements: 0) { distros { id } }", "1:29: a budget is 1 at the least"},
    {"query q @budget(trips: \"1\") { distros { id } }", "1:24: 'trips' of @budget takes a whole number"},
    {"query q @export(as: \"xml\") { distros { id } }",
     "1:9: @export needs its format: as: \"json\", \"ndjson\" or \"csv\""},
};

/* All of the table is gone through, so that one run shows every message that changed. */
static void test_bad(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sheaf_error err;
        char expected[512];
        snprintf(expected, sizeof expected, "t.graphql:%s\n", bad[i].message);
        sheaf_shapes *set = read_shapes(model, bad[i].document, &err);
        sheaf_shapes_free(set);
        if (!set && err.code == SHEAF_E_SHAPE && slice_starts_with(slice_of(err.message), slice_of(expected)))
            continue;
        print_error("%s\n  expected %s  got      %s\n", bad[i].document, expected,
                    set ? "no error" : err.message);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_caret(void **state) {
    (void)state;
    sheaf_error err;
    assert_null(read_shapes(model, "query q {\n  distros { naem url }\n}\n", &err));
    assert_string_equal(err.message, "t.graphql:2:13: 'Distro' has no field 'naem'; did you mean 'name'?\n"
                                     "    distros { naem url }\n"
                                     "              ^");
}

int main(void) {
    model = read_model(test_model);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_operation),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_caret),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    sheaf_model_free(model);
    return failed;
}
