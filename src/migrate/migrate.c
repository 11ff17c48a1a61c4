#include "migrate.h"

#include <stdio.h>

#include "../base/file.h"

#define LOCK_WAIT_MS 60000

/* One call of up or down. */
typedef struct migrator {
    sheaf_db *db;
    const sheaf_migrate_options *options;
    driver_connection *connection;
    arena memory; /* of the folder */
    migration_list folder;
    size_t done;
    sheaf_error *err;
} migrator;

/* ---- The folder held against the database
 * ----------------------------------------------------------------*/

/* The migration of the folder that was applied as `a`, or NULL. */
static const migration *known(const migration_list *folder, const applied *a) {
    if (a->version < 1 || (uint64_t)a->version > folder->count) return NULL;
    return &folder->items[a->version - 1];
}

static sheaf_migration_state state_of(const migration_list *folder, const applied *a) {
    const migration *m = known(folder, a);
    if (!m) return SHEAF_MIGRATION_UNKNOWN;
    return slice_equal(m->checksum, a->checksum) && slice_equal(m->name, a->name) ? SHEAF_MIGRATION_APPLIED
                                                                                  : SHEAF_MIGRATION_CHANGED;
}

static const applied *find_applied(const applied_list *list, int64_t version) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].version == version) return &list->items[i];
    return NULL;
}

static sheaf_migration describe(const migration *m, const applied *a, sheaf_migration_state state) {
    return (sheaf_migration){.version = m ? m->version : a->version,
                             .name = m ? m->name.ptr : a->name.ptr,
                             .applied_at = a ? a->applied_at.ptr : NULL,
                             .state = state,
                             .has_down = m && m->down.ptr};
}

static bool refuse(const migrator *m, const applied *a, sheaf_migration_state state) {
    if (state == SHEAF_MIGRATION_UNKNOWN)
        return error_set(m->err, SHEAF_E_CHANGED,
                         "the database has migration %s, which is not in %s: use a newer checkout",
                         a->name.ptr, m->options->folder);
    return error_set(
        m->err, SHEAF_E_CHANGED,
        "%s was changed after it was applied as %s: put the old text back and write a new migration; where "
        "only its wording was changed, accept it by `sheaf migrate up --accept-changed`",
        known(&m->folder, a)->up.ptr, a->name.ptr);
}

/* What was applied must be what the folder says, or else the next script would meet tables that it does not
 * expect. */
static bool check_applied(migrator *m, const applied_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const applied *a = &list->items[i];
        sheaf_migration_state state = state_of(&m->folder, a);
        if (state == SHEAF_MIGRATION_APPLIED) continue;
        if (state == SHEAF_MIGRATION_UNKNOWN || !m->options->accept_changed) return refuse(m, a, state);
        if (!versions_accept(m->db, m->connection, known(&m->folder, a), m->err)) return false;
    }
    return true;
}

/* ---- One migration -------------------------------------------------------------------------------------*/

static bool lock(migrator *m) {
    sheaf_error why = {0};
    int wait_ms = m->options->lock_wait_ms > 0 ? m->options->lock_wait_ms : LOCK_WAIT_MS;
    if (m->db->driver->lock(m->connection, wait_ms, &why)) return true;
    if (why.code == SHEAF_E_BUSY) error_prefix(&why, "another migration is running");
    if (m->err) *m->err = why;
    return false;
}

/* On SQLite the lock is a transaction. */
static bool begin(migrator *m) {
    return m->db->driver == &driver_sqlite ||
           m->db->driver->script(m->connection, SHEAF_SLICE("BEGIN"), m->err);
}

/* Scripts may take as long as they take, which the connection keeps where they leave a transaction open. */
static void restore_timeout(migrator *m) {
    if (m->db->driver == &driver_sqlite) return;
    m->db->driver->script(m->connection, SHEAF_SLICE("RESET statement_timeout"), NULL);
}

