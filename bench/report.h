/* report.h: results on stdout as they come, and all of them in one JSON file. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "measure.h"

typedef struct report {
    buffer json;
    size_t count;
} report;

typedef struct report_facts {
    unsigned rounds, far_rounds;
    double scale;
    bool pinned;
} report_facts;

/* When, on what machine, with which versions. `places` are those that are measured. */
void report_begin(report *r, const report_facts *facts, const bench_place *places, size_t place_count);
void report_add(report *r, const measurement *m);
/* Writes the file and frees; false, told on stderr, when it cannot be written. */
bool report_end(report *r, const char *path);

#endif
