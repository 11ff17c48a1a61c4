/* What was asked for and never read: told group by group and attribute by attribute, during a context's life
 * and at its end; and what could not be read for want of rows is told apart. */
#include <sheaf/unused.h>

#include "world.h"

/* A line for each item: "group entity attribute: words (place)"; "-" for a group as a whole. */
static void put_report(char *out, size_t room, const sheaf_unused *unused) {
    size_t never_read = 0;
    *out = '\0';
    for (size_t i = 0; i < unused->count; i++) {
        const sheaf_unused_item *item = &unused->items[i];
        sheaf_slice attribute = item->attribute.ptr ? item->attribute : SHEAF_SLICE("-");
        int len = snprintf(out, room, "%.*s %.*s %.*s: %s (%s)\n", SHEAF_SLICE_ARGS(item->group),
                           SHEAF_SLICE_ARGS(item->entity), SHEAF_SLICE_ARGS(attribute),
                           sheaf_unused_words(item->kind), item->place);
        assert_true(len > 0 && (size_t)len < room);
        out += len;
        room -= (size_t)len;
        never_read += item->kind == SHEAF_NEVER_READ;
    }
    assert_int_equal(unused->never_read, never_read);
}

static const char *report_of(const sheaf_context *c) {
    static char text[2048];
    sheaf_unused unused;
    sheaf_error err = {0};
    if (!sheaf_context_unused(c, &unused, &err)) fail_msg("%s", err.message);
    put_report(text, sizeof text, &unused);
    return text;
}

static const char *page_report(const sheaf_page *page) {
    static char text[2048];
    sheaf_unused unused;
    sheaf_error err = {0};
    if (!sheaf_page_unused(page, &unused, &err)) fail_msg("%s", err.message);
    put_report(text, sizeof text, &unused);
    return text;
}

/* What callbacks were told. */
typedef struct told {
    unsigned times;
    char shape[64], text[2048];
} told;

static void tell(void *user, const sheaf_unused *unused) {
    told *t = user;
    t->times++;
    snprintf(t->shape, sizeof t->shape, "%s", unused->shape ? unused->shape : "");
    put_report(t->text, sizeof t->text, unused);
}

/* ---- Groups by calls ------------------------------------------------------------------------------------*/

/* distro → packages → { maintainer, uploaders, bugs → package }, each of them asks for something. */
typedef struct groups {
    sheaf_context *context;
    sheaf_group *distros, *packages, *maintainers, *uploaders, *bugs, *back;
} groups;

static groups make_groups(const world *w, const char *distro) {
    groups g = {.context = sheaf_context_new(w->db)};
    sheaf_track_reads(g.context, NULL, NULL);
    g.distros = sheaf_search_at(g.context, "distro",
                                &(sheaf_search_options){.where = SHEAF_EQ("name", distro)}, "d.c:1");
    g.packages = sheaf_follow_at(g.distros, "packages", NULL, "p.c:2");
    g.maintainers = sheaf_follow_at(g.packages, "maintainer", NULL, "m.c:3");
    g.uploaders = sheaf_follow_at(g.packages, "uploaders", NULL, "u.c:4");
    g.bugs = sheaf_follow_at(g.packages, "bugs", NULL, "b.c:5");
    g.back = sheaf_follow_at(g.bugs, "package", NULL, "k.c:6");
    sheaf_need(g.packages, "id", "name", "popularity", "url", "bugs_count");
    sheaf_need(g.maintainers, "name", "email");
    sheaf_need(g.uploaders, "name");
    sheaf_need(g.bugs, "title");
    sheaf_need(g.back, "name");
    realise(g.context);
    return g;
}

