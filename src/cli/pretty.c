#include "cli.h"

static void new_line(buffer *out, unsigned depth) {
    buffer_byte(out, '\n');
    while (depth--) BUFFER_LITERAL(out, "  ");
}

/* The string that begins at `at`, with its quotes. */
static size_t string_length(const char *at, const char *end) {
    const char *stop = at + 1;
    while (stop < end && *stop != '"') stop += *stop == '\\' ? 2 : 1;
    return stop < end ? (size_t)(stop + 1 - at) : (size_t)(end - at);
}

void pretty_json(buffer *out, sheaf_slice json) {
    unsigned depth = 0;
    const char *end = json.ptr + json.len;
    for (const char *at = json.ptr; at < end; at++) {
        char c = *at;
        if (c == '"') {
            size_t len = string_length(at, end);
            buffer_bytes(out, at, len);
            at += len - 1;
        } else if ((c == '{' || c == '[') && at + 1 < end && at[1] == c + 2) {
            buffer_bytes(out, at++, 2); /* nothing inside */
        } else if (c == '{' || c == '[') {
            buffer_byte(out, c);
            new_line(out, ++depth);
        } else if (c == '}' || c == ']') {
            new_line(out, --depth);
            buffer_byte(out, c);
        } else {
            buffer_byte(out, c);
            if (c == ',') new_line(out, depth);
            if (c == ':') buffer_byte(out, ' ');
        }
    }
}
