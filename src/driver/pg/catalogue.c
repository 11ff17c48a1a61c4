#include <stdlib.h>

#include "../../base/number.h"
#include "../../base/slice.h"
#include "pg.h"

/* One query of several statements, and so one trip. Rows of the later ones name their table
 * by its OID. Partitions are left out: their parent stands for them. */
#define OUR_TABLES                                                                                           \
    "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' "                      \
    "AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT "              \
    "c.relispartition "

static const char queries[] =
    "SELECT current_schema();"
    /* tables */
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples::float8,"
    " obj_description(c.oid, 'pg_class')"
    " FROM " OUR_TABLES "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\";"
    /* columns; a domain counts as what it is made of. pg_database lacks datlocprovider before version 15. */
    "SELECT c.oid, a.attname, format_type(a.atttypid, a.atttypmod),"
    " b.oid, NOT (a.attnotnull OR t.typnotnull),"
    " coalesce(CASE l.collprovider"
    "  WHEN 'd' THEN d.datcollate IN ('C', 'POSIX') AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c'"
    "  ELSE l.collprovider = 'c' AND l.collcollate IN ('C', 'POSIX') END, true),"
    " col_description(c.oid, a.attnum),"
    " NOT (has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')),"
    " format_type(b.oid, -1), quote_ident(ln.nspname) || '.' || quote_ident(l.collname),"
    " b.typname = 'citext' OR NOT coalesce(l.collisdeterministic, true)"
    " FROM " OUR_TABLES "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_type t ON t.oid = a.atttypid JOIN pg_database d ON d.datname = current_database()"
    " JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN (WITH RECURSIVE made(oid) AS (SELECT t.oid"
    "  UNION ALL SELECT m.typbasetype FROM made JOIN pg_type m ON m.oid = made.oid AND m.typtype = 'd')"
    "  SELECT m.oid FROM made JOIN pg_type m ON m.oid = made.oid AND m.typtype <> 'd') ELSE t.oid END"
    " LEFT JOIN (pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace) ON l.oid = a.attcollation"
    " ORDER BY c.oid, a.attnum;"
    /* indexes: one row for each column */
    "SELECT c.oid, x.relname, i.indisunique, i.indisprimary, k.at, a.attname, i.indoption[k.at - 1] & 1"
    " FROM " OUR_TABLES "JOIN pg_index i ON i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL"
    " AND i.indexprs IS NULL JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam"
    " AND m.amname = 'btree' CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(number, at)"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number WHERE k.at <= i.indnkeyatts"
    " ORDER BY c.oid, NOT i.indisprimary, x.relname COLLATE \"C\", k.at;"
    /* foreign keys: one row for each column */
    "SELECT c.oid, f.conname, k.at, a.attname, b.attname, tn.nspname, tc.relname"
    " FROM " OUR_TABLES "JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0"
    " JOIN pg_class tc ON tc.oid = f.confrelid JOIN pg_namespace tn ON tn.oid = tc.relnamespace"
    " CROSS JOIN unnest(f.conkey, f.confkey) WITH ORDINALITY k(from_number, to_number, at)"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.from_number"
    " JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.to_number"
    " ORDER BY c.oid, f.conname COLLATE \"C\", k.at";

enum { SCHEMA, TABLES, COLUMNS, INDEXES, FOREIGN_KEYS, RESULT_COUNT };

static db_type type_of(sheaf_slice oid) {
    static const struct {
        int64_t oid;
        db_type type;
    } types[] = {
#define X(name, number, type) {number, type},
        PG_TYPES(X)
#undef X
    };
    int64_t number;
    for (size_t i = 0; number_to_int(oid, &number) && i < sizeof types / sizeof *types; i++)
        if (types[i].oid == number) return types[i].type;
    return DB_ANY;
}

/* What is read from one query: rows of text. */
typedef struct reading {
    arena *memory;
    catalogue *c;
    int_map tables; /* by OID */
    const PGresult *result;
    int row;
    bool failed; /* an allocation did */
} reading;

static sheaf_slice cell(const reading *r, int column) {
    return (sheaf_slice){PQgetvalue(r->result, r->row, column),
                         (size_t)PQgetlength(r->result, r->row, column)};
}

static bool is_true(const reading *r, int column) {
    return slice_is(cell(r, column), "t");
}

/* In the arena; NULL gives an empty slice without pointer. */
static sheaf_slice copy(reading *r, int column) {
    if (PQgetisnull(r->result, r->row, column)) return (sheaf_slice){NULL, 0};
    sheaf_slice text = arena_copy(r->memory, cell(r, column));
    if (!text.ptr) r->failed = true;
    return text;
}

static int64_t number(const reading *r, int column) {
    int64_t value = 0;
    number_to_int(cell(r, column), &value);
    return value;
}

/* How many of the rows from this one on, at most to the end, belong to the same thing: agree in the first
 * `columns`. */
static int run_length(const reading *r, int columns) {
    int length = 1;
    for (; r->row + length < PQntuples(r->result); length++) {
        for (int i = 0; i < columns; i++) {
            reading other = *r;
            other.row += length;
            if (!slice_equal(cell(r, i), cell(&other, i))) return length;
        }
    }
    return length;
}

static void read_schema(reading *r) {
    if (PQntuples(r->result) == 1) r->c->default_schema = copy(r, 0);
}

