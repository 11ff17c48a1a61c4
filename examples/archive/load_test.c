/* A generated archive, through the reader of indexes, into both databases and back. */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "apt.h"
#include "generate.h"
#include "index.h"
#include "load.h"
#include "test.h"

#define PACKAGES 300

static void generate(archive *a, uint32_t packages, uint64_t seed) {
    index_report report = {0};
    uint32_t suite;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(generate_indexes(file, packages, seed, NULL));
    rewind(file);
    assert_true(archive_add_suite(a, SHEAF_SLICE("Example"), SHEAF_SLICE("generated"),
                                  SHEAF_SLICE("generated"), &suite, NULL));
    stream s = stream_on(fileno(file), "generated");
    assert_true(index_read(a, suite, &s.base, s.name, &report, NULL, NULL));
    fclose(file);
    assert_int_equal(report.malformed, 0);
    assert_int_equal(report.source_stanzas, packages);
    assert_int_equal(report.superseded, 0);
    assert_true(archive_resolve(a, NULL));
    assert_int_equal(a->packages.count, packages);
}

static void generates_the_same_bytes(void **state) {
    (void)state;
    static char text[3][1u << 20];
    size_t len[3];
    for (size_t i = 0; i < 3; i++) {
        FILE *file = fmemopen(text[i], sizeof text[i], "w");
        assert_non_null(file);
        assert_true(generate_indexes(file, 100, i == 2 ? 8 : 7, NULL));
        fclose(file);
        len[i] = strlen(text[i]);
    }
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(text[0], text[1], len[0]);
    assert_true(len[0] != len[2] || memcmp(text[0], text[2], len[0]) != 0);
    assert_memory_equal(text[0], "Package: amber-amber\nVersion: ", 30);
    sheaf_error err;
    assert_false(generate_indexes(stdout, 0, 1, &err));
    assert_false(generate_indexes(stdout, GENERATE_MAX + 1, 1, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
}

/* One number or text of either database. */
typedef struct reader {
    sqlite3 *sqlite;
    PGconn *pg;
    char value[256];
} reader;

static const char *ask(reader *r, const char *sql) {
    r->value[0] = '\0';
    if (r->sqlite) {
        sqlite3_stmt *query = NULL;
        if (sqlite3_prepare_v2(r->sqlite, sql, -1, &query, NULL) != SQLITE_OK) fail_msg("%s", sql);
        if (sqlite3_step(query) == SQLITE_ROW && sqlite3_column_text(query, 0)) {
            snprintf(r->value, sizeof r->value, "%s", (const char *)sqlite3_column_text(query, 0));
        }
        sqlite3_finalize(query);
    } else {
        PGresult *result = PQexec(r->pg, sql);
        if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
            fail_msg("%s", PQerrorMessage(r->pg));
        }
        if (PQntuples(result)) snprintf(r->value, sizeof r->value, "%s", PQgetvalue(result, 0, 0));
        PQclear(result);
    }
    return r->value;
}

static void check_number(reader *r, const char *sql, uint64_t expected) {
    uint64_t got = strtoull(ask(r, sql), NULL, 10);
    if (got != expected)
        fail_msg("%s: %llu, not %llu", sql, (unsigned long long)got, (unsigned long long)expected);
}

static void check_content(reader *r, const archive *a) {
    uint64_t uploaders = 0, popularity = 0;
    for (uint32_t i = 0; i < a->packages.count; i++) {
        uploaders += a->packages.items[i].uploaders.count;
        popularity += a->packages.items[i].popularity;
    }
    check_number(r, "SELECT count(*) FROM distro", a->distros.count);
    check_number(r, "SELECT count(*) FROM suite", a->suites.count);
    check_number(r, "SELECT count(*) FROM person", a->people.count);
    check_number(r, "SELECT count(*) FROM package", a->packages.count);
    check_number(r, "SELECT count(*) FROM binary_package", a->binaries.count);
    check_number(r, "SELECT count(*) FROM package_uploader", uploaders);
    check_number(r, "SELECT sum(popularity) FROM package", popularity);
    check_number(r, "SELECT count(*) FROM requirement", popularity);
    check_number(r, "SELECT count(*) FROM dependency",
                 load_row_count(a) - a->distros.count - a->suites.count - a->people.count -
                     a->packages.count - a->binaries.count - uploaders - popularity);
    check_number(r,
                 "SELECT count(*) FROM package p WHERE popularity <>"
                 " (SELECT count(*) FROM requirement r WHERE r.target_id = p.id)",
                 0);
    check_number(r,
                 "SELECT count(*) FROM requirement r WHERE NOT EXISTS (SELECT 1 FROM dependency d"
                 " WHERE d.package_id = r.package_id AND d.target_id = r.target_id AND d.alternative = 0)",
                 0);
    const archive_package *p = &a->packages.items[a->packages.count - 1];
    char sql[160], expected[160];
    snprintf(sql, sizeof sql, "SELECT name || ' ' || version || ' ' || homepage FROM package WHERE id = %u",
             a->packages.count);
    snprintf(expected, sizeof expected, "%.*s %.*s %.*s", SHEAF_SLICE_ARGS(p->name),
             SHEAF_SLICE_ARGS(p->version), SHEAF_SLICE_ARGS(p->homepage));
    assert_string_equal(ask(r, sql), expected);
}

/* Twice, since the second load replaces the first; then one that is interrupted, and one that the database
 * refuses. */
static void check_loading(const char *url, reader *r, const char *schema) {
    load_options options = {.url = url, .migrations = ARCHIVE_FOLDER "/migrations"};
    archive small = {0}, large = {0};
    generate(&small, 10, 1);
    generate(&large, PACKAGES, 2);
    assert_true(load_archive(&options, &large, NULL, NULL));
    check_content(r, &large);
    check_number(r, "SELECT count(*) FROM binary_package WHERE essential", 8);
    char before[sizeof r->value], after[sizeof r->value];
    snprintf(before, sizeof before, "%s", ask(r, schema));
    assert_true(load_archive(&options, &small, NULL, NULL));
    check_content(r, &small);

    const volatile sig_atomic_t stop = 1;
    progress bar = {.stop = &stop};
    sheaf_error err = {0};
    assert_false(load_archive(&options, &large, &bar, &err));
    assert_int_equal(err.code, SHEAF_E_STATE);
    check_content(r, &small);
    large.packages.items[1].name = large.packages.items[0].name; /* not unique */
    assert_false(load_archive(&options, &large, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_DATABASE);
    check_content(r, &small);

    snprintf(after, sizeof after, "%s", ask(r, schema)); /* indexes and foreign keys are back */
    assert_string_equal(before, after);
    archive_free(&small);
    archive_free(&large);
}

static void loads_into_sqlite(void **state) {
    (void)state;
    char folder[] = "archive-XXXXXX", path[64], url[80];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/archive.db", folder);
    snprintf(url, sizeof url, "sqlite:%s", path);
    reader r = {0};
    assert_int_equal(sqlite3_open(path, &r.sqlite), SQLITE_OK);
    check_loading(url, &r,
                  "SELECT count(*) || ' ' || group_concat(name) FROM sqlite_master WHERE type = 'index'");
    assert_true(
        atoi(ask(&r, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")) >= 9);
    assert_string_equal(ask(&r, "PRAGMA foreign_key_check"), "");
    assert_string_equal(ask(&r, "PRAGMA integrity_check"), "ok");
    sqlite3_close(r.sqlite);
    unlink(path);
    rmdir(folder);
}

static void loads_into_postgresql(void **state) {
    (void)state;
    const char *server = getenv("SHEAF_TEST_PG");
    if (!server) fail_msg("SHEAF_TEST_PG is not set");
    reader r = {.pg = PQconnectdb(server)};
    if (PQstatus(r.pg) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(r.pg));
    ask(&r, "SET client_min_messages = warning");
    ask(&r, "DROP DATABASE IF EXISTS archive_load_test");
    ask(&r, "CREATE DATABASE archive_load_test");
    PQfinish(r.pg);
    char url[1024];
    snprintf(url, sizeof url, "%s%sdbname=archive_load_test", server, strchr(server, '?') ? "&" : "?");
    r.pg = PQconnectdb(url);
    if (PQstatus(r.pg) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(r.pg));
    check_loading(
        url, &r,
        "SELECT (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public') || ' ' ||"
        " (SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f')");
    check_number(&r, "SELECT count(*) FROM pg_constraint WHERE contype = 'f'", 12);
    check_number(&r, "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'", 21);
    PQfinish(r.pg);
    r.pg = PQconnectdb(server);
    ask(&r, "DROP DATABASE archive_load_test");
    PQfinish(r.pg);
}

static void tells_what_cannot_be_opened(void **state) {
    (void)state;
    archive a = {0};
    sheaf_error err = {0};
    generate(&a, 1, 1);
    load_options options = {.url = "sqlite:no-such-folder/archive.db",
                            .migrations = ARCHIVE_FOLDER "/migrations"};
    assert_false(load_archive(&options, &a, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_CONNECT);
    options.url = "host=/no-such-folder dbname=x";
    assert_false(load_archive(&options, &a, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_CONNECT);
    options = (load_options){.url = "sqlite::memory:", .migrations = "no-such-folder"};
    assert_false(load_archive(&options, &a, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    archive_free(&a);
}

static void reads_streams(void **state) {
    (void)state;
    stream s;
    sheaf_error err = {0};
    assert_false(stream_open("no-such-file", &s, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    /* Whether apt-helper is missing or finds no file: it is told, not taken for an empty index. */
    bool ok = stream_open("no-such-file.lz4", &s, &err);
    if (ok) {
        char bytes[16];
        assert_int_equal(s.base.read(&s.base, bytes, sizeof bytes, &err), 0);
        ok = stream_close(&s, &err);
    }
    assert_false(ok);
    assert_int_equal(err.code, SHEAF_E_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generates_the_same_bytes),
        cmocka_unit_test(loads_into_sqlite),
        cmocka_unit_test(loads_into_postgresql),
        cmocka_unit_test(tells_what_cannot_be_opened),
        cmocka_unit_test(reads_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
