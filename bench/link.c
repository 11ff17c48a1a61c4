#include "link.h"

#include <stdio.h>
#include <stdlib.h>

#include "../src/base/time.h"
#include "pg.h"

enum { TRIPS = 101, URL_MAX = 2000 };

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool measure(bench_link *l) {
    int64_t times[TRIPS];
    PGconn *conn = PQconnectdb(l->url);
    bool ok = PQstatus(conn) == CONNECTION_OK;
    for (size_t i = 0; ok && i < TRIPS; i++) {
        int64_t before = clock_ns();
        PGresult *r = PQexec(conn, "");
        times[i] = clock_ns() - before;
        ok = PQresultStatus(r) == PGRES_EMPTY_QUERY;
        PQclear(r);
    }
    if (!ok) fprintf(stderr, "bench: link: %s", PQerrorMessage(conn));
    PQfinish(conn);
    if (!ok) return false;
    qsort(times, TRIPS, sizeof *times, compare);
    l->trip_us = (double)times[TRIPS / 2] / 1e3;
    return true;
}

bool link_open(bench_link *l, const char *url, int64_t rtt_ns) {
    sheaf_error err = {0};
    *l = (bench_link){.url = malloc(URL_MAX)};
    bool ok = l->url && proxy_start(&(proxy_options){.url = url, .rtt_ns = rtt_ns}, &l->proxy, &err) &&
              proxy_url(l->proxy, url, PROXY_UNIX, l->url, URL_MAX, &err);
    if (!ok) fprintf(stderr, "bench: link: %s\n", l->url ? err.message : "no memory");
    if (ok && measure(l)) return true;
    link_close(l);
    return false;
}

bool link_set(bench_link *l, int64_t rtt_ns) {
    proxy_set_rtt(l->proxy, rtt_ns);
    return measure(l);
}

void link_close(bench_link *l) {
    proxy_stop(l->proxy);
    free(l->url);
    *l = (bench_link){0};
}