static void what_is_never_read_is_told(void **state) {
    world *w = world_of(state);
    groups g = make_groups(w, "debian");
    static const char *const nothing_read = "distros Distro -: never read (d.c:1)\n"
                                            "distros.packages Package -: never read (p.c:2)\n"
                                            "distros.packages.maintainer Person -: never read (m.c:3)\n"
                                            "distros.packages.uploaders Person -: never read (u.c:4)\n"
                                            "distros.packages.bugs Bug -: never read (b.c:5)\n"
                                            "distros.packages.bugs.package Package -: never read (k.c:6)\n";
    assert_string_equal(report_of(g.context), nothing_read);
    assert_string_equal(report_of(g.context), nothing_read); /* a report reads nothing */

    /* Each attribute through each kind of reader; what leads to a group is needed by it. */
    assert_string_equal(world_list(g.packages, "name"), "apt bash curl dash");
    assert_string_equal(world_list(g.packages, "bugs_count"), "3 1 0 0");
    assert_string_equal(world_below(world_row(g.packages, 3), g.maintainers, "name"), ""); /* there is none */
    assert_string_equal(report_of(g.context),
                        "distros.packages Package popularity: never read (p.c:2)\n"
                        "distros.packages Package url: never read (p.c:2)\n"
                        "distros.packages.maintainer Person name: never read (m.c:3)\n"
                        "distros.packages.maintainer Person email: never read (m.c:3)\n"
                        "distros.packages.uploaders Person -: never read (u.c:4)\n"
                        "distros.packages.bugs Bug -: never read (b.c:5)\n"
                        "distros.packages.bugs.package Package -: never read (k.c:6)\n");

    /* A NULL was read all the same; the rows of two groups are the same, what they show is each one's own. */
    sheaf_field popularity, name;
    int64_t number;
    sheaf_slice text = {0};
    sheaf_error err = {0};
    assert_true(sheaf_field_of(g.packages, "popularity", &popularity, &err));
    assert_true(sheaf_field_of(g.uploaders, "name", &name, &err));
    assert_int_equal(sheaf_int(world_row(g.packages, 2), &popularity, &number), SHEAF_IS_NULL_VALUE);
    const sheaf_row *ann = world_row(g.uploaders, 2);
    assert_ptr_equal(ann, world_row(g.maintainers, 0));
    assert_int_equal(sheaf_text(ann, &name, &text), SHEAF_VALUE);
    assert_slice(text, "ann");
    assert_string_equal(world_list(g.back, "name"), "apt bash");
    assert_string_equal(report_of(g.context), "distros.packages Package url: never read (p.c:2)\n"
                                              "distros.packages.maintainer Person name: never read (m.c:3)\n"
                                              "distros.packages.maintainer Person email: never read (m.c:3)\n"
                                              "distros.packages.bugs Bug title: never read (b.c:5)\n");

    assert_string_equal(world_list(g.packages, "url"),
                        "/debian/+source/apt /debian/+source/bash /debian/+source/curl /debian/+source/dash");
    assert_string_equal(world_list(g.maintainers, "name"), "ann bob");
    assert_string_equal(world_list(g.maintainers, "email"), "ann@x bob@x");
    assert_string_equal(world_list(g.bugs, "title"), "crash typo slow leak");
    assert_string_equal(report_of(g.context), ""); /* nobody read the key, which is always there */
    sheaf_context_free(g.context);
}

