/* generate.h: an invented archive in the form of apt's indexes, for systems without apt and for tests.
 *
 * Deterministic: the same seed and count give the same bytes everywhere. Names are made of words, people live
 * at example.org. Few packages are needed by many and many by few, as in real archives. */
#ifndef ARCHIVE_GENERATE_H
#define ARCHIVE_GENERATE_H

#include <stdio.h>

#include <sheaf/error.h>

#define GENERATE_TITLE "Example"
#define GENERATE_SUITE "generated"
#define GENERATE_MAX   1000000u

/* Writes the stanzas of `packages` source packages (1 to GENERATE_MAX), each followed by those of its
 * binaries. */
bool generate_indexes(FILE *out, uint32_t packages, uint64_t seed, sheaf_error *err);

#endif
