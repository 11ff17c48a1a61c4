#include "filter.h"
#include "value.h"

#include "test.h"

static const char text[] =
    "type Package {\n"
    "  id: ID! name: String! score: Float n: Int ok: Boolean at: Timestamp on: Date price: Decimal\n"
    "  doc: JSON uid: UUID raw: Bytes distro: Distro! maintainer: Person section: Section @ref(column: "
    "[\"distro_id\", \"section\"])\n"
    "  uploaders: [Person!]! @through(table: \"l\", from: \"a\", to: \"b\")\n"
    "  recent: [Person!]! @follow(path: \"uploaders\", where: {name: {ne: \"x\"}})\n"
    "  best: Person @pick(of: \"uploaders\") total: Int! @count(of: \"uploaders\") label: String "
    "@text(format: \"x\")\n"
    "}\n"
    "type Distro { id: ID! name: String! packages: [Package!]! }\n"
    "type Person { id: ID! name: String! }\n"
    "type Section @key(fields: [\"distro\", \"name\"]) { distro: Distro! name: String! title: String area: "
    "String! }\n"
    "type Area @key(fields: [\"x\", \"y\"]) { x: Int! y: Int! areas: [Area!]! in: Area @ref(column: "
    "[\"in_x\", \"in_y\"]) }\n";

typedef struct fixture {
    sheaf_model *model;
    arena memory;
    filter_variables variables;
    const syntax_document *document;
} fixture;

/* $number is variable 7 of any type; all else is unknown. */
static bool lookup(filter_variables *self, const syntax_value *variable, sheaf_scalar scalar, bool list,
                   uint32_t *ret_number, sheaf_error *err) {
    (void)self;
    if (!slice_is(variable->text, "number"))
        return error_set(err, SHEAF_E_SHAPE, "unknown %s%s", scalar_name(scalar), list ? "s" : "");
    *ret_number = 7;
    return true;
}

static int set_up(void **state) {
    static fixture f;
    sheaf_error err = {0};
    f = (fixture){.variables = {.lookup = lookup}};
    arena_init(&f.memory, NULL);
    *state = &f;
    if (sheaf_model_parse(slice_of(text), NULL, NULL, &f.model, &err)) return 0;
    print_error("%s\n", err.message);
    return -1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    arena_free(&f->memory);
    sheaf_model_free(f->model);
    return 0;
}

/* The literal as it would stand in a shape. */
static const syntax_value *value_of(fixture *f, const char *literal) {
    syntax_document *document;
    sheaf_error err = {0};
    sheaf_slice source = arena_printf(&f->memory, "{ f(a: %s) }", literal);
    if (!lang_parse(&f->memory, source, "s", &document, &err)) fail_msg("%s", err.message);
    f->document = document;
    return &document->definitions[0].selections[0].arguments[0].value;
}

static void print_value(buffer *b, const sheaf_value *v) {
    if (v->kind == SHEAF_KIND_INT) buffer_int(b, v->i);
    if (v->kind == SHEAF_KIND_FLOAT) buffer_printf(b, "%g", v->f);
    if (v->kind == SHEAF_KIND_TEXT) buffer_printf(b, "'%.*s'", SHEAF_SLICE_ARGS(v->text));
    for (size_t i = 0; v->kind == SHEAF_KIND_LIST && i < v->list.count; i++) {
        buffer_byte(b, i ? ',' : '[');
        print_value(b, &v->list.items[i]);
    }
    if (v->kind == SHEAF_KIND_LIST) buffer_cstr(b, v->list.count ? "]" : "[]");
}

static void print_filter(buffer *b, const filter *f) {
    static const char *const names[] = {"and", "or", "not"};
    switch (f->kind) {
    case FILTER_COMPARE:
        buffer_printf(b, "(%s %.*s ", filter_op_name(f->op), SHEAF_SLICE_ARGS(f->column->name));
        if (f->operand.is_variable)
            buffer_printf(b, "$%u", f->operand.variable);
        else
            print_value(b, &f->operand.value);
        break;
    case FILTER_EXISTS:
        buffer_cstr(b, "(exists");
        for (uint32_t i = 0; i < f->path.count; i++)
            buffer_printf(b, " %.*s", SHEAF_SLICE_ARGS(f->path.hops[i].field->name));
        if (f->where) {
            buffer_byte(b, ' ');
            print_filter(b, f->where);
        }
        break;
    default:
        buffer_printf(b, "(%s", names[f->kind]);
        for (uint32_t i = 0; i < f->count; i++) {
            buffer_byte(b, ' ');
            print_filter(b, f->items[i]);
        }
    }
    buffer_byte(b, ')');
}

