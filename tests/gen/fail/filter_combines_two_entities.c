/* gcc: incompatible types when initializing .* using type 'distro_filter'
 * gcc: incompatible types when initializing .* using type 'package_filter'
 * clang: initializing .* with an expression of incompatible type 'distro_filter'
 * clang: initializing .* with an expression of incompatible type 'package_filter' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)packages_search(context, package_and(package_name_eq("bash"), package_popularity_gt(5)));
#else
    (void)packages_search(context, package_and(package_name_eq("bash"), distro_name_eq("debian")));
#endif
}
