/* compare.h: what the page costs with Sheaf and without, measured in turn in one process. */
#ifndef ARCHIVE_COMPARE_H
#define ARCHIVE_COMPARE_H

#include <sheaf/context.h>

#define COMPARE_ROUNDS 15

typedef struct compare_cost {
    uint64_t statements, trips; /* of one page */
    uint64_t ns;                /* the median of COMPARE_ROUNDS */
} compare_cost;

typedef struct compare_result {
    compare_cost sheaf, lazy;
    sheaf_stats stats; /* of the round with Sheaf that was the median */
} compare_result;

/* Makes the page with hot_realise and with lazy_hot, reading every value each time. DATA where their numbers
 * are not the same, unless somebody else writes to the database meanwhile. */
bool compare_ways(sheaf_db *db, const char *distro, int64_t limit, compare_result *ret, sheaf_error *err);

#endif
