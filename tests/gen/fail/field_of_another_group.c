/* gcc: passing argument 1 of 'packages_name_field' from incompatible pointer type
 * clang: incompatible pointer types passing 'const distros \*'.* to parameter of type 'const packages \*' */
#include "archive_model.h"

void page(const packages *hot, const distros *origins, package_name_field *name);
void page(const packages *hot, const distros *origins, package_name_field *name) {
#ifdef RIGHT
    (void)origins;
    (void)packages_name_field(hot, name, NULL);
#else
    (void)hot;
    (void)packages_name_field(origins, name, NULL);
#endif
}
