/* A shape as a document, in one of several ways to write it: with variables, fragments, fields in two parts.
 */
#include "question.h"

static const char *const scalar_names[] = {
#define X(name, text, kind) text,
    SHEAF_SCALARS(X)
#undef X
};

/* Some other default, for variables whose default does not count. */
static const char *const other_defaults[SHEAF_SCALAR_COUNT] = {
    [SHEAF_ID] = "77",
    [SHEAF_INT] = "7",
    [SHEAF_BIGINT] = "7",
    [SHEAF_FLOAT] = "0.5",
    [SHEAF_STRING] = "\"other\"",
    [SHEAF_BOOLEAN] = "true",
    [SHEAF_TIMESTAMP] = "\"2000-01-01T00:00:00Z\"",
    [SHEAF_DATE] = "\"2000-01-01\"",
    [SHEAF_DECIMAL] = "\"7\"",
    [SHEAF_JSON] = "\"{}\"",
    [SHEAF_UUID] = "\"00000000-0000-0000-0000-000000000007\"",
    [SHEAF_BYTES] = "\"\"",
};

/* ---- Variables ------------------------------------------------------------------------------------------*/

static void declare(o_variables *v, buffer *out, const char *type, const char *tail) {
    v->declared++;
    buffer_printf(&v->declarations, "%s$v%u: %s%s", v->declared > 1 ? ", " : "", v->declared, type, tail);
    buffer_printf(out, "$v%u", v->declared);
}

static void give(o_variables *v, sheaf_value value) {
    sheaf_variable *given = world_must(ARENA_PUSH(v->memory, v));
    *given = (sheaf_variable){arena_printf(v->memory, "v%u", v->declared).ptr, value};
}

static bool fits_int(sheaf_scalar scalar, const sheaf_value *v) {
    if (v->kind == SHEAF_KIND_FLOAT)
        return scalar == SHEAF_FLOAT && v->f >= -1000 && v->f <= 1000 && v->f == (double)(int)v->f;
    return (scalar == SHEAF_BIGINT || scalar == SHEAF_ID) && v->kind == SHEAF_KIND_INT && v->i >= INT32_MIN &&
           v->i <= INT32_MAX;
}

/* The scalar that the variable is declared with; converts what is given. */
static sheaf_scalar widen(arena *memory, sheaf_scalar scalar, sheaf_value *v) {
    bool list = v->kind == SHEAF_KIND_LIST;
    size_t count = list ? v->list.count : 1;
    const sheaf_value *items = list ? v->list.items : v;
    bool ints = true, texts = scalar == SHEAF_ID;
    for (size_t i = 0; i < count; i++) {
        ints = ints && fits_int(scalar, &items[i]);
        texts = texts && items[i].kind == SHEAF_KIND_TEXT;
    }
    if (texts && count) return SHEAF_STRING;
    if (!ints || !count) return scalar;
    sheaf_value *converted = world_must(ARENA_ARRAY(memory, sheaf_value, count));
    for (size_t i = 0; i < count; i++) {
        converted[i] = items[i];
        if (items[i].kind == SHEAF_KIND_FLOAT)
            converted[i] = (sheaf_value){.kind = SHEAF_KIND_INT, .i = (int64_t)items[i].f};
    }
    if (list)
        v->list.items = converted;
    else
        *v = *converted;
    return SHEAF_INT;
}

static void write_operand(buffer *out, sheaf_scalar scalar, const operand *x, o_variables *v) {
    if (x->way == AS_LITERAL || !v) {
        value_write(out, scalar, x->value);
        return;
    }
    sheaf_value value = x->value;
    bool list = value.kind == SHEAF_KIND_LIST;
    if (x->widened) scalar = widen(v->memory, scalar, &value);
    buffer tail;
    buffer_init(&tail, NULL);
    if (x->way == AS_VARIABLE)
        BUFFER_LITERAL(&tail, "!");
    else
        BUFFER_LITERAL(&tail, " = ");
    if (x->way == AS_DEFAULT) value_write(&tail, scalar, value);
    if (x->way == AS_OVERRIDDEN_DEFAULT) buffer_printf(&tail, list ? "[%s]" : "%s", other_defaults[scalar]);
    buffer_byte(&tail, '\0');
    declare(v, out, arena_printf(v->memory, list ? "[%s!]" : "%s", scalar_names[scalar]).ptr, tail.ptr);
    if (x->way != AS_DEFAULT) give(v, value);
    buffer_free(&tail);
}

/* ---- Conditions -----------------------------------------------------------------------------------------*/

