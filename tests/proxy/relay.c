#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/base/memory.h"
#include "../../src/base/time.h"

enum {
    READ_MAX = 32 * 1024,
    WAITING_MAX = 4 * 1024 * 1024, /* bytes; what is beyond waits in the sender's socket */
};

#define NO_CUT UINT64_MAX

typedef enum ending { GOES_ON, ENDS, CUT } ending;

typedef struct chunk {
    struct chunk *next;
    int64_t due;
    size_t len, sent;
    ending ending; /* what follows the bytes */
    char bytes[];
} chunk;

/* One direction. */
typedef struct half {
    framing framing;
    char held[FRAMING_HEAD_MAX];
    size_t held_len;
    uint64_t left;      /* bytes of the message that is passing */
    uint64_t until_cut; /* bytes, or NO_CUT */
    proxy_manner manner;
    bool refuse;
    bool ended;   /* nothing more is read */
    bool blocked; /* the socket is full */
    chunk *first, *last;
    size_t waiting;
} half;

struct relay {
    relay_shared *shared;
    int sockets[PROXY_DIRECTIONS]; /* by the direction that leads to it; -1 once closed */
    half halves[PROXY_DIRECTIONS];
    bool stalled;
    bool answered; /* the client has been given something since it sent */
};

relay *relay_new(relay_shared *shared, int client, int server) {
    relay *r = memory_new_zero(&memory_default, 1, sizeof *r);
    if (!r) {
        close(client);
        close(server);
        return NULL;
    }
    r->shared = shared;
    r->sockets[PROXY_TO_CLIENT] = client;
    r->sockets[PROXY_TO_SERVER] = server;
    r->answered = true;
    for (int d = 0; d < PROXY_DIRECTIONS; d++) {
        framing_init(&r->halves[d].framing, d == PROXY_TO_SERVER);
        r->halves[d].until_cut = NO_CUT;
    }
    shared->counts.connections++;
    shared->counts.open++;
    return r;
}

static void free_chunks(relay *r) {
    for (int d = 0; d < PROXY_DIRECTIONS; d++) {
        half *h = &r->halves[d];
        for (chunk *next; h->first; h->first = next) {
            next = h->first->next;
            memory_release(&memory_default, h->first);
        }
        h->last = NULL;
        h->waiting = 0;
    }
}

