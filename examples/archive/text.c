#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool text_equal(sheaf_slice a, sheaf_slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool text_equal_nocase(sheaf_slice a, sheaf_slice b) {
    return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

sheaf_slice text_trim(sheaf_slice s) {
    while (s.len && text_is_space(s.ptr[0])) s.ptr++, s.len--;
    while (s.len && text_is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

sheaf_slice text_until(sheaf_slice *rest, char end) {
    const char *found = rest->len ? memchr(rest->ptr, end, rest->len) : NULL;
    sheaf_slice before = {rest->ptr, found ? (size_t)(found - rest->ptr) : rest->len};
    size_t passed = before.len + (found != NULL);
    *rest = passed ? (sheaf_slice){rest->ptr + passed, rest->len - passed} : *rest;
    return before;
}

sheaf_slice text_word(sheaf_slice *rest) {
    sheaf_slice s = text_trim(*rest);
    size_t n = 0;
    while (n < s.len && !text_is_space(s.ptr[n])) n++;
    *rest = (sheaf_slice){s.ptr + n, s.len - n};
    return (sheaf_slice){s.ptr, n};
}

/* The length of the sequence at `p`, which has `room` bytes and starts outside ASCII; 0 if it is none. */
static size_t sequence(const unsigned char *p, size_t room) {
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || room < n) return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
    }
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90)) return 0; /* overlong */
    if ((p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF4 && p[1] > 0x8F)) return 0; /* surrogate, too high */
    return n;
}

bool text_is_utf8(sheaf_slice s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        uint64_t eight;
        if (s.len - i >= sizeof eight) {
            memcpy(&eight, p + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight;
                continue;
            }
        }
        size_t n = p[i] < 0x80 ? 1 : sequence(p + i, s.len - i);
        if (!n) return false;
        i += n;
    }
    return true;
}

bool text_number(sheaf_slice s, int64_t *ret) {
    if (s.len == 0 || s.len > 15) return false;
    int64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        n = n * 10 + (s.ptr[i] - '0');
    }
    *ret = n;
    return true;
}

static bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool consists_of(sheaf_slice s, const char *others) {
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alphanumeric(s.ptr[i]) && (s.ptr[i] == '\0' || !strchr(others, s.ptr[i]))) return false;
    }
    return s.len > 0;
}

bool text_is_package(sheaf_slice s) {
    return consists_of(s, "+-._") && is_alphanumeric(s.ptr[0]);
}

bool text_is_version(sheaf_slice s) {
    return consists_of(s, "+-.~:_");
}

const char *text_count(uint64_t n, char *into) {
    char digits[TEXT_COUNT_SIZE];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n), out = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) into[out++] = ',';
        into[out++] = digits[i];
    }
    into[out] = '\0';
    return into;
}
