/* binding.h: a model held against one database's catalogue. Frozen once made; shared by threads. */
#ifndef SHEAF_MODEL_BINDING_H
#define SHEAF_MODEL_BINDING_H

#include "catalogue.h"
#include "model.h"

typedef struct bound_column {
    db_type type;
    bool nullable; /* as the database says, or as the model says where the table is a view */
    bool c_collated;
    bool text; /* an ID, or a reference to one, that is held as text */
} bound_column;

typedef struct bound_entity {
    const catalogue_table *table;
    bound_column *columns; /* by model_column.index */
} bound_entity;

typedef struct binding {
    const sheaf_model *model;
    const catalogue *catalogue;
    bound_entity *entities; /* by model_entity.index */
} binding;

/* Fails with SHEAF_E_CATALOGUE, naming every table and column that is missing or whose type the attribute
 * cannot be read from (as many as the message holds; "… and 3 more"), and ending in what to do. `sqlite`
 * relaxes: declared types there are hints. */
bool binding_make(const sheaf_model *model, const catalogue *db, arena *memory, binding **ret,
                  sheaf_error *err);

static inline const bound_column *bound(const binding *b, const model_column *c) {
    return &b->entities[c->entity->index].columns[c->index];
}

/* What the database has of a column, and of one of a link table. */
const catalogue_column *binding_column(const binding *b, const model_column *c);
const catalogue_column *binding_link_column(const binding *b, const model_hop *hop, sheaf_slice name);

/* `sheaf check`: one finding after another, most severe first in each entity. */
typedef enum advice_level { ADVICE_ERROR, ADVICE_WARNING, ADVICE_NOTE } advice_level;

typedef struct advice {
    advice_level level;
    sheaf_slice where;  /* "Package.maintainer" */
    sheaf_slice text;   /* "the column package.maintainer_id has no index" */
    sheaf_slice remedy; /* "CREATE INDEX package_maintainer_id ON package (maintainer_id);"; ptr NULL: none */
} advice;

typedef struct advice_list {
    advice *items;
    size_t count, room;
} advice_list;

/* Appends an ADVICE_ERROR for each thing that keeps the entity from being read: its table, a column or a link
 * table is missing, or a column's type cannot be read as the attribute's. */
bool binding_problems(const model_entity *entity, const catalogue *db, arena *memory, advice_list *list,
                      sheaf_error *err);

/* What to write in the model for a column of a type, and whether one of a type can be read as a scalar. */
sheaf_scalar binding_natural(db_type type);
bool binding_can_read(const catalogue *db, sheaf_scalar scalar, db_type type);

/* The attribute or reference that a column is there for. */
const model_field *binding_field(const model_column *column);

/* Errors: missing tables, columns; a type that cannot be read; the model's key not unique in the database.
 * Warnings: nullability that differs; references, link tables (from the side that they are followed from),
 * and orders of follows and picks that no index serves; @unique without a unique index; a Decimal that SQLite
 * keeps as a float. Notes: text in an order that is not C-collated. Of two indexes of which one does for
 * both, only that one is asked for. */
bool advise(const sheaf_model *model, const catalogue *db, arena *memory, advice_list *ret, sheaf_error *err);

#endif
