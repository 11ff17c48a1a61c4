/* JSON straight from rows. Numbers as numbers, floats in the fewest digits that read back, times in RFC 3339,
 * decimals as strings, bytes in base64, stored JSON as it is without its white space. */
#include "../base/json.h"
#include "../base/number.h"
#include "../base/time.h"
#include "../base/utf8.h"
#include "program.h"

#include <math.h>

typedef struct renderer {
    buffer *out;
    sheaf_error *err;
    buffer cursor;
    size_t max; /* of out->len */
} renderer;

static bool write_row(renderer *r, const render_op *op, const store_row *row);

/* ---- Values ---------------------------------------------------------------------------------------------*/

static bool bad_value(renderer *r, const render_op *op, const char *what) {
    const shape_node *node = op->node;
    return error_set(r->err, SHEAF_E_DATA, "%.*s.%.*s holds %s", SHEAF_SLICE_ARGS(node->field->entity->name),
                     SHEAF_SLICE_ARGS(node->field->name), what);
}

static bool write_text(renderer *r, const render_op *op, sheaf_slice text) {
    size_t at;
    return json_string(r->out, text, &at) || bad_value(r, op, "text that is not UTF-8");
}

static bool write_float(renderer *r, const render_op *op, double f) {
    if (!isfinite(f)) return bad_value(r, op, "NaN or an infinity, for which JSON has no word");
    if (buffer_reserve(r->out, NUMBER_TEXT_MAX))
        r->out->len += number_from_float(r->out->ptr + r->out->len, f);
    return true;
}

/* Both kinds of time fit between quotes in TIME_TEXT_MAX. */
static bool write_time(renderer *r, const render_op *op, int64_t i) {
    if (!buffer_reserve(r->out, TIME_TEXT_MAX + 2)) return true;
    char *at = r->out->ptr + r->out->len;
    size_t n = op->kind == RENDER_DATE ? date_from_days(at + 1, i) : time_from_micros(at + 1, i);
    if (!n) return bad_value(r, op, "a time outside the years 0001 to 9999");
    at[0] = at[n + 1] = '"';
    r->out->len += n + 2;
    return true;
}

static bool write_cursor(renderer *r, const render_op *op, const store_row *row) {
    buffer_clear(&r->cursor);
    buffer_byte(r->out, '"');
    if (!store_cursor(row, op->group->order, op->group->order_count, &r->cursor, r->err)) return false;
    buffer_slice(r->out, buffer_view(&r->cursor)); /* base64url: nothing to escape */
    buffer_byte(r->out, '"');
    return !r->cursor.failed || error_memory(r->err);
}

static bool write_json(renderer *r, const render_op *op, sheaf_slice text) {
    size_t at;
    if (json_compact(r->out, text, &at)) return true;
    return bad_value(r, op, "text that is not JSON");
}

static void write_int(renderer *r, int64_t i) {
    if (buffer_reserve(r->out, NUMBER_TEXT_MAX)) r->out->len += number_from_int(r->out->ptr + r->out->len, i);
}

static bool write_value(renderer *r, const render_op *op, const store_row *row) {
    const char *base = (const char *)row;
    if (op->null_at && (*(const uint64_t *)(base + op->null_at) & op->null_bit)) {
        BUFFER_LITERAL(r->out, "null");
        return true;
    }
    switch (op->kind) {
    case RENDER_INT: write_int(r, store_int_at(row, op->value_at)); return true;
    case RENDER_BOOLEAN: buffer_cstr(r->out, store_int_at(row, op->value_at) ? "true" : "false"); return true;
    case RENDER_TIMESTAMP:
    case RENDER_DATE: return write_time(r, op, store_int_at(row, op->value_at));
    case RENDER_FLOAT: return write_float(r, op, store_float_at(row, op->value_at));
    case RENDER_TEXT: return write_text(r, op, store_text_at(row, op->value_at));
    case RENDER_JSON: return write_json(r, op, store_text_at(row, op->value_at));
    case RENDER_BYTES:
        buffer_byte(r->out, '"');
        base64_append(r->out, store_text_at(row, op->value_at));
        buffer_byte(r->out, '"');
        return true;
    case RENDER_CURSOR: return write_cursor(r, op, row);
    case RENDER_TYPENAME:
        buffer_byte(r->out, '"');
        buffer_slice(r->out, row->table->layout->entity->name);
        buffer_byte(r->out, '"');
        return true;
    default: return write_row(r, op, row);
    }
}

