/* The page over a generated archive, on both databases, against the same read row by row. */
#include "hot.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "compare.h"
#include "importer.h"
#include "show.h"
#include "test.h"

#define LIMIT 20

typedef struct fixture {
    char url[600];
    sheaf_model *model;
    sheaf_db *db;
} fixture;

static fixture f;

static int open_archive(void **state, uint32_t packages) {
    FILE *report = tmpfile();
    importer_options o = {.load = {.url = f.url, .migrations = ARCHIVE_FOLDER "/migrations"},
                          .generate = packages,
                          .seed = 5,
                          .out = report};
    sheaf_error err = {0};
    *state = &f;
    bool ok = report && importer_run(&o, &err) &&
              sheaf_model_load(ARCHIVE_FOLDER "/model.graphql", NULL, &f.model, &err) &&
              sheaf_open(&(sheaf_options){.url = f.url, .model = f.model}, &f.db, &err);
    if (report) fclose(report);
    if (!ok) print_error("%s\n", err.message);
    return ok ? 0 : -1;
}

static void close_archive(void) {
    sheaf_close(f.db);
    sheaf_model_free(f.model);
    f.db = NULL;
    f.model = NULL;
}

static int setup_sqlite(void **state) {
    snprintf(f.url, sizeof f.url, "sqlite:hot_test.db");
    return open_archive(state, 2000);
}

static int teardown_sqlite(void **state) {
    (void)state;
    close_archive();
    return unlink("hot_test.db");
}

static int on_server(const char *sql) {
    PGconn *db = PQconnectdb(getenv("SHEAF_TEST_PG"));
    PQclear(PQexec(db, "SET client_min_messages = warning"));
    PGresult *result = PQexec(db, sql);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok) print_error("%s", PQerrorMessage(db));
    PQclear(result);
    PQfinish(db);
    return ok ? 0 : -1;
}

static int setup_postgresql(void **state) {
    const char *server = getenv("SHEAF_TEST_PG");
    if (!server) {
        print_error("SHEAF_TEST_PG is not set\n");
        return -1;
    }
    snprintf(f.url, sizeof f.url, "%s%cdbname=archive_hot_test", server, strchr(server, '?') ? '&' : '?');
    if (on_server("DROP DATABASE IF EXISTS archive_hot_test") ||
        on_server("CREATE DATABASE archive_hot_test"))
        return -1;
    return open_archive(state, 2000);
}

static int teardown_postgresql(void **state) {
    (void)state;
    close_archive();
    return on_server("DROP DATABASE archive_hot_test");
}

static void page(void **state) {
    fixture *x = *state;
    hot_page p;
    sheaf_error err = {0};
    size_t count, people;
    bool ok = hot_realise(x->db, "example", LIMIT, &p, &err);
    if (!ok) fail_msg("%s", err.message);
    const sheaf_row *const *rows = sheaf_rows(p.packages, &count);
    assert_int_equal(count, LIMIT);
    int64_t before = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        hot_package package;
        hot_person person;
        assert_true(hot_read_package(&p, rows[i], &package, &err));
        assert_true(package.popularity <= before);
        before = package.popularity;
        char url[120];
        snprintf(url, sizeof url, "/example/+source/%.*s", SHEAF_SLICE_ARGS(package.name));
        assert_slice(package.url, url);
        assert_true(hot_read_person(&p, package.maintainer, &person, &err));
        assert_true(person.packages_count > 0);
        for (size_t n = 0; n < package.uploader_count; n++) {
            assert_true(hot_read_person(&p, package.uploaders[n], &person, &err));
            assert_true(person.display_name.len > 0);
        }
    }
    const sheaf_row *const *group = sheaf_rows(p.people, &people); /* each person once */
    for (size_t i = 0; i < people; i++) {
        for (size_t n = 0; n < i; n++) assert_ptr_not_equal(group[i], group[n]);
    }
    hot_free(&p);
}

static void unknown(void **state) {
    fixture *x = *state;
    hot_page p;
    sheaf_error err = {0};
    char name[HOT_NAME_SIZE];
    assert_false(hot_realise(x->db, "nowhere", LIMIT, &p, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_FOUND);
    assert_true(hot_choose(x->db, name, &err));
    assert_string_equal(name, "example");
}

/* Both ways read the same; Sheaf's statements do not grow with the page, the lazy way's do. */
static void ways(void **state) {
    fixture *x = *state;
    compare_result one, many;
    sheaf_error err = {0};
    if (!compare_ways(x->db, "example", 1, &one, &err) || !compare_ways(x->db, "example", 100, &many, &err)) {
        fail_msg("%s", err.message);
    }
    assert_true(many.sheaf.statements <= 6);
    assert_int_equal(one.sheaf.statements, many.sheaf.statements);
    assert_int_equal(one.sheaf.trips, many.sheaf.trips);
    assert_true(many.lazy.statements >= 2 + 3 * 100);
    assert_true(many.sheaf.ns > 0 && many.lazy.ns > 0);
    assert_false(compare_ways(x->db, "nowhere", 1, &one, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_FOUND);
    hot_page p; /* the connection that was lent serves pages as before */
    assert_true(hot_realise(x->db, "example", LIMIT, &p, &err));
    hot_free(&p);
}

static void shown(void **state) {
    fixture *x = *state;
    hot_page p;
    compare_result costs;
    sheaf_error err;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    table_style style = {60, false};
    assert_true(hot_realise(x->db, "example", LIMIT, &p, &err));
    assert_true(show_page(&p, &style, out, &err));
    assert_true(compare_ways(x->db, "example", LIMIT, &costs, &err));
    assert_true(show_costs(&costs, &style, out, &err));
    hot_free(&p);
    fclose(out);
    assert_non_null(strstr(text, "Hot packages of Example\nPackage "));
    assert_non_null(strstr(text, "\namber-amber "));
    assert_non_null(strstr(text, "one group of "));
    assert_non_null(strstr(text, "\nSheaf "));
    assert_null(strstr(text, " \n"));
    assert_null(strchr(text, '\033'));
    free(text);
}

int main(void) {
#define SQLITE(test)                                                                                         \
    { #test "_on_sqlite", test, setup_sqlite, teardown_sqlite, NULL }
#define POSTGRESQL(test)                                                                                     \
    { #test "_on_postgresql", test, setup_postgresql, teardown_postgresql, NULL }
    const struct CMUnitTest tests[] = {
        SQLITE(page),     SQLITE(unknown),     SQLITE(ways),     SQLITE(shown),
        POSTGRESQL(page), POSTGRESQL(unknown), POSTGRESQL(ways), POSTGRESQL(shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
