/* Random conditions and orders, and how they are written. */
#include "question.h"

const char *const op_names[OP_COUNT] = {
#define X(name, text) [name] = text,
    OPS(X)
#undef X
};

static bool takes(const o_column *c, op o) {
    bool equals = c->scalar != SHEAF_JSON && c->scalar != SHEAF_BYTES;
    switch (o) {
    case OP_IS_NULL: return true;
    case OP_EQ:
    case OP_NE: return equals;
    case OP_IN:
    case OP_NOT_IN:
        return equals && c->scalar != SHEAF_FLOAT && c->scalar != SHEAF_BOOLEAN &&
               c->scalar != SHEAF_TIMESTAMP && c->scalar != SHEAF_DATE;
    case OP_STARTS_WITH:
    case OP_CONTAINS: return c->scalar == SHEAF_STRING;
    default: return equals && c->scalar != SHEAF_BOOLEAN && c->scalar != SHEAF_UUID;
    }
}

/* A value of a row that is there, or any. */
static sheaf_value some_value(world *w, rng *r, const o_field *attribute) {
    const o_entity *e = attribute->of;
    if (e->rows.count && rng_chance(r, 60)) {
        sheaf_value v = row_value(e->rows.items[rng_below(r, (uint32_t)e->rows.count)], attribute);
        if (!value_is_null(v)) return v;
    }
    return value_random(w, r, &e->columns[attribute->column]);
}

/* Part of a text, cut between characters. */
static sheaf_value piece(rng *r, sheaf_value v, bool from_start) {
    size_t start = from_start ? 0 : rng_below(r, (uint32_t)v.text.len + 1), len;
    while (start < v.text.len && (v.text.ptr[start] & 0xC0) == 0x80) start++;
    len = rng_below(r, (uint32_t)(v.text.len - start) + 1);
    while (start + len < v.text.len && (v.text.ptr[start + len] & 0xC0) == 0x80) len++;
    v.text = (sheaf_slice){v.text.ptr + start, len};
    return v;
}

static sheaf_value random_list(world *w, rng *r, const o_field *attribute) {
    uint32_t count = rng_below(r, 5);
    sheaf_value *items = world_must(ARENA_ARRAY(&w->memory, sheaf_value, count));
    for (uint32_t i = 0; i < count; i++) items[i] = some_value(w, r, attribute);
    return (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {items, count}};
}

static operand random_operand(world *w, rng *r, const o_field *attribute, op o, bool variables) {
    operand x = {.way = AS_LITERAL};
    if (o == OP_IS_NULL) {
        x.value = (sheaf_value){.kind = SHEAF_KIND_INT, .i = rng_below(r, 2)};
        return x;
    }
    x.value = o == OP_IN || o == OP_NOT_IN ? random_list(w, r, attribute) : some_value(w, r, attribute);
    if (o == OP_STARTS_WITH || o == OP_CONTAINS)
        x.value = piece(r, x.value, o == OP_STARTS_WITH || rng_chance(r, 30));
    if (variables && rng_chance(r, 50)) x.way = AS_VARIABLE + rng_below(r, 3);
    x.widened = rng_chance(r, 30);
    return x;
}

condition *condition_compare(world *w, rng *r, o_field *attribute, bool variables) {
    const o_column *c = &attribute->of->columns[attribute->column];
    condition *made = WORLD_NEW(w, condition);
    made->kind = C_COMPARE;
    made->field = attribute;
    for (uint32_t n = rng_chance(r, 80) ? 1 : 2; made->count < n;) {
        op o = (op)rng_below(r, OP_COUNT);
        while (!takes(c, o)) o = (op)((o + 1) % OP_COUNT);
        if (made->count && made->ops[0] == o) break;
        made->ops[made->count] = o;
        made->operands[made->count++] = random_operand(w, r, attribute, o, variables);
    }
    return made;
}

