/* sheaf-bench: every way side by side. */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "measure.h"
#include "place.h"
#include "report.h"

static const bench_subject *const subjects[] = {&bench_archive, &bench_occurrences};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

/* X(long name, letter, argument or "", what it does) */
#define OPTIONS(X)                                                                                           \
    X("db-pg", 'd', "URL", "a PostgreSQL server to make a database on (default: $SHEAF_TEST_PG)")            \
    X("rounds", 'r', "N", "timed rounds of each scenario, 20 or more (default 1000)")                        \
    X("far", 'f', "N", "timed rounds over each longer link, 0 to leave them out (default 200)")              \
    X("scale", 's', "F", "how much data: 1 is 45,000 occurrences (default 1)")                               \
    X("only", 'o', "WORD", "only what has WORD in its line, such as sqlite, \"25 rows\", \"at 1 ms\"")       \
    X("json", 'j', "FILE", "where the results go too (default build/bench.json)")                            \
    X("pin", 'p', "", "client and, where permitted, server on one core")                                     \
    X("quick", 'q', "", "100 rounds, 20 over longer links, at a tenth of the data")                          \
    X("help", 'h', "", "this")

typedef struct options {
    const char *pg, *only, *json;
    report_facts facts;
} options;

static const bench_distance distances[] = {{"0.2 ms", 200000}, {"1 ms", 1000000}, {"5 ms", 5000000}};
enum { DISTANCES = sizeof distances / sizeof *distances };

static volatile sig_atomic_t stop;

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

static void help(FILE *out) {
    fprintf(out, "sheaf-bench: the same pages read by hand, by Sheaf, and the lazy way, side by side\n\n");
#define X(name, letter, argument, text)                                                                      \
    fprintf(out, "  --%s %-*s%s\n", name, 14 - (int)strlen(name), argument, text);
    OPTIONS(X)
#undef X
    fprintf(
        out,
        "\nTimes are of reading a page into memory; rendering its JSON is a column of its own. Without a\n"
        "PostgreSQL server only SQLite is measured. The databases are made for the run and dropped after "
        "it.\n"
        "Longer links are a proxy in front of the server, which adds 0.2, 1 and 5 ms to a round trip.\n");
}

enum { ROUNDS_MAX = 1000000 };

/* -1: go on; else the status to leave with. */
static int parse(int argc, char **argv, options *o) {
    static const struct option table[] = {
#define X(name, letter, argument, text) {name, sizeof argument > 1, NULL, letter},
        OPTIONS(X)
#undef X
            {0}};
    *o = (options){.pg = getenv("SHEAF_TEST_PG"),
                   .json = "build/bench.json",
                   .facts = {.rounds = 1000, .far_rounds = 200, .scale = 1}};
    for (int letter; (letter = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        switch (letter) {
        case 'd': o->pg = optarg; break;
        case 'r': o->facts.rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'f': o->facts.far_rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 's': o->facts.scale = strtod(optarg, NULL); break;
        case 'o': o->only = optarg; break;
        case 'j': o->json = optarg; break;
        case 'p': o->facts.pinned = true; break;
        case 'q': o->facts.rounds = 100, o->facts.far_rounds = 20, o->facts.scale = 0.1; break;
        case 'h': help(stdout); return 0;
        default: help(stderr); return 2;
        }
    }
    if (optind < argc || o->facts.rounds < 20 || o->facts.rounds > ROUNDS_MAX ||
        o->facts.far_rounds > ROUNDS_MAX || !(o->facts.scale > 0) || o->facts.scale > 100) {
        help(stderr);
        return 2;
    }
    return -1;
}

/* The scenarios of a subject that the options choose, near or at a distance. */
typedef struct choice {
    const bench_scenario *items[BENCH_SCENARIOS_MAX];
    size_t count;
} choice;

static choice choose(const options *o, const bench_subject *subject, const bench_place *place,
                     const bench_distance *distance, const bench_scenario *all, size_t number) {
    choice c = {0};
    for (size_t i = 0; i < number; i++) {
        char line[256];
        if (distance && !all[i].far) continue;
        snprintf(line, sizeof line, "%s on %s%s%s, %s", subject->name, place->name, distance ? " at " : "",
                 distance ? distance->name : "", all[i].name);
        if (!o->only || strstr(line, o->only)) c.items[c.count++] = &all[i];
    }
    return c;
}

static void pin(int pid) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (sched_setaffinity(pid, sizeof one, &one)) perror("bench: pin");
}

