/* arena.h: a lifetime. What is allocated from an arena is freed with it, at once.
 *
 *   block: [ header | used ........ | free ...... ]  → previous block
 *
 * Blocks double in size up to 256 KiB; an allocation larger than a quarter of a block gets a block of its
 * own. Memory comes zeroed only from the calls that say so, aligned to 8. An arena belongs to one thread at a
 * time. Under AddressSanitizer every allocation is a block of its own, so that overruns are seen.
 */
#ifndef SHEAF_BASE_ARENA_H
#define SHEAF_BASE_ARENA_H

#include <stdarg.h>
#include <string.h>

#include "memory.h"

typedef struct arena {
    const sheaf_allocator *allocator;
    struct arena_block *block;      /* the newest block, or NULL */
    struct arena_cleanup *cleanups; /* newest first */
    char *next, *end;               /* the free part of the newest block */
    size_t total;                   /* bytes taken from the allocator */
    size_t max; /* cap on `total`; 0: none. Past it, allocation fails and `capped` is set. */
    bool capped;
} arena;

/* Takes no memory yet. `allocator` NULL means the default; it must outlive the arena. */
void arena_init(arena *a, const sheaf_allocator *allocator);

/* Runs the cleanups, newest first, and frees everything. The arena can be used again (as after init, with the
 * same `max`). */
void arena_free(arena *a);

/* The same, but its newest block is kept for what comes next, unless that is an allocation of its own. */
void arena_reset(arena *a);

void *arena_alloc_slow(arena *a, size_t size);

/* `size` bytes; NULL when there is no memory. A size of 0 gives a valid pointer. */
static inline void *arena_alloc(arena *a, size_t size) {
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded - 1 <
        (size_t)(a->end - a->next)) { /* false where `rounded` is 0: nothing asked, or wrapped */
        void *p = a->next;
        a->next += rounded;
        return p;
    }
    return arena_alloc_slow(a, size);
}
void *arena_zero(arena *a, size_t size);
void *arena_array(arena *a, size_t count, size_t size);      /* checked product, uninitialised */
void *arena_array_zero(arena *a, size_t count, size_t size); /* checked product, zeroed */

#define ARENA_NEW(a, T)          ((T *)arena_zero((a), sizeof(T)))
#define ARENA_ARRAY(a, T, count) ((T *)arena_array_zero((a), (count), sizeof(T)))

/* Copies. The copy of a slice is followed by a NUL that `len` does not count. `ret.ptr` is NULL when there is
 * no memory (and never otherwise, also for an empty slice). */
sheaf_slice arena_copy(arena *a, sheaf_slice text);
sheaf_slice arena_printf(arena *a, const char *format, ...) SHEAF_PRINTF(2, 3);
char *arena_cstr(arena *a, sheaf_slice text); /* NUL-terminated; the caller has checked for inner NULs */

/* Calls `run(ptr)` when the arena is freed. False when there is no memory: `run` is then not called. */
bool arena_defer(arena *a, void (*run)(void *ptr), void *ptr);

/* Growing arrays in an arena: `items`, `count` and `room` are the fields of the caller's struct. Old copies
 * stay in the arena until it is freed, at most as much again as the array itself. Gives a pointer to the
 * new, zeroed item, or NULL.
 *
 *     struct { thing *items; size_t count, room; } things = {0};
 *     thing *t = ARENA_PUSH(a, &things);
 */
bool arena_widen(arena *a, void **items, size_t count, size_t *room, size_t size);
static inline void *arena_push(arena *a, void **items, size_t *count, size_t *room, size_t size) {
    if (*count == *room && !arena_widen(a, items, *count, room, size)) return NULL;
    return memset((char *)*items + (*count)++ * size, 0, size);
}
#define ARENA_PUSH(a, array)                                                                                 \
    ((__typeof__((array)->items))arena_push((a), (void **)&(array)->items, &(array)->count, &(array)->room,  \
                                            sizeof *(array)->items))

#endif
