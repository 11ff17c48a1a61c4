/* gcc: initialization of 'const person \* const\*'.* from incompatible pointer type
 * clang: incompatible pointer types initializing 'const person \*const \*' */
#include "archive_model.h"

void page(const packages *hot, size_t *count);
void page(const packages *hot, size_t *count) {
#ifdef RIGHT
    const package *const *rows = packages_rows(hot, count);
    (void)rows;
#else
    const person *const *rows = packages_rows(hot, count);
    (void)rows;
#endif
}
