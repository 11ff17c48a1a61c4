/* pgproxy: the proxy as a program, for work by hand. */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "../../src/base/number.h"
#include "../../src/base/slice.h"
#include "measure.h"
#include "proxy.h"

/* X(long name, letter, argument or "", what it does) */
#define OPTIONS(X)                                                                                           \
    X("to", 't', "DIR[:PORT]", "the folder of the server's Unix socket, and the port in its name")           \
    X("url", 'u', "URL", "instead of --to: a connection string that leads to a Unix socket")                 \
    X("listen", 'l', "DIR[:PORT]", "where to listen (default: a temporary folder)")                          \
    X("tcp", 'p', "", "listen on a free port of 127.0.0.1 too")                                              \
    X("rtt-us", 'r', "N", "the round trip to add, in microseconds (default 0)")                              \
    X("cut", 'c', "RULE", "cut once, as DIRECTION:N[:PLACE[:MANNER]]; see below")                            \
    X("refuse", 'x', "", "after the cut let nobody connect")                                                 \
    X("measure", 'm', "", "tell what a round trip through a proxy takes on this machine, and end")           \
    X("help", 'h', "", "this")

typedef struct options {
    proxy_options proxy;
    char to[256], listen[256];
    proxy_cut_rule rule; /* message 0: none */
    bool measure, refuse;
} options;

static void help(FILE *out) {
    fprintf(out, "pgproxy: a link to a PostgreSQL server, as long and as unreliable as it is told to be\n\n");
#define X(name, letter, argument, text)                                                                      \
    fprintf(out, "  --%s %-*s%s\n", name, 18 - (int)strlen(name), argument, text);
    OPTIONS(X)
#undef X
    fprintf(
        out,
        "\nA cut is at the Nth message to-server or to-client, counted over all connections. Places:\n\n");
#define X(name, word, meaning) fprintf(out, "  %-8s %s\n", word, meaning);
    PROXY_PLACES(X)
    fprintf(out, "\nManners:\n\n");
    PROXY_MANNERS(X)
#undef X
    fprintf(
        out,
        "\nIt prints what libpq takes to go through it, and runs until SIGINT or SIGTERM; then it prints\n"
        "what has passed.\n");
}

static bool fail(const char *option, const char *value) {
    fprintf(stderr, "pgproxy: --%s does not take '%s'; see --help\n", option, value);
    return false;
}

/* DIR or DIR:PORT; `room` keeps the folder. */
static bool parse_place(const char *option, const char *value, char room[256], const char **ret_dir,
                        int *ret_port) {
    const char *colon = strrchr(value, ':');
    int64_t port = 0;
    size_t len = colon ? (size_t)(colon - value) : strlen(value);
    if (len == 0 || len >= 256) return fail(option, value);
    if (colon && (!number_to_int(slice_of(colon + 1), &port) || port < 1 || port > 65535))
        return fail(option, value);
    memcpy(room, value, len);
    room[len] = '\0';
    *ret_dir = room;
    *ret_port = (int)port;
    return true;
}

static const char *const directions[] = {[PROXY_TO_CLIENT] = "to-client", [PROXY_TO_SERVER] = "to-server"};
/* Which of the words; -1: none. */
static int find_word(const char *const *words, int count, sheaf_slice word) {
    while (count-- > 0 && !slice_is(word, words[count])) {
    }
    return count;
}

static bool parse_rule(const char *value, proxy_cut_rule *ret) {
    sheaf_slice words[4] = {{"", 0}, {"", 0}, slice_of("before"), slice_of("close")};
    size_t count = 0;
    int64_t number;
    for (const char *at = value; at; count++) {
        if (count == 4) return fail("cut", value);
        size_t len = strcspn(at, ":");
        words[count] = (sheaf_slice){at, len};
        at = at[len] ? at + len + 1 : NULL;
    }
    int direction = find_word(directions, PROXY_DIRECTIONS, words[0]);
    int place = find_word(proxy_places, PROXY_PLACE_COUNT, words[2]);
    int manner = find_word(proxy_manners, PROXY_MANNER_COUNT, words[3]);
    if (direction < 0 || place < 0 || manner < 0 || !number_to_int(words[1], &number) || number < 1)
        return fail("cut", value);
    *ret = (proxy_cut_rule){.direction = (proxy_direction)direction,
                            .message = (uint64_t)number,
                            .place = (proxy_place)place,
                            .manner = (proxy_manner)manner};
    return true;
}