static void write_member(buffer *out, const condition *c, o_variables *v) {
    static const char *const names[] = {[C_AND] = "and: [", [C_OR] = "or: ["};
    switch (c->kind) {
    case C_AND:
    case C_OR:
        buffer_cstr(out, names[c->kind]);
        for (uint32_t i = 0; i < c->count; i++) {
            if (i) BUFFER_LITERAL(out, ", ");
            condition_write(out, c->items[i], v);
        }
        buffer_byte(out, ']');
        return;
    case C_NOT:
        BUFFER_LITERAL(out, "not: ");
        condition_write(out, c->items[0], v);
        return;
    case C_RELATION:
        buffer_printf(out, "%s: ", c->field->name);
        condition_write(out, c->items[0], v);
        return;
    case C_NO_ROW: buffer_printf(out, "%s: {is_null: %s}", c->field->name, c->yes ? "true" : "false"); return;
    case C_COMPARE:
        buffer_printf(out, "%s: {", c->field->name);
        for (uint32_t i = 0; i < c->count; i++) {
            buffer_printf(out, "%s%s: ", i ? ", " : "", op_names[c->ops[i]]);
            sheaf_scalar scalar = c->ops[i] == OP_IS_NULL ? SHEAF_BOOLEAN : c->field->scalar;
            write_operand(out, scalar, &c->operands[i], v);
        }
        buffer_byte(out, '}');
        return;
    case C_ALL: return;
    }
}

void condition_write(buffer *out, const condition *c, o_variables *v) {
    buffer_byte(out, '{');
    for (uint32_t i = 0; i < c->count; i++) {
        if (i) BUFFER_LITERAL(out, ", ");
        write_member(out, c->items[i], v);
    }
    buffer_byte(out, '}');
}

/* ---- Orders and cursors ---------------------------------------------------------------------------------*/

full_order order_complete(const o_entity *e, const o_order *o) {
    full_order full = {0};
    for (uint32_t i = 0; i < o->count; i++) {
        full.items[full.count].column = o->items[i].by->column;
        full.items[full.count++].descending = o->items[i].descending;
    }
    for (uint32_t k = 0; k < e->key_count; k++) {
        bool there = false;
        for (uint32_t i = 0; i < full.count; i++) there = there || full.items[i].column == e->key[k];
        if (!there) full.items[full.count++].column = e->key[k];
    }
    return full;
}

full_order node_order(const node *n) {
    return order_complete(n->entity, n->has_order || !n->field ? &n->order : &n->field->order);
}

static void write_after(buffer *out, const node *n, o_variables *v) {
    declare(v, out, "String", "");
    if (!n->after) return;
    buffer cursor;
    full_order o = node_order(n);
    buffer_init(&cursor, NULL);
    cursor_write(&cursor, n->after, &o);
    sheaf_slice kept = arena_copy(v->memory, buffer_view(&cursor));
    give(v, (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = kept});
    buffer_free(&cursor);
}

/* ---- Selections -----------------------------------------------------------------------------------------*/

typedef struct writer {
    o_variables *v;
    buffer fragments;
    uint32_t fragment_count;
} writer;

static void write_number(buffer *out, const char *name, const o_number *n, o_variables *v) {
    if (n->way == NO_NUMBER) return;
    buffer_printf(out, ", %s: ", name);
    if (n->way == A_LITERAL)
        buffer_int(out, n->n);
    else
        declare(v, out, "Int", "");
    if (n->way == A_VARIABLE) give(v, (sheaf_value){.kind = SHEAF_KIND_INT, .i = n->n});
}

/* A comma is white space in GraphQL, so a list may begin with one. */
static void write_arguments(writer *w, const node *n, buffer *out) {
    buffer given;
    buffer_init(&given, NULL);
    for (uint32_t i = 0; i < n->by_count; i++) {
        const o_field *f = n->by[i];
        uint32_t c = f->kind == IS_REF ? f->columns[0] : f->column;
        buffer_printf(&given, ", %s: ", f->name);
        write_operand(&given, f->of->columns[c].scalar, &n->equals[i], w->v);
    }
    if (n->where) {
        BUFFER_LITERAL(&given, ", where: ");
        condition_write(&given, n->where, w->v);
    }
    if (n->has_order) {
        BUFFER_LITERAL(&given, ", order: ");
        order_write(&given, &n->order);
    }
    write_number(&given, "limit", &n->limit, w->v);
    write_number(&given, "offset", &n->offset, w->v);
    if (n->has_after) {
        BUFFER_LITERAL(&given, ", after: ");
        write_after(&given, n, w->v);
    }
    if (given.len > 2) buffer_printf(out, "(%.*s)", (int)given.len - 2, given.ptr + 2);
    buffer_free(&given);
}

