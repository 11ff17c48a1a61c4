/* import_text.c: the text of a model. It is written as it comes, read, and printed in its canonical form. */
#include "../base/json.h"
#include "../base/utf8.h"
#include "import.h"
#include "value.h"

#define TEXT(b, literal) BUFFER_LITERAL((b), literal)

/* One name as a string, several as a list. */
static void put_strings(buffer *b, const sheaf_slice *names, uint32_t count) {
    if (count != 1) TEXT(b, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (i) TEXT(b, ", ");
        json_text(b, names[i]);
    }
    if (count != 1) TEXT(b, "]");
}

static void put_columns(buffer *b, const import_reference *r) {
    sheaf_slice names[MODEL_KEY_MAX];
    for (uint32_t i = 0; i < r->count; i++) names[i] = r->columns[i]->db->name;
    put_strings(b, names, r->count);
}

static void put_description(buffer *b, sheaf_slice comment) {
    sheaf_slice text = slice_trim(comment);
    if (!text.len || !utf8_valid(text)) return;
    json_text(b, text);
    TEXT(b, "\n");
}

/* ---- fields ---------------------------------------------------------------------------------------------*/

static void put_attribute(buffer *b, const import_column *c, bool lone_key) {
    put_description(b, c->db->comment);
    if (c->remark.ptr) buffer_printf(b, "# %.*s\n", SHEAF_SLICE_ARGS(c->remark));
    buffer_printf(b, "%.*s: %s%s", SHEAF_SLICE_ARGS(c->field), scalar_name(c->scalar),
                  c->db->nullable && !c->in_key ? "" : "!");
    if (!slice_equal(c->field, c->db->name)) {
        TEXT(b, " @column(name: ");
        json_text(b, c->db->name);
        TEXT(b, ")");
    }
    if (c->unique && !lone_key) TEXT(b, " @unique");
    TEXT(b, "\n");
}

static void put_reference(buffer *b, const import_reference *r) {
    if (r->count == 1 && r->columns[0]->replaced) put_description(b, r->columns[0]->db->comment);
    buffer_printf(b, "%.*s: %.*s%s @ref(column: ", SHEAF_SLICE_ARGS(r->name), SHEAF_SLICE_ARGS(r->to->name),
                  r->non_null ? "!" : "");
    put_columns(b, r);
    TEXT(b, ")\n");
}

static void put_link_table(const import *im, buffer *b, const import_table *link) {
    buffer name;
    buffer_init(&name, b->allocator);
    if (!slice_equal(link->db->schema, im->catalogue->default_schema))
        buffer_printf(&name, "%.*s.", SHEAF_SLICE_ARGS(link->db->schema));
    buffer_slice(&name, link->db->name);
    json_text(b, buffer_view(&name));
    b->failed = b->failed || name.failed;
    buffer_free(&name);
}

static void put_list(const import *im, buffer *b, const import_list *list) {
    sheaf_slice target = list->target->name;
    if (list->kind == IMPORT_ONE) {
        buffer_printf(b, "%.*s: %.*s @pick(of: ", SHEAF_SLICE_ARGS(list->name), SHEAF_SLICE_ARGS(target));
        json_text(b, list->many);
        TEXT(b, ")\n");
        return;
    }
    buffer_printf(b, "%.*s: [%.*s!]! ", SHEAF_SLICE_ARGS(list->name), SHEAF_SLICE_ARGS(target));
    if (list->kind == IMPORT_MANY) {
        TEXT(b, "@many(ref: ");
        json_text(b, list->by->name);
    } else {
        TEXT(b, "@through(table: ");
        put_link_table(im, b, list->by->from);
        TEXT(b, ", from: ");
        put_columns(b, list->by);
        TEXT(b, ", to: ");
        put_columns(b, list->other);
    }
    TEXT(b, ")\n");
}

/* A reference of one column stands where its column would. */
static const import_reference *reference_instead(const import_table *t, const import_column *c,
                                                 size_t after) {
    for (size_t i = after; i < t->reference_count; i++)
        if (t->references[i].count == 1 && t->references[i].columns[0] == c) return &t->references[i];
    return NULL;
}

