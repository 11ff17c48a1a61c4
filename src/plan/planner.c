/* From the graph to groups of the plan: one for each of the graph's, and hidden ones for the references that
 * text attributes walk. Then: schedule, lay out, make the steps. */
#include "planner.h"

/* The complete order: as asked, then the key's columns that it lacks. */
static bool complete_order(planner *p, const model_order *order, const model_entity *entity,
                           const model_order_item **ret_items, uint32_t *ret_count) {
    model_order_item *items = ARENA_ARRAY(p->memory, model_order_item, order->count + entity->key.count);
    if (!items) return false;
    uint32_t count = order->count;
    if (count) memcpy(items, order->items, count * sizeof *items);
    for (uint32_t k = 0; k < entity->key.count; k++) {
        bool there = false;
        for (uint32_t i = 0; i < order->count; i++) there = there || items[i].column == entity->key.at[k];
        if (!there) items[count++] = (model_order_item){.column = entity->key.at[k]};
    }
    *ret_items = items;
    *ret_count = count;
    return true;
}

static bool copy_group(planner *p, const graph_group *from, planner_group *to) {
    plan_group *g = to->group;
    *g = (plan_group){.index = from->index,
                      .origin = from->origin,
                      .entity = from->entity,
                      .parent = from->parent ? &p->plan->groups[from->parent->index] : NULL,
                      .relation = from->relation,
                      .to_one = from->to_one,
                      .pick = from->pick,
                      .limit = from->limit,
                      .offset = from->offset,
                      .wants_order = from->wants_order};
    to->asked = from;
    to->after = from->after;
    uint32_t words = from->entity->field_count / 64 + 1;
    uint64_t *asked = ARENA_ARRAY(p->memory, uint64_t, words);
    if (!asked) return false;
    memcpy(asked, from->asked, words * sizeof *asked);
    g->asked = asked;
    to->where = planner_copy_filter(p, from->where);
    if (from->where && !to->where) return false;
    if (!planner_copy_path(p, &from->path, &g->path)) return false;
    g->by_reference = from->origin == GRAPH_FOLLOW && from->to_one && !from->pick && !from->where &&
                      g->path.count == 1 && g->path.hops[0].kind == HOP_REF && !g->path.hops[0].where;
    g->non_null = g->by_reference && from->relation && from->relation->non_null;
    return complete_order(p, &from->order, from->entity, &g->order, &g->order_count);
}

static bool link_includes(planner *p) {
    for (uint32_t i = 0; i < p->plan->visible_count; i++) {
        const graph_group *from = p->graph->groups.items[i];
        plan_group *g = &p->plan->groups[i];
        g->includes = ARENA_ARRAY(p->memory, plan_group *, from->include_count);
        if (!g->includes) return false;
        p->plan->has_unions = p->plan->has_unions || from->include_count;
        for (uint32_t k = 0; k < from->include_count; k++)
            g->includes[g->include_count++] = &p->plan->groups[from->includes[k]->index];
    }
    for (uint32_t i = 0; i < p->plan->visible_count; i++) { /* who includes i, over any number of steps */
        plan_group *g = &p->plan->groups[i];
        g->included_by = ARENA_ARRAY(p->memory, plan_group *, p->plan->visible_count);
        if (!g->included_by) return false;
        for (uint32_t k = 0; k < p->plan->visible_count; k++) {
            const graph_group *other = p->graph->groups.items[k];
            if (k == i) continue;
            bool includes = false; /* walk only includes, which are acyclic */
            for (uint32_t n = 0; n < other->include_count && !includes; n++)
                includes = other->includes[n]->index == i;
            if (includes) g->included_by[g->included_by_count++] = &p->plan->groups[k];
        }
    }
    for (bool grew = true; grew;) { /* transitive closure; each list has room for all */
        grew = false;
        for (uint32_t i = 0; i < p->plan->visible_count; i++) {
            plan_group *g = &p->plan->groups[i];
            for (uint32_t k = 0; k < g->included_by_count; k++) {
                plan_group *by = g->included_by[k];
                for (uint32_t n = 0; n < by->included_by_count; n++) {
                    bool there = by->included_by[n] == g;
                    for (uint32_t m = 0; m < g->included_by_count && !there; m++)
                        there = g->included_by[m] == by->included_by[n];
                    if (there) continue;
                    g->included_by[g->included_by_count++] = by->included_by[n];
                    grew = true;
                }
            }
        }
    }
    return true;
}

