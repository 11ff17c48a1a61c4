/* index.h: one package index read into the archive.
 *
 * Both kinds of apt's indexes are read, told apart by stanza: one with a Binary field is of a source index,
 * any other of a binary index. Read together they complete each other: uploaders and build dependencies come
 * from the one; sizes, versions, descriptions and dependencies of binaries from the other.
 *
 * Of several versions the newest stays. A stanza that is malformed in anything that is read of it is left out
 * as a whole, counted by what is wrong with it, and the first few are kept to be shown.
 */
#ifndef ARCHIVE_INDEX_H
#define ARCHIVE_INDEX_H

#include "archive.h"
#include "progress.h"
#include "rfc822.h"

/* X(enumerator, what is wrong): those of a stanza's form, then those of its content. */
#define INDEX_FAULTS(X)                                                                                      \
    X(INDEX_MISSING, "lacks a field")                                                                        \
    X(INDEX_NAME, "has a package name that is none")                                                         \
    X(INDEX_VERSION, "has a version that is none")                                                           \
    X(INDEX_ADDRESS, "has an address that is none")                                                          \
    X(INDEX_RELATION, "has a relation that is none")                                                         \
    X(INDEX_NUMBER, "has a number that is none")

typedef enum index_fault {
    INDEX_FORM_LAST = RFC822_FAULT_COUNT - 1,
#define X(name, text) name,
    INDEX_FAULTS(X)
#undef X
        INDEX_FAULT_COUNT
} index_fault;

extern const char *const index_fault_text[INDEX_FAULT_COUNT];

#define INDEX_SHOWN_MAX 5

/* One malformed stanza: `file`:`line`, its first line, and the field at fault ("" for a fault of form). */
typedef struct index_malformed {
    char file[128], first_line[80], field[32];
    uint64_t line;
    unsigned fault;
} index_malformed;

/* Sums over all indexes read with it. A report of zeros is empty. */
typedef struct index_report {
    uint64_t indexes, source_stanzas, binary_stanzas;
    uint64_t superseded; /* sound stanzas of a version that another stanza has too, or has newer */
    uint64_t malformed, faults[INDEX_FAULT_COUNT];
    index_malformed shown[INDEX_SHOWN_MAX]; /* the first min(malformed, INDEX_SHOWN_MAX) */
} index_report;

/* Reads the whole stream. `file` names it in the report. `bar` may be NULL. False: the stream failed,
 * the user wants to stop or there is no memory; the archive then holds what was read. */
bool index_read(archive *a, uint32_t suite, rfc822_source *source, const char *file, index_report *report,
                progress *bar, sheaf_error *err);

#endif
