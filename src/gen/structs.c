/* From the documents of the shapes to structs. The checked tree has its fragments expanded; which struct
 * shows a field is told by the syntax tree, which was checked with it and so needs no second check here. */
#include "structs.h"

typedef struct fragment {
    const syntax_definition *definition;
    sheaf_slice name;       /* the struct's */
    const gen_struct *type; /* NULL: not met yet */
} fragment;

typedef struct struct_list {
    gen_struct *first, **end;
} struct_list;

typedef struct builder {
    gen *g;
    map fragments;      /* by name */
    struct_list shared; /* the fragments and what stands in them */
    struct_list *list;  /* where new structs go: the shared ones, or those of a query */
} builder;

/* What will be a member: a fragment, or a key with all the places where it is selected. */
typedef struct place {
    const syntax_selection *at;
    struct place *next;
} place;

typedef struct part {
    sheaf_slice key;
    fragment *fragment; /* NULL: a field */
    place first, *last;
    struct part *next;
} part;

typedef struct selection {
    map keys, fragments;
    part *first, **end;
    size_t count;
} selection;

static void list_init(struct_list *list) {
    list->first = NULL;
    list->end = &list->first;
}

static gen_struct *add_struct(builder *b, gen_struct made) {
    gen_struct *s = ARENA_NEW(b->g->memory, gen_struct);
    if (!s) return NULL;
    *s = made;
    *b->list->end = s;
    b->list->end = &s->next;
    return s;
}

/* ---- Selections → parts -------------------------------------------------------------------------------*/

static void selection_init(selection *set, arena *memory) {
    *set = (selection){0};
    map_init(&set->keys, memory);
    map_init(&set->fragments, memory);
    set->end = &set->first;
}

static bool add_part(builder *b, selection *set, const syntax_selection *s) {
    bool spread = s->kind == SYNTAX_SPREAD;
    sheaf_slice key = s->alias.ptr ? s->alias : s->name;
    map *known = spread ? &set->fragments : &set->keys;
    part *p = map_get(known, key);
    if (p && spread) return true;
    if (p) {
        place *again = ARENA_NEW(b->g->memory, place);
        if (!again) return false;
        again->at = s;
        p->last = p->last->next = again;
        return true;
    }
    p = ARENA_NEW(b->g->memory, part);
    if (!p || !map_put(known, key, p, NULL)) return false;
    p->key = key;
    p->first.at = s;
    p->last = &p->first;
    if (spread) p->fragment = map_get(&b->fragments, key);
    *set->end = p;
    set->end = &p->next;
    set->count++;
    return true;
}

/* Inline fragments stand for what is in them; their nesting is capped by the parser. */
static bool gather(builder *b, selection *set, const syntax_selection *selections, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const syntax_selection *s = &selections[i];
        bool ok = s->kind == SYNTAX_INLINE ? gather(b, set, s->selections, s->selection_count)
                                           : add_part(b, set, s);
        if (!ok) return false;
    }
    return true;
}

/* ---- Parts → members ----------------------------------------------------------------------------------*/

static const gen_struct *struct_of_places(builder *b, const model_entity *entity, const place *places,
                                          sheaf_slice path);

static sheaf_member_kind kind_of(sheaf_scalar scalar, bool text_id) {
    if (scalar == SHEAF_BOOLEAN) return SHEAF_MEMBER_BOOL;
    if (text_id) return SHEAF_MEMBER_TEXT;
    switch (scalar_kind(scalar)) {
    case SHEAF_KIND_INT: return SHEAF_MEMBER_INT;
    case SHEAF_KIND_FLOAT: return SHEAF_MEMBER_FLOAT;
    default: return SHEAF_MEMBER_TEXT;
    }
}

static void make_value(const gen *g, const model_field *f, gen_member *m) {
    bool text_id = f->kind == FIELD_COLUMN && gen_is_text_id(g, f->column);
    m->scalar = f->scalar;
    m->kind = kind_of(f->scalar, text_id);
    m->may_be_null = !f->non_null;
}

/* `path` is the struct's own name's: that of a row below it has the key appended. */
static bool make_relation(builder *b, const part *p, const model_entity *target, bool list, sheaf_slice path,
                          gen_member *m) {
    sheaf_slice below =
        arena_printf(b->g->memory, "%.*s_%.*s", SHEAF_SLICE_ARGS(path), SHEAF_SLICE_ARGS(p->key));
    if (!below.ptr) return false;
    m->kind = list ? SHEAF_MEMBER_MANY : SHEAF_MEMBER_ONE;
    m->type = struct_of_places(b, target, &p->first, below);
    return m->type;
}

