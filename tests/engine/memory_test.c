/* Every allocation made to fail, once and from then on, from the model's text to the last byte of the page:
 * an error that says so, or the right bytes; nothing leaks, nothing is left half-done. */
#include <stdlib.h>

#include "world.h"

static const char shape_text[] =
    "query page($name: String!, $least: Int = 1, $after: String) {\n"
    "  distro(name: $name) @required {\n"
    "    name packages_count\n"
    "    hot_packages(limit: 3) { _cursor url popularity maintainer { name email } uploaders { name } "
    "bugs_count\n"
    "                             hottest_bug { title open } notes @values { body } }\n"
    "    maintainers { name packages(where: {popularity: {ge: $least}}) @columns { id name } }\n"
    "  }\n"
    "  packages(order: [{name: DESC}], limit: 2, after: $after) { name }\n"
    "  people_count(where: {email: {is_null: false}})\n"
    "}\n";

/* What a round of work gave: text, or an error; NULL text and no error cannot be. */
typedef struct outcome {
    char *text;
    sheaf_error err;
} outcome;

typedef void work(const world *w, const sheaf_allocator *allocator, outcome *out);

static void render_page(sheaf_db *db, const sheaf_shapes *shapes, outcome *out) {
    const sheaf_variable name = SHEAF_VAR_TEXT("name", "debian");
    world_page(db, sheaf_shapes_find(shapes, "page"), &name, 1, &out->text, &out->err);
}

/* Model, shapes, opening, planning, realising, rendering. */
static void page_from_nothing(const world *w, const sheaf_allocator *allocator, outcome *out) {
    sheaf_model *model = NULL;
    sheaf_shapes *shapes = NULL;
    sheaf_db *db = NULL;
    sheaf_options options = {.url = w->url, .allocator = allocator};
    if (sheaf_model_parse((sheaf_slice){world_model, strlen(world_model)}, "model.graphql", allocator, &model,
                          &out->err) &&
        sheaf_shapes_new(model, NULL, allocator, &shapes, &out->err) &&
        sheaf_shapes_add(shapes, (sheaf_slice){shape_text, strlen(shape_text)}, "shapes.graphql",
                         &out->err) &&
        sheaf_shapes_check(shapes, &out->err)) {
        options.model = model;
        if (sheaf_open(&options, &db, &out->err)) render_page(db, shapes, out);
    }
    sheaf_close(db);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
}

/* A database outlives the failures in it: after them the same one gives the page. `allocator` is the
 * database's here. */
static sheaf_db *kept_db;
static sheaf_shapes *kept_shapes;
static void page_of_an_open_database(const world *w, const sheaf_allocator *allocator, outcome *out) {
    (void)w;
    (void)allocator;
    render_page(kept_db, kept_shapes, out);
}

static void append(outcome *out, const sheaf_group *group, const char *attribute) {
    char *longer = NULL;
    if (asprintf(&longer, "%s%s;", out->text ? out->text : "", world_list(group, attribute)) < 0) abort();
    free(out->text);
    out->text = longer;
}

/* Declared by calls: unions, keys, conditions, cursors, which shapes do not reach. */
static void groups_by_calls(const world *w, const sheaf_allocator *allocator, outcome *out) {
    const sheaf_value key = SHEAF_INT_VALUE(6);
    (void)w;
    (void)allocator;
    sheaf_context *c = sheaf_context_new(kept_db);
    if (!c) {
        out->err.code = SHEAF_E_MEMORY;
        return;
    }
    sheaf_group *packages = sheaf_search(
        c, "package",
        SHEAF_OR(SHEAF_EQ("name", "apt"), SHEAF_HAS("uploaders", SHEAF_NOT(SHEAF_EQ("name", "x")))));
    sheaf_update(packages, sheaf_group_of_keys(c, "package", &key, 1));
    sheaf_group *people = sheaf_follow(packages, "maintainer", NULL);
    sheaf_update(people, sheaf_follow(packages, "uploaders", NULL));
    sheaf_group *bugs = sheaf_follow(
        packages, "bugs", (&(sheaf_follow_options){.order = SHEAF_ORDER(SHEAF_DESC("heat")), .limit = 2}));
    sheaf_need(packages, "url");
    sheaf_need(people, "name", "packages_count");
    sheaf_need(bugs, "title");
    sheaf_slice cursor;
    if (sheaf_realise(c, &out->err) && sheaf_cursor(c, world_row(bugs, 1), bugs, &cursor, &out->err)) {
        append(out, packages, "url");
        append(out, people, "name");
        append(out, people, "packages_count");
        append(out, bugs, "title");
    }
    sheaf_context_free(c);
}

