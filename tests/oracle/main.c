/* Three answers to each question, of SQLite, of PostgreSQL and of the naive evaluator, must be the same bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "naive.h"

enum { CASES_OF_WORLD = 20, CASES_OF_BLOCK = 100 };

typedef struct options {
    uint64_t cases, seed;
    int64_t only;
    bool verbose, sqlite_only;
} options;

static void show_world(const world *w) {
    buffer b;
    buffer_init(&b, NULL);
    model_write(w, &b);
    printf("%.*s", SHEAF_SLICE_ARGS(buffer_view(&b)));
    buffer_free(&b);
}

static void show_shape(const shape *s) {
    arena m;
    buffer b;
    o_variables v;
    arena_init(&m, NULL);
    buffer_init(&b, NULL);
    shape_write(s, &m, &b, &v);
    printf("%.*s", SHEAF_SLICE_ARGS(buffer_view(&b)));
    for (size_t i = 0; i < v.count; i++) {
        buffer_clear(&b);
        value_write(&b, SHEAF_STRING, v.items[i].value);
        printf("# %s = %.*s\n", v.items[i].name, SHEAF_SLICE_ARGS(buffer_view(&b)));
    }
    buffer_free(&b);
    arena_free(&m);
}

static bool run_case(world *w, engine *e, uint64_t seed, uint64_t number, const options *o) {
    rng r = rng_of(seed * 3 + 1, number);
    shape *s = NULL;
    naive n;
    buffer text;
    buffer_init(&text, NULL);
    for (;;) {
        s = shape_random(w, &r);
        buffer_clear(&text);
        naive_init(&n, w, &text);
        naive_shape(&n, s);
        if (!n.too_large) break;
        naive_free(&n);
    }
    bool same = true;
    for (int b = 0; b < SETUP_BACKENDS && same; b++) {
        if (!e->databases[b]) continue;
        outcome got;
        sheaf_error err = {0};
        outcome_init(&got);
        bool asked = engine_shape(e, b, s, false, &got, &err);
        if (!asked) {
            printf("# REFUSED %s\n", err.message);
            same = false;
        } else if (got.ok ? n.errors || !slice_equal(buffer_view(&got.text), buffer_view(&text))
                          : !(n.errors >> got.err.code & 1)) {
            same = false;
            printf("# backend %d: %s\n#  got  %.*s\n#  want %x %.*s\n", b, got.ok ? "" : got.err.message,
                   SHEAF_SLICE_ARGS(buffer_view(&got.text)), n.errors, SHEAF_SLICE_ARGS(buffer_view(&text)));
        }
        outcome_free(&got);
    }
    if (!same || o->verbose) {
        printf("# seed %" PRIu64 " case %" PRIu64 "\n", seed, number);
        show_world(w);
        show_shape(s);
    }
    naive_free(&n);
    buffer_free(&text);
    return same;
}

int main(int argc, char **argv) {
    options o = {.cases = 2000, .seed = 1, .only = -1};
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--cases")) o.cases = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--seed")) o.seed = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--case")) o.only = strtoll(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--verbose")) o.verbose = true;
        else if (!strcmp(argv[i], "--sqlite-only")) o.sqlite_only = true;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    sheaf_error err = {0};
    setup *s = setup_new(o.sqlite_only ? NULL : getenv("SHEAF_TEST_PG"), "sheaf_oracle", &err);
    if (!s) return printf("Bail out! %s\n", err.message), 1;
    uint64_t first = o.only >= 0 ? (uint64_t)o.only : 0, end = o.only >= 0 ? first + 1 : o.cases;
    uint64_t bad = 0;
    for (uint64_t k = first; k < end;) {
        uint64_t number = k / CASES_OF_WORLD;
        world *w = world_new();
        rng r = rng_of(o.seed, number);
        model_make(w, &r);
        rows_make(w, &r);
        engine e;
        if (!setup_fill(s, w, &err) || !engine_open(&e, w, s, &err)) {
            printf("# world %" PRIu64 ": %s\n", number, err.message);
            show_world(w);
            bad++;
            k = (number + 1) * CASES_OF_WORLD;
            if (bad > 3) break;
            continue;
        }
        for (; k < end && k / CASES_OF_WORLD == number; k++)
            if (!run_case(w, &e, o.seed, k, &o)) {
                bad++;
                break;
            }
        if (bad) break;
        engine_close(&e);
        world_free(w);
    }
    setup_free(s);
    printf("# %" PRIu64 " bad\n", bad);
    return bad != 0;
}
