/* lazy.h: the same page as code that fetches when touched makes it: one query for each row and relation.
 *
 * The statements are prepared beforehand, run on a connection of the same database and read in binary form:
 * it is the queries that are counted here, not clumsiness. Nothing is cached from row to row.
 *
 *     lazy_sqlite.c, lazy_postgresql.c    running one statement
 */
#ifndef ARCHIVE_LAZY_H
#define ARCHIVE_LAZY_H

#include <sheaf/db.h>

#include "pool.h"

/* X(enumerator, SQL that both backends take) */
#define LAZY_STATEMENTS(X)                                                                                   \
    X(LAZY_DISTRO, "SELECT id, title FROM distro WHERE name = $1")                                           \
    X(LAZY_PACKAGES, "SELECT id, name, version, popularity, maintainer_id FROM package WHERE distro_id = $1" \
                     " ORDER BY popularity DESC, id LIMIT $2")                                               \
    X(LAZY_PERSON, "SELECT id, name, display_name FROM person WHERE id = $1")                                \
    X(LAZY_UPLOADERS,                                                                                        \
      "SELECT p.id, p.name, p.display_name FROM person p"                                                    \
      " JOIN package_uploader u ON u.person_id = p.id WHERE u.package_id = $1 ORDER BY p.id")                \
    X(LAZY_COUNT, "SELECT count(*) FROM package WHERE maintainer_id = $1")

typedef enum lazy_statement {
#define X(name, sql) name,
    LAZY_STATEMENTS(X)
#undef X
        LAZY_STATEMENT_COUNT
} lazy_statement;

extern const char *const lazy_sql[LAZY_STATEMENT_COUNT];

#define LAZY_PARAMETERS_MAX 2

/* A number; or, where it has a pointer, text. */
typedef struct lazy_value {
    int64_t number;
    sheaf_slice text;
} lazy_value;

/* The rows of one statement, one after another: `used` values, `columns` to a row. Rows of zeros are none. */
typedef struct lazy_rows {
    lazy_value *values;
    uint32_t used, room, columns;
    pool text;
} lazy_rows;

static inline uint32_t lazy_rows_count(const lazy_rows *rows) {
    return rows->columns ? rows->used / rows->columns : 0;
}
/* Adds a value, whose text is copied; false: no memory. */
bool lazy_rows_add(lazy_rows *rows, lazy_value value);
void lazy_rows_free(lazy_rows *rows);

/* What a backend keeps of a connection; each backend's own struct starts with it. */
typedef struct lazy {
    const struct lazy_backend *backend;
    uint64_t statements; /* run so far */
} lazy;

typedef struct lazy_backend {
    const char *name;                                             /* as sheaf_backend gives it */
    bool (*open)(void *connection, lazy **ret, sheaf_error *err); /* prepares every statement */
    bool (*run)(lazy *l, lazy_statement statement, const lazy_value *parameters, int count, lazy_rows *rows,
                sheaf_error *err);
    void (*close)(lazy *l); /* leaves the connection as it was */
} lazy_backend;

extern const lazy_backend lazy_sqlite, lazy_postgresql;

bool lazy_open(const char *backend, void *connection, lazy **ret, sheaf_error *err);
void lazy_close(lazy *l); /* NULL is accepted */

/* Reads the page. *ret_sum is the sum of its numbers, by which two ways of reading it are compared: the
 * popularity of each package, and the package count of each one's maintainer and uploaders. */
bool lazy_hot(lazy *l, const char *distro, int64_t limit, int64_t *ret_sum, sheaf_error *err);

#endif
