/* PostgreSQL behind a link that breaks: ten pages, with the connection cut at every message in either
 * direction, before it, in it and after it, on a connection that is new and on one that has read the page
 * before. Always the right bytes or a typed error within the deadline, never a short result; and the same
 * database handle answers again as soon as the link is well. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/time.h"
#include "../../src/context/database.h"
#include "../proxy/proxy.h"
#include "fault_pages.h"

enum {
    POOL = 2,
    HANG_S = 60,   /* far beyond every deadline that is set here: whoever takes so long, hangs */
    STALL_MS = 40, /* the deadlines where nothing comes any more */
    PINGS_LEFT_OUT = 2 * PROXY_DIRECTIONS, /* messages of the pings that a slow link is spared, at most */
    HEAL_MS = 10000                        /* as long as such a link may take to be well on a busy machine */
};

typedef struct fault {
    proxy *p;
    world through; /* by the proxy */
    fault_pages pages;
    char *right[FAULT_PAGE_COUNT];
} fault;

/* One page to be read again and again. */
typedef struct reading {
    fault *f;
    sheaf_db *db;
    const char *way; /* the strategy, or what else is told of it */
    fault_page page;
    bool fresh;             /* on a new connection */
    unsigned came, lost;    /* what became of the reads that were cut */
    unsigned missed;        /* cuts that did not happen */
    unsigned done, skipped; /* cuts, and those that a sample leaves out */
} reading;

/* ---- The watchdog ---------------------------------------------------------------------------------------*/

static char doing[200];

static void on_alarm(int number) {
    static const char text[] = "# this hangs: ";
    (void)number;
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0 || write(STDOUT_FILENO, doing, strlen(doing)) < 0) {
    }
    _exit(1);
}

static void start_doing(const reading *r, const proxy_cut_rule *rule) {
    snprintf(doing, sizeof doing, "%s, page %s, %s connection, %s %s message %llu to the %s%s\n", r->way,
             fault_page_name(r->page), r->fresh ? "new" : "used", proxy_manners[rule->manner],
             proxy_places[rule->place], (unsigned long long)rule->message,
             rule->direction == PROXY_TO_CLIENT ? "client" : "server",
             rule->refuse ? ", nobody connects any more" : "");
    alarm(HANG_S);
}

/* ---- One cut --------------------------------------------------------------------------------------------*/

/* Reads what the server still owes, such as the answer to a COMMIT that nobody waited for. */
static void settle(sheaf_db *db) {
    sheaf_raw_give(db, sheaf_raw_take(db, NULL));
}

static bool read_page(const reading *r, sheaf_error *err) {
    char *text = NULL;
    bool ok = fault_page_read(&r->f->pages, r->page, r->db, &text, NULL, err);
    if (ok && strcmp(text, r->f->right[r->page]) != 0)
        fail_msg("%sgave %s\n instead of %s", doing, text, r->f->right[r->page]);
    free(text);
    return ok;
}

/* A cut is a connection lost, in the middle or while it was made. */
static bool is_expected(sheaf_code code, proxy_manner manner) {
    if (manner == PROXY_STALL) return code == SHEAF_E_TIMEOUT;
    return code == SHEAF_E_CONNECTION_LOST || code == SHEAF_E_CONNECT;
}

/* At once, but where the deadlines are so short that a busy machine misses them. */
static void check_heals(const reading *r, proxy_manner manner) {
    int64_t until = clock_ns() + HEAL_MS * INT64_C(1000000);
    sheaf_error err = {0};
    while (!read_page(r, &err))
        if (manner != PROXY_STALL || clock_ns() > until)
            fail_msg("%safter it: %s: %s", doing, sheaf_code_name(err.code), err.message);
    settle(r->db);
    pool_state connections = pool_look(r->db->pool);
    if (connections.open != connections.idle || connections.open > POOL)
        fail_msg("%safter it: %zu connections, %zu idle", doing, connections.open, connections.idle);
}

/* So that the page has to connect: all connections are lost, or now and then the only one is in use. That one
 * is given, since connecting is what these tests spend their time with. */
static sheaf_raw *hide_connections(const reading *r) {
    if (pool_look(r->db->pool).idle == 1 && r->done % 8) return sheaf_raw_take(r->db, NULL);
    proxy_drop(r->f->p);
    return NULL;
}

