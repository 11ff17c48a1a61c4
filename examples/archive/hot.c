#include "hot.h"

#include <stdio.h>

#include "fail.h"

void hot_free(hot_page *page) {
    sheaf_context_free(page->context);
    *page = (hot_page){0};
}

bool hot_realise(sheaf_db *db, const char *distro, int64_t limit, hot_page *ret, sheaf_error *err) {
    hot_page p = {.context = sheaf_context_new(db)};
    if (!p.context) return fail_memory(err);

    p.distros = sheaf_search(p.context, "distro", SHEAF_EQ("name", distro));
    p.packages = sheaf_follow(p.distros, "hot_packages", &(sheaf_follow_options){.limit = limit});
    p.people = sheaf_follow(p.packages, "maintainer", NULL);
    p.uploaders = sheaf_follow(p.packages, "uploaders", NULL);
    sheaf_update(p.people, p.uploaders);
    sheaf_need(p.distros, "title");
    sheaf_need(p.packages, "name", "version", "popularity", "url");
    sheaf_need(p.people, "name", "display_name", "packages_count");

    size_t count = 0;
    bool ok = sheaf_realise(p.context, err);
    if (ok) sheaf_rows(p.distros, &count);
    if (ok && !count) ok = fail(err, SHEAF_E_NOT_FOUND, "there is no distribution %s", distro);
    if (ok) {
        *ret = p;
    } else {
        hot_free(&p);
    }
    return ok;
}

static bool read_text(const sheaf_row *row, const sheaf_group *group, const char *attribute, sheaf_slice *ret,
                      sheaf_error *err) {
    sheaf_value v;
    if (!sheaf_get(row, group, attribute, &v, err)) return false;
    *ret = v.kind == SHEAF_KIND_TEXT ? v.text : (sheaf_slice){0};
    return true;
}

static bool read_number(const sheaf_row *row, const sheaf_group *group, const char *attribute, int64_t *ret,
                        sheaf_error *err) {
    sheaf_value v;
    if (!sheaf_get(row, group, attribute, &v, err)) return false;
    *ret = v.kind == SHEAF_KIND_INT ? v.i : 0;
    return true;
}

bool hot_read_distro(const hot_page *page, sheaf_slice *ret_title, sheaf_error *err) {
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(page->distros, &count);
    return read_text(rows[0], page->distros, "title", ret_title, err);
}

bool hot_read_package(const hot_page *page, const sheaf_row *row, hot_package *ret, sheaf_error *err) {
    const sheaf_group *g = page->packages;
    return read_text(row, g, "name", &ret->name, err) && read_text(row, g, "version", &ret->version, err) &&
           read_text(row, g, "url", &ret->url, err) &&
           read_number(row, g, "popularity", &ret->popularity, err) &&
           sheaf_one(row, page->people, &ret->maintainer, err) &&
           sheaf_many(row, page->uploaders, &ret->uploaders, &ret->uploader_count, err);
}

bool hot_read_person(const hot_page *page, const sheaf_row *row, hot_person *ret, sheaf_error *err) {
    const sheaf_group *g = page->people;
    return read_text(row, g, "name", &ret->name, err) &&
           read_text(row, g, "display_name", &ret->display_name, err) &&
           read_number(row, g, "packages_count", &ret->packages_count, err);
}

bool hot_choose(sheaf_db *db, char into[HOT_NAME_SIZE], sheaf_error *err) {
    sheaf_context *context = sheaf_context_new(db);
    if (!context) return fail_memory(err);
    sheaf_group *distros = sheaf_search(context, "distro", SHEAF_ALL);
    sheaf_need(distros, "name", "packages_count");
    int64_t most = 0;
    size_t count = 0;
    bool ok = sheaf_realise(context, err);
    const sheaf_row *const *rows = sheaf_rows(distros, &count);
    for (size_t i = 0; ok && i < count; i++) {
        sheaf_slice name;
        int64_t packages;
        ok = read_text(rows[i], distros, "name", &name, err) &&
             read_number(rows[i], distros, "packages_count", &packages, err);
        if (!ok || packages <= most) continue;
        most = packages;
        snprintf(into, HOT_NAME_SIZE, "%.*s", SHEAF_SLICE_ARGS(name));
    }
    sheaf_context_free(context);
    return ok && (most || fail(err, SHEAF_E_NOT_FOUND, "the database holds no package"));
}
