/* rfc822.h: the stanzas of a package index, one after another from a stream.
 *
 *     Package: name          a field; its name is case-insensitive
 *     Depends: a (>= 1),     a value ...
 *      b                     ... goes on in lines that start with a space or a tab
 *                            an empty line (or one of spaces and tabs) ends the stanza
 *
 * The buffer holds one stanza at a time, at most RFC822_STANZA_MAX bytes, and slices point into it until the
 * next call: the memory of a reader does not grow with its input. A malformed stanza is told with where and
 * why, and reading goes on after it.
 */
#ifndef ARCHIVE_RFC822_H
#define ARCHIVE_RFC822_H

#include <sheaf/error.h>

#define RFC822_STANZA_MAX (4u << 20)
#define RFC822_FIELDS_MAX 96

/* X(enumerator, what is wrong) */
#define RFC822_FAULTS(X)                                                                                     \
    X(RFC822_LARGE, "is larger than 4 MiB")                                                                  \
    X(RFC822_NUL, "holds a NUL byte")                                                                        \
    X(RFC822_NOT_UTF8, "is not valid UTF-8")                                                                 \
    X(RFC822_NO_COLON, "has a line that is no field")                                                        \
    X(RFC822_NOTHING_FOLDED, "starts with a continuation line")                                              \
    X(RFC822_TWICE, "has a field twice")                                                                     \
    X(RFC822_MANY_FIELDS, "has too many fields")

typedef enum rfc822_fault {
#define X(name, text) name,
    RFC822_FAULTS(X)
#undef X
        RFC822_FAULT_COUNT
} rfc822_fault;

/* Reads up to `room` bytes (> 0): how many, 0 at the end, -1 with `err` set. */
typedef struct rfc822_source {
    ptrdiff_t (*read)(struct rfc822_source *source, char *into, size_t room, sheaf_error *err);
} rfc822_source;

typedef struct rfc822_field {
    sheaf_slice name, value; /* the value is trimmed; its line ends and indents are kept */
} rfc822_field;

typedef struct rfc822_stanza {
    uint64_t line;    /* of its first line, from 1 */
    sheaf_slice text; /* all of it; empty where it was too large to keep */
    rfc822_field fields[RFC822_FIELDS_MAX];
    size_t field_count;
    rfc822_fault fault; /* of RFC822_MALFORMED */
} rfc822_stanza;

typedef struct rfc822_reader {
    rfc822_source *source;
    char *buffer;
    size_t start, end, room; /* [start, end) is unread */
    uint64_t line;           /* lines passed */
    bool at_end;
} rfc822_reader;

typedef enum rfc822_result {
    RFC822_STANZA,
    RFC822_MALFORMED, /* `fault` says why, `line` and `text` are set, there are no fields */
    RFC822_END,
    RFC822_ERROR, /* the source failed or there is no memory: `err` is set */
} rfc822_result;

static inline rfc822_reader rfc822_reader_on(rfc822_source *source) {
    return (rfc822_reader){.source = source};
}
void rfc822_free(rfc822_reader *r); /* the buffer; the source stays the caller's */

rfc822_result rfc822_next(rfc822_reader *r, rfc822_stanza *ret, sheaf_error *err);

/* The value of a field; ptr NULL where the stanza has none. */
sheaf_slice rfc822_value(const rfc822_stanza *s, sheaf_slice name);

#endif
