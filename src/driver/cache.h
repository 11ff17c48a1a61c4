/* cache.h: the statements that a connection keeps prepared, most recently used first. An array is searched
 * from its front: a connection that serves a few shapes finds its statements among the first dozens. */
#ifndef SHEAF_DRIVER_CACHE_H
#define SHEAF_DRIVER_CACHE_H

#include "../base/base.h"

typedef struct cache_entry {
    uint64_t id;     /* of the sql_statement */
    void *statement; /* the driver's own, or NULL */
} cache_entry;

typedef struct cache {
    const sheaf_allocator *allocator;
    cache_entry *entries;
    size_t count, room;
} cache;

void cache_init(cache *c, const sheaf_allocator *allocator);
void cache_free(cache *c); /* the statements themselves are the driver's to free */

/* Moves the entry to the front. False: not there. `ret_statement` may be NULL. */
bool cache_use(cache *c, uint64_t id, void **ret_statement);
/* Puts a new entry to the front; `id` must not be there. False: no memory. */
bool cache_add(cache *c, uint64_t id, void *statement);
void cache_remove(cache *c, uint64_t id);
void cache_clear(cache *c);

#endif
