/* The calls that declare groups. None of them fails visibly: a mistake is kept, with its place, for realise.
 */
#include "context.h"

#include "../model/value.h"
#include "unused.h"

sheaf_context *sheaf_context_new(sheaf_db *db) {
    sheaf_context *c = memory_new_zero(db->allocator, 1, sizeof *c);
    if (!c) return NULL;
    c->db = db;
    c->lists = true;
    c->mistaken.context = c;
    c->memory = spares_take(db, (size_t)db->limits.bytes_max);
    graph_init(&c->graph, &c->memory, db->model);
    if (!db->model) error_set(&c->mistake, SHEAF_E_USAGE, "the database was opened without a model");
    if (db->unused) sheaf_track_reads(c, db->unused, db->unused_user);
    return c;
}

void sheaf_context_free(sheaf_context *c) {
    if (!c) return;
    const sheaf_allocator *allocator = c->db->allocator;
    reads_tell(c);
    plans_drop(c->db, c->ready);
    spares_give(c->db, &c->memory);
    memory_release(allocator, c);
}

void context_mistake(sheaf_context *c, const sheaf_error *mistake, const char *place) {
    if (c->mistake.code != SHEAF_OK) return;
    c->mistake = *mistake;
    if (c->mistake.code != SHEAF_E_MEMORY) error_prefix(&c->mistake, "%s", place);
}

static sheaf_group *mistaken(sheaf_context *c, const sheaf_error *mistake, const char *place) {
    context_mistake(c, mistake, place);
    return &c->mistaken;
}

sheaf_group *context_group(sheaf_context *c, graph_group *asked) {
    sheaf_group *group = asked ? ARENA_NEW(&c->memory, sheaf_group) : NULL;
    sheaf_group **slot = group ? ARENA_PUSH(&c->memory, &c->groups) : NULL;
    if (!slot) {
        sheaf_error err;
        error_memory(&err);
        return mistaken(c, &err, "");
    }
    *slot = group;
    group->context = c;
    group->asked = asked;
    return group;
}

/* What every declaration starts with: the context still takes one. */
static bool may_add(sheaf_context *c, sheaf_error *err) {
    if (c->state != CONTEXT_BUILDING)
        return error_set(err, SHEAF_E_STATE,
                         "the context is realised: nothing can be added; make another context");
    if (!c->db->model) return error_set(err, SHEAF_E_USAGE, "the database was opened without a model");
    if (c->groups.count >= (size_t)c->db->limits.groups_max)
        return error_set(err, SHEAF_E_LIMIT, "more than %lld groups in one context (groups-max)",
                         (long long)c->db->limits.groups_max);
    return true;
}

static const model_entity *entity_of(sheaf_context *c, const char *name, sheaf_error *err) {
    const model_entity *e = name ? model_entity_named(c->db->model, slice_of(name)) : NULL;
    if (!e)
        error_set(err, SHEAF_E_SHAPE, "the model has no entity '%s'%s", name ? name : "(null)",
                  model_suggest_entity(c->db->model, slice_of(name)).text);
    return e;
}

static bool check_limit(sheaf_context *c, int64_t limit, sheaf_error *err) {
    if (limit < 0)
        return error_set(err, SHEAF_E_LIMIT, "a limit of %lld: it must not be negative", (long long)limit);
    if (limit > c->db->limits.page_max)
        return error_set(err, SHEAF_E_LIMIT, "a limit of %lld is more than the %lld of page-max",
                         (long long)limit, (long long)c->db->limits.page_max);
    return true;
}

static bool set_page(sheaf_context *c, graph_group *g, int64_t offset, const char *after, sheaf_error *err) {
    if (offset < 0)
        return error_set(err, SHEAF_E_LIMIT, "an offset of %lld: it must not be negative", (long long)offset);
    if (offset && after) return error_set(err, SHEAF_E_USAGE, "offset and after exclude each other");
    if (offset) {
        g->offset = graph_value(&c->graph, (sheaf_value){.kind = SHEAF_KIND_INT, .i = offset});
        if (g->offset < 0) return error_memory(err);
    }
    return !after || cursor_read(c, g->entity, &g->order, slice_of(after), &g->after, err);
}

static graph_group *search(sheaf_context *c, const char *entity, const sheaf_search_options *o,
                           const char *place, sheaf_error *err) {
    static const sheaf_search_options none;
    if (!o) o = &none;
    if (!may_add(c, err)) return NULL;
    const model_entity *e = entity_of(c, entity, err);
    if (!e || !check_limit(c, o->limit, err)) return NULL;
    graph_group *g = graph_add(&c->graph, GRAPH_SEARCH, e, place);
    if (!g) {
        error_memory(err);
        return NULL;
    }
    g->limit = o->limit ? o->limit : c->db->limits.page_default;
    g->wants_order = true;
    bool ok = condition_read(c, e, &o->where, &g->where, err) &&
              condition_order(c, e, o->order, &g->order, err) && set_page(c, g, o->offset, o->after, err);
    return ok ? g : NULL;
}

