#include <stdlib.h>

#include "pool.h"
#include "test.h"

static void keeps_text(void **state) {
    (void)state;
    enum { COUNT = 3000 };
    static sheaf_slice kept[COUNT];
    pool p = {0};
    char text[2000];
    for (size_t i = 0; i < COUNT; i++) {
        memset(text, 'a' + (int)(i % 26), sizeof text);
        assert_true(pool_keep(&p, (sheaf_slice){text, i % sizeof text}, &kept[i]));
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(kept[i].len, i % sizeof text);
        for (size_t k = 0; k < kept[i].len; k++) assert_int_equal(kept[i].ptr[k], 'a' + (int)(i % 26));
    }
    char *large = calloc(1, 3u << 20);
    sheaf_slice copy;
    assert_non_null(large);
    assert_true(pool_keep(&p, (sheaf_slice){large, 3u << 20}, &copy));
    assert_memory_equal(copy.ptr, large, 3u << 20);
    free(large);
    pool_free(&p);
}

static void joins_pairs(void **state) {
    (void)state;
    pool p = {0};
    sheaf_slice s;
    assert_true(pool_keep_pair(&p, SHEAF_SLICE(">="), SHEAF_SLICE("1.0"), &s));
    assert_slice(s, ">= 1.0");
    assert_true(pool_keep_pair(&p, SHEAF_SLICE(""), SHEAF_SLICE("1.0"), &s));
    assert_slice(s, "1.0");
    assert_true(pool_keep_pair(&p, (sheaf_slice){0}, (sheaf_slice){0}, &s));
    assert_int_equal(s.len, 0);
    pool_free(&p);
}

static void refuses_what_is_too_large(void **state) {
    (void)state;
    uint32_t room = UINT32_MAX;
    int *items = NULL;
    assert_false(pool_grow((void **)&items, &room, UINT32_MAX, sizeof *items));
    assert_int_equal(room, UINT32_MAX);
    assert_null(items);
}

static void finds_names(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    static char names[COUNT][8];
    dictionary d = {0};
    assert_int_equal(dictionary_find(&d, 0, SHEAF_SLICE("none")), DICTIONARY_NONE);
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "n%u", i);
        assert_true(dictionary_put(&d, i % 3, (sheaf_slice){names[i], strlen(names[i])}, i));
    }
    assert_int_equal(d.count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        sheaf_slice name = {names[i], strlen(names[i])};
        assert_int_equal(dictionary_find(&d, i % 3, name), i);
        assert_int_equal(dictionary_find(&d, 3, name), DICTIONARY_NONE); /* of another scope */
    }
    assert_true(dictionary_put(&d, 0, SHEAF_SLICE("n0"), 77));
    assert_int_equal(d.count, COUNT);
    assert_int_equal(dictionary_find(&d, 0, SHEAF_SLICE("n0")), 77);
    dictionary_free(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_text),
        cmocka_unit_test(joins_pairs),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(finds_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
