#include "tables.h"

enum { MEMBERS_MAX = 64 };

/* A struct that may stand wherever the same is wanted of a row of its entity. */
typedef struct made_fragment {
    const sheaf_struct *table;
    const o_entity *entity;
    sheaf_slice shows[MEMBERS_MAX]; /* nodes as text */
    uint32_t show_count;
} made_fragment;

typedef struct maker {
    arena *memory;
    rng r;
    struct {
        made_fragment *items;
        size_t count, room;
    } fragments;
    struct {
        const sheaf_struct **items;
        size_t count, room;
    } tables;
} maker;

/* A struct while it gets its members. */
typedef struct building {
    sheaf_member members[MEMBERS_MAX];
    uint32_t count, size;
} building;

static uint32_t place(building *b, uint32_t size) {
    uint32_t align = size % 8 ? 1 : 8, at = (b->size + align - 1) / align * align;
    b->size = at + size;
    return at;
}

static sheaf_member *add(building *b, const char *key, sheaf_member_kind kind, uint32_t size) {
    sheaf_member *m = &b->members[b->count++];
    *m = (sheaf_member){.key = key, .kind = kind, .has_at = SHEAF_MEMBER_NOT_THERE};
    m->at = place(b, size);
    return m;
}

static sheaf_member_kind kind_of(const o_field *f) {
    if (f->scalar == SHEAF_BOOLEAN) return SHEAF_MEMBER_BOOL;
    if (f->scalar == SHEAF_FLOAT) return SHEAF_MEMBER_FLOAT;
    pool_kind pool = f->kind == IS_COLUMN ? f->of->columns[f->column].pool : POOL_ANY;
    bool text_id = f->scalar == SHEAF_ID && (pool == POOL_TEXT_ID || pool == POOL_UUID_ID);
    bool text = f->scalar == SHEAF_STRING || f->scalar == SHEAF_DECIMAL || f->scalar == SHEAF_JSON ||
                f->scalar == SHEAF_UUID || f->scalar == SHEAF_BYTES;
    return text || text_id ? SHEAF_MEMBER_TEXT : SHEAF_MEMBER_INT;
}

static uint32_t size_of(sheaf_member_kind kind) {
    return kind == SHEAF_MEMBER_BOOL ? sizeof(bool) : kind == SHEAF_MEMBER_TEXT ? sizeof(sheaf_slice) : 8;
}

static const sheaf_struct *struct_of(maker *m, const node *n, uint32_t children);

/* `children`: which of the node's, bit by bit. */
static void add_node(maker *m, building *b, const node *n, uint32_t children) {
    const char *key = node_key(n);
    sheaf_member *to;
    switch (n->kind) {
    case NODE_CURSOR:
    case NODE_TYPENAME: add(b, key, SHEAF_MEMBER_TEXT, sizeof(sheaf_slice)); return;
    case NODE_COUNT:
        if (!n->alias) key = arena_printf(m->memory, "%s_count", key).ptr;
        add(b, key, SHEAF_MEMBER_INT, sizeof(int64_t));
        return;
    case NODE_ONE:
    case NODE_MANY: break;
    case NODE_VALUE:
        to = add(b, key, kind_of(n->field), size_of(kind_of(n->field)));
        if (!n->field->non_null) to->has_at = place(b, sizeof(bool));
        return;
    }
    const sheaf_struct *type = struct_of(m, n, children);
    to = add(b, key, n->kind == NODE_ONE ? SHEAF_MEMBER_ONE : SHEAF_MEMBER_MANY, sizeof(void *));
    to->type = type;
    if (n->kind == NODE_MANY) to->count_at = place(b, sizeof(size_t));
}

static bool same_member(const sheaf_member *a, const sheaf_member *b) {
    return a->kind == b->kind && a->at == b->at && a->has_at == b->has_at && a->count_at == b->count_at &&
           a->type == b->type && slice_is(slice_of(a->key), b->key);
}

static bool same_members(const sheaf_struct *s, const building *b) {
    bool same = s->member_count == b->count;
    for (uint32_t i = 0; i < b->count && same; i++) same = same_member(&s->members[i], &b->members[i]);
    return same;
}

/* Sometimes a struct that looks the same stands for what is another thing. */
static const sheaf_struct *finish(maker *m, const building *b) {
    for (size_t i = 0; i < m->tables.count; i++)
        if (same_members(m->tables.items[i], b) && rng_chance(&m->r, 50)) return m->tables.items[i];
    sheaf_member *members = world_must(ARENA_ARRAY(m->memory, sheaf_member, b->count));
    sheaf_struct *s = world_must(ARENA_NEW(m->memory, sheaf_struct));
    memcpy(members, b->members, b->count * sizeof *members);
    *s = (sheaf_struct){.name = arena_printf(m->memory, "struct%zu", m->tables.count).ptr,
                        .size = (b->size + 7) / 8 * 8,
                        .member_count = b->count,
                        .members = members};
    *(const sheaf_struct **)world_must(ARENA_PUSH(m->memory, &m->tables)) = s;
    return s;
}

