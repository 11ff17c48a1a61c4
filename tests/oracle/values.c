/* Random values: small pools, so that rows tie, with the ends of each range among them. */
#include <float.h>
#include <stdlib.h>

#include "../../src/base/number.h"
#include "../../src/base/time.h"
#include "../../src/base/utf8.h"
#include "world.h"

#define INT(n)   ((sheaf_value){.kind = SHEAF_KIND_INT, .i = (n)})
#define FLOAT(n) ((sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = (n)})

static const char *const texts[] = {
    "",           "a",    "A",           "b",  "ab",          "abc",      "B",    "a b",    "it's",
    "\"quoted\"", "100%", "under_score", "\\", "line\nbreak", "\tTab",    "\x01", "é",      "e\u0301",
    "日本",       "😀",    "￿",         "Zz", "{brace}",     "$1 ?1 :a", "NULL", "a\"b\\c"};
static const char *const words[] = {"SPECIES", "GENUS", "FAMILY"};
static const char *const decimals[] = {"0",
                                       "1",
                                       "1.5",
                                       "1.50",
                                       "-2",
                                       "0.1",
                                       "-0.5",
                                       "1.0",
                                       "10.25",
                                       "9",
                                       "10",
                                       "1000000000000000000000.000001",
                                       "-99999999999999999999"};
static const char *const json[] = {"{}",       "[]",         "null",
                                   "true",     "\"a\\\"b\"", "{\"a\":1,\"b\":[1,2,{\"c\":null}]}",
                                   "[1.5,-2]", "\"日本\"",   "[[],[{}]]"};
static const char *const uuids[] = {
    "00000000-0000-0000-0000-000000000000", "123e4567-e89b-12d3-a456-426614174000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff", "0a0b0c0d-0000-4000-8000-00000000e123"};
static const sheaf_slice bytes[] = {{"", 0}, {"\0", 1}, {"\xff\x00\x01", 3}, {"abc", 3}, {"'\\x", 3}};
static const double floats[] = {0,      1,       1.5,      -2.25, 0.1,           1e21, 1e-7,
                                5e-324, DBL_MAX, -DBL_MAX, 2,     123456789.125, 1e15, 0.30000000000000004,
                                -1};
static const double singles[] = {0, 1, 1.5, -2.25, 0.100000001490116119384765625, 3.4028234663852886e38, -1};

static sheaf_value text(sheaf_slice t) {
    return (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = t};
}
#define TEXT_OF(r, array) text(slice_of(RNG_PICK(r, array)))

static int64_t whole(rng *r, const o_column *c) {
    if (c->few || rng_chance(r, 60)) return rng_below(r, 4);
    if (rng_chance(r, 75)) return (int64_t)rng_below(r, 201) - 100;
    switch (c->pool) {
    case POOL_SMALL: return rng_chance(r, 50) ? INT16_MAX : INT16_MIN;
    case POOL_WHOLE: return rng_chance(r, 50) ? 1000000 : -1000000;
    default: break;
    }
    if (c->scalar == SHEAF_INT) return rng_chance(r, 50) ? INT32_MAX : INT32_MIN;
    return rng_chance(r, 30) ? INT64_MIN : rng_chance(r, 50) ? INT64_MAX : (INT64_C(1) << 53) + 1;
}

static int64_t timestamp(rng *r) {
    static const int64_t some[] = {
        0, -1, 1714566600000000, 1714566600000001, 1714566600500000, -62135596800000000, 253402300799999999};
    return rng_chance(r, 70) ? RNG_PICK(r, some) : (int64_t)(rng_next(r) % 2000000000000000);
}

static int64_t date(rng *r) {
    static const int64_t some[] = {0, -1, 19844, 19845, -719162, 2932896};
    return rng_chance(r, 80) ? RNG_PICK(r, some) : (int64_t)rng_below(r, 40000);
}

static sheaf_value long_text(world *w, rng *r) {
    size_t len = rng_between(r, 100, 190);
    char *t = world_must(arena_alloc(&w->memory, len));
    for (size_t i = 0; i < len; i++) t[i] = (char)('a' + rng_below(r, 3));
    return text((sheaf_slice){t, len});
}

static sheaf_value id(rng *r, const o_column *c) {
    static const char *const ids[] = {"nope", "42", "042", "", "-1", "é"};
    if (c->pool == POOL_TEXT_ID) return TEXT_OF(r, ids);
    if (c->pool == POOL_UUID_ID) return TEXT_OF(r, uuids);
    return INT(whole(r, c));
}

