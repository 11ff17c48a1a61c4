/* Pages as structs. The tables are written by hand, as `sheaf gen` writes them; what they show must be what
 * sheaf_page_json says of the same shape. */
#include <pthread.h>

#include "tables.h"

/* ---- The page of most tests -----------------------------------------------------------------------------*/

static const char hot_text[] =
    "fragment card on Person { name email packages_count }\n"
    "fragment source on Package { url maintainer { ...card } }\n"
    "query hot($distro: String!, $limit: Int = 3, $least: Int = 1, $after: String) {\n"
    "  distro(name: $distro) @required {\n"
    "    id name packages_count\n"
    "    hot_packages(limit: $limit, after: $after) {\n"
    "      _cursor __typename id name popularity ...source bugs_count\n"
    "      uploaders { ...card }\n"
    "      hottest_bug { title open heat }\n"
    "      notes @values { body }\n"
    "      bugs @columns { id heat }\n"
    "    }\n"
    "    maintainers { ...card id packages(limit: 2) { ...source id } }\n"
    "    mine: packages(where: {popularity: {ge: $least}}) { name }\n"
    "  }\n"
    "  people(order: [{name: DESC}], limit: 2) { name }\n"
    "  person(id: 77) { name }\n"
    "  people_count(where: {email: {is_null: false}})\n"
    "}\n";

typedef struct card {
    sheaf_slice name, email;
    bool has_email;
    int64_t packages_count;
} card;
static const sheaf_member card_members[] = {
    VALUE(card, name, TEXT),
    NULLABLE(card, email, TEXT),
    VALUE(card, packages_count, INT),
};
STRUCT(card);

typedef struct source {
    sheaf_slice url;
    const card *maintainer;
} source;
static const sheaf_member source_members[] = {VALUE(source, url, TEXT), ONE(source, maintainer, card)};
STRUCT(source);

typedef struct bug {
    bool open;
    bool has_heat;
    sheaf_slice title;
    int64_t heat;
} bug;
static const sheaf_member bug_members[] = {
    VALUE(bug, title, TEXT),
    VALUE(bug, open, BOOL),
    NULLABLE(bug, heat, INT),
};
STRUCT(bug);

typedef struct note {
    sheaf_slice body;
} note;
static const sheaf_member note_members[] = {VALUE(note, body, TEXT)};
STRUCT(note);

typedef struct heat {
    int64_t id, heat;
    bool has_heat;
} heat;
static const sheaf_member heat_members[] = {VALUE(heat, id, INT), NULLABLE(heat, heat, INT)};
STRUCT(heat);

typedef struct package {
    sheaf_slice _cursor, __typename, name;
    int64_t id, popularity, bugs_count;
    bool has_popularity;
    source source;
    const card *const *uploaders;
    size_t uploaders_count;
    const bug *hottest_bug;
    const note *const *notes;
    size_t notes_count;
    const heat *const *bugs;
    size_t bugs_count_;
} package;
static const sheaf_member package_members[] = {
    VALUE(package, _cursor, TEXT),
    VALUE(package, __typename, TEXT),
    VALUE(package, id, INT),
    VALUE(package, name, TEXT),
    NULLABLE(package, popularity, INT),
    FRAGMENT(package, source),
    VALUE(package, bugs_count, INT),
    MANY(package, uploaders, card),
    ONE(package, hottest_bug, bug),
    MANY(package, notes, note),
    {.key = "bugs",
     .kind = SHEAF_MEMBER_MANY,
     .at = offsetof(package, bugs),
     .has_at = SHEAF_MEMBER_NOT_THERE,
     .count_at = offsetof(package, bugs_count_),
     .type = &heat_struct},
};
STRUCT(package);

typedef struct theirs {
    source source;
    int64_t id;
} theirs;
static const sheaf_member theirs_members[] = {FRAGMENT(theirs, source), VALUE(theirs, id, INT)};
STRUCT(theirs);