static void cut(reading *r, const proxy_cut_rule *rule) {
    sheaf_error err = {0};
    start_doing(r, rule);
    sheaf_raw *hidden = r->fresh ? hide_connections(r) : NULL;
    uint64_t cuts = proxy_look(r->f->p).cuts;
    proxy_cut(r->f->p, rule);
    bool came = read_page(r, &err);
    if (came) {
        r->came++;
        settle(r->db); /* for cuts behind what the page waits for */
    } else {
        r->lost++;
        if (!is_expected(err.code, rule->manner))
            fail_msg("%sgave %s: %s", doing, sheaf_code_name(err.code), err.message);
    }
    /* A short deadline may come before it, and a new connection of a busy machine measures its link less
     * often, so that the last messages have smaller numbers. */
    bool happened = proxy_look(r->f->p).cuts == cuts + 1;
    if (!happened && rule->manner != PROXY_STALL && (!came || !r->fresh)) fail_msg("%sdid not happen", doing);
    r->missed += !happened;
    proxy_cut(r->f->p, NULL);
    sheaf_raw_give(r->db, hidden);
    r->done++;
    check_heals(r, rule->manner);
    alarm(0);
}

/* ---- Every cut ------------------------------------------------------------------------------------------*/

typedef struct cuts {
    proxy_manner manner;
    bool refuse;
    unsigned every; /* of all cuts only every Nth; 0 is 1 */
} cuts;

typedef struct messages {
    uint64_t count[PROXY_DIRECTIONS];
} messages;

static void must_read(const reading *r) {
    sheaf_error err = {0};
    if (!read_page(r, &err)) fail_msg("%s: %s", fault_page_name(r->page), err.message);
    settle(r->db);
}

/* What connecting, or connecting and reading a page, takes when nothing breaks. On a handle with deadlines
 * that a busy machine does not miss. */
static messages count_messages(const reading *cutting, sheaf_db *calm, bool with_page) {
    reading r = *cutting;
    r.db = calm;
    if (!r.fresh) must_read(&r);
    if (r.fresh) proxy_drop(r.f->p);
    proxy_counts before = proxy_look(r.f->p);
    if (with_page) must_read(&r);
    settle(calm);
    proxy_counts after = proxy_look(r.f->p);
    assert_int_equal(after.connections - before.connections, r.fresh ? 1 : 0);
    messages m;
    for (int d = 0; d < PROXY_DIRECTIONS; d++) m.count[d] = after.messages[d] - before.messages[d];
    return m;
}

/* What gets through after a message is what gets through before the next. Only the moment differs, so that
 * a third of them is enough, and the last. */
static bool is_worth(uint64_t message, uint64_t last, int place) {
    return place != PROXY_AFTER || message % 3 == 0 || message == last;
}

/* Connecting is the same for all pages, and is cut with the first. */
static void cut_everywhere(reading *r, sheaf_db *calm, const cuts *c) {
    messages skipped = {0};
    if (r->fresh && r->page > 0) skipped = count_messages(r, calm, false);
    messages all = count_messages(r, calm, true);
    unsigned every = c->every ? c->every : 1;
    for (int d = 0; d < PROXY_DIRECTIONS; d++)
        for (uint64_t i = skipped.count[d] + 1; i <= all.count[d]; i++)
            for (int place = 0; place < PROXY_PLACE_COUNT; place++) {
                if (!is_worth(i, all.count[d], place)) continue;
                if ((r->done + r->skipped) % every)
                    r->skipped++;
                else
                    cut(r,
                        &(proxy_cut_rule){(proxy_direction)d, i, (proxy_place)place, c->manner, c->refuse});
            }
}

/* Opening reads a catalogue, which may take longer than a short deadline. */
static sheaf_db *open_patiently(const fault *f, const sheaf_options *options) {
    int64_t until = clock_ns() + HEAL_MS * INT64_C(1000000);
    sheaf_options all = *options;
    sheaf_error err = {0};
    sheaf_db *db = NULL;
    all.url = f->through.url;
    all.model = f->through.model;
    all.pool_size = POOL;
    while (!sheaf_open(&all, &db, &err))
        if (err.code != SHEAF_E_TIMEOUT || clock_ns() > until) fail_msg("%s", err.message);
    return db;
}

