#include "index.h"
#include "test_source.h"

typedef struct fixture {
    archive archive;
    index_report report;
    uint32_t suite;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){0};
    *state = &f;
    return archive_add_suite(&f.archive, SHEAF_SLICE("Example"), SHEAF_SLICE("stable"), SHEAF_SLICE("one"),
                             &f.suite, NULL)
               ? 0
               : -1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    archive_free(&f->archive);
    return 0;
}

static void read_text(fixture *f, const char *text) {
    test_source source = test_source_of((sheaf_slice){text, strlen(text)}, 0);
    assert_true(index_read(&f->archive, f->suite, &source.base, "test", &f->report, NULL, NULL));
}

static const archive_package *package(const fixture *f, const char *name) {
    uint32_t i = dictionary_find(&f->archive.package_by_name, 0, (sheaf_slice){name, strlen(name)});
    assert_int_not_equal(i, DICTIONARY_NONE);
    return &f->archive.packages.items[i];
}

static const archive_binary *binary(const fixture *f, const char *name) {
    uint32_t i = dictionary_find(&f->archive.binary_by_name, 0, (sheaf_slice){name, strlen(name)});
    assert_int_not_equal(i, DICTIONARY_NONE);
    return &f->archive.binaries.items[i];
}

static sheaf_slice mail(const fixture *f, uint32_t person) {
    return f->archive.people.items[person].name;
}

#define BINARY(name, version, more)                                                                          \
    "Package: " name "\nVersion: " version "\nArchitecture: amd64\nMaintainer: Ada <ada@example.org>\n" more \
    "\n"

static void reads_a_binary_index(void **state) {
    fixture *f = *state;
    read_text(f,
              BINARY("libx1", "2.0-1+b1",
                     "Source: x (2.0-1)\nSection: libs\nPriority: optional\nSize: 1000\nInstalled-Size: 3\n"
                     "Essential: yes\nDescription: a library\n of words\nPre-Depends: init\n"
                     "Depends: libc (>= 2) | musl,\n y:any [amd64]\nSuggests: z\n")
                  BINARY("x", "2.0-1", "Section: utils\nHomepage: https://example.org/\n"));
    assert_int_equal(f->report.binary_stanzas, 2);
    assert_int_equal(f->report.malformed, 0);
    assert_int_equal(f->archive.packages.count, 1);
    const archive_package *p = package(f, "x");
    assert_slice(p->version, "2.0-1");
    assert_slice(p->section, "utils"); /* the binary of the same name speaks for it */
    assert_slice(p->homepage, "https://example.org/");
    assert_slice(mail(f, p->maintainer), "ada@example.org");
    assert_int_equal(p->uploaders.count, 0);
    const archive_binary *b = binary(f, "libx1");
    assert_slice(b->version, "2.0-1+b1");
    assert_slice(b->description, "a library");
    assert_int_equal(b->size, 1000);
    assert_int_equal(b->installed_size, 3072);
    assert_true(b->essential);
    assert_false(b->stub);
    assert_int_equal(b->dependencies.count, 5);
    const archive_dependency *d = &f->archive.dependencies.items[b->dependencies.first];
    assert_int_equal(d[0].relation, RELATION_PRE_DEPENDS);
    assert_slice(d[1].name, "libc");
    assert_slice(d[1].constraint, ">= 2");
    assert_int_equal(d[2].alternative, 1);
    assert_slice(d[3].name, "y");
    assert_int_equal(d[3].position, 1);
    assert_slice(d[3].restriction, "[amd64]");
    assert_int_equal(d[4].relation, RELATION_SUGGESTS);
    b = binary(f, "x");
    assert_int_equal(b->size, -1);
    assert_int_equal(b->installed_size, -1);
}

