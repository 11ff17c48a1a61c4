#include "time.h"

#include <string.h>
#include <time.h>

#define SECOND          INT64_C(1000000)
#define DAY             (86400 * SECOND)
#define DAYS_PER_ERA    146097    /* 400 years */
#define DAYS_0000_03_01 719468    /* from there to 1970-01-01 */
#define FIRST_DAY       (-719162) /* 0001-01-01 */
#define LAST_DAY        2932896   /* 9999-12-31 */

typedef struct date {
    int year, month, day;
} date;

/* Years are counted from March, so that a leap day is a year's last, and in eras of 400 years, after which
 * the calendar repeats. In such a year, month m (0 is March) begins at day (153 m + 2) / 5. */
static int64_t days_of(date d) {
    int years = d.year - (d.month <= 2); /* from 0 up: years begin at 1 */
    int era = years / 400, year = years % 400;
    int month = (d.month + 9) % 12;
    int day = (153 * month + 2) / 5 + d.day - 1 + 365 * year + year / 4 - year / 100;
    return (int64_t)era * DAYS_PER_ERA + day - DAYS_0000_03_01;
}

/* `days` lies in the years 0001 to 9999. */
static date date_of(int64_t days) {
    int shifted = (int)days + DAYS_0000_03_01;
    int era = shifted / DAYS_PER_ERA, day = shifted % DAYS_PER_ERA;
    int year = (day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int month = (5 * day + 2) / 153;
    date d = {era * 400 + year, month < 10 ? month + 3 : month - 9, day - (153 * month + 2) / 5 + 1};
    d.year += d.month <= 2;
    return d;
}

static bool in_range(int64_t days) {
    return days >= FIRST_DAY && days <= LAST_DAY;
}

/* Two digits at a time: times are much of what a page prints. */
static char *put(char *out, unsigned value, int pairs) {
    for (char *at = out + 2 * pairs; at > out; value /= 100) {
        unsigned two = value % 100;
        *--at = (char)('0' + two % 10);
        *--at = (char)('0' + two / 10);
    }
    return out + 2 * pairs;
}

static char *put_date(char *out, date d) {
    out = put(out, (unsigned)d.year, 2);
    *out++ = '-';
    out = put(out, (unsigned)d.month, 1);
    *out++ = '-';
    return put(out, (unsigned)d.day, 1);
}

size_t date_from_days(char *out, int64_t days) {
    if (!in_range(days)) return 0;
    return (size_t)(put_date(out, date_of(days)) - out);
}

size_t time_from_micros(char *out, int64_t micros) {
    int64_t days = micros / DAY, rest = micros % DAY;
    if (rest < 0) rest += DAY, days--;
    if (!in_range(days)) return 0;
    unsigned seconds = (unsigned)(rest / SECOND), fraction = (unsigned)(rest % SECOND);
    char *next = put_date(out, date_of(days));
    *next++ = 'T';
    next = put(next, seconds / 3600, 1);
    *next++ = ':';
    next = put(next, seconds / 60 % 60, 1);
    *next++ = ':';
    next = put(next, seconds % 60, 1);
    if (fraction) {
        *next++ = '.';
        next = put(next, fraction, 3);
    }
    *next++ = 'Z';
    return (size_t)(next - out);
}

/* Each of these takes what it names from the start of *text, or gives false. */
static bool take(sheaf_slice *text, const char *one_of) {
    if (!text->len || !*text->ptr || !strchr(one_of, *text->ptr)) return false;
    text->ptr++;
    text->len--;
    return true;
}

static bool take_number(sheaf_slice *text, size_t digits, int min, int max, int *ret) {
    int value = 0;
    if (text->len < digits) return false;
    for (size_t i = 0; i < digits; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9') return false;
        value = value * 10 + (text->ptr[i] - '0');
    }
    if (value < min || value > max) return false;
    text->ptr += digits;
    text->len -= digits;
    *ret = value;
    return true;
}

static bool take_date(sheaf_slice *text, int64_t *ret_days) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    date d;
    if (!take_number(text, 4, 1, 9999, &d.year) || !take(text, "-") ||
        !take_number(text, 2, 1, 12, &d.month) || !take(text, "-") || !take_number(text, 2, 1, 31, &d.day))
        return false;
    bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    if (d.day > lengths[d.month - 1] + (leap && d.month == 2)) return false;
    *ret_days = days_of(d);
    return true;
}

/* HH:MM:SS and 1 to 9 digits of fraction, where there is a point. */
static bool take_clock(sheaf_slice *text, int64_t *ret_micros) {
    int hour, minute, second, digit;
    if (!take_number(text, 2, 0, 23, &hour) || !take(text, ":") || !take_number(text, 2, 0, 59, &minute) ||
        !take(text, ":") || !take_number(text, 2, 0, 59, &second))
        return false;
    int64_t fraction = 0, unit = SECOND;
    if (take(text, ".")) {
        int count = 0;
        for (; count < 9 && take_number(text, 1, 0, 9, &digit); count++) fraction += digit * (unit /= 10);
        if (!count) return false;
    }
    *ret_micros = (hour * 3600 + minute * 60 + second) * SECOND + fraction;
    return true;
}

/* Z, +HH, +HHMM, +HH:MM or nothing. */
static bool take_zone(sheaf_slice *text, int64_t *ret_micros) {
    int hour = 0, minute = 0, sign = 1;
    if (text->len && !take(text, "Zz")) {
        sign = *text->ptr == '-' ? -1 : 1;
        if (!take(text, "+-") || !take_number(text, 2, 0, 23, &hour)) return false;
        if ((take(text, ":") || text->len) && !take_number(text, 2, 0, 59, &minute)) return false;
    }
    *ret_micros = sign * (hour * 3600 + minute * 60) * SECOND;
    return true;
}

bool date_to_days(sheaf_slice text, int64_t *ret) {
    int64_t days;
    if (!take_date(&text, &days) || text.len) return false;
    *ret = days;
    return true;
}

bool time_to_micros(sheaf_slice text, int64_t *ret) {
    int64_t days, clock_micros, zone;
    if (!take_date(&text, &days) || !take(&text, "Tt ") || !take_clock(&text, &clock_micros) ||
        !take_zone(&text, &zone) || text.len)
        return false;
    int64_t micros = days * DAY + clock_micros - zone;
    if (micros < FIRST_DAY * DAY || micros >= (LAST_DAY + 1) * DAY) return false;
    *ret = micros;
    return true;
}

static int64_t read_clock(clockid_t id) {
    struct timespec now = {0};
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_ns(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_cpu_ns(void) {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
