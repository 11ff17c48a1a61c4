/* round_trip_test.c: random trees, printed and read back. A failure prints its seed for SHEAF_SEED=n. */
#include <stdlib.h>
#include <time.h>

#include "lang.h"
#include "test.h"

#define ROUNDS 3000

typedef struct maker {
    arena memory;
    uint64_t seed;
    int depth;     /* left for nesting */
    bool constant; /* no variables */
} maker;

static unsigned below(maker *m, unsigned n) { /* splitmix64 */
    uint64_t z = m->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((z ^ z >> 31) % n);
}

static bool rarely(maker *m) {
    return below(m, 6) == 0;
}

/* A few mostly, sometimes none, sometimes enough to break a line. */
static size_t some(maker *m, size_t least) {
    return least + (below(m, 3) ? below(m, 3) : below(m, 12) ? 0 : below(m, 9));
}

static void *array(maker *m, size_t count, size_t size) {
    void *items = arena_array_zero(&m->memory, count, size);
    assert_non_null(items);
    return items;
}

static sheaf_slice pick(maker *m, const char *const *words, size_t count) {
    return slice_of(words[below(m, (unsigned)count)]);
}
#define PICK(m, ...)                                                                                         \
    pick(m, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static sheaf_slice name(maker *m) {
    return PICK(m, "a", "b_1", "Type", "query", "fragment", "type", "implements", "extend", "repeatable",
                "schema", "input", "_", "a_rather_long_name_for_a_field",
                "AnotherLongNameThatHelpsToBreakLines", "id", "x2");
}

static sheaf_slice string_text(maker *m) {
    sheaf_slice text = {"", 0};
    for (size_t n = below(m, 12); n; n--) {
        sheaf_slice part =
            below(m, 40) == 0
                ? SHEAF_SLICE("\0")
                : PICK(m, "a", "word ", " ", "  ", "\t", "\n", "\n", "\n  ", "\"", "\"\"", "\"\"\"", "\\",
                       "\\\"\"\"", "#", "\u00e9", "\U0001F600", "\uFEFF", "\x7F", ",", "{", "}", "$x", "\\n",
                       "long long long text", below(m, 9) ? "x" : "\r", below(m, 9) ? "y" : "\x01");
        buffer joined = {.ptr = array(m, text.len + part.len + 1, 1), .room = text.len + part.len + 1};
        buffer_slice(&joined, text);
        buffer_slice(&joined, part);
        text = buffer_view(&joined);
    }
    return text;
}

static sheaf_slice comment(maker *m) {
    return rarely(m) ? PICK(m, "", "one", " indented", "two\nlines", "\n\n", "a\n\nb", "# hash", "\"quoted",
                            "}\n{", "\u00e9\uFEFF",
                            "long enough to be longer than a line should be, so that we see it stays "
                            "as it is and is not broken up in any way")
                     : (sheaf_slice){0};
}

static sheaf_slice description(maker *m) {
    return rarely(m) ? string_text(m) : (sheaf_slice){0};
}

static void arguments(maker *m, syntax_argument **items, size_t *count, size_t least);

static syntax_value value(maker *m) {
    syntax_value v = {.kind = below(m, m->depth > 0 ? SYNTAX_OBJECT + 1 : SYNTAX_LIST)};
    if (v.kind == SYNTAX_VARIABLE && m->constant) v.kind = SYNTAX_ENUM;
    m->depth--;
    switch (v.kind) {
    case SYNTAX_VARIABLE: v.text = name(m); break;
    case SYNTAX_INT: v.text = PICK(m, "0", "-0", "1", "-12", "123456789012345678901234567890"); break;
    case SYNTAX_FLOAT: v.text = PICK(m, "0.0", "-1.50", "1e3", "1E+3", "12.5e-12"); break;
    case SYNTAX_STRING:
        v.text = string_text(m);
        v.block = below(m, 2);
        break;
    case SYNTAX_BOOLEAN: v.boolean = below(m, 2); break;
    case SYNTAX_NULL: break;
    case SYNTAX_ENUM: v.text = name(m); break;
    case SYNTAX_LIST:
        v.item_count = some(m, 0);
        v.items = array(m, v.item_count, sizeof *v.items);
        for (size_t i = 0; i < v.item_count; i++) v.items[i] = value(m);
        break;
    case SYNTAX_OBJECT: arguments(m, &v.fields, &v.field_count, 0); break;
    }
    m->depth++;
    return v;
}

static void arguments(maker *m, syntax_argument **items, size_t *count, size_t least) {
    *count = some(m, least);
    *items = array(m, *count, sizeof **items);
    for (size_t i = 0; i < *count; i++) (*items)[i] = (syntax_argument){.name = name(m), .value = value(m)};
}

static syntax_value *default_value(maker *m) {
    if (!rarely(m)) return NULL;
    bool outer = m->constant;
    syntax_value *v = array(m, 1, sizeof *v);
    m->constant = true;
    *v = value(m);
    m->constant = outer;
    return v;
}

static syntax_directives directives(maker *m, size_t least) {
    syntax_directives d = {.count = rarely(m) ? some(m, least) : least};
    d.items = array(m, d.count, sizeof *d.items);
    for (size_t i = 0; i < d.count; i++) {
        d.items[i].name = name(m);
        arguments(m, &d.items[i].arguments, &d.items[i].argument_count, 0);
    }
    return d;
}

static syntax_type *type(maker *m) {
    syntax_type *t = array(m, 1, sizeof *t);
    t->non_null = below(m, 2);
    if (rarely(m))
        t->of = type(m);
    else
        t->name = name(m);
    return t;
}

static void fields(maker *m, syntax_field_definition **items, size_t *count, size_t least, bool is_input) {
    *count = some(m, least);
    *items = array(m, *count, sizeof **items);
    for (size_t i = 0; i < *count; i++) {
        syntax_field_definition *f = &(*items)[i];
        *f = (syntax_field_definition){.comment = comment(m), .description = description(m), .name = name(m)};
        f->type = type(m);
        if (is_input)
            f->default_value = default_value(m);
        else
            fields(m, &f->arguments, &f->argument_count, 0, true);
        f->directives = directives(m, 0);
    }
}

static void selections(maker *m, syntax_selection **items, size_t *count) {
    *count = some(m, 1);
    *items = array(m, *count, sizeof **items);
    m->depth--;
    for (size_t i = 0; i < *count; i++) {
        syntax_selection *s = &(*items)[i];
        s->kind = rarely(m) ? below(m, m->depth > 0 ? 3 : 2) : SYNTAX_FIELD;
        s->comment = comment(m);
        if (s->kind != SYNTAX_INLINE)
            s->name = name(m);
        else if (below(m, 2))
            s->type_condition = name(m);
        if (s->kind == SYNTAX_FIELD) {
            if (rarely(m)) s->alias = name(m);
            arguments(m, &s->arguments, &s->argument_count, 0);
        }
        s->directives = directives(m, 0);
        if (s->kind == SYNTAX_INLINE || (s->kind == SYNTAX_FIELD && m->depth > 0 && below(m, 3) == 0)) {
            selections(m, &s->selections, &s->selection_count);
            s->closing_comment = comment(m);
        }
    }
    m->depth++;
}

static void operation(maker *m, syntax_definition *d) {
    d->operation = SHEAF_SLICE("query");
    d->shorthand = below(m, 4) == 0;
    if (!d->shorthand) {
        d->operation = PICK(m, "query", "mutation", "subscription");
        if (below(m, 2)) d->name = name(m);
        d->variable_count = some(m, 0);
        d->variables = array(m, d->variable_count, sizeof *d->variables);
        for (size_t i = 0; i < d->variable_count; i++) {
            syntax_variable *v = &d->variables[i];
            *v = (syntax_variable){.comment = comment(m), .name = name(m), .type = type(m)};
            v->default_value = default_value(m);
            m->constant = true;
            v->directives = directives(m, 0);
            m->constant = false;
        }
        d->directives = directives(m, 0);
    }
    selections(m, &d->selections, &d->selection_count);
}

static void names(maker *m, syntax_name **items, size_t *count, size_t least, bool locations) {
    *count = some(m, least);
    *items = array(m, *count, sizeof **items);
    for (size_t i = 0; i < *count; i++)
        (*items)[i].name =
            locations ? PICK(m, "FIELD", "ENUM", "FRAGMENT_DEFINITION", "INPUT_FIELD_DEFINITION") : name(m);
}

/* What a type may have; an extension has one thing at least. */
static void type_body(maker *m, syntax_definition *d) {
    d->directives = directives(m, d->extend && (d->kind == SYNTAX_SCALAR || below(m, 2)));
    size_t least = (d->extend && !d->directives.count) || (d->kind == SYNTAX_SCHEMA && !d->extend);
    switch (d->kind) {
    case SYNTAX_OBJECT_TYPE:
    case SYNTAX_INTERFACE:
        names(m, &d->interfaces, &d->interface_count, 0, false);
        fields(m, &d->fields, &d->field_count, least, false);
        break;
    case SYNTAX_INPUT: fields(m, &d->fields, &d->field_count, least, true); break;
    case SYNTAX_UNION: names(m, &d->members, &d->member_count, least, false); break;
    case SYNTAX_ENUM_TYPE:
        d->enum_value_count = some(m, least);
        d->enum_values = array(m, d->enum_value_count, sizeof *d->enum_values);
        for (size_t i = 0; i < d->enum_value_count; i++)
            d->enum_values[i] = (syntax_enum_value){.comment = comment(m),
                                                    .description = description(m),
                                                    .name = name(m),
                                                    .directives = directives(m, 0)};
        break;
    case SYNTAX_SCHEMA:
        d->root_type_count = some(m, least);
        d->root_types = array(m, d->root_type_count, sizeof *d->root_types);
        for (size_t i = 0; i < d->root_type_count; i++)
            d->root_types[i] =
                (syntax_root_type){{.name = PICK(m, "query", "mutation", "subscription")}, {.name = name(m)}};
        break;
    default: break;
    }
}

static bool has_braces(const syntax_definition *d) {
    return d->selection_count || d->enum_value_count || d->root_type_count ||
           (d->field_count && d->kind != SYNTAX_DIRECTIVE_DEFINITION);
}

static syntax_definition definition(maker *m) {
    syntax_definition d = {.kind = below(m, SYNTAX_DIRECTIVE_DEFINITION + 1), .comment = comment(m)};
    bool is_executable = d.kind == SYNTAX_OPERATION || d.kind == SYNTAX_FRAGMENT;
    m->depth = 3;
    m->constant = !is_executable;
    if (!is_executable) {
        d.extend = d.kind != SYNTAX_DIRECTIVE_DEFINITION && rarely(m);
        if (!d.extend) d.description = description(m);
    }
    if (d.kind != SYNTAX_OPERATION && d.kind != SYNTAX_SCHEMA) d.name = name(m);
    if (d.kind == SYNTAX_OPERATION) {
        operation(m, &d);
    } else if (d.kind == SYNTAX_FRAGMENT) {
        d.type_condition = name(m);
        d.directives = directives(m, 0);
        selections(m, &d.selections, &d.selection_count);
    } else if (d.kind == SYNTAX_DIRECTIVE_DEFINITION) {
        fields(m, &d.fields, &d.field_count, 0, true);
        d.repeatable = below(m, 2);
        names(m, &d.members, &d.member_count, 1, true);
    } else {
        type_body(m, &d);
    }
    if (has_braces(&d)) d.closing_comment = comment(m);
    return d;
}

static syntax_document *document(maker *m) {
    syntax_document *d = array(m, 1, sizeof *d);
    d->definition_count = some(m, 1);
    d->definitions = array(m, d->definition_count, sizeof *d->definitions);
    d->comment = comment(m);
    for (size_t i = 0; i < d->definition_count; i++) {
        d->definitions[i] = definition(m);
        /* After `type A` the braces of a bare selection set would be those of the type. */
        if (i && !has_braces(&d->definitions[i - 1])) d->definitions[i].shorthand = false;
    }
    return d;
}

static uint64_t first_seed(void) {
    const char *wanted = getenv("SHEAF_SEED");
    return wanted ? strtoull(wanted, NULL, 10) : (uint64_t)time(NULL) * 1000003;
}

static void random_documents(void **state) {
    (void)state;
    uint64_t seed = first_seed();
    for (int round = 0; round < ROUNDS; round++, seed++) {
        maker m = {.seed = seed};
        buffer printed, again;
        sheaf_error err;
        syntax_document *read;
        arena_init(&m.memory, NULL);
        buffer_init(&printed, NULL);
        buffer_init(&again, NULL);
        const syntax_document *made = document(&m);
        lang_print(&printed, made);
        if (!lang_parse(&m.memory, buffer_view(&printed), "printed", &read, &err))
            fail_msg("SHEAF_SEED=%llu: %s", (unsigned long long)seed, err.message);
        if (!lang_equal(made, read)) fail_msg("SHEAF_SEED=%llu: not equal", (unsigned long long)seed);
        lang_print(&again, read);
        if (!slice_equal(buffer_view(&printed), buffer_view(&again)))
            fail_msg("SHEAF_SEED=%llu: printed differently:\n%.*s\n----\n%.*s", (unsigned long long)seed,
                     SHEAF_SLICE_ARGS(buffer_view(&printed)), SHEAF_SLICE_ARGS(buffer_view(&again)));
        buffer_free(&printed);
        buffer_free(&again);
        arena_free(&m.memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_documents)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