static void reading_gives_what_it_gives_untracked(void **state) {
    world *w = world_of(state);
    groups g = make_groups(w, "debian");
    sheaf_field name, popularity;
    sheaf_error err = {0};
    sheaf_slice text = SHEAF_SLICE("before");
    int64_t number = 7;
    double real = 7;
    assert_true(sheaf_field_of(g.maintainers, "name", &name, &err));
    assert_true(sheaf_field_of(g.packages, "popularity", &popularity, &err));
    const sheaf_row *apt = world_row(g.packages, 0), *cid = world_row(g.uploaders, 1);
    assert_int_equal(sheaf_text(cid, &name, &text), SHEAF_REFUSED); /* maintains nothing here */
    assert_slice(text, "before");
    assert_false(sheaf_refusal(cid, &name, &err));
    assert_error(&err, SHEAF_E_NOT_ASKED, "Person", "m.c:3");
    assert_int_equal(sheaf_int(world_row(g.maintainers, 0), &name, &number), SHEAF_REFUSED);
    assert_int_equal(sheaf_float(apt, &popularity, &real), SHEAF_REFUSED);
    assert_false(sheaf_refusal(apt, &popularity, &err));
    assert_error(&err, SHEAF_E_USAGE, "Int", "sheaf_int");
    assert_false(sheaf_get(apt, g.packages, "distro", &(sheaf_value){0}, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_ASKED);
    assert_int_equal(number, 7);

    /* None of that was a read. */
    char report[2048];
    snprintf(report, sizeof report, "%s", report_of(g.context));
    assert_non_null(strstr(report, "packages Package popularity: never read"));
    assert_non_null(strstr(report, "maintainer Person name: never read"));

    assert_int_equal(sheaf_int(apt, &popularity, &number), SHEAF_VALUE);
    assert_int_equal(number, 50);
    assert_int_equal(sheaf_text(world_row(g.maintainers, 1), &name, &text), SHEAF_VALUE);
    assert_slice(text, "bob");
    snprintf(report, sizeof report, "%s", report_of(g.context));
    assert_null(strstr(report, "packages Package popularity"));
    assert_null(strstr(report, "maintainer Person name"));
    sheaf_context_free(g.context);
}

/* Each of the calls that look at a group's rows, alone. The line of what it looked at is missing then. */
static void every_look_at_a_group_counts(void **state) {
    world *w = world_of(state);
    static const char *const lines[] = {
        "packages.maintainer Person -: never read (m.c:2)\n", "packages.bugs Bug -: never read (b.c:3)\n",
        "people_count Person -: never read (n.c:4)\n", "packages Package -: never read (s.c:5)\n"};
    static const int looks_at[] = {0, 0, 1, 1, 2, 3, 3, -1};
    for (size_t which = 0; which < sizeof looks_at / sizeof *looks_at; which++) {
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_track_reads(c, NULL, NULL);
        sheaf_group *packages = sheaf_search_at(c, "package", NULL, "p.c:1");
        sheaf_group *one = sheaf_follow_at(packages, "maintainer", NULL, "m.c:2");
        sheaf_group *many = sheaf_follow_at(packages, "bugs", NULL, "b.c:3");
        sheaf_group *number = sheaf_count_at(c, "person", SHEAF_ALL, "n.c:4");
        sheaf_group *same = sheaf_search_at(c, "package", NULL, "s.c:5");
        realise(c);
        const sheaf_row *const *rows, *row = world_row(packages, 0);
        size_t count;
        int64_t total;
        sheaf_slice cursor;
        sheaf_value key;
        bool ok = true;
        switch (which) {
        case 0: ok = sheaf_one(row, one, &row, NULL); break;
        case 1: ok = sheaf_rows(one, &count) != NULL; break;
        case 2: ok = sheaf_many(row, many, &rows, &count, NULL); break;
        case 3: ok = sheaf_rows(many, &count) != NULL; break;
        case 4: ok = sheaf_total(number, &total, NULL); break;
        case 5: ok = sheaf_cursor(c, row, same, &cursor, NULL); break;
        case 6: ok = sheaf_get(row, same, "id", &key, NULL); break; /* only the key is not counted */
        default: ok = !sheaf_cursor(c, row, many, &cursor, NULL);   /* refused: no look at anything */
        }
        assert_true(ok);
        char wanted[256] = "";
        for (int i = 0; i < 4; i++)
            if (i != looks_at[which]) strncat(wanted, lines[i], sizeof wanted - strlen(wanted) - 1);
        assert_string_equal(report_of(c), wanted);
        sheaf_context_free(c);
    }
}

static void what_had_no_rows_is_told_apart(void **state) {
    world *w = world_of(state);
    groups g = make_groups(w, "empty");
    const sheaf_row *const *rows;
    size_t count;
    sheaf_error err = {0};
    assert_true(sheaf_many(world_row(g.distros, 0), g.packages, &rows, &count, &err));
    assert_int_equal(count, 0);
    /* The list was looked at and was empty; who would have read what is below it, nobody knows. */
    assert_string_equal(report_of(g.context), "distros.packages Package -: no rows (p.c:2)\n"
                                              "distros.packages.maintainer Person -: no rows (m.c:3)\n"
                                              "distros.packages.uploaders Person -: no rows (u.c:4)\n"
                                              "distros.packages.bugs Bug -: no rows (b.c:5)\n"
                                              "distros.packages.bugs.package Package -: no rows (k.c:6)\n");
    sheaf_context_free(g.context);

    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, NULL, NULL);
    sheaf_group *dash =
        sheaf_search_at(c, "package", &(sheaf_search_options){.where = SHEAF_EQ("name", "dash")}, "p.c:1");
    sheaf_group *maintainer = sheaf_follow_at(dash, "maintainer", NULL, "m.c:2");
    sheaf_group *bugs = sheaf_follow_at(dash, "bugs", NULL, "b.c:3");
    sheaf_group *none =
        sheaf_search_at(c, "person", &(sheaf_search_options){.where = SHEAF_EQ("name", "zoe")}, "z.c:4");
    sheaf_need(maintainer, "name");
    sheaf_need(bugs, "title");
    realise(c);
    const sheaf_row *row = world_row(dash, 0), *one;
    assert_true(sheaf_one(row, maintainer, &one, &err));
    assert_null(one);
    /* bugs were there to be asked for, also where there are none; so was a search that finds nothing. */
    assert_string_equal(report_of(c), "packages.maintainer Person -: no rows (m.c:2)\n"
                                      "packages.bugs Bug -: never read (b.c:3)\n"
                                      "people Person -: never read (z.c:4)\n");
    sheaf_rows(none, &count); /* asked for no attribute: all of it was read */
    sheaf_rows(bugs, &count);
    assert_string_equal(report_of(c), "packages.maintainer Person -: no rows (m.c:2)\n"
                                      "packages.bugs Bug -: no rows (b.c:3)\n");
    sheaf_context_free(c);
}

