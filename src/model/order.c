/* order.c: orders; see filter.h. */
#include "filter.h"

#define FAIL(place, ...) lang_error(err, code, document, (place), __VA_ARGS__)

static bool read_item(const model_entity *entity, const syntax_value *object, const syntax_document *document,
                      sheaf_code code, model_order_item *ret, sheaf_error *err) {
    if (object->kind != SYNTAX_OBJECT || object->field_count != 1)
        return FAIL(object->place, "an order is a list of one attribute each: [{name: ASC}, {score: DESC}]");
    const syntax_argument *given = &object->fields[0];
    const model_field *f = model_field_named(entity, given->name);
    if (!f)
        return FAIL(given->place, "'%.*s' has no attribute '%.*s'%s", SHEAF_SLICE_ARGS(entity->name),
                    SHEAF_SLICE_ARGS(given->name), model_suggest_field(entity, given->name).text);
    if (f->kind != FIELD_COLUMN)
        return FAIL(given->place, "'%.*s' is not a stored attribute: nothing can be ordered by it",
                    SHEAF_SLICE_ARGS(f->name));
    if (f->scalar == SHEAF_JSON || f->scalar == SHEAF_BYTES)
        return FAIL(given->place, "'%.*s' is %s, which has no order", SHEAF_SLICE_ARGS(f->name),
                    f->scalar == SHEAF_JSON ? "JSON" : "Bytes");
    bool descending = slice_is(given->value.text, "DESC");
    if (given->value.kind != SYNTAX_ENUM || !(descending || slice_is(given->value.text, "ASC")))
        return FAIL(given->value.place, "expected ASC or DESC");
    *ret = (model_order_item){f->column, descending};
    return true;
}

bool order_read(const model_entity *entity, const syntax_value *list, const syntax_document *document,
                sheaf_code code, arena *memory, model_order *ret, sheaf_error *err) {
    bool one = list->kind == SYNTAX_OBJECT;
    if (!one && list->kind != SYNTAX_LIST)
        return FAIL(list->place, "expected an order such as [{name: ASC}, {score: DESC}]");
    size_t count = one ? 1 : list->item_count;
    model_order_item *items = ARENA_ARRAY(memory, model_order_item, count);
    if (!items) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const syntax_value *object = one ? list : &list->items[i];
        if (!read_item(entity, object, document, code, &items[i], err)) return false;
        for (size_t j = 0; j < i; j++)
            if (items[j].column == items[i].column)
                return FAIL(object->place, "'%.*s' stands in the order twice",
                            SHEAF_SLICE_ARGS(object->fields[0].name));
    }
    *ret = (model_order){items, (uint32_t)count};
    return true;
}
