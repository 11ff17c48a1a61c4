#include "read.h"

static bool read_where(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err) {
    return filter_read(node->entity, value, r->document, &r->lookup, SHEAF_E_SHAPE, &r->set->memory,
                       &node->where, err);
}

static bool read_order(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err) {
    node->has_order = true;
    return order_read(node->entity, value, r->document, SHEAF_E_SHAPE, &r->set->memory, &node->order, err);
}

/* null means the same as no argument. */
static bool read_number(reader *r, const char *name, const syntax_value *value, shape_number *ret,
                        sheaf_error *err) {
    if (value->kind == SYNTAX_NULL) return true;
    if (value->kind == SYNTAX_VARIABLE) {
        shape_variable *v = NULL;
        if (!variable_use(r, value, SHEAF_INT, false, &v, &ret->variable, err)) return false;
        if (v && v->fallback.kind == SHEAF_KIND_INT && v->fallback.i < 0)
            return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                              "the default of '$%.*s' is negative, and '%s' must not be",
                              SHEAF_SLICE_ARGS(v->name), name);
        if (v) v->is_page = true;
        ret->kind = NUMBER_VARIABLE;
        return true;
    }
    sheaf_value number = {0};
    if (value->kind != SYNTAX_INT)
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                          "'%s' takes a whole number or a variable of type Int", name);
    if (!value_from_syntax(SHEAF_INT, value, r->document, &r->scratch, &number, err)) return false;
    if (number.i < 0)
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place, "'%s' must not be negative", name);
    ret->kind = NUMBER_LITERAL;
    ret->literal = number.i;
    return true;
}

static bool read_limit(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err) {
    return read_number(r, "limit", value, &node->limit, err);
}

static bool read_offset(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err) {
    return read_number(r, "offset", value, &node->offset, err);
}

static bool read_after(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err) {
    if (value->kind == SYNTAX_NULL) return true;
    if (value->kind != SYNTAX_VARIABLE)
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                          "'after' takes a variable of type String: cursors come from a page read before");
    shape_variable *v = NULL;
    if (!variable_use(r, value, SHEAF_STRING, false, &v, &node->after, err)) return false;
    if (v && v->non_null)
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                          "'$%.*s' must be able to be null, which is how the first page is asked for: "
                          "declare it as String",
                          SHEAF_SLICE_ARGS(v->name));
    if (v) v->is_after = true;
    node->has_after = true;
    return true;
}

typedef struct argument_rule {
    const char *name;
    bool on_count;
    bool (*read)(reader *r, const syntax_value *value, shape_node *node, sheaf_error *err);
} argument_rule;

static const argument_rule rules[] = {
    {"where", true, read_where},    {"order", false, read_order}, {"limit", false, read_limit},
    {"offset", false, read_offset}, {"after", false, read_after},
};
enum { RULE_COUNT = sizeof rules / sizeof *rules };

static bool check_not_twice(const occurrence *at, size_t index, sheaf_error *err) {
    const syntax_argument *a = at->selection->arguments;
    for (size_t i = 0; i < index; i++)
        if (slice_equal(a[i].name, a[index].name))
            return lang_error(err, SHEAF_E_SHAPE, at->document, a[index].place,
                              "argument '%.*s' is given twice", SHEAF_SLICE_ARGS(a[index].name));
    return true;
}

static bool read_list_argument(reader *r, const occurrence *at, const syntax_argument *a, shape_node *node,
                               sheaf_error *err) {
    suggest s = suggest_for(a->name);
    for (int i = 0; i < RULE_COUNT; i++) {
        if (node->kind == SHAPE_COUNT && !rules[i].on_count) continue;
        if (slice_is(a->name, rules[i].name)) return rules[i].read(r, &a->value, node, err);
        suggest_offer(&s, slice_of(rules[i].name));
    }
    return lang_error(err, SHEAF_E_SHAPE, at->document, a->place, "'%.*s' has no argument '%.*s'%s",
                      SHEAF_SLICE_ARGS(at->selection->name), SHEAF_SLICE_ARGS(a->name),
                      suggest_text(&s).text);
}

static bool read_list(reader *r, const occurrence *at, shape_node *node, sheaf_error *err) {
    for (size_t i = 0; i < at->selection->argument_count; i++)
        if (!check_not_twice(at, i, err) ||
            !read_list_argument(r, at, &at->selection->arguments[i], node, err))
            return false;
    if (node->has_after && node->offset.kind != NUMBER_ABSENT)
        return lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place,
                          "'%.*s' has both 'after' and 'offset': a page begins at one or the other",
                          SHEAF_SLICE_ARGS(at->selection->name));
    return true;
}

/* The column that an argument of a root by key compares; NULL where the field can be none. */
static const model_column *key_column(const model_field *f) {
    if (f->kind == FIELD_COLUMN) return f->column;
    if (f->kind == FIELD_REF && f->path.hops[0].columns.count == 1) return f->path.hops[0].columns.at[0];
    return NULL;
}

static bool is_key(const model_field *f) {
    const model_column *column = key_column(f);
    for (uint32_t i = 0; column && i < f->entity->key.count; i++)
        if (f->entity->key.at[i] == column) return true;
    return false;
}

