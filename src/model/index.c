#include "index.h"

#include <stdio.h>

#include "../base/utf8.h"

#define INDEX_NAME_MAX 63 /* bytes; PostgreSQL cuts longer names */

static bool is_among(const sheaf_slice *names, size_t count, sheaf_slice name) {
    for (size_t i = 0; i < count; i++)
        if (slice_equal(names[i], name)) return true;
    return false;
}

/* True where the first of the index's columns are those of the need, in any order. */
static bool begins(const index_need *need, const catalogue_index *index) {
    if (index->column_count < need->count) return false;
    for (uint32_t i = 0; i < need->count; i++)
        if (!is_among(index->columns, need->count, need->columns[i])) return false;
    return true;
}

static bool serves(const index_need *need, const catalogue_index *index) {
    size_t at = need->count, turned = 0, straight = 0;
    if (need->unique ? !(index->unique || index->primary) || index->column_count != need->count : false)
        return false;
    if (!begins(need, index)) return false;
    for (uint32_t i = 0; need->order && i < need->order->count; i++) {
        const model_order_item *item = &need->order->items[i];
        if (is_among(need->columns, need->count, item->column->name)) continue; /* the same in all rows */
        if (at == index->column_count || !slice_equal(index->columns[at], item->column->name)) return false;
        *(index->descending && index->descending[at] == item->descending ? &straight : &turned) += 1;
        at++;
    }
    return !turned || !straight;
}

bool index_is_there(const index_need *need) {
    for (size_t i = 0; i < need->table->index_count; i++)
        if (serves(need, &need->table->indexes[i])) return true;
    return false;
}

typedef struct index_columns {
    sheaf_slice names[INDEX_COLUMNS_MAX];
    bool descending[INDEX_COLUMNS_MAX];
    size_t count;
} index_columns;

static void add(index_columns *list, sheaf_slice name, bool descending) {
    if (list->count == INDEX_COLUMNS_MAX || is_among(list->names, list->count, name)) return;
    list->names[list->count] = name;
    list->descending[list->count++] = descending;
}

/* The index to be made for a need; what is past INDEX_COLUMNS_MAX would not help. */
static index_columns columns_of(const index_need *need) {
    index_columns list = {.count = 0};
    for (uint32_t i = 0; i < need->count; i++) add(&list, need->columns[i], false);
    for (uint32_t i = 0; need->order && i < need->order->count; i++)
        add(&list, need->order->items[i].column->name, need->order->items[i].descending);
    for (uint32_t i = 0; i < need->rest_count; i++) add(&list, need->rest[i], false);
    return list;
}

bool index_is_covered(const index_need *need, const index_need *other) {
    index_columns made = columns_of(other);
    const catalogue_index index = {.unique = other->unique,
                                   .columns = made.names,
                                   .descending = made.descending,
                                   .column_count = made.count};
    return need->table == other->table && serves(need, &index);
}

/* Words that PostgreSQL or SQLite does not take as a bare name everywhere. */
static const char reserved[] =
    " add all alter analyse analyze and any array as asc asymmetric authorization between binary both case "
    "cast"
    " check collate collation column commit concurrently constraint create cross current_catalog current_date"
    " current_role current_schema current_time current_timestamp current_user default deferrable delete desc"
    " distinct do drop else end escape except exists false fetch for foreign freeze from full grant group "
    "having"
    " if ilike in index initially inner insert intersect into is isnull join lateral leading left like limit"
    " localtime localtimestamp natural not nothing notnull null offset on only or order outer overlaps "
    "placing"
    " primary references returning right select session_user set similar some symmetric table tablesample "
    "then"
    " to trailing transaction true union unique update user using values variadic verbose when where window "
    "with ";

static bool is_bare(sheaf_slice name) {
    char word[INDEX_NAME_MAX + 3];
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9'))) return false;
    }
    int len = snprintf(word, sizeof word, " %.*s ", SHEAF_SLICE_ARGS(name));
    return name.len && len < (int)sizeof word && !strstr(reserved, word);
}

void index_put_name(buffer *b, sheaf_slice name) {
    bool bare = is_bare(name);
    if (!bare) buffer_byte(b, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"') buffer_byte(b, '"');
        buffer_byte(b, name.ptr[i]);
    }
    if (!bare) buffer_byte(b, '"');
}

/* TABLE_COLUMN_COLUMN, cut at a character. */
static void put_index_name(buffer *b, const index_need *need, const index_columns *columns) {
    buffer name;
    buffer_init(&name, b->allocator);
    buffer_slice(&name, need->table->name);
    for (size_t i = 0; i < columns->count; i++) {
        buffer_byte(&name, '_');
        buffer_slice(&name, columns->names[i]);
    }
    sheaf_slice cut = buffer_view(&name);
    if (cut.len > INDEX_NAME_MAX) cut.len = INDEX_NAME_MAX;
    cut.len = utf8_valid_prefix(cut);
    index_put_name(b, cut);
    b->failed = b->failed || name.failed;
    buffer_free(&name);
}

static void put_schema(buffer *b, sheaf_slice schema) {
    index_put_name(b, schema);
    buffer_byte(b, '.');
}

sheaf_slice index_statement(const index_need *need, const catalogue *db, arena *memory) {
    const catalogue_table *t = need->table;
    bool qualified = !slice_equal(t->schema, db->default_schema);
    index_columns columns = columns_of(need);
    sheaf_slice copy = {NULL, 0};
    buffer b;
    buffer_init(&b, memory->allocator);
    buffer_printf(&b, "CREATE %sINDEX ", need->unique ? "UNIQUE " : "");
    if (qualified && db->sqlite) put_schema(&b, t->schema); /* the index is put where its table is */
    put_index_name(&b, need, &columns);
    BUFFER_LITERAL(&b, " ON ");
    if (qualified && !db->sqlite) put_schema(&b, t->schema);
    index_put_name(&b, t->name);
    for (size_t i = 0; i < columns.count; i++) {
        buffer_cstr(&b, i ? ", " : " (");
        index_put_name(&b, columns.names[i]);
        if (columns.descending[i]) BUFFER_LITERAL(&b, " DESC");
    }
    BUFFER_LITERAL(&b, ");");
    if (!b.failed) copy = arena_copy(memory, buffer_view(&b));
    buffer_free(&b);
    return copy;
}
