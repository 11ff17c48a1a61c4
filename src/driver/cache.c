#include "cache.h"

#include <string.h>

void cache_init(cache *c, const sheaf_allocator *allocator) {
    *c = (cache){.allocator = allocator};
}

void cache_free(cache *c) {
    memory_release(c->allocator, c->entries);
    cache_init(c, c->allocator);
}

/* Gives `count` where the id is not there. */
static size_t find(const cache *c, uint64_t id) {
    size_t at = 0;
    while (at < c->count && c->entries[at].id != id) at++;
    return at;
}

/* Shifts the first `count` entries by one, over the one that follows them, to put `entry` before them. */
static void put_first(cache *c, size_t count, cache_entry entry) {
    memmove(c->entries + 1, c->entries, count * sizeof *c->entries);
    c->entries[0] = entry;
}

bool cache_use(cache *c, uint64_t id, void **ret_statement) {
    size_t at = find(c, id);
    if (at == c->count) return false;
    if (at) put_first(c, at, c->entries[at]);
    if (ret_statement) *ret_statement = c->entries[0].statement;
    return true;
}

bool cache_add(cache *c, uint64_t id, void *statement) {
    if (c->count == c->room) {
        size_t room = c->room ? c->room + c->room / 2 : 16;
        cache_entry *entries = memory_resize(c->allocator, c->entries, room, sizeof *entries);
        if (!entries) return false;
        c->entries = entries;
        c->room = room;
    }
    put_first(c, c->count++, (cache_entry){id, statement});
    return true;
}

void cache_remove(cache *c, uint64_t id) {
    size_t at = find(c, id);
    if (at == c->count) return;
    c->count--;
    memmove(c->entries + at, c->entries + at + 1, (c->count - at) * sizeof *c->entries);
}

void cache_clear(cache *c) {
    c->count = 0;
}
