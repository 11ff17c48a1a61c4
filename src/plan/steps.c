/* The steps: one for each statement, in the order of their levels. */
#include "planner.h"

static plan_step *add_step(planner *p, plan_step_kind kind, uint32_t level) {
    plan_step *s = ARENA_NEW(p->memory, plan_step);
    if (!s) return NULL;
    s->groups = ARENA_ARRAY(p->memory, plan_group *, p->plan->group_count);
    if (!s->groups) return NULL;
    s->kind = s->query.kind = kind;
    s->level = level;
    s->limit = s->query.limit = -1;
    s->query.offset = -1;
    p->plan->steps[p->plan->step_count++] = s;
    return s;
}

static bool search_step(planner *p, planner_group *pg) {
    plan_group *g = pg->group;
    bool total = pg->way == WAY_TOTAL;
    plan_step *s = add_step(p, total ? STEP_TOTAL : STEP_SEARCH, 1);
    if (!s) return false;
    s->groups[s->group_count++] = g;
    s->layout = total ? NULL : planner_layout_of(p, g->entity);
    s->carries = !total;
    s->query.entity = s->query.start = g->entity;
    s->query.where = pg->where;
    if (!total && !g->to_one) { /* by a unique key there is nothing to order or to cut */
        s->query.order = s->order = g->order;
        s->query.order_count = s->order_count = g->order_count;
        s->query.sorted = true;
        s->query.limit = g->limit;
        s->query.offset = g->offset;
        s->query.after = pg->after;
    }
    g->step = s;
    return true;
}

/* Memory makes the groups of a pick by bytes. */
static bool groups_fold(const planner *p, const plan_group *g) {
    bool folds = false;
    for (uint32_t i = 0; i < g->relation->per.count && !folds; i++) {
        const catalogue_column *column = binding_column(p->binding, g->relation->per.at[i]);
        folds = column->folds && column->type == DB_TEXT; /* else it is compared as text */
    }
    return folds;
}

static void choose(planner *p, plan_step *s, const plan_group *g) {
    if (!g->pick && g->limit < 0) {
        s->choice = CHOOSE_ALL;
        s->reason = "every row is wanted";
        return;
    }
    if (plan_is_one_trip(p->plan) && planner_has_dependents(p, g)) {
        s->choice = CHOOSE_SQL;
        s->reason = "other statements of the trip start from the rows that are chosen";
        return;
    }
    if (g->pick && groups_fold(p, g)) {
        s->choice = CHOOSE_SQL;
        s->reason = "the database takes different texts of 'per' for equal";
        return;
    }
    double fan_out = planner_fan_out(p->binding, &g->path);
    double kept = g->pick ? 1 : (double)g->limit;
    if (fan_out > PLAN_WHOLE_ROWS_WORTH && fan_out > kept * PLAN_WHOLE_TIMES_KEPT) {
        s->choice = CHOOSE_SQL;
        s->reason = "many rows for each parent, by the catalogue";
    } else {
        s->choice = CHOOSE_MEMORY;
        s->reason =
            fan_out < 0 ? "the catalogue has no estimate" : "few rows for each parent, by the catalogue";
    }
}

static bool is_key_order(const plan_group *g) {
    for (uint32_t i = 0; i < g->order_count; i++)
        if (g->order[i].descending || i >= g->entity->key.count || g->order[i].column != g->entity->key.at[i])
            return false;
    return true;
}

static bool same_list(planner *p, const planner_group *a, const planner_group *b, bool *ret_ok) {
    if (a->way != b->way || a->group->parent->entity != b->group->parent->entity) return false;
    buffer one, two;
    buffer_init(&one, p->memory->allocator);
    buffer_init(&two, p->memory->allocator);
    graph_list_key(a->asked, &one);
    graph_list_key(b->asked, &two);
    *ret_ok = !one.failed && !two.failed;
    bool same = *ret_ok && slice_equal(buffer_view(&one), buffer_view(&two));
    buffer_free(&one);
    buffer_free(&two);
    return same;
}

