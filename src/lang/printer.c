/* printer.c: tree → canonical text.
 *
 * What can stand on one line or on several is first tried on one: `try_flat` prints it there, and takes it
 * back where the line gets longer than WIDTH, or where it holds what needs lines of its own (comments,
 * descriptions, block strings). An attempt stops soon after the line is full, so that nesting does not
 * multiply the work. The text depends on the tree alone; that, and a parser that reads it back as the same
 * tree, makes it canonical.
 */
#include "../base/json.h"
#include "lang.h"

#define WIDTH 100 /* characters of a line */

typedef struct printer {
    buffer *out;
    size_t line; /* where the current line begins in `out` */
    unsigned indent;
    bool flat;     /* within an attempt on one line */
    bool overflow; /* the attempt has failed */
} printer;

typedef void print_fn(printer *p, const void *node);

#define TEXT(p, literal) BUFFER_LITERAL((p)->out, literal)

static void text(printer *p, sheaf_slice s) {
    buffer_slice(p->out, s);
}

static void line_end(printer *p) {
    buffer_byte(p->out, '\n');
    p->line = p->out->len;
}

static void new_line(printer *p) {
    line_end(p);
    for (unsigned i = 0; i < p->indent; i++) TEXT(p, "  ");
}

static bool too_long(const printer *p, size_t tail) {
    size_t bytes = p->out->len - p->line, characters = 0;
    if (bytes > (size_t)4 * WIDTH || bytes + tail <= WIDTH) return bytes > WIDTH;
    for (size_t i = p->line; i < p->out->len; i++)
        characters += ((unsigned char)p->out->ptr[i] & 0xC0) != 0x80;
    return characters + tail > WIDTH;
}

/* Prints `node` on this line, if it fits with `tail` more characters. Within another attempt that one
 * decides. */
static bool try_flat(printer *p, print_fn *print, const void *node, size_t tail) {
    size_t start = p->out->len;
    if (p->flat) {
        print(p, node);
        return true;
    }
    p->flat = true;
    p->overflow = false;
    print(p, node);
    p->flat = false;
    if (!p->overflow && !too_long(p, tail)) return true;
    p->out->len = start;
    return false;
}

/* ---- text ---- */

/* A block string gives the text back only where no indentation and no blank line is lost at its ends. */
static bool fits_block(sheaf_slice s) {
    bool has_margin = false, blank = true;
    if (!s.len) return false;
    for (size_t i = 0, line = 0; i <= s.len; i++) {
        char c = i < s.len ? s.ptr[i] : '\n';
        if (c == '\n') {
            if (blank && (line == 0 || i == s.len)) return false;
            line = i + 1;
            blank = true;
        } else if (c == ' ' || c == '\t') {
            continue;
        } else {
            if ((unsigned char)c < ' ') return false;
            has_margin = has_margin || i == line;
            blank = false;
        }
    }
    return has_margin;
}

static void block_string(printer *p, sheaf_slice s) {
    TEXT(p, "\"\"\"");
    bool line_start = true;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\n') {
            if (line_start) line_end(p);
            line_start = true;
            continue;
        }
        if (line_start) new_line(p);
        line_start = false;
        if (slice_starts_with((sheaf_slice){s.ptr + i, s.len - i}, SHEAF_SLICE("\"\"\""))) {
            TEXT(p, "\\\"\"\"");
            i += 2;
        } else {
            buffer_byte(p->out, s.ptr[i]);
        }
    }
    new_line(p);
    TEXT(p, "\"\"\"");
}

static void string(printer *p, sheaf_slice s, bool may_be_block) {
    size_t at;
    bool needs_block = memchr(s.ptr, '\n', s.len) || memchr(s.ptr, '"', s.len) || memchr(s.ptr, '\\', s.len);
    if (!may_be_block || !needs_block || !fits_block(s))
        json_string(p->out, s, &at);
    else if (p->flat)
        p->overflow = true;
    else
        block_string(p, s);
}

