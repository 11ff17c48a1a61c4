#include "index.h"

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "deps.h"
#include "fail.h"
#include "text.h"
#include "version.h"

const char *const index_fault_text[INDEX_FAULT_COUNT] = {
#define X(name, text) [name] = text,
    RFC822_FAULTS(X) INDEX_FAULTS(X)
#undef X
};

/* What the reading of one stanza needs to know and may find wrong. Functions return false for both faults and
 * failures; `failed` tells them apart. */
typedef struct reading {
    archive *archive;
    uint32_t suite, distro;
    const rfc822_stanza *stanza;
    index_report *report;
    unsigned fault;
    const char *fault_field;
    bool failed;
    sheaf_error *err;
} reading;

static bool wrong(reading *r, index_fault fault, const char *field) {
    r->fault = fault;
    r->fault_field = field;
    return false;
}

static bool failed(reading *r) {
    r->failed = true;
    return false;
}

static bool no_memory(reading *r) {
    fail_memory(r->err);
    return failed(r);
}

static sheaf_slice value(const reading *r, const char *field) {
    return rfc822_value(r->stanza, (sheaf_slice){field, strlen(field)});
}

static bool required(reading *r, const char *field, sheaf_slice *ret) {
    *ret = value(r, field);
    return ret->len || wrong(r, INDEX_MISSING, field);
}

static bool keep(reading *r, sheaf_slice s, sheaf_slice *ret) {
    return pool_keep(&r->archive->text, s, ret) || no_memory(r);
}

static bool add_person(reading *r, const address *a, uint32_t *ret) {
    sheaf_slice mail = {a->mail, a->mail_len}, name = {a->name, a->name_len};
    return archive_add_person(r->archive, mail, name, ret, r->err) || failed(r);
}

static bool add_uploader(reading *r, uint32_t person, uint32_t first) {
    for (uint32_t i = first; i < r->archive->uploaders.count; i++) {
        if (r->archive->uploaders.items[i] == person) return true;
    }
    return archive_append(r->archive->uploaders, person) || no_memory(r);
}

/* Adds everybody in `rest` to the uploaders from `first` on, each once. */
static bool read_addresses(reading *r, const char *field, sheaf_slice rest, uint32_t first) {
    for (;;) {
        address a;
        address_result result = address_next(&rest, &a);
        if (result == ADDRESS_END) return true;
        if (result == ADDRESS_MALFORMED) return wrong(r, INDEX_ADDRESS, field);
        uint32_t person;
        if (!add_person(r, &a, &person) || !add_uploader(r, person, first)) return false;
    }
}

/* The maintainer is the first address of its field. Who else stands there, the uploaders, and who maintained
 * the package where it was derived from, are uploaders. */
static bool read_people(reading *r, uint32_t *ret_maintainer, archive_range *ret_uploaders) {
    uint32_t first = r->archive->uploaders.count;
    sheaf_slice rest;
    address a;
    if (!required(r, "Maintainer", &rest)) return false;
    if (address_next(&rest, &a) != ADDRESS_OK) return wrong(r, INDEX_ADDRESS, "Maintainer");
    if (!add_person(r, &a, ret_maintainer) || !read_addresses(r, "Maintainer", rest, first) ||
        !read_addresses(r, "Uploaders", value(r, "Uploaders"), first) ||
        !read_addresses(r, "Original-Maintainer", value(r, "Original-Maintainer"), first)) {
        return false;
    }
    *ret_uploaders = archive_range_from(first, r->archive->uploaders.count);
    return true;
}

static bool add_dependency(reading *r, archive_relation relation, const dependency *d) {
    archive_dependency kept = {
        .relation = relation, .position = d->position, .alternative = d->alternative, .target = ARCHIVE_NONE};
    return keep(r, d->name, &kept.name) && keep(r, d->restriction, &kept.restriction) &&
           (pool_keep_pair(&r->archive->text, d->op, d->version, &kept.constraint) || no_memory(r)) &&
           (archive_append(r->archive->dependencies, kept) || no_memory(r));
}