static sheaf_slice text_of(maker *m, const node *n) {
    buffer text;
    buffer_init(&text, NULL);
    node_write(n, m->memory, &text);
    sheaf_slice kept = arena_copy(m->memory, buffer_view(&text));
    buffer_free(&text);
    return kept;
}

/* A fragment of these children. */
static const sheaf_struct *fragment_of(maker *m, const node *n, uint32_t children) {
    building b = {.size = 0};
    made_fragment made = {.entity = n->entity};
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (!(children >> i & 1)) continue;
        add_node(m, &b, n->children[i], UINT32_MAX);
        made.shows[made.show_count++] = text_of(m, n->children[i]);
    }
    made.table = finish(m, &b);
    *(made_fragment *)world_must(ARENA_PUSH(m->memory, &m->fragments)) = made;
    return made.table;
}

/* The node's children that a fragment made elsewhere shows; 0 where it shows others too. */
static uint32_t covered(maker *m, const made_fragment *made, const node *n, uint32_t children) {
    uint32_t found = 0;
    for (uint32_t k = 0; k < made->show_count; k++) {
        uint32_t before = found;
        for (uint32_t i = 0; i < n->child_count; i++)
            if ((children >> i & 1) && slice_equal(text_of(m, n->children[i]), made->shows[k]))
                found |= 1u << i;
        if (found == before) return 0;
    }
    return found;
}

static void embed(building *b, maker *m, const sheaf_struct *type) {
    const char *key = arena_printf(m->memory, "fragment%u", b->count).ptr;
    add(b, key, SHEAF_MEMBER_FRAGMENT, type->size)->type = type;
}

/* A list or a row in two halves, each in a struct of its own: what it holds is merged. */
static void split(maker *m, building *b, const node *n) {
    building inner = {.size = 0};
    uint32_t half = (uint32_t)rng_next(&m->r), all = (1u << n->child_count) - 1;
    if (!(half & all) || !(~half & all)) half = UINT32_MAX;
    add_node(m, &inner, n, half == UINT32_MAX ? half : ~half & all);
    embed(b, m, finish(m, &inner));
    add_node(m, b, n, half == UINT32_MAX ? half : half & all);
}

/* Fragments that were made elsewhere, then perhaps one of its own. Gives what is left of `children`;
 * *ret_alone is a fragment that is all there is. */
static uint32_t add_fragments(maker *m, building *b, const node *n, uint32_t children,
                              const sheaf_struct **ret_alone) {
    for (size_t i = 0; i < m->fragments.count && b->count < 3; i++) {
        const made_fragment *made = &m->fragments.items[i];
        bool fits = made->entity == n->entity && rng_chance(&m->r, 70);
        uint32_t found = fits ? covered(m, made, n, children) : 0;
        if (!found) continue;
        if (found == children && !b->count && rng_chance(&m->r, 60)) {
            *ret_alone = made->table;
            return 0;
        }
        embed(b, m, made->table);
        children &= ~found | (rng_chance(&m->r, 10) ? found : 0);
    }
    uint32_t part = children & (rng_chance(&m->r, 40) ? UINT32_MAX : (uint32_t)rng_next(&m->r));
    if (!part || !rng_chance(&m->r, 35)) return children;
    const sheaf_struct *made = fragment_of(m, n, part);
    if (part == children && !b->count && rng_chance(&m->r, 50))
        *ret_alone = made;
    else
        embed(b, m, made);
    return children & (~part | (rng_chance(&m->r, 20) ? part : 0));
}

static const sheaf_struct *struct_of(maker *m, const node *n, uint32_t children) {
    building b = {.size = 0};
    const sheaf_struct *alone = NULL;
    uint32_t left = add_fragments(m, &b, n, children & ((1u << n->child_count) - 1), &alone);
    if (alone) return alone;
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (!(left >> i & 1)) continue;
        bool rows = n->children[i]->kind == NODE_ONE || n->children[i]->kind == NODE_MANY;
        if (rows && rng_chance(&m->r, 15))
            split(m, &b, n->children[i]);
        else
            add_node(m, &b, n->children[i], UINT32_MAX);
    }
    return finish(m, &b);
}

/* ---- Variables ------------------------------------------------------------------------------------------*/

typedef struct variables {
    sheaf_compiled_variable *items;
    uint32_t count;
    building layout; /* only its size */
    char bytes[4096];
} variables;

static bool has_texts(const sheaf_value *v) {
    bool text = false;
    for (size_t i = 0; i < v->list.count; i++) text = text || v->list.items[i].kind == SHEAF_KIND_TEXT;
    return text;
}