/* The lines of a comment: before a node, or (`closing`) after the last one in braces. */
static void comment_lines(printer *p, sheaf_slice comment, bool closing) {
    if (!comment.ptr) return;
    if (p->flat) {
        p->overflow = true;
        return;
    }
    sheaf_slice rest = comment;
    do {
        sheaf_slice line = slice_cut(rest, '\n', &rest);
        if (closing) new_line(p);
        buffer_byte(p->out, '#');
        if (line.len) buffer_byte(p->out, ' ');
        text(p, line);
        if (!closing) new_line(p);
    } while (rest.ptr);
}

static void comment_and_description(printer *p, sheaf_slice comment, sheaf_slice description) {
    comment_lines(p, comment, false);
    if (!description.ptr) return;
    if (p->flat) {
        p->overflow = true;
        return;
    }
    string(p, description, true);
    new_line(p);
}

/* ---- items in brackets ---- */

typedef struct sequence {
    const char *open, *close;
    const void *items;
    size_t count, size;
    print_fn *item;
} sequence;

static void flat_sequence(printer *p, const void *node) {
    const sequence *s = node;
    buffer_cstr(p->out, s->open);
    for (size_t i = 0; i < s->count && !p->overflow; i++) {
        if (i) TEXT(p, ", ");
        s->item(p, (const char *)s->items + i * s->size);
        p->overflow = p->overflow || too_long(p, 0);
    }
    buffer_cstr(p->out, s->close);
}

static void broken_sequence(printer *p, const sequence *s) {
    buffer_cstr(p->out, s->open);
    p->indent++;
    for (size_t i = 0; i < s->count; i++) {
        new_line(p);
        s->item(p, (const char *)s->items + i * s->size);
    }
    p->indent--;
    new_line(p);
    buffer_cstr(p->out, s->close);
}

static void any_sequence(printer *p, const sequence *s, size_t tail) {
    if (!s->count)
        flat_sequence(p, s);
    else if (!try_flat(p, flat_sequence, s, tail))
        broken_sequence(p, s);
}

/* Items in braces always have lines of their own. */
static void braces(printer *p, const void *items, size_t count, size_t size, print_fn *item,
                   sheaf_slice comment) {
    buffer_byte(p->out, '{');
    p->indent++;
    for (size_t i = 0; i < count; i++) {
        new_line(p);
        item(p, (const char *)items + i * size);
    }
    comment_lines(p, comment, true);
    p->indent--;
    new_line(p);
    buffer_byte(p->out, '}');
}

/* ---- values, arguments, directives, types ---- */

static void argument(printer *p, const void *node);

static void value(printer *p, const void *node) {
    const syntax_value *v = node;
    switch (v->kind) {
    case SYNTAX_VARIABLE:
        buffer_byte(p->out, '$');
        text(p, v->text);
        break;
    case SYNTAX_INT:
    case SYNTAX_FLOAT:
    case SYNTAX_ENUM: text(p, v->text); break;
    case SYNTAX_STRING: string(p, v->text, v->block); break;
    case SYNTAX_BOOLEAN: buffer_cstr(p->out, v->boolean ? "true" : "false"); break;
    case SYNTAX_NULL: TEXT(p, "null"); break;
    case SYNTAX_LIST:
        any_sequence(p, &(sequence){"[", "]", v->items, v->item_count, sizeof *v->items, value}, 0);
        break;
    case SYNTAX_OBJECT:
        any_sequence(p, &(sequence){"{", "}", v->fields, v->field_count, sizeof *v->fields, argument}, 0);
        break;
    }
}

static void argument(printer *p, const void *node) {
    const syntax_argument *a = node;
    text(p, a->name);
    TEXT(p, ": ");
    value(p, &a->value);
}

static void arguments(printer *p, const syntax_argument *items, size_t count, size_t tail) {
    if (count) any_sequence(p, &(sequence){"(", ")", items, count, sizeof *items, argument}, tail);
}

static void directive(printer *p, const syntax_directive *d, size_t tail) {
    buffer_byte(p->out, '@');
    text(p, d->name);
    arguments(p, d->arguments, d->argument_count, tail);
}

static void flat_directives(printer *p, const void *node) {
    const syntax_directives *d = node;
    for (size_t i = 0; i < d->count && !p->overflow; i++) {
        buffer_byte(p->out, ' ');
        directive(p, &d->items[i], 0);
        p->overflow = p->overflow || too_long(p, 0);
    }
}

