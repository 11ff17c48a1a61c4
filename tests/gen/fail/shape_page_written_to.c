/* gcc: assignment of member 'popularity' in read-only object
 * clang: cannot assign to non-static data member 'hot_packages' with const-qualified type */
#include "archive_shapes.h"

void shown(const hot_page *page);
void shown(const hot_page *page) {
#ifdef RIGHT
    int64_t popularity = page->distro->hot_packages[0]->popularity;
    (void)popularity;
#else
    page->distro->hot_packages[0]->popularity = 0;
#endif
}
