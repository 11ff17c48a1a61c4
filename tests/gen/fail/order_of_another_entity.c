/* gcc: implicit conversion from 'enum distro_order_by' to '(enum )?package_order_by'
 * clang: from enumeration type 'enum distro_order_by' to different enumeration type 'package_order_by' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{PACKAGE_BY_NAME, SHEAF_DESC}}});
#else
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{DISTRO_BY_NAME, SHEAF_DESC}}});
#endif
}