static void directives(printer *p, const syntax_directives *d, size_t tail) {
    if (!d->count || try_flat(p, flat_directives, d, tail)) return;
    p->indent++;
    for (size_t i = 0; i < d->count; i++) {
        new_line(p);
        directive(p, &d->items[i], i + 1 == d->count ? tail : 0);
    }
    p->indent--;
}

static void type(printer *p, const syntax_type *t) {
    if (t->of) {
        buffer_byte(p->out, '[');
        type(p, t->of);
        buffer_byte(p->out, ']');
    } else {
        text(p, t->name);
    }
    if (t->non_null) buffer_byte(p->out, '!');
}

static void type_and_default(printer *p, const syntax_type *t, const syntax_value *default_value) {
    TEXT(p, ": ");
    type(p, t);
    if (!default_value) return;
    TEXT(p, " = ");
    value(p, default_value);
}

/* ---- executable definitions ---- */

#define BRACE_TAIL 2 /* " {" */

static void selections(printer *p, const syntax_selection *items, size_t count, sheaf_slice comment);

static void selection(printer *p, const void *node) {
    const syntax_selection *s = node;
    size_t tail = s->selection_count ? BRACE_TAIL : 0;
    comment_lines(p, s->comment, false);
    if (s->kind != SYNTAX_FIELD) TEXT(p, "...");
    if (s->alias.ptr) {
        text(p, s->alias);
        TEXT(p, ": ");
    }
    text(p, s->name);
    if (s->type_condition.ptr) {
        TEXT(p, " on ");
        text(p, s->type_condition);
    }
    arguments(p, s->arguments, s->argument_count, s->directives.count ? 0 : tail);
    directives(p, &s->directives, tail);
    if (!s->selection_count) return;
    buffer_byte(p->out, ' ');
    selections(p, s->selections, s->selection_count, s->closing_comment);
}

static void selections(printer *p, const syntax_selection *items, size_t count, sheaf_slice comment) {
    braces(p, items, count, sizeof *items, selection, comment);
}

static void variable(printer *p, const void *node) {
    const syntax_variable *v = node;
    comment_lines(p, v->comment, false);
    buffer_byte(p->out, '$');
    text(p, v->name);
    type_and_default(p, v->type, v->default_value);
    directives(p, &v->directives, 0);
}

/* ---- type-system definitions ---- */

static void field_definition(printer *p, const void *node);

static sequence argument_definitions(const syntax_field_definition *items, size_t count) {
    return (sequence){"(", ")", items, count, sizeof *items, field_definition};
}

static void flat_field(printer *p, const void *node) {
    const syntax_field_definition *f = node;
    sequence s = argument_definitions(f->arguments, f->argument_count);
    text(p, f->name);
    if (s.count) flat_sequence(p, &s);
    if (!p->overflow) type_and_default(p, f->type, f->default_value);
}

static void field_definition(printer *p, const void *node) {
    const syntax_field_definition *f = node;
    sequence s = argument_definitions(f->arguments, f->argument_count);
    comment_and_description(p, f->comment, f->description);
    if (!try_flat(p, flat_field, f, 0)) {
        text(p, f->name);
        if (s.count) broken_sequence(p, &s);
        type_and_default(p, f->type, f->default_value);
    }
    directives(p, &f->directives, 0);
}

static void enum_value(printer *p, const void *node) {
    const syntax_enum_value *v = node;
    comment_and_description(p, v->comment, v->description);
    text(p, v->name);
    directives(p, &v->directives, 0);
}

static void root_type(printer *p, const void *node) {
    const syntax_root_type *r = node;
    text(p, r->operation.name);
    TEXT(p, ": ");
    text(p, r->type.name);
}

typedef struct name_list {
    const char *before;
    char separator;
    const syntax_name *items;
    size_t count;
} name_list;

static void flat_names(printer *p, const void *node) {
    const name_list *n = node;
    buffer_cstr(p->out, n->before);
    for (size_t i = 0; i < n->count && !p->overflow; i++) {
        if (i) buffer_printf(p->out, " %c", n->separator);
        buffer_byte(p->out, ' ');
        text(p, n->items[i].name);
        p->overflow = too_long(p, 0);
    }
}

