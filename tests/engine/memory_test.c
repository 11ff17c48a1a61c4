/* Every allocation made to fail, once and from then on, from the model's text to the last byte of the page:
 * an error that says so, or the right bytes; nothing leaks, nothing is left half-done. */
#include <stdlib.h>

#include "tables.h"

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

/* ---- The same as structs --------------------------------------------------------------------------------*/

static const char struct_text[] =
    "fragment who on Person { name email }\n"
    "query hot($name: String!, $limit: Int, $ids: [ID!]!) {\n"
    "  distro(name: $name) @required { name hot_packages(limit: $limit) { _cursor ...what } }\n"
    "  packages(where: {id: {in: $ids}}) { ...what }\n"
    "}\n"
    "fragment what on Package { url bugs_count maintainer { ...who } uploaders { ...who } bugs { title } }\n";

typedef struct who {
    sheaf_slice name, email;
    bool has_email;
} who;
static const sheaf_member who_members[] = {VALUE(who, name, TEXT), NULLABLE(who, email, TEXT)};
STRUCT(who);

typedef struct title {
    sheaf_slice title;
} title;
static const sheaf_member title_members[] = {VALUE(title, title, TEXT)};
STRUCT(title);

typedef struct what {
    sheaf_slice url;
    int64_t bugs_count;
    const who *maintainer, *const *uploaders;
    const title *const *bugs;
    size_t uploaders_count, bugs_count_;
} what;
static const sheaf_member what_members[] = {
    VALUE(what, url, TEXT),
    VALUE(what, bugs_count, INT),
    ONE(what, maintainer, who),
    MANY(what, uploaders, who),
    {.key = "bugs",
     .kind = SHEAF_MEMBER_MANY,
     .at = offsetof(what, bugs),
     .has_at = SHEAF_MEMBER_NOT_THERE,
     .count_at = offsetof(what, bugs_count_),
     .type = &title_struct},
};
STRUCT(what);

typedef struct hot {
    sheaf_slice _cursor;
    what what;
} hot;
static const sheaf_member hot_members[] = {VALUE(hot, _cursor, TEXT), FRAGMENT(hot, what)};
STRUCT(hot);

typedef struct distro {
    sheaf_slice name;
    const hot *const *hot_packages;
    size_t hot_packages_count;
} distro;
static const sheaf_member distro_members[] = {VALUE(distro, name, TEXT), MANY(distro, hot_packages, hot)};
STRUCT(distro);

typedef struct hot_page {
    const distro *distro;
    const what *const *packages;
    size_t packages_count;
} hot_page;
static const sheaf_member hot_page_members[] = {ONE(hot_page, distro, distro),
                                                MANY(hot_page, packages, what)};
STRUCT(hot_page);

typedef struct hot_vars {
    sheaf_slice name;
    const int64_t *limit, *ids;
    size_t ids_count;
} hot_vars;
static const sheaf_compiled_variable hot_variables[] = {
    GIVEN(hot_vars, name, TEXT),
    OPTIONAL(hot_vars, limit, INT),
    LIST(hot_vars, ids, INTS),
};

static sheaf_compiled_document hot_document = {"shapes.graphql", {struct_text, sizeof struct_text - 1}};
static sheaf_compiled_set hot_set = {SHEAF_COMPILED_VERSION, 0, &hot_document, 1};
static const sheaf_compiled hot_shape = {&hot_set, "hot", &hot_page_struct, hot_variables, 3};

static void read_structs(sheaf_db *db, outcome *out) {
    static const int64_t limit = 3, ids[] = {2, 5};
    const hot_vars given = {{"debian", 6}, &limit, ids, 2};
    hot_page *page = NULL;
    if (!sheaf_compiled_read(db, &hot_shape, &given, (void **)&page, &out->err)) return;
    const what *bash = page->packages[0];
    if (asprintf(&out->text, "%.*s %.*s %zu %zu %.*s %.*s %zu", SHEAF_SLICE_ARGS(page->distro->name),
                 SHEAF_SLICE_ARGS(page->distro->hot_packages[2]->_cursor),
                 page->distro->hot_packages[2]->what.bugs_count_, page->distro->hot_packages_count,
                 SHEAF_SLICE_ARGS(bash->url), SHEAF_SLICE_ARGS(bash->maintainer->name),
                 page->packages[1]->uploaders_count) < 0)
        abort();
    sheaf_compiled_free(page);
}

static void structs_from_nothing(const world *w, const sheaf_allocator *allocator, outcome *out) {
    sheaf_db *db = NULL;
    hot_set.model_hash = sheaf_model_hash(w->model);
    sheaf_options options = {.url = w->url, .model = w->model, .allocator = allocator};
    if (sheaf_open(&options, &db, &out->err)) read_structs(db, out);
    sheaf_close(db);
}

static void structs_of_an_open_database(const world *w, const sheaf_allocator *allocator, outcome *out) {
    (void)w;
    (void)allocator;
    read_structs(kept_db, out);
}

/* ---- Calls ----------------------------------------------------------------------------------------------*/

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
    sweep(w, structs_from_nothing, &m, w->pg ? 7 : 1, false);
    assert_true(test_memory_clean(&m));
}

static void in_a_database(world *w, sheaf_strategy strategy, size_t step) {
    static work *const works[] = {page_of_an_open_database, groups_by_calls, structs_of_an_open_database};
    for (size_t i = 0; i < COUNT_OF(works); i++) {
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
