#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

/* `wanted` NULL: nothing is to be written. */
static void assert_ini(const char *folder, const char *url, const char *wanted, bool password) {
    arena memory;
    sheaf_slice text;
    bool had;
    sheaf_error err;
    arena_init(&memory, NULL);
    assert_true(ini_text(folder, url, &memory, &text, &had, &err));
    if (wanted)
        assert_slice(text, wanted);
    else
        assert_null(text.ptr);
    assert_int_equal(had, password);
    arena_free(&memory);
}

static void holds_no_password(void **state) {
    (void)state;
    assert_ini(".", "postgresql:///shop", "db = postgresql:///shop\n", false);
    assert_ini(".", "postgresql://ann@host:5432/shop?sslmode=require",
               "db = postgresql://ann@host:5432/shop?sslmode=require\n", false);
    assert_ini(".", "postgresql://ann:secret@host/shop", "db = postgresql://ann@host/shop\n", true);
    assert_ini(".", "postgresql://ann:@host/shop", "db = postgresql://ann@host/shop\n", true);
    assert_ini(".", "postgresql://host:5432/shop", "db = postgresql://host:5432/shop\n", false);
    assert_ini(".", "postgres://ann:a:b@h1,h2/shop?x=1", "db = postgres://ann@h1,h2/shop?x=1\n", true);
    assert_ini(".", "postgresql://host/shop?password=secret", NULL, true);
    assert_ini(".", "postgresql://host/shop?PassWord=secret", NULL, true);
    assert_ini(".", "postgresql://host/shop?%70assword=secret", NULL, true);
    assert_ini(".", "postgresql://ann:x@host/shop?sslpassword=secret", NULL, true);
    assert_ini(".", "postgresql://host/shop?host=/run/x@y", "db = postgresql://host/shop?host=/run/x@y\n",
               false);
    assert_ini(".", "host=h dbname=shop", "db = host=h dbname=shop\n", false);
    assert_ini(".", "host=h password=secret dbname=shop", NULL, true);
    assert_ini(".", "host=h dbname='a\nb'", NULL, false);
}

static void names_files_as_the_folder_sees_them(void **state) {
    (void)state;
    char place[] = "/tmp/sheaf-ini-XXXXXX", here[4096];
    assert_non_null(mkdtemp(place));
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(place), 0);
    assert_int_equal(mkdir("p", 0777), 0);
    assert_int_equal(mkdir("pq", 0777), 0);
    FILE *file = fopen("pq/a b.db", "w");
    assert_non_null(file);
    fclose(file);
    assert_ini("p", "sqlite:pq/a b.db", "db = sqlite:../pq/a b.db\n", false);
    assert_ini("pq", "sqlite:p/../pq/a b.db", "db = sqlite:a b.db\n", false);
    assert_ini(".", "sqlite:pq/a b.db", "db = sqlite:pq/a b.db\n", false);
    assert_ini(".", "sqlite::memory:", NULL, false);
    assert_ini(".", "sqlite:file:pq/x.db?mode=ro", NULL, false);
    unlink("pq/a b.db");
    rmdir("pq");
    rmdir("p");
    assert_int_equal(chdir(here), 0);
    rmdir(place);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    static const char *const urls[] = {"sqlite:/etc/passwd", "postgresql://ann:secret@host/shop", "host=h"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        m = (test_memory){0};
        while (test_memory_next(&m)) {
            arena memory;
            sheaf_slice text;
            bool had;
            sheaf_error err = {0};
            arena_init(&memory, &m.allocator);
            bool ok = ini_text("/", urls[i], &memory, &text, &had, &err);
            assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
            arena_free(&memory);
            assert_true(test_memory_clean(&m));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_no_password),
        cmocka_unit_test(names_files_as_the_folder_sees_them),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
