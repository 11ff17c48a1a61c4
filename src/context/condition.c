/* Filters and orders given by C calls, as trees over the model's columns. Operands become variables, so that
 * contexts which differ only in them share a plan. */
#include "context.h"

#include "../model/filter.h"
#include "../model/value.h"

enum { CONDITION_DEPTH_MAX = 32 };

typedef struct reader {
    sheaf_context *c;
    sheaf_error *err;
    unsigned depth, nodes;
} reader;

static const filter *read_filter(reader *r, const model_entity *e, const sheaf_filter *given);

static filter *new_filter(reader *r, filter_kind kind) {
    filter *f = ARENA_NEW(&r->c->memory, filter);
    if (f)
        f->kind = kind;
    else
        error_memory(r->err);
    return f;
}

static const model_field *named(reader *r, const model_entity *e, const char *name) {
    const model_field *field = name ? model_field_named(e, slice_of(name)) : NULL;
    if (!field)
        error_set(r->err, SHEAF_E_SHAPE, "%.*s has no attribute '%s'%s", SHEAF_SLICE_ARGS(e->name),
                  name ? name : "(null)", model_suggest_field(e, slice_of(name)).text);
    return field;
}

static bool copy_operand(reader *r, const model_column *column, const char *name, const sheaf_value *given,
                         sheaf_value *ret) {
    sheaf_value v = *given;
    if (v.kind == SHEAF_KIND_NULL)
        return error_set(r->err, SHEAF_E_USAGE, "'%s' is compared with NULL: use is_null", name);
    if (!value_check(column->scalar, &v, name, &r->c->memory, r->err)) return false;
    if (v.kind == SHEAF_KIND_TEXT && !(v.text = arena_copy(&r->c->memory, v.text)).ptr)
        return error_memory(r->err);
    *ret = v;
    return true;
}

static bool check_length(reader *r, const char *name, size_t count) {
    return count <= VALUE_LIST_MAX ||
           error_set(r->err, SHEAF_E_LIMIT, "'%s': a list of %zu values; at most %d", name, count,
                     VALUE_LIST_MAX);
}

/* Operands that the caller holds as plain memory. */
static bool plain_list(reader *r, const sheaf_filter *given, sheaf_value *ret) {
    if (!check_length(r, given->name, given->count)) return false;
    sheaf_value *items = ARENA_ARRAY(&r->c->memory, sheaf_value, given->count);
    if (!items) return error_memory(r->err);
    for (size_t i = 0; i < given->count; i++)
        items[i] = given->ints ? (sheaf_value){.kind = SHEAF_KIND_INT, .i = given->ints[i]}
                               : (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = given->texts[i]};
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {items, given->count}};
    return true;
}

static bool copy_list(reader *r, const model_column *column, const char *name, const sheaf_value *given,
                      sheaf_value *ret) {
    if (given->kind != SHEAF_KIND_LIST)
        return error_set(r->err, SHEAF_E_USAGE, "'%s': in takes a list", name);
    if (!check_length(r, name, given->list.count)) return false;
    sheaf_value *items = ARENA_ARRAY(&r->c->memory, sheaf_value, given->list.count);
    if (!items) return error_memory(r->err);
    for (size_t i = 0; i < given->list.count; i++)
        if (!copy_operand(r, column, name, &given->list.items[i], &items[i])) return false;
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {items, given->list.count}};
    return true;
}

static const filter *compare(reader *r, const model_entity *e, const sheaf_filter *given) {
    const model_field *field = named(r, e, given->name);
    filter *f = field ? new_filter(r, FILTER_COMPARE) : NULL;
    if (!f) return NULL;
    bool one_column = field->kind == FIELD_REF && field->path.hops[0].columns.count == 1;
    f->column = field->kind == FIELD_COLUMN ? field->column
                : one_column                ? field->path.hops[0].columns.at[0]
                                            : NULL;
    if (!f->column) {
        error_set(r->err, SHEAF_E_SHAPE, "'%s' of %.*s is not stored: it cannot be compared", given->name,
                  SHEAF_SLICE_ARGS(e->name));
        return NULL;
    }
    if (!given->op || !filter_op_named(slice_of(given->op), &f->op) ||
        !filter_op_takes(f->op, f->column->scalar)) {
        error_set(r->err, SHEAF_E_SHAPE, "'%s' of %.*s has no comparison '%s'", given->name,
                  SHEAF_SLICE_ARGS(e->name), given->op ? given->op : "(null)");
        return NULL;
    }
    sheaf_value v = given->value;
    if (filter_op_operand(f->op) == OPERAND_BOOLEAN) {
        f->operand.value = (sheaf_value){.kind = SHEAF_KIND_INT, .i = v.kind == SHEAF_KIND_INT && v.i};
        return f;
    }
    bool list = filter_op_operand(f->op) == OPERAND_LIST;
    if (given->count && !given->ints && !given->texts) {
        error_set(r->err, SHEAF_E_USAGE, "'%s': a list of %zu values at NULL", given->name, given->count);
        return NULL;
    }
    if (given->count && !plain_list(r, given, &v)) return NULL;
    sheaf_value operand = v;
    if (!(list ? copy_list(r, f->column, given->name, &operand, &v)
               : copy_operand(r, f->column, given->name, &operand, &v)))
        return NULL;
    int32_t number = graph_value(&r->c->graph, v);
    if (number < 0) {
        error_memory(r->err);
        return NULL;
    }
    f->operand = (filter_operand){.is_variable = true, .variable = (uint32_t)number};
    return f;
}

