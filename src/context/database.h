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

/* A plan with its statements: frozen but for what it learns: `in_sql` and `text_size`. */
typedef struct ready_plan {
    plan *plan;
    sql_prepared *statements; /* by step */
    sql_prepared *instead;    /* by step; where the step may be repeated */
    atomic_bool *in_sql;      /* by step: it was too large once, so from now on SQL chooses at once */
    atomic_size_t text_size;  /* of the page that was rendered last */
    arena memory;             /* of the statements */
    uint64_t hash;
    int road;                /* strategy.h */
    struct ready_plan *next; /* of the same bucket */
    uint64_t used;           /* the cache's clock at the last use */
    unsigned references;     /* contexts, and the cache itself; under the cache's lock */
} ready_plan;

enum { PLAN_BUCKETS = 512 };

typedef struct plan_cache {
    pthread_mutex_t lock;
    ready_plan *buckets[PLAN_BUCKETS];
    size_t count;
    uint64_t clock;
} plan_cache;

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
    sheaf_unused_fn *unused; /* who is told of every context what it never read; NULL: nobody */
    void *unused_user;
};

/* plans.c: the plan for a graph, found or made; given back with plans_drop. */
bool plans_get(sheaf_db *db, const graph *g, ready_plan **ret, bool *ret_made, sheaf_error *err);
void plans_drop(sheaf_db *db, ready_plan *p);
bool plans_init(plan_cache *c);
void plans_free(sheaf_db *db);

#endif
