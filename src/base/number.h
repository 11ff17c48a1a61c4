/* number.h: numbers as text and back. Locale-independent. */
#ifndef SHEAF_BASE_NUMBER_H
#define SHEAF_BASE_NUMBER_H

#include "buffer.h"

#define NUMBER_TEXT_MAX 32

/* Writes the decimal text at `out` (room for NUMBER_TEXT_MAX bytes), no NUL; gives its length. */
size_t number_from_int(char *out, int64_t value);

/* The shortest decimal text that reads back to the same double (of the shortest ones the closest); finite
 * values only. Layout as JSON and ECMAScript print numbers: 0, -1.5, 100000000000000000000, 1e+21, 1.5e-7;
 * a whole number has no ".0"; negative zero prints "-0". */
size_t number_from_float(char *out, double value);

/* The length of the number, in JSON's grammar, that `text` begins with; 0: none. */
size_t number_prefix(sheaf_slice text);

/* The whole text must be a number. False: it is not, or out of range. */
bool number_to_int(sheaf_slice text, int64_t *ret);  /* -?[0-9]+ */
bool number_to_float(sheaf_slice text, double *ret); /* JSON's grammar; overflow is out of range */

/* A decimal number in plain or exponent notation (an exponent of at most nine digits), "NaN", "Infinity",
 * "-Infinity". */
bool decimal_valid(sheaf_slice text);
/* Compares two valid decimals by value ("1.50" equals "1.5"): -1, 0, 1. NaN is above all, equal to itself, as
 * PostgreSQL orders it. */
int decimal_compare(sheaf_slice a, sheaf_slice b);

#endif