/* A socket that is closed with bytes unread tells the other side of an error instead of the end. */
static void close_in_order(int s) {
    char bytes[4096];
    shutdown(s, SHUT_WR);
    while (recv(s, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
    }
    close(s);
}

static void close_at_once(int s) {
    setsockopt(s, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(s);
}

static void close_both(relay *r, bool in_order) {
    if (relay_is_over(r)) return;
    for (int d = 0; d < PROXY_DIRECTIONS; d++) {
        if (in_order)
            close_in_order(r->sockets[d]);
        else
            close_at_once(r->sockets[d]);
        r->sockets[d] = -1;
    }
    free_chunks(r);
    r->shared->counts.open--;
}

void relay_free(relay *r) {
    if (!r) return;
    close_both(r, true);
    memory_release(&memory_default, r);
}

bool relay_is_over(const relay *r) {
    return r->sockets[0] < 0;
}

int relay_socket(const relay *r, proxy_direction d) {
    return r->sockets[d];
}

short relay_events(const relay *r, proxy_direction d) {
    const half *out = &r->halves[d], *in = &r->halves[!d];
    if (r->stalled) return d == PROXY_TO_CLIENT ? POLLRDHUP : 0;
    bool reads = !in->ended && in->waiting < WAITING_MAX;
    return (short)((reads ? POLLIN : 0) | (out->blocked ? POLLOUT : 0));
}

/* ---- Reading --------------------------------------------------------------------------------------------*/

static void add_chunk(relay *r, proxy_direction d, const char *bytes, size_t len, ending end) {
    half *h = &r->halves[d];
    size_t size;
    chunk *c = memory_add(sizeof *c, len, &size) ? memory_new(&memory_default, 1, size) : NULL;
    if (!c) {
        close_both(r, false);
        return;
    }
    *c = (chunk){.due = clock_ns() + r->shared->rtt_ns / 2, .len = len, .ending = end};
    memcpy(c->bytes, bytes, len);
    if (h->last)
        h->last->next = c;
    else
        h->first = c;
    h->last = c;
    h->waiting += len;
    h->ended = end != GOES_ON;
    r->shared->counts.bytes[d] += len;
}

static void obey_rule(relay_shared *s, half *h, uint64_t size) {
    const proxy_cut_rule *rule = &s->rule;
    if (++s->seen < rule->message) return;
    s->armed = false;
    h->until_cut = rule->place == PROXY_BEFORE ? 0 : rule->place == PROXY_HALF ? size / 2 : size;
    h->manner = rule->manner;
    h->refuse = rule->refuse;
}

/* At the beginning of a message; false: its head is incomplete. */
static bool begin(relay *r, proxy_direction d, const char *bytes, size_t len) {
    half *h = &r->halves[d];
    framing_message message;
    if (!framing_next(&h->framing, bytes, len, &message)) return false;
    framing_hear(&r->halves[!d].framing, &message);
    h->left = message.size;
    if (message.kind == FRAMING_OPAQUE) return true;
    r->shared->counts.messages[d]++;
    if (r->shared->armed && r->shared->rule.direction == d) obey_rule(r->shared, h, message.size);
    return true;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static void take(relay *r, proxy_direction d, const char *bytes, size_t len) {
    half *h = &r->halves[d];
    size_t at = 0;
    while (at < len && h->until_cut) {
        if (h->left == 0 && !begin(r, d, bytes + at, len - at)) break;
        size_t piece = (size_t)least(len - at, least(h->left, h->until_cut));
        at += piece;
        h->left -= piece;
        if (h->until_cut != NO_CUT) h->until_cut -= piece;
    }
    bool cut = h->until_cut == 0;
    if (!cut) {
        h->held_len = len - at;
        memcpy(h->held, bytes + at, len - at);
    }
    if (at || cut) add_chunk(r, d, bytes, at, cut ? CUT : GOES_ON);
}

static void read_some(relay *r, proxy_direction d) {
    half *h = &r->halves[d];
    char bytes[FRAMING_HEAD_MAX + READ_MAX];
    memcpy(bytes, h->held, h->held_len);
    ssize_t n = recv(r->sockets[!d], bytes + h->held_len, READ_MAX, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        add_chunk(r, d, h->held, h->held_len, ENDS);
        return;
    }
    if (d == PROXY_TO_SERVER && r->answered) {
        r->answered = false;
        r->shared->counts.trips++;
    }
    take(r, d, bytes, h->held_len + (size_t)n);
}

void relay_ready(relay *r, proxy_direction d, short found) {
    if (relay_is_over(r) || !found) return;
    if (r->stalled) {
        close_both(r, true);
        return;
    }
    if (found & ~POLLIN) r->halves[d].blocked = false;
    if (relay_events(r, d) & POLLIN && found & ~POLLOUT) read_some(r, !d);
}

/* ---- Writing --------------------------------------------------------------------------------------------*/

static half *next_half(relay *r) {
    half *best = NULL;
    for (int d = 0; d < PROXY_DIRECTIONS; d++) {
        half *h = &r->halves[d];
        if (h->first && !h->blocked && (!best || h->first->due < best->first->due)) best = h;
    }
    return best;
}

int64_t relay_due(const relay *r) {
    const half *h = next_half((relay *)r);
    return h ? h->first->due : RELAY_NEVER;
}

/* Whether all of it is written; a socket that does not take it is full or closed. */
static bool write_chunk(relay *r, proxy_direction d, chunk *c) {
    while (c->sent < c->len) {
        ssize_t n = send(r->sockets[d], c->bytes + c->sent, c->len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            r->halves[d].blocked = true;
            return false;
        }
        if (n < 0) {
            close_both(r, true);
            return false;
        }
        c->sent += (size_t)n;
        if (d == PROXY_TO_CLIENT) r->answered = true;
    }
    return true;
}

static void do_cut(relay *r, proxy_manner manner, bool refuse) {
    r->shared->counts.cuts++;
    r->shared->refusing = refuse;
    if (manner == PROXY_STALL) {
        r->stalled = true;
        free_chunks(r);
    } else {
        close_both(r, manner == PROXY_CLOSE);
    }
}

static void count_late(proxy_counts *counts, int64_t late_ns) {
    counts->chunks++;
    counts->late_ns += late_ns;
    if (late_ns > counts->late_max_ns) counts->late_max_ns = late_ns;
}

static void release_first(relay *r, proxy_direction d, int64_t now) {
    half *h = &r->halves[d];
    chunk *c = h->first;
    if (!write_chunk(r, d, c)) return;
    if (c->len) count_late(&r->shared->counts, now - c->due);
    if (c->ending == CUT) {
        do_cut(r, h->manner, h->refuse);
        return;
    }
    if (c->ending == ENDS) {
        close_both(r, true);
        return;
    }
    h->first = c->next;
    if (!h->first) h->last = NULL;
    h->waiting -= c->len;
    memory_release(&memory_default, c);
}

void relay_release(relay *r, int64_t now) {
    for (half *h; (h = next_half(r)) && h->first->due <= now;)
        release_first(r, h == &r->halves[PROXY_TO_CLIENT] ? PROXY_TO_CLIENT : PROXY_TO_SERVER, now);
}