static const filter *list(reader *r, const model_entity *e, const sheaf_filter *given, filter_kind kind) {
    filter *f = new_filter(r, kind);
    const filter **items = f ? ARENA_ARRAY(&r->c->memory, const filter *, given->count) : NULL;
    if (!items) {
        if (f) error_memory(r->err);
        return NULL;
    }
    for (size_t i = 0; i < given->count; i++)
        if (!(items[i] = read_filter(r, e, &given->items[i]))) return NULL;
    f->items = items;
    f->count = (uint32_t)given->count;
    return f;
}

/* A condition on the key of a to-one is one on its column, never a join. */
static const filter *fold_reference(filter *f, const model_field *ref) {
    if (!f->where || f->where->kind != FILTER_COMPARE) return f;
    for (uint32_t i = 0; i < ref->target->key.count; i++) {
        if (f->where->column != ref->target->key.at[i]) continue;
        *f = *f->where;
        f->column = ref->path.hops[0].columns.at[i];
        break;
    }
    return f;
}

static const filter *relation(reader *r, const model_entity *e, const sheaf_filter *given) {
    const model_field *field = named(r, e, given->name);
    filter *f = field ? new_filter(r, FILTER_EXISTS) : NULL;
    if (!f) return NULL;
    if (!field_is_relation(field->kind) || field->kind == FIELD_PICK) {
        error_set(r->err, SHEAF_E_SHAPE, "'%s' of %.*s is no relation that a condition can follow",
                  given->name, SHEAF_SLICE_ARGS(e->name));
        return NULL;
    }
    f->path = field->path;
    if (given->count && !(f->where = read_filter(r, field->target, &given->items[0]))) return NULL;
    return field->kind == FIELD_REF ? fold_reference(f, field) : f;
}

static const filter *read_filter(reader *r, const model_entity *e, const sheaf_filter *given) {
    if (r->depth >= CONDITION_DEPTH_MAX || ++r->nodes > FILTER_NODES_MAX) {
        error_set(r->err, SHEAF_E_LIMIT, "a condition of more than %d parts, or %d deep", FILTER_NODES_MAX,
                  CONDITION_DEPTH_MAX);
        return NULL;
    }
    r->depth++;
    const filter *f = NULL;
    switch (given->kind) {
    case SHEAF_FILTER_NONE: f = new_filter(r, FILTER_AND); break;
    case SHEAF_FILTER_COMPARE: f = compare(r, e, given); break;
    case SHEAF_FILTER_AND: f = list(r, e, given, FILTER_AND); break;
    case SHEAF_FILTER_OR: f = list(r, e, given, FILTER_OR); break;
    case SHEAF_FILTER_NOT: f = list(r, e, given, FILTER_NOT); break;
    case SHEAF_FILTER_RELATION: f = relation(r, e, given); break;
    default: error_set(r->err, SHEAF_E_USAGE, "a filter of an unknown kind (%d)", (int)given->kind);
    }
    r->depth--;
    return f;
}

bool condition_read(sheaf_context *c, const model_entity *e, const sheaf_filter *given, const filter **ret,
                    sheaf_error *err) {
    reader r = {.c = c, .err = err};
    if (given->kind == SHEAF_FILTER_NONE) {
        *ret = NULL;
        return true;
    }
    const filter *f = read_filter(&r, e, given);
    if (f) *ret = f;
    return f != NULL;
}

bool condition_order(sheaf_context *c, const model_entity *e, const sheaf_order *given, model_order *ret,
                     sheaf_error *err) {
    struct {
        model_order_item *items;
        size_t count, room;
    } list = {0};
    for (; given && given->name; given++) {
        const model_field *field = model_field_named(e, slice_of(given->name));
        if (!field || field->kind != FIELD_COLUMN || field->scalar == SHEAF_JSON ||
            field->scalar == SHEAF_BYTES)
            return error_set(err, SHEAF_E_SHAPE, "%.*s cannot be ordered by '%s'%s",
                             SHEAF_SLICE_ARGS(e->name), given->name,
                             field ? "" : model_suggest_field(e, slice_of(given->name)).text);
        for (size_t i = 0; i < list.count; i++)
            if (list.items[i].column == field->column)
                return error_set(err, SHEAF_E_SHAPE, "'%s' stands twice in the order", given->name);
        model_order_item *item = ARENA_PUSH(&c->memory, &list);
        if (!item) return error_memory(err);
        *item = (model_order_item){.column = field->column, .descending = given->descending};
    }
    *ret = (model_order){.items = list.items, .count = (uint32_t)list.count};
    return true;
}
