/* sheaf compare: one shape by every strategy, on every database given: the answers must be the same bytes,
 * and then it is told what each costs. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../base/json.h"
#include "../base/percentile.h"
#include "../base/time.h"
#include "../context/database.h"
#include "cli.h"

#define RUNS_MAX      100000
#define SECONDS_MAX   86400
#define WARM_UP       10 /* rounds */
#define ASK_AGAIN_MAX 5
#define SECOND        INT64_C(1000000000)

typedef struct compare_flags {
    option_list urls, strategies, variables;
    int64_t runs, seconds;
    bool json;
} compare_flags;

/* One strategy on one database. */
typedef struct way {
    const char *url, *database; /* "postgresql"; "postgresql 2" where another is of that name */
    sheaf_strategy strategy;
    sheaf_db *db;
    sheaf_stats stats; /* of the last run */
    int64_t *ns;       /* of each run: realise and render */
    size_t runs;
    double p50, p99; /* microseconds */
} way;

typedef struct comparison {
    cli *c;
    const project *project;
    const compare_flags *flags;
    const sheaf_shape *shape;
    variables given;
    unsigned strategies; /* a bit for each that is wanted */
    way *items;
    size_t count, room;
    buffer answer; /* of the first way; all others must give it */
    uint64_t changes;
} comparison;

/* Ctrl-C ends the rounds, at once, and what was measured is shown; a second one ends the command. */
static volatile sig_atomic_t stopped_by;
static sheaf_cancellation stopped;

static void on_signal(int number) {
    stopped_by = number;
    sheaf_cancel(&stopped);
}

static void listen_to(int number) {
    struct sigaction old;
    const struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(number, &action, NULL);
}

/* ---- The ways -------------------------------------------------------------------------------------------*/

static bool choose_strategies(comparison *x) {
    const setting *s = &setting_table[setting_named(SHEAF_SLICE("strategy"))];
    const option_list *chosen = &x->flags->strategies;
    if (!chosen->count) x->strategies = (1u << SHEAF_STRATEGY_COUNT) - 1;
    for (size_t i = 0; i < chosen->count; i++) {
        int strategy;
        if (!setting_choose(s, slice_of(chosen->items[i]), "--strategy", &strategy, &x->c->error))
            return false;
        x->strategies |= 1u << strategy;
    }
    return true;
}

/* How many databases of this backend there are so far; the ways of one stand together. */
static size_t databases_of(const comparison *x, const char *backend) {
    size_t count = 0;
    for (size_t i = 0; i < x->count; i++)
        if (slice_starts_with(slice_of(x->items[i].database), slice_of(backend)) &&
            (i == 0 || x->items[i].url != x->items[i - 1].url))
            count++;
    return count;
}

static bool add_way(comparison *x, const char *url, const char *database, sheaf_strategy strategy) {
    cli *c = x->c;
    way *slot = ARENA_PUSH(&c->memory, x);
    if (!slot) return error_memory(&c->error);
    *slot = (way){.url = url, .database = database, .strategy = strategy};
    slot->ns = ARENA_ARRAY(&c->memory, int64_t, (size_t)x->flags->runs);
    if (!slot->ns) return error_memory(&c->error);
    c->settings.options.url = url;
    c->settings.options.strategy = strategy;
    c->settings.options.cancellation = &stopped;
    return project_open(c, x->project->folder, x->project->model, &slot->db);
}

static bool add_database(comparison *x, const char *url) {
    cli *c = x->c;
    const driver *backend = driver_for_url(url, &c->error);
    if (!backend) return false;
    size_t others = databases_of(x, backend->name);
    sheaf_slice name =
        others ? arena_printf(&c->memory, "%s %zu", backend->name, others + 1) : slice_of(backend->name);
    if (!name.ptr) return error_memory(&c->error);
    if (!backend->counts_trips) return add_way(x, url, name.ptr, SHEAF_STRATEGY_LEVELS);
    for (unsigned i = 0; i < SHEAF_STRATEGY_COUNT; i++)
        if (x->strategies >> i & 1 && !add_way(x, url, name.ptr, (sheaf_strategy)i)) return false;
    return true;
}

static bool add_databases(comparison *x) {
    const option_list *urls = &x->flags->urls;
    const char *only;
    if (!urls->count) return project_url(x->c, x->project->folder, &only) && add_database(x, only);
    for (size_t i = 0; i < urls->count; i++)
        if (!add_database(x, urls->items[i])) return false;
    return true;
}

/* ---- Answers --------------------------------------------------------------------------------------------*/

