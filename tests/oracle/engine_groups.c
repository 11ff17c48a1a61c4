/* A graph of groups made by calls, realised, and read back as text; what was not asked for must be refused.
 */
#include "../../src/context/unused.h"
#include "engine.h"
#include "naive.h"

typedef struct asker {
    sheaf_context *context;
    arena memory;
    const graph_question *q;
    sheaf_group *groups[GROUPS_MAX];
    buffer *out;
    sheaf_error *err;
} asker;

/* ---- Declaring ------------------------------------------------------------------------------------------*/

static sheaf_filter filter_of(asker *a, const condition *c);

static sheaf_filter *room(asker *a, size_t count) {
    return world_must(ARENA_ARRAY(&a->memory, sheaf_filter, count));
}

static sheaf_filter all_of(sheaf_filter *items, size_t count, sheaf_filter_kind kind) {
    if (count == 1 && kind == SHEAF_FILTER_AND) return items[0];
    return (sheaf_filter){.kind = kind, .items = items, .count = count};
}

static sheaf_filter compare(const condition *c, uint32_t i) {
    return SHEAF_CMP(c->field->name, op_names[c->ops[i]], c->operands[i].value);
}

static sheaf_filter has(asker *a, const o_field *relation, sheaf_filter inner) {
    sheaf_filter *item = room(a, 1);
    *item = inner;
    return (sheaf_filter){.kind = SHEAF_FILTER_RELATION, .name = relation->name, .items = item, .count = 1};
}

/* In calls only a single comparison of a reference's key is folded into its column: several are written as
 * several. */
static sheaf_filter relation(asker *a, const condition *c) {
    const condition *object = c->items[0];
    sheaf_filter parts[8];
    size_t count = 0;
    bool keys = c->field->kind == IS_REF && object->count > 0;
    for (uint32_t i = 0; i < object->count; i++) {
        const condition *member = object->items[i];
        bool key = false;
        for (uint32_t k = 0; k < c->field->target->key_count && member->kind == C_COMPARE; k++)
            key = key || c->field->target->key[k] == member->field->column;
        keys = keys && key;
    }
    if (!keys) return has(a, c->field, filter_of(a, object));
    for (uint32_t i = 0; i < object->count; i++)
        for (uint32_t k = 0; k < object->items[i]->count; k++)
            parts[count++] = has(a, c->field, compare(object->items[i], k));
    sheaf_filter *kept = room(a, count);
    memcpy(kept, parts, count * sizeof *kept);
    return all_of(kept, count, SHEAF_FILTER_AND);
}

static sheaf_filter filter_of(asker *a, const condition *c) {
    sheaf_filter *items = room(a, c->count);
    switch (c->kind) {
    case C_COMPARE:
        for (uint32_t i = 0; i < c->count; i++) items[i] = compare(c, i);
        return all_of(items, c->count, SHEAF_FILTER_AND);
    case C_RELATION: return relation(a, c);
    case C_NO_ROW: return SHEAF_IS_NULL(c->field->name, c->yes);
    default: break;
    }
    for (uint32_t i = 0; i < c->count; i++) items[i] = filter_of(a, c->items[i]);
    return all_of(items, c->count,
                  c->kind == C_OR    ? SHEAF_FILTER_OR
                  : c->kind == C_NOT ? SHEAF_FILTER_NOT
                                     : SHEAF_FILTER_AND);
}

static sheaf_filter where_of(asker *a, const o_group *g) {
    return g->where ? filter_of(a, g->where) : SHEAF_ALL;
}

static const sheaf_order *order_of(asker *a, const o_group *g) {
    if (!g->has_order) return NULL;
    sheaf_order *list = world_must(ARENA_ARRAY(&a->memory, sheaf_order, g->order.count + 1));
    for (uint32_t i = 0; i < g->order.count; i++)
        list[i] = (sheaf_order){g->order.items[i].by->name, g->order.items[i].descending};
    return list;
}

static const char *after_of(asker *a, const o_group *g) {
    if (!g->after) return NULL;
    bool own = !g->has_order && g->path_count == 1;
    full_order o = order_complete(g->entity, own ? &g->path[0]->order : &g->order);
    buffer cursor;
    buffer_init(&cursor, NULL);
    cursor_write(&cursor, g->after, &o);
    sheaf_slice kept = arena_copy(&a->memory, buffer_view(&cursor));
    buffer_free(&cursor);
    return kept.ptr;
}

static uint32_t index_of(const asker *a, const o_group *g) {
    uint32_t i = 0;
    while (a->q->groups[i] != g) i++;
    return i;
}

