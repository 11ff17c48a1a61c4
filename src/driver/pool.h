/* pool.h: connections shared between threads.
 *
 * Any thread may take and give. At most `size` connections exist; a taker waits up to `wait_ms` for one (then
 * SHEAF_E_BUSY). An idle connection that the server has dropped, or that does not answer when its round trip
 * is measured, is found on taking and replaced, so that a restart of the server heals by itself. SQLite's
 * in-memory databases (each connection has its own) get a pool of one. Once cancelled (driver_options), it
 * gives no more.
 */
#ifndef SHEAF_DRIVER_POOL_H
#define SHEAF_DRIVER_POOL_H

#include "driver.h"

typedef struct pool pool;

/* Opens nothing yet. `url` is copied. */
bool pool_new(const driver *backend, const char *url, const driver_options *options, size_t size, int wait_ms,
              pool **ret, sheaf_error *err);
/* Closes idle connections; every connection must have been given back. NULL is accepted. */
void pool_free(pool *p);

/* *ret_fresh (may be NULL): the connection was made by this call, so its failure is no matter of a stale one.
 */
bool pool_take(pool *p, driver_connection **ret, bool *ret_fresh, sheaf_error *err);
/* Gives back; a broken one is closed. */
void pool_give(pool *p, driver_connection *c);

const driver *pool_driver(const pool *p);

/* The link's round trip in nanoseconds as its connections last measured it (round_trip.h): learnt with the
 * first connection and kept up to date whenever one is taken. 0: not known, or a trip costs nothing. Any
 * thread, without a lock. */
int64_t pool_round_trip(const pool *p);

typedef struct pool_state {
    size_t open, idle;
} pool_state;
pool_state pool_look(pool *p);

#endif
