#include "archive.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "text.h"

const archive_relation_info archive_relations[RELATION_COUNT] = {
#define X(name, field, stored, counts) {{field, sizeof field - 1}, {stored, sizeof stored - 1}, counts},
    ARCHIVE_RELATIONS(X)
#undef X
};

void archive_free(archive *a) {
#define X(member, type) free(a->member.items);
    ARCHIVE_TABLES(X)
#undef X
    pool_free(&a->text);
    dictionary_free(&a->distro_by_name);
    dictionary_free(&a->suite_by_name);
    dictionary_free(&a->person_by_name);
    dictionary_free(&a->package_by_name);
    dictionary_free(&a->binary_by_name);
    free(a->requirements);
    *a = (archive){0};
}

static bool add_distro(archive *a, sheaf_slice title, uint32_t *ret, sheaf_error *err) {
    char lower[64];
    size_t len = title.len < sizeof lower ? title.len : sizeof lower;
    for (size_t i = 0; i < len; i++) {
        char c = title.ptr[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        lower[i] = (char)((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ? c : '-');
    }
    sheaf_slice name = {lower, len};
    *ret = dictionary_find(&a->distro_by_name, 0, name);
    if (*ret != DICTIONARY_NONE) return true;
    archive_distro d;
    if (!pool_keep(&a->text, name, &d.name) || !pool_keep(&a->text, title, &d.title) ||
        !archive_append(a->distros, d) ||
        !dictionary_put(&a->distro_by_name, 0, d.name, a->distros.count - 1)) {
        return fail_memory(err);
    }
    *ret = a->distros.count - 1;
    return true;
}

bool archive_add_suite(archive *a, sheaf_slice title, sheaf_slice name, sheaf_slice codename, uint32_t *ret,
                       sheaf_error *err) {
    archive_suite s;
    if (!title.len || !name.len) return fail(err, SHEAF_E_USAGE, "a distribution and a suite need a name");
    if (!add_distro(a, title, &s.distro, err)) return false;
    *ret = dictionary_find(&a->suite_by_name, s.distro, name);
    if (*ret != DICTIONARY_NONE) return true;
    if (!pool_keep(&a->text, name, &s.name) || !pool_keep(&a->text, codename, &s.codename) ||
        !archive_append(a->suites, s) ||
        !dictionary_put(&a->suite_by_name, s.distro, s.name, a->suites.count - 1)) {
        return fail_memory(err);
    }
    *ret = a->suites.count - 1;
    return true;
}

bool archive_add_person(archive *a, sheaf_slice mail, sheaf_slice display_name, uint32_t *ret,
                        sheaf_error *err) {
    *ret = dictionary_find(&a->person_by_name, 0, mail);
    if (*ret != DICTIONARY_NONE) return true;
    archive_person p;
    if (!pool_keep(&a->text, mail, &p.name) ||
        !pool_keep(&a->text, display_name.len ? display_name : mail, &p.display_name) ||
        !archive_append(a->people, p) ||
        !dictionary_put(&a->person_by_name, 0, p.name, a->people.count - 1)) {
        return fail_memory(err);
    }
    *ret = a->people.count - 1;
    return true;
}

bool archive_add_package(archive *a, uint32_t distro, sheaf_slice name, uint32_t *ret, sheaf_error *err) {
    *ret = dictionary_find(&a->package_by_name, distro, name);
    if (*ret != DICTIONARY_NONE) return true;
    archive_package p = {.distro = distro};
    if (!pool_keep(&a->text, name, &p.name) || !archive_append(a->packages, p) ||
        !dictionary_put(&a->package_by_name, distro, p.name, a->packages.count - 1)) {
        return fail_memory(err);
    }
    *ret = a->packages.count - 1;
    return true;
}

bool archive_add_binary(archive *a, uint32_t distro, sheaf_slice name, uint32_t *ret, sheaf_error *err) {
    *ret = dictionary_find(&a->binary_by_name, distro, name);
    if (*ret != DICTIONARY_NONE) return true;
    archive_binary b = {.package = ARCHIVE_NONE, .stub = true, .size = -1, .installed_size = -1};
    if (!pool_keep(&a->text, name, &b.name) || !archive_append(a->binaries, b) ||
        !dictionary_put(&a->binary_by_name, distro, b.name, a->binaries.count - 1)) {
        return fail_memory(err);
    }
    *ret = a->binaries.count - 1;
    return true;
}

/* Virtual names, to the one package that provides them or, where there are several, to ARCHIVE_NONE - 1. */
#define SEVERAL (ARCHIVE_NONE - 1)

static bool find_providers(const archive *a, dictionary *ret, sheaf_error *err) {
    for (uint32_t i = 0; i < a->binaries.count; i++) {
        const archive_binary *b = &a->binaries.items[i];
        uint32_t distro = a->packages.items[b->package].distro;
        for (uint32_t n = 0; n < b->provides.count; n++) {
            sheaf_slice name = a->provides.items[b->provides.first + n];
            uint32_t known = dictionary_find(ret, distro, name);
            if (known == b->package || known == SEVERAL) continue;
            uint32_t provider = known == DICTIONARY_NONE ? b->package : SEVERAL;
            if (!dictionary_put(ret, distro, name, provider)) return fail_memory(err);
        }
    }
    return true;
}

static uint32_t find_target(const archive *a, const dictionary *providers, uint32_t distro,
                            sheaf_slice name) {
    uint32_t binary = dictionary_find(&a->binary_by_name, distro, name);
    if (binary != DICTIONARY_NONE) return a->binaries.items[binary].package;
    uint32_t provider = dictionary_find(providers, distro, name);
    return provider == SEVERAL ? ARCHIVE_NONE : provider;
}

/* Finds the targets of a package's or a binary's dependencies, and notes whom the package needs. */
static void resolve_range(archive *a, const dictionary *providers, uint32_t package, archive_range range) {
    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        archive_dependency *d = &a->dependencies.items[i];
        d->target = find_target(a, providers, a->packages.items[package].distro, d->name);
        if (d->target == ARCHIVE_NONE) {
            a->unresolved++;
        } else if (d->alternative == 0 && d->target != package && archive_relations[d->relation].counts) {
            a->requirements[a->requirement_count++] = (uint64_t)package << 32 | d->target;
        }
    }
}

static int compare_pairs(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void count_popularity(archive *a) {
    uint64_t *pairs = a->requirements;
    size_t kept = 0;
    qsort(pairs, a->requirement_count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < a->requirement_count; i++) {
        if (kept && pairs[kept - 1] == pairs[i]) continue;
        pairs[kept++] = pairs[i];
        a->packages.items[(uint32_t)pairs[i]].popularity++;
    }
    a->requirement_count = kept;
}

/* Leaves out people whom only malformed or superseded stanzas named. */
static bool drop_unnamed_people(archive *a, sheaf_error *err) {
    uint32_t *moved = calloc(a->people.count + (size_t)1, sizeof *moved); /* at first: 1 where named */
    if (!moved) return fail_memory(err);
    for (uint32_t i = 0; i < a->packages.count; i++) {
        const archive_package *p = &a->packages.items[i];
        moved[p->maintainer] = 1;
        for (uint32_t n = 0; n < p->uploaders.count; n++)
            moved[a->uploaders.items[p->uploaders.first + n]] = 1;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < a->people.count; i++) {
        if (!moved[i]) continue;
        a->people.items[kept] = a->people.items[i];
        moved[i] = kept++;
    }
    a->people.count = kept;
    dictionary_free(&a->person_by_name); /* its numbers no longer hold */
    for (uint32_t i = 0; i < a->packages.count; i++) {
        a->packages.items[i].maintainer = moved[a->packages.items[i].maintainer];
    }
    for (uint32_t i = 0; i < a->uploaders.count; i++) a->uploaders.items[i] = moved[a->uploaders.items[i]];
    free(moved);
    return true;
}

bool archive_resolve(archive *a, sheaf_error *err) {
    dictionary providers = {0};
    if (!drop_unnamed_people(a, err)) return false;
    a->requirements = reallocarray(NULL, a->dependencies.count + (size_t)1, sizeof *a->requirements);
    if (!a->requirements || !find_providers(a, &providers, err)) {
        dictionary_free(&providers);
        return a->requirements ? false : fail_memory(err);
    }
    for (uint32_t i = 0; i < a->packages.count; i++) {
        resolve_range(a, &providers, i, a->packages.items[i].dependencies);
    }
    for (uint32_t i = 0; i < a->binaries.count; i++) {
        resolve_range(a, &providers, a->binaries.items[i].package, a->binaries.items[i].dependencies);
    }
    dictionary_free(&providers);
    count_popularity(a);
    return true;
}
