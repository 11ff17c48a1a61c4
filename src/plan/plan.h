/* plan.h: what a graph of groups takes: known without running anything, and independent of the data.
 *
 * Levels. A step at level n needs only what levels before n brought; all steps of a level travel in one trip.
 * For a group there are three moments:
 *
 *   known    its keys are in memory, and which of its rows belong to which row of its parent
 *   had      its rows' columns are in memory
 *
 * A to-one reference is known as soon as its parent is had; a search or a list is known when its statement
 * ran, and had then too where the statement carries the columns. Otherwise a FETCH brings them, one for all
 * groups of an entity that can wait for each other without a further level, so that a row is fetched once.
 *
 * Ahead. What starts from a row that a unique key finds need not wait for that row: its statement finds the
 * key in a sub-query, and travels with the search. A page of one row and its lists takes a trip less.
 *
 * One trip. Where the link is far, all levels travel together: a statement finds the keys that it starts from
 * by itself, in sub-queries that select the rows of earlier groups again, or in settings of the transaction
 * that the statement which found them has written; and references come with the rows that hold them. Levels
 * then only say in which order rows are stitched.
 *
 * A plan is frozen, shared by threads, and kept by the database.
 */
#ifndef SHEAF_PLAN_H
#define SHEAF_PLAN_H

#include <sheaf/db.h>

#include "../model/binding.h"
#include "graph.h"

/* Where one column of the layout stands in a row. */
typedef struct plan_slot {
    uint32_t at;
    uint16_t null; /* its NULL bit */
    bool is_text;  /* a slice; else eight bytes */
} plan_slot;

/* A column that rows are compared by, with all that a comparison needs. */
typedef struct plan_sort_key {
    uint32_t at, null_at; /* null_at: offset of a word */
    uint64_t null_bit;
    enum { SORT_INT, SORT_FLOAT, SORT_TEXT, SORT_DECIMAL } as;
    bool descending;
} plan_sort_key;

/* A column's value once more, in a struct that shows it too, or as the struct holds it: written right after
 * the column. */
typedef struct plan_copy {
    uint32_t value;      /* index in the layout's columns */
    uint32_t at, has_at; /* offsets; 0: none. has_at: of a bool that is true where there is a value */
    sheaf_member_kind as;
} plan_copy;

/* Where things are in a row of one entity, in one plan (offsets in bytes):
 *
 *   | table* | ordinal, flags, stamp | member words | null words | structs … | values … | counts … | edges …
 * |
 *
 * A value takes 8 bytes, a text 16; an edge to one row 8, to many 16 (pointer and count). The structs are
 * those of compiled code (view.h); a column that one of them shows has its place there. Structs without
 * columns stand behind the counts, so that what is copied of a row (store_keep) is its columns. */
typedef struct plan_layout {
    const model_entity *entity;
    uint32_t index; /* among the plan's layouts */
    uint32_t size;  /* of a row */
    uint32_t members_at, member_words;
    uint32_t nulls_at, null_words;
    const model_column **columns; /* what is fetched: the key first, then the union of what all groups need */
    uint32_t column_count;
    plan_slot *slots;      /* of `columns`, in their order */
    uint32_t columns_end;  /* offset behind the last of them */
    uint32_t *column_at;   /* by model_column.index: offset; 0: not there */
    uint16_t *column_null; /* by model_column.index: its null bit */
    uint32_t *field_at;    /* by model_field.index: counts and texts; 0: not there */
    uint16_t *field_null;
    bool key_is_text[MODEL_KEY_MAX];
    bool key_is_one_int; /* one column, held as an integer */
    struct {
        plan_copy *items;
        size_t count, room;
    } copies;
    struct plan_group **shown; /* groups whose rows are shown in structs */
    uint32_t shown_count;
} plan_layout;

/* Where the column stands among `columns`; it must. */
static inline uint32_t plan_column_index(const plan_layout *l, const model_column *column) {
    uint32_t i = 0;
    while (l->columns[i] != column) i++;
    return i;
}

typedef enum plan_step_kind {
    STEP_SEARCH,   /* the rows of one search */
    STEP_TOTAL,    /* the number of rows of one search */
    STEP_CHILDREN, /* pairs of parent key and row, for keys of parents */
    STEP_FETCH,    /* rows by key */
    STEP_COUNT     /* pairs of parent key and number, for keys of parents */
} plan_step_kind;

/* Below so many rows for one parent, fetching whole and choosing in C beats a choice in SQL; above, and above
 * so many times what is kept, it moves rows for nothing. (docs/decisions.md) */