typedef struct maintainer {
    card card;
    int64_t id;
    const theirs *const *packages;
    size_t packages_count;
} maintainer;
static const sheaf_member maintainer_members[] = {
    FRAGMENT(maintainer, card),
    VALUE(maintainer, id, INT),
    MANY(maintainer, packages, theirs),
};
STRUCT(maintainer);

typedef struct named {
    sheaf_slice name;
} named;
static const sheaf_member named_members[] = {VALUE(named, name, TEXT)};
STRUCT(named);

typedef struct distro {
    int64_t id, packages_count;
    sheaf_slice name;
    const package *const *hot_packages;
    size_t hot_packages_count;
    const maintainer *const *maintainers;
    size_t maintainers_count;
    const named *const *mine;
    size_t mine_count;
} distro;
static const sheaf_member distro_members[] = {
    VALUE(distro, id, INT),
    VALUE(distro, name, TEXT),
    VALUE(distro, packages_count, INT),
    MANY(distro, hot_packages, package),
    MANY(distro, maintainers, maintainer),
    MANY(distro, mine, named),
};
STRUCT(distro);

typedef struct hot_page {
    const distro *distro;
    const named *const *people;
    size_t people_count_;
    const named *person;
    int64_t people_count;
} hot_page;
static const sheaf_member hot_page_members[] = {
    ONE(hot_page, distro, distro),
    {.key = "people",
     .kind = SHEAF_MEMBER_MANY,
     .at = offsetof(hot_page, people),
     .has_at = SHEAF_MEMBER_NOT_THERE,
     .count_at = offsetof(hot_page, people_count_),
     .type = &named_struct},
    ONE(hot_page, person, named),
    VALUE(hot_page, people_count, INT),
};
STRUCT(hot_page);

typedef struct hot_vars {
    sheaf_slice distro;
    const int64_t *limit, *least;
    sheaf_slice after;
} hot_vars;
static const sheaf_compiled_variable hot_variables[] = {
    GIVEN(hot_vars, distro, TEXT),
    OPTIONAL(hot_vars, limit, INT),
    OPTIONAL(hot_vars, least, INT),
    OPTIONAL(hot_vars, after, TEXT),
};

static const sheaf_compiled hot = {.name = "hot",
                                   .page = &hot_page_struct,
                                   .variables = hot_variables,
                                   .variable_count = COUNT_OF(hot_variables)};

/* ---- Fragments within fragments, alone, shared, beside what they show
 * ------------------------------------*/

static const char parts_text[] =
    "fragment contact on Person { email }\n"
    "fragment who on Person { name ...contact }\n"
    "fragment place on Package { _cursor name bugs(limit: 1) { _cursor title } }\n"
    "fragment lists on Package { bugs { id } notes { number } }\n"
    "query parts {\n"
    "  packages(order: [{id: ASC}]) {\n"
    "    ...place\n"
    "    maintainer { ...who }\n"
    "    uploaders { ...who ...contact id }\n"
    "  }\n"
    "  hottest: packages(order: [{popularity: DESC}]) { ...place }\n"
    "  lists: packages(order: [{id: ASC}]) {\n"
    "    ...lists\n"
    "    again: bugs { title open }\n"
    "    bugs { heat }\n"
    "    distro { hot_packages(limit: 2) { ...lists } }\n"
    "  }\n"
    "}\n";

typedef struct contact {
    bool has_email;
    sheaf_slice email;
} contact;
static const sheaf_member contact_members[] = {NULLABLE(contact, email, TEXT)};
STRUCT(contact);

typedef struct who {
    sheaf_slice name;
    contact contact;
} who;
static const sheaf_member who_members[] = {VALUE(who, name, TEXT), FRAGMENT(who, contact)};
STRUCT(who);

typedef struct place_bug {
    sheaf_slice title, _cursor;
} place_bug;
static const sheaf_member place_bug_members[] = {
    VALUE(place_bug, _cursor, TEXT),
    VALUE(place_bug, title, TEXT),
};
STRUCT(place_bug);

typedef struct place {
    sheaf_slice name, _cursor;
    const place_bug *const *bugs;
    size_t bugs_count;
} place;
static const sheaf_member place_members[] = {
    VALUE(place, _cursor, TEXT),
    VALUE(place, name, TEXT),
    MANY(place, bugs, place_bug),
};
STRUCT(place);

