/* Pages of lists: cursors and offsets, at the root and for each parent; and contexts side by side. */
#include <pthread.h>
#include <stdatomic.h>

#include "world.h"

/* Reads a search page by page and gives the values of all pages, pages separated by '/'. */
static const char *all_pages(world *w, const sheaf_order *order, const char *attribute, bool by_cursor) {
    static char text[512];
    char after[512] = "";
    size_t len = 0;
    for (int64_t page = 0; page < 10; page++) {
        sheaf_search_options o = {.order = order, .limit = 2};
        if (by_cursor)
            o.after = after[0] ? after : NULL;
        else
            o.offset = page * 2;
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_group *packages = sheaf_search_with(c, "package", &o);
        sheaf_need(packages, attribute);
        realise(c);
        size_t count;
        sheaf_error err = {0};
        sheaf_slice cursor;
        const sheaf_row *const *rows = sheaf_rows(packages, &count);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", page && count ? "/" : "",
                                world_list(packages, attribute));
        assert_true(len < sizeof text);
        if (count) {
            if (!sheaf_cursor(c, rows[count - 1], packages, &cursor, &err)) fail_msg("%s", err.message);
            snprintf(after, sizeof after, "%.*s", SHEAF_SLICE_ARGS(cursor));
        }
        sheaf_context_free(c);
        if (!count) break;
    }
    return text;
}

/* Orders with ties and a NULL, each way and mixed; both ways of paging give the same. */
static void pages_of_a_search(void **state) {
    world *w = world_of(state);
    const struct {
        const sheaf_order *order;
        const char *ids;
    } cases[] = {
        {NULL, "1 2/3 4/5 6"},
        {SHEAF_ORDER(SHEAF_ASC("popularity")), "5 1/4 6/2 3"},
        {SHEAF_ORDER(SHEAF_DESC("popularity")), "3 2/6 1/4 5"},
        {SHEAF_ORDER(SHEAF_DESC("name"), SHEAF_ASC("popularity")), "6 4/3 2/5 1"},
        {SHEAF_ORDER(SHEAF_ASC("name"), SHEAF_DESC("popularity")), "1 5/2 3/4 6"},
        {SHEAF_ORDER(SHEAF_ASC("popularity"), SHEAF_DESC("id")), "5 4/1 6/2 3"},
        {SHEAF_ORDER(SHEAF_DESC("popularity"), SHEAF_DESC("name")), "3 2/6 4/1 5"},
        {SHEAF_ORDER(SHEAF_DESC("id")), "6 5/4 3/2 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(all_pages(w, cases[i].order, "id", false), cases[i].ids);
        assert_string_equal(all_pages(w, cases[i].order, "id", true), cases[i].ids);
    }
}

static void pages_for_each_parent(void **state) {
    world *w = world_of(state);
    char after[256];
    const sheaf_order *order = SHEAF_ORDER(SHEAF_DESC("popularity"));
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *distros = sheaf_search(c, "distro", SHEAF_ALL);
    sheaf_group *first =
        sheaf_follow(distros, "packages", (&(sheaf_follow_options){.order = order, .limit = 1}));
    realise(c);
    assert_string_equal(world_list(first, "id"), "3 6");
    sheaf_slice cursor;
    sheaf_error err = {0};
    assert_true(sheaf_cursor(c, world_row(first, 1), first, &cursor, &err)); /* zsh, 70 */
    snprintf(after, sizeof after, "%.*s", SHEAF_SLICE_ARGS(cursor));
    sheaf_context_free(c);

    c = sheaf_context_new(w->db);
    distros = sheaf_search(c, "distro", SHEAF_ALL);
    sheaf_group *below = sheaf_follow(distros, "packages",
                                      (&(sheaf_follow_options){.order = order, .after = after, .limit = 5}));
    realise(c);
    assert_string_equal(world_below(world_row(distros, 0), below, "id"), "1 4");
    assert_string_equal(world_below(world_row(distros, 1), below, "id"), "5");
    sheaf_context_free(c);
}

static void cursors_of_another_order_are_refused(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search_with(
        c, "package", (&(sheaf_search_options){.order = SHEAF_ORDER(SHEAF_ASC("name")), .limit = 1}));
    sheaf_group *unordered = sheaf_follow(packages, "bugs", NULL);
    sheaf_need(packages, "popularity");
    realise(c);
    sheaf_slice cursor;
    sheaf_error err = {0};
    assert_true(sheaf_cursor(c, world_row(packages, 0), packages, &cursor, &err));
    assert_false(sheaf_cursor(c, world_row(packages, 0), unordered, &cursor, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_ASKED);
    char right[256], cut[256];
    snprintf(right, sizeof right, "%.*s", SHEAF_SLICE_ARGS(cursor));
    snprintf(cut, sizeof cut, "%.*s", (int)cursor.len - 3, cursor.ptr);
    const char *const wrong[] = {cut, "", "%%%", "bnVsbA", right}; /* the last one in another order */
    for (size_t i = 0; i < 5; i++) {
        sheaf_context *d = sheaf_context_new(w->db);
        sheaf_search_options o = {.order = SHEAF_ORDER(SHEAF_ASC("popularity")), .after = wrong[i]};
        sheaf_search_with(d, "package", &o);
        assert_false(sheaf_realise(d, &err));
        assert_error(&err, SHEAF_E_CURSOR, "lists_test.c", "damaged");
        sheaf_context_free(d);
    }
    sheaf_context_free(c);
}

static void a_plan_is_made_once(void **state) {
    world *w = world_of(state);
    static const struct {
        int64_t limit;
        const char *name;
        bool planned;
    } rounds[] = {{3, "debian", true},
                  {3, "ubuntu", false},
                  {4, "debian", true},
                  {4, "x", false},
                  {3, "debian", false}};
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){0});
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *distros = sheaf_search(c, "distro", SHEAF_EQ("name", rounds[i].name));
        sheaf_need(sheaf_follow(distros, "packages", (&(sheaf_follow_options){.limit = rounds[i].limit})),
                   "name");
        realise(c);
        assert_int_equal(sheaf_context_stats(c).planned, rounds[i].planned);
        sheaf_context_free(c);
    }
    sheaf_close(db);
}

