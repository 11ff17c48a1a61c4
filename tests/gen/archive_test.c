/* The archive example's shapes, compiled, over a generated archive on both backends: they say what the shapes
 * say as JSON, with as many statements. */
#include <sys/wait.h>
#include <unistd.h>

#include "archive_shapes.h"
#include "both.h"

/* By the example's own importer, which is a program of its own. */
static void fill(const world *w) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout)) _exit(126);
        execl(ARCHIVE_IMPORT, ARCHIVE_IMPORT, "--generate", "400", "--db", w->url, (char *)NULL);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int open_all(void **state) {
    (void)state;
    both_open(archive_model_new, ARCHIVE_FOLDER "/shapes", fill);
    return 0;
}

static hot_page *read_hot(sheaf_db *db, int64_t limit) {
    sheaf_error err = {0};
    hot_page *page = NULL;
    hot_vars vars = {.distro = SHEAF_SLICE("example"), .limit = limit ? &limit : NULL};
    if (!hot_read(db, &vars, &page, &err)) fail_msg("%s", err.message);
    return page;
}

static void hot(void **state) {
    sheaf_db *db = both_db(state);
    const int64_t limits[] = {0, 1, 200};
    for (size_t i = 0; i < 3; i++) {
        sheaf_variable variables[] = {SHEAF_VAR_TEXT("distro", "example"), SHEAF_VAR_INT("limit", limits[i])};
        hot_page *page = read_hot(db, limits[i]);
        assert_int_equal(page->distro->hot_packages_count, limits[i] ? limits[i] : 20);
        both_assert_same(db, &hot_compiled, page, variables, limits[i] ? 2 : 1);
        hot_free(page);
    }
}

/* A person is one struct, however many packages lead there, by whichever way. */
static void one_struct_a_row(void **state) {
    hot_page *page = read_hot(both_db(state), 200);
    const hot_distro *d = page->distro;
    size_t twice = 0;
    for (size_t i = 0; i < d->hot_packages_count; i++)
        for (size_t k = 0; k < d->hot_packages_count; k++) {
            const card *maintainer = d->hot_packages[i]->maintainer;
            for (size_t u = 0; u < d->hot_packages[k]->uploaders_count; u++) {
                const card *uploader = d->hot_packages[k]->uploaders[u];
                bool same_name = maintainer->name.len == uploader->name.len &&
                                 memcmp(maintainer->name.ptr, uploader->name.ptr, uploader->name.len) == 0;
                assert_true(same_name == (maintainer == uploader));
                twice += same_name;
            }
        }
    assert_true(twice > 0);
    hot_free(page);
}

/* Four levels, of each hot package. */
static void package(void **state) {
    sheaf_db *db = both_db(state);
    hot_page *hottest = read_hot(db, 25);
    size_t needs = 0, targets = 0;
    for (size_t i = 0; i < hottest->distro->hot_packages_count; i++) {
        sheaf_error err = {0};
        package_page *page = NULL;
        package_vars vars = {.distro = SHEAF_SLICE("example"),
                             .name = hottest->distro->hot_packages[i]->name};
        sheaf_variable variables[] = {
            SHEAF_VAR_TEXT("distro", "example"),
            {"name", {.kind = SHEAF_KIND_TEXT, .text = vars.name}},
        };
        if (!package_read(db, &vars, &page, &err)) fail_msg("%s", err.message);
        both_assert_same(db, &package_compiled, page, variables, 2);
        const package_packages *p = page->packages[0];
        assert_true(p->binaries_count_value >= (int64_t)p->binaries_length);
        for (size_t b = 0; b < p->binaries_length; b++)
            for (size_t n = 0; n < p->binaries[b]->dependencies_length; n++) {
                const need *wanted = p->binaries[b]->dependencies[n];
                needs++;
                targets += wanted->target && wanted->target->maintainer->packages_count > 0;
            }
        package_free(page);
    }
    hot_free(hottest);
    assert_true(needs > 0 && targets > 0);
}

static void not_found(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    hot_page *page = NULL;
    assert_false(hot_read(db, &(hot_vars){.distro = SHEAF_SLICE("nowhere")}, &page, &err));
    assert_error(&err, SHEAF_E_NOT_FOUND, "distro");
    assert_null(page);
    assert_false(hot_read(db, &(hot_vars){0}, &page, &err));
    assert_error(&err, SHEAF_E_VARIABLE, "distro");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        ON_BOTH(hot),
        ON_BOTH(one_struct_a_row),
        ON_BOTH(package),
        ON_BOTH(not_found),
    };
    return cmocka_run_group_tests(tests, open_all, both_close);
}
