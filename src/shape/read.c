#include "read.h"

/* One response key of a selection set, with every place where it is selected. */
typedef struct selected {
    sheaf_slice key;
    occurrence first, *last;
    struct selected *next;
} selected;

typedef struct selected_set {
    const model_entity *entity; /* NULL: the root */
    map by_key;
    selected *first, **end;
    uint32_t count;
} selected_set;

static bool count_field(reader *r, const syntax_selection *s, const syntax_document *document,
                        sheaf_error *err) {
    if (++r->fields <= r->set->limits.fields_max) return true;
    return lang_error(err, SHEAF_E_LIMIT, document, s->place,
                      "more than %u selections in one query, with its fragments expanded",
                      r->set->limits.fields_max);
}

static bool add_occurrence(reader *r, selected_set *set, const syntax_selection *s,
                           const syntax_document *document, sheaf_error *err) {
    sheaf_slice key = s->alias.ptr ? s->alias : s->name;
    selected *entry = map_get(&set->by_key, key);
    if (entry) {
        occurrence *o = ARENA_NEW(&r->scratch, occurrence);
        if (!o) return error_memory(err);
        *o = (occurrence){s, document, NULL};
        entry->last->next = o;
        entry->last = o;
        return true;
    }
    entry = ARENA_NEW(&r->scratch, selected);
    if (!entry || !map_put(&set->by_key, key, entry, NULL)) return error_memory(err);
    *entry = (selected){.key = key, .first = {s, document, NULL}};
    entry->last = &entry->first;
    *set->end = entry;
    set->end = &entry->next;
    set->count++;
    return true;
}

static bool check_type(const selected_set *set, sheaf_slice type, const syntax_selection *s,
                       const syntax_document *document, sheaf_error *err) {
    if (!type.ptr || (set->entity && slice_equal(type, set->entity->name))) return true;
    if (!set->entity)
        return lang_error(err, SHEAF_E_SHAPE, document, s->place,
                          "a fragment stands within a root field, not beside one");
    return lang_error(err, SHEAF_E_SHAPE, document, s->place, "a fragment on %.*s cannot stand in %.*s",
                      SHEAF_SLICE_ARGS(type), SHEAF_SLICE_ARGS(set->entity->name));
}

/* Expands fragments, at most SHAPE_DEPTH_CAP within each other, and gathers the fields by their keys. */
static bool collect(reader *r, selected_set *set, const syntax_selection *selections, size_t count,
                    const syntax_document *document, int depth, sheaf_error *err) {
    for (size_t i = 0; i < count; i++) {
        const syntax_selection *s = &selections[i];
        if (!count_field(r, s, document, err)) return false;
        if (s->kind == SYNTAX_FIELD) {
            if (!add_occurrence(r, set, s, document, err)) return false;
            continue;
        }
        if (depth == SHAPE_DEPTH_CAP)
            return lang_error(err, SHEAF_E_LIMIT, document, s->place,
                              "fragments stand within fragments more than %d deep", SHAPE_DEPTH_CAP);
        if (!directives_refuse(&s->directives, document, "a fragment", err)) return false;
        if (s->kind == SYNTAX_INLINE) {
            if (!check_type(set, s->type_condition, s, document, err) ||
                !collect(r, set, s->selections, s->selection_count, document, depth + 1, err))
                return false;
            continue;
        }
        fragment *f = fragment_find(r, s, document, err);
        if (!f || !check_type(set, f->entity->name, s, document, err)) return false;
        f->used = true;
        if (!collect(r, set, f->definition->selections, f->definition->selection_count, f->document,
                     depth + 1, err))
            return false;
    }
    return true;
}

static bool resolve_root(const reader *r, const occurrence *at, shape_node *node, sheaf_error *err) {
    sheaf_slice name = at->selection->name;
    const sheaf_model *model = r->set->model;
    node->entity = map_get(&model->by_root, name);
    if (!node->entity)
        return lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place,
                          "unknown root field '%.*s'%s", SHEAF_SLICE_ARGS(name),
                          model_suggest_root(model, name).text);
    node->kind = slice_equal(name, node->entity->plural)     ? SHAPE_MANY
                 : slice_equal(name, node->entity->singular) ? SHAPE_ONE
                                                             : SHAPE_COUNT;
    return true;
}

