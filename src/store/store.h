/* store: realised memory: rows, identity, membership, edges.
 *
 *   store.h    tables of rows, by entity; the row's own layout is the plan's (plan/plan.h: plan_layout)
 *   store.c    rows found and made by key, and filled
 *   offer.c    of a pick's rows, those that lose are forgotten as they arrive
 *   list.c     pairs of parent and child → each parent's list: grouped, without repeats, sorted, cut, picked
 *   compare.c  the order of two rows, as every backend orders them
 *   cursor.c   a row's place in an order, as text
 *
 * One row of an entity and key exists once in a store. It is made when its key is first heard of (in a column
 * of another row, in a link, in a result) and filled when its columns come; a row that was never filled does
 * not exist in the database. Membership is a bit for each group. Everything lives in the arena given at init,
 * and only there. One thread at a time.
 */
#ifndef SHEAF_STORE_H
#define SHEAF_STORE_H

#include "../base/map.h"
#include "../plan/plan.h"

/* The head of a row. Behind it, at the layout's offsets: words of membership bits, words of NULL bits,
 * values, edges. */
struct sheaf_row {
    struct store_table *table;
    uint32_t ordinal; /* in its table, from 0 in the order of making */
    uint32_t filled;  /* 1: its columns are there */
    uint64_t stamp;   /* scratch of list.c: the list that it was last put into */
};
typedef struct sheaf_row store_row;

typedef struct store_rows {
    store_row **items;
    size_t count, room;
} store_rows;

typedef struct store_edge {
    store_row *const *rows;
    size_t count;
} store_edge; /* where an edge to many is kept; an edge to one is a store_row * */

typedef struct store_table {
    struct store *store;
    const plan_layout *layout;
    store_rows rows; /* by ordinal */
    size_t filled;   /* of these */
    int_map by_int;  /* key of one integer */
    map by_bytes;    /* any other key, as bytes */
} store_table;

typedef struct store {
    arena *memory;
    const plan *plan;
    store_table *tables; /* by plan_layout.index */
    uint64_t next_stamp;
    char *key_room; /* where keys of several columns are put together */
    size_t key_room_size;
} store;

bool store_init(store *s, arena *memory, const plan *p);

/* Makes room for about so many rows at once, rather than again and again. False: no memory. */
enum { STORE_EXPECTED_MAX = 1 << 14 };
bool store_expect(store_table *t, size_t count);

static inline store_table *store_table_of(store *s, const plan_layout *layout) {
    return &s->tables[layout->index];
}

/* The row with this key (as many values as the key has columns), made when it is new. NULL: no memory. */
store_row *store_row_for_key(store_table *t, const sheaf_value *key);
/* The same, but NULL where there is none. */
store_row *store_find(const store_table *t, const sheaf_value *key);

/* A loose row is of no table yet: as it came in a record, or a copy of that. It has the head and the columns,
 * and ends with them (plan_layout.columns_end). */
static inline void store_init_loose(store_table *t, store_row *row) {
    row->table = t;
    row->ordinal = UINT32_MAX;
    row->filled = 1;
}
static inline bool store_is_loose(const store_row *row) {
    return row->ordinal == UINT32_MAX;
}
/* False where a part of its key is NULL: then it is none. A key stands first in its layout. */
static inline bool store_has_key(const store_row *loose) {
    const plan_layout *l = loose->table->layout;
    uint64_t first = *(const uint64_t *)((const char *)loose + l->nulls_at);
    return (first & ((UINT64_C(1) << l->entity->key.count) - 1)) == 0;
}
store_row *store_copy_loose(arena *scratch, const store_row *loose); /* NULL: no memory */
/* The row of the table with the key of a loose one, made when it is new. NULL: no memory. */
store_row *store_row_for_loose(const store_row *loose);
/* The same, and filled where it was not. A filled row stays as it is: the snapshot is the same. */
store_row *store_keep(const store_row *loose);

/* Membership in the group and in all that include it. */
void store_join(store_row *row, const plan_group *group);

static inline bool store_is_member(const store_row *row, const plan_group *group) {
    return (*(const uint64_t *)((const char *)row + group->member_at) & group->member_bit) != 0;
}

/* ---- Values in a row ------------------------------------------------------------------------------------*/

