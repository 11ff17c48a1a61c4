/* import.c: the command archive-import: package indexes into a database. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apt.h"
#include "fail.h"
#include "generate.h"
#include "index.h"
#include "load.h"
#include "text.h"

#define DEFAULT_URL      "sqlite:archive.db"
#define DEFAULT_PACKAGES 30000u
#define DEFAULT_SEED     1u

static const char help[] =
    "Usage: archive-import [OPTION]… [FILE]…\n"
    "\n"
    "Reads package indexes into a database, in one transaction that replaces what an earlier\n"
    "import left there. Without a FILE it reads every index that apt has on this machine, of\n"
    "sources (where deb-src is enabled) and of binaries; where there is none, it generates an archive.\n"
    "\n"
    "  FILE               a Packages or Sources file, compressed or not; - is standard input\n"
    "  --db URL           sqlite:FILE or postgresql://… (" DEFAULT_URL ")\n"
    "  --generate N       an invented archive of N packages instead of an index\n"
    "  --seed S           which one (1)\n"
    "  --distro NAME      the distribution that FILE or the generated archive belongs to\n"
    "  --suite NAME       and its suite\n"
    "  --migrations DIR   where 0001_archive is, applied when the tables are missing\n"
    "  --help             this text\n"
    "\n"
    "Example:\n"
    "  archive-import --db sqlite:archive.db\n"
    "  sqlite3 archive.db 'SELECT name, popularity FROM package ORDER BY 2 DESC LIMIT 5'\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted; but for 0 the database is as it was.\n";

typedef struct settings {
    load_options load;
    uint32_t generate; /* 0: read indexes */
    uint64_t seed;
    const char *distro, *suite; /* NULL: the default */
    char **files;
    int file_count;
} settings;

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sheaf_slice slice(const char *s) {
    return (sheaf_slice){s, strlen(s)};
}

static bool read_index(archive *a, const char *path, const char *distro, const char *suite,
                       const char *codename, index_report *report, progress *bar, sheaf_error *err) {
    stream s;
    uint32_t number;
    if (!archive_add_suite(a, slice(distro), slice(suite), slice(codename), &number, err)) return false;
    if (!stream_open(path, &s, err)) return false;
    bool ok = index_read(a, number, &s.base, s.name, report, bar, err);
    return stream_close(&s, ok ? err : NULL) && ok;
}

/* Through a temporary file and the same reader as a real index. */
static bool read_generated(archive *a, const settings *set, uint32_t packages, index_report *report,
                           progress *bar, sheaf_error *err) {
    const char *distro = set->distro ? set->distro : GENERATE_TITLE;
    const char *suite = set->suite ? set->suite : GENERATE_SUITE;
    char count[TEXT_COUNT_SIZE];
    printf("generate  an invented archive of %s packages, seed %" PRIu64 "\n", text_count(packages, count),
           set->seed);
    FILE *file = tmpfile();
    if (!file) return fail(err, SHEAF_E_IO, "a temporary file: %s", strerror(errno));
    uint32_t number;
    bool ok = generate_indexes(file, packages, set->seed, err) &&
              archive_add_suite(a, slice(distro), slice(suite), slice(suite), &number, err);
    if (ok) {
        rewind(file);
        stream s = stream_on(fileno(file), "generated");
        ok = index_read(a, number, &s.base, s.name, report, bar, err);
    }
    fclose(file);
    return ok;
}

static bool read_files(archive *a, const settings *set, index_report *report, progress *bar,
                       sheaf_error *err) {
    const char *distro = set->distro ? set->distro : "Debian", *suite = set->suite ? set->suite : "unknown";
    for (int i = 0; i < set->file_count; i++) {
        if (!read_index(a, set->files[i], distro, suite, suite, report, bar, err)) return false;
    }
    return true;
}

static bool read_apt(archive *a, const settings *set, index_report *report, progress *bar, sheaf_error *err) {
    apt_indexes list = {0};
    if (!apt_list(&list, err)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < list.count; i++) {
        const apt_index *index = &list.items[i];
        ok = read_index(a, index->file, index->origin, index->suite, index->codename, report, bar, err);
    }
    if (ok && !list.count) {
        printf("read      apt has no package index here\n");
        ok = read_generated(a, set, DEFAULT_PACKAGES, report, bar, err);
    }
    apt_free(&list);
    return ok;
}

static void print_malformed(const index_report *report) {
    char count[TEXT_COUNT_SIZE];
    printf("malformed %s left out:\n", text_count(report->malformed, count));
    for (unsigned fault = 0; fault < INDEX_FAULT_COUNT; fault++) {
        if (!report->faults[fault]) continue;
        printf("          %10s  %s\n", text_count(report->faults[fault], count), index_fault_text[fault]);
    }
    for (uint64_t i = 0; i < report->malformed && i < INDEX_SHOWN_MAX; i++) {
        const index_malformed *m = &report->shown[i];
        printf("          %s:%" PRIu64 ": %s%s%s: %s\n", m->file, m->line, index_fault_text[m->fault],
               *m->field ? " in " : "", m->field, m->first_line);
    }
}

