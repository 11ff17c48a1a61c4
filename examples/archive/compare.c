#include "compare.h"

#include <stdlib.h>
#include <time.h>

#include "fail.h"
#include "hot.h"
#include "lazy.h"

typedef struct round {
    uint64_t ns, statements;
    int64_t sum;
    sheaf_stats stats;
} round;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int by_time(const void *a, const void *b) {
    uint64_t x = ((const round *)a)->ns, y = ((const round *)b)->ns;
    return x < y ? -1 : x > y;
}

static bool add_people(const hot_page *page, const sheaf_row *const *rows, size_t count, int64_t *sum,
                       sheaf_error *err) {
    for (size_t i = 0; i < count; i++) {
        hot_person person;
        if (!hot_read_person(page, rows[i], &person, err)) return false;
        *sum += person.packages_count;
    }
    return true;
}

/* The sum that lazy_hot gives. */
static bool sum_of(const hot_page *page, int64_t *ret, sheaf_error *err) {
    size_t count;
    const sheaf_row *const *rows = sheaf_rows(page->packages, &count);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        hot_package package;
        if (!hot_read_package(page, rows[i], &package, err) ||
            !add_people(page, &package.maintainer, package.maintainer != NULL, &sum, err) ||
            !add_people(page, package.uploaders, package.uploader_count, &sum, err)) {
            return false;
        }
        sum += package.popularity;
    }
    *ret = sum;
    return true;
}

static bool run_sheaf(sheaf_db *db, const char *distro, int64_t limit, round *ret, sheaf_error *err) {
    hot_page page;
    uint64_t start = now_ns();
    if (!hot_realise(db, distro, limit, &page, err)) return false;
    bool ok = sum_of(&page, &ret->sum, err);
    ret->ns = now_ns() - start;
    ret->stats = sheaf_context_stats(page.context);
    ret->statements = ret->stats.statements;
    hot_free(&page);
    return ok;
}

static bool run_lazy(lazy *l, const char *distro, int64_t limit, round *ret, sheaf_error *err) {
    uint64_t start = now_ns(), statements = l->statements;
    if (!lazy_hot(l, distro, limit, &ret->sum, err)) return false;
    ret->ns = now_ns() - start;
    ret->statements = l->statements - statements;
    return true;
}

/* The first round of each, which fills caches and makes the plan, is not counted. */
static bool run_rounds(sheaf_db *db, lazy *l, const char *distro, int64_t limit, round *with, round *without,
                       sheaf_error *err) {
    for (int i = -1; i < COMPARE_ROUNDS; i++) {
        int at = i < 0 ? 0 : i;
        if (!run_sheaf(db, distro, limit, &with[at], err) || !run_lazy(l, distro, limit, &without[at], err))
            return false;
        if (with[at].sum != without[at].sum) {
            return fail(err, SHEAF_E_DATA, "the two ways of reading the page differ: %lld and %lld",
                        (long long)with[at].sum, (long long)without[at].sum);
        }
    }
    return true;
}

bool compare_ways(sheaf_db *db, const char *distro, int64_t limit, compare_result *ret, sheaf_error *err) {
    round with[COMPARE_ROUNDS], without[COMPARE_ROUNDS];
    lazy *l = NULL;
    sheaf_raw *raw = sheaf_raw_take(db, err);
    bool ok = raw && lazy_open(sheaf_backend(db), sheaf_raw_handle(db, raw), &l, err) &&
              run_rounds(db, l, distro, limit, with, without, err);
    lazy_close(l);
    if (raw) sheaf_raw_give(db, raw);
    if (!ok) return false;
    qsort(with, COMPARE_ROUNDS, sizeof *with, by_time);
    qsort(without, COMPARE_ROUNDS, sizeof *without, by_time);
    const round *a = &with[COMPARE_ROUNDS / 2], *b = &without[COMPARE_ROUNDS / 2];
    *ret = (compare_result){.sheaf = {a->statements, a->stats.trips, a->ns},
                            .lazy = {b->statements, b->statements, b->ns},
                            .stats = a->stats};
    return true;
}
