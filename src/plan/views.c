/* The structs of compiled code in the rows: their places, and what is written into them and when. */
#include "planner.h"

static const view_list *views_of(const planner *p, const plan_group *g) {
    static const view_list none;
    return p->plan->views && g->index < p->plan->views->group_count ? &p->plan->views->of_group[g->index]
                                                                    : &none;
}

bool planner_views_start(planner *p) {
    p->plan->views = p->graph->views;
    if (!p->plan->views) return true;
    p->plan->view_at = ARENA_ARRAY(p->memory, uint32_t, p->plan->views->view_count);
    return p->plan->view_at != NULL;
}

/* ---- Places ---------------------------------------------------------------------------------------------*/

static bool shows_column(const view_member *m) {
    return m->source == VIEW_VALUE && m->field->kind == FIELD_COLUMN;
}

static bool shows_columns(const view *v) {
    bool any = false;
    for (size_t i = 0; i < v->members.count; i++) any = any || shows_column(&v->members.items[i]);
    return any;
}

/* Without memory: no. */
static bool same_lists(const planner *p, uint32_t a, uint32_t b) {
    buffer keys[2];
    const uint32_t groups[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        buffer_init(&keys[i], p->options.allocator);
        graph_list_key(p->graph->groups.items[groups[i]], &keys[i]);
    }
    bool same =
        !keys[0].failed && !keys[1].failed && slice_equal(buffer_view(&keys[0]), buffer_view(&keys[1]));
    for (int i = 0; i < 2; i++) buffer_free(&keys[i]);
    return same;
}

/* Whether two views of one type show the same of a row, as those of a fragment do. Their cursors are another
 * matter. Depth is bounded by the shape's. */
static bool alike(const planner *p, const view *a, const view *b) {
    if (a == b) return true;
    if (a->type != b->type || a->members.count != b->members.count) return false;
    for (size_t i = 0; i < a->members.count; i++) {
        const view_member *x = &a->members.items[i], *y = &b->members.items[i];
        if (x->source != y->source || x->field != y->field) return false;
        if (x->source == VIEW_GROUP && !(same_lists(p, x->group, y->group) && alike(p, x->shows, y->shows)))
            return false;
    }
    return true;
}

/* The place in the rows of this entity that another group's view has which shows the same; 0: none yet. A
 * cursor is a place in the order of one group. */
static uint32_t place_of_same(const planner *p, const plan_layout *l, const view *v) {
    if (v->has_cursor) return 0;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const view_list *views = views_of(p, &p->plan->groups[i]);
        if (p->plan->groups[i].entity != l->entity) continue;
        for (size_t k = 0; k < views->count; k++)
            if (p->plan->view_at[views->items[k]->number] && alike(p, views->items[k], v))
                return p->plan->view_at[views->items[k]->number];
    }
    return 0;
}

/* A column's own place is in the first struct that holds it as the engine does; a bool is shorter. */
static bool place_column(planner *p, plan_layout *l, const view_member *m, uint32_t view_at) {
    const model_column *column = m->field->column;
    plan_copy copy = {.value = plan_column_index(l, column), .as = m->kind};
    if (m->has_at != SHEAF_MEMBER_NOT_THERE) copy.has_at = view_at + m->has_at;
    if (m->kind == SHEAF_MEMBER_BOOL || l->column_at[column->index])
        copy.at = view_at + m->at;
    else
        l->column_at[column->index] = view_at + m->at;
    if (!copy.at && !copy.has_at) return true;
    plan_copy *slot = ARENA_PUSH(p->memory, &l->copies);
    if (slot) *slot = copy;
    return slot != NULL;
}

static bool place_view(planner *p, plan_layout *l, const view *v, uint32_t *at) {
    uint32_t *place = &p->plan->view_at[v->number];
    *place = place_of_same(p, l, v);
    if (*place) return true;
    *place = *at;
    *at += (v->type->size + 7) / 8 * 8;
    for (size_t i = 0; i < v->members.count; i++)
        if (shows_column(&v->members.items[i]) && !place_column(p, l, &v->members.items[i], *place))
            return false;
    return true;
}

