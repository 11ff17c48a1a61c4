/* NAME.c: the model's text, the shapes' texts, and the tables of compiled.h. */
#include "gen.h"

bool gen_source(gen *g, buffer *out, sheaf_error *err) {
    (void)err;
    gen_head(g, out, "What the headers declare.");
    return true;
}
