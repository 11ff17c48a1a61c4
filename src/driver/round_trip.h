/* round_trip.h: a link's round trip, out of single measurements.
 *
 * A measurement is never too short, but anything may make it too long: a busy processor, a lost packet, a
 * server that starts a process. So the estimate is the least of the last few: one slow answer changes
 * nothing, a link that got faster is believed at once, and one that got slower as soon as the measurements
 * from before have left the window.
 */
#ifndef SHEAF_DRIVER_ROUND_TRIP_H
#define SHEAF_DRIVER_ROUND_TRIP_H

#include <sheaf/types.h>

enum { ROUND_TRIP_WINDOW = 4 };

/* Zero is one that knows nothing yet. */
typedef struct round_trip {
    int64_t last_ns[ROUND_TRIP_WINDOW]; /* a ring */
    size_t count;                       /* measurements so far */
} round_trip;

/* Takes one measurement in (> 0; what is not is left out) and gives the estimate; 0: none yet. */
int64_t round_trip_fold(round_trip *r, int64_t measured_ns);

#endif
