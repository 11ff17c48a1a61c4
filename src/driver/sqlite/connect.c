#include <poll.h>
#include <string.h>

#include "../../base/number.h"
#include "../../base/time.h"
#include "sqlite.h"

bool sqlite_fail(sqlite_connection *c, int code, sheaf_error *err) {
    static const struct {
        int result; /* extended ones first */
        sheaf_code code;
    } codes[] = {
        {SQLITE_IOERR_NOMEM, SHEAF_E_MEMORY},
        {SQLITE_NOMEM, SHEAF_E_MEMORY},
        {SQLITE_BUSY, SHEAF_E_BUSY},
        {SQLITE_LOCKED, SHEAF_E_BUSY},
        {SQLITE_PROTOCOL, SHEAF_E_BUSY},
        {SQLITE_READONLY, SHEAF_E_READ_ONLY},
        {SQLITE_CANTOPEN, SHEAF_E_CONNECT},
        {SQLITE_IOERR, SHEAF_E_IO},
        {SQLITE_FULL, SHEAF_E_FULL},
        {SQLITE_NOTADB, SHEAF_E_NOT_A_DATABASE},
        {SQLITE_CORRUPT, SHEAF_E_NOT_A_DATABASE},
        {SQLITE_TOOBIG, SHEAF_E_LIMIT},
    };
    bool gave_up = code == SQLITE_INTERRUPT || (code & 0xff) == SQLITE_BUSY;
    if (gave_up && driver_cancelled(c->cancellation, err)) return false;
    if (code == SQLITE_INTERRUPT)
        return error_set(err, SHEAF_E_TIMEOUT, "SQLite did not finish within %d ms", c->timeout_ms);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].result != code && codes[i].result != (code & 0xff)) continue;
        if (codes[i].code == SHEAF_E_MEMORY) return error_memory(err);
        return error_set(err, codes[i].code, "%s", sqlite3_errmsg(c->db));
    }
    return error_set(err, SHEAF_E_DATABASE, "%s", sqlite3_errmsg(c->db));
}

/* What is no decimal stands after all that are, in the order of its bytes. */
static int compare_decimals(void *user, int a_len, const void *a_ptr, int b_len, const void *b_ptr) {
    (void)user;
    sheaf_slice a = {a_ptr, (size_t)a_len}, b = {b_ptr, (size_t)b_len};
    bool a_valid = decimal_valid(a), b_valid = decimal_valid(b);
    if (a_valid && b_valid) return decimal_compare(a, b);
    if (a_valid != b_valid) return a_valid ? -1 : 1;
    return slice_compare(a, b);
}

/* As sqlite3_busy_timeout waits, which nothing ends. */
static int wait_for_lock(void *user, int count) {
    static const int waits_ms[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, DRIVER_CANCEL_LOOK_MS};
    sqlite_connection *c = user;
    if (count == 0) c->busy_until = clock_ns() + c->busy_timeout_ms * INT64_C(1000000);
    int64_t left_ms = (c->busy_until - clock_ns() + 999999) / 1000000;
    if (left_ms <= 0 || driver_cancelled(c->cancellation, NULL)) return 0;
    int last = (int)(sizeof waits_ms / sizeof *waits_ms) - 1, wait_ms = waits_ms[count < last ? count : last];
    poll(NULL, 0, left_ms < wait_ms ? (int)left_ms : wait_ms);
    return 1;
}

/* Reading the schema is what finds out whether the file is a database at all. */
static int set_up(sqlite_connection *c) {
    int code = sqlite3_busy_handler(c->db, wait_for_lock, c);
    if (!code) code = sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    if (!code) code = sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    if (!code) code = sqlite3_create_collation(c->db, "sheaf_decimal", SQLITE_UTF8, NULL, compare_decimals);
    if (!code) code = sqlite_define_keys(c->db);
    if (!code) code = sqlite3_exec(c->db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
    if (!code) code = sqlite3_prepare_v3(c->db, "BEGIN", -1, SQLITE_PREPARE_PERSISTENT, &c->begin, NULL);
    if (!code) code = sqlite3_prepare_v3(c->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &c->commit, NULL);
    return code;
}

static void close_connection(driver_connection *connection) {
    sqlite_connection *c = (sqlite_connection *)connection;
    if (!c) return;
    for (size_t i = 0; i < c->prepared.count; i++) sqlite3_finalize(c->prepared.entries[i].statement);
    sqlite3_finalize(c->begin);
    sqlite3_finalize(c->commit);
    sqlite3_close_v2(c->db);
    cache_free(&c->prepared);
    memory_release(c->allocator, c->record.bytes);
    memory_release(c->allocator, c->keys);
    memory_release(c->allocator, c);
}

static bool open_connection(const char *url, const driver_options *options, driver_connection **ret,
                            sheaf_error *err) {
    static const char scheme[] = "sqlite:";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return error_set(err, SHEAF_E_USAGE, "the URL of an SQLite database is sqlite:PATH");
    sqlite_connection *c = memory_new_zero(options->allocator, 1, sizeof *c);
    if (!c) return error_memory(err);
    c->allocator = options->allocator;
    c->timeout_ms = options->statement_timeout_ms;
    c->busy_timeout_ms = options->busy_timeout_ms;
    c->statements_max = options->statements_max;
    c->cancellation = options->cancellation;
    cache_init(&c->prepared, c->allocator);
    int flags = options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (!options->read_only && !options->must_exist) flags |= SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(url + sizeof scheme - 1, &c->db,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (!code) code = set_up(c);
    if (code) {
        sqlite_fail(c, code, err);    /* sqlite3_errmsg takes a NULL database for no memory */
        error_prefix(err, "%s", url); /* which names a file, and holds no password */
        close_connection((driver_connection *)c);
        return false;
    }
    *ret = (driver_connection *)c;
    return true;
}

static bool is_broken(const driver_connection *connection) {
    return ((const sqlite_connection *)connection)->broken;
}

static bool is_alive(driver_connection *connection) {
    return !is_broken(connection);
}

static void *raw(driver_connection *connection) {
    return ((sqlite_connection *)connection)->db;
}

const driver driver_sqlite = {
    .name = "sqlite",
    .counts_trips = false,
    .open = open_connection,
    .close = close_connection,
    .run = sqlite_run,
    .finish = sqlite_finish,
    .script = sqlite_script,
    .catalogue = sqlite_catalogue,
    .explain = sqlite_explain,
    .lock = sqlite_lock,
    .unlock = sqlite_unlock,
    .broken = is_broken,
    .alive = is_alive,
    .raw = raw,
};
