/* import_names.c: names of entities and fields. Whoever comes first has the better name, and who comes first
 * is decided by names alone. */
#include "import.h"
#include "index.h"
#include "names.h"
#include "value.h"

#define NAMES_MAX 4 /* that are tried before a number is put to one */

/* The names to be tried, best first; ptr NULL: there was no memory. */
typedef struct candidates {
    sheaf_slice items[NAMES_MAX];
    size_t count;
} candidates;

static void propose(candidates *c, sheaf_slice name) {
    if (c->count < NAMES_MAX) c->items[c->count++] = name;
}

static bool put(import *im, map *names, sheaf_slice name) {
    return map_put(names, name, im, NULL) || error_memory(im->err);
}

static sheaf_slice numbered(const import *im, sheaf_slice name, unsigned number) {
    return arena_printf(im->memory, "%.*s_%u", SHEAF_SLICE_ARGS(name), number);
}

/* ---- entities -------------------------------------------------------------------------------------------*/

/* Names that are there already, or have another meaning. */
static bool reserve(import *im) {
    static const char *const roots[] = {"Query", "Mutation", "Subscription"};
    map_init(&im->types, im->memory);
    map_init(&im->roots, im->memory);
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (!put(im, &im->types, slice_of(roots[i]))) return false;
    for (int i = 0; i < SHEAF_SCALAR_COUNT; i++)
        if (!put(im, &im->types, slice_of(scalar_name((sheaf_scalar)i)))) return false;
    for (size_t i = 0; im->model && i < im->model->document->definition_count; i++) {
        const syntax_definition *d = &im->model->document->definitions[i];
        if (d->name.ptr && d->kind != SYNTAX_DIRECTIVE_DEFINITION && !put(im, &im->types, d->name))
            return false;
    }
    for (uint32_t i = 0; im->model && i < im->model->entity_count; i++) {
        const model_entity *e = &im->model->entities[i];
        if (!put(im, &im->roots, e->singular) || !put(im, &im->roots, e->plural) ||
            !put(im, &im->roots, e->count_name))
            return false;
    }
    return true;
}

/* The plural of a name, or where it has none, or it is taken, "news_list". */
static bool find_plural(import *im, const import_table *t, sheaf_slice singular, sheaf_slice *ret) {
    sheaf_slice own = name_words(im->memory, t->db->name, "table");
    sheaf_slice own_singular = own.ptr ? name_singular(im->memory, own) : own;
    sheaf_slice plural = name_plural(im->memory, singular);
    sheaf_slice list = arena_printf(im->memory, "%.*s_list", SHEAF_SLICE_ARGS(singular));
    if (!own_singular.ptr || !plural.ptr || !list.ptr) return error_memory(im->err);
    if (slice_equal(own_singular, singular) && !slice_equal(own, singular)) plural = own;
    for (int i = 0; i < 2; i++) {
        sheaf_slice name = i ? list : plural;
        sheaf_slice count = arena_printf(im->memory, "%.*s_count", SHEAF_SLICE_ARGS(name));
        if (!count.ptr) return error_memory(im->err);
        if (slice_equal(name, singular) || slice_equal(count, singular) || map_get(&im->roots, name) ||
            map_get(&im->roots, count))
            continue;
        *ret = name;
        return put(im, &im->roots, singular) && put(im, &im->roots, name) && put(im, &im->roots, count);
    }
    return true;
}

/* Takes the names made from these words, where none of them is taken: t->name.ptr is NULL otherwise. */
static bool try_words(import *im, import_table *t, sheaf_slice words) {
    sheaf_slice name = words.ptr ? name_pascal(im->memory, words) : words, plural = {NULL, 0};
    sheaf_slice singular = name.ptr ? slice_snake_case(im->memory, name) : name;
    if (!singular.ptr) return error_memory(im->err);
    if (map_get(&im->types, name) || map_get(&im->roots, singular)) return true;
    if (!find_plural(im, t, singular, &plural)) return false;
    if (!plural.ptr) return true;
    t->name = name;
    t->singular = singular;
    t->plural = plural;
    return put(im, &im->types, name);
}

