/* All levels in one trip: which references come with the rows that hold them, and where each statement finds
 * the keys that it starts from. */
#include "planner.h"

/* The rows of `of` are its own and those of the groups that it includes. */
static bool has_rows_of(const plan_group *of, const plan_group *g) {
    for (uint32_t i = 0; i < g->included_by_count; i++)
        if (g->included_by[i] == of) return true;
    return of == g;
}

/* Whether SQL finds the one by the other as they stand, with an index of either; memory converts where it
 * does not. */
static bool comparable(const planner *p, const model_column *a, const model_column *b) {
    return catalogue_equal_plainly(binding_column(p->binding, a), binding_column(p->binding, b));
}

/* A reference also stands among the outputs of a statement, where some types are text. */
static bool can_refer(const planner *p, const model_hop *hop) {
    bool can = true;
    for (uint32_t c = 0; c < hop->columns.count && can; c++) {
        const model_column *column = hop->columns.at[c], *key = hop->to->key.at[c];
        can = comparable(p, column, key) && bound(p->binding, column)->type != DB_ANY &&
              column->scalar != SHEAF_DECIMAL;
    }
    return can;
}

/* The rows of a path are found by the keys of those that it starts from. */
static bool can_start(const planner *p, const model_hop *hop) {
    bool can = true;
    for (uint32_t c = 0; c < hop->from->key.count && can && hop->kind != HOP_REF; c++) {
        const model_column *key = hop->from->key.at[c];
        can = hop->kind == HOP_MANY
                  ? comparable(p, hop->columns.at[c], key)
                  : catalogue_equal_plainly(binding_link_column(p->binding, hop, hop->link_from[c]),
                                            binding_column(p->binding, key));
    }
    return can;
}

static bool can_start_counts(const planner *p, const plan_group *g) {
    for (uint32_t f = 0; f < g->entity->field_count; f++) {
        const model_field *field = &g->entity->fields[f];
        if (field->kind == FIELD_COUNT && (g->asked[f / 64] >> f % 64 & 1) &&
            !can_start(p, &field->path.hops[0]))
            return false;
    }
    return true;
}

static bool can_join_to(const planner *p, const plan_group *g) {
    switch (p->groups[g->index].way) {
    case WAY_SEARCH: return g->to_one || g->limit <= PLAN_JOINED_ROWS_WORTH;
    case WAY_CARRY:
        return g->to_one || (g->limit >= 0 ? g->limit <= PLAN_JOINED_ROWS_WORTH
                                           : planner_fan_out(p->binding, &g->path) <= PLAN_WHOLE_ROWS_WORTH);
    case WAY_JOIN: return true;
    default: return false;
    }
}

/* References whose rows come otherwise are joined no further. */
static void keep_joins(planner *p) {
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < p->plan->group_count; i++) {
            bool joined = p->groups[i].way == WAY_JOIN;
            for (uint32_t k = 0; k < p->plan->group_count && joined; k++)
                joined = !has_rows_of(p->plan->groups[i].parent, &p->plan->groups[k]) ||
                         can_join_to(p, &p->plan->groups[k]);
            if (joined || p->groups[i].way != WAY_JOIN) continue;
            p->groups[i].way = WAY_REFERENCE;
            changed = true;
        }
    }
}

/* Whether the row that holds the reference comes with the statement for `of`. */
static bool is_held_by(const planner *p, const plan_group *g, const plan_group *of) {
    for (uint32_t k = 0; k < p->plan->group_count; k++)
        if ((p->groups[k].joined || k == of->index) && has_rows_of(g->parent, &p->plan->groups[k]))
            return true;
    return false;
}

/* How many outputs the statement for the group's rows may have, with the columns that it may need at the
 * most; *ret_last: the last group that is joined to it, or NULL. */
static size_t outputs_of(planner *p, const plan_group *of, const plan_group **ret_last) {
    size_t outputs = MODEL_KEY_MAX + of->entity->column_count;
    *ret_last = NULL;
    for (uint32_t i = 0; i < p->plan->group_count; i++) p->groups[i].joined = false;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < p->plan->group_count; i++) {
            const plan_group *g = &p->plan->groups[i];
            if (p->groups[i].way != WAY_JOIN || p->groups[i].joined || !is_held_by(p, g, of)) continue;
            p->groups[i].joined = more = true;
            outputs += g->entity->column_count;
            if (!*ret_last || (*ret_last)->index < i) *ret_last = g;
        }
    }
    return outputs;
}

