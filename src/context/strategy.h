/* strategy.h: which strategy a shape takes on this link.
 *
 * A plan is looked for by its graph and a number, its `road`: the strategy that is forced, or how far the
 * server is. What AUTO takes on a road is decided when the plan is made:
 *
 *   trips saved × round trip   against   what the server does for it again
 *
 * One trip costs the server 250 to 450 us more on the benchmark's pages of 25 rows, which take levels three
 * or four trips (docs/benchmarks.md). So levels stay below a round trip of 150 us; up to 300 us they stay
 * where one trip would save only one.
 */
#ifndef SHEAF_CONTEXT_STRATEGY_H
#define SHEAF_CONTEXT_STRATEGY_H

#include "database.h"

typedef enum road {
    ROAD_LEVELS,
    ROAD_RESELECT,
    ROAD_SETTING,
    ROAD_MIDDLE, /* auto: far enough for plans that save two trips or more */
    ROAD_FAR     /* auto: far enough for all that save one */
} road;

/* The class of a link with this round trip, when it was `last` before: a link at a border stays what it is.
 */
road road_of_link(int64_t round_trip_ns, road last);

/* The road to the database now. */
road db_road(sheaf_db *db);

/* The plan for a graph on a road. */
bool road_plan(const sheaf_db *db, const binding *b, const graph *g, road way, plan **ret, sheaf_error *err);

#endif
