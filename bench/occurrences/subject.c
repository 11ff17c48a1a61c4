/* The occurrence subject: its scenarios and its ways. */
#include <stdio.h>

#include "ways.h"

const int occurrences_limits[OCCURRENCES_LIMITS] = {25, 100};

int occurrences_limit_index(int limit) {
    for (int i = 0; i < OCCURRENCES_LIMITS; i++) {
        if (occurrences_limits[i] == limit) return i;
    }
    return -1;
}

enum { POSITIONS = 31 }; /* a prime, so that a way of every Nth round comes to all of them */

/* Positions all over the older half of the occurrences; the first is just above one with hundreds of
 * detections. */
static void deep_requests(bench_request *out, int limit, int64_t number) {
    for (int64_t i = 0; i < POSITIONS; i++) {
        int64_t id = i == 0 ? 1510 : number / 2 - i * number / (2 * POSITIONS + 8);
        out[i] = (bench_request){.shape = "page",
                                 .project = 1,
                                 .limit = limit,
                                 .after = true,
                                 .after_time = occurrences_created_at(id),
                                 .after_id = id};
    }
}

static size_t scenarios(double scale, bench_scenario *out) {
    static bench_request first[OCCURRENCES_LIMITS], deep[OCCURRENCES_LIMITS][POSITIONS], numbered;
    static char numbered_name[64];
    static const char *const names[OCCURRENCES_LIMITS][2] = {
        {"25 rows, first page", "25 rows, deep keyset"}, {"100 rows, first page", "100 rows, deep keyset"}};
    int64_t number = occurrences_number(scale);
    size_t count = 0;
    for (int i = 0; i < OCCURRENCES_LIMITS; i++) {
        int limit = occurrences_limits[i];
        first[i] = (bench_request){.shape = "page", .project = 1, .limit = limit};
        deep_requests(deep[i], limit, number);
        out[count++] = (bench_scenario){names[i][0], &first[i], 1};
        out[count++] = (bench_scenario){names[i][1], deep[i], POSITIONS, .far = true};
    }
    numbered = (bench_request){
        .shape = "numbered_page", .project = 1, .limit = 25, .offset = number * 2 / 3, .numbered = true};
    snprintf(numbered_name, sizeof numbered_name, "25 rows, OFFSET %lld, count", (long long)numbered.offset);
    out[count++] = (bench_scenario){numbered_name, &numbered, 1, .far = true};
    return count;
}

static const bench_way *const one_trip[] = {&occurrences_floor_reselect, &occurrences_floor_setting, NULL};

const bench_subject bench_occurrences = {
    .name = "occurrences",
    .folder = BENCH_FOLDER "/occurrences",
    .migration = "0001_init",
    .load = occurrences_load,
    .scenarios = scenarios,
    .floor = {[BENCH_SQLITE] = &occurrences_floor_sqlite, [BENCH_PG] = &occurrences_floor_pg},
    .lazy = &occurrences_lazy,
    .compiled = &occurrences_compiled,
    .one_trip = one_trip,
};
