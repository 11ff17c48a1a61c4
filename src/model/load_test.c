#include <stdlib.h>
#include <unistd.h>

#include "filter.h"
#include "value.h"

#include "test.h"

#define S(literal) SHEAF_SLICE(literal)

/* Everything that a model can have. */
static const char sample[] =
    "scalar Timestamp\n"
    "directive @ref(column: [String!]) on FIELD_DEFINITION\n"
    "enum Rank { SPECIES GENUS }\n"
    "\"A source package.\"\n"
    "type Package @table(name: \"pkg\", schema: \"archive\", plural: \"packages\") {\n"
    "  id: ID!\n"
    "  \"Its name.\"\n"
    "  name: String!\n"
    "  popularity: Int! @column(name: \"pop\")\n"
    "  seen_at: Timestamp\n"
    "  rank: Rank\n"
    "  distro_id: ID!\n"
    "  distro: Distro! @ref(column: \"distro_id\")\n"
    "  maintainer: Person\n"
    "  uploaders: [Person!]! @through(table: \"archive.uploader\", from: \"package_id\", to: "
    "[\"person_id\"])\n"
    "  uploads: [Upload!]!\n"
    "  url: String! @text(format: \"/{distro.name}/{{x}/{name}\")\n"
    "  owner: String @text(format: \"{maintainer.name}\")\n"
    "}\n"
    "type Distro {\n"
    "  id: ID!\n"
    "  name: String! @unique\n"
    "  packages: [Package!]! @many(ref: \"distro\")\n"
    "  hot: [Package!]! @follow(path: \"packages\", where: {popularity: {gt: 10}}, order: [{popularity: "
    "DESC}, {name: ASC}])\n"
    "  people: [Person!]! @follow(path: \"hot.maintainer\", where: {name: {ne: \"x\"}})\n"
    "  hottest: Package @pick(of: \"hot\", keep_max: \"popularity\", per: [\"maintainer\", \"name\"], order: "
    "{name: ASC})\n"
    "  hot_count: Int! @count(of: \"hot\", where: {maintainer: {is_null: false}})\n"
    "}\n"
    "type Person { id: ID! name: String! uploads: [Upload!]! @many favourite: Distro @follow(path: \"home\") "
    "home: Distro }\n"
    "type Upload @key(fields: [\"package\", \"person\", \"number\"]) {\n"
    "  number: Int!\n"
    "  package: Package!\n"
    "  person: Person!\n"
    "  notes: [Note!]! @many(ref: \"upload\")\n"
    "}\n"
    "type Note { id: ID! upload: Upload! @ref(column: [\"package_id\", \"person_id\", \"number\"]) }\n";

static sheaf_model *parse(const char *text) {
    sheaf_error err = {0};
    sheaf_model *m = NULL;
    if (!sheaf_model_parse(slice_of(text), "m.graphql", NULL, &m, &err)) print_error("%s\n", err.message);
    assert_non_null(m);
    return m;
}

static const model_field *field(const sheaf_model *m, const char *entity, const char *name) {
    const model_entity *e = model_entity_named(m, slice_of(entity));
    assert_non_null(e);
    const model_field *f = model_field_named(e, slice_of(name));
    assert_non_null(f);
    return f;
}

static void reads_entities(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    assert_int_equal(m->entity_count, 5);
    const model_entity *package = model_entity_named(m, S("Package"));
    assert_ptr_equal(model_entity_named(m, S("package")), package);
    assert_ptr_equal(model_entity_named(m, S("packages")), package);
    assert_null(model_entity_named(m, S("packages_count")));
    assert_ptr_equal(map_get(&m->by_root, S("packages_count")), package);
    assert_null(model_entity_named(m, S("Rank")));
    assert_slice(package->table, "pkg");
    assert_slice(package->schema, "archive");
    assert_slice(package->description, "A source package.");
    assert_slice(package->fields[1].description, "Its name.");
    assert_int_equal(package->index, 0);
    assert_int_equal(package->place.line, 5);
    const model_entity *distro = model_entity_named(m, S("Distro"));
    assert_slice(distro->table, "distro");
    assert_slice(distro->plural, "distros");
    assert_slice(distro->count_name, "distros_count");
    assert_null(distro->schema.ptr);
    assert_string_equal(model_suggest_field(package, S("naem")).text, "; did you mean 'name'?");
    assert_string_equal(model_suggest_entity(m, S("Pacage")).text, "; did you mean 'Package'?");
    assert_string_equal(model_suggest_root(m, S("package_count")).text, "; did you mean 'packages_count'?");
    assert_string_equal(model_suggest_root(m, S("zebra")).text, "");
    sheaf_model_free(m);
}

