/* What the functions of sheaf/typed.h call. */
#include <sheaf/typed.h>

#include "context.h"

#include "../model/value.h"
#include "unused.h"

bool sheaf_typed_field(const sheaf_group *group, const char *attribute, sheaf_kind kind, sheaf_field *ret,
                       sheaf_error *err) {
    sheaf_field field;
    if (!sheaf_field_of(group, attribute, &field, err)) return false;
    if (reads_kind(&field) == (uint8_t)kind) {
        *ret = field;
        return true;
    }
    sheaf_slice entity = group->asked->entity->name;
    if (field.scalar != SHEAF_ID)
        return error_set(
            err, SHEAF_E_CHANGED,
            "'%s' of %.*s is of type %s now, and was of another when its header was generated: run "
            "sheaf gen again",
            attribute, SHEAF_SLICE_ARGS(entity), scalar_name((sheaf_scalar)field.scalar));
    return error_set(err, SHEAF_E_CATALOGUE,
                     kind == SHEAF_KIND_TEXT ? "'%s' of %.*s is a number in the database, and text in the "
                                               "generated header: run sheaf gen without its --text-id"
                                             : "'%s' of %.*s is text in the database, and a number in the "
                                               "generated header: run sheaf gen with --text-id for what it "
                                               "identifies",
                     attribute, SHEAF_SLICE_ARGS(entity));
}

static sheaf_value key_part(const char *key, const sheaf_key_part *part) {
    sheaf_value value = {.kind = part->kind};
    if (part->kind == SHEAF_KIND_INT)
        value.i = *(const int64_t *)(key + part->at);
    else
        value.text = *(const sheaf_slice *)(key + part->at);
    return value;
}

static sheaf_value *read_keys(sheaf_context *c, const char *entity, const void *keys, size_t count,
                              size_t size, const sheaf_key_part *parts, size_t part_count, sheaf_error *err) {
    const model_entity *e = model_entity_named(c->db->model, slice_of(entity));
    size_t values;
    if (e && e->key.count != part_count) {
        error_set(
            err, SHEAF_E_CHANGED,
            "the key of %s has %u columns, and had %zu when its header was generated: run sheaf gen again",
            entity, e->key.count, part_count);
        return NULL;
    }
    sheaf_value *copy =
        memory_mul(count, part_count, &values) ? ARENA_ARRAY(&c->memory, sheaf_value, values) : NULL;
    if (!copy) error_memory(err);
    for (size_t i = 0; copy && i < values; i++)
        copy[i] = key_part((const char *)keys + i / part_count * size, &parts[i % part_count]);
    return copy;
}

sheaf_group *sheaf_typed_keys_at(sheaf_context *c, const char *entity, const void *keys, size_t count,
                                 size_t size, const sheaf_key_part *parts, size_t part_count,
                                 const char *place) {
    sheaf_error err;
    sheaf_value *copy = NULL;
    if (c->mistake.code == SHEAF_OK &&
        !(copy = read_keys(c, entity, keys, count, size, parts, part_count, &err)))
        context_mistake(c, &err, place);
    if (!copy) return &c->mistaken;
    return sheaf_group_of_keys_at(c, entity, copy, count, place);
}
