// Compiled shapes from C++17.
#include <cinttypes>
#include <cstdio>

#include "archive_shapes.h"

int main(int argc, char **argv) {
    sheaf_error err{};
    sheaf_model *model = nullptr;
    sheaf_db *db = nullptr;
    hot_page *page = nullptr;
    sheaf_options options{};
    hot_vars vars{};
    const int64_t limit = 3;
    options.url = argv[argc - 1];
    vars.distro = SHEAF_SLICE("example");
    vars.limit = &limit;
    if (!archive_model_new(nullptr, &model, &err)) return 1;
    options.model = model;
    bool ok = sheaf_open(&options, &db, &err) && hot_read(db, &vars, &page, &err);
    for (size_t i = 0; ok && i < page->distro->hot_packages_count; i++) {
        const hot_distro_hot_packages *p = page->distro->hot_packages[i];
        const card *who = p->maintainer;
        std::printf("%.*s %" PRId64 " %.*s\n", SHEAF_SLICE_ARGS(p->name), p->popularity, SHEAF_SLICE_ARGS(who->name));
    }
    if (!ok) std::fprintf(stderr, "%s\n", err.message);
    hot_free(page);
    sheaf_close(db);
    sheaf_model_free(model);
    return ok ? 0 : 1;
}
