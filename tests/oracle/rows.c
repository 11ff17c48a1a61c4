/* Random rows: empty tables, few and many rows, NULLs, references that crowd on few rows, references that
 * lead nowhere where the database allows it, links that stand twice. */
#include "question.h"

static bool same_key(const o_entity *e, const sheaf_value *a, const sheaf_value *b) {
    for (uint32_t i = 0; i < e->key_count; i++) {
        uint32_t c = e->key[i];
        if (!value_equal(e->columns[c].scalar, a[c], b[c])) return false;
    }
    return true;
}

static bool has_key(const o_entity *e, const sheaf_value *values) {
    for (size_t i = 0; i < e->rows.count; i++)
        if (same_key(e, e->rows.items[i]->values, values)) return true;
    return false;
}

/* Whether rows that are named but do not exist count against a small page-max depends on when that is found
 * out. */
static bool counts_rows(const world *w) {
    return w->limits.page_max < 1000;
}

static bool may_dangle(const world *w, const o_field *ref) {
    return !ref->of->foreign_keys && !counts_rows(w) && (!ref->non_null || w->may_dangle);
}

/* False where the reference needs a row and there is none. */
static bool set_reference(world *w, rng *r, const o_field *ref, sheaf_value *values) {
    const o_entity *to = ref->target, *e = ref->of;
    const o_column *first = &e->columns[ref->columns[0]];
    size_t count = to->rows.count;
    bool null = !ref->non_null && first->nullable && rng_chance(r, first->nulls);
    bool dangles = !null && may_dangle(w, ref) && (count == 0 || rng_chance(r, 8));
    if (!null && !dangles && count == 0) null = !ref->non_null && first->nullable;
    if (!null && !dangles && count == 0) return false;
    const o_row *target = count ? to->rows.items[rng_skewed(r, (uint32_t)count)] : NULL;
    for (uint32_t i = 0; i < to->key_count; i++) {
        const o_column *c = &e->columns[ref->columns[i]];
        if (null)
            values[ref->columns[i]] = (sheaf_value){0};
        else if (dangles)
            values[ref->columns[i]] = value_key(w, r, c, 7000 + i);
        else
            values[ref->columns[i]] = target->values[to->key[i]];
    }
    if (!null && !dangles && to->key_count > 1 && first->nullable && !ref->non_null && rng_chance(r, 10))
        values[ref->columns[rng_below(r, to->key_count)]] = (sheaf_value){0}; /* a part of a key is none */
    return true;
}

static void set_attribute(world *w, rng *r, const o_field *f, uint32_t number, sheaf_value *values) {
    const o_column *c = &f->of->columns[f->column];
    if (rng_chance(r, c->nulls))
        values[f->column] = (sheaf_value){0};
    else
        values[f->column] = f->unique ? value_key(w, r, c, number) : value_random(w, r, c);
}

static bool is_key_field(const o_entity *e, const o_field *f) {
    for (uint32_t i = 0; i < e->key_field_count; i++)
        if (e->key_fields[i] == f) return true;
    return false;
}

static bool set_key(world *w, rng *r, o_entity *e, uint32_t number, sheaf_value *values) {
    for (uint32_t i = 0; i < e->key_field_count; i++) {
        const o_field *f = e->key_fields[i];
        if (f->kind == IS_REF && !set_reference(w, r, f, values)) return false;
        bool alone = e->key_field_count == 1;
        if (f->kind == IS_COLUMN)
            values[f->column] = value_key(w, r, &e->columns[f->column], alone ? number : rng_below(r, 6));
    }
    return !has_key(e, values);
}

static uint32_t how_many(rng *r) {
    uint32_t dice = rng_below(r, 100);
    return dice < 12 ? 0 : dice < 20 ? 1 : dice < 60 ? rng_between(r, 2, 8) : rng_between(r, 9, 30);
}

/* Keys first, in a random order of rows; then references may lead to any row. */
static void make_rows(world *w, rng *r, o_entity *e) {
    uint32_t n = how_many(r), start = rng_below(r, 50);
    for (uint32_t i = 0; i < n; i++) {
        o_row *made = WORLD_NEW(w, o_row);
        made->of = e;
        made->values = world_must(ARENA_ARRAY(&w->memory, sheaf_value, e->column_count));
        if (!set_key(w, r, e, start + i, made->values)) continue;
        WORLD_PUSH(w, &e->rows) = made;
    }
    for (size_t i = e->rows.count; i > 1; i--) {
        size_t k = rng_below(r, (uint32_t)i);
        o_row *swapped = e->rows.items[i - 1];
        e->rows.items[i - 1] = e->rows.items[k];
        e->rows.items[k] = swapped;
    }
}