static void what_was_null_everywhere_is_told_apart(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, NULL, NULL);
    sheaf_group *all = sheaf_search_at(c, "person", NULL, "a.c:1");
    sheaf_group *cid =
        sheaf_search_at(c, "person", &(sheaf_search_options){.where = SHEAF_EQ("name", "cid")}, "c.c:2");
    sheaf_need(all, "email");
    sheaf_need(cid, "email", "name");
    realise(c);
    assert_string_equal(world_list(all, "email"), "ann@x bob@x - dee@x");
    assert_string_equal(world_list(cid, "email"), "-");
    assert_string_equal(report_of(c), "people Person name: never read (c.c:2)\n"
                                      "people Person email: always NULL (c.c:2)\n");
    sheaf_context_free(c);
}

static void a_union_needs_what_it_holds(void **state) {
    world *w = world_of(state);
    for (int early = 0; early < 2; early++) { /* either may be made first */
        sheaf_context *c = sheaf_context_new(w->db);
        sheaf_track_reads(c, NULL, NULL);
        sheaf_group *packages = sheaf_search_at(c, "package", NULL, "p.c:1");
        sheaf_group *first = sheaf_follow_at(packages, "maintainer", NULL, "1.c:2");
        sheaf_group *second = sheaf_follow_at(packages, "uploaders", NULL, "2.c:3");
        sheaf_group *people = early ? first : second, *from = early ? second : first;
        sheaf_update(people, from);
        sheaf_need(people, "name");
        sheaf_need(from, "email");
        sheaf_group *theirs = sheaf_follow_at(people, "packages.bugs", NULL, "t.c:4");
        sheaf_need(theirs, "title");
        realise(c);
        assert_int_equal(strlen(world_list(theirs, "title")), strlen("crash typo slow leak hang"));
        const char *left = early ? "packages.maintainer Person name: never read (1.c:2)\n"
                                   "packages.uploaders Person email: never read (2.c:3)\n"
                                 : "packages.maintainer Person email: never read (1.c:2)\n"
                                   "packages.uploaders Person name: never read (2.c:3)\n";
        assert_string_equal(report_of(c), left);
        world_list(people, "name"); /* of all its rows, and none of it through the other */
        assert_string_equal(report_of(c), early ? "packages.uploaders Person email: never read (2.c:3)\n"
                                                : "packages.maintainer Person email: never read (1.c:2)\n");
        world_list(from, "email");
        assert_string_equal(report_of(c), "");
        sheaf_context_free(c);
    }
}

