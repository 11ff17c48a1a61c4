#include <libpq-fe.h>

#include "../../src/base/buffer.h"
#include "../../src/base/error.h"
#include "../../src/base/number.h"
#include "../../src/base/slice.h"
#include "proxy.h"

/* The reason may quote a password. */
static PQconninfoOption *parse(const char *url, sheaf_error *err) {
    char *reason = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &reason);
    if (!options) error_set(err, SHEAF_E_USAGE, "the connection URL does not parse");
    PQfreemem(reason);
    return options;
}

static const char *value_of(const PQconninfoOption *options, const char *keyword) {
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (o->val && strcmp(o->keyword, keyword) == 0) return o->val;
    return NULL;
}

bool proxy_server_of(const char *url, char *ret_dir, size_t size, int *ret_port, sheaf_error *err) {
    PQconninfoOption *options = parse(url, err);
    if (!options) return false;
    const char *host = value_of(options, "host"), *port = value_of(options, "port");
    int64_t number = 5432;
    bool ok = true;
    if (!host || *host != '/' || strchr(host, ','))
        ok = error_set(err, SHEAF_E_USAGE, "the URL leads to no Unix socket: host=/its/folder does");
    else if (port && (!number_to_int(slice_of(port), &number) || number < 1 || number > 65535))
        ok = error_set(err, SHEAF_E_USAGE, "the URL's port is no number");
    else if (strlen(host) >= size)
        ok = error_set(err, SHEAF_E_USAGE, "%s: too long for the path of a socket", host);
    if (ok) {
        memcpy(ret_dir, host, strlen(host) + 1);
        *ret_port = (int)number;
    }
    PQconninfoFree(options);
    return ok;
}

static void add(buffer *out, const char *keyword, const char *value) {
    buffer_printf(out, "%s%s='", out->len ? " " : "", keyword);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\') buffer_byte(out, '\\');
        buffer_byte(out, *value);
    }
    buffer_byte(out, '\'');
}

bool proxy_url(const proxy *p, const char *url, proxy_socket socket, char *ret, size_t size,
               sheaf_error *err) {
    static const char *const replaced[] = {"host", "hostaddr", "port"};
    int port = socket == PROXY_TCP ? proxy_tcp_port(p) : proxy_port(p);
    if (port == 0) return error_set(err, SHEAF_E_USAGE, "the proxy does not listen on TCP");
    PQconninfoOption *options = parse(url, err);
    if (!options) return false;
    buffer out;
    buffer_init(&out, NULL);
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        bool keep = o->val != NULL;
        for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
            keep = keep && strcmp(o->keyword, replaced[i]) != 0;
        if (keep) add(&out, o->keyword, o->val);
    }
    PQconninfoFree(options);
    add(&out, "host", socket == PROXY_TCP ? "127.0.0.1" : proxy_dir(p));
    buffer_printf(&out, " port='%d'", port);
    buffer_byte(&out, '\0');
    bool ok = !out.failed || error_memory(err);
    if (ok && out.len > size) ok = error_set(err, SHEAF_E_LIMIT, "the URL has more than %zu bytes", size);
    if (ok) memcpy(ret, out.ptr, out.len);
    buffer_free(&out);
    return ok;
}
