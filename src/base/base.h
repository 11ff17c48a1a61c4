/* base: memory, text and numbers. Nothing in this folder knows about databases.
 *
 *   memory.h   the checked allocator: the only place where a size is multiplied
 *   arena.h    lifetimes: everything in an arena is freed at once
 *   buffer.h   bytes that grow (SQL text, JSON, printed documents)
 *   slice.h    reading text: compare, split, "did you mean"
 *   map.h      hash maps from slices or integers
 *   error.h    filling a sheaf_error
 *   file.h     whole files, the names in a folder
 *   utf8.h     validity; base64
 *   number.h   integers and floats as text, the shortest that reads back; decimals compared
 *   sort.h     integers in ascending order
 *   percentile.h  p50 and p99 of measured values
 *   time.h     timestamps and dates as text (RFC 3339) and back; clocks
 *   json.h     JSON text checked and made compact; strings escaped
 *
 * Allocation failure: every function that can allocate returns NULL or false and changes nothing visible;
 * the caller names the failure with `error_memory`.
 */
#ifndef SHEAF_BASE_H
#define SHEAF_BASE_H

#include "arena.h"
#include "buffer.h"
#include "error.h"
#include "slice.h"

#endif
