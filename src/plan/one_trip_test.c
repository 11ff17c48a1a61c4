/* Plans of one trip: which references are joined, what starts from what, who chooses. */
#include "test_plan.h"

static const char *const kinds[] = {"search", "total", "children", "fetch", "count"};

static char text[2048];
static size_t length;

static void put(const char *format, ...) SHEAF_PRINTF(1, 2);
static void put(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    length += (size_t)vsnprintf(text + length, sizeof text - length, format, arguments);
    va_end(arguments);
    assert_true(length < sizeof text);
}

static void put_source(const plan_source *s) {
    put("%u.", s->group->index);
    for (uint32_t c = 0; c < s->columns->count; c++)
        put("%s%.*s", c ? "+" : "", SHEAF_SLICE_ARGS(s->columns->at[c]->name));
    if (s->setting) put(" in k%u", s->setting);
}

/* "search Bug with package; children Person+ from 0.id": '+' where memory chooses, '*' where SQL does. */
static const char *steps_of(const plan *p) {
    length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < p->step_count; i++) {
        const plan_step *s = p->steps[i];
        const plan_query *q = &s->query;
        put("%s%s %.*s%s", i ? "; " : "", kinds[s->kind], SHEAF_SLICE_ARGS(q->entity->name),
            s->instead  ? "+"
            : q->choose ? "*"
                        : "");
        for (uint32_t k = 0; k < q->join_count; k++) {
            put("%s", k ? ", " : " with ");
            if (q->joins[k].of >= 0) put("%.*s.", SHEAF_SLICE_ARGS(q->joins[q->joins[k].of].relation->name));
            put("%.*s", SHEAF_SLICE_ARGS(q->joins[k].relation->name));
        }
        for (uint32_t k = 0; k < q->source_count; k++) {
            put("%s", k ? ", " : " from ");
            put_source(&q->sources[k]);
        }
    }
    return text;
}

static const struct {
    const char *what, *groups;
    sheaf_strategy strategy;
    const char *steps; /* NULL: it cannot be one trip */
    uint32_t trips_max;
} cases[] = {
    {"a reference is joined", "Package{name maintainer{name}}", SHEAF_STRATEGY_RESELECT,
     "search Package with maintainer", 1},
    {"references in a row", "Bug{package{maintainer{name} distro{name}}}", SHEAF_STRATEGY_RESELECT,
     "search Bug with package, package.maintainer, package.distro", 1},
    {"a reference asked for twice is joined once", "Package{maintainer{name} maintainer{packages_count}}",
     SHEAF_STRATEGY_RESELECT, "search Package with maintainer; count Package from 2.id", 1},
    {"one that only a text needs", "Package{url}", SHEAF_STRATEGY_RESELECT, "search Package with distro", 1},
    {"a list starts from the rows of a search", "Distro{packages{name}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Package from 0.id", 1},
    {"memory chooses where nothing starts from the list", "Distro{packages:3{name}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Package+ from 0.id", 2},
    {"SQL chooses where something does", "Distro{packages:3{bugs{title}}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Package* from 0.id; children Bug from 1.id", 1},
    {"a count does, too", "Distro{packages:3{bugs_count}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Package* from 0.id; count Bug from 1.id", 1},
    {"so does a joined reference", "Distro{packages.bugs:2{package{name}}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Bug* with package from 0.id", 1},
    {"but not a reference back", "Distro{packages:3{distro{name}}}", SHEAF_STRATEGY_RESELECT,
     "search Distro; children Package+ from 0.id", 2},
    {"unless something starts from there", "Distro{packages:3{distro{packages{name}}}}",
     SHEAF_STRATEGY_RESELECT, "search Distro; children Package* from 0.id; children Package from 2.id", 1},
    {"a list below a joined reference", "Package{maintainer{packages{name}}}", SHEAF_STRATEGY_RESELECT,
     "search Package with maintainer; children Package from 1.id", 1},
    {"a link brings rows", "Package{maintainer{name} uploaders{name}}", SHEAF_STRATEGY_RESELECT,
     "search Package with maintainer; children Person from 0.id", 1},
    {"references of long lists are fetched by key", "Package:500{maintainer{name}}", SHEAF_STRATEGY_RESELECT,
     "search Package; fetch Person from 0.maintainer_id", 1},
    {"and what they refer to", "Package:500{maintainer{name} distro{name packages{name}}}",
     SHEAF_STRATEGY_RESELECT,
     "search Package; fetch Person from 0.maintainer_id; fetch Distro from 0.distro_id; children Package "
     "from "
     "2.id",
     1},
    {"a key of two columns", "Reply{note{replies{id}}}", SHEAF_STRATEGY_RESELECT,
     "search Reply with note; children Reply from 1.package_id+number", 1},
    {"totals and several roots", "Distro{name} #Package", SHEAF_STRATEGY_RESELECT,
     "search Distro; total Package", 1},
    {"a search's keys in settings", "Package:20{bugs{title} notes{body} maintainer{packages{name}}}",
     SHEAF_STRATEGY_SETTING,
     "search Package with maintainer; children Bug from 0.id in k1; children Note from 0.id in k1; children "
     "Package from 3.id",
     1},
    {"those of a list that was cut", "Distro{packages:3{bugs{title} uploaders{name}}}",
     SHEAF_STRATEGY_SETTING,
     "search Distro; children Package* from 0.id in k1; children Bug from 1.id in k2; children Person from "
     "1.id in k2",
     1},
    {"but not those of a list that is another one, too",
     "Distro:5{packages:3{bugs:2{package{notes{body}}}} packages:4{bugs:2{package{uploaders{id}}}}}",
     SHEAF_STRATEGY_SETTING,
     "search Distro; children Package* from 0.id in k1; children Package* from 0.id in k1; children Bug* "
     "from "
     "1.id in k2, 5.id in k3; children Note from 3.id; children Person from 7.id",
     1},
    {"keys that are given go by levels", "=Person{packages{name}}", SHEAF_STRATEGY_RESELECT, NULL, 0},
};