/* "migrations/0002_x/up.sql:3: no such table", from the driver's "line 3: …". */
static bool name_place(const migrator *m, const char *path) {
    unsigned line;
    int len = 0;
    if (!m->err || sscanf(m->err->message, "line %u: %n", &line, &len) != 1 || !len)
        return error_prefix(m->err, "%s", path);
    char sqlstate[sizeof m->err->sqlstate];
    memcpy(sqlstate, m->err->sqlstate, sizeof sqlstate);
    error_set(m->err, m->err->code, "%s:%u: %s", path, line, m->err->message + len);
    memcpy(m->err->sqlstate, sqlstate, sizeof sqlstate);
    return false;
}

static bool run_script(migrator *m, const char *path) {
    buffer text;
    buffer_init(&text, m->db->allocator);
    bool ok = file_read(path, MIGRATE_SCRIPT_MAX, &text, m->err);
    if (ok && text.len > MIGRATE_SCRIPT_MAX)
        ok = error_set(m->err, SHEAF_E_LIMIT, "%s is longer than %u bytes", path, MIGRATE_SCRIPT_MAX);
    else if (ok)
        ok = m->db->driver->script(m->connection, buffer_view(&text), m->err) || name_place(m, path);
    buffer_free(&text);
    return ok;
}

static void tell(const migrator *m, const migration *at, bool up, bool done) {
    if (!m->options->progress) return;
    sheaf_migration told = describe(at, NULL, up == done ? SHEAF_MIGRATION_APPLIED : SHEAF_MIGRATION_PENDING);
    m->options->progress(m->options->user, &told, up, done);
}

/* The next one to be applied: *ret is NULL where all are. */
static bool next_up(migrator *m, const applied_list *list, const migration **ret) {
    int64_t to = m->options->has_to ? m->options->to : (int64_t)m->folder.count;
    *ret = NULL;
    for (size_t i = 0; i < m->folder.count && !*ret; i++)
        if (m->folder.items[i].version <= to && !find_applied(list, m->folder.items[i].version))
            *ret = &m->folder.items[i];
    return check_applied(m, list);
}

static bool next_down(migrator *m, const applied_list *list, const migration **ret) {
    *ret = NULL;
    if (!list->count || (!m->options->has_to && m->done)) return true;
    const applied *last = &list->items[list->count - 1];
    if (m->options->has_to && last->version <= m->options->to) return true;
    const migration *at = known(&m->folder, last);
    if (!at) return refuse(m, last, SHEAF_MIGRATION_UNKNOWN);
    if (!at->down.ptr)
        return error_set(m->err, SHEAF_E_USAGE,
                         "%s cannot be undone: it has neither down.sql nor down.%s.sql", at->name.ptr,
                         m->db->driver->name);
    *ret = at;
    return true;
}

/* In the transaction: looks at what the database has, and does one step. */
static bool step(migrator *m, bool up, const migration **ret_at) {
    applied_list list;
    arena memory;
    arena_init(&memory, m->db->allocator);
    bool ok = versions_create(m->db, m->connection, m->err) &&
              versions_read(m->db, m->connection, &memory, &list, m->err) &&
              (up ? next_up : next_down)(m, &list, ret_at);
    arena_free(&memory);
    const migration *at = ok ? *ret_at : NULL;
    if (!at) return ok;
    tell(m, at, up, false);
    if (!run_script(m, up ? at->up.ptr : at->down.ptr)) return false;
    return up ? versions_add(m->db, m->connection, at, m->err)
              : versions_remove(m->db, m->connection, at->version, m->err);
}

/* Each step takes the lock anew and looks anew, so that it is right whoever came between. */
static bool run_steps(migrator *m, bool up) {
    const migration *at;
    do {
        at = NULL;
        if (!lock(m)) return false;
        bool ok = begin(m) && step(m, up, &at);
        if (!m->db->driver->unlock(m->connection, ok, ok ? m->err : NULL) || !ok) return false;
        if (!at) break;
        m->done++;
        tell(m, at, up, true);
    } while (true);
    return true;
}

