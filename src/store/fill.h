/* fill.h: values into rows. Every row that is received runs through it, so it is inline. */
#ifndef SHEAF_STORE_FILL_H
#define SHEAF_STORE_FILL_H

#include <string.h>

#include "store.h"

/* The row's NULL bits are 0 before. */
static inline void store_put(store_row *row, const plan_layout *l, const plan_slot *slot,
                             const sheaf_value *v) {
    char *at = (char *)row + slot->at;
    if (SHEAF_UNLIKELY(v->kind == SHEAF_KIND_NULL))
        *((uint64_t *)((char *)row + l->nulls_at) + slot->null / 64) |= UINT64_C(1) << slot->null % 64;
    else if (slot->is_text)
        *(sheaf_slice *)at = v->text;
    else
        *(int64_t *)at = v->i; /* or .f: the same eight bytes */
}

/* Of a value that is not NULL; rows are zero before. */
static inline void store_put_copy(store_row *row, const plan_copy *copy, const sheaf_value *v) {
    char *at = (char *)row + copy->at;
    if (copy->has_at) *(bool *)((char *)row + copy->has_at) = true;
    if (!copy->at) return;
    switch (copy->as) {
    case SHEAF_MEMBER_BOOL: *(bool *)at = v->i != 0; break;
    case SHEAF_MEMBER_TEXT: *(sheaf_slice *)at = v->text; break;
    default: *(int64_t *)at = v->i; /* or .f */
    }
}

/* The layout's columns, in their order, of a row that is zero but for its head. */
static inline void store_fill_new(store_row *row, const plan_layout *l, const sheaf_value *values) {
    for (uint32_t i = 0; i < l->column_count; i++) store_put(row, l, &l->slots[i], &values[i]);
    for (size_t i = 0; i < l->copies.count; i++) {
        const plan_copy *copy = &l->copies.items[i];
        if (values[copy->value].kind != SHEAF_KIND_NULL) store_put_copy(row, copy, &values[copy->value]);
    }
    row->filled = 1;
}

/* Writes the values of the layout's columns, in their order, and marks the row as filled. A filled row is
 * left as it is: the snapshot is the same. */
static inline void store_fill(store_row *row, const sheaf_value *values) {
    if (!row->filled) store_fill_new(row, row->table->layout, values);
}

/* A row of no table yet, filled: one of many, of which few will be kept. It takes the place of `spare`, one
 * of the same table that is not needed any more, or, where that is NULL, room in `scratch`. */
static inline store_row *store_loose_row(store_table *t, arena *scratch, store_row *spare,
                                         const sheaf_value *values) {
    store_row *row = spare ? spare : arena_alloc(scratch, t->layout->columns_end);
    if (!row) return NULL;
    memset(row, 0, t->layout->columns_end);
    row->table = t;
    row->ordinal = UINT32_MAX;
    store_fill_new(row, t->layout, values);
    return row;
}

#endif