static void reads(fixture *f, const char *entity, const char *literal, const char *wanted) {
    const syntax_value *v = value_of(f, literal);
    const filter *got = NULL;
    sheaf_error err = {0};
    if (!filter_read(model_entity_named(f->model, slice_of(entity)), v, f->document, &f->variables,
                     SHEAF_E_SHAPE, &f->memory, &got, &err))
        fail_msg("%s", err.message);
    buffer b;
    buffer_init(&b, NULL);
    if (got) print_filter(&b, got);
    assert_slice(buffer_view(&b), wanted);
    buffer_free(&b);
}

static void reads_comparisons(void **state) {
    fixture *f = *state;
    reads(f, "Package", "{}", "");
    reads(f, "Package", "{name: {}}", "");
    reads(f, "Package", "{name: {eq: \"x\"}}", "(eq name 'x')");
    reads(f, "Package", "{n: {ge: 1, lt: 5}}", "(and (ge n 1) (lt n 5))");
    reads(f, "Package", "{n: {in: [1, 2]}, id: {not_in: []}}", "(and (in n [1,2]) (not_in id []))");
    reads(f, "Package", "{score: {gt: 1}}", "(gt score 1)");
    reads(f, "Package", "{doc: {is_null: true}}", "(is_null doc 1)");
    reads(f, "Package", "{name: {starts_with: \"a\", contains: \"b\"}}",
          "(and (starts_with name 'a') (contains name 'b'))");
    reads(f, "Package", "{id: {eq: \"5\"}}", "(eq id 5)");
    reads(f, "Package", "{id: {eq: \"a5\"}}", "(eq id 'a5')");
    reads(f, "Package", "{on: {le: \"1970-01-02\"}}", "(le on 1)");
    reads(f, "Package", "{n: {eq: $number}, id: {in: $number}}", "(and (eq n $7) (in id $7))");
}

static void reads_logic(void **state) {
    fixture *f = *state;
    reads(f, "Package", "{and: []}", "");
    reads(f, "Package", "{or: []}", "(or)");
    reads(f, "Package", "{not: {}}", "(not (and))");
    reads(f, "Package", "{or: [{n: {eq: 1}}, {n: {eq: 2}, ok: {eq: true}}]}",
          "(or (eq n 1) (and (eq n 2) (eq ok 1)))");
    reads(f, "Package", "{or: [{n: {eq: 1}}], not: {n: {eq: 2}}}", "(and (eq n 1) (not (eq n 2)))");
}

static void reads_relations(void **state) {
    fixture *f = *state;
    reads(f, "Package", "{distro: {}}", "(exists distro)");
    reads(f, "Package", "{distro: {name: {eq: \"x\"}}}", "(exists distro (eq name 'x'))");
    reads(f, "Package", "{uploaders: {id: {eq: 1}}}", "(exists uploaders (eq id 1))");
    reads(f, "Package", "{recent: {}}", "(exists uploaders)");
    reads(f, "Distro", "{packages: {distro: {id: {eq: 1}}}}", "(exists packages (eq distro_id 1))");
}

static void folds_keys(void **state) {
    fixture *f = *state;
    reads(f, "Package", "{distro: {id: {eq: 1}}}", "(eq distro_id 1)");
    reads(f, "Package", "{distro: {id: {ge: 1, in: $number}}}", "(and (ge distro_id 1) (in distro_id $7))");
    reads(f, "Package", "{distro: {id: {eq: 1}, name: {eq: \"x\"}}}",
          "(exists distro (and (eq id 1) (eq name 'x')))");
    reads(f, "Package", "{distro: {not: {id: {eq: 1}}}}", "(exists distro (not (eq id 1)))");
    reads(f, "Area", "{in: {y: {eq: 2}}}", "(eq in_y 2)");
    reads(f, "Area", "{in: {y: {eq: 2}, x: {gt: 1}}}", "(and (eq in_y 2) (gt in_x 1))");
    reads(f, "Package", "{maintainer: {is_null: true}}", "(is_null maintainer_id 1)");
    reads(f, "Area", "{in: {is_null: true}}", "(or (is_null in_x 1) (is_null in_y 1))");
    reads(f, "Area", "{in: {is_null: false}}", "(and (is_null in_x 0) (is_null in_y 0))");
    reads(f, "Package", "{section: {name: {eq: \"x\"}}}", "(eq section 'x')");
    reads(f, "Section", "{distro: {name: {eq: \"x\"}}}", "(exists distro (eq name 'x'))");
}

static void refuses(fixture *f, const char *literal, const char *wanted) {
    const syntax_value *v = value_of(f, literal);
    const filter *got = NULL;
    sheaf_error err = {0};
    sheaf_slice rest;
    assert_false(filter_read(model_entity_named(f->model, SHEAF_SLICE("Package")), v, f->document,
                             &f->variables, SHEAF_E_VARIABLE, &f->memory, &got, &err));
    assert_null(got);
    assert_slice(slice_cut(slice_of(err.message), '\n', &rest), wanted);
    if (rest.ptr) assert_int_equal(err.code, SHEAF_E_VARIABLE);
}

