#include "both.h"

#include "../support/struct_json.h"

static sheaf_model *model;
static sheaf_shapes *shapes;
static sheaf_db *dbs[2];

void both_open(bool (*model_new)(const sheaf_allocator *, sheaf_model **, sheaf_error *), const char *folder,
               void (*fill)(const world *w)) {
    sheaf_error err = {0};
    world *worlds[] = {&world_sqlite, &world_pg};
    if (!model_new(NULL, &model, &err) || !sheaf_shapes_load(model, folder, NULL, NULL, &shapes, &err))
        fail_msg("%s", err.message);
    worlds_make();
    for (int i = 0; i < 2; i++) {
        if (!worlds[i]->url[0]) continue;
        fill(worlds[i]);
        dbs[i] = world_open(worlds[i], model, &(sheaf_options){0});
    }
}

int both_close(void **state) {
    for (int i = 0; i < 2; i++) sheaf_close(dbs[i]);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
    return worlds_close(state);
}

sheaf_db *both_db(void **state) {
    return dbs[world_of(state)->pg];
}

void both_assert_same(sheaf_db *db, const sheaf_compiled *compiled, const void *page,
                      const sheaf_variable *variables, size_t count) {
    const sheaf_shape *shape = sheaf_shapes_find(shapes, compiled->name);
    sheaf_error err = {0};
    sheaf_page *realised = NULL;
    sheaf_slice wanted;
    buffer got;
    buffer_init(&got, NULL);
    if (!sheaf_page_realise(db, shape, variables, count, &realised, &err) ||
        !sheaf_page_json(realised, &wanted, &err))
        fail_msg("%s: %s", sheaf_code_name(err.code), err.message);
    if (!struct_json(compiled->page, page, shape, &got)) fail_msg("%.*s", (int)got.len, got.ptr);
    assert_int_equal(got.len, wanted.len);
    assert_memory_equal(got.ptr, wanted.ptr, wanted.len);
    sheaf_stats a = sheaf_compiled_stats(page), b = sheaf_page_stats(realised);
    assert_int_equal(a.statements, b.statements);
    assert_int_equal(a.trips, b.trips);
    buffer_free(&got);
    sheaf_page_free(realised);
}
