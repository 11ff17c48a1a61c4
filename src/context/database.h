/* database.h: a database: connections, what its catalogue says, and the plans made for it. */
#ifndef SHEAF_CONTEXT_DATABASE_H
#define SHEAF_CONTEXT_DATABASE_H

#include <sheaf/db.h>

#include <pthread.h>
#include <stdatomic.h>

#include "../driver/driver.h"
#include "../driver/pool.h"
#include "../model/binding.h"
#include "../plan/plan.h"
#include "../sql/sql.h"

/* A plan with its statements: frozen but for what it learns: `in_sql`, `text_size` and `row_count`. */
typedef struct ready_plan {
    plan *plan;
    sql_prepared *statements; /* by step */
    sql_prepared *instead;    /* by step; where the step may be repeated */
    atomic_bool *in_sql;      /* by step: it was too large once, so from now on SQL chooses at once */
    atomic_size_t text_size;  /* of the page that was rendered last */
    atomic_size_t *row_count; /* by layout: of the context that was realised last */
    arena memory;             /* of the statements */
    uint64_t hash;
    int road;                /* strategy.h */
    struct ready_plan *next; /* of the same bucket */
    uint64_t used;           /* the cache's clock at the last use */
    unsigned references;     /* contexts, and the cache itself; under the cache's lock */
} ready_plan;

/* Memory that contexts have left, a block each: from the system each page's would come anew, page by page. */
enum { SPARES_MAX = 16 };
typedef struct spares {
    pthread_mutex_t lock;
    arena items[SPARES_MAX];
    size_t count;
    bool used; /* with the C library's allocator; another one may have its own ways */
} spares;

enum { PLAN_BUCKETS = 512 };

typedef struct plan_cache {
    pthread_mutex_t lock;
    ready_plan *buckets[PLAN_BUCKETS];
    size_t count;
    uint64_t clock;
} plan_cache;

/* Compiled shapes that were read, by the address of their tables. */
typedef struct compiled_cache {
    pthread_mutex_t lock;
    arena memory; /* of the map */
    int_map by_shape;
    struct compiled_shape *shapes;
    struct compiled_set *sets;
} compiled_cache;

struct sheaf_db {
    const sheaf_allocator *allocator;
    const driver *driver;
    const sql_dialect *dialect;
    const sheaf_model *model;
    sheaf_limits limits;
    pool *pool;
    arena memory; /* of the catalogue and the binding */
    catalogue catalogue;
    binding *binding;        /* NULL without a model */
    sheaf_strategy strategy; /* asked for; AUTO: by the link */
    atomic_int link;         /* what the link was at the last look: a road */
    plan_cache plans;
    spares spares;
    sheaf_unused_fn *unused; /* who is told of every context what it never read; NULL: nobody */
    void *unused_user;
    compiled_cache compiled;
};

/* spares.c: an arena of the database's, empty, with at most `max` bytes; given back instead of freed. */
bool spares_init(spares *s, const sheaf_allocator *allocator);
void spares_free(spares *s);
arena spares_take(sheaf_db *db, size_t max);
void spares_give(sheaf_db *db, arena *a);

/* plans.c: the plan for a graph, found or made; given back with plans_drop. */
bool plans_get(sheaf_db *db, const graph *g, ready_plan **ret, bool *ret_made, sheaf_error *err);
void plans_drop(sheaf_db *db, ready_plan *p);
bool plans_init(plan_cache *c);
void plans_free(sheaf_db *db);

/* compiled.c; plans point to what it keeps, so it is freed after them. */
bool compiled_init(compiled_cache *c, const sheaf_allocator *allocator);
void compiled_free(sheaf_db *db);

#endif