static sheaf_group *by_keys(asker *a, const o_group *g) {
    sheaf_value *keys = world_must(ARENA_ARRAY(&a->memory, sheaf_value, g->key_count * KEY_MAX));
    size_t count = 0;
    for (uint32_t i = 0; i < g->key_count; i++)
        for (uint32_t k = 0; k < g->entity->key_count; k++)
            keys[count++] = g->keys[i]->values[g->entity->key[k]];
    return sheaf_group_of_keys(a->context, g->entity->name, keys, g->key_count);
}

static sheaf_group *by_follow(asker *a, const o_group *g) {
    sheaf_follow_options options = {.where = where_of(a, g),
                                    .order = order_of(a, g),
                                    .limit = g->limit,
                                    .offset = g->offset,
                                    .after = after_of(a, g)};
    buffer path;
    buffer_init(&path, NULL);
    for (uint32_t i = 0; i < g->path_count; i++) buffer_printf(&path, "%s%s", i ? "." : "", g->path[i]->name);
    buffer_byte(&path, '\0');
    sheaf_group *made =
        sheaf_follow(a->groups[index_of(a, g->parent)], path.ptr, group_is_to_one(g) ? NULL : &options);
    buffer_free(&path);
    return made;
}

static sheaf_group *declare(asker *a, const o_group *g) {
    sheaf_search_options options = {
        .where = where_of(a, g), .order = order_of(a, g), .limit = g->limit, .offset = g->offset};
    switch (g->origin) {
    case BY_KEYS: return by_keys(a, g);
    case BY_FOLLOW: return by_follow(a, g);
    case BY_TOTAL: return sheaf_count(a->context, g->entity->singular, where_of(a, g));
    default: break;
    }
    options.after = after_of(a, g);
    return sheaf_search_with(a->context, g->entity->plural, &options);
}

static void declare_all(asker *a) {
    for (uint32_t i = 0; i < a->q->group_count; i++) {
        const o_group *g = a->q->groups[i];
        a->groups[i] = declare(a, g);
        for (uint32_t k = 0; k < g->need_count; k++) sheaf_need(a->groups[i], g->needs[k]->name);
    }
    for (uint32_t i = 0; i < a->q->group_count; i++)
        for (uint32_t k = 0; k < a->q->groups[i]->include_count; k++)
            sheaf_update(a->groups[i], a->groups[index_of(a, a->q->groups[i]->includes[k])]);
}

/* ---- Reading --------------------------------------------------------------------------------------------*/

static bool read_value(asker *a, const sheaf_row *r, const sheaf_group *g, const o_field *f) {
    sheaf_value v;
    if (!sheaf_get(r, g, f->name, &v, a->err)) return false;
    dump_value(a->out, f->scalar, v);
    return true;
}

/* The key itself, whatever fields it is made of: calls read attributes only. */
static void read_key(asker *a, const sheaf_row *r, const o_entity *e) {
    for (uint32_t i = 0; i < e->key_count; i++) {
        const model_column *c = r->table->layout->entity->key.at[i];
        if (i) buffer_byte(a->out, '/');
        dump_value(a->out, c->scalar, store_value(r, c));
    }
}

static void read_keys(asker *a, const o_entity *e, const sheaf_row *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_byte(a->out, ' ');
        read_key(a, list[i], e);
    }
    buffer_byte(a->out, '\n');
}

static bool read_rows(asker *a, uint32_t number, const o_group *g) {
    size_t count;
    const sheaf_row *const *list = sheaf_rows(a->groups[number], &count);
    buffer_printf(a->out, "group %u:", number);
    read_keys(a, g->entity, list, count);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < g->need_count; k++) {
            buffer_printf(a->out, "  %s = ", g->needs[k]->name);
            if (!read_value(a, list[i], a->groups[number], g->needs[k])) return false;
        }
        sheaf_slice cursor = {0};
        if (group_has_cursors(g) && !sheaf_cursor(a->context, list[i], a->groups[number], &cursor, a->err))
            return false;
        buffer_printf(a->out, "  %.*s\n", SHEAF_SLICE_ARGS(cursor));
    }
    return true;
}

static bool read_edges(asker *a, uint32_t number, const o_group *g) {
    size_t count, n;
    const sheaf_row *const *parents = sheaf_rows(a->groups[index_of(a, g->parent)], &count);
    const sheaf_row *const *list, *one;
    for (size_t i = 0; i < count; i++) {
        BUFFER_LITERAL(a->out, "  of ");
        read_key(a, parents[i], g->parent->entity);
        BUFFER_LITERAL(a->out, ":");
        if (group_is_to_one(g)) {
            if (!sheaf_one(parents[i], a->groups[number], &one, a->err)) return false;
            list = &one;
            n = one != NULL;
        } else if (!sheaf_many(parents[i], a->groups[number], &list, &n, a->err)) {
            return false;
        }
        read_keys(a, g->entity, list, n);
    }
    return true;
}