/* people hold the maintainers of packages, which nobody looks at. */
static void what_a_union_holds_needs_its_parents(void **state) {
    world *w = world_of(state);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, NULL, NULL);
    sheaf_group *people = sheaf_search_at(c, "person", NULL, "p.c:1");
    sheaf_group *packages = sheaf_search_at(c, "package", NULL, "p.c:2");
    sheaf_update(people, sheaf_follow_at(packages, "maintainer", NULL, "m.c:3"));
    sheaf_need(people, "name");
    realise(c);
    assert_string_equal(report_of(c), "people Person -: never read (p.c:1)\n"
                                      "packages Package -: never read (p.c:2)\n"
                                      "packages.maintainer Person -: never read (m.c:3)\n");
    world_list(people, "name");
    assert_string_equal(report_of(c), "");
    sheaf_context_free(c);
}

static void paths_name_what_was_followed(void **state) {
    world *w = world_of(state);
    const sheaf_value key = SHEAF_INT_VALUE(1);
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, NULL, NULL);
    sheaf_group *people = sheaf_group_of_keys_at(c, "person", &key, 1, "k.c:1");
    sheaf_follow_at(people, "packages.bugs", NULL, "b.c:2");
    realise(c);
    assert_string_equal(report_of(c), "people Person -: never read (k.c:1)\n"
                                      "people.packages.bugs Bug -: never read (b.c:2)\n");
    sheaf_context_free(c);
}

static void only_a_realised_and_tracked_context_can_tell(void **state) {
    world *w = world_of(state);
    sheaf_unused unused = {.count = 7};
    sheaf_error err = {0};
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_search(c, "person", SHEAF_ALL);
    assert_false(sheaf_context_unused(c, &unused, &err));
    assert_error(&err, SHEAF_E_STATE, "realised");
    realise(c);
    assert_false(sheaf_context_unused(c, &unused, &err));
    assert_error(&err, SHEAF_E_STATE, "sheaf_track_reads");
    sheaf_track_reads(c, NULL, NULL); /* too late */
    assert_false(sheaf_context_unused(c, &unused, NULL));
    assert_int_equal(unused.count, 7);
    sheaf_context_free(c);
    assert_string_equal(sheaf_unused_words(SHEAF_NEVER_READ), "never read");
    assert_string_equal(sheaf_unused_words(SHEAF_UNUSED_KIND_COUNT), "unknown");
}

/* ---- At the end of a context ----------------------------------------------------------------------------*/

static void the_end_is_told(void **state) {
    world *w = world_of(state);
    told t = {0};
    sheaf_error err = {0};
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_track_reads(c, tell, &t);
    sheaf_group *people = sheaf_search_at(c, "person", NULL, "p.c:1");
    sheaf_need(people, "name", "email");
    realise(c);
    world_list(people, "email");
    assert_int_equal(t.times, 0);
    sheaf_context_free(c);
    assert_int_equal(t.times, 1);
    assert_string_equal(t.text, "people Person name: never read (p.c:1)\n");
    assert_string_equal(t.shape, "");

    c = sheaf_context_new(w->db); /* never realised */
    sheaf_track_reads(c, tell, &t);
    sheaf_search(c, "person", SHEAF_ALL);
    sheaf_context_free(c);
    c = sheaf_context_new(w->db); /* in vain */
    sheaf_track_reads(c, tell, &t);
    sheaf_search(c, "persona", SHEAF_ALL);
    assert_false(sheaf_realise(c, &err));
    sheaf_context_free(c);
    assert_int_equal(t.times, 1);
}

/* ---- Pages ----------------------------------------------------------------------------------------------*/

static const char shape_text[] = "query page($name: String!) {\n"
                                 "  top: distro(name: $name) @required {\n"
                                 "    name\n"
                                 "    hot_packages(limit: 2) {\n"
                                 "      _cursor label: name\n"
                                 "      who: maintainer { name ...mail }\n"
                                 "      notes @values { body }\n"
                                 "    }\n"
                                 "  }\n"
                                 "  all: people_count\n"
                                 "}\n"
                                 "fragment mail on Person {\n"
                                 "  email\n"
                                 "}\n"
                                 "query list { packages(limit: 3) { id popularity } }\n"
                                 "query cid { people(where: {name: {eq: \"cid\"}}) { ...mail } }\n";

