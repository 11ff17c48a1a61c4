/* gcc: passing argument 1 of 'package_popularity_gt' makes integer from pointer without a cast
 * clang: incompatible pointer to integer conversion passing 'char\[2\]' to parameter of type 'int64_t' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)packages_search(context, package_popularity_gt(5));
#else
    (void)packages_search(context, package_popularity_gt("5"));
#endif
}
