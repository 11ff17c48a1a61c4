/* gcc: passing argument 2 of 'distros_hot_packages_at' from incompatible pointer type
 * clang: incompatible pointer types passing 'people_follow_options \*' */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins, &(packages_follow_options){.limit = 5});
#else
    (void)distros_hot_packages(origins, &(people_follow_options){.limit = 5});
#endif
}
