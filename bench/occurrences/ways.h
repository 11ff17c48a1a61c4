/* ways.h: the hand-written ways of the occurrence page, and its data. */
#ifndef BENCH_OCCURRENCES_WAYS_H
#define BENCH_OCCURRENCES_WAYS_H

#include "../bench.h"

extern const bench_way occurrences_floor_pg;
extern const bench_way occurrences_floor_sqlite;
extern const bench_way occurrences_floor_reselect, occurrences_floor_setting; /* one trip, on PostgreSQL */
extern const bench_way occurrences_compiled;
extern const bench_way occurrences_lazy;

bool occurrences_load(const bench_subject *subject, bench_backend backend, const char *url, double scale);

/* How many occurrences there are, and when the one with this id was made: for keyset positions. */
int64_t occurrences_number(double scale);
int64_t occurrences_created_at(int64_t id);

/* The limits that statements are prepared for; others are refused. */
enum { OCCURRENCES_LIMITS = 2 };
extern const int occurrences_limits[OCCURRENCES_LIMITS];
int occurrences_limit_index(int limit); /* -1: none */

#endif
