/* buffer.h: bytes that grow.
 *
 * Invariants: `len <= room`; `ptr` is NULL exactly when `room` is 0. Once an append fails for memory,
 * `failed` is set and stays set, later appends do nothing, and the content is cut: check `failed` once, in
 * the end.
 */
#ifndef SHEAF_BASE_BUFFER_H
#define SHEAF_BASE_BUFFER_H

#include <string.h>

#include "memory.h"

typedef struct buffer {
    const sheaf_allocator *allocator;
    char *ptr;
    size_t len, room;
    bool failed;
} buffer;

void buffer_init(buffer *b, const sheaf_allocator *allocator);
void buffer_free(buffer *b); /* usable again, as after init */
static inline void buffer_clear(buffer *b) {
    b->len = 0;
}

/* Makes room for `more` bytes beyond `len`. */
bool buffer_grow(buffer *b, size_t more);
static inline bool buffer_reserve(buffer *b, size_t more) {
    return more <= b->room - b->len ? !b->failed : buffer_grow(b, more);
}

static inline void buffer_bytes(buffer *b, const char *ptr, size_t len) {
    if (len && buffer_reserve(b, len)) {
        memcpy(b->ptr + b->len, ptr, len);
        b->len += len;
    }
}
static inline void buffer_byte(buffer *b, char c) {
    if (buffer_reserve(b, 1)) b->ptr[b->len++] = c;
}
static inline void buffer_slice(buffer *b, sheaf_slice s) {
    buffer_bytes(b, s.ptr, s.len);
}
#define BUFFER_LITERAL(b, literal) buffer_bytes((b), "" literal, sizeof(literal) - 1)
void buffer_cstr(buffer *b, const char *text);
void buffer_printf(buffer *b, const char *format, ...) SHEAF_PRINTF(2, 3);
void buffer_int(buffer *b, int64_t value);

static inline sheaf_slice buffer_view(const buffer *b) {
    return (sheaf_slice){b->ptr, b->len};
}

#endif
