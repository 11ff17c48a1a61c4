#include "value.h"

#include <math.h>

#include "../base/json.h"
#include "../base/number.h"
#include "../base/time.h"
#include "../base/utf8.h"

typedef enum fit { FITS, UNFIT, NO_MEMORY } fit;

/* Each reads the text of a literal or a variable as its scalar. Text that is kept as it is, is not copied. */
typedef fit reader(sheaf_slice text, arena *memory, sheaf_value *ret);

static fit is_int(bool ok, int64_t i, sheaf_value *ret) {
    if (ok) *ret = (sheaf_value){.kind = SHEAF_KIND_INT, .i = i};
    return ok ? FITS : UNFIT;
}

static fit is_text(bool ok, sheaf_slice text, sheaf_value *ret) {
    if (ok) *ret = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = text};
    return ok ? FITS : UNFIT;
}

static fit read_int(sheaf_slice text, arena *memory, sheaf_value *ret) {
    int64_t i = 0;
    (void)memory;
    bool ok = number_to_int(text, &i);
    return is_int(ok, i, ret);
}

static fit read_string(sheaf_slice text, arena *memory, sheaf_value *ret) {
    (void)memory;
    return is_text(utf8_valid(text) && !(text.len && memchr(text.ptr, 0, text.len)), text, ret);
}

static fit read_id(sheaf_slice text, arena *memory, sheaf_value *ret) {
    char shortest[NUMBER_TEXT_MAX];
    int64_t i;
    if (number_to_int(text, &i) && slice_equal(text, (sheaf_slice){shortest, number_from_int(shortest, i)}))
        return is_int(true, i, ret);
    return read_string(text, memory, ret);
}

static fit read_float(sheaf_slice text, arena *memory, sheaf_value *ret) {
    (void)memory;
    double f;
    if (!number_to_float(text, &f)) return UNFIT;
    *ret = (sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = f};
    return FITS;
}

static fit read_boolean(sheaf_slice text, arena *memory, sheaf_value *ret) {
    (void)memory;
    bool yes = slice_is(text, "true");
    return is_int(yes || slice_is(text, "false"), yes, ret);
}

static fit read_timestamp(sheaf_slice text, arena *memory, sheaf_value *ret) {
    int64_t micros = 0;
    (void)memory;
    bool ok = time_to_micros(text, &micros);
    return is_int(ok, micros, ret);
}

static fit read_date(sheaf_slice text, arena *memory, sheaf_value *ret) {
    int64_t days = 0;
    (void)memory;
    bool ok = date_to_days(text, &days);
    return is_int(ok, days, ret);
}

static fit read_decimal(sheaf_slice text, arena *memory, sheaf_value *ret) {
    (void)memory;
    return is_text(decimal_valid(text), text, ret);
}

/* Takes what a buffer holds into `memory`, and frees the buffer. */
static fit take(buffer *b, bool ok, arena *memory, sheaf_value *ret) {
    sheaf_slice copy = {NULL, 0};
    if (ok && !b->failed) copy = arena_copy(memory, buffer_view(b));
    bool no_memory = b->failed || (ok && !copy.ptr);
    buffer_free(b);
    return no_memory ? NO_MEMORY : is_text(ok, copy, ret);
}

static fit read_json(sheaf_slice text, arena *memory, sheaf_value *ret) {
    buffer compact;
    size_t at;
    buffer_init(&compact, memory->allocator);
    return take(&compact, json_compact(&compact, text, &at), memory, ret);
}

static fit read_base64(sheaf_slice text, arena *memory, sheaf_value *ret) {
    buffer bytes;
    buffer_init(&bytes, memory->allocator);
    return take(&bytes, base64_decode(&bytes, text), memory, ret);
}

static fit read_uuid(sheaf_slice text, arena *memory, sheaf_value *ret) {
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    char lower[sizeof form];
    if (text.len != sizeof form - 1) return UNFIT;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (form[i] == 'x' ? !hex : c != '-') return UNFIT;
        lower[i] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
    }
    sheaf_slice copy = arena_copy(memory, (sheaf_slice){lower, text.len});
    return copy.ptr ? is_text(true, copy, ret) : NO_MEMORY;
}

