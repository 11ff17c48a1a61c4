/* test.h: cmocka with the headers that it wants before it, and assertions on slices. */
#ifndef SHEAF_TEST_H
#define SHEAF_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test_memory.h"

static inline void test_slice(sheaf_slice got, const char *wanted, size_t len, const char *file, int line) {
    if (got.len == len && (len == 0 || memcmp(got.ptr, wanted, len) == 0)) return;
    print_error("'%.*s' != '%.*s'\n", SHEAF_SLICE_ARGS(got), (int)len, wanted);
    _fail(file, line);
}

/* assert_slice(slice, "text"): the text may be any C string; _literal allows inner NULs. */
#define assert_slice(slice, cstr) test_slice((slice), (cstr), strlen(cstr), __FILE__, __LINE__)
#define assert_slice_literal(slice, literal)                                                                 \
    test_slice((slice), "" literal, sizeof(literal) - 1, __FILE__, __LINE__)

#endif