static bool migrate(sheaf_db *db, const sheaf_migrate_options *options, bool up, size_t *ret_count,
                    sheaf_error *err) {
    migrator m = {.db = db, .options = options, .err = err};
    arena_init(&m.memory, db->allocator);
    bool ok = migrate_read_folder(options->folder, db->driver->name, &m.memory, &m.folder, err);
    if (ok && options->has_to && (options->to < 0 || (uint64_t)options->to > m.folder.count))
        ok = error_set(err, SHEAF_E_USAGE, "%s has no migration number %lld: the last is %zu",
                       options->folder, (long long)options->to, m.folder.count);
    ok = ok && pool_take(db->pool, &m.connection, NULL, err);
    if (ok) {
        ok = run_steps(&m, up);
        restore_timeout(&m);
        pool_give(db->pool, m.connection);
    }
    arena_free(&m.memory);
    if (ok && ret_count) *ret_count = m.done;
    return ok;
}

bool sheaf_migrate_up(sheaf_db *db, const sheaf_migrate_options *options, size_t *ret_count,
                      sheaf_error *err) {
    return migrate(db, options, true, ret_count, err);
}

bool sheaf_migrate_down(sheaf_db *db, const sheaf_migrate_options *options, size_t *ret_count,
                        sheaf_error *err) {
    return migrate(db, options, false, ret_count, err);
}

/* ---- Status ---------------------------------------------------------------------------------------------*/

struct sheaf_migrate_list {
    arena memory;
    const sheaf_allocator *allocator;
    sheaf_migration *items;
    size_t count, room;
};

static bool add_all(sheaf_migrate_list *list, const migration_list *folder, const applied_list *done) {
    for (size_t i = 0; i < folder->count; i++) {
        const migration *m = &folder->items[i];
        const applied *a = find_applied(done, m->version);
        sheaf_migration *slot = ARENA_PUSH(&list->memory, list);
        if (!slot) return false;
        *slot = describe(m, a, a ? state_of(folder, a) : SHEAF_MIGRATION_PENDING);
    }
    for (size_t i = 0; i < done->count; i++) {
        if (known(folder, &done->items[i])) continue;
        sheaf_migration *slot = ARENA_PUSH(&list->memory, list);
        if (!slot) return false;
        *slot = describe(NULL, &done->items[i], SHEAF_MIGRATION_UNKNOWN);
    }
    return true;
}

static bool fill(sheaf_db *db, const char *path, sheaf_migrate_list *list, sheaf_error *err) {
    migration_list folder;
    applied_list done = {0};
    driver_connection *c;
    bool there = false;
    if (!migrate_read_folder(path, db->driver->name, &list->memory, &folder, err)) return false;
    if (!pool_take(db->pool, &c, NULL, err)) return false;
    bool ok =
        versions_exist(db, c, &there, err) && (!there || versions_read(db, c, &list->memory, &done, err));
    pool_give(db->pool, c);
    return ok && (add_all(list, &folder, &done) || error_memory(err));
}

bool sheaf_migrate_status(sheaf_db *db, const char *folder, sheaf_migrate_list **ret, sheaf_error *err) {
    sheaf_migrate_list *list = memory_new_zero(db->allocator, 1, sizeof *list);
    if (!list) return error_memory(err);
    list->allocator = db->allocator;
    arena_init(&list->memory, db->allocator);
    if (!fill(db, folder, list, err)) {
        sheaf_migrate_list_free(list);
        return false;
    }
    *ret = list;
    return true;
}

size_t sheaf_migrate_list_count(const sheaf_migrate_list *list) {
    return list->count;
}

const sheaf_migration *sheaf_migrate_list_at(const sheaf_migrate_list *list, size_t index) {
    return index < list->count ? &list->items[index] : NULL;
}

void sheaf_migrate_list_free(sheaf_migrate_list *list) {
    if (!list) return;
    arena_free(&list->memory);
    memory_release(list->allocator, list);
}