/* All pages, each on connections new and used. */
static void cut_pages(fault *f, const char *way, const sheaf_options *options, const cuts *c) {
    reading r = {.f = f, .db = open_patiently(f, options), .way = way};
    sheaf_db *calm =
        world_open(&f->through, f->through.model, &(sheaf_options){.strategy = options->strategy});
    for (int page = 0; page < FAULT_PAGE_COUNT; page++)
        for (int fresh = 1; fresh >= 0; fresh--) {
            r.page = (fault_page)page;
            r.fresh = fresh;
            cut_everywhere(&r, calm, c);
        }
    sheaf_close(calm);
    sheaf_close(r.db);
    print_message("# %s, %s: %u cuts of %u, %u came, %u lost, %u did not happen\n", way,
                  proxy_manners[c->manner], r.done, r.done + r.skipped, r.came, r.lost, r.missed);
    assert_true(r.lost > 0);
    assert_true(r.missed * 10 <= r.done || c->manner == PROXY_STALL);
    /* Asked once more on another connection, or cut behind the end. */
    assert_true(r.came > 0 || c->manner == PROXY_STALL);
    alarm(HANG_S);
    while (proxy_look(f->p).open) usleep(1000);
    alarm(0);
}

/* ---- Fixtures -------------------------------------------------------------------------------------------*/

static void fault_open(fault *f, const world *w, proxy_socket socket) {
    sheaf_error err = {0};
    *f = (fault){.through = *w};
    if (!proxy_start(&(proxy_options){.url = w->url, .tcp = true}, &f->p, &err) ||
        !proxy_url(f->p, w->url, socket, f->through.url, sizeof f->through.url, &err))
        fail_msg("%s", err.message);
    fault_pages_open(&f->pages, w);
    for (int page = 0; page < FAULT_PAGE_COUNT; page++)
        if (!fault_page_read(&f->pages, (fault_page)page, w->db, &f->right[page], NULL, &err))
            fail_msg("%s: %s", fault_page_name((fault_page)page), err.message);
    signal(SIGALRM, on_alarm);
}

static void fault_close(fault *f) {
    for (int page = 0; page < FAULT_PAGE_COUNT; page++) free(f->right[page]);
    fault_pages_close(&f->pages);
    proxy_stop(f->p);
}

/* ---- Tests ----------------------------------------------------------------------------------------------*/

static void cut_strategy(void **state, sheaf_strategy strategy, unsigned every) {
    fault f;
    fault_open(&f, world_of(state), PROXY_UNIX);
    cut_pages(&f, sheaf_strategy_name(strategy), &(sheaf_options){.strategy = strategy},
              &(cuts){.every = every});
    fault_close(&f);
}

static void every_cut_of_levels(void **state) {
    cut_strategy(state, SHEAF_STRATEGY_LEVELS, 1);
}

static void every_cut_of_reselect(void **state) {
    cut_strategy(state, SHEAF_STRATEGY_RESELECT, 1);
}

static void every_cut_of_setting(void **state) {
    cut_strategy(state, SHEAF_STRATEGY_SETTING, 1);
}

/* Over TCP, where a connection can end by RST, and asks for encryption first. */
static void resets(void **state) {
    fault f;
    fault_open(&f, world_of(state), PROXY_TCP);
    cut_pages(&f, "over TCP", &(sheaf_options){.strategy = SHEAF_STRATEGY_LEVELS},
              &(cuts){.manner = PROXY_RESET, .every = 11});
    fault_close(&f);
}

/* The server does not come back: there is no other connection to ask on. */
static void servers_that_stay_away(void **state) {
    fault f;
    fault_open(&f, world_of(state), PROXY_UNIX);
    cut_pages(&f, "away", &(sheaf_options){.strategy = SHEAF_STRATEGY_LEVELS},
              &(cuts){.refuse = true, .every = 11});
    fault_close(&f);
}

/* Nothing comes, and nothing tells: the deadline must. */
static void links_that_fall_silent(void **state) {
    fault f;
    fault_open(&f, world_of(state), PROXY_UNIX);
    cut_pages(&f, "silent",
              &(sheaf_options){.statement_timeout_ms = STALL_MS,
                               .connect_timeout_ms = STALL_MS,
                               .strategy = SHEAF_STRATEGY_LEVELS},
              &(cuts){.manner = PROXY_STALL, .every = 83});
    fault_close(&f);
}

/* Whatever is cut, it is needed; but a link that looks slow is pinged once, not three times, and then the
 * last messages are never sent. Gives how many cuts there were. */
