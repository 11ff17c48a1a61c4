/* Each group shows what it asked for and nothing else; after realise nothing reaches the database and nothing
 * can be added. */
#include "../../src/context/context.h"
#include "world.h"

/* distros → packages → { maintainer, uploaders, bugs → package }, each with another wish. */
typedef struct page {
    sheaf_context *context;
    sheaf_group *distros, *packages, *maintainers, *uploaders, *bugs, *back;
} page;

static page make_page(const world *w) {
    page p = {.context = sheaf_context_new(w->db)};
    p.distros = sheaf_search_at(p.context, "distro",
                                &(sheaf_search_options){.where = SHEAF_EQ("name", "debian")}, "d.c:1");
    p.packages = sheaf_follow_at(p.distros, "packages", NULL, "p.c:2");
    p.maintainers = sheaf_follow_at(p.packages, "maintainer", NULL, "m.c:3");
    p.uploaders = sheaf_follow_at(p.packages, "uploaders", NULL, "u.c:4");
    p.bugs = sheaf_follow_at(p.packages, "bugs", NULL, "b.c:5");
    p.back = sheaf_follow_at(p.bugs, "package", NULL, "k.c:6");
    sheaf_need(p.distros, "packages_count");
    sheaf_need(p.packages, "url", "bugs_count");
    sheaf_need(p.maintainers, "name");
    sheaf_need(p.uploaders, "email");
    sheaf_need(p.bugs, "title");
    sheaf_need(p.back, "popularity");
    return p;
}

