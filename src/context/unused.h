/* unused.h: what a context that tracks its reads notes, for the report of what was never read.
 *
 * A field that tracks has FIELD_TRACKED in its kind, so that the check of the inline readers fails and the
 * call that they make then does the rest. A context that does not track has no `reads`, nor have its groups.
 */
#ifndef SHEAF_CONTEXT_UNUSED_H
#define SHEAF_CONTEXT_UNUSED_H

#include <sheaf/unused.h>

#include "context.h"

enum { FIELD_TRACKED = 0x80 };

typedef struct group_reads {
    bool rows;            /* looked at, or counted */
    uint64_t *attributes; /* bit set over entity->fields: read */
    sheaf_slice path;
    /* Of the report: */
    bool needed; /* looked at, or another group needs it that was */
    bool filled; /* it has rows */
} group_reads;

/* What the report may tell of: each group, and behind it each attribute that it asked for. */
typedef struct reads_candidate {
    sheaf_unused_item item;
    const sheaf_group *group;
    const model_field *field; /* NULL: the group as a whole */
} reads_candidate;

typedef struct reads {
    sheaf_unused_fn *at_free;
    void *user;
    const char *shape;
    reads_candidate *candidates; /* NULL: not realised */
    size_t candidate_count;
    sheaf_unused_item *items; /* of the last report; room for all candidates */
} reads;

/* At realise, once groups are planned: makes room for all that will be noted and told. */
bool reads_start(sheaf_context *c, sheaf_error *err);

static inline void reads_rows(const sheaf_group *group) {
    if (group->reads) group->reads->rows = true;
}

/* Everything that any group asked for was read: whoever writes or hands out a whole page calls this. */
void reads_whole(const sheaf_context *c);

/* The context is about to be freed. */
void reads_tell(const sheaf_context *c);

/* Makes a field of a group that tracks one that tracks; and the kind of a field of either sort. */
static inline void reads_field(const model_field *attribute, sheaf_field *f) {
    f->attribute = (uint16_t)attribute->index;
    f->kind |= FIELD_TRACKED;
}
static inline uint8_t reads_kind(const sheaf_field *f) {
    return f->kind & (uint8_t)~FIELD_TRACKED;
}

#endif
