#include "error.h"
#include "test.h"
#include "utf8.h"

static void names(void **state) {
    (void)state;
    assert_string_equal(sheaf_code_name(SHEAF_OK), "ok");
    assert_string_equal(sheaf_code_name(SHEAF_E_NOT_FOUND), "not_found");
    assert_string_equal(sheaf_code_meaning(SHEAF_E_MEMORY), "an allocation failed");
    assert_string_equal(sheaf_code_name((sheaf_code)999), "unknown");
    assert_string_equal(sheaf_code_meaning((sheaf_code)999), "unknown");
}

static void sets(void **state) {
    (void)state;
    sheaf_error err = {.sqlstate = "23505"};
    assert_false(error_set(&err, SHEAF_E_SHAPE, "no %s", "field"));
    assert_int_equal(err.code, SHEAF_E_SHAPE);
    assert_string_equal(err.message, "no field");
    assert_string_equal(err.sqlstate, "");
    error_set(&err, SHEAF_E_MODEL, "%s, twice", err.message); /* an argument from the message itself */
    assert_string_equal(err.message, "no field, twice");
    assert_false(error_memory(&err));
    assert_int_equal(err.code, SHEAF_E_MEMORY);
    assert_string_equal(err.message, "out of memory");
    assert_false(error_set(NULL, SHEAF_E_SHAPE, "%d", 1));
    assert_false(error_memory(NULL));
    assert_false(error_prefix(NULL, "%d", 1));
}

static void prefixes(void **state) {
    (void)state;
    sheaf_error err;
    error_set(&err, SHEAF_E_DATABASE, "syntax error");
    memcpy(err.sqlstate, "42601", 6);
    assert_false(error_prefix(&err, "statement %d", 3));
    assert_string_equal(err.message, "statement 3: syntax error");
    assert_string_equal(err.sqlstate, "42601");
    assert_int_equal(err.code, SHEAF_E_DATABASE);
}

/* Characters of every length, cut at every place. */
static void cut_at_characters(void **state) {
    (void)state;
    static const char *const units[] = {"x", "\u00e9", "\u20ac", "\U0001F600"};
    for (size_t u = 0; u < 4; u++)
        for (int shift = 0; shift < 4; shift++) {
            char text[3000] = "";
            sheaf_error err;
            for (size_t at = 0; at < 2000; at += strlen(units[u]))
                memcpy(text + at, units[u], strlen(units[u]) + 1);
            error_set(&err, SHEAF_E_IO, "%.*s%s", shift, "abcd", text);
            size_t len = strlen(err.message), size = strlen(units[u]);
            assert_true(utf8_valid((sheaf_slice){err.message, len}));
            assert_true(len > SHEAF_ERROR_MESSAGE_MAX - 1 - size);
            assert_int_equal((len - (size_t)shift) % size, 0);
            assert_null(strchr(err.message, '?'));
            error_prefix(&err, "%s", text);
            assert_true(utf8_valid((sheaf_slice){err.message, strlen(err.message)}));
        }
}

static void always_utf8(void **state) {
    (void)state;
    sheaf_error err;
    error_set(&err, SHEAF_E_IO, "a\xFF\xC3z \xED\xA0\x80 \xE2\x82");
    assert_string_equal(err.message, "a??z ??? ??");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),       cmocka_unit_test(sets),
        cmocka_unit_test(prefixes),    cmocka_unit_test(cut_at_characters),
        cmocka_unit_test(always_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
