#include "slice.h"

#include <stdio.h>

int slice_compare(sheaf_slice a, sheaf_slice b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool slice_starts_with(sheaf_slice text, sheaf_slice prefix) {
    return text.len >= prefix.len && slice_equal((sheaf_slice){text.ptr, prefix.len}, prefix);
}

bool slice_ends_with(sheaf_slice text, sheaf_slice suffix) {
    if (text.len < suffix.len) return false;
    return suffix.len == 0 || memcmp(text.ptr + (text.len - suffix.len), suffix.ptr, suffix.len) == 0;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

sheaf_slice slice_trim(sheaf_slice text) {
    while (text.len && is_space(text.ptr[text.len - 1])) text.len--;
    while (text.len && is_space(*text.ptr)) text.ptr++, text.len--;
    return text;
}

sheaf_slice slice_cut(sheaf_slice text, char separator, sheaf_slice *rest) {
    const char *at = text.len ? memchr(text.ptr, separator, text.len) : NULL;
    if (!at) {
        *rest = (sheaf_slice){NULL, 0};
        return text;
    }
    size_t len = (size_t)(at - text.ptr);
    *rest = (sheaf_slice){at + 1, text.len - len - 1};
    return (sheaf_slice){text.ptr, len};
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static char lower(char c) {
    return is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

sheaf_slice slice_snake_case(arena *a, sheaf_slice name) {
    char *out = arena_array(a, name.len + 1, 2); /* at most one '_' a letter */
    size_t len = 0;
    if (!out) return (sheaf_slice){NULL, 0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        /* A word begins at a capital after a small letter or digit, and at the last capital of a run. */
        if (is_upper(c) && i && name.ptr[i - 1] != '_') {
            bool run = is_upper(name.ptr[i - 1]);
            bool last = i + 1 < name.len && name.ptr[i + 1] >= 'a' && name.ptr[i + 1] <= 'z';
            if (!run || last) out[len++] = '_';
        }
        out[len++] = lower(c);
    }
    out[len] = '\0';
    return (sheaf_slice){out, len};
}

static uint64_t stir(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

uint64_t slice_hash(sheaf_slice text) {
    uint64_t hash = stir(UINT64_C(0x243F6A8885A308D3), text.len), word;
    for (; text.len >= sizeof word; text.ptr += sizeof word, text.len -= sizeof word) {
        memcpy(&word, text.ptr, sizeof word);
        hash = stir(hash, word);
    }
    word = 0;
    if (text.len) memcpy(&word, text.ptr, text.len);
    return stir(stir(hash, word), 0);
}

#define SUGGEST_MAX 64 /* bytes; longer names are not offered */

suggest suggest_for(sheaf_slice wanted) {
    return (suggest){.wanted = wanted, .distance = UINT32_MAX};
}

/* Insertions, deletions, changes, and swaps of neighbours (optimal string alignment), capitals aside. */
static unsigned edit_distance(sheaf_slice a, sheaf_slice b) {
    unsigned rows[3][SUGGEST_MAX + 1];
    for (unsigned j = 0; j <= b.len; j++) rows[0][j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
            unsigned best = above[j - 1] + (x != y);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == y;
            if (swapped && two_above[j - 2] + 1 < best) best = two_above[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

void suggest_offer(suggest *s, sheaf_slice name) {
    if (!name.len || name.len > SUGGEST_MAX || s->wanted.len > SUGGEST_MAX) return;
    unsigned distance = edit_distance(s->wanted, name);
    if (distance < s->distance) {
        s->distance = distance;
        s->best = name;
    }
}

suggest_words suggest_text(const suggest *s) {
    suggest_words words = {""};
    size_t limit = s->wanted.len / 3 ? s->wanted.len / 3 : 1;
    if (s->best.len && s->distance <= limit)
        snprintf(words.text, sizeof words.text, "; did you mean '%.*s'?", SHEAF_SLICE_ARGS(s->best));
    return words;
}
