/* Rows for the archive's tables, as many as a distribution has, the same ones wherever they are made. A few
 * teams maintain hundreds of packages, most people one or two; popularity falls off as it does in the real
 * archive. */
#include <stdio.h>

#include "../load.h"
#include "../rng.h"
#include "ways.h"

enum { PACKAGES = 34000, PEOPLE = 3000 };
enum { PACKAGE, UPLOADER };

static const char *const distros[] = {"debian", "derivative"};
enum { DISTROS = sizeof distros / sizeof *distros };

/* Low numbers are frequent: the cube of a uniform number. */
static int64_t skewed(rng *r, int64_t bound) {
    double u = rng_unit(r);
    return (int64_t)(u * u * u * (double)bound);
}

static void distro_rows(load *l) {
    load_table(l, "distro", "id, name, title");
    for (int64_t i = 0; i < DISTROS; i++) {
        load_int(l, i + 1), load_text(l, distros[i]), load_text(l, i ? "Derivative" : "Debian"), load_row(l);
    }
    load_table(l, "suite", "id, distro_id, name, codename");
    for (int64_t i = 0; i < DISTROS; i++) {
        load_int(l, i + 1), load_int(l, i + 1), load_text(l, "stable"), load_text(l, "bookworm"), load_row(l);
    }
}

static void person_rows(load *l, int64_t count) {
    char text[96];
    load_table(l, "person", "id, name, display_name");
    for (int64_t i = 1; i <= count; i++) {
        bool team = i % 8 == 1;
        load_int(l, i);
        snprintf(text, sizeof text, team ? "team+%lld@lists.example.org" : "person%lld@example.org",
                 (long long)i);
        load_text(l, text);
        snprintf(text, sizeof text, team ? "Maintainers of the \"%lld\" packages" : "Zoë Ångström %lld",
                 (long long)i);
        load_text(l, text), load_row(l);
    }
}

static void package_rows(load *l, int64_t count, int64_t people) {
    char text[96];
    load_table(l, "package", "id, distro_id, suite_id, maintainer_id, name, version, section, popularity");
    for (int64_t i = 1; i <= count; i++) {
        rng r = rng_for(PACKAGE, i);
        int64_t distro = rng_chance(&r, 900) ? 1 : 2;
        double u = rng_unit(&r);
        load_int(l, i), load_int(l, distro), load_int(l, distro), load_int(l, 1 + skewed(&r, people));
        snprintf(text, sizeof text, "%s%lld", rng_chance(&r, 300) ? "lib" : "tool-", (long long)i);
        load_text(l, text);
        snprintf(text, sizeof text, "%d:%d.%d-%d", (int)rng_below(&r, 3), (int)rng_below(&r, 20),
                 (int)rng_below(&r, 100), 1 + (int)rng_below(&r, 9));
        load_text(l, text), load_text(l, "misc");
        load_int32(l, (int32_t)(20000 * u * u * u * u * u * u * u * u)), load_row(l);
    }
}

static void uploader_rows(load *l, int64_t count, int64_t people) {
    load_table(l, "package_uploader", "package_id, person_id");
    for (int64_t i = 1; i <= count; i++) {
        rng r = rng_for(UPLOADER, i);
        int64_t person = 0;
        for (int64_t k = rng_below(&r, 5); k > 0; k--) {
            person += 1 + rng_below(&r, people / 5);
            if (person <= people) load_int(l, i), load_int(l, person), load_row(l);
        }
    }
}

bool archive_load(const bench_subject *subject, bench_backend backend, const char *url, double scale) {
    load *l = load_open(backend, url);
    if (!l) return false;
    load_migrate(l, subject);
    int64_t packages = (int64_t)(PACKAGES * scale), people = (int64_t)(PEOPLE * scale);
    if (packages < 100) packages = 100;
    if (people < 50) people = 50;
    distro_rows(l);
    person_rows(l, people);
    package_rows(l, packages, people);
    uploader_rows(l, packages, people);
    return load_close(l);
}