/* "before A & B", or each on a line of its own after the separator. */
static void names(printer *p, const char *before, char separator, const syntax_name *items, size_t count,
                  size_t tail) {
    if (!count || try_flat(p, flat_names, &(name_list){before, separator, items, count}, tail)) return;
    buffer_cstr(p->out, before);
    p->indent++;
    for (size_t i = 0; i < count; i++) {
        new_line(p);
        buffer_byte(p->out, separator);
        buffer_byte(p->out, ' ');
        text(p, items[i].name);
    }
    p->indent--;
}

/* ---- definitions ---- */

static const char *const keywords[] = {
    [SYNTAX_FRAGMENT] = "fragment",
    [SYNTAX_SCHEMA] = "schema",
    [SYNTAX_SCALAR] = "scalar",
    [SYNTAX_OBJECT_TYPE] = "type",
    [SYNTAX_INTERFACE] = "interface",
    [SYNTAX_UNION] = "union",
    [SYNTAX_ENUM_TYPE] = "enum",
    [SYNTAX_INPUT] = "input",
    [SYNTAX_DIRECTIVE_DEFINITION] = "directive",
};

static void definition_head(printer *p, const syntax_definition *d, size_t tail) {
    bool is_directive = d->kind == SYNTAX_DIRECTIVE_DEFINITION;
    size_t arguments_tail = d->directives.count || is_directive ? 0 : tail;
    if (d->extend) TEXT(p, "extend ");
    if (d->kind == SYNTAX_OPERATION)
        text(p, d->operation);
    else
        buffer_cstr(p->out, keywords[d->kind]);
    if (d->name.ptr) buffer_cstr(p->out, is_directive ? " @" : " ");
    text(p, d->name);
    if (d->variable_count) {
        if (!d->name.ptr) buffer_byte(p->out, ' ');
        any_sequence(p,
                     &(sequence){"(", ")", d->variables, d->variable_count, sizeof *d->variables, variable},
                     arguments_tail);
    }
    if (is_directive && d->field_count) {
        sequence s = argument_definitions(d->fields, d->field_count);
        any_sequence(p, &s, 0);
    }
    if (d->type_condition.ptr) {
        TEXT(p, " on ");
        text(p, d->type_condition);
    }
    names(p, " implements", '&', d->interfaces, d->interface_count, arguments_tail);
    if (d->repeatable) TEXT(p, " repeatable");
    directives(p, &d->directives, tail);
    names(p, is_directive ? " on" : " =", '|', d->members, d->member_count, 0);
}

static void definition_body(printer *p, const syntax_definition *d) {
    if (d->selection_count) selections(p, d->selections, d->selection_count, d->closing_comment);
    if (d->kind != SYNTAX_DIRECTIVE_DEFINITION && d->field_count)
        braces(p, d->fields, d->field_count, sizeof *d->fields, field_definition, d->closing_comment);
    if (d->enum_value_count)
        braces(p, d->enum_values, d->enum_value_count, sizeof *d->enum_values, enum_value,
               d->closing_comment);
    if (d->root_type_count)
        braces(p, d->root_types, d->root_type_count, sizeof *d->root_types, root_type, d->closing_comment);
}

static void definition(printer *p, const syntax_definition *d) {
    bool has_body = d->selection_count || d->enum_value_count || d->root_type_count ||
                    (d->field_count && d->kind != SYNTAX_DIRECTIVE_DEFINITION);
    comment_and_description(p, d->comment, d->description);
    if (!d->shorthand) {
        definition_head(p, d, has_body ? BRACE_TAIL : 0);
        if (has_body) buffer_byte(p->out, ' ');
    }
    definition_body(p, d);
}

void lang_print(buffer *out, const syntax_document *document) {
    printer p = {.out = out, .line = out->len};
    for (size_t i = 0; i < document->definition_count; i++) {
        if (i) line_end(&p);
        definition(&p, &document->definitions[i]);
        line_end(&p);
    }
    if (document->comment.ptr) {
        if (document->definition_count) line_end(&p);
        comment_lines(&p, document->comment, false);
    }
}