bool planner_views_place(planner *p, plan_layout *l, bool with_columns, uint32_t *at) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        const view_list *views = views_of(p, g);
        if (g->entity != l->entity || g->origin == GRAPH_COUNT) continue;
        for (size_t k = 0; k < views->count; k++)
            if (shows_columns(views->items[k]) == with_columns && !place_view(p, l, views->items[k], at))
                return false;
    }
    return true;
}

/* ---- What is written in the end -------------------------------------------------------------------------*/

static void forbid_null(const plan_layout *l, plan_group *g, const model_field *field) {
    uint32_t bit =
        field->kind == FIELD_COLUMN ? l->column_null[field->column->index] : l->field_null[field->index];
    g->never_null[bit / 64] |= UINT64_C(1) << bit % 64;
}

static plan_show show_value(const plan_layout *l, const view_member *m) {
    return (plan_show){.kind = m->field->kind == FIELD_TEXT ? SHOW_TEXT : SHOW_COUNT,
                       .from = l->field_at[m->field->index]};
}

static plan_show show_rows(const planner *p, const view_member *m) {
    const plan_group *g = &p->plan->groups[m->group];
    return (plan_show){.kind = m->kind == SHEAF_MEMBER_ONE ? SHOW_ONE : SHOW_MANY,
                       .group = g,
                       .from = g->edge_at,
                       .view_at = p->plan->view_at[m->shows->number]};
}

static void show_member(const planner *p, plan_group *g, const view_member *m, uint32_t view_at) {
    const plan_layout *l = g->layout;
    bool has = m->has_at != SHEAF_MEMBER_NOT_THERE;
    if (m->source == VIEW_VALUE && !has) forbid_null(l, g, m->field);
    if (shows_column(m)) return;
    plan_show *show = &g->shows[g->show_count++];
    switch (m->source) {
    case VIEW_VALUE: *show = show_value(l, m); break;
    case VIEW_GROUP: *show = show_rows(p, m); break;
    case VIEW_CURSOR: *show = (plan_show){.kind = SHOW_CURSOR}; break;
    case VIEW_TYPENAME: *show = (plan_show){.kind = SHOW_TYPENAME}; break;
    }
    show->at = view_at + m->at;
    show->has_at = has ? view_at + m->has_at : 0;
    show->count_at = view_at + m->count_at;
}

static bool show_group(planner *p, plan_group *g) {
    const view_list *views = views_of(p, g);
    plan_layout *l = g->layout;
    size_t members = 0;
    for (size_t i = 0; i < views->count; i++) members += views->items[i]->members.count;
    g->shows = ARENA_ARRAY(p->memory, plan_show, members);
    g->never_null = ARENA_ARRAY(p->memory, uint64_t, l->null_words);
    if (!l->shown) l->shown = ARENA_ARRAY(p->memory, plan_group *, p->plan->group_count);
    if (!g->shows || !g->never_null || !l->shown) return false;
    l->shown[l->shown_count++] = g;
    for (size_t i = 0; i < views->count; i++) {
        const view *v = views->items[i];
        for (size_t k = 0; k < v->members.count; k++)
            show_member(p, g, &v->members.items[k], p->plan->view_at[v->number]);
    }
    return true;
}

/* The groups of one step share their lists, and each may be shown by several structs. */
static bool find_sole_readers(planner *p) {
    uint32_t *readers = ARENA_ARRAY(p->memory, uint32_t, p->plan->step_count);
    if (!readers) return false;
    for (int pass = 0; pass < 2; pass++) /* count, then tell */
        for (uint32_t i = 0; i < p->plan->group_count; i++)
            for (uint32_t k = 0; k < p->plan->groups[i].show_count; k++) {
                plan_show *show = &p->plan->groups[i].shows[k];
                const plan_step *step = show->kind == SHOW_MANY ? show->group->step : NULL;
                if (!step) continue;
                if (pass) show->in_place = readers[step->index] == 1;
                readers[step->index] += !pass;
            }
    return true;
}

bool planner_views_finish(planner *p) {
    if (!p->plan->views) return true;
    for (uint32_t i = 0; i < p->plan->group_count; i++)
        if (views_of(p, &p->plan->groups[i])->count && !show_group(p, &p->plan->groups[i])) return false;
    return find_sole_readers(p);
}
