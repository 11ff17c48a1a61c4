/* The structs of a page, finished. Their columns were decoded into them; here come counts, texts, cursors,
 * and the pointers between them, once it is known which rows there are. */
#include "compiled.h"

#include "../base/number.h"

typedef struct shower {
    sheaf_context *c;
    const plan *plan;
    buffer cursor;
    sheaf_error *err;
} shower;

/* ---- '!' ------------------------------------------------------------------------------------------------*/

static uint32_t null_bit(const plan_layout *l, const model_field *field) {
    return field->kind == FIELD_COLUMN ? l->column_null[field->column->index] : l->field_null[field->index];
}

static bool null_found(const store_row *row, const plan_group *g, sheaf_error *err) {
    const model_entity *e = g->entity;
    const model_field *field = NULL;
    for (uint32_t i = 0; i < e->field_count && !field; i++) {
        if (field_is_relation(e->fields[i].kind) || !(g->asked[i / 64] >> i % 64 & 1)) continue;
        uint32_t bit = null_bit(g->layout, &e->fields[i]);
        if ((g->never_null[bit / 64] >> bit % 64 & 1) && store_null_bit(row, bit)) field = &e->fields[i];
    }
    sheaf_value key = store_value(row, e->key.at[0]);
    char number[NUMBER_TEXT_MAX];
    sheaf_slice text =
        key.kind == SHEAF_KIND_TEXT ? key.text : (sheaf_slice){number, number_from_int(number, key.i)};
    return error_set(err, SHEAF_E_DATA,
                     "%.*s.%.*s is '!' in the model, but NULL in the %.*s with key %.*s: mend the row, or "
                     "drop the '!'",
                     SHEAF_SLICE_ARGS(e->name), SHEAF_SLICE_ARGS(field ? field->name : SHEAF_SLICE("?")),
                     SHEAF_SLICE_ARGS(e->name), (int)(text.len > 64 ? 64 : text.len), text.ptr);
}

static bool check_nulls(const store_row *row, const plan_group *g, sheaf_error *err) {
    const uint64_t *nulls = (const uint64_t *)((const char *)row + g->layout->nulls_at);
    uint64_t wrong = 0;
    for (uint32_t i = 0; i < g->layout->null_words; i++) wrong |= nulls[i] & g->never_null[i];
    return !wrong || null_found(row, g, err);
}

/* ---- Members --------------------------------------------------------------------------------------------*/

/* An array of rows as one of structs; `in_place`: the same array. */
static const void **structs_of(shower *s, store_row *const *rows, size_t count, uint32_t view_at,
                               bool in_place) {
    const void **structs =
        in_place ? (const void **)(uintptr_t)rows : arena_array(&s->c->memory, count, sizeof *structs);
    for (size_t i = 0; i < count && structs; i++) structs[i] = (const char *)rows[i] + view_at;
    return structs;
}

static bool show_many(shower *s, char *row, const plan_show *show) {
    const store_edge *edge = (const store_edge *)(row + show->from);
    const void **structs = structs_of(s, edge->rows, edge->count, show->view_at, show->in_place);
    if (!structs && edge->count) return error_memory(s->err);
    *(const void ***)(row + show->at) = structs;
    *(size_t *)(row + show->count_at) = edge->count;
    return true;
}

static bool show_cursor(shower *s, const plan_group *g, char *row, const plan_show *show) {
    buffer_clear(&s->cursor);
    if (!store_cursor((const store_row *)row, g->order, g->order_count, &s->cursor, s->err)) return false;
    sheaf_slice text =
        s->cursor.failed ? (sheaf_slice){0} : arena_copy(&s->c->memory, buffer_view(&s->cursor));
    *(sheaf_slice *)(row + show->at) = text;
    return text.ptr || error_memory(s->err);
}

static bool show_member(shower *s, const plan_group *g, char *row, const plan_show *show) {
    bool there = true;
    switch (show->kind) {
    case SHOW_COUNT: *(int64_t *)(row + show->at) = *(const int64_t *)(row + show->from); break;
    case SHOW_TEXT:
        *(sheaf_slice *)(row + show->at) = *(const sheaf_slice *)(row + show->from);
        there = ((const sheaf_slice *)(row + show->from))->ptr != NULL;
        break;
    case SHOW_TYPENAME: *(sheaf_slice *)(row + show->at) = g->entity->name; break;
    case SHOW_CURSOR:
        if (!show_cursor(s, g, row, show)) return false;
        break;
    case SHOW_ONE: {
        const char *one = *(const char *const *)(row + show->from);
        *(const void **)(row + show->at) = one ? one + show->view_at : NULL;
        break;
    }
    case SHOW_MANY:
        if (!show_many(s, row, show)) return false;
        break;
    }
    if (show->has_at) *(bool *)(row + show->has_at) = there;
    return true;
}

static bool show_row(shower *s, const plan_group *g, store_row *row) {
    if (!check_nulls(row, g, s->err)) return false;
    for (uint32_t i = 0; i < g->show_count; i++)
        if (!show_member(s, g, (char *)row, &g->shows[i])) return false;
    return true;
}

static bool show_rows(shower *s, const plan_layout *l) {
    const store_table *table = store_table_of(&s->c->store, l);
    for (size_t i = 0; i < table->rows.count && l->shown_count; i++) {
        store_row *row = table->rows.items[i];
        for (uint32_t k = 0; k < l->shown_count && row->filled; k++)
            if (store_is_member(row, l->shown[k]) && !show_row(s, l->shown[k], row)) return false;
    }
    return true;
}

/* ---- The page -------------------------------------------------------------------------------------------*/

static void show_root(shower *s, char *page, const view_member *m) {
    const sheaf_group *group = s->c->groups.items[m->group];
    uint32_t view_at = m->shows ? s->plan->view_at[m->shows->number] : 0;
    const void **structs = structs_of(s, group->rows.items, group->rows.count, view_at, true);
    if (!m->shows)
        *(int64_t *)(page + m->at) = group->total;
    else if (m->kind == SHEAF_MEMBER_ONE)
        *(const void **)(page + m->at) = group->rows.count ? structs[0] : NULL;
    else {
        *(const void ***)(page + m->at) = structs;
        *(size_t *)(page + m->count_at) = group->rows.count;
    }
}

static bool show_page(shower *s) {
    const view *v = &s->plan->views->page;
    compiled_head *head = arena_zero(&s->c->memory, sizeof *head + v->type->size);
    if (!head) return error_memory(s->err);
    head->context = s->c;
    for (size_t i = 0; i < v->members.count; i++) show_root(s, (char *)(head + 1), &v->members.items[i]);
    s->c->structs = head + 1;
    return true;
}

bool context_show(sheaf_context *c, sheaf_error *err) {
    shower s = {.c = c, .plan = c->ready->plan, .err = err};
    bool ok = true;
    buffer_init(&s.cursor, c->db->allocator);
    for (uint32_t i = 0; i < s.plan->layout_count && ok; i++) ok = show_rows(&s, &s.plan->layouts[i]);
    buffer_free(&s.cursor);
    return ok && show_page(&s);
}
