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

static bool is_int(const catalogue_column *c) {
    return c->type == DB_INT16 || c->type == DB_INT32 || c->type == DB_INT64;
}

static bool is_text(const catalogue_column *c) {
    return c->type == DB_TEXT || (c->type == DB_ANY && slice_is(c->base, "bpchar"));
}

static bool same_type(const catalogue_column *a, const catalogue_column *b) {
    return a->type == b->type && (a->type != DB_ANY || slice_equal(a->base, b->base));
}

/* Where nothing is declared for sure: a number, or none. */
static bool is_unsure(const catalogue_column *c) {
    return c->type == DB_ANY || c->type == DB_NUMERIC;
}

bool catalogue_can_equal(const catalogue *c, const catalogue_column *a, const catalogue_column *b) {
    if (c->sqlite) return is_int(a) == is_int(b) || is_unsure(a) || is_unsure(b);
    return (is_int(a) && is_int(b)) || (is_text(a) && is_text(b)) || same_type(a, b);
}

bool catalogue_equal_plainly(const catalogue_column *a, const catalogue_column *b) {
    return ((is_int(a) && is_int(b)) || same_type(a, b)) && slice_equal(a->collation, b->collation);
}
