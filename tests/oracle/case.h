/* case.h: one question asked three times, and the smallest one that still gets different answers. */
#ifndef ORACLE_CASE_H
#define ORACLE_CASE_H

#include "engine.h"

/* A shape, or a graph of groups. */
typedef struct question {
    shape *shape;
    graph_question *groups;
} question;

/* Enough work to be worth asking, not more than a test should do. */
question question_random(world *w, uint64_t seed, uint64_t number);

typedef enum verdict { SAME, DIFFERENT, REFUSED } verdict;

/* Appends what differs to `report` (may be NULL). REFUSED: the question is no valid one, so the test itself
 * is wrong. */
verdict case_ask(engine *e, const world *w, const question *q, buffer *report);

/* What a person needs to see the case: model, rows, question. */
void case_print(const world *w, const question *q, buffer *out);

/* Takes away parts of the question and of the world as long as an answer differs. Changes both. */
void case_shrink(setup *s, world *w, question *q);

#endif
