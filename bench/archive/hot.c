#include "hot.h"

#include <stdlib.h>

#include "../text.h"

void hot_clear(hot_page *p) {
    p->distro_id = 0;
    p->count = p->upload_count = 0;
    idset_clear(&p->package_ids, HOT_ROWS_MAX);
    idset_clear(&p->person_ids, HOT_PEOPLE_MAX);
}

static bool add_person(hot_page *p, int64_t id) {
    uint32_t before = p->person_ids.count;
    idset_add(&p->person_ids, id);
    if (p->person_ids.count > before) p->people[before] = (person){0};
    return true;
}

bool hot_add(hot_page *p, const package *row) {
    if (p->count == HOT_ROWS_MAX) return false;
    p->rows[p->count++] = *row;
    idset_add(&p->package_ids, row->id);
    return add_person(p, row->maintainer_id);
}

bool hot_add_upload(hot_page *p, int64_t package_id, int64_t person_id) {
    if (p->upload_count == HOT_UPLOADS_MAX) return false;
    p->uploads[p->upload_count++] = (upload){.package_id = package_id, .person_id = person_id};
    return add_person(p, person_id);
}

static int by_package_and_person(const void *a, const void *b) {
    const upload *x = a, *y = b;
    if (x->package_id != y->package_id) return x->package_id < y->package_id ? -1 : 1;
    return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

void hot_group(hot_page *p) {
    qsort(p->uploads, p->upload_count, sizeof *p->uploads, by_package_and_person);
    for (size_t i = 0; i < p->upload_count; i++) {
        package *row = &p->rows[idset_find(&p->package_ids, p->uploads[i].package_id)];
        if (row->upload_count++ == 0) row->first_upload = i;
    }
}

void hot_stitch(hot_page *p) {
    for (size_t i = 0; i < p->count; i++) p->rows[i].maintainer = hot_person(p, p->rows[i].maintainer_id);
    for (size_t i = 0; i < p->upload_count; i++)
        p->uploads[i].person = hot_person(p, p->uploads[i].person_id);
}

/* A path of the site: literal and escaped name, inside a JSON string that the caller opened. */
static char *inner(char *at, sheaf_slice text) {
    char *end = text_string(at, text); /* the quotes go again */
    memmove(at, at + 1, (size_t)(end - at) - 2);
    return end - 2;
}

static char *person_object(char *at, const person *p) {
    at = TEXT_LITERAL(at, "{\"name\":");
    at = text_string(at, p->name);
    at = TEXT_LITERAL(at, ",\"display_name\":");
    at = text_string(at, p->display_name);
    at = TEXT_LITERAL(at, ",\"url\":\"/~");
    at = inner(at, p->name);
    at = TEXT_LITERAL(at, "\",\"packages_count\":");
    at = text_int(at, p->packages);
    *at++ = '}';
    return at;
}

static size_t person_room(const person *p) {
    return TEXT_STRING_ROOM(2 * p->name.len + p->display_name.len) + 128;
}

static size_t room(const hot_page *p, const package *row) {
    size_t total = TEXT_STRING_ROOM(2 * row->name.len + row->version.len + p->distro.len) + 256;
    total += person_room(row->maintainer);
    for (size_t i = 0; i < row->upload_count; i++)
        total += person_room(p->uploads[row->first_upload + i].person);
    return total;
}

static char *package_object(char *at, const hot_page *p, const package *row) {
    at = TEXT_LITERAL(at, "{\"name\":");
    at = text_string(at, row->name);
    at = TEXT_LITERAL(at, ",\"version\":");
    at = text_string(at, row->version);
    at = TEXT_LITERAL(at, ",\"popularity\":");
    at = text_int(at, row->popularity);
    at = TEXT_LITERAL(at, ",\"url\":\"/");
    at = inner(at, p->distro);
    at = TEXT_LITERAL(at, "/+source/");
    at = inner(at, row->name);
    at = TEXT_LITERAL(at, "\",\"maintainer\":");
    at = person_object(at, row->maintainer);
    at = TEXT_LITERAL(at, ",\"uploaders\":[");
    for (size_t i = 0; i < row->upload_count; i++) {
        if (i) *at++ = ',';
        at = person_object(at, p->uploads[row->first_upload + i].person);
    }
    return TEXT_LITERAL(at, "]}");
}

bool hot_render(const hot_page *p, buffer *json) {
    if (!buffer_reserve(json, TEXT_STRING_ROOM(p->distro.len + p->title.len) + 64)) return false;
    char *at = json->ptr + json->len;
    at = TEXT_LITERAL(at, "{\"distro\":{\"name\":");
    at = text_string(at, p->distro);
    at = TEXT_LITERAL(at, ",\"title\":");
    at = text_string(at, p->title);
    at = TEXT_LITERAL(at, ",\"hot_packages\":[");
    json->len = (size_t)(at - json->ptr);
    for (size_t i = 0; i < p->count; i++) {
        if (!buffer_reserve(json, room(p, &p->rows[i]) + 1)) return false;
        at = json->ptr + json->len;
        if (i) *at++ = ',';
        at = package_object(at, p, &p->rows[i]);
        json->len = (size_t)(at - json->ptr);
    }
    BUFFER_LITERAL(json, "]}}");
    return !json->failed;
}
