/* NAME_shapes.h: structs and functions of the queries. */
#include "../base/json.h"
#include "../base/utf8.h"
#include "structs.h"

#define DEFAULT_SHOWN 60 /* bytes of a variable's default, in its comment */

typedef struct header {
    gen *g;
    buffer *out;
    buffer note; /* of the member being written */
} header;

static const char *const types[] = {
    [SHEAF_MEMBER_INT] = "int64_t ",         [SHEAF_MEMBER_FLOAT] = "double ",
    [SHEAF_MEMBER_BOOL] = "bool ",           [SHEAF_MEMBER_TEXT] = "sheaf_slice ",
    [SHEAF_MEMBER_INTS] = "const int64_t *", [SHEAF_MEMBER_FLOATS] = "const double *",
    [SHEAF_MEMBER_BOOLS] = "const bool *",   [SHEAF_MEMBER_TEXTS] = "const sheaf_slice *",
};

/* What the C type does not say. */
static const char *const notes[SHEAF_SCALAR_COUNT] = {
    [SHEAF_TIMESTAMP] = "microseconds since 1970-01-01 UTC",
    [SHEAF_DATE] = "days since 1970-01-01",
    [SHEAF_DECIMAL] = "a decimal number",
    [SHEAF_JSON] = "JSON",
    [SHEAF_UUID] = "a UUID",
    [SHEAF_BYTES] = "bytes, not text",
};

/* ---- Rows ---------------------------------------------------------------------------------------------*/

/* Ends a line, with the note that was gathered for it. */
static void end_line(header *h) {
    if (h->note.len)
        gen_comment(h->out, " ", buffer_view(&h->note));
    else
        buffer_byte(h->out, '\n');
    buffer_clear(&h->note);
}

static void write_member(header *h, const gen_member *m) {
    buffer *out = h->out;
    if (m->field) gen_comment(out, "    ", m->field->description);
    BUFFER_LITERAL(out, "    ");
    switch (m->kind) {
    case SHEAF_MEMBER_ONE: buffer_printf(out, "const struct %s *", m->type->name.ptr); break;
    case SHEAF_MEMBER_MANY: buffer_printf(out, "const struct %s *const *", m->type->name.ptr); break;
    case SHEAF_MEMBER_FRAGMENT: buffer_printf(out, "struct %s ", m->type->name.ptr); break;
    default:
        buffer_cstr(out, types[m->kind]);
        if (notes[m->scalar]) buffer_cstr(&h->note, notes[m->scalar]);
    }
    buffer_printf(out, "%s;", m->name.ptr);
    if (m->kind == SHEAF_MEMBER_ONE && m->may_be_none) buffer_cstr(&h->note, "NULL where there is none");
    end_line(h);
    if (m->count.ptr) buffer_printf(out, "    size_t %s;\n", m->count.ptr);
}

/* Booleans come last, so that nothing is lost between them. */
static void write_members(header *h, const gen_struct *s) {
    for (size_t i = 0; i < s->member_count; i++)
        if (s->members[i].kind != SHEAF_MEMBER_BOOL) write_member(h, &s->members[i]);
    for (size_t i = 0; i < s->member_count; i++)
        if (s->members[i].kind == SHEAF_MEMBER_BOOL) write_member(h, &s->members[i]);
    for (size_t i = 0; i < s->member_count; i++)
        if (s->members[i].has.ptr) buffer_printf(h->out, "    bool %s;\n", s->members[i].has.ptr);
}

/* "Package: A source package …"; before it what stands above the fragment or the query. */
static void write_struct_comment(header *h, const gen_struct *s) {
    buffer text;
    buffer_init(&text, h->g->memory->allocator);
    if (s->definition && s->definition->comment.ptr)
        buffer_printf(&text, "%.*s\n", SHEAF_SLICE_ARGS(s->definition->comment));
    if (s->entity) {
        buffer_slice(&text, s->entity->name);
        if (s->entity->description.len)
            buffer_printf(&text, ": %.*s", SHEAF_SLICE_ARGS(s->entity->description));
    }
    h->out->failed = h->out->failed || text.failed;
    gen_comment(h->out, "", buffer_view(&text));
    buffer_free(&text);
}

