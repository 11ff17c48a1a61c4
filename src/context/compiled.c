/* Compiled shapes: what a database keeps of each, and the read. */
#include "compiled.h"

#include "page.h"
#include "unused.h"

bool compiled_init(compiled_cache *cache, const sheaf_allocator *allocator) {
    arena_init(&cache->memory, allocator);
    int_map_init(&cache->by_shape, &cache->memory);
    return pthread_mutex_init(&cache->lock, NULL) == 0;
}

static void free_shape(const sheaf_allocator *allocator, compiled_shape *s) {
    arena_free(&s->memory);
    memory_release(allocator, s);
}

void compiled_free(sheaf_db *db) {
    for (compiled_shape *s = db->compiled.shapes, *next; s; s = next) {
        next = s->next;
        free_shape(db->allocator, s);
    }
    for (compiled_set *s = db->compiled.sets, *next; s; s = next) {
        next = s->next;
        sheaf_shapes_free(s->shapes);
        memory_release(db->allocator, s);
    }
    arena_free(&db->compiled.memory);
    pthread_mutex_destroy(&db->compiled.lock);
}

/* ---- Sets -----------------------------------------------------------------------------------------------*/

static bool check_set(const sheaf_db *db, const sheaf_compiled *shape, sheaf_error *err) {
    const sheaf_compiled_set *set = shape->set;
    if (!db->model) return error_set(err, SHEAF_E_USAGE, "the database was opened without a model");
    if (set->version != SHEAF_COMPILED_VERSION)
        return error_set(err, SHEAF_E_CHANGED,
                         "query '%s': its code was generated for version %u of Sheaf's structs, and this "
                         "library has version %u: run `sheaf gen` again, and compile",
                         shape->name, (unsigned)set->version, (unsigned)SHEAF_COMPILED_VERSION);
    if (set->model_hash != sheaf_model_hash(db->model))
        return error_set(err, SHEAF_E_CHANGED,
                         "query '%s': its code was generated from another model than the one that the "
                         "database was opened with: run `sheaf gen` again, and compile",
                         shape->name);
    return true;
}

/* The documents passed their caps when they were compiled; what they say is part of the program. */
static bool read_set(const sheaf_db *db, const sheaf_compiled_set *set, sheaf_shapes **ret,
                     sheaf_error *err) {
    static const sheaf_shape_limits any = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    sheaf_shapes *shapes = NULL;
    if (!sheaf_shapes_new(db->model, &any, db->allocator, &shapes, err)) return false;
    bool ok = true;
    for (size_t i = 0; i < set->document_count && ok; i++)
        ok = sheaf_shapes_add(shapes, set->documents[i].text, set->documents[i].file, err);
    if (!ok || !sheaf_shapes_check(shapes, err)) {
        sheaf_shapes_free(shapes);
        return false;
    }
    *ret = shapes;
    return true;
}

static bool get_set(sheaf_db *db, const sheaf_compiled *shape, compiled_set **ret, sheaf_error *err) {
    compiled_set *s = db->compiled.sets;
    while (s && s->set != shape->set) s = s->next;
    if (!s) {
        if (!check_set(db, shape, err)) return false;
        s = memory_new_zero(db->allocator, 1, sizeof *s);
        if (!s) return error_memory(err);
        if (!read_set(db, shape->set, &s->shapes, err)) {
            memory_release(db->allocator, s);
            return false;
        }
        s->set = shape->set;
        s->next = db->compiled.sets;
        db->compiled.sets = s;
    }
    *ret = s;
    return true;
}

/* ---- Shapes ---------------------------------------------------------------------------------------------*/

static bool match_variables(compiled_shape *s, sheaf_error *err) {
    const sheaf_compiled *c = s->compiled;
    s->variables = ARENA_ARRAY(&s->memory, const sheaf_compiled_variable *, s->shape->variable_count);
    if (!s->variables) return error_memory(err);
    for (size_t i = 0; i < c->variable_count; i++) {
        uint32_t number = 0;
        while (number < s->shape->variable_count &&
               !slice_is(s->shape->variables[number].name, c->variables[i].name))
            number++;
        if (number == s->shape->variable_count)
            return error_set(err, SHEAF_E_CHANGED,
                             "query '%s' has no variable $%s: run `sheaf gen` again, and compile", c->name,
                             c->variables[i].name);
        s->variables[number] = &c->variables[i];
    }
    return true;
}

static bool make(sheaf_db *db, compiled_shape *s, sheaf_error *err) {
    compiled_set *set = NULL;
    if (!get_set(db, s->compiled, &set, err)) return false;
    s->shape = sheaf_shapes_find(set->shapes, s->compiled->name);
    if (!s->shape)
        return error_set(err, SHEAF_E_CHANGED,
                         "there is no query '%s' in its documents: run `sheaf gen` again, and compile",
                         s->compiled->name);
    return match_variables(s, err) && views_resolve(db, s->compiled, s->shape, &s->memory, &s->views, err);
}

static bool make_shape(sheaf_db *db, const sheaf_compiled *compiled, const compiled_shape **ret,
                       sheaf_error *err) {
    compiled_shape *s = memory_new_zero(db->allocator, 1, sizeof *s);
    if (!s) return error_memory(err);
    arena_init(&s->memory, db->allocator);
    s->compiled = compiled;
    bool ok = make(db, s, err);
    void **slot = ok ? int_map_slot(&db->compiled.by_shape, (int64_t)(intptr_t)compiled) : NULL;
    if (!slot) {
        free_shape(db->allocator, s);
        return ok ? error_memory(err) : false;
    }
    *slot = s;
    s->next = db->compiled.shapes;
    db->compiled.shapes = s;
    *ret = s;
    return true;
}

