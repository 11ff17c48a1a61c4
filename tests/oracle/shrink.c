/* Every edit is tried on its own: it stays if the answers still differ. Edits of one kind are numbered, from
 * 0 until there is none; what is edited is a copy, so that a vain one is forgotten. */
#include "case.h"

/* ---- Copies ---------------------------------------------------------------------------------------------*/

static condition *copy_condition(world *w, const condition *c) {
    if (!c) return NULL;
    condition *copy = WORLD_NEW(w, condition);
    *copy = *c;
    for (uint32_t i = 0; i < c->count && c->kind != C_COMPARE; i++)
        copy->items[i] = copy_condition(w, c->items[i]);
    return copy;
}

static node *copy_node(world *w, const node *n) {
    node *copy = WORLD_NEW(w, node);
    *copy = *n;
    copy->where = copy_condition(w, n->where);
    for (uint32_t i = 0; i < n->child_count; i++) copy->children[i] = copy_node(w, n->children[i]);
    return copy;
}

static shape *copy_shape(world *w, const shape *s) {
    shape *copy = WORLD_NEW(w, shape);
    *copy = *s;
    for (uint32_t i = 0; i < s->root_count; i++) copy->roots[i] = copy_node(w, s->roots[i]);
    return copy;
}

static o_group *group_of(const graph_question *from, graph_question *to, const o_group *g) {
    for (uint32_t i = 0; i < from->group_count; i++)
        if (from->groups[i] == g) return to->groups[i];
    return NULL;
}

static graph_question *copy_groups(world *w, const graph_question *q) {
    graph_question *copy = WORLD_NEW(w, graph_question);
    *copy = *q;
    for (uint32_t i = 0; i < q->group_count; i++) {
        copy->groups[i] = WORLD_NEW(w, o_group);
        *copy->groups[i] = *q->groups[i];
        copy->groups[i]->where = copy_condition(w, q->groups[i]->where);
    }
    for (uint32_t i = 0; i < q->group_count; i++) {
        o_group *g = copy->groups[i];
        if (g->parent) g->parent = group_of(q, copy, g->parent);
        for (uint32_t k = 0; k < g->include_count; k++) g->includes[k] = group_of(q, copy, g->includes[k]);
    }
    return copy;
}

static question copy_question(world *w, const question *q) {
    return (question){q->shape ? copy_shape(w, q->shape) : NULL,
                      q->groups ? copy_groups(w, q->groups) : NULL};
}

/* ---- Edits of questions: `*left` counts down to the one that is wanted ----------------------------------*/

#define WANTED(left) ((*(left))-- == 0)
#define REMOVE(array, count, i)                                                                              \
    do {                                                                                                     \
        for (uint32_t at_ = (i); at_ + 1 < (count); at_++) (array)[at_] = (array)[at_ + 1];                  \
        (count)--;                                                                                           \
    } while (0)

static bool edit_condition(condition *c, int *left) {
    if (c->kind == C_COMPARE) {
        for (uint32_t i = 0; i < c->count; i++)
            if (c->operands[i].way != AS_LITERAL && WANTED(left))
                return c->operands[i].way = AS_LITERAL, true;
        if (c->count > 1 && WANTED(left)) return c->count = 1, true;
        return false;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        bool list = c->kind != C_NOT && c->kind != C_RELATION;
        if (list && WANTED(left)) {
            REMOVE(c->items, c->count, i);
            return true;
        }
        if (edit_condition(c->items[i], left)) return true;
    }
    return false;
}

static bool edit_where(condition **where, int *left) {
    if (!*where) return false;
    if (WANTED(left)) return *where = NULL, true;
    return edit_condition(*where, left);
}

static bool edit_order(o_order *o, bool *has_order, int *left) {
    if (!*has_order) return false;
    if (WANTED(left)) return *has_order = false, true;
    for (uint32_t i = 0; i < o->count; i++)
        if (WANTED(left)) {
            REMOVE(o->items, o->count, i);
            return true;
        }
    return false;
}

