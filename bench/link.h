/* link.h: a longer way to a PostgreSQL server: tests/proxy stands before it, in a thread of this process.
 *
 * The proxy adds a few tens of microseconds of its own to every trip, and takes some of a core. So a page
 * over a link is to be compared with others over the same link, and with what a trip over it is measured to
 * be. */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include "../tests/proxy/proxy.h"
#include "bench.h"

typedef struct bench_link {
    proxy *proxy;   /* proxy_look counts trips and bytes */
    char *url;      /* leads through it */
    double trip_us; /* p50 of an empty query and its answer */
} bench_link;

/* `url` leads to a database of a server on a Unix socket. What fails is told on stderr. */
bool link_open(bench_link *l, const char *url, int64_t rtt_ns);

/* Another round trip, for those who are connected too. Measures it. */
bool link_set(bench_link *l, int64_t rtt_ns);

/* Every connection must have been closed. One that is zero is accepted. */
void link_close(bench_link *l);

#endif
