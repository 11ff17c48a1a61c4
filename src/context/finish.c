/* After the last trip: rows that were named but do not exist leave the edges, texts are computed, groups get
 * their lists, structs their pointers. */
#include "context.h"

#include "../base/number.h"
#include "../model/value.h"

/* ---- What does not exist --------------------------------------------------------------------------------*/

static bool dangling(const plan_group *g, const store_row *parent, sheaf_error *err) {
    sheaf_value key = store_value(parent, g->parent->entity->key.at[0]);
    char number[NUMBER_TEXT_MAX];
    sheaf_slice text =
        key.kind == SHEAF_KIND_TEXT ? key.text : (sheaf_slice){number, number_from_int(number, key.i)};
    return error_set(
        err, SHEAF_E_DATA,
        "%.*s.%.*s is '!' in the model, but the row that it names does not exist (in the %.*s with key "
        "%.*s): mend the row, or drop the '!'",
        SHEAF_SLICE_ARGS(g->parent->entity->name), SHEAF_SLICE_ARGS(g->relation->name),
        SHEAF_SLICE_ARGS(g->parent->entity->name), (int)(text.len > 64 ? 64 : text.len), text.ptr);
}

static bool drop_absent_one(const store_table *parents, const plan_group *g, sheaf_error *err) {
    for (size_t i = 0; i < parents->rows.count; i++) {
        store_row *parent = parents->rows.items[i];
        if (!parent->filled || !store_is_member(parent, g->parent)) continue;
        store_row **edge = store_one_slot(parent, g);
        if (*edge && !(*edge)->filled) *edge = NULL;
        if (!*edge && g->non_null) return dangling(g, parent, err);
    }
    return true;
}

static size_t keep_filled(store_row **rows, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i]->filled) rows[kept++] = rows[i];
    return kept;
}

/* The groups of a step share the list of a parent that belongs to all of theirs, so it is made shorter once.
 */
static void drop_absent_many(const store_table *parents, const plan_step *step) {
    for (size_t i = 0; i < parents->rows.count; i++) {
        store_row *parent = parents->rows.items[i];
        const store_edge *shortened = NULL;
        for (uint32_t k = 0; k < step->group_count; k++) {
            const plan_group *g = step->groups[k];
            if (!store_is_member(parent, g->parent)) continue;
            store_edge *edge = store_many_slot(parent, g);
            edge->count =
                shortened ? shortened->count : keep_filled((store_row **)(uintptr_t)edge->rows, edge->count);
            shortened = edge;
        }
    }
}

/* Rows that were named but do not exist; most pages have none. */
static bool any_absent(const store *s) {
    bool any = false;
    for (uint32_t i = 0; i < s->plan->layout_count; i++) any |= s->tables[i].filled < s->tables[i].rows.count;
    return any;
}

static bool drop_absent(sheaf_context *c, bool any, sheaf_error *err) {
    const plan *p = c->ready->plan;
    for (uint32_t i = 0; i < p->group_count; i++) {
        const plan_group *g = &p->groups[i];
        if (g->origin == GRAPH_KEYS && any) {
            sheaf_group *group = context_group_of(c, g);
            group->rows.count = keep_filled(group->rows.items, group->rows.count);
        }
        if (g->origin != GRAPH_FOLLOW) continue;
        const store_table *parents = store_table_of(&c->store, g->parent->layout);
        if (g->by_reference && (any || g->non_null) && !drop_absent_one(parents, g, err)) return false;
        if (any && !g->to_one && !g->step->carries && g->step->groups[0] == g)
            drop_absent_many(parents, g->step);
    }
    return true;
}

/* ---- Who belongs where, once it is known what exists ----------------------------------------------------*/

static void forget_members(const store *s) {
    for (uint32_t i = 0; i < s->plan->layout_count; i++) {
        const plan_layout *l = s->tables[i].layout;
        for (size_t k = 0; k < s->tables[i].rows.count; k++)
            memset((char *)s->tables[i].rows.items[k] + l->members_at, 0, l->member_words * 8);
    }
}

