/* parser.c: tokens → tree, by recursive descent. `parser.token` is the next token, not yet consumed; each
 * function consumes what it is named after, or reports an error and is false. */
#include <stdio.h>

#include "../base/slice.h"
#include "lexer.h"

/* An open bracket around what is being parsed; they form a list from the innermost outwards, on the stack. */
struct bracket {
    const struct bracket *outer;
    token open;
};

typedef struct parser {
    lexer lexer;
    token token, last; /* the next one, and the last one that was consumed */
    arena *memory;
    sheaf_error *err;
    syntax_document *document;
    const struct bracket *bracket;
    unsigned depth;
    bool constant; /* inside a part that cannot have variables */
} parser;

static bool advance(parser *p) {
    p->last = p->token;
    return lexer_next(&p->lexer, &p->token);
}

/* ---- errors ---- */

/* What people write in place of GraphQL's own characters. */
static const struct {
    const char *written, *hint;
} stray_hints[] = {
    {"'", "strings are written in double quotes"},
    {"`", "strings are written in double quotes"},
    {"\u2018", "strings are written in plain double quotes"},
    {"\u2019", "strings are written in plain double quotes"},
    {"\u201C", "strings are written in plain double quotes"},
    {"\u201D", "strings are written in plain double quotes"},
    {";", "nothing stands between definitions or fields"},
    {"/", "comments begin with '#'"},
    {".", "a fragment is spread with three dots, '...'"},
    {"<", "lists are written as '[Type]'"},
};

static void describe_hint(const parser *p, char *out, size_t size) {
    const token *t = &p->token;
    bool closes =
        t->kind == TOKEN_PAREN_CLOSE || t->kind == TOKEN_BRACKET_CLOSE || t->kind == TOKEN_BRACE_CLOSE;
    out[0] = 0;
    for (size_t i = 0; t->kind == TOKEN_STRAY && i < sizeof stray_hints / sizeof *stray_hints; i++)
        if (slice_is(t->source, stray_hints[i].written)) snprintf(out, size, "; %s", stray_hints[i].hint);
    if (p->bracket && (t->kind == TOKEN_END || (closes && t->kind != p->bracket->open.kind + 1)))
        snprintf(out, size, "; '%.*s' was opened at %u:%u", SHEAF_SLICE_ARGS(p->bracket->open.source),
                 (unsigned)p->bracket->open.place.line, (unsigned)p->bracket->open.place.column);
}

/* `hint` (may be NULL) follows what was found; without one, usual mistakes are recognised by the token. */
static bool unexpected(parser *p, const char *expected, const char *hint) {
    char usual[96];
    describe_hint(p, usual, sizeof usual);
    return lang_error(p->err, SHEAF_E_SYNTAX, p->document, p->token.place, "expected %s, found %s%s%s",
                      expected, lexer_describe(&p->token).text, hint ? "; " : "", hint ? hint : usual);
}

static bool unexpected_word(parser *p, const char *expected, const suggest *near) {
    suggest_words words = suggest_text(near);
    return unexpected(p, expected, p->token.kind == TOKEN_NAME && words.text[0] ? words.text + 2 : NULL);
}

/* ---- tokens, names, brackets ---- */

static bool is_word(const parser *p, const char *word) {
    return p->token.kind == TOKEN_NAME && slice_is(p->token.source, word);
}

static bool skip(parser *p, token_kind kind, bool *ret_skipped) {
    *ret_skipped = p->token.kind == kind;
    return !*ret_skipped || advance(p);
}

static bool expect(parser *p, token_kind kind) {
    return p->token.kind == kind ? advance(p) : unexpected(p, lexer_punctuator(kind), NULL);
}

static bool expect_word(parser *p, const char *word, const char *expected) {
    return is_word(p, word) ? advance(p) : unexpected(p, expected, NULL);
}

static bool name(parser *p, const char *expected, sheaf_slice *ret) {
    if (p->token.kind != TOKEN_NAME) return unexpected(p, expected, NULL);
    *ret = p->token.source;
    return advance(p);
}

static bool nests(const token *open) {
    return open->kind != TOKEN_PAREN_OPEN;
}

