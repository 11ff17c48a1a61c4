/* A cursor is the base64url text of a JSON array: the values of the order's columns, the key's among them, of
 * the row that it stands behind. It is no secret and no promise: what it says is checked like any other input
 * (context/cursor.c). */
#include "../base/json.h"
#include "../base/number.h"
#include "../base/utf8.h"
#include "store.h"

static const char *const not_finite[] = {"NaN", "Infinity", "-Infinity"};

static bool append(buffer *json, const sheaf_value *v, sheaf_error *err) {
    char text[NUMBER_TEXT_MAX];
    size_t at;
    switch (v->kind) {
    case SHEAF_KIND_INT: buffer_bytes(json, text, number_from_int(text, v->i)); break;
    case SHEAF_KIND_FLOAT:
        if (v->f - v->f == 0)
            buffer_bytes(json, text, number_from_float(text, v->f));
        else
            buffer_printf(json, "\"%s\"", not_finite[v->f > 0 ? 1 : v->f < 0 ? 2 : 0]);
        break;
    case SHEAF_KIND_TEXT:
        if (!json_string(json, v->text, &at))
            return error_set(err, SHEAF_E_DATA, "text at a cursor is not UTF-8");
        break;
    default: BUFFER_LITERAL(json, "null");
    }
    return true;
}

bool store_cursor(const store_row *row, const model_order_item *order, uint32_t count, buffer *out,
                  sheaf_error *err) {
    buffer json;
    buffer_init(&json, out->allocator);
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++) {
        const model_column *column = order[i].column;
        if (!row->table->layout->column_at[column->index]) {
            ok = error_set(err, SHEAF_E_NOT_ASKED,
                           "a cursor needs '%.*s', by which the list is ordered: give the list a limit",
                           SHEAF_SLICE_ARGS(column->name));
            break;
        }
        sheaf_value v = store_value(row, column);
        buffer_byte(&json, i ? ',' : '[');
        ok = append(&json, &v, err);
    }
    buffer_byte(&json, ']');
    if (ok) base64_url_append(out, buffer_view(&json));
    if (ok && (json.failed || out->failed)) ok = error_memory(err);
    buffer_free(&json);
    return ok;
}