sheaf_value value_random(world *w, rng *r, const o_column *c) {
    switch (c->scalar) {
    case SHEAF_ID: return id(r, c);
    case SHEAF_INT:
    case SHEAF_BIGINT: return INT(whole(r, c));
    case SHEAF_FLOAT:
        if (c->pool == POOL_WHOLE) return FLOAT((double)whole(r, c));
        return FLOAT(c->pool == POOL_SINGLE ? RNG_PICK(r, singles) : floats[rng_below(r, c->few ? 4 : 15)]);
    case SHEAF_STRING:
        if (c->pool == POOL_WORDS) return TEXT_OF(r, words);
        if (c->few) return text(slice_of(texts[rng_below(r, 5)]));
        return rng_chance(r, 95) ? TEXT_OF(r, texts) : long_text(w, r);
    case SHEAF_BOOLEAN: return INT(rng_below(r, 2));
    case SHEAF_TIMESTAMP: return INT(timestamp(r));
    case SHEAF_DATE: return INT(date(r));
    case SHEAF_DECIMAL:
        if (c->pool == POOL_WHOLE) return text(arena_printf(&w->memory, "%d", (int)rng_below(r, 40) - 20));
        return TEXT_OF(r, decimals);
    case SHEAF_JSON: return TEXT_OF(r, json);
    case SHEAF_UUID: return TEXT_OF(r, uuids);
    case SHEAF_BYTES: return text(RNG_PICK(r, bytes));
    default: abort();
    }
}

sheaf_value value_key(world *w, rng *r, const o_column *c, uint32_t n) {
    static const char *const stems[] = {"", "key ", "K", "é", "0", "'", "\\", "日", "{", "\"", ", "};
    static const char *const bare[] = {"", "NULL", "{}", "a,b", "\"", "\\", " ", "{\"a\",NULL}", "é", "null"};
    if (c->pool == POOL_UUID_ID || c->scalar == SHEAF_UUID)
        return text(arena_printf(&w->memory, "%08x-e89b-12d3-a456-4266141740%02x",
                                 rng_below(r, 3) * 0x10000000 + n * 97, n % 256));
    if (c->pool == POOL_WORDS) return text(slice_of(words[n % 3]));
    bool is_text = c->pool == POOL_TEXT_ID || c->scalar == SHEAF_STRING;
    if (is_text && n < sizeof bare / sizeof *bare && rng_chance(r, 50)) return text(slice_of(bare[n]));
    if (is_text) return text(arena_printf(&w->memory, "%s%u", RNG_PICK(r, stems), n));
    bool far = c->pool != POOL_SMALL && rng_chance(r, 5);
    int64_t i = (int64_t)n * (c->pool == POOL_SMALL || rng_chance(r, 50) ? 1 : 2000) - 3;
    if (far) i = c->scalar == SHEAF_INT ? INT32_MAX - (int64_t)n : INT64_MAX - (int64_t)n;
    if (c->scalar == SHEAF_TIMESTAMP) i = (int64_t)n * 500000;
    if (c->scalar == SHEAF_DATE) i = n;
    if (c->scalar == SHEAF_DECIMAL) return text(arena_printf(&w->memory, "%u.5", n));
    return INT(i);
}

/* ---- Comparing ------------------------------------------------------------------------------------------*/

int value_compare(sheaf_scalar scalar, sheaf_value a, sheaf_value b) {
    if (scalar == SHEAF_DECIMAL) return decimal_compare(a.text, b.text);
    switch (a.kind) {
    case SHEAF_KIND_FLOAT: return (a.f > b.f) - (a.f < b.f);
    case SHEAF_KIND_TEXT: {
        for (size_t i = 0; i < a.text.len && i < b.text.len; i++) {
            unsigned char x = (unsigned char)a.text.ptr[i], y = (unsigned char)b.text.ptr[i];
            if (x != y) return x < y ? -1 : 1;
        }
        return (a.text.len > b.text.len) - (a.text.len < b.text.len);
    }
    default: return (a.i > b.i) - (a.i < b.i);
    }
}

bool value_equal(sheaf_scalar scalar, sheaf_value a, sheaf_value b) {
    return value_compare(scalar, a, b) == 0;
}

/* ---- Writing --------------------------------------------------------------------------------------------*/

void value_write_string(buffer *out, sheaf_slice t) {
    buffer_byte(out, '"');
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c < ' ')
            buffer_printf(out, "\\u%04x", c);
        else
            buffer_byte(out, (char)c);
    }
    buffer_byte(out, '"');
}

void value_write(buffer *out, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    size_t len = 0;
    if (v.kind == SHEAF_KIND_LIST) {
        buffer_byte(out, '[');
        for (size_t i = 0; i < v.list.count; i++) {
            if (i) BUFFER_LITERAL(out, ", ");
            value_write(out, scalar, v.list.items[i]);
        }
        buffer_byte(out, ']');
        return;
    }
    if (v.kind == SHEAF_KIND_TEXT) {
        value_write_string(out, v.text);
        return;
    }
    switch (scalar) {
    case SHEAF_BOOLEAN: buffer_cstr(out, v.i ? "true" : "false"); return;
    case SHEAF_TIMESTAMP: len = time_from_micros(t, v.i); break;
    case SHEAF_DATE: len = date_from_days(t, v.i); break;
    case SHEAF_FLOAT: buffer_bytes(out, t, number_from_float(t, v.f)); return;
    default: buffer_int(out, v.i); return;
    }
    value_write_string(out, (sheaf_slice){t, len});
}