sheaf_group *sheaf_search_at(sheaf_context *c, const char *entity, const sheaf_search_options *o,
                             const char *place) {
    sheaf_error err;
    graph_group *g = search(c, entity, o, place, &err);
    return g ? context_group(c, g) : mistaken(c, &err, place);
}

static graph_group *count(sheaf_context *c, const char *entity, const sheaf_filter *where, const char *place,
                          sheaf_error *err) {
    if (!may_add(c, err)) return NULL;
    const model_entity *e = entity_of(c, entity, err);
    if (!e) return NULL;
    graph_group *g = graph_add(&c->graph, GRAPH_COUNT, e, place);
    if (!g) {
        error_memory(err);
        return NULL;
    }
    return condition_read(c, e, where, &g->where, err) ? g : NULL;
}

sheaf_group *sheaf_count_at(sheaf_context *c, const char *entity, sheaf_filter where, const char *place) {
    sheaf_error err;
    graph_group *g = count(c, entity, &where, place, &err);
    return g ? context_group(c, g) : mistaken(c, &err, place);
}

/* A dotted path is a relation that nobody declared: its end, in key order unless told otherwise. */
static graph_group *follow_path(sheaf_context *c, graph_group *parent, const char *path, const char *place,
                                sheaf_error *err) {
    const model_entity *target;
    model_path resolved;
    if (!model_resolve_path(parent->entity, slice_of(path), &c->memory, &resolved, &target, err)) return NULL;
    graph_group *g = graph_add(&c->graph, GRAPH_FOLLOW, target, place);
    if (!g) {
        error_memory(err);
        return NULL;
    }
    g->parent = parent;
    g->path = resolved;
    g->to_one = resolved.to_one;
    return g;
}

static graph_group *follow_field(sheaf_context *c, graph_group *parent, const char *relation,
                                 const char *place, sheaf_error *err) {
    const model_field *field = model_field_named(parent->entity, slice_of(relation));
    if (!field || !field_is_relation(field->kind)) {
        error_set(err, SHEAF_E_SHAPE, "%.*s has no relation '%s'%s", SHEAF_SLICE_ARGS(parent->entity->name),
                  relation, model_suggest_field(parent->entity, slice_of(relation)).text);
        return NULL;
    }
    graph_group *g = graph_follow(&c->graph, parent, field, place);
    if (!g) error_memory(err);
    return g;
}

static graph_group *follow(sheaf_context *c, graph_group *parent, const char *relation,
                           const sheaf_follow_options *o, const char *place, sheaf_error *err) {
    if (!may_add(c, err)) return NULL;
    if (!relation) relation = "(null)";
    if (parent->origin == GRAPH_COUNT) {
        error_set(err, SHEAF_E_USAGE, "a count has no rows to follow");
        return NULL;
    }
    graph_group *g = strchr(relation, '.') ? follow_path(c, parent, relation, place, err)
                                           : follow_field(c, parent, relation, place, err);
    if (!g || !o) return g;
    bool any = o->where.kind != SHEAF_FILTER_NONE || o->order || o->limit || o->offset || o->after;
    if (any && (g->to_one || g->pick)) {
        error_set(err, SHEAF_E_USAGE, "'%s' leads to one row: it takes no condition, order, limit or page",
                  relation);
        return NULL;
    }
    bool ok = check_limit(c, o->limit, err) && condition_read(c, g->entity, &o->where, &g->where, err) &&
              (!o->order || condition_order(c, g->entity, o->order, &g->order, err)) &&
              set_page(c, g, o->offset, o->after, err);
    if (!ok) return NULL;
    if (o->limit) g->limit = o->limit;
    g->wants_order = o->limit > 0;
    return g;
}

sheaf_group *sheaf_follow_at(sheaf_group *group, const char *relation, const sheaf_follow_options *o,
                             const char *place) {
    sheaf_context *c = group->context;
    if (!group->asked) return &c->mistaken;
    sheaf_error err;
    graph_group *g = follow(c, group->asked, relation, o, place, &err);
    return g ? context_group(c, g) : mistaken(c, &err, place);
}

static bool update(sheaf_group *into, sheaf_group *from, sheaf_error *err) {
    if (into->context->state != CONTEXT_BUILDING) return may_add(into->context, err);
    if (into->context != from->context)
        return error_set(err, SHEAF_E_USAGE, "sheaf_update of groups of two contexts");
    if (into->asked->origin == GRAPH_COUNT || from->asked->origin == GRAPH_COUNT ||
        into->asked->entity != from->asked->entity)
        return error_set(
            err, SHEAF_E_SHAPE, "sheaf_update of %.*s with %.*s: both must hold rows of one entity",
            SHEAF_SLICE_ARGS(into->asked->entity->name), SHEAF_SLICE_ARGS(from->asked->entity->name));
    if (into == from) return true;
    if (graph_depends(&into->context->graph, from->asked, into->asked))
        return error_set(
            err, SHEAF_E_SHAPE,
            "sheaf_update would close a circle: the group made at %s depends on the one made at %s",
            from->asked->place, into->asked->place);
    return graph_include(&into->context->graph, into->asked, from->asked) || error_memory(err);
}