static bool open_bracket(parser *p, struct bracket *b) {
    if (nests(&p->token) && p->depth == LANG_DEPTH_MAX)
        return lang_error(p->err, SHEAF_E_SYNTAX, p->document, p->token.place,
                          "expected at most %d levels of nesting, found another '%.*s'", LANG_DEPTH_MAX,
                          SHEAF_SLICE_ARGS(p->token.source));
    *b = (struct bracket){p->bracket, p->token};
    p->bracket = b;
    p->depth += nests(&b->open);
    return advance(p);
}

static bool close_bracket(parser *p) {
    const struct bracket *b = p->bracket;
    if (!expect(p, b->open.kind + 1)) return false;
    p->depth -= nests(&b->open);
    p->bracket = b->outer;
    return true;
}

/* ---- comments ---- */

/* Moves comments that wait in the lexer to the end of *into: all of them, or those that stand before the end
 * of the line of the last token that was consumed. */
static bool take_comments(parser *p, bool all, sheaf_slice *into) {
    const lexer_comment *items = p->lexer.comments.items;
    size_t first = p->lexer.comments.first, end = first, len = into->ptr ? into->len + 1 : 0;
    while (end < p->lexer.comments.count && (all || items[end].line <= p->last.end_line))
        len += items[end++].text.len + 1;
    if (first == end) return true;

    buffer joined = {.ptr = arena_alloc(p->memory, len), .room = len};
    if (!joined.ptr) return error_memory(p->err);
    if (into->ptr) {
        buffer_slice(&joined, *into);
        buffer_byte(&joined, '\n');
    }
    for (size_t i = first; i < end; i++) {
        if (i > first) buffer_byte(&joined, '\n');
        buffer_slice(&joined, items[i].text);
    }
    *into = buffer_view(&joined);
    p->lexer.comments.first = end;
    if (end == p->lexer.comments.count) p->lexer.comments.first = p->lexer.comments.count = 0;
    return true;
}

/* A node that keeps comments takes all that wait where it begins, and where it ends those that stand inside
 * it or after it on its last line. */
static bool begin(parser *p, sheaf_slice *comment) {
    return take_comments(p, true, comment);
}

static bool end(parser *p, sheaf_slice *comment) {
    return take_comments(p, false, comment);
}

/* ---- lists in brackets ---- */

#define BIT(kind) (1u << (kind))

typedef struct list_form {
    token_kind open;
    bool may_be_empty;
    const char *expected; /* an item, in errors */
    unsigned starts;      /* the tokens that an item can begin with, as bits */
    size_t size;
    bool (*item)(parser *p, void *item);
} list_form;

static bool unexpected_item(parser *p, const list_form *form, bool may_close) {
    char expected[64];
    snprintf(expected, sizeof expected, "%s%s%s", form->expected, may_close ? " or " : "",
             may_close ? lexer_punctuator(form->open + 1) : "");
    return unexpected(p, expected, p->token.kind == form->open + 1 ? "empty brackets are left out" : NULL);
}

/* `items` is the address of the array. `closing_comment` (may be NULL) gets the comments before the closing
 * bracket. */
static bool list(parser *p, const list_form *form, void *items, size_t *count, sheaf_slice *closing_comment) {
    struct bracket bracket;
    size_t room = 0;
    if (p->token.kind != form->open) return unexpected(p, lexer_punctuator(form->open), NULL);
    if (!open_bracket(p, &bracket)) return false;
    bool may_close = form->may_be_empty;
    for (; !may_close || p->token.kind != form->open + 1; may_close = true) {
        if (!(BIT(p->token.kind) & form->starts)) return unexpected_item(p, form, may_close);
        void *item = arena_push(p->memory, items, count, &room, form->size);
        if (!item) return error_memory(p->err);
        if (!form->item(p, item)) return false;
    }
    if (closing_comment && !take_comments(p, true, closing_comment)) return false;
    return close_bracket(p);
}

/* Items in the braces of a node. Comments before the braces belong to the node, not to its first item. */
static bool braces(parser *p, const list_form *form, void *items, size_t *count, sheaf_slice *comment,
                   sheaf_slice *closing_comment) {
    return begin(p, comment) && list(p, form, items, count, closing_comment);
}

/* ---- values ---- */

static bool value(parser *p, void *item);
static bool argument(parser *p, void *item);

#define VALUE_STARTS                                                                                         \
    (BIT(TOKEN_DOLLAR) | BIT(TOKEN_INT) | BIT(TOKEN_FLOAT) | BIT(TOKEN_STRING) | BIT(TOKEN_BLOCK_STRING) |   \
     BIT(TOKEN_NAME) | BIT(TOKEN_BRACKET_OPEN) | BIT(TOKEN_BRACE_OPEN))

