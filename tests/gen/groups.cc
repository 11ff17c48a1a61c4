// Typed groups from C++17: macros that know their place, and structs filled by hand.
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "archive_model.h"
#include <sheaf/sheaf.h>

static sheaf_error err;

static int fail() {
    std::fprintf(stderr, "%s\n", err.message);
    return 1;
}

static bool show(sheaf_context *context) {
    packages_search_options options{};
    const package_filter any[] = {package_name_starts_with("a"), package_popularity_gt(1000)};
    options.where = package_any_of(any, 2);
    options.order[0] = {PACKAGE_BY_POPULARITY, SHEAF_DESC};
    options.limit = 3;
    packages *some = packages_search_with(context, &options);
    people *by = packages_maintainer(some);
    packages_need(some, PACKAGE_NAME, PACKAGE_POPULARITY);
    people_need(by, PERSON_NAME);
    const person_filter nobody = person_name_eq("nobody");
    const package_filter theirs = package_has_maintainer_where(&nobody);
    sheaf_group *count = packages_count(context, package_not_of(&theirs));
    packages *none = packages_search(context, package_name_eq_slice(SHEAF_SLICE("none such")));
    if (!sheaf_realise(context, &err)) return false;

    package_name_field name;
    package_popularity_field popularity;
    person_name_field who;
    if (!packages_name_field(some, &name, &err) || !packages_popularity_field(some, &popularity, &err) ||
        !people_name_field(by, &who, &err))
        return false;
    size_t rows_count, none_count;
    const package *const *rows = packages_rows(some, &rows_count);
    for (size_t i = 0; i < rows_count; i++) {
        sheaf_slice text{}, person_text{};
        int64_t number = 0;
        const person *maintainer;
        if (!package_maintainer(rows[i], by, &maintainer, &err)) return false;
        if (package_name(rows[i], &name, &text) == SHEAF_VALUE &&
            package_popularity(rows[i], &popularity, &number) == SHEAF_VALUE &&
            person_name(maintainer, &who, &person_text) == SHEAF_VALUE)
            std::printf("%.*s %" PRId64 " %.*s\n", SHEAF_SLICE_ARGS(text), number, SHEAF_SLICE_ARGS(person_text));
    }
    packages_rows(none, &none_count);
    int64_t total;
    if (!sheaf_total(count, &total, &err)) return false;
    std::printf("%" PRId64 " %zu\n", total, none_count);
    return true;
}

int main(int argc, char **argv) {
    sheaf_model *model = nullptr;
    sheaf_db *db = nullptr;
    if (argc != 3 || !sheaf_model_load(argv[1], nullptr, &model, &err)) return fail();
    sheaf_options options{};
    options.url = argv[2];
    options.model = model;
    if (!sheaf_open(&options, &db, &err)) return fail();
    sheaf_context *context = sheaf_context_new(db);
    bool ok = context && show(context);
    sheaf_context_free(context);
    sheaf_close(db);
    sheaf_model_free(model);
    return ok ? 0 : fail();
}
