/* struct_json.h: a page of structs as JSON, by its tables: what sheaf_page_json gives for the same shape.
 *
 * Where several structs show a value (a fragment beside the struct that it is part of, two fragments), each
 * is read, and they must agree; where a struct says that there is no value, its bytes must be zero. */
#ifndef SHEAF_TESTS_STRUCT_JSON_H
#define SHEAF_TESTS_STRUCT_JSON_H

#include <sheaf/compiled.h>

#include "../../src/base/base.h"
#include "../../src/shape/shape.h"

/* `shape` is the one that the tables stand for. False: `out` ends in what is wrong. */
bool struct_json(const sheaf_struct *page_type, const void *page, const sheaf_shape *shape, buffer *out);

#endif