/* ---- What must be refused -------------------------------------------------------------------------------*/

static bool is_asked(const o_group *g, const o_field *f) {
    for (uint32_t i = 0; i < g->need_count; i++)
        if (g->needs[i] == f) return true;
    for (uint32_t i = 0; i < g->entity->key_count; i++)
        if (f->kind == IS_COLUMN && f->column == g->entity->key[i]) return true;
    return false;
}

static bool holds(const sheaf_group *g, const sheaf_row *r) {
    size_t count;
    const sheaf_row *const *list = sheaf_rows(g, &count);
    for (size_t i = 0; i < count; i++)
        if (list[i] == r) return true;
    return false;
}

static bool expect_refusal(asker *a, bool refused, const sheaf_error *err, uint32_t number,
                           const char *what) {
    if (refused && err->code == SHEAF_E_NOT_ASKED) return true;
    return error_set(a->err, SHEAF_E_STATE, "group %u gave %s, for which it did not ask", number, what);
}

static bool check_fields(asker *a, uint32_t number, const o_group *g) {
    for (uint32_t i = 0; i < g->entity->field_count; i++) {
        const o_field *f = g->entity->fields[i];
        sheaf_field found;
        sheaf_error err = {0};
        if (is_asked(g, f)) continue;
        bool refused = !sheaf_field_of(a->groups[number], f->name, &found, &err);
        if (!expect_refusal(a, refused, &err, number, f->name)) return false;
    }
    return true;
}

/* Rows of other groups, of this entity and of others. */
static bool check_strangers(asker *a, uint32_t number, const o_group *g) {
    size_t count;
    sheaf_value v;
    sheaf_error err = {0};
    const sheaf_row *one, *const *many;
    const o_field *key = g->entity->key_fields[0];
    for (uint32_t k = 0; k < a->q->group_count; k++) {
        const sheaf_row *const *list = sheaf_rows(a->groups[k], &count);
        for (size_t i = 0; i < count; i++) {
            if (key->kind == IS_COLUMN && !holds(a->groups[number], list[i]) &&
                !expect_refusal(a, !sheaf_get(list[i], a->groups[number], key->name, &v, &err), &err, number,
                                "a stranger"))
                return false;
            if (g->origin != BY_FOLLOW || holds(a->groups[index_of(a, g->parent)], list[i])) continue;
            size_t n;
            bool refused = group_is_to_one(g) ? !sheaf_one(list[i], a->groups[number], &one, &err)
                                              : !sheaf_many(list[i], a->groups[number], &many, &n, &err);
            if (!expect_refusal(a, refused, &err, number, "what a stranger leads to")) return false;
        }
    }
    return true;
}

static bool read_all(asker *a) {
    for (uint32_t i = 0; i < a->q->group_count; i++) {
        const o_group *g = a->q->groups[i];
        int64_t total;
        if (g->origin == BY_TOTAL) {
            if (!sheaf_total(a->groups[i], &total, a->err)) return false;
            buffer_printf(a->out, "group %u: %lld rows in all\n", i, (long long)total);
            continue;
        }
        if (!read_rows(a, i, g) || (g->origin == BY_FOLLOW && !read_edges(a, i, g)) ||
            !check_fields(a, i, g) || !check_strangers(a, i, g))
            return false;
    }
    return true;
}

/* Half of the questions are read through fields that track; nothing is left over then. */
static bool check_unused(asker *a) {
    sheaf_unused unused;
    if (a->q->group_count % 2) return true;
    if (!sheaf_context_unused(a->context, &unused, a->err)) return false;
    for (size_t i = 0; i < unused.count; i++)
        if (unused.items[i].kind == SHEAF_NEVER_READ)
            return error_set(a->err, SHEAF_E_STATE, "all was read, but '%.*s' of '%.*s' is called unread",
                             SHEAF_SLICE_ARGS(unused.items[i].attribute),
                             SHEAF_SLICE_ARGS(unused.items[i].group));
    return true;
}

void engine_groups(engine *e, int way, const graph_question *q, outcome *ret) {
    asker a = {.context = world_must(sheaf_context_new(e->databases[way])),
               .q = q,
               .out = &ret->text,
               .err = &ret->err};
    arena_init(&a.memory, NULL);
    if (q->group_count % 2 == 0) sheaf_track_reads(a.context, NULL, NULL);
    declare_all(&a);
    ret->ok = sheaf_realise(a.context, &ret->err) && engine_check_cost(a.context, &ret->err) &&
              read_all(&a) && check_unused(&a);
    sheaf_context_free(a.context);
    arena_free(&a.memory);
}
