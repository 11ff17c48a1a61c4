/* gcc: implicit conversion from 'enum distro_attribute' to '(enum )?package_attribute'
 * clang: from enumeration type 'enum distro_attribute' to different enumeration type 'package_attribute' */
#include "archive_model.h"

void page(packages *hot);
void page(packages *hot) {
#ifdef RIGHT
    packages_need(hot, PACKAGE_NAME, PACKAGE_URL);
#else
    packages_need(hot, PACKAGE_NAME, DISTRO_URL);
#endif
}
