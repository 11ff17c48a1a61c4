/* import_merge.c: the model that is there, and the same with what the database has come to differ in. */
#include "binding.h"
#include "import.h"
#include "value.h"

typedef struct merger {
    const import *im;
    const catalogue *db;
    const sheaf_model *model;
    bool **gone; /* by entity and field */
    sheaf_error *err;
} merger;

/* ---- what is gone ---------------------------------------------------------------------------------------*/

static const catalogue_table *table_of(const merger *m, const model_entity *e) {
    return catalogue_find_table(m->db, e->schema, e->table);
}

static bool lacks(const catalogue_table *t, sheaf_slice column) {
    return !t || !catalogue_find_column(t, column);
}

static bool lacks_any(const catalogue_table *t, const model_columns *columns) {
    for (uint32_t i = 0; i < columns->count; i++)
        if (lacks(t, columns->at[i]->name)) return true;
    return false;
}

/* What import makes of an attribute's column; NULL where it does not look at it. Of two types with one table
 * it looks at the first. */
static const import_column *imported(const merger *m, const model_field *f) {
    const import_table *t = import_find_table(m->im, table_of(m, f->entity));
    return t && t->old == f->entity ? import_find_column(t, f->column->name) : NULL;
}

/* Another reference has come in the place of the attribute, whose column holds a key of another scalar. */
static bool is_replaced(const merger *m, const model_field *f) {
    const import_column *c = imported(m, f);
    return c && c->replaced && !c->field.ptr;
}

/* The columns of `from` that lead to `to`, or lead there no longer. */
static bool is_cut(const merger *m, const model_entity *from, const model_columns *columns,
                   const model_entity *to) {
    sheaf_slice names[MODEL_KEY_MAX];
    const catalogue_table *t = table_of(m, from);
    if (lacks_any(t, columns)) return true;
    for (uint32_t i = 0; i < columns->count; i++) names[i] = columns->at[i]->name;
    return !import_can_refer(m->im, t, names, columns->count, to);
}

static bool link_is_gone(const merger *m, const model_hop *hop) {
    const catalogue_table *t = catalogue_find_table(m->db, hop->link_schema, hop->link_table);
    for (uint32_t i = 0; i < hop->from->key.count; i++)
        if (lacks(t, hop->link_from[i])) return true;
    for (uint32_t i = 0; i < hop->to->key.count; i++)
        if (lacks(t, hop->link_to[i])) return true;
    return !import_can_refer(m->im, t, hop->link_from, hop->from->key.count, hop->from) ||
           !import_can_refer(m->im, t, hop->link_to, hop->to->key.count, hop->to);
}

static bool is_gone(const merger *m, const model_field *f) {
    return m->gone[f->entity->index][f->index];
}

static bool text_is_gone(const merger *m, const model_field *f) {
    for (uint32_t i = 0; i < f->part_count; i++) {
        const model_text_part *part = &f->parts[i];
        if (part->literal.ptr) continue;
        if (is_gone(m, part->column)) return true;
        for (uint32_t k = 0; k < part->ref_count; k++)
            if (is_gone(m, part->refs[k])) return true;
    }
    return false;
}

static bool path_is_gone(const merger *m, const model_field *f) {
    for (uint32_t i = 0; i < f->path.count; i++)
        if (is_gone(m, f->path.hops[i].field) || !table_of(m, f->path.hops[i].to)) return true;
    return false;
}

static bool is_unique_reference(const merger *m, const model_hop *back) {
    sheaf_slice names[MODEL_KEY_MAX];
    const catalogue_table *t = table_of(m, back->to);
    for (uint32_t i = 0; i < back->columns.count; i++) names[i] = back->columns.at[i]->name;
    return t && catalogue_is_unique(t, names, back->columns.count);
}

/* Whether import would call the one row of a list so: "note", or by its reference, "first_note". */
static bool is_imported_name(sheaf_slice name, const model_hop *back) {
    sheaf_slice singular = back->to->singular;
    if (slice_equal(name, singular)) return true;
    if (!slice_ends_with(name, singular)) return false;
    sheaf_slice before = {name.ptr, name.len - singular.len};
    for (uint32_t i = 0; i < back->to->field_count; i++) {
        const model_field *f = &back->to->fields[i];
        if (f->kind == FIELD_REF && f->target == back->from && f->name.len + 1 == before.len &&
            slice_starts_with(before, f->name) && before.ptr[f->name.len] == '_')
            return true;
    }
    return false;
}

/* The one row at the back of a reference, as import writes it, when there may be several now. */
static bool is_one_of_several(const merger *m, const model_field *f) {
    const model_hop *hop = f->path.hops;
    bool plain = f->path.count == 1 && hop->kind == HOP_MANY && !hop->where && !f->order.count &&
                 !f->keep_max && !f->per.count;
    const catalogue_table *t = plain ? table_of(m, hop->to) : NULL;
    return t && !t->view && import_find_table(m->im, t) && is_imported_name(f->name, hop) &&
           !is_unique_reference(m, hop);
}

