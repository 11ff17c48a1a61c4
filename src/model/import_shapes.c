/* import_shapes.c: the first shapes of an entity: a list, and one row with what is around it. They are meant
 * to be changed; they show what can be asked for, and take an index wherever they follow a relation. */
#include "import.h"
#include "value.h"

enum {
    LIST_ATTRIBUTES = 8, /* of a row of the list, beside its key */
    LIST_REFERENCES = 4,
    DETAIL_REFERENCES = 20,
    DETAIL_LISTS = 8
};

#define TEXT(b, literal) BUFFER_LITERAL((b), literal)

static void put_name(buffer *b, sheaf_slice name) {
    buffer_slice(b, name);
    TEXT(b, " ");
}

/* Long, or nobody's business: what a first shape leaves out. */
static bool is_left_out(const import_column *c) {
    static const char *const secrets[] = {"password", "passwd", "secret",      "token",
                                          "salt",     "digest", "private_key", "api_key"};
    if (c->scalar == SHEAF_BYTES || slice_is(c->db->declared, "tsvector")) return true;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strstr(c->words.ptr, secrets[i])) return true;
    return false;
}

/* ---- what names a row -----------------------------------------------------------------------------------*/

/* Names of columns that tell a reader which row it is, best first. */
static const char *const labels[] = {"name",     "title",    "display_name", "full_name", "label",
                                     "username", "login",    "last_name",    "email",     "code",
                                     "slug",     "subject",  "headline",     "caption",   "summary",
                                     "question", "filename", "model",        "key",       "description"};
enum { LABEL_COUNT = sizeof labels / sizeof *labels, NO_LABEL };

/* The place of a column among the labels: "name", also as "customer_name" of a Customer; the city of a City
 * is its name; what is unique comes last. */
static size_t label_rank(const import_table *t, const import_column *c) {
    sheaf_slice words = c->words, own = {NULL, 0};
    if (!c->field.ptr || c->scalar != SHEAF_STRING || c->in_key) return NO_LABEL;
    if (slice_equal(words, t->singular)) return 0;
    if (slice_starts_with(words, t->singular) && words.ptr[t->singular.len] == '_')
        own = (sheaf_slice){words.ptr + t->singular.len + 1, words.len - t->singular.len - 1};
    for (size_t i = 0; i < LABEL_COUNT; i++)
        if (slice_is(words, labels[i]) || slice_is(own, labels[i])) return i;
    return c->unique && !c->db->nullable ? LABEL_COUNT : NO_LABEL;
}

typedef struct row_label {
    const import_column *first, *second; /* NULL: none */
} row_label;

/* A last name has the first one before it. */
static row_label label_of(const import_table *t) {
    row_label label = {NULL, NULL};
    size_t rank = NO_LABEL;
    for (size_t i = 0; i < t->column_count; i++) {
        size_t own = label_rank(t, &t->columns[i]);
        if (own >= rank) continue;
        rank = own;
        label.second = &t->columns[i];
    }
    for (size_t i = 0; label.second && slice_is(label.second->words, "last_name") && i < t->column_count; i++)
        if (t->columns[i].field.ptr && slice_is(t->columns[i].words, "first_name"))
            label.first = &t->columns[i];
    return label;
}

static void put_label(buffer *b, row_label label) {
    if (label.first) put_name(b, label.first->field);
    if (label.second) put_name(b, label.second->field);
}

static void put_key(buffer *b, const import_table *t) {
    for (uint32_t i = 0; i < t->key_count; i++)
        if (t->key[i]->field.ptr) put_name(b, t->key[i]->field);
}

/* { id name } */
static void put_brief(buffer *b, const import_table *t) {
    TEXT(b, "{ ");
    size_t before = b->len;
    put_key(b, t);
    put_label(b, label_of(t));
    if (b->len == before) TEXT(b, "__typename ");
    TEXT(b, "} ");
}

/* ---- the two queries ------------------------------------------------------------------------------------*/

static void put_references(buffer *b, const import_table *t, size_t most) {
    for (size_t i = 0; i < t->reference_count && i < most; i++) {
        put_name(b, t->references[i].name);
        put_brief(b, t->references[i].to);
    }
}

static void put_list_query(buffer *b, const import_table *t) {
    row_label label = label_of(t);
    size_t shown = 0;
    buffer_printf(
        b, "query %.*s($limit: Int = 20, $after: String) { %.*s(limit: $limit, after: $after) { _cursor ",
        SHEAF_SLICE_ARGS(t->plural), SHEAF_SLICE_ARGS(t->plural));
    put_key(b, t);
    put_label(b, label);
    for (size_t i = 0; i < t->column_count && shown < LIST_ATTRIBUTES; i++) {
        const import_column *c = &t->columns[i];
        if (!c->field.ptr || c->in_key || c == label.first || c == label.second || is_left_out(c) ||
            c->scalar == SHEAF_JSON)
            continue;
        put_name(b, c->field);
        shown++;
    }
    put_references(b, t, LIST_REFERENCES);
    TEXT(b, "} }\n");
}

/* The rows of a link table are shown by what they link. */
static bool is_shown(const import_list *list) {
    if (!list->indexed) return false;
    if (list->kind == IMPORT_ONE) return true;
    return list->kind == IMPORT_THROUGH || !(list->by->from->is_link || list->by->unique);
}

static void put_lists(buffer *b, const import_table *t) {
    size_t shown = 0;
    for (size_t i = 0; i < t->lists.count && shown < DETAIL_LISTS; i++) {
        const import_list *list = &t->lists.items[i];
        if (!is_shown(list)) continue;
        put_name(b, list->name);
        if (list->kind != IMPORT_ONE) TEXT(b, "(limit: 10) ");
        put_brief(b, list->target);
        shown++;
    }
}

static void put_detail_query(buffer *b, const import_table *t) {
    buffer_printf(b, "query %.*s(", SHEAF_SLICE_ARGS(t->singular));
    for (uint32_t i = 0; i < t->key_count; i++)
        buffer_printf(b, "%s$%.*s: %s!", i ? ", " : "", SHEAF_SLICE_ARGS(t->key[i]->field),
                      scalar_name(t->key[i]->scalar));
    buffer_printf(b, ") { %.*s(", SHEAF_SLICE_ARGS(t->singular));
    for (uint32_t i = 0; i < t->key_count; i++)
        buffer_printf(b, "%s%.*s: $%.*s", i ? ", " : "", SHEAF_SLICE_ARGS(t->key[i]->field),
                      SHEAF_SLICE_ARGS(t->key[i]->field));
    TEXT(b, ") @required { ");
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].field.ptr && !is_left_out(&t->columns[i])) put_name(b, t->columns[i].field);
    put_references(b, t, DETAIL_REFERENCES);
    put_lists(b, t);
    TEXT(b, "} }\n");
}

bool import_shapes(const import *im, const import_table *entity, buffer *out, sheaf_error *err) {
    buffer text;
    buffer_init(&text, out->allocator);
    put_list_query(&text, entity);
    put_detail_query(&text, entity);
    bool ok = text.failed ? error_memory(err) : import_put_canonical(im, buffer_view(&text), out, err);
    buffer_free(&text);
    return ok;
}
