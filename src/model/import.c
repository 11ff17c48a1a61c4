/* import.c: the first stage: tables, columns, keys; and the call that runs all. */
#include "import.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "../base/utf8.h"
#include "names.h"

#define IDENTIFIER_MAX 63 /* bytes, as the loader has it */

import_column *import_find_column(const import_table *t, sheaf_slice name) {
    for (size_t i = 0; i < t->column_count; i++)
        if (slice_equal(t->columns[i].db->name, name)) return &t->columns[i];
    return NULL;
}

const import_table *import_find_table(const import *im, const catalogue_table *t) {
    return t ? im->by_catalogue[t - im->catalogue->tables] : NULL;
}

sheaf_slice import_where(const import *im, const import_table *t, sheaf_slice column) {
    bool other = !slice_equal(t->db->schema, im->catalogue->default_schema);
    return arena_printf(im->memory, "%.*s%s%.*s%s%.*s", other ? (int)t->db->schema.len : 0, t->db->schema.ptr,
                        other ? "." : "", SHEAF_SLICE_ARGS(t->db->name), column.ptr ? "." : "",
                        (int)column.len, column.ptr ? column.ptr : "");
}

bool import_is_untyped(const catalogue *db, const catalogue_column *c) {
    return db->sqlite && c->type == DB_ANY && (!c->declared.len || slice_is(c->declared, "ANY"));
}

import_key_kind import_key_kind_of(const catalogue *db, const catalogue_column *c) {
    if (c->type == DB_INT16 || c->type == DB_INT32 || c->type == DB_INT64) return IMPORT_INTEGER_KEY;
    if (c->type == DB_TEXT || c->type == DB_UUID) return IMPORT_TEXT_KEY;
    if (c->type == DB_ANY && !import_is_untyped(db, c)) return IMPORT_TEXT_KEY;
    return db->sqlite && c->type == DB_NUMERIC ? IMPORT_INTEGER_KEY : IMPORT_NO_KEY;
}

/* ---- choosing -------------------------------------------------------------------------------------------*/

static bool matches(const char *pattern, const char *name, const char *full_name) {
    return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, full_name, 0) == 0;
}

static bool is_in_schemas(const import *im, const import_options *o, const catalogue_table *t) {
    for (size_t i = 0; i < o->schema_count; i++)
        if (slice_is(t->schema, o->schemas[i])) return true;
    return o->schema_count == 0 && slice_equal(t->schema, im->catalogue->default_schema);
}

/* `used` marks the patterns that match something. */
static bool is_chosen(const import *im, const import_options *o, const catalogue_table *t, bool *used,
                      bool *ret) {
    const char *name = arena_cstr(im->memory, t->name);
    sheaf_slice full =
        arena_printf(im->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(t->schema), SHEAF_SLICE_ARGS(t->name));
    if (!name || !full.ptr) return error_memory(im->err);
    bool chosen = is_in_schemas(im, o, t), wanted = o->table_count == 0;
    for (size_t i = 0; chosen && i < o->table_count; i++) {
        bool match = matches(o->tables[i], name, full.ptr);
        used[i] |= match;
        wanted |= match;
    }
    for (size_t i = 0; i < o->skip_count; i++) wanted = wanted && !matches(o->skip[i], name, full.ptr);
    *ret = chosen && wanted;
    return true;
}

static bool check_schemas(const import *im, const import_options *o) {
    const catalogue *db = im->catalogue;
    if (!o->schema_count && !db->default_schema.ptr)
        return error_set(im->err, SHEAF_E_USAGE,
                         "the search_path leads to no schema; name those to read by --schema NAME");
    for (size_t i = 0; i < o->schema_count; i++) {
        suggest near = suggest_for(slice_of(o->schemas[i]));
        bool found = false;
        for (size_t j = 0; j < db->table_count; j++) {
            found |= slice_is(db->tables[j].schema, o->schemas[i]);
            suggest_offer(&near, db->tables[j].schema);
        }
        if (!found)
            return error_set(im->err, SHEAF_E_USAGE, "there is no schema '%s' with tables%s", o->schemas[i],
                             suggest_text(&near).text);
    }
    return true;
}

static bool add_table(import *im, const catalogue_table *db) {
    import_table *t = &im->tables[im->table_count++];
    *t = (import_table){.db = db, .column_count = db->column_count};
    t->columns = ARENA_ARRAY(im->memory, import_column, db->column_count);
    if (!t->columns) return error_memory(im->err);
    map_init(&t->names, im->memory);
    im->by_catalogue[db - im->catalogue->tables] = t;
    return true;
}

