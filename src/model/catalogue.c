#include "catalogue.h"

#include "../base/slice.h"

const char *db_type_name(db_type type) {
    static const char *const names[] = {
#define X(name, text) text,
        DB_TYPES(X)
#undef X
    };
    return (size_t)type < sizeof names / sizeof *names ? names[type] : "unknown";
}

static int compare_table(const catalogue_table *t, sheaf_slice schema, sheaf_slice name) {
    int order = slice_compare(t->schema, schema);
    return order ? order : slice_compare(t->name, name);
}

const catalogue_table *catalogue_find_table(const catalogue *c, sheaf_slice schema, sheaf_slice name) {
    if (!schema.ptr) schema = c->default_schema;
    size_t low = 0, high = c->table_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_table(&c->tables[middle], schema, name);
        if (order == 0) return &c->tables[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const catalogue_column *catalogue_find_column(const catalogue_table *t, sheaf_slice name) {
    for (size_t i = 0; i < t->column_count; i++)
        if (slice_equal(t->columns[i].name, name)) return &t->columns[i];
    return NULL;
}

static bool contains(const sheaf_slice *names, size_t count, sheaf_slice name) {
    for (size_t i = 0; i < count; i++)
        if (slice_equal(names[i], name)) return true;
    return false;
}

/* True where each of `names` is among `others`. */
static bool is_within(const sheaf_slice *names, size_t count, const sheaf_slice *others, size_t other_count) {
    for (size_t i = 0; i < count; i++)
        if (!contains(others, other_count, names[i])) return false;
    return true;
}

bool catalogue_is_unique(const catalogue_table *t, const sheaf_slice *columns, size_t count) {
    for (size_t i = 0; i < t->index_count; i++) {
        const catalogue_index *index = &t->indexes[i];
        if ((index->unique || index->primary) &&
            is_within(index->columns, index->column_count, columns, count))
            return true;
    }
    return false;
}
