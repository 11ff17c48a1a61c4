/* The three files as a whole, and what they share. */
#include "gen.h"

#include <stdio.h>

#include <sheaf/compiled.h>

#define HEAD "/* sheaf gen "

static uint64_t mix(uint64_t hash, sheaf_slice part) {
    return (hash ^ slice_hash(part)) * UINT64_C(0x100000001B3);
}

sheaf_slice gen_base_name(const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slice_of(slash ? slash + 1 : path);
}

static uint64_t mix_document(uint64_t hash, const syntax_document *document) {
    return mix(mix(hash, gen_base_name(document->file)), document->source);
}

uint64_t gen_hash(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options) {
    uint64_t hash = mix(SHEAF_COMPILED_VERSION, slice_of(options->name));
    for (size_t i = 0; i < options->text_id_count; i++) hash = mix(hash, slice_of(options->text_ids[i]));
    hash = mix(hash, model->document->source);
    for (size_t i = 0; shapes && i < shapes->documents.count; i++)
        hash = mix_document(hash, shapes->documents.items[i]);
    return hash;
}

bool gen_hash_of(sheaf_slice file, uint64_t *ret) {
    uint64_t hash = 0;
    if (!slice_starts_with(file, SHEAF_SLICE(HEAD)) || file.len < sizeof HEAD - 1 + 16) return false;
    for (size_t i = 0; i < 16; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, file.ptr[sizeof HEAD - 1 + i]);
        if (!at || !*at) return false;
        hash = hash << 4 | (uint64_t)(at - digits);
    }
    *ret = hash;
    return true;
}

void gen_head(const gen *g, buffer *out, const char *about) {
    buffer_printf(out,
                  HEAD "%016llx\n *\n * %s\n * Made by `sheaf gen`: not to be edited, nor committed.\n */\n",
                  (unsigned long long)g->hash, about);
}

/* How many bytes at `at` a comment cannot show: control characters, and marks that turn the direction of
 * writing, which compilers warn of. */
static size_t unshown(sheaf_slice text, size_t at) {
    const unsigned char *p = (const unsigned char *)text.ptr + at;
    if (*p < ' ' || *p == 0x7F) return 1;
    if (text.len - at < 3 || p[0] != 0xE2) return 0;
    bool turns = (p[1] == 0x80 && (p[2] == 0x8E || p[2] == 0x8F || (p[2] >= 0xAA && p[2] <= 0xAE))) ||
                 (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9);
    return turns ? 3 : 0;
}

static void comment_line(buffer *out, sheaf_slice line) {
    char before = ' ', last = ' ';
    for (size_t i = 0; i < line.len;) {
        char c = line.ptr[i];
        size_t skip = unshown(line, i);
        if (skip) c = ' ';
        bool ends = (last == '*' && c == '/') || (last == '/' && c == '*');
        bool trigraph = before == '?' && last == '?';
        if (ends || trigraph) buffer_byte(out, ' ');
        buffer_byte(out, c);
        before = ends || trigraph ? ' ' : last;
        last = c;
        i += skip ? skip : 1;
    }
}

void gen_comment(buffer *out, const char *indent, sheaf_slice description) {
    sheaf_slice rest = slice_trim(description);
    if (!rest.len) return;
    buffer_printf(out, "%s/* ", indent);
    for (bool first = true; rest.ptr; first = false) {
        sheaf_slice line = slice_trim(slice_cut(rest, '\n', &rest));
        if (!first) buffer_printf(out, "\n%s *%s", indent, line.len ? " " : "");
        comment_line(out, line);
    }
    BUFFER_LITERAL(out, " */\n");
}

/* The reference that a column stands in, and which of its columns it is. */
static const model_field *reference_of(const model_column *column, uint32_t *ret_at) {
    const model_entity *e = column->entity;
    for (uint32_t i = 0; i < e->field_count; i++) {
        if (e->fields[i].kind != FIELD_REF) continue;
        const model_columns *columns = &e->fields[i].path.hops[0].columns;
        for (uint32_t k = 0; k < columns->count; k++)
            if (columns->at[k] == column) {
                *ret_at = k;
                return &e->fields[i];
            }
    }
    return NULL;
}

static bool is_named(const gen *g, const model_entity *e) {
    for (size_t i = 0; i < g->options.text_id_count; i++)
        if (model_entity_named(g->model, slice_of(g->options.text_ids[i])) == e) return true;
    return false;
}

bool gen_is_text_id(const gen *g, const model_column *column) {
    uint32_t at;
    const model_field *ref = reference_of(column, &at);
    for (uint32_t hops = 0; ref && hops < g->model->entity_count; hops++) {
        column = ref->target->key.at[at];
        ref = reference_of(column, &at);
    }
    return column->scalar == SHEAF_ID && is_named(g, column->entity);
}

static bool has_id(const model_entity *e) {
    for (uint32_t i = 0; i < e->column_count; i++)
        if (e->columns[i].scalar == SHEAF_ID) return true;
    return false;
}

static bool check_options(gen *g, sheaf_error *err) {
    const gen_options *o = &g->options;
    sheaf_slice name = slice_of(o->name), clean = gen_clean(g->memory, name);
    if (!clean.ptr) return error_memory(err);
    if (!slice_equal(name, clean))
        return error_set(err, SHEAF_E_USAGE, "'%s' cannot be part of a C identifier: '%s' can", o->name,
                         clean.ptr);
    for (size_t i = 0; i < o->text_id_count; i++) {
        const model_entity *e = model_entity_named(g->model, slice_of(o->text_ids[i]));
        if (!e)
            return error_set(err, SHEAF_E_USAGE, "the model has no entity '%s'%s", o->text_ids[i],
                             model_suggest_entity(g->model, slice_of(o->text_ids[i])).text);
        if (!has_id(e))
            return error_set(err, SHEAF_E_USAGE, "%s has no attribute of type ID", o->text_ids[i]);
    }
    return true;
}

static bool write_files(gen *g, gen_files *files, sheaf_error *err) {
    if (!gen_claim_words(g)) return error_memory(err);
    if (!check_options(g, err) || !gen_model_header(g, &files->model_header, err) ||
        !gen_shapes_header(g, &files->shapes_header, err) || !gen_source(g, &files->source, err))
        return false;
    bool failed = files->model_header.failed || files->shapes_header.failed || files->source.failed;
    return failed ? error_memory(err) : true;
}

bool gen_write(const sheaf_model *model, const sheaf_shapes *shapes, const gen_options *options,
               const sheaf_allocator *allocator, gen_files *ret, sheaf_error *err) {
    arena memory;
    arena_init(&memory, allocator);
    gen g = {.memory = &memory,
             .model = model,
             .shapes = shapes,
             .options = *options,
             .hash = gen_hash(model, shapes, options)};
    gen_files files;
    map_init(&g.names, &memory);
    buffer_init(&files.model_header, allocator);
    buffer_init(&files.shapes_header, allocator);
    buffer_init(&files.source, allocator);
    bool ok = write_files(&g, &files, err);
    arena_free(&memory);
    if (ok)
        *ret = files;
    else
        gen_files_free(&files);
    return ok;
}

void gen_files_free(gen_files *files) {
    buffer_free(&files->model_header);
    buffer_free(&files->shapes_header);
    buffer_free(&files->source);
}
