/* Which columns a row of each entity holds, and where everything stands in it. */
#include "planner.h"

enum { ROW_HEADER = 24 }; /* store/store.h: struct sheaf_row */

plan_layout *planner_layout_of(planner *p, const model_entity *entity) {
    for (uint32_t i = 0; i < p->plan->layout_count; i++)
        if (p->plan->layouts[i].entity == entity) return &p->plan->layouts[i];
    return NULL;
}

static bool add_layout(planner *p, const model_entity *entity) {
    if (planner_layout_of(p, entity)) return true;
    plan_layout *l = &p->plan->layouts[p->plan->layout_count];
    *l = (plan_layout){.entity = entity, .index = p->plan->layout_count};
    l->columns = ARENA_ARRAY(p->memory, const model_column *, entity->column_count);
    l->column_at = ARENA_ARRAY(p->memory, uint32_t, entity->column_count);
    l->column_null = ARENA_ARRAY(p->memory, uint16_t, entity->column_count);
    l->field_at = ARENA_ARRAY(p->memory, uint32_t, entity->field_count);
    l->field_null = ARENA_ARRAY(p->memory, uint16_t, entity->field_count);
    l->slots = ARENA_ARRAY(p->memory, plan_slot, entity->column_count);
    if (!l->columns || !l->slots || !l->column_at || !l->column_null || !l->field_at || !l->field_null)
        return false;
    for (uint32_t k = 0; k < entity->key.count; k++) {
        l->key_is_text[k] = bound(p->binding, entity->key.at[k])->text ||
                            scalar_kind(entity->key.at[k]->scalar) == SHEAF_KIND_TEXT;
        l->columns[l->column_count++] = entity->key.at[k];
    }
    l->key_is_one_int = entity->key.count == 1 && !l->key_is_text[0];
    p->plan->layout_count++;
    return true;
}

static void need(plan_layout *l, const model_column *column) {
    for (uint32_t i = 0; i < l->column_count; i++)
        if (l->columns[i] == column) return;
    l->columns[l->column_count++] = column;
}

static void need_order(plan_layout *l, const model_order_item *order, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) need(l, order[i].column);
}

/* What a group needs in the rows of its own entity, and of its parent's. */
static void need_of_group(planner *p, const plan_group *g) {
    plan_layout *l = planner_layout_of(p, g->entity);
    for (uint32_t f = 0; f < g->entity->field_count; f++)
        if ((g->asked[f / 64] >> f % 64 & 1) && g->entity->fields[f].kind == FIELD_COLUMN)
            need(l, g->entity->fields[f].column);
    if (g->wants_order) need_order(l, g->order, g->order_count);
    if (g->by_reference) {
        plan_layout *parent = planner_layout_of(p, g->parent->entity);
        const model_columns *columns = &g->path.hops[0].columns;
        for (uint32_t i = 0; i < columns->count; i++) need(parent, columns->at[i]);
    }
}

static void need_of_step(const plan_step *s) {
    if (s->sort && s->carries) need_order(s->layout, s->order, s->order_count);
    if (s->query.pick && s->choice == CHOOSE_MEMORY) {
        if (s->query.keep_max) need(s->layout, s->query.keep_max);
        for (uint32_t i = 0; i < s->query.per.count; i++) need(s->layout, s->query.per.at[i]);
    }
}

static void need_of_text(planner *p, const plan_text *t) {
    for (uint32_t i = 0; i < t->field->part_count; i++) {
        const model_text_part *part = &t->field->parts[i];
        if (part->literal.ptr) continue;
        need(planner_layout_of(p, part->column->entity), part->column->column);
    }
}

static uint32_t value_size(const planner *p, const model_column *column) {
    bool text = scalar_kind(column->scalar) == SHEAF_KIND_TEXT || bound(p->binding, column)->text;
    return text ? sizeof(sheaf_slice) : sizeof(int64_t);
}

/* Bits of membership are numbered over all groups of the plan, and every row has words for all, at the same
 * place: so a row read through a field of another entity's group is refused by the same check. */
static uint32_t assign_members(planner *p, plan_layout *l, uint32_t at) {
    l->members_at = at;
    l->member_words = p->plan->group_count / 64 + 1;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *g = &p->plan->groups[i];
        if (g->entity != l->entity || g->origin == GRAPH_COUNT) continue;
        g->layout = l;
        g->member_at = l->members_at + i / 64 * 8;
        g->member_bit = UINT64_C(1) << i % 64;
    }
    return at + l->member_words * 8;
}

static bool is_asked(const planner *p, const plan_layout *l, const model_field *field) {
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        const plan_group *g = &p->plan->groups[i];
        if (g->entity == l->entity && g->origin != GRAPH_COUNT &&
            (g->asked[field->index / 64] >> field->index % 64 & 1))
            return true;
    }
    return false;
}

