/* Rows are one for each entity and key, whichever way they were reached; unions; and what a group can hold.
 */
#include "world.h"

/* The row of `group` whose key is `id`, or NULL. */
static const sheaf_row *with_id(const sheaf_group *group, int64_t id) {
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(group, &count);
    for (size_t i = 0; i < count; i++) {
        sheaf_value v;
        assert_true(sheaf_get(rows[i], group, "id", &v, NULL));
        if (v.i == id) return rows[i];
    }
    return NULL;
}

/* Ann maintains apt and uploads bash: one row, fetched once, and each group sees its own wish. */
static void one_row_for_maintainer_and_uploader(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_EQ("distro", 1));
    sheaf_group *maintainers = sheaf_follow(packages, "maintainer", NULL);
    sheaf_group *uploaders = sheaf_follow(packages, "uploaders", NULL);
    sheaf_need(maintainers, "name");
    sheaf_need(uploaders, "email");
    realise(c);
    const sheaf_row *ann = with_id(maintainers, 1);
    assert_non_null(ann);
    assert_ptr_equal(ann, with_id(uploaders, 1));
    assert_ptr_equal(with_id(maintainers, 2), with_id(uploaders, 2));
    assert_null(with_id(maintainers, 3));
    const sheaf_row *one = NULL, *const *many = NULL;
    size_t count = 0;
    assert_true(sheaf_one(with_id(packages, 1), maintainers, &one, NULL));
    assert_true(sheaf_many(with_id(packages, 2), uploaders, &many, &count, NULL));
    assert_int_equal(count, 1);
    assert_ptr_equal(one, many[0]);
    sheaf_value v;
    sheaf_error err = {0};
    assert_true(sheaf_get(ann, maintainers, "name", &v, &err));
    assert_slice(v.text, "ann");
    assert_true(sheaf_get(ann, uploaders, "email", &v, &err));
    assert_slice(v.text, "ann@x");
    assert_false(sheaf_get(ann, maintainers, "email", &v, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "email", "groups_test.c");
    assert_false(sheaf_get(ann, uploaders, "name", &v, &err));
    sheaf_stats stats = sheaf_context_stats(c);
    assert_int_equal(stats.statements, 3);   /* packages, links, people */
    assert_int_equal(stats.rows, 4 + 3 + 3); /* each person once */
    sheaf_context_free(c);
}

static void a_union_fetches_once_and_shows_its_wish(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_EQ("distro", 1));
    sheaf_group *people = sheaf_follow(packages, "maintainer", NULL);
    sheaf_group *uploaders = sheaf_follow_at(packages, "uploaders", NULL, "up.c:1");
    assert_ptr_equal(sheaf_update(people, uploaders), people);
    sheaf_need(people, "name", "packages_count");
    sheaf_group *theirs = sheaf_follow(people, "packages", NULL); /* follows all of the union */
    sheaf_need(theirs, "name");
    realise(c);
    assert_string_equal(world_list(people, "name"), "ann bob cid");
    assert_string_equal(world_list(people, "packages_count"), "3 1 1");
    assert_string_equal(world_list(uploaders, "id"), "2 3 1");
    assert_string_equal(world_below(with_id(people, 3), theirs, "name"), "apt");
    assert_string_equal(world_below(with_id(uploaders, 1), theirs, "name"), "apt curl zsh");
    sheaf_value v;
    sheaf_error err = {0};
    assert_false(sheaf_get(with_id(uploaders, 1), uploaders, "name", &v, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "name", "up.c:1");
    assert_true(sheaf_get(with_id(uploaders, 3), people, "name", &v, &err)); /* a row of the union */
    assert_slice(v.text, "cid");
    sheaf_context_free(c);
}

