/* planner.h: what the files of the planner share while a plan is made. */
#ifndef SHEAF_PLAN_PLANNER_H
#define SHEAF_PLAN_PLANNER_H

#include "../model/value.h"
#include "plan.h"

/* How the rows of a group come. */
typedef enum planner_way {
    WAY_SEARCH,
    WAY_TOTAL,
    WAY_KEYS,      /* given: FETCH */
    WAY_REFERENCE, /* in the parent's column: FETCH */
    WAY_JOIN,      /* the same, in the statement that brings the parent's row */
    WAY_BACK,      /* a reference back to the row that the parent's list was found from: it is in memory */
    WAY_CARRY,     /* CHILDREN that carry all columns */
    WAY_LINK       /* CHILDREN of keys only, then FETCH */
} planner_way;

/* A group while it is planned. */
typedef struct planner_group {
    plan_group *group;
    const graph_group *asked; /* NULL for a hidden one */
    planner_way way;
    const filter *where;
    graph_after after;
    uint32_t fetch_not_before; /* level; 0: as soon as possible */
    bool joined;               /* to the statement whose outputs are counted */
} planner_group;

typedef struct planner {
    plan *plan;
    arena *memory; /* the plan's */
    const graph *graph;
    const binding *binding;
    plan_options options;
    planner_group *groups; /* as plan->groups */
    uint32_t room;
    uint32_t levels;   /* of the last scheduling */
    uint32_t settings; /* one trip: those that are written, numbered from 1 */
    sheaf_error *err;
} planner;

static inline bool way_fetches(planner_way way) {
    return way == WAY_KEYS || way == WAY_REFERENCE || way == WAY_LINK;
}
static inline bool way_is_children(planner_way way) {
    return way == WAY_CARRY || way == WAY_LINK;
}

/* layout.c: start gives each entity its layout and key; finish, once the steps stand, its columns and
 * offsets. */
bool planner_layouts_start(planner *p);
bool planner_layouts_finish(planner *p);
plan_layout *planner_layout_of(planner *p, const model_entity *entity);

/* views.c: place gives the structs of the layout's groups their places, from *at on, and so the columns that
 * they show: first those with columns, then the others. finish: what is written into them in the end. */
bool planner_views_start(planner *p);
bool planner_views_place(planner *p, plan_layout *l, bool with_columns, uint32_t *at);
bool planner_views_finish(planner *p);

/* schedule.c: sets known, had … of the groups; merges fetches. */
void planner_schedule(planner *p);

/* steps.c */
bool planner_steps(planner *p);

/* one_trip.c. `planner_one_trip` says whether all levels can travel together, and lets references be joined;
 * `planner_sources` tells each statement where its keys come from, once the steps stand. */
bool planner_one_trip(planner *p);
/* Levels: whether the statement of a list or a reference, or those of a group's counts, may travel with the
 * search for the row that they start from; and where they find its key. */
bool planner_goes_ahead(const planner *p, const plan_group *g);
bool planner_counts_ahead(const planner *p, const plan_group *g);
bool planner_sources_ahead(planner *p);
bool planner_sources(planner *p);
bool planner_has_dependents(const planner *p, const plan_group *g);

/* estimate.c: what the catalogue tells */
double planner_fan_out(const binding *b, const model_path *path);  /* rows for one start row; -1 unknown */
bool planner_is_small(const binding *b, const model_entity *e);    /* known to be, and each key stands once */
bool planner_may_repeat(const binding *b, const model_path *path); /* one row twice for one start row */
bool planner_link_is_sure(const binding *b, const model_hop *hop); /* each link's target exists, once */
bool planner_sorts_in_memory(const binding *b, const model_order_item *order, uint32_t count);

/* copy.c: nothing of the graph is kept in a plan */
const filter *planner_copy_filter(planner *p, const filter *f); /* NULL for NULL, and without memory */
bool planner_copy_path(planner *p, const model_path *from, model_path *ret);

#endif