/* Realises and renders; the page, which holds the JSON, is the caller's. */
static bool ask(comparison *x, way *w, sheaf_page **ret, sheaf_slice *ret_json, int64_t *ret_ns) {
    sheaf_page *page;
    cli *c = x->c;
    int64_t began = clock_ns();
    bool ok = sheaf_page_realise(w->db, x->shape, x->given.items, x->given.count, &page, &c->error);
    if (ok && !sheaf_page_json(page, ret_json, &c->error)) {
        sheaf_page_free(page);
        ok = false;
    }
    if (!ok) return error_prefix(&c->error, "%s, %s", w->database, sheaf_strategy_name(w->strategy));
    *ret_ns = clock_ns() - began;
    w->stats = sheaf_page_stats(page);
    *ret = page;
    return true;
}

static bool keep(comparison *x, sheaf_slice json) {
    buffer_clear(&x->answer);
    buffer_slice(&x->answer, json);
    return !x->answer.failed || error_memory(&x->c->error);
}

/* A part of an answer around a byte, cut where characters begin. */
static void print_around(const way *w, sheaf_slice json, size_t at) {
    size_t from = at > 40 ? at - 40 : 0, to = json.len - from > 120 ? from + 120 : json.len;
    while (from && (json.ptr[from] & 0xc0) == 0x80) from--;
    while (to < json.len && (json.ptr[to] & 0xc0) == 0x80) to++;
    printf("  %s, %s: %s%.*s%s\n", w->database, sheaf_strategy_name(w->strategy), from ? "…" : "",
           (int)(to - from), json.ptr + from, to < json.len ? "…" : "");
}

static bool differ(comparison *x, const way *w, sheaf_slice json) {
    sheaf_slice first = buffer_view(&x->answer);
    size_t at = 0, end = first.len < json.len ? first.len : json.len;
    while (at < end && first.ptr[at] == json.ptr[at]) at++;
    printf("the answers differ at byte %zu\n", at);
    print_around(&x->items[0], first, at);
    print_around(w, json, at);
    return error_set(&x->c->error, SHEAF_E_CHANGED, "%s, %s and %s, %s give different answers",
                     x->items[0].database, sheaf_strategy_name(x->items[0].strategy), w->database,
                     sheaf_strategy_name(w->strategy));
}

/* The first way once more: *ret_changed tells whether its answer, which is kept, is another one now. */
static bool ask_first(comparison *x, bool *ret_changed) {
    sheaf_page *page;
    sheaf_slice json;
    int64_t ns;
    if (!ask(x, &x->items[0], &page, &json, &ns)) return false;
    *ret_changed = !slice_equal(json, buffer_view(&x->answer));
    bool ok = !*ret_changed || keep(x, json);
    sheaf_page_free(page);
    return ok;
}

/* Another answer is a difference, unless rows were written meanwhile: then the first way's is another now,
 * too, and the way is asked once more. */
static bool settle(comparison *x, way *w, sheaf_page **page, sheaf_slice *json) {
    int64_t ns;
    for (int i = 0; i < ASK_AGAIN_MAX; i++) {
        bool changed;
        if (!ask_first(x, &changed)) return false;
        if (!changed) break;
        x->changes++;
        if (slice_equal(*json, buffer_view(&x->answer))) return true;
        sheaf_page_free(*page);
        *page = NULL;
        if (!ask(x, w, page, json, &ns)) return false;
        if (slice_equal(*json, buffer_view(&x->answer))) return true;
    }
    return differ(x, w, *json);
}

static bool run_once(comparison *x, way *w, bool counts) {
    sheaf_page *page;
    sheaf_slice json;
    int64_t ns;
    if (!ask(x, w, &page, &json, &ns)) return false;
    if (counts) w->ns[w->runs++] = ns;
    bool ok = !x->answer.len                               ? keep(x, json)
              : slice_equal(json, buffer_view(&x->answer)) ? true
                                                           : settle(x, w, &page, &json);
    sheaf_page_free(page);
    return ok;
}

/* ---- Rounds ---------------------------------------------------------------------------------------------*/

static void show_progress(const comparison *x, int64_t round, int64_t *last) {
    int64_t now = clock_ns();
    if (!isatty(STDERR_FILENO) || now - *last < SECOND / 10) return;
    *last = now;
    fprintf(stderr, "\r%s: %" PRId64 " of %" PRId64 " runs ", sheaf_shape_name(x->shape), round,
            x->flags->runs);
    fflush(stderr);
}

static void end_progress(int64_t last) {
    if (last) fprintf(stderr, "\r%60s\r", "");
}

