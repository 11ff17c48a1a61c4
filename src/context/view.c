/* The tables of generated structs held against the checked shape: what does each member show? The tables come
 * with the documents that they were made from, so what does not fit is told as code that must be generated
 * anew, never found out by a page. */
#include "../model/value.h"
#include "compiled.h"

enum { FRAGMENTS_DEEP = 64 };

typedef struct resolver {
    const sheaf_db *db;
    const sheaf_compiled *compiled;
    arena *memory;
    view_set *set;
    sheaf_error *err;
} resolver;

/* Where members are looked for: the children of a node, or the roots. */
typedef struct scope {
    const shape_node *nodes;
    uint32_t count;
    uint32_t first; /* index of the first group among `nodes`, as page.c numbers them */
} scope;

static bool stale(const resolver *r, const sheaf_struct *type, const sheaf_member *m, const char *what) {
    return error_set(r->err, SHEAF_E_CHANGED, "query '%s': %s.%s %s: run `sheaf gen` again, and compile",
                     r->compiled->name, type->name, m->key, what);
}

/* ---- Nodes ----------------------------------------------------------------------------------------------*/

static bool is_group(const shape_node *node) {
    return node->kind == SHAPE_ONE || node->kind == SHAPE_MANY || node->kind == SHAPE_COUNT;
}

/* Groups of a node and below. Depth is bounded by the shape's. */
static uint32_t groups_of(const shape_node *node) {
    uint32_t count = is_group(node);
    for (uint32_t i = 0; i < node->child_count; i++) count += groups_of(&node->children[i]);
    return count;
}

static const shape_node *find(const scope *s, const char *key, uint32_t *ret_group) {
    uint32_t group = s->first;
    for (uint32_t i = 0; i < s->count; i++) {
        if (slice_is(s->nodes[i].key, key)) {
            *ret_group = group;
            return &s->nodes[i];
        }
        group += groups_of(&s->nodes[i]);
    }
    return NULL;
}

/* ---- Members --------------------------------------------------------------------------------------------*/

static uint32_t size_of(const sheaf_member *m) {
    switch (m->kind) {
    case SHEAF_MEMBER_BOOL: return sizeof(bool);
    case SHEAF_MEMBER_TEXT: return sizeof(sheaf_slice);
    case SHEAF_MEMBER_FRAGMENT: return m->type ? m->type->size : UINT32_MAX;
    default: return sizeof(int64_t);
    }
}

static bool lies_within(const sheaf_struct *type, uint32_t at, uint32_t size, uint32_t align) {
    return size <= type->size && at <= type->size - size && at % align == 0;
}

static bool check_place(const resolver *r, const sheaf_struct *type, const sheaf_member *m) {
    bool rows = m->kind == SHEAF_MEMBER_ONE || m->kind == SHEAF_MEMBER_MANY;
    bool ok = m->kind <= SHEAF_MEMBER_FRAGMENT && (!rows || m->type) &&
              lies_within(type, m->at, size_of(m), m->kind == SHEAF_MEMBER_BOOL ? 1 : 8) &&
              (m->has_at == SHEAF_MEMBER_NOT_THERE || lies_within(type, m->has_at, sizeof(bool), 1)) &&
              (m->kind != SHEAF_MEMBER_MANY || lies_within(type, m->count_at, sizeof(size_t), 8));
    return ok || stale(r, type, m, "lies outside of its struct");
}

static sheaf_member_kind member_kind(const resolver *r, const model_field *field) {
    bool text = scalar_kind(field->scalar) == SHEAF_KIND_TEXT ||
                (field->kind == FIELD_COLUMN && bound(r->db->binding, field->column)->text);
    return field->scalar == SHEAF_BOOLEAN ? SHEAF_MEMBER_BOOL
           : text                         ? SHEAF_MEMBER_TEXT
           : field->scalar == SHEAF_FLOAT ? SHEAF_MEMBER_FLOAT
                                          : SHEAF_MEMBER_INT;
}

static bool other_id(const resolver *r, const model_field *field, bool text) {
    return error_set(r->err, SHEAF_E_CATALOGUE,
                     "query '%s': %.*s.%.*s is %s in the database, and %s in the generated code: generate it "
                     "%s `sheaf gen --text-id %.*s`",
                     r->compiled->name, SHEAF_SLICE_ARGS(field->entity->name), SHEAF_SLICE_ARGS(field->name),
                     text ? "text" : "a number", text ? "a number" : "text", text ? "with" : "without",
                     SHEAF_SLICE_ARGS(field->entity->name));
}