/* An earlier group whose statement gives this one's rows too. */
static plan_step *shared_step(planner *p, const planner_group *pg, bool *ret_ok) {
    for (uint32_t i = 0; i < pg->group->index && *ret_ok; i++) {
        const planner_group *other = &p->groups[i];
        if (!way_is_children(other->way) || !other->group->step || other->group->known != pg->group->known)
            continue;
        if (plan_is_one_trip(p->plan) &&
            planner_has_dependents(p, other->group) != planner_has_dependents(p, pg->group))
            continue; /* they choose in different places */
        if (planner_goes_ahead(p, other->group) != planner_goes_ahead(p, pg->group)) continue;
        if (same_list(p, other, pg, ret_ok)) return other->group->step;
    }
    return NULL;
}

static bool children_step(planner *p, planner_group *pg) {
    plan_group *g = pg->group;
    bool ok = true;
    plan_step *s = shared_step(p, pg, &ok);
    if (!ok) return false;
    if (s) {
        s->groups[s->group_count++] = g;
        g->step = s;
        return true;
    }
    s = add_step(p, STEP_CHILDREN, g->known);
    if (!s) return false;
    g->step = s;
    s->groups[s->group_count++] = g;
    s->layout = planner_layout_of(p, g->entity);
    s->parent_layout = planner_layout_of(p, g->parent->entity);
    s->carries = pg->way == WAY_CARRY;
    s->ahead = planner_goes_ahead(p, g);
    s->order = g->order;
    s->order_count = g->order_count;
    s->limit = g->pick ? 1 : g->limit;
    choose(p, s, g);
    s->sort =
        planner_sorts_in_memory(p->binding, g->order, g->order_count) && (s->carries || is_key_order(g));
    plan_query *q = &s->query;
    *q = (plan_query){.kind = STEP_CHILDREN,
                      .start = g->parent->entity,
                      .path = g->path,
                      .entity = g->entity,
                      .where = pg->where,
                      .order = g->order,
                      .order_count = g->order_count,
                      .sorted = !s->sort,
                      .limit = -1,
                      .offset = -1,
                      .after = pg->after,
                      .pick = g->pick};
    q->distinct = planner_may_repeat(p->binding, &g->path);
    q->trust_link = pg->way == WAY_LINK && !pg->where && !g->path.hops[0].where && !pg->after.given &&
                    s->sort && s->limit < 0 && g->offset < 0;
    if (g->pick) {
        q->keep_max = g->relation->keep_max;
        q->per = g->relation->per;
    }
    s->loose = s->choice == CHOOSE_MEMORY && s->carries && !q->distinct;
    s->running_pick = s->loose && g->pick && s->sort;
    plan_query chosen = *q;
    chosen.choose = true;
    chosen.limit = s->limit;
    chosen.offset = g->offset;
    if (s->choice == CHOOSE_SQL) {
        *q = chosen;
        q->together = g->pick && planner_fan_out(p->binding, &g->path) <= PLAN_WHOLE_ROWS_WORTH;
        if (q->together) q->sorted = false; /* one row a parent */
    } else if (s->choice == CHOOSE_MEMORY) {
        q->limit = p->options.whole_max + 1;
        s->instead = arena_alloc(p->memory, sizeof chosen);
        if (!s->instead) return false;
        *s->instead = chosen;
    }
    return true;
}

static bool fetch_step(planner *p, plan_group *g) {
    bool ahead = g->by_reference && g->had == g->known;
    for (uint32_t i = 0; i < p->plan->step_count; i++) {
        plan_step *s = p->plan->steps[i];
        if (s->kind != STEP_FETCH || s->query.entity != g->entity || s->level != g->had || s->ahead != ahead)
            continue;
        s->groups[s->group_count++] = g;
        return true;
    }
    plan_step *s = add_step(p, STEP_FETCH, g->had);
    if (!s) return false;
    s->ahead = ahead;
    s->groups[s->group_count++] = g;
    s->layout = planner_layout_of(p, g->entity);
    s->carries = true;
    s->query.entity = s->query.start = g->entity;
    return true;
}

