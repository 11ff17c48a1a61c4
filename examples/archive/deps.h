/* deps.h: the relation fields: Depends and its kin.
 *
 *     libc6 (>= 2.36), debconf (>= 0.5) | debconf-2.0, python3:any, gcc [amd64 !i386] <!nocheck>
 *     clause 0         clause 1, alternatives 0 and 1  clause 2     clause 3
 */
#ifndef ARCHIVE_DEPS_H
#define ARCHIVE_DEPS_H

#include <sheaf/types.h>

typedef struct dependency {
    uint32_t position, alternative; /* both from 0 */
    sheaf_slice name, qualifier;    /* "python3", "any" (may be empty) */
    sheaf_slice op, version;        /* ">=", "2.36"; both empty where any version will do */
    sheaf_slice restriction;        /* "[amd64 !i386] <!nocheck>"; may be empty */
} dependency;

typedef struct deps_reader {
    sheaf_slice rest;
    uint32_t position, alternative; /* of the next one */
    bool after_bar;                 /* an alternative must follow */
} deps_reader;

typedef enum deps_result { DEPS_OK, DEPS_END, DEPS_MALFORMED } deps_result;

static inline deps_reader deps_reader_on(sheaf_slice value) {
    return (deps_reader){.rest = value};
}

/* The next alternative; its slices point into the value. Empty clauses (a comma at the end) are passed over.
 */
deps_result deps_next(deps_reader *r, dependency *ret);

#endif
