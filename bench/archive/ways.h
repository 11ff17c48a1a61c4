/* ways.h: the hand-written ways of the archive's hot page, and its data. */
#ifndef BENCH_ARCHIVE_WAYS_H
#define BENCH_ARCHIVE_WAYS_H

#include "../bench.h"

extern const bench_way archive_floor_pg;
extern const bench_way archive_floor_sqlite;
extern const bench_way archive_floor_reselect; /* one trip, on PostgreSQL */
extern const bench_way archive_compiled;
extern const bench_way archive_lazy;

bool archive_load(const bench_subject *subject, bench_backend backend, const char *url, double scale);

#endif
