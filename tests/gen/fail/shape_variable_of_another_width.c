/* gcc: from incompatible pointer type 'int \*'
 * clang: incompatible pointer types */
#include "archive_shapes.h"

bool shown(sheaf_db *db, sheaf_slice name, int limit, hot_page **page);
bool shown(sheaf_db *db, sheaf_slice name, int limit, hot_page **page) {
#ifdef RIGHT
    const int64_t wide = limit;
    return hot_read(db, &(hot_vars){.distro = name, .limit = &wide}, page, NULL);
#else
    return hot_read(db, &(hot_vars){.distro = name, .limit = &limit}, page, NULL);
#endif
}
