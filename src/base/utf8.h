/* utf8.h: validity of UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF), and base64. */
#ifndef SHEAF_BASE_UTF8_H
#define SHEAF_BASE_UTF8_H

#include "buffer.h"

/* The length in bytes of the character that `text` begins with; 0 where none does or it is not valid. */
size_t utf8_length(sheaf_slice text);
/* The length of the longest valid prefix; equal to text.len where all is valid. U+0000 is valid here. */
size_t utf8_valid_prefix(sheaf_slice text);
static inline bool utf8_valid(sheaf_slice text) {
    return utf8_valid_prefix(text) == text.len;
}
/* Decodes the character at `at` (which must be valid); *ret_len is its length in bytes, 1 to 4. */
uint32_t utf8_decode(const char *at, size_t *ret_len);
/* Appends the code point as UTF-8 (it must be one that UTF-8 may hold). */
void utf8_append(buffer *b, uint32_t code_point);
/* Columns on a terminal: 0 for combining marks of the common scripts, 2 for wide East Asian characters and
 * emoji, else 1; one for each invalid byte. */
size_t utf8_width(sheaf_slice text);

void base64_append(buffer *b, sheaf_slice bytes);     /* RFC 4648, '+' '/', padded */
void base64_url_append(buffer *b, sheaf_slice bytes); /* '-' '_', not padded */
/* Reads either alphabet, padded or not; false on any other byte or a wrong length. */
bool base64_decode(buffer *b, sheaf_slice text);

#endif
