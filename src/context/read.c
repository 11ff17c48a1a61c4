/* Realise, and reading what it left. Nothing below `sheaf_realise` can reach a connection. */
#include "context.h"

#include "../model/value.h"
#include "unused.h"

/* A page's bytes or the arena's cap: both are told as a limit rather than as a lack of memory. */
void context_explain_memory(const sheaf_context *c, sheaf_error *err) {
    if (err && err->code == SHEAF_E_MEMORY && c->memory.capped)
        error_set(err, SHEAF_E_LIMIT, "more than %lld bytes in one context (bytes-max): give lists a limit",
                  (long long)c->db->limits.bytes_max);
}

/* Most contexts of a plan hold about as many rows. */
static bool expect_rows(sheaf_context *c) {
    bool ok = true;
    for (uint32_t i = 0; i < c->ready->plan->layout_count && ok; i++)
        ok = store_expect(&c->store.tables[i],
                          atomic_load_explicit(&c->ready->row_count[i], memory_order_relaxed));
    return ok;
}

static bool realise(sheaf_context *c, sheaf_error *err) {
    if (c->mistake.code != SHEAF_OK) {
        if (err) *err = c->mistake;
        return false;
    }
    int64_t start = clock_ns();
    if (!plans_get(c->db, &c->graph, &c->ready, &c->stats.planned, err)) return false;
    c->stats.plan_ns = (uint64_t)(clock_ns() - start);
    for (size_t i = 0; i < c->groups.count; i++) c->groups.items[i]->planned = &c->ready->plan->groups[i];
    if (!store_init(&c->store, &c->memory, c->ready->plan) || !expect_rows(c)) return error_memory(err);
    return reads_start(c, err) && context_run(c, err) && context_finish(c, err);
}

bool sheaf_realise(sheaf_context *c, sheaf_error *err) {
    if (c->state != CONTEXT_BUILDING)
        return error_set(err, SHEAF_E_STATE, "a context is realised once; make another one");
    sheaf_error own = {0};
    bool ok = realise(c, &own);
    c->state = ok ? CONTEXT_REALISED : CONTEXT_FAILED;
    if (ok) return true;
    context_explain_memory(c, &own);
    if (err) *err = own;
    return false;
}

sheaf_stats sheaf_context_stats(const sheaf_context *c) {
    return c->stats;
}

/* ---- Groups ---------------------------------------------------------------------------------------------*/

static bool can_read(const sheaf_group *group, sheaf_error *err) {
    const sheaf_context *c = group->context;
    if (!group->asked) {
        if (err) *err = c->mistake;
        return false;
    }
    if (c->state != CONTEXT_REALISED)
        return error_set(err, SHEAF_E_STATE, "the group made at %s is not realised", group->asked->place);
    return true;
}

const sheaf_row *const *sheaf_rows(const sheaf_group *group, size_t *ret_count) {
    bool ok = can_read(group, NULL);
    if (ok) reads_rows(group);
    *ret_count = ok ? group->rows.count : 0;
    return ok ? (const sheaf_row *const *)group->rows.items : NULL;
}

static bool check_edge(const sheaf_row *row, const sheaf_group *group, bool one, sheaf_error *err) {
    if (!can_read(group, err)) return false;
    const plan_group *g = group->planned;
    if (g->origin != GRAPH_FOLLOW)
        return error_set(err, SHEAF_E_USAGE, "the group made at %s follows no other: read its rows",
                         group->asked->place);
    if (g->to_one != one)
        return error_set(err, SHEAF_E_USAGE, "the group made at %s holds %s: use %s", group->asked->place,
                         one ? "lists" : "one row for each parent", one ? "sheaf_many" : "sheaf_one");
    if (row->table->store != &group->context->store || row->table->layout != g->parent->layout ||
        !store_is_member(row, g->parent))
        return error_set(
            err, SHEAF_E_NOT_ASKED,
            "the row (%.*s) is not one of the group made at %s, which the group made at %s follows",
            SHEAF_SLICE_ARGS(row->table->layout->entity->name), group->asked->parent->place,
            group->asked->place);
    return true;
}

bool sheaf_many(const sheaf_row *row, const sheaf_group *group, const sheaf_row *const **ret_rows,
                size_t *ret_count, sheaf_error *err) {
    if (!check_edge(row, group, false, err)) return false;
    const store_edge *edge = store_many_slot(row, group->planned);
    reads_rows(group);
    *ret_rows = (const sheaf_row *const *)edge->rows;
    *ret_count = edge->count;
    return true;
}

bool sheaf_one(const sheaf_row *row, const sheaf_group *group, const sheaf_row **ret_row, sheaf_error *err) {
    if (!check_edge(row, group, true, err)) return false;
    reads_rows(group);
    *ret_row = *store_one_slot(row, group->planned);
    return true;
}

bool sheaf_total(const sheaf_group *count, int64_t *ret, sheaf_error *err) {
    if (!can_read(count, err)) return false;
    if (count->asked->origin != GRAPH_COUNT)
        return error_set(err, SHEAF_E_USAGE, "the group made at %s is no count", count->asked->place);
    reads_rows(count);
    *ret = count->total;
    return true;
}

/* ---- Fields ---------------------------------------------------------------------------------------------*/

