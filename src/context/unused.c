#include "unused.h"

#include "../shape/shape.h"

const char *sheaf_unused_words(sheaf_unused_kind kind) {
    static const char *const words[] = {
#define X(name, text) [name] = text,
        SHEAF_UNUSED_KINDS(X)
#undef X
    };
    return (unsigned)kind < SHEAF_UNUSED_KIND_COUNT ? words[kind] : "unknown";
}

/* ---- Before anything is read ----------------------------------------------------------------------------*/

void sheaf_track_reads(sheaf_context *c, sheaf_unused_fn *at_free, void *user) {
    if (c->state != CONTEXT_BUILDING) return;
    if (!c->reads && !(c->reads = ARENA_NEW(&c->memory, reads))) {
        sheaf_error err;
        error_memory(&err);
        context_mistake(c, &err, "");
        return;
    }
    if (!at_free) return;
    c->reads->at_free = at_free;
    c->reads->user = user;
}

/* "bugs.package": a path that nobody declared, by the relations that it hops over. */
static sheaf_slice name_of_path(const model_path *path, arena *memory) {
    sheaf_slice name = path->hops[0].field->name;
    for (uint32_t i = 1; i < path->count && name.ptr; i++)
        name = arena_printf(memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(name),
                            SHEAF_SLICE_ARGS(path->hops[i].field->name));
    return name;
}

static sheaf_slice name_of(const sheaf_group *group, arena *memory) {
    const graph_group *g = group->asked;
    if (group->node) return group->node->key;
    if (g->origin == GRAPH_COUNT) return g->entity->count_name;
    if (g->origin != GRAPH_FOLLOW) return g->entity->plural;
    return g->relation ? g->relation->name : name_of_path(&g->path, memory);
}

static group_reads *start_group(const sheaf_context *c, const sheaf_group *group, arena *memory) {
    group_reads *r = ARENA_NEW(memory, group_reads);
    sheaf_slice name = name_of(group, memory);
    if (!r || !name.ptr) return NULL;
    const graph_group *parent = group->asked->parent;
    r->attributes = ARENA_ARRAY(memory, uint64_t, group->asked->entity->field_count / 64 + 1);
    r->path = !parent ? name
                      : arena_printf(memory, "%.*s.%.*s",
                                     SHEAF_SLICE_ARGS(c->groups.items[parent->index]->reads->path),
                                     SHEAF_SLICE_ARGS(name));
    return r->attributes && r->path.ptr ? r : NULL;
}

/* What was requested: the key is always there. */
static bool is_requested(const sheaf_group *group, const model_field *field) {
    return graph_asked(group->asked, field) && !read_is_key(field);
}

static const char *place_of(const sheaf_group *group, const model_field *field) {
    const shape_node *node = group->node;
    for (uint32_t i = 0; node && i < node->child_count; i++)
        if (node->children[i].kind == SHAPE_VALUE && node->children[i].field == field)
            return node->children[i].where_made;
    return group->asked->place;
}

static void add_candidate(reads *r, const sheaf_group *group, const model_field *field) {
    r->candidates[r->candidate_count++] =
        (reads_candidate){.item = {.group = group->reads->path,
                                   .entity = group->asked->entity->name,
                                   .attribute = field ? field->name : (sheaf_slice){0},
                                   .place = field ? place_of(group, field) : group->asked->place},
                          .group = group,
                          .field = field};
}

bool reads_start(sheaf_context *c, sheaf_error *err) {
    reads *r = c->reads;
    if (!r) return true;
    size_t room = 0;
    for (size_t i = 0; i < c->groups.count; i++) room += 1 + c->groups.items[i]->asked->entity->field_count;
    r->items = ARENA_ARRAY(&c->memory, sheaf_unused_item, room);
    r->candidates = ARENA_ARRAY(&c->memory, reads_candidate, room);
    if (!r->items || !r->candidates) return error_memory(err);
    for (size_t i = 0; i < c->groups.count; i++) {
        sheaf_group *group = c->groups.items[i];
        if (!(group->reads = start_group(c, group, &c->memory))) return error_memory(err);
        add_candidate(r, group, NULL);
        for (uint32_t f = 0; f < group->asked->entity->field_count; f++)
            if (is_requested(group, &group->asked->entity->fields[f]))
                add_candidate(r, group, &group->asked->entity->fields[f]);
    }
    return true;
}

/* ---- Reading --------------------------------------------------------------------------------------------*/

bool sheaf_field_tracked(const sheaf_row *row, const sheaf_field *field, sheaf_kind want) {
    const sheaf_group *group = field->group;
    if (field->kind != ((unsigned)want | FIELD_TRACKED) || !store_is_member(row, group->planned))
        return false;
    group->reads->rows = true;
    group->reads->attributes[field->attribute / 64] |= UINT64_C(1) << field->attribute % 64;
    return true;
}

