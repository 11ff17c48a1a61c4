#include "filter.h"

#include "value.h"

#define SCALAR(name) (1u << SHEAF_##name)
#define EVERY_SCALAR ((1u << SHEAF_SCALAR_COUNT) - 1)
#define COMPARABLE   (EVERY_SCALAR & ~(SCALAR(JSON) | SCALAR(BYTES)))
#define LISTABLE     (COMPARABLE & ~(SCALAR(FLOAT) | SCALAR(BOOLEAN) | SCALAR(TIMESTAMP) | SCALAR(DATE)))
#define ORDERED      (COMPARABLE & ~(SCALAR(BOOLEAN) | SCALAR(UUID)))

static const struct {
    const char *name;
    filter_operand_class operand;
} ops[FILTER_OP_COUNT] = {
#define X(op, name, operand) [op] = {name, operand},
    FILTER_OPS(X)
#undef X
};

static const uint32_t op_scalars[FILTER_OP_COUNT] = {
    [FILTER_EQ] = COMPARABLE,
    [FILTER_NE] = COMPARABLE,
    [FILTER_LT] = ORDERED,
    [FILTER_LE] = ORDERED,
    [FILTER_GT] = ORDERED,
    [FILTER_GE] = ORDERED,
    [FILTER_IN] = LISTABLE,
    [FILTER_NOT_IN] = LISTABLE,
    [FILTER_IS_NULL] = EVERY_SCALAR,
    [FILTER_STARTS_WITH] = SCALAR(STRING),
    [FILTER_CONTAINS] = SCALAR(STRING),
};

const char *filter_op_name(filter_op op) {
    return ops[op].name;
}

bool filter_op_named(sheaf_slice name, filter_op *ret) {
    for (int i = 0; i < FILTER_OP_COUNT; i++)
        if (slice_is(name, ops[i].name)) {
            *ret = (filter_op)i;
            return true;
        }
    return false;
}

filter_operand_class filter_op_operand(filter_op op) {
    return ops[op].operand;
}

bool filter_op_takes(filter_op op, sheaf_scalar scalar) {
    return op_scalars[op] >> scalar & 1;
}

/* Reading. Values nest at most LANG_DEPTH_MAX deep, so recursion on them is bounded. */
typedef struct reader {
    const syntax_document *document;
    filter_variables *variables;
    sheaf_code code;
    arena *memory;
    uint32_t nodes;
    sheaf_error *err;
} reader;

#define FAIL(r, place, ...) lang_error((r)->err, (r)->code, (r)->document, (place), __VA_ARGS__)

/* NULL: too many, or no memory. */
static filter *new_node(reader *r, filter_kind kind, syntax_place place) {
    if (r->nodes == FILTER_NODES_MAX) {
        FAIL(r, place, "a condition has at most %d parts", FILTER_NODES_MAX);
        return NULL;
    }
    filter *f = ARENA_NEW(r->memory, filter);
    if (!f) {
        error_memory(r->err);
        return NULL;
    }
    r->nodes++;
    f->kind = kind;
    return f;
}

typedef struct filter_list {
    const filter **items;
    size_t count, room;
} filter_list;

static bool push(reader *r, filter_list *list, const filter *f) {
    const filter **item = f ? ARENA_PUSH(r->memory, list) : NULL;
    if (!item) return f ? error_memory(r->err) : false;
    *item = f;
    return true;
}

/* One item stands for itself. */
static const filter *combine(reader *r, filter_kind kind, const filter_list *list, syntax_place place) {
    if (list->count == 1) return list->items[0];
    filter *f = new_node(r, kind, place);
    if (!f) return NULL;
    f->items = list->items;
    f->count = (uint32_t)list->count;
    return f;
}

static bool read_value(reader *r, sheaf_scalar scalar, const syntax_value *literal, sheaf_value *ret) {
    if (value_from_syntax(scalar, literal, r->document, r->memory, ret, r->err)) return true;
    if (r->err && r->err->code != SHEAF_E_MEMORY) r->err->code = r->code;
    return false;
}

static bool read_list(reader *r, sheaf_scalar scalar, const syntax_value *list, sheaf_value *ret) {
    if (list->kind != SYNTAX_LIST)
        return FAIL(r, list->place, "expected a list such as [1, 2] or a variable");
    if (list->item_count > VALUE_LIST_MAX)
        return FAIL(r, list->place, "a list has at most %d items; pass a variable", VALUE_LIST_MAX);
    sheaf_value *items = ARENA_ARRAY(r->memory, sheaf_value, list->item_count);
    if (!items) return error_memory(r->err);
    for (size_t i = 0; i < list->item_count; i++) {
        const syntax_value *item = &list->items[i];
        if (item->kind == SYNTAX_VARIABLE)
            return FAIL(r, item->place, "a list is a variable as a whole, or has none in it");
        if (item->kind == SYNTAX_NULL)
            return FAIL(r, item->place, "a list here has no null in it; write or: [{…: {is_null: true}}, …]");
        if (!read_value(r, scalar, item, &items[i])) return false;
    }
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {items, list->item_count}};
    return true;
}