static void write_struct(header *h, const gen_struct *s) {
    buffer_byte(h->out, '\n');
    write_struct_comment(h, s);
    if (s->same) {
        buffer_printf(h->out, "typedef struct %s %s;\n", s->same->name.ptr, s->name.ptr);
        return;
    }
    buffer_printf(h->out, "typedef struct %s {\n", s->name.ptr);
    write_members(h, s);
    buffer_printf(h->out, "} %s;\n", s->name.ptr);
}

/* ---- Variables ----------------------------------------------------------------------------------------*/

static void note_type(buffer *note, const syntax_type *type) {
    const syntax_type *item = type->of ? type->of : type;
    buffer_printf(note, "%s%.*s%s%s", type->of ? "[" : "", SHEAF_SLICE_ARGS(item->name),
                  item->non_null ? "!" : "", type->of ? "]" : "");
    if (type->of && type->non_null) buffer_byte(note, '!');
}

/* Literals, and lists of them: a variable's default is nothing else. */
static void note_value(buffer *note, const syntax_value *v) {
    size_t at; /* unused: documents are UTF-8 */
    switch (v->kind) {
    case SYNTAX_STRING: json_string(note, v->text, &at); break;
    case SYNTAX_BOOLEAN: buffer_cstr(note, v->boolean ? "true" : "false"); break;
    case SYNTAX_NULL: buffer_cstr(note, "null"); break;
    case SYNTAX_LIST:
        buffer_byte(note, '[');
        for (size_t i = 0; i < v->item_count && note->len <= DEFAULT_SHOWN; i++) {
            if (i) BUFFER_LITERAL(note, ", ");
            note_value(note, &v->items[i]);
        }
        buffer_byte(note, ']');
        break;
    default: buffer_slice(note, v->text);
    }
}

static void note_variable(header *h, const syntax_variable *v) {
    note_type(&h->note, v->type);
    if (!v->default_value) return;
    BUFFER_LITERAL(&h->note, " = ");
    size_t begin = h->note.len;
    note_value(&h->note, v->default_value);
    if (h->note.failed || h->note.len - begin <= DEFAULT_SHOWN) return;
    h->note.len = begin + utf8_valid_prefix((sheaf_slice){h->note.ptr + begin, DEFAULT_SHOWN});
    buffer_cstr(&h->note, "…");
}

static void write_variable(header *h, const gen_member *m, const shape_variable *v,
                           const syntax_variable *s) {
    bool pointer = m->kind < SHEAF_MEMBER_TEXT && gen_variable_optional(v);
    gen_comment(h->out, "    ", s->comment);
    buffer_printf(h->out, "    %s%s%s%s;", pointer ? "const " : "", types[m->kind], pointer ? "*" : "",
                  m->name.ptr);
    note_variable(h, s);
    end_line(h);
    if (m->count.ptr) buffer_printf(h->out, "    size_t %s;\n", m->count.ptr);
}

static void write_variables(header *h, const gen_query *q) {
    const sheaf_shape *shape = q->shape;
    if (!shape->variable_count) return;
    bool optional = false;
    for (uint32_t i = 0; i < shape->variable_count; i++)
        optional = optional || gen_variable_optional(&shape->variables[i]);
    buffer_printf(h->out, "\n/* What %s takes.%s */\ntypedef struct %s_vars {\n", shape->name,
                  optional ? " What is optional is not given where it, or its ptr, is NULL." : "",
                  q->stem.ptr);
    for (uint32_t i = 0; i < shape->variable_count; i++)
        write_variable(h, &q->variables[i], &shape->variables[i], &shape->definition->variables[i]);
    buffer_printf(h->out, "} %s_vars;\n", q->stem.ptr);
}

/* ---- Queries ------------------------------------------------------------------------------------------*/

/* Appends `text` with `stem` for each '$'. */
static void expand(buffer *out, const char *text, sheaf_slice stem) {
    sheaf_slice rest = slice_of(text);
    while (rest.ptr) {
        buffer_slice(out, slice_cut(rest, '$', &rest));
        if (rest.ptr) buffer_slice(out, stem);
    }
}

