/* table.h: a table for people: columns by display width, cut to the width of the terminal. */
#ifndef ARCHIVE_TABLE_H
#define ARCHIVE_TABLE_H

#include <stdio.h>

#include "pool.h"

#define TABLE_COLUMNS_MAX 8

typedef struct table_column {
    const char *title;
    bool right; /* aligned: numbers */
    bool keep;  /* never narrowed; the others are, the widest first */
} table_column;

/* A table of zeros but for its columns is empty. */
typedef struct table {
    table_column columns[TABLE_COLUMNS_MAX];
    uint32_t column_count;
    sheaf_slice *cells; /* row by row */
    uint32_t used, room;
    pool text;
    bool no_memory; /* a cell is missing */
} table;

/* The next cell, which is copied. */
void table_text(table *t, sheaf_slice text);
void table_number(table *t, int64_t n);

/* Where to print: how many columns of characters, and whether in colour. */
typedef struct table_style {
    size_t width;
    bool colour;
} table_style;

#define TABLE_WIDTH_FALLBACK 100

/* The terminal's width and colour; for a file TABLE_WIDTH_FALLBACK and none, as with NO_COLOR or TERM=dumb.
 */
table_style table_style_of(FILE *out);

/* Bytes that are not text, or not for a terminal, are printed as '?'. Needs a locale of UTF-8 for widths; in
 * any other a byte outside ASCII is such a byte. */
void table_print(const table *t, const table_style *style, FILE *out);
void table_free(table *t); /* its columns stay */

/* The display width of a text, as table_print prints it. */
size_t table_width(sheaf_slice text);

#endif
