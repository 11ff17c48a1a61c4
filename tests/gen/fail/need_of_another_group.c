/* gcc: passing argument 1 of 'people_need_' from incompatible pointer type
 * clang: incompatible pointer types passing 'packages \*'.* to parameter of type 'people \*' */
#include "archive_model.h"

void page(packages *hot, people *by);
void page(packages *hot, people *by) {
#ifdef RIGHT
    (void)hot;
    people_need(by, PERSON_NAME);
#else
    (void)by;
    people_need(hot, PERSON_NAME);
#endif
}
