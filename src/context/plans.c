/* The cache of plans: by the bytes of their graphs and the road, the least recently used leaving first. A
 * plan in use by a context lives until that gives it back. */
#include "strategy.h"

bool plans_init(plan_cache *c) {
    return pthread_mutex_init(&c->lock, NULL) == 0;
}

static void free_plan(sheaf_db *db, ready_plan *p) {
    plan_free(p->plan);
    arena_free(&p->memory);
    memory_release(db->allocator, p);
}

static void drop_locked(sheaf_db *db, ready_plan *p) {
    if (--p->references == 0) free_plan(db, p);
}

void plans_drop(sheaf_db *db, ready_plan *p) {
    if (!p) return;
    pthread_mutex_lock(&db->plans.lock);
    drop_locked(db, p);
    pthread_mutex_unlock(&db->plans.lock);
}

void plans_free(sheaf_db *db) {
    for (size_t i = 0; i < PLAN_BUCKETS; i++) {
        for (ready_plan *p = db->plans.buckets[i], *next; p; p = next) {
            next = p->next;
            drop_locked(db, p);
        }
    }
    pthread_mutex_destroy(&db->plans.lock);
}

static void evict_oldest(sheaf_db *db) {
    ready_plan **oldest = NULL;
    for (size_t i = 0; i < PLAN_BUCKETS; i++)
        for (ready_plan **at = &db->plans.buckets[i]; *at; at = &(*at)->next)
            if (!oldest || (*at)->used < (*oldest)->used) oldest = at;
    if (!oldest) return;
    ready_plan *gone = *oldest;
    *oldest = gone->next;
    db->plans.count--;
    drop_locked(db, gone);
}

static ready_plan *find(sheaf_db *db, sheaf_slice key, uint64_t hash, road way) {
    plan_cache *c = &db->plans;
    ready_plan *p = c->buckets[hash % PLAN_BUCKETS];
    while (p && !(p->hash == hash && p->road == (int)way && slice_equal(p->plan->key, key))) p = p->next;
    if (p) {
        p->references++;
        p->used = ++c->clock;
    }
    return p;
}

static bool write_statements(sheaf_db *db, ready_plan *p, sheaf_error *err) {
    const plan *made = p->plan;
    p->statements = ARENA_ARRAY(&p->memory, sql_prepared, made->step_count);
    p->instead = ARENA_ARRAY(&p->memory, sql_prepared, made->step_count);
    p->in_sql = ARENA_ARRAY(&p->memory, atomic_bool, made->step_count);
    p->row_count = ARENA_ARRAY(&p->memory, atomic_size_t, made->layout_count);
    if (!p->statements || !p->instead || !p->in_sql || !p->row_count) return error_memory(err);
    for (uint32_t i = 0; i < made->step_count; i++) {
        const plan_step *s = made->steps[i];
        atomic_init(&p->in_sql[i], false);
        if (!sql_write(db->dialect, db->binding, &s->query, &p->memory, &p->statements[i], err)) return false;
        if (s->instead && !sql_write(db->dialect, db->binding, s->instead, &p->memory, &p->instead[i], err))
            return false;
    }
    return true;
}

/* A statement of one trip may grow too long; levels never do. */
static bool make_with_statements(sheaf_db *db, const graph *g, road way, ready_plan *p, sheaf_error *err) {
    sheaf_error own = {0};
    if (!road_plan(db, db->binding, g, way, &p->plan, err)) return false;
    if (write_statements(db, p, &own)) return true;
    if (own.code == SHEAF_E_LIMIT && plan_is_one_trip(p->plan)) {
        plan_free(p->plan);
        p->plan = NULL;
        return road_plan(db, db->binding, g, ROAD_LEVELS, &p->plan, err) && write_statements(db, p, err);
    }
    if (err) *err = own;
    return false;
}

static ready_plan *make(sheaf_db *db, const graph *g, uint64_t hash, road way, sheaf_error *err) {
    ready_plan *p = memory_new_zero(db->allocator, 1, sizeof *p);
    if (!p) {
        error_memory(err);
        return NULL;
    }
    arena_init(&p->memory, db->allocator);
    p->hash = hash;
    p->road = (int)way;
    p->references = 1;
    if (!make_with_statements(db, g, way, p, err)) {
        free_plan(db, p);
        return NULL;
    }
    return p;
}

/* Two threads may make the same plan at once; then the second one's stays its own, and the first one's is
 * kept. */
static void keep(sheaf_db *db, ready_plan *p) {
    plan_cache *c = &db->plans;
    pthread_mutex_lock(&c->lock);
    ready_plan *other = find(db, p->plan->key, p->hash, (road)p->road);
    if (other) {
        drop_locked(db, other);
    } else {
        if (c->count >= (size_t)db->limits.plans_max) evict_oldest(db);
        p->references++;
        p->used = ++c->clock;
        p->next = c->buckets[p->hash % PLAN_BUCKETS];
        c->buckets[p->hash % PLAN_BUCKETS] = p;
        c->count++;
    }
    pthread_mutex_unlock(&c->lock);
}

bool plans_get(sheaf_db *db, const graph *g, ready_plan **ret, bool *ret_made, sheaf_error *err) {
    buffer key;
    buffer_init(&key, db->allocator);
    graph_key(g, &key);
    if (key.failed) {
        buffer_free(&key);
        return error_memory(err);
    }
    uint64_t hash = slice_hash(buffer_view(&key));
    road way = db_road(db);
    pthread_mutex_lock(&db->plans.lock);
    ready_plan *p = find(db, buffer_view(&key), hash, way);
    pthread_mutex_unlock(&db->plans.lock);
    buffer_free(&key);
    *ret_made = !p;
    if (!p) {
        p = make(db, g, hash, way, err);
        if (!p) return false;
        keep(db, p);
    }
    *ret = p;
    return true;
}
