/* page.h: a shape, realised: bind variables, realise once, render.
 *
 * A page is one use of a shape: a context whose groups the shape declared. Like a context it is used by one
 * thread at a time, and nothing after `sheaf_page_realise` can reach the database.
 */
#ifndef SHEAF_PAGE_H
#define SHEAF_PAGE_H

#include "context.h"
#include "shape.h"

typedef struct sheaf_page sheaf_page;

/* Errors: VARIABLE (a negative limit too), LIMIT (one over page-max), CURSOR, NOT_FOUND (a @required row),
 * and those of realise. */
SHEAF_API bool sheaf_page_realise(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables,
                                  size_t count, sheaf_page **ret, sheaf_error *err);

/* Zero is the default everywhere; NULL is all defaults. */
typedef struct sheaf_page_options {
    bool track_reads;        /* for `sheaf_page_unused` (unused.h) */
    sheaf_unused_fn *unused; /* not NULL: tracks too, and is told when the page is freed; instead of the
                                database's */
    void *unused_user;
} sheaf_page_options;
SHEAF_API bool sheaf_page_realise_with(sheaf_db *db, const sheaf_shape *shape,
                                       const sheaf_variable *variables, size_t count,
                                       const sheaf_page_options *options, sheaf_page **ret, sheaf_error *err);

SHEAF_API void sheaf_page_free(sheaf_page *page); /* NULL is accepted */

SHEAF_API sheaf_stats sheaf_page_stats(const sheaf_page *page);

/* The result object, {"distro": {…}}, as JSON without white space; no line end. The text lives as long as the
 * page. Errors: DATA (text that is not UTF-8, a float that JSON has no word for, stored JSON that is none),
 * MEMORY. */
SHEAF_API bool sheaf_page_json(sheaf_page *page, sheaf_slice *ret, sheaf_error *err);

/* The rows of the shape's only list at the root, each as an object on a line of its own. USAGE where it has
 * another form. */
SHEAF_API bool sheaf_page_ndjson(sheaf_page *page, sheaf_slice *ret, sheaf_error *err);

/* What a shape takes, known without running anything. `statements` and `trips` are exact; the _max also count
 * lists that turn out to hold so many rows that they are asked for once more, for SQL to choose. */
typedef struct sheaf_plan_numbers {
    uint32_t statements, statements_max, trips, trips_max;
} sheaf_plan_numbers;

typedef enum sheaf_plan_form {
    SHEAF_PLAN_INDEXES, /* trips, steps, SQL, and the indexes that the database uses for each */
    SHEAF_PLAN_EXPLAIN, /* and the database's own plan of each statement */
    SHEAF_PLAN_LOCK /* trips, steps and SQL only, as they are where no numbers of rows are known: the same for
                     * every database of a backend that has these tables, so that it can be kept and compared
                     */
} sheaf_plan_form;

/* The plan of a shape as text. A `limit` that is a variable is planned with the variable's default, or with
 * page-default. The text is the caller's, for sheaf_text_free. */
SHEAF_API bool sheaf_shape_plan(sheaf_db *db, const sheaf_shape *shape, sheaf_plan_form form, char **ret_text,
                                sheaf_plan_numbers *ret_numbers, sheaf_error *err);
SHEAF_API void sheaf_text_free(sheaf_db *db, char *text);

/* Whether the shape's @budget, if it has one, holds: else SHEAF_E_CHANGED. */
SHEAF_API bool sheaf_shape_within_budget(const sheaf_shape *shape, const sheaf_plan_numbers *numbers,
                                         sheaf_error *err);

#endif
