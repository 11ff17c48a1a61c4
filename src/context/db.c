#include "database.h"

static int or_default(int given, int fallback) {
    return given > 0 ? given : fallback;
}

static sheaf_limits limits_of(const sheaf_limits *given) {
    sheaf_limits limits = {
#define X(field, fallback, name, meaning) .field = given->field > 0 ? given->field : fallback,
        SHEAF_LIMITS(X)
#undef X
    };
    if (limits.page_default > limits.page_max) limits.page_default = limits.page_max;
    return limits;
}

static driver_options driver_options_of(const sheaf_options *o, const sheaf_allocator *allocator) {
    return (driver_options){.allocator = allocator,
                            .connect_timeout_ms = or_default(o->connect_timeout_ms, 5000),
                            .statement_timeout_ms = or_default(o->statement_timeout_ms, 30000),
                            .busy_timeout_ms = or_default(o->busy_timeout_ms, 5000),
                            .read_only = o->read_only,
                            .must_exist = o->model != NULL,
                            .statements_max = (size_t)or_default(o->statements_max, 256),
                            .unnamed_statements = o->unnamed_statements,
                            .cancellation = o->cancellation};
}

static bool read_catalogue(sheaf_db *db, sheaf_error *err) {
    driver_connection *c;
    if (!pool_take(db->pool, &c, NULL, err)) return false;
    bool ok = db->driver->catalogue(c, &db->memory, &db->catalogue, err);
    pool_give(db->pool, c);
    return ok && binding_make(db->model, &db->catalogue, &db->memory, &db->binding, err);
}

static bool init_caches(sheaf_db *db, const sheaf_allocator *allocator) {
    if (!compiled_init(&db->compiled, allocator)) return false;
    if (plans_init(&db->plans)) {
        if (spares_init(&db->spares, allocator)) return true;
        pthread_mutex_destroy(&db->plans.lock);
    }
    pthread_mutex_destroy(&db->compiled.lock);
    return false;
}

bool sheaf_open(const sheaf_options *options, sheaf_db **ret_db, sheaf_error *err) {
    if (!options || !options->url)
        return error_set(err, SHEAF_E_USAGE, "sheaf_open needs a URL in its options");
    if ((unsigned)options->strategy >= SHEAF_STRATEGY_COUNT)
        return error_set(err, SHEAF_E_USAGE, "sheaf_open: %d is no strategy", (int)options->strategy);
    const driver *drive = driver_for_url(options->url, err);
    if (!drive) return false;
    const sheaf_allocator *allocator = memory_or_default(options->allocator);
    sheaf_db *db = memory_new_zero(allocator, 1, sizeof *db);
    if (!db) return error_memory(err);
    if (!init_caches(db, allocator)) {
        memory_release(allocator, db);
        return error_memory(err);
    }
    db->allocator = allocator;
    db->driver = drive;
    db->dialect = drive == &driver_pg ? &sql_postgresql : &sql_sqlite;
    db->model = options->model;
    db->limits = limits_of(&options->limits);
    db->strategy = options->strategy;
    atomic_init(&db->link, 0);
    db->unused = options->unused;
    db->unused_user = options->unused_user;
    arena_init(&db->memory, allocator);
    driver_options settings = driver_options_of(options, allocator);
    bool ok = pool_new(drive, options->url, &settings, (size_t)or_default(options->pool_size, 8),
                       or_default(options->pool_wait_ms, 5000), &db->pool, err);
    if (ok && db->model) ok = read_catalogue(db, err);
    if (!ok) {
        sheaf_close(db);
        return false;
    }
    *ret_db = db;
    return true;
}

void sheaf_close(sheaf_db *db) {
    if (!db) return;
    const sheaf_allocator *allocator = db->allocator;
    plans_free(db);
    compiled_free(db);
    spares_free(&db->spares);
    pool_free(db->pool);
    arena_free(&db->memory);
    memory_release(allocator, db);
}

const char *sheaf_strategy_name(sheaf_strategy strategy) {
    static const char *const names[] = {
#define X(name, text, meaning) [name] = text,
        SHEAF_STRATEGIES(X)
#undef X
    };
    return (unsigned)strategy < SHEAF_STRATEGY_COUNT ? names[strategy] : "unknown";
}

const char *sheaf_backend(const sheaf_db *db) {
    return db->driver->name;
}

/* A raw connection is the driver's own, under another name. */
sheaf_raw *sheaf_raw_take(sheaf_db *db, sheaf_error *err) {
    driver_connection *c;
    if (!pool_take(db->pool, &c, NULL, err)) return NULL;
    if (!db->driver->lend || db->driver->lend(c, err)) return (sheaf_raw *)c;
    pool_give(db->pool, c);
    return NULL;
}

void sheaf_raw_give(sheaf_db *db, sheaf_raw *raw) {
    if (!raw) return;
    if (db->driver->take_back) db->driver->take_back((driver_connection *)raw);
    pool_give(db->pool, (driver_connection *)raw);
}

void *sheaf_raw_handle(sheaf_db *db, sheaf_raw *raw) {
    return db->driver->raw((driver_connection *)raw);
}
