/* gen: C from a model and its shapes.
 *
 *   gen.h            what is generated, and what the files of this folder share
 *   names.c          C identifiers: claimed once, never a keyword, clashes resolved the same way every time
 *   model_header.c   NAME_model.h: typed groups, attributes, filters and orders
 *   shapes_header.c  NAME_shapes.h: structs and functions of the queries
 *   source.c         NAME.c: the model's text, the shapes' texts, and the tables of compiled.h
 *
 * The output depends on the model, the shapes and the options alone: no time, no path, no version of a
 * compiler. Every file begins with a hash of the sources, by which `sheaf gen --check` tells a stale one.
 */
#ifndef SHEAF_GEN_H
#define SHEAF_GEN_H

#include "../base/map.h"
#include "../model/model.h"
#include "../shape/shape.h"

typedef struct gen_options {
    const char *name;            /* of the files, and of what belongs to the project as a whole */
    const char *const *text_ids; /* entities whose ID is text in the database */
    size_t text_id_count;
} gen_options;

typedef struct gen {
    arena *memory;
    const sheaf_model *model;
    const sheaf_shapes *shapes; /* NULL: none */
    gen_options options;
    uint64_t hash; /* of the sources and the options */
    map names;     /* C identifiers in use */
} gen;

typedef struct gen_files {
    buffer model_header, shapes_header, source;
} gen_files;

/* The three files as text. Errors: USAGE (an option), SHAPE (what no struct can hold), MEMORY. */
bool gen_write(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options,
               const sheaf_allocator *allocator, gen_files *ret, sheaf_error *err);
void gen_files_free(gen_files *files);

/* names.c: the identifier `wanted` (cleaned where it is none), made unique and claimed. ptr NULL: no memory.
 * The model's names are claimed before those of the shapes, in the order of the documents. */
sheaf_slice gen_claim(gen *g, sheaf_slice wanted);

/* The hash that a generated file begins with; false where it has none. */
bool gen_hash_of(sheaf_slice file, uint64_t *ret);
uint64_t gen_hash(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options);

/* One for each file. */
bool gen_model_header(gen *g, buffer *out, sheaf_error *err);
bool gen_shapes_header(gen *g, buffer *out, sheaf_error *err);
bool gen_source(gen *g, buffer *out, sheaf_error *err);

#endif