static const list_form list_value = {TOKEN_BRACKET_OPEN,   true, "a value", VALUE_STARTS,
                                     sizeof(syntax_value), value};
static const list_form object_value = {TOKEN_BRACE_OPEN,        true,    "a field name", BIT(TOKEN_NAME),
                                       sizeof(syntax_argument), argument};
static const list_form argument_list = {TOKEN_PAREN_OPEN,        false,   "an argument name", BIT(TOKEN_NAME),
                                        sizeof(syntax_argument), argument};

static bool scalar(parser *p, syntax_value *v, syntax_value_kind kind, sheaf_slice text) {
    v->kind = kind;
    v->text = text;
    return advance(p);
}

static bool word_value(parser *p, syntax_value *v) {
    v->boolean = is_word(p, "true");
    if (v->boolean || is_word(p, "false")) return scalar(p, v, SYNTAX_BOOLEAN, (sheaf_slice){0});
    if (is_word(p, "null")) return scalar(p, v, SYNTAX_NULL, (sheaf_slice){0});
    return scalar(p, v, SYNTAX_ENUM, p->token.source);
}

static bool value(parser *p, void *item) {
    syntax_value *v = item;
    v->place = p->token.place;
    switch (p->token.kind) {
    case TOKEN_INT: return scalar(p, v, SYNTAX_INT, p->token.source);
    case TOKEN_FLOAT: return scalar(p, v, SYNTAX_FLOAT, p->token.source);
    case TOKEN_BLOCK_STRING: v->block = true; return scalar(p, v, SYNTAX_STRING, p->token.text);
    case TOKEN_STRING: return scalar(p, v, SYNTAX_STRING, p->token.text);
    case TOKEN_NAME: return word_value(p, v);
    case TOKEN_DOLLAR:
        if (p->constant) return unexpected(p, "a constant value", "no variable can stand here");
        v->kind = SYNTAX_VARIABLE;
        return advance(p) && name(p, "a variable name", &v->text);
    case TOKEN_BRACKET_OPEN:
        v->kind = SYNTAX_LIST;
        return list(p, &list_value, &v->items, &v->item_count, NULL);
    case TOKEN_BRACE_OPEN:
        v->kind = SYNTAX_OBJECT;
        return list(p, &object_value, &v->fields, &v->field_count, NULL);
    default: return unexpected(p, "a value", NULL);
    }
}

static bool argument(parser *p, void *item) {
    syntax_argument *a = item;
    a->place = p->token.place;
    return name(p, "a name", &a->name) && expect(p, TOKEN_COLON) && value(p, &a->value);
}

static bool arguments(parser *p, syntax_argument **items, size_t *count) {
    return p->token.kind != TOKEN_PAREN_OPEN || list(p, &argument_list, items, count, NULL);
}

static bool default_value(parser *p, syntax_value **ret) {
    if (p->token.kind != TOKEN_EQUALS) return true;
    bool outer = p->constant;
    syntax_value *v = ARENA_NEW(p->memory, syntax_value);
    if (!v) return error_memory(p->err);
    p->constant = true;
    bool ok = advance(p) && value(p, v);
    p->constant = outer;
    *ret = v;
    return ok;
}

static bool directives(parser *p, syntax_directives *ret) {
    size_t room = 0;
    while (p->token.kind == TOKEN_AT) {
        syntax_directive *d = arena_push(p->memory, (void **)&ret->items, &ret->count, &room, sizeof *d);
        if (!d) return error_memory(p->err);
        d->place = p->token.place;
        if (!advance(p) || !name(p, "a directive name", &d->name) ||
            !arguments(p, &d->arguments, &d->argument_count))
            return false;
    }
    return true;
}

static bool type(parser *p, syntax_type **ret) {
    syntax_type *t = ARENA_NEW(p->memory, syntax_type);
    if (!t) return error_memory(p->err);
    t->place = p->token.place;
    if (p->token.kind == TOKEN_BRACKET_OPEN) {
        struct bracket bracket;
        if (!open_bracket(p, &bracket) || !type(p, &t->of) || !close_bracket(p)) return false;
    } else if (!name(p, "a type", &t->name)) {
        return false;
    }
    *ret = t;
    return skip(p, TOKEN_BANG, &t->non_null);
}

