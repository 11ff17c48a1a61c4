/* tables.h: tables of structs by hand, as `sheaf gen` writes them.
 *
 *     typedef struct card { sheaf_slice name, email; bool has_email; } card;
 *     static const sheaf_member card_members[] = {VALUE(card, name, TEXT), NULLABLE(card, email, TEXT)};
 *     STRUCT(card);
 */
#ifndef SHEAF_TESTS_ENGINE_TABLES_H
#define SHEAF_TESTS_ENGINE_TABLES_H

#include <stdlib.h>

#include <sheaf/compiled.h>

#include "../support/struct_json.h"
#include "world.h"

#define VALUE(T, x, k)                                                                                       \
    { .key = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE }
#define NULLABLE(T, x, k)                                                                                    \
    { .key = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .has_at = offsetof(T, has_##x) }
#define ONE(T, x, of)                                                                                        \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_ONE, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,         \
        .type = &of##_struct                                                                                 \
    }
#define MANY(T, x, of)                                                                                       \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_MANY, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,        \
        .count_at = offsetof(T, x##_count), .type = &of##_struct                                             \
    }
#define FRAGMENT(T, x)                                                                                       \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_FRAGMENT, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,    \
        .type = &x##_struct                                                                                  \
    }
#define STRUCT(T)                                                                                            \
    static const sheaf_struct T##_struct = {#T, sizeof(T), sizeof T##_members / sizeof T##_members[0],       \
                                            T##_members}

/* Variables: given always, perhaps, a list. */
#define GIVEN(T, x, k)                                                                                       \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x) }
#define OPTIONAL(T, x, k)                                                                                    \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .optional = true, .at = offsetof(T, x) }
#define LIST(T, x, k)                                                                                        \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .count_at = offsetof(T, x##_count) }

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* A run of the generator, made in the test: its hash is that of the model. A database of its own, since that
 * keeps what it reads of the tables. */
typedef struct unit {
    sheaf_compiled_document document;
    sheaf_compiled_set set;
    sheaf_compiled shape;
    sheaf_shapes *shapes; /* the same document, for JSON */
    sheaf_db *db;
} unit;

static inline void unit_init(unit *u, const world *w, const sheaf_model *model, const char *text,
                             const sheaf_compiled *shape) {
    *u = (unit){.document = {"shapes.graphql", {text, strlen(text)}}, .shape = *shape};
    u->set = (sheaf_compiled_set){SHEAF_COMPILED_VERSION, sheaf_model_hash(model), &u->document, 1};
    u->shape.set = &u->set;
    u->shapes = world_shapes(model, text);
    u->db = world_open(w, model, &(sheaf_options){0});
}

static inline void unit_free(unit *u) {
    sheaf_close(u->db);
    sheaf_shapes_free(u->shapes);
}

static inline void *unit_read(const unit *u, const void *variables) {
    void *page = NULL;
    sheaf_error err = {0};
    if (!sheaf_compiled_read(u->db, &u->shape, variables, &page, &err))
        fail_msg("%s: %s", sheaf_code_name(err.code), err.message);
    return page;
}

/* The structs say what JSON says. */
static inline void check_page(const unit *u, const void *page, const sheaf_variable *variables,
                              size_t count) {
    const sheaf_shape *shape = sheaf_shapes_find(u->shapes, u->shape.name);
    char *wanted = NULL;
    sheaf_error err = {0};
    if (!world_page(u->db, shape, variables, count, &wanted, &err)) fail_msg("%s", err.message);
    buffer got;
    buffer_init(&got, NULL);
    bool ok = struct_json(u->shape.page, page, shape, &got);
    buffer_byte(&got, '\0');
    if (!ok || strcmp(got.ptr, wanted) != 0) fail_msg("\n  structs: %s\n  JSON:    %s", got.ptr, wanted);
    buffer_free(&got);
    free(wanted);
}

static inline void expect_error(const unit *u, const void *variables, sheaf_error *err) {
    void *page = NULL;
    *err = (sheaf_error){0};
    if (sheaf_compiled_read(u->db, &u->shape, variables, &page, err)) fail_msg("there is no error");
    assert_null(page);
}

#endif
