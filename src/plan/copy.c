#include "planner.h"

/* Deep copies: a plan outlives the context, and perhaps the shape, that it was made for. Depth is bounded by
 * FILTER_NODES_MAX. A NULL from a filter that is not NULL means no memory. */

static bool copy_value(arena *memory, const sheaf_value *from, sheaf_value *ret) {
    sheaf_value v = *from;
    if (v.kind == SHEAF_KIND_TEXT) {
        v.text = arena_copy(memory, v.text);
        if (!v.text.ptr) return false;
    } else if (v.kind == SHEAF_KIND_LIST) {
        sheaf_value *items = ARENA_ARRAY(memory, sheaf_value, v.list.count);
        if (!items) return false;
        for (size_t i = 0; i < v.list.count; i++)
            if (!copy_value(memory, &from->list.items[i], &items[i])) return false;
        v.list.items = items;
    }
    *ret = v;
    return true;
}

bool planner_copy_path(planner *p, const model_path *from, model_path *ret) {
    model_hop *hops = ARENA_ARRAY(p->memory, model_hop, from->count);
    if (!hops) return false;
    for (uint32_t i = 0; i < from->count; i++) {
        hops[i] = from->hops[i];
        hops[i].where = planner_copy_filter(p, from->hops[i].where);
        if (from->hops[i].where && !hops[i].where) return false;
    }
    *ret = (model_path){.hops = hops, .count = from->count, .to_one = from->to_one};
    return true;
}

const filter *planner_copy_filter(planner *p, const filter *f) {
    if (!f) return NULL;
    filter *copy = ARENA_NEW(p->memory, filter);
    if (!copy) return NULL;
    *copy = *f;
    if (f->count) {
        const filter **items = ARENA_ARRAY(p->memory, const filter *, f->count);
        if (!items) return NULL;
        for (uint32_t i = 0; i < f->count; i++)
            if (!(items[i] = planner_copy_filter(p, f->items[i]))) return NULL;
        copy->items = items;
    }
    if (f->kind == FILTER_COMPARE && !copy_value(p->memory, &f->operand.value, &copy->operand.value))
        return NULL;
    if (f->kind == FILTER_EXISTS) {
        if (!planner_copy_path(p, &f->path, &copy->path)) return NULL;
        copy->where = planner_copy_filter(p, f->where);
        if (f->where && !copy->where) return NULL;
    }
    return copy;
}
