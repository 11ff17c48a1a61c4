#include "proxy.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../src/base/error.h"
#include "../../src/base/file.h"
#include "../../src/base/memory.h"
#include "../../src/base/time.h"
#include "relay.h"

/* A sleeping thread is woken late by more than a short delay is long; the last of a wait is spent awake. */
#define AWAKE_NS 40000

enum { DEFAULT_PORT = 5432 };

const char *const proxy_places[] = {
#define X(name, word, meaning) [name] = word,
    PROXY_PLACES(X)
#undef X
};
const char *const proxy_manners[] = {
#define X(name, word, meaning) [name] = word,
    PROXY_MANNERS(X)
#undef X
};

/* What is polled before the relays' sockets. */
enum { POLL_WAKE, POLL_UNIX, POLL_TCP, POLL_RELAYS };

struct proxy {
    struct sockaddr_un server, own;
    char dir[sizeof((struct sockaddr_un *)0)->sun_path];
    bool own_dir, bound;
    int port, tcp_port;
    int wake, listening[2]; /* on the Unix socket, on TCP; -1: not */
    pthread_t thread;

    /* The thread's alone. */
    relay **relays;
    struct pollfd *polled; /* POLL_RELAYS, and two for each relay */
    size_t count, room;

    pthread_mutex_t lock; /* of what follows, and of what the relays hold */
    pthread_cond_t dropped;
    relay_shared shared;
    bool stopping;
    unsigned drops_asked, drops_done;
};

/* ---- Connections ----------------------------------------------------------------------------------------*/

static bool reserve(proxy *p) {
    if (p->count < p->room) return true;
    size_t room = p->room ? 2 * p->room : 8;
    relay **relays = memory_resize(&memory_default, p->relays, room, sizeof *relays);
    if (!relays) return false;
    p->relays = relays;
    struct pollfd *polled = memory_resize(&memory_default, p->polled, POLL_RELAYS + 2 * room, sizeof *polled);
    if (!polled) return false;
    p->polled = polled;
    p->room = room;
    return true;
}

static int reach_server(const proxy *p) {
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s >= 0 && connect(s, (const struct sockaddr *)&p->server, sizeof p->server) == 0) return s;
    if (s >= 0) close(s);
    return -1;
}

static void accept_one(proxy *p, int listening) {
    int client = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) return;
    int on = 1;
    if (listening == p->listening[1]) setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int server = p->shared.refusing || !reserve(p) ? -1 : reach_server(p);
    relay *r = server < 0 ? NULL : relay_new(&p->shared, client, server);
    if (r)
        p->relays[p->count++] = r;
    else
        p->shared.counts.refused++;
    if (server < 0) close(client);
}

static void remove_ended(proxy *p) {
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (relay_is_over(p->relays[i]))
            relay_free(p->relays[i]);
        else
            p->relays[kept++] = p->relays[i];
    }
    p->count = kept;
}

static void drop_all(proxy *p) {
    for (size_t i = 0; i < p->count; i++) relay_free(p->relays[i]);
    p->count = 0;
}

/* ---- The thread -----------------------------------------------------------------------------------------*/

/* Gives when the next chunk is due. */
static int64_t prepare(proxy *p) {
    int64_t due = RELAY_NEVER;
    p->polled[POLL_WAKE] = (struct pollfd){.fd = p->wake, .events = POLLIN};
    for (int i = 0; i < 2; i++)
        p->polled[POLL_UNIX + i] = (struct pollfd){.fd = p->listening[i], .events = POLLIN};
    for (size_t i = 0; i < p->count; i++) {
        const relay *r = p->relays[i];
        if (relay_due(r) < due) due = relay_due(r);
        for (int d = 0; d < PROXY_DIRECTIONS; d++) {
            short events = relay_events(r, (proxy_direction)d);
            p->polled[POLL_RELAYS + 2 * i + (size_t)d] =
                (struct pollfd){.fd = events ? relay_socket(r, (proxy_direction)d) : -1, .events = events};
        }
    }
    return due;
}

