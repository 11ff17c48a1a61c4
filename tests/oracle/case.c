#include "case.h"

#include <stdio.h>

#include "naive.h"

question question_random(world *w, uint64_t seed, uint64_t number) {
    rng r = rng_of(seed, number);
    for (;;) {
        question q = {0};
        naive n;
        buffer out;
        if (rng_chance(&r, 25))
            q.groups = groups_random(w, &r);
        else
            q.shape = shape_random(w, &r);
        buffer_init(&out, NULL);
        naive_init(&n, w, &out);
        if (q.shape)
            naive_shape(&n, q.shape);
        else
            naive_groups(&n, q.groups);
        bool fits = !n.too_large;
        naive_free(&n);
        buffer_free(&out);
        if (fits) return q;
    }
}

/* ---- Comparing ------------------------------------------------------------------------------------------*/

static void show_around(buffer *out, const char *who, sheaf_slice text, size_t at) {
    size_t from = at > 120 ? at - 120 : 0, to = at + 120 < text.len ? at + 120 : text.len;
    buffer_printf(out, "%s …%.*s⟨here⟩%.*s…\n", who, (int)(at - from), text.ptr + from, (int)(to - at),
                  text.ptr + at);
}

static void show_difference(buffer *out, const char *backend, sheaf_slice got, sheaf_slice wanted) {
    size_t at = 0;
    while (at < got.len && at < wanted.len && got.ptr[at] == wanted.ptr[at]) at++;
    buffer_printf(out, "%s differs at byte %zu:\n", backend, at);
    show_around(out, "  naive: ", wanted, at);
    show_around(out, "  engine:", got, at);
}

static void show_errors(buffer *out, const char *backend, const outcome *got, unsigned wanted) {
    buffer_printf(out, "%s: naive ends with", backend);
    for (unsigned code = 0; code < 32; code++)
        if (wanted >> code & 1) buffer_printf(out, " %s", sheaf_code_name((sheaf_code)code));
    buffer_printf(out, "%s; engine with %s %s\n", wanted ? "" : " ok",
                  got->ok ? "ok" : sheaf_code_name(got->err.code), got->ok ? "" : got->err.message);
}

static verdict agree(const char *backend, const outcome *got, const naive *n, buffer *report) {
    sheaf_slice wanted = buffer_view(n->out), text = buffer_view(&got->text);
    if (!got->ok && (got->err.code == SHEAF_E_SHAPE || got->err.code == SHEAF_E_USAGE)) {
        if (report) buffer_printf(report, "refused: %s\n", got->err.message);
        return REFUSED;
    }
    if (got->ok ? n->errors != 0 : !(n->errors >> got->err.code & 1)) {
        if (report) show_errors(report, backend, got, n->errors);
        return DIFFERENT;
    }
    if (!got->ok || slice_equal(text, wanted)) return SAME;
    if (report) show_difference(report, backend, text, wanted);
    return DIFFERENT;
}

static verdict ask_way(engine *e, int way, const question *q, bool lines, const naive *n, buffer *report) {
    outcome got;
    char who[64];
    snprintf(who, sizeof who, "%s, %s", sheaf_backend(e->databases[way]),
             sheaf_strategy_name(engine_ways[way].strategy));
    sheaf_error err = {0};
    outcome_init(&got);
    verdict v = REFUSED;
    if (q->groups) engine_groups(e, way, q->groups, &got);
    if (q->groups || engine_shape(e, way, q->shape, lines, &got, &err))
        v = agree(who, &got, n, report);
    else if (report)
        buffer_printf(report, "refused: %s\n", err.message);
    outcome_free(&got);
    return v;
}

static verdict ask_form(engine *e, const world *w, const question *q, bool lines, buffer *report) {
    naive n;
    buffer wanted;
    verdict v = SAME;
    buffer_init(&wanted, NULL);
    naive_init(&n, w, &wanted);
    bool has_form = true;
    if (q->groups)
        naive_groups(&n, q->groups);
    else if (lines)
        has_form = naive_ndjson(&n, q->shape);
    else
        naive_shape(&n, q->shape);
    for (int way = 0; way < ENGINE_WAY_COUNT && has_form && v == SAME; way++)
        if (e->databases[way]) v = ask_way(e, way, q, lines, &n, report);
    naive_free(&n);
    buffer_free(&wanted);
    return v;
}

