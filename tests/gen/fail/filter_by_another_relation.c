/* gcc: incompatible type for argument 1 of 'person_this_'
 * clang: passing 'distro_filter'.* to parameter of incompatible type 'person_filter' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)packages_search(context, package_has_maintainer(person_name_eq("ann@x")));
#else
    (void)packages_search(context, package_has_maintainer(distro_name_eq("ann@x")));
#endif
}