/* ---- executable definitions ---- */

static bool selection(parser *p, void *item);
static bool variable(parser *p, void *item);

static const list_form selection_set = {TOKEN_BRACE_OPEN,         false,
                                        "a field name",           BIT(TOKEN_NAME) | BIT(TOKEN_SPREAD),
                                        sizeof(syntax_selection), selection};
static const list_form variable_list = {
    TOKEN_PAREN_OPEN,        false,   "a variable", BIT(TOKEN_DOLLAR) | BIT(TOKEN_NAME),
    sizeof(syntax_variable), variable};

static bool fragment_selection(parser *p, syntax_selection *s) {
    s->kind = SYNTAX_INLINE;
    s->place = p->token.place;
    if (!advance(p)) return false;
    if (p->token.kind == TOKEN_NAME && !is_word(p, "on")) {
        s->kind = SYNTAX_SPREAD;
        s->place = p->token.place;
        return name(p, "a fragment name", &s->name) && directives(p, &s->directives);
    }
    if (is_word(p, "on")) {
        if (!advance(p)) return false;
        s->place = p->token.place;
        if (!name(p, "a type", &s->type_condition)) return false;
    }
    return directives(p, &s->directives) &&
           braces(p, &selection_set, &s->selections, &s->selection_count, &s->comment, &s->closing_comment);
}

static bool field_selection(parser *p, syntax_selection *s) {
    bool aliased;
    s->kind = SYNTAX_FIELD;
    s->place = p->token.place;
    if (!name(p, "a field name", &s->name) || !skip(p, TOKEN_COLON, &aliased)) return false;
    if (aliased) {
        s->alias = s->name;
        s->place = p->token.place;
        if (!name(p, "a field name", &s->name)) return false;
    }
    return arguments(p, &s->arguments, &s->argument_count) && directives(p, &s->directives) &&
           (p->token.kind != TOKEN_BRACE_OPEN ||
            braces(p, &selection_set, &s->selections, &s->selection_count, &s->comment, &s->closing_comment));
}

static bool selection(parser *p, void *item) {
    syntax_selection *s = item;
    return begin(p, &s->comment) &&
           (p->token.kind == TOKEN_SPREAD ? fragment_selection(p, s) : field_selection(p, s)) &&
           end(p, &s->comment);
}

static bool variable(parser *p, void *item) {
    syntax_variable *v = item;
    v->place = p->token.place;
    if (p->token.kind == TOKEN_NAME) {
        char hint[80];
        snprintf(hint, sizeof hint, "write '$%s", lexer_describe(&p->token).text + 1);
        return unexpected(p, "a variable", hint);
    }
    if (!begin(p, &v->comment) || !advance(p) || !name(p, "a variable name", &v->name) ||
        !expect(p, TOKEN_COLON) || !type(p, &v->type) || !default_value(p, &v->default_value))
        return false;
    p->constant = true;
    bool ok = directives(p, &v->directives);
    p->constant = false;
    return ok && end(p, &v->comment);
}

static bool operation(parser *p, syntax_definition *d) {
    d->operation = p->last.source;
    if (p->token.kind == TOKEN_NAME) {
        d->place = p->token.place;
        if (!name(p, "a name", &d->name)) return false;
    }
    return (p->token.kind != TOKEN_PAREN_OPEN ||
            list(p, &variable_list, &d->variables, &d->variable_count, NULL)) &&
           directives(p, &d->directives) &&
           braces(p, &selection_set, &d->selections, &d->selection_count, &d->comment, &d->closing_comment);
}

static bool shorthand(parser *p, syntax_definition *d) {
    d->kind = SYNTAX_OPERATION;
    d->shorthand = true;
    d->operation = SHEAF_SLICE("query");
    return braces(p, &selection_set, &d->selections, &d->selection_count, &d->comment, &d->closing_comment);
}

static bool fragment(parser *p, syntax_definition *d) {
    d->place = p->token.place;
    if (is_word(p, "on")) return unexpected(p, "a fragment name", "write 'fragment NAME on TYPE'");
    return name(p, "a fragment name", &d->name) && expect_word(p, "on", "'on' and a type") &&
           name(p, "a type", &d->type_condition) && directives(p, &d->directives) &&
           braces(p, &selection_set, &d->selections, &d->selection_count, &d->comment, &d->closing_comment);
}

/* ---- type-system definitions ---- */