static bool read_operand(reader *r, filter_op op, sheaf_scalar scalar, const syntax_value *v,
                         filter_operand *ret) {
    bool list = ops[op].operand == OPERAND_LIST;
    if (op == FILTER_IS_NULL) {
        if (v->kind != SYNTAX_BOOLEAN) return FAIL(r, v->place, "'is_null' is true or false");
        ret->value = (sheaf_value){.kind = SHEAF_KIND_INT, .i = v->boolean};
        return true;
    }
    if (v->kind == SYNTAX_VARIABLE) {
        if (!r->variables) return FAIL(r, v->place, "there are no variables in a model");
        ret->is_variable = true;
        return r->variables->lookup(r->variables, v, scalar, list, &ret->variable, r->err);
    }
    if (v->kind == SYNTAX_NULL)
        return FAIL(r, v->place, "nothing is equal to null; write {is_null: true} or {is_null: false}");
    return list ? read_list(r, scalar, v, &ret->value) : read_value(r, scalar, v, &ret->value);
}

static bool op_of(reader *r, const syntax_argument *given, sheaf_scalar scalar, filter_op *ret) {
    if (!filter_op_named(given->name, ret)) {
        suggest s = suggest_for(given->name);
        for (int i = 0; i < FILTER_OP_COUNT; i++)
            if (filter_op_takes((filter_op)i, scalar)) suggest_offer(&s, slice_of(ops[i].name));
        return FAIL(r, given->place, "unknown comparison '%.*s'%s", SHEAF_SLICE_ARGS(given->name),
                    suggest_text(&s).text);
    }
    if (!filter_op_takes(*ret, scalar))
        return FAIL(r, given->place, "'%s' does not compare values of type %s", ops[*ret].name,
                    scalar_name(scalar));
    return true;
}

static bool check_twice(reader *r, const syntax_value *object, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (slice_equal(object->fields[j].name, object->fields[i].name))
            return FAIL(r, object->fields[i].place, "'%.*s' stands here twice",
                        SHEAF_SLICE_ARGS(object->fields[i].name));
    return true;
}

/* `{ge: 1, lt: 5}`, pushed one by one. */
static bool read_comparisons(reader *r, const model_column *column, const syntax_value *object,
                             filter_list *into) {
    if (object->kind != SYNTAX_OBJECT) return FAIL(r, object->place, "expected a comparison such as {eq: …}");
    for (size_t i = 0; i < object->field_count; i++) {
        const syntax_argument *given = &object->fields[i];
        filter_op op;
        if (!check_twice(r, object, i) || !op_of(r, given, column->scalar, &op)) return false;
        filter *f = new_node(r, FILTER_COMPARE, given->place);
        if (!f || !read_operand(r, op, column->scalar, &given->value, &f->operand)) return false;
        f->op = op;
        f->column = column;
        if (!push(r, into, f)) return false;
    }
    return true;
}

static const filter *read_object(reader *r, const model_entity *entity, const syntax_value *object);

/* The place of the target's attribute `name` in its key, or -1. */
static int key_position(const model_entity *target, sheaf_slice name) {
    const model_field *f = model_field_named(target, name);
    for (uint32_t i = 0; f && f->kind == FIELD_COLUMN && i < target->key.count; i++)
        if (target->key.at[i] == f->column) return (int)i;
    return -1;
}

/* True where all that is asked of a reference's row is its key, which stands in the reference's columns. */
static bool asks_key_only(const model_field *ref, const syntax_value *object) {
    if (ref->kind != FIELD_REF || object->field_count == 0) return false;
    for (size_t i = 0; i < object->field_count; i++)
        if (key_position(ref->target, object->fields[i].name) < 0) return false;
    return true;
}

static bool read_key(reader *r, const model_field *ref, const syntax_value *object, filter_list *into) {
    const model_columns *columns = &ref->path.hops[0].columns;
    for (size_t i = 0; i < object->field_count; i++) {
        const syntax_argument *given = &object->fields[i];
        int at = key_position(ref->target, given->name);
        if (!check_twice(r, object, i) || !read_comparisons(r, columns->at[at], &given->value, into))
            return false;
    }
    return true;
}

/* A reference of several columns is null where one of them is. */
static bool read_no_row(reader *r, const model_field *ref, const syntax_argument *given, filter_list *into) {
    const model_columns *columns = &ref->path.hops[0].columns;
    filter_list nulls = {0};
    filter_operand operand = {0};
    if (!read_operand(r, FILTER_IS_NULL, SHEAF_ID, &given->value, &operand)) return false;
    for (uint32_t i = 0; i < columns->count; i++) {
        filter *f = new_node(r, FILTER_COMPARE, given->place);
        if (!f || !push(r, &nulls, f)) return false;
        f->op = FILTER_IS_NULL;
        f->column = columns->at[i];
        f->operand = operand;
    }
    return push(r, into, combine(r, operand.value.i ? FILTER_OR : FILTER_AND, &nulls, given->place));
}

