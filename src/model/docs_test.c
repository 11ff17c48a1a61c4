/* docs/model.md: its examples load, and its reference of the directives is what the table says. */
#include "directives.h"

#include <stdio.h>

#include "test.h"

#define LINE_MAX_LEN 100

static sheaf_slice read_docs(arena *memory) {
    FILE *file = fopen(MODEL_MD, "rb");
    if (!file) fail_msg("%s is missing", MODEL_MD);
    char *text = arena_alloc(memory, 1 << 20);
    size_t len = fread(text, 1, 1 << 20, file);
    fclose(file);
    return (sheaf_slice){text, len};
}

/* The next ```graphql block of `rest`; ptr NULL: none. */
static sheaf_slice next_block(sheaf_slice *rest) {
    sheaf_slice block = {NULL, 0};
    bool inside = false;
    while (rest->ptr) {
        sheaf_slice line = slice_cut(*rest, '\n', rest);
        if (inside && slice_is(line, "```")) {
            block.len = (size_t)(line.ptr - block.ptr);
            return block;
        }
        if (slice_is(line, "```graphql")) {
            inside = true;
            block.ptr = rest->ptr;
        }
    }
    return (sheaf_slice){NULL, 0};
}

static void loads_examples(void **state) {
    (void)state;
    arena memory;
    int count = 0;
    arena_init(&memory, NULL);
    sheaf_slice rest = read_docs(&memory), block;
    for (; (block = next_block(&rest)).ptr; count++) {
        sheaf_model *m;
        sheaf_error err;
        /* What only declares scalars or directives gets a type, so that it is a model. */
        sheaf_slice text =
            arena_printf(&memory, "%.*s\ntype TheDocumentsOwn { id: ID! }\n", SHEAF_SLICE_ARGS(block));
        if (!sheaf_model_parse(text, "docs/model.md", NULL, &m, &err))
            fail_msg("%.*s\n%s", SHEAF_SLICE_ARGS(block), err.message);
        sheaf_model_free(m);
    }
    assert_true(count >= 6);
    arena_free(&memory);
}

static void write_wrapped(buffer *b, sheaf_slice text) {
    size_t column = 0;
    while (text.ptr) {
        sheaf_slice word = slice_cut(text, ' ', &text);
        if (column && column + 1 + word.len > LINE_MAX_LEN) column = 0, buffer_byte(b, '\n');
        if (column) buffer_byte(b, ' ');
        buffer_slice(b, word);
        column += (column > 0) + word.len;
    }
    buffer_byte(b, '\n');
}

static void write_reference(buffer *b) {
    static const char *const locations[] = {[ON_TYPE] = "OBJECT", [ON_FIELD] = "FIELD_DEFINITION"};
    for (int id = 0; id < DIRECTIVE_ID_COUNT; id++) {
        const directive *d = &directives[id];
        if (!d->available) continue;
        buffer_cstr(b, "\n\"\"\"\n");
        write_wrapped(b, slice_of(d->doc));
        buffer_printf(b, "\"\"\"\ndirective @%s", d->name);
        for (const directive_argument *a = d->arguments; a->name; a++)
            buffer_printf(b, "%s%s: %s%s", a == d->arguments ? "(" : ", ", a->name,
                          directive_argument_type_name(a->type), a->required ? "!" : "");
        buffer_printf(b, "%s on %s\n", d->arguments[0].name ? ")" : "", locations[d->location]);
    }
}

static void has_the_reference(void **state) {
    (void)state;
    arena memory;
    buffer b;
    arena_init(&memory, NULL);
    buffer_init(&b, NULL);
    write_reference(&b);
    buffer_byte(&b, 0);
    sheaf_slice docs = read_docs(&memory);
    if (!memmem(docs.ptr, docs.len, b.ptr, b.len - 1)) {
        fputs(b.ptr, stderr); /* more than a message of cmocka holds */
        fail_msg("docs/model.md does not have the reference as above");
    }
    buffer_free(&b);
    arena_free(&memory);
}

/* Kept names: the docs say that they are not available yet. */
static void names_what_is_kept(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory, NULL);
    sheaf_slice docs = read_docs(&memory);
    for (int id = 0; id < DIRECTIVE_ID_COUNT; id++) {
        sheaf_slice name = arena_printf(&memory, "`@%s`", directives[id].name);
        if (!memmem(docs.ptr, docs.len, name.ptr, name.len))
            fail_msg("docs/model.md says nothing of %s", name.ptr);
    }
    arena_free(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_examples),
        cmocka_unit_test(has_the_reference),
        cmocka_unit_test(names_what_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