static bool field_definition(parser *p, void *item);
static bool input_definition(parser *p, void *item);
static bool enum_value(parser *p, void *item);
static bool root_type(parser *p, void *item);
static const struct keyword *find_keyword(sheaf_slice word);

#define DESCRIBED_STARTS (BIT(TOKEN_STRING) | BIT(TOKEN_BLOCK_STRING) | BIT(TOKEN_NAME))

static const list_form field_list = {
    TOKEN_BRACE_OPEN, false, "a field name", DESCRIBED_STARTS, sizeof(syntax_field_definition),
    field_definition};
static const list_form input_list = {
    TOKEN_BRACE_OPEN, false, "a field name", DESCRIBED_STARTS, sizeof(syntax_field_definition),
    input_definition};
static const list_form argument_definitions = {
    TOKEN_PAREN_OPEN, false, "an argument name", DESCRIBED_STARTS, sizeof(syntax_field_definition),
    input_definition};
static const list_form enum_list = {TOKEN_BRACE_OPEN,          false,     "an enum value", DESCRIBED_STARTS,
                                    sizeof(syntax_enum_value), enum_value};
static const list_form root_list = {TOKEN_BRACE_OPEN,         false,    "an operation type", BIT(TOKEN_NAME),
                                    sizeof(syntax_root_type), root_type};

static bool begin_described(parser *p, sheaf_slice *comment, sheaf_slice *description, bool *ret_block) {
    if (!begin(p, comment)) return false;
    if (p->token.kind != TOKEN_STRING && p->token.kind != TOKEN_BLOCK_STRING) return true;
    *description = p->token.text;
    *ret_block = p->token.kind == TOKEN_BLOCK_STRING;
    return advance(p) && begin(p, comment);
}

static bool begin_field(parser *p, syntax_field_definition *f, const char *expected) {
    if (!begin_described(p, &f->comment, &f->description, &f->description_block)) return false;
    f->place = p->token.place;
    return name(p, expected, &f->name);
}

static bool field_definition(parser *p, void *item) {
    syntax_field_definition *f = item;
    return begin_field(p, f, "a field name") &&
           (p->token.kind != TOKEN_PAREN_OPEN ||
            list(p, &argument_definitions, &f->arguments, &f->argument_count, NULL)) &&
           expect(p, TOKEN_COLON) && type(p, &f->type) && directives(p, &f->directives) &&
           end(p, &f->comment);
}

static bool input_definition(parser *p, void *item) {
    syntax_field_definition *f = item;
    return begin_field(p, f, "a name") && expect(p, TOKEN_COLON) && type(p, &f->type) &&
           default_value(p, &f->default_value) && directives(p, &f->directives) && end(p, &f->comment);
}

static bool enum_value(parser *p, void *item) {
    syntax_enum_value *v = item;
    if (!begin_described(p, &v->comment, &v->description, &v->description_block)) return false;
    v->place = p->token.place;
    if (is_word(p, "true") || is_word(p, "false") || is_word(p, "null"))
        return unexpected(p, "an enum value", "true, false and null are values of their own");
    return name(p, "an enum value", &v->name) && directives(p, &v->directives) && end(p, &v->comment);
}

static bool name_item(parser *p, const char *expected, syntax_name *ret) {
    ret->place = p->token.place;
    return name(p, expected, &ret->name);
}

static bool root_type(parser *p, void *item) {
    syntax_root_type *r = item;
    if (!is_word(p, "query") && !is_word(p, "mutation") && !is_word(p, "subscription"))
        return unexpected(p, "'query', 'mutation' or 'subscription'", NULL);
    return name_item(p, "an operation type", &r->operation) && expect(p, TOKEN_COLON) &&
           name_item(p, "a type", &r->type);
}

static bool location(parser *p, const char *expected, syntax_name *ret) {
    static const char *const locations[] = {"QUERY",
                                            "MUTATION",
                                            "SUBSCRIPTION",
                                            "FIELD",
                                            "FRAGMENT_DEFINITION",
                                            "FRAGMENT_SPREAD",
                                            "INLINE_FRAGMENT",
                                            "VARIABLE_DEFINITION",
                                            "SCHEMA",
                                            "SCALAR",
                                            "OBJECT",
                                            "FIELD_DEFINITION",
                                            "ARGUMENT_DEFINITION",
                                            "INTERFACE",
                                            "UNION",
                                            "ENUM",
                                            "ENUM_VALUE",
                                            "INPUT_OBJECT",
                                            "INPUT_FIELD_DEFINITION"};
    suggest near = suggest_for(p->token.source);
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        if (is_word(p, locations[i])) return name_item(p, expected, ret);
        suggest_offer(&near, slice_of(locations[i]));
    }
    return unexpected_word(p, expected, &near);
}

