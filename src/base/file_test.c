#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"

static void put(const char *path, const char *content, size_t len) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void reads_the_whole(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    put("whole", "a\0b", 3);
    assert_true(file_read("whole", 100, &b, NULL));
    assert_slice_literal(buffer_view(&b), "a\0b");
    assert_true(file_read("whole", 100, &b, NULL));
    assert_int_equal(b.len, 6);
    put("whole", "", 0);
    buffer_clear(&b);
    assert_true(file_read("whole", 100, &b, NULL));
    assert_int_equal(b.len, 0);
    buffer_free(&b);
}

static void stops_behind_the_cap(void **state) {
    (void)state;
    static char large[300000];
    buffer b;
    buffer_init(&b, NULL);
    put("large", large, sizeof large);
    assert_true(file_read("large", 1000, &b, NULL));
    assert_true(b.len > 1000 && b.len < sizeof large);
    buffer_clear(&b);
    assert_true(file_read("large", sizeof large, &b, NULL));
    assert_int_equal(b.len, sizeof large);
    buffer_free(&b);
}

static void names_what_fails(void **state) {
    (void)state;
    sheaf_error err;
    buffer b;
    arena a;
    file_names names;
    buffer_init(&b, NULL);
    arena_init(&a, NULL);
    assert_false(file_read("absent", 1, &b, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    assert_string_equal(err.message, "absent: No such file or directory");
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_false(file_read("folder", 1, &b, &err));
    assert_string_equal(err.message, "folder: Is a directory");
    assert_false(file_list("absent", "", &a, &names, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    assert_true(file_exists("folder") && file_is_folder("folder"));
    assert_false(file_exists("absent") || file_is_folder("absent"));
    assert_int_equal(rmdir("folder"), 0);
    arena_free(&a);
    buffer_free(&b);
}

static void lists_in_order(void **state) {
    (void)state;
    assert_int_equal(mkdir("list", 0777), 0);
    put("list/b.x", "", 0);
    put("list/a.x", "", 0);
    put("list/c.y", "", 0);
    put("list/.d.x", "", 0);
    test_memory m = {0};
    while (test_memory_next(&m)) {
        arena a;
        file_names names;
        sheaf_error err;
        arena_init(&a, &m.allocator);
        bool ok = file_list("list", ".x", &a, &names, &err);
        if (ok) {
            assert_int_equal(names.count, 2);
            assert_slice(names.items[0], "a.x");
            assert_slice(names.items[1], "b.x");
            assert_false(file_is_folder("list/a.x"));
        } else {
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        }
        arena_free(&a);
        buffer b;
        buffer_init(&b, &m.allocator);
        if (!file_read("list/a.x", 10, &b, &err)) assert_int_equal(err.code, SHEAF_E_MEMORY);
        buffer_free(&b);
        assert_true(test_memory_clean(&m));
    }
}

static int own_folder(void **state) {
    static char folder[] = "/tmp/sheaf-file-XXXXXX";
    *state = mkdtemp(folder);
    return *state && chdir(*state) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
    static const char *const files[] = {"whole", "large", "list/a.x", "list/b.x", "list/c.y", "list/.d.x"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) unlink(files[i]);
    rmdir("list");
    return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_whole),
        cmocka_unit_test(stops_behind_the_cap),
        cmocka_unit_test(names_what_fails),
        cmocka_unit_test(lists_in_order),
    };
    return cmocka_run_group_tests(tests, own_folder, remove_folder);
}
