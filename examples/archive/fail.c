#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

bool fail(sheaf_error *err, sheaf_code code, const char *format, ...) {
    if (!err) return false;
    *err = (sheaf_error){.code = code};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return false;
}
