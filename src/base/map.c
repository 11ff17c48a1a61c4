#include "map.h"

#define ROOM_FIRST ((size_t)16)

typedef struct map_entry {
    uint64_t hash;
    sheaf_slice key;
    void *value; /* NULL: the entry is free */
} map_entry;

typedef struct int_map_entry {
    int64_t key;
    void *value; /* NULL: the entry is free */
} int_map_entry;

/* The smallest room, from `room` up, of which `count` keys fill at most half. */
static bool room_for(size_t count, size_t room, size_t *ret) {
    size_t needed;
    if (!memory_mul(count, 2, &needed)) return false;
    if (room < ROOM_FIRST) room = ROOM_FIRST;
    while (room < needed) {
        if (!memory_mul(room, 2, &room)) return false;
    }
    *ret = room;
    return true;
}

void map_init(map *m, arena *memory) {
    *m = (map){.memory = memory};
}

/* The entry that holds `key`, or the free one where it belongs; there is always a free one. */
static map_entry *find(map_entry *entries, size_t room, uint64_t hash, sheaf_slice key) {
    size_t at = hash & (room - 1);
    while (entries[at].value && !(entries[at].hash == hash && slice_equal(entries[at].key, key)))
        at = (at + 1) & (room - 1);
    return &entries[at];
}

void *map_get(const map *m, sheaf_slice key) {
    return m->count ? find(m->entries, m->room, slice_hash(key), key)->value : NULL;
}

static bool grow(map *m) {
    size_t room;
    if (!room_for(m->count + 1, m->room, &room)) return false;
    if (room == m->room) return true;
    map_entry *entries = ARENA_ARRAY(m->memory, map_entry, room);
    if (!entries) return false;
    for (size_t i = 0; i < m->room; i++) {
        const map_entry *e = &m->entries[i];
        if (e->value) *find(entries, room, e->hash, e->key) = *e;
    }
    m->entries = entries;
    m->room = room;
    return true;
}

bool map_put(map *m, sheaf_slice key, void *value, void **ret_old) {
    if (!grow(m)) return false;
    uint64_t hash = slice_hash(key);
    map_entry *e = find(m->entries, m->room, hash, key);
    void *old = e->value;
    if (!old) {
        *e = (map_entry){hash, key, value};
        m->count++;
    }
    if (ret_old) *ret_old = old;
    return true;
}

void int_map_init(int_map *m, arena *memory) {
    *m = (int_map){.memory = memory};
}

static int_map_entry *int_find(int_map_entry *entries, size_t room, int64_t key) {
    uint64_t hash = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (hash ^ (hash >> 32)) & (room - 1);
    while (entries[at].value && entries[at].key != key) at = (at + 1) & (room - 1);
    return &entries[at];
}

bool int_map_reserve(int_map *m, size_t count) {
    size_t room;
    if (!room_for(count, m->room, &room)) return false;
    if (room == m->room) return true;
    int_map_entry *entries = ARENA_ARRAY(m->memory, int_map_entry, room);
    if (!entries) return false;
    for (size_t i = 0; i < m->room; i++) {
        const int_map_entry *e = &m->entries[i];
        if (e->value) *int_find(entries, room, e->key) = *e;
    }
    m->entries = entries;
    m->room = room;
    return true;
}

void *int_map_get(const int_map *m, int64_t key) {
    return m->count ? int_find(m->entries, m->room, key)->value : NULL;
}

void **int_map_slot(int_map *m, int64_t key) {
    int_map_entry *e = m->room ? int_find(m->entries, m->room, key) : NULL;
    if (e && e->value) return &e->value;
    if (m->count >= m->room / 2) {
        if (!int_map_reserve(m, m->count + 1)) return NULL;
        e = int_find(m->entries, m->room, key);
    }
    e->key = key;
    m->count++;
    return &e->value;
}