/* A search, keys, a list two levels down and a reference three levels down, united over two steps. */
static void unions_of_groups_reached_differently(void **state) {
    world *w = world_of(state);
    const sheaf_value key = SHEAF_INT_VALUE(2);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *all = sheaf_search(c, "package", SHEAF_EQ("name", "zsh"));
    sheaf_group *keys = sheaf_group_of_keys(c, "package", &key, 1);
    sheaf_group *distros = sheaf_search(c, "distro", SHEAF_EQ("name", "debian"));
    sheaf_group *hot = sheaf_follow(distros, "hot_packages", (&(sheaf_follow_options){.limit = 2}));
    sheaf_group *bugs = sheaf_follow(hot, "bugs", NULL);
    sheaf_group *back = sheaf_follow(bugs, "package", NULL);
    sheaf_update(all, keys);
    sheaf_update(back, hot);
    sheaf_update(all, back);
    sheaf_need(all, "name", "url", "bugs_count");
    sheaf_group *notes = sheaf_follow(all, "notes", NULL);
    sheaf_need(notes, "body");
    realise(c);
    assert_string_equal(world_list(all, "name"),
                        "zsh bash curl"); /* its own, then those of keys, then back */
    assert_string_equal(world_list(all, "url"),
                        "/ubuntu/+source/zsh /debian/+source/bash /debian/+source/curl");
    assert_string_equal(world_list(all, "bugs_count"), "1 1 0");
    assert_string_equal(world_list(back, "id"), "2 3");
    assert_string_equal(world_list(hot, "id"), "3 2"); /* NULL first descending */
    assert_string_equal(world_below(with_id(hot, 2), notes, "body"), "c");
    assert_ptr_equal(with_id(keys, 2), with_id(back, 2));
    sheaf_context_free(c);
}

static void several_roots_share_rows(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *by_name = sheaf_search(c, "person", SHEAF_EQ("name", "ann"));
    sheaf_group *all =
        sheaf_search_with(c, "person", (&(sheaf_search_options){.order = SHEAF_ORDER(SHEAF_DESC("name"))}));
    sheaf_group *count = sheaf_count(c, "person", SHEAF_IS_NULL("email", true));
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_CMP("popularity", "ge", SHEAF_INT_VALUE(70)));
    sheaf_need(by_name, "email");
    sheaf_need(all, "name");
    sheaf_need(packages, "name");
    realise(c);
    assert_string_equal(world_list(by_name, "email"), "ann@x");
    assert_string_equal(world_list(all, "name"), "dee cid bob ann");
    assert_string_equal(world_list(packages, "name"), "bash zsh");
    assert_ptr_equal(world_row(by_name, 0), world_row(all, 3));
    int64_t total = 0;
    sheaf_error err = {0};
    assert_true(sheaf_total(count, &total, &err));
    assert_int_equal(total, 1);
    assert_false(sheaf_total(all, &total, &err));
    assert_error(&err, SHEAF_E_USAGE, "no count");
    assert_int_equal(sheaf_context_stats(c).trips, 1);
    sheaf_context_free(c);
}

static void lists_of_each_parent(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *distros = sheaf_search(c, "distro", SHEAF_ALL);
    sheaf_group *by_name = sheaf_follow(
        distros, "packages", (&(sheaf_follow_options){.order = SHEAF_ORDER(SHEAF_DESC("name")), .limit = 2}));
    sheaf_group *second = sheaf_follow(
        distros, "packages",
        (&(sheaf_follow_options){.order = SHEAF_ORDER(SHEAF_ASC("popularity")), .limit = 2, .offset = 1}));
    sheaf_group *named =
        sheaf_follow(distros, "packages", (&(sheaf_follow_options){.where = SHEAF_EQ("name", "apt")}));
    sheaf_group *hot = sheaf_follow(distros, "hot_packages", NULL);
    sheaf_group *groups[] = {by_name, second, named, hot};
    for (int i = 0; i < 4; i++) sheaf_need(groups[i], "name");
    realise(c);
    static const char *const wanted[4][3] = {{"dash curl", "zsh apt", ""},
                                             {"dash bash", "zsh", ""},
                                             {"apt", "apt", ""},
                                             {"curl bash apt dash", "zsh apt", ""}};
    for (int i = 0; i < 4; i++)
        for (int d = 0; d < 3; d++)
            assert_string_equal(world_below(world_row(distros, (size_t)d), groups[i], "name"), wanted[i][d]);
    sheaf_context_free(c);
}

