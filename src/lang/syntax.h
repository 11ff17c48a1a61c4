/* syntax.h: the syntax tree. Plain data in an arena; lists are arrays with counts, in source order.
 * Names and texts are slices in the same arena. An absent optional part is a NULL pointer, an empty array, or
 * a slice whose ptr is NULL.
 *
 * A comment on a line of its own goes to the node that follows, before a '}' to the closing_comment; one at
 * the end of a line goes to the node that ends there; any other to the node that it stands in. */
#ifndef SHEAF_LANG_SYNTAX_H
#define SHEAF_LANG_SYNTAX_H

#include <sheaf/types.h>

typedef struct syntax_place {
    uint32_t line, column; /* from 1 */
} syntax_place;

typedef enum syntax_value_kind {
    SYNTAX_VARIABLE, /* text: the name without '$' */
    SYNTAX_INT,      /* text: as written */
    SYNTAX_FLOAT,    /* text: as written */
    SYNTAX_STRING,   /* text: escapes and block indentation resolved */
    SYNTAX_BOOLEAN,  /* boolean */
    SYNTAX_NULL,
    SYNTAX_ENUM,  /* text: the name */
    SYNTAX_LIST,  /* items */
    SYNTAX_OBJECT /* fields */
} syntax_value_kind;

typedef struct syntax_value {
    syntax_value_kind kind;
    bool boolean;
    bool block; /* a string written as """block""" */
    syntax_place place;
    sheaf_slice text;
    struct syntax_value *items;
    size_t item_count;
    struct syntax_argument *fields;
    size_t field_count;
} syntax_value;

/* name: value — an argument, or a field of an object value. */
typedef struct syntax_argument {
    sheaf_slice name;
    syntax_place place;
    syntax_value value;
} syntax_argument;

typedef struct syntax_directive {
    sheaf_slice name; /* without '@' */
    syntax_place place;
    syntax_argument *arguments;
    size_t argument_count;
} syntax_directive;

typedef struct syntax_directives {
    syntax_directive *items;
    size_t count;
} syntax_directives;

/* A named type, or a list of `of`. */
typedef struct syntax_type {
    sheaf_slice name; /* ptr NULL for a list */
    struct syntax_type *of;
    bool non_null;
    syntax_place place;
} syntax_type;

/* A field of a type, an argument of a field or directive, or an input field: they share one form. */
typedef struct syntax_field_definition {
    sheaf_slice comment;     /* the lines of '#' before it, without '#' and one space, joined by '\n' */
    sheaf_slice description; /* ptr NULL: none */
    bool description_block;
    sheaf_slice name;
    syntax_place place;
    struct syntax_field_definition *arguments;
    size_t argument_count;
    syntax_type *type;
    syntax_value *default_value; /* NULL: none */
    syntax_directives directives;
} syntax_field_definition;

typedef struct syntax_name {
    sheaf_slice name;
    syntax_place place;
} syntax_name;

typedef struct syntax_enum_value {
    sheaf_slice comment, description, name;
    bool description_block;
    syntax_place place;
    syntax_directives directives;
} syntax_enum_value;

typedef struct syntax_root_type {
    syntax_name operation; /* query, mutation, subscription */
    syntax_name type;
} syntax_root_type;

typedef struct syntax_variable {
    sheaf_slice comment, name; /* without '$' */
    syntax_place place;
    syntax_type *type;
    syntax_value *default_value;
    syntax_directives directives;
} syntax_variable;

typedef enum syntax_selection_kind { SYNTAX_FIELD, SYNTAX_SPREAD, SYNTAX_INLINE } syntax_selection_kind;

typedef struct syntax_selection {
    syntax_selection_kind kind;
    sheaf_slice comment;
    syntax_place place;         /* of the name or type condition, or of '...' where there is neither */
    sheaf_slice alias;          /* field; ptr NULL: none */
    sheaf_slice name;           /* field, or the fragment spread */
    sheaf_slice type_condition; /* inline fragment; ptr NULL: none */
    syntax_argument *arguments; /* field */
    size_t argument_count;
    syntax_directives directives;
    struct syntax_selection *selections; /* field, inline fragment */
    size_t selection_count;
    sheaf_slice closing_comment; /* before the closing '}' */
} syntax_selection;

typedef enum syntax_definition_kind {
    SYNTAX_OPERATION,
    SYNTAX_FRAGMENT,
    SYNTAX_SCHEMA,
    SYNTAX_SCALAR,
    SYNTAX_OBJECT_TYPE,
    SYNTAX_INTERFACE,
    SYNTAX_UNION,
    SYNTAX_ENUM_TYPE,
    SYNTAX_INPUT,
    SYNTAX_DIRECTIVE_DEFINITION
} syntax_definition_kind;

typedef struct syntax_definition {
    syntax_definition_kind kind;
    bool extend;    /* `extend type …` */
    bool shorthand; /* an operation written as a bare selection set */
    bool repeatable;
    bool description_block;
    syntax_place place; /* of the name, or of the keyword where there is none */
    sheaf_slice comment, description;
    sheaf_slice closing_comment; /* before the closing '}' */
    sheaf_slice name;            /* ptr NULL: an anonymous operation, or schema */
    sheaf_slice operation;       /* "query", "mutation", "subscription" */
    sheaf_slice type_condition;  /* fragment */
    syntax_variable *variables;  /* operation */
    size_t variable_count;
    syntax_directives directives;
    syntax_selection *selections; /* operation, fragment */
    size_t selection_count;
    syntax_name *interfaces; /* implements */
    size_t interface_count;
    syntax_field_definition *fields; /* object, interface, input; the arguments of a directive definition */
    size_t field_count;
    syntax_name *members; /* of a union; the locations of a directive definition */
    size_t member_count;
    syntax_enum_value *enum_values;
    size_t enum_value_count;
    syntax_root_type *root_types; /* schema */
    size_t root_type_count;
} syntax_definition;

typedef struct syntax_document {
    const char *file;
    sheaf_slice source; /* a copy, for the lines that errors show */
    syntax_definition *definitions;
    size_t definition_count;
    sheaf_slice comment; /* the lines of '#' after the last definition */
} syntax_document;

#endif
