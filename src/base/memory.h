/* memory.h: the checked allocator. Sizes are multiplied here and nowhere else. */
#ifndef SHEAF_BASE_MEMORY_H
#define SHEAF_BASE_MEMORY_H

#include <sheaf/types.h>

/* The C library's allocator, used where the host gives none. */
extern const sheaf_allocator memory_default;

/* `allocator`, or the default one for NULL. */
const sheaf_allocator *memory_or_default(const sheaf_allocator *allocator);

/* count × size bytes, uninitialised, or NULL: no memory, or the product overflows. A product of 0 gives a
 * valid pointer. */
void *memory_new(const sheaf_allocator *allocator, size_t count, size_t size);
void *memory_new_zero(const sheaf_allocator *allocator, size_t count, size_t size);

/* Grows or shrinks; the old block stays valid when NULL is returned. `ptr` may be NULL. */
void *memory_resize(const sheaf_allocator *allocator, void *ptr, size_t count, size_t size);
void memory_release(const sheaf_allocator *allocator, void *ptr);

/* *ret = a × b or a + b; false where that overflows. */
bool memory_mul(size_t a, size_t b, size_t *ret);
bool memory_add(size_t a, size_t b, size_t *ret);

#endif
