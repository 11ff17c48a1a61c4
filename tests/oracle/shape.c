/* Random shapes. */
#include "question.h"

typedef struct maker {
    world *w;
    rng *r;
    uint32_t nodes, most; /* relations so far, and at the most */
    struct {
        const node **items; /* complete */
        size_t count, room;
    } done;
} maker;

const char *node_key(const node *n) {
    if (n->alias) return n->alias;
    switch (n->kind) {
    case NODE_CURSOR: return "_cursor";
    case NODE_TYPENAME: return "__typename";
    default: break;
    }
    if (n->field) return n->field->name;
    return n->kind == NODE_ONE ? n->entity->singular : n->entity->plural;
}

static void set_alias(maker *m, node *n, node *const *siblings, uint32_t count) {
    bool taken = rng_chance(m->r, 10);
    for (uint32_t i = 0; i < count; i++)
        taken = taken || slice_equal(slice_of(node_key(n)), slice_of(node_key(siblings[i])));
    if (taken) n->alias = world_name(m->w, "alias%u", count);
}

/* ---- Arguments ------------------------------------------------------------------------------------------*/

static o_number random_number(maker *m, uint32_t most) {
    o_number n = {.way = A_LITERAL, .n = rng_below(m->r, most + 1)};
    if (rng_chance(m->r, 40)) n.way = A_VARIABLE;
    if (rng_chance(m->r, 5)) n.way = A_NULL;
    return n;
}

static void set_list_arguments(maker *m, node *n) {
    rng *r = m->r;
    if (rng_chance(r, 40)) n->where = condition_random(m->w, r, n->entity, 3, true);
    n->has_order = rng_chance(r, 45);
    if (n->has_order) n->order = order_random(r, n->entity);
    if (rng_chance(r, 45)) n->limit = random_number(m, 6);
    if (rng_chance(r, 2))
        n->limit = (o_number){.way = A_VARIABLE, .n = m->w->limits.page_max + rng_below(r, 2)};
    n->has_after = rng_chance(r, 20);
    if (n->has_after && n->entity->rows.count && rng_chance(r, 90))
        n->after = n->entity->rows.items[rng_below(r, (uint32_t)n->entity->rows.count)];
    if (!n->has_after && rng_chance(r, 25)) n->offset = random_number(m, 5);
}

/* By its key, or by one attribute that no two rows share. */
static bool set_root_key(maker *m, node *n) {
    o_entity *e = n->entity;
    rng *r = m->r;
    o_field *unique = NULL;
    for (uint32_t i = 0; i < e->field_count && !unique; i++)
        if (e->fields[i]->kind == IS_COLUMN && e->fields[i]->unique && rng_chance(r, 50))
            unique = e->fields[i];
    uint32_t count = unique ? 1 : e->key_field_count;
    const o_row *found = e->rows.count ? e->rows.items[rng_below(r, (uint32_t)e->rows.count)] : NULL;
    for (uint32_t i = 0; i < count; i++) {
        o_field *f = unique ? unique : e->key_fields[i];
        if (f->kind == IS_REF && f->target->key_count > 1) return false;
        uint32_t c = f->kind == IS_REF ? f->columns[0] : f->column;
        sheaf_value v = found ? found->values[c] : (sheaf_value){0};
        if (value_is_null(v) || rng_chance(r, 8)) v = value_random(m->w, r, &e->columns[c]);
        n->by[i] = f;
        n->equals[i] = (operand){
            .way = rng_chance(r, 50) ? AS_LITERAL : AS_VARIABLE, .value = v, .widened = rng_chance(r, 30)};
    }
    n->by_count = count;
    n->required = rng_chance(r, 20);
    return true;
}

/* ---- Selections -----------------------------------------------------------------------------------------*/

static void add_children(maker *m, node *n, unsigned depth);

static node *random_child(maker *m, const node *parent, unsigned depth) {
    rng *r = m->r;
    node *n = WORLD_NEW(m->w, node);
    if (parent->kind == NODE_MANY && rng_chance(r, 8)) {
        n->kind = NODE_CURSOR;
        return n;
    }
    if (rng_chance(r, 4)) {
        n->kind = NODE_TYPENAME;
        return n;
    }
    n->field = parent->entity->fields[rng_below(r, parent->entity->field_count)];
    if (n->field->kind == IS_COLUMN && rng_chance(r, 35)) /* what is made of columns is worth more */
        n->field = parent->entity->fields[rng_below(r, parent->entity->field_count)];
    n->kind = NODE_VALUE;
    if (!field_is_to_rows(n->field)) return n;
    if (!depth || m->nodes >= m->most) return NULL;
    m->nodes++;
    n->entity = n->field->target;
    n->kind = n->field->list ? NODE_MANY : NODE_ONE;
    if (n->kind == NODE_MANY) set_list_arguments(m, n);
    add_children(m, n, depth - 1);
    return n;
}

