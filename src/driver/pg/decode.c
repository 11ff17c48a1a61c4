#include <endian.h>
#include <string.h>

#include "../../base/number.h"
#include "pg.h"

static const char misfit_length[] = "came from PostgreSQL with a wrong length";

static uint32_t load32(const char *at) {
    uint32_t big;
    memcpy(&big, at, sizeof big);
    return be32toh(big);
}

static uint64_t load64(const char *at) {
    uint64_t big;
    memcpy(&big, at, sizeof big);
    return be64toh(big);
}

static misfit load_int(const char *at, int len, int64_t *ret) {
    switch (len) {
    case 2: *ret = (int16_t)((unsigned char)at[0] << 8 | (unsigned char)at[1]); return NULL;
    case 4: *ret = (int32_t)load32(at); return NULL;
    case 8: *ret = (int64_t)load64(at); return NULL;
    default: return misfit_length;
    }
}

static misfit take_int(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    ret->kind = SHEAF_KIND_INT;
    return load_int(at, len, &ret->i);
}

static misfit take_int32(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    int64_t number;
    misfit why = load_int(at, len, &number);
    return why ? why : value_int32(number, ret);
}

static misfit take_int_as_float(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    int64_t number;
    misfit why = load_int(at, len, &number);
    return why ? why : value_float((double)number, ret);
}

static misfit take_float4(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    if (len != 4) return misfit_length;
    uint32_t bits = load32(at);
    float number;
    memcpy(&number, &bits, sizeof number);
    return value_float(number, ret);
}

static misfit take_float8(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    if (len != 8) return misfit_length;
    uint64_t bits = load64(at);
    double number;
    memcpy(&number, &bits, sizeof number);
    return value_float(number, ret);
}

static misfit take_bool(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    return len == 1 ? value_boolean(*at, ret) : misfit_length;
}

static misfit take_micros(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    if (len != 8) return misfit_length;
    int64_t micros = (int64_t)load64(at);
    if (micros == INT64_MIN || micros == INT64_MAX) return "holds an infinite time";
    if (micros > VALUE_MICROS_MAX) micros = VALUE_MICROS_MAX; /* also out of range, and does not overflow */
    return value_micros(micros + PG_EPOCH_MICROS, ret);
}

static misfit take_days(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    if (len != 4) return misfit_length;
    int32_t days = (int32_t)load32(at);
    if (days == INT32_MIN || days == INT32_MAX) return "holds an infinite date";
    return value_days(days + PG_EPOCH_DAYS, ret);
}

static misfit take_text(const char *at, int len, arena *memory, sheaf_value *ret) {
    (void)memory;
    ret->kind = SHEAF_KIND_TEXT;
    ret->text = (sheaf_slice){at, (size_t)len};
    return NULL;
}

static misfit take_decimal(const char *at, int len, arena *memory, sheaf_value *ret) {
    take_text(at, len, memory, ret);
    return decimal_valid(ret->text) ? NULL : "holds text that is not a number";
}

static misfit take_jsonb(const char *at, int len, arena *memory, sheaf_value *ret) {
    if (len < 1 || *at != 1) return "came from PostgreSQL as an unknown version of jsonb";
    return take_text(at + 1, len - 1, memory, ret);
}

static misfit take_uuid(const char *at, int len, arena *memory, sheaf_value *ret) {
    return len == 16 ? value_uuid_bytes(at, memory, ret) : misfit_length;
}

static misfit take_uuid_text(const char *at, int len, arena *memory, sheaf_value *ret) {
    return value_uuid_text((sheaf_slice){at, (size_t)len}, memory, ret);
}

/* Which types a scalar can be read from. An ID that is held as text stands as AS_TEXT_ID. */
#define AS(scalar) (1u << SHEAF_##scalar)
#define AS_TEXT_ID (1u << SHEAF_SCALAR_COUNT)

#define INTEGER_TYPES(X)                                                                                     \
    X(PG_INT2)                                                                                               \
    X(PG_INT4)                                                                                               \
    X(PG_INT8)
#define TEXT_TYPES(X)                                                                                        \
    X(PG_TEXT)                                                                                               \
    X(PG_VARCHAR)                                                                                            \
    X(PG_BPCHAR)                                                                                             \
    X(PG_NAME)

static const struct {
    Oid type;
    unsigned scalars;
    misfit (*decode)(const char *at, int len, arena *memory, sheaf_value *ret);
} decoders[] = {
#define X(type)                                                                                              \
    {type, AS(ID) | AS(BIGINT), take_int}, {type, AS(INT), take_int32}, {type, AS(FLOAT), take_int_as_float},
    INTEGER_TYPES(X)
#undef X
#define X(type)                                                                                              \
    {type, AS_TEXT_ID | AS(STRING) | AS(JSON), take_text}, {type, AS(DECIMAL), take_decimal},                \
        {type, AS(UUID), take_uuid_text},
        TEXT_TYPES(X)
#undef X
            {PG_FLOAT4, AS(FLOAT), take_float4},
    {PG_FLOAT8, AS(FLOAT), take_float8},
    {PG_BOOL, AS(BOOLEAN), take_bool},
    {PG_TIMESTAMP, AS(TIMESTAMP), take_micros},
    {PG_TIMESTAMPTZ, AS(TIMESTAMP), take_micros},
    {PG_DATE, AS(DATE), take_days},
    {PG_UUID, AS(UUID) | AS(STRING) | AS_TEXT_ID, take_uuid},
    {PG_JSON, AS(JSON), take_text},
    {PG_JSONB, AS(JSON), take_jsonb},
    {PG_BYTEA, AS(BYTES), take_text},
};

