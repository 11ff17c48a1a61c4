/* resolve.c: relations that are made from references, and what is made from relations: follows, counts,
 * picks.
 *
 * A follow needs the follows in its path and in its condition; each is resolved when it is first needed. */
#include <stdio.h>

#include "filter.h"
#include "load.h"
#include "value.h"

static model_field *mutable(loader *l, const model_field *f) {
    return &l->model->entities[f->entity->index].fields[f->index];
}

static bool set_hop(loader *l, model_field *f, model_hop hop) {
    model_hop *copy = ARENA_NEW(&l->model->memory, model_hop);
    if (!copy) return error_memory(l->err);
    hop.from = f->entity;
    hop.to = f->target;
    hop.field = f;
    *copy = hop;
    f->path = (model_path){.hops = copy, .count = 1, .to_one = false};
    return true;
}

/* @many */

static const model_field *named_back(loader *l, const model_field *f, const syntax_value *name) {
    const model_field *ref = model_field_named(f->target, name->text);
    if (ref && ref->kind == FIELD_REF && ref->target == f->entity) return ref;
    if (!ref)
        LOAD_FAIL(l, name->place, "'%.*s' has no field '%.*s'%s", SHEAF_SLICE_ARGS(f->target->name),
                  SHEAF_SLICE_ARGS(name->text), model_suggest_field(f->target, name->text).text);
    else
        LOAD_FAIL(l, name->place, "'%.*s.%.*s' is no reference to '%.*s'", SHEAF_SLICE_ARGS(f->target->name),
                  SHEAF_SLICE_ARGS(ref->name), SHEAF_SLICE_ARGS(f->entity->name));
    return NULL;
}

/* The only reference that leads back. */
static const model_field *only_back(loader *l, const model_field *f) {
    const model_field *first = NULL;
    for (uint32_t i = 0; i < f->target->field_count; i++) {
        const model_field *ref = &f->target->fields[i];
        if (ref->kind != FIELD_REF || ref->target != f->entity) continue;
        if (first) {
            LOAD_FAIL(
                l, f->place,
                "ambiguous join: '%.*s' refers to '%.*s' by '%.*s' and by '%.*s'; choose by @many(ref: …)",
                SHEAF_SLICE_ARGS(f->target->name), SHEAF_SLICE_ARGS(f->entity->name),
                SHEAF_SLICE_ARGS(first->name), SHEAF_SLICE_ARGS(ref->name));
            return NULL;
        }
        first = ref;
    }
    if (!first)
        LOAD_FAIL(
            l, f->place,
            "'%.*s' has no reference to '%.*s'; give it one, or say how to get there by @through or @follow",
            SHEAF_SLICE_ARGS(f->target->name), SHEAF_SLICE_ARGS(f->entity->name));
    return first;
}

static bool resolve_many(loader *l, model_field *f) {
    const syntax_value *name = directive_value(use_of(l, f, DIRECTIVE_MANY), "ref");
    const model_field *ref = name ? named_back(l, f, name) : only_back(l, f);
    return ref && set_hop(l, f, (model_hop){.kind = HOP_MANY, .columns = ref->path.hops[0].columns});
}

/* @through */

static bool link_columns(loader *l, const syntax_value *given, const model_entity *side, const char *what,
                         sheaf_slice ret[MODEL_KEY_MAX]) {
    uint32_t count;
    if (!load_strings(l, given, what, ret, &count)) return false;
    if (count != side->key.count)
        return LOAD_FAIL(l, given->place, "%s names %u column%s, but the key of '%.*s' has %u", what, count,
                         count == 1 ? "" : "s", SHEAF_SLICE_ARGS(side->name), side->key.count);
    for (uint32_t i = 0; i < count; i++)
        if (!load_identifier(l, given->place, ret[i])) return false;
    return true;
}

static bool resolve_through(loader *l, model_field *f) {
    const syntax_directive *use = use_of(l, f, DIRECTIVE_THROUGH);
    const syntax_value *table = directive_value(use, "table");
    model_hop hop = {.kind = HOP_THROUGH};
    sheaf_slice first = slice_cut(table->text, '.', &hop.link_table);
    if (hop.link_table.ptr) {
        hop.link_schema = first;
        if (!load_identifier(l, table->place, first)) return false;
    } else {
        hop.link_table = first;
    }
    return load_identifier(l, table->place, hop.link_table) &&
           link_columns(l, directive_value(use, "from"), f->entity, "'from' of @through", hop.link_from) &&
           link_columns(l, directive_value(use, "to"), f->target, "'to' of @through", hop.link_to) &&
           set_hop(l, f, hop);
}

/* @follow */

static bool resolve_follow(loader *l, const model_field *f);

static bool needs_of_path(loader *l, const model_entity *from, sheaf_slice rest) {
    do {
        const model_field *f = model_field_named(from, slice_cut(rest, '.', &rest));
        if (!f || !field_is_relation(f->kind)) return true; /* model_resolve_path will say so */
        if (f->kind == FIELD_FOLLOW && !resolve_follow(l, f)) return false;
        from = f->target;
    } while (rest.ptr);
    return true;
}