static void put_fields(const import *im, const import_table *t, bool whole, buffer *b) {
    for (size_t i = 0; i < t->column_count; i++) {
        const import_column *c = &t->columns[i];
        const import_reference *r = reference_instead(t, c, 0);
        if (c->field.ptr && (whole || !c->held)) put_attribute(b, c, c->in_key && t->key_count == 1);
        for (; r; r = reference_instead(t, c, (size_t)(r - t->references) + 1))
            if (whole || !r->old) put_reference(b, r);
    }
    for (size_t i = 0; i < t->reference_count; i++)
        if (t->references[i].count > 1 && (whole || !t->references[i].old))
            put_reference(b, &t->references[i]);
    for (size_t i = 0; i < t->lists.count; i++)
        if (whole || !t->lists.items[i].old) put_list(im, b, &t->lists.items[i]);
}

/* ---- entities -------------------------------------------------------------------------------------------*/

static void put_argument(buffer *b, const char *name, sheaf_slice value, bool *any) {
    buffer_printf(b, "%s%s: ", *any ? ", " : " @table(", name);
    json_text(b, value);
    *any = true;
}

static void put_table(const import *im, const import_table *t, buffer *b) {
    bool any = false;
    bool plain = t->plural.len == t->singular.len + 1 && slice_starts_with(t->plural, t->singular) &&
                 slice_ends_with(t->plural, SHEAF_SLICE("s"));
    if (!slice_equal(t->db->name, t->singular)) put_argument(b, "name", t->db->name, &any);
    if (!slice_equal(t->db->schema, im->catalogue->default_schema))
        put_argument(b, "schema", t->db->schema, &any);
    if (!plain) put_argument(b, "plural", t->plural, &any);
    if (any) TEXT(b, ")");
}

/* The only ID!, or the one of that name, is the key without a word. */
static bool key_is_plain(const import_table *t) {
    size_t ids = 0;
    if (t->key_count != 1 || t->key[0]->scalar != SHEAF_ID) return false;
    for (size_t i = 0; i < t->column_count; i++) {
        const import_column *c = &t->columns[i];
        ids += c->field.ptr && c->scalar == SHEAF_ID && !c->db->nullable;
    }
    return ids <= 1 || slice_is(t->key[0]->field, "id");
}

static void put_key(const import_table *t, buffer *b) {
    sheaf_slice names[MODEL_KEY_MAX];
    if (key_is_plain(t)) return;
    for (uint32_t i = 0; i < t->key_count; i++) names[i] = t->key[i]->field;
    TEXT(b, " @key(fields: ");
    put_strings(b, names, t->key_count);
    TEXT(b, ")");
}

bool import_put_entity(const import *im, const import_table *t, bool whole, buffer *out) {
    buffer fields;
    buffer_init(&fields, out->allocator);
    put_fields(im, t, whole, &fields);
    if (fields.len || t->rekeyed) {
        if (whole) put_description(out, t->db->comment);
        buffer_printf(out, "type %.*s", SHEAF_SLICE_ARGS(t->name));
        if (whole) put_table(im, t, out);
        if (whole || t->rekeyed) put_key(t, out);
        if (fields.len) TEXT(out, " {\n");
        buffer_slice(out, buffer_view(&fields));
        if (fields.len) TEXT(out, "}");
        TEXT(out, "\n");
    }
    out->failed = out->failed || fields.failed;
    buffer_free(&fields);
    return !out->failed;
}

bool import_put_canonical(const import *im, sheaf_slice text, buffer *out, sheaf_error *err) {
    syntax_document *document;
    if (!lang_parse(im->memory, text, "model.graphql", &document, err)) return false;
    lang_print(out, document);
    return !out->failed || error_memory(err);
}

bool import_text(const import *im, buffer *out, sheaf_error *err) {
    buffer text;
    buffer_init(&text, out->allocator);
    bool ok = true;
    for (size_t i = 0; ok && i < im->table_count; i++)
        if (im->tables[i].is_entity) ok = import_put_entity(im, &im->tables[i], true, &text);
    ok = ok ? import_put_canonical(im, buffer_view(&text), out, err) : error_memory(err);
    buffer_free(&text);
    return ok;
}
