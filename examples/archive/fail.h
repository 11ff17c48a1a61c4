/* fail.h: filling the caller's error. */
#ifndef ARCHIVE_FAIL_H
#define ARCHIVE_FAIL_H

#include <sheaf/error.h>

/* Writes `err`, where there is one; always false, so that a caller can return it. */
bool fail(sheaf_error *err, sheaf_code code, const char *format, ...) SHEAF_PRINTF(3, 4);

static inline bool fail_memory(sheaf_error *err) {
    return fail(err, SHEAF_E_MEMORY, "out of memory");
}

#endif