static void print_reading(const archive *a, const index_report *report, double seconds) {
    char sources[TEXT_COUNT_SIZE], binaries[TEXT_COUNT_SIZE], old[TEXT_COUNT_SIZE], loose[TEXT_COUNT_SIZE];
    printf("read      %s source and %s binary stanzas of %" PRIu64 " index%s in %.2f s; %s superseded\n",
           text_count(report->source_stanzas, sources), text_count(report->binary_stanzas, binaries),
           report->indexes, report->indexes == 1 ? "" : "es", seconds, text_count(report->superseded, old));
    if (report->malformed) print_malformed(report);
    printf("resolve   %s dependencies name nothing that is there, or what several packages provide\n",
           text_count(a->unresolved, loose));
    if (!report->source_stanzas) {
        printf("note      binary indexes name no uploaders and no build dependencies; enable deb-src for "
               "them\n");
    }
}

static void print_loading(const archive *a, double seconds) {
    char packages[TEXT_COUNT_SIZE], binaries[TEXT_COUNT_SIZE], people[TEXT_COUNT_SIZE], rows[TEXT_COUNT_SIZE];
    printf("load      %s packages, %s binaries, %s people; %s rows in %.2f s\n",
           text_count(a->packages.count, packages), text_count(a->binaries.count, binaries),
           text_count(a->people.count, people), text_count(load_row_count(a), rows), seconds);
    for (uint32_t i = 0; i < a->distros.count; i++) {
        sheaf_slice name = a->distros.items[i].name;
        printf("          distribution %.*s\n", SHEAF_SLICE_ARGS(name));
    }
}

static bool run(const settings *set, sheaf_error *err) {
    progress bar = {.out = isatty(STDERR_FILENO) ? stderr : NULL, .stop = &interrupted};
    archive a = {0};
    index_report report = {0};
    double start = now();
    progress_begin(&bar, "reading", "stanzas", 0);
    bool ok = set->generate     ? read_generated(&a, set, set->generate, &report, &bar, err)
              : set->file_count ? read_files(&a, set, &report, &bar, err)
                                : read_apt(&a, set, &report, &bar, err);
    progress_end(&bar);
    ok = ok && archive_resolve(&a, err);
    if (ok) {
        double read = now();
        print_reading(&a, &report, read - start);
        progress_begin(&bar, "loading", "rows", load_row_count(&a));
        ok = load_archive(&set->load, &a, &bar, err);
        progress_end(&bar);
        if (ok) print_loading(&a, now() - read);
    }
    archive_free(&a);
    return ok;
}

enum {
    OPTION_DB = 256,
    OPTION_GENERATE,
    OPTION_SEED,
    OPTION_DISTRO,
    OPTION_SUITE,
    OPTION_MIGRATIONS,
    OPTION_HELP
};

static const struct option options[] = {
    {"db", required_argument, NULL, OPTION_DB},
    {"generate", required_argument, NULL, OPTION_GENERATE},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"distro", required_argument, NULL, OPTION_DISTRO},
    {"suite", required_argument, NULL, OPTION_SUITE},
    {"migrations", required_argument, NULL, OPTION_MIGRATIONS},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static bool number_option(const char *name, int64_t max, int64_t *ret) {
    if (text_number(slice(optarg), ret) && *ret <= max) return true;
    fprintf(stderr, "archive-import: --%s needs a number up to %" PRId64 "\n", name, max);
    return false;
}

/* False: the program ends with *ret_status. */
static bool read_options(int argc, char **argv, settings *ret, int *ret_status) {
    int64_t n;
    *ret_status = 2;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case OPTION_DB: ret->load.url = optarg; break;
        case OPTION_GENERATE:
            if (!number_option("generate", GENERATE_MAX, &n)) return false;
            ret->generate = n ? (uint32_t)n : 1;
            break;
        case OPTION_SEED:
            if (!number_option("seed", INT64_MAX, &n)) return false;
            ret->seed = (uint64_t)n;
            break;
        case OPTION_DISTRO: ret->distro = optarg; break;
        case OPTION_SUITE: ret->suite = optarg; break;
        case OPTION_MIGRATIONS: ret->load.migrations = optarg; break;
        case OPTION_HELP:
            fputs(help, stdout);
            *ret_status = 0;
            return false;
        default: fputs("Try 'archive-import --help'.\n", stderr); return false;
        }
    }
    ret->files = argv + optind;
    ret->file_count = argc - optind;
    if (ret->generate && ret->file_count) {
        fputs("archive-import: --generate takes no FILE\n", stderr);
        return false;
    }
    return true;
}

int main(int argc, char **argv) {
    settings set = {.load = {.url = DEFAULT_URL, .migrations = ARCHIVE_MIGRATIONS}, .seed = DEFAULT_SEED};
    int status;
    if (!read_options(argc, argv, &set, &status)) return status;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND}; /* the second one kills */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sheaf_error err = {0};
    if (run(&set, &err)) return 0;
    if (interrupted) {
        fputs("archive-import: interrupted; the database is as it was\n", stderr);
        return 130;
    }
    fprintf(stderr, "archive-import: %s\n", err.message);
    return 1;
}
