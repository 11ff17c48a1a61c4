#include "naive.h"

#include "../../src/base/number.h"
#include "../../src/base/time.h"

enum { WORK_MAX = 400000 };

void naive_init(naive *n, const world *w, buffer *out) {
    *n = (naive){.world = w, .out = out};
    arena_init(&n->memory, NULL);
}

void naive_free(naive *n) {
    arena_free(&n->memory);
}

static void push(naive *n, o_rows *to, o_row *r) {
    o_row **slot = world_must(ARENA_PUSH(&n->memory, to));
    *slot = r;
}

static void look(naive *n, size_t count) {
    n->work += count;
    if (n->work > WORK_MAX) n->too_large = true;
}

/* ---- Relations ------------------------------------------------------------------------------------------*/

/* Whether the columns of a row (of `e`) hold the key of `to`. A NULL holds none. */
static bool holds_key(const o_entity *e, const sheaf_value *values, const uint32_t *columns,
                      const o_row *to) {
    for (uint32_t i = 0; i < to->of->key_count; i++) {
        sheaf_value v = values[columns[i]];
        if (value_is_null(v) || !value_equal(e->columns[columns[i]].scalar, v, to->values[to->of->key[i]]))
            return false;
    }
    return true;
}

static bool is_key_of(const sheaf_value *values, const o_row *r) {
    for (uint32_t i = 0; i < r->of->key_count; i++) {
        uint32_t c = r->of->key[i];
        if (value_is_null(values[i]) || !value_equal(r->of->columns[c].scalar, values[i], r->values[c]))
            return false;
    }
    return true;
}

static o_rows follow_reference(naive *n, const o_row *from, const o_field *f) {
    o_rows found = {0};
    for (size_t i = 0; i < f->target->rows.count; i++)
        if (holds_key(from->of, from->values, f->columns, f->target->rows.items[i]))
            push(n, &found, f->target->rows.items[i]);
    look(n, f->target->rows.count);
    return found;
}

static o_rows follow_back(naive *n, const o_row *from, const o_field *f) {
    o_rows found = {0};
    for (size_t i = 0; i < f->target->rows.count; i++) {
        o_row *child = f->target->rows.items[i];
        if (holds_key(child->of, child->values, f->back->columns, from)) push(n, &found, child);
    }
    look(n, f->target->rows.count);
    return found;
}

static o_rows follow_link(naive *n, const o_row *from, const o_field *f) {
    o_rows found = {0};
    const o_link *l = f->by;
    for (size_t i = 0; i < l->rows.count; i++) {
        const sheaf_value *a = l->rows.items[i], *b = a + l->from->key_count;
        if (!is_key_of(f->backwards ? b : a, from)) continue;
        for (size_t k = 0; k < f->target->rows.count; k++)
            if (is_key_of(f->backwards ? a : b, f->target->rows.items[k]))
                push(n, &found, f->target->rows.items[k]);
    }
    look(n, l->rows.count);
    return found;
}

o_rows naive_path(naive *n, const o_row *from, o_field *const *path, uint32_t count, const condition *where) {
    o_rows at = {0};
    push(n, &at, (o_row *)(uintptr_t)from);
    for (uint32_t i = 0; i < count && !n->too_large; i++) {
        o_rows next = {0};
        for (size_t k = 0; k < at.count; k++) {
            o_rows some = naive_follow(n, at.items[k], path[i]);
            for (size_t m = 0; m < some.count; m++) push(n, &next, some.items[m]);
        }
        look(n, next.count);
        at = next;
    }
    return naive_where(n, at, where);
}

o_rows naive_follow(naive *n, const o_row *from, const o_field *f) {
    switch (f->kind) {
    case IS_REF: return follow_reference(n, from, f);
    case IS_MANY: return follow_back(n, from, f);
    case IS_THROUGH: return follow_link(n, from, f);
    default: return naive_path(n, from, f->path, f->path_count, f->where);
    }
}

o_rows naive_distinct(naive *n, o_rows all) {
    o_rows kept = {0};
    for (size_t i = 0; i < all.count; i++) {
        bool there = false;
        for (size_t k = 0; k < kept.count && !there; k++) there = kept.items[k] == all.items[i];
        if (!there) push(n, &kept, all.items[i]);
    }
    return kept;
}

/* ---- Conditions: true, false, unknown -------------------------------------------------------------------*/

typedef enum truth { NO, YES, UNKNOWN } truth;

static truth of(bool yes) {
    return yes ? YES : NO;
}
static truth negated(truth t) {
    return t == UNKNOWN ? UNKNOWN : of(t == NO);
}
static truth both(truth a, truth b) {
    return a == NO || b == NO ? NO : a == YES && b == YES ? YES : UNKNOWN;
}
static truth either(truth a, truth b) {
    return negated(both(negated(a), negated(b)));
}

static bool stands_in(sheaf_slice text, sheaf_slice part, bool only_at_start) {
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (part.len == 0 || memcmp(text.ptr + i, part.ptr, part.len) == 0) return true;
        if (only_at_start) break;
    }
    return false;
}