#define LITERAL(kind) (1u << SYNTAX_##kind)
#define MICROS_MIN    INT64_C(-62135596800000000) /* 0001-01-01 */
#define MICROS_MAX    INT64_C(253402300799999999) /* 9999-12-31 */
#define DAYS_MIN      (-719162)
#define DAYS_MAX      2932896

/* What is expected, in words; which literals give it; how their text is read; its range where it is an
 * integer. */
static const struct {
    const char *expected;
    unsigned literals;
    reader *read;
    int64_t min, max;
} rules[SHEAF_SCALAR_COUNT] = {
    [SHEAF_ID] = {"an ID: a whole number or a string", LITERAL(INT) | LITERAL(STRING), read_id, INT64_MIN,
                  INT64_MAX},
    [SHEAF_INT] = {"an Int: a whole number from -2147483648 to 2147483647", LITERAL(INT), read_int, INT32_MIN,
                   INT32_MAX},
    [SHEAF_BIGINT] = {"a BigInt: a whole number of 64 bits", LITERAL(INT), read_int, INT64_MIN, INT64_MAX},
    [SHEAF_FLOAT] = {"a Float: a finite number", LITERAL(INT) | LITERAL(FLOAT), read_float, 0, 0},
    [SHEAF_STRING] = {"a String of valid UTF-8 without U+0000", LITERAL(STRING), read_string, 0, 0},
    [SHEAF_BOOLEAN] = {"a Boolean: true or false", LITERAL(BOOLEAN), read_boolean, 0, 1},
    [SHEAF_TIMESTAMP] = {"a Timestamp such as \"2024-05-01T12:30:00Z\"", LITERAL(STRING), read_timestamp,
                         MICROS_MIN, MICROS_MAX},
    [SHEAF_DATE] = {"a Date such as \"2024-05-01\"", LITERAL(STRING), read_date, DAYS_MIN, DAYS_MAX},
    [SHEAF_DECIMAL] = {"a Decimal such as \"12.50\"", LITERAL(STRING) | LITERAL(INT) | LITERAL(FLOAT),
                       read_decimal, 0, 0},
    [SHEAF_JSON] = {"JSON: the text of one JSON value", LITERAL(STRING), read_json, 0, 0},
    [SHEAF_UUID] = {"a UUID such as \"123e4567-e89b-12d3-a456-426614174000\"", LITERAL(STRING), read_uuid, 0,
                    0},
    [SHEAF_BYTES] = {"Bytes: a string of base64", LITERAL(STRING), read_base64, 0, 0},
};

static const struct {
    const char *name;
    sheaf_kind kind;
} scalars[SHEAF_SCALAR_COUNT] = {
#define X(scalar, name, kind) [scalar] = {name, kind},
    SHEAF_SCALARS(X)
#undef X
};

const char *scalar_name(sheaf_scalar scalar) {
    return scalars[scalar].name;
}

bool scalar_named(sheaf_slice name, sheaf_scalar *ret) {
    for (int i = 0; i < SHEAF_SCALAR_COUNT; i++)
        if (slice_is(name, scalars[i].name)) {
            *ret = (sheaf_scalar)i;
            return true;
        }
    return false;
}

sheaf_kind scalar_kind(sheaf_scalar scalar) {
    return scalars[scalar].kind;
}

static fit in_range(sheaf_scalar scalar, const sheaf_value *value) {
    if (value->kind != SHEAF_KIND_INT) return FITS;
    return value->i >= rules[scalar].min && value->i <= rules[scalar].max ? FITS : UNFIT;
}

static fit read_as(sheaf_scalar scalar, sheaf_slice text, arena *memory, sheaf_value *ret) {
    sheaf_value value;
    fit f = text.len <= VALUE_TEXT_MAX ? rules[scalar].read(text, memory, &value) : UNFIT;
    if (f == FITS) f = in_range(scalar, &value);
    if (f == FITS) *ret = value;
    return f;
}