/* Every way once; who begins changes from round to round. Where it is stopped, the run that was under way
 * does not count. */
static bool run_round(comparison *x, int64_t round, bool counts) {
    for (size_t i = 0; i < x->count && !stopped_by; i++)
        if (!run_once(x, &x->items[(i + (size_t)round) % x->count], counts))
            return stopped_by && x->c->error.code == SHEAF_E_CANCELLED;
    return true;
}

/* Rounds until all are run, or the time is up, or Ctrl-C. The first way answers first of all. */
static bool run_rounds(comparison *x) {
    int64_t began = clock_ns(), limit = x->flags->seconds * SECOND, shown = 0;
    bool ok = true;
    for (int64_t i = 0; ok && i < WARM_UP && !stopped_by && (i == 0 || clock_ns() - began < limit / 5); i++)
        ok = run_round(x, 0, false);
    for (int64_t i = 0; ok && i < x->flags->runs && !stopped_by && (i == 0 || clock_ns() - began < limit);
         i++) {
        ok = run_round(x, i, true);
        show_progress(x, i + 1, &shown);
    }
    end_progress(shown);
    for (size_t i = 0; ok && i < x->count; i++) {
        way *w = &x->items[i];
        w->p50 = (double)percentile_of(w->ns, w->runs, 50) / 1e3;
        w->p99 = (double)percentile_of(w->ns, w->runs, 99) / 1e3;
    }
    return ok;
}

/* ---- The table ------------------------------------------------------------------------------------------*/

static size_t fewest_runs(const comparison *x) {
    size_t runs = SIZE_MAX;
    for (size_t i = 0; i < x->count; i++)
        if (x->items[i].runs < runs) runs = x->items[i].runs;
    return runs;
}

/* A strategy that is not what was asked for, auto above all, is told. */
static void print_way(const way *w, double best) {
    bool other = w->stats.strategy != w->strategy;
    char strategy[64];
    snprintf(strategy, sizeof strategy, other ? "%s (%s)" : "%s", sheaf_strategy_name(w->strategy),
             sheaf_strategy_name(w->stats.strategy));
    printf("%-14s %-16s %10" PRIu64 " %6" PRIu64 " %10" PRIu64 " %10.0f %10.0f %8.2f\n", w->database,
           strategy, w->stats.statements, w->stats.trips, w->stats.bytes, w->p50, w->p99, w->p50 / best);
}

/* Of each database that has one. */
static void print_round_trips(const comparison *x) {
    for (size_t i = 0; i < x->count; i++) {
        const way *w = &x->items[i];
        int64_t ns = pool_round_trip(w->db->pool);
        if (ns > 0 && (i == 0 || w->url != x->items[i - 1].url))
            printf("a round trip to %s takes %.0f µs\n", w->database, (double)ns / 1e3);
    }
}

static void print_notes(const comparison *x, size_t runs) {
    struct utsname host;
    if (stopped_by)
        printf("stopped before all of the %" PRId64 " runs\n", x->flags->runs);
    else if (runs < (size_t)x->flags->runs)
        printf("the time was up before all of the %" PRId64 " runs: see --seconds\n", x->flags->runs);
    if (x->changes)
        printf("rows were written meanwhile: the answer of all ways changed %" PRIu64 " time%s\n", x->changes,
               x->changes == 1 ? "" : "s");
    print_round_trips(x);
    if (uname(&host) == 0)
        printf(
            "measured on %s (%s %s, %ld processors), the ways taking turns; times are of realise and JSON\n",
            host.nodename, host.sysname, host.machine, sysconf(_SC_NPROCESSORS_ONLN));
}

static void print_table(const comparison *x) {
    double best = 0;
    size_t runs = fewest_runs(x);
    if (!runs) {
        puts("stopped before anything was measured");
        return;
    }
    for (const way *w = x->items; w < x->items + x->count; w++)
        if (best <= 0 || w->p50 < best) best = w->p50;
    printf("%s: %zu bytes of JSON, the same in %zu %s × %zu runs\n\n", sheaf_shape_name(x->shape),
           x->answer.len, x->count, x->count == 1 ? "way" : "ways", runs);
    printf("%-14s %-16s %10s %6s %10s %11s %11s %8s\n", "database", "strategy", "statements", "trips",
           "bytes", "p50 µs", "p99 µs", "to best");
    for (const way *w = x->items; w < x->items + x->count; w++) print_way(w, best > 0 ? best : 1);
    putchar('\n');
    print_notes(x, runs);
}