/* The group that follows a plain reference from `g`, hidden where nobody asked for one. */
static plan_group *reference_group(planner *p, plan_group *g, const model_field *ref) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *other = &p->plan->groups[i];
        if (other->parent == g && other->by_reference && other->relation == ref) return other;
    }
    plan_group *hidden = &p->plan->groups[p->plan->group_count];
    uint64_t *asked = ARENA_ARRAY(p->memory, uint64_t, ref->target->field_count / 64 + 1);
    if (!asked) return NULL;
    *hidden = (plan_group){.index = p->plan->group_count,
                           .hidden = true,
                           .origin = GRAPH_FOLLOW,
                           .entity = ref->target,
                           .parent = g,
                           .relation = ref,
                           .path = ref->path,
                           .to_one = true,
                           .by_reference = true,
                           .non_null = ref->non_null,
                           .asked = asked,
                           .limit = -1,
                           .offset = -1};
    p->groups[hidden->index] = (planner_group){.group = hidden, .way = WAY_REFERENCE};
    if (!complete_order(p, &(model_order){0}, ref->target, &hidden->order, &hidden->order_count)) return NULL;
    p->plan->group_count++;
    return hidden;
}

static uint32_t text_refs(const planner *p, bool *ret_any) {
    uint32_t refs = 0;
    for (size_t i = 0; i < p->graph->groups.count; i++) {
        const graph_group *g = p->graph->groups.items[i];
        for (uint32_t f = 0; f < g->entity->field_count; f++) {
            const model_field *field = &g->entity->fields[f];
            if (field->kind != FIELD_TEXT || !graph_asked(g, field)) continue;
            *ret_any = true;
            for (uint32_t k = 0; k < field->part_count; k++) refs += field->parts[k].ref_count;
        }
    }
    return refs;
}

static bool add_text(planner *p, plan_group *g, const model_field *field, plan_text *ret) {
    plan_group ***refs = ARENA_ARRAY(p->memory, plan_group **, field->part_count);
    if (!refs) return false;
    for (uint32_t i = 0; i < field->part_count; i++) {
        const model_text_part *part = &field->parts[i];
        refs[i] = ARENA_ARRAY(p->memory, plan_group *, part->ref_count);
        if (!refs[i]) return false;
        plan_group *at = g;
        for (uint32_t k = 0; k < part->ref_count; k++)
            if (!(at = refs[i][k] = reference_group(p, at, part->refs[k]))) return false;
    }
    *ret = (plan_text){.group = g, .field = field, .refs = (plan_group * *const *)refs};
    return true;
}

static bool add_texts(planner *p) {
    for (int pass = 0; pass < 2; pass++) { /* count, then fill */
        uint32_t count = 0;
        for (uint32_t i = 0; i < p->plan->visible_count; i++) {
            plan_group *g = &p->plan->groups[i];
            for (uint32_t f = 0; f < g->entity->field_count; f++) {
                const model_field *field = &g->entity->fields[f];
                if (field->kind != FIELD_TEXT || !graph_asked(p->groups[i].asked, field)) continue;
                if (pass && !add_text(p, g, field, &p->plan->texts[count])) return false;
                count++;
            }
        }
        if (!pass && !(p->plan->texts = ARENA_ARRAY(p->memory, plan_text, count))) return false;
        p->plan->text_count = count;
    }
    return true;
}

