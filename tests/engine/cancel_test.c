/* Databases that are cancelled while a link to PostgreSQL lets nothing through, by another thread and by a
 * signal. The runner's own timeout tells of a wait that does not end. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "../proxy/proxy.h"
#include "world.h"

enum { NEVER_MS = 3600000 };

static sheaf_cancellation cancellation;

static void on_signal(int number) {
    (void)number;
    sheaf_cancel(&cancellation);
}

typedef struct stall {
    proxy *p;
    char url[512];
    sheaf_options options;
    pthread_t reader, canceller;
    bool by_signal;
} stall;

static void set_up(stall *s, const world *w, bool by_signal) {
    sheaf_error err;
    *s = (stall){.reader = pthread_self(), .by_signal = by_signal};
    cancellation = (sheaf_cancellation){0};
    if (!proxy_start(&(proxy_options){.url = w->url}, &s->p, &err) ||
        !proxy_url(s->p, w->url, PROXY_UNIX, s->url, sizeof s->url, &err))
        fail_msg("%s", err.message);
    s->options = (sheaf_options){.url = s->url,
                                 .model = w->model,
                                 .pool_wait_ms = NEVER_MS,
                                 .connect_timeout_ms = NEVER_MS,
                                 .statement_timeout_ms = NEVER_MS,
                                 .cancellation = &cancellation};
}

/* Once the link stalls. */
static void *cancel(void *user) {
    stall *s = user;
    while (!proxy_look(s->p).cuts) poll(NULL, 0, 5);
    if (s->by_signal)
        pthread_kill(s->reader, SIGUSR1);
    else
        sheaf_cancel(&cancellation);
    return NULL;
}

static void stall_at(stall *s, uint64_t message) {
    proxy_cut(s->p,
              &(proxy_cut_rule){.direction = PROXY_TO_CLIENT, .message = message, .manner = PROXY_STALL});
    assert_int_equal(pthread_create(&s->canceller, NULL, cancel, s), 0);
}

static void tear_down(stall *s) {
    pthread_join(s->canceller, NULL);
    proxy_stop(s->p);
}

static sheaf_group *people(sheaf_context *c) {
    sheaf_group *group = sheaf_search_with(c, "person", (&(sheaf_search_options){.limit = 2}));
    sheaf_need(group, "name");
    return group;
}

static void a_trip(void **state) {
    const world *w = world_of(state);
    for (int by_signal = 0; by_signal < 2; by_signal++) {
        stall s;
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        set_up(&s, w, by_signal);
        if (!sheaf_open(&s.options, &db, &err)) fail_msg("%s", err.message);
        sheaf_context *before = sheaf_context_new(db);
        sheaf_group *known = people(before);
        realise(before);
        stall_at(&s, 2);
        for (int again = 0; again < 2; again++) { /* the second waits for nothing */
            sheaf_context *c = sheaf_context_new(db);
            people(c);
            assert_false(sheaf_realise(c, &err));
            assert_error(&err, SHEAF_E_CANCELLED, "cancelled");
            sheaf_context_free(c);
        }
        assert_null(sheaf_raw_take(db, &err));
        assert_int_equal(err.code, SHEAF_E_CANCELLED);
        assert_string_equal(world_list(known, "name"), "ann bob");
        sheaf_context_free(before);
        sheaf_close(db);
        tear_down(&s);
    }
}

static void opening(void **state) {
    const world *w = world_of(state);
    for (uint64_t message = 1; message < 30; message += 7) {
        stall s;
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        set_up(&s, w, false);
        stall_at(&s, message);
        assert_false(sheaf_open(&s.options, &db, &err));
        assert_null(db);
        assert_error(&err, SHEAF_E_CANCELLED, "cancelled");
        tear_down(&s);
    }
}

static void from_the_start(void **state) {
    const world *w = world_of(state);
    sheaf_db *db = NULL;
    sheaf_error err = {0};
    sheaf_cancellation asked = {0};
    sheaf_cancel(&asked);
    assert_false(
        sheaf_open(&(sheaf_options){.url = w->url, .model = w->model, .cancellation = &asked}, &db, &err));
    assert_int_equal(err.code, SHEAF_E_CANCELLED);
    assert_null(db);
}

int main(void) {
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
    const struct CMUnitTest tests[] = {ON_PG(a_trip), ON_PG(opening), ON_BOTH(from_the_start)};
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
