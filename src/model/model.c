/* model.c: looking things up in a frozen model. */
#include "model.h"

const model_entity *model_entity_named(const sheaf_model *m, sheaf_slice name) {
    const model_entity *e = map_get(&m->by_name, name);
    if (e) return e;
    e = map_get(&m->by_root, name);
    return e && !slice_equal(name, e->count_name) ? e : NULL;
}

const model_field *model_field_named(const model_entity *e, sheaf_slice name) {
    return map_get(&e->by_name, name);
}

suggest_words model_suggest_field(const model_entity *e, sheaf_slice wrong) {
    suggest s = suggest_for(wrong);
    for (uint32_t i = 0; i < e->field_count; i++) suggest_offer(&s, e->fields[i].name);
    return suggest_text(&s);
}

suggest_words model_suggest_entity(const sheaf_model *m, sheaf_slice wrong) {
    suggest s = suggest_for(wrong);
    for (uint32_t i = 0; i < m->entity_count; i++) {
        suggest_offer(&s, m->entities[i].name);
        suggest_offer(&s, m->entities[i].singular);
        suggest_offer(&s, m->entities[i].plural);
    }
    return suggest_text(&s);
}

suggest_words model_suggest_root(const sheaf_model *m, sheaf_slice wrong) {
    suggest s = suggest_for(wrong);
    for (uint32_t i = 0; i < m->entity_count; i++) {
        suggest_offer(&s, m->entities[i].singular);
        suggest_offer(&s, m->entities[i].plural);
        suggest_offer(&s, m->entities[i].count_name);
    }
    return suggest_text(&s);
}

static bool add_hops(model_hop *hops, uint32_t *count, const model_field *relation, sheaf_error *err) {
    if (relation->path.count > MODEL_HOPS_MAX - *count)
        return error_set(err, SHEAF_E_SHAPE, "a path has at most %d hops, with those of the follows in it",
                         MODEL_HOPS_MAX);
    for (uint32_t i = 0; i < relation->path.count; i++) hops[(*count)++] = relation->path.hops[i];
    return true;
}

static const model_field *step(const model_entity *from, sheaf_slice name, sheaf_error *err) {
    const model_field *f = model_field_named(from, name);
    if (f && field_is_relation(f->kind) && f->kind != FIELD_PICK) return f;
    if (!f)
        error_set(err, SHEAF_E_SHAPE, "'%.*s' has no relation '%.*s'%s", SHEAF_SLICE_ARGS(from->name),
                  SHEAF_SLICE_ARGS(name), model_suggest_field(from, name).text);
    else
        error_set(err, SHEAF_E_SHAPE, "'%.*s.%.*s' is %s: a path is made of relations that are no picks",
                  SHEAF_SLICE_ARGS(from->name), SHEAF_SLICE_ARGS(name),
                  f->kind == FIELD_PICK ? "a pick" : "an attribute");
    return NULL;
}

bool model_resolve_path(const model_entity *from, sheaf_slice dotted, arena *memory, model_path *ret_path,
                        const model_entity **ret_target, sheaf_error *err) {
    model_hop hops[MODEL_HOPS_MAX];
    model_path path = {.to_one = true};
    sheaf_slice rest = dotted;
    do {
        const model_field *f = step(from, slice_cut(rest, '.', &rest), err);
        if (!f || !add_hops(hops, &path.count, f, err)) return false;
        path.to_one = path.to_one && f->path.to_one;
        from = f->target;
    } while (rest.ptr);
    model_hop *copy = ARENA_ARRAY(memory, model_hop, path.count);
    if (!copy) return error_memory(err);
    memcpy(copy, hops, path.count * sizeof *hops);
    path.hops = copy;
    *ret_path = path;
    *ret_target = from;
    return true;
}

uint64_t sheaf_model_hash(const sheaf_model *model) {
    return model->hash;
}
