#include "read.h"

static bool same_type(sheaf_scalar given, sheaf_scalar asked) {
    if (given == asked) return true;
    if (given == SHEAF_INT) return asked == SHEAF_BIGINT || asked == SHEAF_FLOAT || asked == SHEAF_ID;
    return given == SHEAF_STRING && asked == SHEAF_ID;
}

static bool may_be_null(const shape_variable *v) {
    return !v->non_null && !(v->has_default && v->fallback.kind != SHEAF_KIND_NULL);
}

static bool unknown(const reader *r, const syntax_value *value, sheaf_error *err) {
    suggest s = suggest_for(value->text);
    for (uint32_t i = 0; i < r->shape->variable_count; i++) suggest_offer(&s, r->shape->variables[i].name);
    return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                      "query '%s' declares no variable '$%.*s'%s", r->shape->name,
                      SHEAF_SLICE_ARGS(value->text), suggest_text(&s).text);
}

bool variable_use(reader *r, const syntax_value *value, sheaf_scalar scalar, bool list, shape_variable **ret,
                  uint32_t *ret_number, sheaf_error *err) {
    *ret = NULL;
    *ret_number = 0;
    if (!r->shape) return true;
    uint32_t number = 0;
    while (number < r->shape->variable_count && !slice_equal(r->shape->variables[number].name, value->text))
        number++;
    if (number == r->shape->variable_count) return unknown(r, value, err);
    shape_variable *v = &r->shape->variables[number];
    if (v->list != list || !same_type(v->scalar, scalar))
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                          "'$%.*s' is declared as %s%s%s, and %s%s%s is needed here",
                          SHEAF_SLICE_ARGS(v->name), v->list ? "[" : "", scalar_name(v->scalar),
                          v->list ? "!]" : "", list ? "[" : "", scalar_name(scalar), list ? "!]" : "");
    r->used[number] = true;
    *ret = v;
    *ret_number = number;
    return true;
}

bool variable_lookup(filter_variables *self, const syntax_value *value, sheaf_scalar scalar, bool list,
                     uint32_t *ret_number, sheaf_error *err) {
    reader *r = (reader *)self;
    shape_variable *v = NULL;
    uint32_t number = 0;
    if (!variable_use(r, value, scalar, list, &v, &number, err)) return false;
    if (v && may_be_null(v))
        return lang_error(err, SHEAF_E_SHAPE, r->document, value->place,
                          "'$%.*s' may be null, and a value is needed here: declare it as %s%s%s!, or give "
                          "it a default",
                          SHEAF_SLICE_ARGS(v->name), v->list ? "[" : "", scalar_name(v->scalar),
                          v->list ? "!]" : "");
    *ret_number = number;
    return true;
}

static bool read_list_default(const shape_variable *v, const syntax_value *value,
                              const syntax_document *document, arena *memory, sheaf_value *ret,
                              sheaf_error *err) {
    if (value->kind != SYNTAX_LIST)
        return lang_error(err, SHEAF_E_SHAPE, document, value->place, "the default of '$%.*s' must be a list",
                          SHEAF_SLICE_ARGS(v->name));
    if (value->item_count > VALUE_LIST_MAX)
        return lang_error(err, SHEAF_E_LIMIT, document, value->place, "a list holds at most %d items",
                          VALUE_LIST_MAX);
    sheaf_value *items = ARENA_ARRAY(memory, sheaf_value, value->item_count);
    if (!items) return error_memory(err);
    for (size_t i = 0; i < value->item_count; i++) {
        if (value->items[i].kind == SYNTAX_NULL)
            return lang_error(err, SHEAF_E_SHAPE, document, value->items[i].place,
                              "items of a list must not be null");
        if (!value_from_syntax(v->scalar, &value->items[i], document, memory, &items[i], err)) return false;
    }
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {items, value->item_count}};
    return true;
}

static bool read_default(shape_variable *v, const syntax_value *value, const syntax_document *document,
                         arena *memory, sheaf_error *err) {
    v->has_default = true;
    if (value->kind == SYNTAX_NULL) {
        if (!v->non_null) return true;
        return lang_error(err, SHEAF_E_SHAPE, document, value->place,
                          "'$%.*s' must not be null, so null is no default for it",
                          SHEAF_SLICE_ARGS(v->name));
    }
    if (v->list) return read_list_default(v, value, document, memory, &v->fallback, err);
    return value_from_syntax(v->scalar, value, document, memory, &v->fallback, err);
}

static bool read_type(shape_variable *v, const syntax_type *type, const syntax_document *document,
                      sheaf_error *err) {
    v->non_null = type->non_null;
    v->list = type->of != NULL;
    const syntax_type *item = v->list ? type->of : type;
    if (item->of)
        return lang_error(err, SHEAF_E_SHAPE, document, item->place,
                          "a variable is a scalar or a list of scalars, not a list of lists");
    if (!scalar_named(item->name, &v->scalar)) {
        suggest s = suggest_for(item->name);
        for (int i = 0; i < SHEAF_SCALAR_COUNT; i++) suggest_offer(&s, slice_of(scalar_name(i)));
        return lang_error(err, SHEAF_E_SHAPE, document, item->place,
                          "'%.*s' is no scalar type, as a variable's must be%s", SHEAF_SLICE_ARGS(item->name),
                          suggest_text(&s).text);
    }
    if (v->list && !item->non_null)
        return lang_error(err, SHEAF_E_SHAPE, document, item->place,
                          "items of a list must not be null: write [%s!]", scalar_name(v->scalar));
    return true;
}

bool variables_read(reader *r, sheaf_error *err) {
    sheaf_shape *shape = r->shape;
    const syntax_definition *d = shape->definition;
    arena *memory = &r->set->memory;
    r->used = ARENA_ARRAY(&r->scratch, bool, d->variable_count);
    shape->variables = ARENA_ARRAY(memory, shape_variable, d->variable_count);
    map names;
    map_init(&names, &r->scratch);
    if (!r->used || !shape->variables) return error_memory(err);
    for (size_t i = 0; i < d->variable_count; i++) {
        const syntax_variable *from = &d->variables[i];
        shape_variable *v = &shape->variables[i];
        v->name = from->name;
        void *old = NULL;
        v->what = arena_printf(memory, "variable $%.*s", SHEAF_SLICE_ARGS(v->name)).ptr;
        if (!v->what || !map_put(&names, v->name, v, &old)) return error_memory(err);
        if (old)
            return lang_error(err, SHEAF_E_SHAPE, shape->document, from->place, "'$%.*s' is declared twice",
                              SHEAF_SLICE_ARGS(v->name));
        if (!directives_refuse(&from->directives, shape->document, "a variable", err) ||
            !read_type(v, from->type, shape->document, err))
            return false;
        if (from->default_value && !read_default(v, from->default_value, shape->document, memory, err))
            return false;
        shape->variable_count++;
    }
    return true;
}

bool variables_check_used(const reader *r, sheaf_error *err) {
    const syntax_definition *d = r->shape->definition;
    for (uint32_t i = 0; i < r->shape->variable_count; i++)
        if (!r->used[i])
            return lang_error(err, SHEAF_E_SHAPE, r->shape->document, d->variables[i].place,
                              "'$%.*s' is never used", SHEAF_SLICE_ARGS(d->variables[i].name));
    return true;
}
