#include "struct_json.h"

#include "../../src/base/json.h"
#include "../../src/base/number.h"
#include "../../src/base/time.h"
#include "../../src/base/utf8.h"

enum { PARTS_MAX = 64 };

/* Structs that show one row. */
typedef struct parts {
    struct part {
        const sheaf_struct *type;
        const char *at;
    } items[PARTS_MAX];
    size_t count;
} parts;

typedef struct found {
    struct {
        const sheaf_member *member;
        const char *base; /* of its struct */
    } items[PARTS_MAX];
    size_t count;
} found;

static bool wrong(buffer *out, const shape_node *node, const char *what) {
    buffer_printf(out, "⟨%.*s %s⟩", SHEAF_SLICE_ARGS(node->key), what);
    return false;
}

static void find_in(const sheaf_struct *type, const char *base, sheaf_slice key, found *ret) {
    for (uint32_t i = 0; i < type->member_count; i++) {
        const sheaf_member *m = &type->members[i];
        if (m->kind == SHEAF_MEMBER_FRAGMENT)
            find_in(m->type, base + m->at, key, ret);
        else if (slice_is(key, m->key) && ret->count < PARTS_MAX) {
            ret->items[ret->count].member = m;
            ret->items[ret->count++].base = base;
        }
    }
}

static found find(const parts *row, const shape_node *node) {
    found f = {.count = 0};
    for (size_t i = 0; i < row->count; i++) find_in(row->items[i].type, row->items[i].at, node->key, &f);
    return f;
}

/* ---- Values ---------------------------------------------------------------------------------------------*/

static bool write_text(buffer *out, const shape_node *node, sheaf_slice text) {
    size_t at;
    sheaf_scalar scalar = node->kind == SHAPE_VALUE ? node->field->scalar : SHEAF_STRING;
    if (scalar == SHEAF_JSON) return json_compact(out, text, &at) || wrong(out, node, "is no JSON");
    if (scalar != SHEAF_BYTES) return json_string(out, text, &at) || wrong(out, node, "is no UTF-8");
    buffer_byte(out, '"');
    base64_append(out, text);
    buffer_byte(out, '"');
    return true;
}

static bool write_int(buffer *out, const shape_node *node, int64_t i) {
    char text[TIME_TEXT_MAX];
    sheaf_scalar scalar = node->kind == SHAPE_VALUE ? node->field->scalar : SHEAF_INT;
    if (scalar != SHEAF_TIMESTAMP && scalar != SHEAF_DATE) {
        buffer_int(out, i);
        return true;
    }
    size_t n = scalar == SHEAF_DATE ? date_from_days(text, i) : time_from_micros(text, i);
    if (n) buffer_printf(out, "\"%.*s\"", (int)n, text);
    return n || wrong(out, node, "is no time");
}

static bool write_float(buffer *out, double f) {
    char text[NUMBER_TEXT_MAX];
    buffer_bytes(out, text, number_from_float(text, f));
    return true;
}

static bool is_zero(const char *at, size_t size) {
    bool zero = true;
    for (size_t i = 0; i < size; i++) zero = zero && !at[i];
    return zero;
}

static bool write_member(buffer *out, const shape_node *node, const sheaf_member *m, const char *base) {
    const char *at = base + m->at;
    size_t size = m->kind == SHEAF_MEMBER_BOOL   ? sizeof(bool)
                  : m->kind == SHEAF_MEMBER_TEXT ? sizeof(sheaf_slice)
                                                 : sizeof(int64_t);
    if (m->has_at != SHEAF_MEMBER_NOT_THERE && !*(const bool *)(base + m->has_at)) {
        BUFFER_LITERAL(out, "null");
        return is_zero(at, size) || wrong(out, node, "is not there, and not zero");
    }
    switch (m->kind) {
    case SHEAF_MEMBER_INT: return write_int(out, node, *(const int64_t *)at);
    case SHEAF_MEMBER_FLOAT: return write_float(out, *(const double *)at);
    case SHEAF_MEMBER_BOOL: buffer_cstr(out, *(const bool *)at ? "true" : "false"); return true;
    case SHEAF_MEMBER_TEXT: return write_text(out, node, *(const sheaf_slice *)at);
    default: return wrong(out, node, "is no value");
    }
}

