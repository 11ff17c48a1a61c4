/* gcc: has no member named 'email'
 * clang: no member named 'email' */
#include "archive_shapes.h"

sheaf_slice shown(const card *person);
sheaf_slice shown(const card *person) {
#ifdef RIGHT
    return person->display_name;
#else
    return person->email;
#endif
}
