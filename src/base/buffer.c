#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>

#include "number.h"

#define ROOM_FIRST ((size_t)64)

void buffer_init(buffer *b, const sheaf_allocator *allocator) {
    *b = (buffer){.allocator = memory_or_default(allocator)};
}

void buffer_free(buffer *b) {
    memory_release(b->allocator, b->ptr);
    buffer_init(b, b->allocator);
}

bool buffer_grow(buffer *b, size_t more) {
    size_t needed, room;
    if (b->failed) return false;
    if (memory_add(b->len, more, &needed)) {
        if (needed <= b->room) return true;
        if (!memory_mul(b->room, 2, &room) || room < needed) room = needed;
        if (room < ROOM_FIRST) room = ROOM_FIRST;
        char *ptr = memory_resize(b->allocator, b->ptr, room, 1);
        if (ptr) {
            b->ptr = ptr;
            b->room = room;
            return true;
        }
    }
    b->failed = true;
    return false;
}

void buffer_cstr(buffer *b, const char *text) {
    buffer_bytes(b, text, strlen(text));
}

void buffer_printf(buffer *b, const char *format, ...) {
    va_list args;
    if (!buffer_reserve(b, 1)) return;
    va_start(args, format);
    int len = vsnprintf(b->ptr + b->len, b->room - b->len, format, args);
    va_end(args);
    if (len < 0) {
        b->failed = true;
        return;
    }
    if ((size_t)len >= b->room - b->len) { /* it was cut: its NUL needs room as well */
        if (!buffer_reserve(b, (size_t)len + 1)) return;
        va_start(args, format);
        vsnprintf(b->ptr + b->len, b->room - b->len, format, args);
        va_end(args);
    }
    b->len += (size_t)len;
}

void buffer_int(buffer *b, int64_t value) {
    if (buffer_reserve(b, NUMBER_TEXT_MAX)) b->len += number_from_int(b->ptr + b->len, value);
}
