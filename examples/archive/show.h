/* show.h: the page as a person would like to see it. */
#ifndef ARCHIVE_SHOW_H
#define ARCHIVE_SHOW_H

#include "compare.h"
#include "hot.h"
#include "table.h"

/* The packages as a table, then the people. */
bool show_page(const hot_page *page, const table_style *style, FILE *out, sheaf_error *err);
/* What it cost, and what it costs without Sheaf. */
bool show_costs(const compare_result *costs, const table_style *style, FILE *out, sheaf_error *err);

#endif
