/* engine.h: Sheaf asked the same questions. */
#ifndef ORACLE_ENGINE_H
#define ORACLE_ENGINE_H

#include <sheaf/context.h>

#include "question.h"
#include "setup.h"

/* X(backend, strategy): every way that must give the same bytes. */
#define ENGINE_WAYS(X)                                                                                       \
    X(SETUP_SQLITE, SHEAF_STRATEGY_AUTO)                                                                     \
    X(SETUP_PG, SHEAF_STRATEGY_LEVELS)                                                                       \
    X(SETUP_PG, SHEAF_STRATEGY_RESELECT)                                                                     \
    X(SETUP_PG, SHEAF_STRATEGY_SETTING)

typedef struct engine_way {
    int backend;
    sheaf_strategy strategy;
} engine_way;
enum { ENGINE_WAY_COUNT = 4 };
extern const engine_way engine_ways[ENGINE_WAY_COUNT];

typedef struct engine {
    sheaf_model *model;
    sheaf_db *databases[ENGINE_WAY_COUNT]; /* by way; NULL: not there */
    arena tables;                          /* of compiled shapes: the databases keep what they read of them */
} engine;

/* Reads the model's text and opens the databases, which hold the world already. */
bool engine_open(engine *e, const world *w, const setup *s, sheaf_error *err);
void engine_close(engine *e);

/* What came of one question: text, or an error. */
typedef struct outcome {
    bool ok;
    buffer text;
    sheaf_error err;
} outcome;
void outcome_init(outcome *o);
void outcome_free(outcome *o);

/* The result as JSON; `ndjson`: in that form. False: the question itself was refused, which is a mistake of
 * this test. */
bool engine_shape(engine *e, int way, const shape *s, bool ndjson, outcome *ret, sheaf_error *err);
/* The same shape compiled: the result's structs as JSON. */
bool engine_structs(engine *e, int way, const shape *s, outcome *ret, sheaf_error *err);
/* What was sent is what the plan said; more only where SQL had to choose after all. */
bool engine_check_cost(const sheaf_context *c, sheaf_error *err);
void engine_groups(engine *e, int way, const graph_question *q, outcome *ret);

#endif
