#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "slice.h"

#define PIECE 65536 /* bytes read at once */

bool file_fail(sheaf_error *err, const char *path, int number) {
    const char *reason = strerrordesc_np(number);
    return error_set(err, SHEAF_E_IO, "%s: %s", path, reason ? reason : "unknown error");
}

bool file_read_stream(FILE *stream, const char *name, size_t max, buffer *content, sheaf_error *err) {
    size_t start = content->len, len = 1;
    while (len && content->len - start <= max) {
        if (!buffer_reserve(content, PIECE)) return error_memory(err);
        errno = 0;
        len = fread(content->ptr + content->len, 1, PIECE, stream);
        content->len += len;
    }
    return ferror(stream) ? file_fail(err, name, errno) : true;
}

bool file_read(const char *path, size_t max, buffer *content, sheaf_error *err) {
    FILE *file = fopen(path, "rbe");
    if (!file) return file_fail(err, path, errno);
    bool ok = file_read_stream(file, path, max, content, err);
    fclose(file);
    return ok;
}

static int compare(const void *a, const void *b) {
    return slice_compare(*(const sheaf_slice *)a, *(const sheaf_slice *)b);
}

bool file_list(const char *folder, const char *suffix, arena *memory, file_names *ret, sheaf_error *err) {
    file_names names = {0};
    DIR *dir = opendir(folder);
    if (!dir) return file_fail(err, folder, errno);
    bool ok = true;
    const struct dirent *entry;
    for (errno = 0; ok && (entry = readdir(dir)); errno = 0) {
        sheaf_slice name = slice_of(entry->d_name);
        if (name.ptr[0] == '.' || !slice_ends_with(name, slice_of(suffix))) continue;
        sheaf_slice *slot = ARENA_PUSH(memory, &names);
        if (slot) *slot = arena_copy(memory, name);
        if (!slot || !slot->ptr) ok = error_memory(err);
    }
    if (ok && errno) ok = file_fail(err, folder, errno);
    closedir(dir);
    if (!ok) return false;
    if (names.count) qsort(names.items, names.count, sizeof *names.items, compare);
    *ret = names;
    return true;
}

bool file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

bool file_is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}
