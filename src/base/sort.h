/* sort.h: integers in ascending order. */
#ifndef SHEAF_BASE_SORT_H
#define SHEAF_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* In time linear in `count` for numbers that are near each other, as keys are. `spare` has room for as many.
 */
void sort_ints(int64_t *items, size_t count, int64_t *spare);

#endif
