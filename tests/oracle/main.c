/* oracle: random models, rows and questions, answered by SQLite, by PostgreSQL and by a naive evaluator,
 * which must be the same bytes. Prints TAP, a line for each block of cases; what differs is shrunk and
 * printed, with how to replay it. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "case.h"

enum { CASES_OF_WORLD = 20, CASES_OF_BLOCK = 100, SHRUNK_MAX = 2 };

typedef struct options {
    uint64_t cases, seed, first;
    bool verbose, sqlite_only, whole;
} options;

typedef struct session {
    const options *o;
    setup *s;
    uint64_t asked;
    unsigned shrunk;
} session;

static void print_lines(sheaf_slice text) {
    while (text.len) {
        sheaf_slice line = slice_cut(text, '\n', &text);
        printf("#   %.*s\n", SHEAF_SLICE_ARGS(line));
    }
}

static void print_case(const world *w, const question *q, sheaf_slice report) {
    buffer text;
    buffer_init(&text, NULL);
    case_print(w, q, &text);
    print_lines(buffer_view(&text));
    print_lines(report);
    buffer_free(&text);
}

static void fail(session *x, world *w, question *q, uint64_t number, verdict v, buffer *report) {
    printf("# case %" PRIu64 " %s; again by: oracle --seed %" PRIu64 " --case %" PRIu64 "\n", number,
           v == REFUSED ? "is no valid question" : "differs", x->o->seed, number);
    if (v == DIFFERENT && !x->o->whole && x->shrunk++ < SHRUNK_MAX) {
        engine e;
        case_shrink(x->s, w, q);
        buffer_clear(report);
        if (setup_fill(x->s, w, NULL) && engine_open(&e, w, x->s, NULL)) {
            case_ask(&e, w, q, report);
            engine_close(&e);
        }
        printf("# shrunk:\n");
    }
    print_case(w, q, buffer_view(report));
}

static bool run_case(session *x, world *w, engine *e, uint64_t number) {
    buffer report;
    buffer_init(&report, NULL);
    question q = question_random(w, x->o->seed + 1, number);
    x->asked++;
    verdict v = case_ask(e, w, &q, &report);
    if (v != SAME)
        fail(x, w, &q, number, v, &report);
    else if (x->o->verbose)
        print_case(w, &q, buffer_view(&report));
    buffer_free(&report);
    return v == SAME;
}

/* The cases of one world, from `first` up to `end`. */
static bool run_world(session *x, uint64_t first, uint64_t end) {
    world *w = world_new();
    engine e = {0};
    sheaf_error err = {0};
    rng r = rng_of(x->o->seed, first / CASES_OF_WORLD);
    model_make(w, &r);
    rows_make(w, &r);
    bool ok = setup_fill(x->s, w, &err) && engine_open(&e, w, x->s, &err);
    if (!ok) {
        printf("# the world of case %" PRIu64 ", seed %" PRIu64 ":\n", first, x->o->seed);
        print_case(w, &(question){0}, slice_of(err.message));
    }
    for (uint64_t k = first; k < end && ok; k++) ok = run_case(x, w, &e, k);
    engine_close(&e);
    world_free(w);
    return ok;
}

static bool run_block(session *x, uint64_t first, uint64_t end) {
    bool ok = true;
    for (uint64_t k = first; k < end && ok;) {
        uint64_t next = (k / CASES_OF_WORLD + 1) * CASES_OF_WORLD;
        if (next > end) next = end;
        ok = run_world(x, k, next);
        k = next;
    }
    printf("%sok %" PRIu64 " - cases %" PRIu64 " to %" PRIu64 "\n", ok ? "" : "not ",
           (first - x->o->first) / CASES_OF_BLOCK + 1, first, end - 1);
    return ok;
}

static bool run(const options *o, setup *s) {
    session x = {.o = o, .s = s};
    uint64_t end = o->first + o->cases;
    bool ok = true;
    printf("# seed %" PRIu64 "%s\n1..%" PRIu64 "\n", o->seed, o->sqlite_only ? ", SQLite alone" : "",
           (o->cases + CASES_OF_BLOCK - 1) / CASES_OF_BLOCK);
    for (uint64_t k = o->first; k < end; k += CASES_OF_BLOCK)
        ok = run_block(&x, k, k + CASES_OF_BLOCK < end ? k + CASES_OF_BLOCK : end) && ok;
    return ok;
}

static bool read_options(int argc, char **argv, options *ret) {
    static const struct option known[] = {
        {"cases", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"case", required_argument, NULL, 'k'},
        {"verbose", no_argument, NULL, 'v'},
        {"sqlite-only", no_argument, NULL, 'l'},
        {"whole", no_argument, NULL, 'w'},
        {0},
    };
    options o = {.cases = 2000, .seed = 1};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'n': o.cases = strtoull(optarg, NULL, 10); break;
        case 's': o.seed = strtoull(optarg, NULL, 10); break;
        case 'k': o.first = strtoull(optarg, NULL, 10), o.cases = 1; break;
        case 'v': o.verbose = true; break;
        case 'l': o.sqlite_only = true; break;
        case 'w': o.whole = true; break;
        default: return false;
        }
    }
    *ret = o;
    return optind == argc && o.cases > 0;
}

int main(int argc, char **argv) {
    options o;
    sheaf_error err = {0};
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (!read_options(argc, argv, &o)) {
        fputs("usage: oracle [--cases N] [--seed S] [--case K] [--sqlite-only] [--verbose] [--whole]\n"
              "  --case K   only this case, counted from 0\n"
              "  --whole    do not shrink what differs\n",
              stderr);
        return 2;
    }
    const char *pg = getenv("SHEAF_TEST_PG");
    if (!pg && !o.sqlite_only) {
        puts("1..1\nnot ok 1 - SHEAF_TEST_PG is not set; --sqlite-only does without");
        return 1;
    }
    char name[64]; /* several may run beside one another */
    snprintf(name, sizeof name, "sheaf_oracle_%ld", (long)getpid());
    setup *s = setup_new(o.sqlite_only ? NULL : pg, name, &err);
    if (!s) {
        printf("1..1\nnot ok 1 - %s\n", err.message);
        return 1;
    }
    bool ok = run(&o, s);
    setup_free(s);
    return ok ? 0 : 1;
}
