/* gcc: incompatible type for argument 2 of 'packages_search_at'
 * clang: passing 'distro_filter'.* to parameter of incompatible type 'package_filter' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)packages_search(context, package_name_eq("bash"));
#else
    (void)packages_search(context, distro_name_eq("debian"));
#endif
}