enum { PLAN_WHOLE_ROWS_WORTH = 200, PLAN_WHOLE_TIMES_KEPT = 8 };

/* One trip: a reference is joined to lists up to so many rows; to longer ones it is fetched by key, once for
 * all rows that hold it. */
enum { PLAN_JOINED_ROWS_WORTH = 200, PLAN_SMALL_TABLE = 200 };

/* PostgreSQL takes 1664 outputs of a statement. */
enum { PLAN_OUTPUTS_MAX = 1600 };

/* How rows of each parent are chosen by a CHILDREN step. */
typedef enum plan_choice {
    CHOOSE_ALL,    /* no limit: every row; more than the page maximum for one parent is an error */
    CHOOSE_MEMORY, /* fetched whole, chosen in C; over the cap, the statement `instead` runs in its place */
    CHOOSE_SQL     /* chosen by the statement */
} plan_choice;

/* One trip: keys that a statement finds by itself: these columns of a group's own rows. */
typedef struct plan_source {
    const struct plan_group *group;
    const model_columns *columns; /* its key, or those of a reference */
    uint32_t setting; /* number of the setting that the group's statement writes them to; 0: none */
} plan_source;

/* One trip: the row that a reference leads to, in the row that holds the reference. */
typedef struct plan_join {
    const model_columns *columns;
    const struct plan_layout *from; /* of the row that holds it */
    int32_t of;                     /* number of the join that brings that row; -1: the statement itself */
    const struct plan_layout *layout;
    const model_field *relation;
    bool small; /* its table has so few rows that reading it whole beats looking up one by one */
} plan_join;

/* One trip: columns of the statement's rows that are written to a setting. */
typedef struct plan_publication {
    const model_columns *columns;
    uint32_t setting;
} plan_publication;

/* A statement in terms of the model; src/sql turns it into text. */
typedef struct plan_query {
    plan_step_kind kind;
    const model_entity *start; /* whose keys are given: CHILDREN, COUNT (FETCH: = entity) */
    model_path path;           /* CHILDREN, COUNT: from start to entity */
    bool trust_link;           /* CHILDREN over one link table: its word that a row exists is enough */
    const model_entity *entity;
    const filter *where;
    const model_order_item *order; /* complete: what decides a limit, an offset, a pick */
    uint32_t order_count;
    bool sorted;                        /* the rows must come in that order */
    const model_column *const *columns; /* output, the key first */
    uint32_t column_count;
    int64_t limit;  /* SEARCH: page; CHILDREN in memory: cap + 1; in SQL: for each parent; -1 none */
    int32_t offset; /* number of a value; -1 none */
    graph_after after;
    bool choose;   /* CHILDREN: choose for each parent in SQL */
    bool together; /* a pick: by one sort of the rows of all parents, which are few; else one by one */
    bool distinct; /* the path can lead to one row twice for one parent */
    bool pick;
    const model_column *keep_max;
    model_columns per;
    const plan_source *sources; /* where the keys come from; count 0: they are sent */
    uint32_t source_count;
    plan_join *joins;
    uint32_t join_count;
    plan_publication *publications;
    uint32_t publication_count;
    const plan_layout *layout; /* whose columns those are; NULL: TOTAL, COUNT */
} plan_query;

typedef struct plan_step {
    plan_step_kind kind;
    uint32_t index, level; /* levels from 1 */
    plan_query query;
    plan_query *instead; /* CHOOSE_MEMORY: chosen in SQL; the same answer */
    plan_choice choice;
    bool sort;                     /* sort each parent's rows in C by `order` */
    const model_order_item *order; /* complete */
    uint32_t order_count;
    plan_sort_key *sort_keys; /* of `order`, where `sort` */
    plan_sort_key
        *keep_keys;      /* of a pick in memory with keep_max: those of `per`, then the value downwards */
    uint32_t keep_count; /* with the value's */
    int64_t limit;       /* for each parent; -1 none */
    struct plan_group **groups; /* whose step it is: CHILDREN and SEARCH: those that it makes; FETCH, COUNT:
                                   those it serves */
    uint32_t group_count;
    const model_field *count;   /* COUNT */
    plan_layout *layout;        /* of the rows it brings (COUNT: of the parents) */
    plan_layout *parent_layout; /* CHILDREN */
    bool carries;               /* CHILDREN, SEARCH: brings all columns of the layout */
    bool ahead;         /* levels: its keys are those of a row by unique key, which it finds by itself */
    bool loose;         /* CHOOSE_MEMORY: its rows enter their table only when they are chosen */
    bool running_pick;  /* loose: a row that loses to an earlier one is dropped as it arrives */
    const char *reason; /* why chosen in SQL or in memory, for `sheaf plan` */
} plan_step;

