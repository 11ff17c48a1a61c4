#include "show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

#define PEOPLE_SHOWN 12

static void heading(const table_style *style, const char *text, FILE *out) {
    fprintf(out, style->colour ? "\033[1;36m%s\033[0m\n" : "%s\n", text);
}

static bool print(table *t, const table_style *style, FILE *out, sheaf_error *err) {
    bool ok = !t->no_memory || fail_memory(err);
    if (ok) table_print(t, style, out);
    table_free(t);
    return ok;
}

/* "Ada; Bo; Example, Cy" into a cell. */
static bool add_names(const hot_page *page, const hot_package *package, table *t, sheaf_error *err) {
    char *names = NULL;
    size_t len = 0;
    FILE *text = open_memstream(&names, &len);
    if (!text) return fail_memory(err);
    bool ok = true;
    for (size_t i = 0; ok && i < package->uploader_count; i++) {
        hot_person person;
        ok = hot_read_person(page, package->uploaders[i], &person, err);
        if (!ok) break;
        fputs(i ? "; " : "", text);
        fwrite(person.display_name.ptr, 1, person.display_name.len, text);
    }
    if (fclose(text) && ok) ok = fail_memory(err);
    if (ok) table_text(t, (sheaf_slice){names, len});
    free(names);
    return ok;
}

static bool show_packages(const hot_page *page, const table_style *style, FILE *out, sheaf_error *err) {
    table t = {.columns = {{"Package", .keep = true},
                           {"Version"},
                           {"Needed by", .right = true, .keep = true},
                           {"Maintainer"},
                           {"Uploaders"}},
               .column_count = 5};
    size_t count;
    bool ok = true;
    const sheaf_row *const *rows = sheaf_rows(page->packages, &count);
    for (size_t i = 0; ok && i < count; i++) {
        hot_package package;
        hot_person maintainer = {0};
        ok = hot_read_package(page, rows[i], &package, err) &&
             (!package.maintainer || hot_read_person(page, package.maintainer, &maintainer, err));
        if (!ok) break;
        table_text(&t, package.name);
        table_text(&t, package.version);
        table_number(&t, package.popularity);
        table_text(&t, maintainer.display_name);
        ok = add_names(page, &package, &t, err);
    }
    if (ok) return print(&t, style, out, err);
    table_free(&t);
    return false;
}

static int by_packages(const void *a, const void *b) {
    const hot_person *x = a, *y = b;
    return x->packages_count < y->packages_count ? 1 : -(x->packages_count > y->packages_count);
}

/* Who has the most packages first; the last line is for the others. */
static bool show_people(const hot_page *page, const table_style *style, FILE *out, sheaf_error *err) {
    size_t count, shown;
    const sheaf_row *const *rows = sheaf_rows(page->people, &count);
    hot_person *people = calloc(count + 1, sizeof *people);
    bool ok = people || fail_memory(err);
    for (size_t i = 0; ok && i < count; i++) ok = hot_read_person(page, rows[i], &people[i], err);
    if (ok) {
        table t = {.columns = {{"Maintains", .right = true, .keep = true}, {"Name"}, {"Address"}},
                   .column_count = 3};
        qsort(people, count, sizeof *people, by_packages);
        shown = count > PEOPLE_SHOWN + 1 ? PEOPLE_SHOWN : count;
        for (size_t i = 0; i < shown; i++) {
            table_number(&t, people[i].packages_count);
            table_text(&t, people[i].display_name);
            table_text(&t, people[i].name);
        }
        ok = print(&t, style, out, err);
        if (ok && shown < count) fprintf(out, "%11sand %zu more\n", "", count - shown);
    }
    free(people);
    return ok;
}

bool show_page(const hot_page *page, const table_style *style, FILE *out, sheaf_error *err) {
    sheaf_slice title;
    size_t people;
    char text[120];
    if (!hot_read_distro(page, &title, err)) return false;
    sheaf_rows(page->people, &people);
    snprintf(text, sizeof text, "Hot packages of %.*s", SHEAF_SLICE_ARGS(title));
    heading(style, text, out);
    if (!show_packages(page, style, out, err)) return false;
    snprintf(text, sizeof text, "\nTheir maintainers and uploaders, one group of %zu %s", people,
             people == 1 ? "person" : "people");
    heading(style, text, out);
    return show_people(page, style, out, err);
}

static void add_milliseconds(table *t, uint64_t ns) {
    char text[32];
    int len = snprintf(text, sizeof text, "%.2f ms", (double)ns / 1e6);
    table_text(t, (sheaf_slice){text, (size_t)len});
}

static void add_cost(table *t, const char *way, const compare_cost *cost) {
    table_text(t, (sheaf_slice){way, strlen(way)});
    table_number(t, (int64_t)cost->statements);
    table_number(t, (int64_t)cost->trips);
    add_milliseconds(t, cost->ns);
}

static void add_phases(table *t, const sheaf_stats *stats) {
    const uint64_t phases[] = {stats->plan_ns, stats->wait_ns, stats->decode_ns, stats->stitch_ns};
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) add_milliseconds(t, phases[i]);
}

bool show_costs(const compare_result *costs, const table_style *style, FILE *out, sheaf_error *err) {
#define NUMBER(title) {title, .right = true, .keep = true}
    table t = {.columns = {{"", .keep = true},
                           NUMBER("statements"),
                           NUMBER("trips"),
                           NUMBER("time"),
                           NUMBER("plan"),
                           NUMBER("wait"),
                           NUMBER("decode"),
                           NUMBER("stitch")},
               .column_count = 8};
#undef NUMBER
    char text[80];
    snprintf(text, sizeof text, "\nWhat the page costs, median of %d", COMPARE_ROUNDS);
    heading(style, text, out);
    add_cost(&t, "Sheaf", &costs->sheaf);
    add_phases(&t, &costs->stats);
    add_cost(&t, "lazily, a query a row", &costs->lazy);
    for (int i = 0; i < 4; i++) table_text(&t, SHEAF_SLICE(""));
    return print(&t, style, out, err);
}
