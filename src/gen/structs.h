/* structs.h: the structs of the shapes, as data. shapes_header.c writes them as C, source.c as the tables of
 * compiled.h. */
#ifndef SHEAF_GEN_STRUCTS_H
#define SHEAF_GEN_STRUCTS_H

#include <sheaf/compiled.h>

#include "gen.h"

/* A member of a struct: a value, a relation, a fragment; or a variable in the struct of variables. */
typedef struct gen_member {
    sheaf_slice key;        /* what it is called in the shape */
    sheaf_slice name;       /* in C */
    sheaf_slice has, count; /* the members that belong to it; ptr NULL: none */
    sheaf_member_kind kind;
    sheaf_scalar scalar;           /* of a value */
    const struct gen_struct *type; /* ONE, MANY, FRAGMENT */
    const model_field *field;      /* NULL: a root, a fragment, `_cursor`, `__typename`, a variable */
    bool may_be_null, may_be_none; /* a value; a ONE */
} gen_member;

typedef struct gen_struct {
    sheaf_slice name;
    const model_entity *entity;          /* NULL: a page */
    const syntax_definition *definition; /* of the fragment or query; NULL: a selection within one */
    const struct gen_struct *same;       /* of a fragment that is another one: this is its second name */
    gen_member *members;
    size_t member_count;
    struct gen_struct *next; /* structs stand before those that use them */
} gen_struct;

typedef struct gen_query {
    const sheaf_shape *shape;
    sheaf_slice stem;          /* hot: of hot_vars, hot_page, hot_read … */
    const gen_struct *structs; /* its own; the last is the page */
    const gen_struct *page;
    const gen_member *variables; /* shape->variable_count */
} gen_query;

typedef struct gen_structs {
    const gen_struct *fragments; /* those that a query uses, and what stands in them */
    const gen_query *queries;
    size_t query_count;
    sheaf_slice model_new; /* the function that makes the model */
} gen_structs;

/* Made once, and kept in g->structs. */
bool gen_structs_make(gen *g, sheaf_error *err);

/* A variable that need not be given: a pointer in the struct of variables. */
static inline bool gen_variable_optional(const shape_variable *v) {
    return !v->non_null || v->has_default;
}

#endif
