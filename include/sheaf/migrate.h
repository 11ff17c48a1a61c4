/* migrate.h: the steps by which a database came to its tables, and is brought further.
 *
 * Migrations are the folders of one folder, numbered from 1 without a gap:
 *
 *     migrations/0001_init/up.sql                       for every backend, or
 *     migrations/0001_init/up.postgresql.sql            for one; it goes before up.sql
 *     migrations/0001_init/down.sql, down.sqlite.sql    undoes it; may be absent
 *
 * What a database has is kept in it, in the table sheaf_migration (version, name, applied_at, checksum). Each
 * migration runs in a transaction of its own, together with its row there: a failure, or a process that is
 * killed, leaves nothing half-done. One lock keeps other processes out meanwhile; whoever waited finds the
 * work done. Scripts must not end that transaction themselves, and what a database refuses to do in one
 * (CREATE INDEX CONCURRENTLY) cannot be migrated.
 *
 * A checksum tells whether a migration that was applied has been changed since: then the database is not what
 * the folder says, and nothing more is applied before that is settled.
 *
 * Threads: as for `sheaf_db`. The calls need no model.
 */
#ifndef SHEAF_MIGRATE_H
#define SHEAF_MIGRATE_H

#include "db.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sheaf_migration_state {
    SHEAF_MIGRATION_PENDING,
    SHEAF_MIGRATION_APPLIED,
    SHEAF_MIGRATION_CHANGED, /* applied, and its text is another now */
    SHEAF_MIGRATION_UNKNOWN  /* applied, and not in the folder */
} sheaf_migration_state;

typedef struct sheaf_migration {
    int64_t version;
    const char *name;       /* "0001_init" */
    const char *applied_at; /* RFC 3339, UTC; NULL where it is pending */
    sheaf_migration_state state;
    bool has_down;
} sheaf_migration;

/* Zero is the default everywhere. */
typedef struct sheaf_migrate_options {
    const char *folder;  /* needed */
    bool has_to;         /* else: up applies all, down undoes the last one */
    int64_t to;          /* the version that the database shall have in the end; 0: none */
    bool accept_changed; /* up: take changed migrations for what was applied, and note their new checksums */
    int lock_wait_ms;    /* 60,000: how long to wait for the lock; then SHEAF_E_BUSY */
    /* Told before each script is run (`done` false) and after it was committed. May be NULL. */
    void (*progress)(void *user, const sheaf_migration *migration, bool up, bool done);
    void *user;
} sheaf_migrate_options;

/* Applies what is pending, or undoes what is above `to`, the last one first. *ret_count (may be NULL) is how
 * many that were; 0 where there was nothing to do. After a failure those before it stay. Errors: IO, USAGE (a
 * folder's name, a number that is missing or there twice, no script), CHANGED (an applied migration was
 * changed, or is not in the folder), BUSY, and the database's own, with file and line. */
SHEAF_API bool sheaf_migrate_up(sheaf_db *db, const sheaf_migrate_options *options, size_t *ret_count,
                                sheaf_error *err);
SHEAF_API bool sheaf_migrate_down(sheaf_db *db, const sheaf_migrate_options *options, size_t *ret_count,
                                  sheaf_error *err);

/* All migrations of the folder and of the database, by version. Changes nothing. Freed by
 * sheaf_migrate_list_free. */
typedef struct sheaf_migrate_list sheaf_migrate_list;
SHEAF_API bool sheaf_migrate_status(sheaf_db *db, const char *folder, sheaf_migrate_list **ret,
                                    sheaf_error *err);
SHEAF_API size_t sheaf_migrate_list_count(const sheaf_migrate_list *list);
SHEAF_API const sheaf_migration *sheaf_migrate_list_at(const sheaf_migrate_list *list,
                                                       size_t index); /* or NULL */
SHEAF_API void sheaf_migrate_list_free(sheaf_migrate_list *list);     /* NULL is accepted */

#ifdef __cplusplus
}
#endif

#endif
