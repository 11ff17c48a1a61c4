/* apt.h: the package indexes that apt has on this machine, read through apt's own commands. */
#ifndef ARCHIVE_APT_H
#define ARCHIVE_APT_H

#include <sys/types.h>
#include <time.h>

#include "rfc822.h"

/* A source on a file descriptor: a file's, or the output of a command. */
typedef struct stream {
    rfc822_source base;
    int fd;
    pid_t child; /* 0: none */
    char name[128];
} stream;

/* On a descriptor that stays the caller's: no stream_close. */
stream stream_on(int fd, const char *name);
/* `path` as it is, decompressed by apt-helper where its name ends in .lz4, .gz, .xz, .zst or .bz2; "-" is
 * standard input. */
bool stream_open(const char *path, stream *ret, sheaf_error *err);
/* Ends it; false where the command failed, which means that what was read is not all. */
bool stream_close(stream *s, sheaf_error *err);

typedef struct apt_index {
    bool is_source;
    char *origin, *suite, *codename, *file; /* "Debian", "bookworm-updates", … */
} apt_index;

typedef struct apt_indexes {
    apt_index *items;
    size_t count, room;
} apt_indexes;

/* The indexes of packages and of sources that apt has fetched, in the order of its sources. None where there
 * is no apt. */
bool apt_list(apt_indexes *ret, sheaf_error *err);
void apt_free(apt_indexes *list);

/* When apt last changed its folder of indexes; 0 where there is none. */
bool apt_changed(time_t *ret, sheaf_error *err);

#endif