static const char source_stanza[] =
    "Package: x\nBinary: x, libx1, x-udeb\nVersion: 2.0-1\n"
    "Maintainer: Team <team@example.org>, Second <second@example.org>\n"
    "Uploaders: Ada <ada@example.org>, Bo, IV <bo@example.org>,\n SECOND <second@EXAMPLE.org>\n"
    "Build-Depends: debhelper, y <!nocheck>\nBuild-Depends-Indep: z\nSection: misc\n"
    "Package-List:\n x deb utils optional arch=all essential=yes\n libx1 deb libs optional arch=any\n"
    " x-udeb udeb debian-installer optional arch=any\n";

static void reads_a_source_index(void **state) {
    fixture *f = *state;
    read_text(f, source_stanza);
    assert_int_equal(f->report.source_stanzas, 1);
    const archive_package *p = package(f, "x");
    assert_slice(mail(f, p->maintainer), "team@example.org");
    assert_int_equal(p->uploaders.count, 3);
    const uint32_t *uploaders = f->archive.uploaders.items + p->uploaders.first;
    assert_slice(mail(f, uploaders[0]), "second@example.org");
    assert_slice(mail(f, uploaders[2]), "bo@example.org");
    assert_slice(f->archive.people.items[uploaders[2]].display_name, "Bo, IV");
    assert_int_equal(p->dependencies.count, 3);
    assert_int_equal(f->archive.binaries.count, 2); /* no udeb */
    const archive_binary *b = binary(f, "x");
    assert_true(b->stub && b->essential);
    assert_slice(b->architecture, "all");
    assert_slice(b->section, "utils");
    assert_int_equal(b->version.len, 0);
}

static void reads_old_sources(void **state) {
    fixture *f = *state;
    read_text(f, "Package: x\nBinary: x,\n libx1\nVersion: 1\nMaintainer: a@example.org\n");
    assert_int_equal(f->archive.binaries.count, 2);
    assert_slice(f->archive.people.items[0].display_name, "a@example.org");
}

/* In either order, each kind of index adds what the other does not know. */
static void completes_one_index_by_the_other(void **state) {
    fixture *f = *state;
    static const char binary_stanza[] =
        BINARY("libx1", "2.0-1", "Source: x\nSection: libs\nSize: 5\nDepends: q\n");
    char text[2048];
    for (int sources_first = 0; sources_first < 2; sources_first++) {
        snprintf(text, sizeof text, "%s\n%s", sources_first ? source_stanza : binary_stanza,
                 sources_first ? binary_stanza : source_stanza);
        read_text(f, text);
        assert_int_equal(f->report.superseded, 0);
        const archive_package *p = package(f, "x");
        assert_slice(p->section, "misc");
        assert_int_equal(p->uploaders.count, 3);
        const archive_binary *b = binary(f, "libx1");
        assert_int_equal(b->size, 5);
        assert_int_equal(b->dependencies.count, 1);
        assert_true(binary(f, "x")->stub);
        tear_down(state);
        set_up(state);
    }
}

static void keeps_the_newest(void **state) {
    fixture *f = *state;
    uint32_t updates;
    assert_true(archive_add_suite(&f->archive, SHEAF_SLICE("Example"), SHEAF_SLICE("updates"),
                                  SHEAF_SLICE("one"), &updates, NULL));
    read_text(f, BINARY("x", "1.9", "Depends: old\n") BINARY("x", "1.10", "Depends: new\n"));
    f->suite = updates;
    read_text(f, BINARY("x", "1.10~rc1", "Depends: older\n") BINARY("x", "1.10", "Depends: same\n"));
    assert_int_equal(f->report.binary_stanzas, 4);
    assert_int_equal(f->report.superseded, 3);
    assert_int_equal(f->archive.binaries.count, 1);
    const archive_binary *b = binary(f, "x");
    assert_slice(b->version, "1.10");
    assert_slice(f->archive.dependencies.items[b->dependencies.first].name, "new");
    assert_int_equal(package(f, "x")->suite, 0);
    read_text(f, BINARY("x", "1:0", ""));
    assert_int_equal(package(f, "x")->suite, updates);
    assert_slice(package(f, "x")->version, "1:0");
    assert_int_equal(binary(f, "x")->dependencies.count, 0);
}

