/* compiled.h: shapes read into structs: what a database keeps of each.
 *
 *   compiled.c  finding (or making) what is kept, variables, the read itself
 *   view.c      the tables of a shape's structs held against its tree: plan/view.h
 *   show.c      the last pass: what of the structs is known only in the end
 */
#ifndef SHEAF_CONTEXT_COMPILED_H
#define SHEAF_CONTEXT_COMPILED_H

#include <sheaf/compiled.h>

#include "../shape/shape.h"
#include "context.h"

/* The documents of one run of `sheaf gen`, checked against the database's model. */
typedef struct compiled_set {
    const sheaf_compiled_set *set;
    sheaf_shapes *shapes;
    struct compiled_set *next;
} compiled_set;

/* Frozen once made; lives as long as the database. */
typedef struct compiled_shape {
    const sheaf_compiled *compiled;
    const sheaf_shape *shape;
    view_set *views;
    const sheaf_compiled_variable **variables; /* by number of the shape's; NULL: none */
    arena memory;
    struct compiled_shape *next;
} compiled_shape;

/* view.c: every member of every struct resolved. Errors: CHANGED, CATALOGUE, MEMORY. */
bool views_resolve(const sheaf_db *db, const sheaf_compiled *compiled, const sheaf_shape *shape,
                   arena *memory, view_set **ret, sheaf_error *err);

/* What precedes a page's struct in memory. */
typedef struct compiled_head {
    sheaf_context *context;
} compiled_head;

#endif