static unsigned cut_openings(const fault *f, const messages *all, proxy_manner manner, unsigned every) {
    const int deadline = manner == PROXY_STALL ? STALL_MS : 0;
    const sheaf_options options = {.url = f->through.url,
                                   .model = f->through.model,
                                   .statement_timeout_ms = deadline,
                                   .connect_timeout_ms = deadline};
    unsigned done = 0, missed = 0;
    for (int d = 0; d < PROXY_DIRECTIONS; d++)
        for (uint64_t i = 1; i <= all->count[d]; i += every) {
            uint64_t before = proxy_look(f->p).cuts;
            sheaf_db *db = NULL;
            sheaf_error err = {0};
            proxy_place place = i == all->count[d] ? PROXY_BEFORE : (proxy_place)(done % PROXY_PLACE_COUNT);
            proxy_cut(f->p, &(proxy_cut_rule){(proxy_direction)d, i, place, manner, false});
            snprintf(doing, sizeof doing, "opening, %s %s message %llu of direction %d\n",
                     proxy_manners[manner], proxy_places[place], (unsigned long long)i, d);
            alarm(HANG_S);
            bool ok = sheaf_open(&options, &db, &err);
            done++;
            if (ok && proxy_look(f->p).cuts == before) {
                missed++;
                sheaf_close(db);
                continue;
            }
            if (ok || db || !is_expected(err.code, manner))
                fail_msg("%sgave %s: %s", doing, sheaf_code_name(err.code), err.message);
        }
    proxy_cut(f->p, NULL);
    assert_in_range(missed, 0, PINGS_LEFT_OUT);
    return done - missed;
}

/* Half a catalogue is not taken for a whole one. */
static void cuts_while_opening(void **state) {
    fault f;
    fault_open(&f, world_of(state), PROXY_UNIX);
    proxy_counts before = proxy_look(f.p);
    sheaf_db *db = world_open(&f.through, f.through.model, &(sheaf_options){0});
    proxy_counts after = proxy_look(f.p);
    sheaf_close(db);
    messages all;
    for (int d = 0; d < PROXY_DIRECTIONS; d++) all.count[d] = after.messages[d] - before.messages[d];
    unsigned closed = cut_openings(&f, &all, PROXY_CLOSE, 1), silent = cut_openings(&f, &all, PROXY_STALL, 7);
    print_message("# %u cuts while opening, %u silent\n", closed, silent);
    sheaf_close(world_open(&f.through, f.through.model, &(sheaf_options){0}));
    alarm(0);
    fault_close(&f);
}

/* A page waits for the server as often as its plan says and its statistics tell. A COMMIT that nobody waits
 * for is seen too; it is sent so where a list of the last trip may have to be asked for once more. */
static void trips_are_as_planned(void **state) {
    world *w = world_of(state);
    fault f;
    fault_open(&f, w, PROXY_UNIX);
    sheaf_db *db = world_open(&f.through, f.through.model, &(sheaf_options){.pool_size = 1});
    for (int page = 0; page < FAULT_PAGE_COUNT; page++)
        for (int warm = 0; warm < 2; warm++) {
            char *text = NULL;
            sheaf_stats stats;
            sheaf_error err = {0};
            settle(db);
            uint64_t before = proxy_look(f.p).trips;
            if (!fault_page_read(&f.pages, (fault_page)page, db, &text, &stats, &err))
                fail_msg("%s", err.message);
            settle(db);
            uint64_t seen = proxy_look(f.p).trips - before;
            free(text);
            sheaf_plan_numbers planned = {.trips = (uint32_t)stats.trips,
                                          .trips_max = (uint32_t)stats.trips + 1};
            const sheaf_shape *shape = sheaf_shapes_find(f.pages.shapes, fault_page_name((fault_page)page));
            if (shape) {
                assert_true(sheaf_shape_plan(db, shape, SHEAF_PLAN_LOCK, &text, &planned, &err));
                sheaf_text_free(db, text);
            }
            assert_int_equal(stats.trips, planned.trips);
            if (seen < planned.trips || seen > planned.trips + (planned.trips_max > planned.trips))
                fail_msg("%s: %u trips planned, %llu seen", fault_page_name((fault_page)page), planned.trips,
                         (unsigned long long)seen);
        }
    sheaf_close(db);
    fault_close(&f);
}

static const struct CMUnitTest tests[] = {
    ON_PG(trips_are_as_planned),
    ON_PG(every_cut_of_levels),
    ON_PG(every_cut_of_reselect),
    ON_PG(every_cut_of_setting),
    ON_PG(resets),
    ON_PG(servers_that_stay_away),
    ON_PG(links_that_fall_silent),
    ON_PG(cuts_while_opening),
};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
