/* importer.h: from package indexes to a database, and a report of it. */
#ifndef ARCHIVE_IMPORTER_H
#define ARCHIVE_IMPORTER_H

#include "load.h"

#define IMPORTER_PACKAGES 30000u /* of an archive that is generated for want of an index */
#define IMPORTER_SEED     1u

/* Where to read: FILEs, or a generated archive, or else every index that apt has on this machine; where it
 * has none, a generated archive of IMPORTER_PACKAGES. */
typedef struct importer_options {
    load_options load;
    uint32_t generate;          /* packages; 0: read indexes */
    uint64_t seed;              /* of a generated archive */
    const char *distro, *suite; /* of FILEs and of a generated archive; NULL: the default */
    char **files;               /* paths, or "-" for standard input */
    int file_count;
    FILE *out;                         /* the report */
    const volatile sig_atomic_t *stop; /* see progress.h */
} importer_options;

/* Reads, resolves and loads, with a progress bar on standard error where that is a terminal. False: nothing
 * is changed in the database. */
bool importer_run(const importer_options *options, sheaf_error *err);

#endif
