/* plan: from a graph of groups to the steps that realise it.
 *
 *   graph.h     what is asked for: groups, however they were declared (C calls, or a shape)
 *   plan.h      what will be done: layouts of rows, steps, levels
 *   planner.c   graph → plan: groups, how the rows of each come, hidden groups for texts
 *   layout.c    which columns, edges and counts a row of an entity has, and where
 *   schedule.c  at which level each group is known and had; which fetches wait for each other
 *   steps.c     one step for each statement, in the order of their levels
 *   estimate.c  what the catalogue tells: fan-out, uniqueness, collation
 *   copy.c      deep copies: a plan keeps nothing of its graph
 *   view.h      structs of compiled code in which rows are shown; views.c gives them their place in the rows
 *
 * A graph is built in an arena, used once, and described by bytes (`graph_key`) in which no value of a
 * variable stands: equal bytes, equal plan. Groups are numbered in the order of their making, parents before
 * children.
 */
#ifndef SHEAF_PLAN_GRAPH_H
#define SHEAF_PLAN_GRAPH_H

#include "../model/filter.h"
#include "view.h"

typedef enum graph_origin {
    GRAPH_SEARCH, /* rows of an entity by condition */
    GRAPH_KEYS,   /* rows whose keys are given */
    GRAPH_FOLLOW, /* what a path leads to from the rows of `parent` */
    GRAPH_COUNT   /* the number of rows of a search */
} graph_origin;

/* Rows after a cursor: the values of the order's columns (complete with the key) stand in `graph.values` from
 * `first` on. Which of them are NULL decides the SQL, so it is part of the graph. */
typedef struct graph_after {
    bool given;
    uint32_t first;
    uint64_t nulls;
} graph_after;

typedef struct graph_group graph_group;
struct graph_group {
    uint32_t index;
    graph_origin origin;
    const model_entity *entity;
    graph_group *parent;         /* FOLLOW */
    const model_field *relation; /* FOLLOW: NULL for a dotted path */
    model_path path;             /* FOLLOW */
    bool to_one;         /* FOLLOW: at most one row for each parent, read as one; SEARCH: by a unique key */
    bool pick;           /* FOLLOW: of a FIELD_PICK */
    const filter *where; /* SEARCH, FOLLOW, COUNT: condition on the group's rows; may be NULL */
    model_order order;   /* as asked; the planner completes it with the key */
    int64_t limit;       /* SEARCH: rows; FOLLOW: rows for each parent, -1 none */
    int32_t offset;      /* index in graph.values; -1 none */
    graph_after after;
    uint64_t *asked;        /* bit set over entity->fields: COLUMN, TEXT, COUNT */
    bool wants_order;       /* the order's columns are needed in the rows, for cursors */
    graph_group **includes; /* groups whose rows are also rows of this one */
    uint32_t include_count, include_room;
    const sheaf_value *keys; /* KEYS: key_count × columns of the key; not part of the graph's bytes */
    size_t key_count;
    uint32_t visit;    /* of graph_depends */
    const char *place; /* where it was made, for errors */
};

typedef struct graph {
    arena *memory;
    const sheaf_model *model;
    uint32_t visits;
    struct {
        graph_group **items;
        size_t count, room;
    } groups;
    struct {
        sheaf_value *items;
        size_t count, room;
    } values;              /* of the variables of filters, by number; and offsets and cursors */
    const view_set *views; /* NULL: rows are not shown in structs */
} graph;

void graph_init(graph *g, arena *memory, const sheaf_model *model);

/* A new group with everything else zero (limit and offset -1), or NULL: no memory. */
graph_group *graph_add(graph *g, graph_origin origin, const model_entity *entity, const char *place);
/* A group that follows `relation` of `parent`: path, order and pick set from the field. */
graph_group *graph_follow(graph *g, graph_group *parent, const model_field *relation, const char *place);

static inline void graph_ask(graph_group *group, const model_field *field) {
    group->asked[field->index / 64] |= UINT64_C(1) << field->index % 64;
}
static inline bool graph_asked(const graph_group *group, const model_field *field) {
    return group->asked[field->index / 64] >> field->index % 64 & 1;
}

/* Gives the number of the new value, or -1: no memory. */
int32_t graph_value(graph *g, sheaf_value value);
bool graph_include(graph *g, graph_group *into, graph_group *from);

/* True where `from` reaches `to` over parents and includes: adding the edge would close a circle. */
bool graph_depends(graph *g, graph_group *from, const graph_group *to);

/* Appends the bytes that stand for the graph. */
void graph_key(const graph *g, buffer *out);

/* Appends those of what one group selects from its parent's rows, without parent and what is asked: equal
 * bytes for two groups whose parents are of one entity mean that one statement serves both. */
void graph_list_key(const graph_group *group, buffer *out);

#endif
