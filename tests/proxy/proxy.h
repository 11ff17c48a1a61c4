/* proxy: a test's own link to PostgreSQL, with a round trip that can be set and that can be cut at any
 * message.
 *
 *   framing.h   where messages begin and end
 *   relay.h     one connection: what was read waits until it is due; the cut
 *   proxy.c     this seam: the thread that serves all connections
 *   url.c       connection strings that lead through a proxy
 *   main.c      the program pgproxy
 *   measure.c   what a delay really is: `pgproxy --measure`
 *
 * A proxy runs in a thread of its own, from proxy_start to proxy_stop, between clients on a Unix socket or on
 * 127.0.0.1 and one server on a Unix socket. Any number of connections; any thread may call what is here.
 *
 *     proxy *link;
 *     if (!proxy_start(&(proxy_options){.url = server, .rtt_ns = 1000000}, &link, &err)) …
 *     if (!proxy_url(link, server, PROXY_UNIX, url, sizeof url, &err)) …
 *     … PQconnectdb(url) …
 *     proxy_stop(link);
 *
 * Every chunk that is read is passed on half a round trip later, in both directions; chunks that follow each
 * other stay so, only later. So an answer comes one round trip later than without the proxy, and what the
 * proxy itself takes: a few tens of microseconds, since two threads more are woken. Never earlier.
 */
#ifndef SHEAF_TESTS_PROXY_H
#define SHEAF_TESTS_PROXY_H

#include <sheaf/error.h>

typedef struct proxy proxy;

typedef enum proxy_direction { PROXY_TO_CLIENT, PROXY_TO_SERVER, PROXY_DIRECTIONS } proxy_direction;

/* Zero, with a server, is a proxy without delay on a Unix socket in a folder of its own. */
typedef struct proxy_options {
    const char *to_dir; /* the folder of the server's Unix socket */
    int to_port;        /* that of its name, .s.PGSQL.PORT; 0: 5432 */
    const char *url;    /* instead of both: what libpq takes, of a server on a Unix socket */
    const char *dir;    /* where to listen; NULL: a temporary folder, which proxy_stop removes */
    int port;           /* of the Unix socket's name; 0: 5432 */
    bool tcp;           /* listen on 127.0.0.1 too, on a port that is free: proxy_tcp_port */
    int64_t rtt_ns;
} proxy_options;

/* Strings are copied. A socket that a process left behind is replaced. Errors: USAGE (no server, too long a
 * path), IO, BUSY (the socket is in use), MEMORY. That the server is there is not looked for. */
bool proxy_start(const proxy_options *options, proxy **ret, sheaf_error *err);

/* Closes all connections and removes the socket. NULL is accepted. */
void proxy_stop(proxy *p);

const char *proxy_dir(const proxy *p);
int proxy_port(const proxy *p);
int proxy_tcp_port(const proxy *p); /* 0: none */

/* For what is read from now on. */
void proxy_set_rtt(proxy *p, int64_t rtt_ns);

/* ---- Cutting --------------------------------------------------------------------------------------------*/

/* X(enumerator, name, where) */
#define PROXY_PLACES(X)                                                                                      \
    X(PROXY_BEFORE, "before", "nothing of the message gets through")                                         \
    X(PROXY_HALF, "half", "half of its bytes do")                                                            \
    X(PROXY_AFTER, "after", "all of it does, and nothing that follows")

/* X(enumerator, name, how) */
#define PROXY_MANNERS(X)                                                                                     \
    X(PROXY_CLOSE, "close", "both sides are closed, in order")                                               \
    X(PROXY_RESET, "reset",                                                                                  \
      "both sides are closed at once: on TCP by RST, on a Unix socket with what is unread")                  \
    X(PROXY_STALL, "stall", "nothing passes any more, but both sides stay open until the client leaves")

typedef enum proxy_place {
#define X(name, text, meaning) name,
    PROXY_PLACES(X)
#undef X
        PROXY_PLACE_COUNT
} proxy_place;

typedef enum proxy_manner {
#define X(name, text, meaning) name,
    PROXY_MANNERS(X)
#undef X
        PROXY_MANNER_COUNT
} proxy_manner;

/* Their names. */
extern const char *const proxy_places[PROXY_PLACE_COUNT], *const proxy_manners[PROXY_MANNER_COUNT];

typedef struct proxy_cut_rule {
    proxy_direction direction;
    uint64_t message; /* the Nth that is read in this direction after proxy_cut, from 1, on any connection */
    proxy_place place;
    proxy_manner manner;
    bool refuse; /* after the cut, until the next proxy_cut, new connections are closed at once */
} proxy_cut_rule;

/* The rule holds for one cut: proxy_look tells whether it has come to it. Replaces the one before; NULL:
 * none. Everything else stays as it is, and what is already due is passed on before the cut. */
void proxy_cut(proxy *p, const proxy_cut_rule *rule);

/* Closes all connections that are there, and returns when they are closed. */
void proxy_drop(proxy *p);

/* ---- Looking --------------------------------------------------------------------------------------------*/

/* From the start of the proxy. What a client has been given is counted. */
typedef struct proxy_counts {
    uint64_t messages[PROXY_DIRECTIONS], bytes[PROXY_DIRECTIONS];
    /* How often a client sent after it had been given something: each is a round trip, at the least one that
     * it could have waited for. Connecting is one or more. A client that goes on sending one batch while the
     * answers to its beginning arrive counts more than it waits. */
    uint64_t trips;
    uint64_t connections, open;
    uint64_t refused; /* closed at once, by a rule or since the server was not there; not in `connections` */
    uint64_t cuts;
    uint64_t chunks; /* passed on */
    /* By how much chunks were passed on later than they were due; never earlier. */
    int64_t late_ns, late_max_ns;
} proxy_counts;

proxy_counts proxy_look(proxy *p);

/* ---- Connection strings ---------------------------------------------------------------------------------*/

typedef enum proxy_socket { PROXY_UNIX, PROXY_TCP } proxy_socket;

/* `url`, which libpq takes, with host and port of the proxy, as "key='value' …". Errors: USAGE (`url` does
 * not parse, there is no such socket), LIMIT (more than `size` bytes with its NUL), MEMORY. */
bool proxy_url(const proxy *p, const char *url, proxy_socket socket, char *ret, size_t size,
               sheaf_error *err);

/* The folder and port of the Unix socket that `url` leads to. */
bool proxy_server_of(const char *url, char *ret_dir, size_t size, int *ret_port, sheaf_error *err);

#endif