static void wait_until(proxy *p, int64_t due) {
    int64_t left = due == RELAY_NEVER ? 0 : due - clock_ns() - AWAKE_NS;
    struct timespec time = {0};
    if (left > 0) time = (struct timespec){left / 1000000000, left % 1000000000};
    if (ppoll(p->polled, POLL_RELAYS + 2 * p->count, due == RELAY_NEVER ? NULL : &time, NULL) <= 0)
        for (size_t i = 0; i < POLL_RELAYS + 2 * p->count; i++) p->polled[i].revents = 0;
}

static void serve(proxy *p) {
    size_t count = p->count; /* those that are accepted now were not polled */
    uint64_t ignored;
    if (p->polled[POLL_WAKE].revents && read(p->wake, &ignored, sizeof ignored) < 0) {
    }
    for (size_t i = 0; i < count; i++)
        for (int d = 0; d < PROXY_DIRECTIONS; d++)
            relay_ready(p->relays[i], (proxy_direction)d, p->polled[POLL_RELAYS + 2 * i + (size_t)d].revents);
    int64_t now = clock_ns();
    for (size_t i = 0; i < count; i++) relay_release(p->relays[i], now);
    for (int i = 0; i < 2; i++)
        if (p->polled[POLL_UNIX + i].revents) accept_one(p, p->listening[i]);
    remove_ended(p);
}

static void *run(void *user) {
    proxy *p = user;
    prctl(PR_SET_TIMERSLACK, 1UL);
    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        if (p->drops_done != p->drops_asked) {
            drop_all(p);
            p->drops_done = p->drops_asked;
            pthread_cond_broadcast(&p->dropped);
        }
        int64_t due = prepare(p);
        pthread_mutex_unlock(&p->lock);
        wait_until(p, due);
        pthread_mutex_lock(&p->lock);
        serve(p);
    }
    drop_all(p);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void wake(proxy *p) {
    if (write(p->wake, &(uint64_t){1}, sizeof(uint64_t)) < 0) {
    } /* full: it is awake */
}

/* ---- Starting -------------------------------------------------------------------------------------------*/

static bool set_path(struct sockaddr_un *ret, const char *dir, int port, sheaf_error *err) {
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/.s.PGSQL.%d", dir, port);
    if (n > 0 && (size_t)n < sizeof ret->sun_path) return true;
    return error_set(err, SHEAF_E_USAGE, "%s: too long for the path of a socket", dir);
}

static bool find_server(proxy *p, const proxy_options *o, sheaf_error *err) {
    char dir[sizeof p->dir];
    int port = o->to_port ? o->to_port : DEFAULT_PORT;
    if (o->url)
        return proxy_server_of(o->url, dir, sizeof dir, &port, err) && set_path(&p->server, dir, port, err);
    if (!o->to_dir) return error_set(err, SHEAF_E_USAGE, "a proxy needs a server");
    return set_path(&p->server, o->to_dir, port, err);
}

static bool make_dir(proxy *p, const proxy_options *o, sheaf_error *err) {
    const char *temporary = getenv("TMPDIR");
    int n = o->dir ? snprintf(p->dir, sizeof p->dir, "%s", o->dir)
                   : snprintf(p->dir, sizeof p->dir, "%s/sheaf-link-XXXXXX",
                              temporary && *temporary ? temporary : "/tmp");
    if (n < 0 || (size_t)n >= sizeof p->dir)
        return error_set(err, SHEAF_E_USAGE, "%s: too long for the path of a socket",
                         o->dir ? o->dir : temporary);
    if (!o->dir && !mkdtemp(p->dir)) return file_fail(err, p->dir, errno);
    p->own_dir = !o->dir;
    return set_path(&p->own, p->dir, p->port, err);
}

