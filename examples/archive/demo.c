/* demo.c: the command archive-demo: a package archive imported and shown through Sheaf. */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <sheaf/page.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apt.h"
#include "generate.h"
#include "importer.h"
#include "interrupt.h"
#include "show.h"
#include "text.h"

#define LIMIT      20
#define URL_SIZE   (PATH_MAX + 64)
#define SQLITE     "sqlite:"
#define SQLITE_LEN (sizeof SQLITE - 1)

static const char help[] =
    "Usage: archive-demo [OPTION]…\n"
    "\n"
    "Imports the package indexes that apt has on this machine (without any: an invented archive) and shows\n"
    "a distribution's hot packages, with what that costs and what it would cost with one query for each "
    "row.\n"
    "The import is skipped where the database is newer than the indexes.\n"
    "\n"
    "  --db URL        sqlite:FILE or postgresql://… (archive.db beside this program). In PostgreSQL what "
    "is\n"
    "                  there is kept; archive-import renews it\n"
    "  --generate N    an invented archive of N packages (in generated.db)\n"
    "  --distro NAME   the distribution to show (the one that has the most packages)\n"
    "  --json          the page as JSON, made by the shape `hot`\n"
    "  --help          this text\n"
    "\n"
    "Example:\n"
    "  archive-demo --generate 1000 --json\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n";

typedef struct settings {
    char url[URL_SIZE];
    uint32_t generate;  /* 0: apt's indexes */
    const char *distro; /* NULL: choose */
    bool json;
} settings;

/* "sqlite:", and the file of that name in the folder of this program. */
static bool default_url(const char *file, char into[URL_SIZE], sheaf_error *err) {
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len < 0) {
        *err = (sheaf_error){.code = SHEAF_E_IO, .message = "cannot tell where this program is; use --db"};
        return false;
    }
    program[len] = '\0';
    char *slash = strrchr(program, '/');
    snprintf(into, URL_SIZE, SQLITE "%.*s%s", (int)(slash + 1 - program), program, file);
    return true;
}

/* True where the database lacks what apt has got since, or is not there. */
static bool is_outdated(const settings *set) {
    struct stat file;
    time_t indexes;
    if (set->generate) return true;
    if (strncmp(set->url, SQLITE, SQLITE_LEN) != 0) return false;
    if (stat(set->url + SQLITE_LEN, &file)) return true;
    return apt_changed(&indexes, NULL) && file.st_mtime < indexes;
}

/* Opens the database and finds out what to show. */
static bool open_archive(const settings *set, const sheaf_model *model, sheaf_db **ret,
                         char ret_distro[HOT_NAME_SIZE], sheaf_error *err) {
    sheaf_db *db = NULL;
    if (!sheaf_open(&(sheaf_options){.url = set->url, .model = model, .read_only = true}, &db, err))
        return false;
    bool ok = hot_choose(db, ret_distro, err);
    if (ok) {
        *ret = db;
    } else {
        sheaf_close(db);
    }
    return ok;
}

static bool import(const settings *set, const volatile sig_atomic_t *stop, sheaf_error *err) {
    importer_options o = {.load = {.url = set->url, .migrations = ARCHIVE_FOLDER "/migrations"},
                          .generate = set->generate,
                          .seed = IMPORTER_SEED,
                          .out = set->json ? stderr : stdout,
                          .stop = stop};
    if (!importer_run(&o, err)) return false;
    fputc('\n', o.out);
    return true;
}

/* A database without tables, or without packages in them, is imported into as well. */
static bool open_or_import(const settings *set, const sheaf_model *model, const volatile sig_atomic_t *stop,
                           sheaf_db **ret, char ret_distro[HOT_NAME_SIZE], sheaf_error *err) {
    if (!is_outdated(set)) {
        if (open_archive(set, model, ret, ret_distro, err)) return true;
        if (err->code != SHEAF_E_CATALOGUE && err->code != SHEAF_E_NOT_FOUND) return false;
    }
    return import(set, stop, err) && open_archive(set, model, ret, ret_distro, err);
}

static bool show_json(sheaf_db *db, const sheaf_model *model, const char *distro, sheaf_error *err) {
    sheaf_shapes *shapes = NULL;
    sheaf_page *page = NULL;
    sheaf_slice json;
    sheaf_variable variables[] = {SHEAF_VAR_TEXT("distro", distro), SHEAF_VAR_INT("limit", LIMIT)};
    bool ok = sheaf_shapes_load(model, ARCHIVE_FOLDER "/shapes", NULL, NULL, &shapes, err) &&
              sheaf_page_realise(db, sheaf_shapes_find(shapes, "hot"), variables, 2, &page, err) &&
              sheaf_page_json(page, &json, err);
    if (ok) printf("%.*s\n", SHEAF_SLICE_ARGS(json));
    sheaf_page_free(page);
    sheaf_shapes_free(shapes);
    return ok;
}

