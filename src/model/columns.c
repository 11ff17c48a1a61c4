/* columns.c: keys, the columns of each entity, and the references that stand in them.
 *
 * A key may hold references, whose columns are those of the other entity's key: keys are made in the order in
 * which they are needed. Columns are shared by name, so that `person_id` and `person: Person @ref` are one
 * column. */
#include "load.h"
#include "value.h"

/* The mutable entity and field behind what the model hands out as const. */
static model_entity *entity_of(loader *l, const model_field *f) {
    return &l->model->entities[f->entity->index];
}

static model_column *find_column(const model_entity *e, sheaf_slice name) {
    for (uint32_t i = 0; i < e->column_count; i++)
        if (slice_equal(e->columns[i].name, name)) return &e->columns[i];
    return NULL;
}

/* Room was made for every column that the fields can name. */
static model_column *add_column(loader *l, const model_field *f, sheaf_slice name, sheaf_scalar scalar) {
    model_entity *e = entity_of(l, f);
    model_column *c = find_column(e, name);
    if (!c) {
        c = &e->columns[e->column_count];
        *c = (model_column){
            .name = name, .scalar = scalar, .nullable = true, .index = e->column_count++, .entity = e};
    }
    if (c->scalar != scalar) {
        LOAD_FAIL(l, f->place,
                  "the column '%.*s' is of type %s for '%.*s' and of type %s elsewhere; make them one type",
                  SHEAF_SLICE_ARGS(name), scalar_name(scalar), SHEAF_SLICE_ARGS(f->name),
                  scalar_name(c->scalar));
        return NULL;
    }
    if (f->non_null) c->nullable = false;
    return c;
}

static bool load_attribute(loader *l, model_field *f) {
    const syntax_value *given = directive_value(use_of(l, f, DIRECTIVE_COLUMN), "name");
    sheaf_slice name = given ? given->text : f->name;
    if (!load_identifier(l, given ? given->place : f->place, name)) return false;
    f->column = add_column(l, f, name, f->scalar);
    for (uint32_t i = 0; f->column && i < f->entity->field_count; i++) {
        const model_field *other = &f->entity->fields[i];
        if (other != f && other->column == f->column)
            return LOAD_FAIL(l, f->place, "the column '%.*s' is the attribute '%.*s' already",
                             SHEAF_SLICE_ARGS(name), SHEAF_SLICE_ARGS(other->name));
    }
    return f->column;
}

static bool name_reference(loader *l, const model_field *f, sheaf_slice names[MODEL_KEY_MAX]) {
    const syntax_value *given = directive_value(use_of(l, f, DIRECTIVE_REF), "column");
    const model_entity *target = f->target;
    uint32_t count = 1;
    if (given && !load_strings(l, given, "'column' of @ref", names, &count)) return false;
    if (!given) names[0] = arena_printf(&l->model->memory, "%.*s_id", SHEAF_SLICE_ARGS(f->name));
    if (!names[0].ptr) return error_memory(l->err);
    if (!given && count != target->key.count)
        return LOAD_FAIL(
            l, f->place,
            "the key of '%.*s' has %u columns; name those that refer to them by @ref(column: […])",
            SHEAF_SLICE_ARGS(target->name), target->key.count);
    if (count != target->key.count)
        return LOAD_FAIL(l, given->place, "'column' of @ref names %u column%s, but the key of '%.*s' has %u",
                         count, count == 1 ? "" : "s", SHEAF_SLICE_ARGS(target->name), target->key.count);
    for (uint32_t i = 0; i < count; i++)
        if (!load_identifier(l, given ? given->place : f->place, names[i])) return false;
    return true;
}

static bool load_reference(loader *l, model_field *f) {
    sheaf_slice names[MODEL_KEY_MAX] = {{0}};
    if (!name_reference(l, f, names)) return false;
    model_hop *hop = ARENA_NEW(&l->model->memory, model_hop);
    if (!hop) return error_memory(l->err);
    *hop = (model_hop){.kind = HOP_REF, .from = f->entity, .to = f->target, .field = f};
    for (uint32_t i = 0; i < f->target->key.count; i++) {
        const model_column *c = add_column(l, f, names[i], f->target->key.at[i]->scalar);
        if (!c) return false;
        for (uint32_t j = 0; j < i; j++)
            if (hop->columns.at[j] == c)
                return LOAD_FAIL(l, f->place, "the column '%.*s' is named twice", SHEAF_SLICE_ARGS(c->name));
        hop->columns.at[hop->columns.count++] = c;
    }
    f->path = (model_path){.hops = hop, .count = 1, .to_one = true};
    return true;
}

static bool load_stored(loader *l, model_field *f) {
    if (f->path.count || f->column) return true; /* in the key */
    if (f->kind == FIELD_COLUMN) return load_attribute(l, f);
    return f->kind != FIELD_REF || load_reference(l, f);
}

/* Keys. */

/* A key is compared as an integer or as text, on every backend. */
static bool can_be_key(sheaf_scalar scalar) {
    return scalar == SHEAF_ID || scalar == SHEAF_INT || scalar == SHEAF_BIGINT || scalar == SHEAF_STRING ||
           scalar == SHEAF_UUID;
}

static bool add_key_field(loader *l, draft_entity *draft, const model_field *f, syntax_place place) {
    if (f->kind != FIELD_COLUMN && f->kind != FIELD_REF)
        return LOAD_FAIL(l, place, "a key is made of stored attributes and references; '%.*s' is neither",
                         SHEAF_SLICE_ARGS(f->name));
    if (!f->non_null)
        return LOAD_FAIL(l, place, "a key is never null; write '!' after the type of '%.*s'",
                         SHEAF_SLICE_ARGS(f->name));
    if (f->kind == FIELD_COLUMN && !can_be_key(f->scalar))
        return LOAD_FAIL(l, place, "a key holds no %s", scalar_name(f->scalar));
    draft->key[draft->key_count++] = f;
    return true;
}