static sheaf_member_kind variable_kind(const shape_variable *declared, const sheaf_value *v) {
    sheaf_kind kind = v->kind;
    bool list = kind == SHEAF_KIND_LIST;
    if (list) kind = has_texts(v) ? SHEAF_KIND_TEXT : v->list.count ? v->list.items[0].kind : SHEAF_KIND_INT;
    sheaf_member_kind one = declared->scalar == SHEAF_BOOLEAN ? SHEAF_MEMBER_BOOL
                            : kind == SHEAF_KIND_TEXT         ? SHEAF_MEMBER_TEXT
                            : kind == SHEAF_KIND_FLOAT        ? SHEAF_MEMBER_FLOAT
                                                              : SHEAF_MEMBER_INT;
    return list ? one + (SHEAF_MEMBER_INTS - SHEAF_MEMBER_INT) : one;
}

/* As the structs hold it. An integer among texts (of IDs) becomes one. */
static void put_value(arena *memory, char *at, sheaf_member_kind kind, const sheaf_value *v) {
    sheaf_slice text = v->text;
    switch (kind) {
    case SHEAF_MEMBER_BOOL: *(bool *)at = v->i != 0; return;
    case SHEAF_MEMBER_FLOAT: memcpy(at, &v->f, sizeof v->f); return;
    case SHEAF_MEMBER_INT: memcpy(at, &v->i, sizeof v->i); return;
    default: break;
    }
    if (v->kind == SHEAF_KIND_INT) text = arena_printf(memory, "%lld", (long long)v->i);
    if (!text.ptr) text = SHEAF_SLICE("");
    memcpy(at, &text, sizeof text);
}

static void put_list(arena *memory, variables *to, sheaf_compiled_variable *var, const sheaf_value *v) {
    sheaf_member_kind kind = var->kind - (SHEAF_MEMBER_INTS - SHEAF_MEMBER_INT);
    char *items = world_must(arena_array_zero(memory, v->list.count, size_of(kind)));
    for (size_t i = 0; i < v->list.count; i++)
        put_value(memory, items + i * size_of(kind), kind, &v->list.items[i]);
    var->at = place(&to->layout, sizeof(void *));
    var->count_at = place(&to->layout, sizeof(size_t));
    memcpy(to->bytes + var->at, &items, sizeof items);
    memcpy(to->bytes + var->count_at, &v->list.count, sizeof v->list.count);
}

static void put_variable(maker *m, variables *to, const shape_variable *declared, const char *name,
                         const sheaf_value *v) {
    static const sheaf_value none = {.kind = SHEAF_KIND_NULL};
    sheaf_compiled_variable *var = &to->items[to->count++];
    *var = (sheaf_compiled_variable){.name = name,
                                     .kind = variable_kind(declared, v ? v : &none),
                                     .optional = !declared->non_null || declared->has_default};
    if (to->layout.size > sizeof to->bytes - 64) world_must(NULL);
    if (var->kind >= SHEAF_MEMBER_INTS) {
        put_list(m->memory, to, var, v);
        return;
    }
    bool pointer = var->optional && var->kind != SHEAF_MEMBER_TEXT;
    var->at = place(&to->layout, pointer ? sizeof(void *) : size_of(var->kind));
    char *value = pointer ? world_must(arena_zero(m->memory, 8)) : to->bytes + var->at;
    if (v) put_value(m->memory, value, var->kind, v);
    if (v && pointer) memcpy(to->bytes + var->at, &value, sizeof value);
}

static const void *make_variables(maker *m, const sheaf_shape *checked, const o_variables *given,
                                  sheaf_compiled *ret) {
    variables *to = world_must(ARENA_NEW(m->memory, variables));
    to->items = world_must(ARENA_ARRAY(m->memory, sheaf_compiled_variable, checked->variable_count));
    for (uint32_t i = 0; i < checked->variable_count; i++) {
        const shape_variable *declared = &checked->variables[i];
        const sheaf_value *v = NULL;
        for (size_t k = 0; k < given->count; k++)
            if (slice_is(declared->name, given->items[k].name)) v = &given->items[k].value;
        if (!v && rng_chance(&m->r, 30)) continue; /* a struct need not have it */
        put_variable(m, to, declared, arena_copy(m->memory, declared->name).ptr, v);
    }
    ret->variables = to->items;
    ret->variable_count = to->count;
    return to->bytes;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

const tables *tables_make(arena *memory, const sheaf_model *model, const shape *s, const sheaf_shape *checked,
                          sheaf_slice document, const o_variables *given) {
    maker m = {.memory = memory, .r = rng_of(slice_hash(document), 1)};
    tables *t = world_must(ARENA_NEW(memory, tables));
    sheaf_compiled_document *text = world_must(ARENA_NEW(memory, sheaf_compiled_document));
    sheaf_compiled_set *set = world_must(ARENA_NEW(memory, sheaf_compiled_set));
    building b = {.size = 0};
    for (uint32_t i = 0; i < s->root_count; i++) add_node(&m, &b, s->roots[i], UINT32_MAX);
    *text = (sheaf_compiled_document){"shape.graphql", arena_copy(memory, document)};
    *set = (sheaf_compiled_set){SHEAF_COMPILED_VERSION, sheaf_model_hash(model), text, 1};
    t->compiled = (sheaf_compiled){.set = set, .name = "q", .page = finish(&m, &b)};
    t->variables = make_variables(&m, checked, given, &t->compiled);
    return t;
}
