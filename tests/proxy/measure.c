#include "measure.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/error.h"
#include "../../src/base/time.h"
#include "echo.h"
#include "proxy.h"

enum { ROUNDS = 500, MESSAGE = 100 };

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool time_rounds(int s, int64_t *times) {
    for (int i = -ROUNDS / 10; i < ROUNDS; i++) {
        int64_t before = clock_ns();
        if (!echo_ask(s, MESSAGE)) return false;
        if (i >= 0) times[i] = clock_ns() - before;
    }
    qsort(times, ROUNDS, sizeof *times, compare);
    return true;
}

static bool line(FILE *out, const char *dir, const char *name, sheaf_error *err) {
    int64_t times[ROUNDS];
    int s = echo_connect(dir);
    bool ok = s >= 0 && time_rounds(s, times);
    if (s >= 0) close(s);
    if (!ok) return error_set(err, SHEAF_E_CONNECTION_LOST, "the connection to the echo broke");
    fprintf(out, "%-14s %10.1f %10.1f %10.1f\n", name, (double)times[0] / 1e3,
            (double)times[ROUNDS / 2] / 1e3, (double)times[ROUNDS * 99 / 100] / 1e3);
    fflush(out);
    return true;
}

static bool lines(FILE *out, const echo *e, proxy *p, int64_t rtt_ns, sheaf_error *err) {
    static const int64_t usual[] = {0, 200000, 1000000, 5000000};
    fprintf(out, "%-14s %10s %10s %10s   microseconds, %d round trips\n", "", "least", "p50", "p99", ROUNDS);
    if (!line(out, echo_dir(e), "no proxy", err)) return false;
    for (size_t i = 0; i < (rtt_ns ? 1 : sizeof usual / sizeof *usual); i++) {
        int64_t rtt = rtt_ns ? rtt_ns : usual[i];
        char name[32];
        snprintf(name, sizeof name, "rtt %.0f", (double)rtt / 1e3);
        proxy_set_rtt(p, rtt);
        if (!line(out, proxy_dir(p), name, err)) return false;
    }
    return true;
}

bool measure_link(FILE *out, int64_t rtt_ns, sheaf_error *err) {
    echo *e = NULL;
    proxy *p = NULL;
    bool ok = echo_start(&e, err) && proxy_start(&(proxy_options){.to_dir = echo_dir(e)}, &p, err) &&
              lines(out, e, p, rtt_ns, err);
    proxy_stop(p);
    echo_stop(e);
    return ok;
}
