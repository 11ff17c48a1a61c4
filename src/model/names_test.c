#include "names.h"

#include "test.h"

typedef struct pair {
    const char *one, *other;
} pair;
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One and several. */
static const pair numbers[] = {
    {"user", "users"},
    {"auth_user_group", "auth_user_groups"},
    {"person", "people"},
    {"sales_person", "sales_people"},
    {"child", "children"},
    {"address", "addresses"},
    {"process", "processes"},
    {"status", "statuses"},
    {"alias", "aliases"},
    {"bus", "buses"},
    {"category", "categories"},
    {"city", "cities"},
    {"key", "keys"},
    {"day", "days"},
    {"essay", "essays"},
    {"tie", "ties"},
    {"movie", "movies"},
    {"box", "boxes"},
    {"index", "indexes"},
    {"matrix", "matrices"},
    {"match", "matches"},
    {"dish", "dishes"},
    {"cache", "caches"},
    {"house", "houses"},
    {"database", "databases"},
    {"case", "cases"},
    {"release", "releases"},
    {"analysis", "analyses"},
    {"criterion", "criteria"},
    {"quiz", "quizzes"},
    {"size", "sizes"},
    {"hero", "heroes"},
    {"photo", "photos"},
    {"leaf", "leaves"},
    {"canvas", "canvases"},
    {"lens", "lenses"},
    {"n2fa", "n2fas"},
    {"news", "news"},
    {"series", "series"},
    {"species", "species"},
    {"data", "data"},
    {"user_data", "user_data"},
    {"media", "media"},
    {"ar_internal_metadata", "ar_internal_metadata"},
    {"equipment", "equipment"},
};

static void knows_singular_and_plural(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        assert_slice(name_singular(&a, slice_of(numbers[i].other)), numbers[i].one);
        assert_slice(name_singular(&a, slice_of(numbers[i].one)), numbers[i].one);
        assert_slice(name_plural(&a, slice_of(numbers[i].one)), numbers[i].other);
    }
    assert_slice(name_singular(&a, SHEAF_SLICE("indices")), "index");
    assert_slice(name_singular(&a, SHEAF_SLICE("os")), "os");
    assert_slice(name_singular(&a, SHEAF_SLICE("")), "");
    assert_slice(name_plural(&a, SHEAF_SLICE("")), "s");
    arena_free(&a);
}

static const pair cleaned[] = {
    {"person", "person"},
    {"AlbumId", "album_id"},
    {"InvoiceLine", "invoice_line"},
    {"Invoice Line", "invoice_line"},
    {"  a--b..c  ", "a_b_c"},
    {"__init__", "init"},
    {"2fa", "n2fa"},
    {"_2024_log", "n2024_log"},
    {"größe", "grose"},
    {"Ångström", "angstrom"},
    {"Łódź", "lodz"},
    {"naïve\"quote", "naive_quote"},
    {"表", "u8868"},
    {"a\xff"
     "b",
     "a_b"},
    {"\xc2", "fallback"},
    {"", "fallback"},
    {"%$!", "fallback"},
};

static void makes_words(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < COUNT(cleaned); i++)
        assert_slice(name_words(&a, slice_of(cleaned[i].one), "fallback"), cleaned[i].other);
    assert_slice(name_words(&a, ((sheaf_slice){"a\0b", 3}), "fallback"), "a_b");
    arena_free(&a);
}

static const pair types[] = {
    {"auth_user", "AuthUser"}, {"x", "X"}, {"n2024_log", "N2024Log"}, {"a_1_b", "A1B"}, {"", ""}};

static void makes_types(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < COUNT(types); i++)
        assert_slice(name_pascal(&a, slice_of(types[i].one)), types[i].other);
    arena_free(&a);
}

static const pair fields[] = {
    {"name", "name"},
    {"Name", "Name"},
    {"a_", "a_"},
    {"first name", "first_name"},
    {"_id", "id"},
    {"__v", "v"},
    {"is_null", "is_null_"},
    {"not", "not_"},
    {"AND", "AND"},
    {"9", "n9"},
    {"or ", "or_"},
    {"", "column"},
    {"é", "e"},
    {"a-b", "a_b"},
};

static void makes_fields(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < COUNT(fields); i++) {
        sheaf_slice name = name_field(&a, slice_of(fields[i].one));
        assert_slice(name, fields[i].other);
        assert_true(name_is_field(name));
    }
    assert_false(name_is_field(SHEAF_SLICE("")));
    assert_false(name_is_field(SHEAF_SLICE("_a")));
    arena_free(&a);
}

static const pair references[] = {
    {"author_id", "author"},
    {"ArtistId", "artist"},
    {"authorID", "author"},
    {"parent", "parent"},
    {"id", ""},
    {"uuid", ""},
    {"ReportsTo", "reports_to"},
    {"user_uuid", "user"},
    {"product_key", "product"},
    {"paid", "paid"},
    {"owner fk", "owner"},
};

static void makes_references(void **state) {
    (void)state;
    arena a;
    arena_init(&a, NULL);
    for (size_t i = 0; i < COUNT(references); i++)
        assert_slice(name_reference(&a, slice_of(references[i].one)), references[i].other);
    arena_free(&a);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    const sheaf_slice name = SHEAF_SLICE("Größe der People");
    while (test_memory_next(&m)) {
        arena a;
        arena_init(&a, &m.allocator);
        sheaf_slice words = name_words(&a, name, "x");
        sheaf_slice made[] = {
            words.ptr ? name_singular(&a, words) : words, words.ptr ? name_plural(&a, words) : words,
            words.ptr ? name_pascal(&a, words) : words, name_field(&a, name), name_reference(&a, name)};
        bool ok = true;
        for (size_t i = 0; i < COUNT(made); i++) ok = ok && made[i].ptr;
        assert_true(ok || m.failed);
        arena_free(&a);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_singular_and_plural),
        cmocka_unit_test(makes_words),
        cmocka_unit_test(makes_types),
        cmocka_unit_test(makes_fields),
        cmocka_unit_test(makes_references),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
