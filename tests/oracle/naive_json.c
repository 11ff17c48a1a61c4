/* A shape's result as JSON. */
#include "naive.h"

#include "../../src/base/number.h"
#include "../../src/base/time.h"
#include "../../src/base/utf8.h"

static void write_text(buffer *out, sheaf_slice text) {
    static const char shorts[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    buffer_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c < sizeof shorts && shorts[c])
            buffer_printf(out, "\\%c", shorts[c]);
        else if (c < ' ')
            buffer_printf(out, "\\u%04X", c);
        else
            buffer_byte(out, (char)c);
    }
    buffer_byte(out, '"');
}

static void write_value(buffer *out, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    if (value_is_null(v)) {
        BUFFER_LITERAL(out, "null");
        return;
    }
    switch (scalar) {
    case SHEAF_BOOLEAN: buffer_cstr(out, v.i ? "true" : "false"); break;
    case SHEAF_TIMESTAMP: write_text(out, (sheaf_slice){t, time_from_micros(t, v.i)}); break;
    case SHEAF_DATE: write_text(out, (sheaf_slice){t, date_from_days(t, v.i)}); break;
    case SHEAF_FLOAT: buffer_bytes(out, t, number_from_float(t, v.f)); break;
    case SHEAF_JSON: buffer_slice(out, v.text); break; /* the rows hold it without white space */
    case SHEAF_BYTES:
        buffer_byte(out, '"');
        base64_append(out, v.text);
        buffer_byte(out, '"');
        break;
    default:
        if (v.kind == SHEAF_KIND_TEXT)
            write_text(out, v.text);
        else
            buffer_int(out, v.i);
    }
}

/* The base64 of a JSON array of what the order looks at. */
void cursor_write(buffer *out, const o_row *r, const full_order *o) {
    buffer json;
    buffer_init(&json, NULL);
    for (uint32_t i = 0; i < o->count; i++) {
        char t[64];
        sheaf_value v = r->values[o->items[i].column];
        buffer_byte(&json, i ? ',' : '[');
        if (v.kind == SHEAF_KIND_TEXT)
            write_text(&json, v.text);
        else if (v.kind == SHEAF_KIND_FLOAT)
            buffer_bytes(&json, t, number_from_float(t, v.f));
        else if (v.kind == SHEAF_KIND_INT)
            buffer_int(&json, v.i);
        else
            BUFFER_LITERAL(&json, "null");
    }
    buffer_byte(&json, ']');
    base64_url_append(out, buffer_view(&json));
    buffer_free(&json);
}

/* ---- Nodes ----------------------------------------------------------------------------------------------*/

static void write_object(naive *n, const node *at, const o_row *r);
static void write_list(naive *n, const node *at, o_rows list);

static void page_number(const o_number *given, int64_t *ret) {
    if (given->way == A_LITERAL || given->way == A_VARIABLE) *ret = given->n;
}

static o_rows cut(o_rows list, int64_t offset, int64_t limit) {
    size_t skip = (uint64_t)offset < list.count ? (size_t)offset : list.count;
    if (skip) list.items += skip;
    list.count -= skip;
    if (limit >= 0 && list.count > (uint64_t)limit) list.count = (size_t)limit;
    list.room = list.count;
    return list;
}

/* `all`: every row that the list could hold. */
static o_rows make_list(naive *n, const node *at, o_rows all) {
    const sheaf_limits *limits = &n->world->limits;
    full_order o = node_order(at);
    o_rows list = naive_where(n, naive_distinct(n, all), at->where);
    int64_t limit = at->field ? -1 : limits->page_default, offset = 0;
    page_number(&at->limit, &limit);
    page_number(&at->offset, &offset);
    naive_sort(&list, &o);
    if (at->has_after) list = naive_after(n, list, &o, at->after);
    list = cut(list, offset, limit);
    if (limit < 0 && list.count > (uint64_t)limits->page_max) naive_error(n, SHEAF_E_LIMIT);
    return list;
}

static void write_key(naive *n, const node *at, bool first) {
    const char *name = at->alias                   ? at->alias
                       : at->kind == NODE_CURSOR   ? "_cursor"
                       : at->kind == NODE_TYPENAME ? "__typename"
                       : at->field                 ? at->field->name
                       : at->kind == NODE_ONE      ? at->entity->singular
                                                   : at->entity->plural;
    buffer_printf(n->out, "%s\"%s%s\":", first ? "" : ",", name,
                  at->kind == NODE_COUNT && !at->alias ? "_count" : "");
}

