/* model: entities, attributes and relations, frozen after load.
 *
 *   model.h      the data structures: what everything to the right of this folder reads
 *   model.c      looking things up in them; paths
 *   value.h      values of scalars: from SDL, from variables; checks
 *   filter.h     where and order, as trees over columns (filter.c, order.c)
 *   directives.h one table of the directives, their arguments and where they may stand
 *   load.h       syntax tree → model, in stages:
 *     load.c       types and fields: names, kinds, directives
 *     columns.c    keys, columns, references
 *     resolve.c    relations → paths of joins; follow, pick, count; cycles
 *     text.c       @text
 *   catalogue.h  what a live database has
 *   binding.h    a model held against a catalogue: column types, nullability, collation (binding.c);
 *                `sheaf check`: every difference and missing index, in words (advise.c)
 *   import.h     a model made from a catalogue, and what a second import would change in it
 *   index.h      whether an index is there, and the statement that makes it
 *
 * Ownership: all of it lives in the model's arena; pointers between its parts stay valid as long as it does.
 *
 * Identity: entities, fields and columns are compared by pointer; `index` numbers them densely for bit sets.
 */
#ifndef SHEAF_SRC_MODEL_H
#define SHEAF_SRC_MODEL_H

#include <sheaf/model.h>

#include "../base/base.h"
#include "../base/map.h"
#include "../lang/lang.h"

#define MODEL_KEY_MAX  4 /* columns of a key */
#define MODEL_HOPS_MAX 8 /* hops of a path, after follows within follows are expanded */

typedef struct model_entity model_entity;
typedef struct model_field model_field;
typedef struct filter filter;

/* A column of an entity's table that the model uses: as an attribute, as (part of) a key or a reference. */
typedef struct model_column {
    sheaf_slice name;
    sheaf_scalar scalar;
    bool nullable;
    uint32_t index; /* among the entity's columns */
    const model_entity *entity;
} model_column;

/* A list of columns of one entity, at most MODEL_KEY_MAX. */
typedef struct model_columns {
    const model_column *at[MODEL_KEY_MAX];
    uint32_t count;
} model_columns;

/* One join, from the rows of `from` to the rows of `to`:
 *
 *   HOP_REF      from.columns = to.key             (to-one)
 *   HOP_MANY     to.columns = from.key             (`columns` are those of the back reference, in `to`)
 *   HOP_THROUGH  link.from = from.key AND link.to = to.key
 */
typedef enum model_hop_kind { HOP_REF, HOP_MANY, HOP_THROUGH } model_hop_kind;

typedef struct model_hop {
    model_hop_kind kind;
    const model_entity *from, *to;
    const model_field *field;            /* the ref, many or through field that it comes from */
    model_columns columns;               /* REF, MANY */
    sheaf_slice link_schema, link_table; /* THROUGH */
    sheaf_slice link_from[MODEL_KEY_MAX], link_to[MODEL_KEY_MAX]; /* as many as each side's key has */
    const filter *where;                                          /* condition on `to`; NULL: none */
} model_hop;

typedef struct model_path {
    const model_hop *hops;
    uint32_t count;
    bool to_one; /* every hop is a REF */
} model_path;

typedef struct model_order_item {
    const model_column *column;
    bool descending;
} model_order_item;

/* An order without the key at its end; whoever sorts appends the key, ascending (columns that stand in it
 * already are not repeated). */
typedef struct model_order {
    const model_order_item *items;
    uint32_t count;
} model_order;

typedef enum model_field_kind {
    FIELD_COLUMN,  /* a stored attribute */
    FIELD_TEXT,    /* computed in C from columns */
    FIELD_COUNT,   /* how many rows a relation has */
    FIELD_REF,     /* to-one by a foreign key */
    FIELD_MANY,    /* to-many: the back of a ref */
    FIELD_THROUGH, /* many-to-many by a link table */
    FIELD_FOLLOW,  /* derived: a path, a condition, an order; to-one where the path is and the type is no list
                    */
    FIELD_PICK     /* derived to-one: the best of a path */
} model_field_kind;

static inline bool field_is_relation(model_field_kind kind) {
    return kind >= FIELD_REF;
}

/* A piece of a @text: literal text, or a column reached over to-one references. */
typedef struct model_text_part {
    sheaf_slice literal;            /* ptr NULL: not a literal */
    const model_field *const *refs; /* the FIELD_REFs to walk, in order */
    uint32_t ref_count;
    const model_field *column; /* a FIELD_COLUMN of the last entity */
} model_text_part;

struct model_field {
    sheaf_slice name, description;
    model_field_kind kind;
    uint32_t index; /* among the entity's fields */
    const model_entity *entity;
    syntax_place place;

    /* Attributes (COLUMN, TEXT, COUNT). TEXT is a String, COUNT an Int (or BigInt) and never NULL. */
    sheaf_scalar scalar;
    bool non_null; /* the type ends in '!'; for a list: of the list, which always holds */
    bool unique;   /* @unique: one row at most has a value */
    const model_column *column;
    const model_text_part *parts;
    uint32_t part_count;

    /* Relations, and COUNT: where it leads. The path is fully expanded, its hops carry the conditions. */
    const model_entity *target;
    bool list;
    model_path path;
    model_order order;            /* FOLLOW, PICK */
    const model_column *keep_max; /* PICK; NULL: keep all */
    model_columns per;            /* PICK: the columns of `per`, count 0: one group */
};

struct model_entity {
    sheaf_slice name, description; /* "BugTask" */
    sheaf_slice schema, table;     /* schema.ptr NULL: the default one */
    sheaf_slice singular, plural;  /* root fields: bug_task, bug_tasks */
    sheaf_slice count_name;        /* bug_tasks_count */
    uint32_t index;                /* among the model's entities */
    const sheaf_model *model;
    syntax_place place;
    model_field *fields;
    uint32_t field_count;
    model_column *columns; /* key columns first, in key order */
    uint32_t column_count;
    model_columns key;
    map by_name; /* sheaf_slice → model_field */
};

struct sheaf_model {
    arena memory;
    const sheaf_allocator *allocator;
    const syntax_document *document; /* for places in errors */
    model_entity *entities;
    uint32_t entity_count;
    map by_name;   /* type name → model_entity */
    map by_root;   /* singular and plural and count name → model_entity */
    uint64_t hash; /* of the canonical text */
};

/* NULL where there is none. `model_entity_named` takes the type's name, its singular or its plural. */
const model_entity *model_entity_named(const sheaf_model *m, sheaf_slice name);
const model_field *model_field_named(const model_entity *e, sheaf_slice name);

/* "; did you mean 'x'?" over the names of an entity's fields, of entities, or of root fields. */
suggest_words model_suggest_field(const model_entity *e, sheaf_slice wrong);
suggest_words model_suggest_entity(const sheaf_model *m, sheaf_slice wrong);
suggest_words model_suggest_root(const sheaf_model *m, sheaf_slice wrong);

/* Resolves a dotted path of relations ("detections.classifications") from an entity, as @follow does: each
 * name a relation that is not a pick; the conditions of follows on the way are kept on their hops.
 * SHEAF_E_SHAPE otherwise. */
bool model_resolve_path(const model_entity *from, sheaf_slice dotted, arena *memory, model_path *ret_path,
                        const model_entity **ret_target, sheaf_error *err);

#endif
