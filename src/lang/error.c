/* error.c: an error with its place, the source line and a caret. */
#include <stdio.h>

#include "../base/utf8.h"
#include "lang.h"

#define SHOWN_MAX  80 /* characters of a line */
#define SHOWN_LEFT 50 /* of these before the column, where the line is cut */

static size_t character(const char *at, const char *end, bool *ret_valid) {
    unsigned char c = (unsigned char)*at;
    size_t len = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (len > (size_t)(end - at)) len = 1;
    *ret_valid = utf8_valid((sheaf_slice){at, len});
    return *ret_valid ? len : 1;
}

static const char *skip(const char *at, const char *end, size_t characters) {
    bool valid;
    while (at < end && characters--) at += character(at, end, &valid);
    return at;
}

static sheaf_slice find_line(sheaf_slice source, uint32_t line) {
    const char *at = source.ptr ? source.ptr : "", *end = at + source.len, *stop;
    for (; at < end && line > 1; at++)
        if (*at == '\n' || (*at == '\r' && !(at + 1 < end && at[1] == '\n'))) line--;
    for (stop = at; stop < end && *stop != '\n' && *stop != '\r'; stop++) continue;
    return (sheaf_slice){at, (size_t)(stop - at)};
}

/* Copies [from, to) as it can be shown: tabs are one space, what cannot be printed is '?'. */
static size_t show(char *out, const char *from, const char *to) {
    size_t len = 0;
    while (from < to) {
        bool valid;
        size_t n = character(from, to, &valid);
        if (!valid || (n == 1 && ((unsigned char)*from < ' ' || *from == 0x7F))) {
            out[len++] = *from == '\t' ? ' ' : '?';
        } else {
            memcpy(out + len, from, n);
            len += n;
        }
        from += n;
    }
    return len;
}

bool lang_error(sheaf_error *err, sheaf_code code, const syntax_document *document, syntax_place place,
                const char *format, ...) {
    char message[SHEAF_ERROR_MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (written < 0) message[0] = 0;

    sheaf_slice line = find_line(document->source, place.line);
    const char *end = line.ptr + line.len;
    size_t before = place.column ? place.column - 1 : 0;
    size_t hidden = skip(line.ptr, end, SHOWN_MAX) < end && before > SHOWN_LEFT ? before - SHOWN_LEFT : 0;
    const char *from = skip(line.ptr, end, hidden), *column = skip(from, end, before - hidden);
    const char *to = skip(from, end, SHOWN_MAX);

    char left[4 * SHOWN_MAX], right[4 * SHOWN_MAX];
    size_t left_len = show(left, from, column), right_len = show(right, column, to);
    size_t indent = utf8_width((sheaf_slice){left, left_len}) + (hidden ? 3 : 0);
    return error_set(err, code, "%s:%u:%u: %s\n  %s%.*s%.*s%s\n  %*s^", document->file, (unsigned)place.line,
                     (unsigned)place.column, message, hidden ? "..." : "", (int)left_len, left,
                     (int)right_len, right, to < end ? "..." : "", (int)indent, "");
}