static bool read_relations(reading *r, archive_range *ret) {
    uint32_t first = r->archive->dependencies.count;
    for (archive_relation relation = 0; relation < RELATION_COUNT; relation++) {
        sheaf_slice field = archive_relations[relation].field;
        deps_reader deps = deps_reader_on(rfc822_value(r->stanza, field));
        for (;;) {
            dependency d;
            deps_result result = deps_next(&deps, &d);
            if (result == DEPS_END) break;
            if (result == DEPS_MALFORMED) return wrong(r, INDEX_RELATION, field.ptr);
            if (!add_dependency(r, relation, &d)) return false;
        }
    }
    *ret = archive_range_from(first, r->archive->dependencies.count);
    return true;
}

static bool read_provides(reading *r, archive_range *ret) {
    uint32_t first = r->archive->provides.count;
    deps_reader deps = deps_reader_on(value(r, "Provides"));
    for (;;) {
        dependency d;
        deps_result result = deps_next(&deps, &d);
        if (result == DEPS_END) break;
        if (result == DEPS_MALFORMED) return wrong(r, INDEX_RELATION, "Provides");
        sheaf_slice name;
        if (!keep(r, d.name, &name)) return false;
        if (!archive_append(r->archive->provides, name)) return no_memory(r);
    }
    *ret = archive_range_from(first, r->archive->provides.count);
    return true;
}

/* Installed-Size counts in units of 1,024 bytes. */
static bool read_size(reading *r, const char *field, int64_t unit, int64_t *ret) {
    sheaf_slice text = value(r, field);
    if (!text.len) return true;
    if (!text_number(text, ret)) return wrong(r, INDEX_NUMBER, field);
    *ret *= unit;
    return true;
}

static bool read_identity(reading *r, sheaf_slice *ret_name, sheaf_slice *ret_version) {
    if (!required(r, "Package", ret_name) || !required(r, "Version", ret_version)) return false;
    if (!text_is_package(*ret_name)) return wrong(r, INDEX_NAME, "Package");
    return text_is_version(*ret_version) || wrong(r, INDEX_VERSION, "Version");
}

/* The name and the version of the source: "Source: glibc (2.36-9)", its own of what is not said. */
static bool read_source(reading *r, sheaf_slice *name, sheaf_slice *version) {
    sheaf_slice source = value(r, "Source");
    if (!source.len) return true;
    sheaf_slice rest = source;
    *name = text_word(&rest);
    rest = text_trim(rest);
    if (!text_is_package(*name)) return wrong(r, INDEX_NAME, "Source");
    if (!rest.len) return true;
    *version = text_trim((sheaf_slice){rest.ptr + 1, rest.len > 2 ? rest.len - 2 : 0});
    bool bracketed = rest.ptr[0] == '(' && rest.ptr[rest.len - 1] == ')';
    return (bracketed && text_is_version(*version)) || wrong(r, INDEX_VERSION, "Source");
}

/* Whether what `p` says gives way to a stanza of this version and authority. */
static bool yields(const archive_package *p, sheaf_slice version, archive_authority authority) {
    int order = p->version.len ? version_compare(version, p->version) : 1;
    return order > 0 || (order == 0 && authority > p->authority);
}

/* Lets the stanza speak for the package; its name and what archive_resolve adds stay. */
static bool describe_package(reading *r, uint32_t package, sheaf_slice version, archive_package said) {
    archive_package p = r->archive->packages.items[package];
    p.suite = r->suite;
    p.maintainer = said.maintainer;
    p.authority = said.authority;
    p.uploaders = said.uploaders;
    p.dependencies = said.dependencies;
    if (!keep(r, version, &p.version) || !keep(r, value(r, "Section"), &p.section) ||
        !keep(r, value(r, "Priority"), &p.priority) || !keep(r, value(r, "Homepage"), &p.homepage)) {
        return false;
    }
    r->archive->packages.items[package] = p;
    return true;
}

