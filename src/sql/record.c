#include "record.h"

#include "../model/value.h"

static bool is_text(const sql_output *output) {
    return output->text_key || scalar_kind(output->scalar) == SHEAF_KIND_TEXT;
}

sheaf_value sql_value(const void *record, const sql_output *output) {
    sheaf_value v = {0};
    if (sql_is_null(record, &output->place)) return v;
    v.kind = is_text(output) ? SHEAF_KIND_TEXT : scalar_kind(output->scalar);
    if (v.kind == SHEAF_KIND_TEXT)
        v.text = *(const sheaf_slice *)((const char *)record + output->place.at);
    else
        v.i = sql_int(record, &output->place);
    return v;
}

uint32_t sql_place_alone(sql_output *output, uint32_t from) {
    bool text = is_text(output);
    uint32_t at = from + sizeof(uint64_t);
    output->place = (sql_place){.at = at, .null_at = from, .null_bit = 1, .is_text = text};
    return at + (text ? sizeof(sheaf_slice) : sizeof(int64_t));
}

uint32_t sql_place_all(sql_output *outputs, size_t count, uint32_t from) {
    for (size_t i = 0; i < count; i++) from = sql_place_alone(&outputs[i], from);
    return from;
}
