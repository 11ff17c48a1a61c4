#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void *default_resize(void *user, void *ptr, size_t size) {
    (void)user;
    return realloc(ptr, size);
}

static void default_release(void *user, void *ptr) {
    (void)user;
    free(ptr);
}

const sheaf_allocator memory_default = {default_resize, default_release, NULL};

const sheaf_allocator *memory_or_default(const sheaf_allocator *allocator) {
    return allocator ? allocator : &memory_default;
}

bool memory_mul(size_t a, size_t b, size_t *ret) {
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) return false;
    *ret = product;
    return true;
}

bool memory_add(size_t a, size_t b, size_t *ret) {
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) return false;
    *ret = sum;
    return true;
}

void *memory_resize(const sheaf_allocator *allocator, void *ptr, size_t count, size_t size) {
    size_t bytes;
    /* No object is larger than PTRDIFF_MAX, so that the difference of two pointers into one is defined. */
    if (!memory_mul(count, size, &bytes) || bytes > PTRDIFF_MAX) return NULL;
    allocator = memory_or_default(allocator);
    return allocator->resize(allocator->user, ptr, bytes ? bytes : 1);
}

void *memory_new(const sheaf_allocator *allocator, size_t count, size_t size) {
    return memory_resize(allocator, NULL, count, size);
}

void *memory_new_zero(const sheaf_allocator *allocator, size_t count, size_t size) {
    void *ptr = memory_resize(allocator, NULL, count, size);
    if (ptr) memset(ptr, 0, count * size);
    return ptr;
}

void memory_release(const sheaf_allocator *allocator, void *ptr) {
    if (!ptr) return;
    allocator = memory_or_default(allocator);
    allocator->release(allocator->user, ptr);
}