static void set_form(maker *m, node *n) {
    rng *r = m->r;
    bool values = true;
    for (uint32_t i = 0; i < n->child_count; i++) values = values && n->children[i]->kind == NODE_VALUE;
    n->style = rng_chance(r, 25) ? 1 + rng_below(r, 3) : 0;
    if (n->kind != NODE_MANY || !values) return;
    n->values = n->child_count == 1 && rng_chance(r, 30);
    n->columns = !n->values && rng_chance(r, 15);
}

/* The same list once more, of which something else is wanted: one statement may serve both. */
static node *twin_of(maker *m, const node *n, unsigned depth) {
    if (!field_is_to_rows(n->field) || m->nodes >= m->most) return NULL;
    node *twin = WORLD_NEW(m->w, node);
    *twin = *n;
    twin->alias = NULL;
    twin->child_count = 0;
    twin->values = twin->columns = false;
    m->nodes++;
    add_children(m, twin, depth - 1);
    return twin;
}

static uint32_t relations_of(const node *n, bool *has_cursor) {
    bool inner;
    uint32_t count = 0;
    *has_cursor = false;
    for (uint32_t i = 0; i < n->child_count; i++) {
        *has_cursor = *has_cursor || n->children[i]->kind == NODE_CURSOR;
        count += n->children[i]->entity ? 1 + relations_of(n->children[i], &inner) : 0;
    }
    return count;
}

/* What is wanted of the same entity elsewhere, as a fragment would have it. */
static bool repeat_children(maker *m, node *n) {
    bool has_cursor;
    const node *other = m->done.count ? m->done.items[rng_below(m->r, (uint32_t)m->done.count)] : NULL;
    if (!other || other->entity != n->entity || !rng_chance(m->r, 40)) return false;
    uint32_t more = relations_of(other, &has_cursor);
    if (m->nodes + more > m->most || (has_cursor && n->kind != NODE_MANY)) return false;
    m->nodes += more;
    n->child_count = other->child_count;
    memcpy(n->children, other->children, sizeof n->children);
    return true;
}

static void add_children(maker *m, node *n, unsigned depth) {
    if (repeat_children(m, n)) {
        set_form(m, n);
        return;
    }
    uint32_t wanted = rng_between(m->r, 1, 6);
    for (uint32_t i = 0; i < 3 * wanted && n->child_count < wanted; i++) {
        const node *other = n->child_count ? n->children[rng_below(m->r, n->child_count)] : NULL;
        bool again = other && other->entity && depth && rng_chance(m->r, 10);
        node *child = again ? twin_of(m, other, depth) : random_child(m, n, depth);
        if (!child) continue;
        set_alias(m, child, n->children, n->child_count);
        n->children[n->child_count++] = child;
    }
    if (!n->child_count) {
        node *child = WORLD_NEW(m->w, node);
        child->kind = NODE_TYPENAME;
        n->children[n->child_count++] = child;
    }
    set_form(m, n);
    WORLD_PUSH(m->w, &m->done) = n;
}

static node *random_root(maker *m, uint32_t number) {
    rng *r = m->r;
    node *n = WORLD_NEW(m->w, node);
    n->entity = m->w->entities[rng_below(r, m->w->entity_count)];
    n->alias = number ? world_name(m->w, "root%u", number) : NULL;
    uint32_t dice = rng_below(r, 100);
    if (dice < 12) {
        n->kind = NODE_COUNT;
        if (rng_chance(r, 80)) n->where = condition_random(m->w, r, n->entity, 3, true);
        return n;
    }
    n->kind = dice < 35 ? NODE_ONE : NODE_MANY;
    if (n->kind == NODE_ONE && !set_root_key(m, n)) n->kind = NODE_MANY, n->required = false, n->by_count = 0;
    if (n->kind == NODE_MANY) set_list_arguments(m, n);
    m->nodes++;
    add_children(m, n, rng_between(r, 0, 3));
    return n;
}

shape *shape_random(world *w, rng *r) {
    maker m = {.w = w, .r = r, .most = rng_chance(r, 3) ? 75 : 12};
    shape *s = WORLD_NEW(w, shape);
    uint32_t count = rng_chance(r, 50) ? 1 : rng_between(r, 2, 4);
    while (s->root_count < count) {
        s->roots[s->root_count] = random_root(&m, s->root_count);
        s->root_count++;
    }
    return s;
}
