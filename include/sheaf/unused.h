/* unused.h: what was asked for and never read: the other half of strictness.
 *
 *     sheaf_track_reads(page, NULL, NULL);               before realise
 *     …                                                  realise, read
 *     sheaf_unused unused;
 *     if (!sheaf_context_unused(page, &unused, &err)) …
 *     for (size_t i = 0; i < unused.count; i++) …
 *
 * What was not asked for cannot be read; what was asked for and is not read was fetched for nothing. A
 * context that tracks its reads notes for each group whether anybody looked at its rows, and for each
 * attribute whether it was read. It is meant for tests and for servers in development: reads that are tracked
 * cost a call each. Where nothing is tracked, reading costs what it always does.
 *
 * What counts. A group was read when its rows were looked at (sheaf_rows, sheaf_many, sheaf_one, sheaf_total,
 * sheaf_cursor, an attribute), or when a group was read that follows it or was updated with it: those need
 * it. An attribute was read when it was read through this group; what another group shows of the same rows
 * does not count, and neither does a read that was refused. The key is always there, so it is never told, and
 * neither is what only the engine needs: columns of orders and of references. Writing a page as text reads
 * all of it. Once values have left their rows for structs or variables of the caller's, what becomes of them
 * cannot be seen.
 */
#ifndef SHEAF_UNUSED_H
#define SHEAF_UNUSED_H

#include "page.h"

/* One run proves little where there was little to read: what had no rows, and what was NULL in all of them,
 * is told apart, so that other data can be tried.
 *
 *   X(enumerator, words) */
#define SHEAF_UNUSED_KINDS(X)                                                                                \
    X(SHEAF_NEVER_READ, "never read")                                                                        \
    X(SHEAF_NO_ROWS, "no rows")         /* of a group: it was asked for, but held nothing to be read */      \
    X(SHEAF_ALWAYS_NULL, "always NULL") /* of an attribute: read, but no row of the group has a value */

typedef enum sheaf_unused_kind {
#define X(name, words) name,
    SHEAF_UNUSED_KINDS(X)
#undef X
        SHEAF_UNUSED_KIND_COUNT
} sheaf_unused_kind;

SHEAF_API const char *sheaf_unused_words(sheaf_unused_kind kind); /* "never read"; "unknown" */

/* A group as a whole, in which case its attributes are not told one by one, or one attribute of a group. */
typedef struct sheaf_unused_item {
    sheaf_unused_kind kind;
    sheaf_slice group;  /* "distros.hot_packages.maintainer": relations; in a page, names of the response */
    sheaf_slice entity; /* "Person" */
    sheaf_slice attribute; /* ptr NULL: the group as a whole */
    const char *place;     /* where the group was made, "page.c:12"; in a shape, where this was selected */
} sheaf_unused_item;

/* In the order in which the groups were made. */
typedef struct sheaf_unused {
    const char *shape; /* the page's; NULL where the groups were made by calls */
    const sheaf_unused_item *items;
    size_t count;
    size_t never_read; /* so many of them are SHEAF_NEVER_READ; 0: everything that could be read was */
} sheaf_unused;

/* Before realise: this context tracks its reads. `at_free` (NULL: whom the database's options name, or
 * nobody) gets the report when the context is freed, if it was realised. It is given text and nothing else,
 * which is gone when it returns: no group, no row, nothing that reaches a database. It must not free the
 * context. After realise the call does nothing. For every context and page of a database: `unused` of
 * `sheaf_options`; for one page: `sheaf_page_options`. */
SHEAF_API void sheaf_track_reads(sheaf_context *context, sheaf_unused_fn *at_free, void *user);

/* What was not read until now; allocates nothing. The items live until the next report of the same context,
 * or until it is freed. Error: STATE, where the context does not track its reads, or is not realised. */
SHEAF_API bool sheaf_context_unused(const sheaf_context *context, sheaf_unused *ret, sheaf_error *err);
SHEAF_API bool sheaf_page_unused(const sheaf_page *page, sheaf_unused *ret, sheaf_error *err);

#endif