static bool goes(const merger *m, const model_field *f) {
    if (f->target && !table_of(m, f->target)) return true;
    switch (f->kind) {
    case FIELD_COLUMN: return lacks(table_of(m, f->entity), f->column->name) || is_replaced(m, f);
    case FIELD_REF: return is_cut(m, f->entity, &f->path.hops[0].columns, f->target);
    case FIELD_MANY: return is_cut(m, f->target, &f->path.hops[0].columns, f->entity);
    case FIELD_THROUGH: return link_is_gone(m, &f->path.hops[0]);
    case FIELD_TEXT: return text_is_gone(m, f);
    case FIELD_PICK: return path_is_gone(m, f) || is_one_of_several(m, f);
    case FIELD_COUNT:
    case FIELD_FOLLOW: return path_is_gone(m, f);
    }
    return false;
}

/* What is made from others goes after them. */
static bool find_gone(merger *m) {
    m->gone = ARENA_ARRAY(m->im->memory, bool *, m->model->entity_count);
    if (!m->gone) return error_memory(m->err);
    for (uint32_t i = 0; i < m->model->entity_count; i++) {
        m->gone[i] = ARENA_ARRAY(m->im->memory, bool, m->model->entities[i].field_count);
        if (!m->gone[i]) return error_memory(m->err);
    }
    for (int derived = 0; derived < 2; derived++)
        for (uint32_t i = 0; i < m->model->entity_count; i++)
            for (uint32_t k = 0; k < m->model->entities[i].field_count; k++) {
                const model_field *f = &m->model->entities[i].fields[k];
                bool made = f->kind == FIELD_TEXT || f->kind == FIELD_COUNT || f->kind == FIELD_FOLLOW ||
                            f->kind == FIELD_PICK;
                if (made == (derived == 1)) m->gone[i][k] = goes(m, f);
            }
    return true;
}

/* ---- what is of another type ----------------------------------------------------------------------------*/

/* Whether the database says that the field is never null; a view says nothing. */
static bool is_never_null(const merger *m, const model_field *f) {
    const catalogue_table *t = table_of(m, f->entity);
    model_columns one = {.at = {f->column}, .count = 1};
    const model_columns *columns = f->kind == FIELD_REF ? &f->path.hops[0].columns : &one;
    if (!t || t->view) return f->non_null;
    for (uint32_t i = 0; i < columns->count; i++) {
        const catalogue_column *c = catalogue_find_column(t, columns->at[i]->name);
        bool in_key = false;
        for (uint32_t k = 0; k < f->entity->key.count; k++) in_key |= f->entity->key.at[k] == columns->at[i];
        if (c && c->nullable && !in_key) return false;
    }
    return true;
}

/* The scalar that the column is to be read as now. */
static sheaf_scalar scalar_now(const merger *m, const model_field *f) {
    const catalogue_table *t = table_of(m, f->entity);
    const catalogue_column *c = t ? catalogue_find_column(t, f->column->name) : NULL;
    const import_column *column = imported(m, f);
    if (column && column->tied) return column->scalar;
    if (!c || binding_can_read(m->db, f->scalar, c->type)) return f->scalar;
    return column ? column->scalar : binding_natural(c->type);
}

/* The type's key or the table's, which needs no word. */
static bool is_lone_key(const model_column *column, const catalogue_table *t) {
    const model_columns *key = &column->entity->key;
    bool found = key->count == 1 && key->at[0] == column;
    for (size_t i = 0; i < t->index_count; i++)
        found |= t->indexes[i].primary && t->indexes[i].column_count == 1 &&
                 slice_equal(t->indexes[i].columns[0], column->name);
    return found;
}

/* As a unique index says; a view tells of none. */
static bool is_unique_now(const merger *m, const model_field *f) {
    const catalogue_table *t = table_of(m, f->entity);
    const import_column *c = imported(m, f);
    return !c || t->view || is_lone_key(f->column, t) ? f->unique : c->unique;
}

/* Takes @unique away, or puts it at the end. */
static bool adapt_unique(const merger *m, const model_field *f, syntax_field_definition *field) {
    if (f->kind != FIELD_COLUMN || is_unique_now(m, f) == f->unique) return true;
    const syntax_directives old = field->directives;
    syntax_directives directives = {.items = ARENA_ARRAY(m->im->memory, syntax_directive, old.count + 1)};
    if (!directives.items) return error_memory(m->err);
    for (size_t i = 0; i < old.count; i++)
        if (!slice_is(old.items[i].name, "unique")) directives.items[directives.count++] = old.items[i];
    if (!f->unique) directives.items[directives.count++] = (syntax_directive){.name = SHEAF_SLICE("unique")};
    field->directives = directives;
    return true;
}

