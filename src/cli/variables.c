/* Variables of a query as flags: --var limit=20. */
#include "../base/json.h"
#include "../shape/shape.h"
#include "cli.h"

static const shape_variable *find_variable(const sheaf_shape *shape, sheaf_slice name) {
    for (uint32_t i = 0; i < shape->variable_count; i++)
        if (slice_equal(shape->variables[i].name, name)) return &shape->variables[i];
    return NULL;
}

typedef struct item_list {
    sheaf_value *items;
    size_t count, room;
} item_list;

static bool add_item(cli *c, const shape_variable *v, sheaf_slice text, const char *what, item_list *list) {
    sheaf_value *slot = ARENA_PUSH(&c->memory, list);
    return slot ? value_from_text(v->scalar, text, what, &c->memory, slot, &c->error)
                : error_memory(&c->error);
}

/* ["a", "b"] or [1, 2] */
static bool read_json_list(cli *c, const shape_variable *v, sheaf_slice text, const char *what,
                           item_list *list) {
    json_reader r;
    json_reader_init(&r, text, NULL);
    bool ok = json_next(&r) == JSON_ARRAY_OPEN;
    json_token token = JSON_BAD;
    while (ok && (token = json_next(&r)) != JSON_ARRAY_CLOSE) {
        sheaf_slice item = token == JSON_TRUE    ? SHEAF_SLICE("true")
                           : token == JSON_FALSE ? SHEAF_SLICE("false")
                                                 : r.text;
        if (token != JSON_TRUE && token != JSON_FALSE && token != JSON_NUMBER && token != JSON_STRING)
            ok = false;
        else if (!add_item(c, v, item, what, list))
            break;
    }
    bool done = ok && token == JSON_ARRAY_CLOSE && json_next(&r) == JSON_END;
    bool told = ok && token != JSON_ARRAY_CLOSE;
    json_reader_free(&r);
    return done || (!told && error_set(&c->error, SHEAF_E_VARIABLE,
                                       "%s is a list: write it a,b,c or as JSON, [\"a\", \"b\"]", what));
}

static bool read_list(cli *c, const shape_variable *v, sheaf_slice text, const char *what, sheaf_value *ret) {
    item_list list = {0};
    sheaf_slice trimmed = slice_trim(text);
    if (slice_is(trimmed, "null")) return true;
    if (trimmed.len && trimmed.ptr[0] == '[') {
        if (!read_json_list(c, v, trimmed, what, &list)) return false;
    } else {
        while (text.len)
            if (!add_item(c, v, slice_cut(text, ',', &text), what, &list)) return false;
    }
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {list.items, list.count}};
    return true;
}

/* "limit=20". A name that the shape does not know is given on, to be told with the others' mistakes. */
static bool read_variable(cli *c, const sheaf_shape *shape, const char *given, sheaf_variable *ret) {
    sheaf_slice text, name = slice_cut(slice_of(given), '=', &text);
    if (!memchr(given, '=', strlen(given)))
        return error_set(&c->error, SHEAF_E_USAGE, "--var takes NAME=VALUE, not '%s'", given);
    if (name.len && name.ptr[0] == '$') name = (sheaf_slice){name.ptr + 1, name.len - 1};
    sheaf_slice what = arena_printf(&c->memory, "variable $%.*s", SHEAF_SLICE_ARGS(name));
    ret->name = arena_cstr(&c->memory, name);
    if (!what.ptr || !ret->name) return error_memory(&c->error);
    const shape_variable *v = find_variable(shape, name);
    ret->value = (sheaf_value){0};
    if (!v) return true;
    if (v->list) return read_list(c, v, text, what.ptr, &ret->value);
    return value_from_text(v->scalar, text, what.ptr, &c->memory, &ret->value, &c->error);
}

bool cli_variables(cli *c, const sheaf_shape *shape, const option_list *given, variables *ret) {
    ret->items = ARENA_ARRAY(&c->memory, sheaf_variable, given->count);
    if (!ret->items) return error_memory(&c->error);
    for (ret->count = 0; ret->count < given->count; ret->count++)
        if (!read_variable(c, shape, given->items[ret->count], &ret->items[ret->count])) return false;
    return true;
}
