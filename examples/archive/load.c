#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

/* X(enumerator, name, columns) */
#define BIGINT(name)                                                                                         \
    { #name, LOAD_BIGINT }
#define INTEGER(name)                                                                                        \
    { #name, LOAD_INTEGER }
#define BOOLEAN(name)                                                                                        \
    { #name, LOAD_BOOLEAN }
#define TEXT(name)                                                                                           \
    { #name, LOAD_TEXT }
#define TABLES(X)                                                                                            \
    X(DISTRO, distro, 3, BIGINT(id), TEXT(name), TEXT(title))                                                \
    X(SUITE, suite, 4, BIGINT(id), BIGINT(distro_id), TEXT(name), TEXT(codename))                            \
    X(PERSON, person, 3, BIGINT(id), TEXT(name), TEXT(display_name))                                         \
    X(PACKAGE, package, 10, BIGINT(id), BIGINT(distro_id), BIGINT(suite_id), BIGINT(maintainer_id),          \
      TEXT(name), TEXT(version), TEXT(section), TEXT(priority), TEXT(homepage), INTEGER(popularity))         \
    X(UPLOADER, package_uploader, 2, BIGINT(package_id), BIGINT(person_id))                                  \
    X(BINARY, binary_package, 11, BIGINT(id), BIGINT(package_id), TEXT(name), TEXT(version),                 \
      TEXT(architecture), TEXT(section), TEXT(priority), TEXT(description), BOOLEAN(essential),              \
      BIGINT(size), BIGINT(installed_size))                                                                  \
    X(DEPENDENCY, dependency, 10, BIGINT(id), BIGINT(package_id), BIGINT(binary_id), BIGINT(target_id),      \
      TEXT(kind), INTEGER(position), INTEGER(alternative), TEXT(name), TEXT(version_constraint),             \
      TEXT(restriction))                                                                                     \
    X(REQUIREMENT, requirement, 2, BIGINT(package_id), BIGINT(target_id))

enum {
#define X(enumerator, ...) enumerator,
    TABLES(X)
#undef X
        TABLE_COUNT
};

const load_table load_tables[] = {
#define X(enumerator, name, count, ...) {#name, {__VA_ARGS__}, count},
    TABLES(X)
#undef X
};
const size_t load_table_count = TABLE_COUNT;

typedef struct writing {
    loader *loader;
    const archive *archive;
    const load_table *table;
    progress *bar;
    sheaf_error *err;
    int64_t dependency_id;
} writing;

static load_value number(int64_t n) {
    return (load_value){.number = n};
}

static load_value number_or_null(int64_t n, bool is_null) {
    return (load_value){.is_null = is_null, .number = n};
}

/* What is numbered `i` in the archive, and may be ARCHIVE_NONE. */
static load_value id(uint32_t i) {
    return number_or_null((int64_t)i + 1, i == ARCHIVE_NONE);
}

static load_value text(sheaf_slice s) {
    return (load_value){.text = s};
}

static load_value text_or_null(sheaf_slice s) {
    return (load_value){.is_null = !s.len, .text = s};
}

static bool put(writing *w, const load_value *values) {
    return w->loader->backend->row(w->loader, w->table, values, w->err) && progress_step(w->bar, w->err);
}

#define PUT(w, ...) put(w, (const load_value[]){__VA_ARGS__})

static bool put_distros(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->distros.count; i++) {
        const archive_distro *d = &w->archive->distros.items[i];
        ok = PUT(w, id(i), text(d->name), text(d->title));
    }
    return ok;
}

static bool put_suites(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->suites.count; i++) {
        const archive_suite *s = &w->archive->suites.items[i];
        ok = PUT(w, id(i), id(s->distro), text(s->name), text(s->codename));
    }
    return ok;
}

static bool put_people(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->people.count; i++) {
        const archive_person *p = &w->archive->people.items[i];
        ok = PUT(w, id(i), text(p->name), text(p->display_name));
    }
    return ok;
}

static bool put_packages(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->packages.count; i++) {
        const archive_package *p = &w->archive->packages.items[i];
        ok = PUT(w, id(i), id(p->distro), id(p->suite), id(p->maintainer), text(p->name), text(p->version),
                 text_or_null(p->section), text_or_null(p->priority), text_or_null(p->homepage),
                 number(p->popularity));
    }
    return ok;
}

static bool put_uploaders(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->packages.count; i++) {
        archive_range range = w->archive->packages.items[i].uploaders;
        for (uint32_t n = 0; ok && n < range.count; n++) {
            ok = PUT(w, id(i), id(w->archive->uploaders.items[range.first + n]));
        }
    }
    return ok;
}

