/* gcc: passing argument 1 of 'package_name_eq' makes pointer from integer without a cast
 * clang: incompatible integer to pointer conversion passing 'int' to parameter of type 'const char \*' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)packages_search(context, package_name_eq("5"));
#else
    (void)packages_search(context, package_name_eq(5));
#endif
}
