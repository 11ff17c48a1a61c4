/* view.h: the structs of compiled code in which the rows of groups are shown.
 *
 * A view is a struct type shown for one group: that of its node, or that of a fragment. A group may have
 * several, and two groups of an entity may have views of one type (a fragment's). The row of an entity
 * reserves a block for each type that shows it (two where they show different things of it: cursors of two
 * orders), and the struct that a program reads is that block:
 *
 *   | head | members | nulls | block: hot_package … | block: card … | other columns … | counts … | edges … |
 *                            ^ row + view_at: what a program's pointers point to
 *
 * Views are resolved once for each database and compiled shape: every member names the field, the group or
 * the row's own word that it shows. They are shared by all plans and pages of that shape, and live as long as
 * the database, so graphs and plans point to them; two shapes have two sets of views, so the address of the
 * set stands for all of it in the graph's bytes.
 */
#ifndef SHEAF_PLAN_VIEW_H
#define SHEAF_PLAN_VIEW_H

#include <sheaf/compiled.h>

#include "../model/model.h"

typedef struct view view;

typedef enum view_source {
    VIEW_VALUE,    /* an attribute: a column, a text, a count */
    VIEW_CURSOR,   /* where the row stands in its list */
    VIEW_TYPENAME, /* the entity's name */
    VIEW_GROUP     /* rows of a group that follows this one; of the page: of a root, or a root's count */
} view_source;

/* A member of the struct, or of a fragment's struct within it. */
typedef struct view_member {
    view_source source;
    sheaf_member_kind kind;        /* never FRAGMENT */
    uint32_t at, has_at, count_at; /* from the beginning of the view; has_at: or SHEAF_MEMBER_NOT_THERE */
    const model_field *field;      /* VALUE */
    uint32_t group;                /* GROUP: its index in the graph */
    const view *shows;             /* GROUP: its rows' view; NULL: a root's count */
} view_member;

struct view {
    const sheaf_struct *type;
    uint32_t number; /* among those of the set */
    bool has_cursor; /* of its own: then no other group shares its block */
    struct {
        view_member *items;
        size_t count, room;
    } members;
};

typedef struct view_list {
    view **items;
    size_t count, room;
} view_list;

typedef struct view_set {
    view page;           /* the roots */
    view_list *of_group; /* by graph_group.index */
    uint32_t group_count;
    uint32_t view_count;
} view_set;

#endif