static bool is_required(const syntax_selection *s) {
    for (size_t i = 0; i < s->directives.count; i++)
        if (slice_is(s->directives.items[i].name, "required")) return true;
    return false;
}

static bool make_root(builder *b, const part *p, sheaf_slice path, gen_member *m) {
    sheaf_slice name = p->first.at->name;
    const model_entity *e = map_get(&b->g->model->by_root, name);
    if (slice_equal(name, e->count_name)) {
        m->kind = SHEAF_MEMBER_INT;
        m->scalar = SHEAF_INT;
        return true;
    }
    m->may_be_none = !is_required(p->first.at);
    return make_relation(b, p, e, slice_equal(name, e->plural), path, m);
}

static const gen_struct *fragment_struct(builder *b, fragment *f);

static bool make_member(builder *b, const part *p, const model_entity *entity, sheaf_slice path,
                        gen_member *m) {
    m->key = p->key;
    if (p->fragment) {
        m->kind = SHEAF_MEMBER_FRAGMENT;
        m->type = fragment_struct(b, p->fragment);
        return m->type;
    }
    if (!entity) return make_root(b, p, path, m);
    sheaf_slice name = p->first.at->name;
    if (slice_is(name, "_cursor") || slice_is(name, "__typename")) {
        m->kind = SHEAF_MEMBER_TEXT;
        m->scalar = SHEAF_STRING;
        return true;
    }
    const model_field *f = m->field = model_field_named(entity, name);
    if (!field_is_relation(f->kind)) {
        make_value(b->g, f, m);
        return true;
    }
    m->may_be_none = !f->non_null;
    return make_relation(b, p, f->target, f->list, path, m);
}

/* ---- Names of members ---------------------------------------------------------------------------------
 *
 * A list x has x_count, what may be NULL has has_x. Where a key is called so itself, neither gets the name,
 * so that nobody takes the one for the other, which would compile: the key's member is x_count_value, the
 * list's number x_length; has_x_value, and x_is_set. */

typedef enum helper { HELPER_NONE = -1, HELPER_HAS, HELPER_COUNT } helper;

static helper helper_of(const gen_member *m) {
    if (m->kind == SHEAF_MEMBER_MANY || m->kind >= SHEAF_MEMBER_INTS) return HELPER_COUNT;
    return m->may_be_null ? HELPER_HAS : HELPER_NONE;
}

static sheaf_slice helper_name(gen *g, const gen_member *m, bool clash) {
    static const struct {
        const char *before, *after;
    } forms[2][2] = {{{"has_", ""}, {"", "_is_set"}}, {{"", "_count"}, {"", "_length"}}};
    helper h = helper_of(m);
    sheaf_slice stem = m->name; /* long_ has long_count */
    if (stem.ptr[stem.len - 1] == '_') stem.len--;
    return arena_printf(g->memory, "%s%.*s%s", forms[h][clash].before, SHEAF_SLICE_ARGS(stem),
                        forms[h][clash].after);
}

/* `wanted`, or with the first number behind it that makes it free in `names`. ptr NULL: no memory. */
static sheaf_slice take_name(gen *g, map *names, sheaf_slice wanted, gen_member *m) {
    sheaf_slice name = wanted;
    for (unsigned number = 2; name.ptr && map_get(names, name); number++)
        name = arena_printf(g->memory, "%.*s%u", SHEAF_SLICE_ARGS(wanted), number);
    bool ok = name.ptr && map_put(names, name, m, NULL);
    return ok ? name : (sheaf_slice){NULL, 0};
}

/* Keys that are C names keep them; the others come after these. */
static bool name_by_keys(gen *g, map *names, gen_member *members, size_t count) {
    for (size_t i = 0; i < count; i++) {
        gen_member *m = &members[i];
        m->name = gen_identifier(g, m->key);
        if (!m->name.ptr) return false;
        if (m->kind == SHEAF_MEMBER_FRAGMENT || !slice_equal(m->name, m->key)) continue;
        m->name = take_name(g, names, m->name, m);
        if (!m->name.ptr) return false;
    }
    for (size_t i = 0; i < count; i++) {
        gen_member *m = &members[i];
        if (map_get(names, m->name) == m) continue;
        m->name = take_name(g, names, m->name, m);
        if (!m->name.ptr) return false;
    }
    return true;
}