static void write_head(writer *w, const node *n, buffer *out) {
    const char *name = n->kind == NODE_CURSOR     ? "_cursor"
                       : n->kind == NODE_TYPENAME ? "__typename"
                       : n->field                 ? n->field->name
                       : n->kind == NODE_ONE      ? n->entity->singular
                                                  : n->entity->plural;
    if (n->alias) buffer_printf(out, "%s: ", n->alias);
    buffer_printf(out, "%s%s", name, n->kind == NODE_COUNT ? "_count" : "");
    write_arguments(w, n, out);
    if (n->required) BUFFER_LITERAL(out, " @required");
    if (n->values) BUFFER_LITERAL(out, " @values");
    if (n->columns) BUFFER_LITERAL(out, " @columns");
}

static void write_node(writer *w, const node *n, buffer *out, int indent);

static void write_some(writer *w, const node *n, uint32_t from, uint32_t to, buffer *out, int indent) {
    for (uint32_t i = from; i < to; i++) write_node(w, n->children[i], out, indent);
}

/* The later children stand in an inline fragment, in a fragment of their own, or where the field is named
 * again. */
static void write_children(writer *w, const node *n, sheaf_slice head, buffer *out, int indent) {
    uint32_t cut = n->style ? (n->child_count + 1) / 2 : n->child_count;
    BUFFER_LITERAL(out, " {\n");
    write_some(w, n, 0, cut, out, indent + 1);
    if (cut < n->child_count && n->style == 3) {
        buffer_printf(out, "%*s}\n%*s%.*s {\n", 2 * indent, "", 2 * indent, "", SHEAF_SLICE_ARGS(head));
        write_some(w, n, cut, n->child_count, out, indent + 1);
    } else if (cut < n->child_count && n->style == 1) {
        buffer_printf(out, "%*s... %s%s {\n", 2 * indent + 2, "", cut % 2 ? "on " : "",
                      cut % 2 ? n->entity->name : "");
        write_some(w, n, cut, n->child_count, out, indent + 2);
        buffer_printf(out, "%*s}\n", 2 * indent + 2, "");
    } else if (cut < n->child_count) {
        buffer inner;
        buffer_init(&inner, NULL);
        uint32_t number = ++w->fragment_count;
        buffer_printf(out, "%*s...f%u\n", 2 * indent + 2, "", number);
        write_some(w, n, cut, n->child_count, &inner, 1);
        buffer_printf(&w->fragments, "fragment f%u on %s {\n%.*s}\n", number, n->entity->name,
                      SHEAF_SLICE_ARGS(buffer_view(&inner)));
        buffer_free(&inner);
    }
    buffer_printf(out, "%*s}\n", 2 * indent, "");
}

static void write_node(writer *w, const node *n, buffer *out, int indent) {
    buffer head;
    buffer_init(&head, NULL);
    write_head(w, n, &head);
    buffer_printf(out, "%*s%.*s", 2 * indent, "", SHEAF_SLICE_ARGS(buffer_view(&head)));
    if (n->child_count)
        write_children(w, n, buffer_view(&head), out, indent);
    else
        buffer_byte(out, '\n');
    buffer_free(&head);
}

void node_write(const node *n, arena *memory, buffer *out) {
    o_variables v = {.memory = memory};
    writer w = {.v = &v};
    buffer_init(&v.declarations, NULL);
    buffer_init(&w.fragments, NULL);
    write_node(&w, n, out, 0);
    buffer_slice(out, buffer_view(&w.fragments));
    buffer_slice(out, buffer_view(&v.declarations));
    for (size_t i = 0; i < v.count; i++) {
        buffer_printf(out, " $%s = ", v.items[i].name);
        value_write(out, v.items[i].value.kind == SHEAF_KIND_FLOAT ? SHEAF_FLOAT : SHEAF_STRING,
                    v.items[i].value);
    }
    buffer_free(&v.declarations);
    buffer_free(&w.fragments);
}

void shape_write(const shape *s, arena *memory, buffer *out, o_variables *ret) {
    buffer body;
    *ret = (o_variables){.memory = memory};
    buffer_init(&ret->declarations, NULL);
    buffer_init(&body, NULL);
    writer w = {.v = ret};
    buffer_init(&w.fragments, NULL);
    for (uint32_t i = 0; i < s->root_count; i++) write_node(&w, s->roots[i], &body, 1);
    BUFFER_LITERAL(out, "query q");
    if (ret->declared) buffer_printf(out, "(%.*s)", SHEAF_SLICE_ARGS(buffer_view(&ret->declarations)));
    buffer_printf(out, " {\n%.*s}\n%.*s", SHEAF_SLICE_ARGS(buffer_view(&body)),
                  SHEAF_SLICE_ARGS(buffer_view(&w.fragments)));
    buffer_free(&ret->declarations);
    buffer_free(&w.fragments);
    buffer_free(&body);
}
