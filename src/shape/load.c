#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "shape.h"

typedef struct names {
    sheaf_slice *items;
    size_t count, room;
} names;

static bool io_error(sheaf_error *err, const char *path, int number) {
    char text[128];
    return error_set(err, SHEAF_E_IO, "%s: %s", path, strerror_r(number, text, sizeof text));
}

static int compare(const void *a, const void *b) {
    return slice_compare(*(const sheaf_slice *)a, *(const sheaf_slice *)b);
}

/* The names of the folder's documents in the order of their bytes, hidden files left out. */
static bool list(const char *folder, arena *memory, names *ret, sheaf_error *err) {
    DIR *dir = opendir(folder);
    if (!dir) return io_error(err, folder, errno);
    bool ok = true;
    const struct dirent *entry;
    for (errno = 0; ok && (entry = readdir(dir)); errno = 0) {
        sheaf_slice name = slice_of(entry->d_name);
        if (name.ptr[0] == '.' || !slice_ends_with(name, SHEAF_SLICE(".graphql"))) continue;
        sheaf_slice *slot = ARENA_PUSH(memory, ret);
        if (slot) *slot = arena_copy(memory, name);
        if (!slot || !slot->ptr) ok = error_memory(err);
    }
    if (ok && errno) ok = io_error(err, folder, errno);
    closedir(dir);
    if (ok && ret->count) qsort(ret->items, ret->count, sizeof *ret->items, compare);
    return ok;
}

static bool read_file(const char *path, buffer *content, sheaf_error *err) {
    FILE *f = fopen(path, "rb");
    if (!f) return io_error(err, path, errno);
    bool ok = true;
    size_t got = 1;
    while (ok && got && content->len <= LANG_SOURCE_MAX) {
        ok = buffer_reserve(content, 1 << 16) || error_memory(err);
        if (!ok) break;
        got = fread(content->ptr + content->len, 1, 1 << 16, f);
        content->len += got;
    }
    if (ok && ferror(f)) ok = io_error(err, path, errno);
    fclose(f);
    return ok;
}

static bool add_file(sheaf_shapes *set, const char *folder, sheaf_slice name, sheaf_error *err) {
    sheaf_slice path = arena_printf(&set->memory, "%s/%.*s", folder, SHEAF_SLICE_ARGS(name));
    if (!path.ptr) return error_memory(err);
    buffer content;
    buffer_init(&content, set->allocator);
    bool ok =
        read_file(path.ptr, &content, err) && sheaf_shapes_add(set, buffer_view(&content), path.ptr, err);
    buffer_free(&content);
    return ok;
}

bool sheaf_shapes_load(const sheaf_model *model, const char *folder, const sheaf_shape_limits *limits,
                       const sheaf_allocator *allocator, sheaf_shapes **ret, sheaf_error *err) {
    sheaf_shapes *set = NULL;
    if (!sheaf_shapes_new(model, limits, allocator, &set, err)) return false;
    names files = {0};
    bool ok = list(folder, &set->memory, &files, err);
    for (size_t i = 0; ok && i < files.count; i++) ok = add_file(set, folder, files.items[i], err);
    if (!ok || !sheaf_shapes_check(set, err)) {
        sheaf_shapes_free(set);
        return false;
    }
    *ret = set;
    return true;
}
