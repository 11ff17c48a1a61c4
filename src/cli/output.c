#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "cli.h"

cli_exit cli_exit_of(sheaf_code code) {
    static const cli_exit exits[] = {
        [SHEAF_OK] = EXIT_DONE,
        [SHEAF_E_MEMORY] = EXIT_INTERNAL,
        [SHEAF_E_SYNTAX] = EXIT_DOCUMENT,
        [SHEAF_E_MODEL] = EXIT_DOCUMENT,
        [SHEAF_E_SHAPE] = EXIT_DOCUMENT,
        [SHEAF_E_VARIABLE] = EXIT_DOCUMENT,
        [SHEAF_E_LIMIT] = EXIT_DOCUMENT,
        [SHEAF_E_CURSOR] = EXIT_DOCUMENT,
        [SHEAF_E_NOT_ASKED] = EXIT_INTERNAL,
        [SHEAF_E_STATE] = EXIT_INTERNAL,
        [SHEAF_E_CATALOGUE] = EXIT_DATABASE,
        [SHEAF_E_DATA] = EXIT_DATABASE,
        [SHEAF_E_NOT_FOUND] = EXIT_NOT_FOUND,
        [SHEAF_E_CONNECT] = EXIT_DATABASE,
        [SHEAF_E_CONNECTION_LOST] = EXIT_DATABASE,
        [SHEAF_E_TIMEOUT] = EXIT_DATABASE,
        [SHEAF_E_BUSY] = EXIT_DATABASE,
        [SHEAF_E_READ_ONLY] = EXIT_DATABASE,
        [SHEAF_E_FULL] = EXIT_DATABASE,
        [SHEAF_E_NOT_A_DATABASE] = EXIT_DATABASE,
        [SHEAF_E_CONFLICT] = EXIT_DATABASE,
        [SHEAF_E_DATABASE] = EXIT_DATABASE,
        [SHEAF_E_IO] = EXIT_DOCUMENT,
        [SHEAF_E_USAGE] = EXIT_USAGE,
        [SHEAF_E_CHANGED] = EXIT_FOUND,
        [SHEAF_E_CANCELLED] = EXIT_DATABASE,
    };
    return code < sizeof exits / sizeof *exits ? exits[code] : EXIT_INTERNAL;
}

bool cli_colours(FILE *stream) {
    const char *off = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !(off && *off) && !(terminal && slice_is(slice_of(terminal), "dumb")) && isatty(fileno(stream));
}

void cli_report(const sheaf_error *error) {
    bool colours = cli_colours(stderr);
    fprintf(stderr, "%ssheaf:%s %s\n", colours ? "\033[31m" : "", colours ? "\033[0m" : "", error->message);
}

cli_exit cli_fail(cli *c) {
    cli_report(&c->error);
    if (c->error.code == SHEAF_E_USAGE && c->command)
        fprintf(stderr, "see: sheaf help %s\n", c->command->name);
    return cli_exit_of(c->error.code);
}

static bool write_new(int file, const char *path, sheaf_slice content, bool sync, sheaf_error *err) {
    struct stat old;
    if (stat(path, &old) == 0 && fchmod(file, old.st_mode & 07777)) return file_fail(err, path, errno);
    while (content.len) {
        ssize_t len = write(file, content.ptr, content.len);
        if (len < 0 && errno == EINTR) continue;
        if (len < 0) return file_fail(err, path, errno);
        content.ptr += len;
        content.len -= (size_t)len;
    }
    return !sync || fsync(file) == 0 ? true : file_fail(err, path, errno);
}

/* Beside the file and then in its place, so that nobody sees half of it; through links. */
static bool replace(const char *path, sheaf_slice content, bool sync, arena *memory, sheaf_error *err) {
    sheaf_slice beside = arena_printf(memory, "%s.%ld.new", path, (long)getpid());
    if (!beside.ptr) return error_memory(err);
    int file = open(beside.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return file_fail(err, beside.ptr, errno);
    bool ok = write_new(file, path, content, sync, err);
    if (close(file) && ok) ok = file_fail(err, path, errno);
    if (ok && rename(beside.ptr, path)) ok = file_fail(err, path, errno);
    if (!ok) unlink(beside.ptr);
    return ok;
}

static bool write_whole(const char *path, sheaf_slice content, bool sync, sheaf_error *err) {
    arena memory;
    sigset_t stopping, before;
    arena_init(&memory, NULL);
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGINT);
    sigaddset(&stopping, SIGTERM);
    sigaddset(&stopping, SIGHUP);
    sigprocmask(SIG_BLOCK, &stopping, &before); /* they wait until no half-written file is left */
    char *real = realpath(path, NULL);
    bool ok = replace(real ? real : path, content, sync, &memory, err);
    free(real);
    sigprocmask(SIG_SETMASK, &before, NULL);
    arena_free(&memory);
    return ok;
}

bool cli_write_file(const char *path, sheaf_slice content, sheaf_error *err) {
    return write_whole(path, content, true, err);
}

bool cli_write_soon(const char *path, sheaf_slice content, sheaf_error *err) {
    return write_whole(path, content, false, err);
}