static void fill_rows(world *w, rng *r, o_entity *e) {
    size_t kept = 0;
    for (size_t i = 0; i < e->rows.count; i++) {
        o_row *at = e->rows.items[i];
        bool fits = true;
        for (uint32_t f = 0; f < e->field_count && fits; f++) {
            o_field *x = e->fields[f];
            if (is_key_field(e, x)) continue;
            if (x->kind == IS_COLUMN) set_attribute(w, r, x, (uint32_t)i, at->values);
            if (x->kind == IS_REF) fits = set_reference(w, r, x, at->values);
        }
        if (fits) e->rows.items[kept++] = at;
    }
    e->rows.count = kept;
}

/* What refers to rows that were dropped goes too, unless it may dangle. */
static bool refers_to_nothing(const o_entity *e, const o_row *at) {
    for (uint32_t f = 0; f < e->field_count; f++) {
        const o_field *ref = e->fields[f];
        if (ref->kind != IS_REF || !(e->foreign_keys || ref->non_null)) continue;
        const o_entity *to = ref->target;
        bool null = false, found = false;
        for (uint32_t i = 0; i < to->key_count; i++)
            null = null || value_is_null(at->values[ref->columns[i]]);
        for (size_t i = 0; i < to->rows.count && !null && !found; i++) {
            found = true;
            for (uint32_t k = 0; k < to->key_count; k++)
                found =
                    found && value_equal(to->columns[to->key[k]].scalar,
                                         to->rows.items[i]->values[to->key[k]], at->values[ref->columns[k]]);
        }
        if (!null && !found) return true;
    }
    return false;
}

static bool drop_orphans(const world *w) {
    bool dropped = false;
    for (uint32_t i = 0; i < w->entity_count; i++) {
        o_entity *e = w->entities[i];
        if (w->may_dangle && !e->foreign_keys && !counts_rows(w)) continue;
        size_t kept = 0;
        for (size_t k = 0; k < e->rows.count; k++)
            if (!refers_to_nothing(e, e->rows.items[k])) e->rows.items[kept++] = e->rows.items[k];
        dropped = dropped || kept < e->rows.count;
        e->rows.count = kept;
    }
    return dropped;
}

/* ---- Links ----------------------------------------------------------------------------------------------*/

static void set_side(world *w, rng *r, const o_link *l, const o_entity *e, sheaf_value *values) {
    bool null = !l->not_null && rng_chance(r, 4);
    bool dangles = !l->foreign_keys && !counts_rows(w) && (e->rows.count == 0 || rng_chance(r, 5));
    if (null || (e->rows.count == 0 && !dangles)) return; /* NULL */
    const o_row *to = e->rows.count ? e->rows.items[rng_skewed(r, (uint32_t)e->rows.count)] : NULL;
    for (uint32_t i = 0; i < e->key_count; i++)
        values[i] = dangles ? value_key(w, r, &e->columns[e->key[i]], 8000) : to->values[e->key[i]];
}

static bool link_stands(const o_link *l, const sheaf_value *values) {
    for (size_t i = 0; i < l->rows.count; i++) {
        bool same = true;
        for (uint32_t k = 0; k < l->from->key_count + l->to->key_count; k++) {
            const o_entity *e = k < l->from->key_count ? l->from : l->to;
            uint32_t c = e->key[k < l->from->key_count ? k : k - l->from->key_count];
            same = same && value_equal(e->columns[c].scalar, l->rows.items[i][k], values[k]);
        }
        if (same) return true;
    }
    return false;
}

static void make_links(world *w, rng *r, o_link *l) {
    uint32_t width = l->from->key_count + l->to->key_count;
    for (uint32_t n = how_many(r) * 2, i = 0; i < n; i++) {
        sheaf_value *values = world_must(ARENA_ARRAY(&w->memory, sheaf_value, width));
        set_side(w, r, l, l->from, values);
        set_side(w, r, l, l->to, values + l->from->key_count);
        bool null = value_is_null(values[0]) || value_is_null(values[l->from->key_count]);
        if ((l->unique && !null && link_stands(l, values)) || (null && l->not_null)) continue;
        WORLD_PUSH(w, &l->rows) = values;
    }
}

void rows_make(world *w, rng *r) {
    for (uint32_t i = 0; i < w->entity_count; i++) make_rows(w, r, w->entities[i]);
    for (uint32_t i = 0; i < w->entity_count; i++) fill_rows(w, r, w->entities[i]);
    while (drop_orphans(w)) {
    }
    for (uint32_t i = 0; i < w->link_count; i++) make_links(w, r, w->links[i]);
}
