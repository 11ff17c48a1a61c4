/* catalogue.h: what a live database has, as plain data. Drivers fill it, the model is held against it, the
 * planner asks it for types, nullability, collation and indexes. Everything lives in the arena that it was
 * read into. */
#ifndef SHEAF_MODEL_CATALOGUE_H
#define SHEAF_MODEL_CATALOGUE_H

#include "../base/base.h"
#include "../base/map.h"

/* Column types as far as Sheaf tells them apart, with how a value crosses the wire.
 *
 *   X(enumerator, name in messages)
 *
 * On SQLite the declared type decides, by its affinity rules and these words: a type holding INT is INT64;
 * BOOL is BOOL; CHAR, CLOB or TEXT is TEXT; REAL, FLOA or DOUB is FLOAT64; DATE alone DATE; DATETIME or
 * TIMESTAMP TIMESTAMPTZ; DEC or NUM NUMERIC; JSON JSON; UUID UUID; BLOB BYTES; anything else or nothing: ANY.
 */
#define DB_TYPES(X)                                                                                          \
    X(DB_INT16, "smallint")                                                                                  \
    X(DB_INT32, "integer")                                                                                   \
    X(DB_INT64, "bigint")                                                                                    \
    X(DB_FLOAT32, "real")                                                                                    \
    X(DB_FLOAT64, "double precision")                                                                        \
    X(DB_NUMERIC, "numeric")                                                                                 \
    X(DB_TEXT, "text")                                                                                       \
    X(DB_BOOL, "boolean")                                                                                    \
    X(DB_TIMESTAMP, "timestamp without time zone")                                                           \
    X(DB_TIMESTAMPTZ, "timestamp with time zone")                                                            \
    X(DB_DATE, "date")                                                                                       \
    X(DB_UUID, "uuid")                                                                                       \
    X(DB_JSON, "json")                                                                                       \
    X(DB_JSONB, "jsonb")                                                                                     \
    X(DB_BYTES, "bytea")                                                                                     \
    X(DB_ANY, "another type")

typedef enum db_type {
#define X(name, text) name,
    DB_TYPES(X)
#undef X
} db_type;

const char *db_type_name(db_type type);

typedef struct catalogue_column {
    sheaf_slice name;
    sheaf_slice declared; /* the database's own words: "character varying(20)", "BIGINT" */
    db_type type;
    bool nullable;
    bool c_collated; /* compares as bytes: collation "C"/"POSIX"/"ucs_basic", a database with C, or BINARY */
    sheaf_slice comment;
    bool hidden;           /* the user may not read it */
    sheaf_slice base;      /* PostgreSQL: the type as a cast writes it, a domain's own, without modifiers */
    sheaf_slice collation; /* PostgreSQL: as COLLATE writes it; ptr NULL: none */
    bool folds; /* takes different texts for equal: citext, a collation that is not deterministic, NOCASE */
} catalogue_column;

/* Also the primary key and unique constraints. Expression and partial indexes are left out. */
typedef struct catalogue_index {
    sheaf_slice name;
    bool unique, primary;
    sheaf_slice *columns; /* in order; those of INCLUDE left out */
    bool *descending;
    size_t column_count;
} catalogue_index;

typedef struct catalogue_foreign_key {
    sheaf_slice name;
    sheaf_slice *columns, *to_columns;
    size_t column_count;
    sheaf_slice to_schema, to_table;
} catalogue_foreign_key;

typedef struct catalogue_table {
    sheaf_slice schema, name; /* schema "main" on SQLite */
    bool view;                /* no plain table: it may have no key */
    const char *kind;         /* what it is then: "a view", "a foreign table"; NULL: a plain table */
    sheaf_slice shadow_of;    /* SQLite: the virtual table that keeps its rows here; ptr NULL: none */
    double rows;              /* the database's own estimate; -1: unknown */
    catalogue_column *columns;
    size_t column_count;
    catalogue_index *indexes;
    size_t index_count;
    catalogue_foreign_key *foreign_keys;
    size_t foreign_key_count;
    sheaf_slice comment;
} catalogue_table;

typedef struct catalogue {
    catalogue_table *tables; /* sorted by schema and name */
    size_t table_count;
    sheaf_slice default_schema; /* where unqualified names are looked up: "public", "main" */
    bool sqlite;                /* SQLite's: declared types are hints */
} catalogue;

/* Schema with ptr NULL means the default schema. NULL: not there. */
const catalogue_table *catalogue_find_table(const catalogue *c, sheaf_slice schema, sheaf_slice name);
const catalogue_column *catalogue_find_column(const catalogue_table *t, sheaf_slice name);

/* Whether the database can hold the two against each other: both integers, both text, or of one type. On
 * SQLite what is declared is no more than a hint. */
bool catalogue_can_equal(const catalogue *c, const catalogue_column *a, const catalogue_column *b);

/* Whether it also does so as they stand, by an index of either: the same type and the same collation. */
bool catalogue_equal_plainly(const catalogue_column *a, const catalogue_column *b);

/* True where a unique index or the primary key is within these columns. */
bool catalogue_is_unique(const catalogue_table *t, const sheaf_slice *columns, size_t count);

#endif