void reads_whole(const sheaf_context *c) {
    for (size_t i = 0; c->reads && i < c->groups.count; i++) {
        const sheaf_group *group = c->groups.items[i];
        group->reads->rows = true;
        for (uint32_t word = 0; word <= group->asked->entity->field_count / 64; word++)
            group->reads->attributes[word] = UINT64_MAX;
    }
}

/* ---- The report -----------------------------------------------------------------------------------------*/

/* A group is needed by those that follow it and those that include it. Which of two groups was made first
 * says nothing about includes, so this goes on until none is added. */
static void find_needed(const sheaf_context *c) {
    for (size_t i = 0; i < c->groups.count; i++)
        c->groups.items[i]->reads->needed = c->groups.items[i]->reads->rows;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = c->groups.count; i-- > 0;) {
            const sheaf_group *group = c->groups.items[i];
            const graph_group *g = group->asked;
            if (!group->reads->needed) continue;
            for (uint32_t k = 0; k < g->include_count + (g->parent != NULL); k++) {
                const graph_group *needs = k < g->include_count ? g->includes[k] : g->parent;
                bool *needed = &c->groups.items[needs->index]->reads->needed;
                grew |= !*needed;
                *needed = true;
            }
        }
    }
}

static const store_table *table_of(const sheaf_group *group) {
    return &group->context->store.tables[group->planned->layout->index];
}

static bool is_row_of(const store_row *row, const sheaf_group *group) {
    return row->filled && store_is_member(row, group->planned);
}

static void find_filled(const sheaf_context *c) {
    for (size_t i = 0; i < c->groups.count; i++) {
        const sheaf_group *group = c->groups.items[i];
        if (group->asked->origin == GRAPH_COUNT) continue;
        const store_rows *rows = &table_of(group)->rows;
        for (size_t k = 0; k < rows->count && !group->reads->filled; k++)
            group->reads->filled = is_row_of(rows->items[k], group);
    }
}

static bool is_always_null(const sheaf_group *group, const model_field *field) {
    sheaf_field f;
    const store_rows *rows = &table_of(group)->rows;
    read_locate(group->planned->layout, field, &f);
    for (size_t i = 0; i < rows->count; i++)
        if (is_row_of(rows->items[i], group) && !store_null_at(rows->items[i], f.null_at, f.null_bit))
            return false;
    return true;
}

/* Without rows nobody can tell whether a list would have been read; but who has parents and never asks for
 * their lists, would not. */
static bool judge_group(const sheaf_group *group, bool asks, sheaf_unused_kind *ret) {
    const group_reads *r = group->reads;
    const graph_group *parent = group->asked->parent;
    bool count = group->asked->origin == GRAPH_COUNT;
    bool had_chance = r->filled || !parent || group->context->groups.items[parent->index]->reads->filled;
    *ret = r->needed || !had_chance ? SHEAF_NO_ROWS : SHEAF_NEVER_READ;
    return r->needed ? asks && !r->filled && !count : true;
}

static bool judge_attribute(const sheaf_group *group, const model_field *field, sheaf_unused_kind *ret) {
    const group_reads *r = group->reads;
    if (!r->needed || !r->filled) return false; /* the group was judged as a whole */
    bool was_read = r->attributes[field->index / 64] >> field->index % 64 & 1;
    *ret = was_read ? SHEAF_ALWAYS_NULL : SHEAF_NEVER_READ;
    return !was_read || (field->kind != FIELD_COUNT && is_always_null(group, field));
}

bool sheaf_context_unused(const sheaf_context *c, sheaf_unused *ret, sheaf_error *err) {
    const reads *r = c->reads;
    if (c->state != CONTEXT_REALISED)
        return error_set(err, SHEAF_E_STATE, "what was never read is known once the context is realised");
    if (!r)
        return error_set(
            err, SHEAF_E_STATE,
            "the context does not track its reads: call sheaf_track_reads before it is realised");
    sheaf_unused unused = {.shape = r->shape, .items = r->items};
    find_needed(c);
    find_filled(c);
    for (size_t i = 0; i < r->candidate_count; i++) {
        const reads_candidate *at = &r->candidates[i];
        bool asks = i + 1 < r->candidate_count && at[1].field;
        sheaf_unused_kind kind;
        if (!(at->field ? judge_attribute(at->group, at->field, &kind) : judge_group(at->group, asks, &kind)))
            continue;
        r->items[unused.count] = at->item;
        r->items[unused.count++].kind = kind;
        unused.never_read += kind == SHEAF_NEVER_READ;
    }
    *ret = unused;
    return true;
}

void reads_tell(const sheaf_context *c) {
    sheaf_unused unused;
    if (c->reads && c->reads->at_free && sheaf_context_unused(c, &unused, NULL))
        c->reads->at_free(c->reads->user, &unused);
}