/* One item or several with a separator between them, which may also stand before the first. */
static bool names(parser *p, token_kind separator, const char *expected,
                  bool (*item)(parser *p, const char *expected, syntax_name *ret), syntax_name **items,
                  size_t *count) {
    size_t room = 0;
    bool more;
    if (!skip(p, separator, &more)) return false;
    do {
        syntax_name *n = arena_push(p->memory, (void **)items, count, &room, sizeof *n);
        if (!n) return error_memory(p->err);
        if (!item(p, expected, n) || !skip(p, separator, &more)) return false;
    } while (more);
    return true;
}

static bool schema(parser *p, syntax_definition *d) {
    return directives(p, &d->directives) &&
           ((d->extend && p->token.kind != TOKEN_BRACE_OPEN) ||
            braces(p, &root_list, &d->root_types, &d->root_type_count, &d->comment, &d->closing_comment));
}

static bool scalar_type(parser *p, syntax_definition *d) {
    d->place = p->token.place;
    return name(p, "a type name", &d->name) && directives(p, &d->directives);
}

/* An object type, an interface or an input type. */
static bool fields_type(parser *p, syntax_definition *d) {
    d->place = p->token.place;
    if (!name(p, "a type name", &d->name)) return false;
    if (d->kind != SYNTAX_INPUT && is_word(p, "implements")) {
        if (!advance(p) ||
            !names(p, TOKEN_AMPERSAND, "an interface", name_item, &d->interfaces, &d->interface_count))
            return false;
        if (p->token.kind == TOKEN_NAME && !is_word(p, "extend") && !find_keyword(p->token.source))
            return unexpected(p, "'&' or '{'", "several interfaces are joined by '&'");
    }
    return directives(p, &d->directives) &&
           (p->token.kind != TOKEN_BRACE_OPEN ||
            braces(p, d->kind == SYNTAX_INPUT ? &input_list : &field_list, &d->fields, &d->field_count,
                   &d->comment, &d->closing_comment));
}

static bool union_type(parser *p, syntax_definition *d) {
    bool more;
    return scalar_type(p, d) && skip(p, TOKEN_EQUALS, &more) &&
           (!more || names(p, TOKEN_PIPE, "a member type", name_item, &d->members, &d->member_count));
}

static bool enum_type(parser *p, syntax_definition *d) {
    return scalar_type(p, d) &&
           (p->token.kind != TOKEN_BRACE_OPEN ||
            braces(p, &enum_list, &d->enum_values, &d->enum_value_count, &d->comment, &d->closing_comment));
}

static bool directive_definition(parser *p, syntax_definition *d) {
    if (!expect(p, TOKEN_AT)) return false;
    d->place = p->token.place;
    if (!name(p, "a directive name", &d->name)) return false;
    if (p->token.kind == TOKEN_PAREN_OPEN &&
        !list(p, &argument_definitions, &d->fields, &d->field_count, NULL))
        return false;
    d->repeatable = is_word(p, "repeatable");
    if (d->repeatable && !advance(p)) return false;
    return expect_word(p, "on", "'on' and the directive's locations") &&
           names(p, TOKEN_PIPE, "a directive location", location, &d->members, &d->member_count);
}

/* ---- documents ---- */

struct keyword {
    const char *word;
    syntax_definition_kind kind;
    bool (*parse)(parser *p, syntax_definition *d);
};

static const struct keyword keywords[] = {
    {"query", SYNTAX_OPERATION, operation},
    {"mutation", SYNTAX_OPERATION, operation},
    {"subscription", SYNTAX_OPERATION, operation},
    {"fragment", SYNTAX_FRAGMENT, fragment},
    {"schema", SYNTAX_SCHEMA, schema},
    {"scalar", SYNTAX_SCALAR, scalar_type},
    {"type", SYNTAX_OBJECT_TYPE, fields_type},
    {"interface", SYNTAX_INTERFACE, fields_type},
    {"union", SYNTAX_UNION, union_type},
    {"enum", SYNTAX_ENUM_TYPE, enum_type},
    {"input", SYNTAX_INPUT, fields_type},
    {"directive", SYNTAX_DIRECTIVE_DEFINITION, directive_definition},
};
#define KEYWORD_COUNT (sizeof keywords / sizeof *keywords)

