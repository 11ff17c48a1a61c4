#include "graph.h"

void graph_init(graph *g, arena *memory, const sheaf_model *model) {
    *g = (graph){.memory = memory, .model = model};
}

graph_group *graph_add(graph *g, graph_origin origin, const model_entity *entity, const char *place) {
    graph_group *group = ARENA_NEW(g->memory, graph_group);
    if (!group) return NULL;
    *group = (graph_group){.index = (uint32_t)g->groups.count,
                           .origin = origin,
                           .entity = entity,
                           .limit = -1,
                           .offset = -1,
                           .place = place};
    group->asked = ARENA_ARRAY(g->memory, uint64_t, entity->field_count / 64 + 1);
    if (!group->asked) return NULL;
    graph_group **slot = ARENA_PUSH(g->memory, &g->groups);
    if (!slot) return NULL;
    *slot = group;
    return group;
}

graph_group *graph_follow(graph *g, graph_group *parent, const model_field *relation, const char *place) {
    graph_group *group = graph_add(g, GRAPH_FOLLOW, relation->target, place);
    if (!group) return NULL;
    group->parent = parent;
    group->relation = relation;
    group->path = relation->path;
    group->order = relation->order;
    group->to_one = !relation->list;
    group->pick = relation->kind == FIELD_PICK;
    return group;
}

int32_t graph_value(graph *g, sheaf_value value) {
    if (g->values.count >= INT32_MAX) return -1;
    sheaf_value *slot = ARENA_PUSH(g->memory, &g->values);
    if (!slot) return -1;
    *slot = value;
    return (int32_t)(g->values.count - 1);
}

bool graph_include(graph *g, graph_group *into, graph_group *from) {
    struct {
        graph_group **items;
        size_t count, room;
    } list = {into->includes, into->include_count, into->include_room};
    graph_group **slot = ARENA_PUSH(g->memory, &list);
    if (!slot) return false;
    *slot = from;
    into->includes = list.items;
    into->include_count = (uint32_t)list.count;
    into->include_room = (uint32_t)list.room;
    return true;
}

/* Each group is looked at once; depth is bounded by the number of groups, which the context caps. */
static bool depends(graph_group *from, const graph_group *to, uint32_t visit) {
    if (from == to) return true;
    if (from->visit == visit) return false;
    from->visit = visit;
    if (from->parent && depends(from->parent, to, visit)) return true;
    for (uint32_t i = 0; i < from->include_count; i++)
        if (depends(from->includes[i], to, visit)) return true;
    return false;
}

bool graph_depends(graph *g, graph_group *from, const graph_group *to) {
    return depends(from, to, ++g->visits);
}

/* ---- The bytes that stand for a graph -------------------------------------------------------------------*/

static void put(buffer *out, uint64_t number) {
    buffer_bytes(out, (const char *)&number, sizeof number);
}

static void put_pointer(buffer *out, const void *pointer) {
    put(out, (uint64_t)(uintptr_t)pointer);
}

static void put_value(buffer *out, const sheaf_value *v) {
    put(out, v->kind);
    switch (v->kind) {
    case SHEAF_KIND_NULL: break;
    case SHEAF_KIND_INT:
    case SHEAF_KIND_FLOAT: put(out, (uint64_t)v->i); break;
    case SHEAF_KIND_TEXT:
        put(out, v->text.len);
        buffer_slice(out, v->text);
        break;
    case SHEAF_KIND_LIST:
        put(out, v->list.count);
        for (size_t i = 0; i < v->list.count; i++) put_value(out, &v->list.items[i]);
        break;
    }
}

/* Depth is bounded by FILTER_NODES_MAX. */
static void put_filter(buffer *out, const filter *f);

static void put_path(buffer *out, const model_path *path) {
    put(out, path->count);
    for (uint32_t i = 0; i < path->count; i++) {
        put_pointer(out, path->hops[i].field);
        put_filter(out, path->hops[i].where);
    }
}

static void put_filter(buffer *out, const filter *f) {
    if (!f) {
        put(out, UINT64_MAX);
        return;
    }
    put(out, f->kind);
    switch (f->kind) {
    case FILTER_AND:
    case FILTER_OR:
    case FILTER_NOT:
        put(out, f->count);
        for (uint32_t i = 0; i < f->count; i++) put_filter(out, f->items[i]);
        break;
    case FILTER_COMPARE:
        put_pointer(out, f->column);
        put(out, f->op);
        put(out, f->operand.is_variable ? f->operand.variable : UINT64_MAX);
        if (!f->operand.is_variable) put_value(out, &f->operand.value);
        break;
    case FILTER_EXISTS:
        put_path(out, &f->path);
        put_filter(out, f->where);
        break;
    }
}

void graph_list_key(const graph_group *g, buffer *out) {
    put_pointer(out, g->entity);
    put_path(out, &g->path);
    put(out, (uint64_t)g->to_one << 1 | g->pick);
    put_pointer(out, g->pick ? g->relation : NULL);
    put_filter(out, g->where);
    put(out, g->order.count);
    for (uint32_t i = 0; i < g->order.count; i++) {
        put_pointer(out, g->order.items[i].column);
        put(out, g->order.items[i].descending);
    }
    put(out, (uint64_t)g->limit);
    put(out, (uint64_t)(int64_t)g->offset);
    put(out, g->after.given ? g->after.first : UINT64_MAX);
    put(out, g->after.nulls);
}

static void put_group(buffer *out, const graph_group *g) {
    put(out, g->origin);
    put(out, g->parent ? g->parent->index : UINT64_MAX);
    put_pointer(out, g->relation);
    graph_list_key(g, out);
    put(out, g->wants_order);
    for (uint32_t i = 0; i <= g->entity->field_count / 64; i++) put(out, g->asked[i]);
    put(out, g->include_count);
    for (uint32_t i = 0; i < g->include_count; i++) put(out, g->includes[i]->index);
}

void graph_key(const graph *g, buffer *out) {
    put_pointer(out, g->views);
    put(out, g->groups.count);
    for (size_t i = 0; i < g->groups.count; i++) put_group(out, g->groups.items[i]);
}
