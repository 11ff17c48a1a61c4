/* NAME.c: the model's text, the shapes' texts, and the tables of compiled.h.
 *
 * Names that only this file has hold "__", which no other name does: gen_clean sees to that. */
#include <stdio.h>

#include "structs.h"

#define LITERAL_MAX 4095 /* bytes that C17 promises to take as one string */

static const char *const kinds[] = {
    [SHEAF_MEMBER_INT] = "INT",           [SHEAF_MEMBER_FLOAT] = "FLOAT", [SHEAF_MEMBER_BOOL] = "BOOL",
    [SHEAF_MEMBER_TEXT] = "TEXT",         [SHEAF_MEMBER_ONE] = "ONE",     [SHEAF_MEMBER_MANY] = "MANY",
    [SHEAF_MEMBER_FRAGMENT] = "FRAGMENT", [SHEAF_MEMBER_INTS] = "INTS",   [SHEAF_MEMBER_FLOATS] = "FLOATS",
    [SHEAF_MEMBER_BOOLS] = "BOOLS",       [SHEAF_MEMBER_TEXTS] = "TEXTS",
};

/* ---- Texts --------------------------------------------------------------------------------------------*/

/* One byte between quotes. "??" would begin a trigraph. */
static void write_byte(buffer *out, char c, char quote) {
    unsigned char byte = (unsigned char)c;
    if (c == '\n')
        BUFFER_LITERAL(out, "\\n");
    else if (c == quote || c == '\\' || c == '?')
        buffer_printf(out, "\\%c", c);
    else if (byte < ' ' || byte > '~')
        buffer_printf(out, "\\%03o", byte);
    else
        buffer_byte(out, c);
}

static void write_string(buffer *out, sheaf_slice text) {
    buffer_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) write_byte(out, text.ptr[i], '"');
    buffer_byte(out, '"');
}

/* Line by line: as strings, or where these would be too long as single characters. A NUL ends it. */
static void write_text(buffer *out, const char *name, const char *ending, sheaf_slice text) {
    bool literal = text.len <= LITERAL_MAX;
    buffer_printf(out, "\nstatic const char %s__%s[] =%s", name, ending, literal ? "" : " {");
    if (!text.len) BUFFER_LITERAL(out, " \"\"");
    while (text.len) {
        const char *end = memchr(text.ptr, '\n', text.len);
        sheaf_slice line = {text.ptr, end ? (size_t)(end + 1 - text.ptr) : text.len};
        BUFFER_LITERAL(out, "\n    ");
        if (literal) write_string(out, line);
        for (size_t i = 0; !literal && i < line.len; i++) {
            buffer_byte(out, '\'');
            write_byte(out, line.ptr[i], '\'');
            BUFFER_LITERAL(out, "',");
        }
        text = (sheaf_slice){line.ptr + line.len, text.len - line.len};
    }
    buffer_cstr(out, literal ? ";\n" : "\n    '\\0'\n};\n");
}

static void write_model(const gen *g, buffer *out) {
    const char *name = g->options.name;
    write_text(out, name, "model", g->model->document->source);
    buffer_printf(out,
                  "\nbool %s(const sheaf_allocator *allocator, sheaf_model **ret_model, sheaf_error *err) {\n"
                  "    const sheaf_slice text = {%s__model, sizeof %s__model - 1};\n"
                  "    return sheaf_model_parse(text, ",
                  g->structs->model_new.ptr, name, name);
    write_string(out, gen_base_name(g->model->document->file));
    BUFFER_LITERAL(out, ", allocator, ret_model, err);\n}\n");
}

static void write_set(const gen *g, buffer *out) {
    const char *name = g->options.name;
    const sheaf_shapes *shapes = g->shapes;
    for (size_t i = 0; i < shapes->documents.count; i++) {
        char ending[32];
        snprintf(ending, sizeof ending, "document%zu", i);
        write_text(out, name, ending, shapes->documents.items[i]->source);
    }
    buffer_printf(out, "\nstatic const sheaf_compiled_document %s__documents[] = {\n", name);
    for (size_t i = 0; i < shapes->documents.count; i++) {
        BUFFER_LITERAL(out, "    {");
        write_string(out, gen_base_name(shapes->documents.items[i]->file));
        buffer_printf(out, ", {%s__document%zu, sizeof %s__document%zu - 1}},\n", name, i, name, i);
    }
    buffer_printf(out,
                  "};\n"
                  "\n"
                  "static const sheaf_compiled_set %s__set = {\n"
                  "    SHEAF_COMPILED_VERSION, UINT64_C(0x%016llx), %s__documents, %zu,\n"
                  "};\n",
                  name, (unsigned long long)g->model->hash, name, shapes->documents.count);
}