/* ---- Objects and lists ----------------------------------------------------------------------------------*/

static void write_key(renderer *r, const render_op *op, bool first) {
    buffer_bytes(r->out, op->key.ptr + first, op->key.len - first);
}

/* What takes a known room at most is written without asking for room again. */
static char *put_bytes(char *at, const char *bytes, size_t len) {
    memcpy(at, bytes, len);
    return at + len;
}

static char *put_key(char *at, const render_op *op, bool first) {
    const char *key = op->key.ptr + first;
    size_t len = op->key.len - first;
    if (len > RENDER_KEY_SHORT) return put_bytes(at, key, len);
    memcpy(at, key, RENDER_KEY_SHORT); /* keys are padded to that, and so is the room */
    return at + len;
}

/* Text of plain characters; NULL: it has others, or is long, and nothing was written. */
static char *put_plain_text(char *at, sheaf_slice text) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    char *start = at;
    size_t i = 0;
    if (text.len > RENDER_TEXT_SHORT) return NULL;
    *at++ = '"';
    for (uint64_t word; text.len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text.ptr + i, sizeof word);
        uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
        if (((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & highs) return NULL;
        memcpy(at + i, &word, sizeof word);
    }
    for (; i < text.len; i++) {
        uint8_t c = (uint8_t)text.ptr[i];
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') return NULL;
        at[i] = (char)c;
    }
    at[text.len] = '"';
    return start + text.len + 2;
}

/* Quotes around the `len` bytes at at[1]; NULL for none. */
static char *put_quoted(char *at, size_t len) {
    if (!len) return NULL;
    at[0] = at[len + 1] = '"';
    return at + len + 2;
}

/* A value that takes RENDER_VALUE_ROOM bytes at most; NULL: it is of another kind, or takes more. */
static char *put_short(char *at, const render_op *op, const store_row *row) {
    const char *base = (const char *)row;
    if (op->kind > RENDER_DATE) return NULL;
    if (*(const uint64_t *)(base + op->null_at) & op->null_bit) return put_bytes(at, "null", 4);
    switch (op->kind) {
    case RENDER_INT: return at + number_from_int(at, store_int_at(row, op->value_at));
    case RENDER_BOOLEAN:
        return store_int_at(row, op->value_at) ? put_bytes(at, "true", 4) : put_bytes(at, "false", 5);
    case RENDER_FLOAT: {
        double f = store_float_at(row, op->value_at);
        return isfinite(f) ? at + number_from_float(at, f) : NULL;
    }
    case RENDER_TEXT: return put_plain_text(at, store_text_at(row, op->value_at));
    case RENDER_TIMESTAMP: return put_quoted(at, time_from_micros(at + 1, store_int_at(row, op->value_at)));
    case RENDER_DATE: return put_quoted(at, date_from_days(at + 1, store_int_at(row, op->value_at)));
    default: return NULL;
    }
}

static bool too_long(renderer *r) {
    return error_set(r->err, SHEAF_E_LIMIT,
                     "the page is longer than %zu bytes (bytes-max): give its lists limits", r->max);
}

