/* read.h: what the files that check shapes share. Nothing outside this folder includes it.
 *
 *   set.c         the set: new, add, load, check, find
 *   fragments.c   the fragments of a set: names, types, cycles
 *   variables.c   declarations of variables, and their uses
 *   directives.c  one table of the directives, their arguments and where they may stand
 *   arguments.c   where, order, limit, offset, after; the key of a root
 *   read.c        selections → nodes: expanding, merging, checking
 */
#ifndef SHEAF_SHAPE_READ_H
#define SHEAF_SHAPE_READ_H

#include "shape.h"

#define SHAPE_DEPTH_CAP 64 /* of nodes, and of fragments within fragments, whatever the limits say */

typedef struct fragment fragment;

typedef struct fragment_spread {
    fragment *to;
    syntax_place place;
} fragment_spread;

struct fragment {
    const syntax_definition *definition;
    const syntax_document *document;
    const model_entity *entity;
    bool used;
    struct {
        fragment_spread *items;
        size_t count, room;
    } spreads;
    /* While cycles are searched: the next spread to follow, and the fragment that led here. */
    enum { FRAGMENT_NEW, FRAGMENT_OPEN, FRAGMENT_DONE } state;
    size_t next;
    fragment *from;
};

/* One check of one set. */
typedef struct reader {
    filter_variables lookup; /* first, so that filter_read's `self` is the reader */
    sheaf_shapes *set;
    arena scratch; /* lives as long as the check */
    map fragments_by_name;
    struct {
        fragment *items;
        size_t count;
    } fragments;
    sheaf_shape *shape;              /* being read; NULL: a fragment that no query uses */
    bool *used;                      /* by number of the variable */
    const syntax_document *document; /* of the argument being read, for `lookup` */
    uint32_t fields, groups;         /* so far, of this shape */
} reader;

/* One place where a response's key is selected. The same key's next one hangs on it. */
typedef struct occurrence {
    const syntax_selection *selection;
    const syntax_document *document;
    struct occurrence *next;
} occurrence;

/* fragments.c. Every fragment of the set by its name, without cycles. */
bool fragments_read(reader *r, sheaf_error *err);
/* NULL with an error that names the nearest fragment. */
fragment *fragment_find(const reader *r, const syntax_selection *spread, const syntax_document *document,
                        sheaf_error *err);

/* variables.c */
bool variables_read(reader *r, sheaf_error *err); /* those of r->shape */
bool variables_check_used(const reader *r, sheaf_error *err);
/* The variable that stands where `scalar`, or a list of it, is asked for; it may be null. In a fragment that
 * no query uses any variable will do: *ret is NULL. */
bool variable_use(reader *r, const syntax_value *value, sheaf_scalar scalar, bool list, shape_variable **ret,
                  uint32_t *ret_number, sheaf_error *err);
/* The same where null is not allowed; for filter_read. */
bool variable_lookup(filter_variables *self, const syntax_value *value, sheaf_scalar scalar, bool list,
                     uint32_t *ret_number, sheaf_error *err);

/* directives.c */
bool directives_read_operation(sheaf_shape *shape, sheaf_error *err); /* after its variables */
bool directives_read_field(const occurrence *at, shape_node *node, sheaf_error *err);
/* For the places where no directive may stand: `where` is "a fragment", "a variable". */
bool directives_refuse(const syntax_directives *directives, const syntax_document *document,
                       const char *where, sheaf_error *err);

/* arguments.c. What the node's kind takes; anything else is an error. */
bool arguments_read(reader *r, const occurrence *at, shape_node *node, sheaf_error *err);
/* True where both places give the same arguments, in any order. */
bool arguments_equal(const syntax_argument *a, size_t a_count, const syntax_argument *b, size_t b_count);

/* read.c */
bool selections_read_operation(reader *r, sheaf_error *err); /* the roots of r->shape */
bool selections_check_fragment(reader *r, const fragment *f, sheaf_error *err);

#endif
