/* shape_test.h: what the tests of this folder share: a model, and documents read against it. */
#ifndef SHEAF_SHAPE_TEST_H
#define SHEAF_SHAPE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "shape.h"

static const char test_model[] =
    "type Package @table(name: \"package\", plural: \"packages\") {\n"
    "  id: ID!\n"
    "  name: String!\n"
    "  popularity: Int!\n"
    "  size: BigInt\n"
    "  weight: Float\n"
    "  distro: Distro! @ref(column: \"distro_id\")\n"
    "  maintainer: Person @ref(column: \"maintainer_id\")\n"
    "  uploaders: [Person!]! @through(table: \"package_uploader\", from: \"package_id\", to: \"person_id\")\n"
    "  votes: [Vote!]! @many(ref: \"package\")\n"
    "  best_vote: Vote @pick(of: \"votes\", keep_max: \"score\")\n"
    "  url: String! @text(format: \"/{distro.name}/+source/{name}\")\n"
    "}\n"
    "type Distro @table(name: \"distro\", plural: \"distros\") {\n"
    "  id: ID!\n"
    "  name: String! @unique\n"
    "  packages: [Package!]! @many(ref: \"distro\")\n"
    "  hot_packages: [Package!]! @follow(path: \"packages\", order: [{popularity: DESC}])\n"
    "}\n"
    "type Person @table(name: \"person\", plural: \"people\") {\n"
    "  id: ID!\n"
    "  name: String! @unique\n"
    "  display_name: String\n"
    "  packages: [Package!]! @many(ref: \"maintainer\")\n"
    "  packages_count: Int! @count(of: \"packages\")\n"
    "}\n"
    "type Vote @key(fields: [\"package\", \"round\"]) {\n"
    "  package: Package! @ref(column: \"package_id\")\n"
    "  round: Int!\n"
    "  score: Float!\n"
    "}\n";

static inline sheaf_model *read_model(const char *text) {
    sheaf_model *model = NULL;
    sheaf_error err = {0};
    if (!sheaf_model_parse(slice_of(text), "model.graphql", NULL, &model, &err))
        print_error("%s\n", err.message);
    assert_non_null(model);
    return model;
}

/* NULL, with the error in `err`, where the document does not check. */
static inline sheaf_shapes *read_limited(const sheaf_model *model, const char *text,
                                         const sheaf_shape_limits *limits, const sheaf_allocator *allocator,
                                         sheaf_error *err) {
    sheaf_shapes *set = NULL;
    *err = (sheaf_error){0};
    if (!sheaf_shapes_new(model, limits, allocator, &set, err)) return NULL;
    if (sheaf_shapes_add(set, slice_of(text), "t.graphql", err) && sheaf_shapes_check(set, err)) return set;
    sheaf_shapes_free(set);
    return NULL;
}

static inline sheaf_shapes *read_shapes(const sheaf_model *model, const char *text, sheaf_error *err) {
    return read_limited(model, text, NULL, NULL, err);
}

#endif
