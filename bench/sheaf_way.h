/* sheaf_way.h: what the ways through Sheaf share. */
#ifndef BENCH_SHEAF_WAY_H
#define BENCH_SHEAF_WAY_H

#include <sheaf/page.h>

#include "bench.h"

/* On stderr; false. */
bool sheaf_way_told(const sheaf_error *err);
/* The position that the request names, in the form in which a page gives it to its reader, with a NUL. */
void sheaf_way_cursor(const bench_request *r, buffer *out);
void sheaf_way_add(bench_cost *cost, const sheaf_stats *stats);
/* Of a database with one connection, which is so the one that pages use; 0 on SQLite. */
int sheaf_way_pid(sheaf_db *db);

/* A way through compiled shapes, which every subject has for itself: on any database. */
typedef struct sheaf_compiled_way {
    sheaf_model *model;
    sheaf_db *db;
} sheaf_compiled_way;
typedef bool (*sheaf_model_maker)(const sheaf_allocator *allocator, sheaf_model **ret_model,
                                  sheaf_error *err);
bool sheaf_way_open(sheaf_compiled_way *w, sheaf_model_maker make, const char *url);
void sheaf_way_close(sheaf_compiled_way *w);

#endif
