/* Generated code on both backends: what the structs hold is what sheaf_page_json says of the same shape. The
 * project everything/ has all that a generator may meet. */
#include <stdlib.h>

#include "both.h"
#include "everything_shapes.h"

/* As the backends write the types that they do not share. */
static const struct {
    const char *moment, *bytes, *decimal, *made, *changed, *body;
} types[] = {
    {"INTEGER", "BLOB", "TEXT", "1714566600000000", "-1", "X'00FF'"},
    {"TIMESTAMPTZ", "BYTEA", "NUMERIC", "'2024-05-01T12:30:00Z'", "'1969-12-31T23:59:59.999999Z'",
     "'\\x00FF'"},
};

static const char tables[] =
    "CREATE TABLE owner (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE word (id TEXT NOT NULL PRIMARY KEY);"
    "CREATE TABLE tie (owner_id BIGINT NOT NULL, number INTEGER NOT NULL, weight DOUBLE PRECISION,"
    "  PRIMARY KEY (owner_id, number));"
    "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, class INTEGER NOT NULL, big BIGINT,"
    "  score DOUBLE PRECISION, exact %s, int64_t TEXT NOT NULL, note TEXT, done BOOLEAN NOT NULL, maybe "
    "BOOLEAN,"
    "  made %s NOT NULL, changed %s, day DATE, doc JSON, tag UUID NOT NULL, body %s, has_note BOOLEAN,"
    "  owner_id BIGINT NOT NULL, parent_id BIGINT, word_id TEXT);"
    "INSERT INTO owner VALUES (1, 'ann'), (2, 'bob'), (3, 'cid');"
    "INSERT INTO word VALUES ('7'), ('noun');"
    "INSERT INTO tie VALUES (1, 1, 0.5), (2, 1, NULL);";

static const char full_row[] =
    "INSERT INTO thing VALUES (%d, 5, 9007199254740993, 1.25, '0.750', 'word', 'note %d', true, false, %s, "
    "%s,"
    "  '2024-02-29', '{\"a\": [1]}', '6b29fc40-ca47-1067-b31d-00dd010662da', %s, true, 1, %s, '7');";
static const char bare_row[] =
    "INSERT INTO thing VALUES (%d, 1, NULL, NULL, NULL, '', NULL, false, NULL, %s, NULL, NULL, NULL,"
    "  '00000000-0000-0000-0000-000000000000', NULL, NULL, 2, %s, NULL);";

static void fill(const world *w) {
    char sql[2000];
    const char *made = types[w->pg].made;
    snprintf(sql, sizeof sql, tables, types[w->pg].decimal, types[w->pg].moment, types[w->pg].moment,
             types[w->pg].bytes);
    world_run(w, sql);
    for (int id = 1; id <= 4; id++) {
        const char *parent = id == 1 ? "NULL" : "1";
        snprintf(sql, sizeof sql, full_row, id, id, made, types[w->pg].changed, types[w->pg].body, parent);
        world_run(w, sql);
    }
    for (int id = 5; id <= 6; id++) {
        snprintf(sql, sizeof sql, bare_row, id, made, id == 5 ? "2" : "NULL");
        world_run(w, sql);
    }
}

static int open_all(void **state) {
    (void)state;
    both_open(everything_model_new, EVERYTHING "/shapes", fill);
    return 0;
}

#define READ(call, err)                                                                                      \
    do {                                                                                                     \
        if (!(call)) fail_msg("%s: %s", sheaf_code_name((err).code), (err).message);                         \
    } while (0)

static void every_scalar(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    every_page *page = NULL;
    READ(every_read(db, &(every_vars){.id = 1}, &page, &err), err);
    const every_thing *t = page->thing;
    assert_int_equal(t->id, 1);
    assert_slice(t->typename_, "Thing");
    assert_true(t->has_big && t->big == INT64_C(9007199254740993));
    assert_true(t->has_score && t->score == 1.25);
    assert_true(t->done && t->has_maybe && !t->maybe && t->has_has_note_value && t->has_note_value);
    assert_true(t->note_is_set);
    assert_slice(t->note, "note 1");
    assert_int_equal(t->made, INT64_C(1714566600000000));
    assert_true(t->has_changed && t->changed == -1);
    assert_true(t->has_day && t->day == 19782);
    assert_slice_literal(t->body, "\x00\xFF");
    assert_slice(t->word->id, "7");
    assert_int_equal(t->parts_count_value, 3);
    assert_int_equal(t->parts_length, 2);
    assert_int_equal(t->parts[1]->id, 3);
    assert_null(t->thing);
    assert_slice(t->label, "note 1: ann {");
    both_assert_same(db, &every_compiled, page, (sheaf_variable[]){SHEAF_VAR_INT("id", 1)}, 1);
    every_free(page);
}

