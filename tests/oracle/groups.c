/* Random graphs of groups. */
#include "question.h"

static bool depends(const o_group *from, const o_group *to) {
    if (from == to || (from->parent && depends(from->parent, to))) return true;
    for (uint32_t i = 0; i < from->include_count; i++)
        if (depends(from->includes[i], to)) return true;
    return false;
}

static bool leads_to_one(const o_field *f) {
    if (f->kind != IS_FOLLOW || f->list) return !f->list;
    return true;
}

/* A path of names is to one where every hop of it is, whatever is declared as a list. */
static bool hop_is_reference(const o_field *f) {
    if (f->kind != IS_FOLLOW) return f->kind == IS_REF;
    for (uint32_t i = 0; i < f->path_count; i++)
        if (!hop_is_reference(f->path[i])) return false;
    return true;
}

bool group_is_to_one(const o_group *g) {
    if (g->path_count == 1) return leads_to_one(g->path[0]);
    for (uint32_t i = 0; i < g->path_count; i++)
        if (!hop_is_reference(g->path[i])) return false;
    return true;
}

/* Calls have no way to ask whether a reference of several columns is null. */
static bool fits_calls(const condition *c) {
    if (c->kind == C_NO_ROW) return c->field->target->key_count == 1;
    for (uint32_t i = 0; i < c->count && c->kind != C_COMPARE; i++)
        if (!fits_calls(c->items[i])) return false;
    return true;
}

static condition *random_where(world *w, rng *r, const o_entity *e) {
    condition *c = condition_random(w, r, e, 3, false);
    return fits_calls(c) ? c : NULL;
}

static o_row *some_row(rng *r, const o_entity *e) {
    return e->rows.count ? e->rows.items[rng_below(r, (uint32_t)e->rows.count)] : NULL;
}

static void set_page(world *w, rng *r, o_group *g) {
    if (rng_chance(r, 40)) g->where = random_where(w, r, g->entity);
    g->has_order = rng_chance(r, 40);
    if (g->has_order) g->order = order_random(r, g->entity);
    if (g->has_order && !g->order.count) g->has_order = false;
    if (rng_chance(r, 45)) g->limit = rng_between(r, 1, 6);
    if (rng_chance(r, 1)) g->limit = w->limits.page_max + 1;
    if (rng_chance(r, 20)) g->offset = rng_below(r, 4);
    if (!g->offset && rng_chance(r, 20)) g->after = some_row(r, g->entity);
}

static o_field *random_hop(rng *r, const o_entity *e, bool alone) {
    for (int i = 0; i < 12; i++) {
        o_field *f = e->fields[rng_below(r, e->field_count)];
        if (field_is_to_rows(f) && (alone || f->kind != IS_PICK)) return f;
    }
    return NULL;
}

static bool follow(world *w, rng *r, o_group *g, o_group *parent) {
    uint32_t count = rng_chance(r, 75) ? 1 : rng_between(r, 2, 3);
    const o_entity *e = parent->entity;
    g->origin = BY_FOLLOW;
    g->parent = parent;
    while (g->path_count < count) {
        o_field *f = random_hop(r, e, count == 1);
        if (!f) break;
        g->path[g->path_count] = f;
        if (path_length(g->path, g->path_count + 1) > 6) break;
        g->path_count++;
        e = f->target;
    }
    if (!g->path_count) return false;
    g->entity = (o_entity *)(uintptr_t)e;
    if (!group_is_to_one(g)) set_page(w, r, g);
    return true;
}

static void set_keys(rng *r, o_group *g) {
    g->origin = BY_KEYS;
    for (uint32_t n = rng_below(r, 6); g->key_count < n;) {
        o_row *key = some_row(r, g->entity);
        if (!key) return;
        g->keys[g->key_count++] = key;
    }
}

static bool random_group(world *w, rng *r, graph_question *q) {
    o_group *g = WORLD_NEW(w, o_group);
    uint32_t dice = rng_below(r, 100);
    o_group *parent = q->group_count ? q->groups[rng_below(r, q->group_count)] : NULL;
    g->entity = w->entities[rng_below(r, w->entity_count)];
    if (parent && dice < 70) {
        if (parent->origin == BY_TOTAL || !follow(w, r, g, parent)) return false;
    } else if (dice < 80) {
        set_keys(r, g);
    } else if (dice < 85) {
        g->origin = BY_TOTAL;
        g->where = random_where(w, r, g->entity);
    } else {
        g->origin = BY_SEARCH;
        set_page(w, r, g);
    }
    q->groups[q->group_count++] = g;
    return true;
}

static void set_needs(rng *r, o_group *g) {
    for (uint32_t n = rng_below(r, NEEDS_MAX); g->need_count < n;) {
        o_field *f = g->entity->fields[rng_below(r, g->entity->field_count)];
        if (field_is_to_rows(f))
            n--;
        else
            g->needs[g->need_count++] = f;
    }
}

static void include_some(rng *r, graph_question *q) {
    for (uint32_t n = rng_below(r, 4), i = 0; i < n; i++) {
        o_group *into = q->groups[rng_below(r, q->group_count)],
                *from = q->groups[rng_below(r, q->group_count)];
        if (into->entity != from->entity || into->origin == BY_TOTAL || from->origin == BY_TOTAL ||
            into->include_count == 3 || depends(from, into))
            continue;
        into->includes[into->include_count++] = from;
    }
}

graph_question *groups_random(world *w, rng *r) {
    graph_question *q = WORLD_NEW(w, graph_question);
    uint32_t count = rng_between(r, 1, GROUPS_MAX);
    for (uint32_t i = 0; i < 3 * count && q->group_count < count; i++) random_group(w, r, q);
    for (uint32_t i = 0; i < q->group_count; i++)
        if (q->groups[i]->origin != BY_TOTAL) set_needs(r, q->groups[i]);
    for (int i = 0; i < 3; i++) include_some(r, q);
    return q;
}
