#include "lang.h"

/* True for arrays of the same length whose items are equal. */
#define ALL_EQUAL(a, b, items, count, equal)                                                                 \
    all_equal((a)->items, (a)->count, (b)->items, (b)->count, sizeof *(a)->items, equal)

typedef bool equal_fn(const void *a, const void *b);

static bool all_equal(const void *a, size_t a_count, const void *b, size_t b_count, size_t size,
                      equal_fn *equal) {
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (!equal((const char *)a + i * size, (const char *)b + i * size)) return false;
    return true;
}

/* An absent text is not the empty one. */
static bool text(sheaf_slice a, sheaf_slice b) {
    return !a.ptr == !b.ptr && slice_equal(a, b);
}

static bool argument(const void *a, const void *b);

static bool value(const void *left, const void *right) {
    const syntax_value *a = left, *b = right;
    return a->kind == b->kind && a->boolean == b->boolean && text(a->text, b->text) &&
           ALL_EQUAL(a, b, items, item_count, value) && ALL_EQUAL(a, b, fields, field_count, argument);
}

static bool default_value(const syntax_value *a, const syntax_value *b) {
    return !a == !b && (!a || value(a, b));
}

static bool argument(const void *left, const void *right) {
    const syntax_argument *a = left, *b = right;
    return text(a->name, b->name) && value(&a->value, &b->value);
}

static bool directive(const void *left, const void *right) {
    const syntax_directive *a = left, *b = right;
    return text(a->name, b->name) && ALL_EQUAL(a, b, arguments, argument_count, argument);
}

static bool directives(const syntax_directives *a, const syntax_directives *b) {
    return ALL_EQUAL(a, b, items, count, directive);
}

static bool type(const syntax_type *a, const syntax_type *b) {
    for (; a && b; a = a->of, b = b->of)
        if (!text(a->name, b->name) || a->non_null != b->non_null) return false;
    return !a == !b;
}

static bool name(const void *left, const void *right) {
    const syntax_name *a = left, *b = right;
    return text(a->name, b->name);
}

static bool field_definition(const void *left, const void *right) {
    const syntax_field_definition *a = left, *b = right;
    return text(a->description, b->description) && text(a->name, b->name) &&
           ALL_EQUAL(a, b, arguments, argument_count, field_definition) && type(a->type, b->type) &&
           default_value(a->default_value, b->default_value) && directives(&a->directives, &b->directives);
}

static bool enum_value(const void *left, const void *right) {
    const syntax_enum_value *a = left, *b = right;
    return text(a->description, b->description) && text(a->name, b->name) &&
           directives(&a->directives, &b->directives);
}

static bool root_type(const void *left, const void *right) {
    const syntax_root_type *a = left, *b = right;
    return name(&a->operation, &b->operation) && name(&a->type, &b->type);
}

static bool variable(const void *left, const void *right) {
    const syntax_variable *a = left, *b = right;
    return text(a->name, b->name) && type(a->type, b->type) &&
           default_value(a->default_value, b->default_value) && directives(&a->directives, &b->directives);
}

static bool selection(const void *left, const void *right) {
    const syntax_selection *a = left, *b = right;
    return a->kind == b->kind && text(a->alias, b->alias) && text(a->name, b->name) &&
           text(a->type_condition, b->type_condition) &&
           ALL_EQUAL(a, b, arguments, argument_count, argument) &&
           directives(&a->directives, &b->directives) &&
           ALL_EQUAL(a, b, selections, selection_count, selection);
}

static bool definition(const void *left, const void *right) {
    const syntax_definition *a = left, *b = right;
    return a->kind == b->kind && a->extend == b->extend && a->repeatable == b->repeatable &&
           text(a->description, b->description) && text(a->name, b->name) &&
           text(a->operation, b->operation) && text(a->type_condition, b->type_condition) &&
           ALL_EQUAL(a, b, variables, variable_count, variable) &&
           directives(&a->directives, &b->directives) &&
           ALL_EQUAL(a, b, selections, selection_count, selection) &&
           ALL_EQUAL(a, b, interfaces, interface_count, name) &&
           ALL_EQUAL(a, b, fields, field_count, field_definition) &&
           ALL_EQUAL(a, b, members, member_count, name) &&
           ALL_EQUAL(a, b, enum_values, enum_value_count, enum_value) &&
           ALL_EQUAL(a, b, root_types, root_type_count, root_type);
}

bool lang_equal(const syntax_document *a, const syntax_document *b) {
    return ALL_EQUAL(a, b, definitions, definition_count, definition);
}
