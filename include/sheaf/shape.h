/* shape.h: named selections, read from GraphQL executable documents: what a page, card or export needs.
 *
 * A set of shapes is checked against its model as a whole and frozen: any number of threads may share it. It
 * must not outlive the model. The notation is described in docs/shapes.md.
 */
#ifndef SHEAF_SHAPE_H
#define SHEAF_SHAPE_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sheaf_shapes sheaf_shapes;
typedef struct sheaf_shape sheaf_shape;

/* Caps on what a document may ask for. 0 means the default that is named. */
typedef struct sheaf_shape_limits {
    uint32_t depth_max;  /* nesting of relations; 12, 64 at the most */
    uint32_t groups_max; /* relations and roots of one query, fragments expanded; 100 */
    uint32_t fields_max; /* selections of one query, fragments expanded; 5,000 */
} sheaf_shape_limits;

/* One document, or several by repeated calls of `sheaf_shapes_add` before `sheaf_shapes_check`: fragments are
 * shared between the documents of a set. Errors: SYNTAX, SHAPE, LIMIT, IO, MEMORY. `limits` and `allocator`
 * may be NULL. */
SHEAF_API bool sheaf_shapes_new(const sheaf_model *model, const sheaf_shape_limits *limits,
                                const sheaf_allocator *allocator, sheaf_shapes **ret, sheaf_error *err);
SHEAF_API bool sheaf_shapes_add(sheaf_shapes *shapes, sheaf_slice text, const char *file, sheaf_error *err);
SHEAF_API bool sheaf_shapes_check(sheaf_shapes *shapes, sheaf_error *err);

/* new + add of every *.graphql in the folder, in the order of their names + check. */
SHEAF_API bool sheaf_shapes_load(const sheaf_model *model, const char *folder,
                                 const sheaf_shape_limits *limits, const sheaf_allocator *allocator,
                                 sheaf_shapes **ret, sheaf_error *err);
SHEAF_API void sheaf_shapes_free(sheaf_shapes *shapes); /* NULL is accepted */

/* NULL when there is none of that name. The shapes stand in the order of the documents. */
SHEAF_API const sheaf_shape *sheaf_shapes_find(const sheaf_shapes *shapes, const char *name);
SHEAF_API size_t sheaf_shapes_count(const sheaf_shapes *shapes);
SHEAF_API const sheaf_shape *sheaf_shapes_at(const sheaf_shapes *shapes, size_t index);
SHEAF_API const char *sheaf_shape_name(const sheaf_shape *shape);

/* A variable's value by name. What the variable's type allows is converted: Timestamps and Dates may come as
 * text. */
typedef struct sheaf_variable {
    const char *name;
    sheaf_value value;
} sheaf_variable;

#define SHEAF_VAR_INT(n, v)   ((sheaf_variable){(n), {.kind = SHEAF_KIND_INT, .i = (v)}})
#define SHEAF_VAR_FLOAT(n, v) ((sheaf_variable){(n), {.kind = SHEAF_KIND_FLOAT, .f = (v)}})
#define SHEAF_VAR_TEXT(n, v)  ((sheaf_variable){(n), {.kind = SHEAF_KIND_TEXT, .text = {(v), strlen(v)}}})
#define SHEAF_VAR_NULL(n)     ((sheaf_variable){(n), {.kind = SHEAF_KIND_NULL}})

#ifdef __cplusplus
}
#endif

#endif
