#include "../../base/slice.h"
#include "sqlite.h"

/* Rows of one query about one table. */
typedef struct reading {
    sqlite_connection *c;
    arena *memory;
    sqlite3_stmt *row;
    int code; /* of the last step; SQLITE_NOMEM also where the arena had none */
} reading;

typedef struct table_list {
    catalogue_table *items;
    size_t count, room;
} table_list;

/* `table` binds ?1, unless it is NULL. */
static void start(reading *r, const char *sql, sheaf_slice table) {
    r->code = sqlite3_prepare_v2(r->c->db, sql, -1, &r->row, NULL);
    if (!r->code && table.ptr)
        r->code = sqlite3_bind_text64(r->row, 1, table.ptr, table.len, SQLITE_STATIC, SQLITE_UTF8);
}

static bool next(reading *r) {
    if (r->code == SQLITE_OK || r->code == SQLITE_ROW) r->code = sqlite3_step(r->row);
    return r->code == SQLITE_ROW;
}

static int end(reading *r) {
    sqlite3_finalize(r->row);
    r->row = NULL;
    return r->code == SQLITE_DONE ? SQLITE_OK : r->code;
}

/* In the arena; NULL gives an empty slice without pointer. */
static sheaf_slice copy(reading *r, int column) {
    const char *text = (const char *)sqlite3_column_text(r->row, column);
    if (!text) return (sheaf_slice){NULL, 0};
    sheaf_slice copied =
        arena_copy(r->memory, (sheaf_slice){text, (size_t)sqlite3_column_bytes(r->row, column)});
    if (!copied.ptr) r->code = SQLITE_NOMEM;
    return copied;
}

/* For an array that grew, or not. */
static bool grown(reading *r, const void *item) {
    if (!item) r->code = SQLITE_NOMEM;
    return item;
}

static bool holds(sheaf_slice declared, const char *word) {
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= declared.len; at++)
        if (sqlite3_strnicmp(declared.ptr + at, word, (int)len) == 0) return true;
    return false;
}

static db_type type_of(sheaf_slice declared) {
    static const struct {
        const char *word;
        db_type type;
    } words[] = {
        {"INT", DB_INT64},
        {"BOOL", DB_BOOL},
        {"CHAR", DB_TEXT},
        {"CLOB", DB_TEXT},
        {"TEXT", DB_TEXT},
        {"REAL", DB_FLOAT64},
        {"FLOA", DB_FLOAT64},
        {"DOUB", DB_FLOAT64},
        {"DATETIME", DB_TIMESTAMPTZ},
        {"TIMESTAMP", DB_TIMESTAMPTZ},
        {"DEC", DB_NUMERIC},
        {"NUM", DB_NUMERIC},
        {"JSON", DB_JSON},
        {"UUID", DB_UUID},
        {"BLOB", DB_BYTES},
    };
    if (declared.len == 4 && holds(declared, "DATE")) return DB_DATE;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (holds(declared, words[i].word)) return words[i].type;
    return DB_ANY;
}

/* SQLite tells nothing of a view's columns here; they compare as bytes unless their table says otherwise. */
static bool is_binary(sqlite3 *db, sheaf_slice table, sheaf_slice column) {
    const char *collation = NULL;
    int code =
        sqlite3_table_column_metadata(db, "main", table.ptr, column.ptr, NULL, &collation, NULL, NULL, NULL);
    return code || !collation || sqlite3_stricmp(collation, "BINARY") == 0;
}

/* An INTEGER PRIMARY KEY is the table itself and not in the list of indexes. Where `pk` counts the key's
 * columns from 1, this makes the index from them; an index that SQLite lists takes its place. */
static bool add_key(reading *r, catalogue_index *key, sheaf_slice column, size_t at) {
    if (!key->columns) {
        key->columns = ARENA_ARRAY(r->memory, sheaf_slice, SQL_KEY_COLUMNS_MAX);
        key->descending = ARENA_ARRAY(r->memory, bool, SQL_KEY_COLUMNS_MAX);
    }
    if (!grown(r, key->columns) || !grown(r, key->descending)) return false;
    if (at > SQL_KEY_COLUMNS_MAX) return true; /* only composite keys are so long, and these are listed */
    key->columns[at - 1] = column;
    if (at > key->column_count) key->column_count = at;
    return true;
}

/* Columns of the primary key count as NOT NULL, although old tables may hold NULL there: such a row has no
 * identity. */
