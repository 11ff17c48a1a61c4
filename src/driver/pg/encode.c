#include <endian.h>
#include <string.h>

#include "pg.h"

#define IS_NULL SIZE_MAX

static const struct {
    Oid type, element; /* `element` of an array, else 0 */
} wire[] = {
    [SQL_PARAM_INT] = {PG_INT8, 0},
    [SQL_PARAM_FLOAT] = {PG_FLOAT8, 0},
    [SQL_PARAM_TEXT] = {PG_TEXT, 0},
    [SQL_PARAM_BYTES] = {PG_BYTEA, 0},
    [SQL_PARAM_BOOL] = {PG_BOOL, 0},
    [SQL_PARAM_TIMESTAMP] = {PG_TIMESTAMP, 0},
    [SQL_PARAM_TIMESTAMPTZ] = {PG_TIMESTAMPTZ, 0},
    [SQL_PARAM_DATE] = {PG_DATE, 0},
    [SQL_PARAM_INT_LIST] = {PG_INT8_ARRAY, PG_INT8},
    [SQL_PARAM_FLOAT_LIST] = {PG_FLOAT8_ARRAY, PG_FLOAT8},
    [SQL_PARAM_TEXT_LIST] = {PG_TEXT_ARRAY, PG_TEXT},
};

/* Room for `count` parameters in each of the arrays. What one failed resize leaves is still consistent:
 * `room` says what all of them have. */
static bool reserve(pg_parameters *p, const sheaf_allocator *allocator, size_t count) {
    if (count <= p->room) return true;
    size_t room = count + 8;
#define GROW(array)                                                                                          \
    do {                                                                                                     \
        void *grown = memory_resize(allocator, p->array, room, sizeof *p->array);                            \
        if (!grown) return false;                                                                            \
        p->array = grown;                                                                                    \
    } while (0)
    GROW(types);
    GROW(values);
    GROW(lengths);
    GROW(formats);
    GROW(offsets);
#undef GROW
    p->room = room;
    for (size_t i = 0; i < room; i++) p->formats[i] = 1; /* binary */
    return true;
}

void pg_parameters_free(pg_parameters *p, const sheaf_allocator *allocator) {
    memory_release(allocator, p->types);
    memory_release(allocator, p->values);
    memory_release(allocator, p->lengths);
    memory_release(allocator, p->formats);
    memory_release(allocator, p->offsets);
    buffer_free(&p->bytes);
}

bool pg_parameter_types(pg_parameters *p, const sheaf_allocator *allocator, const sql_statement *statement,
                        sheaf_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < statement->param_count; i++) {
        const sql_param *param = &statement->params[i];
        size_t width = param->kind == SQL_PARAM_KEYS ? param->key_columns : 1;
        if (!reserve(p, allocator, count + width)) return error_memory(err);
        for (size_t k = 0; k < width; k++)
            p->types[count++] = param->kind != SQL_PARAM_KEYS ? wire[param->kind].type
                                : param->key_text[k]          ? (Oid)PG_TEXT_ARRAY
                                                              : (Oid)PG_INT8_ARRAY;
    }
    p->count = (int)count;
    return true;
}

static void put_int32(buffer *b, int64_t value) {
    uint32_t big = htobe32((uint32_t)value);
    buffer_bytes(b, (const char *)&big, sizeof big);
}

static void put_int64(buffer *b, int64_t value) {
    uint64_t big = htobe64((uint64_t)value);
    buffer_bytes(b, (const char *)&big, sizeof big);
}

static void put_float(buffer *b, double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_int64(b, bits);
}

static bool is_number(const sheaf_value *value) {
    return value->kind == SHEAF_KIND_INT || value->kind == SHEAF_KIND_FLOAT;
}

/* The bytes of one value that is not NULL. False: it is of the wrong kind or out of range. */
static bool put_value(buffer *b, Oid type, const sheaf_value *value) {
    bool is_int = value->kind == SHEAF_KIND_INT;
    switch (type) {
    case PG_INT8:
        if (is_int) put_int64(b, value->i);
        return is_int;
    case PG_FLOAT8:
        if (is_number(value)) put_float(b, is_int ? (double)value->i : value->f);
        return is_number(value);
    case PG_BOOL:
        if (is_int) buffer_byte(b, value->i != 0);
        return is_int;
    case PG_TIMESTAMP:
    case PG_TIMESTAMPTZ:
        if (!is_int || value->i < VALUE_MICROS_MIN || value->i > VALUE_MICROS_MAX) return false;
        put_int64(b, value->i - PG_EPOCH_MICROS);
        return true;
    case PG_DATE:
        if (!is_int || value->i < VALUE_DAYS_MIN || value->i > VALUE_DAYS_MAX) return false;
        put_int32(b, value->i - PG_EPOCH_DAYS);
        return true;
    default: /* text and bytea; a length has 31 bits, and a message 1 GB, which the server checks */
        if (value->kind != SHEAF_KIND_TEXT || value->text.len > INT32_MAX) return false;
        buffer_slice(b, value->text);
        return true;
    }
}

