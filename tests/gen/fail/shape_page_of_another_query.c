/* gcc: passing argument 3 of 'hot_read' from incompatible pointer type
 * clang: incompatible pointer types passing 'package_page \*\*' */
#include "archive_shapes.h"

bool shown(sheaf_db *db, const hot_vars *vars, hot_page **hot, package_page **package);
bool shown(sheaf_db *db, const hot_vars *vars, hot_page **hot, package_page **package) {
#ifdef RIGHT
    (void)package;
    return hot_read(db, vars, hot, NULL);
#else
    (void)hot;
    return hot_read(db, vars, package, NULL);
#endif
}