static int read_columns(reading *r, catalogue_table *t, catalogue_index *key) {
    struct {
        catalogue_column *items;
        size_t count, room;
    } columns = {0};
    start(r,
          "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1 ORDER BY "
          "cid",
          t->name);
    while (next(r)) {
        catalogue_column *column = ARENA_PUSH(r->memory, &columns);
        if (!grown(r, column)) break;
        int key_at = sqlite3_column_int(r->row, 3);
        column->name = copy(r, 0);
        column->declared = copy(r, 1);
        if (r->code != SQLITE_ROW) break;
        column->type = type_of(column->declared);
        column->nullable = !sqlite3_column_int(r->row, 2) && !key_at;
        column->c_collated = is_binary(r->c->db, t->name, column->name);
        column->folds = !column->c_collated;
        if (key_at && !add_key(r, key, column->name, (size_t)key_at)) break;
    }
    t->columns = columns.items;
    t->column_count = columns.count;
    return end(r);
}

/* One row for each column of an index. */
static int read_indexes(reading *r, catalogue_table *t, const catalogue_index *key) {
    struct {
        catalogue_index *items;
        size_t count, room;
    } indexes = {0};
    struct {
        sheaf_slice *items;
        size_t count, room;
    } columns = {0};
    struct {
        bool *items;
        size_t count, room;
    } descending = {0};
    start(r,
          "SELECT l.name, l.\"unique\", l.origin = 'pk', x.name, x.\"desc\", x.seqno"
          " FROM pragma_index_list(?1, 'main') l, pragma_index_xinfo(l.name, 'main') x"
          " WHERE NOT l.partial AND x.key"
          " AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(l.name, 'main') e WHERE e.key AND e.cid < 0)"
          " ORDER BY l.origin <> 'pk', l.name, x.seqno",
          t->name);
    bool listed = false;
    while (next(r)) {
        if (sqlite3_column_int(r->row, 5) == 0) {
            catalogue_index *index = ARENA_PUSH(r->memory, &indexes);
            if (!grown(r, index)) break;
            bool primary = sqlite3_column_int(r->row, 2);
            *index = (catalogue_index){
                .name = copy(r, 0), .unique = sqlite3_column_int(r->row, 1), .primary = primary};
            listed |= primary;
            memset(&columns, 0, sizeof columns);
            memset(&descending, 0, sizeof descending);
        }
        sheaf_slice name = copy(r, 3), *column = ARENA_PUSH(r->memory, &columns);
        bool *down = ARENA_PUSH(r->memory, &descending);
        if (r->code != SQLITE_ROW || !grown(r, column) || !grown(r, down)) break;
        *column = name;
        *down = sqlite3_column_int(r->row, 4);
        catalogue_index *index = &indexes.items[indexes.count - 1];
        index->columns = columns.items;
        index->descending = descending.items;
        index->column_count = columns.count;
    }
    if (key->column_count && !listed && (r->code == SQLITE_DONE)) {
        catalogue_index *index = ARENA_PUSH(r->memory, &indexes);
        if (grown(r, index)) *index = *key;
    }
    t->indexes = indexes.items;
    t->index_count = indexes.count;
    return end(r);
}

/* One row for each column of a foreign key. */
static int read_foreign_keys(reading *r, catalogue_table *t) {
    struct {
        catalogue_foreign_key *items;
        size_t count, room;
    } keys = {0};
    struct {
        sheaf_slice *items;
        size_t count, room;
    } from = {0}, to = {0};
    start(r,
          "SELECT \"table\", \"from\", \"to\", seq FROM pragma_foreign_key_list(?1, 'main') ORDER BY id, seq",
          t->name);
    while (next(r)) {
        if (sqlite3_column_int(r->row, 3) == 0) {
            catalogue_foreign_key *key = ARENA_PUSH(r->memory, &keys);
            if (!grown(r, key)) break;
            *key = (catalogue_foreign_key){.to_schema = SHEAF_SLICE("main"), .to_table = copy(r, 0)};
            memset(&from, 0, sizeof from);
            memset(&to, 0, sizeof to);
        }
        sheaf_slice from_name = copy(r, 1), to_name = copy(r, 2);
        sheaf_slice *from_column = ARENA_PUSH(r->memory, &from), *to_column = ARENA_PUSH(r->memory, &to);
        if (r->code != SQLITE_ROW || !grown(r, from_column) || !grown(r, to_column)) break;
        *from_column = from_name;
        *to_column = to_name;
        catalogue_foreign_key *key = &keys.items[keys.count - 1];
        key->columns = from.items;
        key->to_columns = to.items;
        key->column_count = from.count;
    }
    t->foreign_keys = keys.items;
    t->foreign_key_count = keys.count;
    return end(r);
}