/* Of a relkind that is no table's; NULL of a table's. */
static const char *kind_of(sheaf_slice relkind) {
    if (slice_is(relkind, "v")) return "a view";
    if (slice_is(relkind, "m")) return "a materialised view";
    return slice_is(relkind, "f") ? "a foreign table" : NULL;
}

static void read_tables(reading *r) {
    size_t count = (size_t)PQntuples(r->result);
    r->c->tables = ARENA_ARRAY(r->memory, catalogue_table, count);
    if (!r->c->tables) r->failed = true;
    for (r->row = 0; !r->failed && (size_t)r->row < count; r->row++) {
        catalogue_table *t = &r->c->tables[r->row];
        t->schema = copy(r, 1);
        t->name = copy(r, 2);
        t->kind = kind_of(cell(r, 3));
        t->view = t->kind;
        if (!number_to_float(cell(r, 4), &t->rows) || t->rows < 0) t->rows = -1;
        t->comment = copy(r, 5);
        void **slot = int_map_slot(&r->tables, number(r, 0));
        if (slot)
            *slot = t;
        else
            r->failed = true;
    }
    r->c->table_count = count;
}

static void read_index(reading *r, catalogue_index *index, int length) {
    index->name = copy(r, 1);
    index->unique = is_true(r, 2);
    index->primary = is_true(r, 3);
    index->columns = ARENA_ARRAY(r->memory, sheaf_slice, (size_t)length);
    index->descending = ARENA_ARRAY(r->memory, bool, (size_t)length);
    if (!index->columns || !index->descending) r->failed = true;
    for (size_t i = 0; !r->failed && i < (size_t)length; i++, r->row++) {
        index->columns[i] = copy(r, 5);
        index->descending[i] = number(r, 6) == 1;
    }
    index->column_count = (size_t)length;
}

static void read_foreign_key(reading *r, catalogue_foreign_key *key, int length) {
    key->name = copy(r, 1);
    key->to_schema = copy(r, 5);
    key->to_table = copy(r, 6);
    key->columns = ARENA_ARRAY(r->memory, sheaf_slice, (size_t)length);
    key->to_columns = ARENA_ARRAY(r->memory, sheaf_slice, (size_t)length);
    if (!key->columns || !key->to_columns) r->failed = true;
    for (size_t i = 0; !r->failed && i < (size_t)length; i++, r->row++) {
        key->columns[i] = copy(r, 3);
        key->to_columns[i] = copy(r, 4);
    }
    key->column_count = (size_t)length;
}

/* The table of this row; one created since the tables were read goes to `unknown`. */
static catalogue_table *known_table(const reading *r, catalogue_table *unknown) {
    catalogue_table *t = int_map_get(&r->tables, number(r, 0));
    *unknown = (catalogue_table){0};
    return t ? t : unknown;
}

static void read_columns(reading *r) {
    for (r->row = 0; !r->failed && r->row < PQntuples(r->result);) {
        int length = run_length(r, 1), end = r->row + length;
        catalogue_table unknown, *t = known_table(r, &unknown);
        t->columns = ARENA_ARRAY(r->memory, catalogue_column, (size_t)length);
        if (!t->columns) r->failed = true;
        for (; !r->failed && r->row < end; r->row++)
            t->columns[t->column_count++] = (catalogue_column){
                copy(r, 1), copy(r, 2),    type_of(cell(r, 3)), is_true(r, 4), is_true(r, 5),
                copy(r, 6), is_true(r, 7), copy(r, 8),          copy(r, 9),    is_true(r, 10)};
    }
}

static void read_indexes(reading *r) {
    for (r->row = 0; !r->failed && r->row < PQntuples(r->result);) {
        int rows = run_length(r, 1), end = r->row + rows; /* an index has one at least */
        catalogue_table unknown, *t = known_table(r, &unknown);
        t->indexes = ARENA_ARRAY(r->memory, catalogue_index, (size_t)rows);
        if (!t->indexes) r->failed = true;
        while (!r->failed && r->row < end) read_index(r, &t->indexes[t->index_count++], run_length(r, 2));
    }
}

static void read_foreign_keys(reading *r) {
    for (r->row = 0; !r->failed && r->row < PQntuples(r->result);) {
        int rows = run_length(r, 1), end = r->row + rows;
        catalogue_table unknown, *t = known_table(r, &unknown);
        t->foreign_keys = ARENA_ARRAY(r->memory, catalogue_foreign_key, (size_t)rows);
        if (!t->foreign_keys) r->failed = true;
        while (!r->failed && r->row < end)
            read_foreign_key(r, &t->foreign_keys[t->foreign_key_count++], run_length(r, 2));
    }
}

bool pg_catalogue(driver_connection *connection, arena *memory, catalogue *ret, sheaf_error *err) {
    static void (*const readers[RESULT_COUNT])(reading * r) = {
        [SCHEMA] = read_schema,
        [TABLES] = read_tables,
        [COLUMNS] = read_columns,
        [INDEXES] = read_indexes,
        [FOREIGN_KEYS] = read_foreign_keys,
    };
    pg *c = (pg *)connection;
    PGresult *results[RESULT_COUNT];
    catalogue found = {0};
    reading r = {.memory = memory, .c = &found};
    if (!pg_query(c, queries, results, RESULT_COUNT, pg_deadline(c), err)) return false;
    int_map_init(&r.tables, memory);
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        r.result = results[i];
        if (!r.failed) readers[i](&r);
        PQclear(results[i]);
    }
    if (r.failed) return error_memory(err);
    *ret = found;
    return true;
}
