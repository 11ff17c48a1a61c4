/* error.h: what every call that can fail reports.
 *
 * Calls return `bool` (or NULL for a pointer) and fill the caller's `sheaf_error` when they fail; `err` may
 * be NULL when the caller does not care. `ret_` parameters are written only on success. An error is a plain
 * value: copy it, keep it, drop it; nothing needs freeing. The message is valid UTF-8, one or several
 * lines, cut at the size of the field, and says what to do where there is something to do. Messages may
 * quote names from the model, the shape and the database, never the values of variables.
 */
#ifndef SHEAF_ERROR_H
#define SHEAF_ERROR_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(enumerator, name as printed and as users see it, meaning) */
#define SHEAF_ERRORS(X)                                                                                      \
    X(SHEAF_OK, "ok", "no error")                                                                            \
    X(SHEAF_E_MEMORY, "out_of_memory", "an allocation failed")                                               \
    X(SHEAF_E_SYNTAX, "syntax", "a document does not parse")                                                 \
    X(SHEAF_E_MODEL, "model", "a model does not check")                                                      \
    X(SHEAF_E_SHAPE, "shape", "a shape or a group does not fit the model")                                   \
    X(SHEAF_E_VARIABLE, "variable", "a variable is missing, unknown, or of the wrong type or range")         \
    X(SHEAF_E_LIMIT, "limit", "a cap on pages, rows, bytes, depth or groups is exceeded")                    \
    X(SHEAF_E_CURSOR, "cursor", "a cursor is damaged or belongs to another order")                           \
    X(SHEAF_E_NOT_ASKED, "not_asked", "an attribute was read that its group did not ask for")                \
    X(SHEAF_E_STATE, "state", "a call in the wrong order, such as a group after realise")                    \
    X(SHEAF_E_CATALOGUE, "catalogue", "the database lacks what the model names, or differs in type")         \
    X(SHEAF_E_DATA, "data", "a stored value does not fit its attribute")                                     \
    X(SHEAF_E_NOT_FOUND, "not_found", "a @required row does not exist")                                      \
    X(SHEAF_E_CONNECT, "connect", "no connection could be made")                                             \
    X(SHEAF_E_CONNECTION_LOST, "connection_lost", "the connection broke while in use")                       \
    X(SHEAF_E_TIMEOUT, "timeout", "a deadline passed")                                                       \
    X(SHEAF_E_BUSY, "busy", "the database is locked, or every connection is in use")                         \
    X(SHEAF_E_READ_ONLY, "read_only", "the database or its file cannot be written")                          \
    X(SHEAF_E_FULL, "full", "the disk or the database is full")                                              \
    X(SHEAF_E_NOT_A_DATABASE, "not_a_database", "the file is not a database, or is damaged")                 \
    X(SHEAF_E_CONFLICT, "conflict", "a serialisation failure or deadlock; trying again may help")            \
    X(SHEAF_E_DATABASE, "database", "any other error of the database; see its SQLSTATE and message")         \
    X(SHEAF_E_IO, "io", "a file could not be read or written")                                               \
    X(SHEAF_E_USAGE, "usage", "a call or a command with wrong arguments")                                    \
    X(SHEAF_E_CHANGED, "changed", "a lock file, a budget or a generated file no longer holds")               \
    X(SHEAF_E_CANCELLED, "cancelled", "sheaf_cancel was called")

typedef enum sheaf_code {
#define X(name, text, meaning) name,
    SHEAF_ERRORS(X)
#undef X
} sheaf_code;

#define SHEAF_ERROR_MESSAGE_MAX 1024

typedef struct sheaf_error {
    sheaf_code code;
    char sqlstate[6]; /* the database's own five letters, or "" */
    char message[SHEAF_ERROR_MESSAGE_MAX];
} sheaf_error;

/* The name ("not_found") and the meaning of a code; "unknown" for a number that is none. */
SHEAF_API const char *sheaf_code_name(sheaf_code code);
SHEAF_API const char *sheaf_code_meaning(sheaf_code code);

#ifdef __cplusplus
}
#endif

#endif