/* The types that the model has of these tables; of two the first. */
static void find_old(import *im) {
    for (uint32_t i = 0; im->model && i < im->model->entity_count; i++) {
        const model_entity *e = &im->model->entities[i];
        const catalogue_table *db = catalogue_find_table(im->catalogue, e->schema, e->table);
        import_table *t = db ? im->by_catalogue[db - im->catalogue->tables] : NULL;
        if (t && !t->old) t->old = e;
    }
}

static bool choose(import *im, const import_options *o) {
    const catalogue *db = im->catalogue;
    im->tables = ARENA_ARRAY(im->memory, import_table, db->table_count);
    im->by_catalogue = ARENA_ARRAY(im->memory, import_table *, db->table_count);
    bool *used = ARENA_ARRAY(im->memory, bool, o->table_count);
    if (!im->tables || !im->by_catalogue || !used) return error_memory(im->err);
    if (!check_schemas(im, o)) return false;
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < db->table_count; i++) {
            const catalogue_table *t = &db->tables[i];
            bool chosen = false;
            if (slice_equal(t->schema, db->default_schema) == (others == 1)) continue;
            if (!is_chosen(im, o, t, used, &chosen) || (chosen && !add_table(im, t))) return false;
        }
    for (size_t i = 0; i < o->table_count; i++)
        if (!used[i])
            return error_set(im->err, SHEAF_E_USAGE, "there is no table '%s' in the schemas to be read",
                             o->tables[i]);
    find_old(im);
    return true;
}

/* ---- columns --------------------------------------------------------------------------------------------*/

/* Why a name cannot stand in a model, or NULL. */
static const char *name_problem(sheaf_slice name) {
    if (name.len == 0 || name.len > IDENTIFIER_MAX) return "its name is not 1 to 63 bytes long";
    if (!utf8_valid(name)) return "its name is not UTF-8";
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7F)
            return "its name holds control characters";
    return NULL;
}

static const model_column *find_old_column(const import_table *t, sheaf_slice name) {
    for (uint32_t i = 0; t->old && i < t->old->column_count; i++)
        if (slice_equal(t->old->columns[i].name, name)) return &t->old->columns[i];
    return NULL;
}

static bool note_column(import *im, const import_table *t, const import_column *c, const char *why) {
    import_note *note = ARENA_PUSH(im->memory, &im->left_out);
    sheaf_slice where =
        arena_printf(im->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(t->db->name), SHEAF_SLICE_ARGS(c->db->name));
    if (!note || !where.ptr) return error_memory(im->err);
    *note = (import_note){where, slice_of(why)};
    return true;
}

static bool read_columns(import *im, import_table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i];
        const catalogue_column *db = &t->db->columns[i];
        *c = (import_column){.db = db, .usable = !db->hidden && !name_problem(db->name), .head = c};
        c->words = name_words(im->memory, db->name, "column");
        c->old = find_old_column(t, db->name);
        c->unique = db->type != DB_JSON && db->type != DB_JSONB && catalogue_is_unique(t->db, &db->name, 1);
        if (!c->words.ptr) return error_memory(im->err);
        const char *problem = name_problem(db->name);
        if (!c->usable && t->is_entity && !note_column(im, t, c, problem ? problem : "you may not read it"))
            return false;
    }
    return true;
}

/* ---- keys -----------------------------------------------------------------------------------------------*/

/* Why an index cannot be the key of an entity, or an empty text. */
static sheaf_slice key_problem(const import *im, const import_table *t, const catalogue_index *index) {
    if (index->column_count > MODEL_KEY_MAX)
        return arena_printf(im->memory, "its key has %zu columns, and a model's at most %d",
                            index->column_count, MODEL_KEY_MAX);
    for (size_t i = 0; i < index->column_count; i++) {
        const import_column *c = import_find_column(t, index->columns[i]);
        if (!c || !c->usable)
            return arena_printf(im->memory, "its key holds the column %.*s, which cannot be used",
                                SHEAF_SLICE_ARGS(index->columns[i]));
        if (import_is_untyped(im->catalogue, c->db))
            return arena_printf(im->memory, "its key holds %.*s, which declares no type",
                                SHEAF_SLICE_ARGS(c->db->name));
        if (import_key_kind_of(im->catalogue, c->db) == IMPORT_NO_KEY)
            return arena_printf(im->memory,
                                "its key holds %.*s, which is %.*s: a model's key is made of integers, texts "
                                "and UUIDs",
                                SHEAF_SLICE_ARGS(c->db->name), SHEAF_SLICE_ARGS(c->db->declared));
    }
    return SHEAF_SLICE("");
}