/* "distro(id: …) or distro(name: …)": what a root by key can be given. */
static bool key_error(const reader *r, const occurrence *at, const model_entity *entity, sheaf_error *err) {
    buffer ways;
    buffer_init(&ways, r->set->allocator);
    buffer_printf(&ways, "%.*s(", SHEAF_SLICE_ARGS(entity->singular));
    bool first = true;
    for (uint32_t i = 0; i < entity->field_count; i++) {
        if (!is_key(&entity->fields[i])) continue;
        buffer_printf(&ways, "%s%.*s: …", first ? "" : ", ", SHEAF_SLICE_ARGS(entity->fields[i].name));
        first = false;
    }
    BUFFER_LITERAL(&ways, ")");
    for (uint32_t i = 0; i < entity->field_count; i++)
        if (entity->fields[i].unique && key_column(&entity->fields[i]))
            buffer_printf(&ways, " or %.*s(%.*s: …)", SHEAF_SLICE_ARGS(entity->singular),
                          SHEAF_SLICE_ARGS(entity->fields[i].name));
    if (ways.failed)
        error_memory(err);
    else
        lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place, "one %.*s is %.*s",
                   SHEAF_SLICE_ARGS(entity->name), SHEAF_SLICE_ARGS(buffer_view(&ways)));
    buffer_free(&ways);
    return false;
}

static const model_field *key_field(const occurrence *at, const model_entity *entity,
                                    const syntax_argument *a, sheaf_error *err) {
    suggest s = suggest_for(a->name);
    for (uint32_t i = 0; i < entity->field_count; i++) {
        const model_field *f = &entity->fields[i];
        if (!key_column(f) || !(f->unique || is_key(f))) continue;
        if (slice_equal(f->name, a->name)) return f;
        suggest_offer(&s, f->name);
    }
    lang_error(err, SHEAF_E_SHAPE, at->document, a->place,
               "'%.*s' is no key and no unique attribute of %.*s%s", SHEAF_SLICE_ARGS(a->name),
               SHEAF_SLICE_ARGS(entity->name), suggest_text(&s).text);
    return NULL;
}

static bool read_equality(reader *r, const model_column *column, const syntax_value *value, filter *f,
                          sheaf_error *err) {
    f->kind = FILTER_COMPARE;
    f->op = FILTER_EQ;
    f->column = column;
    if (value->kind == SYNTAX_NULL)
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place, "a key is never null");
    if (value->kind != SYNTAX_VARIABLE)
        return value_from_syntax(column->scalar, value, r->document, &r->set->memory, &f->operand.value, err);
    f->operand.is_variable = true;
    return r->lookup.lookup(&r->lookup, value, column->scalar, false, &f->operand.variable, err);
}

static bool read_key(reader *r, const occurrence *at, shape_node *node, sheaf_error *err) {
    const syntax_selection *s = at->selection;
    const model_entity *entity = node->entity;
    arena *memory = &r->set->memory;
    size_t count = s->argument_count;
    uint32_t of_key = 0;
    bool unique = false;
    filter *equalities = ARENA_ARRAY(memory, filter, count);
    const filter **items = ARENA_ARRAY(memory, const filter *, count);
    filter *all = ARENA_NEW(memory, filter);
    if (!equalities || !items || !all) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const model_field *f = key_field(at, entity, &s->arguments[i], err);
        if (!f || !check_not_twice(at, i, err) ||
            !read_equality(r, key_column(f), &s->arguments[i].value, &equalities[i], err))
            return false;
        items[i] = &equalities[i];
        of_key += is_key(f);
        unique |= f->unique;
    }
    if (!(of_key == count && count == entity->key.count) && !(unique && count == 1))
        return key_error(r, at, entity, err);
    *all = (filter){.kind = FILTER_AND, .items = items, .count = (uint32_t)count};
    node->where = count == 1 ? items[0] : all;
    return true;
}

bool arguments_read(reader *r, const occurrence *at, shape_node *node, sheaf_error *err) {
    r->document = at->document;
    if (node->kind == SHAPE_MANY || node->kind == SHAPE_COUNT) return read_list(r, at, node, err);
    if (node->kind == SHAPE_ONE && !node->field) return read_key(r, at, node, err);
    if (at->selection->argument_count == 0) return true;
    return lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->arguments[0].place,
                      "'%.*s' is %s and takes no arguments", SHEAF_SLICE_ARGS(at->selection->name),
                      node->kind == SHAPE_ONE ? "a relation to one row" : "an attribute");
}

static bool values_equal(const syntax_value *a, const syntax_value *b) {
    if (a->kind != b->kind || a->boolean != b->boolean || !slice_equal(a->text, b->text) ||
        a->item_count != b->item_count)
        return false;
    for (size_t i = 0; i < a->item_count; i++)
        if (!values_equal(&a->items[i], &b->items[i])) return false;
    return arguments_equal(a->fields, a->field_count, b->fields, b->field_count);
}

bool arguments_equal(const syntax_argument *a, size_t a_count, const syntax_argument *b, size_t b_count) {
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++) {
        size_t j = 0;
        while (j < b_count && !slice_equal(a[i].name, b[j].name)) j++;
        if (j == b_count || !values_equal(&a[i].value, &b[j].value)) return false;
    }
    return true;
}
