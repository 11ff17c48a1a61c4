/* gcc: passing argument 1 of 'packages_maintainer_at' from incompatible pointer type
 * clang: incompatible pointer types passing 'distros \*'.* to parameter of type 'packages \*' */
#include "archive_model.h"

void page(packages *hot, distros *origins);
void page(packages *hot, distros *origins) {
#ifdef RIGHT
    (void)origins;
    (void)packages_maintainer(hot);
#else
    (void)hot;
    (void)packages_maintainer(origins);
#endif
}