static bool is_never_null(const import_table *t, const catalogue_index *index) {
    for (size_t i = 0; i < index->column_count; i++) {
        const import_column *c = import_find_column(t, index->columns[i]);
        if (!c || c->db->nullable) return false;
    }
    return true;
}

/* The primary key before others, a short one before a long one, and then by the columns' names. */
static bool is_better(const catalogue_index *a, const catalogue_index *b) {
    if (a->primary != b->primary) return a->primary;
    if (a->column_count != b->column_count) return a->column_count < b->column_count;
    for (size_t i = 0; i < a->column_count; i++) {
        int order = slice_compare(a->columns[i], b->columns[i]);
        if (order) return order < 0;
    }
    return false;
}

static bool choose_key(import *im, import_table *t) {
    const catalogue_index *best = NULL;
    sheaf_slice why =
        SHEAF_SLICE("it has neither a primary key nor a unique index over columns that are never null");
    for (size_t i = 0; i < t->db->index_count; i++) {
        const catalogue_index *index = &t->db->indexes[i];
        if (!index->unique || !is_never_null(t, index)) continue;
        sheaf_slice problem = key_problem(im, t, index);
        if (!problem.ptr) return error_memory(im->err);
        if (problem.len && index->primary) why = problem;
        if (!problem.len && (!best || is_better(index, best))) best = index;
    }
    if (!best) t->why = why;
    for (size_t i = 0; best && i < best->column_count; i++)
        t->key[t->key_count++] = import_find_column(t, best->columns[i]);
    return true;
}

/* False also where the table lacks one of its columns now. */
static bool has_old_key(const import_table *t) {
    for (uint32_t i = 0; t->old && i < t->old->key.count; i++)
        if (!import_find_column(t, t->old->key.at[i]->name)) return false;
    return t->old;
}

/* The key that a person chose. */
static void take_old_key(import_table *t) {
    for (uint32_t i = 0; i < t->old->key.count; i++)
        t->key[t->key_count++] = import_find_column(t, t->old->key.at[i]->name);
}

/* Why a table is no entity, whatever its key, or an empty text. */
static sheaf_slice table_problem(const import *im, const import_table *t) {
    bool may_read = false;
    for (size_t i = 0; i < t->column_count; i++) may_read |= !t->db->columns[i].hidden;
    const char *problem = name_problem(t->db->name);
    if (slice_starts_with(t->db->name, SHEAF_SLICE("sheaf_"))) return SHEAF_SLICE("it is Sheaf's own");
    if (t->db->shadow_of.ptr)
        return arena_printf(im->memory, "it belongs to the virtual table %.*s",
                            SHEAF_SLICE_ARGS(t->db->shadow_of));
    if (t->db->view)
        return arena_printf(
            im->memory, "it is %s, which tells no key; write its type yourself, with its @key", t->db->kind);
    if (problem || (problem = name_problem(t->db->schema))) return slice_of(problem);
    if (memchr(t->db->name.ptr, '.', t->db->name.len)) return SHEAF_SLICE("its name holds a '.'");
    if (!t->column_count) return SHEAF_SLICE("it has no columns");
    return slice_of(may_read ? "" : "you may not read it");
}

static bool read_table(import *im, import_table *t) {
    t->why = t->old ? SHEAF_SLICE("") : table_problem(im, t);
    if (!t->why.ptr) return error_memory(im->err);
    t->usable = t->is_entity = !t->why.len;
    if (!read_columns(im, t)) return false;
    if (!t->usable) return true;
    if (has_old_key(t))
        take_old_key(t);
    else if (!choose_key(im, t))
        return false;
    t->is_entity = t->key_count > 0;
    t->rekeyed = t->old && t->is_entity && !has_old_key(t);
    im->entity_count += t->is_entity;
    for (uint32_t i = 0; i < t->key_count; i++) t->key[i]->in_key = true;
    return true;
}

/* ---- what the model that is there has of columns --------------------------------------------------------*/

static const catalogue_column *key_column(const import *im, const model_entity *e, uint32_t at) {
    const catalogue_table *db = catalogue_find_table(im->catalogue, e->schema, e->table);
    const import_table *t = import_find_table(im, db);
    if (t && t->old == e && t->rekeyed) return t->key[at]->db;
    return db ? catalogue_find_column(db, e->key.at[at]->name) : NULL;
}

