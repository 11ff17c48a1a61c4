/* file.h: whole files and the names in a folder. Failures are SHEAF_E_IO, "PATH: reason", or SHEAF_E_MEMORY.
 */
#ifndef SHEAF_BASE_FILE_H
#define SHEAF_BASE_FILE_H

#include <stdio.h>

#include "arena.h"
#include "buffer.h"
#include "error.h"

/* Appends the content of a file. What is longer than `max` bytes is cut a little behind them, so that the
 * reader of the content can tell. */
bool file_read(const char *path, size_t max, buffer *content, sheaf_error *err);

/* The same from a stream that is open; `name` is for errors. */
bool file_read_stream(FILE *stream, const char *name, size_t max, buffer *content, sheaf_error *err);

typedef struct file_names {
    sheaf_slice *items; /* NUL-terminated too */
    size_t count, room;
} file_names;

/* The names in a folder that end in `suffix` ("": all), in the order of their bytes, hidden ones left out. */
bool file_list(const char *folder, const char *suffix, arena *memory, file_names *ret, sheaf_error *err);

bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* SHEAF_E_IO with the words of errno. */
bool file_fail(sheaf_error *err, const char *path, int number);

#endif
