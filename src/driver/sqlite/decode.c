#include <math.h>

#include "../../base/number.h"
#include "../../base/time.h"
#include "sqlite.h"

/* A value of the current row, asked for once; one thread at a time uses a connection, so it need not be
 * protected. SQLite hands out text only until the next step. */
typedef struct field {
    sqlite3_value *value;
    int type; /* SQLITE_INTEGER …, not SQLITE_NULL */
    arena *memory;
} field;

static const char wrong_integer[] = "holds no integer";
static const char wrong_text[] = "holds no text";

/* In SQLite's memory. False: there was none to convert it in. */
static bool borrow_text(const field *f, sheaf_slice *ret) {
    const char *text = (const char *)sqlite3_value_text(f->value);
    *ret = (sheaf_slice){text, (size_t)sqlite3_value_bytes(f->value)};
    return text;
}

static misfit set_text(const field *f, sheaf_slice text, sheaf_value *ret) {
    ret->kind = SHEAF_KIND_TEXT;
    ret->text = arena_copy(f->memory, text);
    return ret->text.ptr ? NULL : value_no_memory;
}

static misfit take_text(const field *f, sheaf_value *ret) {
    sheaf_slice text;
    if (f->type != SQLITE_TEXT) return wrong_text;
    return borrow_text(f, &text) ? set_text(f, text, ret) : value_no_memory;
}

static misfit take_integer(const field *f, sheaf_value *ret) {
    if (f->type != SQLITE_INTEGER) return wrong_integer;
    ret->kind = SHEAF_KIND_INT;
    ret->i = sqlite3_value_int64(f->value);
    return NULL;
}

static misfit take_int32(const field *f, sheaf_value *ret) {
    if (f->type != SQLITE_INTEGER) return wrong_integer;
    return value_int32(sqlite3_value_int64(f->value), ret);
}

static misfit take_boolean(const field *f, sheaf_value *ret) {
    if (f->type != SQLITE_INTEGER) return wrong_integer;
    return value_boolean(sqlite3_value_int64(f->value), ret);
}

static misfit take_float(const field *f, sheaf_value *ret) {
    if (f->type != SQLITE_FLOAT && f->type != SQLITE_INTEGER) return "holds no number";
    return value_float(sqlite3_value_double(f->value), ret);
}

static misfit take_timestamp(const field *f, sheaf_value *ret) {
    static const char wrong[] = "holds neither text that is a time nor microseconds";
    sheaf_slice text;
    int64_t micros;
    if (f->type == SQLITE_INTEGER) return value_micros(sqlite3_value_int64(f->value), ret);
    if (f->type != SQLITE_TEXT) return wrong;
    if (!borrow_text(f, &text)) return value_no_memory;
    return time_to_micros(text, &micros) ? value_micros(micros, ret) : wrong;
}

static misfit take_date(const field *f, sheaf_value *ret) {
    sheaf_slice text;
    int64_t days;
    if (f->type != SQLITE_TEXT) return wrong_text;
    if (!borrow_text(f, &text)) return value_no_memory;
    return date_to_days(text, &days) ? value_days(days, ret) : "holds text that is not a date";
}

/* Numeric affinity, which the declared types DECIMAL and JSON have, may have made a number of the text. */
static misfit take_number_as_text(const field *f, sheaf_value *ret) {
    char out[NUMBER_TEXT_MAX];
    if (f->type == SQLITE_INTEGER)
        return set_text(f, (sheaf_slice){out, number_from_int(out, sqlite3_value_int64(f->value))}, ret);
    double number = sqlite3_value_double(f->value);
    if (!isfinite(number)) return "holds an infinity";
    return set_text(f, (sheaf_slice){out, number_from_float(out, number)}, ret);
}

static bool is_number(const field *f) {
    return f->type == SQLITE_INTEGER || f->type == SQLITE_FLOAT;
}

static misfit take_decimal(const field *f, sheaf_value *ret) {
    sheaf_slice text;
    if (is_number(f)) return take_number_as_text(f, ret);
    if (f->type != SQLITE_TEXT) return "holds no number";
    if (!borrow_text(f, &text)) return value_no_memory;
    return decimal_valid(text) ? set_text(f, text, ret) : "holds text that is not a number";
}

static misfit take_json(const field *f, sheaf_value *ret) {
    return is_number(f) ? take_number_as_text(f, ret) : take_text(f, ret);
}

static misfit take_bytes(const field *f, sheaf_value *ret) {
    if (f->type != SQLITE_BLOB) return "holds no BLOB";
    const char *bytes = sqlite3_value_blob(f->value);
    size_t len = (size_t)sqlite3_value_bytes(f->value);
    return bytes || len == 0 ? set_text(f, (sheaf_slice){bytes, len}, ret) : value_no_memory;
}

static misfit take_uuid(const field *f, sheaf_value *ret) {
    sheaf_slice text;
    if (f->type == SQLITE_BLOB) {
        const char *bytes = sqlite3_value_blob(f->value);
        bool fits = bytes && sqlite3_value_bytes(f->value) == 16;
        return fits ? value_uuid_bytes(bytes, f->memory, ret) : "holds a BLOB that is not a UUID";
    }
    if (f->type != SQLITE_TEXT) return wrong_text;
    return borrow_text(f, &text) ? value_uuid_text(text, f->memory, ret) : value_no_memory;
}

static misfit (*const decoders[SHEAF_SCALAR_COUNT])(const field *f, sheaf_value *ret) = {
    [SHEAF_ID] = take_integer,          [SHEAF_INT] = take_int32,   [SHEAF_BIGINT] = take_integer,
    [SHEAF_FLOAT] = take_float,         [SHEAF_STRING] = take_text, [SHEAF_BOOLEAN] = take_boolean,
    [SHEAF_TIMESTAMP] = take_timestamp, [SHEAF_DATE] = take_date,   [SHEAF_DECIMAL] = take_decimal,
    [SHEAF_JSON] = take_json,           [SHEAF_UUID] = take_uuid,   [SHEAF_BYTES] = take_bytes,
};

bool sqlite_decode(sqlite3_stmt *row, const sql_output *outputs, size_t count, arena *memory, void *record,
                   uint64_t *bytes, sheaf_error *err) {
    for (const sql_output *output = outputs; output < outputs + count; output++) {
        field f = {.value = sqlite3_column_value(row, (int)(output - outputs)), .memory = memory};
        f.type = sqlite3_value_type(f.value);
        if (f.type == SQLITE_NULL) {
            sql_put_null(record, &output->place);
            continue;
        }
        if (f.type == SQLITE_INTEGER && decoders[output->scalar] == take_integer && !output->text_key) {
            sql_put_int(record, &output->place, sqlite3_value_int64(f.value)); /* as most are */
            *bytes += sizeof(int64_t);
            continue;
        }
        sheaf_value value;
        misfit why = output->text_key ? take_text(&f, &value) : decoders[output->scalar](&f, &value);
        if (SHEAF_UNLIKELY(why != NULL)) return value_error(err, output, why);
        *bytes += value.kind == SHEAF_KIND_TEXT ? value.text.len : sizeof value.i;
        sql_put_value(record, &output->place, &value);
    }
    return true;
}
