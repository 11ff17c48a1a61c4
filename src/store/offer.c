/* A pick keeps one row of each parent: of each group of `per` only the best so far is worth its memory. */
#include "store.h"

/* Groups of one parent that are looked through; the rows of further ones stay until store_list. */
enum { OFFER_GROUPS_MAX = 16 };

static uint32_t *candidate_of(store_pairs *pairs, arena *scratch, const store_row *parent) {
    if (parent->ordinal >= pairs->candidate_room) {
        size_t known = parent->table->rows.count, room = 2 * pairs->candidate_room;
        if (room < known) room = known;
        uint32_t *candidate = arena_array_zero(scratch, room, sizeof *candidate);
        if (!candidate) return NULL;
        if (pairs->candidate_room)
            memcpy(candidate, pairs->candidate, pairs->candidate_room * sizeof *candidate);
        pairs->candidate = candidate;
        pairs->candidate_room = room;
    }
    return &pairs->candidate[parent->ordinal];
}

/* Both are of one group of `per`. The order is complete. */
static bool is_better(const plan_step *step, const store_row *row, const store_row *than) {
    int c = step->keep_count ? store_compare(row, than, &step->keep_keys[step->keep_count - 1], 1) : 0;
    return (c ? c : store_compare(row, than, step->sort_keys, step->order_count)) < 0;
}

bool store_offer(store_pairs *pairs, arena *scratch, const plan_step *step, store_row *parent,
                 const store_row *loose) {
    uint32_t keep = step->keep_count, groups = 0;
    pairs->arrived++;
    if (keep && store_null_at(loose, step->keep_keys[keep - 1].null_at, step->keep_keys[keep - 1].null_bit))
        return true; /* a NULL holds no maximum */
    uint32_t *candidate = candidate_of(pairs, scratch, parent);
    if (!candidate) return false;
    for (uint32_t at = *candidate; at; at = pairs->items[at - 1].next, groups++) {
        store_row *held = pairs->items[at - 1].child;
        if (keep && store_compare(held, loose, step->keep_keys, keep - 1) != 0) continue;
        if (is_better(step, loose, held)) memcpy(held, loose, step->layout->columns_end);
        return true;
    }
    store_row *child = store_copy_loose(scratch, loose);
    struct store_pair *pair = child && pairs->count < UINT32_MAX ? ARENA_PUSH(scratch, pairs) : NULL;
    if (!pair) return false;
    *pair = (struct store_pair){parent, child, 0};
    if (groups < OFFER_GROUPS_MAX) {
        pair->next = *candidate;
        *candidate = (uint32_t)pairs->count;
    } else {
        pairs->undecided = true;
    }
    return true;
}
