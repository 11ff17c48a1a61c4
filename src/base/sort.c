#include "sort.h"

#include <string.h>

enum { FEW = 32, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

static void insert_all(int64_t *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        int64_t item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1] > item; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

/* The sign bit turned, so that negative numbers come first. */
static size_t digit_of(int64_t item, unsigned shift) {
    return ((uint64_t)item ^ UINT64_C(1) << 63) >> shift & (DIGITS - 1);
}

static void spread(const int64_t *from, size_t count, unsigned shift, int64_t *to) {
    size_t place[DIGITS] = {0}, before = 0;
    for (size_t i = 0; i < count; i++) place[digit_of(from[i], shift)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t n = place[d];
        place[d] = before;
        before += n;
    }
    for (size_t i = 0; i < count; i++) to[place[digit_of(from[i], shift)]++] = from[i];
}

/* By each digit that is not the same in all, from the least: spreading keeps the order of equals. */
void sort_ints(int64_t *items, size_t count, int64_t *spare) {
    uint64_t differing = 0;
    int sorted = 1;
    for (size_t i = 1; i < count; i++) {
        differing |= (uint64_t)(items[i] ^ items[0]);
        sorted &= items[i - 1] <= items[i];
    }
    if (sorted) return;
    if (count <= FEW) {
        insert_all(items, count);
        return;
    }
    int64_t *from = items, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!(differing >> shift & (DIGITS - 1))) continue;
        spread(from, count, shift, to);
        int64_t *was = from;
        from = to;
        to = was;
    }
    if (from != items) memcpy(items, from, count * sizeof *items);
}
