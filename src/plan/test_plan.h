/* test_plan.h: plans for tests, from a line of text: roots, and what follows them in braces.
 *
 *     Distro{name packages:3{url bugs_count maintainer{name}}}  #Package  =Person{name}
 *
 * A name is an attribute or a relation ("packages.uploaders": a path), `:3` a limit; a root is a search, `!`
 * one by a unique key, `#` a count, `=` rows by key.
 */
#ifndef SHEAF_PLAN_TEST_PLAN_H
#define SHEAF_PLAN_TEST_PLAN_H

#include "../model/test_catalogue.h"
#include "plan.h"
#include "test.h"

static const char test_model[] =
    "type Distro @table(name: \"distro\", plural: \"distros\") { id: ID! name: String! @unique\n"
    "  packages: [Package!]! @many(ref: \"distro\")\n"
    "  hot_packages: [Package!]! @follow(path: \"packages\", order: [{popularity: DESC}])\n"
    "  popular: [Package!]! @follow(path: \"packages\", where: {popularity: {gt: 10}})\n"
    "  packages_count: Int! @count(of: \"packages\")\n"
    "  uploaders_count: Int! @count(of: \"packages.uploaders\")\n"
    "}\n"
    "type Package @table(name: \"package\", plural: \"packages\") { id: ID! name: String! popularity: Int\n"
    "  price: Decimal\n"
    "  distro: Distro! @ref(column: \"distro_id\")\n"
    "  maintainer: Person @ref(column: \"maintainer_id\")\n"
    "  uploaders: [Person!]! @through(table: \"package_uploader\", from: \"package_id\", to: \"person_id\")\n"
    "  bugs: [Bug!]! @many(ref: \"package\")\n"
    "  notes: [Note!]! @many(ref: \"package\")\n"
    "  uploads: [Upload!]! @many(ref: \"package\")\n"
    "  bugs_count: Int! @count(of: \"bugs\")\n"
    "  worst: Bug @pick(of: \"bugs\", where: {open: {eq: true}}, keep_max: \"heat\", per: \"kind\", order: "
    "[{title: ASC}])\n"
    "  url: String! @text(format: \"/{distro.name}/+source/{name}\")\n"
    "}\n"
    "type Person @table(name: \"person\", plural: \"people\") { id: ID! name: String!\n"
    "  packages: [Package!]! @many(ref: \"maintainer\") packages_count: Int! @count(of: \"packages\")\n"
    "}\n"
    "type Bug @table(name: \"bug\", plural: \"bugs\") { id: ID! title: String! kind: String heat: Int open: "
    "Boolean!\n"
    "  package: Package! @ref(column: \"package_id\")\n"
    "}\n"
    "type Note @table(name: \"note\", plural: \"notes\") @key(fields: [\"package\", \"number\"]) {\n"
    "  package: Package! @ref(column: \"package_id\") number: Int! body: String! replies: [Reply!]! "
    "@many(ref: \"note\")\n"
    "}\n"
    "type Upload @table(name: \"upload\", plural: \"uploads\") @key(fields: [\"package\", \"id\"]) {\n"
    "  package: Package! @ref(column: \"package_id\") id: ID! }\n"
    "type Reply @table(name: \"reply\", plural: \"replies\") { id: ID! note: Note! @ref(column: "
    "[\"note_package\", \"note_number\"]) }\n";

static const char test_tables[] =
    "distro id:bigint! name:text! primary(id) unique(name)\n"
    "package id:bigint! name:text! popularity:integer price:numeric distro_id:bigint! maintainer_id:bigint "
    "primary(id)\n"
    "package_uploader package_id:bigint! person_id:bigint! primary(package_id,person_id)\n"
    "person id:bigint! name:text! primary(id)\n"
    "bug id:bigint! title:text! kind:text heat:integer open:boolean! package_id:bigint! primary(id)\n"
    "note package_id:bigint! number:integer! body:text! primary(package_id,number)\n"
    "upload package_id:bigint! id:text! primary(package_id,id)\n"
    "reply id:bigint! note_package:bigint! note_number:integer! primary(id)\n";

