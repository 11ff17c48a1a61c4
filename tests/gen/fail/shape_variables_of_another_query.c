/* gcc: passing argument 2 of 'hot_read' from incompatible pointer type
 * clang: incompatible pointer types passing 'const package_vars \*' */
#include "archive_shapes.h"

bool shown(sheaf_db *db, const hot_vars *hot, const package_vars *package, hot_page **page);
bool shown(sheaf_db *db, const hot_vars *hot, const package_vars *package, hot_page **page) {
#ifdef RIGHT
    (void)package;
    return hot_read(db, hot, page, NULL);
#else
    (void)hot;
    return hot_read(db, package, page, NULL);
#endif
}
