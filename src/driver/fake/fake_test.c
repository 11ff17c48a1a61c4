#include "../test_driver.h"
#include "fake.h"

static const sheaf_value people[] = {{.kind = SHEAF_KIND_INT, .i = 1}, {.kind = SHEAF_KIND_INT, .i = 2}};
static const fake_answer answers[] = {{"FROM person", people, 2}, {"FROM nobody", NULL, 0}};

static driver_connection *open_one(const fake *f) {
    driver_options options = test_options(NULL);
    driver_connection *c = NULL;
    sheaf_error err;
    assert_true(driver_fake.open(fake_url_of(f).text, &options, &c, &err));
    return c;
}

static void answers_and_counts(void **state) {
    (void)state;
    fake f = {.answers = answers, .answer_count = COUNT(answers)};
    driver_connection *c = open_one(&f);
    sql_statement found = QUERY("SELECT id FROM person", (OUT(INT))), none = QUERY("SELECT 1", (OUT(INT)));
    trial t;
    trial_init(&t, NULL);
    assert_true(
        trial_run(&t, &driver_fake, c, (driver_call[]){{&found, NULL}, {&none, NULL}}, 2, DRIVER_BEGIN));
    assert_string_equal(trial_text(&t), "1;2;");
    assert_int_equal(f.begins, 1);
    assert_int_equal(f.ends, 0);
    driver_fake.finish(c);
    driver_fake.finish(c);
    assert_int_equal(f.ends, 1);
    assert_int_equal(f.runs, 1);
    assert_int_equal(f.rows, 2);
    trial_free(&t);
    driver_fake.close(c);
    assert_int_equal(f.closes, 1);
}

static void fails_as_told(void **state) {
    (void)state;
    fake f = {.answers = answers,
              .answer_count = 1,
              .fail_run = 2,
              .fail_row = 4,
              .fail_code = SHEAF_E_CONNECTION_LOST,
              .fail_breaks = true};
    driver_connection *c = open_one(&f);
    sql_statement found = QUERY("SELECT id FROM person", (OUT(INT)));
    EXPECT(&driver_fake, c, &found, NULL, "1;2;");
    assert_true(driver_fake.alive(c));
    EXPECT(&driver_fake, c, &found, NULL, "!connection_lost:the script says so");
    assert_true(driver_fake.broken(c));
    assert_false(driver_fake.alive(c));
    EXPECT(&driver_fake, c, &found, NULL, "!connection_lost:the script says so"); /* at the fourth row */
    assert_int_equal(f.runs, 3);
    driver_fake.close(c);
    f.fail_open = 2;
    driver_options options = test_options(NULL);
    sheaf_error err;
    assert_false(driver_fake.open(fake_url_of(&f).text, &options, &c, &err));
    assert_int_equal(err.code, SHEAF_E_CONNECT);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_and_counts), cmocka_unit_test(fails_as_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
