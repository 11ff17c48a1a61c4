#include "framing.h"

enum {
    TYPED_HEAD = 5,      /* the type, the length */
    UNTYPED_HEAD = 8,    /* the length, what it is */
    STARTUP_MAX = 10000, /* as the server has it */
    LENGTH_MAX = 0x3fffffff,
};

/* What the untyped messages that are not a startup message have in the place of its version. */
enum { CANCEL = 80877102, SSL_WISH = 80877103, GSS_WISH = 80877104 };

void framing_init(framing *f, bool of_client) {
    *f = (framing){.untyped = of_client};
}

static uint32_t number_at(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool give_opaque(framing *f, framing_message *ret) {
    f->opaque = true;
    *ret = (framing_message){FRAMING_OPAQUE, '\0', UINT64_MAX};
    return true;
}

static bool next_untyped(framing *f, const char *bytes, size_t len, framing_message *ret) {
    if (len < UNTYPED_HEAD) return false;
    uint32_t length = number_at(bytes), code = number_at(bytes + 4);
    if (length < UNTYPED_HEAD || length > STARTUP_MAX) return give_opaque(f, ret);
    framing_kind kind = code == CANCEL                         ? FRAMING_CANCEL
                        : code == SSL_WISH || code == GSS_WISH ? FRAMING_WISH
                                                               : FRAMING_STARTUP;
    if (kind == FRAMING_STARTUP) f->untyped = false;
    *ret = (framing_message){kind, '\0', length};
    return true;
}

bool framing_next(framing *f, const char *bytes, size_t len, framing_message *ret) {
    if (len == 0) return false;
    if (f->opaque) return give_opaque(f, ret);
    if (f->untyped) return next_untyped(f, bytes, len, ret);
    if (f->wishes && bytes[0] != 'E') { /* an old server's answer may be an error message */
        f->wishes--;
        f->opaque = bytes[0] != 'N';
        *ret = (framing_message){FRAMING_ANSWER, bytes[0], 1};
        return true;
    }
    if (len < TYPED_HEAD) return false;
    uint32_t length = number_at(bytes + 1);
    if (length < 4 || length > LENGTH_MAX) return give_opaque(f, ret);
    *ret = (framing_message){FRAMING_MESSAGE, bytes[0], (uint64_t)length + 1};
    return true;
}

void framing_hear(framing *f, const framing_message *others) {
    if (others->kind == FRAMING_WISH) f->wishes++;
    if (others->kind == FRAMING_OPAQUE || (others->kind == FRAMING_ANSWER && others->type != 'N'))
        f->opaque = true;
}
