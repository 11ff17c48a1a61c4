/* The text of statements that find their keys themselves. A change here is a change of what PostgreSQL is
 * asked: say why in its commit. */
#include "../plan/test_plan.h"
#include "sql.h"

static const struct {
    const char *what, *groups;
    sheaf_strategy strategy;
    uint32_t step;
    const char *text; /* without the quotes around every identifier */
} cases[] = {
    {"a joined reference, in order", "Package:5{maintainer{name}}", SHEAF_STRATEGY_RESELECT, 0, ""},
    {"one that hangs on another", "Bug:5{package{distro{name}}}", SHEAF_STRATEGY_RESELECT, 0, ""},
    {"children of rows selected again", "Package:5{bugs{title}}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"of rows behind a reference", "Bug:5{package{notes{body}}}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"of children that SQL has chosen", "Distro:5{packages:3{bugs:2{title package{id}} uploaders{name}}}",
     SHEAF_STRATEGY_RESELECT, 3, ""},
    {"of a best one", "Package:5{worst{title}}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"of a key of two columns", "Reply:5{note{replies{id}}}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"rows by key", "Package:500{maintainer{name}}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"columns of rows by key", "Package:500{distro{name} maintainer{packages{url}}}", SHEAF_STRATEGY_RESELECT,
     3, ""},
    {"a count", "Package:5{bugs_count}", SHEAF_STRATEGY_RESELECT, 1, ""},
    {"keys written to a setting", "Package:5{bugs{title}}", SHEAF_STRATEGY_SETTING, 0, ""},
    {"and read from it", "Package:5{bugs{title}}", SHEAF_STRATEGY_SETTING, 1, ""},
    {"as a table, and written anew", "Distro:5{packages:2{bugs{title}}}", SHEAF_STRATEGY_SETTING, 1, ""},
    {"a key of two columns in settings", "Note:5{replies{id}}", SHEAF_STRATEGY_SETTING, 0, ""},
    {"read from them", "Note:5{replies{id}}", SHEAF_STRATEGY_SETTING, 1, ""},
};

static void make_case(test_plan *t, size_t i) {
    test_plan_init(t, false);
    t->strategy = cases[i].strategy;
    test_declare(t, cases[i].groups);
    test_make(t);
    assert_int_equal(t->plan->strategy, cases[i].strategy);
    assert_true(cases[i].step < t->plan->step_count);
}

static bool same_but_for_quotes(sheaf_slice text, const char *wanted) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') continue;
        if (text.ptr[i] != *wanted++) return false;
    }
    return *wanted == '\0';
}

static void texts(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_plan t;
        sql_prepared sql = {0};
        sheaf_error err = {0};
        make_case(&t, i);
        assert_true(sql_write(&sql_postgresql, t.binding, &t.plan->steps[cases[i].step]->query, &t.memory,
                              &sql, &err));
        if (!same_but_for_quotes(sql.statement.text, cases[i].text)) {
            print_error("%s:\n  gave   %.*s\n  wanted %s\n", cases[i].what,
                        SHEAF_SLICE_ARGS(sql.statement.text), cases[i].text);
            wrong++;
        }
        test_plan_free(&t);
    }
    assert_int_equal(wrong, 0);
}

/* Unions below unions double what is selected again; there is an end to it. */
static void too_long(void **state) {
    (void)state;
    test_plan t;
    test_plan_init(&t, false);
    t.strategy = SHEAF_STRATEGY_RESELECT;
    graph_group *at = test_declare(&t, "Distro:5");
    for (int depth = 0; depth < 12; depth++) {
        graph_group *lists[2];
        for (int i = 0; i < 2; i++) {
            lists[i] = test_follow(&t, at, SHEAF_SLICE("packages"));
            lists[i]->limit = 3 + i;
        }
        assert_true(graph_include(&t.graph, lists[0], lists[1]));
        at = test_follow(&t, lists[0], SHEAF_SLICE("distro"));
    }
    test_follow(&t, at, SHEAF_SLICE("packages"));
    test_make(&t);
    bool all = true;
    for (uint32_t i = 0; i < t.plan->step_count && all; i++) {
        sql_prepared sql = {0};
        sheaf_error err = {0};
        all = sql_write(&sql_postgresql, t.binding, &t.plan->steps[i]->query, &t.memory, &sql, &err);
        assert_true(all || err.code == SHEAF_E_LIMIT);
    }
    assert_false(all);
    test_plan_free(&t);
}

static void failing_memory(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_plan t;
        make_case(&t, i);
        test_memory m = {0};
        bool ok = false;
        while (test_memory_next(&m)) {
            arena memory;
            sql_prepared sql = {0};
            sheaf_error err = {0};
            arena_init(&memory, &m.allocator);
            ok = sql_write(&sql_postgresql, t.binding, &t.plan->steps[cases[i].step]->query, &memory, &sql,
                           &err);
            assert_true(ok ? same_but_for_quotes(sql.statement.text, cases[i].text)
                           : m.failed && err.code == SHEAF_E_MEMORY);
            arena_free(&memory);
            assert_true(test_memory_clean(&m));
        }
        assert_true(ok);
        test_plan_free(&t);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(too_long),
                                              cmocka_unit_test(failing_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