/* Those that are called as another's helper would be: they get their second names, and the helpers theirs. */
static bool part_clashes(gen *g, map *names, gen_member *members, size_t count, bool *clashes) {
    for (size_t i = 0; i < count; i++) {
        if (helper_of(&members[i]) == HELPER_NONE) continue;
        sheaf_slice wanted = helper_name(g, &members[i], false);
        if (!wanted.ptr) return false;
        gen_member *other = map_get(names, wanted);
        clashes[i] = other;
        if (!other || !slice_equal(other->name, wanted)) continue;
        sheaf_slice second = arena_printf(g->memory, "%.*s_value", SHEAF_SLICE_ARGS(wanted));
        other->name = take_name(g, names, second, other);
        if (!other->name.ptr) return false;
    }
    return true;
}

static bool name_members(gen *g, gen_member *members, size_t count) {
    static const sheaf_slice slice_type = {"sheaf_slice", 11};
    map names;
    map_init(&names, g->memory);
    bool *clashes = ARENA_ARRAY(g->memory, bool, count);
    gen_member type_name = {0}; /* what the structs use of types; those of C are words anyway */
    if (!clashes || !map_put(&names, slice_type, &type_name, NULL) ||
        !name_by_keys(g, &names, members, count) || !part_clashes(g, &names, members, count, clashes))
        return false;
    for (size_t i = 0; i < count; i++) {
        gen_member *m = &members[i];
        helper h = helper_of(m);
        if (h == HELPER_NONE) continue;
        sheaf_slice name = helper_name(g, m, clashes[i]);
        name = name.ptr ? take_name(g, &names, name, m) : name;
        if (!name.ptr) return false;
        *(h == HELPER_COUNT ? &m->count : &m->has) = name;
    }
    return true;
}

/* ---- Structs ------------------------------------------------------------------------------------------*/

static bool make_members(builder *b, const selection *set, sheaf_slice path, gen_struct *s) {
    s->members = ARENA_ARRAY(b->g->memory, gen_member, set->count);
    if (!s->members) return false;
    for (const part *p = set->first; p; p = p->next)
        if (!make_member(b, p, s->entity, path, &s->members[s->member_count++])) return false;
    return name_members(b->g, s->members, s->member_count);
}

/* The fragment that is all there is; NULL: there is more, or a field. */
static fragment *sole_fragment(const selection *set) {
    return set->count == 1 ? set->first->fragment : NULL;
}

/* A row's struct; the fragment's, where the selection is one and nothing else. NULL: no memory. */
static const gen_struct *struct_of_places(builder *b, const model_entity *entity, const place *places,
                                          sheaf_slice path) {
    selection set;
    selection_init(&set, b->g->memory);
    for (const place *p = places; p; p = p->next)
        if (!gather(b, &set, p->at->selections, p->at->selection_count)) return NULL;
    fragment *sole = sole_fragment(&set);
    if (sole) return fragment_struct(b, sole);
    gen_struct s = {.name = gen_claim(b->g, path), .entity = entity};
    if (!s.name.ptr || !make_members(b, &set, path, &s)) return NULL;
    return add_struct(b, s);
}

/* Fragments do not contain themselves, and stand at most SHAPE_DEPTH_CAP deep in each other. */
static const gen_struct *fragment_struct(builder *b, fragment *f) {
    if (f->type) return f->type;
    struct_list *before = b->list;
    b->list = &b->shared;
    const syntax_definition *d = f->definition;
    gen_struct s = {
        .name = f->name, .definition = d, .entity = map_get(&b->g->model->by_name, d->type_condition)};
    selection set;
    selection_init(&set, b->g->memory);
    bool ok = gather(b, &set, d->selections, d->selection_count);
    fragment *sole = ok ? sole_fragment(&set) : NULL;
    if (sole) {
        s.same = fragment_struct(b, sole);
        ok = s.same;
    } else {
        ok = ok && make_members(b, &set, s.name, &s);
    }
    const gen_struct *made = ok ? add_struct(b, s) : NULL;
    b->list = before;
    f->type = made && sole ? s.same : made;
    return f->type;
}

/* ---- Variables ----------------------------------------------------------------------------------------*/

/* Whether the variable is compared with a column whose IDs are text. Depth is that of the filter. */
static bool filter_has_text_id(const gen *g, const filter *f, uint32_t variable) {
    if (!f) return false;
    for (uint32_t i = 0; i < f->count; i++)
        if (filter_has_text_id(g, f->items[i], variable)) return true;
    if (f->kind == FILTER_EXISTS) return filter_has_text_id(g, f->where, variable);
    return f->kind == FILTER_COMPARE && f->operand.is_variable && f->operand.variable == variable &&
           gen_is_text_id(g, f->column);
}

