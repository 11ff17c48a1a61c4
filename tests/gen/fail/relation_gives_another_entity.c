/* gcc: initialization of 'people \*'.* from incompatible pointer type 'packages \*'
 * clang: incompatible pointer types initializing 'people \*'.* with an expression of type 'packages \*' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    packages *hot = distros_hot_packages(origins, NULL);
    (void)hot;
#else
    people *hot = distros_hot_packages(origins, NULL);
    (void)hot;
#endif
}
