/* gcc: 'PACKAGE_NAEM' undeclared
 * clang: use of undeclared identifier 'PACKAGE_NAEM' */
#include "archive_model.h"

void page(packages *hot);
void page(packages *hot) {
#ifdef RIGHT
    packages_need(hot, PACKAGE_NAME);
#else
    packages_need(hot, PACKAGE_NAEM);
#endif
}