static bool edit_number(o_number *n, int *left) {
    if (n->way == NO_NUMBER) return false;
    if (WANTED(left)) return n->way = NO_NUMBER, true;
    if (n->way == A_VARIABLE && WANTED(left)) return n->way = A_LITERAL, true;
    return false;
}

static bool edit_flag(bool *flag, int *left) {
    if (!*flag || !WANTED(left)) return false;
    *flag = false;
    return true;
}

static bool edit_node(node *n, int *left) {
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (n->child_count > 1 && WANTED(left)) {
            REMOVE(n->children, n->child_count, i);
            return true;
        }
        if (edit_node(n->children[i], left)) return true;
    }
    if (n->style && WANTED(left)) return n->style = 0, true;
    for (uint32_t i = 0; i < n->by_count; i++)
        if (n->equals[i].way != AS_LITERAL && WANTED(left)) return n->equals[i].way = AS_LITERAL, true;
    return edit_where(&n->where, left) || edit_flag(&n->has_after, left) ||
           edit_order(&n->order, &n->has_order, left) || edit_number(&n->limit, left) ||
           edit_number(&n->offset, left) || edit_flag(&n->required, left) || edit_flag(&n->values, left) ||
           edit_flag(&n->columns, left);
}

static bool edit_shape(shape *s, int *left) {
    for (uint32_t i = 0; i < s->root_count; i++) {
        if (s->root_count > 1 && WANTED(left)) {
            REMOVE(s->roots, s->root_count, i);
            return true;
        }
        if (edit_node(s->roots[i], left)) return true;
    }
    return false;
}

static bool is_used(const graph_question *q, const o_group *g) {
    for (uint32_t i = 0; i < q->group_count; i++) {
        if (q->groups[i]->parent == g) return true;
        for (uint32_t k = 0; k < q->groups[i]->include_count; k++)
            if (q->groups[i]->includes[k] == g) return true;
    }
    return false;
}

static bool edit_groups(graph_question *q, int *left) {
    for (uint32_t i = q->group_count; i-- > 0;) {
        o_group *g = q->groups[i];
        if (!is_used(q, g) && q->group_count > 1 && WANTED(left)) {
            REMOVE(q->groups, q->group_count, i);
            return true;
        }
        if (g->include_count && WANTED(left)) return g->include_count--, true;
        if (g->need_count && WANTED(left)) return g->need_count--, true;
        if (g->key_count && WANTED(left)) return g->key_count--, true;
        if (g->after && WANTED(left)) return g->after = NULL, true;
        if (g->limit && WANTED(left)) return g->limit = 0, true;
        if (g->offset && WANTED(left)) return g->offset = 0, true;
        if (edit_where(&g->where, left) || edit_order(&g->order, &g->has_order, left)) return true;
    }
    return false;
}

static bool edit_question(question *q, int number) {
    return q->shape ? edit_shape(q->shape, &number) : edit_groups(q->groups, &number);
}

/* ---- Edits of worlds: done in place, and undone ---------------------------------------------------------*/

typedef struct session {
    setup *s;
    world *w;
    question *q;
} session;

/* The answers still differ, with the databases made anew. */
static bool differs(const session *x) {
    engine e;
    if (!setup_fill(x->s, x->w, NULL) || !engine_open(&e, x->w, x->s, NULL)) return false;
    bool different = case_ask(&e, x->w, x->q, NULL) == DIFFERENT;
    engine_close(&e);
    return different;
}

static bool shrink_question(const session *x) {
    engine e;
    bool any = false;
    if (!setup_fill(x->s, x->w, NULL) || !engine_open(&e, x->w, x->s, NULL)) return false;
    for (int number = 0;; number++) {
        question copy = copy_question(x->w, x->q);
        if (!edit_question(&copy, number)) break;
        if (case_ask(&e, x->w, &copy, NULL) != DIFFERENT) continue;
        *x->q = copy;
        any = true;
        number--;
    }
    engine_close(&e);
    return any;
}

