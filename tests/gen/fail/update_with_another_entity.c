/* gcc: passing argument 2 of 'people_update_at' from incompatible pointer type
 * clang: incompatible pointer types passing 'packages \*'.* to parameter of type 'people \*' */
#include "archive_model.h"

void page(people *into, people *from, packages *hot);
void page(people *into, people *from, packages *hot) {
#ifdef RIGHT
    (void)hot;
    (void)people_update(into, from);
#else
    (void)from;
    (void)people_update(into, hot);
#endif
}