static void reads_attributes(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_field *f = field(m, "Package", "popularity");
    assert_int_equal(f->kind, FIELD_COLUMN);
    assert_int_equal(f->scalar, SHEAF_INT);
    assert_true(f->non_null);
    assert_slice(f->column->name, "pop");
    assert_false(f->column->nullable);
    assert_ptr_equal(f->column->entity, f->entity);
    f = field(m, "Package", "seen_at");
    assert_true(f->column->nullable);
    assert_int_equal(f->column->scalar, SHEAF_TIMESTAMP);
    assert_int_equal(field(m, "Package", "rank")->scalar, SHEAF_STRING);
    assert_true(field(m, "Distro", "name")->unique);
    assert_false(field(m, "Package", "name")->unique);
    const model_entity *package = f->entity;
    for (uint32_t i = 0; i < package->column_count; i++) assert_int_equal(package->columns[i].index, i);
    assert_int_equal(package->column_count, 7); /* distro_id is there once */
    assert_ptr_equal(field(m, "Package", "distro_id")->column,
                     field(m, "Package", "distro")->path.hops[0].columns.at[0]);
    sheaf_model_free(m);
}

static void reads_keys(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_entity *upload = model_entity_named(m, S("Upload"));
    static const char *const names[] = {"package_id", "person_id", "number"};
    assert_int_equal(upload->key.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_slice(upload->key.at[i]->name, names[i]);
        assert_ptr_equal(upload->key.at[i], &upload->columns[i]);
        assert_false(upload->key.at[i]->nullable);
    }
    assert_int_equal(upload->key.at[0]->scalar, SHEAF_ID);
    assert_int_equal(upload->key.at[2]->scalar, SHEAF_INT);
    const model_field *ref = field(m, "Note", "upload");
    assert_int_equal(ref->path.hops[0].columns.count, 3);
    assert_slice(ref->path.hops[0].columns.at[2]->name, "number");
    assert_slice(model_entity_named(m, S("Note"))->key.at[0]->name, "id");
    sheaf_model_free(m);
}

static void reads_relations(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_field *ref = field(m, "Package", "maintainer");
    assert_int_equal(ref->kind, FIELD_REF);
    assert_false(ref->list || ref->non_null);
    assert_true(ref->path.to_one);
    assert_slice(ref->path.hops[0].columns.at[0]->name, "maintainer_id");
    assert_true(ref->path.hops[0].columns.at[0]->nullable);
    const model_field *many = field(m, "Distro", "packages");
    assert_int_equal(many->kind, FIELD_MANY);
    assert_true(many->list && !many->path.to_one);
    assert_int_equal(many->path.hops[0].kind, HOP_MANY);
    assert_ptr_equal(many->path.hops[0].to, many->target);
    assert_ptr_equal(many->path.hops[0].columns.at[0], field(m, "Package", "distro_id")->column);
    const model_hop *link = field(m, "Package", "uploaders")->path.hops;
    assert_int_equal(link->kind, HOP_THROUGH);
    assert_slice(link->link_schema, "archive");
    assert_slice(link->link_table, "uploader");
    assert_slice(link->link_from[0], "package_id");
    assert_slice(link->link_to[0], "person_id");
    assert_int_equal(field(m, "Package", "uploads")->path.hops[0].columns.count,
                     1); /* found without a name */
    assert_int_equal(field(m, "Upload", "notes")->path.hops[0].columns.count, 3);
    sheaf_model_free(m);
}

static void expands_follows(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_field *hot = field(m, "Distro", "hot"), *people = field(m, "Distro", "people");
    assert_int_equal(hot->path.count, 1);
    assert_int_equal(hot->path.hops[0].where->op, FILTER_GT);
    assert_null(field(m, "Distro", "packages")->path.hops[0].where);
    assert_int_equal(hot->order.count, 2);
    assert_true(hot->order.items[0].descending);
    assert_false(hot->order.items[1].descending);
    assert_int_equal(people->path.count, 2);
    assert_ptr_equal(people->path.hops[0].where, hot->path.hops[0].where);
    assert_int_equal(people->path.hops[1].kind, HOP_REF);
    assert_int_equal(people->path.hops[1].where->op, FILTER_NE);
    assert_false(people->path.to_one);
    const model_field *one = field(m, "Person", "favourite");
    assert_false(one->list);
    assert_true(one->path.to_one);
    sheaf_model_free(m);
}

