#include "version.h"

#include <string.h>

#include "text.h"

static bool is_digit(sheaf_slice s) {
    return s.len && s.ptr[0] >= '0' && s.ptr[0] <= '9';
}

/* How a byte outside numbers sorts: '~', then the end (and a number), then letters, then all others. */
static int weight(sheaf_slice s) {
    if (!s.len || is_digit(s)) return 0;
    char c = s.ptr[0];
    if (c == '~') return -1;
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter ? c : (unsigned char)c + 256;
}

static void drop(sheaf_slice *s) {
    if (s->len) s->ptr++, s->len--;
}

/* The digits at the start of `s`, without leading zeros: of two such, the longer is the greater. */
static sheaf_slice take_number(sheaf_slice *s) {
    while (s->len && s->ptr[0] == '0') drop(s);
    sheaf_slice number = {s->ptr, 0};
    for (; is_digit(*s); drop(s)) number.len++;
    return number;
}

/* Text and numbers in turn, as policy describes for both the upstream version and the revision. */
static int compare_part(sheaf_slice a, sheaf_slice b) {
    while (a.len || b.len) {
        while ((a.len && !is_digit(a)) || (b.len && !is_digit(b))) {
            if (weight(a) != weight(b)) return weight(a) - weight(b);
            drop(&a);
            drop(&b);
        }
        sheaf_slice x = take_number(&a), y = take_number(&b);
        if (x.len != y.len) return x.len < y.len ? -1 : 1;
        int order = x.len ? memcmp(x.ptr, y.ptr, x.len) : 0;
        if (order) return order;
    }
    return 0;
}

typedef struct parts {
    sheaf_slice epoch, upstream, revision;
} parts;

static parts split(sheaf_slice v) {
    parts p = {.upstream = v};
    if (v.len && memchr(v.ptr, ':', v.len)) {
        p.epoch = text_until(&v, ':');
        p.upstream = v;
    }
    const char *dash = v.len ? memrchr(v.ptr, '-', v.len) : NULL;
    if (dash) {
        p.upstream.len = (size_t)(dash - v.ptr);
        p.revision = (sheaf_slice){dash + 1, v.len - p.upstream.len - 1};
    }
    return p;
}

int version_compare(sheaf_slice a, sheaf_slice b) {
    parts x = split(a), y = split(b);
    int order = compare_part(x.epoch, y.epoch);
    if (!order) order = compare_part(x.upstream, y.upstream);
    return order ? order : compare_part(x.revision, y.revision);
}
