/* cc: incompatible (pointer to integer|integer to pointer) conversion|makes pointer from integer without a
 * cast cc: missing braces around initializer|suggest braces around initialization */
#include "archive_shapes.h"

bool shown(sheaf_db *db, int64_t id, sheaf_slice name, hot_page **page);
bool shown(sheaf_db *db, int64_t id, sheaf_slice name, hot_page **page) {
#ifdef RIGHT
    (void)id;
    return hot_read(db, &(hot_vars){.distro = name}, page, NULL);
#else
    (void)name;
    return hot_read(db, &(hot_vars){.distro = id}, page, NULL);
#endif
}