/* There is room for one plan: this one takes it, so that each round plans. */
static void forget_plans(void) {
    if (!kept_db) return;
    sheaf_context *c = sheaf_context_new(kept_db);
    sheaf_search(c, "person", SHEAF_ALL);
    realise(c);
    sheaf_context_free(c);
}

/* Runs the work with the `at`th allocation failing, for each `step`th of them. */
static void sweep(world *w, work *run, test_memory *m, size_t step, bool keeps) {
    outcome right = {0};
    run(w, &m->allocator, &right);
    if (!right.text) fail_msg("%s: %s", sheaf_code_name(right.err.code), right.err.message);
    size_t rounds = 0, blocks = m->blocks;
    bool failed = true;
    for (size_t at = 1; failed; at += step) {
        for (int on = 0; on < 2; on++) {
            outcome got = {0};
            forget_plans();
            m->calls = 0;
            m->failed = false;
            m->fail_on = on;
            m->fail_at = at;
            run(w, &m->allocator, &got);
            failed = m->failed;
            m->fail_at = 0;
            if (!keeps) assert_int_equal(m->blocks, blocks);
            if (got.text)
                assert_string_equal(got.text, right.text);
            else if (!failed || got.err.code != SHEAF_E_MEMORY)
                fail_msg("allocation %zu%s: %s: %s", at, on ? " and on" : "", sheaf_code_name(got.err.code),
                         got.err.message);
            free(got.text);
            rounds++;
        }
    }
    outcome after = {0};
    run(w, &m->allocator, &after);
    assert_non_null(after.text);
    assert_string_equal(after.text, right.text);
    free(after.text);
    free(right.text);
    print_message("# %zu rounds\n", rounds);
}

static void from_nothing(void **state) {
    world *w = world_of(state);
    test_memory m;
    test_memory_init(&m);
    sweep(w, page_from_nothing, &m, w->pg ? 7 : 1, false);
    assert_true(test_memory_clean(&m));
}

static void in_a_database(world *w, sheaf_strategy strategy, size_t step) {
    static work *const works[] = {page_of_an_open_database, groups_by_calls};
    for (int i = 0; i < 2; i++) {
        test_memory m;
        test_memory_init(&m);
        kept_db = world_open(
            w, w->model,
            &(sheaf_options){
                .allocator = &m.allocator, .pool_size = 1, .limits = {.plans_max = 1}, .strategy = strategy});
        kept_shapes = world_shapes(w->model, shape_text);
        sweep(w, works[i], &m, step, true);
        sheaf_close(kept_db);
        kept_db = NULL;
        sheaf_shapes_free(kept_shapes);
        assert_true(test_memory_clean(&m));
    }
}

static void in_an_open_database(void **state) {
    world *w = world_of(state);
    in_a_database(w, SHEAF_STRATEGY_LEVELS, w->pg ? 3 : 1);
}

static void in_one_trip(void **state) {
    world *w = world_of(state);
    in_a_database(w, SHEAF_STRATEGY_RESELECT, 5);
    in_a_database(w, SHEAF_STRATEGY_SETTING, 5);
}

static const struct CMUnitTest tests[] = {ON_BOTH(from_nothing), ON_BOTH(in_an_open_database),
                                          ON_PG(in_one_trip)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
