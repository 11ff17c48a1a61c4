/* At which level each group is known and had. Everything as soon as possible, but fetches of one entity wait
 * for each other where that costs no further level. */
#include "planner.h"

static uint32_t max32(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

static void set(uint32_t *at, uint32_t value, bool *changed) {
    *changed = *changed || *at != value;
    *at = value;
}

static void place_group(const planner *p, planner_group *pg, bool *changed) {
    plan_group *g = pg->group;
    uint32_t known = 0, had = 0;
    switch (pg->way) {
    case WAY_SEARCH:
    case WAY_TOTAL: known = had = 1; break;
    case WAY_KEYS: known = 0; break;
    case WAY_REFERENCE: known = g->parent->all_had; break;
    case WAY_JOIN: known = had = g->parent->all_had; break;
    case WAY_BACK: known = had = max32(g->parent->all_had, g->parent->parent->all_had); break;
    case WAY_CARRY: known = had = g->parent->all_known + !planner_goes_ahead(p, g); break;
    case WAY_LINK: known = g->parent->all_known + !planner_goes_ahead(p, g); break;
    }
    if (way_fetches(pg->way)) {
        bool ahead = pg->way == WAY_REFERENCE && planner_goes_ahead(p, g);
        had = max32(known + !ahead, pg->fetch_not_before);
    }
    set(&g->known, known, changed);
    set(&g->had, had, changed);
    for (uint32_t i = 0; i < g->include_count; i++) {
        known = max32(known, g->includes[i]->all_known);
        had = max32(had, g->includes[i]->all_had);
    }
    set(&g->all_known, known, changed);
    set(&g->all_had, had, changed);
}

static bool counts_something(const plan_group *g) {
    for (uint32_t f = 0; f < g->entity->field_count; f++)
        if (g->entity->fields[f].kind == FIELD_COUNT && (g->asked[f / 64] >> f % 64 & 1)) return true;
    return false;
}

/* Groups depend on parents and on those they include, without circles: as many rounds as groups settle it. */
static uint32_t settle(planner *p) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *g = &p->plan->groups[i];
        g->known = g->had = g->all_known = g->all_had = 0;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < p->plan->group_count; i++) place_group(p, &p->groups[i], &changed);
    }
    uint32_t levels = 0;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        levels = max32(
            levels, max32(g->all_had, g->all_known + (counts_something(g) && !planner_counts_ahead(p, g))));
    }
    return levels;
}

/* The next level after `level` at which waiting could save something: another fetch of the entity, or just
 * after a statement that carries rows of it. 0: none. */
static uint32_t next_meeting(const planner *p, const model_entity *entity, uint32_t level) {
    uint32_t next = 0;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        if (g->entity != entity || p->groups[i].way == WAY_TOTAL) continue;
        uint32_t meeting = g->had + (way_fetches(p->groups[i].way) ? 0 : 1);
        if (meeting > level && (!next || meeting < next)) next = meeting;
    }
    return next;
}

/* Lets the fetches of `entity` at `level` wait until `until`, if no level is added. */
static bool try_waiting(planner *p, const model_entity *entity, uint32_t level, uint32_t until) {
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < p->plan->group_count; i++) {
            planner_group *pg = &p->groups[i];
            if (pg->group->entity != entity || !way_fetches(pg->way)) continue;
            if (pass == 0 && pg->group->had == level) pg->fetch_not_before = until;
            if (pass == 1 && pg->fetch_not_before == until) pg->fetch_not_before = level; /* undo */
        }
        uint32_t levels = settle(p);
        if (pass == 0 && levels <= p->levels) return true;
    }
    return false;
}

void planner_schedule(planner *p) {
    p->levels = settle(p);
    const sheaf_model *model = p->binding->model;
    for (uint32_t e = 0; e < model->entity_count; e++) {
        const model_entity *entity = &model->entities[e];
        for (uint32_t level = 1; level < p->levels; level++) {
            bool any = false;
            for (uint32_t i = 0; i < p->plan->group_count; i++)
                any = any || (p->plan->groups[i].entity == entity && way_fetches(p->groups[i].way) &&
                              p->plan->groups[i].had == level);
            uint32_t until = any ? next_meeting(p, entity, level) : 0;
            if (until && until <= p->levels) try_waiting(p, entity, level, until);
        }
    }
    p->levels = settle(p);
}
