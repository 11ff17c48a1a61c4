#include "strategy.h"

#define MIDDLE_NS INT64_C(150000)
#define FAR_NS    INT64_C(300000)

road road_of_link(int64_t round_trip_ns, road last) {
    /* What a link has been, it stays until it is a fifth nearer. */
    int64_t far = last == ROAD_FAR ? FAR_NS / 5 * 4 : FAR_NS;
    int64_t middle = last == ROAD_LEVELS ? MIDDLE_NS : MIDDLE_NS / 5 * 4;
    return round_trip_ns >= far ? ROAD_FAR : round_trip_ns >= middle ? ROAD_MIDDLE : ROAD_LEVELS;
}

road db_road(sheaf_db *db) {
    if (!db->driver->counts_trips) return ROAD_LEVELS;
    switch (db->strategy) {
    case SHEAF_STRATEGY_LEVELS: return ROAD_LEVELS;
    case SHEAF_STRATEGY_RESELECT: return ROAD_RESELECT;
    case SHEAF_STRATEGY_SETTING: return ROAD_SETTING;
    default: break;
    }
    int last = atomic_load_explicit(&db->link, memory_order_relaxed);
    int now = (int)road_of_link(pool_round_trip(db->pool), (road)last);
    if (now != last) atomic_store_explicit(&db->link, now, memory_order_relaxed);
    return (road)now;
}

/* Rows that are dear to find once more in every statement: behind an OFFSET, or many. */
enum { RESELECTED_ROWS_WORTH = 200 };

static sheaf_strategy one_trip_for(const plan *p) {
    for (uint32_t i = 0; i < p->group_count; i++) {
        const plan_group *g = &p->groups[i];
        bool list = g->origin == GRAPH_SEARCH || g->origin == GRAPH_FOLLOW;
        if (list && !g->to_one && (g->offset >= 0 || g->limit > RESELECTED_ROWS_WORTH))
            return SHEAF_STRATEGY_SETTING;
    }
    return SHEAF_STRATEGY_RESELECT;
}

static bool make(const sheaf_db *db, const binding *b, const graph *g, sheaf_strategy strategy, plan **ret,
                 sheaf_error *err) {
    plan_options options = {.page_max = db->limits.page_max,
                            .whole_max = db->limits.whole_max,
                            .strategy = strategy,
                            .trips_cost = db->driver->counts_trips,
                            .allocator = db->allocator};
    return plan_make(g, b, &options, ret, err);
}

bool road_plan(const sheaf_db *db, const binding *b, const graph *g, road way, plan **ret, sheaf_error *err) {
    if (way == ROAD_RESELECT) return make(db, b, g, SHEAF_STRATEGY_RESELECT, ret, err);
    if (way == ROAD_SETTING) return make(db, b, g, SHEAF_STRATEGY_SETTING, ret, err);
    plan *levels, *one_trip;
    if (!make(db, b, g, SHEAF_STRATEGY_LEVELS, &levels, err)) return false;
    uint32_t least = way == ROAD_FAR ? 2 : 3; /* trips that are worth making one */
    if (way == ROAD_LEVELS || levels->trips < least) {
        *ret = levels;
        return true;
    }
    sheaf_strategy strategy = one_trip_for(levels);
    plan_free(levels);
    if (!make(db, b, g, strategy, &one_trip, err)) return false;
    *ret = one_trip;
    return true;
}