/* Nobody listens on a socket that a process left behind. */
static bool is_left_behind(const struct sockaddr_un *address) {
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool left =
        s >= 0 && connect(s, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    if (s >= 0) close(s);
    return left;
}

static bool listen_unix(proxy *p, sheaf_error *err) {
    const struct sockaddr *address = (const struct sockaddr *)&p->own;
    int s = p->listening[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0) return file_fail(err, p->own.sun_path, errno);
    p->bound = bind(s, address, sizeof p->own) == 0;
    if (!p->bound && errno == EADDRINUSE) {
        if (!is_left_behind(&p->own)) return error_set(err, SHEAF_E_BUSY, "%s is in use", p->own.sun_path);
        unlink(p->own.sun_path);
        p->bound = bind(s, address, sizeof p->own) == 0;
    }
    return (p->bound && listen(s, SOMAXCONN) == 0) || file_fail(err, p->own.sun_path, errno);
}

static bool listen_tcp(proxy *p, sheaf_error *err) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int s = p->listening[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof address) || listen(s, SOMAXCONN) ||
        getsockname(s, (struct sockaddr *)&address, &size))
        return file_fail(err, "127.0.0.1", errno);
    p->tcp_port = ntohs(address.sin_port);
    return true;
}

/* Signals are for the program's own threads. */
static bool start_thread(proxy *p, sheaf_error *err) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&p->thread, NULL, run, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed || error_set(err, SHEAF_E_IO, "no thread for the proxy: %s", strerror(failed));
}

static void release(proxy *p) {
    for (int i = 0; i < 2; i++)
        if (p->listening[i] >= 0) close(p->listening[i]);
    if (p->wake >= 0) close(p->wake);
    if (p->bound) unlink(p->own.sun_path);
    if (p->own_dir) rmdir(p->dir);
    pthread_cond_destroy(&p->dropped);
    pthread_mutex_destroy(&p->lock);
    memory_release(&memory_default, p->relays);
    memory_release(&memory_default, p->polled);
    memory_release(&memory_default, p);
}

bool proxy_start(const proxy_options *options, proxy **ret, sheaf_error *err) {
    proxy *p = memory_new_zero(&memory_default, 1, sizeof *p);
    if (!p) return error_memory(err);
    p->listening[0] = p->listening[1] = -1;
    p->port = options->port ? options->port : DEFAULT_PORT;
    p->shared.rtt_ns = options->rtt_ns;
    p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->dropped, NULL);
    bool ok = p->wake >= 0 || file_fail(err, "eventfd", errno);
    ok = ok && (reserve(p) || error_memory(err));
    ok = ok && find_server(p, options, err) && make_dir(p, options, err) && listen_unix(p, err) &&
         (!options->tcp || listen_tcp(p, err)) && start_thread(p, err);
    if (!ok) {
        release(p);
        return false;
    }
    *ret = p;
    return true;
}

void proxy_stop(proxy *p) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_mutex_unlock(&p->lock);
    wake(p);
    pthread_join(p->thread, NULL);
    release(p);
}

/* ---- While it runs --------------------------------------------------------------------------------------*/

const char *proxy_dir(const proxy *p) {
    return p->dir;
}

int proxy_port(const proxy *p) {
    return p->port;
}

int proxy_tcp_port(const proxy *p) {
    return p->tcp_port;
}

void proxy_set_rtt(proxy *p, int64_t rtt_ns) {
    pthread_mutex_lock(&p->lock);
    p->shared.rtt_ns = rtt_ns;
    pthread_mutex_unlock(&p->lock);
}

void proxy_cut(proxy *p, const proxy_cut_rule *rule) {
    pthread_mutex_lock(&p->lock);
    p->shared.armed = rule != NULL;
    p->shared.refusing = false;
    p->shared.seen = 0;
    if (rule) p->shared.rule = *rule;
    pthread_mutex_unlock(&p->lock);
}

void proxy_drop(proxy *p) {
    pthread_mutex_lock(&p->lock);
    unsigned mine = ++p->drops_asked;
    wake(p);
    while ((int)(p->drops_done - mine) < 0) pthread_cond_wait(&p->dropped, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

proxy_counts proxy_look(proxy *p) {
    pthread_mutex_lock(&p->lock);
    proxy_counts counts = p->shared.counts;
    pthread_mutex_unlock(&p->lock);
    return counts;
}
