#include "apt.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "text.h"

#define APT_HELPER "/usr/lib/apt/apt-helper"

extern char **environ;

static ptrdiff_t read_stream(rfc822_source *source, char *into, size_t room, sheaf_error *err) {
    stream *s = (stream *)source;
    ssize_t n;
    do n = read(s->fd, into, room);
    while (n < 0 && errno == EINTR);
    if (n < 0) fail(err, SHEAF_E_IO, "%s: %s", s->name, strerror(errno));
    return n;
}

/* Starts a command with its output in a pipe. *ret_missing tells of a command that is not installed. */
static bool run(const char *const *arguments, stream *ret, bool *ret_missing, sheaf_error *err) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return fail(err, SHEAF_E_IO, "pipe: %s", strerror(errno));
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (!code) {
        code = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        /* posix_spawnp never changes its arguments; its type is older than const. */
        if (!code) {
            code = posix_spawnp(&ret->child, arguments[0], &actions, NULL,
                                (char *const *)(uintptr_t)arguments, environ);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (code) {
        close(ends[0]);
        *ret_missing = code == ENOENT;
        return fail(err, SHEAF_E_IO, "%s: %s", arguments[0], strerror(code));
    }
    ret->fd = ends[0];
    return true;
}

static bool is_compressed(const char *path) {
    static const char *const endings[] = {".lz4", ".gz", ".xz", ".zst", ".bz2"};
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i]);
        if (len > n && strcmp(path + len - n, endings[i]) == 0) return true;
    }
    return false;
}

stream stream_on(int fd, const char *name) {
    stream s = {.base = {read_stream}, .fd = fd};
    memcpy(s.name, name, strnlen(name, sizeof s.name - 1));
    return s;
}

bool stream_open(const char *path, stream *ret, sheaf_error *err) {
    const char *slash = strrchr(path, '/');
    stream s = stream_on(STDIN_FILENO, slash ? slash + 1 : path);
    bool missing;
    if (is_compressed(path)) {
        if (!run((const char *[]){APT_HELPER, "cat-file", path, NULL}, &s, &missing, err)) return false;
    } else if (strcmp(path, "-") != 0 && (s.fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
        return fail(err, SHEAF_E_IO, "%s: %s", path, strerror(errno));
    }
    *ret = s;
    return true;
}

bool stream_close(stream *s, sheaf_error *err) {
    if (s->fd != STDIN_FILENO) close(s->fd);
    if (!s->child) return true;
    int status = 0;
    while (waitpid(s->child, &status, 0) < 0 && errno == EINTR) {
    }
    s->child = 0;
    return status == 0 || fail(err, SHEAF_E_IO, "%s: the command that reads it failed", s->name);
}

/* One line of `apt-get indextargets`: created by, origin, site, release, codename, file. */
#define LINE_FORMAT "$(CREATED_BY)\t$(ORIGIN)\t$(SITE)\t$(RELEASE)\t$(CODENAME)\t$(FILENAME)"

static char *copy(sheaf_slice s) {
    return strndup(s.len ? s.ptr : "", s.len);
}

static bool add_line(apt_indexes *list, sheaf_slice line, sheaf_error *err) {
    sheaf_slice kind = text_until(&line, '\t'), origin = text_until(&line, '\t');
    sheaf_slice site = text_until(&line, '\t'), release = text_until(&line, '\t');
    sheaf_slice codename = text_until(&line, '\t');
    bool is_source = text_equal(kind, SHEAF_SLICE("Sources"));
    if (!is_source && !text_equal(kind, SHEAF_SLICE("Packages"))) return true;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        apt_index *more = reallocarray(list->items, room, sizeof *more);
        if (!more) return fail_memory(err);
        list->items = more;
        list->room = room;
    }
    apt_index *index = &list->items[list->count++];
    *index = (apt_index){.is_source = is_source,
                         .origin = copy(origin.len ? origin : site),
                         .suite = copy(release.len ? release : codename),
                         .codename = copy(codename.len ? codename : release),
                         .file = copy(line)};
    return (index->origin && index->suite && index->codename && index->file) || fail_memory(err);
}

#define OUTPUT_MAX (1u << 20)

/* All that a command prints, to be freed; empty where it is not installed. */
static bool output_of(const char *const *arguments, char **ret_buffer, sheaf_slice *ret, sheaf_error *err) {
    stream s = stream_on(-1, "apt");
    bool missing = false;
    size_t len = 0;
    if (!run(arguments, &s, &missing, err)) {
        if (missing) *ret_buffer = NULL, *ret = (sheaf_slice){0};
        return missing;
    }
    char *buffer = malloc(OUTPUT_MAX);
    bool ok = buffer || fail_memory(err);
    for (ptrdiff_t n = 1; ok && n > 0 && len < OUTPUT_MAX; len += ok ? (size_t)n : 0) {
        n = s.base.read(&s.base, buffer + len, OUTPUT_MAX - len, err);
        ok = n >= 0;
    }
    if (ok && len == OUTPUT_MAX) ok = fail(err, SHEAF_E_LIMIT, "apt lists too much");
    ok = stream_close(&s, ok ? err : NULL) && ok;
    if (ok) {
        *ret_buffer = buffer;
        *ret = (sheaf_slice){buffer, len};
    } else {
        free(buffer);
    }
    return ok;
}

bool apt_list(apt_indexes *ret, sheaf_error *err) {
    apt_indexes list = {0};
    char *buffer;
    sheaf_slice rest;
    if (!output_of((const char *[]){"apt-get", "indextargets", "--format", LINE_FORMAT, NULL}, &buffer, &rest,
                   err))
        return false;
    bool ok = true;
    while (ok && rest.len) {
        sheaf_slice line = text_until(&rest, '\n');
        ok = !line.len || add_line(&list, line, err);
    }
    free(buffer);
    if (ok) {
        *ret = list;
    } else {
        apt_free(&list);
    }
    return ok;
}

bool apt_changed(time_t *ret, sheaf_error *err) {
    char *buffer;
    sheaf_slice rest;
    if (!output_of((const char *[]){"apt-config", "shell", "LISTS", "Dir::State::lists/d", NULL}, &buffer,
                   &rest, err))
        return false;
    text_until(&rest, '\''); /* LISTS='/var/lib/apt/lists/' */
    char *folder = copy(text_until(&rest, '\''));
    struct stat status;
    bool ok = folder || fail_memory(err);
    if (ok) *ret = *folder && stat(folder, &status) == 0 ? status.st_mtime : 0;
    free(folder);
    free(buffer);
    return ok;
}

void apt_free(apt_indexes *list) {
    for (size_t i = 0; i < list->count; i++) {
        apt_index *index = &list->items[i];
        free(index->origin);
        free(index->suite);
        free(index->codename);
        free(index->file);
    }
    free(list->items);
    *list = (apt_indexes){0};
}