/* Values nest at most LANG_DEPTH_MAX deep. Whatever is no relation (and, or, not, mistakes) is walked
 * through. */
static bool needs_of_where(loader *l, const model_entity *entity, const syntax_value *where) {
    for (size_t i = 0; i < where->item_count; i++)
        if (!needs_of_where(l, entity, &where->items[i])) return false;
    for (size_t i = 0; i < where->field_count; i++) {
        const model_field *f = model_field_named(entity, where->fields[i].name);
        if (f && f->kind == FIELD_FOLLOW && !resolve_follow(l, f)) return false;
        const model_entity *inner = f && field_is_relation(f->kind) ? f->target : entity;
        if (!needs_of_where(l, inner, &where->fields[i].value)) return false;
    }
    return true;
}

/* Puts `where` on the last hop, beside what stands there. */
static bool set_condition(loader *l, const model_entity *target, const syntax_value *where,
                          const model_path *path) {
    const filter *condition;
    bool ok;
    if (!where) return true;
    if (!needs_of_where(l, target, where) ||
        !filter_read(target, where, l->document, NULL, SHEAF_E_MODEL, &l->model->memory, &condition, l->err))
        return false;
    model_hop *last = (model_hop *)&path->hops[path->count - 1]; /* this path's own copy */
    last->where = filter_and(&l->model->memory, last->where, condition, &ok);
    return ok || error_memory(l->err);
}

/* The path that an argument names, with its condition. It leads to the field's type; that of a count is found
 * here. */
static bool resolve_path(loader *l, model_field *f, const syntax_directive *use, const char *argument) {
    const syntax_value *dotted = directive_value(use, argument);
    const model_entity *target;
    sheaf_error why = {0};
    if (!needs_of_path(l, f->entity, dotted->text)) return false;
    if (!model_resolve_path(f->entity, dotted->text, &l->model->memory, &f->path, &target, &why))
        return why.code == SHEAF_E_MEMORY ? error_memory(l->err)
                                          : LOAD_FAIL(l, dotted->place, "%s", why.message);
    if (f->target && f->target != target)
        return LOAD_FAIL(l, dotted->place, "the path leads to '%.*s', but '%.*s' is of type '%.*s'",
                         SHEAF_SLICE_ARGS(target->name), SHEAF_SLICE_ARGS(f->name),
                         SHEAF_SLICE_ARGS(f->target->name));
    f->target = target;
    return set_condition(l, target, directive_value(use, "where"), &f->path);
}

static bool resolve_order(loader *l, model_field *f, const syntax_directive *use) {
    const syntax_value *order = directive_value(use, "order");
    return !order ||
           order_read(f->target, order, l->document, SHEAF_E_MODEL, &l->model->memory, &f->order, l->err);
}

static bool check_follow(loader *l, const model_field *f, const syntax_directive *use) {
    const syntax_value *order = directive_value(use, "order");
    if (!f->list && !f->path.to_one)
        return LOAD_FAIL(
            l, directive_value(use, "path")->place,
            "the path leads to a list: write [%.*s!]!, or take one row of it by @pick(of: …, order: …)",
            SHEAF_SLICE_ARGS(f->target->name));
    if (!f->list && order) return LOAD_FAIL(l, order->place, "one row at most needs no order; remove it");
    return true;
}

/* "the follows make a cycle: A.x → B.y → A.x", from the follows that are being resolved. */
static bool refuse_cycle(loader *l, const model_field *f) {
    char text[SHEAF_ERROR_MESSAGE_MAX / 2];
    size_t len = 0;
    uint32_t first = 0;
    while (l->follows[first] != f) first++;
    for (uint32_t i = first; i <= l->follow_count && len < sizeof text; i++) {
        const model_field *at = i < l->follow_count ? l->follows[i] : f;
        int n = snprintf(text + len, sizeof text - len, "%.*s.%.*s%s", SHEAF_SLICE_ARGS(at->entity->name),
                         SHEAF_SLICE_ARGS(at->name), i < l->follow_count ? " → " : "");
        len += n > 0 ? (size_t)n : 0;
    }
    return LOAD_FAIL(l, f->place, "a follow needs itself: %s", text);
}

/* Recursive, at most FOLLOWS_NEST_MAX deep. */
static bool resolve_follow(loader *l, const model_field *follow) {
    model_field *f = mutable(l, follow);
    draft_field *draft = draft_of(l, f);
    const syntax_directive *use = use_of(l, f, DIRECTIVE_FOLLOW);
    if (draft->state == FOLLOW_DONE) return true;
    if (draft->state == FOLLOW_BUSY) return refuse_cycle(l, f);
    if (l->follow_count == FOLLOWS_NEST_MAX)
        return LOAD_FAIL(l, f->place, "follows need one another more than %d deep", FOLLOWS_NEST_MAX);
    draft->state = FOLLOW_BUSY;
    l->follows[l->follow_count++] = f;
    if (!resolve_path(l, f, use, "path") || !check_follow(l, f, use) || !resolve_order(l, f, use))
        return false;
    l->follow_count--;
    draft->state = FOLLOW_DONE;
    return true;
}