static bool is_among(sheaf_scalar scalar, sheaf_value v, sheaf_value list) {
    for (size_t i = 0; i < list.list.count; i++)
        if (value_equal(scalar, v, list.list.items[i])) return true;
    return false;
}

/* In SQL an empty list decides even for NULL: x IN () is false, x NOT IN () true. */
static truth compare(sheaf_scalar scalar, sheaf_value v, op o, sheaf_value with) {
    if (o == OP_IS_NULL) return of(value_is_null(v) == (with.i != 0));
    if ((o == OP_IN || o == OP_NOT_IN) && with.list.count == 0) return of(o == OP_NOT_IN);
    if (value_is_null(v)) return UNKNOWN;
    switch (o) {
    case OP_EQ: return of(value_equal(scalar, v, with));
    case OP_NE: return of(!value_equal(scalar, v, with));
    case OP_LT: return of(value_compare(scalar, v, with) < 0);
    case OP_LE: return of(value_compare(scalar, v, with) <= 0);
    case OP_GT: return of(value_compare(scalar, v, with) > 0);
    case OP_GE: return of(value_compare(scalar, v, with) >= 0);
    case OP_IN: return of(is_among(scalar, v, with));
    case OP_NOT_IN: return of(!is_among(scalar, v, with));
    case OP_STARTS_WITH: return of(stands_in(v.text, with.text, true));
    default: return of(stands_in(v.text, with.text, false));
    }
}

static truth compare_all(const condition *c, sheaf_scalar scalar, sheaf_value v) {
    truth t = YES;
    for (uint32_t i = 0; i < c->count; i++) t = both(t, compare(scalar, v, c->ops[i], c->operands[i].value));
    return t;
}

/* The number of an attribute among the columns of its entity's key; -1: it is not in the key. */
static int place_in_key(const o_field *f) {
    for (uint32_t i = 0; f && f->kind == IS_COLUMN && i < f->of->key_count; i++)
        if (f->of->key[i] == f->column) return (int)i;
    return -1;
}

/* A condition on nothing but the key of a reference is one on its columns. */
static bool asks_key_only(const condition *c) {
    const condition *object = c->items[0];
    if (c->field->kind != IS_REF || !object->count) return false;
    for (uint32_t i = 0; i < object->count; i++)
        if (object->items[i]->kind != C_COMPARE || place_in_key(object->items[i]->field) < 0) return false;
    return true;
}

static truth ask_key(const o_row *at, const condition *c) {
    truth t = YES;
    for (uint32_t i = 0; i < c->items[0]->count; i++) {
        const condition *member = c->items[0]->items[i];
        uint32_t column = c->field->columns[place_in_key(member->field)];
        t = both(t, compare_all(member, member->field->scalar, at->values[column]));
    }
    return t;
}

static truth has_no_row(const o_row *at, const condition *c) {
    bool null = false;
    for (uint32_t i = 0; i < c->field->target->key_count; i++)
        null = null || value_is_null(at->values[c->field->columns[i]]);
    return of(null == c->yes);
}

static truth ask(naive *n, const o_row *at, const condition *c);

static truth leads_to(naive *n, const o_row *at, const condition *c) {
    o_rows found = naive_follow(n, at, c->field);
    for (size_t i = 0; i < found.count; i++)
        if (ask(n, found.items[i], c->items[0]) == YES) return YES;
    return NO;
}

static truth ask(naive *n, const o_row *at, const condition *c) {
    truth t = c->kind == C_OR ? NO : YES;
    switch (c->kind) {
    case C_ALL:
    case C_AND:
    case C_OR:
        for (uint32_t i = 0; i < c->count; i++)
            t = c->kind == C_OR ? either(t, ask(n, at, c->items[i])) : both(t, ask(n, at, c->items[i]));
        return t;
    case C_NOT: return negated(ask(n, at, c->items[0]));
    case C_COMPARE: return compare_all(c, c->field->scalar, row_value(at, c->field));
    case C_NO_ROW: return has_no_row(at, c);
    case C_RELATION: return asks_key_only(c) ? ask_key(at, c) : leads_to(n, at, c);
    }
    return UNKNOWN;
}

bool naive_passes(naive *n, const o_row *at, const condition *c) {
    return !c || ask(n, at, c) == YES;
}

o_rows naive_where(naive *n, o_rows all, const condition *where) {
    o_rows kept = {0};
    if (!where) return all;
    for (size_t i = 0; i < all.count && !n->too_large; i++)
        if (naive_passes(n, all.items[i], where)) push(n, &kept, all.items[i]);
    look(n, all.count);
    return kept;
}

/* ---- Orders ---------------------------------------------------------------------------------------------*/

/* NULLs stand last ascending, first descending. */
static int compare_rows(const o_row *a, const o_row *b, const full_order *o) {
    for (uint32_t i = 0; i < o->count; i++) {
        uint32_t column = o->items[i].column;
        sheaf_value x = a->values[column], y = b->values[column];
        int c = value_is_null(x) || value_is_null(y) ? value_is_null(x) - value_is_null(y)
                                                     : value_compare(a->of->columns[column].scalar, x, y);
        if (c) return o->items[i].descending ? -c : c;
    }
    return 0;
}