static bool not_asked(const sheaf_group *group, const char *attribute, sheaf_error *err) {
    const model_entity *e = group->asked->entity;
    if (!model_field_named(e, slice_of(attribute)))
        return error_set(err, SHEAF_E_NOT_ASKED, "%.*s has no attribute '%s'%s", SHEAF_SLICE_ARGS(e->name),
                         attribute, model_suggest_field(e, slice_of(attribute)).text);
    return error_set(err, SHEAF_E_NOT_ASKED,
                     "'%s' of %.*s was not asked for by the group made at %s: add sheaf_need(group, \"%s\")",
                     attribute, SHEAF_SLICE_ARGS(e->name), group->asked->place, attribute);
}

bool read_is_key(const model_field *field) {
    const model_columns *key = &field->entity->key;
    for (uint32_t i = 0; i < key->count && field->kind == FIELD_COLUMN; i++)
        if (field->column == key->at[i]) return true;
    return false;
}

void read_locate(const plan_layout *l, const model_field *field, sheaf_field *f) {
    bool stored = field->kind == FIELD_COLUMN;
    uint32_t bit = stored ? l->column_null[field->column->index] : l->field_null[field->index];
    f->value_at = stored ? l->column_at[field->column->index] : l->field_at[field->index];
    f->null_at = l->nulls_at + bit / 64 * 8;
    f->null_bit = UINT64_C(1) << bit % 64;
}

bool sheaf_field_of(const sheaf_group *group, const char *attribute, sheaf_field *ret, sheaf_error *err) {
    if (!can_read(group, err)) return false;
    const model_entity *e = group->asked->entity;
    const model_field *field = model_field_named(e, slice_of(attribute));
    bool shown = field && !field_is_relation(field->kind) && group->asked->origin != GRAPH_COUNT &&
                 (graph_asked(group->asked, field) || read_is_key(field));
    if (!shown) return not_asked(group, attribute, err);
    sheaf_field f = {.group = group,
                     .member_at = group->planned->member_at,
                     .member_bit = group->planned->member_bit,
                     .scalar = (uint8_t)field->scalar};
    f.kind = field->kind == FIELD_COLUMN ? (uint8_t)store_kind(group->context->ready->plan, field->column)
                                         : (uint8_t)scalar_kind(field->scalar);
    read_locate(group->planned->layout, field, &f);
    if (group->reads) reads_field(field, &f);
    *ret = f;
    return true;
}

bool sheaf_refusal(const sheaf_row *row, const sheaf_field *field, sheaf_error *err) {
    const sheaf_group *group = field->group;
    uint8_t kind = reads_kind(field);
    if (!store_is_member(row, group->planned))
        return error_set(err, SHEAF_E_NOT_ASKED, "the row (%.*s) is not one of the group made at %s",
                         SHEAF_SLICE_ARGS(row->table->layout->entity->name), group->asked->place);
    return error_set(err, SHEAF_E_USAGE, "the attribute is a %s, held as %s: use %s",
                     scalar_name((sheaf_scalar)field->scalar),
                     kind == SHEAF_KIND_INT     ? "an integer"
                     : kind == SHEAF_KIND_FLOAT ? "a double"
                                                : "text",
                     kind == SHEAF_KIND_INT     ? "sheaf_int"
                     : kind == SHEAF_KIND_FLOAT ? "sheaf_float"
                                                : "sheaf_text");
}

bool sheaf_get(const sheaf_row *row, const sheaf_group *group, const char *attribute, sheaf_value *ret,
               sheaf_error *err) {
    sheaf_field f;
    sheaf_value v = {0};
    if (!sheaf_field_of(group, attribute, &f, err)) return false;
    sheaf_read found = SHEAF_REFUSED;
    if (row->table->store == &group->context->store && row->table->layout == group->planned->layout)
        switch (reads_kind(&f)) {
        case SHEAF_KIND_FLOAT: found = sheaf_float(row, &f, &v.f); break;
        case SHEAF_KIND_TEXT: found = sheaf_text(row, &f, &v.text); break;
        default: found = sheaf_int(row, &f, &v.i);
        }
    if (found == SHEAF_REFUSED)
        return error_set(err, SHEAF_E_NOT_ASKED, "'%s': the row (%.*s) is not one of the group made at %s",
                         attribute, SHEAF_SLICE_ARGS(row->table->layout->entity->name), group->asked->place);
    v.kind = found == SHEAF_VALUE ? (sheaf_kind)reads_kind(&f) : SHEAF_KIND_NULL;
    *ret = v;
    return true;
}

bool sheaf_cursor(sheaf_context *c, const sheaf_row *row, const sheaf_group *group, sheaf_slice *ret,
                  sheaf_error *err) {
    if (!can_read(group, err)) return false;
    if (row->table->store != &group->context->store || row->table->layout != group->planned->layout ||
        !store_is_member(row, group->planned))
        return error_set(err, SHEAF_E_NOT_ASKED, "the row is not one of the group made at %s",
                         group->asked->place);
    buffer out;
    buffer_init(&out, c->db->allocator);
    bool ok = store_cursor(row, group->planned->order, group->planned->order_count, &out, err);
    sheaf_slice text = ok ? arena_copy(&c->memory, buffer_view(&out)) : (sheaf_slice){0};
    buffer_free(&out);
    if (!text.ptr) return ok ? error_memory(err) : false;
    reads_rows(group);
    *ret = text;
    return true;
}