static void refuses_mistakes(void **state) {
    static const char *const bad[][2] = {
        {"5", "s:1:8: expected a condition such as {name: {eq: …}}"},
        {"{nmae: {eq: 1}}", "s:1:9: 'Package' has no field 'nmae'; did you mean 'name'?"},
        {"{name: \"x\"}", "s:1:15: expected a comparison such as {eq: …}"},
        {"{name: {eqq: \"x\"}}", "s:1:16: unknown comparison 'eqq'; did you mean 'eq'?"},
        {"{eq: 1}",
         "s:1:9: 'eq' compares an attribute; 'Package' is a type, name one of its attributes first"},
        {"{name: {eq: 5}}", "s:1:20: expected a String of valid UTF-8 without U+0000"},
        {"{name: {eq: null}}", "s:1:20: nothing is equal to null; write {is_null: true} or {is_null: false}"},
        {"{name: {is_null: 1}}", "s:1:25: 'is_null' is true or false"},
        {"{name: {is_null: $number}}", "s:1:25: 'is_null' is true or false"},
        {"{name: {eq: \"a\", eq: \"b\"}}", "s:1:25: 'eq' stands here twice"},
        {"{n: {eq: 1}, n: {eq: 2}}", "s:1:21: 'n' stands here twice"},
        {"{n: {in: 1}}", "s:1:17: expected a list such as [1, 2] or a variable"},
        {"{n: {in: [1, null]}}",
         "s:1:21: a list here has no null in it; write or: [{…: {is_null: true}}, …]"},
        {"{n: {in: [1, $number]}}", "s:1:21: a list is a variable as a whole, or has none in it"},
        {"{n: {in: [1, \"x\"]}}", "s:1:21: expected an Int: a whole number from -2147483648 to 2147483647"},
        {"{n: {eq: $numbr}}", "unknown Int"},
        {"{n: {in: $numbr}}", "unknown Ints"},
        {"{n: {contains: \"1\"}}", "s:1:13: 'contains' does not compare values of type Int"},
        {"{score: {in: [1.5]}}", "s:1:17: 'in' does not compare values of type Float"},
        {"{ok: {lt: true}}", "s:1:14: 'lt' does not compare values of type Boolean"},
        {"{doc: {eq: \"{}\"}}", "s:1:15: 'eq' does not compare values of type JSON"},
        {"{total: {eq: 1}}", "s:1:9: 'total' is a count: only stored attributes and other relations can be "
                             "asked for in a condition"},
        {"{label: {eq: \"x\"}}", "s:1:9: 'label' is a text: only stored attributes and other relations can "
                                 "be asked for in a condition"},
        {"{best: {id: {eq: 1}}}", "s:1:9: 'best' is a pick: only stored attributes and other relations can "
                                  "be asked for in a condition"},
        {"{distro: 1}",
         "s:1:17: 'distro' is a relation: expected a condition on its rows such as {…: {eq: …}}"},
        {"{distro: {nam: {eq: \"x\"}}}", "s:1:18: 'Distro' has no field 'nam'; did you mean 'name'?"},
        {"{or: {n: {eq: 1}}}", "s:1:13: 'or' is a list of conditions: [{…}, {…}]"},
        {"{or: [1]}", "s:1:14: expected a condition such as {name: {eq: …}}"},
        {"{not: [{}]}", "s:1:14: expected a condition such as {name: {eq: …}}"},
        {"{uploaders: {is_null: true}}",
         "s:1:21: 'is_null' compares an attribute; 'Person' is a type, name one of its attributes first"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuses(*state, bad[i][0], bad[i][1]);
}

static void refuses_variables_in_models(void **state) {
    fixture *f = *state;
    const syntax_value *v = value_of(f, "{n: {eq: $number}}");
    const filter *got = NULL;
    sheaf_error err = {0};
    assert_false(filter_read(model_entity_named(f->model, SHEAF_SLICE("Package")), v, f->document, NULL,
                             SHEAF_E_MODEL, &f->memory, &got, &err));
    assert_non_null(strstr(err.message, "there are no variables in a model"));
}

static bool read_order(fixture *f, const char *literal, model_order *ret, sheaf_error *err) {
    const syntax_value *v = value_of(f, literal);
    return order_read(model_entity_named(f->model, SHEAF_SLICE("Package")), v, f->document, SHEAF_E_SHAPE,
                      &f->memory, ret, err);
}

static void reads_orders(void **state) {
    fixture *f = *state;
    model_order order = {0};
    sheaf_error err;
    assert_true(read_order(f, "[{score: DESC}, {name: ASC}]", &order, &err));
    assert_int_equal(order.count, 2);
    assert_slice(order.items[0].column->name, "score");
    assert_true(order.items[0].descending);
    assert_false(order.items[1].descending);
    assert_true(read_order(f, "{uid: ASC}", &order, &err));
    assert_int_equal(order.count, 1);
    assert_true(read_order(f, "[]", &order, &err));
    assert_int_equal(order.count, 0);
    static const char *const bad[][2] = {
        {"5", "s:1:8: expected an order such as [{name: ASC}, {score: DESC}]"},
        {"[{}]", "s:1:9: an order is a list of one attribute each: [{name: ASC}, {score: DESC}]"},
        {"{n: ASC, name: ASC}",
         "s:1:8: an order is a list of one attribute each: [{name: ASC}, {score: DESC}]"},
        {"[{nam: ASC}]", "s:1:10: 'Package' has no attribute 'nam'; did you mean 'name'?"},
        {"[{name: UP}]", "s:1:16: expected ASC or DESC"},
        {"[{name: \"ASC\"}]", "s:1:16: expected ASC or DESC"},
        {"[{name: ASC}, {name: DESC}]", "s:1:22: 'name' stands in the order twice"},
        {"[{doc: ASC}]", "s:1:10: 'doc' is JSON, which has no order"},
        {"[{raw: ASC}]", "s:1:10: 'raw' is Bytes, which has no order"},
        {"[{distro: ASC}]", "s:1:10: 'distro' is not a stored attribute: nothing can be ordered by it"},
        {"[{total: ASC}]", "s:1:10: 'total' is not a stored attribute: nothing can be ordered by it"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sheaf_slice rest;
        assert_false(read_order(f, bad[i][0], &order, &err));
        assert_int_equal(err.code, SHEAF_E_SHAPE);
        assert_slice(slice_cut(slice_of(err.message), '\n', &rest), bad[i][1]);
    }
    assert_int_equal(order.count, 0); /* as it was */
}

static void joins_conditions(void **state) {
    fixture *f = *state;
    const filter a = {.kind = FILTER_OR}, b = {.kind = FILTER_AND};
    bool ok = false;
    assert_ptr_equal(filter_and(&f->memory, &a, NULL, &ok), &a);
    assert_ptr_equal(filter_and(&f->memory, NULL, &b, &ok), &b);
    assert_null(filter_and(&f->memory, NULL, NULL, &ok));
    assert_true(ok);
    const filter *both = filter_and(&f->memory, &a, &b, &ok);
    assert_int_equal(both->kind, FILTER_AND);
    assert_int_equal(both->count, 2);
    assert_ptr_equal(both->items[1], &b);
}

static void knows_operators(void **state) {
    (void)state;
    filter_op op = FILTER_EQ;
    assert_true(filter_op_named(SHEAF_SLICE("not_in"), &op));
    assert_int_equal(op, FILTER_NOT_IN);
    assert_false(filter_op_named(SHEAF_SLICE("like"), &op));
    assert_int_equal(filter_op_operand(FILTER_IN), OPERAND_LIST);
    assert_true(filter_op_takes(FILTER_LT, SHEAF_ID));
    assert_true(filter_op_takes(FILTER_EQ, SHEAF_UUID));
    assert_false(filter_op_takes(FILTER_LT, SHEAF_UUID));
    assert_false(filter_op_takes(FILTER_STARTS_WITH, SHEAF_ID));
}

static void fails_every_allocation(void **state) {
    fixture *f = *state;
    const syntax_value *v =
        value_of(f, "{or: [{n: {in: [1, 2]}}, {not: {distro: {name: {eq: \"x\"}}}}, {maintainer: {is_null: "
                    "true}}], uid: {eq: \"123E4567-e89b-12d3-a456-426614174000\"}}");
    test_memory memory = {0};
    while (test_memory_next(&memory)) {
        arena a;
        const filter *got = NULL;
        sheaf_error err = {0};
        arena_init(&a, &memory.allocator);
        bool ok = filter_read(model_entity_named(f->model, SHEAF_SLICE("Package")), v, f->document, NULL,
                              SHEAF_E_MODEL, &a, &got, &err);
        assert_true(ok == !memory.failed);
        if (!ok) assert_int_equal(err.code, SHEAF_E_MEMORY);
        arena_free(&a);
        assert_true(test_memory_clean(&memory));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_comparisons), cmocka_unit_test(reads_logic),
        cmocka_unit_test(reads_relations),   cmocka_unit_test(folds_keys),
        cmocka_unit_test(refuses_mistakes),  cmocka_unit_test(refuses_variables_in_models),
        cmocka_unit_test(reads_orders),      cmocka_unit_test(joins_conditions),
        cmocka_unit_test(knows_operators),   cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
