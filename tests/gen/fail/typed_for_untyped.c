/* gcc: passing argument 1 of 'sheaf_rows' from incompatible pointer type
 * clang: incompatible pointer types passing 'packages \*'.* to parameter of type 'const sheaf_group \*' */
#include "archive_model.h"

void page(packages *hot, size_t *count);
void page(packages *hot, size_t *count) {
#ifdef RIGHT
    (void)sheaf_rows(packages_group(hot), count);
#else
    (void)sheaf_rows(hot, count);
#endif
}
