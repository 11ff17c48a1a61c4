/* slice.h: reading text. None of these allocates unless it takes an arena. */
#ifndef SHEAF_BASE_SLICE_H
#define SHEAF_BASE_SLICE_H

#include <string.h>

#include "arena.h"

static inline sheaf_slice slice_of(const char *cstr) {
    return (sheaf_slice){cstr, cstr ? strlen(cstr) : 0};
}
static inline bool slice_equal(sheaf_slice a, sheaf_slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool slice_is(sheaf_slice a, const char *cstr) {
    return slice_equal(a, slice_of(cstr));
}
int slice_compare(sheaf_slice a, sheaf_slice b); /* bytes, then length: <0, 0, >0 */
bool slice_starts_with(sheaf_slice text, sheaf_slice prefix);
bool slice_ends_with(sheaf_slice text, sheaf_slice suffix);
sheaf_slice slice_trim(sheaf_slice text); /* spaces, tabs, CR, LF */

/* The part before the first `separator`; *rest is what follows it (empty, ptr NULL, where there is none). */
sheaf_slice slice_cut(sheaf_slice text, char separator, sheaf_slice *rest);

/* "BugTask" → "bug_task", "HTTPServer" → "http_server". */
sheaf_slice slice_snake_case(arena *a, sheaf_slice name);

uint64_t slice_hash(sheaf_slice text);

/* "Did you mean": remembers the best of the names offered.
 *
 *     suggest s = suggest_for(wrong);
 *     for (…) suggest_offer(&s, name);
 *     error_set(err, …, "unknown attribute '%.*s'%s", …, suggest_text(&s).text);
 */
typedef struct suggest {
    sheaf_slice wanted, best;
    unsigned distance; /* edit distance of `best` */
} suggest;
typedef struct suggest_words {
    char text[160]; /* "; did you mean 'x'?" or "" */
} suggest_words;
suggest suggest_for(sheaf_slice wanted);
void suggest_offer(suggest *s, sheaf_slice name);
suggest_words
suggest_text(const suggest *s); /* only where near enough: at most a third of the length, at least 1 */

#endif