static bool parse_rtt(const char *value, int64_t *ret_ns) {
    int64_t us;
    if (!number_to_int(slice_of(value), &us) || us < 0 || us > 60000000) return fail("rtt-us", value);
    *ret_ns = us * 1000;
    return true;
}

/* -1: go on; else the status to leave with. */
static int parse(int argc, char **argv, options *o) {
    static const struct option table[] = {
#define X(name, letter, argument, text) {name, sizeof argument > 1, NULL, letter},
        OPTIONS(X)
#undef X
            {0}};
    bool ok = true;
    *o = (options){0};
    for (int letter; ok && (letter = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        switch (letter) {
        case 't': ok = parse_place("to", optarg, o->to, &o->proxy.to_dir, &o->proxy.to_port); break;
        case 'u': o->proxy.url = optarg; break;
        case 'l': ok = parse_place("listen", optarg, o->listen, &o->proxy.dir, &o->proxy.port); break;
        case 'p': o->proxy.tcp = true; break;
        case 'r': ok = parse_rtt(optarg, &o->proxy.rtt_ns); break;
        case 'c': ok = parse_rule(optarg, &o->rule); break;
        case 'x': o->refuse = true; break;
        case 'm': o->measure = true; break;
        case 'h': help(stdout); return 0;
        default: ok = false;
        }
    }
    if (!ok) return 2;
    if (optind == argc && (o->measure || o->proxy.to_dir || o->proxy.url)) return -1;
    help(stderr);
    return 2;
}

static void print_counts(const proxy_counts *c) {
    printf("connections %llu, refused %llu, cuts %llu, trips %llu\n", (unsigned long long)c->connections,
           (unsigned long long)c->refused, (unsigned long long)c->cuts, (unsigned long long)c->trips);
    for (int d = 0; d < PROXY_DIRECTIONS; d++)
        printf("%s: messages %llu, bytes %llu\n", directions[d], (unsigned long long)c->messages[d],
               (unsigned long long)c->bytes[d]);
    if (c->chunks)
        printf("passed on %.1f us late on average, %.1f us at the most\n",
               (double)c->late_ns / (double)c->chunks / 1e3, (double)c->late_max_ns / 1e3);
}

static bool serve(const options *o, sheaf_error *err) {
    proxy *p;
    sigset_t end;
    int number;
    sigemptyset(&end);
    sigaddset(&end, SIGINT);
    sigaddset(&end, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &end, NULL);
    if (!proxy_start(&o->proxy, &p, err)) return false;
    proxy_cut_rule rule = o->rule;
    rule.refuse = o->refuse;
    if (rule.message) proxy_cut(p, &rule);
    printf("host=%s port=%d\n", proxy_dir(p), proxy_port(p));
    if (proxy_tcp_port(p)) printf("host=127.0.0.1 port=%d\n", proxy_tcp_port(p));
    fflush(stdout);
    sigwait(&end, &number);
    proxy_counts counts = proxy_look(p);
    proxy_stop(p);
    print_counts(&counts);
    return true;
}

int main(int argc, char **argv) {
    options o;
    sheaf_error err;
    int status = parse(argc, argv, &o);
    if (status >= 0) return status;
    if (o.measure ? measure_link(stdout, o.proxy.rtt_ns, &err) : serve(&o, &err)) return 0;
    fprintf(stderr, "pgproxy: %s\n", err.message);
    return 1;
}