static const struct keyword *find_keyword(sheaf_slice word) {
    for (size_t i = 0; i < KEYWORD_COUNT; i++)
        if (slice_is(word, keywords[i].word)) return &keywords[i];
    return NULL;
}

static bool is_executable(syntax_definition_kind kind) {
    return kind == SYNTAX_OPERATION || kind == SYNTAX_FRAGMENT;
}

/* Types and the schema can be extended; operations and fragments cannot be described. */
static bool fits(const struct keyword *k, const syntax_definition *d) {
    if (d->extend && k->kind == SYNTAX_DIRECTIVE_DEFINITION) return false;
    return !is_executable(k->kind) || !(d->extend || d->description.ptr);
}

static bool unexpected_definition(parser *p, const syntax_definition *d) {
    bool is_definition =
        find_keyword(p->token.source) || is_word(p, "extend") || p->token.kind == TOKEN_BRACE_OPEN;
    suggest near = suggest_for(p->token.source);
    for (size_t i = 0; i < KEYWORD_COUNT; i++)
        if (fits(&keywords[i], d)) suggest_offer(&near, slice_of(keywords[i].word));
    if (d->extend) return unexpected_word(p, "a kind of type to extend", &near);
    if (!d->description.ptr) return unexpected_word(p, "a definition", &near);
    if (!is_definition) return unexpected_word(p, "a definition after its description", &near);
    return unexpected(p, "a definition that a description can stand before",
                      "write a comment with '#' instead");
}

static bool adds_something(const syntax_definition *d) {
    return d->directives.count || d->interface_count || d->field_count || d->member_count ||
           d->enum_value_count || d->root_type_count;
}

static bool keyword_definition(parser *p, syntax_definition *d) {
    if (is_word(p, "extend") && !d->description.ptr) {
        d->extend = true;
        if (!advance(p)) return false;
    }
    const struct keyword *k = p->token.kind == TOKEN_NAME ? find_keyword(p->token.source) : NULL;
    if (!k || !fits(k, d)) return unexpected_definition(p, d);
    d->kind = k->kind;
    d->place = p->token.place;
    p->constant = !is_executable(k->kind);
    if (!advance(p) || !k->parse(p, d)) return false;
    p->constant = false;
    if (d->extend && !adds_something(d)) return unexpected(p, "what the extension adds", NULL);
    return true;
}

static bool definition(parser *p, syntax_definition *d) {
    if (!begin_described(p, &d->comment, &d->description, &d->description_block)) return false;
    d->place = p->token.place;
    bool is_shorthand = p->token.kind == TOKEN_BRACE_OPEN && !d->description.ptr;
    return (is_shorthand ? shorthand(p, d) : keyword_definition(p, d)) && end(p, &d->comment);
}

bool lang_parse(arena *memory, sheaf_slice source, const char *file, syntax_document **ret_document,
                sheaf_error *err) {
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (source.len > LANG_SOURCE_MAX)
        return error_set(err, SHEAF_E_SYNTAX, "%s: expected at most %u bytes, found %zu", file,
                         LANG_SOURCE_MAX, source.len);
    if (slice_starts_with(source, slice_of(byte_order_mark)))
        source = (sheaf_slice){source.ptr + 3, source.len - 3};

    parser p = {.memory = memory, .err = err, .document = ARENA_NEW(memory, syntax_document)};
    syntax_document *document = p.document;
    if (!document) return error_memory(err);
    document->file = arena_cstr(memory, slice_of(file));
    document->source = arena_copy(memory, source);
    if (!document->file || !document->source.ptr) return error_memory(err);
    if (!lexer_start(&p.lexer, memory, document, err) || !advance(&p)) return false;

    size_t room = 0;
    do {
        syntax_definition *d = arena_push(memory, (void **)&document->definitions,
                                          &document->definition_count, &room, sizeof *d);
        if (!d) return error_memory(err);
        if (!definition(&p, d)) return false;
    } while (p.token.kind != TOKEN_END);
    if (!take_comments(&p, true, &document->comment)) return false;
    *ret_document = document;
    return true;
}
