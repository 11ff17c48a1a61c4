/* tables.h: a shape as structs, as `sheaf gen` could write them: each node a struct, parts of it now and then
 * in fragments, in place or alone, the same fragment in several nodes. */
#ifndef ORACLE_TABLES_H
#define ORACLE_TABLES_H

#include <sheaf/compiled.h>

#include "../../src/shape/shape.h"
#include "question.h"

typedef struct tables {
    sheaf_compiled compiled;
    const void *variables;
} tables;

/* All in `memory`; at random, but the same for the same document. `checked` is the shape as the model has it,
 * for its variables. */
const tables *tables_make(arena *memory, const sheaf_model *model, const shape *s, const sheaf_shape *checked,
                          sheaf_slice document, const o_variables *given);

#endif
