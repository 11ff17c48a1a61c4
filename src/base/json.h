/* json.h: JSON text. Writing from rows is render's work; this is what both render and the drivers share. */
#ifndef SHEAF_BASE_JSON_H
#define SHEAF_BASE_JSON_H

#include "buffer.h"

/* Appends `text` as a JSON string, quotes included: escapes '"', '\\' and controls (\b \f \n \r \t, else
 * \u00XX), everything else as it is. False, with *ret_at the offset, where it is not UTF-8; what was appended
 * before then stays. */
bool json_string(buffer *b, sheaf_slice text, size_t *ret_at);
/* The same of a text that is known to be UTF-8. */
static inline void json_text(buffer *b, sheaf_slice text) {
    size_t at;
    json_string(b, text, &at);
}

/* Appends `text`, which must be one JSON value (RFC 8259, at most 512 levels deep, checked without
 * recursion), without its insignificant white space; strings and numbers stay as they were written.
 * False: it is not JSON (*ret_at says where). */
bool json_compact(buffer *b, sheaf_slice text, size_t *ret_at);

/* Reading, one token at a time: for variables and cursors. */
typedef enum json_token {
    JSON_END, /* the text is used up */
    JSON_BAD, /* not JSON at `at`, or no memory (`unescaped.failed`); stays */
    JSON_NULL,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NUMBER, /* `text` is its source text */
    JSON_STRING, /* `text` is its content, escapes resolved, in the source or, until the next call, in the
                  * reader's buffer; an escaped surrogate without its other half is JSON_BAD */
    JSON_ARRAY_OPEN,
    JSON_ARRAY_CLOSE,
    JSON_OBJECT_OPEN,
    JSON_OBJECT_CLOSE
} json_token;

typedef struct json_reader {
    sheaf_slice source;
    size_t at; /* where reading goes on, or failed */
    sheaf_slice text;
    bool is_key; /* the string is a member's name */
    buffer unescaped;
    unsigned depth;
    uint8_t stack[64]; /* one bit a level: 1 an object, 0 an array; at most 512 levels */
    uint8_t state;     /* what may come next */
} json_reader;

/* Commas, colons and nesting are checked by the reader; it never gives a token out of place. */
void json_reader_init(json_reader *r, sheaf_slice source, const sheaf_allocator *allocator);
json_token json_next(json_reader *r);
void json_reader_free(json_reader *r);

#endif
