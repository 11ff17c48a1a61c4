#include "test.h"

#include <stdlib.h>

#include "settings.h"

static void assert_ini(const char *text, const char *wanted) {
    settings s = {0};
    sheaf_error err;
    arena a;
    arena_init(&a, NULL);
    assert_false(settings_from_ini(&s, "dir", slice_of(text), &a, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    assert_string_equal(err.message, wanted);
    arena_free(&a);
}

static void every_setting_is_its_own(void **state) {
    (void)state;
    assert_true(setting_count <= 64);
    for (size_t i = 0; i < setting_count; i++) {
        assert_int_equal(setting_named(slice_of(setting_table[i].name)), i);
        for (size_t j = 0; j < i; j++) assert_int_not_equal(setting_table[i].at, setting_table[j].at);
    }
    assert_int_equal(setting_named(SHEAF_SLICE("nothing")), setting_count);
    assert_string_equal(setting_variable_of(&setting_table[setting_named(SHEAF_SLICE("page-max"))]).text,
                        "SHEAF_PAGE_MAX");
}

/* The defaults that help shows are those that the library has. */
static void shows_the_defaults(void **state) {
    (void)state;
#define X(field, number, name, meaning)                                                                      \
    assert_int_equal(atoll(setting_table[setting_named(SHEAF_SLICE(name))].fallback), number);
    SHEAF_LIMITS(X)
#undef X
}

static void reads_ini(void **state) {
    (void)state;
    settings s = {0};
    arena a;
    arena_init(&a, NULL);
    const sheaf_slice text = SHEAF_SLICE(
        "# a comment\r\n; another\n\n  db =  host=/x dbname=y  \npage-max=7\npool-size = 3\npage-max = 8");
    assert_true(settings_from_ini(&s, "dir", text, &a, NULL));
    assert_string_equal(s.options.url, "host=/x dbname=y");
    assert_int_equal(s.options.limits.page_max, 8);
    assert_int_equal(s.options.pool_size, 3);
    assert_int_equal(s.options.limits.rows_max, 0);
    arena_free(&a);
}

static void finds_sqlite_files(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"db = sqlite:a.db", "sqlite:dir/a.db"},     {"db = sqlite:/a.db", "sqlite:/a.db"},
        {"db = sqlite::memory:", "sqlite::memory:"}, {"db = sqlite:file:x", "sqlite:file:x"},
        {"db = postgresql://x", "postgresql://x"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        settings s = {0};
        arena a;
        arena_init(&a, NULL);
        assert_true(settings_from_ini(&s, "dir", slice_of(pairs[i][0]), &a, NULL));
        assert_string_equal(s.options.url, pairs[i][1]);
        arena_free(&a);
    }
}

static void refuses_what_is_wrong(void **state) {
    (void)state;
    assert_ini("page-max = 5\nfoo", "dir/sheaf.ini:2: a setting is written 'name = value'");
    assert_ini("[section]", "dir/sheaf.ini:1: a setting is written 'name = value'");
    assert_ini("page-maxx = 5", "dir/sheaf.ini:1: unknown setting 'page-maxx'; did you mean 'page-max'?");
    assert_ini("page-max =", "dir/sheaf.ini:1: '' is not a whole number from 1 on");
    assert_ini("page-max = 0", "dir/sheaf.ini:1: '0' is not a whole number from 1 on");
    assert_ini("page-max = 9223372036854775808",
               "dir/sheaf.ini:1: '9223372036854775808' is not a whole number from 1 on");
    assert_ini("pool-size = 2147483648", "dir/sheaf.ini:1: '2147483648' is not a whole number from 1 on");
}

static void reads_choices_and_switches(void **state) {
    (void)state;
    settings s = {0};
    arena a;
    arena_init(&a, NULL);
    size_t strategy = setting_named(SHEAF_SLICE("strategy"));
    for (int i = 0; i < SHEAF_STRATEGY_COUNT; i++) {
        const char *name = sheaf_strategy_name(i);
        assert_true(setting_put(&s, strategy, slice_of(name), "--strategy", &a, NULL));
        assert_int_equal(s.options.strategy, i);
        assert_string_equal(setting_table[strategy].words[i].name, name);
    }
    assert_null(setting_table[strategy].words[SHEAF_STRATEGY_COUNT].name);
    assert_string_equal(setting_table[strategy].fallback, sheaf_strategy_name(0));

    static const char *const words[][2] = {{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"1", "0"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t number = setting_named(SHEAF_SLICE("unnamed-statements"));
        assert_true(setting_put(&s, number, slice_of(words[i][0]), "", &a, NULL));
        assert_true(s.options.unnamed_statements);
        assert_true(setting_put(&s, number, slice_of(words[i][1]), "", &a, NULL));
        assert_false(s.options.unnamed_statements);
    }

    s = (settings){0};
    assert_true(
        settings_from_ini(&s, "dir", SHEAF_SLICE("strategy = setting\nunnamed-statements = true"), &a, NULL));
    assert_int_equal(s.options.strategy, SHEAF_STRATEGY_SETTING);
    assert_true(s.options.unnamed_statements);
    assert_ini("strategy = level", "dir/sheaf.ini:1: there is no strategy 'level'; did you mean 'levels'?");
    assert_ini("strategy =",
               "dir/sheaf.ini:1: there is no strategy ''; there are auto, levels, reselect, setting");
    assert_ini("unnamed-statements", "dir/sheaf.ini:1: a setting is written 'name = value'");
    assert_ini("unnamed-statements = maybe", "dir/sheaf.ini:1: 'maybe' is neither true nor false");
    arena_free(&a);
}

static void the_stronger_source_counts(void **state) {
    (void)state;
    settings s = {0};
    arena a;
    arena_init(&a, NULL);
    size_t number = setting_named(SHEAF_SLICE("page-max"));
    assert_true(setting_put(&s, number, SHEAF_SLICE("1"), "--page-max", &a, NULL));
    assert_int_equal(setenv("SHEAF_PAGE_MAX", "2", 1), 0);
    assert_int_equal(setenv("SHEAF_ROWS_MAX", "20", 1), 0);
    assert_int_equal(setenv("SHEAF_POOL_SIZE", "", 1), 0);
    assert_true(settings_from_environment(&s, &a, NULL));
    assert_true(
        settings_from_ini(&s, "dir", SHEAF_SLICE("page-max = 3\nrows-max = 30\npool-size = 4"), &a, NULL));
    assert_int_equal(s.options.limits.page_max, 1);
    assert_int_equal(s.options.limits.rows_max, 20);
    assert_int_equal(s.options.pool_size, 4);
    unsetenv("SHEAF_PAGE_MAX");
    unsetenv("SHEAF_ROWS_MAX");
    unsetenv("SHEAF_POOL_SIZE");
    arena_free(&a);
}

static void fails_every_allocation(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        settings s = {0};
        sheaf_error err;
        arena a;
        arena_init(&a, &m.allocator);
        if (!settings_from_ini(&s, "dir", SHEAF_SLICE("db = sqlite:a\n"), &a, &err))
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_is_its_own),
        cmocka_unit_test(shows_the_defaults),
        cmocka_unit_test(reads_ini),
        cmocka_unit_test(finds_sqlite_files),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(reads_choices_and_switches),
        cmocka_unit_test(the_stronger_source_counts),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
