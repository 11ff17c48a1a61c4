/* error.h: filling a sheaf_error. Each returns false, so that a failure is `return error_set(…)`. */
#ifndef SHEAF_BASE_ERROR_H
#define SHEAF_BASE_ERROR_H

#include <sheaf/error.h>

/* Writes code and message (cut at a UTF-8 boundary), clears the SQLSTATE. `err` may be NULL. */
bool error_set(sheaf_error *err, sheaf_code code, const char *format, ...) SHEAF_PRINTF(3, 4);

/* SHEAF_E_MEMORY with a fixed message; allocates nothing. */
bool error_memory(sheaf_error *err);

/* Puts "text: " before the message that stands there; keeps the code. */
bool error_prefix(sheaf_error *err, const char *format, ...) SHEAF_PRINTF(2, 3);

#endif
