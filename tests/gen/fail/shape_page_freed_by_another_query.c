/* gcc: passing argument 1 of 'hot_free' from incompatible pointer type
 * clang: incompatible pointer types passing 'package_page \*' */
#include "archive_shapes.h"

void shown(package_page *page);
void shown(package_page *page) {
#ifdef RIGHT
    package_free(page);
#else
    hot_free(page);
#endif
}