bool value_from_syntax(sheaf_scalar scalar, const syntax_value *literal, const syntax_document *document,
                       arena *memory, sheaf_value *ret, sheaf_error *err) {
    if (literal->kind == SYNTAX_NULL) {
        *ret = (sheaf_value){.kind = SHEAF_KIND_NULL};
        return true;
    }
    sheaf_slice text = literal->text;
    if (literal->kind == SYNTAX_BOOLEAN) text = slice_of(literal->boolean ? "true" : "false");
    fit f = UNFIT;
    if (rules[scalar].literals >> literal->kind & 1) f = read_as(scalar, text, memory, ret);
    if (f == NO_MEMORY) return error_memory(err);
    if (f == FITS) return true;
    if (text.len > VALUE_TEXT_MAX)
        return lang_error(err, SHEAF_E_SHAPE, document, literal->place, "a text is at most %u bytes long",
                          VALUE_TEXT_MAX);
    return lang_error(err, SHEAF_E_SHAPE, document, literal->place, "expected %s", rules[scalar].expected);
}

static bool refuse(fit f, sheaf_scalar scalar, size_t len, const char *what, sheaf_error *err) {
    if (f == NO_MEMORY) return error_memory(err);
    if (len > VALUE_TEXT_MAX)
        return error_set(err, SHEAF_E_VARIABLE, "%s is longer than %u bytes", what, VALUE_TEXT_MAX);
    return error_set(err, SHEAF_E_VARIABLE, "%s must be %s", what, rules[scalar].expected);
}

/* A caller's integer as a value of any scalar that takes one. */
static fit convert_int(sheaf_scalar scalar, int64_t i, arena *memory, sheaf_value *value) {
    char digits[NUMBER_TEXT_MAX];
    if (scalar_kind(scalar) == SHEAF_KIND_INT) return in_range(scalar, value);
    if (scalar == SHEAF_FLOAT) {
        *value = (sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = (double)i};
        return FITS;
    }
    if (scalar != SHEAF_DECIMAL) return UNFIT;
    sheaf_slice copy = arena_copy(memory, (sheaf_slice){digits, number_from_int(digits, i)});
    return copy.ptr ? is_text(true, copy, value) : NO_MEMORY;
}

/* A caller's text; Bytes are given raw. */
static fit convert_text(sheaf_scalar scalar, sheaf_slice text, arena *memory, sheaf_value *value) {
    if (!(rules[scalar].literals & LITERAL(STRING))) return UNFIT;
    if (scalar == SHEAF_BYTES) return text.len <= VALUE_TEXT_MAX ? FITS : UNFIT;
    return read_as(scalar, text, memory, value);
}

bool value_check(sheaf_scalar scalar, sheaf_value *value, const char *what, arena *memory, sheaf_error *err) {
    fit f = UNFIT;
    switch (value->kind) {
    case SHEAF_KIND_NULL: return true;
    case SHEAF_KIND_INT: f = convert_int(scalar, value->i, memory, value); break;
    case SHEAF_KIND_FLOAT: f = scalar == SHEAF_FLOAT && isfinite(value->f) ? FITS : UNFIT; break;
    case SHEAF_KIND_TEXT: f = convert_text(scalar, value->text, memory, value); break;
    case SHEAF_KIND_LIST: break;
    }
    return f == FITS || refuse(f, scalar, value->kind == SHEAF_KIND_TEXT ? value->text.len : 0, what, err);
}

bool value_from_text(sheaf_scalar scalar, sheaf_slice text, const char *what, arena *memory, sheaf_value *ret,
                     sheaf_error *err) {
    if (scalar != SHEAF_STRING && slice_is(text, "null")) {
        *ret = (sheaf_value){.kind = SHEAF_KIND_NULL};
        return true;
    }
    if (text.len > VALUE_TEXT_MAX) return refuse(UNFIT, scalar, text.len, what, err);
    sheaf_slice copy = arena_copy(memory, text);
    if (!copy.ptr) return error_memory(err);
    fit f = read_as(scalar, copy, memory, ret);
    return f == FITS || refuse(f, scalar, 0, what, err);
}
