#include "generate.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fail.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const char *const words[] = {
    "amber",  "basalt",  "cedar",   "delta",  "ember",  "fjord",  "garnet", "harbor",
    "indigo", "juniper", "kelp",    "larch",  "marble", "nimbus", "ochre",  "pebble",
    "quartz", "reef",    "saffron", "tundra", "umber",  "violet", "willow", "xenon",
    "yarrow", "zephyr",  "anchor",  "beacon", "candle", "drift",  "echo",   "feather",
};
static const char *const given[] = {"Ada", "Bo", "Cy",  "Dee", "Eli", "Fay", "Gus", "Hal",
                                    "Ida", "Jo", "Kit", "Lou", "Max", "Nia", "Oz",  "Pia"};
static const char *const sections[] = {"libs",     "net",    "utils", "science",
                                       "graphics", "python", "devel", "games"};
static const char *const suffixes[] = {"", "-doc", "-dev", "-data"};

typedef struct generator {
    FILE *out;
    uint64_t state;
    uint32_t packages, people;
} generator;

/* splitmix64 */
static uint64_t next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint32_t below(generator *g, uint32_t n) {
    return (uint32_t)(next(&g->state) % n);
}

/* Below n, and the lower the likelier: u⁴ in integers. */
static uint32_t skewed(generator *g, uint32_t n) {
    uint64_t u = next(&g->state) >> 32;
    u = u * u >> 32;
    u = u * u >> 32;
    return (uint32_t)(u * n >> 32);
}

/* "amber-basalt7": different for each `i`. */
static const char *package_name(uint32_t i, char into[48]) {
    uint32_t n = (uint32_t)COUNT_OF(words), round = i / (n * n);
    int len = snprintf(into, 48, "%s-%s", words[i / n % n], words[i % n]);
    if (round) snprintf(into + len, 48 - (size_t)len, "%" PRIu32, round);
    return into;
}

/* How many binaries a package has, which depends on its number alone: others must know their names. */
static uint32_t binary_count(uint32_t package) {
    uint64_t state = package;
    static const uint8_t counts[] = {1, 1, 1, 1, 2, 2, 3, 4};
    return counts[next(&state) % COUNT_OF(counts)];
}

/* In turn in the ways that addresses are written. */
static void person(generator *g, uint32_t i) {
    const char *first = given[i % COUNT_OF(given)];
    const char *last = words[i / COUNT_OF(given) % COUNT_OF(words)];
    int initial = last[0] - 'a' + 'A';
    switch (i % 8) {
    case 6:
        fprintf(g->out, "\"%c%s, %s\" <person%" PRIu32 "@example.org>", initial, last + 1, first, i);
        break;
    case 7:
        fprintf(g->out, "%s %c%s, IV <person%" PRIu32 "@EXAMPLE.org>", first, initial, last + 1, i);
        break;
    default: fprintf(g->out, "%s %c%s <person%" PRIu32 "@example.org>", first, initial, last + 1, i); break;
    }
}

static void common(generator *g, const char *name, uint32_t version, uint32_t maintainer) {
    fprintf(g->out, "Package: %s\nVersion: %" PRIu32 ".%" PRIu32 "-1\nMaintainer: ", name, version / 10,
            version % 10);
    person(g, maintainer);
    fputc('\n', g->out);
}

/* One binary of a package that is needed: its first, sometimes with a constraint or a second choice. */
static void need(generator *g) {
    char name[48];
    fputs(package_name(skewed(g, g->packages), name), g->out);
    uint32_t form = below(g, 8);
    if (form < 3) fprintf(g->out, " (>= %" PRIu32 ".%" PRIu32 ")", form, below(g, 9));
    if (form == 4) fprintf(g->out, " | %s", package_name(below(g, g->packages), name));
}

static void needs(generator *g, const char *field, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        fprintf(g->out, "%s", i ? ", " : "");
        if (!i) fprintf(g->out, "%s: ", field);
        if (i && i % 4 == 0) fputs("\n ", g->out);
        need(g);
    }
    if (count) fputc('\n', g->out);
}

static void source(generator *g, uint32_t package, uint32_t version, uint32_t maintainer,
                   const char *section) {
    char name[48];
    package_name(package, name);
    common(g, name, version, maintainer);
    uint32_t uploaders = below(g, 4);
    for (uint32_t i = 0; i < uploaders; i++) {
        fputs(i ? ", " : "Uploaders: ", g->out);
        person(g, skewed(g, g->people));
    }
    fprintf(g->out, "%sBinary: ", uploaders ? "\n" : "");
    for (uint32_t i = 0; i < binary_count(package); i++) {
        fprintf(g->out, "%s%s%s", i ? ", " : "", name, suffixes[i]);
    }
    fputs("\nPackage-List:\n", g->out);
    for (uint32_t i = 0; i < binary_count(package); i++) {
        fprintf(g->out, " %s%s deb %s optional arch=any\n", name, suffixes[i], section);
    }
    needs(g, "Build-Depends", below(g, 4));
    fprintf(g->out, "Section: %s\nPriority: optional\nHomepage: https://example.org/%s\n\n", section, name);
}

static void binary(generator *g, uint32_t package, uint32_t i, uint32_t version, uint32_t maintainer,
                   const char *section) {
    char name[48], full[64];
    package_name(package, name);
    snprintf(full, sizeof full, "%s%s", name, suffixes[i]);
    common(g, full, version, maintainer);
    if (i) fprintf(g->out, "Source: %s\n", name);
    if (package < 8 && i == 0) fputs("Essential: yes\n", g->out);
    uint32_t size = 4 + skewed(g, 100000);
    fprintf(g->out, "Architecture: amd64\nInstalled-Size: %" PRIu32 "\nSize: %" PRIu32 "\n", size,
            size * 300);
    needs(g, "Depends", 1 + below(g, 8));
    if (below(g, 8) == 0) needs(g, "Recommends", 1 + below(g, 3));
    const char *topic = words[below(g, COUNT_OF(words))];
    fprintf(g->out, "Description: invented package about %s\nSection: %s\nPriority: optional\n\n", topic,
            section);
}

bool generate_indexes(FILE *out, uint32_t packages, uint64_t seed, sheaf_error *err) {
    if (packages == 0 || packages > GENERATE_MAX) {
        return fail(err, SHEAF_E_USAGE, "the number of packages must be from 1 to %u", GENERATE_MAX);
    }
    generator g = {.out = out, .state = seed, .packages = packages, .people = packages / 10 + 1};
    for (uint32_t package = 0; package < packages; package++) {
        uint32_t version = 1 + below(&g, 99), maintainer = skewed(&g, g.people);
        const char *section = sections[below(&g, COUNT_OF(sections))];
        source(&g, package, version, maintainer, section);
        for (uint32_t i = 0; i < binary_count(package); i++) {
            binary(&g, package, i, version, maintainer, section);
        }
    }
    if (fflush(out) == 0 && !ferror(out)) return true;
    return fail(err, SHEAF_E_IO, "the generated archive: %s", strerror(errno));
}