static bool join_filled(store_row *const *rows, size_t count, const plan_group *g) {
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i] || !rows[i]->filled || store_is_member(rows[i], g)) continue;
        store_join(rows[i], g);
        any = true;
    }
    return any;
}

static bool join_followers(const sheaf_context *c, const plan_group *g) {
    const store_table *parents = &c->store.tables[g->parent->layout->index];
    bool any = false;
    for (size_t i = 0; i < parents->rows.count; i++) {
        const store_row *parent = parents->rows.items[i];
        if (!parent->filled || !store_is_member(parent, g->parent)) continue;
        const store_edge *many = g->to_one ? NULL : store_many_slot(parent, g);
        any |= many ? join_filled(many->rows, many->count, g) : join_filled(store_one_slot(parent, g), 1, g);
    }
    return any;
}

/* A row that was named but does not exist may have been followed before that was known: to what it led
 * belongs to no group by that. Rare, so memberships are simply made anew, group by group until none grows. */
static void rejoin(const sheaf_context *c) {
    const plan *p = c->ready->plan;
    forget_members(&c->store);
    for (bool grew = true; grew;) {
        grew = false;
        for (uint32_t i = 0; i < p->group_count; i++) {
            const plan_group *g = &p->groups[i];
            if (g->origin == GRAPH_FOLLOW)
                grew |= join_followers(c, g);
            else if (g->origin != GRAPH_COUNT)
                grew |=
                    join_filled(context_group_of(c, g)->rows.items, context_group_of(c, g)->rows.count, g);
        }
    }
}

/* ---- Texts ----------------------------------------------------------------------------------------------*/

static size_t scalar_text(char *out, sheaf_scalar scalar, int64_t i) {
    if (scalar == SHEAF_TIMESTAMP) return time_from_micros(out, i);
    if (scalar == SHEAF_DATE) return date_from_days(out, i);
    if (scalar == SHEAF_BOOLEAN) {
        memcpy(out, i ? "true" : "false", 5);
        return i ? 4 : 5;
    }
    return number_from_int(out, i);
}

static void append_value(buffer *out, sheaf_scalar scalar, const sheaf_value *v) {
    char text[NUMBER_TEXT_MAX + TIME_TEXT_MAX];
    if (v->kind == SHEAF_KIND_TEXT)
        buffer_slice(out, v->text);
    else if (v->kind == SHEAF_KIND_FLOAT)
        buffer_bytes(out, text, number_from_float(text, v->f));
    else
        buffer_bytes(out, text, scalar_text(text, scalar, v->i));
}

/* False where a part is NULL. */
static bool append_text(buffer *out, const store_row *row, const plan_text *t) {
    for (uint32_t i = 0; i < t->field->part_count; i++) {
        const model_text_part *part = &t->field->parts[i];
        if (part->literal.ptr) {
            buffer_slice(out, part->literal);
            continue;
        }
        const store_row *at = row;
        for (uint32_t k = 0; k < part->ref_count && at; k++) at = *store_one_slot(at, t->refs[i][k]);
        sheaf_value v = at ? store_value(at, part->column->column) : (sheaf_value){0};
        if (v.kind == SHEAF_KIND_NULL) return false;
        append_value(out, part->column->scalar, &v);
    }
    return true;
}

static bool make_texts_of(sheaf_context *c, const plan_text *t, buffer *out) {
    const plan_layout *l = t->group->layout;
    const store_table *table = store_table_of(&c->store, l);
    uint32_t at = l->field_at[t->field->index];
    for (size_t i = 0; i < table->rows.count; i++) {
        store_row *row = table->rows.items[i];
        if (!row->filled || !store_is_member(row, t->group) || store_text_at(row, at).ptr) continue;
        buffer_clear(out);
        bool null = !append_text(out, row, t);
        if (out->failed) return false;
        store_set_null(row, l->field_null[t->field->index], null);
        sheaf_slice *slot = (sheaf_slice *)((char *)row + at);
        if (!null && !(*slot = arena_copy(&c->memory, buffer_view(out))).ptr) return false;
    }
    return true;
}

