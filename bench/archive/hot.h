/* hot.h: the archive's hot page as plain structs. */
#ifndef BENCH_ARCHIVE_HOT_H
#define BENCH_ARCHIVE_HOT_H

#include "../bench.h"
#include "../idset.h"

enum {
    HOT_ROWS_MAX = 20,
    HOT_UPLOADS_MAX = 512, /* of the whole page */
    HOT_PEOPLE_MAX = HOT_ROWS_MAX + HOT_UPLOADS_MAX,
};

/* Text belongs to the way. */
typedef struct person {
    sheaf_slice name, display_name;
    int64_t packages;
} person;

typedef struct package {
    int64_t id, maintainer_id;
    sheaf_slice name, version;
    int32_t popularity;
    const person *maintainer;
    size_t first_upload, upload_count; /* in the page's uploads */
} package;

/* In the order of package and person. */
typedef struct upload {
    int64_t package_id, person_id;
    const person *person;
} upload;

/* A person is at the place that the id has in the set. */
typedef struct hot_page {
    int64_t distro_id; /* 0: there is no such distribution */
    sheaf_slice distro, title;
    package rows[HOT_ROWS_MAX];
    size_t count;
    upload uploads[HOT_UPLOADS_MAX];
    size_t upload_count;
    person people[HOT_PEOPLE_MAX];
    idset package_ids, person_ids;
} hot_page;

void hot_clear(hot_page *p);
bool hot_add(hot_page *p, const package *row);
/* Uploads come in any order; false: there is no room. */
bool hot_add_upload(hot_page *p, int64_t package_id, int64_t person_id);
/* After the uploads: gives each package its own, in the order of persons. */
void hot_group(hot_page *p);
void hot_stitch(hot_page *p);

static inline person *hot_person(hot_page *p, int64_t id) {
    return &p->people[idset_find(&p->person_ids, id)];
}

bool hot_render(const hot_page *p, buffer *json);

#endif