typedef struct uploader {
    who who;
    contact contact;
    int64_t id;
} uploader;
static const sheaf_member uploader_members[] = {
    FRAGMENT(uploader, who),
    FRAGMENT(uploader, contact),
    VALUE(uploader, id, INT),
};
STRUCT(uploader);

typedef struct placed {
    place place;
    const who *maintainer;
    const uploader *const *uploaders;
    size_t uploaders_count;
} placed;
static const sheaf_member placed_members[] = {
    FRAGMENT(placed, place),
    ONE(placed, maintainer, who),
    MANY(placed, uploaders, uploader),
};
STRUCT(placed);

typedef struct bug_id {
    int64_t id;
} bug_id;
static const sheaf_member bug_id_members[] = {VALUE(bug_id, id, INT)};
STRUCT(bug_id);

typedef struct note_number {
    int64_t number;
} note_number;
static const sheaf_member note_number_members[] = {VALUE(note_number, number, INT)};
STRUCT(note_number);

typedef struct lists {
    const bug_id *const *bugs;
    size_t bugs_count;
    const note_number *const *notes;
    size_t notes_count;
} lists;
static const sheaf_member lists_members[] = {MANY(lists, bugs, bug_id), MANY(lists, notes, note_number)};
STRUCT(lists);

typedef struct bug_title {
    bool open;
    sheaf_slice title;
} bug_title;
static const sheaf_member bug_title_members[] = {VALUE(bug_title, title, TEXT), VALUE(bug_title, open, BOOL)};
STRUCT(bug_title);

typedef struct bug_heat {
    int64_t heat;
    bool has_heat;
} bug_heat;
static const sheaf_member bug_heat_members[] = {NULLABLE(bug_heat, heat, INT)};
STRUCT(bug_heat);

typedef struct listing_distro {
    const lists *const *hot_packages;
    size_t hot_packages_count;
} listing_distro;
static const sheaf_member listing_distro_members[] = {MANY(listing_distro, hot_packages, lists)};
STRUCT(listing_distro);

typedef struct listing {
    lists lists;
    const bug_title *const *again;
    size_t again_count;
    const bug_heat *const *bugs;
    size_t bugs_count;
    const listing_distro *distro;
} listing;
static const sheaf_member listing_members[] = {
    FRAGMENT(listing, lists),
    MANY(listing, again, bug_title),
    MANY(listing, bugs, bug_heat),
    ONE(listing, distro, listing_distro),
};
STRUCT(listing);

typedef struct parts_page {
    const placed *const *packages;
    size_t packages_count;
    const place *const *hottest;
    size_t hottest_count;
    const listing *const *lists;
    size_t lists_count;
} parts_page;
static const sheaf_member parts_page_members[] = {
    MANY(parts_page, packages, placed),
    MANY(parts_page, hottest, place),
    MANY(parts_page, lists, listing),
};
STRUCT(parts_page);

static const sheaf_compiled parts = {.name = "parts", .page = &parts_page_struct};

/* ---- Structs that look alike, of what is another thing
 * ----------------------------------------------------*/

static const char twins_text[] =
    "query twins {\n"
    "  a: packages(order: [{id: ASC}]) { x: name list: bugs(limit: 1, order: [{id: ASC}]) { x: title } }\n"
    "  b: packages(order: [{id: ASC}]) { x: url list: bugs(limit: 1, order: [{id: ASC}]) { x: title } }\n"
    "  c: packages(order: [{id: ASC}]) { x: name list: bugs(limit: 2, order: [{id: ASC}]) { x: title } }\n"
    "  d: packages(order: [{id: DESC}]) { x: name list: bugs(limit: 1, order: [{id: ASC}]) { x: title } }\n"
    "  e: packages(order: [{id: ASC}]) { x: name list: notes { x: body } }\n"
    "}\n";

typedef struct leaf {
    sheaf_slice x;
} leaf;
static const sheaf_member leaf_members[] = {VALUE(leaf, x, TEXT)};
STRUCT(leaf);