static bool check_value(const resolver *r, const sheaf_struct *type, const sheaf_member *m,
                        const model_field *field) {
    sheaf_member_kind wanted = member_kind(r, field);
    if (m->kind != wanted && field->scalar == SHEAF_ID &&
        (m->kind == SHEAF_MEMBER_INT || m->kind == SHEAF_MEMBER_TEXT))
        return other_id(r, field, wanted == SHEAF_MEMBER_TEXT);
    if (m->kind != wanted) return stale(r, type, m, "is held in another way by the model");
    return field->non_null || m->has_at != SHEAF_MEMBER_NOT_THERE ||
           stale(r, type, m, "may be NULL, and the struct cannot say so");
}

static bool show(resolver *r, const shape_node *node, uint32_t group, const sheaf_struct *type,
                 const view **ret);

static bool resolve(resolver *r, const scope *s, const sheaf_struct *type, const sheaf_member *m,
                    view_member *to) {
    const shape_node *node = find(s, m->key, &to->group);
    if (!node) return stale(r, type, m, "is not selected by the query");
    sheaf_member_kind wanted = SHEAF_MEMBER_TEXT;
    switch (node->kind) {
    case SHAPE_VALUE:
        to->source = VIEW_VALUE;
        to->field = node->field;
        return check_value(r, type, m, node->field);
    case SHAPE_CURSOR: to->source = VIEW_CURSOR; break;
    case SHAPE_TYPENAME: to->source = VIEW_TYPENAME; break;
    case SHAPE_ONE: wanted = SHEAF_MEMBER_ONE; break;
    case SHAPE_MANY: wanted = SHEAF_MEMBER_MANY; break;
    case SHAPE_COUNT: wanted = SHEAF_MEMBER_INT; break;
    }
    if (m->kind != wanted) return stale(r, type, m, "is of another kind in the query");
    if (!is_group(node)) return true;
    to->source = VIEW_GROUP;
    return node->kind == SHAPE_COUNT || show(r, node, to->group, m->type, &to->shows);
}

/* The members of a struct that lies at `base` in the view's. Depth is bounded by FRAGMENTS_DEEP. */
static bool add_members(resolver *r, view *v, const scope *s, const sheaf_struct *type, uint32_t base,
                        int depth) {
    for (uint32_t i = 0; i < type->member_count; i++) {
        const sheaf_member *m = &type->members[i];
        if (!check_place(r, type, m)) return false;
        if (m->kind == SHEAF_MEMBER_FRAGMENT) {
            if (depth == FRAGMENTS_DEEP) return stale(r, type, m, "lies in too many fragments");
            if (!add_members(r, v, s, m->type, base + m->at, depth + 1)) return false;
            continue;
        }
        view_member to = {
            .kind = m->kind, .at = base + m->at, .has_at = m->has_at, .count_at = base + m->count_at};
        if (to.has_at != SHEAF_MEMBER_NOT_THERE) to.has_at += base;
        if (!resolve(r, s, type, m, &to)) return false;
        view_member *slot = ARENA_PUSH(r->memory, &v->members);
        if (!slot) return error_memory(r->err);
        *slot = to;
        v->has_cursor = v->has_cursor || to.source == VIEW_CURSOR;
    }
    return true;
}

/* The view of this type of the node's rows; the members of a type are read once for each node. Depth is
 * bounded by the shape's. */
static bool show(resolver *r, const shape_node *node, uint32_t group, const sheaf_struct *type,
                 const view **ret) {
    view_list *list = &r->set->of_group[group];
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->type == type) {
            *ret = list->items[i];
            return true;
        }
    view *v = ARENA_NEW(r->memory, view);
    view **slot = v ? ARENA_PUSH(r->memory, list) : NULL;
    if (!slot) return error_memory(r->err);
    *slot = v;
    v->type = type;
    v->number = r->set->view_count++;
    *ret = v;
    return add_members(r, v, &(scope){node->children, node->child_count, group + 1}, type, 0, 0);
}

bool views_resolve(const sheaf_db *db, const sheaf_compiled *compiled, const sheaf_shape *shape,
                   arena *memory, view_set **ret, sheaf_error *err) {
    resolver r = {.db = db, .compiled = compiled, .memory = memory, .err = err};
    view_set *set = r.set = ARENA_NEW(memory, view_set);
    if (!set) return error_memory(err);
    for (uint32_t i = 0; i < shape->root_count; i++) set->group_count += groups_of(&shape->roots[i]);
    set->of_group = ARENA_ARRAY(memory, view_list, set->group_count);
    if (!set->of_group) return error_memory(err);
    set->page.type = compiled->page;
    if (!add_members(&r, &set->page, &(scope){shape->roots, shape->root_count, 0}, compiled->page, 0, 0))
        return false;
    *ret = set;
    return true;
}
