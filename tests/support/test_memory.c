#include "test_memory.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Stands before each block. */
typedef struct header {
    alignas(max_align_t) size_t size;
} header;

static bool must_fail(test_memory *m) {
    size_t call = atomic_fetch_add(&m->calls, 1) + 1;
    bool fail = m->fail_at && (m->fail_on ? call >= m->fail_at : call == m->fail_at);
    if (fail) m->failed = true;
    return fail;
}

static void release(void *user, void *ptr) {
    test_memory *m = user;
    if (!ptr) return;
    header *h = (header *)ptr - 1;
    m->blocks--;
    m->bytes -= h->size;
    memset(ptr, 0xDD, h->size);
    free(h);
}

/* Always moves the block, so that a pointer kept into the old one is noticed. */
static void *resize(void *user, void *ptr, size_t size) {
    test_memory *m = user;
    if (must_fail(m) || size > SIZE_MAX - sizeof(header)) return NULL;
    header *h = malloc(sizeof *h + size);
    if (!h) return NULL;
    h->size = size;
    memset(h + 1, 0xAA, size);
    m->blocks++;
    m->bytes += size;
    if (ptr) {
        size_t old = ((header *)ptr - 1)->size;
        memcpy(h + 1, ptr, old < size ? old : size);
        release(m, ptr);
    }
    return h + 1;
}

void test_memory_init(test_memory *m) {
    *m = (test_memory){.allocator = {resize, release, m}};
}

bool test_memory_next(test_memory *m) {
    if (!m->allocator.user) {
        test_memory_init(m);
        m->fail_at = 1;
        return true;
    }
    if (!m->failed) return false;
    size_t at = m->fail_at + (m->fail_on ? 1 : 0);
    bool on = !m->fail_on;
    test_memory_init(m);
    m->fail_at = at;
    m->fail_on = on;
    return true;
}

bool test_memory_clean(const test_memory *m) {
    return m->blocks == 0 && m->bytes == 0;
}