static void joins_and_sources(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_plan t;
        test_plan_init(&t, false);
        t.strategy = cases[i].strategy;
        test_declare(&t, cases[i].groups);
        test_make(&t);
        const plan *p = t.plan;
        assert_int_equal(p->strategy, cases[i].steps ? cases[i].strategy : SHEAF_STRATEGY_LEVELS);
        if (cases[i].steps &&
            (strcmp(steps_of(p), cases[i].steps) != 0 || p->trips_max != cases[i].trips_max))
            fail_msg("%s:\n  gave   %s; at most %u trips\n  wanted %s", cases[i].what, steps_of(p),
                     p->trips_max, cases[i].steps);
        if (cases[i].steps) assert_int_equal(p->trips, 1);
        test_plan_free(&t);
    }
}

/* What starts from a union starts from all that it includes; references of it are joined wherever its rows
 * come. */
static void unions(void **state) {
    (void)state;
    test_plan t;
    test_plan_init(&t, false);
    t.strategy = SHEAF_STRATEGY_RESELECT;
    graph_group *bugs = test_declare(&t, "Bug{title}");
    graph_group *packages = test_follow(&t, bugs, SHEAF_SLICE("package"));
    graph_group *others = test_declare(&t, "Package:7{name}");
    test_follow(&t, packages, SHEAF_SLICE("distro"));
    test_follow(&t, packages, SHEAF_SLICE("notes"));
    assert_true(graph_include(&t.graph, packages, others));
    test_make(&t);
    assert_string_equal(steps_of(t.plan),
                        "search Bug with package, package.distro; search Package with distro; "
                        "children Note from 1.id, 2.id");
    test_plan_free(&t);
}

/* A statement finds rows by columns of one type and collation only. */
static void references_of_another_type(void **state) {
    (void)state;
    static const struct {
        const char *groups, *table, *column;
        bool levels;
    } columns[] = {
        {"Package{maintainer{name}}", "package", "maintainer_id", true},
        {"Package{maintainer{name}}", "person", "id", true},
        {"Package{maintainer{name}}", "package", "distro_id", false},
        {"Distro{packages{url}}", "package", "distro_id", true},
        {"Package{uploaders{name}}", "package_uploader", "package_id", true},
        {"Package{uploaders{name}}", "package_uploader", "person_id", false}, /* joined by itself */
        {"Distro:3{packages_count}", "package", "distro_id", true},
        {"Distro:3{name}", "package", "distro_id", false},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        for (int collation = 0; collation < 2; collation++) {
            test_plan t;
            test_plan_init(&t, false);
            t.strategy = SHEAF_STRATEGY_RESELECT;
            test_declare(&t, columns[i].groups);
            const catalogue_table *table =
                catalogue_find_table(&t.catalogue, SHEAF_SLICE("main"), slice_of(columns[i].table));
            catalogue_column *column =
                (catalogue_column *)(uintptr_t)catalogue_find_column(table, slice_of(columns[i].column));
            if (collation)
                column->collation = SHEAF_SLICE("\"de\"");
            else
                column->type = DB_TEXT;
            test_make(&t);
            assert_int_equal(t.plan->strategy,
                             columns[i].levels ? SHEAF_STRATEGY_LEVELS : SHEAF_STRATEGY_RESELECT);
            test_plan_free(&t);
        }
}

static void failing_memory(void **state) {
    (void)state;
    test_plan t;
    test_plan_init(&t, false);
    test_declare(&t, "Distro{hot_packages:3{url maintainer{name} uploaders{name} worst{title package{id}} "
                     "bugs_count}} Package:500{maintainer{name}}");
    for (sheaf_strategy s = SHEAF_STRATEGY_RESELECT; s <= SHEAF_STRATEGY_SETTING; s++) {
        test_memory m = {0};
        bool ok = false;
        while (test_memory_next(&m)) {
            plan_options options = {
                .page_max = 100, .whole_max = 100, .strategy = s, .allocator = &m.allocator};
            sheaf_error err = {0};
            plan *p = NULL;
            ok = plan_make(&t.graph, t.binding, &options, &p, &err);
            assert_true(ok ? p->strategy == s : m.failed && err.code == SHEAF_E_MEMORY);
            plan_free(p);
            assert_true(test_memory_clean(&m));
        }
        assert_true(ok);
    }
    test_plan_free(&t);
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(joins_and_sources), cmocka_unit_test(unions),
                                              cmocka_unit_test(references_of_another_type),
                                              cmocka_unit_test(failing_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