/* With other rows that are counted, one by unique key waits for them. */
static bool count_step(planner *p, plan_group *g, const model_field *field) {
    bool ahead = planner_counts_ahead(p, g);
    for (uint32_t i = 0; i < p->plan->step_count; i++) {
        plan_step *s = p->plan->steps[i];
        if (s->count != field) continue;
        s->groups[s->group_count++] = g;
        if (s->ahead && !ahead) s->level++;
        s->ahead = s->ahead && ahead;
        if (!s->ahead && s->level < g->all_known + 1) s->level = g->all_known + 1;
        return true;
    }
    plan_step *s = add_step(p, STEP_COUNT, g->all_known + !ahead);
    if (!s) return false;
    s->ahead = ahead;
    s->groups[s->group_count++] = g;
    s->count = field;
    s->layout = planner_layout_of(p, g->entity);
    s->query.start = g->entity;
    s->query.entity = field->target;
    s->query.path = field->path;
    s->query.distinct = planner_may_repeat(p->binding, &field->path);
    const model_hop *first = &field->path.hops[0];
    s->query.trust_link = field->path.count == 1 && first->kind == HOP_THROUGH && !first->where &&
                          planner_link_is_sure(p->binding, first);
    return true;
}

/* Room for the worst: every group with a statement, a fetch, and its counts. */
static uint32_t most_steps(const planner *p) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        most += 2;
        for (uint32_t f = 0; f < g->entity->field_count; f++)
            most += g->entity->fields[f].kind == FIELD_COUNT;
    }
    return most;
}

/* In a level, what goes ahead comes behind the searches for the rows that it starts from. */
static bool is_before(const plan_step *a, const plan_step *b) {
    return a->level != b->level ? a->level < b->level : !a->ahead && b->ahead;
}

static bool order_by_level(planner *p) {
    plan *made = p->plan;
    for (uint32_t i = 1; i < made->step_count; i++) { /* stable, and few */
        plan_step *s = made->steps[i];
        uint32_t k = i;
        for (; k > 0 && is_before(s, made->steps[k - 1]); k--) made->steps[k] = made->steps[k - 1];
        made->steps[k] = s;
    }
    made->level_count = made->step_count ? made->steps[made->step_count - 1]->level : 0;
    made->level_first = ARENA_ARRAY(p->memory, uint32_t, made->level_count + 1);
    if (!made->level_first) return false;
    uint32_t level = 0;
    for (uint32_t i = 0; i < made->step_count; i++) {
        plan_step *s = made->steps[i];
        s->index = i;
        while (level < s->level) made->level_first[level++] = i;
        made->statements++;
        made->statements_max += s->instead ? 2 : 1;
    }
    while (level <= made->level_count) made->level_first[level++] = made->step_count;
    return true;
}

static void count_trips(plan *made) {
    made->trips = made->trips_max = made->level_count;
    for (uint32_t level = 1; level <= made->level_count; level++) {
        bool may_repeat = false;
        for (uint32_t i = made->level_first[level - 1]; i < made->level_first[level]; i++)
            may_repeat = may_repeat || made->steps[i]->instead;
        made->trips_max += may_repeat;
        made->last_may_repeat = may_repeat;
    }
    if (!plan_is_one_trip(made) || !made->level_count) return;
    made->last_may_repeat = made->trips_max > made->trips;
    made->trips = 1;
    made->trips_max = made->last_may_repeat ? 2 : 1;
}

bool planner_steps(planner *p) {
    p->plan->steps = ARENA_ARRAY(p->memory, plan_step *, most_steps(p));
    if (!p->plan->steps) return false;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        planner_group *pg = &p->groups[i];
        plan_group *g = pg->group;
        if ((pg->way == WAY_SEARCH || pg->way == WAY_TOTAL) && !search_step(p, pg)) return false;
        if (way_is_children(pg->way) && !children_step(p, pg)) return false;
        if (way_fetches(pg->way) && !fetch_step(p, g)) return false;
        if (pg->way == WAY_TOTAL) continue;
        for (uint32_t f = 0; f < g->entity->field_count; f++) {
            const model_field *field = &g->entity->fields[f];
            if (field->kind == FIELD_COUNT && (g->asked[f / 64] >> f % 64 & 1) && !count_step(p, g, field))
                return false;
        }
    }
    if (!order_by_level(p)) return false;
    count_trips(p->plan);
    return true;
}