/* ---- Tables -------------------------------------------------------------------------------------------*/

static void write_offset(buffer *out, const char *type, sheaf_slice member) {
    if (member.ptr)
        buffer_printf(out, "offsetof(%s, %s), ", type, member.ptr);
    else
        BUFFER_LITERAL(out, "SHEAF_MEMBER_NOT_THERE, ");
}

static void write_struct(buffer *out, const gen_struct *s) {
    const char *name = s->name.ptr;
    if (s->same) return;
    buffer_printf(out, "\nstatic const sheaf_member %s__members[] = {\n", name);
    for (size_t i = 0; i < s->member_count; i++) {
        const gen_member *m = &s->members[i];
        buffer_printf(out, "    {\"%.*s\", SHEAF_MEMBER_%s, ", SHEAF_SLICE_ARGS(m->key), kinds[m->kind]);
        write_offset(out, name, m->name);
        write_offset(out, name, m->has);
        write_offset(out, name, m->count);
        if (m->type)
            buffer_printf(out, "&%s__struct},\n", m->type->name.ptr);
        else
            BUFFER_LITERAL(out, "NULL},\n");
    }
    buffer_printf(out,
                  "};\n"
                  "static const sheaf_struct %s__struct = {\"%s\", sizeof(%s), %zu, %s__members};\n",
                  name, name, name, s->member_count, name);
}

static void write_variables(buffer *out, const gen_query *q) {
    const char *stem = q->stem.ptr;
    buffer_printf(out, "\nstatic const sheaf_compiled_variable %s__variables[] = {\n", stem);
    for (uint32_t i = 0; i < q->shape->variable_count; i++) {
        const gen_member *m = &q->variables[i];
        buffer_printf(out, "    {\"%.*s\", SHEAF_MEMBER_%s, %s, offsetof(%s_vars, %s), ",
                      SHEAF_SLICE_ARGS(m->key), kinds[m->kind],
                      gen_variable_optional(&q->shape->variables[i]) ? "true" : "false", stem, m->name.ptr);
        if (m->count.ptr)
            buffer_printf(out, "offsetof(%s_vars, %s)},\n", stem, m->count.ptr);
        else
            BUFFER_LITERAL(out, "SHEAF_MEMBER_NOT_THERE},\n");
    }
    BUFFER_LITERAL(out, "};\n");
}

static void write_query(const gen *g, buffer *out, const gen_query *q) {
    const char *stem = q->stem.ptr;
    uint32_t count = q->shape->variable_count;
    for (const gen_struct *s = q->structs; s; s = s->next) write_struct(out, s);
    if (count) write_variables(out, q);
    buffer_printf(out, "\nconst sheaf_compiled %s_compiled = {&%s__set, \"%s\", &%s__struct, ", stem,
                  g->options.name, q->shape->name, q->page->name.ptr);
    if (count)
        buffer_printf(out, "%s__variables, %u};\n", stem, count);
    else
        BUFFER_LITERAL(out, "NULL, 0};\n");
}

bool gen_source(gen *g, buffer *out, sheaf_error *err) {
    (void)err;
    const gen_structs *made = g->structs;
    gen_head(g, out,
             "What the headers declare: the model and the shapes as text, and what the structs hold.");
    buffer_printf(
        out,
        "#include \"%s_shapes.h\"\n"
        "\n"
        "_Static_assert(sizeof(sheaf_slice *) == sizeof(void *), \"a pointer to a struct is written as "
        "a void *\");\n",
        g->options.name);
    write_model(g, out);
    if (!made->query_count) return true;
    write_set(g, out);
    for (const gen_struct *s = made->fragments; s; s = s->next) write_struct(out, s);
    for (size_t i = 0; i < made->query_count; i++) write_query(g, out, &made->queries[i]);
    return true;
}