/* Takes pieces of a list away, large ones first. */
static bool shrink_list(const session *x, void **items, size_t *count) {
    bool any = false;
    for (size_t piece = *count; piece > 0; piece /= 2) {
        for (size_t at = 0; at + piece <= *count;) {
            size_t old = *count;
            void **kept = world_must(arena_array(&x->w->memory, old + 1, sizeof *kept));
            memcpy(kept, items, old * sizeof *kept);
            memmove(items + at, items + at + piece, (old - at - piece) * sizeof *items);
            *count = old - piece;
            if (differs(x)) {
                any = true;
                continue;
            }
            memcpy(items, kept, old * sizeof *kept);
            *count = old;
            at += piece;
        }
    }
    return any;
}

static bool shrink_rows(const session *x) {
    bool any = false;
    for (uint32_t i = 0; i < x->w->link_count; i++)
        any |= shrink_list(x, (void **)x->w->links[i]->rows.items, &x->w->links[i]->rows.count);
    for (uint32_t i = 0; i < x->w->entity_count; i++)
        any |= shrink_list(x, (void **)x->w->entities[i]->rows.items, &x->w->entities[i]->rows.count);
    return any;
}

#define TRY(x, place, value)                                                                                 \
    do {                                                                                                     \
        __typeof__(place) old_ = (place);                                                                    \
        (place) = (value);                                                                                   \
        if (!differs(x)) (place) = old_;                                                                     \
    } while (0)

static void shrink_settings(const session *x) {
    world *w = x->w;
    TRY(x, w->pretend, 0);
    TRY(x, w->analysed, false);
    TRY(x, w->limits.whole_max, 50000);
    TRY(x, w->limits.page_max, 10000);
    TRY(x, w->limits.page_default, 100);
    for (uint32_t i = 0; i < w->entity_count; i++) {
        TRY(x, w->entities[i]->foreign_keys, false);
        TRY(x, w->entities[i]->index_count, 0);
        TRY(x, w->entities[i]->in_schema, false);
    }
    for (uint32_t i = 0; i < w->link_count; i++) {
        TRY(x, w->links[i]->foreign_keys, false);
        TRY(x, w->links[i]->unique, false);
    }
}

static void shrink_fields(const session *x) {
    for (uint32_t i = 0; i < x->w->entity_count; i++) {
        o_entity *e = x->w->entities[i];
        for (uint32_t k = e->field_count; k-- > 0;) {
            o_field *gone = e->fields[k];
            if (gone->kind == IS_FOLLOW || gone->kind == IS_PICK || gone->kind == IS_COUNT)
                TRY(x, gone->where, NULL);
            uint32_t count = e->field_count;
            REMOVE(e->fields, e->field_count, k);
            if (differs(x)) continue;
            memmove(e->fields + k + 1, e->fields + k, (count - k - 1) * sizeof *e->fields);
            e->fields[k] = gone;
            e->field_count = count;
        }
    }
}

/* The backend that differs is enough. */
static void choose_backend(const session *x) {
    for (int b = 0; b < SETUP_BACKENDS; b++) {
        for (int other = 0; other < SETUP_BACKENDS; other++) setup_use(x->s, other, other == b);
        if (differs(x)) return;
    }
    for (int b = 0; b < SETUP_BACKENDS; b++) setup_use(x->s, b, true);
}

void case_shrink(setup *s, world *w, question *q) {
    session x = {s, w, q};
    choose_backend(&x);
    for (int round = 0; round < 4; round++) {
        bool any = shrink_question(&x);
        any |= shrink_rows(&x);
        if (round == 0) shrink_settings(&x);
        if (!any) break;
    }
    shrink_fields(&x);
    shrink_question(&x);
    for (int b = 0; b < SETUP_BACKENDS; b++) setup_use(s, b, true);
}
