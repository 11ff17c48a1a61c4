/* measure.h: what a round trip through the proxy really is, against one that the proxy is not in. */
#ifndef SHEAF_TESTS_PROXY_MEASURE_H
#define SHEAF_TESTS_PROXY_MEASURE_H

#include <sheaf/error.h>
#include <stdio.h>

/* A line for the way without the proxy and one for each delay; with rtt_ns 0 those that the benchmark takes.
 */
bool measure_link(FILE *out, int64_t rtt_ns, sheaf_error *err);

#endif