static void nothing_there(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    every_page *page = NULL;
    READ(every_read(db, &(every_vars){.id = 5}, &page, &err), err);
    const every_thing *t = page->thing;
    assert_false(t->has_big || t->has_score || t->has_exact || t->note_is_set || t->has_maybe ||
                 t->has_changed || t->has_day || t->has_doc || t->has_body || t->has_has_note_value ||
                 t->has_label || t->has_while);
    assert_null(t->word);
    assert_slice(t->thing->note, "note 2");
    both_assert_same(db, &every_compiled, page, (sheaf_variable[]){SHEAF_VAR_INT("id", 5)}, 1);
    every_free(page);

    READ(every_read(db, &(every_vars){.id = 77}, &page, &err), err);
    assert_null(page->thing);
    every_free(page);
    every_free(NULL);
}

static void without_variables(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    class_page *page = NULL;
    READ(class_read(db, &page, &err), err);
    assert_int_equal(page->things_count, 2);
    const tiny *first = page->things[0];
    assert_slice(first->owner->name, "ann");
    assert_int_equal(first->more.class_, 5);
    assert_int_equal(page->ties_count, 2);
    assert_true(page->ties[0]->has_weight && !page->ties[1]->has_weight);
    assert_null(page->nobody);
    both_assert_same(db, &class_compiled, page, NULL, 0);
    assert_true(class_stats(page).statements > 0);
    class_free(page);
}

static void every_variable(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    const int64_t classes[] = {5, 6}, ids[] = {1, 2, 3, 5}, two = 2, big = 6;
    const double least = 0.25;
    const sheaf_slice notes[] = {SHEAF_SLICE("note 1"), SHEAF_SLICE("note 2"), SHEAF_SLICE("note 3")};
    const sheaf_slice tags[] = {SHEAF_SLICE("6b29fc40-ca47-1067-b31d-00dd010662da")};
    const sheaf_slice words[] = {SHEAF_SLICE("7"), SHEAF_SLICE("noun")};
    all_vars_vars vars = {.i = 2,
                          .b = &big,
                          .f = &least,
                          .t = true,
                          .ts = INT64_C(1714566600000000),
                          .d = 0,
                          .u = SHEAF_SLICE("00000000-0000-0000-0000-000000000000"),
                          .is = classes,
                          .is_count = 2,
                          .ss = notes,
                          .ss_count = 3,
                          .us = tags,
                          .us_count = 1,
                          .decs = words, /* none, but no list is not an empty list */
                          .decs_count = 0,
                          .ids = ids,
                          .ids_length = 4,
                          .ids_count_value = &two,
                          .words = words,
                          .words_count = 2,
                          .int_ = &two};
    all_vars_page *page = NULL, *next = NULL;
    READ(all_vars_read(db, &vars, &page, &err), err);
    assert_int_equal(page->things_length, 2);
    assert_int_equal(page->things[1]->id, 2);
    assert_int_equal(page->things_count_value, 4);
    assert_int_equal(page->owners_count, 2);

    vars.after = page->things[1]->cursor;
    READ(all_vars_read(db, &vars, &next, &err), err);
    assert_int_equal(next->things_length, 1);
    assert_int_equal(next->things[0]->id, 3);
    all_vars_free(next);
    all_vars_free(page);

    vars.ids = NULL;
    assert_false(all_vars_read(db, &vars, &page, &err));
    assert_error(&err, SHEAF_E_VARIABLE, "ids");
}

/* One row is shown by several structs, as fragments and selections meet. */
static void fragments(void **state) {
    sheaf_db *db = both_db(state);
    sheaf_error err = {0};
    const int64_t two = 2;
    deep_page *page = NULL;
    READ(deep_read(db, &(deep_vars){.n = &two}, &page, &err), err);
    assert_int_equal(page->owners_count, 3);
    const deep_owners *ann = page->owners[0];
    assert_slice(ann->who.name, "ann");
    assert_int_equal(ann->few_count, 2);
    const deep_owners_few *few = ann->few[0];
    assert_int_equal(few->card.more.id, 1);
    assert_slice(few->tiny.note, "note 1");
    assert_int_equal(few->time.made, INT64_C(1714566600000000));
    assert_int_equal(few->owner->id, 1);
    assert_int_equal(few->owner->sized.some_count, 2);
    assert_ptr_equal(few->card.owner, few->tiny.owner);
    assert_int_equal(ann->things_count, 4);
    both_assert_same(db, &deep_compiled, page, (sheaf_variable[]){SHEAF_VAR_INT("n", 2)}, 1);
    deep_free(page);

    other_page *other = NULL;
    READ(other_read(db, &(other_vars){0}, &other, &err), err);
    assert_int_equal(other->owners[0]->some_count, 1);
    both_assert_same(db, &other_compiled, other, NULL, 0);
    other_free(other);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        ON_BOTH(every_scalar),   ON_BOTH(nothing_there), ON_BOTH(without_variables),
        ON_BOTH(every_variable), ON_BOTH(fragments),
    };
    return cmocka_run_group_tests(tests, open_all, both_close);
}