static bool assign(planner *p, plan_layout *l) {
    uint32_t at = assign_members(p, l, ROW_HEADER), null = 0, fields = 0;
    for (uint32_t f = 0; f < l->entity->field_count; f++) {
        const model_field *field = &l->entity->fields[f];
        fields += (field->kind == FIELD_TEXT || field->kind == FIELD_COUNT) && is_asked(p, l, field);
    }
    l->nulls_at = at;
    l->null_words = (l->column_count + fields) / 64 + 1;
    at += l->null_words * 8;
    if (!planner_views_place(p, l, true, &at)) return false;
    for (uint32_t i = 0; i < l->column_count; i++) {
        const model_column *column = l->columns[i];
        uint32_t size = value_size(p, column), *place = &l->column_at[column->index];
        if (!*place) {
            *place = at;
            at += size;
        }
        l->slots[i] =
            (plan_slot){.at = *place, .null = (uint16_t)null, .is_text = size == sizeof(sheaf_slice)};
        l->column_null[column->index] = (uint16_t)null++;
    }
    l->columns_end = at;
    for (uint32_t f = 0; f < l->entity->field_count; f++) {
        const model_field *field = &l->entity->fields[f];
        if ((field->kind != FIELD_TEXT && field->kind != FIELD_COUNT) || !is_asked(p, l, field)) continue;
        l->field_at[f] = at;
        l->field_null[f] = (uint16_t)null++;
        at += field->kind == FIELD_TEXT ? sizeof(sheaf_slice) : sizeof(int64_t);
    }
    if (!planner_views_place(p, l, false, &at)) return false;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        plan_group *g = &p->plan->groups[i];
        if (!g->parent || g->parent->entity != l->entity) continue;
        g->edge_at = at;
        at += g->to_one ? sizeof(void *) : sizeof(void *) + sizeof(size_t);
    }
    l->size = at;
    return true;
}

bool planner_layouts_start(planner *p) {
    p->plan->layouts = ARENA_ARRAY(p->memory, plan_layout, p->plan->group_count);
    if (!p->plan->layouts) return false;
    for (uint32_t i = 0; i < p->plan->group_count; i++)
        if (p->plan->groups[i].origin != GRAPH_COUNT && !add_layout(p, p->plan->groups[i].entity))
            return false;
    return true;
}

static void output_columns(const plan_layout *l, bool carries, plan_query *q) {
    q->layout = l;
    q->columns = l->columns;
    q->column_count = carries ? l->column_count : l->entity->key.count;
}

static plan_sort_key sort_key(const planner *p, const plan_layout *l, const model_column *column,
                              bool descending) {
    uint32_t bit = l->column_null[column->index];
    plan_sort_key key = {.at = l->column_at[column->index],
                         .null_at = l->nulls_at + bit / 64 * 8,
                         .null_bit = UINT64_C(1) << bit % 64,
                         .descending = descending};
    bool is_text = value_size(p, column) == sizeof(sheaf_slice);
    key.as = column->scalar == SHEAF_DECIMAL ? SORT_DECIMAL
             : is_text                       ? SORT_TEXT
             : column->scalar == SHEAF_FLOAT ? SORT_FLOAT
                                             : SORT_INT;
    return key;
}

/* What a step compares in memory, once offsets are known. */
static bool sort_keys(planner *p, plan_step *s) {
    if (s->sort) {
        s->sort_keys = ARENA_ARRAY(p->memory, plan_sort_key, s->order_count);
        if (!s->sort_keys) return false;
        for (uint32_t i = 0; i < s->order_count; i++)
            s->sort_keys[i] = sort_key(p, s->layout, s->order[i].column, s->order[i].descending);
    }
    if (s->choice == CHOOSE_MEMORY && s->query.keep_max) {
        s->keep_keys = ARENA_ARRAY(p->memory, plan_sort_key, s->query.per.count + 1);
        if (!s->keep_keys) return false;
        for (uint32_t i = 0; i < s->query.per.count; i++)
            s->keep_keys[s->keep_count++] = sort_key(p, s->layout, s->query.per.at[i], false);
        s->keep_keys[s->keep_count++] = sort_key(p, s->layout, s->query.keep_max, true);
    }
    return true;
}

bool planner_layouts_finish(planner *p) {
    for (uint32_t i = 0; i < p->plan->group_count; i++)
        if (p->plan->groups[i].origin != GRAPH_COUNT) need_of_group(p, &p->plan->groups[i]);
    for (uint32_t i = 0; i < p->plan->step_count; i++) need_of_step(p->plan->steps[i]);
    for (uint32_t i = 0; i < p->plan->text_count; i++) need_of_text(p, &p->plan->texts[i]);
    if (!planner_views_start(p)) return false;
    for (uint32_t i = 0; i < p->plan->layout_count; i++)
        if (!assign(p, &p->plan->layouts[i])) return false;
    for (uint32_t i = 0; i < p->plan->step_count; i++) {
        plan_step *s = p->plan->steps[i];
        if (s->kind == STEP_TOTAL || s->kind == STEP_COUNT) continue;
        output_columns(s->layout, s->carries, &s->query);
        if (s->instead) output_columns(s->layout, s->carries, s->instead);
        if (s->kind == STEP_CHILDREN && !sort_keys(p, s)) return false;
    }
    return planner_views_finish(p);
}