/* A path as it is written from here. */
static const char *from_here(const char *path) {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return path;
    size_t len = strlen(here);
    return strncmp(path, here, len) == 0 && path[len] == '/' ? path + len + 1 : path;
}

static void print_commands(const char *url, const char *distro) {
    bool is_sqlite = strncmp(url, SQLITE, SQLITE_LEN) == 0;
    const char *quote = strpbrk(url, " &?;$*()<>|") ? "'" : "";
    const char *before = is_sqlite ? SQLITE : "", *place = is_sqlite ? from_here(url + SQLITE_LEN) : url;
    printf("\nThe same as JSON:\n  %s query %s hot --db %s%s%s%s --var distro=%s\n",
           from_here(ARCHIVE_COMMAND), from_here(ARCHIVE_FOLDER), quote, before, place, quote, distro);
    printf("The same read as plain structs, which that shape was compiled to (report.c):\n  %s %s%s%s%s %s\n",
           from_here(ARCHIVE_REPORT), quote, before, place, quote, distro);
}

static bool show(sheaf_db *db, const char *url, const char *distro, sheaf_error *err) {
    table_style style = table_style_of(stdout);
    hot_page page;
    compare_result costs;
    if (!hot_realise(db, distro, LIMIT, &page, err)) return false;
    bool ok = show_page(&page, &style, stdout, err) && compare_ways(db, distro, LIMIT, &costs, err) &&
              show_costs(&costs, &style, stdout, err);
    hot_free(&page);
    if (ok) print_commands(url, distro);
    return ok;
}

static bool run(const settings *set, const volatile sig_atomic_t *stop, sheaf_error *err) {
    sheaf_model *model = NULL;
    sheaf_db *db = NULL;
    char distro[HOT_NAME_SIZE];
    bool ok = sheaf_model_load(ARCHIVE_FOLDER "/model.graphql", NULL, &model, err) &&
              open_or_import(set, model, stop, &db, distro, err);
    if (ok) {
        const char *name = set->distro ? set->distro : distro;
        ok = set->json ? show_json(db, model, name, err) : show(db, set->url, name, err);
    }
    sheaf_close(db);
    sheaf_model_free(model);
    return ok;
}

static const struct option options[] = {
    {"db", required_argument, NULL, 'u'},     {"generate", required_argument, NULL, 'g'},
    {"distro", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},         {0},
};

/* False: the program ends with *ret_status. */
static bool read_options(int argc, char **argv, settings *ret, int *ret_status) {
    int64_t n;
    *ret_status = 2;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'u': snprintf(ret->url, sizeof ret->url, "%s", optarg); break;
        case 'g':
            if (!text_number((sheaf_slice){optarg, strlen(optarg)}, &n) || n < 1 || n > GENERATE_MAX) {
                fprintf(stderr, "archive-demo: --generate needs a number from 1 to %u\n", GENERATE_MAX);
                return false;
            }
            ret->generate = (uint32_t)n;
            break;
        case 'd': ret->distro = optarg; break;
        case 'j': ret->json = true; break;
        case 'h':
            fputs(help, stdout);
            *ret_status = 0;
            return false;
        default: fputs("Try 'archive-demo --help'.\n", stderr); return false;
        }
    }
    if (optind == argc) return true;
    fprintf(stderr, "archive-demo: %s is no option; try 'archive-demo --help'\n", argv[optind]);
    return false;
}

int main(int argc, char **argv) {
    settings set = {0};
    int status;
    sheaf_error err = {0};
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, ""); /* widths of characters, whatever the user's own is */
    if (!read_options(argc, argv, &set, &status)) return status;
    const volatile sig_atomic_t *stop = interrupt_catch();
    if ((*set.url || default_url(set.generate ? "generated.db" : "archive.db", set.url, &err)) &&
        run(&set, stop, &err)) {
        return 0;
    }
    if (*stop) {
        fputs("archive-demo: interrupted; the database is as it was\n", stderr);
        return INTERRUPT_STATUS;
    }
    fprintf(stderr, "archive-demo: %s\n", err.message);
    return 1;
}
