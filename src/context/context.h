/* context: contexts, groups, realise: where everything below comes together.
 *
 *   database.h  a database: pool, catalogue, cached plans      (db.c, plans.c, spares.c)
 *   context.h   a context and its groups
 *   build.c     the calls that declare groups                  (condition.c: their filters and orders)
 *   fit.c       operands as the columns that they meet want them
 *   runner.h    realise: what is sent, what comes, what it means  (run.c, receive.c, stitch.c; refused.c)
 *   strategy.h  levels or one trip, by the link
 *   finish.c    after the last trip: what does not exist leaves, texts are made, groups get their lists
 *   read.c      reading: no call from there can reach the database
 *   unused.h    what a context that tracks its reads notes, and tells as never read (unused.c)
 *   cursor.c    cursors, read
 *   typed.c     what the functions of sheaf/typed.h call
 *   page.c      a shape realised: the same groups, declared from a shape's tree
 *   compiled.h  a shape realised into structs of generated code      (compiled.c, view.c, show.c)
 *   explain.c   a shape planned, as text
 */
#ifndef SHEAF_SRC_CONTEXT_H
#define SHEAF_SRC_CONTEXT_H

#include <sheaf/context.h>

#include "../base/time.h"
#include "../store/store.h"
#include "database.h"

struct sheaf_group {
    sheaf_context *context;
    graph_group *asked;        /* NULL: made by mistake; the context knows */
    const plan_group *planned; /* once realised */
    store_rows rows;           /* what a search or keys brought; in the end its list */
    bool listed;
    int64_t total;                 /* of a GRAPH_COUNT */
    const struct shape_node *node; /* of a page */
    struct group_reads *reads;     /* unused.h; NULL: not tracked */
};

typedef enum context_state { CONTEXT_BUILDING, CONTEXT_REALISED, CONTEXT_FAILED } context_state;

struct sheaf_context {
    sheaf_db *db;
    arena memory;
    graph graph;
    const struct sheaf_shape *shape; /* whose variables are the graph's first values; NULL: it is of calls */
    struct {
        sheaf_group **items; /* by graph_group.index */
        size_t count, room;
    } groups;
    sheaf_group mistaken; /* stands in for groups that could not be made */
    sheaf_error mistake;  /* the first; code SHEAF_OK: none */
    context_state state;
    ready_plan *ready;
    store store;
    bool lists; /* groups get their lists in the end (a page needs only those of its roots) */
    sheaf_stats stats;
    uint64_t *step_ns;   /* by step: the time of its statement */
    struct reads *reads; /* unused.h; NULL: not tracked */
    void *structs;       /* the page as a struct, where the graph has views */
};

/* build.c: for page.c too. Keep the first mistake; always give something that can be used further. */
void context_mistake(sheaf_context *c, const sheaf_error *mistake, const char *place);
sheaf_group *context_group(sheaf_context *c, graph_group *asked); /* asked NULL: no memory */

/* read.c: a lack of memory that was the context's own cap is told as a limit. */
void context_explain_memory(const sheaf_context *c, sheaf_error *err);

/* condition.c */
bool condition_read(sheaf_context *c, const model_entity *e, const sheaf_filter *given, const filter **ret,
                    sheaf_error *err);
bool condition_order(sheaf_context *c, const model_entity *e, const sheaf_order *given, model_order *ret,
                     sheaf_error *err);

/* fit.c: makes a value what a parameter of this kind takes; VARIABLE where it cannot be. */
bool context_fit(sql_param_kind kind, sheaf_value *v, arena *memory, sheaf_error *err);

/* read.c: whether a field's column is one of the key; where an attribute and its NULL bit stand in a row. */
bool read_is_key(const model_field *field);
void read_locate(const plan_layout *l, const model_field *field, sheaf_field *ret);

/* run.c, finish.c, show.c */
bool context_run(sheaf_context *c, sheaf_error *err);
bool context_finish(sheaf_context *c, sheaf_error *err);
bool context_show(sheaf_context *c, sheaf_error *err); /* the edges lead to structs afterwards, not to rows */
static inline sheaf_group *context_group_of(const sheaf_context *c, const plan_group *g) {
    return c->groups.items[g->index];
}

/* cursor.c: the order is as asked, without the key that completes it. */
bool cursor_read(sheaf_context *c, const model_entity *e, const model_order *order, sheaf_slice cursor,
                 graph_after *ret, sheaf_error *err);

#endif
