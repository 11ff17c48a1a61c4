#include "database.h"

bool spares_init(spares *s, const sheaf_allocator *allocator) {
    s->used = allocator == memory_or_default(NULL);
    return pthread_mutex_init(&s->lock, NULL) == 0;
}

void spares_free(spares *s) {
    while (s->count) arena_free(&s->items[--s->count]);
    pthread_mutex_destroy(&s->lock);
}

arena spares_take(sheaf_db *db, size_t max) {
    spares *s = &db->spares;
    arena a;
    arena_init(&a, db->allocator);
    pthread_mutex_lock(&s->lock);
    if (s->count) a = s->items[--s->count];
    pthread_mutex_unlock(&s->lock);
    if (a.total > max) arena_free(&a);
    a.max = max;
    return a;
}

void spares_give(sheaf_db *db, arena *a) {
    spares *s = &db->spares;
    bool kept = false;
    if (s->used) {
        arena_reset(a);
        a->capped = false;
        pthread_mutex_lock(&s->lock);
        kept = s->count < SPARES_MAX && a->block;
        if (kept) s->items[s->count++] = *a;
        pthread_mutex_unlock(&s->lock);
    }
    if (!kept) arena_free(a);
}