static bool describe_binary(reading *r, uint32_t package, uint32_t binary, sheaf_slice version,
                            archive_binary said) {
    sheaf_slice description = value(r, "Description");
    said.package = package;
    said.name = r->archive->binaries.items[binary].name;
    said.essential = text_equal_nocase(value(r, "Essential"), SHEAF_SLICE("yes"));
    if (!keep(r, version, &said.version) || !keep(r, value(r, "Architecture"), &said.architecture) ||
        !keep(r, value(r, "Section"), &said.section) || !keep(r, value(r, "Priority"), &said.priority) ||
        !keep(r, text_trim(text_until(&description, '\n')), &said.description)) {
        return false;
    }
    r->archive->binaries.items[binary] = said;
    return true;
}

static bool read_binary_stanza(reading *r) {
    sheaf_slice name, version, architecture;
    if (!read_identity(r, &name, &version) || !required(r, "Architecture", &architecture)) return false;
    sheaf_slice source = name, source_version = version;
    archive_package said = {0};
    archive_binary b = {.size = -1, .installed_size = -1};
    if (!read_source(r, &source, &source_version) || !read_people(r, &said.maintainer, &said.uploaders) ||
        !read_relations(r, &b.dependencies) || !read_provides(r, &b.provides) ||
        !read_size(r, "Size", 1, &b.size) || !read_size(r, "Installed-Size", 1024, &b.installed_size)) {
        return false;
    }

    uint32_t package, binary;
    if (!archive_add_package(r->archive, r->distro, source, &package, r->err) ||
        !archive_add_binary(r->archive, r->distro, name, &binary, r->err)) {
        return failed(r);
    }
    r->report->binary_stanzas++;
    said.authority = text_equal(name, source) ? AUTHORITY_NAMESAKE : AUTHORITY_BINARY;
    if (yields(&r->archive->packages.items[package], source_version, said.authority) &&
        !describe_package(r, package, source_version, said)) {
        return false;
    }
    const archive_binary *known = &r->archive->binaries.items[binary];
    if (!known->stub) r->report->superseded++;
    if (!known->stub && version_compare(version, known->version) <= 0) return true;
    return describe_binary(r, package, binary, version, b);
}

/* A binary that only its source tells of, so far: a line of Package-List is name, type, section, priority,
 * and "key=value" of more. */
static bool add_stub(reading *r, uint32_t package, sheaf_slice line) {
    sheaf_slice name = text_word(&line), type = text_word(&line);
    if (type.len && !text_equal(type, SHEAF_SLICE("deb"))) return true;
    uint32_t binary;
    if (!archive_add_binary(r->archive, r->distro, name, &binary, r->err)) return failed(r);
    archive_binary b = r->archive->binaries.items[binary];
    if (!b.stub) return true;
    b.package = package;
    if (!keep(r, text_word(&line), &b.section) || !keep(r, text_word(&line), &b.priority)) return false;
    for (sheaf_slice word = text_word(&line); word.len; word = text_word(&line)) {
        sheaf_slice key = text_until(&word, '=');
        if (text_equal(key, SHEAF_SLICE("arch")) && !keep(r, word, &b.architecture)) return false;
        if (text_equal(key, SHEAF_SLICE("essential"))) b.essential = text_equal(word, SHEAF_SLICE("yes"));
    }
    r->archive->binaries.items[binary] = b;
    return true;
}

/* Takes the next binary off Package-List or, in old sources, off Binary; false at the end. */
static bool next_stub(sheaf_slice *list, char separator, sheaf_slice *ret) {
    while (list->len) {
        *ret = text_trim(text_until(list, separator));
        if (ret->len) return true;
    }
    return false;
}