/* What a node selects from a row of its parent. */
static void write_child(naive *n, const node *parent, const node *at, const o_row *r) {
    switch (at->kind) {
    case NODE_VALUE: write_value(n->out, at->field->scalar, naive_value(n, r, at->field)); break;
    case NODE_TYPENAME: buffer_printf(n->out, "\"%s\"", r->of->name); break;
    case NODE_CURSOR: {
        full_order o = node_order(parent);
        buffer_byte(n->out, '"');
        cursor_write(n->out, r, &o);
        buffer_byte(n->out, '"');
        break;
    }
    case NODE_ONE: {
        const o_row *one = naive_one(n, r, at->field);
        if (one)
            write_object(n, at, one);
        else
            BUFFER_LITERAL(n->out, "null");
        break;
    }
    default: write_list(n, at, make_list(n, at, naive_follow(n, r, at->field)));
    }
}

static void write_object(naive *n, const node *at, const o_row *r) {
    buffer_byte(n->out, '{');
    for (uint32_t i = 0; i < at->child_count && !n->too_large; i++) {
        write_key(n, at->children[i], i == 0);
        write_child(n, at, at->children[i], r);
    }
    buffer_byte(n->out, '}');
}

static void write_column(naive *n, const node *at, const node *child, o_rows list) {
    buffer_byte(n->out, '[');
    for (size_t i = 0; i < list.count; i++) {
        if (i) buffer_byte(n->out, ',');
        write_child(n, at, child, list.items[i]);
    }
    buffer_byte(n->out, ']');
}

static void write_list(naive *n, const node *at, o_rows list) {
    if (at->values) {
        write_column(n, at, at->children[0], list);
    } else if (at->columns) {
        buffer_byte(n->out, '{');
        for (uint32_t i = 0; i < at->child_count; i++) {
            write_key(n, at->children[i], i == 0);
            write_column(n, at, at->children[i], list);
        }
        buffer_byte(n->out, '}');
    } else {
        buffer_byte(n->out, '[');
        for (size_t i = 0; i < list.count && !n->too_large; i++) {
            if (i) buffer_byte(n->out, ',');
            write_object(n, at, list.items[i]);
        }
        buffer_byte(n->out, ']');
    }
}

/* ---- Roots ----------------------------------------------------------------------------------------------*/

static const o_row *row_by_key(const node *at) {
    for (size_t i = 0; i < at->entity->rows.count; i++) {
        const o_row *r = at->entity->rows.items[i];
        bool same = true;
        for (uint32_t k = 0; k < at->by_count; k++) {
            uint32_t c = at->by[k]->kind == IS_REF ? at->by[k]->columns[0] : at->by[k]->column;
            same = same && !value_is_null(r->values[c]) &&
                   value_equal(r->of->columns[c].scalar, r->values[c], at->equals[k].value);
        }
        if (same) return r;
    }
    return NULL;
}

static void write_root(naive *n, const node *at) {
    if (at->kind == NODE_COUNT) {
        buffer_int(n->out, (int64_t)naive_where(n, at->entity->rows, at->where).count);
    } else if (at->kind == NODE_MANY) {
        write_list(n, at, make_list(n, at, at->entity->rows));
    } else {
        const o_row *r = row_by_key(at);
        if (r)
            write_object(n, at, r);
        else
            BUFFER_LITERAL(n->out, "null");
        if (!r && at->required) naive_error(n, SHEAF_E_NOT_FOUND);
    }
}

/* Limits are checked before anything is read. */
static void check_limits(naive *n, const node *at) {
    int64_t limit = 0;
    page_number(&at->limit, &limit);
    if (limit > n->world->limits.page_max) naive_error(n, SHEAF_E_LIMIT);
    for (uint32_t i = 0; i < at->child_count; i++) check_limits(n, at->children[i]);
}

void naive_shape(naive *n, const shape *s) {
    buffer_byte(n->out, '{');
    for (uint32_t i = 0; i < s->root_count; i++) {
        check_limits(n, s->roots[i]);
        write_key(n, s->roots[i], i == 0);
        write_root(n, s->roots[i]);
    }
    buffer_byte(n->out, '}');
}

bool naive_ndjson(naive *n, const shape *s) {
    const node *at = s->roots[0];
    if (s->root_count != 1 || at->kind != NODE_MANY || at->values || at->columns) return false;
    check_limits(n, at);
    o_rows list = make_list(n, at, at->entity->rows);
    for (size_t i = 0; i < list.count; i++) {
        write_object(n, at, list.items[i]);
        buffer_byte(n->out, '\n');
    }
    return true;
}
