/* question.h: what is asked: conditions, shapes, graphs of groups. */
#ifndef ORACLE_QUESTION_H
#define ORACLE_QUESTION_H

#include <sheaf/shape.h>

#include "world.h"

/* X(enumerator, name) */
#define OPS(X)                                                                                               \
    X(OP_EQ, "eq")                                                                                           \
    X(OP_NE, "ne")                                                                                           \
    X(OP_LT, "lt")                                                                                           \
    X(OP_LE, "le")                                                                                           \
    X(OP_GT, "gt")                                                                                           \
    X(OP_GE, "ge")                                                                                           \
    X(OP_IN, "in")                                                                                           \
    X(OP_NOT_IN, "not_in")                                                                                   \
    X(OP_IS_NULL, "is_null")                                                                                 \
    X(OP_STARTS_WITH, "starts_with")                                                                         \
    X(OP_CONTAINS, "contains")

typedef enum op {
#define X(name, text) name,
    OPS(X)
#undef X
        OP_COUNT
} op;
extern const char *const op_names[OP_COUNT];

/* How an operand is written. */
typedef enum operand_way { AS_LITERAL, AS_VARIABLE, AS_DEFAULT, AS_OVERRIDDEN_DEFAULT } operand_way;

typedef struct operand {
    operand_way way;
    bool widened; /* the variable is an Int, or a String, where something wider is asked for */
    sheaf_value value;
} operand;

typedef enum condition_kind {
    C_ALL,      /* an object: all of its members */
    C_AND,      /* and: [objects] */
    C_OR,       /* or: [objects] */
    C_NOT,      /* not: object */
    C_COMPARE,  /* attribute: {op: operand, …} */
    C_RELATION, /* relation: object */
    C_NO_ROW    /* reference: {is_null: yes} */
} condition_kind;

struct condition {
    condition_kind kind;
    condition *items[4];
    uint32_t count;
    o_field *field;
    op ops[2];
    operand operands[2]; /* as many as `count`, in a COMPARE */
    bool yes;            /* NO_ROW */
};

/* condition.c. Depth bounds nesting; `variables` allows operands other than literals. */
condition *condition_random(world *w, rng *r, const o_entity *e, unsigned depth, bool variables);
condition *condition_compare(world *w, rng *r, o_field *attribute, bool variables);
o_order order_random(rng *r, const o_entity *e);
void order_write(buffer *out, const o_order *o);

/* ---- Shapes ---------------------------------------------------------------------------------------------*/

typedef enum node_kind { NODE_VALUE, NODE_CURSOR, NODE_TYPENAME, NODE_ONE, NODE_MANY, NODE_COUNT } node_kind;

typedef struct o_number {
    enum { NO_NUMBER, A_LITERAL, A_VARIABLE, A_NULL } way;
    int64_t n;
} o_number;

typedef struct node node;
struct node {
    node_kind kind;
    const char *alias; /* NULL: none */
    o_field *field;    /* NULL at a root */
    o_entity *entity;  /* of the rows */
    node *children[12];
    uint32_t child_count;
    condition *where;
    bool has_order;
    o_order order;
    o_number limit, offset;
    bool has_after;
    o_row *after; /* behind this row; NULL: null */
    bool required, values, columns;
    o_field *by[KEY_MAX]; /* a root ONE: attributes (or references of one column) and what they equal */
    operand equals[KEY_MAX];
    uint32_t by_count;
    uint32_t style; /* how its selections are written: 0 plainly */
};

typedef struct shape {
    node *roots[5];
    uint32_t root_count;
} shape;

shape *shape_random(world *w, rng *r);

typedef struct o_variables {
    sheaf_variable *items; /* given */
    size_t count, room;
    uint32_t declared;
    arena *memory;
    buffer declarations; /* while the document is written */
} o_variables;

/* shape_text.c: the document of one query, `q`, and what to give for its variables. */
void shape_write(const shape *s, arena *memory, buffer *out, o_variables *ret);
void condition_write(buffer *out, const condition *c, o_variables *v);
/* A node as text, with all that it takes: two of one entity that are written alike show the same of a row. */
void node_write(const node *n, arena *memory, buffer *out);
const char *node_key(const node *n);

/* The order of a list, completed by the key: what it is sorted by, and what its cursors hold. */
typedef struct full_order {
    struct {
        uint32_t column;
        bool descending;
    } items[ORDER_MAX + KEY_MAX];
    uint32_t count;
} full_order;
full_order order_complete(const o_entity *e, const o_order *o);
full_order node_order(const node *n);
void cursor_write(buffer *out, const o_row *r, const full_order *o);

/* ---- Graphs of groups -----------------------------------------------------------------------------------*/

enum { GROUPS_MAX = 12, NEEDS_MAX = 6 };

typedef enum group_origin { BY_SEARCH, BY_KEYS, BY_FOLLOW, BY_TOTAL } group_origin;

typedef struct o_group o_group;
struct o_group {
    group_origin origin;
    o_entity *entity;
    o_group *parent;
    o_field *path[PATH_MAX_HOPS]; /* FOLLOW; one field, or a dotted path */
    uint32_t path_count;
    condition *where;
    bool has_order;
    o_order order;
    int64_t limit, offset; /* 0: none */
    o_row *after;
    o_row *keys[6]; /* rows that are, or are no longer, there */
    uint32_t key_count;
    o_field *needs[NEEDS_MAX];
    uint32_t need_count;
    o_group *includes[3];
    uint32_t include_count;
};

typedef struct graph_question {
    o_group *groups[GROUPS_MAX];
    uint32_t group_count;
} graph_question;

graph_question *groups_random(world *w, rng *r);
bool group_is_to_one(const o_group *g);

#endif