static bool name_entity(import *im, import_table *t) {
    candidates c = {.count = 0};
    sheaf_slice words = name_words(im->memory, t->db->name, "table");
    sheaf_slice schema = name_words(im->memory, t->db->schema, "schema");
    sheaf_slice singular = words.ptr ? name_singular(im->memory, words) : words;
    if (!singular.ptr || !schema.ptr) return error_memory(im->err);
    propose(&c, singular);
    propose(&c, words);
    if (!slice_equal(t->db->schema, im->catalogue->default_schema))
        propose(&c,
                arena_printf(im->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(schema), SHEAF_SLICE_ARGS(singular)));
    propose(&c, arena_printf(im->memory, "%.*s_row", SHEAF_SLICE_ARGS(singular)));
    for (size_t i = 0; i < c.count && !t->name.ptr; i++)
        if (!try_words(im, t, c.items[i])) return false;
    for (unsigned i = 2; !t->name.ptr; i++)
        if (!try_words(im, t, numbered(im, c.items[c.count - 1], i))) return false;
    return true;
}

/* A table whose name is the entity's needs it most; then the default schema goes first. */
static bool rank_of(const import *im, const import_table *t, int *ret) {
    bool other = !slice_equal(t->db->schema, im->catalogue->default_schema);
    sheaf_slice words = name_words(im->memory, t->db->name, "table");
    sheaf_slice singular = words.ptr ? name_singular(im->memory, words) : words;
    sheaf_slice type = singular.ptr ? name_pascal(im->memory, singular) : singular;
    sheaf_slice root = type.ptr ? slice_snake_case(im->memory, type) : type;
    *ret = (slice_equal(root, t->db->name) ? 0 : 1) + (other ? 2 : 0);
    return root.ptr || error_memory(im->err);
}

static bool name_entities(import *im) {
    if (!reserve(im)) return false;
    for (int rank = 0; rank < 4; rank++)
        for (size_t i = 0; i < im->table_count; i++) {
            import_table *t = &im->tables[i];
            int own = 0;
            if (!t->is_entity || t->old) continue;
            if (!rank_of(im, t, &own) || (own == rank && !name_entity(im, t))) return false;
        }
    for (size_t i = 0; i < im->table_count; i++) {
        import_table *t = &im->tables[i];
        if (!t->old) continue;
        t->name = t->old->name;
        t->singular = t->old->singular;
        t->plural = t->old->plural;
    }
    return true;
}

/* ---- fields ---------------------------------------------------------------------------------------------*/

static bool take_field(import *im, import_table *t, const candidates *c, sheaf_slice *ret) {
    sheaf_slice found = {NULL, 0};
    for (size_t i = 0; i < c->count && !found.ptr; i++) {
        if (!c->items[i].ptr) return error_memory(im->err);
        if (name_is_field(c->items[i]) && !map_get(&t->names, c->items[i])) found = c->items[i];
    }
    for (unsigned number = 2; !found.ptr; number++) {
        sheaf_slice name = numbered(im, c->items[0], number);
        if (!name.ptr) return error_memory(im->err);
        if (!map_get(&t->names, name)) found = name;
    }
    *ret = found;
    return put(im, &t->names, found);
}

static bool reserve_old_fields(import *im, import_table *t) {
    for (uint32_t i = 0; t->old && i < t->old->field_count; i++)
        if (!put(im, &t->names, t->old->fields[i].name)) return false;
    return true;
}

/* ---- attributes -----------------------------------------------------------------------------------------*/

static const model_field *old_attribute(const import_column *c) {
    const model_entity *e = c->old ? c->old->entity : NULL;
    for (uint32_t i = 0; e && i < e->field_count; i++)
        if (e->fields[i].column == c->old) return &e->fields[i];
    return NULL;
}

/* A person's attribute beside a reference of the same scalar stays. */
static bool stays(const import_column *c) {
    const model_field *old = old_attribute(c);
    return old && old->scalar == c->scalar;
}

static void replace_columns(import_table *t) {
    for (size_t i = 0; i < t->reference_count; i++) {
        const import_reference *r = &t->references[i];
        if (r->count == 1 && !r->columns[0]->in_key && !stays(r->columns[0])) r->columns[0]->replaced = true;
    }
}

static bool has_attribute(const import *im, const import_table *t, const import_column *c) {
    bool untyped = import_is_untyped(im->catalogue, c->db) && !c->tied;
    return t->is_entity && c->usable && !c->replaced && !untyped;
}

static int by_name(const import_column *a, const import_column *b) {
    return slice_compare(a->db->name, b->db->name);
}

