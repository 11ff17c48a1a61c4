/* gcc: passing argument 2 of 'packages_of_keys_at' from incompatible pointer type
 * clang: incompatible pointer types passing 'const sheaf_slice \*' */
#include "archive_model.h"

void page(sheaf_context *context, const int64_t *ids, const sheaf_slice *names);
void page(sheaf_context *context, const int64_t *ids, const sheaf_slice *names) {
#ifdef RIGHT
    (void)names;
    (void)packages_of_keys(context, ids, 2);
#else
    (void)ids;
    (void)packages_of_keys(context, names, 2);
#endif
}