static void write_functions(header *h, const gen_query *q) {
    static const char before[] =
        "\n"
        "extern const sheaf_compiled $_compiled;\n"
        "\n"
        "/* Reads the page in one realise. It is the caller's, for $_free. Errors: sheaf/compiled.h. */\n";
    static const char with_variables[] =
        "static inline bool $_read(sheaf_db *db, const $_vars *vars, $_page **ret_page, sheaf_error *err) {\n"
        "    void *page = NULL;\n"
        "    if (!sheaf_compiled_read(db, &$_compiled, vars, &page, err)) return false;\n";
    static const char without_variables[] =
        "static inline bool $_read(sheaf_db *db, $_page **ret_page, sheaf_error *err) {\n"
        "    void *page = NULL;\n"
        "    if (!sheaf_compiled_read(db, &$_compiled, NULL, &page, err)) return false;\n";
    static const char after[] = "    *ret_page = ($_page *)page;\n"
                                "    return true;\n"
                                "}\n"
                                "static inline void $_free($_page *page) {\n"
                                "    sheaf_compiled_free(page);\n"
                                "}\n"
                                "static inline sheaf_stats $_stats(const $_page *page) {\n"
                                "    return sheaf_compiled_stats(page);\n"
                                "}\n";
    expand(h->out, before, q->stem);
    expand(h->out, q->shape->variable_count ? with_variables : without_variables, q->stem);
    expand(h->out, after, q->stem);
}

static void write_query(header *h, const gen_query *q) {
    buffer_printf(h->out, "\n/* ---- %s ---- */\n", q->shape->name);
    write_variables(h, q);
    for (const gen_struct *s = q->structs; s; s = s->next) write_struct(h, s);
    write_functions(h, q);
}

static bool write_header(header *h) {
    static const char begin[] =
        "#ifndef $_SHAPES_H\n"
        "#define $_SHAPES_H\n"
        "\n"
        "#include <sheaf/compiled.h>\n"
        "\n"
        "#if SHEAF_COMPILED_VERSION != 1\n"
        "#error \"made by another version of sheaf: run `sheaf gen` again\"\n"
        "#endif\n"
        "\n"
        "/* A variable or a page of another type is an error, also where compilers only warn; not where\n"
        " * SHEAF_GEN_LENIENT is defined. Missing braces: a string would be taken for the pointer of a "
        "slice. */\n"
        "#if !defined SHEAF_GEN_LENIENT && !defined __cplusplus && \\\n"
        "    (defined __clang__ || (defined __GNUC__ && __GNUC__ >= 10))\n"
        "#pragma GCC diagnostic error \"-Wincompatible-pointer-types\"\n"
        "#pragma GCC diagnostic error \"-Wint-conversion\"\n"
        "#pragma GCC diagnostic error \"-Wmissing-braces\"\n"
        "#ifdef __clang__\n"
        "#pragma GCC diagnostic warning \"-Wincompatible-pointer-types-discards-qualifiers\"\n"
        "#endif\n"
        "#endif\n"
        "\n"
        "#ifdef __cplusplus\n"
        "extern \"C\" {\n"
        "#endif\n"
        "\n";
    static const char model[] =
        "/* The model that all of this was made from; to be freed by sheaf_model_free. */\n"
        "bool $(const sheaf_allocator *allocator, sheaf_model **ret_model, sheaf_error *err);\n";
    static const char end[] = "\n"
                              "#ifdef __cplusplus\n"
                              "}\n"
                              "#endif\n"
                              "\n"
                              "#endif\n";
    const gen_structs *made = h->g->structs;
    sheaf_slice guard = gen_upper(h->g, slice_of(h->g->options.name));
    if (!guard.ptr) return false;
    gen_head(h->g, h->out,
             "What each query of the shapes gives, as structs: how values stand in them is told in\n"
             " * sheaf/compiled.h. Two names are not what they seem to be: where a list x stands beside a\n"
             " * field x_count, neither is called so; the field is x_count_value, the rows are x_length.");
    expand(h->out, begin, guard);
    expand(h->out, model, made->model_new);
    if (made->fragments) BUFFER_LITERAL(h->out, "\n/* ---- fragments ---- */\n");
    for (const gen_struct *s = made->fragments; s; s = s->next) write_struct(h, s);
    for (size_t i = 0; i < made->query_count; i++) write_query(h, &made->queries[i]);
    buffer_cstr(h->out, end);
    return true;
}

bool gen_shapes_header(gen *g, buffer *out, sheaf_error *err) {
    if (!gen_structs_make(g, err)) return false;
    header h = {.g = g, .out = out};
    buffer_init(&h.note, g->memory->allocator);
    bool ok = write_header(&h) && !h.note.failed;
    buffer_free(&h.note);
    return ok || error_memory(err);
}
