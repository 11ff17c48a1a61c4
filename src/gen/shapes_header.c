/* NAME_shapes.h: structs and functions of the queries. */
#include "gen.h"

bool gen_shapes_header(gen *g, buffer *out, sheaf_error *err) {
    (void)err;
    gen_head(g, out, "The shapes.");
    return true;
}
