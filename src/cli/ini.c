/* The sheaf.ini of a new project. What it says is read by everybody who reads the project, so that a password
 * does not belong in it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/* The part of `b` that `a` begins with, too, up to a '/'. */
static size_t common_folders(const char *a, const char *b) {
    size_t common = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '/') common = i + 1;
    return common;
}

/* The path of a file as seen from a folder; both are absolute and without links. */
static sheaf_slice seen_from(const char *folder, const char *file, arena *memory) {
    sheaf_slice from = arena_printf(memory, "%s/", folder), path = {NULL, 0};
    buffer b;
    if (!from.ptr) return path;
    size_t common = common_folders(from.ptr, file);
    buffer_init(&b, memory->allocator);
    for (const char *at = from.ptr + common; *at; at++)
        if (*at == '/') BUFFER_LITERAL(&b, "../");
    buffer_cstr(&b, file + common);
    if (!b.failed) path = arena_copy(memory, buffer_view(&b));
    buffer_free(&b);
    return path;
}

/* *ret stays empty where the file is not found: a URI, a database in memory. */
static bool sqlite_url(const char *folder, const char *path, arena *memory, sheaf_slice *ret,
                       sheaf_error *err) {
    char *real_folder = realpath(folder, NULL), *real_file = realpath(path, NULL);
    bool ok = true;
    if (real_folder && real_file) {
        sheaf_slice seen = seen_from(real_folder, real_file, memory);
        if (seen.ptr) *ret = arena_printf(memory, "sqlite:%.*s", SHEAF_SLICE_ARGS(seen));
        ok = ret->ptr || error_memory(err);
    }
    free(real_folder);
    free(real_file);
    return ok;
}

static bool mentions_secret(const char *text) {
    for (; *text; text++)
        if (strncasecmp(text, "pass", 4) == 0 || *text == '%')
            return true; /* a name may be written with %70 */
    return false;
}

/* "scheme://user:password@…" without the password. As libpq reads it: what stands before the first '@',
 * unless a '/' comes earlier. */
static bool network_url(const char *url, arena *memory, sheaf_slice *ret, bool *ret_password,
                        sheaf_error *err) {
    const char *start = strstr(url, "://");
    start = start ? start + 3 : url;
    size_t user = strcspn(start, "@/");
    const char *colon = start[user] == '@' ? memchr(start, ':', user) : NULL, *rest = start + user;
    const char *parameters = start == url ? url : strchr(rest, '?');
    *ret_password = colon;
    if (parameters && mentions_secret(parameters)) {
        *ret_password = true;
        return true;
    }
    *ret = colon ? arena_printf(memory, "%.*s%s", (int)(colon - url), url, rest)
                 : arena_copy(memory, slice_of(url));
    return ret->ptr || error_memory(err);
}

bool ini_text(const char *folder, const char *url, arena *memory, sheaf_slice *ret_text, bool *ret_password,
              sheaf_error *err) {
    static const char sqlite[] = "sqlite:";
    sheaf_slice safe = {NULL, 0}, text = {NULL, 0};
    bool password = false, is_file = slice_starts_with(slice_of(url), slice_of(sqlite));
    if (!(is_file ? sqlite_url(folder, url + strlen(sqlite), memory, &safe, err)
                  : network_url(url, memory, &safe, &password, err)))
        return false;
    for (size_t i = 0; i < safe.len; i++)
        if ((unsigned char)safe.ptr[i] < ' ') safe = (sheaf_slice){NULL, 0}; /* a line cannot hold it */
    if (safe.ptr) text = arena_printf(memory, "db = %.*s\n", SHEAF_SLICE_ARGS(safe));
    if (safe.ptr && !text.ptr) return error_memory(err);
    *ret_text = text;
    *ret_password = password;
    return true;
}
