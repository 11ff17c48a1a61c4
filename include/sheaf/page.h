/* page.h: a shape, realised: bind variables, realise once, render.
 *
 * A page is one use of a shape: a context whose groups the shape declared. Like a context it is used by one thread at a time, and nothing
 * after `sheaf_page_realise` can reach the database.
 */
#ifndef SHEAF_PAGE_H
#define SHEAF_PAGE_H

#include "context.h"
#include "shape.h"

typedef struct sheaf_page sheaf_page;

/* Errors: VARIABLE, LIMIT (a limit that is negative or over page-max), CURSOR, NOT_FOUND (a @required row), and those of realise. */
SHEAF_API bool sheaf_page_realise(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables, size_t count,
                                  sheaf_page **ret, sheaf_error *err);
SHEAF_API void sheaf_page_free(sheaf_page *page); /* NULL is accepted */

SHEAF_API sheaf_stats sheaf_page_stats(const sheaf_page *page);

/* The result object, {"distro": {…}}, as JSON without white space; no line end. The text lives as long as the page. Errors: DATA (text that
 * is not UTF-8, a float that JSON has no word for, stored JSON that is none), MEMORY. */
SHEAF_API bool sheaf_page_json(sheaf_page *page, sheaf_slice *ret, sheaf_error *err);

/* The rows of the shape's only list at the root, each as an object on a line of its own. USAGE where it has another form. */
SHEAF_API bool sheaf_page_ndjson(sheaf_page *page, sheaf_slice *ret, sheaf_error *err);

/* What `sheaf plan` shows, as text: levels, steps, SQL, statements and trips, by a db and a shape; and whether its @budget holds (else
 * SHEAF_E_CHANGED). The plan of a shape whose `limit` is a variable is made with the variable's default, or with page-default. */
typedef struct sheaf_plan_numbers {
    uint32_t statements, statements_max, trips, trips_max, groups;
} sheaf_plan_numbers;
SHEAF_API bool sheaf_shape_plan(sheaf_db *db, const sheaf_shape *shape, bool explain, char **ret_text,
                                sheaf_plan_numbers *ret_numbers, sheaf_error *err);
/* Frees text that a call gave for the caller to keep. */
SHEAF_API void sheaf_text_free(sheaf_db *db, char *text);

#endif
