#include "driver.h"
#include "test.h"

static void chooses(void **state) {
    (void)state;
    sheaf_error err = {0};
    assert_ptr_equal(driver_for_url("sqlite:a.db", &err), &driver_sqlite);
    assert_ptr_equal(driver_for_url("sqlite::memory:", &err), &driver_sqlite);
    assert_ptr_equal(driver_for_url("sqlite:a=b", &err), &driver_sqlite);
    assert_ptr_equal(driver_for_url("postgresql://h/d", &err), &driver_pg);
    assert_ptr_equal(driver_for_url("postgres://u:p@h/d?sslmode=require", &err), &driver_pg);
    assert_ptr_equal(driver_for_url("host=/tmp dbname=x", &err), &driver_pg);
    assert_int_equal(err.code, SHEAF_OK);
}

static void refuses(void **state) {
    (void)state;
    static const char *const wrong[] = {"", "a.db", "mysql://u:secret@h/d?a=b", "sqlit:e", NULL};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sheaf_error err = {0};
        assert_null(driver_for_url(wrong[i], &err));
        assert_int_equal(err.code, SHEAF_E_USAGE);
        assert_null(strstr(err.message, "secret"));
    }
    assert_null(driver_for_url("x", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(chooses), cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
