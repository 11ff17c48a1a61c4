/* gcc: incompatible types when initializing .* using type 'distro_filter'
 * clang: initializing .* with an expression of incompatible type 'distro_filter' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins,
                               &(packages_follow_options){.where = package_name_eq("bash"), .limit = 5});
#else
    (void)distros_hot_packages(origins,
                               &(packages_follow_options){.where = distro_name_eq("bash"), .limit = 5});
#endif
}
