/* load.h: an archive written into a database, in one transaction that replaces what was there.
 *
 * Two backends behind one vtable, chosen by the URL:
 *
 *     load_sqlite.c       sqlite:FILE          prepared INSERTs
 *     load_postgresql.c   postgresql://…       COPY in binary form; any URL or "key=value …" that libpq takes
 *
 * Until the transaction commits, the old content stays: an error, Ctrl-C or a crash of this process changes
 * nothing. Indexes and foreign keys that a bulk load is better off without are dropped and made again inside
 * it, as the database itself describes them: the schema is the migrations' alone.
 */
#ifndef ARCHIVE_LOAD_H
#define ARCHIVE_LOAD_H

#include "archive.h"
#include "progress.h"

typedef enum load_type { LOAD_BIGINT, LOAD_INTEGER, LOAD_BOOLEAN, LOAD_TEXT } load_type;

#define LOAD_COLUMNS_MAX 12

typedef struct load_column {
    const char *name;
    load_type type;
} load_column;

typedef struct load_table {
    const char *name;
    load_column columns[LOAD_COLUMNS_MAX];
    size_t column_count;
} load_table;

typedef struct load_value {
    bool is_null;
    int64_t number;   /* BIGINT, INTEGER, BOOLEAN */
    sheaf_slice text; /* TEXT */
} load_value;

/* What a backend keeps of one connection; each backend's own struct starts with it. */
typedef struct loader {
    const struct load_backend *backend;
} loader;

/* Slots are called in this order; `row` many times between `start` and `finish`, those once for each table.
 * After a slot has failed, only `close` may be called, which rolls back. */
typedef struct load_backend {
    const char *name; /* "sqlite": migrations are up.sqlite.sql, or up.sql */
    bool (*open)(const char *url, loader **ret, sheaf_error *err);
    bool (*has_table)(loader *l, const char *name, bool *ret, sheaf_error *err);
    bool (*begin)(loader *l, sheaf_error *err);
    bool (*script)(loader *l, const char *sql, sheaf_error *err); /* one or many statements without results */
    /* Empties the tables and drops what `restore` makes again. */
    bool (*clear)(loader *l, sheaf_error *err);
    bool (*start)(loader *l, const load_table *table, sheaf_error *err);
    bool (*row)(loader *l, const load_table *table, const load_value *values, sheaf_error *err);
    bool (*finish)(loader *l, sheaf_error *err);
    bool (*restore)(loader *l, sheaf_error *err);
    bool (*commit)(loader *l, sheaf_error *err); /* with statistics for the planner */
    void (*close)(loader *l);                    /* NULL is accepted */
} load_backend;

extern const load_backend load_sqlite, load_postgresql;

/* Every table, those that others refer to first. */
extern const load_table load_tables[];
extern const size_t load_table_count;

typedef struct load_options {
    const char *url;
    const char *migrations; /* folder whose 0001_archive is applied where the tables are missing */
} load_options;

/* How many rows `load_archive` will write. */
uint64_t load_row_count(const archive *a);

/* Loads a resolved archive. `bar` may be NULL. */
bool load_archive(const load_options *options, const archive *a, progress *bar, sheaf_error *err);

#endif