static bool read_relation(reader *r, const model_field *relation, const syntax_argument *given,
                          filter_list *into) {
    const syntax_value *object = &given->value;
    if (object->kind != SYNTAX_OBJECT)
        return FAIL(r, object->place,
                    "'%.*s' is a relation: expected a condition on its rows such as {…: {eq: …}}",
                    SHEAF_SLICE_ARGS(relation->name));
    if (relation->kind == FIELD_REF && object->field_count == 1 &&
        slice_is(object->fields[0].name, "is_null"))
        return read_no_row(r, relation, &object->fields[0], into);
    if (asks_key_only(relation, object)) return read_key(r, relation, object, into);
    filter *f = new_node(r, FILTER_EXISTS, given->place);
    if (!f) return false;
    f->path = relation->path;
    if (object->field_count && !(f->where = read_object(r, relation->target, object))) return false;
    return push(r, into, f);
}

static bool refuse_field(reader *r, const model_entity *entity, const model_field *f,
                         const syntax_argument *given) {
    static const char *const words[] = {
        [FIELD_TEXT] = "a text", [FIELD_COUNT] = "a count", [FIELD_PICK] = "a pick"};
    if (f)
        return FAIL(
            r, given->place,
            "'%.*s' is %s: only stored attributes and other relations can be asked for in a condition",
            SHEAF_SLICE_ARGS(given->name), words[f->kind]);
    filter_op op;
    if (filter_op_named(given->name, &op))
        return FAIL(r, given->place,
                    "'%s' compares an attribute; '%.*s' is a type, name one of its attributes first",
                    ops[op].name, SHEAF_SLICE_ARGS(entity->name));
    return FAIL(r, given->place, "'%.*s' has no field '%.*s'%s", SHEAF_SLICE_ARGS(entity->name),
                SHEAF_SLICE_ARGS(given->name), model_suggest_field(entity, given->name).text);
}

/* `and: […]`, `or: […]` */
static bool read_group(reader *r, const model_entity *entity, filter_kind kind, const syntax_argument *given,
                       filter_list *into) {
    const syntax_value *list = &given->value;
    filter_list items = {0};
    if (list->kind != SYNTAX_LIST)
        return FAIL(r, list->place, "'%.*s' is a list of conditions: [{…}, {…}]",
                    SHEAF_SLICE_ARGS(given->name));
    for (size_t i = 0; i < list->item_count; i++)
        if (!push(r, &items, read_object(r, entity, &list->items[i]))) return false;
    return push(r, into, combine(r, kind, &items, given->place));
}

static bool read_not(reader *r, const model_entity *entity, const syntax_argument *given, filter_list *into) {
    const filter *inner = read_object(r, entity, &given->value);
    filter *f = inner ? new_node(r, FILTER_NOT, given->place) : NULL;
    filter_list one = {0};
    if (!f || !push(r, &one, inner)) return false;
    f->items = one.items;
    f->count = 1;
    return push(r, into, f);
}

static bool read_member(reader *r, const model_entity *entity, const syntax_argument *given,
                        filter_list *into) {
    if (slice_is(given->name, "and")) return read_group(r, entity, FILTER_AND, given, into);
    if (slice_is(given->name, "or")) return read_group(r, entity, FILTER_OR, given, into);
    if (slice_is(given->name, "not")) return read_not(r, entity, given, into);
    const model_field *f = model_field_named(entity, given->name);
    if (f && f->kind == FIELD_COLUMN) return read_comparisons(r, f->column, &given->value, into);
    if (f && field_is_relation(f->kind) && f->kind != FIELD_PICK) return read_relation(r, f, given, into);
    return refuse_field(r, entity, f, given);
}

/* NULL: an error. `{}` is an AND of nothing. */
static const filter *read_object(reader *r, const model_entity *entity, const syntax_value *object) {
    filter_list members = {0};
    if (object->kind != SYNTAX_OBJECT) {
        FAIL(r, object->place, "expected a condition such as {name: {eq: …}}");
        return NULL;
    }
    for (size_t i = 0; i < object->field_count; i++)
        if (!check_twice(r, object, i) || !read_member(r, entity, &object->fields[i], &members)) return NULL;
    return combine(r, FILTER_AND, &members, object->place);
}

bool filter_read(const model_entity *entity, const syntax_value *object, const syntax_document *document,
                 filter_variables *variables, sheaf_code code, arena *memory, const filter **ret,
                 sheaf_error *err) {
    reader r = {.document = document, .variables = variables, .code = code, .memory = memory, .err = err};
    const filter *f = read_object(&r, entity, object);
    if (!f) return false;
    *ret = f->kind == FILTER_AND && f->count == 0 ? NULL : f;
    return true;
}

const filter *filter_and(arena *memory, const filter *a, const filter *b, bool *ok) {
    *ok = true;
    if (!a || !b) return a ? a : b;
    filter *f = ARENA_NEW(memory, filter);
    const filter **items = ARENA_ARRAY(memory, const filter *, 2);
    *ok = f && items;
    if (!*ok) return NULL;
    items[0] = a;
    items[1] = b;
    *f = (filter){.kind = FILTER_AND, .items = items, .count = 2};
    return f;
}
