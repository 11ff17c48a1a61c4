/* Typed groups over the generated archive: prints what it read, a line each, for tests/cli/generated.test to
 * hold against the same questions in SQL. */
#include "archive_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sheaf/sheaf.h>

#define TEXT(slice) SHEAF_SLICE_ARGS(slice)

static sheaf_error err;

static void must(bool ok) {
    if (ok) return;
    fprintf(stderr, "%s\n", err.message);
    exit(1);
}

static sheaf_context *begin(sheaf_db *db) {
    sheaf_context *context = sheaf_context_new(db);
    if (!context) exit(1);
    return context;
}

static void people_of(const package *row, const people *uploaders, const person_name_field *name) {
    const person *const *rows;
    size_t count;
    must(package_uploaders(row, uploaders, &rows, &count, &err));
    for (size_t i = 0; i < count; i++) {
        sheaf_slice text;
        if (person_name(rows[i], name, &text) == SHEAF_VALUE) printf(" %.*s", TEXT(text));
    }
}

/* A page: lists, references, a union, counts, texts. */
static void hot(sheaf_db *db) {
    sheaf_context *page = begin(db);
    distros *origins = distros_search(page, distro_name_eq("example"));
    packages *top = distros_hot_packages(origins, &(packages_follow_options){.limit = 5});
    people *everybody = packages_maintainer(top), *uploaders = packages_uploaders(top, NULL);
    people_need(everybody, PERSON_NAME, PERSON_PACKAGES_COUNT);
    people_need(uploaders, PERSON_NAME);
    people_update(everybody, uploaders);
    packages_need(top, PACKAGE_NAME, PACKAGE_POPULARITY, PACKAGE_URL);
    must(sheaf_realise(page, &err));

    package_name_field name;
    package_popularity_field popularity;
    package_url_field url;
    person_name_field who, uploader;
    person_packages_count_field packages_of;
    must(packages_name_field(top, &name, &err) && packages_popularity_field(top, &popularity, &err) &&
         packages_url_field(top, &url, &err) && people_name_field(everybody, &who, &err) &&
         people_name_field(uploaders, &uploader, &err) &&
         people_packages_count_field(everybody, &packages_of, &err));
    size_t distro_count, count;
    const distro *const *origin = distros_rows(origins, &distro_count);
    for (size_t d = 0; d < distro_count; d++) {
        const package *const *rows;
        must(distro_hot_packages(origin[d], top, &rows, &count, &err));
        for (size_t i = 0; i < count; i++) {
            const person *by;
            sheaf_slice text, link, their_name;
            int64_t number, their;
            must(package_maintainer(rows[i], everybody, &by, &err));
            if (package_name(rows[i], &name, &text) != SHEAF_VALUE ||
                package_url(rows[i], &url, &link) != SHEAF_VALUE ||
                package_popularity(rows[i], &popularity, &number) != SHEAF_VALUE ||
                person_name(by, &who, &their_name) != SHEAF_VALUE ||
                person_packages_count(by, &packages_of, &their) != SHEAF_VALUE)
                exit(1);
            printf("hot %.*s %" PRId64 " %.*s %.*s %" PRId64, TEXT(text), number, TEXT(link),
                   TEXT(their_name), their);
            people_of(rows[i], uploaders, &uploader);
            puts("");
        }
    }
    people_rows(everybody, &count);
    printf("everybody %zu\n", count);
    sheaf_context_free(page);
}

/* Every way to build a condition, and an order. */
static void conditions(sheaf_db *db) {
    const int64_t ids[] = {3, 5, 8, 13, 21, 34, 55, 89, 144, 233};
    const sheaf_slice sections[] = {SHEAF_SLICE("admin"), SHEAF_SLICE("libs"), SHEAF_SLICE("net")};
    sheaf_context *page = begin(db);
    package_filter wide = package_and(
        package_popularity_ge(1),
        package_or(package_name_starts_with("a"), package_section_in(sections, 3),
                   package_has_binaries(binary_and(binary_essential_eq(true), binary_size_is_null(false)))),
        package_not(package_id_in(ids, sizeof ids / sizeof *ids)),
        package_has_maintainer(person_not(person_name_eq_slice(SHEAF_SLICE("nobody@example.org")))));
    packages *some = packages_search_with(
        page, &(packages_search_options){
                  .where = wide,
                  .order = {{PACKAGE_BY_POPULARITY, SHEAF_DESC}, {PACKAGE_BY_NAME, SHEAF_ASC}},
                  .limit = 7,
                  .offset = 2,
              });
    sheaf_group *count = packages_count(page, wide), *none = packages_count(page, package_id_in(ids, 0)),
                *all = packages_count(page, package_all()),
                *by = packages_count(page, package_maintainer_eq(1));
    packages_need(some, PACKAGE_NAME);
    must(sheaf_realise(page, &err));
    package_name_field name;
    package_id_field id;
    must(packages_name_field(some, &name, &err) && packages_id_field(some, &id, &err));
    size_t found;
    const package *const *rows = packages_rows(some, &found);
    for (size_t i = 0; i < found; i++) {
        sheaf_slice text;
        int64_t number;
        if (package_name(rows[i], &name, &text) == SHEAF_VALUE &&
            package_id(rows[i], &id, &number) == SHEAF_VALUE)
            printf("some %" PRId64 " %.*s\n", number, TEXT(text));
    }
    int64_t totals[4];
    must(sheaf_total(count, &totals[0], &err) && sheaf_total(none, &totals[1], &err) &&
         sheaf_total(all, &totals[2], &err) && sheaf_total(by, &totals[3], &err));
    printf("totals %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", totals[0], totals[1], totals[2],
           totals[3]);
    sheaf_context_free(page);
}

