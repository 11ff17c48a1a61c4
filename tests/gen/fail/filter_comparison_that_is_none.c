/* gcc: implicit declaration of function 'binary_essential_gt'
 * gcc: incompatible type for argument 2 of 'binaries_search_at'
 * clang: implicit declaration of function 'binary_essential_gt' is invalid
 * clang: passing 'int' to parameter of incompatible type 'binary_filter' */
#include "archive_model.h"

void page(sheaf_context *context);
void page(sheaf_context *context) {
#ifdef RIGHT
    (void)binaries_search(context, binary_essential_eq(true));
#else
    (void)binaries_search(context, binary_essential_gt(true));
#endif
}