static void reads_counts_and_picks(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_field *count = field(m, "Distro", "hot_count"), *pick = field(m, "Distro", "hottest");
    assert_int_equal(count->kind, FIELD_COUNT);
    assert_ptr_equal(count->target, pick->target);
    assert_int_equal(count->path.hops[0].where->kind, FILTER_AND); /* hot's, and its own */
    assert_int_equal(pick->kind, FIELD_PICK);
    assert_ptr_equal(pick->keep_max, field(m, "Package", "popularity")->column);
    assert_int_equal(pick->per.count, 2);
    assert_slice(pick->per.at[0]->name, "maintainer_id");
    assert_int_equal(pick->order.count, 1);
    assert_false(pick->list);
    sheaf_model_free(m);
}

static void reads_texts(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_field *url = field(m, "Package", "url");
    assert_int_equal(url->part_count, 5);
    assert_slice(url->parts[0].literal, "/");
    assert_int_equal(url->parts[1].ref_count, 1);
    assert_ptr_equal(url->parts[1].refs[0], field(m, "Package", "distro"));
    assert_ptr_equal(url->parts[1].column, field(m, "Distro", "name"));
    assert_slice(url->parts[2].literal, "/{");
    assert_slice(url->parts[3].literal, "x}/");
    assert_null(url->parts[4].literal.ptr);
    assert_false(field(m, "Package", "owner")->non_null);
    sheaf_model_free(m);
}

static void resolves_paths(void **state) {
    (void)state;
    sheaf_model *m = parse(sample);
    const model_entity *distro = model_entity_named(m, S("Distro")), *target = NULL;
    arena memory;
    model_path path;
    sheaf_error err;
    arena_init(&memory, NULL);
    assert_true(model_resolve_path(distro, S("people.uploads.package"), &memory, &path, &target, &err));
    assert_int_equal(path.count, 4);
    assert_non_null(path.hops[0].where);
    assert_ptr_equal(target, model_entity_named(m, S("Package")));
    assert_false(model_resolve_path(distro, S("peple"), &memory, &path, &target, &err));
    assert_int_equal(err.code, SHEAF_E_SHAPE);
    assert_string_equal(err.message, "'Distro' has no relation 'peple'; did you mean 'people'?");
    assert_false(model_resolve_path(distro, S("hot."), &memory, &path, &target, &err));
    assert_string_equal(err.message, "'Package' has no relation ''");
    assert_false(model_resolve_path(distro, S("name"), &memory, &path, &target, &err));
    assert_string_equal(err.message,
                        "'Distro.name' is an attribute: a path is made of relations that are no picks");
    assert_int_equal(path.count, 4);
    arena_free(&memory);
    sheaf_model_free(m);
}

static void hashes_the_canonical_text(void **state) {
    (void)state;
    sheaf_model *a = parse("type A { id: ID! }"), *b = parse("type A\n{\n id : ID !, }\n"),
                *c = parse("type A { id: ID! n: Int }");
    assert_true(a->hash == b->hash);
    assert_true(a->hash != c->hash);
    sheaf_model_free(a);
    sheaf_model_free(b);
    sheaf_model_free(c);
}

static void loads_files(void **state) {
    (void)state;
    char path[] = "/tmp/sheaf_model_XXXXXX";
    int fd = mkstemp(path);
    sheaf_model *m = NULL;
    sheaf_error err;
    assert_true(fd >= 0 && write(fd, sample, strlen(sample)) == (ssize_t)strlen(sample));
    close(fd);
    assert_true(sheaf_model_load(path, NULL, &m, &err));
    assert_int_equal(m->entity_count, 5);
    sheaf_model_free(m);
    unlink(path);
    m = NULL;
    assert_false(sheaf_model_load("/nowhere/model.graphql", NULL, &m, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    assert_string_equal(err.message, "/nowhere/model.graphql: No such file or directory");
    assert_false(sheaf_model_load("/tmp", NULL, &m, &err));
    assert_int_equal(err.code, SHEAF_E_IO);
    assert_null(m);
    sheaf_model_free(NULL);
}

static void fails_every_allocation(void **state) {
    (void)state;
    test_memory memory = {0};
    while (test_memory_next(&memory)) {
        sheaf_model *m = NULL;
        sheaf_error err = {0};
        bool ok = sheaf_model_parse(slice_of(sample), NULL, &memory.allocator, &m, &err);
        if (ok)
            sheaf_model_free(m);
        else
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        assert_true(ok == !memory.failed);
        assert_true(test_memory_clean(&memory));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_entities),
        cmocka_unit_test(reads_attributes),
        cmocka_unit_test(reads_keys),
        cmocka_unit_test(reads_relations),
        cmocka_unit_test(expands_follows),
        cmocka_unit_test(reads_counts_and_picks),
        cmocka_unit_test(reads_texts),
        cmocka_unit_test(resolves_paths),
        cmocka_unit_test(hashes_the_canonical_text),
        cmocka_unit_test(loads_files),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