static bool print_json(const comparison *x) {
    buffer out;
    buffer_init(&out, NULL);
    BUFFER_LITERAL(&out, "{\"query\":");
    json_text(&out, slice_of(sheaf_shape_name(x->shape)));
    buffer_printf(&out, ",\"json_bytes\":%zu,\"changes\":%" PRIu64 ",\"ways\":[", x->answer.len, x->changes);
    for (const way *w = x->items; w < x->items + x->count; w++)
        buffer_printf(
            &out,
            "%s{\"database\":\"%s\",\"strategy\":\"%s\",\"took\":\"%s\",\"runs\":%zu,\"statements\":%" PRIu64
            ",\"trips\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"p50_us\":%.1f,\"p99_us\":%.1f}",
            w == x->items ? "" : ",", w->database, sheaf_strategy_name(w->strategy),
            sheaf_strategy_name(w->stats.strategy), w->runs, w->stats.statements, w->stats.trips,
            w->stats.bytes, w->p50, w->p99);
    BUFFER_LITERAL(&out, "]}\n");
    bool ok = !out.failed || error_memory(&x->c->error);
    if (ok) cli_print(buffer_view(&out));
    buffer_free(&out);
    return ok;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static bool compare(cli *c, const project *p, const char *name, const compare_flags *flags) {
    comparison x = {.c = c, .project = p, .flags = flags};
    buffer_init(&x.answer, NULL);
    bool ok = choose_strategies(&x) && project_find(c, p, name, &x.shape) &&
              cli_variables(c, x.shape, &flags->variables, &x.given) && add_databases(&x);
    if (ok) {
        listen_to(SIGINT);
        listen_to(SIGTERM);
        ok = run_rounds(&x);
    }
    if (ok && flags->json)
        ok = print_json(&x);
    else if (ok)
        print_table(&x);
    for (size_t i = 0; i < x.count; i++) sheaf_close(x.items[i].db);
    buffer_free(&x.answer);
    return ok;
}

static bool check_flags(cli *c, const compare_flags *flags) {
    if (flags->runs < 1 || flags->runs > RUNS_MAX)
        return error_set(&c->error, SHEAF_E_USAGE, "--runs takes a number from 1 to %d", RUNS_MAX);
    if (flags->seconds < 1 || flags->seconds > SECONDS_MAX)
        return error_set(&c->error, SHEAF_E_USAGE, "--seconds takes a number from 1 to %d", SECONDS_MAX);
    return true;
}

static cli_exit run(cli *c) {
    compare_flags flags = {.runs = 200, .seconds = 60};
    project p = {0};
    const char *name;
    if (!cli_options(c, &flags) || !check_flags(c, &flags)) return cli_fail(c);
    bool ok = project_of_words(c, &p, &name) && compare(c, &p, name, &flags);
    project_free(&p);
    if (!ok) return cli_fail(c);
    fflush(stdout);
    if (stopped_by) raise(stopped_by); /* whose default action ends the command, as its caller expects */
    return EXIT_DONE;
}

static const cli_option options[] = {
    {"db", "URL", OPTION_LIST, offsetof(compare_flags, urls),
     "a database; may be given for several, which must hold the same rows"},
    {"strategy", "NAME", OPTION_LIST, offsetof(compare_flags, strategies),
     "only this strategy of those in 'sheaf help settings'; may be given for several"},
    CLI_VARIABLE_OPTION(compare_flags, variables),
    {"runs", "N", OPTION_COUNT, offsetof(compare_flags, runs), "timed runs of each way (200)"},
    {"seconds", "N", OPTION_COUNT, offsetof(compare_flags, seconds),
     "stop after so long, whatever was run (60)"},
    {"json", NULL, OPTION_SET, offsetof(compare_flags, json), "the table as a line of JSON"},
};

const cli_command cli_compare = {
    .name = "compare",
    .usage = "compare [DIR] SHAPE --db URL [--db URL2] [--var NAME=VALUE]… [--runs N]",
    .summary = "realise a query by every strategy, prove the answers equal, show what each costs",
    .more = "Realises the query SHAPE of DIR/shapes (DIR is '.' if not given) by every strategy that the "
            "database has, and on\n"
            "every database given, in turn; holds each answer against the first, byte for byte (a difference "
            "is shown: exit 1);\n"
            "and prints statements, trips, bytes received, and the time of realising and rendering. Ctrl-C "
            "shows what was\n"
            "measured so far.",
    .example =
        "  sheaf compare . hot --db sqlite:archive.db --db postgresql:///archive --var distro=debian\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_least = 1,
    .words_most = 2,
    .run = run,
};