typedef struct twin {
    sheaf_slice x;
    const leaf *const *list;
    size_t list_count;
} twin;
static const sheaf_member twin_members[] = {VALUE(twin, x, TEXT), MANY(twin, list, leaf)};
STRUCT(twin);

typedef struct twins_page {
    const twin *const *a, *const *b, *const *c, *const *d, *const *e;
    size_t a_count, b_count, c_count, d_count, e_count;
} twins_page;
static const sheaf_member twins_page_members[] = {
    MANY(twins_page, a, twin), MANY(twins_page, b, twin), MANY(twins_page, c, twin),
    MANY(twins_page, d, twin), MANY(twins_page, e, twin),
};
STRUCT(twins_page);

static const sheaf_compiled twins = {.name = "twins", .page = &twins_page_struct};

/* ---- Tests ----------------------------------------------------------------------------------------------*/

static void reads_a_page(void **state) {
    world *w = world_of(state);
    unit u;
    unit_init(&u, w, w->model, hot_text, &hot);
    hot_page *page = unit_read(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")});
    check_page(&u, page, &SHEAF_VAR_TEXT("distro", "debian"), 1);
    const distro *d = page->distro;
    assert_slice(d->name, "debian");
    assert_int_equal(d->packages_count, 4);
    assert_int_equal(d->hot_packages_count, 3);
    const package *const *hottest = d->hot_packages;
    assert_slice(hottest[0]->name, "curl");
    assert_false(hottest[0]->has_popularity);
    assert_int_equal(hottest[0]->popularity, 0);
    assert_null(hottest[0]->hottest_bug);
    assert_int_equal(hottest[0]->notes_count, 0);
    assert_slice(hottest[1]->name, "bash");
    assert_true(hottest[1]->has_popularity);
    assert_slice(hottest[1]->source.url, "/debian/+source/bash");
    assert_slice(hottest[1]->__typename, "Package");
    assert_slice(hottest[2]->hottest_bug->title, "slow");
    assert_true(hottest[2]->hottest_bug->open);
    assert_int_equal(page->people_count, 3);
    assert_null(page->person);
    sheaf_stats stats = sheaf_compiled_stats(page);
    assert_true(stats.statements > 5 && stats.trips > 1 && stats.kept > 5);
    sheaf_compiled_free(page);
    unit_free(&u);
}

/* A row exists once for each struct that shows it. */
static void rows_exist_once(void **state) {
    world *w = world_of(state);
    unit u;
    unit_init(&u, w, w->model, hot_text, &hot);
    hot_page *page = unit_read(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")});
    const package *const *hottest = page->distro->hot_packages;
    const card *bob = hottest[1]->source.maintainer;
    assert_slice(bob->name, "bob");
    assert_ptr_equal(hottest[2]->uploaders[0], bob);
    assert_ptr_equal(hottest[0]->source.maintainer, hottest[2]->source.maintainer);
    sheaf_compiled_free(page);
    unit_free(&u);
}

static void takes_variables(void **state) {
    world *w = world_of(state);
    unit u;
    unit_init(&u, w, w->model, hot_text, &hot);
    int64_t limit = 1, least = 60;
    hot_page *page =
        unit_read(&u, &(hot_vars){.distro = SHEAF_SLICE("debian"), .limit = &limit, .least = &least});
    sheaf_variable given[] = {SHEAF_VAR_TEXT("distro", "debian"), SHEAF_VAR_INT("limit", 1),
                              SHEAF_VAR_INT("least", 60), SHEAF_VAR_NULL("after")};
    check_page(&u, page, given, 4);
    assert_int_equal(page->distro->hot_packages_count, 1);
    assert_int_equal(page->distro->mine_count, 1);
    hot_page *next = unit_read(&u, &(hot_vars){.distro = SHEAF_SLICE("debian"),
                                               .limit = &limit,
                                               .least = &least,
                                               .after = page->distro->hot_packages[0]->_cursor});
    given[3].value = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = page->distro->hot_packages[0]->_cursor};
    check_page(&u, next, given, 4);
    assert_slice(next->distro->hot_packages[0]->name, "bash");
    sheaf_compiled_free(page);
    sheaf_compiled_free(next);
    unit_free(&u);
}

static void holds_what_is_not_there(void **state) {
    world *w = world_of(state);
    unit u;
    void *none = NULL;
    sheaf_error err = {0};
    unit_init(&u, w, w->model, hot_text, &hot);
    hot_page *page = unit_read(&u, &(hot_vars){.distro = SHEAF_SLICE("empty")});
    check_page(&u, page, &SHEAF_VAR_TEXT("distro", "empty"), 1);
    assert_int_equal(page->distro->hot_packages_count, 0);
    assert_int_equal(page->distro->maintainers_count, 0);
    sheaf_compiled_free(page);
    assert_false(
        sheaf_compiled_read(u.db, &u.shape, &(hot_vars){.distro = SHEAF_SLICE("arch")}, &none, &err));
    assert_error(&err, SHEAF_E_NOT_FOUND, "Distro", "@required");
    assert_null(none);
    sheaf_compiled_free(NULL);
    unit_free(&u);
}

static void shows_fragments(void **state) {
    world *w = world_of(state);
    unit u;
    unit_init(&u, w, w->model, parts_text, &parts);
    parts_page *page = unit_read(&u, NULL);
    check_page(&u, page, NULL, 0);
    /* Two orders, two cursors; but who is in both groups is one. */
    assert_slice(page->packages[0]->place.name, "apt");
    assert_slice(page->hottest[5]->name, "apt");
    assert_string_not_equal(page->packages[0]->place._cursor.ptr, page->hottest[5]->_cursor.ptr);
    const listing *apt = page->lists[0];
    assert_int_equal(apt->lists.bugs_count, 3);
    assert_int_equal(apt->again_count, 3);
    assert_int_equal(apt->bugs_count, 3);
    assert_int_equal(apt->lists.bugs[1]->id, 2);
    assert_slice(apt->again[1]->title, "typo");
    assert_int_equal(apt->bugs[1]->heat, 30);
    sheaf_compiled_free(page);
    unit_free(&u);
}

/* One struct type, five meanings: only what is the same is shared. */
static void tells_twins_apart(void **state) {
    world *w = world_of(state);
    unit u;
    unit_init(&u, w, w->model, twins_text, &twins);
    twins_page *page = unit_read(&u, NULL);
    check_page(&u, page, NULL, 0);
    assert_slice(page->a[0]->x, "apt");
    assert_slice(page->b[0]->x, "/debian/+source/apt");
    assert_int_equal(page->c[0]->list_count, 2);
    assert_ptr_equal(page->a[0], page->d[5]);
    assert_ptr_not_equal(page->a[0], page->c[0]);
    assert_ptr_equal(page->a[0]->list[0], page->c[0]->list[0]);
    sheaf_compiled_free(page);
    unit_free(&u);
}

static void refuses_cursors(void **state) {
    world *w = world_of(state);
    unit u;
    sheaf_error err;
    unit_init(&u, w, w->model, hot_text, &hot);
    expect_error(&u, &(hot_vars){.distro = SHEAF_SLICE("debian"), .after = SHEAF_SLICE("x")}, &err);
    assert_error(&err, SHEAF_E_CURSOR, "damaged");
    unit_free(&u);
}

/* ---- Code that does not fit
 * -------------------------------------------------------------------------------*/

static void refuses_old_code(void **state) {
    world *w = world_of(state);
    unit u;
    sheaf_error err;
    hot_vars given = {.distro = SHEAF_SLICE("debian")};
    unit_init(&u, w, w->model, hot_text, &hot);
    u.set.model_hash++;
    expect_error(&u, &given, &err);
    assert_error(&err, SHEAF_E_CHANGED, "another model", "sheaf gen");
    u.set.model_hash--;
    u.set.version++;
    expect_error(&u, &given, &err);
    assert_error(&err, SHEAF_E_CHANGED, "version", "sheaf gen");
    u.set.version--;
    u.shape.name = "cold";
    expect_error(&u, &given, &err);
    assert_error(&err, SHEAF_E_CHANGED, "'cold'");
    u.shape.name = "hot"; /* nothing of all that was kept */
    sheaf_compiled_free(unit_read(&u, &given));
    unit_free(&u);
}

static void needs_a_model(void **state) {
    world *w = world_of(state);
    unit u;
    sheaf_error err;
    unit_init(&u, w, w->model, hot_text, &hot);
    sheaf_close(u.db);
    u.db = world_open(w, NULL, &(sheaf_options){0});
    expect_error(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")}, &err);
    assert_error(&err, SHEAF_E_USAGE, "without a model");
    unit_free(&u);
}

static void refuses_unknown_variables(void **state) {
    world *w = world_of(state);
    static const sheaf_compiled_variable wrong[] = {GIVEN(hot_vars, distro, TEXT),
                                                    {"more", SHEAF_MEMBER_INT, 0, 0, 0}};
    sheaf_compiled shape = hot;
    unit u;
    sheaf_error err;
    shape.variables = wrong;
    shape.variable_count = 2;
    unit_init(&u, w, w->model, hot_text, &shape);
    expect_error(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")}, &err);
    assert_error(&err, SHEAF_E_CHANGED, "$more", "sheaf gen");
    unit_free(&u);
}

/* ---- Limits, threads
 * --------------------------------------------------------------------------------------*/

static void keeps_to_the_limits(void **state) {
    world *w = world_of(state);
    unit u;
    sheaf_error err;
    unit_init(&u, w, w->model, hot_text, &hot);
    sheaf_close(u.db);
    u.db = world_open(w, w->model, &(sheaf_options){.limits = {.groups_max = 3}});
    expect_error(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")}, &err);
    assert_error(&err, SHEAF_E_LIMIT, "groups-max");
    sheaf_close(u.db);
    u.db = world_open(w, w->model, &(sheaf_options){.limits = {.bytes_max = 5000}});
    expect_error(&u, &(hot_vars){.distro = SHEAF_SLICE("debian")}, &err);
    assert_error(&err, SHEAF_E_LIMIT, "bytes-max");
    unit_free(&u);
}

typedef struct many_reader {
    const unit *unit;
    pthread_t thread;
    const char *distro;
    unsigned wrong;
} many_reader;

static void *read_many(void *arg) {
    many_reader *r = arg;
    for (int64_t i = 0; i < 40; i++) {
        int64_t limit = i % 4;
        hot_page *page = NULL;
        hot_vars given = {.distro = {r->distro, strlen(r->distro)}, .limit = i % 5 ? &limit : NULL};
        sheaf_error err = {0};
        if (!sheaf_compiled_read(r->unit->db, &r->unit->shape, &given, (void **)&page, &err)) {
            r->wrong++;
            continue;
        }
        r->wrong += !slice_is(page->distro->name, r->distro) ||
                    page->distro->hot_packages_count > (i % 5 ? (size_t)limit : 3);
        sheaf_compiled_free(page);
    }
    return NULL;
}

/* All of them come first to what the database keeps. */
static void serves_many_threads(void **state) {
    world *w = world_of(state);
    static const char *const distros[] = {"debian", "ubuntu", "empty"};
    many_reader readers[6];
    unit u;
    unit_init(&u, w, w->model, hot_text, &hot);
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        readers[i] = (many_reader){.unit = &u, .distro = distros[i % 3]};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_many, &readers[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        pthread_join(readers[i].thread, NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    unit_free(&u);
}

static const struct CMUnitTest tests[] = {
    ON_BOTH(reads_a_page),        ON_BOTH(rows_exist_once),
    ON_BOTH(takes_variables),     ON_BOTH(holds_what_is_not_there),
    ON_BOTH(shows_fragments),     ON_BOTH(tells_twins_apart),
    ON_BOTH(refuses_cursors),     ON_BOTH(refuses_old_code),
    ON_BOTH(needs_a_model),       ON_BOTH(refuses_unknown_variables),
    ON_BOTH(keeps_to_the_limits), ON_BOTH(serves_many_threads),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
