#include "echo.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../src/base/error.h"
#include "../../src/base/file.h"
#include "../../src/base/memory.h"

enum { CLIENTS_MAX = 16 };

struct echo {
    char dir[64], path[96];
    int listening;
    int stop[2]; /* a pipe: closed to stop */
    pthread_t thread;
    struct pollfd polled[2 + CLIENTS_MAX]; /* stop, listening, clients */
    bool greeted[2 + CLIENTS_MAX];
    nfds_t count;
};

static const char startup[ECHO_STARTUP_SIZE] = {0, 0, 0, 8, 0, 3, 0, 0};
static const char greeting[ECHO_GREETING_SIZE] = {'R', 0, 0, 0, 8, 0, 0, 0, 0, 'Z', 0, 0, 0, 5, 'I'};

static bool write_all(int s, const char *bytes, size_t size) {
    while (size) {
        ssize_t n = send(s, bytes, size, MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

bool echo_read(int s, char *out, size_t size) {
    while (size) {
        ssize_t n = recv(s, out, size, 0);
        if (n <= 0) return false;
        out += n;
        size -= (size_t)n;
    }
    return true;
}

/* ---- The server -----------------------------------------------------------------------------------------*/

static bool answer(echo *e, nfds_t i) {
    char bytes[65536];
    int s = e->polled[i].fd;
    if (e->greeted[i]) {
        ssize_t n = recv(s, bytes, sizeof bytes, 0);
        return n > 0 && write_all(s, bytes, (size_t)n);
    }
    e->greeted[i] = true;
    return echo_read(s, bytes, ECHO_STARTUP_SIZE) && write_all(s, greeting, sizeof greeting);
}

static void remove_client(echo *e, nfds_t i) {
    close(e->polled[i].fd);
    e->count--;
    e->polled[i] = e->polled[e->count];
    e->greeted[i] = e->greeted[e->count];
}

static void *run(void *user) {
    echo *e = user;
    while (poll(e->polled, e->count, -1) >= 0 && !e->polled[0].revents) {
        for (nfds_t i = e->count; i-- > 2;)
            if (e->polled[i].revents && !answer(e, i)) remove_client(e, i);
        if (!e->polled[1].revents) continue;
        int s = accept(e->listening, NULL, NULL);
        if (s >= 0 && e->count < 2 + CLIENTS_MAX) {
            e->greeted[e->count] = false;
            e->polled[e->count++] = (struct pollfd){.fd = s, .events = POLLIN};
        } else if (s >= 0) {
            close(s);
        }
    }
    while (e->count > 2) remove_client(e, e->count - 1);
    return NULL;
}

static bool set_address(struct sockaddr_un *ret, const char *dir) {
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/.s.PGSQL.5432", dir);
    return n > 0 && (size_t)n < sizeof ret->sun_path;
}

static bool open_all(echo *e, sheaf_error *err) {
    struct sockaddr_un address;
    snprintf(e->dir, sizeof e->dir, "/tmp/sheaf-echo-XXXXXX");
    if (!mkdtemp(e->dir)) {
        e->dir[0] = '\0';
        return file_fail(err, "/tmp", errno);
    }
    set_address(&address, e->dir);
    snprintf(e->path, sizeof e->path, "%s/.s.PGSQL.5432", e->dir);
    e->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (e->listening < 0 || bind(e->listening, (struct sockaddr *)&address, sizeof address) ||
        listen(e->listening, CLIENTS_MAX) || pipe(e->stop))
        return file_fail(err, e->path, errno);
    e->polled[0] = (struct pollfd){.fd = e->stop[0], .events = POLLIN};
    e->polled[1] = (struct pollfd){.fd = e->listening, .events = POLLIN};
    e->count = 2;
    int failed = pthread_create(&e->thread, NULL, run, e);
    return !failed || error_set(err, SHEAF_E_IO, "no thread: %s", strerror(failed));
}

static void release(echo *e) {
    if (e->listening >= 0) close(e->listening);
    if (e->stop[0] >= 0) close(e->stop[0]);
    if (e->stop[1] >= 0) close(e->stop[1]);
    if (*e->path) unlink(e->path);
    if (*e->dir) rmdir(e->dir);
    memory_release(&memory_default, e);
}

bool echo_start(echo **ret, sheaf_error *err) {
    echo *e = memory_new_zero(&memory_default, 1, sizeof *e);
    if (!e) return error_memory(err);
    e->listening = e->stop[0] = e->stop[1] = -1;
    if (!open_all(e, err)) {
        release(e);
        return false;
    }
    *ret = e;
    return true;
}

void echo_stop(echo *e) {
    if (!e) return;
    close(e->stop[1]);
    e->stop[1] = -1;
    pthread_join(e->thread, NULL);
    release(e);
}

const char *echo_dir(const echo *e) {
    return e->dir;
}

/* ---- A client -------------------------------------------------------------------------------------------*/

static int begin(int s) {
    char bytes[ECHO_GREETING_SIZE];
    if (write_all(s, startup, sizeof startup) && echo_read(s, bytes, sizeof bytes)) return s;
    close(s);
    return -1;
}

int echo_connect(const char *dir) {
    struct sockaddr_un address;
    if (!set_address(&address, dir)) return -1;
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return -1;
    if (connect(s, (struct sockaddr *)&address, sizeof address) == 0) return begin(s);
    close(s);
    return -1;
}

int echo_connect_tcp(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int on = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return -1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(s, (struct sockaddr *)&address, sizeof address) == 0) return begin(s);
    close(s);
    return -1;
}

void echo_message(char *out, size_t size) {
    uint32_t length = htonl((uint32_t)size - 1);
    memset(out, 'x', size);
    out[0] = 'Q';
    memcpy(out + 1, &length, sizeof length);
}

bool echo_ask(int s, size_t size) {
    char sent[4096], got[sizeof sent];
    if (size < 5 || size > sizeof sent) return false;
    echo_message(sent, size);
    return write_all(s, sent, size) && echo_read(s, got, size) && memcmp(sent, got, size) == 0;
}
