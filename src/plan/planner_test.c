#include "test_plan.h"

/* Level, kind and entity of every step; how many groups it is for where they are several; '+' where it may be
 * sent again for SQL to choose. */
static const char *steps_of(const plan *p) {
    static const char *const kinds[] = {"search", "total", "children", "fetch", "count"};
    static char text[1024];
    char *at = text;
    *at = '\0';
    for (uint32_t i = 0; i < p->step_count; i++) {
        const plan_step *s = p->steps[i];
        at += snprintf(at, (size_t)(text + sizeof text - at), "%s%u %s %.*s%s", i ? ", " : "", s->level,
                       kinds[s->kind], SHEAF_SLICE_ARGS(s->query.entity->name), s->instead ? "+" : "");
        if (s->group_count > 1) at += snprintf(at, (size_t)(text + sizeof text - at), " x%u", s->group_count);
    }
    return text;
}

static const struct {
    const char *what, *groups, *steps;
    uint32_t trips, statements_max, trips_max;
} cases[] = {
    {"a search", "Package{name}", "1 search Package", 1, 1, 1},
    {"a reference", "Package{name maintainer{name}}", "1 search Package, 2 fetch Person", 2, 2, 2},
    {"references side by side", "Package{maintainer{name} distro{name}}",
     "1 search Package, 2 fetch Person, 2 fetch Distro", 2, 3, 2},
    {"references in a row", "Bug{package{maintainer{name} distro{name}}}",
     "1 search Bug, 2 fetch Package, 3 fetch Person, 3 fetch Distro", 3, 4, 3},
    {"a list", "Distro{packages{name}}", "1 search Distro, 2 children Package", 2, 2, 2},
    {"lists side by side", "Package{bugs{title} notes{body}}",
     "1 search Package, 2 children Bug, 2 children Note", 2, 3, 2},
    {"a limit", "Distro{packages:3{name}}", "1 search Distro, 2 children Package+", 2, 3, 3},
    {"a pick", "Package{worst{title}}", "1 search Package, 2 children Bug+", 2, 3, 3},
    {"a link", "Package{uploaders{name}}", "1 search Package, 2 children Person", 2, 2, 2},
    {"a link to what is fetched by key, too", "Package{maintainer{name} uploaders{name}}",
     "1 search Package, 2 children Person, 3 fetch Person x2", 3, 3, 3},
    {"fetches of one entity wait for each other",
     "Package{maintainer{name} bugs{package{maintainer{packages_count}}}}",
     "1 search Package, 2 children Bug, 3 fetch Person x2, 3 count Package", 3, 4, 3},
    {"a path", "Distro{packages.uploaders{name}}", "1 search Distro, 2 children Person", 2, 2, 2},
    {"a path of references", "Bug{package.distro{name}}", "1 search Bug, 2 children Distro", 2, 2, 2},
    {"one list asked for twice", "Distro{packages{name} packages{popularity}}",
     "1 search Distro, 2 children Package x2", 2, 2, 2},
    {"lists with two limits", "Distro{packages:3{name} packages:4{name}}",
     "1 search Distro, 2 children Package+, 2 children Package+", 2, 5, 3},
    {"a text over a reference", "Package{url}", "1 search Package, 2 fetch Distro", 2, 2, 2},
    {"a text over a reference that is asked for", "Package{url distro{name}}",
     "1 search Package, 2 fetch Distro", 2, 2, 2},
    {"a text that leads back", "Distro{packages{url}}", "1 search Distro, 2 children Package", 2, 2, 2},
    {"counts", "Package{bugs_count maintainer{packages_count}}",
     "1 search Package, 2 count Bug, 2 fetch Person, 2 count Package", 2, 4, 2},
    {"a count for two groups", "Bug{package{bugs_count}} Package{bugs_count}",
     "1 search Bug, 1 search Package, 2 fetch Package, 2 count Bug x2", 2, 4, 2},
    {"a total", "Package{name} #Package", "1 search Package, 1 total Package", 1, 2, 1},
    {"keys", "=Person{name packages{name}}", "1 fetch Person, 1 children Package", 1, 2, 1},
    {"several roots", "Distro{name} Person{name}", "1 search Distro, 1 search Person", 1, 2, 1},
    {"a key of two columns", "Reply{note{body}} Note{replies{id}}",
     "1 search Reply, 1 search Note, 2 fetch Note, 2 children Reply", 2, 4, 2},
};

