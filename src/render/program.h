/* program.h: instructions made once for each rendering, so that a row costs only loads. */
#ifndef SHEAF_RENDER_PROGRAM_H
#define SHEAF_RENDER_PROGRAM_H

#include "render.h"

enum {
    RENDER_KEY_SHORT = 16,  /* keys so short are copied in one move; all are padded to it */
    RENDER_TEXT_SHORT = 64, /* text so short is tried as plain characters first */
    RENDER_VALUE_ROOM = RENDER_TEXT_SHORT + 2
};

typedef enum render_op_kind {
    RENDER_INT, /* up to DATE: what may take RENDER_VALUE_ROOM at most */
    RENDER_BOOLEAN,
    RENDER_FLOAT,
    RENDER_TEXT,
    RENDER_TIMESTAMP,
    RENDER_DATE,
    RENDER_JSON,
    RENDER_BYTES,
    RENDER_CURSOR,
    RENDER_TYPENAME,
    RENDER_ONE,
    RENDER_MANY,
    RENDER_TOTAL
} render_op_kind;

typedef struct render_op {
    render_op_kind kind;
    sheaf_slice key; /* ,"name": — the first of an object leaves the comma out */
    uint32_t value_at;
    uint32_t null_at; /* offset of a word; 0: never NULL */
    uint64_t null_bit;
    const plan_group *group; /* ONE, MANY; CURSOR: whose order */
    const shape_node *node;
    struct render_op *children;
    uint32_t child_count;
    size_t room; /* ONE, MANY: of an object's braces, keys and short values */
} render_op;

/* One for each root. */
bool render_program(const render_input *input, render_op **ret, sheaf_error *err);

#endif
