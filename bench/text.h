/* text.h: JSON written by hand. The caller has asked the buffer for room: see each call. */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <string.h>

#include "../src/base/number.h"
#include "../src/base/time.h"

/* Each gives where it ended. */
#define TEXT_LITERAL(at, literal)                                                                            \
    ((char *)memcpy((at), "" literal, sizeof(literal) - 1) + sizeof(literal) - 1)

/* At most TEXT_STRING_ROOM(len) bytes. The text is UTF-8 because the database says so. */
#define TEXT_STRING_ROOM(len) (6 * (len) + 2)
char *text_string(char *at, sheaf_slice text);

static inline char *text_int(char *at, int64_t value) { /* NUMBER_TEXT_MAX bytes */
    return at + number_from_int(at, value);
}
static inline char *text_float(char *at, double value) { /* NUMBER_TEXT_MAX bytes */
    return at + number_from_float(at, value);
}
static inline char *text_time(char *at, int64_t micros) { /* TIME_TEXT_MAX + 2 bytes */
    *at++ = '"';
    at += time_from_micros(at, micros);
    *at++ = '"';
    return at;
}

#endif
