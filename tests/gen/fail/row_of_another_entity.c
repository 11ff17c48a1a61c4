/* gcc: passing argument 1 of 'package_name' from incompatible pointer type
 * clang: incompatible pointer types passing 'const distro \*'.* to parameter of type 'const package \*' */
#include "archive_model.h"

void page(const package *row, const distro *origin, const package_name_field *name, sheaf_slice *text);
void page(const package *row, const distro *origin, const package_name_field *name, sheaf_slice *text) {
#ifdef RIGHT
    (void)origin;
    (void)package_name(row, name, text);
#else
    (void)row;
    (void)package_name(origin, name, text);
#endif
}