/* With room for two plans the least recently used goes, also while a context holds it. */
static void old_plans_leave(void **state) {
    world *w = world_of(state);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.limits = {.plans_max = 2}});
    static const int64_t limits[] = {1, 2, 1, 3, 1, 2};
    static const bool planned[] = {true, true, false, true, false, true};
    sheaf_context *held[6];
    for (size_t i = 0; i < 6; i++) {
        held[i] = sheaf_context_new(db);
        sheaf_search_with(held[i], "person", (&(sheaf_search_options){.limit = limits[i]}));
        realise(held[i]);
        assert_int_equal(sheaf_context_stats(held[i]).planned, planned[i]);
    }
    for (size_t i = 0; i < 6; i++) sheaf_context_free(held[i]);
    sheaf_close(db);
}

/* ---- Side by side ---------------------------------------------------------------------------------------*/

static void contexts_are_independent(void **state) {
    world *w = world_of(state);
    sheaf_context *a = sheaf_context_new(w->db), *b = sheaf_context_new(w->db);
    sheaf_group *in_a = sheaf_search(a, "person", SHEAF_EQ("id", 1)),
                *in_b = sheaf_search(b, "person", SHEAF_EQ("id", 1));
    sheaf_need(in_a, "name");
    sheaf_need(in_b, "email");
    realise(b);
    sheaf_update(in_a, in_b);
    sheaf_error err = {0};
    assert_false(sheaf_realise(a, &err));
    assert_error(&err, SHEAF_E_USAGE, "two contexts");
    sheaf_context_free(a);
    assert_string_equal(world_list(in_b, "email"), "ann@x");
    sheaf_context_free(b);
}

typedef struct reader {
    sheaf_db *db;
    const char *distro, *wanted;
    atomic_int wrong;
} reader;

static void *read_often(void *user) {
    reader *r = user;
    for (int i = 0; i < 100; i++) {
        sheaf_context *c = sheaf_context_new(r->db);
        sheaf_group *distros = sheaf_search(c, "distro", SHEAF_EQ("name", r->distro));
        sheaf_group *packages =
            sheaf_follow(distros, "hot_packages", (&(sheaf_follow_options){.limit = 1 + i % 9}));
        sheaf_group *people = sheaf_follow(packages, "maintainer", NULL);
        sheaf_need(packages, "name");
        sheaf_need(people, "name");
        size_t count = 0;
        sheaf_value v;
        bool ok = sheaf_realise(c, NULL);
        const sheaf_row *const *rows = sheaf_rows(people, &count);
        ok = ok && count && sheaf_get(rows[0], people, "name", &v, NULL) && v.text.len == 3 &&
             memcmp(v.text.ptr, r->wanted, 3) == 0;
        r->wrong += !ok;
        sheaf_context_free(c);
    }
    return NULL;
}

/* Four threads, two connections, few plans. */
static void threads_share_a_pool(void **state) {
    world *w = world_of(state);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.pool_size = 2, .limits = {.plans_max = 3}});
    reader readers[4] = {{db, "debian", "ann", 0},
                         {db, "ubuntu", "ann", 0},
                         {db, "debian", "ann", 0},
                         {db, "ubuntu", "ann", 0}};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &readers[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    sheaf_close(db);
}

static const struct CMUnitTest tests[] = {
    ON_BOTH(pages_of_a_search),
    ON_BOTH(pages_for_each_parent),
    ON_BOTH(cursors_of_another_order_are_refused),
    ON_BOTH(a_plan_is_made_once),
    ON_BOTH(old_plans_leave),
    ON_BOTH(contexts_are_independent),
    ON_BOTH(threads_share_a_pool),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