static bool adapt_type(const merger *m, const model_field *f, syntax_field_definition *field) {
    if (f->kind != FIELD_COLUMN && f->kind != FIELD_REF) return true;
    sheaf_scalar scalar = f->kind == FIELD_COLUMN ? scalar_now(m, f) : f->scalar;
    bool never_null = is_never_null(m, f);
    if (scalar == f->scalar && never_null == f->non_null) return true;
    syntax_type *type = ARENA_NEW(m->im->memory, syntax_type);
    if (!type) return error_memory(m->err);
    *type = *field->type;
    type->non_null = never_null;
    if (scalar != f->scalar) type->name = slice_of(scalar_name(scalar));
    field->type = type;
    return true;
}

/* ---- the model, changed ---------------------------------------------------------------------------------*/

static const syntax_definition *find_type(const syntax_document *document, sheaf_slice name) {
    for (size_t i = 0; i < document->definition_count; i++)
        if (document->definitions[i].kind == SYNTAX_OBJECT_TYPE &&
            slice_equal(document->definitions[i].name, name))
            return &document->definitions[i];
    return NULL;
}

/* Another key than the one that is gone is said by `more`, or by an ID that needs no word. */
static bool change_key(const merger *m, const model_entity *e, const syntax_definition *more,
                       syntax_definition *d) {
    const import_table *t = import_find_table(m->im, table_of(m, e));
    size_t added = more ? more->directives.count : 0;
    if (!t || t->old != e || !t->rekeyed) return true;
    syntax_directives all = {.items =
                                 ARENA_ARRAY(m->im->memory, syntax_directive, d->directives.count + added)};
    if (!all.items) return error_memory(m->err);
    for (size_t i = 0; i < d->directives.count; i++)
        if (!slice_is(d->directives.items[i].name, "key")) all.items[all.count++] = d->directives.items[i];
    for (size_t i = 0; i < added; i++) all.items[all.count++] = more->directives.items[i];
    d->directives = all;
    return true;
}

/* The fields of an entity that stay, and then those that `more` has. */
static bool merge_fields(const merger *m, const model_entity *e, const syntax_definition *more,
                         syntax_definition *d) {
    size_t added = more ? more->field_count : 0, count = 0;
    syntax_field_definition *fields =
        ARENA_ARRAY(m->im->memory, syntax_field_definition, d->field_count + added);
    if (!fields) return error_memory(m->err);
    for (size_t i = 0; i < d->field_count; i++) {
        const model_field *f = &e->fields[i]; /* the loader keeps their order */
        if (is_gone(m, f)) continue;
        fields[count] = d->fields[i];
        if (!adapt_type(m, f, &fields[count]) || !adapt_unique(m, f, &fields[count++])) return false;
    }
    for (size_t i = 0; i < added; i++) fields[count++] = more->fields[i];
    d->fields = fields;
    d->field_count = count;
    return true;
}

static bool merge(const merger *m, const syntax_document *additions, syntax_document *ret) {
    const syntax_document *old = m->model->document;
    syntax_definition *all =
        ARENA_ARRAY(m->im->memory, syntax_definition, old->definition_count + additions->definition_count);
    size_t count = 0;
    if (!all) return error_memory(m->err);
    for (size_t i = 0; i < old->definition_count; i++) {
        syntax_definition d = old->definitions[i];
        const model_entity *e = d.kind == SYNTAX_OBJECT_TYPE ? map_get(&m->model->by_name, d.name) : NULL;
        if (e && !table_of(m, e)) continue;
        const syntax_definition *more = e ? find_type(additions, d.name) : NULL;
        if (e && (!change_key(m, e, more, &d) || !merge_fields(m, e, more, &d))) return false;
        all[count++] = d;
    }
    for (size_t i = 0; i < additions->definition_count; i++)
        if (!find_type(old, additions->definitions[i].name)) all[count++] = additions->definitions[i];
    *ret = *old;
    ret->definitions = all;
    ret->definition_count = count;
    return true;
}

/* New entities, and the new fields of those that are there; there may be none. */
static bool read_additions(const merger *m, syntax_document **ret) {
    buffer text;
    bool ok = true;
    buffer_init(&text, m->im->memory->allocator);
    for (size_t i = 0; ok && i < m->im->table_count; i++) {
        const import_table *t = &m->im->tables[i];
        if (t->is_entity) ok = import_put_entity(m->im, t, !t->old, &text);
    }
    *ret = ARENA_NEW(m->im->memory, syntax_document);
    if (!ok || !*ret)
        ok = error_memory(m->err);
    else if (text.len)
        ok = lang_parse(m->im->memory, buffer_view(&text), "model.graphql", ret, m->err);
    buffer_free(&text);
    return ok;
}

bool import_merge(const import *im, buffer *before, buffer *after, sheaf_error *err) {
    merger m = {.im = im, .db = im->catalogue, .model = im->model, .err = err};
    syntax_document *additions, merged;
    if (!find_gone(&m) || !read_additions(&m, &additions) || !merge(&m, additions, &merged)) return false;
    lang_print(before, m.model->document);
    lang_print(after, &merged);
    return (!before->failed && !after->failed) || error_memory(err);
}