void naive_sort(o_rows *all, const full_order *o) {
    for (size_t i = 1; i < all->count; i++)
        for (size_t k = i; k > 0 && compare_rows(all->items[k - 1], all->items[k], o) > 0; k--) {
            o_row *swapped = all->items[k];
            all->items[k] = all->items[k - 1];
            all->items[k - 1] = swapped;
        }
}

o_rows naive_after(naive *n, o_rows all, const full_order *o, const o_row *after) {
    o_rows kept = {0};
    for (size_t i = 0; i < all.count; i++)
        if (!after || compare_rows(all.items[i], after, o) > 0) push(n, &kept, all.items[i]);
    return kept;
}

/* ---- Picks and counts -----------------------------------------------------------------------------------*/

static bool same_columns(const o_row *a, const o_row *b, const uint32_t *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        sheaf_value x = a->values[columns[i]], y = b->values[columns[i]];
        if (value_is_null(x) != value_is_null(y)) return false;
        if (!value_is_null(x) && !value_equal(a->of->columns[columns[i]].scalar, x, y)) return false;
    }
    return true;
}

/* NULLs of `per` are one group. */
static bool same_group(const o_row *a, const o_row *b, const o_field *pick) {
    for (uint32_t i = 0; i < pick->per_count; i++) {
        const o_field *per = pick->per[i];
        const uint32_t *columns = per->kind == IS_REF ? per->columns : &per->column;
        if (!same_columns(a, b, columns, per->kind == IS_REF ? per->target->key_count : 1)) return false;
    }
    return true;
}

/* Whether no row of the same group holds more. */
static bool holds_maximum(const o_row *r, o_rows all, const o_field *pick) {
    sheaf_value most = row_value(r, pick->keep_max);
    if (value_is_null(most)) return false;
    for (size_t i = 0; i < all.count; i++) {
        sheaf_value other = row_value(all.items[i], pick->keep_max);
        if (same_group(r, all.items[i], pick) && !value_is_null(other) &&
            value_compare(pick->keep_max->scalar, other, most) > 0)
            return false;
    }
    return true;
}

const o_row *naive_pick(naive *n, const o_row *from, const o_field *pick) {
    o_rows all = naive_distinct(n, naive_path(n, from, pick->path, pick->path_count, pick->where)),
           kept = {0};
    for (size_t i = 0; i < all.count; i++)
        if (!pick->keep_max || holds_maximum(all.items[i], all, pick)) push(n, &kept, all.items[i]);
    full_order o = order_complete(pick->target, &pick->order);
    naive_sort(&kept, &o);
    return kept.count ? kept.items[0] : NULL;
}

const o_row *naive_one(naive *n, const o_row *from, const o_field *f) {
    if (f->kind == IS_PICK) return naive_pick(n, from, f);
    o_rows found = naive_follow(n, from, f);
    if (found.count) return found.items[0];
    if (f->kind == IS_REF && f->non_null) naive_error(n, SHEAF_E_DATA);
    return NULL;
}

/* ---- Attributes -----------------------------------------------------------------------------------------*/

static void append(buffer *out, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    if (v.kind == SHEAF_KIND_TEXT)
        buffer_slice(out, v.text);
    else if (v.kind == SHEAF_KIND_FLOAT)
        buffer_bytes(out, t, number_from_float(t, v.f));
    else if (scalar == SHEAF_TIMESTAMP)
        buffer_bytes(out, t, time_from_micros(t, v.i));
    else if (scalar == SHEAF_DATE)
        buffer_bytes(out, t, date_from_days(t, v.i));
    else if (scalar == SHEAF_BOOLEAN)
        buffer_cstr(out, v.i ? "true" : "false");
    else
        buffer_int(out, v.i);
}

/* NULL where a part is; every reference on the way is followed all the same, since one may dangle. */
static sheaf_value text_of(naive *n, const o_row *at, const o_field *f) {
    buffer text;
    bool null = false;
    buffer_init(&text, NULL);
    for (uint32_t i = 0; i < f->part_count; i++) {
        const text_part *part = &f->parts[i];
        if (part->literal) buffer_cstr(&text, part->literal);
        if (part->literal) continue;
        const o_row *from = at;
        for (uint32_t k = 0; k < part->ref_count && from; k++) from = naive_one(n, from, part->refs[k]);
        sheaf_value v = from ? row_value(from, part->attribute) : (sheaf_value){0};
        null = null || value_is_null(v);
        if (!value_is_null(v)) append(&text, part->attribute->scalar, v);
    }
    sheaf_value v = {.kind = SHEAF_KIND_TEXT, .text = arena_copy(&n->memory, buffer_view(&text))};
    buffer_free(&text);
    return null ? (sheaf_value){0} : v;
}

sheaf_value naive_value(naive *n, const o_row *at, const o_field *f) {
    if (f->kind == IS_COLUMN) return row_value(at, f);
    if (f->kind == IS_TEXT) return text_of(n, at, f);
    o_rows all = naive_distinct(n, naive_path(n, at, f->path, f->path_count, f->where));
    return (sheaf_value){.kind = SHEAF_KIND_INT, .i = (int64_t)all.count};
}
