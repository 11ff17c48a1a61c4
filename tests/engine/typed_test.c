/* What generated typed groups call: fields by kind, keys that lie in structs, lists as plain memory; with a
 * header that was generated for another model. The typed groups themselves: tests/cli/generated.test. */
#include <sheaf/typed.h>
#include <sheaf/unused.h>

#include "world.h"

typedef struct note_key {
    int64_t package_id;
    int64_t number;
} note_key;
static const sheaf_key_part note_parts[] = {{SHEAF_KIND_INT, offsetof(note_key, package_id)},
                                            {SHEAF_KIND_INT, offsetof(note_key, number)}};

static sheaf_filter ids(const char *op, const int64_t *values, size_t count) {
    return sheaf_typed_ints("id", op, values, count);
}

static void fields(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_ALL);
    sheaf_need(packages, "name", "popularity");
    realise(c);
    sheaf_field field = {0};
    sheaf_error err;
    assert_true(sheaf_typed_field(packages, "name", SHEAF_KIND_TEXT, &field, &err));
    assert_ptr_equal(field.group, packages);
    assert_true(sheaf_typed_field(packages, "id", SHEAF_KIND_INT, &field, &err));

    sheaf_field untouched = {0};
    assert_false(sheaf_typed_field(packages, "popularity", SHEAF_KIND_FLOAT, &untouched, &err));
    assert_error(&err, SHEAF_E_CHANGED, "'popularity' of Package is of type Int now", "run sheaf gen again");
    assert_false(sheaf_typed_field(packages, "id", SHEAF_KIND_TEXT, &untouched, &err));
    assert_error(&err, SHEAF_E_CATALOGUE, "'id' of Package is a number in the database",
                 "without its --text-id");
    assert_false(sheaf_typed_field(packages, "url", SHEAF_KIND_TEXT, &untouched, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "'url' of Package was not asked for", "typed_test.c:");
    assert_false(sheaf_typed_field(packages, "name", SHEAF_KIND_INT, &untouched, NULL));
    assert_null(untouched.group);
    sheaf_context_free(c);
}

/* A field that tracks is another kind of field, and of the same type. */
static void fields_that_track(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, NULL, NULL);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_ALL);
    sheaf_need(packages, "name", "popularity");
    realise(c);
    sheaf_field name = {0}, number = {0};
    sheaf_error err;
    assert_true(sheaf_typed_field(packages, "name", SHEAF_KIND_TEXT, &name, &err));
    assert_false(sheaf_typed_field(packages, "popularity", SHEAF_KIND_FLOAT, &number, &err));
    assert_true(sheaf_typed_field(packages, "popularity", SHEAF_KIND_INT, &number, &err));
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(packages, &count);
    assert_true(count > 0);
    sheaf_slice text;
    assert_int_equal(sheaf_text(rows[0], &name, &text), SHEAF_VALUE);
    sheaf_unused unused;
    assert_true(sheaf_context_unused(c, &unused, &err));
    assert_int_equal(unused.never_read, 1);
    assert_slice(unused.items[0].attribute, "popularity");
    sheaf_context_free(c);
}

static void keys(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *all = sheaf_search(c, "note", SHEAF_ALL);
    sheaf_need(all, "number", "body");
    realise(c);
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(all, &count);
    assert_true(count >= 2);
    note_key wanted[2] = {{0}, {.package_id = -1, .number = -1}};
    sheaf_value number;
    sheaf_error err;
    assert_true(sheaf_get(rows[1], all, "number", &number, &err));
    wanted[0].number = number.i;
    const char *body = world_values(&rows[1], 1, all, "body");

    /* The package's key is known to the database alone: every package is tried. */
    sheaf_context *again = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search(again, "package", SHEAF_ALL);
    realise(again);
    size_t package_count, found = 0;
    const sheaf_row *const *package_rows = sheaf_rows(packages, &package_count);
    for (size_t i = 0; i < package_count; i++) {
        sheaf_value id;
        assert_true(sheaf_get(package_rows[i], packages, "id", &id, &err));
        wanted[0].package_id = id.i;
        sheaf_context *one = sheaf_context_new(w->db);
        sheaf_group *notes =
            sheaf_typed_keys_at(one, "Note", wanted, 2, sizeof *wanted, note_parts, 2, "here");
        sheaf_need(notes, "body");
        realise(one);
        size_t n;
        const sheaf_row *const *got = sheaf_rows(notes, &n);
        assert_true(n <= 1); /* the second key is nobody's */
        found += n && strcmp(world_values(got, n, notes, "body"), body) == 0;
        sheaf_context_free(one);
    }
    assert_int_equal(found, 1);
    sheaf_context_free(again);
    sheaf_context_free(c);
}

static void refuses(const world *w, sheaf_group *declare(sheaf_context *c), sheaf_code code,
                    const char *words) {
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_error err;
    assert_non_null(declare(c)); /* which may be used further */
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, code, words);
    sheaf_context_free(c);
}

static const int64_t many[10001];

