#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

const char *sheaf_code_name(sheaf_code code) {
    switch (code) {
#define X(name, text, meaning)                                                                               \
    case name: return text;
        SHEAF_ERRORS(X)
#undef X
    }
    return "unknown";
}

const char *sheaf_code_meaning(sheaf_code code) {
    switch (code) {
#define X(name, text, meaning)                                                                               \
    case name: return meaning;
        SHEAF_ERRORS(X)
#undef X
    }
    return "unknown";
}

/* Replaces bytes that are not UTF-8 by '?', and drops a character that was cut off at the end. */
static void make_valid(char *message, bool cut) {
    size_t len = strlen(message), at = 0;
    while ((at += utf8_valid_prefix((sheaf_slice){message + at, len - at})) < len) {
        bool lead = (message[at] & 0xC0) == 0xC0;
        if (cut && lead && len - at < 4) {
            message[at] = '\0';
            return;
        }
        message[at] = '?';
    }
}

/* Formats aside first, so that an argument may point into the message that is replaced. */
static bool set(sheaf_error *err, sheaf_code code, const char *format, va_list args) {
    char message[SHEAF_ERROR_MESSAGE_MAX];
    if (!err) return false;
    int len = vsnprintf(message, sizeof message, format, args);
    if (len < 0) message[0] = '\0';
    make_valid(message, len >= (int)sizeof message);
    err->code = code;
    err->sqlstate[0] = '\0';
    memcpy(err->message, message, strlen(message) + 1);
    return false;
}

bool error_set(sheaf_error *err, sheaf_code code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    set(err, code, format, args);
    va_end(args);
    return false;
}

bool error_memory(sheaf_error *err) {
    return error_set(err, SHEAF_E_MEMORY, "out of memory");
}

bool error_prefix(sheaf_error *err, const char *format, ...) {
    char prefix[SHEAF_ERROR_MESSAGE_MAX], sqlstate[sizeof err->sqlstate];
    va_list args;
    if (!err) return false;
    va_start(args, format);
    if (vsnprintf(prefix, sizeof prefix, format, args) < 0) prefix[0] = '\0';
    va_end(args);
    memcpy(sqlstate, err->sqlstate, sizeof sqlstate);
    error_set(err, err->code, "%s: %s", prefix, err->message);
    memcpy(err->sqlstate, sqlstate, sizeof sqlstate);
    return false;
}
