/* lite.h: what hand-written pages want of SQLite: prepared statements, and `IN (?, …)` in a few sizes.
 * Failures are told on stderr. */
#ifndef BENCH_LITE_H
#define BENCH_LITE_H

#include <sqlite3.h>

#include "../src/base/arena.h"
#include "bench.h"

/* NULL: failed. `url` is "sqlite:PATH". */
sqlite3 *lite_open(const char *url);
sqlite3_stmt *lite_prepare(sqlite3 *db, const char *sql);
/* Binds to ?1 … and leaves the statement ready to step. */
bool lite_start(sqlite3_stmt *s, const int64_t *values, size_t count);
/* True while there is a row. False at the end, and on a failure: then *ok is made false. Resets in both
 * cases. */
bool lite_row(sqlite3_stmt *s, bool *ok);
/* For statements without rows. */
bool lite_run(sqlite3_stmt *s);

/* A statement with a list: "head IN (?1, …) tail", prepared when a size is first wanted. Sizes are multiples
 * of LITE_BUCKET; what is left over repeats the last id. */
#define LITE_BUCKET   8
#define LITE_LIST_MAX 1024
typedef struct lite_list {
    const char *head, *tail; /* "… WHERE x", "" */
    sqlite3_stmt *sized[LITE_LIST_MAX / LITE_BUCKET + 1];
} lite_list;

/* The statement, bound; count is at least 1 and at most LITE_LIST_MAX. NULL: failed. */
sqlite3_stmt *lite_list_start(lite_list *list, sqlite3 *db, const int64_t *ids, size_t count);
void lite_list_free(lite_list *list);

static inline bool lite_null(sqlite3_stmt *s, int column) {
    return sqlite3_column_type(s, column) == SQLITE_NULL;
}
/* The text, copied; ptr NULL: no memory. */
static inline sheaf_slice lite_text(sqlite3_stmt *s, int column, arena *memory) {
    const char *text = (const char *)sqlite3_column_text(s, column);
    size_t len = (size_t)sqlite3_column_bytes(s, column);
    char *copy = arena_alloc(memory, len + 1);
    if (!copy) return (sheaf_slice){0};
    memcpy(copy, text, len);
    return (sheaf_slice){copy, len};
}

#endif