/* An array: dimensions, whether there are NULLs, type; then, where not empty, its size and lower bound. */
static void put_array_header(buffer *b, Oid element, size_t count, bool nulls) {
    put_int32(b, count ? 1 : 0);
    put_int32(b, nulls);
    put_int32(b, element);
    if (count == 0) return;
    put_int32(b, (int64_t)count);
    put_int32(b, 1);
}

static bool put_list(buffer *b, Oid element, const sheaf_value *items, size_t count) {
    bool nulls = false;
    for (size_t i = 0; i < count; i++) nulls |= items[i].kind == SHEAF_KIND_NULL;
    put_array_header(b, element, count, nulls);
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind == SHEAF_KIND_NULL) {
            put_int32(b, -1);
            continue;
        }
        size_t start = b->len;
        put_int32(b, 0);
        if (!put_value(b, element, &items[i])) return false;
        if (b->failed) return true; /* told in the end */
        uint32_t len = htobe32((uint32_t)(b->len - start - sizeof len));
        memcpy(b->ptr + start, &len, sizeof len);
    }
    return true;
}

static bool put_int_keys(buffer *b, const int64_t *keys, size_t count) {
    uint32_t item[3] = {htobe32(sizeof *keys)}; /* length and value */
    size_t bytes;
    put_array_header(b, PG_INT8, count, false);
    if (!memory_mul(count, sizeof item, &bytes)) return false;
    if (!buffer_reserve(b, bytes)) return true; /* told in the end */
    for (size_t i = 0; i < count; i++) {
        uint64_t big = htobe64((uint64_t)keys[i]);
        memcpy(item + 1, &big, sizeof big);
        memcpy(b->ptr + b->len, item, sizeof item);
        b->len += sizeof item;
    }
    return true;
}

static bool put_text_keys(buffer *b, const sheaf_slice *keys, size_t count) {
    put_array_header(b, PG_TEXT, count, false);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].len > INT32_MAX) return false;
        put_int32(b, (int64_t)keys[i].len);
        buffer_slice(b, keys[i]);
    }
    return true;
}

/* What was written since `offset` is the parameter. */
static bool close_parameter(pg_parameters *p, size_t at, size_t offset) {
    size_t len = p->bytes.len - offset;
    p->offsets[at] = offset;
    p->lengths[at] = (int)len;
    return len <= INT32_MAX;
}

static bool put_keys(pg_parameters *p, size_t at, const sql_param *param, const sql_key_set *keys) {
    if (!keys || keys->count > INT32_MAX) return false;
    for (size_t k = 0; k < param->key_columns; k++) {
        size_t offset = p->bytes.len;
        bool fits = param->key_text[k] ? put_text_keys(&p->bytes, keys->texts[k], keys->count)
                                       : put_int_keys(&p->bytes, keys->ints[k], keys->count);
        if (!fits || !close_parameter(p, at + k, offset)) return false;
    }
    return true;
}

static bool put_argument(pg_parameters *p, size_t at, const sql_param *param, const sheaf_value *value) {
    Oid element = wire[param->kind].element;
    size_t offset = p->bytes.len;
    bool fits = value->kind == SHEAF_KIND_NULL ||
                (!element ? put_value(&p->bytes, wire[param->kind].type, value)
                          : value->kind == SHEAF_KIND_LIST && value->list.count <= INT32_MAX &&
                                put_list(&p->bytes, element, value->list.items, value->list.count));
    if (!fits || !close_parameter(p, at, offset)) return false;
    if (value->kind == SHEAF_KIND_NULL) p->offsets[at] = IS_NULL;
    return true;
}

bool pg_encode(pg_parameters *p, const driver_call *call, sheaf_error *err) {
    const sql_statement *statement = call->statement;
    size_t at = 0;
    buffer_clear(&p->bytes);
    for (size_t i = 0; i < statement->param_count; i++) {
        const sql_param *param = &statement->params[i];
        const sql_argument *argument = &call->arguments[i];
        bool is_keys = param->kind == SQL_PARAM_KEYS;
        bool fits =
            is_keys ? put_keys(p, at, param, argument->keys) : put_argument(p, at, param, &argument->value);
        if (!fits)
            return error_set(err, SHEAF_E_VARIABLE, "argument %zu has the wrong type or is out of range",
                             i + 1);
        at += is_keys ? param->key_columns : 1;
    }
    if (p->bytes.failed) {
        buffer_free(&p->bytes);
        return error_memory(err);
    }
    for (size_t i = 0; i < at; i++) {
        const char *start = p->bytes.ptr ? p->bytes.ptr : "";
        p->values[i] = p->offsets[i] == IS_NULL ? NULL : start + p->offsets[i];
    }
    return true;
}
