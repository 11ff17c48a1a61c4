/* framing.h: where the messages of PostgreSQL's protocol 3 begin and end.
 *
 * A message is a type byte and a length that counts itself but not the type, 'Q' 00 00 00 0d …; only what a
 * client sends first has no type. It may ask for encryption before, and is answered by a single byte:
 *
 *   client  SSLRequest      GSSENCRequest      StartupMessage  'p' 'P' 'B' …
 *   server             'N'                'N'                  'R' 'S' 'K' 'Z' …
 *
 * After any other byte, and after what cannot be a message, nothing is known but bytes.
 */
#ifndef SHEAF_TESTS_PROXY_FRAMING_H
#define SHEAF_TESTS_PROXY_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum framing_kind {
    FRAMING_MESSAGE, /* with a type */
    FRAMING_STARTUP,
    FRAMING_WISH, /* for encryption: SSLRequest or GSSENCRequest */
    FRAMING_CANCEL,
    FRAMING_ANSWER, /* to a wish */
    FRAMING_OPAQUE, /* bytes without end */
} framing_kind;

typedef struct framing_message {
    framing_kind kind;
    char type;     /* of a MESSAGE; the byte of an ANSWER; else '\0' */
    uint64_t size; /* with everything; UINT64_MAX for OPAQUE */
} framing_message;

/* One direction of one connection. Zero is that of a server. */
typedef struct framing {
    bool untyped; /* a client's, until it has sent a startup message */
    bool opaque;
    unsigned wishes; /* a server's: asked and not yet answered */
} framing;

/* More than the head of any message: `framing_next` needs no more bytes than these to tell. */
enum { FRAMING_HEAD_MAX = 8 };

void framing_init(framing *f, bool of_client);

/* What message begins at `bytes`; false: more bytes are needed. Nothing is remembered of it then. Otherwise
 * the next call is for what follows the message. */
bool framing_next(framing *f, const char *bytes, size_t len, framing_message *ret);

/* Tells the server's side what the client has sent, and the client's what the server has answered. */
void framing_hear(framing *f, const framing_message *others);

#endif
