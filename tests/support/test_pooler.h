/* test_pooler.h: a pgbouncer in transaction mode before the tests' server, for one test.
 *
 *     test_pooler p;
 *     test_pooler_start(&p, "default_pool_size=1", NULL);     skips where there is no pgbouncer
 *     … test_pooler_url(&p, url, sizeof url, getenv("SHEAF_TEST_PG")) …
 *     test_pooler_stop(&p);
 */
#ifndef SHEAF_TEST_POOLER_H
#define SHEAF_TEST_POOLER_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { TEST_POOLER_MISSING = 77 };

typedef struct test_pooler {
    char folder[64];
    pid_t pid;
} test_pooler;

/* The same database through the pooler: of what a URL says twice, the later counts. */
static inline void test_pooler_url(const test_pooler *p, char *out, size_t size, const char *direct) {
    assert_true((size_t)snprintf(out, size, "%s%chost=%s", direct, strchr(direct, '?') ? '&' : '?',
                                 p->folder) < size);
}

static inline void test_pooler_remove(const test_pooler *p) {
    static const char *const files[] = {"pgbouncer.ini", "pgbouncer.log", ".s.PGSQL.5432"};
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", p->folder, files[i]);
        unlink(path);
    }
    rmdir(p->folder);
}

static inline bool test_pooler_answers(const test_pooler *p) {
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    snprintf(own.sun_path, sizeof own.sun_path, "%s/.s.PGSQL.5432", p->folder);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    bool ok = connect(s, (struct sockaddr *)&own, sizeof own) == 0;
    close(s);
    return ok;
}

/* One or two of pgbouncer's settings; NULL for none. */
static inline void test_pooler_start(test_pooler *p, const char *setting, const char *other) {
    const char *control = getenv("SHEAF_TEST_PG_BIN");
    if (!control || !getenv("SHEAF_TEST_PG")) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    snprintf(p->folder, sizeof p->folder, "/tmp/sheaf-pooler-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    p->pid = fork();
    assert_true(p->pid >= 0);
    if (p->pid == 0) {
        execl(control, control, "pooler", p->folder, setting, other, (char *)NULL);
        _exit(1);
    }
    int status;
    while (!test_pooler_answers(p)) {
        if (waitpid(p->pid, &status, WNOHANG) == 0) {
            poll(NULL, 0, 10);
            continue;
        }
        test_pooler_remove(p);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != TEST_POOLER_MISSING) fail_msg("no pooler came up");
        print_message("# NOT TESTED: there is no pgbouncer; tools/setup pooler installs it\n");
        skip();
    }
}

static inline void test_pooler_stop(test_pooler *p) {
    kill(p->pid, SIGTERM);
    assert_int_equal(waitpid(p->pid, NULL, 0), p->pid);
    test_pooler_remove(p);
}

#endif
