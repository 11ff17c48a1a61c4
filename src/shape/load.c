#include "../base/file.h"
#include "shape.h"

static bool add_file(sheaf_shapes *set, const char *folder, sheaf_slice name, sheaf_error *err) {
    sheaf_slice path = arena_printf(&set->memory, "%s/%.*s", folder, SHEAF_SLICE_ARGS(name));
    if (!path.ptr) return error_memory(err);
    buffer content;
    buffer_init(&content, set->allocator);
    bool ok = file_read(path.ptr, LANG_SOURCE_MAX, &content, err) &&
              sheaf_shapes_add(set, buffer_view(&content), path.ptr, err);
    buffer_free(&content);
    return ok;
}

bool sheaf_shapes_load(const sheaf_model *model, const char *folder, const sheaf_shape_limits *limits,
                       const sheaf_allocator *allocator, sheaf_shapes **ret, sheaf_error *err) {
    sheaf_shapes *set = NULL;
    if (!sheaf_shapes_new(model, limits, allocator, &set, err)) return false;
    file_names files = {0};
    bool ok = file_list(folder, ".graphql", &set->memory, &files, err);
    for (size_t i = 0; ok && i < files.count; i++) ok = add_file(set, folder, files.items[i], err);
    if (!ok || !sheaf_shapes_check(set, err)) {
        sheaf_shapes_free(set);
        return false;
    }
    *ret = set;
    return true;
}