static sheaf_page *open_page(sheaf_db *db, const sheaf_shapes *shapes, const char *name, const char *distro,
                             const sheaf_page_options *options) {
    const sheaf_variable variable = SHEAF_VAR_TEXT("name", distro ? distro : "");
    sheaf_page *page = NULL;
    sheaf_error err = {0};
    if (!sheaf_page_realise_with(db, sheaf_shapes_find(shapes, name), &variable, distro ? 1 : 0, options,
                                 &page, &err))
        fail_msg("%s", err.message);
    return page;
}

static void a_page_is_read_by_writing_it(void **state) {
    world *w = world_of(state);
    sheaf_shapes *shapes = world_shapes(w->model, shape_text);
    const sheaf_page_options track = {.track_reads = true};
    sheaf_page *page = open_page(w->db, shapes, "page", "ubuntu", &track);
    sheaf_slice json;
    sheaf_error err = {0};
    assert_string_equal(page_report(page), "top Distro -: never read (shapes.graphql:2)\n"
                                           "top.hot_packages Package -: never read (shapes.graphql:4)\n"
                                           "top.hot_packages.who Person -: never read (shapes.graphql:6)\n"
                                           "top.hot_packages.notes Note -: never read (shapes.graphql:7)\n"
                                           "all Person -: never read (shapes.graphql:10)\n");
    assert_false(sheaf_page_ndjson(page, &json, &err)); /* what cannot be written is not read */
    assert_non_null(strstr(page_report(page), "all Person -: never read"));
    assert_true(sheaf_page_json(page, &json, &err));
    assert_string_equal(page_report(page), "top.hot_packages.notes Note -: no rows (shapes.graphql:7)\n");
    sheaf_page_free(page);

    page = open_page(w->db, shapes, "page", "empty", &track);
    assert_true(sheaf_page_json(page, &json, &err));
    assert_string_equal(page_report(page), "top.hot_packages Package -: no rows (shapes.graphql:4)\n"
                                           "top.hot_packages.who Person -: no rows (shapes.graphql:6)\n"
                                           "top.hot_packages.notes Note -: no rows (shapes.graphql:7)\n");
    sheaf_page_free(page);

    page = open_page(w->db, shapes, "cid", NULL, &track); /* told with the line of the fragment */
    assert_true(sheaf_page_ndjson(page, &json, &err));
    assert_string_equal(page_report(page), "people Person email: always NULL (shapes.graphql:13)\n");
    sheaf_page_free(page);

    page = open_page(w->db, shapes, "list", NULL, NULL);
    assert_false(sheaf_page_unused(page, &(sheaf_unused){0}, &err));
    assert_int_equal(err.code, SHEAF_E_STATE);
    sheaf_page_free(page);
    sheaf_shapes_free(shapes);
}

static void a_database_tells_of_all_that_it_realised(void **state) {
    world *w = world_of(state);
    told t = {0}, own = {0};
    sheaf_error err = {0};
    sheaf_slice json;
    sheaf_page *page = NULL;
    sheaf_shapes *shapes = world_shapes(w->model, shape_text);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.unused = tell, .unused_user = &t});

    page = open_page(db, shapes, "list", NULL, NULL);
    assert_true(sheaf_page_ndjson(page, &json, &err));
    sheaf_page_free(page);
    assert_int_equal(t.times, 1);
    assert_string_equal(t.shape, "list");
    assert_string_equal(t.text, "");

    page = open_page(db, shapes, "page", "debian", NULL); /* freed without a look at it */
    sheaf_page_free(page);
    assert_int_equal(t.times, 2);
    assert_string_equal(t.shape, "page");
    assert_non_null(strstr(t.text, "top Distro -: never read (shapes.graphql:2)\n"));

    page = open_page(db, shapes, "list", NULL, &(sheaf_page_options){.track_reads = true});
    sheaf_page_free(page); /* which the option does not silence */
    assert_int_equal(t.times, 3);
    page = open_page(db, shapes, "list", NULL, &(sheaf_page_options){.unused = tell, .unused_user = &own});
    sheaf_page_free(page);
    assert_int_equal(t.times, 3);
    assert_int_equal(own.times, 1);

    sheaf_context *c = sheaf_context_new(db);
    sheaf_search_at(c, "person", NULL, "p.c:1");
    realise(c);
    sheaf_context_free(c);
    assert_int_equal(t.times, 4);
    assert_string_equal(t.shape, "");
    assert_string_equal(t.text, "people Person -: never read (p.c:1)\n");

    /* Neither what was only planned, nor a page without its required row, nor one that failed. */
    const sheaf_variable none = SHEAF_VAR_TEXT("name", "none"), wrong = SHEAF_VAR_INT("name", 1);
    char *text = NULL;
    assert_true(sheaf_shape_plan(db, sheaf_shapes_find(shapes, "list"), SHEAF_PLAN_LOCK, &text, NULL, &err));
    sheaf_text_free(db, text);
    assert_false(sheaf_page_realise(db, sheaf_shapes_find(shapes, "page"), &none, 1, &page, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_FOUND);
    assert_false(sheaf_page_realise(db, sheaf_shapes_find(shapes, "page"), &wrong, 1, &page, &err));
    assert_int_equal(err.code, SHEAF_E_VARIABLE);
    assert_int_equal(t.times, 4);
    sheaf_close(db);
    sheaf_shapes_free(shapes);
}

