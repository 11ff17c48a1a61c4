/* gcc: has no member named 'homepage'
 * clang: no member named 'homepage' */
#include "archive_shapes.h"

sheaf_slice shown(const hot_page *hot, const package_page *package);
sheaf_slice shown(const hot_page *hot, const package_page *package) {
#ifdef RIGHT
    (void)hot;
    return package->packages[0]->homepage;
#else
    (void)package;
    return hot->distro->hot_packages[0]->homepage;
#endif
}
