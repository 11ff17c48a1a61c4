/* archive.h: what the indexes said, as tables in memory, before it goes to a database.
 *
 *     distro ─┬─ suite
 *             └─ package ─┬─ person (maintainer; uploaders)
 *                         ├─ dependency (build)
 *                         └─ binary ── dependency ── target: package
 *
 * Things are numbers: the place in their array, which is their id in the database less one. Lists that belong
 * to something are ranges of a common array. Text lies in the archive's pool. Where an index was superseded
 * by a newer one, its ranges stay behind unused.
 */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H

#include <sheaf/error.h>

#include "pool.h"

#define ARCHIVE_NONE UINT32_MAX

/* X(enumerator, field, as it is stored, whether it counts for popularity) */
#define ARCHIVE_RELATIONS(X)                                                                                 \
    X(RELATION_PRE_DEPENDS, "Pre-Depends", "pre_depends", true)                                              \
    X(RELATION_DEPENDS, "Depends", "depends", true)                                                          \
    X(RELATION_RECOMMENDS, "Recommends", "recommends", false)                                                \
    X(RELATION_SUGGESTS, "Suggests", "suggests", false)                                                      \
    X(RELATION_BUILD_DEPENDS, "Build-Depends", "build_depends", true)                                        \
    X(RELATION_BUILD_DEPENDS_ARCH, "Build-Depends-Arch", "build_depends_arch", true)                         \
    X(RELATION_BUILD_DEPENDS_INDEP, "Build-Depends-Indep", "build_depends_indep", true)

typedef enum archive_relation {
#define X(name, field, stored, counts) name,
    ARCHIVE_RELATIONS(X)
#undef X
        RELATION_COUNT
} archive_relation;

typedef struct archive_relation_info {
    sheaf_slice field, stored;
    bool counts;
} archive_relation_info;
extern const archive_relation_info archive_relations[RELATION_COUNT];

typedef struct archive_range {
    uint32_t first, count;
} archive_range;

typedef struct archive_distro {
    sheaf_slice name, title;
} archive_distro;

typedef struct archive_suite {
    uint32_t distro;
    sheaf_slice name, codename;
} archive_suite;

typedef struct archive_person {
    sheaf_slice name, display_name; /* the e-mail address; never empty */
} archive_person;

/* Who speaks for a package, of the same version: the later of these, else the first that was read. */
typedef enum archive_authority {
    AUTHORITY_BINARY,   /* one of its binaries */
    AUTHORITY_NAMESAKE, /* the binary of its own name */
    AUTHORITY_SOURCE    /* its source stanza */
} archive_authority;

typedef struct archive_package {
    uint32_t distro, suite, maintainer;
    archive_authority authority;
    sheaf_slice name, version, section, priority, homepage; /* the last three may be empty */
    archive_range uploaders;                                /* of archive.uploaders */
    archive_range dependencies;                             /* of archive.dependencies */
    uint32_t popularity;                                    /* by archive_resolve */
} archive_package;

typedef struct archive_binary {
    uint32_t package;
    bool stub; /* known from its source stanza only */
    bool essential;
    int64_t size, installed_size; /* bytes; -1: unknown */
    sheaf_slice name, version, architecture, section, priority,
        description;                      /* but for the name, may be empty */
    archive_range dependencies, provides; /* of archive.dependencies, archive.provides */
} archive_binary;

typedef struct archive_dependency {
    archive_relation relation;
    uint32_t position, alternative;
    sheaf_slice name, constraint, restriction; /* the last two may be empty */
    uint32_t target;                           /* package or ARCHIVE_NONE; by archive_resolve */
} archive_dependency;

/* X(member, type of its items) */
#define ARCHIVE_TABLES(X)                                                                                    \
    X(distros, archive_distro)                                                                               \
    X(suites, archive_suite)                                                                                 \
    X(people, archive_person)                                                                                \
    X(packages, archive_package)                                                                             \
    X(binaries, archive_binary)                                                                              \
    X(dependencies, archive_dependency)                                                                      \
    X(uploaders, uint32_t)                                                                                   \
    X(provides, sheaf_slice)

typedef struct archive {
#define X(member, type)                                                                                      \
    struct {                                                                                                 \
        type *items;                                                                                         \
        uint32_t count, room;                                                                                \
    } member;
    ARCHIVE_TABLES(X)
#undef X
    pool text;
    dictionary distro_by_name, suite_by_name, person_by_name, package_by_name, binary_by_name;

    /* By archive_resolve. */
    uint64_t *requirements; /* package << 32 | target, sorted, each once */
    size_t requirement_count;
    uint64_t unresolved; /* dependencies that name nothing of the archive */
} archive;

static inline archive_range archive_range_from(uint32_t first, uint32_t end) {
    return (archive_range){first, end - first};
}

/* An archive of zeros is empty. */
void archive_free(archive *a);

/* Adds an item to a table of the archive, of zeros or as given; false: no memory. */
#define archive_append(table, ...)                                                                           \
    (pool_grow((void **)&(table).items, &(table).room, (table).count, sizeof *(table).items) &&              \
     ((table).items[(table).count++] = __VA_ARGS__, true))

/* Each finds or adds, and copies what it keeps. A new package or binary is empty but for its name. A
 * distribution is named by its title in lower case, with '-' for what is no letter, digit or '.'. */
bool archive_add_suite(archive *a, sheaf_slice title, sheaf_slice name, sheaf_slice codename, uint32_t *ret,
                       sheaf_error *err);
bool archive_add_person(archive *a, sheaf_slice mail, sheaf_slice display_name, uint32_t *ret,
                        sheaf_error *err);
bool archive_add_package(archive *a, uint32_t distro, sheaf_slice name, uint32_t *ret, sheaf_error *err);
bool archive_add_binary(archive *a, uint32_t distro, sheaf_slice name, uint32_t *ret, sheaf_error *err);

/* Once everything is read, and once: drops people whom nothing names, finds the targets of dependencies and
 * counts popularity. A name is that of a binary package, else a virtual one that binaries of exactly one
 * package provide. A package needs the target of the first alternative of each clause of the relations that
 * count, and never itself. */
bool archive_resolve(archive *a, sheaf_error *err);

#endif