static bool put_binaries(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->binaries.count; i++) {
        const archive_binary *b = &w->archive->binaries.items[i];
        ok = PUT(w, id(i), id(b->package), text(b->name), text_or_null(b->version),
                 text_or_null(b->architecture), text_or_null(b->section), text_or_null(b->priority),
                 text_or_null(b->description), number(b->essential), number_or_null(b->size, b->size < 0),
                 number_or_null(b->installed_size, b->installed_size < 0));
    }
    return ok;
}

static bool put_range(writing *w, uint32_t package, uint32_t binary, archive_range range) {
    bool ok = true;
    for (uint32_t i = range.first; ok && i < range.first + range.count; i++) {
        const archive_dependency *d = &w->archive->dependencies.items[i];
        ok = PUT(w, number(++w->dependency_id), id(package), id(binary), id(d->target),
                 text(archive_relations[d->relation].stored), number(d->position), number(d->alternative),
                 text(d->name), text_or_null(d->constraint), text_or_null(d->restriction));
    }
    return ok;
}

static bool put_dependencies(writing *w) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->archive->packages.count; i++) {
        ok = put_range(w, i, ARCHIVE_NONE, w->archive->packages.items[i].dependencies);
    }
    for (uint32_t i = 0; ok && i < w->archive->binaries.count; i++) {
        const archive_binary *b = &w->archive->binaries.items[i];
        ok = put_range(w, b->package, i, b->dependencies);
    }
    return ok;
}

static bool put_requirements(writing *w) {
    bool ok = true;
    for (size_t i = 0; ok && i < w->archive->requirement_count; i++) {
        uint64_t pair = w->archive->requirements[i];
        ok = PUT(w, id((uint32_t)(pair >> 32)), id((uint32_t)pair));
    }
    return ok;
}

static bool (*const put_table[TABLE_COUNT])(writing *) = {
    [DISTRO] = put_distros,          [SUITE] = put_suites,
    [PERSON] = put_people,           [PACKAGE] = put_packages,
    [UPLOADER] = put_uploaders,      [BINARY] = put_binaries,
    [DEPENDENCY] = put_dependencies, [REQUIREMENT] = put_requirements,
};

uint64_t load_row_count(const archive *a) {
    uint64_t n = (uint64_t)a->distros.count + a->suites.count + a->people.count + a->packages.count +
                 a->binaries.count + a->requirement_count;
    for (uint32_t i = 0; i < a->packages.count; i++) {
        n += (uint64_t)a->packages.items[i].uploaders.count + a->packages.items[i].dependencies.count;
    }
    for (uint32_t i = 0; i < a->binaries.count; i++) n += a->binaries.items[i].dependencies.count;
    return n;
}

#define MIGRATION_MAX (1u << 20)

/* The whole file as a string to be freed; *ret NULL: there is no such file. */
static bool read_file(const char *path, char **ret, sheaf_error *err) {
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOENT) {
        *ret = NULL;
        return true;
    }
    if (!file) return fail(err, SHEAF_E_IO, "%s: %s", path, strerror(errno));
    char *content = malloc(MIGRATION_MAX);
    size_t len = content ? fread(content, 1, MIGRATION_MAX, file) : 0;
    bool whole = content && len < MIGRATION_MAX && !ferror(file);
    fclose(file);
    if (!whole) {
        free(content);
        return content ? fail(err, SHEAF_E_IO, "%s: cannot be read, or is too large", path)
                       : fail_memory(err);
    }
    content[len] = '\0';
    *ret = content;
    return true;
}

static bool apply_schema(loader *l, const char *folder, sheaf_error *err) {
    char path[4096];
    char *sql = NULL;
    snprintf(path, sizeof path, "%s/0001_archive/up.%s.sql", folder, l->backend->name);
    if (!read_file(path, &sql, err)) return false;
    if (!sql) return fail(err, SHEAF_E_IO, "%s: no such file; see --migrations", path);
    bool ok = l->backend->script(l, sql, err);
    free(sql);
    return ok;
}

static bool put_all(loader *l, const archive *a, progress *bar, sheaf_error *err) {
    writing w = {.loader = l, .archive = a, .bar = bar, .err = err};
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        w.table = &load_tables[i];
        if (!l->backend->start(l, w.table, err) || !put_table[i](&w) || !l->backend->finish(l, err))
            return false;
    }
    return true;
}

bool load_archive(const load_options *options, const archive *a, progress *bar, sheaf_error *err) {
    const load_backend *backend = strncmp(options->url, "sqlite:", 7) == 0 ? &load_sqlite : &load_postgresql;
    loader *l = NULL;
    bool there = false;
    bool ok = backend->open(options->url, &l, err) && backend->begin(l, err) &&
              backend->has_table(l, load_tables[PACKAGE].name, &there, err) &&
              (there || apply_schema(l, options->migrations, err)) && backend->clear(l, err) &&
              put_all(l, a, bar, err) && backend->restore(l, err) && backend->commit(l, err);
    backend->close(l);
    return ok;
}