sheaf_group *sheaf_update_at(sheaf_group *into, sheaf_group *from, const char *place) {
    sheaf_error err;
    if (into->asked && from->asked && !update(into, from, &err)) context_mistake(into->context, &err, place);
    return into;
}

static bool need(sheaf_group *group, const char *name, sheaf_error *err) {
    const model_entity *e = group->asked->entity;
    if (group->context->state != CONTEXT_BUILDING) return may_add(group->context, err);
    if (group->asked->origin == GRAPH_COUNT)
        return error_set(err, SHEAF_E_USAGE, "a count has no rows, and so no '%s'", name);
    const model_field *field = model_field_named(e, slice_of(name));
    if (!field)
        return error_set(err, SHEAF_E_SHAPE, "%.*s has no attribute '%s'%s", SHEAF_SLICE_ARGS(e->name), name,
                         model_suggest_field(e, slice_of(name)).text);
    if (field_is_relation(field->kind))
        return error_set(err, SHEAF_E_SHAPE, "'%s' of %.*s is a relation: follow it", name,
                         SHEAF_SLICE_ARGS(e->name));
    graph_ask(group->asked, field);
    return true;
}

void sheaf_need_at(sheaf_group *group, const char *place, ...) {
    if (!group->asked) return;
    va_list names;
    va_start(names, place);
    for (const char *name = va_arg(names, const char *); name; name = va_arg(names, const char *)) {
        sheaf_error err;
        if (!need(group, name, &err)) context_mistake(group->context, &err, place);
    }
    va_end(names);
}

/* ---- Groups of keys -------------------------------------------------------------------------------------*/

static bool copy_key(sheaf_context *c, const model_column *column, const sheaf_value *from, sheaf_value *to,
                     sheaf_error *err) {
    *to = *from;
    bool is_text = bound(c->db->binding, column)->text || scalar_kind(column->scalar) == SHEAF_KIND_TEXT;
    if (from->kind == SHEAF_KIND_NULL) return error_set(err, SHEAF_E_USAGE, "a key is never NULL");
    bool is_uuid = bound(c->db->binding, column)->type == DB_UUID;
    if (!value_check(is_uuid ? SHEAF_UUID : column->scalar, to, "key", &c->memory, err) ||
        !context_fit(is_text ? SQL_PARAM_TEXT : SQL_PARAM_INT, to, &c->memory, err))
        return false;
    if (is_text && !(to->text = arena_copy(&c->memory, to->text)).ptr) return error_memory(err);
    return true;
}

static graph_group *keys_group(sheaf_context *c, const model_entity *e, const sheaf_value *keys, size_t n,
                               const char *place, sheaf_error *err) {
    if (!may_add(c, err)) return NULL;
    if (n > (size_t)c->db->limits.page_max) {
        error_set(err, SHEAF_E_LIMIT, "%zu keys are more than the %lld of page-max", n,
                  (long long)c->db->limits.page_max);
        return NULL;
    }
    graph_group *g = graph_add(&c->graph, GRAPH_KEYS, e, place);
    sheaf_value *copy = g ? ARENA_ARRAY(&c->memory, sheaf_value, n * e->key.count) : NULL;
    if (!copy) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < n * e->key.count; i++)
        if (!copy_key(c, e->key.at[i % e->key.count], &keys[i], &copy[i], err)) return NULL;
    g->keys = copy;
    g->key_count = n;
    return g;
}

sheaf_group *sheaf_group_of_keys_at(sheaf_context *c, const char *entity, const sheaf_value *keys, size_t n,
                                    const char *place) {
    sheaf_error err;
    if (c->mistake.code != SHEAF_OK) return &c->mistaken;
    const model_entity *e = entity_of(c, entity, &err);
    graph_group *g = e ? keys_group(c, e, keys, n, place, &err) : NULL;
    return g ? context_group(c, g) : mistaken(c, &err, place);
}

static graph_group *rows_group(sheaf_context *c, const sheaf_row *const *rows, size_t n, const char *place,
                               sheaf_error *err) {
    const model_entity *e = rows[0]->table->layout->entity;
    if (e->model != c->db->model) {
        error_set(err, SHEAF_E_USAGE, "the rows are of another model");
        return NULL;
    }
    sheaf_value *keys = ARENA_ARRAY(&c->memory, sheaf_value, n * e->key.count);
    if (!keys) {
        error_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (rows[i]->table->layout->entity != e) {
            error_set(err, SHEAF_E_USAGE, "the rows are of two entities");
            return NULL;
        }
        for (uint32_t k = 0; k < e->key.count; k++)
            keys[i * e->key.count + k] = store_value(rows[i], e->key.at[k]);
    }
    return keys_group(c, e, keys, n, place, err);
}

sheaf_group *sheaf_group_of_rows_at(sheaf_context *c, const sheaf_row *const *rows, size_t n,
                                    const char *place) {
    sheaf_error err;
    if (c->mistake.code != SHEAF_OK) return &c->mistaken;
    if (!n) error_set(&err, SHEAF_E_USAGE, "a group of no rows has no entity");
    graph_group *g = n ? rows_group(c, rows, n, place, &err) : NULL;
    return g ? context_group(c, g) : mistaken(c, &err, place);
}
