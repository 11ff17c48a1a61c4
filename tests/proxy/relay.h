/* relay.h: one connection through a proxy. All calls are made by the proxy's thread, with its lock held.
 *
 * A direction is
 *
 *   socket ─read─▶ held (the head of a message, incomplete) ─▶ chunks, each due at a time ─write─▶ socket
 *                                                                └ the last may be one that ends it
 *
 * A cut stands in the chunks as what it is: the end of a direction; so it happens when its time has come, and
 * what stands before it is written before. */
#ifndef SHEAF_TESTS_PROXY_RELAY_H
#define SHEAF_TESTS_PROXY_RELAY_H

#include "framing.h"
#include "proxy.h"

/* What a proxy's relays share. */
typedef struct relay_shared {
    proxy_counts counts;
    proxy_cut_rule rule;
    bool armed, refusing;
    uint64_t seen; /* messages in the rule's direction since it was given */
    int64_t rtt_ns;
} relay_shared;

typedef struct relay relay;

/* Takes the sockets over. NULL: no memory; they are closed. */
relay *relay_new(relay_shared *shared, int client, int server);
void relay_free(relay *r);

#define RELAY_NEVER INT64_MAX

/* The socket that the direction leads to, and what to poll it for; 0: leave it out. */
int relay_socket(const relay *r, proxy_direction d);
short relay_events(const relay *r, proxy_direction d);

/* When the next chunk is due that only time keeps waiting. */
int64_t relay_due(const relay *r);

/* What poll has found at that socket: reads from it, and writes to it again where it was full. */
void relay_ready(relay *r, proxy_direction d, short found);

/* Writes what is due. */
void relay_release(relay *r, int64_t now);

/* True once both sides are closed: to be freed. */
bool relay_is_over(const relay *r);

#endif
