/* import_references.c: foreign keys that become references, link tables, and the scalars of what they tie. */
#include <stdlib.h>

#include "binding.h"
#include "import.h"

/* ---- references -----------------------------------------------------------------------------------------*/

static bool is_in(const import_reference *r, const import_column *c) {
    for (uint32_t i = 0; i < r->count; i++)
        if (r->columns[i] == c) return true;
    return false;
}

/* A column of a reference and the key's that it leads to hold values of one kind. */
static bool can_tie(const import *im, const import_column *from, const import_column *to) {
    import_key_kind a = import_key_kind_of(im->catalogue, from->db),
                    b = import_key_kind_of(im->catalogue, to->db);
    if (!from->usable || b == IMPORT_NO_KEY || !catalogue_can_equal(im->catalogue, from->db, to->db))
        return false;
    return a == b || (b == IMPORT_INTEGER_KEY && import_is_untyped(im->catalogue, from->db));
}

/* The column of the foreign key that leads to `to`, or NULL. */
static import_column *leads_to(const import_table *t, const catalogue_foreign_key *key, sheaf_slice to) {
    for (size_t i = 0; i < key->column_count; i++)
        if (slice_equal(key->to_columns[i], to)) return import_find_column(t, key->columns[i]);
    return NULL;
}

/* NULL and the reference, or why there is none. */
static const char *make_reference(const import *im, import_table *t, const catalogue_foreign_key *key,
                                  import_reference *ret) {
    const catalogue_table *table = catalogue_find_table(im->catalogue, key->to_schema, key->to_table);
    import_table *to = (import_table *)import_find_table(im, table);
    import_reference r = {.from = t, .to = to, .non_null = true};
    sheaf_slice names[MODEL_KEY_MAX];
    if (!to || !to->is_entity) return "which is no type here";
    if (key->column_count != to->key_count) return "but not to its key";
    for (; r.count < to->key_count; r.count++) {
        import_column *c = leads_to(t, key, to->key[r.count]->db->name);
        if (!c) return "but not to its key";
        if (!can_tie(im, c, to->key[r.count])) return "whose key is of another type";
        if (c->db->folds || to->key[r.count]->db->folds)
            return "by a comparison that takes different spellings for equal";
        if (is_in(&r, c)) return "by one column twice";
        r.columns[r.count] = c;
        names[r.count] = c->db->name;
        r.non_null = r.non_null && !c->db->nullable;
    }
    r.unique = catalogue_is_unique(t->db, names, r.count);
    *ret = r;
    return NULL;
}

static int compare_references(const void *a, const void *b) {
    const import_reference *x = a, *y = b;
    for (uint32_t i = 0; i < x->count && i < y->count; i++) {
        int order = slice_compare(x->columns[i]->db->name, y->columns[i]->db->name);
        if (order) return order;
    }
    if (x->count != y->count) return x->count < y->count ? -1 : 1;
    if (x->to == y->to) return 0;
    return x->to < y->to ? -1 : 1; /* tables stand in their order */
}

static bool note_plain(import *im, const import_table *t, const catalogue_foreign_key *key, const char *why) {
    if (!t->is_entity) return true;
    import_note *note = ARENA_PUSH(im->memory, &im->left_out);
    if (!note) return error_memory(im->err);
    note->where = import_where(im, t, key->columns[0]);
    note->text = arena_printf(im->memory, "it refers to %.*s, %s; it is no reference",
                              SHEAF_SLICE_ARGS(key->to_table), why);
    return (note->where.ptr && note->text.ptr) || error_memory(im->err);
}

static bool read_references(import *im, import_table *t) {
    size_t count = 0;
    t->references = ARENA_ARRAY(im->memory, import_reference, t->db->foreign_key_count);
    if (!t->references) return error_memory(im->err);
    for (size_t i = 0; t->usable && i < t->db->foreign_key_count; i++) {
        const catalogue_foreign_key *key = &t->db->foreign_keys[i];
        const char *why = make_reference(im, t, key, &t->references[count]);
        if (why && !note_plain(im, t, key, why)) return false;
        count += !why;
    }
    if (count) qsort(t->references, count, sizeof *t->references, compare_references);
    for (size_t i = 0; i < count; i++) /* of those that say the same one stays */
        if (!i || compare_references(&t->references[i], &t->references[t->reference_count - 1]))
            t->references[t->reference_count++] = t->references[i];
    return true;
}

/* ---- scalars --------------------------------------------------------------------------------------------*/

