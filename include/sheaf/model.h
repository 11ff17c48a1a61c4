/* model.h: the model: entities, attributes and relations, read from GraphQL SDL with directives.
 *
 * A `sheaf_model` is frozen when the call that loads it returns: any number of threads may share it without
 * locks. It must outlive every database opened with it. The notation is described in docs/model.md.
 */
#ifndef SHEAF_MODEL_H
#define SHEAF_MODEL_H

#include "error.h"

typedef struct sheaf_model sheaf_model;

/* Reads and checks a model from text; `file` names it in errors. Errors: SYNTAX, MODEL (with place, line and
 * caret), MEMORY. `allocator` may be NULL. */
SHEAF_API bool sheaf_model_parse(sheaf_slice text, const char *file, const sheaf_allocator *allocator,
                                 sheaf_model **ret_model, sheaf_error *err);

/* The same from a file. Also SHEAF_E_IO. */
SHEAF_API bool sheaf_model_load(const char *path, const sheaf_allocator *allocator, sheaf_model **ret_model,
                                sheaf_error *err);

/* A hash of what the model says, without its formatting: equal models, equal hashes. */
SHEAF_API uint64_t sheaf_model_hash(const sheaf_model *model);

/* Frees it; NULL is accepted. */
SHEAF_API void sheaf_model_free(sheaf_model *model);

#endif
