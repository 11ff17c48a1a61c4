/* map.h: hash maps with open addressing, from a slice or an int64 to a pointer that is not NULL. Keys of
 * slices are not copied. Memory comes from the arena given at init; growing leaves the old table in it. */
#ifndef SHEAF_BASE_MAP_H
#define SHEAF_BASE_MAP_H

#include "slice.h"

typedef struct map {
    arena *memory;
    struct map_entry *entries;
    size_t count, room; /* room is 0 or a power of two; count <= room / 2 */
} map;
void map_init(map *m, arena *memory);
void *map_get(const map *m, sheaf_slice key); /* NULL: not there */
/* Puts `value` unless the key is there. *ret_old (may be NULL) is what was there, or NULL. False: no memory.
 */
bool map_put(map *m, sheaf_slice key, void *value, void **ret_old);

typedef struct int_map {
    arena *memory;
    struct int_map_entry *entries;
    size_t count, room;
} int_map;
void int_map_init(int_map *m, arena *memory);
bool int_map_reserve(int_map *m, size_t count); /* room for `count` keys in all */
void *int_map_get(const int_map *m, int64_t key);
/* Where the value for `key` is kept: *slot is NULL when the key is new, and the caller must set it at once,
 * before any other call on the map. NULL: no memory. */
void **int_map_slot(int_map *m, int64_t key);

#endif
