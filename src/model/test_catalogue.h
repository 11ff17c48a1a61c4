/* test_catalogue.h: catalogues for tests, from text. One table a line, its indexes after its columns:
 *
 *     package id:bigint! name:text! note:text~ primary(id) unique(name) index(distro_id,popularity-)
 *     archive.uploaders? id:bigint
 *
 * '!' is NOT NULL, '~' a collation that is not C, '^' one that folds, '-' descending, '?' a view. The default
 * schema is "main". A foreign key is fk(person_id>person:id), of several columns fk(a,b>archive.upload:a,b).
 */
#ifndef SHEAF_TEST_CATALOGUE_H
#define SHEAF_TEST_CATALOGUE_H

#include <stdlib.h>

#include "catalogue.h"

static inline db_type test_type(sheaf_slice word) {
    static const char *const words[] = {"smallint", "integer", "bigint",  "float4",    "float8",
                                        "numeric",  "text",    "boolean", "timestamp", "timestamptz",
                                        "date",     "uuid",    "json",    "jsonb",     "bytea"};
    int i = 0;
    while (i < DB_ANY && !slice_is(word, words[i])) i++;
    return (db_type)i;
}

static inline bool test_flag(sheaf_slice *word, char flag) {
    bool is = word->len && word->ptr[word->len - 1] == flag;
    word->len -= is;
    return is;
}

static inline catalogue_column test_column(sheaf_slice word) {
    sheaf_slice type;
    catalogue_column c = {.c_collated = !test_flag(&word, '~')};
    c.folds = test_flag(&word, '^');
    c.nullable = !test_flag(&word, '!');
    c.name = slice_cut(word, ':', &type);
    c.declared = c.base = type;
    c.type = test_type(type);
    return c;
}

static inline catalogue_index test_index(arena *memory, sheaf_slice word) {
    catalogue_index index = {0};
    sheaf_slice kind = slice_cut(word, '(', &word);
    word.len--; /* the ')' */
    index.primary = slice_is(kind, "primary");
    index.unique = index.primary || slice_is(kind, "unique");
    index.columns = ARENA_ARRAY(memory, sheaf_slice, 8);
    index.descending = ARENA_ARRAY(memory, bool, 8);
    while (word.ptr) {
        sheaf_slice column = slice_cut(word, ',', &word);
        index.descending[index.column_count] = test_flag(&column, '-');
        index.columns[index.column_count++] = column;
    }
    return index;
}

static inline size_t test_names(arena *memory, sheaf_slice list, sheaf_slice **ret) {
    size_t count = 0;
    *ret = ARENA_ARRAY(memory, sheaf_slice, 8);
    while (list.ptr) (*ret)[count++] = slice_cut(list, ',', &list);
    return count;
}

static inline catalogue_foreign_key test_foreign_key(arena *memory, sheaf_slice word) {
    catalogue_foreign_key key = {.to_schema = SHEAF_SLICE("main")};
    sheaf_slice to, columns;
    word.ptr += 3;
    word.len -= 4; /* "fk(" and ")" */
    key.column_count = test_names(memory, slice_cut(word, '>', &to), &key.columns);
    key.to_table = slice_cut(to, ':', &columns);
    if (memchr(key.to_table.ptr, '.', key.to_table.len))
        key.to_schema = slice_cut(key.to_table, '.', &key.to_table);
    test_names(memory, columns, &key.to_columns);
    return key;
}

static inline catalogue_table test_table(arena *memory, sheaf_slice line) {
    catalogue_table t = {.schema = SHEAF_SLICE("main"), .rows = -1};
    t.columns = ARENA_ARRAY(memory, catalogue_column, 32);
    t.indexes = ARENA_ARRAY(memory, catalogue_index, 16);
    t.foreign_keys = ARENA_ARRAY(memory, catalogue_foreign_key, 16);
    t.name = slice_cut(line, ' ', &line);
    t.view = test_flag(&t.name, '?');
    if (t.view) t.kind = "a view";
    if (memchr(t.name.ptr, '.', t.name.len)) t.schema = slice_cut(t.name, '.', &t.name);
    while (line.len) {
        sheaf_slice word = slice_cut(line, ' ', &line);
        if (slice_starts_with(word, SHEAF_SLICE("fk(")))
            t.foreign_keys[t.foreign_key_count++] = test_foreign_key(memory, word);
        else if (memchr(word.ptr, '(', word.len))
            t.indexes[t.index_count++] = test_index(memory, word);
        else if (word.len)
            t.columns[t.column_count++] = test_column(word);
    }
    return t;
}

static inline int test_compare_tables(const void *a, const void *b) {
    const catalogue_table *x = a, *y = b;
    int order = slice_compare(x->schema, y->schema);
    return order ? order : slice_compare(x->name, y->name);
}

static inline catalogue test_catalogue(arena *memory, const char *text, bool sqlite) {
    catalogue c = {.default_schema = SHEAF_SLICE("main"), .sqlite = sqlite};
    sheaf_slice rest = slice_of(text);
    c.tables = ARENA_ARRAY(memory, catalogue_table, 32);
    while (rest.len) c.tables[c.table_count++] = test_table(memory, slice_cut(rest, '\n', &rest));
    qsort(c.tables, c.table_count, sizeof *c.tables, test_compare_tables);
    return c;
}

#endif