static inline bool store_null_at(const store_row *row, uint32_t at, uint64_t bit) {
    return (*(const uint64_t *)((const char *)row + at) & bit) != 0;
}
static inline bool store_null_bit(const store_row *row, uint32_t bit) {
    const uint64_t *words = (const uint64_t *)((const char *)row + row->table->layout->nulls_at);
    return words[bit / 64] >> bit % 64 & 1;
}
static inline bool store_is_null(const store_row *row, const model_column *column) {
    return store_null_bit(row, row->table->layout->column_null[column->index]);
}
static inline int64_t store_int_at(const store_row *row, uint32_t at) {
    return *(const int64_t *)((const char *)row + at);
}
static inline double store_float_at(const store_row *row, uint32_t at) {
    return *(const double *)((const char *)row + at);
}
static inline sheaf_slice store_text_at(const store_row *row, uint32_t at) {
    return *(const sheaf_slice *)((const char *)row + at);
}
/* The kind of a column's values: an ID may be either. */
sheaf_kind store_kind(const plan *p, const model_column *column);
/* The column's value; it must be in the layout. */
sheaf_value store_value(const store_row *row, const model_column *column);
void store_set_null(store_row *row, uint32_t bit, bool null);

static inline store_row **store_one_slot(const store_row *parent, const plan_group *group) {
    return (store_row **)((char *)(uintptr_t)parent + group->edge_at);
}
static inline store_edge *store_many_slot(const store_row *parent, const plan_group *group) {
    return (store_edge *)((char *)(uintptr_t)parent + group->edge_at);
}

/* ---- Order ----------------------------------------------------------------------------------------------*/

int store_compare_values(const store_row *a, const store_row *b,
                         const plan_sort_key *key); /* neither is NULL */

/* <0, 0, >0: NULLs last ascending and first descending; NaN above all numbers; text by bytes; decimals by
 * value. */
static inline int store_compare(const store_row *a, const store_row *b, const plan_sort_key *keys,
                                uint32_t count) {
    for (const plan_sort_key *key = keys; key < keys + count; key++) {
        int c = store_null_at(a, key->null_at, key->null_bit) - store_null_at(b, key->null_at, key->null_bit);
        if (c == 0 && !store_null_at(a, key->null_at, key->null_bit)) {
            int64_t x = store_int_at(a, key->at), y = store_int_at(b, key->at);
            c = key->as == SORT_INT ? (x > y) - (x < y) : store_compare_values(a, b, key);
        }
        if (c) return key->descending ? -c : c;
    }
    return 0;
}

/* Appends the cursor of a row in this (complete) order. NOT_ASKED where its columns are not in the row. */
bool store_cursor(const store_row *row, const model_order_item *order, uint32_t count, buffer *out,
                  sheaf_error *err);

/* ---- Lists ----------------------------------------------------------------------------------------------*/

/* What one CHILDREN statement brought: pairs, in the order of arrival; of those that were offered, what is
 * left of them. */
typedef struct store_pairs {
    struct store_pair {
        store_row *parent, *child;
        uint32_t next; /* offered: 1 + index of another one of the parent; 0: none */
    } * items;
    size_t count, room;
    size_t arrived;      /* with those that lost */
    uint32_t *candidate; /* offered: by the parent's ordinal, 1 + index of one of its pairs; 0: none */
    size_t candidate_room;
    bool undecided; /* offered: a parent has rows of too many groups of `per` to look through */
} store_pairs;

/* Adds a copy of a loose row of a step with `running_pick`, unless it loses to one of the same group of
 * `per`: it has the lesser value, or the same and a later place in the order. False: no memory in `scratch`.
 */
bool store_offer(store_pairs *pairs, arena *scratch, const plan_step *step, store_row *parent,
                 const store_row *loose);

/* How each parent's rows become its list. */
typedef struct store_listing {
    const plan_step *step;
    int64_t limit;    /* for each parent; -1 none */
    int64_t offset;   /* for each parent; 0 where SQL did it */
    int64_t page_max; /* more rows for one parent without a limit: SHEAF_E_LIMIT */
    bool pick;        /* keep what holds the maximum, then the first */
} store_listing;

/* Groups the pairs by parent; for each parent drops repeats, sorts where the step says so, picks, cuts;
 * writes the edges of the step's groups into the parents that belong to them, and makes the children members.
 */
bool store_list(store *s, const store_pairs *pairs, const store_listing *how, sheaf_error *err);

#endif
