#include "read.h"

static uint32_t limit_or(uint32_t given, uint32_t fallback) {
    return given ? given : fallback;
}

bool sheaf_shapes_new(const sheaf_model *model, const sheaf_shape_limits *limits,
                      const sheaf_allocator *allocator, sheaf_shapes **ret, sheaf_error *err) {
    allocator = memory_or_default(allocator);
    sheaf_shapes *set = memory_new_zero(allocator, 1, sizeof *set);
    if (!set) return error_memory(err);
    set->allocator = allocator;
    set->model = model;
    arena_init(&set->memory, allocator);
    if (limits) set->limits = *limits;
    set->limits.depth_max = limit_or(set->limits.depth_max, 12);
    set->limits.groups_max = limit_or(set->limits.groups_max, 100);
    set->limits.fields_max = limit_or(set->limits.fields_max, 5000);
    if (set->limits.depth_max > SHAPE_DEPTH_CAP) set->limits.depth_max = SHAPE_DEPTH_CAP;
    *ret = set;
    return true;
}

void sheaf_shapes_free(sheaf_shapes *set) {
    if (!set) return;
    arena_free(&set->memory);
    memory_release(set->allocator, set);
}

static bool check_definition(const syntax_document *document, const syntax_definition *d, sheaf_error *err) {
    if (d->kind == SYNTAX_FRAGMENT) return true;
    if (d->kind != SYNTAX_OPERATION)
        return lang_error(err, SHEAF_E_SHAPE, document, d->place,
                          "a shape document holds queries and fragments; types belong in the model");
    if (!slice_is(d->operation, "query"))
        return lang_error(err, SHEAF_E_SHAPE, document, d->place,
                          "a %.*s is not supported: shapes only read, so write a query",
                          SHEAF_SLICE_ARGS(d->operation));
    if (!d->name.ptr)
        return lang_error(err, SHEAF_E_SHAPE, document, d->place,
                          "a query needs a name, by which it is found: query hot { … }");
    return true;
}

bool sheaf_shapes_add(sheaf_shapes *set, sheaf_slice text, const char *file, sheaf_error *err) {
    if (set->checked) return error_set(err, SHEAF_E_STATE, "%s: the set of shapes is checked already", file);
    syntax_document *document = NULL;
    if (!lang_parse(&set->memory, text, file, &document, err)) return false;
    for (size_t i = 0; i < document->definition_count; i++)
        if (!check_definition(document, &document->definitions[i], err)) return false;
    syntax_document **slot = ARENA_PUSH(&set->memory, &set->documents);
    if (!slot) return error_memory(err);
    *slot = document;
    return true;
}

static bool read_operation(reader *r, map *names, const syntax_document *document, const syntax_definition *d,
                           sheaf_shape *shape, sheaf_error *err) {
    void *old = NULL;
    if (!map_put(names, d->name, shape, &old)) return error_memory(err);
    if (old) {
        const sheaf_shape *first = old;
        return lang_error(err, SHEAF_E_SHAPE, document, d->place,
                          "there is a query '%.*s' already, at %s:%u:%u", SHEAF_SLICE_ARGS(d->name),
                          first->document->file, first->definition->place.line,
                          first->definition->place.column);
    }
    shape->set = r->set;
    shape->definition = d;
    shape->document = document;
    shape->name = arena_cstr(&r->set->memory, d->name);
    if (!shape->name) return error_memory(err);
    r->shape = shape;
    return variables_read(r, err) && directives_read_operation(shape, err) &&
           selections_read_operation(r, err) && variables_check_used(r, err);
}

static bool read_operations(reader *r, sheaf_shape *shapes, sheaf_error *err) {
    size_t count = 0;
    map names;
    map_init(&names, &r->scratch);
    for (size_t i = 0; i < r->set->documents.count; i++) {
        const syntax_document *document = r->set->documents.items[i];
        for (size_t j = 0; j < document->definition_count; j++) {
            const syntax_definition *d = &document->definitions[j];
            if (d->kind == SYNTAX_OPERATION && !read_operation(r, &names, document, d, &shapes[count++], err))
                return false;
        }
    }
    return true;
}

/* A fragment that no query uses is held against the model all the same, so that it does not rot. */
static bool check_unused_fragments(reader *r, sheaf_error *err) {
    r->shape = NULL;
    for (size_t i = 0; i < r->fragments.count; i++)
        if (!r->fragments.items[i].used && !selections_check_fragment(r, &r->fragments.items[i], err))
            return false;
    return true;
}

bool sheaf_shapes_check(sheaf_shapes *set, sheaf_error *err) {
    if (set->checked) return error_set(err, SHEAF_E_STATE, "the set of shapes is checked already");
    size_t count = 0;
    for (size_t i = 0; i < set->documents.count; i++)
        for (size_t j = 0; j < set->documents.items[i]->definition_count; j++)
            count += set->documents.items[i]->definitions[j].kind == SYNTAX_OPERATION;
    sheaf_shape *shapes = ARENA_ARRAY(&set->memory, sheaf_shape, count);
    if (!shapes) return error_memory(err);

    reader r = {.lookup = {variable_lookup}, .set = set};
    arena_init(&r.scratch, set->allocator);
    bool ok = fragments_read(&r, err) && read_operations(&r, shapes, err) && check_unused_fragments(&r, err);
    arena_free(&r.scratch);
    if (!ok) return false;
    set->shapes = shapes;
    set->shape_count = count;
    set->checked = true;
    return true;
}

const sheaf_shape *sheaf_shapes_find(const sheaf_shapes *set, const char *name) {
    for (size_t i = 0; i < set->shape_count; i++)
        if (strcmp(set->shapes[i].name, name) == 0) return &set->shapes[i];
    return NULL;
}

size_t sheaf_shapes_count(const sheaf_shapes *set) {
    return set->shape_count;
}

const sheaf_shape *sheaf_shapes_at(const sheaf_shapes *set, size_t index) {
    return index < set->shape_count ? &set->shapes[index] : NULL;
}

const char *sheaf_shape_name(const sheaf_shape *shape) {
    return shape->name;
}
