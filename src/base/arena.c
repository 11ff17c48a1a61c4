#include "arena.h"

#include <stdio.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_MAX   ((size_t)256 << 10)
#define ARRAY_FIRST ((size_t)8) /* items of a growing array */

#if defined(__SANITIZE_ADDRESS__)
#define BLOCK_EACH true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCK_EACH true
#endif
#endif
#ifndef BLOCK_EACH
#define BLOCK_EACH false
#endif

typedef struct arena_block {
    struct arena_block *previous;
    size_t size; /* with this header */
} arena_block;

typedef struct arena_cleanup {
    struct arena_cleanup *previous;
    void (*run)(void *ptr);
    void *ptr;
} arena_cleanup;

void arena_init(arena *a, const sheaf_allocator *allocator) {
    *a = (arena){.allocator = memory_or_default(allocator)};
}

void arena_free(arena *a) {
    for (arena_cleanup *c = a->cleanups; c; c = c->previous) c->run(c->ptr);
    arena_block *previous;
    for (arena_block *b = a->block; b; b = previous) {
        previous = b->previous;
        memory_release(a->allocator, b);
    }
    *a = (arena){.allocator = a->allocator, .max = a->max};
}

void arena_reset(arena *a) {
    arena_block *kept = a->block;
    if (BLOCK_EACH || !kept || kept->size > BLOCK_MAX) {
        arena_free(a);
        return;
    }
    a->block = kept->previous; /* cleanups may stand in the block that is kept: they run first */
    kept->previous = NULL;
    arena_free(a);
    a->block = kept;
    a->next = (char *)(kept + 1);
    a->end = (char *)kept + kept->size;
    a->total = kept->size;
}

static arena_block *new_block(arena *a, size_t size) {
    size_t total;
    if (!memory_add(a->total, size, &total)) return NULL;
    if (a->max && total > a->max) {
        a->capped = true;
        return NULL;
    }
    arena_block *b = memory_new(a->allocator, 1, size);
    if (!b) return NULL;
    b->size = size;
    a->total = total;
    return b;
}

void *arena_alloc_slow(arena *a, size_t size) {
    if (size > PTRDIFF_MAX - sizeof(arena_block) - 8) return NULL;
    size = size ? (size + 7) & ~(size_t)7 : 8;
    if (size <= (size_t)(a->end - a->next)) { /* nothing was asked for, and there is room for it */
        a->next += size;
        return a->next - size;
    }
    size_t block_size = BLOCK_FIRST;
    if (a->block) block_size = a->block->size < BLOCK_MAX / 2 ? a->block->size * 2 : BLOCK_MAX;
    bool own = BLOCK_EACH || size > block_size / 4;
    if (own) block_size = sizeof(arena_block) + size;
    arena_block *b = new_block(a, block_size);
    if (!b) return NULL;
    char *start = (char *)(b + 1);
    if (own && a->block) { /* behind the newest block, the rest of which stays in use */
        b->previous = a->block->previous;
        a->block->previous = b;
        return start;
    }
    b->previous = a->block;
    a->block = b;
    a->next = start + size;
    a->end = (char *)b + block_size;
    return start;
}

void *arena_zero(arena *a, size_t size) {
    void *p = arena_alloc(a, size);
    if (p) memset(p, 0, size);
    return p;
}

void *arena_array(arena *a, size_t count, size_t size) {
    size_t bytes;
    return memory_mul(count, size, &bytes) ? arena_alloc(a, bytes) : NULL;
}

void *arena_array_zero(arena *a, size_t count, size_t size) {
    size_t bytes;
    return memory_mul(count, size, &bytes) ? arena_zero(a, bytes) : NULL;
}

char *arena_cstr(arena *a, sheaf_slice text) {
    size_t bytes;
    char *copy = memory_add(text.len, 1, &bytes) ? arena_alloc(a, bytes) : NULL;
    if (!copy) return NULL;
    if (text.len) memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

sheaf_slice arena_copy(arena *a, sheaf_slice text) {
    char *copy = arena_cstr(a, text);
    return copy ? (sheaf_slice){copy, text.len} : (sheaf_slice){NULL, 0};
}

sheaf_slice arena_printf(arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
    if (!text) return (sheaf_slice){NULL, 0};
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (sheaf_slice){text, (size_t)len};
}

bool arena_defer(arena *a, void (*run)(void *ptr), void *ptr) {
    arena_cleanup *c = arena_alloc(a, sizeof *c);
    if (!c) return false;
    *c = (arena_cleanup){a->cleanups, run, ptr};
    a->cleanups = c;
    return true;
}

bool arena_widen(arena *a, void **items, size_t count, size_t *room, size_t size) {
    size_t wider = ARRAY_FIRST;
    if (*room && !memory_mul(*room, 2, &wider)) return false;
    void *copy = arena_array(a, wider, size);
    if (!copy) return false;
    if (count) memcpy(copy, *items, count * size);
    *items = copy;
    *room = wider;
    return true;
}