/* The first column behind `last`, in the order of names, that has no field yet. */
static import_column *next_unnamed(const import *im, import_table *t, const import_column *last) {
    import_column *found = NULL;
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i];
        if (c->field.ptr || !has_attribute(im, t, c) || (last && by_name(c, last) <= 0)) continue;
        if (!found || by_name(c, found) < 0) found = c;
    }
    return found;
}

/* Those that keep their names go first. */
static bool name_attributes(import *im, import_table *t) {
    replace_columns(t);
    for (size_t i = 0; i < t->column_count; i++) {
        import_column *c = &t->columns[i];
        const model_field *old = old_attribute(c);
        if (!has_attribute(im, t, c)) continue;
        if (old)
            c->field = old->name;
        else if (name_is_field(c->db->name) && !c->held && !map_get(&t->names, c->db->name)) {
            c->field = c->db->name;
            if (!put(im, &t->names, c->field)) return false;
        }
    }
    for (import_column *c = next_unnamed(im, t, NULL); c; c = next_unnamed(im, t, c)) {
        candidates names = {.count = 0};
        if (c->held) continue; /* a reference of the person's does */
        propose(&names, name_field(im->memory, c->db->name));
        if (!take_field(im, t, &names, &c->field)) return false;
    }
    return true;
}

/* ---- references -----------------------------------------------------------------------------------------*/

static bool is_over(const model_field *f, const import_reference *r) {
    const model_columns *columns = &f->path.hops[0].columns;
    if (columns->count != r->count) return false;
    for (uint32_t i = 0; i < r->count; i++)
        if (columns->at[i] != r->columns[i]->old) return false;
    return true;
}

static bool is_old_reference(const import_reference *r, const model_field *f) {
    return f->kind == FIELD_REF && f->target == r->to->old && is_over(f, r);
}

static size_t references_with(const import_table *t, const import_column *column) {
    size_t count = 0;
    for (size_t i = 0; i < t->reference_count; i++)
        for (uint32_t k = 0; k < t->references[i].count; k++) count += t->references[i].columns[k] == column;
    return count;
}

/* The column that tells one reference from another: the only one, or the only one that no other shares. */
static const import_column *telling_column(const import_table *t, const import_reference *r) {
    const import_column *found = NULL;
    if (r->count == 1) return r->columns[0];
    for (uint32_t i = 0; i < r->count; i++) {
        if (references_with(t, r->columns[i]) > 1) continue;
        if (found) return NULL;
        found = r->columns[i];
    }
    return found;
}

static bool name_reference_of(import *im, import_table *t, import_reference *r) {
    const import_column *telling = telling_column(t, r);
    candidates c = {.count = 0};
    sheaf_slice target = r->to->singular;
    sheaf_slice name = telling ? name_reference(im->memory, telling->db->name) : target;
    if (!name.ptr) return error_memory(im->err);
    if (!name.len) name = target;
    propose(&c, name);
    propose(&c, arena_printf(im->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(name), SHEAF_SLICE_ARGS(target)));
    propose(&c, arena_printf(im->memory, "%.*s_ref", SHEAF_SLICE_ARGS(name)));
    return take_field(im, t, &c, &r->name);
}

static bool name_references(import *im, import_table *t) {
    for (size_t i = 0; i < t->reference_count; i++) {
        import_reference *r = &t->references[i];
        for (uint32_t k = 0; t->old && k < t->old->field_count && !r->old; k++)
            if (is_old_reference(r, &t->old->fields[k])) r->old = &t->old->fields[k];
        if (r->old)
            r->name = r->old->name;
        else if (!name_reference_of(im, t, r))
            return false;
    }
    return true;
}

/* ---- backs ----------------------------------------------------------------------------------------------*/

static import_list *add_list(import *im, import_table *t, import_list list) {
    import_list *slot = ARENA_PUSH(im->memory, &t->lists);
    if (slot)
        *slot = list;
    else
        error_memory(im->err);
    return slot;
}

static bool is_old_back(const import_reference *r, const model_field *f) {
    return f->kind == FIELD_MANY && f->target == r->from->old && is_over(f, r);
}

static bool is_only_one(const import_reference *r) {
    size_t count = 0;
    for (size_t i = 0; i < r->from->reference_count; i++) count += r->from->references[i].to == r->to;
    return count == 1 && r->from != r->to;
}

