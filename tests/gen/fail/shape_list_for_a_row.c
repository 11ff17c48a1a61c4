/* gcc: returning 'const struct card \* const\*' from a function with incompatible return type
 * clang: incompatible pointer types returning 'const struct card \*const \*const' */
#include "archive_shapes.h"

const card *shown(const package_page *page);
const card *shown(const package_page *page) {
#ifdef RIGHT
    return page->packages[0]->uploaders[0];
#else
    return page->packages[0]->uploaders;
#endif
}