static bool write_value(buffer *out, const shape_node *node, const found *f) {
    size_t first = out->len, len = 0;
    for (size_t i = 0; i < f->count; i++) {
        size_t start = out->len;
        if (!write_member(out, node, f->items[i].member, f->items[i].base)) return false;
        if (i == 0) {
            len = out->len - first;
            continue;
        }
        if (out->len - start != len || memcmp(out->ptr + first, out->ptr + start, len) != 0)
            return wrong(out, node, "differs between two structs");
        out->len = start;
    }
    return f->count || wrong(out, node, "is in no struct");
}

/* ---- Rows -----------------------------------------------------------------------------------------------*/

static bool write_node(buffer *out, const shape_node *node, const parts *row);

static bool write_object(buffer *out, const shape_node *nodes, uint32_t count, const parts *row) {
    buffer_byte(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        buffer_bytes(out, nodes[i].json_key.ptr + !i, nodes[i].json_key.len - !i);
        if (!write_node(out, &nodes[i], row)) return false;
    }
    buffer_byte(out, '}');
    return true;
}

/* The structs of row `index` of each member's list, or of its one row. */
static parts rows_of(const found *f, size_t index) {
    parts row = {.count = f->count};
    for (size_t i = 0; i < f->count; i++) {
        const sheaf_member *m = f->items[i].member;
        const char *at = *(const char *const *)(f->items[i].base + m->at);
        row.items[i].type = m->type;
        row.items[i].at = m->kind == SHEAF_MEMBER_MANY ? ((const char *const *)(const void *)at)[index] : at;
    }
    return row;
}

static bool write_one(buffer *out, const shape_node *node, const found *f) {
    parts row = rows_of(f, 0);
    size_t there = 0;
    for (size_t i = 0; i < row.count; i++) there += row.items[i].at != NULL;
    if (there && there < row.count) return wrong(out, node, "is there in some structs");
    if (there) return write_object(out, node->children, node->child_count, &row);
    BUFFER_LITERAL(out, "null");
    return true;
}

static bool write_column(buffer *out, const shape_node *child, const found *f, size_t count) {
    buffer_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        parts row = rows_of(f, i);
        if (i) buffer_byte(out, ',');
        if (!write_node(out, child, &row)) return false;
    }
    buffer_byte(out, ']');
    return true;
}

static bool write_columns(buffer *out, const shape_node *node, const found *f, size_t count) {
    buffer_byte(out, '{');
    for (uint32_t i = 0; i < node->child_count; i++) {
        const shape_node *child = &node->children[i];
        buffer_bytes(out, child->json_key.ptr + !i, child->json_key.len - !i);
        if (!write_column(out, child, f, count)) return false;
    }
    buffer_byte(out, '}');
    return true;
}

static bool write_many(buffer *out, const shape_node *node, const found *f) {
    size_t count = *(const size_t *)(f->items[0].base + f->items[0].member->count_at);
    for (size_t i = 0; i < f->count; i++)
        if (*(const size_t *)(f->items[i].base + f->items[i].member->count_at) != count)
            return wrong(out, node, "has several lengths");
    if (node->values) return write_column(out, &node->children[0], f, count);
    if (node->columns) return write_columns(out, node, f, count);
    buffer_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        parts row = rows_of(f, i);
        if (i) buffer_byte(out, ',');
        if (!write_object(out, node->children, node->child_count, &row)) return false;
    }
    buffer_byte(out, ']');
    return true;
}

/* Depth is bounded by the shape's. */
static bool write_node(buffer *out, const shape_node *node, const parts *row) {
    found f = find(row, node);
    if (!f.count) return wrong(out, node, "is in no struct");
    if (node->kind == SHAPE_ONE) return write_one(out, node, &f);
    if (node->kind == SHAPE_MANY) return write_many(out, node, &f);
    return write_value(out, node, &f);
}

bool struct_json(const sheaf_struct *page_type, const void *page, const sheaf_shape *shape, buffer *out) {
    parts roots = {.items = {{page_type, page}}, .count = 1};
    return write_object(out, shape->roots, shape->root_count, &roots) && !out->failed;
}
