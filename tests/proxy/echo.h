/* echo.h: a server that answers a startup message as PostgreSQL does, in two messages, and sends back
 * whatever follows. It shows what a proxy adds, for the tests of the proxy and for `pgproxy --measure`. */
#ifndef SHEAF_TESTS_PROXY_ECHO_H
#define SHEAF_TESTS_PROXY_ECHO_H

#include <sheaf/error.h>

typedef struct echo echo;

/* On a Unix socket in a temporary folder, in a thread of its own. */
bool echo_start(echo **ret, sheaf_error *err);
void echo_stop(echo *e);
const char *echo_dir(const echo *e);

/* A client's side: a connection to .s.PGSQL.5432 in the folder, past the startup; -1: none. */
int echo_connect(const char *dir);
/* The same on 127.0.0.1. */
int echo_connect_tcp(int port);

/* Sends a message of `size` bytes and reads it back; false: not all of it came. */
bool echo_ask(int s, size_t size);

/* One message, of type 'Q' and `size` bytes with its head of five, at `out`. */
void echo_message(char *out, size_t size);

/* Reads until there are `size` bytes; false: an end before. */
bool echo_read(int s, char *out, size_t size);

#define ECHO_STARTUP_SIZE  8u  /* what a client sends first */
#define ECHO_GREETING_SIZE 15u /* what it is answered: 'R' and 'Z' */

#endif
