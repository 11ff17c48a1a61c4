/* test_source.h: a text as the source of a reader, in portions, and failing where a test wants it to. */
#ifndef ARCHIVE_TEST_SOURCE_H
#define ARCHIVE_TEST_SOURCE_H

#include "fail.h"
#include "rfc822.h"
#include "test.h"

typedef struct test_source {
    rfc822_source base;
    sheaf_slice rest;
    size_t portion; /* bytes a read, at most; 0: as many as there is room for */
    bool fails;     /* instead of ending */
} test_source;

static inline ptrdiff_t test_source_read(rfc822_source *source, char *into, size_t room, sheaf_error *err) {
    test_source *s = (test_source *)source;
    size_t n = s->rest.len < room ? s->rest.len : room;
    if (s->portion && n > s->portion) n = s->portion;
    if (!n && s->fails) {
        (fail)(err, SHEAF_E_IO, "the source failed"); /* not cmocka's macro */
        return -1;
    }
    if (n) memcpy(into, s->rest.ptr, n);
    s->rest.ptr += n;
    s->rest.len -= n;
    return (ptrdiff_t)n;
}

static inline test_source test_source_of(sheaf_slice text, size_t portion) {
    return (test_source){.base = {test_source_read}, .rest = text, .portion = portion};
}

#endif
