/* gcc: passing argument 3 of 'package_popularity' from incompatible pointer type
 * clang: incompatible pointer types passing 'sheaf_slice \*'.* to parameter of type 'int64_t \*' */
#include "archive_model.h"

void page(const package *row, const package_popularity_field *popularity, int64_t *number, sheaf_slice *text);
void page(const package *row, const package_popularity_field *popularity, int64_t *number,
          sheaf_slice *text) {
#ifdef RIGHT
    (void)text;
    (void)package_popularity(row, popularity, number);
#else
    (void)number;
    (void)package_popularity(row, popularity, text);
#endif
}
