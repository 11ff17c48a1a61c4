#include "program.h"

#include "../base/json.h"
#include "../model/value.h"

typedef struct maker {
    const render_input *input;
    uint32_t next; /* number of the next node that is a group */
} maker;

static render_op_kind kind_of(sheaf_scalar scalar, sheaf_kind held) {
    switch (scalar) {
    case SHEAF_BOOLEAN: return RENDER_BOOLEAN;
    case SHEAF_TIMESTAMP: return RENDER_TIMESTAMP;
    case SHEAF_DATE: return RENDER_DATE;
    case SHEAF_JSON: return RENDER_JSON;
    case SHEAF_BYTES: return RENDER_BYTES;
    default: break;
    }
    return held == SHEAF_KIND_TEXT ? RENDER_TEXT : held == SHEAF_KIND_FLOAT ? RENDER_FLOAT : RENDER_INT;
}

static void make_value(const maker *m, const plan_layout *l, const model_field *field, render_op *op) {
    bool stored = field->kind == FIELD_COLUMN;
    uint32_t bit = stored ? l->column_null[field->column->index] : l->field_null[field->index];
    sheaf_kind held = stored ? store_kind(m->input->plan, field->column) : scalar_kind(field->scalar);
    op->kind = kind_of(field->scalar, held);
    op->value_at = stored ? l->column_at[field->column->index] : l->field_at[field->index];
    op->null_at = l->nulls_at + bit / 64 * 8;
    op->null_bit = UINT64_C(1) << bit % 64;
}

/* Depth is bounded by the shape's. */
static bool make(maker *m, const shape_node *node, const plan_group *parent, render_op *op) {
    op->node = node;
    op->key = node->json_key;
    switch (node->kind) {
    case SHAPE_VALUE: make_value(m, parent->layout, node->field, op); return true;
    case SHAPE_CURSOR:
        op->kind = RENDER_CURSOR;
        op->group = parent;
        return true;
    case SHAPE_TYPENAME: op->kind = RENDER_TYPENAME; return true;
    case SHAPE_COUNT: op->kind = RENDER_TOTAL; break;
    case SHAPE_ONE: op->kind = RENDER_ONE; break;
    case SHAPE_MANY: op->kind = RENDER_MANY; break;
    }
    op->group = m->input->group_of[m->next++];
    op->child_count = node->child_count;
    op->children = ARENA_ARRAY(m->input->memory, render_op, node->child_count);
    if (!op->children) return false;
    op->room = 2 + RENDER_KEY_SHORT;
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (!make(m, &node->children[i], op->group, &op->children[i])) return false;
        op->room += op->children[i].key.len + RENDER_VALUE_ROOM;
    }
    return true;
}

bool render_program(const render_input *input, render_op **ret, sheaf_error *err) {
    maker m = {.input = input};
    render_op *ops = ARENA_ARRAY(input->memory, render_op, input->shape->root_count);
    if (!ops) return error_memory(err);
    for (uint32_t i = 0; i < input->shape->root_count; i++)
        if (!make(&m, &input->shape->roots[i], NULL, &ops[i])) return error_memory(err);
    *ret = ops;
    return true;
}
