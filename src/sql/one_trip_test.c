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
    {"a joined reference, in order", "Package:5{maintainer{name}}", SHEAF_STRATEGY_RESELECT, 0,
     "WITH sheaf rows AS NOT MATERIALIZED (SELECT t1.id AS o0, t1.maintainer_id AS o1, t1.id AS x0 FROM "
     "package AS t1 WHERE TRUE ORDER BY t1.id LIMIT 5) SELECT r.o0, r.o1, j0.c0, j0.c1 FROM sheaf rows AS r "
     "LEFT JOIN LATERAL (SELECT t2.id AS c0, t2.name AS c1 FROM person AS t2 WHERE TRUE AND "
     "t2.id = r.o1 LIMIT 1) AS j0 ON TRUE ORDER BY r.x0"},
    {"one that hangs on another", "Bug:5{package{distro{name}}}", SHEAF_STRATEGY_RESELECT, 0,
     "WITH sheaf rows AS NOT MATERIALIZED (SELECT t1.id AS o0, t1.package_id AS o1, t1.id AS x0 FROM bug "
     "AS t1 WHERE TRUE ORDER BY t1.id LIMIT 5) SELECT r.o0, r.o1, j0.c0, j0.c1, j1.c0, j1.c1 "
     "FROM sheaf rows AS r LEFT JOIN LATERAL (SELECT t2.id AS c0, t2.distro_id AS c1 FROM package AS t2 "
     "WHERE "
     "TRUE AND t2.id = r.o1 LIMIT 1) AS j0 ON TRUE LEFT JOIN LATERAL (SELECT t3.id AS c0, "
     "t3.name AS c1 FROM distro AS t3 WHERE TRUE AND t3.id = j0.c1 LIMIT 1) AS j1 ON TRUE ORDER "
     "BY r.x0"},
    {"one of a small table", "Bug:5{package{distro{name}}}", SHEAF_STRATEGY_RESELECT, 0,
     "WITH sheaf rows AS NOT MATERIALIZED (SELECT t1.id AS o0, t1.package_id AS o1, t1.id AS x0 FROM bug "
     "AS t1 WHERE TRUE ORDER BY t1.id LIMIT 5) SELECT r.o0, r.o1, j0.c0, j0.c1, j1.c0, j1.c1 "
     "FROM sheaf rows AS r LEFT JOIN LATERAL (SELECT t2.id AS c0, t2.distro_id AS c1 FROM package AS t2 "
     "WHERE "
     "TRUE AND t2.id = r.o1 LIMIT 1) AS j0 ON TRUE LEFT JOIN (SELECT t3.id AS c0, t3.name AS c1 "
     "FROM distro AS t3) AS j1 ON TRUE AND j1.c0 = j0.c1 ORDER BY r.x0"},
    {"children of rows selected again", "Package:5{bugs{title}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.package_id, t1.id, t1.title FROM bug AS t1 WHERE TRUE AND t1.package_id = "
     "ANY(ARRAY(SELECT t2.id FROM package AS t2 WHERE TRUE ORDER BY t2.id LIMIT 5))"},
    {"of rows behind a reference", "Bug:5{package{notes{body}}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.package_id, t1.package_id, t1.number, t1.body FROM note AS t1 WHERE TRUE AND "
     "t1.package_id = ANY(ARRAY(SELECT t2.package_id FROM bug AS t2 WHERE TRUE ORDER BY t2.id "
     "LIMIT 5))"},
    {"of children that SQL has chosen", "Distro:5{packages:3{bugs:2{title package{id}} uploaders{name}}}",
     SHEAF_STRATEGY_RESELECT, 3,
     "SELECT t1.package_id, t2.id, t2.name FROM package_uploader AS t1 CROSS JOIN person AS t2 "
     "WHERE TRUE AND t1.package_id = ANY(ARRAY(SELECT c.id FROM (SELECT t3.id FROM distro AS t3 "
     "WHERE TRUE ORDER BY t3.id LIMIT 5) AS k(k0) CROSS JOIN LATERAL (SELECT t4.id FROM package "
     "AS t4 WHERE TRUE AND t4.distro_id = k.k0 ORDER BY t4.id LIMIT 3) AS c)) AND t2.id = "
     "t1.person_id"},
    {"of a best one", "Package:5{worst{title}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.package_id, t1.id, t1.title, t1.heat, t1.kind FROM bug AS t1 WHERE TRUE AND "
     "t1.package_id = ANY(ARRAY(SELECT t2.id FROM package AS t2 WHERE TRUE ORDER BY t2.id LIMIT "
     "5)) AND t1.open = $1 LIMIT 50001"},
    {"the best of all parents at once", "Package:5{worst{package{distro{name}}}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT DISTINCT ON (t1.sheaf k0) t1.sheaf k0, t1.id, t1.package_id, t1.title FROM (SELECT "
     "DISTINCT ON (t2.package_id, t2.kind) t2.package_id AS sheaf k0, t2.id, t2.package_id, "
     "t2.title FROM bug AS t2 WHERE TRUE AND t2.package_id = ANY(ARRAY(SELECT t3.id FROM "
     "package AS t3 WHERE TRUE ORDER BY t3.id LIMIT 5)) AND t2.open = $1 AND t2.heat IS NOT "
     "NULL ORDER BY t2.package_id, t2.kind, t2.heat DESC, t2.title, t2.id) AS t1 ORDER BY "
     "t1.sheaf k0, t1.title, t1.id"},
    {"of a key of two columns", "Reply:5{note{replies{id}}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.note_package, t1.note_number, t1.id, t1.note_package, t1.note_number FROM reply "
     "AS t1 WHERE TRUE AND (t1.note_package, t1.note_number) IN (SELECT t2.note_package, "
     "t2.note_number FROM reply AS t2 WHERE TRUE ORDER BY t2.id LIMIT 5)"},
    {"rows by key", "Package:500{maintainer{name}}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.id, t1.name FROM person AS t1 WHERE TRUE AND t1.id = ANY(ARRAY(SELECT "
     "t2.maintainer_id FROM package AS t2 WHERE TRUE ORDER BY t2.id LIMIT 500))"},
    {"columns of rows by key", "Package:500{distro{name} maintainer{packages{url}}}", SHEAF_STRATEGY_RESELECT,
     3,
     "WITH sheaf rows AS NOT MATERIALIZED (SELECT t1.maintainer_id AS o0, t1.id AS o1, t1.distro_id AS "
     "o2, t1.maintainer_id AS o3, t1.name AS o4 FROM package AS t1 WHERE TRUE AND "
     "t1.maintainer_id = ANY(ARRAY(SELECT t2.maintainer_id FROM package AS t2 WHERE TRUE ORDER "
     "BY t2.id LIMIT 500))) SELECT r.o0, r.o1, r.o2, r.o3, r.o4, j0.c0, j0.c1 FROM sheaf rows AS r LEFT JOIN "
     "LATERAL (SELECT t3.id AS c0, t3.name AS c1 FROM distro AS t3 WHERE TRUE AND t3.id = r.o2 "
     "LIMIT 1) AS j0 ON TRUE"},
    {"a count", "Package:5{bugs_count}", SHEAF_STRATEGY_RESELECT, 1,
     "SELECT t1.package_id, count(*) FROM bug AS t1 WHERE TRUE AND t1.package_id = "
     "ANY(ARRAY(SELECT t2.id FROM package AS t2 WHERE TRUE ORDER BY t2.id LIMIT 5)) GROUP BY "
     "t1.package_id"},
    {"keys written to a setting", "Package:5{bugs{title}}", SHEAF_STRATEGY_SETTING, 0,
     "WITH sheaf rows AS MATERIALIZED (SELECT t1.id AS o0, t1.id AS x0 FROM package AS t1 WHERE TRUE "
     "ORDER BY t1.id LIMIT 5) SELECT r.o0 FROM sheaf rows AS r WHERE (SELECT set_config('sheaf.k1', "
     "coalesce(array_agg(DISTINCT r.o0)::text, ''), true) FROM sheaf rows AS r) IS NOT NULL ORDER BY r.x0"},
    {"and read from it", "Package:5{bugs{title}}", SHEAF_STRATEGY_SETTING, 1,
     "SELECT t1.package_id, t1.id, t1.title FROM bug AS t1 WHERE TRUE AND t1.package_id = "
     "ANY(coalesce(nullif(current_setting('sheaf.k1', true), ''), '{}')::int8[])"},
    {"as a table, and written anew", "Distro:5{packages:2{bugs{title}}}", SHEAF_STRATEGY_SETTING, 1,
     "WITH sheaf rows AS MATERIALIZED (SELECT k.k0 AS o0, c.id AS o1 FROM (SELECT * FROM "
     "unnest(coalesce(nullif(current_setting('sheaf.k1', true), ''), '{}')::int8[])) AS k(k0) "
     "CROSS JOIN LATERAL (SELECT t1.id FROM package AS t1 WHERE TRUE AND t1.distro_id = k.k0 "
     "ORDER BY t1.id LIMIT 2) AS c) SELECT r.o0, r.o1 FROM sheaf rows AS r WHERE (SELECT "
     "set_config('sheaf.k2', coalesce(array_agg(DISTINCT r.o1)::text, ''), true) FROM sheaf rows AS r) IS "
     "NOT "
     "NULL"},
    {"a key of two columns in settings", "Note:5{replies{id}}", SHEAF_STRATEGY_SETTING, 0,
     "WITH sheaf rows AS MATERIALIZED (SELECT t1.package_id AS o0, t1.number AS o1, t1.package_id AS x0, "
     "t1.number AS x1 FROM note AS t1 WHERE TRUE ORDER BY t1.package_id, t1.number LIMIT 5) "
     "SELECT r.o0, r.o1 FROM sheaf rows AS r WHERE (SELECT set_config('sheaf.k1', "
     "coalesce(array_agg(r.o0)::text, ''), true) || set_config('sheaf.k1_1', "
     "coalesce(array_agg(r.o1)::text, ''), true) FROM sheaf rows AS r) IS NOT NULL ORDER BY r.x0, r.x1"},
    {"read from them", "Note:5{replies{id}}", SHEAF_STRATEGY_SETTING, 1,
     "SELECT t1.note_package, t1.note_number, t1.id FROM reply AS t1 WHERE TRUE AND "
     "(t1.note_package, t1.note_number) IN (SELECT * FROM "
     "unnest(coalesce(nullif(current_setting('sheaf.k1', true), ''), '{}')::int8[], "
     "coalesce(nullif(current_setting('sheaf.k1_1', true), ''), '{}')::int8[]))"},
};

static void make_case(test_plan *t, size_t i) {
    test_plan_init(t, false);
    bool small = strcmp(cases[i].what, "one of a small table") == 0;
    for (size_t k = 0; k < t->catalogue.table_count && small; k++)
        if (slice_is(t->catalogue.tables[k].name, "distro")) t->catalogue.tables[k].rows = 12;
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
