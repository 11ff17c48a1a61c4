/* NAME_model.h: typed groups, attributes, filters and orders. */
#include "gen.h"

bool gen_model_header(gen *g, buffer *out, sheaf_error *err) {
    (void)err;
    gen_head(g, out, "Typed groups of the model.");
    return true;
}
