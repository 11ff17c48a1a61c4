#include <inttypes.h>
#include <stdio.h>

#include "../base/file.h"
#include "../base/number.h"
#include "migrate.h"

typedef struct folder {
    const char *path, *backend;
    arena *memory;
    sheaf_error *err;
} folder;

/* "0001_init" → 1 */
static bool read_name(const folder *f, sheaf_slice name, int64_t *ret) {
    sheaf_slice rest, digits = slice_cut(name, '_', &rest);
    bool ok = rest.len && number_to_int(digits, ret) && *ret > 0 && *ret < INT32_MAX;
    for (size_t i = 0; ok && i < rest.len; i++) {
        unsigned char c = (unsigned char)rest.ptr[i];
        ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_-.", c);
    }
    return ok || error_set(f->err, SHEAF_E_USAGE,
                           "%s/%.*s: the folder of a migration is called NUMBER_NAME, such as 0001_init, of "
                           "letters, digits, '_', '-' and '.'",
                           f->path, SHEAF_SLICE_ARGS(name));
}

/* The script for the backend, or else the one for all; ptr NULL: there is none. */
static bool find_script(const folder *f, sheaf_slice name, const char *direction, sheaf_slice *ret) {
    const char *const forms[] = {f->backend, ""};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        *ret = arena_printf(f->memory, "%s/%.*s/%s%s%s.sql", f->path, SHEAF_SLICE_ARGS(name), direction,
                            *forms[i] ? "." : "", forms[i]);
        if (!ret->ptr) return error_memory(f->err);
        if (file_exists(ret->ptr)) return true;
    }
    *ret = (sheaf_slice){0};
    return true;
}

static bool make_checksum(const folder *f, migration *m) {
    buffer text;
    buffer_init(&text, f->memory->allocator);
    bool ok = file_read(m->up.ptr, MIGRATE_SCRIPT_MAX, &text, f->err);
    if (ok) {
        m->checksum = arena_printf(f->memory, "%0*" PRIx64, MIGRATE_CHECKSUM, slice_hash(buffer_view(&text)));
        ok = m->checksum.ptr || error_memory(f->err);
    }
    buffer_free(&text);
    return ok;
}

static bool read_migration(const folder *f, sheaf_slice name, migration_list *list) {
    migration m = {.name = name};
    if (!read_name(f, name, &m.version) || !find_script(f, name, "up", &m.up) ||
        !find_script(f, name, "down", &m.down))
        return false;
    if (!m.up.ptr)
        return error_set(f->err, SHEAF_E_USAGE, "%s/%.*s has neither up.sql nor up.%s.sql", f->path,
                         SHEAF_SLICE_ARGS(name), f->backend);
    migration *slot = make_checksum(f, &m) ? ARENA_PUSH(f->memory, list) : NULL;
    if (!slot) return m.checksum.ptr ? error_memory(f->err) : false;
    size_t at =
        list->count - 1; /* names of unlike lengths (9_a, 10_b) are not in the order of their numbers */
    for (; at > 0 && list->items[at - 1].version > m.version; at--) list->items[at] = list->items[at - 1];
    list->items[at] = m;
    return true;
}

static bool check_numbers(const folder *f, const migration_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const migration *m = &list->items[i];
        if (i && m->version == m[-1].version)
            return error_set(f->err, SHEAF_E_USAGE,
                             "%s: %s and %s have the same number; give one of them the next", f->path,
                             m[-1].name.ptr, m->name.ptr);
        if (m->version != (int64_t)i + 1)
            return error_set(f->err, SHEAF_E_USAGE, "%s: there is %s, but no migration number %zu", f->path,
                             m->name.ptr, i + 1);
    }
    return true;
}

bool migrate_read_folder(const char *path, const char *backend, arena *memory, migration_list *ret,
                         sheaf_error *err) {
    folder f = {path, backend, memory, err};
    migration_list list = {0};
    file_names names;
    if (!file_list(path, "", memory, &names, err)) return false;
    for (size_t i = 0; i < names.count; i++) {
        sheaf_slice inner = arena_printf(memory, "%s/%s", path, names.items[i].ptr);
        if (!inner.ptr) return error_memory(err);
        if (file_is_folder(inner.ptr) && !read_migration(&f, names.items[i], &list)) return false;
    }
    if (!check_numbers(&f, &list)) return false;
    *ret = list;
    return true;
}
