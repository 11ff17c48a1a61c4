/* gcc: 'PACKAGE_BY_URL' undeclared
 * clang: use of undeclared identifier 'PACKAGE_BY_URL' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{PACKAGE_BY_NAME, SHEAF_ASC}}});
#else
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{PACKAGE_BY_URL, SHEAF_ASC}}});
#endif
}
