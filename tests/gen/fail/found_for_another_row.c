/* gcc: passing argument 1 of 'distro_hot_packages' from incompatible pointer type
 * clang: incompatible pointer types passing 'const package \*'.* to parameter of type 'const distro \*' */
#include "archive_model.h"

void page(const distro *origin, const package *row, const packages *hot, size_t *count);
void page(const distro *origin, const package *row, const packages *hot, size_t *count) {
#ifdef RIGHT
    const package *const *found;
    (void)row;
    (void)distro_hot_packages(origin, hot, &found, count, NULL);
#else
    const package *const *found;
    (void)origin;
    (void)distro_hot_packages(row, hot, &found, count, NULL);
#endif
}