verdict case_ask(engine *e, const world *w, const question *q, buffer *report) {
    verdict v = ask_form(e, w, q, false, report);
    return v == SAME && q->shape ? ask_form(e, w, q, true, report) : v;
}

/* ---- Printing -------------------------------------------------------------------------------------------*/

static void print_values(buffer *out, const sheaf_value *values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) BUFFER_LITERAL(out, ", ");
        if (value_is_null(values[i]))
            BUFFER_LITERAL(out, "NULL");
        else
            value_write(out, SHEAF_STRING, values[i]);
    }
}

static void print_rows(const world *w, buffer *out) {
    for (uint32_t i = 0; i < w->entity_count; i++) {
        const o_entity *e = w->entities[i];
        buffer_printf(out, "%s (", e->name);
        for (uint32_t c = 0; c < e->column_count; c++)
            buffer_printf(out, "%s%s", c ? ", " : "", e->columns[c].name);
        BUFFER_LITERAL(out, ")\n");
        for (size_t k = 0; k < e->rows.count; k++) {
            BUFFER_LITERAL(out, "  ");
            print_values(out, e->rows.items[k]->values, e->column_count);
            buffer_byte(out, '\n');
        }
    }
    for (uint32_t i = 0; i < w->link_count; i++) {
        const o_link *l = w->links[i];
        buffer_printf(out, "%s (%s, %s)%s%s\n", l->table, l->from->name, l->to->name,
                      l->unique ? " unique" : "", l->foreign_keys ? " foreign keys" : "");
        for (size_t k = 0; k < l->rows.count; k++) {
            BUFFER_LITERAL(out, "  ");
            print_values(out, l->rows.items[k], l->from->key_count + l->to->key_count);
            buffer_byte(out, '\n');
        }
    }
}

static void print_shape(const shape *s, buffer *out) {
    arena memory;
    o_variables given;
    arena_init(&memory, NULL);
    shape_write(s, &memory, out, &given);
    for (size_t i = 0; i < given.count; i++) {
        buffer_printf(out, "$%s = ", given.items[i].name);
        print_values(out, &given.items[i].value, 1);
        buffer_byte(out, '\n');
    }
    arena_free(&memory);
}

static uint32_t index_of(const graph_question *q, const o_group *g) {
    uint32_t i = 0;
    while (q->groups[i] != g) i++;
    return i;
}

static void print_group(const graph_question *q, const o_group *g, buffer *out) {
    static const char *const origins[] = {"search", "keys", "follow", "total"};
    buffer_printf(out, "group %u: %s %s", index_of(q, g), origins[g->origin], g->entity->name);
    if (g->parent) buffer_printf(out, " from %u by", index_of(q, g->parent));
    for (uint32_t i = 0; i < g->path_count; i++) buffer_printf(out, "%s%s", i ? "." : " ", g->path[i]->name);
    if (g->where) BUFFER_LITERAL(out, " where ");
    if (g->where) condition_write(out, g->where, NULL);
    if (g->has_order) BUFFER_LITERAL(out, " order ");
    if (g->has_order) order_write(out, &g->order);
    buffer_printf(out, " limit %lld offset %lld%s", (long long)g->limit, (long long)g->offset,
                  g->after ? " after " : "");
    if (g->after) print_values(out, g->after->values, g->entity->column_count);
    for (uint32_t i = 0; i < g->key_count; i++) {
        BUFFER_LITERAL(out, " key ");
        print_values(out, g->keys[i]->values, g->entity->column_count);
    }
    for (uint32_t i = 0; i < g->need_count; i++) buffer_printf(out, " need %s", g->needs[i]->name);
    for (uint32_t i = 0; i < g->include_count; i++)
        buffer_printf(out, " with %u", index_of(q, g->includes[i]));
    buffer_byte(out, '\n');
}

void case_print(const world *w, const question *q, buffer *out) {
    model_write(w, out);
    print_rows(w, out);
    buffer_printf(out, "page-default %lld, page-max %lld, whole-max %lld, %s%s\n",
                  (long long)w->limits.page_default, (long long)w->limits.page_max,
                  (long long)w->limits.whole_max, w->analysed ? "analysed" : "no statistics",
                  w->pretend ? ", said to be large" : "");
    if (q->shape) print_shape(q->shape, out);
    for (uint32_t i = 0; q->groups && i < q->groups->group_count; i++)
        print_group(q->groups, q->groups->groups[i], out);
}
