/* render: realised rows → text.
 *
 *   render.h   what a rendering is given
 *   program.c  a shape's tree and a plan's layout → instructions: what to write, and where it stands in a row
 *   json.c     the instructions, run over rows
 */
#ifndef SHEAF_RENDER_H
#define SHEAF_RENDER_H

#include "../shape/shape.h"
#include "../store/store.h"

typedef struct render_root {
    store_row *const *rows; /* of a list, or one or none */
    size_t count;
    int64_t total; /* of a count */
} render_root;

typedef struct render_input {
    const sheaf_shape *shape;
    const plan *plan;
    const plan_group *const
        *group_of; /* ONE, MANY and COUNT nodes, in the order of the tree, parents first */
    const render_root *roots;
    arena *memory; /* for the instructions */
    size_t
        max; /* bytes of the text; more is SHEAF_E_LIMIT: few rows may make much text where lists lead back */
} render_input;

/* Append to `out`. Errors: DATA, MEMORY; USAGE (ndjson of a shape that is not one list). */
bool render_json(const render_input *input, buffer *out, sheaf_error *err);
bool render_ndjson(const render_input *input, buffer *out, sheaf_error *err);

#endif