static void rejects_nothing_silently(void **state) {
    fixture *f = *state;
    static const struct {
        const char *stanza;
        unsigned fault;
        const char *field;
    } cases[] = {
        {"Version: 1\n", INDEX_MISSING, "Package"},
        {"Package: a\nVersion: 1\nMaintainer: a@example.org\n", INDEX_MISSING, "Architecture"},
        {"Package: a\nVersion: 1\nArchitecture: all\n", INDEX_MISSING, "Maintainer"},
        {"Package: a\nVersion:\n", INDEX_MISSING, "Version"},
        {BINARY("-a", "1", ""), INDEX_NAME, "Package"},
        {BINARY("a", "1 2", ""), INDEX_VERSION, "Version"},
        {BINARY("a", "1", "Source: b c\n"), INDEX_VERSION, "Source"},
        {BINARY("a", "1", "Source: (1)\n"), INDEX_NAME, "Source"},
        {BINARY("a", "1", "Depends: b c\n"), INDEX_RELATION, "Depends"},
        {BINARY("a", "1", "Provides: |\n"), INDEX_RELATION, "Provides"},
        {BINARY("a", "1", "Size: -1\n"), INDEX_NUMBER, "Size"},
        {BINARY("a", "1", "Installed-Size: big\n"), INDEX_NUMBER, "Installed-Size"},
        {BINARY("a", "1", "Original-Maintainer: Nobody\n"), INDEX_ADDRESS, "Original-Maintainer"},
        {"Package: a\nBinary: a\nVersion: 1\nMaintainer: Nobody\n", INDEX_ADDRESS, "Maintainer"},
        {"Package: a\nBinary: a, b!\nVersion: 1\nMaintainer: a@example.org\nBuild-Depends: q\n", INDEX_NAME,
         "Binary"},
        {"Package a\n", RFC822_NO_COLON, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->report = (index_report){0};
        read_text(f, "\n");
        read_text(f, cases[i].stanza);
        if (f->report.malformed != 1 || f->report.faults[cases[i].fault] != 1) fail_msg("case %zu", i);
        assert_int_equal(f->report.shown[0].fault, cases[i].fault);
        assert_int_equal(f->report.shown[0].line, 1);
        assert_string_equal(f->report.shown[0].field, cases[i].field);
        assert_string_equal(f->report.shown[0].file, "test");
    }
    /* Nothing of them stays. */
    assert_int_equal(f->archive.packages.count, 0);
    assert_int_equal(f->archive.binaries.count, 0);
    assert_int_equal(f->archive.dependencies.count, 0);
    assert_int_equal(f->archive.provides.count, 0);
    assert_int_equal(f->archive.uploaders.count, 0);
    assert_true(archive_resolve(&f->archive, NULL));
    assert_int_equal(f->archive.people.count, 0);
}

static void shows_the_first_few(void **state) {
    fixture *f = *state;
    for (int i = 0; i < INDEX_SHOWN_MAX + 3; i++)
        read_text(f, "Package: b\x01\xC3\xA9 d\n\n" BINARY("a", "1", ""));
    assert_int_equal(f->report.malformed, INDEX_SHOWN_MAX + 3);
    assert_string_equal(f->report.shown[INDEX_SHOWN_MAX - 1].first_line, "Package: b??? d");
    assert_int_equal(f->report.binary_stanzas, INDEX_SHOWN_MAX + 3);
}

static void resolves_targets(void **state) {
    fixture *f = *state;
    read_text(f, BINARY("a", "1", "Depends: libb, libb2 | a, virtual, ambiguous, nowhere, a\nRecommends: c\n")
                     BINARY("a-dev", "1", "Source: a\nDepends: libb (>= 1)\n")
                         BINARY("libb", "1", "Source: b\nProvides: virtual (= 1), ambiguous\n")
                             BINARY("libb2", "1", "Source: b\nProvides: virtual\n")
                                 BINARY("c", "1", "Depends: x | libb\nProvides: ambiguous\n"));
    assert_true(archive_resolve(&f->archive, NULL));
    const archive_dependency *d = &f->archive.dependencies.items[binary(f, "a")->dependencies.first];
    uint32_t b = (uint32_t)(package(f, "b") - f->archive.packages.items);
    assert_int_equal(d[0].target, b);
    assert_int_equal(d[1].target, b);
    assert_int_equal(d[3].target, b);            /* provided by binaries of one package */
    assert_int_equal(d[4].target, ARCHIVE_NONE); /* of two */
    assert_int_equal(d[5].target, ARCHIVE_NONE);
    assert_int_equal(f->archive.unresolved, 3);
    assert_int_equal(package(f, "b")->popularity, 1); /* once for a; c's is a second choice */
    assert_int_equal(package(f, "a")->popularity, 0); /* needed by itself only */
    assert_int_equal(package(f, "c")->popularity, 0); /* recommended only */
    assert_int_equal(f->archive.requirement_count, 1);
    assert_true(f->archive.requirements[0] == b);
}

static void keeps_distributions_apart(void **state) {
    fixture *f = *state;
    read_text(f, BINARY("a", "1", ""));
    assert_true(archive_add_suite(&f->archive, SHEAF_SLICE("Other Vendor"), SHEAF_SLICE("stable"),
                                  SHEAF_SLICE("two"), &f->suite, NULL));
    read_text(f, BINARY("b", "1", "Depends: a\n"));
    assert_true(archive_resolve(&f->archive, NULL));
    assert_slice(f->archive.distros.items[1].name, "other-vendor");
    assert_int_equal(f->archive.suites.count, 2);
    assert_int_equal(f->archive.people.count, 1);
    assert_int_equal(f->archive.unresolved, 1);
    assert_int_equal(f->archive.requirement_count, 0);
}

/* Of superseded versions too. */
static void drops_unnamed_people(void **state) {
    fixture *f = *state;
    read_text(
        f,
        "Package: a\nBinary: a\nVersion: 1\nMaintainer: Old <old@example.org>\nUploaders: o@example.org\n\n"
        "Package: a\nBinary: a\nVersion: 2\nMaintainer: New <new@example.org>\nUploaders: n@example.org\n");
    assert_int_equal(f->archive.people.count, 4);
    assert_true(archive_resolve(&f->archive, NULL));
    assert_int_equal(f->archive.people.count, 2);
    const archive_package *p = package(f, "a");
    assert_slice(mail(f, p->maintainer), "new@example.org");
    assert_slice(mail(f, f->archive.uploaders.items[p->uploaders.first]), "n@example.org");
}

static void stops(void **state) {
    fixture *f = *state;
    const volatile sig_atomic_t stop = 1;
    progress bar = {.stop = &stop};
    sheaf_error err = {0};
    test_source source = test_source_of(SHEAF_SLICE(BINARY("a", "1", "") BINARY("b", "1", "")), 0);
    assert_false(index_read(&f->archive, f->suite, &source.base, "test", &f->report, &bar, &err));
    assert_int_equal(err.code, SHEAF_E_STATE);
    assert_int_equal(f->archive.binaries.count, 1);
    source = test_source_of(SHEAF_SLICE(BINARY("a", "1", "")), 0);
    source.fails = true;
    assert_false(index_read(&f->archive, f->suite, &source.base, "test", &f->report, NULL, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(reads_a_binary_index),
        TEST(reads_a_source_index),
        TEST(reads_old_sources),
        TEST(completes_one_index_by_the_other),
        TEST(keeps_the_newest),
        TEST(rejects_nothing_silently),
        TEST(shows_the_first_few),
        TEST(resolves_targets),
        TEST(keeps_distributions_apart),
        TEST(drops_unnamed_people),
        TEST(stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