/* What is written into the structs of a group's rows in the end: all but columns. Offsets in the row. */
typedef struct plan_show {
    enum { SHOW_COUNT, SHOW_TEXT, SHOW_CURSOR, SHOW_TYPENAME, SHOW_ONE, SHOW_MANY } kind;
    uint32_t at, has_at, count_at;  /* has_at 0: none */
    uint32_t from;                  /* COUNT, TEXT: of the value; ONE, MANY: of the edge */
    uint32_t view_at;               /* ONE, MANY: of the struct in the rows that the edge leads to */
    const struct plan_group *group; /* ONE, MANY: whose edge it is */
    bool in_place;                  /* MANY: nobody else reads this array of rows: it becomes the struct's */
} plan_show;

typedef struct plan_group {
    uint32_t index; /* as in the graph; hidden groups come after */
    bool hidden;    /* made for a text attribute */
    graph_origin origin;
    const model_entity *entity;
    struct plan_group *parent;
    const model_field *relation;
    model_path path;
    bool to_one, pick;
    bool by_reference; /* one REF hop: known from its parent's column, without a statement */
    plan_layout *layout;
    uint32_t member_at; /* offset in a row and bit of its membership */
    uint64_t member_bit;
    uint32_t edge_at;            /* FOLLOW: offset in a row of the parent's layout */
    uint32_t known, had;         /* levels; of its own rows */
    uint32_t all_known, all_had; /* with those that it includes */
    struct plan_group **includes;
    uint32_t include_count;
    struct plan_group **included_by; /* transitively: its rows are also rows of these */
    uint32_t included_by_count;
    plan_step *step;            /* SEARCH, COUNT, CHILDREN */
    const plan_source *sources; /* one trip, where others start from it: what it starts from itself */
    uint32_t source_count;
    const uint64_t *asked;
    const model_order_item *order; /* complete */
    uint32_t order_count;
    int64_t limit;
    int32_t offset;
    bool non_null; /* to-one by reference that the model says is always there */
    bool wants_order;
    plan_show *shows;
    uint32_t show_count;
    uint64_t *never_null; /* NULL bits that no row of the group may have, for its structs; NULL: no structs */
} plan_group;

/* One @text of one group. */
typedef struct plan_text {
    plan_group *group;
    const model_field *field;
    plan_group **const *refs; /* by part: the groups to walk, as many as the part's refs */
} plan_text;

typedef struct plan {
    arena memory;
    sheaf_slice key; /* the graph's bytes */
    const binding *binding;
    plan_layout *layouts;
    uint32_t layout_count;
    plan_group *groups;
    uint32_t group_count, visible_count;
    plan_step **steps; /* by level */
    uint32_t step_count;
    uint32_t *level_first; /* level_count + 1 entries: steps of level n are [n - 1] to [n] - 1 */
    uint32_t level_count;
    plan_text *texts;
    uint32_t text_count;
    const view_set *views;     /* the graph's: they live as long as the database */
    uint32_t *view_at;         /* by view.number: offset in a row */
    uint32_t statements;       /* exactly, where nothing is repeated in SQL */
    uint32_t statements_max;   /* with every step that could be */
    uint32_t trips, trips_max; /* levels; with those that repeat a statement */
    bool has_unions;           /* groups that include others */
    sheaf_strategy strategy;   /* LEVELS, or one of those that take one trip */
    bool last_may_repeat; /* the last level has a step that may be repeated: the end of the snapshot follows
                             apart */
} plan;

typedef struct plan_options {
    int64_t page_max, whole_max;
    sheaf_strategy strategy; /* AUTO means levels; so it is, too, where the one asked for cannot be had */
    bool trips_cost;         /* levels: what starts from a row by unique key travels with the search for it */
    const sheaf_allocator *allocator;
} plan_options;

static inline bool plan_is_one_trip(const plan *p) {
    return p->strategy != SHEAF_STRATEGY_LEVELS;
}

/* Errors: SHAPE (unions in a circle, groups that do not fit), MEMORY. Frozen; freed by plan_free. */
bool plan_make(const graph *g, const binding *b, const plan_options *options, plan **ret, sheaf_error *err);
void plan_free(plan *p);

#endif
