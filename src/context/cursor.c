/* Reading cursors, which store/cursor.c writes. */
#include "context.h"

#include <math.h>

#include "../base/json.h"
#include "../base/number.h"
#include "../base/utf8.h"
#include "../model/value.h"

enum { CURSOR_COLUMNS_MAX = 64, CURSOR_TEXT_MAX = 1 << 16 };

static bool no_cursor(sheaf_error *err) {
    return error_set(err, SHEAF_E_CURSOR, "this cursor is damaged, or belongs to a list in another order");
}

static bool read_number(sheaf_kind kind, sheaf_slice text, sheaf_value *ret) {
    ret->kind = kind;
    return kind == SHEAF_KIND_INT ? number_to_int(text, &ret->i)
                                  : kind == SHEAF_KIND_FLOAT && number_to_float(text, &ret->f);
}

static bool read_string(sheaf_context *c, const model_column *column, sheaf_kind kind, sheaf_slice text,
                        sheaf_value *ret) {
    if (kind == SHEAF_KIND_FLOAT) {
        ret->kind = kind;
        ret->f = slice_is(text, "NaN")         ? (double)NAN
                 : slice_is(text, "-Infinity") ? -(double)INFINITY
                                               : (double)INFINITY;
        return slice_is(text, "NaN") || slice_is(text, "Infinity") || slice_is(text, "-Infinity");
    }
    if (kind != SHEAF_KIND_TEXT) return false;
    *ret = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = arena_copy(&c->memory, text)};
    bool uuid = bound(c->db->binding, column)->type == DB_UUID && !c->db->catalogue.sqlite;
    return ret->text.ptr && value_check(uuid ? SHEAF_UUID : column->scalar, ret, "cursor", &c->memory, NULL);
}

static bool read_values(sheaf_context *c, const model_column *const *columns, uint32_t count,
                        json_reader *json, sheaf_value *values) {
    if (json_next(json) != JSON_ARRAY_OPEN) return false;
    for (uint32_t i = 0; i < count; i++) {
        json_token token = json_next(json);
        const bound_column *b = bound(c->db->binding, columns[i]);
        sheaf_kind kind = b->text ? SHEAF_KIND_TEXT : scalar_kind(columns[i]->scalar);
        values[i] = (sheaf_value){0};
        bool ok = token == JSON_NULL ? b->nullable
                  : token == JSON_NUMBER
                      ? read_number(kind, json->text, &values[i])
                      : token == JSON_STRING && read_string(c, columns[i], kind, json->text, &values[i]);
        if (!ok) return false;
    }
    return json_next(json) == JSON_ARRAY_CLOSE && json_next(json) == JSON_END;
}

static uint32_t columns_of(const model_entity *e, const model_order *order, const model_column **columns) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < order->count && count < CURSOR_COLUMNS_MAX; i++)
        columns[count++] = order->items[i].column;
    for (uint32_t k = 0; k < e->key.count; k++) {
        bool there = false;
        for (uint32_t i = 0; i < count; i++) there = there || columns[i] == e->key.at[k];
        if (!there && count < CURSOR_COLUMNS_MAX) columns[count++] = e->key.at[k];
    }
    return count;
}

bool cursor_read(sheaf_context *c, const model_entity *e, const model_order *order, sheaf_slice cursor,
                 graph_after *ret, sheaf_error *err) {
    if (order->count + e->key.count > CURSOR_COLUMNS_MAX)
        return error_set(err, SHEAF_E_LIMIT, "an order of more than %d columns has no cursors",
                         CURSOR_COLUMNS_MAX);
    const model_column *columns[CURSOR_COLUMNS_MAX];
    sheaf_value values[CURSOR_COLUMNS_MAX];
    uint32_t count = columns_of(e, order, columns);
    buffer text;
    buffer_init(&text, c->db->allocator);
    json_reader json;
    bool ok = cursor.len <= CURSOR_TEXT_MAX && base64_decode(&text, cursor);
    if (ok) {
        json_reader_init(&json, buffer_view(&text), c->db->allocator);
        ok = read_values(c, columns, count, &json, values);
        json_reader_free(&json);
    }
    buffer_free(&text);
    if (!ok) return no_cursor(err);
    graph_after after = {.given = true, .first = (uint32_t)c->graph.values.count};
    for (uint32_t i = 0; i < count; i++) {
        if (values[i].kind == SHEAF_KIND_NULL) after.nulls |= UINT64_C(1) << i;
        if (graph_value(&c->graph, values[i]) < 0) return error_memory(err);
    }
    *ret = after;
    return true;
}