/* `_cursor` needs an order to stand in. A fragment on its own may still be spread into a list. */
static bool resolve_cursor(const occurrence *at, const shape_node *parent, shape_node *node,
                           sheaf_error *err) {
    node->kind = SHAPE_CURSOR;
    if (!parent || parent->kind == SHAPE_MANY) return true;
    return lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place,
                      "'_cursor' stands in lists, and '%.*s' is one row", SHEAF_SLICE_ARGS(parent->key));
}

/* What the selection names: `node` gets its kind, field and entity. */
static bool resolve(const reader *r, const occurrence *at, const model_entity *entity,
                    const shape_node *parent, shape_node *node, sheaf_error *err) {
    sheaf_slice name = at->selection->name;
    if (!entity) return resolve_root(r, at, node, err);
    if (slice_is(name, "_cursor")) return resolve_cursor(at, parent, node, err);
    if (slice_is(name, "__typename")) {
        node->kind = SHAPE_TYPENAME;
        return true;
    }
    const model_field *f = model_field_named(entity, name);
    if (!f)
        return lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place,
                          "'%.*s' has no field '%.*s'%s", SHEAF_SLICE_ARGS(entity->name),
                          SHEAF_SLICE_ARGS(name), model_suggest_field(entity, name).text);
    node->field = f;
    node->kind = SHAPE_VALUE;
    if (field_is_relation(f->kind)) {
        node->entity = f->target;
        node->kind = f->list ? SHAPE_MANY : SHAPE_ONE;
    }
    return true;
}

static bool has_children(const shape_node *node) {
    return node->kind == SHAPE_ONE || node->kind == SHAPE_MANY;
}

static bool check_selections(const occurrence *at, const shape_node *node, sheaf_error *err) {
    const syntax_selection *s = at->selection;
    if (has_children(node) == (s->selection_count > 0)) return true;
    if (has_children(node))
        return lang_error(err, SHEAF_E_SHAPE, at->document, s->place,
                          "'%.*s' is %s of %.*s: say what of it is needed, in { }", SHEAF_SLICE_ARGS(s->name),
                          node->kind == SHAPE_MANY ? "a list" : "a row",
                          SHEAF_SLICE_ARGS(node->entity->name));
    return lang_error(err, SHEAF_E_SHAPE, at->document, s->place,
                      "'%.*s' is a single value, and nothing can be selected of it",
                      SHEAF_SLICE_ARGS(s->name));
}

/* The same key, selected again, must say the same; what it selects within is merged. */
static bool check_same(const shape_node *node, const occurrence *first, const occurrence *other,
                       sheaf_error *err) {
    const syntax_selection *a = first->selection, *b = other->selection;
    shape_node again = {0};
    if (!directives_read_field(other, &again, err)) return false;
    if (slice_equal(a->name, b->name) &&
        arguments_equal(a->arguments, a->argument_count, b->arguments, b->argument_count) &&
        again.required == node->required && again.values == node->values && again.columns == node->columns)
        return check_selections(other, node, err);
    return lang_error(err, SHEAF_E_SHAPE, other->document, b->place,
                      "'%.*s' stands for something else at %s:%u:%u: give one of the two an alias",
                      SHEAF_SLICE_ARGS(node->key), first->document->file, a->place.line, a->place.column);
}

/* @required, @values and @columns, once the children are known. */
static bool check_directives(const occurrence *at, const shape_node *node, sheaf_error *err) {
    const char *wrong = NULL;
    if (node->required && (node->kind == SHAPE_COUNT || node->field))
        wrong = "@required stands on a row or a list at the root: without it there is no page";
    else if (node->values && node->columns)
        wrong = "@values and @columns exclude each other";
    else if ((node->values || node->columns) && node->kind != SHAPE_MANY)
        wrong = "@values and @columns stand on lists";
    else if (node->values && (node->child_count != 1 || node->children[0].kind != SHAPE_VALUE))
        wrong = "@values takes a list that selects exactly one attribute";
    for (uint32_t i = 0; !wrong && node->columns && i < node->child_count; i++)
        if (node->children[i].kind != SHAPE_VALUE)
            wrong = "@columns takes a list that selects attributes alone";
    return !wrong || lang_error(err, SHEAF_E_SHAPE, at->document, at->selection->place, "%s", wrong);
}