/* @count and @pick */

static bool resolve_count(loader *l, model_field *f) {
    return resolve_path(l, f, use_of(l, f, DIRECTIVE_COUNT), "of");
}

static const model_field *target_field(loader *l, const model_field *f, const syntax_value *at,
                                       sheaf_slice name) {
    const model_field *found = model_field_named(f->target, name);
    if (!found)
        LOAD_FAIL(l, at->place, "'%.*s' has no attribute '%.*s'%s", SHEAF_SLICE_ARGS(f->target->name),
                  SHEAF_SLICE_ARGS(name), model_suggest_field(f->target, name).text);
    return found;
}

/* The greatest of these is found in memory: numbers, times, booleans. */
static bool has_maximum(sheaf_scalar scalar) {
    return scalar == SHEAF_FLOAT || (scalar_kind(scalar) == SHEAF_KIND_INT && scalar != SHEAF_ID);
}

static bool resolve_keep_max(loader *l, model_field *f, const syntax_value *given) {
    if (!given) return true;
    const model_field *kept = target_field(l, f, given, given->text);
    if (!kept) return false;
    if (kept->kind != FIELD_COLUMN || !has_maximum(kept->scalar))
        return LOAD_FAIL(l, given->place,
                         "'keep_max' is a stored attribute of type Int, BigInt, Float, Boolean, Timestamp or "
                         "Date; '%.*s' is not",
                         SHEAF_SLICE_ARGS(kept->name));
    f->keep_max = kept->column;
    return true;
}

static bool add_per(loader *l, model_field *f, const syntax_value *given, const model_column *column) {
    for (uint32_t i = 0; i < f->per.count; i++)
        if (f->per.at[i] == column) return true;
    if (f->per.count == MODEL_KEY_MAX)
        return LOAD_FAIL(l, given->place, "'per' has more than %d columns", MODEL_KEY_MAX);
    f->per.at[f->per.count++] = column;
    return true;
}

static bool resolve_per(loader *l, model_field *f, const syntax_value *given) {
    sheaf_slice names[MODEL_KEY_MAX];
    uint32_t count;
    if (!given) return true;
    if (!f->keep_max)
        return LOAD_FAIL(l, given->place,
                         "'per' makes the groups in which 'keep_max' is kept; give that too");
    if (!load_strings(l, given, "'per' of @pick", names, &count)) return false;
    for (uint32_t i = 0; i < count; i++) {
        const syntax_value *at = given->kind == SYNTAX_LIST ? &given->items[i] : given;
        const model_field *by = target_field(l, f, at, names[i]);
        if (!by) return false;
        if (by->kind == FIELD_COLUMN ? by->scalar == SHEAF_JSON || by->scalar == SHEAF_BYTES
                                     : by->kind != FIELD_REF)
            return LOAD_FAIL(
                l, at->place,
                "'per' is a reference or a stored attribute that can be compared; '%.*s' is neither",
                SHEAF_SLICE_ARGS(by->name));
        if (by->kind == FIELD_COLUMN && !add_per(l, f, at, by->column)) return false;
        for (uint32_t j = 0; by->kind == FIELD_REF && j < by->path.hops[0].columns.count; j++)
            if (!add_per(l, f, at, by->path.hops[0].columns.at[j])) return false;
    }
    return true;
}

static bool resolve_pick(loader *l, model_field *f) {
    const syntax_directive *use = use_of(l, f, DIRECTIVE_PICK);
    if (!resolve_path(l, f, use, "of")) return false;
    if (f->path.to_one)
        return LOAD_FAIL(l, directive_value(use, "of")->place,
                         "the path leads to one row at most; write @follow(path: …)");
    return resolve_keep_max(l, f, directive_value(use, "keep_max")) &&
           resolve_per(l, f, directive_value(use, "per")) && resolve_order(l, f, use);
}

static bool resolve_derived(loader *l, model_field *f) {
    return f->kind != FIELD_FOLLOW || resolve_follow(l, f);
}

static bool resolve_from_key(loader *l, model_field *f) {
    if (f->kind == FIELD_MANY) return resolve_many(l, f);
    return f->kind != FIELD_THROUGH || resolve_through(l, f);
}

static bool resolve_from_relation(loader *l, model_field *f) {
    if (f->kind == FIELD_COUNT) return resolve_count(l, f);
    return f->kind != FIELD_PICK || resolve_pick(l, f);
}

bool load_relations(loader *l) {
    static bool (*const stages[])(loader *, model_field *) = {resolve_from_key, resolve_derived,
                                                              resolve_from_relation};
    for (size_t stage = 0; stage < sizeof stages / sizeof *stages; stage++)
        for (uint32_t i = 0; i < l->model->entity_count; i++)
            for (uint32_t j = 0; j < l->model->entities[i].field_count; j++)
                if (!stages[stage](l, &l->model->entities[i].fields[j])) return false;
    return true;
}