static bool reserve(pg *c, const sql_statement *statement) {
    size_t count = statement->output_count;
    if (count > c->column_room) {
        pg_column *columns = memory_resize(c->allocator, c->columns, count, sizeof *columns);
        if (!columns) return false;
        c->columns = columns;
        c->column_room = count;
    }
    return value_record_reset(&c->record, c->allocator, statement);
}

/* Chooses a decoder for each column, once for a result. *ret_borrows: values will point into the result. */
static bool choose(pg *c, const PGresult *result, const sql_statement *statement, bool *ret_borrows,
                   sheaf_error *err) {
    bool borrows = false;
    if ((size_t)PQnfields(result) != statement->output_count)
        return error_set(err, SHEAF_E_DATABASE, "a statement gave %d columns where %zu were expected",
                         PQnfields(result), statement->output_count);
    if (!reserve(c, statement)) return error_memory(err);
    for (size_t i = 0; i < statement->output_count; i++) {
        const sql_output *output = &statement->outputs[i];
        Oid type = PQftype(result, (int)i);
        unsigned wanted = output->text_key ? AS_TEXT_ID : 1u << output->scalar;
        c->columns[i] = (pg_column){.place = output->place};
        for (size_t k = 0; k < sizeof decoders / sizeof *decoders && !c->columns[i].decode; k++)
            if (decoders[k].type == type && decoders[k].scalars & wanted)
                c->columns[i].decode = decoders[k].decode;
        if (!c->columns[i].decode || PQfformat(result, (int)i) != 1)
            return error_set(err, SHEAF_E_DATA,
                             "%.*s came from PostgreSQL as the type with the OID %u, which does not fit",
                             SHEAF_SLICE_ARGS(output->name), type);
        borrows |= c->columns[i].decode == take_text || c->columns[i].decode == take_decimal ||
                   c->columns[i].decode == take_jsonb;
    }
    *ret_borrows = borrows;
    return true;
}

/* Most values are integers of eight bytes and texts: they go straight into the record. */
static misfit take(const pg_column *column, const char *at, int len, arena *memory, void *record) {
    if (column->decode == take_int && len == 8) {
        sql_put_int(record, &column->place, (int64_t)load64(at));
        return NULL;
    }
    if (column->decode == take_text) {
        sql_put_text(record, &column->place, (sheaf_slice){at, (size_t)len});
        return NULL;
    }
    sheaf_value value;
    misfit why = column->decode(at, len, memory, &value);
    if (!why) sql_put_value(record, &column->place, &value);
    return why;
}

static bool decode_row(pg *c, const PGresult *result, int row, const sql_statement *statement, arena *memory,
                       driver_cost *cost, sheaf_error *err) {
    void *record = c->record.bytes;
    for (int column = 0; column < (int)statement->output_count; column++) {
        int len = PQgetlength(result, row, column);
        if (len == 0 && PQgetisnull(result, row, column)) {
            sql_put_null(record, &c->columns[column].place);
            continue;
        }
        misfit why = take(&c->columns[column], PQgetvalue(result, row, column), len, memory, record);
        if (SHEAF_UNLIKELY(why != NULL)) return value_error(err, &statement->outputs[column], why);
        cost->bytes += (uint64_t)len;
    }
    return true;
}

static bool give_rows(pg *c, const PGresult *result, const sql_statement *statement, size_t call,
                      arena *memory, driver_sink *sink, driver_cost *cost, sheaf_error *err) {
    if (sink->start) sink->start(sink, call, c->record.bytes);
    for (int row = 0, rows = PQntuples(result); row < rows; row++) {
        if (!decode_row(c, result, row, statement, memory, cost, err)) return false;
        cost->rows++;
        if (!sink->row(sink, call, c->record.bytes, err)) return false;
    }
    return !sink->done || sink->done(sink, call, err);
}

static void clear(void *result) {
    PQclear(result);
}

bool pg_decode(pg *c, PGresult *result, const sql_statement *statement, size_t call, arena *memory,
               driver_sink *sink, driver_cost *cost, sheaf_error *err) {
    bool borrows = false;
    bool ok = choose(c, result, statement, &borrows, err);
    bool kept = ok && borrows && arena_defer(memory, clear, result);
    if (ok && borrows && !kept) ok = error_memory(err);
    if (ok) ok = give_rows(c, result, statement, call, memory, sink, cost, err);
    if (!kept) PQclear(result);
    return ok;
}