/* Its own braces and keys, and all values that are short, in one reservation. */
static bool write_object(renderer *r, const render_op *op, const store_row *row) {
    buffer *out = r->out;
    if (out->len > r->max) return too_long(r);
    if (!buffer_reserve(out, op->room)) return true; /* no memory: `failed` tells in the end */
    char *at = out->ptr + out->len;
    *at++ = '{';
    for (uint32_t i = 0; i < op->child_count; i++) {
        const render_op *child = &op->children[i];
        at = put_key(at, child, i == 0);
        char *after = put_short(at, child, row);
        if (after) {
            at = after;
            continue;
        }
        out->len = (size_t)(at - out->ptr);
        if (!write_value(r, child, row)) return false;
        if (!buffer_reserve(out, op->room)) return true;
        at = out->ptr + out->len;
    }
    *at++ = '}';
    out->len = (size_t)(at - out->ptr);
    return true;
}

static bool write_column(renderer *r, const render_op *child, store_row *const *rows, size_t count) {
    buffer_byte(r->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) buffer_byte(r->out, ',');
        if (!write_value(r, child, rows[i])) return false;
    }
    buffer_byte(r->out, ']');
    return true;
}

static bool write_list(renderer *r, const render_op *op, store_row *const *rows, size_t count) {
    if (op->node->values) return write_column(r, &op->children[0], rows, count);
    if (op->node->columns) {
        buffer_byte(r->out, '{');
        for (uint32_t i = 0; i < op->child_count; i++) {
            write_key(r, &op->children[i], i == 0);
            if (!write_column(r, &op->children[i], rows, count)) return false;
        }
        buffer_byte(r->out, '}');
        return true;
    }
    buffer_byte(r->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) buffer_byte(r->out, ',');
        if (!write_object(r, op, rows[i])) return false;
    }
    buffer_byte(r->out, ']');
    return true;
}

/* A relation of a row. Depth is bounded by the shape's. */
static bool write_row(renderer *r, const render_op *op, const store_row *row) {
    if (op->kind == RENDER_ONE) {
        const store_row *one = *store_one_slot(row, op->group);
        if (one) return write_object(r, op, one);
        BUFFER_LITERAL(r->out, "null");
        return true;
    }
    const store_edge *edge = store_many_slot(row, op->group);
    return write_list(r, op, edge->rows, edge->count);
}

static bool write_root(renderer *r, const render_op *op, const render_root *root) {
    if (op->kind == RENDER_TOTAL) {
        write_int(r, root->total);
        return true;
    }
    if (op->kind == RENDER_MANY) return write_list(r, op, root->rows, root->count);
    if (root->count) return write_object(r, op, root->rows[0]);
    BUFFER_LITERAL(r->out, "null");
    return true;
}

static bool finish(renderer *r, bool ok) {
    buffer_free(&r->cursor);
    return ok && (!r->out->failed || error_memory(r->err));
}

bool render_json(const render_input *input, buffer *out, sheaf_error *err) {
    render_op *ops;
    if (!render_program(input, &ops, err)) return false;
    renderer r = {.out = out, .err = err, .max = input->max};
    buffer_init(&r.cursor, out->allocator);
    buffer_byte(out, '{');
    bool ok = true;
    for (uint32_t i = 0; i < input->shape->root_count && ok; i++) {
        write_key(&r, &ops[i], i == 0);
        ok = write_root(&r, &ops[i], &input->roots[i]);
    }
    buffer_byte(out, '}');
    return finish(&r, ok);
}

bool render_ndjson(const render_input *input, buffer *out, sheaf_error *err) {
    const sheaf_shape *shape = input->shape;
    if (shape->root_count != 1 || shape->roots[0].kind != SHAPE_MANY || shape->roots[0].values ||
        shape->roots[0].columns)
        return error_set(err, SHEAF_E_USAGE,
                         "shape '%s' is not one list at its root: NDJSON has no form for it", shape->name);
    render_op *ops;
    if (!render_program(input, &ops, err)) return false;
    renderer r = {.out = out, .err = err, .max = input->max};
    buffer_init(&r.cursor, out->allocator);
    bool ok = true;
    for (size_t i = 0; i < input->roots[0].count && ok; i++) {
        ok = write_object(&r, &ops[0], input->roots[0].rows[i]);
        buffer_byte(out, '\n');
    }
    return finish(&r, ok);
}
