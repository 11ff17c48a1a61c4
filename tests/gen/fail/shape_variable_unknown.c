/* gcc: has no member named 'distribution'
 * clang: does not refer to any field in type 'hot_vars' */
#include "archive_shapes.h"

bool shown(sheaf_db *db, hot_page **page);
bool shown(sheaf_db *db, hot_page **page) {
#ifdef RIGHT
    return hot_read(db, &(hot_vars){.distro = SHEAF_SLICE("debian")}, page, NULL);
#else
    return hot_read(db, &(hot_vars){.distribution = SHEAF_SLICE("debian")}, page, NULL);
#endif
}
