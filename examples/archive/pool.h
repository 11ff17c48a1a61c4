/* pool.h: the memory of an archive: text that stays, arrays that grow, and names found by hash. */
#ifndef ARCHIVE_POOL_H
#define ARCHIVE_POOL_H

#include <sheaf/types.h>

/* Text, kept until all of it is freed. A pool of zeros is empty. */
typedef struct pool {
    struct pool_chunk *newest;
} pool;

/* Copies `s`; an empty slice needs no memory. */
bool pool_keep(pool *p, sheaf_slice s, sheaf_slice *ret);
/* Copies "a b", or what there is of both. */
bool pool_keep_pair(pool *p, sheaf_slice a, sheaf_slice b, sheaf_slice *ret);
void pool_free(pool *p);

/* Makes room in an array of items of `size` bytes for one more than `count`; false: no memory, nothing
 * changed. */
bool pool_grow(void **items, uint32_t *room, uint32_t count, size_t size);

/* From (scope, name) to a number. The names are the caller's and stay where they are. A dictionary of zeros
 * is empty. */
typedef struct dictionary {
    struct dictionary_entry *entries;
    uint32_t count, room;
} dictionary;

#define DICTIONARY_NONE UINT32_MAX

/* DICTIONARY_NONE where it is not there. */
uint32_t dictionary_find(const dictionary *d, uint32_t scope, sheaf_slice name);
/* Adds the name, or changes its number. */
bool dictionary_put(dictionary *d, uint32_t scope, sheaf_slice name, uint32_t value);
void dictionary_free(dictionary *d);

#endif
