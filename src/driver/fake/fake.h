/* fake.h: a driver that answers from a script, for the tests of what stands above drivers.
 *
 *     fake f = {.answers = answers, .answer_count = 2, .fail_run = 3, .fail_code = SHEAF_E_TIMEOUT};
 *     fake_url url = fake_url_of(&f);
 *     pool_new(&driver_fake, url.text, …);
 *
 * The script may be used by several threads, and outlives the connections. */
#ifndef SHEAF_DRIVER_FAKE_H
#define SHEAF_DRIVER_FAKE_H

#include <stdatomic.h>

#include "../driver.h"

/* Rows for the statements whose text holds `match`. A statement that fits no answer has no rows. */
typedef struct fake_answer {
    const char *match;
    const sheaf_value *values; /* rows × the statement's outputs */
    size_t rows;
} fake_answer;

typedef struct fake {
    const fake_answer *answers; /* the first that fits counts */
    size_t answer_count;
    catalogue catalogue;

    /* What fails, counted from 1 over all connections; 0: nothing. A failed run or row gives `fail_code`. */
    size_t fail_open, fail_run, fail_row;
    sheaf_code fail_code;
    bool fail_breaks; /* and leaves the connection broken */
    atomic_bool dead; /* idle connections are found not to be alive any more */

    _Atomic int64_t round_trip_ns; /* what a connection measures whenever asked; -1: it does not answer */

    /* What has happened. */
    atomic_size_t opens, closes, runs, rows, begins,
        ends; /* ends: of snapshots, by COMMIT, error or `finish` */
} fake;

extern const driver driver_fake;

typedef struct fake_url {
    char text[32];
} fake_url;
fake_url fake_url_of(const fake *f);

#endif
