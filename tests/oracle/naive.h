/* naive.h: the evaluator, written for clearness: rows in memory, one at a time, every condition asked of
 * every row. It shares nothing with the engine but the text of numbers and times.
 *
 *   naive.c       relations, conditions, orders, picks, counts
 *   naive_json.c  a shape's result as JSON
 *   naive_dump.c  a graph of groups, row by row
 */
#ifndef ORACLE_NAIVE_H
#define ORACLE_NAIVE_H

#include "question.h"

typedef struct naive {
    const world *world;
    arena memory;
    unsigned errors; /* bit n: a sheaf_code that the realise may end with */
    size_t work;     /* rows looked at */
    bool too_large;  /* more work than a test should make */
    buffer *out;
} naive;

void naive_init(naive *n, const world *w, buffer *out);
void naive_free(naive *n);
static inline void naive_error(naive *n, sheaf_code code) {
    n->errors |= 1u << code;
}

/* What a relation, or a path of relations, leads to; rows as often as the path leads there. */
o_rows naive_follow(naive *n, const o_row *from, const o_field *relation);
o_rows naive_path(naive *n, const o_row *from, o_field *const *path, uint32_t count, const condition *where);
/* Every row once, where it came first. */
o_rows naive_distinct(naive *n, o_rows all);
o_rows naive_where(naive *n, o_rows all, const condition *where);
o_rows naive_after(naive *n, o_rows all, const full_order *o, const o_row *after);
void naive_sort(o_rows *all, const full_order *o);
const o_row *naive_pick(naive *n, const o_row *from, const o_field *pick);
/* The row of a relation to one; NULL: none. */
const o_row *naive_one(naive *n, const o_row *from, const o_field *relation);
bool naive_passes(naive *n, const o_row *at, const condition *c);

/* The attribute of a row: a column, a text, a count. */
sheaf_value naive_value(naive *n, const o_row *at, const o_field *attribute);

void naive_shape(naive *n, const shape *s);
bool naive_ndjson(naive *n, const shape *s); /* false: it has no such form */
void naive_groups(naive *n, const graph_question *q);

/* A value as the dumps of groups have it; whether they have cursors for the group's rows. */
void dump_value(buffer *out, sheaf_scalar scalar, sheaf_value v);
bool group_has_cursors(const o_group *g);

#endif
