/* The archive subject: the hot page of the example of that name. */
#include "ways.h"

static size_t scenarios(double scale, bench_scenario *out) {
    (void)scale;
    static const bench_request hot = {.shape = "hot", .distro = "debian", .limit = 20};
    out[0] = (bench_scenario){"20 hot packages", &hot, 1, .far = true};
    return 1;
}

static const bench_way *const one_trip[] = {&archive_floor_reselect, NULL};

const bench_subject bench_archive = {
    .name = "archive",
    .folder = BENCH_ARCHIVE,
    .migration = "0001_archive",
    .load = archive_load,
    .scenarios = scenarios,
    .floor = {[BENCH_SQLITE] = &archive_floor_sqlite, [BENCH_PG] = &archive_floor_pg},
    .lazy = &archive_lazy,
    .compiled = &archive_compiled,
    .one_trip = one_trip,
};
