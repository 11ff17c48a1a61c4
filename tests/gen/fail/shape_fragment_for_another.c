/* gcc: returning 'const need \*' from a function with incompatible return type 'const card \*'
 * clang: incompatible pointer types returning 'const need \*' */
#include "archive_shapes.h"

const card *shown(const need *dependency);
const card *shown(const need *dependency) {
#ifdef RIGHT
    return dependency->target->maintainer;
#else
    return dependency;
#endif
}
