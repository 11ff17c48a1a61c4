/* hot.h: the page: a distribution's hot packages, and everybody who cares for them as one group of people.
 *
 *     distros ── hot_packages(limit) ── packages ─┬─ maintainer ─┐
 *                                                 └─ uploaders ──┴─ people, with their package counts
 */
#ifndef ARCHIVE_HOT_H
#define ARCHIVE_HOT_H

#include <sheaf/context.h>

typedef struct hot_page {
    sheaf_context *context;
    sheaf_group *distros, *packages;
    sheaf_group *people;    /* of packages: the maintainer; and, as a union, the uploaders */
    sheaf_group *uploaders; /* of packages: what reading a package's uploaders goes by */
} hot_page;

/* Declares the page and realises it. NOT_FOUND where there is no such distribution. */
bool hot_realise(sheaf_db *db, const char *distro, int64_t limit, hot_page *ret, sheaf_error *err);
void hot_free(hot_page *page);

typedef struct hot_person {
    sheaf_slice name, display_name;
    int64_t packages_count;
} hot_person;

/* What is read of a row of `packages`; `uploaders` points into the page. */
typedef struct hot_package {
    sheaf_slice name, version, url;
    int64_t popularity;
    const sheaf_row *maintainer;
    const sheaf_row *const *uploaders;
    size_t uploader_count;
} hot_package;

bool hot_read_distro(const hot_page *page, sheaf_slice *ret_title, sheaf_error *err);
bool hot_read_package(const hot_page *page, const sheaf_row *row, hot_package *ret, sheaf_error *err);
/* A row of `people`, whichever way it came there. */
bool hot_read_person(const hot_page *page, const sheaf_row *row, hot_person *ret, sheaf_error *err);

/* The name of the distribution that has the most packages, in `into`; NOT_FOUND where there is none, or none
 * with a package. */
#define HOT_NAME_SIZE 80
bool hot_choose(sheaf_db *db, char into[HOT_NAME_SIZE], sheaf_error *err);

#endif
