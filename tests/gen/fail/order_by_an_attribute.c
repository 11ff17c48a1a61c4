/* gcc: implicit conversion from 'enum package_attribute' to '(enum )?package_order_by'
 * clang: from enumeration type 'enum package_attribute' to different enumeration type 'package_order_by' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{PACKAGE_BY_NAME, SHEAF_ASC}}});
#else
    (void)distros_hot_packages(origins, &(packages_follow_options){.order = {{PACKAGE_NAME, SHEAF_ASC}}});
#endif
}