/* An index finds the rows that the reference leads here from. */
static bool is_indexed(const import_reference *r) {
    index_need need = {.table = r->from->db, .count = r->count};
    for (uint32_t i = 0; i < r->count; i++) need.columns[i] = r->columns[i]->db->name;
    return index_is_there(&need);
}

/* A pick over a list at the back of the reference. */
static const model_field *find_old_one(const import_reference *r) {
    const model_entity *e = r->to->old;
    for (uint32_t i = 0; e && i < e->field_count; i++) {
        const model_path *path = &e->fields[i].path;
        if (e->fields[i].kind == FIELD_PICK && path->count == 1 && is_old_back(r, path->hops[0].field))
            return &e->fields[i];
    }
    return NULL;
}

/* The one row that a unique reference leads back to: "profile", beside the list "profiles". */
static bool add_one(import *im, const import_reference *r, sheaf_slice many) {
    candidates c = {.count = 0};
    const model_field *old = find_old_one(r);
    import_list *list =
        add_list(im, r->to, (import_list){IMPORT_ONE, .target = r->from, .by = r, .many = many, .old = old});
    sheaf_slice singular = r->from->singular;
    if (!list) return false;
    list->indexed = true;
    if (old) {
        list->name = old->name;
        return true;
    }
    if (is_only_one(r)) propose(&c, singular);
    propose(&c, arena_printf(im->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(r->name), SHEAF_SLICE_ARGS(singular)));
    return take_field(im, r->to, &c, &list->name);
}

/* A reference that the model has without its back had one, which a person took out. */
static bool add_back(import *im, const import_reference *r) {
    import_table *to = r->to;
    candidates c = {.count = 0};
    const model_field *old = NULL;
    for (uint32_t i = 0; to->old && i < to->old->field_count && !old; i++)
        if (is_old_back(r, &to->old->fields[i])) old = &to->old->fields[i];
    if (r->old && !old) return true;
    import_list *list = add_list(im, to, (import_list){IMPORT_MANY, .target = r->from, .by = r, .old = old});
    if (!list) return false;
    list->indexed = is_indexed(r);
    if (is_only_one(r)) propose(&c, r->from->plural);
    if (r->from == to && slice_is(r->name, "parent")) propose(&c, SHEAF_SLICE("children"));
    propose(&c, arena_printf(im->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(r->name),
                             SHEAF_SLICE_ARGS(r->from->plural)));
    if (old)
        list->name = old->name;
    else if (!take_field(im, to, &c, &list->name))
        return false;
    return !r->unique || r->from == to || add_one(im, r, list->name);
}

/* ---- link tables ----------------------------------------------------------------------------------------*/

static bool same_names(const sheaf_slice *names, const import_reference *r) {
    for (uint32_t i = 0; i < r->count; i++)
        if (!slice_equal(names[i], r->columns[i]->db->name)) return false;
    return true;
}

static const model_field *old_through(const import *im, const import_reference *by,
                                      const import_reference *other) {
    const model_entity *e = by->to->old;
    for (uint32_t i = 0; e && i < e->field_count; i++) {
        const model_hop *hop = e->fields[i].kind == FIELD_THROUGH ? &e->fields[i].path.hops[0] : NULL;
        if (hop && catalogue_find_table(im->catalogue, hop->to->schema, hop->to->table) == other->to->db &&
            catalogue_find_table(im->catalogue, hop->link_schema, hop->link_table) == by->from->db &&
            same_names(hop->link_from, by) && same_names(hop->link_to, other))
            return &e->fields[i];
    }
    return NULL;
}

/* What the model knows of the link without this was taken out by a person. */
static bool was_taken_out(const import *im, const import_reference *by, const import_reference *other) {
    return (by->old && other->old) || old_through(im, other, by);
}

static bool add_through(import *im, const import_reference *by, const import_reference *other) {
    candidates c = {.count = 0};
    const model_field *old = old_through(im, by, other);
    if (!old && was_taken_out(im, by, other)) return true;
    import_list *list = add_list(
        im, by->to, (import_list){IMPORT_THROUGH, .target = other->to, .by = by, .other = other, .old = old});
    sheaf_slice plural = name_plural(im->memory, other->name);
    sheaf_slice words = name_words(im->memory, by->from->db->name, "link");
    if (!list) return false;
    if (!plural.ptr || !words.ptr) return error_memory(im->err);
    list->indexed = is_indexed(by);
    if (old) {
        list->name = old->name;
        return true;
    }
    propose(&c, plural);
    propose(&c, arena_printf(im->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(words), SHEAF_SLICE_ARGS(plural)));
    return take_field(im, by->to, &c, &list->name);
}

