/* text.h: looking at slices of an index. Nothing here allocates or changes what it is given. */
#ifndef ARCHIVE_TEXT_H
#define ARCHIVE_TEXT_H

#include <sheaf/types.h>

static inline bool text_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool text_equal(sheaf_slice a, sheaf_slice b);
bool text_equal_nocase(sheaf_slice a, sheaf_slice b); /* ASCII letters */
sheaf_slice text_trim(sheaf_slice s);

/* The text before the first byte `end`, leaving what is after it; all of it where there is none. */
sheaf_slice text_until(sheaf_slice *rest, char end);
/* The next run of bytes that are no white space; empty at the end. */
sheaf_slice text_word(sheaf_slice *rest);

/* Strict: no surrogates, nothing overlong, nothing past U+10FFFF. */
bool text_is_utf8(sheaf_slice s);
/* Decimal digits only, at most 15 of them. */
bool text_number(sheaf_slice s, int64_t *ret);

/* What policy allows in the name and in the version of a package. Names may hold capitals and '_' here, as
 * some third-party archives do. */
bool text_is_package(sheaf_slice s);
bool text_is_version(sheaf_slice s);

/* "66,481" for people; `into` has room for TEXT_COUNT_SIZE bytes and is returned. */
#define TEXT_COUNT_SIZE 32
const char *text_count(uint64_t n, char *into);

#endif