/* The estimate that ANALYZE has left, if it has run; without it there is no such table. */
static void read_estimate(reading *r, catalogue_table *t) {
    t->rows = -1;
    start(r, "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = ?1", t->name);
    if (next(r) && sqlite3_column_type(r->row, 0) == SQLITE_INTEGER)
        t->rows = sqlite3_column_double(r->row, 0);
    end(r);
}

static int read_table(reading *r, catalogue_table *t) {
    catalogue_index key = {.unique = true, .primary = true};
    int code = read_columns(r, t, &key);
    if (t->view) { /* one that cannot be read, since a table is gone, has no columns and does no harm */
        t->rows = -1;
        return code == SQLITE_NOMEM ? code : SQLITE_OK;
    }
    if (!code) code = read_indexes(r, t, &key);
    if (!code) code = read_foreign_keys(r, t);
    if (!code) read_estimate(r, t);
    return code;
}

/* SQLite takes a table for a shadow by its name, that of the virtual table, '_' and a word without one. */
static sheaf_slice owner_of(sheaf_slice shadow) {
    while (shadow.len && shadow.ptr[shadow.len - 1] != '_') shadow.len--;
    shadow.len -= shadow.len > 0;
    return shadow;
}

static int read_tables(reading *r, table_list *tables) {
    start(r,
          "SELECT name, type = 'view', type = 'virtual', type = 'shadow' FROM pragma_table_list"
          " WHERE schema = 'main' AND type IN ('table', 'view', 'virtual', 'shadow')"
          " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
          (sheaf_slice){NULL, 0});
    while (next(r)) {
        catalogue_table *t = ARENA_PUSH(r->memory, tables);
        if (!grown(r, t)) break;
        t->schema = SHEAF_SLICE("main");
        t->name = copy(r, 0);
        if (sqlite3_column_int(r->row, 1)) t->kind = "a view";
        if (sqlite3_column_int(r->row, 2)) t->kind = "a virtual table";
        t->view = t->kind;
        if (sqlite3_column_int(r->row, 3)) t->shadow_of = owner_of(t->name);
    }
    return end(r);
}

static bool same_name(sheaf_slice a, sheaf_slice b) {
    return a.len == b.len && sqlite3_strnicmp(a.ptr, b.ptr, (int)a.len) == 0;
}

static const catalogue_index *find_primary(const catalogue_table *t) {
    for (size_t i = 0; i < t->index_count; i++)
        if (t->indexes[i].primary) return &t->indexes[i];
    return NULL;
}

/* A foreign key may spell names in another case than the table, and leave out the columns, which are then
 * those of the primary key. */
static void resolve(catalogue_foreign_key *key, const table_list *tables) {
    const catalogue_table *to = NULL;
    for (size_t i = 0; i < tables->count && !to; i++)
        if (same_name(tables->items[i].name, key->to_table)) to = &tables->items[i];
    if (!to) return;
    key->to_table = to->name;
    const catalogue_index *primary = find_primary(to);
    for (size_t i = 0; i < key->column_count; i++) {
        sheaf_slice *name = &key->to_columns[i];
        if (!name->ptr && primary && i < primary->column_count) *name = primary->columns[i];
        for (size_t k = 0; k < to->column_count && name->ptr; k++)
            if (same_name(to->columns[k].name, *name)) *name = to->columns[k].name;
    }
}

bool sqlite_catalogue(driver_connection *connection, arena *memory, catalogue *ret, sheaf_error *err) {
    sqlite_connection *c = (sqlite_connection *)connection;
    reading r = {.c = c, .memory = memory};
    table_list tables = {0};
    int code = read_tables(&r, &tables);
    for (size_t i = 0; !code && i < tables.count; i++) code = read_table(&r, &tables.items[i]);
    if (code) return sqlite_fail(c, code, err);
    for (size_t i = 0; i < tables.count; i++)
        for (size_t k = 0; k < tables.items[i].foreign_key_count; k++)
            resolve(&tables.items[i].foreign_keys[k], &tables);
    *ret = (catalogue){tables.items, tables.count, SHEAF_SLICE("main"), .sqlite = true};
    return true;
}
