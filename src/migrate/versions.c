/* The table sheaf_migration. */
#include "migrate.h"

/* What differs between backends: when a migration was applied, and how that is read. */
static const char *const create_postgresql =
    "CREATE TABLE IF NOT EXISTS sheaf_migration (version integer PRIMARY KEY, name text NOT NULL, "
    "applied_at timestamp with time zone NOT NULL DEFAULT now(), checksum text NOT NULL)";
static const char *const create_sqlite =
    "CREATE TABLE IF NOT EXISTS sheaf_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), checksum TEXT NOT NULL)";
static const char *const read_postgresql = "SELECT version::int8, name, to_char(applied_at AT TIME ZONE "
                                           "'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), checksum "
                                           "FROM sheaf_migration ORDER BY version";
static const char *const read_sqlite =
    "SELECT version, name, applied_at, checksum FROM sheaf_migration ORDER BY version";

static bool is_sqlite(const sheaf_db *db) {
    return db->driver == &driver_sqlite;
}

bool versions_create(sheaf_db *db, driver_connection *c, sheaf_error *err) {
    return db->driver->script(c, slice_of(is_sqlite(db) ? create_sqlite : create_postgresql), err);
}

bool versions_exist(sheaf_db *db, driver_connection *c, bool *ret, sheaf_error *err) {
    arena memory;
    catalogue all;
    arena_init(&memory, db->allocator);
    bool ok = db->driver->catalogue(c, &memory, &all, err);
    if (ok) *ret = catalogue_find_table(&all, (sheaf_slice){0}, SHEAF_SLICE("sheaf_migration"));
    arena_free(&memory);
    return ok;
}

/* ---- Rows -----------------------------------------------------------------------------------------------*/

enum { VERSION, NAME, APPLIED_AT, CHECKSUM, OUTPUTS };

typedef struct reader {
    driver_sink sink; /* first: the driver hands it back */
    sql_output outputs[OUTPUTS];
    arena *memory;
    applied_list *list;
} reader;

static bool take_row(driver_sink *sink, size_t call, const void *record, sheaf_error *err) {
    reader *r = (reader *)sink;
    (void)call;
    applied *slot = ARENA_PUSH(r->memory, r->list);
    if (!slot) return error_memory(err);
    slot->version = sql_value(record, &r->outputs[VERSION]).i;
    sheaf_slice *const texts[] = {
        [NAME] = &slot->name, [APPLIED_AT] = &slot->applied_at, [CHECKSUM] = &slot->checksum};
    for (size_t i = NAME; i < OUTPUTS; i++) {
        *texts[i] = arena_copy(r->memory, sql_value(record, &r->outputs[i]).text);
        if (!texts[i]->ptr) return error_memory(err);
    }
    return true;
}

static bool run(sheaf_db *db, driver_connection *c, sql_statement *statement, const sql_argument *arguments,
                reader *to, sheaf_error *err) {
    arena memory;
    driver_cost cost = {0};
    statement->id = slice_hash(statement->text);
    driver_call call = {.statement = statement, .arguments = arguments};
    arena_init(&memory, db->allocator);
    bool ok = db->driver->run(c, &call, 1, 0, &memory, &to->sink, &cost, NULL, err);
    arena_free(&memory);
    return ok;
}

bool versions_read(sheaf_db *db, driver_connection *c, arena *memory, applied_list *ret, sheaf_error *err) {
    applied_list list = {0};
    reader r = {
        .sink.row = take_row,
        .outputs =
            {
                [VERSION] = {.scalar = SHEAF_BIGINT,
                             .type = DB_INT64,
                             .name = {"sheaf_migration.version", 23}},
                [NAME] = {.scalar = SHEAF_STRING, .type = DB_TEXT, .name = {"sheaf_migration.name", 20}},
                [APPLIED_AT] = {.scalar = SHEAF_STRING,
                                .type = DB_TEXT,
                                .name = {"sheaf_migration.applied_at", 26}},
                [CHECKSUM] = {.scalar = SHEAF_STRING,
                              .type = DB_TEXT,
                              .name = {"sheaf_migration.checksum", 24}},
            },
        .memory = memory,
        .list = &list,
    };
    sql_statement statement = {.text = slice_of(is_sqlite(db) ? read_sqlite : read_postgresql),
                               .outputs = r.outputs,
                               .output_count = OUTPUTS,
                               .record_size = sql_place_all(r.outputs, OUTPUTS, 0)};
    if (!run(db, c, &statement, NULL, &r, err)) return false;
    *ret = list;
    return true;
}

/* ---- Changes --------------------------------------------------------------------------------------------*/

#define TEXT_ARGUMENT(s)                                                                                     \
    {                                                                                                        \
        .value = {.kind = SHEAF_KIND_TEXT, .text = (s) }                                                     \
    }
#define INT_ARGUMENT(n)                                                                                      \
    {                                                                                                        \
        .value = {.kind = SHEAF_KIND_INT, .i = (n) }                                                         \
    }

/* `sql` takes the version, and the two texts where there are any: first in this order, as SQLite numbers them
 * by where they appear. */
static bool change(sheaf_db *db, driver_connection *c, const char *sql, const sql_argument *arguments,
                   size_t count, sheaf_error *err) {
    static const sql_param params[] = {
        {.kind = SQL_PARAM_INT}, {.kind = SQL_PARAM_TEXT}, {.kind = SQL_PARAM_TEXT}};
    reader none = {0};
    sql_statement statement = {.text = slice_of(sql), .params = params, .param_count = count};
    return run(db, c, &statement, arguments, &none, err);
}

bool versions_add(sheaf_db *db, driver_connection *c, const migration *m, sheaf_error *err) {
    const sql_argument arguments[] = {INT_ARGUMENT(m->version), TEXT_ARGUMENT(m->name),
                                      TEXT_ARGUMENT(m->checksum)};
    return change(db, c, "INSERT INTO sheaf_migration (version, name, checksum) VALUES ($1, $2, $3)",
                  arguments, 3, err);
}

bool versions_accept(sheaf_db *db, driver_connection *c, const migration *m, sheaf_error *err) {
    const sql_argument arguments[] = {INT_ARGUMENT(m->version), TEXT_ARGUMENT(m->name),
                                      TEXT_ARGUMENT(m->checksum)};
    return change(db, c,
                  "UPDATE sheaf_migration SET version = $1, name = $2, checksum = $3 WHERE version = $1",
                  arguments, 3, err);
}

bool versions_remove(sheaf_db *db, driver_connection *c, int64_t version, sheaf_error *err) {
    const sql_argument arguments[] = {INT_ARGUMENT(version)};
    return change(db, c, "DELETE FROM sheaf_migration WHERE version = $1", arguments, 1, err);
}
