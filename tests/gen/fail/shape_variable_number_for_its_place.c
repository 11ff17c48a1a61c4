/* gcc: initialization of 'const int64_t \*'
 * clang: incompatible integer to pointer conversion */
#include "archive_shapes.h"

bool shown(sheaf_db *db, sheaf_slice name, int64_t limit, hot_page **page);
bool shown(sheaf_db *db, sheaf_slice name, int64_t limit, hot_page **page) {
#ifdef RIGHT
    return hot_read(db, &(hot_vars){.distro = name, .limit = &limit}, page, NULL);
#else
    return hot_read(db, &(hot_vars){.distro = name, .limit = limit}, page, NULL);
#endif
}