/* "schema.table" is cut at the first point. */
static bool can_name_link(const import_table *t) {
    return !memchr(t->db->schema.ptr, '.', t->db->schema.len);
}

static bool name_lists(import *im) {
    for (size_t i = 0; i < im->table_count; i++)
        for (size_t j = 0; im->tables[i].is_entity && j < im->tables[i].reference_count; j++)
            if (!add_back(im, &im->tables[i].references[j])) return false;
    for (size_t i = 0; i < im->table_count; i++) {
        const import_reference *r = im->tables[i].references;
        if (!im->tables[i].is_link || !can_name_link(&im->tables[i])) continue;
        if (!add_through(im, &r[0], &r[1]) || !add_through(im, &r[1], &r[0])) return false;
    }
    return true;
}

/* ---- arrays of keys -------------------------------------------------------------------------------------*/

/* The part of "bigint[]" before the brackets; ptr NULL: the column is no array. */
static sheaf_slice element_type(const catalogue_column *c) {
    sheaf_slice element = c->declared;
    if (!slice_ends_with(element, SHEAF_SLICE("[]"))) return (sheaf_slice){NULL, 0};
    while (slice_ends_with(element, SHEAF_SLICE("[]"))) element.len -= 2;
    return element;
}

static bool holds_keys_of(const import *im, sheaf_slice element, const import_table *t) {
    static const char *const integers[] = {"smallint", "integer", "bigint"};
    bool is_integer = false;
    if (!t->is_entity || t->key_count != 1) return false;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        is_integer |= slice_is(element, integers[i]);
    if (import_key_kind_of(im->catalogue, t->key[0]->db) == IMPORT_INTEGER_KEY) return is_integer;
    return slice_equal(element, t->key[0]->db->declared);
}

static const import_table *table_of_keys(const import *im, sheaf_slice singular, sheaf_slice element) {
    for (size_t i = 0; i < im->table_count; i++)
        if (slice_equal(im->tables[i].singular, singular) && holds_keys_of(im, element, &im->tables[i]))
            return &im->tables[i];
    return NULL;
}

/* "tag_ids", "tag_id" and "tags" hold keys of Tag; "related_tag_ids", too, where there is no RelatedTag. */
static bool find_array(import *im, import_table *t, import_column *c) {
    sheaf_slice element = element_type(c->db);
    if (!element.ptr || !c->field.ptr || c->held) return true;
    sheaf_slice one = name_singular(im->memory, c->words);
    sheaf_slice name = one.ptr ? name_reference(im->memory, one) : one;
    sheaf_slice what = name.ptr ? name_singular(im->memory, name) : name;
    if (!what.ptr) return error_memory(im->err);
    const import_table *other = table_of_keys(im, what, element);
    sheaf_slice rest = slice_ends_with(one, SHEAF_SLICE("_id")) ? what : (sheaf_slice){NULL, 0};
    while (!other && rest.ptr) {
        slice_cut(rest, '_', &rest);
        if (rest.ptr) other = table_of_keys(im, rest, element);
    }
    if (!other) return true;
    import_note *note = ARENA_PUSH(im->memory, &im->arrays);
    if (!note) return error_memory(im->err);
    note->where = import_where(im, t, c->db->name);
    note->text = arena_printf(im->memory, "an array of keys of %.*s", SHEAF_SLICE_ARGS(other->name));
    c->remark = arena_printf(im->memory,
                             "An array of keys of %.*s, read as text: with a link table it would be a "
                             "relation, by @through.",
                             SHEAF_SLICE_ARGS(other->name));
    return (note->where.ptr && note->text.ptr && c->remark.ptr) || error_memory(im->err);
}

bool import_name_all(import *im) {
    if (!name_entities(im)) return false;
    for (size_t i = 0; i < im->table_count; i++) {
        import_table *t = &im->tables[i];
        if (!reserve_old_fields(im, t) || !name_attributes(im, t) || !name_references(im, t)) return false;
    }
    if (!name_lists(im)) return false;
    for (size_t i = 0; i < im->table_count; i++)
        for (size_t j = 0; j < im->tables[i].column_count; j++)
            if (!find_array(im, &im->tables[i], &im->tables[i].columns[j])) return false;
    return true;
}