static void statements_and_trips(void **state) {
    (void)state;
    for (int sqlite = 0; sqlite < 2; sqlite++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            test_plan t;
            test_plan_init(&t, sqlite);
            test_declare(&t, cases[i].groups);
            test_make(&t);
            const plan *p = t.plan;
            const char *steps = steps_of(p);
            if (strcmp(steps, cases[i].steps) != 0 || p->trips != cases[i].trips ||
                p->trips_max != cases[i].trips_max || p->statements_max != cases[i].statements_max)
                fail_msg("%s:\n  gave   %s; %u trips, at most %u statements in %u\n  wanted %s",
                         cases[i].what, steps, p->trips, p->statements_max, p->trips_max, cases[i].steps);
            assert_int_equal(p->statements, p->step_count);
            test_plan_free(&t);
        }
}

/* What starts from a row by unique key goes with the search for it, where a trip costs something. */
static void what_goes_ahead(void **state) {
    (void)state;
    static const struct {
        const char *groups, *steps;
        uint32_t trips;
    } ahead[] = {
        {"!Distro{packages:20{name maintainer{name}}}",
         "1 search Distro, 1 children Package+, 2 fetch Person", 2},
        {"!Package{maintainer{name} distro{name} bugs_count}",
         "1 search Package, 1 count Bug, 1 fetch Person, 1 fetch Distro", 1},
        {"!Package{maintainer{packages{name}}}", "1 search Package, 1 fetch Person, 2 children Package", 2},
        {"!Package{uploaders{name} maintainer{name}}",
         "1 search Package, 1 children Person, 2 fetch Person x2", 2},
        {"!Note{replies{id} package{name}}", "1 search Note, 1 children Reply, 1 fetch Package", 1},
        {"!Package{worst{title package{name}}}", "1 search Package, 1 children Bug+", 1},
        /* one search may be for rows that another one's list is of, which comes behind both */
        {"!Distro{packages{name}} !Distro{packages{popularity} packages_count}",
         "1 search Distro, 1 search Distro, 1 children Package x2, 1 count Package", 1},
        /* where others are served as well, it waits with them */
        {"!Package{bugs_count} Bug{package{bugs_count}}",
         "1 search Package, 1 search Bug, 2 count Bug x2, 2 fetch Package", 2},
        {"!Distro{packages{name}} Package{distro{packages{name}}}",
         "1 search Distro, 1 search Package, 1 children Package, 2 fetch Distro, 2 children Package", 2},
        {"=Person{packages{name}} !Distro{packages{name}}",
         "1 fetch Person, 1 children Package, 1 search Distro, 1 children Package", 1},
    };
    for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++) {
        test_plan t;
        test_plan_init(&t, false);
        t.trips_cost = true;
        test_declare(&t, ahead[i].groups);
        test_make(&t);
        if (strcmp(steps_of(t.plan), ahead[i].steps) != 0 || t.plan->trips != ahead[i].trips)
            fail_msg("%s:\n  gave   %s; %u trips\n  wanted %s", ahead[i].groups, steps_of(t.plan),
                     t.plan->trips, ahead[i].steps);
        test_plan_free(&t);
    }
}

/* Union: the includer's wishes hold for the included rows, and one fetch serves both. */
static void unions_are_fetched_together(void **state) {
    (void)state;
    test_plan t;
    test_plan_init(&t, false);
    graph_group *maintainers = test_declare(&t, "Package{maintainer{name packages_count}}");
    graph_group *uploaders = test_follow(&t, t.graph.groups.items[0], SHEAF_SLICE("uploaders"));
    assert_true(graph_include(&t.graph, maintainers, uploaders));
    assert_true(graph_depends(&t.graph, maintainers, uploaders));
    assert_false(graph_depends(&t.graph, uploaders, maintainers));
    test_make(&t);
    assert_string_equal(steps_of(t.plan),
                        "1 search Package, 2 children Person, 3 fetch Person x2, 3 count Package");
    test_plan_free(&t);
}

