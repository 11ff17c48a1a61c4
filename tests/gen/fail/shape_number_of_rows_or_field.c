/* gcc: has no member named 'binaries_count'
 * clang: no member named 'binaries_count' */
#include "archive_shapes.h"

int64_t shown(const package_page *page);
int64_t shown(const package_page *page) {
#ifdef RIGHT
    return page->packages[0]->binaries_count_value;
#else
    return page->packages[0]->binaries_count;
#endif
}
