/* page.h: a shape realised: which group each of its nodes became. */
#ifndef SHEAF_CONTEXT_PAGE_H
#define SHEAF_CONTEXT_PAGE_H

#include <sheaf/page.h>

#include "../shape/shape.h"
#include "context.h"

struct sheaf_page {
    sheaf_context *context;
    const sheaf_shape *shape;
    sheaf_group **group_of; /* by the node's number: ONE, MANY and COUNT nodes in the order of the tree,
                               parents first */
    uint32_t group_count;
    uint32_t *root_at; /* by root: its number among the nodes */
    buffer json;
};

/* The groups of a shape, declared in the page's context, without realising. `values` NULL: defaults, and NULL
 * for the rest (to plan). */
bool page_declare(sheaf_page *page, const sheaf_value *values, sheaf_error *err);
/* NOT_FOUND where a root that is @required has no row. */
bool page_check_required(const sheaf_page *page, sheaf_error *err);

#endif