bool import_can_refer(const import *im, const catalogue_table *from, const sheaf_slice *columns,
                      uint32_t count, const model_entity *to) {
    const import_table *t = import_find_table(im, catalogue_find_table(im->catalogue, to->schema, to->table));
    if (count != (t && t->old == to && t->rekeyed ? t->key_count : to->key.count)) return false;
    for (uint32_t i = 0; i < count; i++) {
        const catalogue_column *a = catalogue_find_column(from, columns[i]), *b = key_column(im, to, i);
        import_key_kind x = a ? import_key_kind_of(im->catalogue, a) : IMPORT_NO_KEY,
                        y = b ? import_key_kind_of(im->catalogue, b) : IMPORT_NO_KEY;
        if (x != y && x != IMPORT_NO_KEY && y != IMPORT_NO_KEY) return false;
        if (a && b && (!catalogue_can_equal(im->catalogue, a, b) || a->folds || b->folds)) return false;
    }
    return true;
}

static bool holds(const import *im, const import_table *t, const model_field *f, const model_column *column) {
    sheaf_slice names[MODEL_KEY_MAX];
    bool found = false;
    if (f->kind != FIELD_REF) return f->column == column;
    const model_columns *columns = &f->path.hops[0].columns;
    for (uint32_t i = 0; i < columns->count; i++) {
        names[i] = columns->at[i]->name;
        found |= columns->at[i] == column;
    }
    return found && catalogue_find_table(im->catalogue, f->target->schema, f->target->table) &&
           import_can_refer(im, t->db, names, columns->count, f->target);
}

/* A reference that goes holds nothing, and a key that is new is to be named by attributes. */
static void find_held(const import *im, import_table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i];
        for (uint32_t k = 0; c->old && k < t->old->field_count; k++) {
            const model_field *f = &t->old->fields[k];
            c->held |= holds(im, t, f, c->old) && !(t->rekeyed && c->in_key && f->kind == FIELD_REF);
        }
    }
}

/* ---- notes ----------------------------------------------------------------------------------------------*/

static bool is_joined(const import *im, const import_table *link) {
    for (size_t i = 0; i < im->table_count; i++)
        for (size_t j = 0; j < im->tables[i].lists.count; j++) {
            const import_list *list = &im->tables[i].lists.items[j];
            if (list->kind == IMPORT_THROUGH && list->by->from == link) return true;
        }
    return false;
}

static bool note_skipped(import *im) {
    for (size_t i = 0; i < im->table_count; i++) {
        const import_table *t = &im->tables[i];
        if (t->is_entity || (t->is_link && is_joined(im, t))) continue;
        import_note *note = ARENA_PUSH(im->memory, &im->skipped);
        sheaf_slice where = import_where(im, t, (sheaf_slice){NULL, 0});
        if (!note || !where.ptr) return error_memory(im->err);
        *note = (import_note){where, t->why};
    }
    return true;
}

static bool note_untyped(import *im, const import_table *t) {
    for (size_t i = 0; i < t->column_count; i++) {
        const import_column *c = &t->columns[i];
        bool shown = !c->usable || c->tied || c->held || !import_is_untyped(im->catalogue, c->db);
        if (t->is_entity && !shown &&
            !note_column(
                im, t, c,
                "it declares no type, so it may hold anything; write it with the scalar that it holds"))
            return false;
    }
    return true;
}

static int compare_notes(const void *a, const void *b) {
    const import_note *x = a, *y = b;
    int order = slice_compare(x->where, y->where);
    return order ? order : slice_compare(x->text, y->text);
}

static bool note_all(import *im) {
    for (size_t i = 0; i < im->table_count; i++)
        if (!note_untyped(im, &im->tables[i])) return false;
    if (im->left_out.count) qsort(im->left_out.items, im->left_out.count, sizeof(import_note), compare_notes);
    return note_skipped(im);
}

bool import_make(const catalogue *db, const import_options *options, arena *memory, import **ret,
                 sheaf_error *err) {
    import *im = ARENA_NEW(memory, import);
    if (!im) return error_memory(err);
    *im = (import){.memory = memory, .catalogue = db, .model = options->model, .err = err};
    if (!choose(im, options)) return false;
    for (size_t i = 0; i < im->table_count; i++)
        if (!read_table(im, &im->tables[i])) return false;
    for (size_t i = 0; i < im->table_count; i++) find_held(im, &im->tables[i]);
    if (!import_references(im) || !import_name_all(im) || !note_all(im)) return false;
    im->err = NULL;
    *ret = im;
    return true;
}
