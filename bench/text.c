#include "text.h"

/* What follows the backslash; 'u' is a \u00XX, 0 stands for itself. */
static const char escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
    [0x00] = 'u', [0x01] = 'u',  [0x02] = 'u', [0x03] = 'u', [0x04] = 'u', [0x05] = 'u', [0x06] = 'u',
    [0x07] = 'u', [0x0b] = 'u',  [0x0e] = 'u', [0x0f] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u',
    [0x13] = 'u', [0x14] = 'u',  [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u',
    [0x1a] = 'u', [0x1b] = 'u',  [0x1c] = 'u', [0x1d] = 'u', [0x1e] = 'u', [0x1f] = 'u',
};

char *text_string(char *at, sheaf_slice text) {
    *at++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (!escapes[c]) {
            *at++ = (char)c;
        } else {
            *at++ = '\\';
            *at++ = escapes[c];
            if (escapes[c] == 'u') {
                at = TEXT_LITERAL(at, "00");
                *at++ = "01"[c >> 4];
                *at++ = "0123456789abcdef"[c & 15];
            }
        }
    }
    *at++ = '"';
    return at;
}
