/* sheaf_keys(?) is a table-valued function over a bound pointer to sqlite_keys:
 *
 *   k0, k1, k2, k3   the columns of the key, NULL beyond its width; without affinity, so that they compare as
 * the column on the other side does source           hidden: the argument
 */
#include "sqlite.h"

#define COLUMN_SOURCE SQL_KEY_COLUMNS_MAX

/* What the planner is told of a key set: as many keys as a page has rows. The set is always read whole, and
 * what it is joined to is found by its index. */
#define KEYS_ESTIMATE 25

typedef struct key_cursor {
    sqlite3_vtab_cursor base;
    const sqlite_keys *keys;
    size_t at;
} key_cursor;

static int connect(sqlite3 *db, void *user, int argc, const char *const *argv, sqlite3_vtab **ret,
                   char **ret_error) {
    (void)user, (void)argc, (void)argv, (void)ret_error;
    int code = sqlite3_declare_vtab(db, "CREATE TABLE x(k0, k1, k2, k3, source HIDDEN)");
    if (code) return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    sqlite3_vtab *table = sqlite3_malloc(sizeof *table);
    if (!table) return SQLITE_NOMEM;
    *table = (sqlite3_vtab){0};
    *ret = table;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
        if (constraint->iColumn != COLUMN_SOURCE || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
        if (!constraint->usable) return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->estimatedCost = KEYS_ESTIMATE;
        info->estimatedRows = KEYS_ESTIMATE;
        return SQLITE_OK;
    }
    return SQLITE_CONSTRAINT; /* a scan without argument */
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret) {
    (void)table;
    key_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) return SQLITE_NOMEM;
    *cursor = (key_cursor){0};
    *ret = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    sqlite3_free(base);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *name, int argc, sqlite3_value **argv) {
    (void)index, (void)name;
    key_cursor *cursor = (key_cursor *)base;
    cursor->keys = argc == 1 ? sqlite3_value_pointer(argv[0], SQLITE_KEYS_POINTER) : NULL;
    cursor->at = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base) {
    ((key_cursor *)base)->at++;
    return SQLITE_OK;
}

static int is_end(sqlite3_vtab_cursor *base) {
    const key_cursor *cursor = (const key_cursor *)base;
    return !cursor->keys || cursor->at >= cursor->keys->count;
}

/* Text outlives the run, which ends the statement, so SQLite need not copy it. */
static void give_text(sqlite3_context *result, sheaf_slice text) {
    sqlite3_result_text64(result, text.len ? text.ptr : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static void give_item(sqlite3_context *result, const sheaf_value *item) {
    switch (item->kind) {
    case SHEAF_KIND_INT: sqlite3_result_int64(result, item->i); break;
    case SHEAF_KIND_FLOAT: sqlite3_result_double(result, item->f); break;
    case SHEAF_KIND_TEXT: give_text(result, item->text); break;
    case SHEAF_KIND_NULL:
    case SHEAF_KIND_LIST: sqlite3_result_null(result); break;
    }
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *result, int column) {
    const key_cursor *cursor = (const key_cursor *)base;
    const sqlite_keys *keys = cursor->keys;
    if (!keys->set && column == 0)
        give_item(result, &keys->list[cursor->at]);
    else if (!keys->set || column >= keys->param->key_columns)
        sqlite3_result_null(result);
    else if (keys->param->key_text[column])
        give_text(result, keys->set->texts[column][cursor->at]);
    else
        sqlite3_result_int64(result, keys->set->ints[column][cursor->at]);
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret) {
    *ret = (sqlite3_int64)((key_cursor *)base)->at;
    return SQLITE_OK;
}

int sqlite_define_keys(sqlite3 *db) {
    static const sqlite3_module module = {
        /* no xCreate: it exists by its name alone */
        .xConnect = connect,  .xBestIndex = best_index, .xDisconnect = disconnect,
        .xOpen = open_cursor, .xClose = close_cursor,   .xFilter = filter,
        .xNext = next,        .xEof = is_end,           .xColumn = give_column,
        .xRowid = give_rowid,
    };
    return sqlite3_create_module_v2(db, "sheaf_keys", &module, NULL, NULL);
}
