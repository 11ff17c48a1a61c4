/* gcc: missing braces around initializer
 * clang: suggest braces around initialization of subobject */
#include "archive_shapes.h"

bool shown(sheaf_db *db, hot_page **page);
bool shown(sheaf_db *db, hot_page **page) {
#ifdef RIGHT
    return hot_read(db, &(hot_vars){.distro = SHEAF_SLICE("debian")}, page, NULL);
#else
    return hot_read(db, &(hot_vars){.distro = "debian"}, page, NULL);
#endif
}