static void picks_counts_and_texts(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_ALL);
    sheaf_group *hottest = sheaf_follow(packages, "hottest_bug", NULL);
    sheaf_need(packages, "url", "bugs_count");
    sheaf_need(hottest, "title");
    realise(c);
    static const char *const bugs[] = {"slow", "leak", "", "", "", "hang"};
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(world_below(world_row(packages, i), hottest, "title"), bugs[i]);
    assert_string_equal(world_list(packages, "bugs_count"), "3 1 0 0 0 1");
    assert_string_equal(world_list(packages, "url"),
                        "/debian/+source/apt /debian/+source/bash /debian/+source/curl /debian/+source/dash "
                        "/ubuntu/+source/apt /ubuntu/+source/zsh");
    sheaf_context_free(c);
}

/* Two hops, of which only the end is asked for: one statement, and each person once for each distro. */
static void dotted_paths(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *distros = sheaf_search(c, "distro", SHEAF_ALL);
    sheaf_group *uploaders = sheaf_follow(distros, "packages.uploaders", NULL);
    sheaf_group *bugs =
        sheaf_follow(distros, "packages.bugs",
                     (&(sheaf_follow_options){.order = SHEAF_ORDER(SHEAF_DESC("heat")), .limit = 3}));
    sheaf_group *maintainers = sheaf_follow(distros, "maintainers", NULL);
    sheaf_need(uploaders, "name");
    sheaf_need(bugs, "title");
    sheaf_need(maintainers, "name");
    realise(c);
    static const char *const people[] = {"ann bob cid", "ann dee", ""}, *const titles[] = {"leak typo slow",
                                                                                           "hang", ""};
    static const char *const owners[] = {"ann bob", "ann cid", ""};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(world_below(world_row(distros, i), uploaders, "name"), people[i]);
        assert_string_equal(world_below(world_row(distros, i), bugs, "title"), titles[i]);
        assert_string_equal(world_below(world_row(distros, i), maintainers, "name"), owners[i]);
    }
    assert_int_equal(sheaf_context_stats(c).statements, 4);
    assert_int_equal(sheaf_context_stats(c).trips, 2);
    sheaf_context_free(c);

    c = sheaf_context_new(w->db); /* to one, over two references */
    sheaf_group *all_bugs = sheaf_search(c, "bug", SHEAF_ALL);
    sheaf_group *distro = sheaf_follow(all_bugs, "package.distro", NULL);
    sheaf_need(distro, "name");
    realise(c);
    assert_string_equal(world_below(world_row(all_bugs, 4), distro, "name"), "ubuntu");
    assert_string_equal(world_list(distro, "name"), "debian ubuntu");
    assert_int_equal(sheaf_context_stats(c).statements, 2);
    sheaf_context_free(c);
}

/* A list whose rows lead nowhere further is asked for all the same: as many statements for no rows as for
 * many. */
static void statements_do_not_depend_on_data(void **state) {
    world *w = world_of(state);
    uint64_t statements[2];
    static const char *const names[] = {"debian", "nowhere"};
    for (int i = 0; i < 2; i++) {
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_group *distros = sheaf_search(c, "distro", SHEAF_EQ("name", names[i]));
        sheaf_group *packages = sheaf_follow(distros, "packages", NULL);
        sheaf_group *bugs = sheaf_follow(packages, "bugs", NULL);
        sheaf_need(packages, "url", "bugs_count");
        sheaf_need(bugs, "title");
        realise(c);
        size_t count;
        sheaf_rows(bugs, &count);
        assert_int_equal(count, i ? 0 : 4);
        statements[i] = sheaf_context_stats(c).statements;
        sheaf_context_free(c);
    }
    assert_int_equal(statements[0], statements[1]);
    assert_int_equal(statements[0], 4); /* the text's distro is the one that the package was reached from */
}

static const struct CMUnitTest tests[] = {
    ON_BOTH(one_row_for_maintainer_and_uploader),
    ON_BOTH(a_union_fetches_once_and_shows_its_wish),
    ON_BOTH(unions_of_groups_reached_differently),
    ON_BOTH(several_roots_share_rows),
    ON_BOTH(lists_of_each_parent),
    ON_BOTH(picks_counts_and_texts),
    ON_BOTH(dotted_paths),
    ON_BOTH(statements_do_not_depend_on_data),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