/* ---- Without memory -------------------------------------------------------------------------------------*/

/* Tracks, realises, reads a little. False for lack of memory. */
static bool tracked_work(sheaf_db *db, test_memory *m, told *t) {
    sheaf_error err = {0};
    sheaf_context *c = sheaf_context_new(db);
    if (!c) return false;
    sheaf_track_reads(c, tell, t);
    sheaf_group *packages = sheaf_search_at(c, "package", NULL, "p.c:1");
    sheaf_group *bugs = sheaf_follow_at(packages, "bugs", NULL, "b.c:2");
    sheaf_need(packages, "name", "popularity");
    sheaf_need(bugs, "title");
    bool ok = sheaf_realise(c, &err);
    if (!ok) {
        assert_int_equal(err.code, SHEAF_E_MEMORY);
    } else {
        size_t before = m->calls;
        world_list(packages, "name");
        assert_non_null(report_of(c));
        assert_int_equal(m->calls, before); /* notes and reports take no memory */
    }
    sheaf_context_free(c);
    return ok;
}

static void lack_of_memory_is_told_by_realise(void **state) {
    world *w = world_of(state);
    test_memory m;
    test_memory_init(&m);
    sheaf_db *db = world_open(w, w->model, &(sheaf_options){.allocator = &m.allocator, .pool_size = 1});
    told t = {0};
    assert_true(tracked_work(db, &m, &t)); /* the plan is kept from here on */
    size_t blocks = m.blocks;
    unsigned told_before = t.times, failures = 0;
    bool failed = true;
    for (size_t at = 1; failed; at++) {
        for (int on = 0; on < 2; on++) {
            m.calls = 0;
            m.failed = false;
            m.fail_on = on;
            m.fail_at = at;
            bool ok = tracked_work(db, &m, &t);
            failed = m.failed;
            m.fail_at = 0;
            assert_true(ok || failed);
            assert_int_equal(m.blocks, blocks);
            assert_int_equal(t.times - told_before, ok ? 1 : 0); /* no report of what was not realised */
            told_before = t.times;
            failures += !ok;
        }
    }
    assert_true(failures > 0);
    assert_string_equal(t.text, "packages Package popularity: never read (p.c:1)\n"
                                "packages.bugs Bug -: never read (b.c:2)\n");
    sheaf_close(db);
    assert_true(test_memory_clean(&m));
}

static const struct CMUnitTest tests[] = {ON_BOTH(what_is_never_read_is_told),
                                          ON_BOTH(reading_gives_what_it_gives_untracked),
                                          ON_BOTH(every_look_at_a_group_counts),
                                          ON_BOTH(what_had_no_rows_is_told_apart),
                                          ON_BOTH(what_was_null_everywhere_is_told_apart),
                                          ON_BOTH(a_union_needs_what_it_holds),
                                          ON_BOTH(what_a_union_holds_needs_its_parents),
                                          ON_BOTH(paths_name_what_was_followed),
                                          ON_BOTH(only_a_realised_and_tracked_context_can_tell),
                                          ON_BOTH(the_end_is_told),
                                          ON_BOTH(a_page_is_read_by_writing_it),
                                          ON_BOTH(a_database_tells_of_all_that_it_realised),
                                          ON_BOTH(lack_of_memory_is_told_by_realise)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
