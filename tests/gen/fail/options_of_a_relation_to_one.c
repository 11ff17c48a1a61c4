/* gcc: macro "packages_maintainer" passed 2 arguments, but takes just 1
 * gcc: 'packages_maintainer' undeclared
 * clang: too many arguments provided to function-like macro invocation
 * clang: use of undeclared identifier 'packages_maintainer' */
#include "archive_model.h"

void page(packages *hot);
void page(packages *hot) {
#ifdef RIGHT
    (void)packages_maintainer(hot);
#else
    (void)packages_maintainer(hot, NULL);
#endif
}