/* A reference is joined where every row that may hold it comes with a statement of few rows. */
static void choose_joins(planner *p) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        planner_way *way = &p->groups[i].way;
        if (*way == WAY_LINK) *way = WAY_CARRY;
        if (*way == WAY_REFERENCE) *way = WAY_JOIN;
    }
    keep_joins(p);
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *last;
        while (p->groups[i].way != WAY_JOIN && outputs_of(p, &p->plan->groups[i], &last) > PLAN_OUTPUTS_MAX &&
               last) {
            p->groups[last->index].way = WAY_REFERENCE;
            keep_joins(p);
        }
    }
}

bool planner_one_trip(planner *p) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        if (g->origin == GRAPH_KEYS) return false; /* keys are sent anyway, and may be many */
        const model_hop *first = g->origin == GRAPH_FOLLOW ? &g->path.hops[0] : NULL;
        if (first && !(g->by_reference ? can_refer(p, first) : can_start(p, first))) return false;
        if (!can_start_counts(p, g)) return false;
    }
    choose_joins(p);
    return true;
}

/* Whether another statement starts from the group's rows, also over a reference back from them: those rows
 * are in memory, but which of them are referred to is found by the group's statement. Depth is bounded by the
 * number of groups. */
bool planner_has_dependents(const planner *p, const plan_group *g) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *other = &p->plan->groups[i];
        if (other->parent && has_rows_of(other->parent, g) &&
            (p->groups[i].way != WAY_BACK || planner_has_dependents(p, other)))
            return true;
        if (other->entity != g->entity || !has_rows_of(other, g)) continue;
        for (uint32_t f = 0; f < g->entity->field_count; f++)
            if (g->entity->fields[f].kind == FIELD_COUNT && (other->asked[f / 64] >> f % 64 & 1)) return true;
    }
    return false;
}

/* ---- Where keys come from -------------------------------------------------------------------------------*/

typedef struct sources {
    plan_source *items;
    size_t count, room;
} sources;

static bool same_columns(const model_columns *a, const model_columns *b) {
    bool same = a->count == b->count;
    for (uint32_t i = 0; i < a->count && same; i++) same = a->at[i] == b->at[i];
    return same;
}

/* Rows that were ordered and cut are dear to find again. But a statement that serves several groups could
 * only write down the rows of all of them, and lists below those of another group may be too long. */
static bool is_dear(const plan_group *g) {
    return g->step && g->step->group_count == 1 && !g->to_one && g->limit >= 0 &&
           g->step->choice != CHOOSE_MEMORY;
}

/* Arrays of a query stay short, so they are copied for each new item. */
static void *add_item(planner *p, void **items, uint32_t *count, size_t size) {
    size_t now = *count, room = now;
    void *made = arena_push(p->memory, items, &now, &room, size);
    if (made) *count = (uint32_t)now;
    return made;
}

/* The number of the setting that holds these columns of the group's rows. */
static bool publish(planner *p, plan_group *g, const model_columns *columns, uint32_t *ret) {
    plan_query *q = &g->step->query;
    for (uint32_t i = 0; i < q->publication_count; i++)
        if (same_columns(q->publications[i].columns, columns)) {
            *ret = q->publications[i].setting;
            return true;
        }
    plan_publication *made =
        add_item(p, (void **)&q->publications, &q->publication_count, sizeof *q->publications);
    if (!made) return false;
    *made = (plan_publication){columns, ++p->settings};
    *ret = made->setting;
    return true;
}

static bool add_sources(planner *p, sources *to, const plan_group *of, const model_columns *columns);

/* What the group's own rows are found from: its depth is bounded by the number of groups. */
static bool complete(planner *p, plan_group *g) {
    if (g->origin != GRAPH_FOLLOW || g->source_count) return true;
    sources from = {0};
    const model_columns *columns = g->by_reference ? &g->path.hops[0].columns : &g->parent->entity->key;
    if (!add_sources(p, &from, g->parent, columns)) return false;
    g->sources = from.items;
    g->source_count = (uint32_t)from.count;
    return true;
}

/* Those columns of all rows of `of`. */
static bool add_sources(planner *p, sources *to, const plan_group *of, const model_columns *columns) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *g = &p->plan->groups[i];
        bool there = !has_rows_of(of, g);
        for (size_t k = 0; k < to->count && !there; k++)
            there = to->items[k].group == g && same_columns(to->items[k].columns, columns);
        if (there) continue;
        plan_source *source = ARENA_PUSH(p->memory, to);
        if (!source) return false;
        *source = (plan_source){.group = g, .columns = columns};
        bool published = p->plan->strategy == SHEAF_STRATEGY_SETTING && is_dear(g);
        if (published ? !publish(p, g, columns, &source->setting) : !complete(p, g)) return false;
    }
    return true;
}