static condition *combine(world *w, rng *r, condition_kind kind, const o_entity *e, unsigned depth,
                          bool variables) {
    condition *made = WORLD_NEW(w, condition);
    made->kind = kind;
    made->count = kind == C_NOT ? 1 : rng_chance(r, 8) ? 0 : rng_between(r, 1, 3);
    for (uint32_t i = 0; i < made->count; i++)
        made->items[i] = condition_random(w, r, e, depth - 1, variables);
    return made;
}

static condition *relation(world *w, rng *r, o_field *f, unsigned depth, bool variables) {
    condition *made = WORLD_NEW(w, condition);
    made->kind = C_RELATION;
    made->field = f;
    if (f->kind == IS_REF && rng_chance(r, 25)) {
        made->kind = C_NO_ROW;
        made->yes = rng_chance(r, 50);
        return made;
    }
    made->count = 1;
    if (f->kind == IS_REF && rng_chance(r, 40)) { /* its key alone, perhaps */
        made->items[0] = WORLD_NEW(w, condition);
        o_field *key = f->target->key_fields[rng_below(r, f->target->key_field_count)];
        if (key->kind == IS_COLUMN)
            made->items[0]->items[made->items[0]->count++] = condition_compare(w, r, key, variables);
        return made;
    }
    made->items[0] =
        depth ? condition_random(w, r, f->target, depth - 1, variables) : WORLD_NEW(w, condition);
    return made;
}

static condition *random_member(world *w, rng *r, const o_entity *e, unsigned depth, bool variables) {
    for (int tries = 0; tries < 20; tries++) {
        uint32_t dice = rng_below(r, 100);
        if (depth && dice < 25) return combine(w, r, C_AND + dice % 3, e, depth, variables);
        o_field *f = e->fields[rng_below(r, e->field_count)];
        if (f->kind == IS_COLUMN) return condition_compare(w, r, f, variables);
        if (field_is_to_rows(f) && f->kind != IS_PICK && dice < 70)
            return relation(w, r, f, depth, variables);
    }
    return combine(w, r, C_AND, e, 1, variables);
}

static bool same_member(const condition *a, const condition *b) {
    return a->kind <= C_NOT || b->kind <= C_NOT ? a->kind == b->kind : a->field == b->field;
}

/* An object: names stand in it once. */
condition *condition_random(world *w, rng *r, const o_entity *e, unsigned depth, bool variables) {
    condition *made = WORLD_NEW(w, condition);
    uint32_t count = rng_chance(r, 4) ? 0 : rng_chance(r, 65) ? 1 : rng_between(r, 2, 3);
    for (uint32_t i = 0; i < count && depth; i++) {
        condition *member = random_member(w, r, e, depth - 1, variables);
        bool there = false;
        for (uint32_t k = 0; k < made->count; k++) there = there || same_member(made->items[k], member);
        if (!there) made->items[made->count++] = member;
    }
    return made;
}

o_order order_random(rng *r, const o_entity *e) {
    o_order o = {0};
    for (uint32_t n = rng_between(r, 0, 3), i = 0; i < n; i++) {
        o_field *f = e->fields[rng_below(r, e->field_count)];
        bool fits = f->kind == IS_COLUMN && f->scalar != SHEAF_JSON && f->scalar != SHEAF_BYTES;
        for (uint32_t k = 0; k < o.count; k++) fits = fits && o.items[k].by != f;
        if (!fits) continue;
        o.items[o.count].by = f;
        o.items[o.count++].descending = rng_chance(r, 50);
    }
    return o;
}

void order_write(buffer *out, const o_order *o) {
    BUFFER_LITERAL(out, "[");
    for (uint32_t i = 0; i < o->count; i++)
        buffer_printf(out, "%s{%s: %s}", i ? ", " : "", o->items[i].by->name,
                      o->items[i].descending ? "DESC" : "ASC");
    BUFFER_LITERAL(out, "]");
}
