/* gcc: passing argument 2 of 'package_name' from incompatible pointer type
 * clang: incompatible pointer types passing 'const package_version_field \*' */
#include "archive_model.h"

void page(const package *row, const package_name_field *name, const package_version_field *version,
          sheaf_slice *text);
void page(const package *row, const package_name_field *name, const package_version_field *version,
          sheaf_slice *text) {
#ifdef RIGHT
    (void)version;
    (void)package_name(row, name, text);
#else
    (void)name;
    (void)package_name(row, version, text);
#endif
}