static bool read_key(loader *l, const model_entity *e, const syntax_value *given) {
    sheaf_slice names[MODEL_KEY_MAX];
    uint32_t count;
    if (!load_strings(l, given, "'fields' of @key", names, &count)) return false;
    for (uint32_t i = 0; i < count; i++) {
        syntax_place place = given->kind == SYNTAX_LIST ? given->items[i].place : given->place;
        const model_field *f = model_field_named(e, names[i]);
        if (!f)
            return LOAD_FAIL(l, place, "'%.*s' has no field '%.*s'%s", SHEAF_SLICE_ARGS(e->name),
                             SHEAF_SLICE_ARGS(names[i]), model_suggest_field(e, names[i]).text);
        for (uint32_t j = 0; j < i; j++)
            if (slice_equal(names[i], names[j]))
                return LOAD_FAIL(l, place, "'%.*s' is named twice", SHEAF_SLICE_ARGS(f->name));
        if (!add_key_field(l, &l->drafts[e->index], f, place)) return false;
    }
    return true;
}

static bool is_id(const model_field *f) {
    return f && f->kind == FIELD_COLUMN && f->scalar == SHEAF_ID && f->non_null;
}

/* The field of type ID!; of several the one that is called `id`. */
static bool find_id(loader *l, const model_entity *e) {
    const model_field *found = model_field_named(e, SHEAF_SLICE("id"));
    bool certain = is_id(found);
    if (!certain) found = NULL;
    for (uint32_t i = 0; i < e->field_count && !certain; i++) {
        if (!is_id(&e->fields[i])) continue;
        if (found)
            return LOAD_FAIL(l, e->place,
                             "'%.*s' has several fields of type ID!; say which is the key by @key(fields: …)",
                             SHEAF_SLICE_ARGS(e->name));
        found = &e->fields[i];
    }
    if (!found)
        return LOAD_FAIL(l, e->place,
                         "'%.*s' has no key; give it a field of type ID!, or name its key by @key(fields: …)",
                         SHEAF_SLICE_ARGS(e->name));
    l->drafts[e->index].key[l->drafts[e->index].key_count++] = found;
    return true;
}

static bool append_key(loader *l, model_entity *e, const model_column *c) {
    for (uint32_t i = 0; i < e->key.count; i++)
        if (e->key.at[i] == c) return true; /* two references that share a column */
    if (e->key.count == MODEL_KEY_MAX)
        return LOAD_FAIL(l, e->place, "the key of '%.*s' has more than %d columns", SHEAF_SLICE_ARGS(e->name),
                         MODEL_KEY_MAX);
    e->key.at[e->key.count++] = c;
    return true;
}

static bool make_key(loader *l, model_entity *e) {
    draft_entity *draft = &l->drafts[e->index];
    for (uint32_t i = 0; i < draft->key_count; i++) {
        model_field *f = &e->fields[draft->key[i]->index];
        if (!load_stored(l, f)) return false;
        if (f->column && !append_key(l, e, f->column)) return false;
        for (uint32_t j = 0; f->kind == FIELD_REF && j < f->path.hops[0].columns.count; j++)
            if (!append_key(l, e, f->path.hops[0].columns.at[j])) return false;
    }
    draft->keyed = true;
    return true;
}

/* The first reference of the key that leads to an entity whose key is not known yet. */
static const model_field *key_waits_for(const loader *l, const draft_entity *draft) {
    for (uint32_t i = 0; i < draft->key_count; i++)
        if (draft->key[i]->kind == FIELD_REF && !l->drafts[draft->key[i]->target->index].keyed)
            return draft->key[i];
    return NULL;
}

static bool make_keys(loader *l) {
    const model_field *waiting;
    bool progress;
    do {
        waiting = NULL;
        progress = false;
        for (uint32_t i = 0; i < l->model->entity_count; i++) {
            const model_field *f = key_waits_for(l, &l->drafts[i]);
            if (f) waiting = f;
            if (f || l->drafts[i].keyed) continue;
            if (!make_key(l, &l->model->entities[i])) return false;
            progress = true;
        }
    } while (progress);
    if (!waiting) return true;
    return LOAD_FAIL(l, waiting->place, "the key of '%.*s' leads back to itself through '%.*s'",
                     SHEAF_SLICE_ARGS(waiting->entity->name), SHEAF_SLICE_ARGS(waiting->name));
}

/* Every attribute has one column, every reference at most MODEL_KEY_MAX. */
static bool make_room(loader *l, model_entity *e) {
    size_t room = 0;
    for (uint32_t i = 0; i < e->field_count; i++)
        room += e->fields[i].kind == FIELD_COLUMN ? 1 : e->fields[i].kind == FIELD_REF ? MODEL_KEY_MAX : 0;
    e->columns = ARENA_ARRAY(&l->model->memory, model_column, room);
    return e->columns || error_memory(l->err);
}

bool load_columns(loader *l) {
    for (uint32_t i = 0; i < l->model->entity_count; i++) {
        model_entity *e = &l->model->entities[i];
        const syntax_value *key = directive_value(l->drafts[i].uses.at[DIRECTIVE_KEY], "fields");
        if (!make_room(l, e) || !(key ? read_key(l, e, key) : find_id(l, e))) return false;
    }
    if (!make_keys(l)) return false;
    for (uint32_t i = 0; i < l->model->entity_count; i++)
        for (uint32_t j = 0; j < l->model->entities[i].field_count; j++)
            if (!load_stored(l, &l->model->entities[i].fields[j])) return false;
    return true;
}