static import_column *head_of(import_column *c) {
    while (c->head != c) c = c->head = c->head->head;
    return c;
}

static void tie(import_column *a, import_column *b) {
    a->tied = b->tied = true;
    head_of(a)->head = head_of(b);
}

/* A key by itself is an ID. So are columns that are tied, but would be of different scalars; and parts of
 * keys that would be of one that a key cannot be. */
static bool is_key_scalar(sheaf_scalar s) {
    return s == SHEAF_INT || s == SHEAF_BIGINT || s == SHEAF_STRING || s == SHEAF_UUID;
}

/* SQLite has text in columns of types that it does not know, which an ID would take for numbers. */
static bool is_unknown_text(const import *im, const import_column *c) {
    return im->catalogue->sqlite && c->db->type == DB_ANY && !import_is_untyped(im->catalogue, c->db);
}

static void mark(import *im, import_table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i], *head = head_of(c);
        sheaf_scalar natural = binding_natural(c->db->type);
        c->scalar = natural;
        if (!c->tied && !c->in_key) continue;
        head->has_unknown |= is_unknown_text(im, c);
        head->has_id |= (c->in_key && t->key_count == 1) || !is_key_scalar(natural) ||
                        natural != binding_natural(head->db->type);
    }
}

static void set_scalars(import_table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i], *head = head_of(c);
        if (!c->tied && !c->in_key) continue;
        if (head->has_unknown)
            c->scalar = SHEAF_STRING;
        else
            c->scalar = head->has_id ? SHEAF_ID : binding_natural(head->db->type);
    }
}

/* What a person wrote for a key stands as long as it can be read so, and goes to all that is tied to it. */
static void keep_old_scalars(import *im) {
    for (size_t i = 0; i < im->table_count; i++)
        for (uint32_t k = 0; k < im->tables[i].key_count; k++) {
            import_column *c = im->tables[i].key[k];
            if (c->old && binding_can_read(im->catalogue, c->old->scalar, c->db->type))
                head_of(c)->kept = c->old;
        }
    for (size_t i = 0; i < im->table_count; i++)
        for (size_t k = 0; k < im->tables[i].column_count; k++) {
            import_column *c = &im->tables[i].columns[k];
            const import_column *head = head_of(c);
            if ((c->tied || c->in_key) && head->kept) c->scalar = head->kept->scalar;
        }
}

/* ---- link tables ----------------------------------------------------------------------------------------*/

/* Says nothing of its own: the key, or when the row was made. */
static bool is_by_the_way(const import_table *t, const import_column *c) {
    bool time = c->db->type == DB_TIMESTAMP || c->db->type == DB_TIMESTAMPTZ || c->db->type == DB_DATE;
    return time || (c->in_key && t->key_count == 1);
}

/* Two references, and nothing else that says anything; no pair stands there twice, or there is no key that
 * would tell one from the other. */
static bool is_link(const import_table *t) {
    sheaf_slice names[2 * MODEL_KEY_MAX];
    size_t count = 0, keys = 0;
    if (!t->usable || t->reference_count != 2) return false;
    const import_reference *a = &t->references[0], *b = &t->references[1];
    for (size_t i = 0; i < t->column_count; i++) {
        const import_column *c = &t->columns[i];
        bool in_a = is_in(a, c), in_b = is_in(b, c);
        if ((in_a && in_b) || (!in_a && !in_b && !is_by_the_way(t, c))) return false;
        if (in_a || in_b) names[count++] = c->db->name;
    }
    for (size_t i = 0; i < t->db->index_count; i++) keys += t->db->indexes[i].unique;
    return !a->unique && !b->unique && (!keys || catalogue_is_unique(t->db, names, count));
}

bool import_references(import *im) {
    for (size_t i = 0; i < im->table_count; i++)
        if (!read_references(im, &im->tables[i])) return false;
    for (size_t i = 0; i < im->table_count; i++) {
        const import_table *t = &im->tables[i];
        for (size_t j = 0; t->is_entity && j < t->reference_count; j++)
            for (uint32_t k = 0; k < t->references[j].count; k++)
                tie(t->references[j].columns[k], t->references[j].to->key[k]);
    }
    for (size_t i = 0; i < im->table_count; i++) mark(im, &im->tables[i]);
    for (size_t i = 0; i < im->table_count; i++) set_scalars(&im->tables[i]);
    if (im->model) keep_old_scalars(im);
    for (size_t i = 0; i < im->table_count; i++) im->tables[i].is_link = is_link(&im->tables[i]);
    return true;
}
