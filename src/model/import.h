/* import.h: a model made from what a live database has. Nothing here talks to a database: a catalogue goes
 * in, and what it becomes, and its text, come out. The same catalogue always gives the same, in whatever
 * order the database lists things.
 *
 *   import.c             which tables become entities, and by which key
 *   import_references.c  foreign keys that become references; link tables; the scalars of keys
 *   import_names.c       names of entities and of fields, clashes resolved
 *   import_text.c        the text of the model
 *   import_shapes.c      the text of a list and a detail of an entity
 *   import_merge.c       what differs from a model that is there: that model, with the difference taken over
 *   names.h              English singulars and plurals
 *
 * Columns that hold keys are kept as attributes where they are part of their own table's key, or of a
 * reference over several columns; else the reference stands in their place. All columns that foreign keys tie
 * together have one scalar: ID, where one of them is a key by itself.
 *
 * Everything lives in the arena that it was made in; it points into the catalogue and the model given. */
#ifndef SHEAF_MODEL_IMPORT_H
#define SHEAF_MODEL_IMPORT_H

#include "catalogue.h"
#include "model.h"

typedef struct import_options {
    const char *const *schemas;
    size_t schema_count; /* 0: the default one */
    const char *const *tables, *const *skip;
    size_t table_count, skip_count; /* patterns as the shell's, of a table or of schema.table; 0: all, none */
    const sheaf_model *model;       /* the one that is there: its names stand; NULL: none */
} import_options;

typedef struct import_table import_table;

/* A column of a table. */
typedef struct import_column {
    const catalogue_column *db;
    sheaf_slice words; /* of its name: "album_id" */
    bool usable;       /* it can be named in a model, and be read */
    bool in_key;
    bool tied;     /* a reference holds it, or leads to it */
    bool replaced; /* the reference over it alone stands for it */
    bool unique;
    sheaf_scalar scalar;
    sheaf_slice field;  /* the attribute; ptr NULL: none */
    sheaf_slice remark; /* ptr NULL: none */
    const model_column *old;
    bool held; /* a field of the model that is there holds it, and stays */
    /* Columns that are tied together lead to one of them, the head, by whose marks all get their scalar. */
    struct import_column *head;
    bool has_id, has_unknown;
    const model_column *kept;
} import_column;

/* A foreign key as a reference: its columns in the order of the other's key. */
typedef struct import_reference {
    import_table *from, *to;
    import_column *columns[MODEL_KEY_MAX];
    uint32_t count;
    bool non_null, unique;
    sheaf_slice name;
    const model_field *old;
} import_reference;

typedef enum import_list_kind {
    IMPORT_MANY,   /* the back of `by` */
    IMPORT_ONE,    /* the one row of it, where `by` is unique: a pick of the list `many` */
    IMPORT_THROUGH /* by the link table `by->from`: `by` leads here, `other` to the target */
} import_list_kind;

typedef struct import_list {
    import_list_kind kind;
    sheaf_slice name, many;
    const import_table *target;
    const import_reference *by, *other;
    bool indexed; /* an index brings the rows */
    const model_field *old;
} import_list;

struct import_table {
    const catalogue_table *db;
    const model_entity *old;
    bool usable; /* as an entity or as a link table */
    bool is_entity;
    sheaf_slice why; /* it is none */
    sheaf_slice name, singular, plural;
    import_column *columns;
    size_t column_count;
    import_column *key[MODEL_KEY_MAX];
    uint32_t key_count;
    bool rekeyed;                 /* the key that `old` has is gone, and this is another */
    import_reference *references; /* by their columns' names */
    size_t reference_count;
    bool is_link;
    struct {
        import_list *items;
        size_t count, room;
    } lists;
    map names; /* of its fields */
};

/* What a person should know: a table that was skipped, a column that was left out, an array of keys. */
typedef struct import_note {
    sheaf_slice where, text; /* "audit_log", "it has neither …" */
} import_note;

typedef struct import {
    arena *memory;
    const catalogue *catalogue;
    const sheaf_model *model; /* that is there, or NULL */
    import_table *tables;     /* those chosen: of the default schema first, then by schema and name */
    size_t table_count, entity_count;
    import_table **by_catalogue; /* by the table's place in the catalogue; NULL: not chosen */
    struct {
        import_note *items;
        size_t count, room;
    } skipped, left_out, arrays;
    map types, roots;
    sheaf_error *err;
} import;

/* SHEAF_E_USAGE: a schema or a pattern names nothing. *ret may have no entity. */
bool import_make(const catalogue *db, const import_options *options, arena *memory, import **ret,
                 sheaf_error *err);

/* Appends the model in its canonical form. There is an entity at least. */
bool import_text(const import *im, buffer *out, sheaf_error *err);

/* Appends the document of one entity in its canonical form: a list, by the name of its root field, and a
 * detail, by the singular. */
bool import_shapes(const import *im, const import_table *entity, buffer *out, sheaf_error *err);

/* Appends two models in their canonical form: the one that is there, and what it would be with the
 * difference: without what the database has no more, with what is new in it, with types and nullability as
 * they are now. All else stays as a person wrote it. */
bool import_merge(const import *im, buffer *before, buffer *after, sheaf_error *err);

/* ---- between the files of import
 * -------------------------------------------------------------------------*/

import_column *import_find_column(const import_table *t, sheaf_slice name);
const import_table *import_find_table(const import *im, const catalogue_table *t); /* NULL: not chosen */
/* "table.column", or "table"; with its schema, unless that is the default. ptr NULL: no memory. */
sheaf_slice import_where(const import *im, const import_table *t, sheaf_slice column);
/* Whether values of these columns can still be keys of an entity of the model that is there: as many, of one
 * kind as far as that is known, and such as a binding takes. */
bool import_can_refer(const import *im, const catalogue_table *from, const sheaf_slice *columns,
                      uint32_t count, const model_entity *to);
bool import_references(import *im);
bool import_name_all(import *im);

/* Which values can be compared as keys: columns of two kinds are never tied. */
typedef enum import_key_kind { IMPORT_NO_KEY, IMPORT_INTEGER_KEY, IMPORT_TEXT_KEY } import_key_kind;
import_key_kind import_key_kind_of(const catalogue *db, const catalogue_column *c);
/* SQLite's columns without a type hold anything. */
bool import_is_untyped(const catalogue *db, const catalogue_column *c);

/* The definition of an entity; without `whole` only the fields that the model that is there lacks, and its
 * key where that is another now. */
bool import_put_entity(const import *im, const import_table *t, bool whole, buffer *out);
/* Appends `text` as lang_print prints it. */
bool import_put_canonical(const import *im, sheaf_slice text, buffer *out, sheaf_error *err);

#endif
