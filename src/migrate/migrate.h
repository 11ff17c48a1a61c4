/* migrate: bringing a database from one version to another.
 *
 *   folder.c    migrations as the folder has them, checked as a whole
 *   versions.c  migrations as the database has them: the table sheaf_migration
 *   migrate.c   the one held against the other; up, down, status
 */
#ifndef SHEAF_SRC_MIGRATE_H
#define SHEAF_SRC_MIGRATE_H

#include <sheaf/migrate.h>

#include "../context/database.h"

#define MIGRATE_SCRIPT_MAX (64u << 20) /* bytes */
#define MIGRATE_CHECKSUM   16          /* hexadecimal digits */

/* A migration of the folder. */
typedef struct migration {
    int64_t version;
    sheaf_slice name;     /* of its folder; NUL-terminated, as are the paths */
    sheaf_slice up, down; /* paths of the scripts for the backend; down.ptr NULL: there is none */
    sheaf_slice checksum; /* of the bytes of `up` */
} migration;

/* The one of version n is [n - 1]. */
typedef struct migration_list {
    migration *items;
    size_t count, room;
} migration_list;

bool migrate_read_folder(const char *folder, const char *backend, arena *memory, migration_list *ret,
                         sheaf_error *err);

/* A row of the table. */
typedef struct applied {
    int64_t version;
    sheaf_slice name, applied_at, checksum; /* name and applied_at NUL-terminated */
} applied;

typedef struct applied_list {
    applied *items; /* by version */
    size_t count, room;
} applied_list;

/* These run in the transaction that is open on the connection. `versions_read` needs the table. */
bool versions_create(sheaf_db *db, driver_connection *c, sheaf_error *err);
bool versions_read(sheaf_db *db, driver_connection *c, arena *memory, applied_list *ret, sheaf_error *err);
bool versions_add(sheaf_db *db, driver_connection *c, const migration *m, sheaf_error *err);
bool versions_accept(sheaf_db *db, driver_connection *c, const migration *m, sheaf_error *err);
bool versions_remove(sheaf_db *db, driver_connection *c, int64_t version, sheaf_error *err);

/* False in *ret where there is no such table. */
bool versions_exist(sheaf_db *db, driver_connection *c, bool *ret, sheaf_error *err);

#endif
