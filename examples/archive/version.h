/* version.h: which of two Debian versions is the newer ([epoch:]upstream[-revision], '~' before everything).
 */
#ifndef ARCHIVE_VERSION_H
#define ARCHIVE_VERSION_H

#include <sheaf/types.h>

/* < 0, 0 or > 0, as dpkg orders them. */
int version_compare(sheaf_slice a, sheaf_slice b);

#endif
