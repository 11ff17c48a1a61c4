/* Files and generated archives into SQLite, and what the report says of them. */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "apt.h"
#include "generate.h"
#include "importer.h"
#include "test.h"

#define DATABASE "importer_test.db"
#define INDEX    "importer_test.index"

typedef struct outcome {
    bool ok;
    sheaf_error err;
    char report[4000];
} outcome;

static outcome import(importer_options o) {
    outcome out = {0};
    o.load.url = o.load.url ? o.load.url : "sqlite:" DATABASE;
    o.load.migrations = ARCHIVE_FOLDER "/migrations";
    o.out = fmemopen(out.report, sizeof out.report, "w");
    assert_non_null(o.out);
    out.ok = importer_run(&o, &out.err);
    fclose(o.out);
    return out;
}

static void write_index(const char *text) {
    FILE *file = fopen(INDEX, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static outcome import_index(const char *text) {
    static char name[] = INDEX;
    char *files[] = {name};
    write_index(text);
    return import((importer_options){.files = files, .file_count = 1, .distro = "My Distro", .suite = "one"});
}

static void assert_says(const outcome *out, const char *words) {
    if (!strstr(out->report, words)) fail_msg("'%s' is not in:\n%s", words, out->report);
}

static void assert_number(const char *sql, int64_t wanted) {
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open(DATABASE, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(query, 0), wanted);
    sqlite3_finalize(query);
    sqlite3_close(db);
}

#define STANZA(name, mail) "Package: " name "\nVersion: 1\nArchitecture: all\nMaintainer: " mail "\n\n"

static void files(void **state) {
    (void)state;
    outcome out =
        import_index(STANZA("a", "A <a@example.org>") STANZA("b", "nobody") STANZA("c", "<c@example.org>"));
    assert_true(out.ok);
    assert_says(&out, "0 source and 2 binary stanzas of 1 index in");
    assert_says(&out, "malformed 1 left out:\n                   1  has an address that is none\n");
    assert_says(&out, INDEX ":6: has an address that is none in Maintainer: Package: b\n");
    assert_says(&out, "enable deb-src");
    assert_says(&out, "2 packages, 2 binaries, 2 people; 8 rows in");
    assert_says(&out, "distribution my-distro\n");
    assert_number("SELECT count(*) FROM package", 2);
    assert_number("SELECT count(*) FROM suite WHERE name = 'one'", 1);
}

/* What cannot be read, or holds nothing, leaves what is there. */
static void refusals(void **state) {
    (void)state;
    static char missing[] = "importer_test.missing", unpacked[] = "importer_test.missing.xz";
    assert_true(import_index(STANZA("a", "A <a@example.org>")).ok);
    outcome out = import_index("\n\n");
    assert_false(out.ok);
    assert_int_equal(out.err.code, SHEAF_E_DATA);
    out = import_index(STANZA("b", "nobody"));
    assert_false(out.ok);
    assert_int_equal(out.err.code, SHEAF_E_DATA);
    assert_says(&out, "malformed 1 left out");
    char *none[] = {missing}, *compressed[] = {unpacked};
    out = import((importer_options){.files = none, .file_count = 1});
    assert_int_equal(out.err.code, SHEAF_E_IO);
    out = import((importer_options){.files = compressed, .file_count = 1});
    assert_int_equal(out.err.code, SHEAF_E_IO);
    const volatile sig_atomic_t stop = 1;
    out = import((importer_options){.generate = 10, .seed = 1, .stop = &stop});
    assert_false(out.ok);
    assert_int_equal(out.err.code, SHEAF_E_STATE);
    out = import((importer_options){.generate = 10, .load.url = "sqlite:" INDEX});
    assert_int_equal(out.err.code, SHEAF_E_NOT_A_DATABASE);
    assert_number("SELECT count(*) FROM package WHERE name = 'a'", 1);
}

static void generated(void **state) {
    (void)state;
    outcome out = import((importer_options){.generate = 1200, .seed = 3});
    assert_true(out.ok);
    assert_says(&out, "generate  an invented archive of 1,200 packages, seed 3\n");
    assert_says(&out, "1,200 source and");
    assert_null(strstr(out.report, "malformed"));
    assert_null(strstr(out.report, "deb-src"));
    assert_number("SELECT count(*) FROM package", 1200);
    assert_number("SELECT count(*) FROM person WHERE name NOT LIKE '%@example.org'", 0);
    assert_number("SELECT count(*) > 0 FROM package_uploader", 1);
    assert_number("SELECT count(*) FROM dependency WHERE target_id IS NULL", 0);
    out = import((importer_options){.generate = 5, .distro = "Other"});
    assert_true(out.ok);
    assert_number("SELECT count(*) FROM package", 5);
    assert_number("SELECT count(*) FROM distro WHERE name = 'other'", 1);
}

/* A system without an index: apt is asked by way of a PATH that has none. */
static void no_index(void **state) {
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    outcome out = import((importer_options){.seed = 1});
    sheaf_error err;
    time_t changed = 1;
    bool told = apt_changed(&changed, &err);
    setenv("PATH", path, 1);
    assert_true(out.ok);
    assert_says(&out, "apt has no package index here\ngenerate  an invented archive of 30,000 packages");
    assert_number("SELECT count(*) FROM package", IMPORTER_PACKAGES);
    assert_true(told);
    assert_int_equal(changed, 0);
}

static int teardown(void **state) {
    (void)state;
    unlink(INDEX);
    return unlink(DATABASE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(files, teardown),
        cmocka_unit_test_teardown(refusals, teardown),
        cmocka_unit_test_teardown(generated, teardown),
        cmocka_unit_test_teardown(no_index, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
