/* report.c: the command archive-report: a distribution's hot packages as a text table.
 *
 * It shows compiled shapes. When this is built, `sheaf gen` makes structs of shapes/hot.graphql, and
 * hot_read, which fills them; here is nothing but reading their members. What the shape does not select does
 * not compile: try p->section. A maintainer and an uploader are both a `card`, as both are that fragment; a
 * person is one card, however many packages lead there. Model and shapes are compiled in: the program reads
 * no file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive_shapes.h"

static void print_person(const char *before, const card *person) {
    printf("%s%.*s (%" PRId64 ")", before, SHEAF_SLICE_ARGS(person->display_name), person->packages_count);
}

static void print_page(const hot_page *page) {
    const hot_distro *distro = page->distro;
    size_t width = 0;
    for (size_t i = 0; i < distro->hot_packages_count; i++)
        if (distro->hot_packages[i]->name.len > width) width = distro->hot_packages[i]->name.len;
    printf("Hot packages of %.*s\n\nNeeded by  %-*s  Maintainer; uploaders (with how many packages)\n",
           SHEAF_SLICE_ARGS(distro->title), (int)width, "Package");
    for (size_t i = 0; i < distro->hot_packages_count; i++) {
        const hot_distro_hot_packages *p = distro->hot_packages[i];
        printf("%9" PRId64 "  %-*.*s", p->popularity, (int)width, SHEAF_SLICE_ARGS(p->name));
        print_person("  ", p->maintainer);
        for (size_t k = 0; k < p->uploaders_count; k++) print_person(k ? ", " : "; ", p->uploaders[k]);
        putchar('\n');
    }
    sheaf_stats cost = hot_stats(page);
    printf("\n%" PRIu64 " statements, %" PRIu64 " trips\n", cost.statements, cost.trips);
}

static bool report(const char *url, const hot_vars *vars, sheaf_error *err) {
    sheaf_model *model = NULL;
    sheaf_db *db = NULL;
    hot_page *page = NULL;
    bool ok = archive_model_new(NULL, &model, err) &&
              sheaf_open(&(sheaf_options){.url = url, .model = model, .read_only = true}, &db, err) &&
              hot_read(db, vars, &page, err);
    if (ok) print_page(page);
    hot_free(page);
    sheaf_close(db);
    sheaf_model_free(model);
    return ok;
}

int main(int argc, char **argv) {
    char *end = NULL;
    const bool help = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    const int64_t limit = argc > 3 ? strtoll(argv[3], &end, 10) : 0;
    if (argc < 3 || argc > 4 || (end && (*end || end == argv[3]))) {
        fputs("Usage: archive-report URL DISTRO [LIMIT]\n"
              "Example: archive-report sqlite:build/examples/archive/archive.db debian 10\n",
              help ? stdout : stderr);
        return help ? 0 : 2;
    }
    const hot_vars vars = {.distro = {argv[2], strlen(argv[2])}, .limit = end ? &limit : NULL};
    sheaf_error err;
    if (report(argv[1], &vars, &err)) return 0;
    fprintf(stderr, "archive-report: %s\n", err.message);
    return 1;
}
