#include "round_trip.h"

int64_t round_trip_fold(round_trip *r, int64_t measured_ns) {
    if (measured_ns > 0) r->last_ns[r->count++ % ROUND_TRIP_WINDOW] = measured_ns;
    int64_t least = 0;
    for (size_t i = 0; i < r->count && i < ROUND_TRIP_WINDOW; i++)
        if (least == 0 || r->last_ns[i] < least) least = r->last_ns[i];
    return least;
}