/* Keys, rows of another context, booleans, values that are NULL, pages by cursors. */
static void keys(sheaf_db *db) {
    const int64_t ids[] = {2, 1, 99999};
    sheaf_context *first = begin(db), *second = begin(db);
    binaries *known = binaries_of_keys(first, ids, 3);
    must(sheaf_realise(first, &err));
    size_t count, read;
    const binary *const *rows = binaries_rows(known, &count);
    binaries *again = binaries_of_rows(second, rows, count);
    dependencies *needs = binaries_dependencies(again, NULL);
    packages *targets = dependencies_target(needs);
    binaries_need(again, BINARY_ESSENTIAL, BINARY_DESCRIPTION);
    dependencies_need(needs, DEPENDENCY_NAME);
    packages_need(targets, PACKAGE_NAME);
    must(sheaf_realise(second, &err));
    binary_essential_field essential;
    binary_description_field description;
    must(binaries_essential_field(again, &essential, &err) &&
         binaries_description_field(again, &description, &err));
    rows = binaries_rows(again, &read);
    printf("keys %zu %zu", count, read);
    for (size_t i = 0; i < read; i++) {
        bool yes;
        sheaf_slice text = SHEAF_SLICE("-");
        if (binary_essential(rows[i], &essential, &yes) != SHEAF_VALUE ||
            binary_description(rows[i], &description, &text) == SHEAF_REFUSED)
            exit(1);
        const dependency *const *wanted;
        size_t wants, met = 0;
        must(binary_dependencies(rows[i], needs, &wanted, &wants, &err));
        for (size_t k = 0; k < wants; k++) {
            const package *target;
            must(dependency_target(wanted[k], targets, &target, &err));
            met += target != NULL;
        }
        printf(" %s %zu/%zu", yes ? "yes" : "no", met, wants);
    }
    puts("");
    sheaf_context_free(second);
    sheaf_context_free(first);
}

static void pages(sheaf_db *db) {
    char after[400] = "";
    for (int number = 0; number < 2; number++) {
        sheaf_context *page = begin(db);
        people *some = people_search_with(
            page, &(people_search_options){
                      .order = {{PERSON_BY_NAME, SHEAF_DESC}}, .limit = 3, .after = number ? after : NULL});
        people_need(some, PERSON_NAME);
        must(sheaf_realise(page, &err));
        person_name_field name;
        must(people_name_field(some, &name, &err));
        size_t count;
        const person *const *rows = people_rows(some, &count);
        printf("page");
        for (size_t i = 0; i < count; i++) {
            sheaf_slice text;
            if (person_name(rows[i], &name, &text) == SHEAF_VALUE) printf(" %.*s", TEXT(text));
        }
        puts("");
        sheaf_slice cursor;
        must(count == 3 && person_cursor(page, rows[2], some, &cursor, &err) && cursor.len < sizeof after);
        snprintf(after, sizeof after, "%.*s", TEXT(cursor));
        sheaf_context_free(page);
    }
}

/* What the types cannot tell is told by realise and by reads, with the place in this file. */
static void mistakes(sheaf_db *db) {
    sheaf_context *page = begin(db);
    packages *some = packages_search(page, package_name_eq(NULL));
    packages_need(some, PACKAGE_NAME);
    if (!sheaf_realise(page, &err)) printf("mistake %s\n", err.message);
    sheaf_context_free(page);

    page = begin(db);
    packages_search(page, package_id_in(NULL, 3));
    if (!sheaf_realise(page, &err)) printf("mistake %s\n", err.message);
    sheaf_context_free(page);

    page = begin(db);
    some = packages_search_with(page, &(packages_search_options){.limit = 1});
    packages_need(some, PACKAGE_NAME);
    must(sheaf_realise(page, &err));
    package_version_field version;
    package_name_field name;
    if (!packages_version_field(some, &version, &err)) printf("mistake %s\n", err.message);
    must(packages_name_field(some, &name, &err));
    size_t count;
    const package *const *rows = packages_rows(some, &count);
    distros *followed = distros_of_group(packages_group(some)); /* a lie, which is told of */
    const distro *origin;
    if (!package_distro(rows[0], followed, &origin, &err)) printf("mistake %s\n", err.message);
    sheaf_context_free(page);
}

int main(int argc, char **argv) {
    sheaf_model *model = NULL;
    sheaf_db *db = NULL;
    if (argc != 3) return 2;
    must(sheaf_model_load(argv[1], NULL, &model, &err) &&
         sheaf_open(&(sheaf_options){.url = argv[2], .model = model}, &db, &err));
    hot(db);
    conditions(db);
    keys(db);
    pages(db);
    mistakes(db);
    sheaf_close(db);
    sheaf_model_free(model);
    return 0;
}
