/* time.h: timestamps and dates as text, and clocks.
 *
 * Timestamps are microseconds since 1970-01-01T00:00:00Z, dates are days since 1970-01-01, both in the
 * proleptic Gregorian calendar, years 0001 to 9999.
 */
#ifndef SHEAF_BASE_TIME_H
#define SHEAF_BASE_TIME_H

#include <sheaf/types.h>

#define TIME_TEXT_MAX 32

/* "2024-05-01T12:30:00Z", or with six digits of fraction where it is not zero. Writes at `out` (room for
 * TIME_TEXT_MAX), gives the length; 0 when the year is outside 0001 to 9999. */
size_t time_from_micros(char *out, int64_t micros);
size_t date_from_days(char *out, int64_t days); /* "2024-05-01" */

/* RFC 3339; also a space for the 'T', no zone (taken as UTC), an offset as +HH, +HHMM or +HH:MM, and 1 to 9
 * digits of fraction (cut to microseconds). A leap second :60 is refused. False: not a timestamp. */
bool time_to_micros(sheaf_slice text, int64_t *ret);
bool date_to_days(sheaf_slice text, int64_t *ret); /* YYYY-MM-DD */

/* Monotonic nanoseconds; CPU nanoseconds of the calling thread. */
int64_t clock_ns(void);
int64_t clock_cpu_ns(void);

#endif