/* The children of a row point back to it. */
static bool leads_back(const plan_group *g) {
    const plan_group *parent = g->parent;
    if (!g->by_reference || parent->origin != GRAPH_FOLLOW || parent->include_count ||
        parent->path.count != 1)
        return false;
    const model_hop *there = &parent->path.hops[0], *back = &g->path.hops[0];
    if (there->kind != HOP_MANY || there->from != g->entity || there->columns.count != back->columns.count)
        return false;
    for (uint32_t i = 0; i < back->columns.count; i++)
        if (there->columns.at[i] != back->columns.at[i]) return false;
    return true;
}

static planner_way way_of(const planner *p, const plan_group *g) {
    switch (g->origin) {
    case GRAPH_SEARCH: return WAY_SEARCH;
    case GRAPH_COUNT: return WAY_TOTAL;
    case GRAPH_KEYS: return WAY_KEYS;
    case GRAPH_FOLLOW: break;
    }
    if (leads_back(g)) return WAY_BACK;
    if (g->by_reference) return WAY_REFERENCE;
    if (g->pick || g->path.count != 1 || g->path.hops[0].kind != HOP_THROUGH) return WAY_CARRY;
    /* A link whose entity is also fetched by key brings only keys, so that a row comes once for all groups.
     */
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *other = &p->plan->groups[i];
        if (other->entity == g->entity &&
            ((other->by_reference && !leads_back(other)) || other->origin == GRAPH_KEYS))
            return WAY_LINK;
    }
    return WAY_CARRY;
}

static bool make(planner *p) {
    bool any = false;
    p->plan->visible_count = p->plan->group_count = (uint32_t)p->graph->groups.count;
    p->room = p->plan->group_count + text_refs(p, &any);
    p->plan->groups = ARENA_ARRAY(p->memory, plan_group, p->room);
    p->groups = ARENA_ARRAY(p->memory, planner_group, p->room);
    if (!p->plan->groups || !p->groups) return false;
    for (uint32_t i = 0; i < p->plan->visible_count; i++) {
        p->groups[i].group = &p->plan->groups[i];
        if (!copy_group(p, p->graph->groups.items[i], &p->groups[i])) return false;
    }
    if (!link_includes(p) || !add_texts(p)) return false;
    for (uint32_t i = 0; i < p->plan->group_count; i++) p->groups[i].way = way_of(p, &p->plan->groups[i]);
    p->plan->strategy = SHEAF_STRATEGY_LEVELS;
    sheaf_strategy wanted = p->options.strategy;
    if ((wanted == SHEAF_STRATEGY_RESELECT || wanted == SHEAF_STRATEGY_SETTING) && planner_one_trip(p))
        p->plan->strategy = wanted;
    planner_schedule(p);
    return planner_layouts_start(p) && planner_steps(p) &&
           (plan_is_one_trip(p->plan) ? planner_sources(p) : planner_sources_ahead(p)) &&
           planner_layouts_finish(p);
}

bool plan_make(const graph *g, const binding *b, const plan_options *options, plan **ret, sheaf_error *err) {
    plan *made = memory_new_zero(memory_or_default(options->allocator), 1, sizeof *made);
    if (!made) return error_memory(err);
    arena_init(&made->memory, options->allocator);
    made->binding = b;
    planner p = {
        .plan = made, .memory = &made->memory, .graph = g, .binding = b, .options = *options, .err = err};
    buffer key;
    buffer_init(&key, options->allocator);
    graph_key(g, &key);
    made->key = key.failed ? (sheaf_slice){0} : arena_copy(&made->memory, buffer_view(&key));
    buffer_free(&key);
    if (!made->key.ptr || !make(&p)) {
        plan_free(made);
        return error_memory(err);
    }
    *ret = made;
    return true;
}

void plan_free(plan *p) {
    if (!p) return;
    const sheaf_allocator *allocator = p->memory.allocator;
    arena_free(&p->memory);
    memory_release(allocator, p);
}
