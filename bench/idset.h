/* idset.h: distinct ids in the order of their coming, and where each stands. For hand-written pages: it
 * gathers the ids to ask for, and then finds the row that an id belongs to. */
#ifndef BENCH_IDSET_H
#define BENCH_IDSET_H

#include <stdint.h>
#include <string.h>

#define IDSET_MAX   1024
#define IDSET_SLOTS (4 * IDSET_MAX)

typedef struct idset {
    uint32_t count, mask; /* mask + 1 slots are in use */
    int64_t ids[IDSET_MAX];
    uint16_t slots[IDSET_SLOTS]; /* position + 1, or 0 */
} idset;

/* Empties it for at most `expected` ids, which must not exceed IDSET_MAX. */
static inline void idset_clear(idset *s, uint32_t expected) {
    uint32_t slots = 16;
    while (slots < 2 * expected) slots *= 2;
    s->count = 0;
    s->mask = slots - 1;
    memset(s->slots, 0, slots * sizeof *s->slots);
}

static inline uint16_t *idset_slot(idset *s, int64_t id) {
    uint32_t at = (uint32_t)(((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & s->mask;
    while (s->slots[at] && s->ids[s->slots[at] - 1] != id) at = (at + 1) & s->mask;
    return &s->slots[at];
}

/* Adds the id unless it is 0 (which stands for NULL) or there. */
static inline void idset_add(idset *s, int64_t id) {
    if (!id) return;
    uint16_t *slot = idset_slot(s, id);
    if (!*slot) {
        s->ids[s->count] = id;
        *slot = (uint16_t)++s->count;
    }
}

/* Its position, or -1. */
static inline int idset_find(idset *s, int64_t id) {
    return (int)*idset_slot(s, id) - 1;
}

#endif
