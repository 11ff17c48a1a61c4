#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define CHUNK_SIZE (1u << 20)

struct pool_chunk {
    struct pool_chunk *older;
    size_t used, room;
    char text[];
};

/* Room for `size` bytes that lie together; NULL: no memory. */
static char *take(pool *p, size_t size) {
    struct pool_chunk *c = p->newest;
    if (!c || c->room - c->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        if (room > SIZE_MAX - sizeof *c || !(c = malloc(sizeof *c + room))) return NULL;
        *c = (struct pool_chunk){.older = p->newest, .room = room};
        p->newest = c;
    }
    char *text = c->text + c->used;
    c->used += size;
    return text;
}

bool pool_keep(pool *p, sheaf_slice s, sheaf_slice *ret) {
    return pool_keep_pair(p, s, (sheaf_slice){0}, ret);
}

bool pool_keep_pair(pool *p, sheaf_slice a, sheaf_slice b, sheaf_slice *ret) {
    size_t gap = a.len && b.len ? 1 : 0, len = a.len + gap + b.len;
    if (!len) {
        *ret = (sheaf_slice){0};
        return true;
    }
    char *text = take(p, len);
    if (!text) return false;
    if (a.len) memcpy(text, a.ptr, a.len);
    if (gap) text[a.len] = ' ';
    if (b.len) memcpy(text + a.len + gap, b.ptr, b.len);
    *ret = (sheaf_slice){text, len};
    return true;
}

void pool_free(pool *p) {
    for (struct pool_chunk *c = p->newest; c;) {
        struct pool_chunk *older = c->older;
        free(c);
        c = older;
    }
    p->newest = NULL;
}

bool pool_grow(void **items, uint32_t *room, uint32_t count, size_t size) {
    if (count < *room) return true;
    if (*room > UINT32_MAX / 2 - 1) return false;
    uint32_t more = *room ? *room * 2 : 64;
    void *grown = reallocarray(*items, more, size);
    if (!grown) return false;
    *items = grown;
    *room = more;
    return true;
}

/* Open addressing, at most half full; an entry whose name has no bytes is free. */
struct dictionary_entry {
    sheaf_slice name;
    uint32_t scope, value;
};

static uint64_t hash(uint32_t scope, sheaf_slice name) {
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ scope;
    for (size_t i = 0; i < name.len; i++) h = (h ^ (unsigned char)name.ptr[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

static struct dictionary_entry *place(const dictionary *d, uint32_t scope, sheaf_slice name) {
    uint32_t mask = d->room - 1;
    for (uint32_t i = (uint32_t)hash(scope, name) & mask;; i = (i + 1) & mask) {
        struct dictionary_entry *e = &d->entries[i];
        if (!e->name.len || (e->scope == scope && text_equal(e->name, name))) return e;
    }
}

uint32_t dictionary_find(const dictionary *d, uint32_t scope, sheaf_slice name) {
    if (!d->count || !name.len) return DICTIONARY_NONE;
    const struct dictionary_entry *e = place(d, scope, name);
    return e->name.len ? e->value : DICTIONARY_NONE;
}

static bool enlarge(dictionary *d) {
    if (d->room > UINT32_MAX / 4) return false;
    dictionary larger = {.count = d->count, .room = d->room ? d->room * 2 : 1024};
    larger.entries = calloc(larger.room, sizeof *larger.entries);
    if (!larger.entries) return false;
    for (uint32_t i = 0; i < d->room; i++) {
        const struct dictionary_entry *e = &d->entries[i];
        if (e->name.len) *place(&larger, e->scope, e->name) = *e;
    }
    free(d->entries);
    *d = larger;
    return true;
}

bool dictionary_put(dictionary *d, uint32_t scope, sheaf_slice name, uint32_t value) {
    if (d->count >= d->room / 2 && !enlarge(d)) return false;
    struct dictionary_entry *e = place(d, scope, name);
    if (!e->name.len) d->count++;
    *e = (struct dictionary_entry){name, scope, value};
    return true;
}

void dictionary_free(dictionary *d) {
    free(d->entries);
    *d = (dictionary){0};
}
