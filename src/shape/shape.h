/* shape: executable documents checked against the model.
 *
 *   shape.h   the checked tree: fragments expanded, selections merged, every name resolved
 *   set.c     sets of documents: new, add, check, find; load.c from a folder
 *   read.c    syntax tree → checked tree; read.h names the files that help it
 *   bind.c    variables: given values → checked values, defaults applied
 *
 * What runs a shape (context/) and what renders it (render/) walk this tree; neither sees the syntax tree.
 */
#ifndef SHEAF_SRC_SHAPE_H
#define SHEAF_SRC_SHAPE_H

#include <sheaf/shape.h>

#include "../model/filter.h"
#include "../model/value.h"

enum { SHAPE_KEY_PADDING = 16 };

typedef enum shape_node_kind {
    SHAPE_VALUE,    /* an attribute: a column, a text, a count */
    SHAPE_CURSOR,   /* `_cursor`: where this row stands in its list's order; only below MANY */
    SHAPE_TYPENAME, /* `__typename` */
    SHAPE_ONE,      /* a to-one relation, or a root by key: an object or null */
    SHAPE_MANY,     /* a to-many relation, or a root list */
    SHAPE_COUNT     /* a root count: distros_count(where: …) */
} shape_node_kind;

/* A number given literally, by a variable, or not at all. */
typedef struct shape_number {
    enum { NUMBER_ABSENT, NUMBER_LITERAL, NUMBER_VARIABLE } kind;
    int64_t literal;
    uint32_t variable;
} shape_number;

typedef struct shape_node {
    shape_node_kind kind;
    sheaf_slice key;      /* the response's name: alias or name */
    sheaf_slice json_key; /* ,"name": as JSON writes it; the first of an object leaves the comma out; readable
                             for SHAPE_KEY_PADDING bytes more, so that a short one is copied in one move */
    const char *where_made;      /* "file:line", for errors of its group */
    const model_field *field;    /* VALUE, and ONE/MANY below a parent; NULL at a root */
    const model_entity *entity;  /* ONE, MANY, COUNT: of the rows */
    struct shape_node *children; /* ONE, MANY: in the order of first appearance */
    uint32_t child_count;
    const filter *where; /* arguments; for a root by key, the equality with the key */
    model_order order;   /* the order given as an argument; count 0: the field's own */
    bool has_order;
    shape_number limit, offset;
    bool has_after;
    uint32_t after;     /* a variable of type String, nullable: null is the beginning */
    bool required;      /* @required: SHEAF_E_NOT_FOUND where there is no row */
    bool values;        /* @values: the array of the one child's values */
    bool columns;       /* @columns: parallel arrays, an object of one array for each child */
    syntax_place place; /* the first selection's */
    const syntax_document *document;
} shape_node;

typedef struct shape_variable {
    sheaf_slice name;
    sheaf_scalar scalar;
    bool list, non_null, has_default;
    sheaf_value fallback; /* the default, checked */
    bool is_after;        /* used as a cursor */
    bool is_page;         /* used as a limit or an offset: not negative */
    const char *what;     /* "variable $limit", for errors */
} shape_variable;

struct sheaf_shape {
    const sheaf_shapes *set;
    const char *name;
    shape_node *roots;
    uint32_t root_count;
    shape_variable *variables;
    uint32_t variable_count;
    sheaf_slice route;                       /* @route(path): ptr NULL: none */
    int64_t budget_statements, budget_trips; /* @budget: -1: none */
    sheaf_slice export_as;                   /* @export(as) */
    const syntax_definition *definition;
    const syntax_document *document;
    uint32_t group_count; /* ONE and MANY nodes */
};

struct sheaf_shapes {
    arena memory;
    const sheaf_allocator *allocator;
    const sheaf_model *model;
    sheaf_shape_limits limits;
    struct {
        syntax_document **items;
        size_t count, room;
    } documents;
    sheaf_shape *shapes;
    size_t shape_count;
    bool checked;
};

/* Values for all variables of the shape, by number, in `memory` (text is copied): the given ones checked and
 * converted to the variable's scalar, defaults for the rest and for those given as null. A variable may stand
 * where a wider scalar is asked for (Int for BigInt, Float, ID; String for ID): what is bound to a column
 * goes through value_check with the column's. SHEAF_E_VARIABLE: unknown (with "did you mean"), given twice,
 * missing, null where not allowed, of the wrong type or range, too long. */
bool shape_bind(const sheaf_shape *shape, const sheaf_variable *variables, size_t count, arena *memory,
                const sheaf_value **ret_values, sheaf_error *err);
/* The same, given by number; NULL: not given. */
bool shape_bind_numbered(const sheaf_shape *shape, const sheaf_value *const *given, arena *memory,
                         const sheaf_value **ret_values, sheaf_error *err);

#endif
