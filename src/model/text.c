/* text.c: @text: "/{distro.name}/+source/{name}" as its parts. */
#include "load.h"
#include "value.h"

typedef struct part_list {
    model_text_part *items;
    size_t count, room;
} part_list;

typedef struct text_reader {
    loader *loader;
    model_field *field;
    syntax_place place;
    part_list parts;
} text_reader;

#define FAIL(r, ...) LOAD_FAIL((r)->loader, (r)->place, __VA_ARGS__)

static bool add_part(text_reader *r, model_text_part part) {
    model_text_part *p = ARENA_PUSH(&r->loader->model->memory, &r->parts);
    if (!p) return error_memory(r->loader->err);
    *p = part;
    return true;
}

/* `nullable` is the first on the way that can be null, or NULL. */
static bool check_value(text_reader *r, const model_field *f, const model_field *nullable) {
    if (f->kind != FIELD_COLUMN || f->scalar == SHEAF_JSON || f->scalar == SHEAF_BYTES)
        return FAIL(r, "a text is made of stored attributes that are no JSON or Bytes; '%.*s.%.*s' is none",
                    SHEAF_SLICE_ARGS(f->entity->name), SHEAF_SLICE_ARGS(f->name));
    if (r->field->non_null && nullable)
        return FAIL(r, "'%.*s' is String!, but '%.*s.%.*s' can be null; write String",
                    SHEAF_SLICE_ARGS(r->field->name), SHEAF_SLICE_ARGS(nullable->entity->name),
                    SHEAF_SLICE_ARGS(nullable->name));
    return true;
}

static uint32_t count_dots(sheaf_slice text) {
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += text.ptr[i] == '.';
    return count;
}

/* "distro.name": references, and an attribute in the end. */
static bool add_value(text_reader *r, sheaf_slice dotted) {
    const model_entity *e = r->field->entity;
    uint32_t ref_count = count_dots(dotted), i = 0;
    const model_field **refs, *f, *nullable = NULL;
    if (ref_count > MODEL_HOPS_MAX)
        return FAIL(r, "a text reaches over at most %d references", MODEL_HOPS_MAX);
    refs = ARENA_ARRAY(&r->loader->model->memory, const model_field *, ref_count);
    if (!refs) return error_memory(r->loader->err);
    for (sheaf_slice rest = dotted;; e = f->target) {
        sheaf_slice name = slice_cut(rest, '.', &rest);
        f = model_field_named(e, name);
        if (!f)
            return FAIL(r, "'%.*s' has no attribute '%.*s'%s", SHEAF_SLICE_ARGS(e->name),
                        SHEAF_SLICE_ARGS(name), model_suggest_field(e, name).text);
        if (!nullable && !f->non_null) nullable = f;
        if (!rest.ptr) break;
        if (f->kind != FIELD_REF)
            return FAIL(r, "a text reaches over references by @ref only; '%.*s.%.*s' is none",
                        SHEAF_SLICE_ARGS(e->name), SHEAF_SLICE_ARGS(name));
        refs[i++] = f;
    }
    return check_value(r, f, nullable) &&
           add_part(r, (model_text_part){.refs = refs, .ref_count = ref_count, .column = f});
}

static bool read_format(text_reader *r, sheaf_slice format) {
    while (format.len) {
        const char *brace = memchr(format.ptr, '{', format.len);
        size_t before = brace ? (size_t)(brace - format.ptr) : format.len;
        bool doubled = brace && before + 1 < format.len && brace[1] == '{';
        if (doubled) before++; /* the first of the two braces is text */
        if (before && !add_part(r, (model_text_part){.literal = {format.ptr, before}})) return false;
        if (!brace) return true;
        format = (sheaf_slice){format.ptr + before + 1, format.len - before - 1};
        if (doubled) continue;
        const char *end = format.len ? memchr(format.ptr, '}', format.len) : NULL;
        if (!end) return FAIL(r, "a '{' has no '}'; where the text has a brace, write '{{'");
        sheaf_slice name = {format.ptr, (size_t)(end - format.ptr)};
        if (!add_value(r, name)) return false;
        format = (sheaf_slice){end + 1, format.len - name.len - 1};
    }
    return true;
}

bool load_texts(loader *l) {
    for (uint32_t i = 0; i < l->model->entity_count; i++)
        for (uint32_t j = 0; j < l->model->entities[i].field_count; j++) {
            model_field *f = &l->model->entities[i].fields[j];
            if (f->kind != FIELD_TEXT) continue;
            const syntax_value *format = directive_value(use_of(l, f, DIRECTIVE_TEXT), "format");
            text_reader r = {.loader = l, .field = f, .place = format->place};
            if (!read_format(&r, format->text)) return false;
            f->parts = r.parts.items;
            f->part_count = (uint32_t)r.parts.count;
        }
    return true;
}