static bool read_stub_list(reading *r, sheaf_slice *ret_list, char *ret_separator) {
    sheaf_slice list = value(r, "Package-List"), item;
    *ret_separator = list.len ? '\n' : ',';
    *ret_list = list.len ? list : value(r, "Binary");
    for (list = *ret_list; next_stub(&list, *ret_separator, &item);) {
        if (!text_is_package(text_word(&item))) return wrong(r, INDEX_NAME, "Binary");
    }
    return true;
}

static bool read_source_stanza(reading *r) {
    sheaf_slice name, version, stubs, stub;
    char separator;
    archive_package said = {.authority = AUTHORITY_SOURCE};
    if (!read_identity(r, &name, &version) || !read_people(r, &said.maintainer, &said.uploaders) ||
        !read_relations(r, &said.dependencies) || !read_stub_list(r, &stubs, &separator)) {
        return false;
    }
    uint32_t package;
    if (!archive_add_package(r->archive, r->distro, name, &package, r->err)) return failed(r);
    r->report->source_stanzas++;
    const archive_package *known = &r->archive->packages.items[package];
    if (known->version.len && known->authority == AUTHORITY_SOURCE) r->report->superseded++;
    if (!yields(known, version, AUTHORITY_SOURCE)) return true;
    if (!describe_package(r, package, version, said)) return false;
    while (next_stub(&stubs, separator, &stub)) {
        if (!add_stub(r, package, stub)) return false;
    }
    return true;
}

/* For a terminal: nothing but what prints. */
static void copy_printable(char *into, size_t room, sheaf_slice s) {
    size_t len = s.len < room - 1 ? s.len : room - 1;
    for (size_t i = 0; i < len; i++) into[i] = (char)(s.ptr[i] >= ' ' && s.ptr[i] <= '~' ? s.ptr[i] : '?');
    into[len] = '\0';
}

static void note_malformed(const reading *r, const char *file) {
    index_report *report = r->report;
    report->faults[r->fault]++;
    if (report->malformed++ >= INDEX_SHOWN_MAX) return;
    index_malformed *m = &report->shown[report->malformed - 1];
    sheaf_slice rest = r->stanza->text;
    *m = (index_malformed){.line = r->stanza->line, .fault = r->fault};
    copy_printable(m->first_line, sizeof m->first_line, text_until(&rest, '\n'));
    snprintf(m->file, sizeof m->file, "%s", file);
    snprintf(m->field, sizeof m->field, "%s", r->fault_field);
}

/* False: a failure. Faults are found before anything refers to what was read, so a malformed stanza leaves
 * nothing behind but people that nobody names, whom archive_resolve drops. */
static bool read_stanza(reading *r, const char *file) {
    archive *a = r->archive;
    uint32_t dependencies = a->dependencies.count, uploaders = a->uploaders.count,
             provides = a->provides.count;
    bool sound = value(r, "Binary").ptr ? read_source_stanza(r) : read_binary_stanza(r);
    if (sound || r->failed) return sound;
    a->dependencies.count = dependencies;
    a->uploaders.count = uploaders;
    a->provides.count = provides;
    note_malformed(r, file);
    return true;
}

bool index_read(archive *a, uint32_t suite, rfc822_source *source, const char *file, index_report *report,
                progress *bar, sheaf_error *err) {
    rfc822_reader reader = rfc822_reader_on(source);
    rfc822_stanza stanza;
    bool ok = true;
    report->indexes++;
    while (ok) {
        reading r = {.archive = a,
                     .suite = suite,
                     .distro = a->suites.items[suite].distro,
                     .stanza = &stanza,
                     .report = report,
                     .fault_field = "",
                     .err = err};
        rfc822_result result = rfc822_next(&reader, &stanza, err);
        if (result == RFC822_END) break;
        if (result == RFC822_ERROR) {
            ok = false;
        } else if (result == RFC822_MALFORMED) {
            r.fault = stanza.fault;
            note_malformed(&r, file);
        } else {
            ok = read_stanza(&r, file);
        }
        ok = ok && progress_step(bar, err);
    }
    rfc822_free(&reader);
    return ok;
}
