/* filter.h: where and order, as trees over columns. Three notations make them: directives of the model,
 * arguments of a shape, and the C calls of sheaf/context.h; one reader of them, the SQL writer, and one
 * evaluator in the tests.
 *
 * Meaning is SQL's three-valued logic on every backend: a comparison with NULL is unknown, `not` keeps
 * unknown, a row passes where the whole is true. A relation is EXISTS over its path. `{}` and an empty `and`
 * are true, an empty `or` is false. */
#ifndef SHEAF_MODEL_FILTER_H
#define SHEAF_MODEL_FILTER_H

#include "model.h"

#define FILTER_NODES_MAX 200 /* of one where */

/* X(enumerator, name, what the operand is) */
#define FILTER_OPS(X)                                                                                        \
    X(FILTER_EQ, "eq", OPERAND_SCALAR)                                                                       \
    X(FILTER_NE, "ne", OPERAND_SCALAR)                                                                       \
    X(FILTER_LT, "lt", OPERAND_SCALAR)                                                                       \
    X(FILTER_LE, "le", OPERAND_SCALAR)                                                                       \
    X(FILTER_GT, "gt", OPERAND_SCALAR)                                                                       \
    X(FILTER_GE, "ge", OPERAND_SCALAR)                                                                       \
    X(FILTER_IN, "in", OPERAND_LIST)                                                                         \
    X(FILTER_NOT_IN, "not_in", OPERAND_LIST)                                                                 \
    X(FILTER_IS_NULL, "is_null", OPERAND_BOOLEAN)                                                            \
    X(FILTER_STARTS_WITH, "starts_with", OPERAND_TEXT)                                                       \
    X(FILTER_CONTAINS, "contains", OPERAND_TEXT)

typedef enum filter_op {
#define X(name, text, operand) name,
    FILTER_OPS(X)
#undef X
        FILTER_OP_COUNT
} filter_op;

typedef enum filter_operand_class {
    OPERAND_SCALAR,
    OPERAND_LIST,
    OPERAND_BOOLEAN,
    OPERAND_TEXT
} filter_operand_class;

const char *filter_op_name(filter_op op);
bool filter_op_named(sheaf_slice name, filter_op *ret);
filter_operand_class filter_op_operand(filter_op op);

/* Which operators a scalar takes: all of them EQ NE IN NOT_IN IS_NULL except JSON and Bytes (IS_NULL only)
 * and Float, Boolean, Timestamp and Date (no IN, NOT_IN); LT LE GT GE everything but Boolean, UUID, JSON,
 * Bytes; STARTS_WITH and CONTAINS only String. (ID: as the others; `ID` order is the database type's.) Items
 * of a list are never NULL. */
bool filter_op_takes(filter_op op, sheaf_scalar scalar);

typedef enum filter_kind { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_COMPARE, FILTER_EXISTS } filter_kind;

/* What a comparison compares with: a value known when it was read, or a variable by number. IS_NULL never has
 * a variable: its operand is in `value.i`. A whole list may be a variable, a part of one may not. */
typedef struct filter_operand {
    bool is_variable;
    uint32_t variable;
    sheaf_value value;
} filter_operand;

struct filter {
    filter_kind kind;
    const filter *const *items; /* AND, OR; NOT: one */
    uint32_t count;
    const model_column *column; /* COMPARE */
    filter_op op;
    filter_operand operand;
    model_path path;     /* EXISTS */
    const filter *where; /* EXISTS: condition on the rows at the end; NULL: any row */
};

/* What a reader of documents needs to know of variables: `lookup` gives the number and the type of a
 * variable; a scalar that the location asks for, list or not. It checks the type (it sets the error, with the
 * place) and that the variable can't be null. */
typedef struct filter_variables {
    bool (*lookup)(struct filter_variables *self, const syntax_value *variable, sheaf_scalar scalar,
                   bool list, uint32_t *ret_number, sheaf_error *err);
} filter_variables;

/* Reads `{score: {is_null: false}, taxon: {rank: {eq: "SPECIES"}}, or: [{…}, {…}], not: {…}}`. Several
 * members are all required (AND). A to-one's key compared is a comparison of the reference's column: no
 * EXISTS is made; nor for `{maintainer: {is_null: true}}`, which asks whether a reference is there. Relations
 * by @ref, @many, @through and @follow; a pick, count or text in a filter is an error that says so.
 * `variables` NULL: variables are an error. Errors have `code`, the place and caret. *ret NULL: no condition.
 */
bool filter_read(const model_entity *entity, const syntax_value *object, const syntax_document *document,
                 filter_variables *variables, sheaf_code code, arena *memory, const filter **ret,
                 sheaf_error *err);

/* Reads `[{popularity: DESC}, {name: ASC}]` (or one such object): stored attributes of the entity, each once;
 * JSON and Bytes can't be ordered by. */
bool order_read(const model_entity *entity, const syntax_value *list, const syntax_document *document,
                sheaf_code code, arena *memory, model_order *ret, sheaf_error *err);

/* a AND b, where either may be NULL. NULL with *ok false: no memory. */
const filter *filter_and(arena *memory, const filter *a, const filter *b, bool *ok);

#endif
