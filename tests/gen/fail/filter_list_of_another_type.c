/* gcc: passing argument 1 of 'package_id_in' from incompatible pointer type
 * clang: incompatible pointer types passing 'const sheaf_slice \*' */
#include "archive_model.h"

void page(sheaf_context *context, const int64_t *ids, const sheaf_slice *names);
void page(sheaf_context *context, const int64_t *ids, const sheaf_slice *names) {
#ifdef RIGHT
    (void)names;
    (void)packages_search(context, package_id_in(ids, 2));
#else
    (void)ids;
    (void)packages_search(context, package_id_in(names, 2));
#endif
}