static bool is_text_id(const gen *g, const shape_node *nodes, uint32_t count, uint32_t variable) {
    for (uint32_t i = 0; i < count; i++)
        if (filter_has_text_id(g, nodes[i].where, variable) ||
            is_text_id(g, nodes[i].children, nodes[i].child_count, variable))
            return true;
    return false;
}

static sheaf_member_kind list_of(sheaf_member_kind item) {
    static const sheaf_member_kind lists[] = {
        [SHEAF_MEMBER_INT] = SHEAF_MEMBER_INTS,
        [SHEAF_MEMBER_FLOAT] = SHEAF_MEMBER_FLOATS,
        [SHEAF_MEMBER_BOOL] = SHEAF_MEMBER_BOOLS,
        [SHEAF_MEMBER_TEXT] = SHEAF_MEMBER_TEXTS,
    };
    return lists[item];
}

static bool make_variables(gen *g, const sheaf_shape *shape, const gen_member **ret) {
    gen_member *members = ARENA_ARRAY(g->memory, gen_member, shape->variable_count);
    if (!members) return false;
    for (uint32_t i = 0; i < shape->variable_count; i++) {
        const shape_variable *v = &shape->variables[i];
        bool text_id = v->scalar == SHEAF_ID && is_text_id(g, shape->roots, shape->root_count, i);
        sheaf_member_kind kind = kind_of(v->scalar, text_id);
        members[i] =
            (gen_member){.key = v->name, .scalar = v->scalar, .kind = v->list ? list_of(kind) : kind};
    }
    *ret = members;
    return name_members(g, members, shape->variable_count);
}

/* ---- All of a set -------------------------------------------------------------------------------------*/

/* Every query's names are claimed before any fragment's, and these before those of structs named by paths. */
static bool claim_stems(gen *g, gen_query *queries) {
    static const char *const endings[] = {"_vars", "_page", "_read", "_free", "_stats", "_compiled"};
    for (size_t i = 0; i < g->shapes->shape_count; i++) {
        const sheaf_shape *shape = queries[i].shape = &g->shapes->shapes[i];
        queries[i].stem = gen_claim_stem(g, slice_of(shape->name), endings, sizeof endings / sizeof *endings);
        if (!queries[i].stem.ptr) return false;
    }
    return true;
}

static bool claim_fragments(builder *b) {
    gen *g = b->g;
    for (size_t i = 0; i < g->shapes->documents.count; i++) {
        const syntax_document *document = g->shapes->documents.items[i];
        for (size_t k = 0; k < document->definition_count; k++) {
            const syntax_definition *d = &document->definitions[k];
            if (d->kind != SYNTAX_FRAGMENT) continue;
            fragment *f = ARENA_NEW(g->memory, fragment);
            if (!f || !map_put(&b->fragments, d->name, f, NULL)) return false;
            f->definition = d;
            f->name = gen_claim(g, d->name);
            if (!f->name.ptr) return false;
        }
    }
    return true;
}

static bool make_query(builder *b, gen_query *q) {
    const syntax_definition *d = q->shape->definition;
    struct_list own;
    list_init(&own);
    b->list = &own;
    selection set;
    selection_init(&set, b->g->memory);
    gen_struct page = {.name = arena_printf(b->g->memory, "%s_page", q->stem.ptr), .definition = d};
    if (!page.name.ptr || !gather(b, &set, d->selections, d->selection_count) ||
        !make_members(b, &set, q->stem, &page) || !(q->page = add_struct(b, page)))
        return false;
    q->structs = own.first;
    return make_variables(b->g, q->shape, &q->variables);
}

bool gen_structs_make(gen *g, sheaf_error *err) {
    builder b = {.g = g};
    gen_structs *made = ARENA_NEW(g->memory, gen_structs);
    if (!made) return error_memory(err);
    size_t count = g->shapes ? g->shapes->shape_count : 0;
    gen_query *queries = ARENA_ARRAY(g->memory, gen_query, count);
    map_init(&b.fragments, g->memory);
    list_init(&b.shared);
    sheaf_slice model_new = gen_claim(g, arena_printf(g->memory, "%s_model_new", g->options.name));
    if (!queries || !model_new.ptr || (count && (!claim_stems(g, queries) || !claim_fragments(&b))))
        return error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!make_query(&b, &queries[i])) return error_memory(err);
    *made = (gen_structs){b.shared.first, queries, count, model_new};
    g->structs = made;
    return true;
}
