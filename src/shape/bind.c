#include "shape.h"

static bool unknown(const sheaf_shape *shape, const char *name, sheaf_error *err) {
    suggest s = suggest_for(slice_of(name));
    for (uint32_t i = 0; i < shape->variable_count; i++) suggest_offer(&s, shape->variables[i].name);
    return error_set(err, SHEAF_E_VARIABLE, "query '%s' has no variable $%s%s", shape->name, name,
                     suggest_text(&s).text);
}

/* Gives each variable the value that was given for it; NULL where none was. */
static bool match(const sheaf_shape *shape, const sheaf_variable *given, size_t count,
                  const sheaf_value **ret_matched, sheaf_error *err) {
    for (size_t i = 0; i < count; i++) {
        uint32_t number = 0;
        while (number < shape->variable_count && !slice_is(shape->variables[number].name, given[i].name))
            number++;
        if (number == shape->variable_count) return unknown(shape, given[i].name, err);
        if (ret_matched[number])
            return error_set(err, SHEAF_E_VARIABLE, "variable $%s is given twice", given[i].name);
        ret_matched[number] = &given[i].value;
    }
    return true;
}

/* Checks and converts, and takes a copy of the text, since what the caller gave is only lent. */
static bool take_scalar(sheaf_scalar scalar, const char *what, arena *memory, sheaf_value *value,
                        sheaf_error *err) {
    if (!value_check(scalar, value, what, memory, err)) return false;
    if (value->kind != SHEAF_KIND_TEXT) return true;
    value->text = arena_copy(memory, value->text);
    return value->text.ptr || error_memory(err);
}

static bool take_list(sheaf_scalar scalar, const char *what, arena *memory, sheaf_value *value,
                      sheaf_error *err) {
    if (value->kind != SHEAF_KIND_LIST) return error_set(err, SHEAF_E_VARIABLE, "%s must be a list", what);
    size_t count = value->list.count;
    if (count > VALUE_LIST_MAX)
        return error_set(err, SHEAF_E_VARIABLE, "%s has %zu items, and %d is the most", what, count,
                         VALUE_LIST_MAX);
    sheaf_value *items = arena_array(memory, count, sizeof *items);
    if (!items) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        items[i] = value->list.items[i];
        if (items[i].kind == SHEAF_KIND_NULL)
            return error_set(err, SHEAF_E_VARIABLE, "item %zu of %s must not be null", i + 1, what);
        if (!take_scalar(scalar, what, memory, &items[i], err)) return false;
    }
    value->list.items = items;
    return true;
}

/* null says the same as nothing, so a default stands in for either; it is refused where the type says `!`. */
static bool bind(const shape_variable *v, const sheaf_value *given, arena *memory, sheaf_value *ret,
                 sheaf_error *err) {
    const char *what = v->what;
    if (given && given->kind == SHEAF_KIND_NULL && v->non_null)
        return error_set(err, SHEAF_E_VARIABLE, "%s must not be null", what);
    if (!given || given->kind == SHEAF_KIND_NULL) {
        if (v->non_null && !v->has_default) return error_set(err, SHEAF_E_VARIABLE, "%s is missing", what);
        *ret = v->fallback;
        return true;
    }
    *ret = *given;
    if (v->list) return take_list(v->scalar, what, memory, ret, err);
    if (!take_scalar(v->scalar, what, memory, ret, err)) return false;
    if (v->is_page && ret->i < 0) return error_set(err, SHEAF_E_VARIABLE, "%s must not be negative", what);
    return true;
}

bool shape_bind_numbered(const sheaf_shape *shape, const sheaf_value *const *given, arena *memory,
                         const sheaf_value **ret_values, sheaf_error *err) {
    sheaf_value *values = ARENA_ARRAY(memory, sheaf_value, shape->variable_count);
    if (!values) return error_memory(err);
    for (uint32_t i = 0; i < shape->variable_count; i++)
        if (!bind(&shape->variables[i], given[i], memory, &values[i], err)) return false;
    *ret_values = values;
    return true;
}

bool shape_bind(const sheaf_shape *shape, const sheaf_variable *variables, size_t count, arena *memory,
                const sheaf_value **ret_values, sheaf_error *err) {
    const sheaf_value **matched = ARENA_ARRAY(memory, const sheaf_value *, shape->variable_count);
    if (!matched) return error_memory(err);
    return match(shape, variables, count, matched, err) &&
           shape_bind_numbered(shape, matched, memory, ret_values, err);
}