static bool count_group(reader *r, const occurrence *at, const shape_node *node, uint32_t depth,
                        sheaf_error *err) {
    const sheaf_shape_limits *limits = &r->set->limits;
    if (++r->groups > limits->groups_max)
        return lang_error(err, SHEAF_E_LIMIT, at->document, at->selection->place,
                          "more than %u roots and relations in one query", limits->groups_max);
    if (depth > limits->depth_max)
        return lang_error(err, SHEAF_E_LIMIT, at->document, at->selection->place,
                          "relations within relations more than %u deep", limits->depth_max);
    if (r->shape && node->kind != SHAPE_COUNT) r->shape->group_count++;
    return true;
}

static bool read_set(reader *r, selected_set *set, shape_node *parent, uint32_t depth, shape_node **ret,
                     uint32_t *ret_count, sheaf_error *err);

static void set_init(selected_set *set, const model_entity *entity, arena *memory) {
    *set = (selected_set){.entity = entity};
    map_init(&set->by_key, memory);
    set->end = &set->first;
}

static bool read_children(reader *r, const occurrence *first, shape_node *node, uint32_t depth,
                          sheaf_error *err) {
    selected_set set;
    set_init(&set, node->entity, &r->scratch);
    for (const occurrence *o = first; o; o = o->next)
        if (!collect(r, &set, o->selection->selections, o->selection->selection_count, o->document, 0, err))
            return false;
    return read_set(r, &set, node, depth + 1, &node->children, &node->child_count, err);
}

/* What every page would otherwise write anew. Response keys are GraphQL names, so nothing needs escaping. */
static bool describe(reader *r, shape_node *node) {
    arena *memory = &r->set->memory;
    node->json_key =
        arena_printf(memory, ",\"%.*s\":%*s", SHEAF_SLICE_ARGS(node->key), SHAPE_KEY_PADDING, "");
    node->json_key.len -= node->json_key.ptr ? SHAPE_KEY_PADDING : 0;
    node->where_made = arena_printf(memory, "%s:%u", node->document->file, node->place.line).ptr;
    return node->json_key.ptr && node->where_made;
}

static bool read_node(reader *r, const selected *entry, const model_entity *entity, shape_node *parent,
                      uint32_t depth, shape_node *node, sheaf_error *err) {
    const occurrence *first = &entry->first;
    node->key = entry->key;
    node->place = first->selection->place;
    node->document = first->document;
    if (!describe(r, node)) return error_memory(err);
    if (!resolve(r, first, entity, parent, node, err) || !check_selections(first, node, err) ||
        !directives_read_field(first, node, err) || !arguments_read(r, first, node, err))
        return false;
    for (const occurrence *o = first->next; o; o = o->next)
        if (!check_same(node, first, o, err)) return false;
    if (node->entity && !count_group(r, first, node, depth, err)) return false;
    if (has_children(node) && !read_children(r, first, node, depth, err)) return false;
    return check_directives(first, node, err);
}

/* `depth` is that of the set: 0 at the roots, so that it counts relations; it caps this recursion. */
static bool read_set(reader *r, selected_set *set, shape_node *parent, uint32_t depth, shape_node **ret,
                     uint32_t *ret_count, sheaf_error *err) {
    shape_node *nodes = ARENA_ARRAY(&r->set->memory, shape_node, set->count);
    if (!nodes) return error_memory(err);
    uint32_t i = 0;
    for (const selected *entry = set->first; entry; entry = entry->next)
        if (!read_node(r, entry, set->entity, parent, depth, &nodes[i++], err)) return false;
    *ret = nodes;
    *ret_count = set->count;
    return true;
}

bool selections_read_operation(reader *r, sheaf_error *err) {
    sheaf_shape *shape = r->shape;
    const syntax_definition *d = shape->definition;
    selected_set set;
    set_init(&set, NULL, &r->scratch);
    r->fields = r->groups = 0;
    return collect(r, &set, d->selections, d->selection_count, shape->document, 0, err) &&
           read_set(r, &set, NULL, 0, &shape->roots, &shape->root_count, err);
}

bool selections_check_fragment(reader *r, const fragment *f, sheaf_error *err) {
    selected_set set;
    shape_node *nodes = NULL;
    uint32_t count = 0;
    set_init(&set, f->entity, &r->scratch);
    r->fields = r->groups = 0;
    return collect(r, &set, f->definition->selections, f->definition->selection_count, f->document, 0, err) &&
           read_set(r, &set, NULL, 0, &nodes, &count, err);
}
