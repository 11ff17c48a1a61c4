/* gcc: has no member named 'section'
 * clang: no member named 'section' */
#include "archive_shapes.h"

sheaf_slice shown(const hot_page *page);
sheaf_slice shown(const hot_page *page) {
#ifdef RIGHT
    return page->distro->hot_packages[0]->version;
#else
    return page->distro->hot_packages[0]->section;
#endif
}
