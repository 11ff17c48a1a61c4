#include "store.h"

#include "../model/value.h"

bool store_init(store *s, arena *memory, const plan *p) {
    *s = (store){.memory = memory, .plan = p};
    s->tables = ARENA_ARRAY(memory, store_table, p->layout_count);
    if (!s->tables) return false;
    for (uint32_t i = 0; i < p->layout_count; i++) {
        s->tables[i] = (store_table){.store = s, .layout = &p->layouts[i]};
        int_map_init(&s->tables[i].by_int, memory);
        map_init(&s->tables[i].by_bytes, memory);
    }
    return true;
}

bool store_expect(store_table *t, size_t count) {
    if (count <= t->rows.room || count > STORE_EXPECTED_MAX) return true;
    store_row **rows = arena_array(t->store->memory, count, sizeof *rows);
    if (!rows) return false;
    if (t->rows.count) memcpy(rows, t->rows.items, t->rows.count * sizeof *rows);
    t->rows.items = rows;
    t->rows.room = count;
    return !t->layout->key_is_one_int || int_map_reserve(&t->by_int, count);
}

sheaf_kind store_kind(const plan *p, const model_column *column) {
    return bound(p->binding, column)->text ? SHEAF_KIND_TEXT : scalar_kind(column->scalar);
}

void store_set_null(store_row *row, uint32_t bit, bool null) {
    uint64_t *word = (uint64_t *)((char *)row + row->table->layout->nulls_at) + bit / 64;
    uint64_t mask = UINT64_C(1) << bit % 64;
    *word = null ? *word | mask : *word & ~mask;
}

/* No part of a key is NULL. */
static void put_key(store_row *row, const plan_slot *slot, const sheaf_value *v) {
    char *at = (char *)row + slot->at;
    if (slot->is_text)
        *(sheaf_slice *)at = v->text;
    else
        *(int64_t *)at = v->i;
}

static store_row *new_row(store_table *t, const sheaf_value *key) {
    store_row *row = arena_zero(t->store->memory, t->layout->size);
    store_row **slot = row && t->rows.count < UINT32_MAX ? ARENA_PUSH(t->store->memory, &t->rows) : NULL;
    if (!slot) return NULL;
    *slot = row;
    row->table = t;
    row->ordinal = (uint32_t)t->rows.count - 1;
    for (uint32_t i = 0; i < t->layout->entity->key.count; i++) put_key(row, &t->layout->slots[i], &key[i]);
    return row;
}

/* Room for `need` bytes of a key. Only making rows enlarges it: what is longer than the room is the key of no
 * row. */
static bool key_room(store *s, size_t need, bool may_grow) {
    if (need <= s->key_room_size) return true;
    size_t size = need < 128 ? 256 : need * 2;
    char *room = may_grow && size > need ? arena_alloc(s->memory, size) : NULL;
    if (!room) return false;
    s->key_room = room;
    s->key_room_size = size;
    return true;
}

/* A key of text or of several columns as bytes: each part an integer, or a length and its text. */
static bool key_to_bytes(const store_table *t, const sheaf_value *key, bool may_grow, sheaf_slice *ret) {
    uint32_t count = t->layout->entity->key.count;
    if (count == 1) { /* one text: itself */
        *ret = key->text;
        return true;
    }
    size_t need = 0;
    for (uint32_t i = 0; i < count; i++) need += 8 + (key[i].kind == SHEAF_KIND_TEXT ? key[i].text.len : 0);
    if (!key_room(t->store, need, may_grow)) return false;
    char *at = t->store->key_room;
    *ret = (sheaf_slice){at, need};
    for (uint32_t i = 0; i < count; i++) {
        bool text = key[i].kind == SHEAF_KIND_TEXT;
        int64_t head = text ? (int64_t)key[i].text.len : key[i].i;
        memcpy(at, &head, sizeof head);
        at += sizeof head;
        if (text && key[i].text.len) memcpy(at, key[i].text.ptr, key[i].text.len);
        at += text ? key[i].text.len : 0;
    }
    return true;
}