static sheaf_group *key_of_one_column(sheaf_context *c) {
    return sheaf_typed_keys_at(c, "Note", many, 1, sizeof *many, note_parts, 1, "there.c:1");
}
static sheaf_group *key_of_another_type(sheaf_context *c) {
    static const sheaf_slice names[] = {{"one", 3}};
    static const sheaf_key_part text[] = {{SHEAF_KIND_TEXT, 0}};
    return sheaf_typed_keys_at(c, "Package", names, 1, sizeof *names, text, 1, "there.c:2");
}
static sheaf_group *keys_of_nothing(sheaf_context *c) {
    return sheaf_typed_keys_at(c, "Nothing", many, 1, sizeof *many, note_parts, 1, "there.c:3");
}
static sheaf_group *list_at_null(sheaf_context *c) {
    return sheaf_search(c, "package", ids("in", NULL, 2));
}
static sheaf_group *list_too_long(sheaf_context *c) {
    return sheaf_search(c, "package", ids("not_in", many, 10001));
}
static sheaf_group *list_for_one(sheaf_context *c) {
    return sheaf_search(c, "package", ids("eq", many, 2));
}
static sheaf_group *numbers_for_texts(sheaf_context *c) {
    return sheaf_search(c, "package", sheaf_typed_ints("name", "in", many, 2));
}
static sheaf_group *text_at_null(sheaf_context *c) {
    return sheaf_search(c, "package", sheaf_typed_text("name", "eq", NULL));
}
static sheaf_group *mistake_before(sheaf_context *c) {
    text_at_null(c);
    return sheaf_typed_keys_at(c, "Package", many, 1, sizeof *many, note_parts, 1, "there.c:4");
}

static void mistakes(void **state) {
    world *w = world_of(state);
    refuses(w, key_of_one_column, SHEAF_E_CHANGED,
            "there.c:1: the key of Note has 2 columns, and had 1 when");
    refuses(w, key_of_another_type, SHEAF_E_VARIABLE, "there.c:2: ");
    refuses(w, keys_of_nothing, SHEAF_E_SHAPE, "there.c:3: the model has no entity 'Nothing'");
    refuses(w, list_at_null, SHEAF_E_USAGE, "'id': a list of 2 values at NULL");
    refuses(w, list_too_long, SHEAF_E_LIMIT, "'id': a list of 10001 values; at most 10000");
    refuses(w, list_for_one, SHEAF_E_VARIABLE, "id");
    refuses(w, numbers_for_texts, SHEAF_E_VARIABLE, "name");
    refuses(w, text_at_null, SHEAF_E_USAGE, "'name' is compared with NULL");
    refuses(w, mistake_before, SHEAF_E_USAGE, "'name' is compared with NULL");
}

static void lists(void **state) {
    world *w = world_of(state);
    const sheaf_slice names[] = {SHEAF_SLICE("apt"), SHEAF_SLICE("none such")};
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *none = sheaf_count(c, "package", ids("in", NULL, 0)),
                *all = sheaf_count(c, "package", SHEAF_ALL),
                *not_none = sheaf_count(c, "package", ids("not_in", many, 0)),
                *named = sheaf_search(c, "package", sheaf_typed_slices("name", "in", names, 2));
    sheaf_need(named, "name");
    realise(c);
    int64_t totals[3];
    assert_true(sheaf_total(none, &totals[0], NULL) && sheaf_total(all, &totals[1], NULL) &&
                sheaf_total(not_none, &totals[2], NULL));
    assert_int_equal(totals[0], 0);
    assert_int_equal(totals[2], totals[1]);
    assert_string_equal(world_list(named, "name"), "apt apt"); /* of two distributions */
    sheaf_context_free(c);
}

/* Keys and lists as plain memory, with every allocation made to fail. */
static void lacks_memory(void **state) {
    world *w = world_of(state);
    const note_key key = {1, 1};
    const int64_t some[] = {1, 2, 3};
    test_memory m;
    test_memory_init(&m);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.allocator = &m.allocator, .pool_size = 1});
    bool failed = true;
    for (size_t at = 1; failed; at++) {
        m.calls = 0;
        m.failed = false;
        m.fail_at = at;
        sheaf_error err = {0};
        sheaf_context *c = sheaf_context_new(db);
        if (c) {
            sheaf_typed_keys_at(c, "Note", &key, 1, sizeof key, note_parts, 2, "here");
            sheaf_search(c, "package", ids("in", some, 3));
            bool ok = sheaf_realise(c, &err);
            assert_true(ok || (m.failed && err.code == SHEAF_E_MEMORY));
        }
        failed = m.failed;
        m.fail_at = 0;
        sheaf_context_free(c);
    }
    sheaf_close(db);
    assert_true(test_memory_clean(&m));
}

static const struct CMUnitTest tests[] = {ON_BOTH(fields), ON_BOTH(fields_that_track),
                                          ON_BOTH(keys),   ON_BOTH(mistakes),
                                          ON_BOTH(lists),  ON_SQLITE(lacks_memory)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
