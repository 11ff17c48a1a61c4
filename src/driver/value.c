#include "value.h"

#include <math.h>

#define UUID_TEXT 36

const char value_no_memory[] = "out of memory";

bool value_record_reset(value_record *r, const sheaf_allocator *allocator, const sql_statement *statement) {
    size_t size = statement->record_size;
    if (size > r->room) {
        void *bytes = memory_resize(allocator, r->bytes, size, 1);
        if (!bytes) return false;
        *r = (value_record){bytes, size};
    }
    if (size) memset(r->bytes, 0, size);
    return true;
}

static misfit set_int(int64_t number, sheaf_value *ret) {
    ret->kind = SHEAF_KIND_INT;
    ret->i = number;
    return NULL;
}

misfit value_int32(int64_t number, sheaf_value *ret) {
    if (number < INT32_MIN || number > INT32_MAX) return "holds a number beyond 32 bits; BigInt has 64";
    return set_int(number, ret);
}

misfit value_float(double number, sheaf_value *ret) {
    if (!isfinite(number)) return "holds a NaN or an infinity";
    ret->kind = SHEAF_KIND_FLOAT;
    ret->f = number;
    return NULL;
}

misfit value_boolean(int64_t number, sheaf_value *ret) {
    if (number != 0 && number != 1) return "holds a number other than 0 and 1";
    return set_int(number, ret);
}

misfit value_micros(int64_t micros, sheaf_value *ret) {
    if (micros < VALUE_MICROS_MIN || micros > VALUE_MICROS_MAX)
        return "holds a time outside of the years 1 to 9999";
    return set_int(micros, ret);
}

misfit value_days(int64_t days, sheaf_value *ret) {
    if (days < VALUE_DAYS_MIN || days > VALUE_DAYS_MAX) return "holds a date outside of the years 1 to 9999";
    return set_int(days, ret);
}

static bool is_dash(size_t at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

static char *new_uuid(arena *memory, sheaf_value *ret) {
    char *out = arena_alloc(memory, UUID_TEXT);
    if (!out) return NULL;
    ret->kind = SHEAF_KIND_TEXT;
    ret->text = (sheaf_slice){out, UUID_TEXT};
    return out;
}

misfit value_uuid_bytes(const char bytes[16], arena *memory, sheaf_value *ret) {
    static const char hex[] = "0123456789abcdef";
    char *out = new_uuid(memory, ret);
    if (!out) return value_no_memory;
    for (size_t at = 0, digit = 0; at < UUID_TEXT; at++) {
        unsigned char byte = (unsigned char)bytes[digit / 2];
        out[at] = is_dash(at) ? '-' : hex[digit++ % 2 ? byte & 15 : byte >> 4];
    }
    return NULL;
}

misfit value_uuid_text(sheaf_slice text, arena *memory, sheaf_value *ret) {
    static const char wrong[] = "holds text that is not a UUID";
    if (text.len != UUID_TEXT) return wrong;
    char *out = new_uuid(memory, ret);
    if (!out) return value_no_memory;
    for (size_t at = 0; at < UUID_TEXT; at++) {
        char c = text.ptr[at];
        if (c >= 'A' && c <= 'F') c = (char)(c - 'A' + 'a');
        bool fits = is_dash(at) ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (!fits) return wrong;
        out[at] = c;
    }
    return NULL;
}

bool value_error(sheaf_error *err, const sql_output *output, misfit why) {
    if (why == value_no_memory) return error_memory(err);
    return error_set(err, SHEAF_E_DATA, "%.*s %s", SHEAF_SLICE_ARGS(output->name), why);
}