typedef struct test_plan {
    arena memory;
    sheaf_model *model;
    catalogue catalogue;
    binding *binding;
    graph graph;
    sheaf_strategy strategy; /* of test_make */
    bool trips_cost;
    plan *plan;
} test_plan;

static inline void test_plan_init(test_plan *t, bool sqlite) {
    sheaf_error err = {0};
    memset(t, 0, sizeof *t);
    arena_init(&t->memory, NULL);
    if (!sheaf_model_parse(slice_of(test_model), "model.graphql", NULL, &t->model, &err))
        fail_msg("%s", err.message);
    t->catalogue = test_catalogue(&t->memory, test_tables, sqlite);
    if (!binding_make(t->model, &t->catalogue, &t->memory, &t->binding, &err)) fail_msg("%s", err.message);
    graph_init(&t->graph, &t->memory, t->model);
}

static inline void test_plan_free(test_plan *t) {
    plan_free(t->plan);
    arena_free(&t->memory);
    sheaf_model_free(t->model);
}

static inline sheaf_slice test_word(const char **at) {
    size_t n = strcspn(*at, " {}:");
    sheaf_slice word = {*at, n};
    *at += n;
    return word;
}

static inline graph_group *test_follow(test_plan *t, graph_group *parent, sheaf_slice path) {
    sheaf_error err = {0};
    if (!memchr(path.ptr, '.', path.len))
        return graph_follow(&t->graph, parent, model_field_named(parent->entity, path), "test");
    const model_entity *target = NULL;
    model_path resolved;
    if (!model_resolve_path(parent->entity, path, &t->memory, &resolved, &target, &err))
        fail_msg("%s", err.message);
    graph_group *g = graph_add(&t->graph, GRAPH_FOLLOW, target, "test");
    g->parent = parent;
    g->path = resolved;
    g->to_one = resolved.to_one;
    return g;
}

static inline graph_group *test_root(test_plan *t, sheaf_slice name) {
    graph_origin origin = name.ptr[0] == '#' ? GRAPH_COUNT : name.ptr[0] == '=' ? GRAPH_KEYS : GRAPH_SEARCH;
    bool unique = name.ptr[0] == '!';
    if (origin != GRAPH_SEARCH || unique) name = (sheaf_slice){name.ptr + 1, name.len - 1};
    graph_group *g = graph_add(&t->graph, origin, model_entity_named(t->model, name), "test");
    g->to_one = unique;
    if (origin == GRAPH_SEARCH && !unique) g->limit = 100;
    return g;
}

/* Declares the text's groups; gives the last one made. */
static inline graph_group *test_declare(test_plan *t, const char *text) {
    graph_group *parents[8] = {NULL}, *last = NULL;
    int depth = 0;
    for (const char *at = text; *at;) {
        if (*at == ' ')
            at++;
        else if (*at == '{')
            parents[++depth] = last, at++;
        else if (*at == '}')
            depth--, at++;
        else if (*at == ':')
            last->limit = strtol(at + 1, (char **)(uintptr_t)&at, 10);
        else {
            sheaf_slice word = test_word(&at);
            graph_group *parent = depth ? parents[depth] : NULL;
            const model_field *field = parent ? model_field_named(parent->entity, word) : NULL;
            if (field && !field_is_relation(field->kind))
                graph_ask(parent, field);
            else
                last = parent ? test_follow(t, parent, word) : test_root(t, word);
        }
    }
    return last;
}

static inline void test_make(test_plan *t) {
    sheaf_error err = {0};
    plan_options options = {
        .page_max = 10000, .whole_max = 50000, .strategy = t->strategy, .trips_cost = t->trips_cost};
    if (!plan_make(&t->graph, t->binding, &options, &t->plan, &err)) fail_msg("%s", err.message);
}

#endif
