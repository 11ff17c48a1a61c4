/* gcc: implicit declaration of function 'distros_hot_packets'; did you mean
 * clang: implicit declaration of function 'distros_hot_packets' is invalid */
#include "archive_model.h"

void page(distros *origins);
void page(distros *origins) {
#ifdef RIGHT
    (void)distros_hot_packages(origins, NULL);
#else
    (void)distros_hot_packets(origins, NULL);
#endif
}