static void refuses(const sheaf_group *group, size_t index, const char *attribute, const char *place) {
    sheaf_field field;
    sheaf_value value;
    sheaf_error err = {0};
    assert_false(sheaf_field_of(group, attribute, &field, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, attribute, place, "sheaf_need");
    memset(&err, 0, sizeof err);
    assert_false(sheaf_get(world_row(group, index), group, attribute, &value, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, attribute, place, "sheaf_need");
}

static void every_depth_shows_what_it_asked_for(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    realise(p.context);
    assert_string_equal(world_list(p.distros, "packages_count"), "4");
    assert_string_equal(world_list(p.packages, "url"),
                        "/debian/+source/apt /debian/+source/bash /debian/+source/curl /debian/+source/dash");
    assert_string_equal(world_list(p.packages, "bugs_count"), "3 1 0 0");
    assert_string_equal(world_list(p.maintainers, "name"), "ann bob");
    assert_string_equal(world_list(p.uploaders, "email"), "bob@x - ann@x");
    assert_string_equal(world_list(p.bugs, "title"), "crash typo slow leak");
    assert_string_equal(world_list(p.back, "popularity"), "50 90");
    assert_string_equal(world_list(p.back, "id"), "1 2"); /* the key is always there */
    /* Roots, lists, references, and what other groups of the same entity, a text or a count brought into the
     * same memory. */
    refuses(p.distros, 0, "name", "d.c:1");
    refuses(p.packages, 0, "name", "p.c:2");
    refuses(p.packages, 0, "popularity", "p.c:2");
    refuses(p.maintainers, 0, "email", "m.c:3");
    refuses(p.maintainers, 0, "packages_count", "m.c:3");
    refuses(p.uploaders, 0, "name", "u.c:4");
    refuses(p.bugs, 0, "heat", "b.c:5");
    refuses(p.back, 0, "bugs_count", "k.c:6");
    refuses(p.back, 0, "url", "k.c:6");
    sheaf_context_free(p.context);
}

static void names_what_does_not_exist(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    realise(p.context);
    sheaf_field field;
    sheaf_error err = {0};
    assert_false(sheaf_field_of(p.maintainers, "nmae", &field, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "Person", "nmae", "did you mean 'name'");
    assert_false(sheaf_field_of(p.packages, "bugs", &field, &err)); /* a relation is no attribute */
    assert_int_equal(err.code, SHEAF_E_NOT_ASKED);
    sheaf_context_free(p.context);
}

static void rows_of_other_groups_are_refused(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    realise(p.context);
    sheaf_error err = {0};
    sheaf_field name;
    sheaf_slice text = SHEAF_SLICE("before");
    sheaf_value value;
    assert_true(sheaf_field_of(p.maintainers, "name", &name, &err));
    const sheaf_row *cid = world_row(p.uploaders, 1); /* uploads, and maintains nothing here */
    assert_int_equal(sheaf_text(cid, &name, &text), SHEAF_REFUSED);
    assert_slice(text, "before");
    assert_false(sheaf_refusal(cid, &name, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "Person", "m.c:3");
    assert_false(sheaf_get(cid, p.maintainers, "name", &value, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "name", "Person", "m.c:3");
    assert_int_equal(sheaf_text(world_row(p.bugs, 0), &name, &text), SHEAF_REFUSED); /* another entity */
    assert_false(sheaf_get(world_row(p.bugs, 0), p.maintainers, "name", &value, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "Bug", "m.c:3");

    const sheaf_row *const *many;
    const sheaf_row *one;
    size_t count;
    assert_false(sheaf_many(world_row(p.distros, 0), p.bugs, &many, &count, &err)); /* bugs follow packages */
    assert_error(&err, SHEAF_E_NOT_ASKED, "Distro", "b.c:5", "p.c:2");
    assert_false(sheaf_one(cid, p.maintainers, &one, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "Person", "m.c:3");
    assert_false(sheaf_one(world_row(p.packages, 0), p.bugs, &one, &err));
    assert_error(&err, SHEAF_E_USAGE, "b.c:5", "sheaf_many");
    assert_false(sheaf_many(world_row(p.packages, 0), p.maintainers, &many, &count, &err));
    assert_error(&err, SHEAF_E_USAGE, "m.c:3", "sheaf_one");
    assert_false(sheaf_many(world_row(p.distros, 0), p.distros, &many, &count, &err));
    assert_error(&err, SHEAF_E_USAGE, "d.c:1", "follows no other");

    page other = make_page(w); /* a row of another context, of the same shape */
    realise(other.context);
    assert_false(sheaf_get(world_row(other.maintainers, 0), p.maintainers, "name", &value, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_ASKED);
    assert_false(sheaf_one(world_row(other.packages, 0), p.maintainers, &one, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_ASKED);
    sheaf_context_free(other.context);
    sheaf_context_free(p.context);
}

static void kinds_are_checked(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    realise(p.context);
    sheaf_error err = {0};
    sheaf_field title, email;
    int64_t number = 7;
    double real = 7;
    sheaf_slice text = {0};
    assert_true(sheaf_field_of(p.bugs, "title", &title, &err));
    assert_int_equal(sheaf_int(world_row(p.bugs, 0), &title, &number), SHEAF_REFUSED);
    assert_int_equal(sheaf_float(world_row(p.bugs, 0), &title, &real), SHEAF_REFUSED);
    assert_int_equal(number, 7);
    assert_false(sheaf_refusal(world_row(p.bugs, 0), &title, &err));
    assert_error(&err, SHEAF_E_USAGE, "String", "sheaf_text");
    assert_int_equal(sheaf_text(world_row(p.bugs, 0), &title, &text), SHEAF_VALUE);
    assert_true(sheaf_field_of(p.uploaders, "email", &email, &err));
    assert_int_equal(sheaf_text(world_row(p.uploaders, 1), &email, &text), SHEAF_IS_NULL_VALUE);
    assert_slice(text, "crash");
    sheaf_context_free(p.context);
}

/* Reading goes on in a database that has no driver and no connections any more. */
static void reads_cannot_reach_the_database(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    realise(p.context);
    sheaf_stats before = sheaf_context_stats(p.context);
    sheaf_db whole = *w->db;
    w->db->driver = NULL;
    w->db->dialect = NULL;
    w->db->pool = NULL;
    assert_string_equal(world_list(p.packages, "bugs_count"), "3 1 0 0");
    const sheaf_row *apt = world_row(p.packages, 0);
    assert_string_equal(world_below(apt, p.maintainers, "name"), "ann");
    assert_string_equal(world_below(apt, p.uploaders, "email"), "bob@x -");
    assert_string_equal(world_below(apt, p.bugs, "title"), "crash typo slow");
    assert_string_equal(world_below(world_row(p.bugs, 3), p.back, "popularity"), "90");
    refuses(p.packages, 0, "name", "p.c:2");
    sheaf_group *late = sheaf_follow(p.packages, "distro", NULL);
    sheaf_need(late, "name");
    sheaf_error err = {0};
    size_t count = 1;
    assert_false(sheaf_realise(p.context, &err));
    assert_null(sheaf_rows(late, &count));
    assert_int_equal(count, 0);
    sheaf_stats after = sheaf_context_stats(p.context);
    assert_memory_equal(&before, &after, sizeof before);
    w->db->driver = whole.driver;
    w->db->dialect = whole.dialect;
    w->db->pool = whole.pool;
    sheaf_context_free(p.context);
}

static void nothing_is_added_after_realise(void **state) {
    world *w = world_of(state);
    sheaf_error err = {0};
    for (int which = 0; which < 6; which++) {
        page p = make_page(w);
        realise(p.context);
        sheaf_group *late = NULL;
        switch (which) {
        case 0: late = sheaf_search(p.context, "person", SHEAF_ALL); break;
        case 1: late = sheaf_follow(p.packages, "notes", NULL); break;
        case 2: late = sheaf_count(p.context, "person", SHEAF_ALL); break;
        case 3:
            late =
                sheaf_group_of_keys(p.context, "person", (&(sheaf_value){.kind = SHEAF_KIND_INT, .i = 1}), 1);
            break;
        case 4: sheaf_need(p.maintainers, "email"); break;
        default: sheaf_update(p.maintainers, p.uploaders);
        }
        sheaf_value value;
        sheaf_field field;
        if (late) {
            assert_false(sheaf_field_of(late, "name", &field, &err));
            assert_error(&err, SHEAF_E_STATE, "realised", "strict_test.c");
        }
        assert_false(sheaf_realise(p.context, &err));
        assert_error(&err, SHEAF_E_STATE, "once");
        assert_false(sheaf_get(world_row(p.maintainers, 0), p.maintainers, "email", &value, &err));
        assert_error(&err, SHEAF_E_NOT_ASKED, "m.c:3");
        assert_string_equal(world_list(p.maintainers, "name"), "ann bob"); /* what was realised stays */
        sheaf_context_free(p.context);
    }
}

static void nothing_is_there_before_realise(void **state) {
    world *w = world_of(state);
    page p = make_page(w);
    size_t count = 1;
    sheaf_field field;
    sheaf_error err = {0};
    assert_null(sheaf_rows(p.packages, &count));
    assert_int_equal(count, 0);
    assert_false(sheaf_field_of(p.packages, "url", &field, &err));
    assert_error(&err, SHEAF_E_STATE, "p.c:2", "not realised");
    sheaf_context_free(p.context);
}

static void a_failed_realise_leaves_nothing(void **state) {
    world *w = world_of(state);
    sheaf_error err = {0}, again = {0};
    size_t count = 1;
    int64_t total = 5;
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *people = sheaf_search(c, "person", SHEAF_ALL), *number = sheaf_count(c, "person", SHEAF_ALL);
    sheaf_follow_at(people, "friends", NULL, "first.c:9");
    sheaf_follow_at(people, "foes", NULL, "second.c:9");
    assert_false(sheaf_realise(c, &err));
    assert_error(&err, SHEAF_E_SHAPE, "first.c:9", "friends", "Person"); /* the first mistake is told */
    assert_null(sheaf_rows(people, &count));
    assert_int_equal(count, 0);
    assert_false(sheaf_total(number, &total, &again));
    assert_int_equal(total, 5);
    assert_false(sheaf_realise(c, &again));
    assert_int_equal(again.code, SHEAF_E_STATE);
    sheaf_context_free(c);
}

static void mistakes_are_told_by_realise(void **state) {
    world *w = world_of(state);
    static const char *const places[] = {"strict_test.c"};
    for (int which = 0; which < 10; which++) {
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_group *people = sheaf_search(c, "person", SHEAF_ALL), *bugs = sheaf_search(c, "bug", SHEAF_ALL);
        sheaf_code wanted = SHEAF_E_SHAPE;
        switch (which) {
        case 0: sheaf_search(c, "persona", SHEAF_ALL); break;
        case 1: sheaf_need(people, "nmae"); break;
        case 2: sheaf_need(people, "packages"); break;
        case 3: sheaf_update(people, bugs); break;
        case 4: sheaf_search(c, "person", SHEAF_EQ("nmae", "x")); break;
        case 5:
            sheaf_search_with(c, "person",
                              (&(sheaf_search_options){.order = SHEAF_ORDER(SHEAF_ASC("packages"))}));
            break;
        case 6: sheaf_follow(bugs, "package.maintainers", NULL); break;
        case 7:
            sheaf_follow(sheaf_count(c, "bug", SHEAF_ALL), "package", NULL);
            wanted = SHEAF_E_USAGE;
            break;
        case 8:
            sheaf_follow(bugs, "package", (&(sheaf_follow_options){.limit = 3}));
            wanted = SHEAF_E_USAGE;
            break;
        default: {
            sheaf_group *packages = sheaf_follow(people, "packages", NULL);
            sheaf_update(people, sheaf_follow(packages, "maintainer", NULL)); /* which depends on people */
        }
        }
        sheaf_error err = {0};
        assert_false(sheaf_realise(c, &err));
        assert_error(&err, wanted, places[0]);
        sheaf_context_free(c);
    }
}

static void groups_of_keys_and_rows(void **state) {
    world *w = world_of(state);
    const sheaf_value keys[] = {SHEAF_INT_VALUE(4), SHEAF_INT_VALUE(99), SHEAF_INT_VALUE(1),
                                SHEAF_INT_VALUE(4)};
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *people = sheaf_group_of_keys_at(c, "person", keys, 4, "keys.c:1");
    sheaf_group *theirs = sheaf_follow(people, "packages", NULL);
    sheaf_need(people, "name");
    sheaf_need(theirs, "name");
    realise(c);
    assert_string_equal(world_list(people, "name"),
                        "dee ann"); /* in their order, once each, without the one that is none */
    assert_string_equal(world_below(world_row(people, 1), theirs, "name"), "apt curl zsh");
    assert_string_equal(world_below(world_row(people, 0), theirs, "name"), "");
    refuses(people, 0, "email", "keys.c:1");

    size_t count;
    const sheaf_row *const *rows = sheaf_rows(people, &count);
    sheaf_context *d = sheaf_context_new(w->db);
    sheaf_group *again = sheaf_group_of_rows_at(d, rows, count, "rows.c:1");
    sheaf_need(again, "email", "packages_count");
    sheaf_group *one = sheaf_group_of_rows(d, rows, 1);
    sheaf_need(one, "name");
    realise(d);
    assert_string_equal(world_list(again, "email"), "dee@x ann@x");
    assert_string_equal(world_list(again, "packages_count"), "0 3");
    assert_string_equal(world_list(one, "name"), "dee");
    assert_ptr_equal(world_row(one, 0), world_row(again, 0));
    refuses(again, 0, "name", "rows.c:1");
    sheaf_context_free(d);
    sheaf_context_free(c);

    const sheaf_value pairs[] = {SHEAF_INT_VALUE(2), SHEAF_INT_VALUE(1), SHEAF_INT_VALUE(1),
                                 SHEAF_INT_VALUE(2)};
    c = sheaf_context_new(w->db); /* a key of two columns */
    sheaf_group *notes = sheaf_group_of_keys(c, "note", pairs, 2);
    sheaf_group *of = sheaf_follow(notes, "package", NULL);
    sheaf_need(notes, "body");
    sheaf_need(of, "name");
    realise(c);
    assert_string_equal(world_list(notes, "body"), "c b");
    assert_string_equal(world_list(of, "name"), "bash apt");
    sheaf_context_free(c);
}

static const struct CMUnitTest tests[] = {
    ON_BOTH(every_depth_shows_what_it_asked_for), ON_BOTH(names_what_does_not_exist),
    ON_BOTH(rows_of_other_groups_are_refused),    ON_BOTH(kinds_are_checked),
    ON_BOTH(reads_cannot_reach_the_database),     ON_BOTH(nothing_is_added_after_realise),
    ON_BOTH(nothing_is_there_before_realise),     ON_BOTH(a_failed_realise_leaves_nothing),
    ON_BOTH(mistakes_are_told_by_realise),        ON_BOTH(groups_of_keys_and_rows),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
