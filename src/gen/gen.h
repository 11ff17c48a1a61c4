/* gen: C from a model and its shapes.
 *
 *   gen.h            what is generated, and what the files of this folder share
 *   gen.c            the three files as a whole: options, hash, heads, comments
 *   names.c          C identifiers: claimed once, never a keyword, clashes resolved the same way every time
 *   model_header.c   NAME_model.h: typed groups, attributes, filters and orders
 *   structs.h        the structs of the shapes, as data (structs.c)
 *   shapes_header.c  NAME_shapes.h: structs and functions of the queries
 *   source.c         NAME.c: the model's text, the shapes' texts, and the tables of compiled.h
 *
 * The output depends on the model, the shapes and the options alone: no time, no path, no version of a
 * compiler. Every file begins with a hash of the sources, by which `sheaf gen --check` tells a stale one.
 */
#ifndef SHEAF_GEN_H
#define SHEAF_GEN_H

#include "../base/base.h"
#include "../base/map.h"
#include "../model/model.h"
#include "../shape/shape.h"

typedef struct gen_options {
    const char *name; /* of the files, and of what belongs to the project as a whole: a C identifier */
    const char *const *text_ids; /* entities whose ID is text in the database, by any of their names */
    size_t text_id_count;
} gen_options;

typedef struct gen {
    arena *memory;
    const sheaf_model *model;
    const sheaf_shapes *shapes; /* NULL: none */
    gen_options options;
    uint64_t hash;                     /* of the sources and the options */
    map names;                         /* C identifiers in use: ours, and those of C and C++ */
    const struct gen_structs *structs; /* of the shapes, once the header of the shapes was begun */
} gen;

typedef struct gen_files {
    buffer model_header, shapes_header, source;
} gen_files;

/* The three files as text; to be freed by gen_files_free. Errors: USAGE (an option), SHAPE (what no struct
 * can hold), MEMORY. */
bool gen_write(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options,
               const sheaf_allocator *allocator, gen_files *ret, sheaf_error *err);
void gen_files_free(gen_files *files);

/* The hash that a generated file begins with; false where it has none. */
bool gen_hash_of(sheaf_slice file, uint64_t *ret);
uint64_t gen_hash(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options);

/* The last part of a document's path (NULL: empty): what may be said of it in the output. */
sheaf_slice gen_base_name(const char *path);

/* The first lines of each file: the hash, and what the file is. */
void gen_head(const gen *g, buffer *out, const char *about);

/* A description as a comment: lines as they are, each indented; what would end the comment, or make a
 * compiler warn, is broken up. Nothing for an empty one. */
void gen_comment(buffer *out, const char *indent, sheaf_slice description);

/* Whether an ID, or a column that refers to one, is text in the database. */
bool gen_is_text_id(const gen *g, const model_column *column);

/* ---- names.c ------------------------------------------------------------------------------------------*/

/* `wanted` made a C identifier: other characters are '_', no '_' at either end and no two together (C++ keeps
 * those). It may still be a word of C. ptr NULL, here and below: no memory, also that of what made `wanted`.
 */
sheaf_slice gen_clean(arena *memory, sheaf_slice wanted);
/* Cleaned, and with a '_' where it is a word of C or C++, a macro or a type of their libraries: for names
 * that need not be unique in the whole file, such as a struct's members. */
sheaf_slice gen_identifier(gen *g, sheaf_slice wanted);
/* The same, no function of a library either, made unique and claimed: "hot", "hot2", "hot3" … The model's
 * names are claimed before those of the shapes, in the order of the documents. */
sheaf_slice gen_claim(gen *g, sheaf_slice wanted);
/* A stem of which every name STEM##ending is free, and now claimed: macros make the names from it. */
sheaf_slice gen_claim_stem(gen *g, sheaf_slice wanted, const char *const *endings, size_t count);
/* The words of C, C++ and their libraries are claimed. False: no memory. */
bool gen_claim_words(gen *g);
sheaf_slice gen_upper(gen *g, sheaf_slice name);

/* ---- One for each file ----------------------------------------------------------------------------------
 *
 * A buffer that failed for memory is found by gen_write. */
bool gen_model_header(gen *g, buffer *out, sheaf_error *err);
bool gen_shapes_header(gen *g, buffer *out, sheaf_error *err);
bool gen_source(gen *g, buffer *out, sheaf_error *err);

#endif