/* The lock is held while a shape is made, so that it is made once; that is the first page's wait. */
static bool get_shape(sheaf_db *db, const sheaf_compiled *compiled, const compiled_shape **ret,
                      sheaf_error *err) {
    pthread_mutex_lock(&db->compiled.lock);
    const compiled_shape *s = int_map_get(&db->compiled.by_shape, (int64_t)(intptr_t)compiled);
    bool ok = s || make_shape(db, compiled, &s, err);
    pthread_mutex_unlock(&db->compiled.lock);
    if (ok) *ret = s;
    return ok;
}

/* ---- Variables ------------------------------------------------------------------------------------------*/

static sheaf_value scalar_at(sheaf_member_kind kind, const void *at) {
    switch (kind) {
    case SHEAF_MEMBER_INT: return (sheaf_value){.kind = SHEAF_KIND_INT, .i = *(const int64_t *)at};
    case SHEAF_MEMBER_FLOAT: return (sheaf_value){.kind = SHEAF_KIND_FLOAT, .f = *(const double *)at};
    case SHEAF_MEMBER_BOOL: return (sheaf_value){.kind = SHEAF_KIND_INT, .i = *(const bool *)at};
    default: return (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = *(const sheaf_slice *)at};
    }
}

static bool list_at(sheaf_member_kind kind, const char *items, size_t count, arena *memory,
                    sheaf_value *ret) {
    static const struct {
        sheaf_member_kind of;
        size_t size;
    } lists[] = {
        [SHEAF_MEMBER_INTS] = {SHEAF_MEMBER_INT, sizeof(int64_t)},
        [SHEAF_MEMBER_FLOATS] = {SHEAF_MEMBER_FLOAT, sizeof(double)},
        [SHEAF_MEMBER_BOOLS] = {SHEAF_MEMBER_BOOL, sizeof(bool)},
        [SHEAF_MEMBER_TEXTS] = {SHEAF_MEMBER_TEXT, sizeof(sheaf_slice)},
    };
    sheaf_value *values = arena_array(memory, count, sizeof *values);
    for (size_t i = 0; i < count && values; i++)
        values[i] = scalar_at(lists[kind].of, items + i * lists[kind].size);
    *ret = (sheaf_value){.kind = SHEAF_KIND_LIST, .list = {values, count}};
    return values != NULL;
}

/* NULL (the kind) for a variable that is not given. False: no memory. */
static bool variable_at(const sheaf_compiled_variable *v, const char *variables, arena *memory,
                        sheaf_value *ret) {
    const char *at = variables + v->at;
    *ret = (sheaf_value){0};
    if (v->kind >= SHEAF_MEMBER_INTS) {
        const char *items = *(const char *const *)at;
        return !items || list_at(v->kind, items, *(const size_t *)(variables + v->count_at), memory, ret);
    }
    if (v->optional && v->kind != SHEAF_MEMBER_TEXT) at = *(const char *const *)at;
    if (at) *ret = scalar_at(v->kind, at);
    if (ret->kind == SHEAF_KIND_TEXT && !ret->text.ptr) *ret = (sheaf_value){0};
    return true;
}

static bool bind(const compiled_shape *s, const void *variables, arena *memory, const sheaf_value **ret,
                 sheaf_error *err) {
    uint32_t count = s->shape->variable_count;
    sheaf_value *values = ARENA_ARRAY(memory, sheaf_value, count);
    const sheaf_value **given = ARENA_ARRAY(memory, const sheaf_value *, count);
    if (!values || !given) return error_memory(err);
    for (uint32_t i = 0; i < count; i++) {
        if (!s->variables[i]) continue;
        if (!variable_at(s->variables[i], variables, memory, &values[i])) return error_memory(err);
        given[i] = values[i].kind == SHEAF_KIND_NULL ? NULL : &values[i];
    }
    return shape_bind_numbered(s->shape, given, memory, ret, err);
}

/* ---- The read -------------------------------------------------------------------------------------------*/

static bool realise(const compiled_shape *s, sheaf_page *page, const void *variables, sheaf_error *err) {
    const sheaf_value *values;
    page->context->graph.views = s->views;
    if (!bind(s, variables, &page->context->memory, &values, err) || !page_declare(page, values, err) ||
        !sheaf_realise(page->context, err))
        return false;
    if (!page_check_required(page, err)) {
        page->context->state = CONTEXT_FAILED; /* there is nothing that could have been read */
        return false;
    }
    reads_whole(page->context); /* who reads a struct cannot be seen */
    return true;
}

bool sheaf_compiled_read(sheaf_db *db, const sheaf_compiled *shape, const void *variables, void **ret_page,
                         sheaf_error *err) {
    const compiled_shape *s;
    if (!get_shape(db, shape, &s, err)) return false;
    sheaf_page page = {.shape = s->shape, .context = sheaf_context_new(db)};
    if (!page.context) return error_memory(err);
    if (!realise(s, &page, variables, err)) {
        context_explain_memory(page.context, err);
        sheaf_context_free(page.context);
        return false;
    }
    *ret_page = page.context->structs;
    return true;
}

static sheaf_context *context_of(const void *page) {
    return ((const compiled_head *)page - 1)->context;
}

void sheaf_compiled_free(void *page) {
    if (page) sheaf_context_free(context_of(page));
}

sheaf_stats sheaf_compiled_stats(const void *page) {
    return sheaf_context_stats(context_of(page));
}
