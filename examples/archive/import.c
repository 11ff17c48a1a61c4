/* import.c: the command archive-import: package indexes into a database. */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "generate.h"
#include "importer.h"
#include "interrupt.h"
#include "text.h"

#define DEFAULT_URL "sqlite:archive.db"

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

static bool number_option(const char *name, int64_t min, int64_t max, int64_t *ret) {
    if (text_number((sheaf_slice){optarg, strlen(optarg)}, ret) && *ret >= min && *ret <= max) return true;
    fprintf(stderr, "archive-import: --%s needs a number from %" PRId64 " to %" PRId64 "\n", name, min, max);
    return false;
}

/* False: the program ends with *ret_status. */
static bool read_options(int argc, char **argv, importer_options *ret, int *ret_status) {
    int64_t n;
    *ret_status = 2;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case OPTION_DB: ret->load.url = optarg; break;
        case OPTION_GENERATE:
            if (!number_option("generate", 1, GENERATE_MAX, &n)) return false;
            ret->generate = (uint32_t)n;
            break;
        case OPTION_SEED:
            if (!number_option("seed", 0, INT32_MAX, &n)) return false;
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
    importer_options o = {.load = {.url = DEFAULT_URL, .migrations = ARCHIVE_FOLDER "/migrations"},
                          .seed = IMPORTER_SEED,
                          .out = stdout};
    int status;
    if (!read_options(argc, argv, &o, &status)) return status;
    o.stop = interrupt_catch();
    sheaf_error err = {0};
    if (importer_run(&o, &err)) return 0;
    if (*o.stop) {
        fputs("archive-import: interrupted; the database is as it was\n", stderr);
        return INTERRUPT_STATUS;
    }
    fprintf(stderr, "archive-import: %s\n", err.message);
    return 1;
}