/* The bytes that find a plan: values of variables are not among them, everything that changes a statement is.
 */
static void keys_of_graphs(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"Package{name maintainer{name}}", "Package{name maintainer{name}}", true},
        {"Package{name popularity}", "Package{popularity name}", true},
        {"Package{name}", "Package{popularity}", false},
        {"Distro{packages:3{name}}", "Distro{packages:4{name}}", false},
        {"Distro{packages{name}}", "Distro{hot_packages{name}}", false},
        {"Distro{packages{name}} Person", "Distro Person{packages{name}}", false},
        {"Package:3", "Package:4", false},
        {"Package", "#Package", false},
        {"Package", "=Package", false},
    };
    test_plan t;
    test_plan_init(&t, false);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        buffer keys[2];
        for (int k = 0; k < 2; k++) {
            graph_init(&t.graph, &t.memory, t.model);
            test_declare(&t, k ? pairs[i].b : pairs[i].a);
            graph_value(&t.graph, (sheaf_value){.kind = SHEAF_KIND_INT, .i = k});
            buffer_init(&keys[k], NULL);
            graph_key(&t.graph, &keys[k]);
        }
        if (slice_equal(buffer_view(&keys[0]), buffer_view(&keys[1])) != pairs[i].same)
            fail_msg("%s, %s", pairs[i].a, pairs[i].b);
        for (int k = 0; k < 2; k++) buffer_free(&keys[k]);
    }
    test_plan_free(&t);
}

/* A list is chosen in SQL at once where the catalogue says that it is long, and more than what is kept. */
static void long_lists_are_chosen_in_sql(void **state) {
    (void)state;
    static const struct {
        double packages, distros;
        int64_t limit;
        plan_choice choice;
    } rounds[] = {{100000, 10, 20, CHOOSE_SQL},
                  {100000, 1000, 5, CHOOSE_MEMORY},
                  {100000, 10, 5000, CHOOSE_MEMORY},
                  {-1, -1, 20, CHOOSE_MEMORY},
                  {100000, 10, -1, CHOOSE_ALL}};
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        test_plan t;
        test_plan_init(&t, false);
        for (size_t k = 0; k < t.catalogue.table_count; k++) {
            catalogue_table *table = &t.catalogue.tables[k];
            if (slice_is(table->name, "package")) table->rows = (int64_t)rounds[i].packages;
            if (slice_is(table->name, "distro")) table->rows = (int64_t)rounds[i].distros;
        }
        test_declare(&t, "Distro{packages{name}}")->limit = rounds[i].limit;
        test_make(&t);
        assert_int_equal(t.plan->steps[1]->choice, rounds[i].choice);
        assert_int_equal(t.plan->steps[1]->query.choose, rounds[i].choice == CHOOSE_SQL);
        test_plan_free(&t);
    }
}

static bool plan_once(const sheaf_allocator *allocator, test_plan *t) {
    plan_options options = {.page_max = 100, .whole_max = 100, .allocator = allocator};
    sheaf_error err = {0};
    plan *p = NULL;
    bool ok = plan_make(&t->graph, t->binding, &options, &p, &err);
    assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
    assert_int_equal(ok, p != NULL);
    plan_free(p);
    return ok;
}

static void failing_memory(void **state) {
    (void)state;
    test_plan t;
    test_plan_init(&t, false);
    test_declare(
        &t,
        "Distro{name hot_packages:3{url maintainer{name} uploaders{name} worst{title} bugs_count}} #Package");
    test_memory m = {0};
    bool ok = false;
    while (test_memory_next(&m)) {
        ok = plan_once(&m.allocator, &t);
        assert_true(test_memory_clean(&m));
        assert_true(ok || m.failed);
    }
    assert_true(ok);
    test_plan_free(&t);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_and_trips), cmocka_unit_test(unions_are_fetched_together),
        cmocka_unit_test(keys_of_graphs),       cmocka_unit_test(long_lists_are_chosen_in_sql),
        cmocka_unit_test(failing_memory),       cmocka_unit_test(what_goes_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