static store_row *row_for_bytes(store_table *t, const sheaf_value *key, sheaf_slice bytes) {
    store_row *row = map_get(&t->by_bytes, bytes);
    if (row) return row;
    sheaf_slice kept = arena_copy(t->store->memory, bytes);
    row = kept.ptr ? new_row(t, key) : NULL;
    if (row && !map_put(&t->by_bytes, kept, row, NULL)) return NULL;
    return row;
}

store_row *store_row_for_key(store_table *t, const sheaf_value *key) {
    if (t->layout->key_is_one_int) {
        void **slot = int_map_slot(&t->by_int, key->i);
        if (!slot) return NULL;
        if (!*slot) *slot = new_row(t, key); /* rows are not kept in the map's arena block: the slot stays */
        return *slot;
    }
    sheaf_slice bytes;
    return key_to_bytes(t, key, true, &bytes) ? row_for_bytes(t, key, bytes) : NULL;
}

store_row *store_find(const store_table *t, const sheaf_value *key) {
    if (t->layout->key_is_one_int) return int_map_get(&t->by_int, key->i);
    sheaf_slice bytes;
    return key_to_bytes(t, key, false, &bytes) ? map_get(&t->by_bytes, bytes) : NULL;
}

store_row *store_copy_loose(arena *scratch, const store_row *loose) {
    uint32_t size = loose->table->layout->columns_end;
    store_row *row = arena_alloc(scratch, size);
    return row ? memcpy(row, loose, size) : NULL;
}

store_row *store_row_for_loose(const store_row *loose) {
    const plan_layout *l = loose->table->layout;
    sheaf_value key[MODEL_KEY_MAX];
    if (l->key_is_one_int)
        key[0] = (sheaf_value){.kind = SHEAF_KIND_INT, .i = store_int_at(loose, l->slots[0].at)};
    else
        for (uint32_t i = 0; i < l->entity->key.count; i++) key[i] = store_value(loose, l->columns[i]);
    return store_row_for_key(loose->table, key);
}

/* Of a value that is not NULL, which stands at `from`. */
static void put_copy(store_row *row, const plan_copy *copy, const char *from) {
    char *at = (char *)row + copy->at;
    if (copy->has_at) *(bool *)((char *)row + copy->has_at) = true;
    if (!copy->at) return;
    switch (copy->as) {
    case SHEAF_MEMBER_BOOL: *(bool *)at = *(const int64_t *)from != 0; break;
    case SHEAF_MEMBER_TEXT: *(sheaf_slice *)at = *(const sheaf_slice *)from; break;
    default: *(int64_t *)at = *(const int64_t *)from; /* or a double */
    }
}

static void put_copies(store_row *row, const plan_layout *l) {
    for (size_t i = 0; i < l->copies.count; i++) {
        const plan_copy *copy = &l->copies.items[i];
        const plan_slot *slot = &l->slots[copy->value];
        if (!store_null_bit(row, slot->null)) put_copy(row, copy, (const char *)row + slot->at);
    }
}

store_row *store_keep(const store_row *loose) {
    const plan_layout *l = loose->table->layout;
    store_row *row = store_row_for_loose(loose);
    if (row && !row->filled) {
        memcpy((char *)row + l->nulls_at, (const char *)loose + l->nulls_at, l->columns_end - l->nulls_at);
        put_copies(row, l);
        row->filled = 1;
        row->table->filled++;
    }
    return row;
}

static void set_bit(store_row *row, const plan_group *group) {
    *(uint64_t *)((char *)row + group->member_at) |= group->member_bit;
}

void store_join(store_row *row, const plan_group *group) {
    set_bit(row, group);
    for (uint32_t i = 0; i < group->included_by_count; i++) set_bit(row, group->included_by[i]);
}

sheaf_value store_value(const store_row *row, const model_column *column) {
    if (store_is_null(row, column)) return (sheaf_value){0};
    const plan *p = row->table->store->plan;
    uint32_t at = row->table->layout->column_at[column->index];
    sheaf_value v = {.kind = store_kind(p, column)};
    if (v.kind == SHEAF_KIND_TEXT)
        v.text = store_text_at(row, at);
    else
        v.i = store_int_at(row, at);
    return v;
}
