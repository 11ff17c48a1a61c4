/* directives.h: the directives of a model: their names, their arguments, where they stand. One table drives
 * reading, its errors, and the reference in docs/model.md. */
#ifndef SHEAF_MODEL_DIRECTIVES_H
#define SHEAF_MODEL_DIRECTIVES_H

#include "model.h"

#define DIRECTIVE_ARGUMENTS_MAX 5

typedef enum directive_id {
    DIRECTIVE_TABLE,
    DIRECTIVE_KEY,
    DIRECTIVE_COLUMN,
    DIRECTIVE_UNIQUE,
    DIRECTIVE_REF,
    DIRECTIVE_MANY,
    DIRECTIVE_THROUGH,
    DIRECTIVE_FOLLOW,
    DIRECTIVE_PICK,
    DIRECTIVE_COUNT,
    DIRECTIVE_TEXT,
    DIRECTIVE_LIVE,
    DIRECTIVE_UNNEST,
    DIRECTIVE_PARTITION,
    DIRECTIVE_ARRAY,
    DIRECTIVE_ID_COUNT
} directive_id;

typedef enum directive_location { ON_TYPE, ON_FIELD } directive_location;

typedef enum directive_argument_type {
    ARGUMENT_STRING,
    ARGUMENT_STRINGS, /* a list, or one string alone */
    ARGUMENT_WHERE,   /* an object; filter_read checks it */
    ARGUMENT_ORDER    /* a list of objects, or one alone; order_read checks it */
} directive_argument_type;

typedef struct directive_argument {
    const char *name; /* NULL: no more arguments */
    directive_argument_type type;
    bool required;
} directive_argument;

typedef struct directive {
    const char *name; /* without '@' */
    directive_location location;
    bool available; /* false: a name that is kept for a later version */
    bool decides;   /* it says what its field is: `kind` */
    model_field_kind kind;
    directive_argument arguments[DIRECTIVE_ARGUMENTS_MAX + 1];
    const char *doc;
} directive;

extern const directive directives[DIRECTIVE_ID_COUNT];

/* The name in SDL of an argument's type: "String", "[String!]", "Where", "Order". */
const char *directive_argument_type_name(directive_argument_type type);

/* The directives of one type or field, by directive_id; NULL: not given. */
typedef struct directive_uses {
    const syntax_directive *at[DIRECTIVE_ID_COUNT];
} directive_uses;

/* Checks names, places, repetitions, and the arguments' names and types. SHEAF_E_MODEL otherwise. */
bool directives_read(const syntax_directives *given, directive_location location,
                     const syntax_document *document, directive_uses *ret, sheaf_error *err);

/* The value of an argument, or NULL: not given (or `use` is NULL). */
const syntax_value *directive_value(const syntax_directive *use, const char *name);

#endif