/* Closes the contest. */
static bool contest_all(const options *o, contest *c, const choice *chosen, unsigned rounds, report *r) {
    for (size_t w = 0; o->facts.pinned && w < c->count; w++) {
        int pid = c->ways[w]->backend_pid ? c->ways[w]->backend_pid(c->states[w]) : 0;
        if (pid > 0) pin(pid);
    }
    bool ok = true;
    for (size_t i = 0; ok && !stop && i < chosen->count; i++) {
        measurement m;
        ok = contest_run(c, chosen->items[i], rounds, &stop, &m);
        if (ok && !stop) report_add(r, &m);
    }
    contest_close(c);
    return ok;
}

static bool measure_near(const options *o, const bench_subject *subject, const bench_place *place,
                         const choice *chosen, report *r) {
    contest c;
    if (!chosen->count) return true;
    return contest_open(&c, subject, place) && contest_all(o, &c, chosen, o->facts.rounds, r);
}

/* All distances over one link, each with connections of its own. */
static bool measure_far(const options *o, const bench_subject *subject, const bench_place *place,
                        const choice *chosen, report *r) {
    bench_link link = {0};
    contest c;
    bool ok = link_open(&link, place->url, 0);
    for (size_t d = 0; ok && !stop && d < DISTANCES; d++) {
        if (!chosen[d].count) continue;
        ok = link_set(&link, distances[d].rtt_ns) &&
             contest_open_far(&c, subject, place, &link, &distances[d]) &&
             contest_all(o, &c, &chosen[d], o->facts.far_rounds, r);
    }
    link_close(&link);
    return ok;
}

/* One subject on one database: nothing is loaded where no scenario is wanted. */
static bool measure(const options *o, const bench_subject *subject, bench_place *place, report *r) {
    bench_scenario all[BENCH_SCENARIOS_MAX];
    size_t number = subject->scenarios(o->facts.scale, all), far_count = 0;
    choice near = choose(o, subject, place, NULL, all, number), far[DISTANCES] = {0};
    for (size_t d = 0; d < DISTANCES && o->facts.far_rounds && place->socket; d++) {
        far[d] = choose(o, subject, place, &distances[d], all, number);
        far_count += far[d].count;
    }
    if (near.count + far_count == 0 || stop) return true;
    printf("\n%s on %s, rows:", subject->name, place->name);
    fflush(stdout);
    bool ok = place_make(place) && subject->load(subject, place->backend, place->url, o->facts.scale) &&
              measure_near(o, subject, place, &near, r) &&
              (!far_count || stop || measure_far(o, subject, place, far, r));
    place_drop(place);
    return ok;
}

static bool run(const options *o) {
    bench_place places[BENCH_BACKENDS];
    size_t count = 0;
    bool has_pg = o->pg && *o->pg, ok = place_find(&places[count++], BENCH_SQLITE, NULL);
    if (has_pg)
        ok = place_find(&places[count++], BENCH_PG, o->pg) && ok;
    else
        fprintf(stderr, "bench: no PostgreSQL server given: only SQLite is measured\n");
    if (!ok) return false;
    if (has_pg && o->facts.far_rounds && !places[1].socket)
        fprintf(stderr, "bench: the server has no Unix socket: nothing is measured over longer links\n");
    report r;
    report_begin(&r, &o->facts, places, count);
    for (size_t p = 0; p < count; p++) {
        for (size_t s = 0; ok && s < SUBJECTS; s++) ok = measure(o, subjects[s], &places[p], &r);
    }
    return report_end(&r, o->json) && ok;
}

int main(int argc, char **argv) {
    options o;
    int status = parse(argc, argv, &o);
    if (status >= 0) return status;
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    if (o.facts.pinned) pin(0);
    return run(&o) ? 0 : 1;
}