static bool sources_of_step(planner *p, plan_step *s) {
    sources from = {0};
    for (uint32_t i = 0; i < s->group_count; i++) {
        const plan_group *g = s->groups[i];
        bool ok = true;
        if (s->kind == STEP_CHILDREN) ok = add_sources(p, &from, g->parent, &g->parent->entity->key);
        if (s->kind == STEP_FETCH) ok = add_sources(p, &from, g->parent, &g->path.hops[0].columns);
        if (s->kind == STEP_COUNT) ok = add_sources(p, &from, g, &g->entity->key);
        if (!ok) return false;
    }
    s->query.sources = from.items;
    s->query.source_count = (uint32_t)from.count;
    if (s->instead) {
        s->instead->sources = from.items;
        s->instead->source_count = (uint32_t)from.count;
    }
    return true;
}

/* ---- References in the rows that hold them --------------------------------------------------------------*/

/* Where rows of a group come with a statement: as its own, or as those of a join. */
typedef struct place {
    plan_step *step;
    int32_t join;
} place;

typedef struct places {
    place *items;
    size_t count, room;
} places;

static bool add_join(planner *p, const plan_group *g, place at, places *found) {
    plan_query *q = &at.step->query;
    int32_t join = 0;
    while (join < (int32_t)q->join_count &&
           !(q->joins[join].of == at.join && q->joins[join].relation == g->relation))
        join++;
    if (join == (int32_t)q->join_count) {
        plan_join *made = add_item(p, (void **)&q->joins, &q->join_count, sizeof *q->joins);
        if (!made) return false;
        const plan_layout *from = at.join < 0 ? at.step->layout : q->joins[at.join].layout;
        *made = (plan_join){.columns = &g->path.hops[0].columns,
                            .from = from,
                            .of = at.join,
                            .layout = planner_layout_of(p, g->entity),
                            .relation = g->relation,
                            .small = planner_is_small(p->binding, g->entity)};
    }
    place *to = ARENA_PUSH(p->memory, found);
    if (to) *to = (place){at.step, join};
    return to != NULL;
}

/* Groups wait for those that hold their references: as many rounds as there are groups settle it. */
static bool add_joins(planner *p) {
    places *of = ARENA_ARRAY(p->memory, places, p->plan->group_count);
    bool *done = ARENA_ARRAY(p->memory, bool, p->plan->group_count);
    if (!of || !done) return false;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *g = &p->plan->groups[i];
        done[i] = p->groups[i].way != WAY_JOIN;
        place *own = g->step && done[i] ? ARENA_PUSH(p->memory, &of[i]) : NULL;
        if (own) *own = (place){g->step, -1};
        if (g->step && done[i] && !own) return false;
    }
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < p->plan->group_count; i++) {
            const plan_group *g = &p->plan->groups[i];
            bool ready = !done[i];
            for (uint32_t k = 0; k < p->plan->group_count && ready; k++)
                ready = done[k] || !has_rows_of(g->parent, &p->plan->groups[k]);
            if (!ready) continue;
            for (uint32_t k = 0; k < p->plan->group_count; k++)
                for (size_t n = 0; n < of[k].count && has_rows_of(g->parent, &p->plan->groups[k]); n++)
                    if (!add_join(p, g, of[k].items[n], &of[i])) return false;
            done[i] = more = true;
        }
    }
    return true;
}

/* ---- Levels: what starts from a row by unique key -------------------------------------------------------*/

static bool is_by_unique_key(const planner *p, const plan_group *g) {
    return p->options.trips_cost && !plan_is_one_trip(p->plan) && g->origin == GRAPH_SEARCH && g->to_one &&
           !g->include_count;
}

bool planner_goes_ahead(const planner *p, const plan_group *g) {
    planner_way way = p->groups[g->index].way;
    if (way == WAY_REFERENCE) return is_by_unique_key(p, g->parent) && can_refer(p, &g->path.hops[0]);
    return way_is_children(way) && is_by_unique_key(p, g->parent) && can_start(p, &g->path.hops[0]);
}

bool planner_counts_ahead(const planner *p, const plan_group *g) {
    return is_by_unique_key(p, g) && can_start_counts(p, g);
}

bool planner_sources_ahead(planner *p) {
    for (uint32_t i = 0; i < p->plan->step_count; i++)
        if (p->plan->steps[i]->ahead && !sources_of_step(p, p->plan->steps[i])) return false;
    return true;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

bool planner_sources(planner *p) {
    if (!add_joins(p)) return false;
    for (uint32_t i = 0; i < p->plan->step_count; i++)
        if (!sources_of_step(p, p->plan->steps[i])) return false;
    return true;
}
