#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "../base/time.h"
#include "round_trip.h"

struct pool {
    const driver *driver;
    driver_options options;
    const sheaf_allocator *allocator;
    char *url;
    size_t size;
    int wait_ms;
    pthread_mutex_t mutex;    /* guards what follows */
    pthread_cond_t returned;  /* a connection became idle, or the right to open one */
    driver_connection **idle; /* the first idle_count of `size`; the last given is the first taken */
    size_t idle_count;
    size_t open; /* idle, taken and being opened */
    round_trip measured;
    _Atomic int64_t round_trip_ns; /* what `measured` comes to; read without the mutex */
};

static bool is_private(const char *url) {
    return strcmp(url, "sqlite::memory:") == 0 || strcmp(url, "sqlite:") == 0;
}

static bool init_locks(pool *p) {
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0) return false;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    bool ok = pthread_cond_init(&p->returned, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    if (!ok) return false;
    if (pthread_mutex_init(&p->mutex, NULL) == 0) return true;
    pthread_cond_destroy(&p->returned);
    return false;
}

static void release(pool *p) {
    memory_release(p->allocator, p->idle);
    memory_release(p->allocator, p->url);
    memory_release(p->allocator, p);
}

bool pool_new(const driver *backend, const char *url, const driver_options *options, size_t size, int wait_ms,
              pool **ret, sheaf_error *err) {
    size_t url_size = strlen(url) + 1;
    pool *p = memory_new_zero(options->allocator, 1, sizeof *p);
    if (!p) return error_memory(err);
    p->driver = backend;
    p->options = *options;
    p->allocator = options->allocator;
    p->size = is_private(url) || size == 0 ? 1 : size;
    p->wait_ms = wait_ms;
    p->url = memory_new(p->allocator, 1, url_size);
    p->idle = memory_new(p->allocator, p->size, sizeof *p->idle);
    if (!p->url || !p->idle || !init_locks(p)) {
        release(p);
        return error_memory(err);
    }
    memcpy(p->url, url, url_size);
    *ret = p;
    return true;
}

void pool_free(pool *p) {
    if (!p) return;
    while (p->idle_count) p->driver->close(p->idle[--p->idle_count]);
    pthread_cond_destroy(&p->returned);
    pthread_mutex_destroy(&p->mutex);
    release(p);
}

/* Waits for a connection to come back. Who may be cancelled looks up in between: true then, too. */
static bool wait_until(pool *p, int64_t until) {
    int64_t look = clock_ns() + DRIVER_CANCEL_LOOK_MS * INT64_C(1000000);
    bool looks = p->options.cancellation && look < until;
    int64_t ns = looks ? look : until;
    struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    return pthread_cond_timedwait(&p->returned, &p->mutex, &t) == 0 || looks;
}

/* Waits until a connection is idle or may be opened. *ret is NULL for the right to open one, which is then
 * counted in `open`. */
static bool claim(pool *p, int64_t until, driver_connection **ret, sheaf_error *err) {
    bool timed_out = false, ok = true;
    pthread_mutex_lock(&p->mutex);
    while (p->idle_count == 0 && p->open >= p->size && !timed_out &&
           !driver_cancelled(p->options.cancellation, NULL))
        timed_out = !wait_until(p, until);
    if (driver_cancelled(p->options.cancellation, err)) {
        ok = false;
    } else if (p->idle_count) {
        *ret = p->idle[--p->idle_count];
    } else if (p->open < p->size) {
        p->open++;
        *ret = NULL;
    } else {
        ok = error_set(err, SHEAF_E_BUSY, "all %zu connections stayed in use for %d ms", p->size, p->wait_ms);
    }
    pthread_mutex_unlock(&p->mutex);
    return ok;
}

/* Gives up the right to one open connection. */
static void forget(pool *p) {
    pthread_mutex_lock(&p->mutex);
    p->open--;
    pthread_cond_signal(&p->returned);
    pthread_mutex_unlock(&p->mutex);
}

/* Takes in what the connection has measured. */
static void learn_round_trip(pool *p, driver_connection *c) {
    int64_t measured = p->driver->round_trip_ns ? p->driver->round_trip_ns(c) : 0;
    if (measured <= 0) return;
    pthread_mutex_lock(&p->mutex);
    atomic_store_explicit(&p->round_trip_ns, round_trip_fold(&p->measured, measured), memory_order_relaxed);
    pthread_mutex_unlock(&p->mutex);
}

static bool still_serves(pool *p, driver_connection *c) {
    if (!p->driver->alive(c)) return false;
    learn_round_trip(p, c);
    return !p->driver->broken(c);
}

bool pool_take(pool *p, driver_connection **ret, bool *ret_fresh, sheaf_error *err) {
    driver_connection *c;
    if (!claim(p, clock_ns() + p->wait_ms * INT64_C(1000000), &c, err)) return false;
    bool fresh = !c;
    if (c && !still_serves(p, c)) { /* its place is kept for the one that replaces it */
        p->driver->close(c);
        fresh = true;
    }
    if (fresh && !p->driver->open(p->url, &p->options, &c, err)) {
        forget(p);
        return false;
    }
    if (fresh) learn_round_trip(p, c);
    *ret = c;
    if (ret_fresh) *ret_fresh = fresh;
    return true;
}

void pool_give(pool *p, driver_connection *c) {
    p->driver->finish(c);
    if (p->driver->broken(c)) {
        p->driver->close(c);
        forget(p);
        return;
    }
    pthread_mutex_lock(&p->mutex);
    p->idle[p->idle_count++] = c;
    pthread_cond_signal(&p->returned);
    pthread_mutex_unlock(&p->mutex);
}

const driver *pool_driver(const pool *p) {
    return p->driver;
}

int64_t pool_round_trip(const pool *p) {
    return atomic_load_explicit(&p->round_trip_ns, memory_order_relaxed);
}

pool_state pool_look(pool *p) {
    pthread_mutex_lock(&p->mutex);
    pool_state state = {p->open, p->idle_count};
    pthread_mutex_unlock(&p->mutex);
    return state;
}
