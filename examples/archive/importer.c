#include "importer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apt.h"
#include "fail.h"
#include "generate.h"
#include "index.h"
#include "text.h"

/* One import. */
typedef struct job {
    const importer_options *options;
    FILE *out;
    archive archive;
    index_report report;
    progress bar;
    sheaf_error *err;
} job;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sheaf_slice slice(const char *s) {
    return (sheaf_slice){s, strlen(s)};
}

static bool read_stream(job *j, stream *s, const char *distro, const char *suite, const char *codename) {
    uint32_t number;
    return archive_add_suite(&j->archive, slice(distro), slice(suite), slice(codename), &number, j->err) &&
           index_read(&j->archive, number, &s->base, s->name, &j->report, &j->bar, j->err);
}

static bool read_file(job *j, const char *path, const char *distro, const char *suite, const char *codename) {
    stream s;
    if (!stream_open(path, &s, j->err)) return false;
    bool ok = read_stream(j, &s, distro, suite, codename);
    return stream_close(&s, ok ? j->err : NULL) && ok;
}

/* Through a temporary file and the same reader as a real index. */
static bool read_generated(job *j, uint32_t packages) {
    const char *distro = j->options->distro ? j->options->distro : GENERATE_TITLE;
    const char *suite = j->options->suite ? j->options->suite : GENERATE_SUITE;
    char count[TEXT_COUNT_SIZE];
    fprintf(j->out, "generate  an invented archive of %s packages, seed %" PRIu64 "\n",
            text_count(packages, count), j->options->seed);
    FILE *file = tmpfile();
    if (!file) return fail(j->err, SHEAF_E_IO, "a temporary file: %s", strerror(errno));
    bool ok = generate_indexes(file, packages, j->options->seed, j->err);
    if (ok) {
        rewind(file);
        stream s = stream_on(fileno(file), "generated");
        ok = read_stream(j, &s, distro, suite, suite);
    }
    fclose(file);
    return ok;
}

static bool read_files(job *j) {
    const char *distro = j->options->distro ? j->options->distro : "Debian";
    const char *suite = j->options->suite ? j->options->suite : "unknown";
    for (int i = 0; i < j->options->file_count; i++) {
        if (!read_file(j, j->options->files[i], distro, suite, suite)) return false;
    }
    return true;
}

static bool read_apt(job *j) {
    apt_indexes list = {0};
    if (!apt_list(&list, j->err)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < list.count; i++) {
        const apt_index *index = &list.items[i];
        ok = read_file(j, index->file, index->origin, index->suite, index->codename);
    }
    if (ok && !list.count) {
        fputs("read      apt has no package index here\n", j->out);
        ok = read_generated(j, IMPORTER_PACKAGES);
    }
    apt_free(&list);
    return ok;
}

static void print_malformed(const index_report *report, FILE *out) {
    char count[TEXT_COUNT_SIZE];
    fprintf(out, "malformed %s left out:\n", text_count(report->malformed, count));
    for (unsigned fault = 0; fault < INDEX_FAULT_COUNT; fault++) {
        if (!report->faults[fault]) continue;
        fprintf(out, "          %10s  %s\n", text_count(report->faults[fault], count),
                index_fault_text[fault]);
    }
    for (uint64_t i = 0; i < report->malformed && i < INDEX_SHOWN_MAX; i++) {
        const index_malformed *m = &report->shown[i];
        fprintf(out, "          %s:%" PRIu64 ": %s%s%s: %s\n", m->file, m->line, index_fault_text[m->fault],
                *m->field ? " in " : "", m->field, m->first_line);
    }
}

static void print_reading(const job *j, double seconds) {
    const index_report *report = &j->report;
    char sources[TEXT_COUNT_SIZE], binaries[TEXT_COUNT_SIZE], old[TEXT_COUNT_SIZE], loose[TEXT_COUNT_SIZE];
    fprintf(j->out,
            "read      %s source and %s binary stanzas of %" PRIu64 " index%s in %.2f s; %s superseded\n",
            text_count(report->source_stanzas, sources), text_count(report->binary_stanzas, binaries),
            report->indexes, report->indexes == 1 ? "" : "es", seconds, text_count(report->superseded, old));
    if (report->malformed) print_malformed(report, j->out);
    fprintf(j->out,
            "resolve   %s dependencies name nothing that is there, or what several packages provide\n",
            text_count(j->archive.unresolved, loose));
    if (report->binary_stanzas && !report->source_stanzas) {
        fputs(
            "note      binary indexes name no uploaders and no build dependencies; enable deb-src for them\n",
            j->out);
    }
}

static void print_loading(const job *j, double seconds) {
    const archive *a = &j->archive;
    char packages[TEXT_COUNT_SIZE], binaries[TEXT_COUNT_SIZE], people[TEXT_COUNT_SIZE], rows[TEXT_COUNT_SIZE];
    fprintf(j->out, "load      %s packages, %s binaries, %s people; %s rows in %.2f s\n",
            text_count(a->packages.count, packages), text_count(a->binaries.count, binaries),
            text_count(a->people.count, people), text_count(load_row_count(a), rows), seconds);
    for (uint32_t i = 0; i < a->distros.count; i++) {
        fprintf(j->out, "          distribution %.*s\n", SHEAF_SLICE_ARGS(a->distros.items[i].name));
    }
}

static bool read_all(job *j) {
    double start = now();
    progress_begin(&j->bar, "reading", "stanzas", 0);
    bool ok = j->options->generate     ? read_generated(j, j->options->generate)
              : j->options->file_count ? read_files(j)
                                       : read_apt(j);
    progress_end(&j->bar);
    if (!ok || !archive_resolve(&j->archive, j->err)) return false;
    print_reading(j, now() - start);
    return j->archive.packages.count || fail(j->err, SHEAF_E_DATA, "there is no package to import");
}

static bool load_all(job *j) {
    double start = now();
    progress_begin(&j->bar, "loading", "rows", load_row_count(&j->archive));
    bool ok = load_archive(&j->options->load, &j->archive, &j->bar, j->err);
    progress_end(&j->bar);
    if (ok) print_loading(j, now() - start);
    return ok;
}

bool importer_run(const importer_options *options, sheaf_error *err) {
    job j = {.options = options,
             .out = options->out,
             .bar = {.out = isatty(STDERR_FILENO) ? stderr : NULL, .stop = options->stop},
             .err = err};
    bool ok = read_all(&j) && load_all(&j);
    archive_free(&j.archive);
    return ok;
}