static bool make_texts(sheaf_context *c) {
    const plan *p = c->ready->plan;
    buffer out;
    buffer_init(&out, c->db->allocator);
    bool ok = true;
    for (uint32_t i = 0; i < p->text_count && ok; i++) ok = make_texts_of(c, &p->texts[i], &out);
    buffer_free(&out);
    return ok;
}

/* ---- Lists ----------------------------------------------------------------------------------------------*/

static bool push_new(sheaf_context *c, store_rows *rows, store_row *row, uint64_t *seen) {
    uint64_t *word = &seen[row->ordinal / 64], bit = UINT64_C(1) << row->ordinal % 64;
    if (*word & bit) return true;
    *word |= bit;
    store_row **slot = ARENA_PUSH(&c->memory, rows);
    if (slot) *slot = row;
    return slot != NULL;
}

static bool push_children(sheaf_context *c, const plan_group *g, store_rows *rows, uint64_t *seen) {
    const sheaf_group *parent = context_group_of(c, g->parent);
    for (size_t i = 0; i < parent->rows.count; i++) {
        if (g->to_one) {
            store_row *one = *store_one_slot(parent->rows.items[i], g);
            if (one && !push_new(c, rows, one, seen)) return false;
            continue;
        }
        const store_edge *edge = store_many_slot(parent->rows.items[i], g);
        for (size_t k = 0; k < edge->count; k++)
            if (!push_new(c, rows, edge->rows[k], seen)) return false;
    }
    return true;
}

/* Its own rows, then those of the groups that it includes. Parents and included groups first; depth is
 * bounded by the number of groups. */
static bool list_group(sheaf_context *c, sheaf_group *group) {
    const plan_group *g = group->planned;
    if (group->listed || g->origin == GRAPH_COUNT) return true;
    group->listed = true;
    if (g->parent && !list_group(c, context_group_of(c, g->parent))) return false;
    const store_table *table = store_table_of(&c->store, g->layout);
    uint64_t *seen = ARENA_ARRAY(&c->memory, uint64_t, table->rows.count / 64 + 1);
    if (!seen) return false;
    store_rows rows = {0};
    for (size_t i = 0; i < group->rows.count; i++)
        if (!push_new(c, &rows, group->rows.items[i], seen)) return false;
    if (g->parent && !push_children(c, g, &rows, seen)) return false;
    for (uint32_t i = 0; i < g->include_count; i++) {
        sheaf_group *other = context_group_of(c, g->includes[i]);
        if (!list_group(c, other)) return false;
        for (size_t k = 0; k < other->rows.count; k++)
            if (!push_new(c, &rows, other->rows.items[k], seen)) return false;
    }
    group->rows = rows;
    return true;
}

static bool make_lists(sheaf_context *c) {
    for (size_t i = 0; i < c->groups.count; i++)
        if (!list_group(c, c->groups.items[i])) return false;
    return true;
}

static uint64_t count_kept(sheaf_context *c) {
    uint64_t kept = 0;
    for (uint32_t i = 0; i < c->ready->plan->layout_count; i++) {
        const store_table *table = &c->store.tables[i];
        kept += table->filled;
        atomic_store_explicit(&c->ready->row_count[i], table->rows.count, memory_order_relaxed);
    }
    return kept;
}

bool context_finish(sheaf_context *c, sheaf_error *err) {
    int64_t start = clock_ns();
    bool absent = any_absent(&c->store);
    if (absent) rejoin(c);
    bool ok = drop_absent(c, absent, err);
    if (ok && (!make_texts(c) || (c->lists && !make_lists(c)))) ok = error_memory(err);
    ok = ok && (!c->graph.views || context_show(c, err));
    c->stats.stitch_ns += (uint64_t)(clock_ns() - start);
    c->stats.memory = c->memory.total;
    c->stats.kept = count_kept(c);
    return ok;
}
