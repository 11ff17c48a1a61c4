/* A shape realised: its tree declares the groups that calls would. */
#include "page.h"

#include "../model/value.h"
#include "../render/render.h"
#include "unused.h"

typedef struct declarer {
    sheaf_page *page;
    sheaf_context *c;
    const sheaf_value *values; /* of the shape's variables */
    uint32_t next;             /* number of the next node */
    sheaf_error *err;
} declarer;

static bool fail(const declarer *d, const shape_node *node, sheaf_code code, const char *what) {
    return lang_error(d->err, code, node->document, node->place, "%s", what);
}

/* A number given by the shape or a variable; *ret keeps its value where there is none. */
static bool number_of(const declarer *d, const shape_node *node, const shape_number *n, const char *name,
                      int64_t most, int64_t *ret) {
    if (n->kind == NUMBER_ABSENT) return true;
    const sheaf_value *v = n->kind == NUMBER_VARIABLE ? &d->values[n->variable] : NULL;
    if (v && v->kind == SHEAF_KIND_NULL) return true;
    int64_t number = v ? v->i : n->literal;
    if (number < 0) {
        lang_error(d->err, SHEAF_E_LIMIT, node->document, node->place,
                   "%s of '%.*s' is %lld: it must not be negative", name, SHEAF_SLICE_ARGS(node->key),
                   (long long)number);
        return false;
    }
    if (number > most) {
        lang_error(d->err, SHEAF_E_LIMIT, node->document, node->place,
                   "%s of '%.*s' is %lld, more than the %lld of page-max", name, SHEAF_SLICE_ARGS(node->key),
                   (long long)number, (long long)most);
        return false;
    }
    *ret = number;
    return true;
}

static bool set_arguments(const declarer *d, const shape_node *node, graph_group *g) {
    g->where = node->where;
    if (node->has_order) g->order = node->order;
    int64_t offset = -1;
    if (!number_of(d, node, &node->limit, "limit", d->c->db->limits.page_max, &g->limit) ||
        !number_of(d, node, &node->offset, "offset", INT64_MAX, &offset))
        return false;
    if (offset >= 0) {
        g->offset = graph_value(&d->c->graph, (sheaf_value){.kind = SHEAF_KIND_INT, .i = offset});
        if (g->offset < 0) return error_memory(d->err);
    }
    if (!node->has_after || d->values[node->after].kind == SHEAF_KIND_NULL) return true;
    sheaf_error cursor;
    if (cursor_read(d->c, g->entity, &g->order, d->values[node->after].text, &g->after, &cursor)) return true;
    return fail(d, node, cursor.code, cursor.message);
}

static graph_group *add_group(const declarer *d, const shape_node *node, graph_group *parent) {
    graph *g = &d->c->graph;
    if (node->kind == SHAPE_COUNT) return graph_add(g, GRAPH_COUNT, node->entity, node->where_made);
    if (parent) return graph_follow(g, parent, node->field, node->where_made);
    graph_group *root = graph_add(g, GRAPH_SEARCH, node->entity, node->where_made);
    if (root && node->kind == SHAPE_ONE)
        root->to_one = true;
    else if (root)
        root->limit = d->c->db->limits.page_default;
    return root;
}

/* Depth is bounded by the shape's. */
static bool declare(declarer *d, const shape_node *node, graph_group *parent) {
    if (d->c->groups.count >= (size_t)d->c->db->limits.groups_max)
        return error_set(d->err, SHEAF_E_LIMIT, "more than %lld groups in one context (groups-max)",
                         (long long)d->c->db->limits.groups_max);
    graph_group *g = add_group(d, node, parent);
    if (!g) return error_memory(d->err);
    sheaf_group *group = context_group(d->c, g);
    if (!group->asked) return error_memory(d->err);
    d->page->group_of[d->next++] = group;
    group->node = node;
    if (!set_arguments(d, node, g)) return false;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const shape_node *child = &node->children[i];
        if (child->kind == SHAPE_VALUE) graph_ask(g, child->field);
        if (child->kind == SHAPE_CURSOR) g->wants_order = true;
        if ((child->kind == SHAPE_ONE || child->kind == SHAPE_MANY) && !declare(d, child, g)) return false;
    }
    return true;
}

static const sheaf_value *defaults(const sheaf_shape *shape, arena *memory) {
    sheaf_value *values = ARENA_ARRAY(memory, sheaf_value, shape->variable_count);
    for (uint32_t i = 0; i < shape->variable_count && values; i++)
        if (shape->variables[i].has_default) values[i] = shape->variables[i].fallback;
    return values;
}

bool page_declare(sheaf_page *page, const sheaf_value *values, sheaf_error *err) {
    sheaf_context *c = page->context;
    const sheaf_shape *shape = page->shape;
    if (c->reads) c->reads->shape = shape->name;
    if (c->mistake.code != SHEAF_OK) {
        if (err) *err = c->mistake;
        return false;
    }
    if (shape->set->model != c->db->model)
        return error_set(err, SHEAF_E_USAGE, "shape '%s' and the database are of two models", shape->name);
    page->group_count = shape->group_count + shape->root_count;
    page->group_of = ARENA_ARRAY(&c->memory, sheaf_group *, page->group_count);
    if (!values) values = defaults(shape, &c->memory);
    page->root_at = ARENA_ARRAY(&c->memory, uint32_t, shape->root_count);
    if (!page->group_of || !page->root_at || !values) return error_memory(err);
    for (uint32_t i = 0; i < shape->variable_count; i++)
        if (graph_value(&c->graph, values[i]) < 0) return error_memory(err);
    c->lists = false;
    c->shape = shape;
    declarer d = {.page = page, .c = c, .values = values, .err = err};
    for (uint32_t i = 0; i < shape->root_count; i++) {
        page->root_at[i] = d.next;
        if (!declare(&d, &shape->roots[i], NULL)) return false;
    }
    return true;
}

bool page_check_required(const sheaf_page *page, sheaf_error *err) {
    for (uint32_t i = 0; i < page->shape->root_count; i++) {
        const shape_node *root = &page->shape->roots[i];
        if (root->required && !page->group_of[page->root_at[i]]->rows.count)
            return error_set(err, SHEAF_E_NOT_FOUND, "there is no such %.*s ('%.*s' is @required)",
                             SHEAF_SLICE_ARGS(root->entity->name), SHEAF_SLICE_ARGS(root->key));
    }
    return true;
}

static bool realise(sheaf_page *page, const sheaf_variable *variables, size_t count, sheaf_error *err) {
    const sheaf_value *values;
    if (!shape_bind(page->shape, variables, count, &page->context->memory, &values, err) ||
        !page_declare(page, values, err) || !sheaf_realise(page->context, err))
        return false;
    if (page_check_required(page, err)) return true;
    page->context->state = CONTEXT_FAILED; /* there is nothing that could have been read */
    return false;
}

bool sheaf_page_realise_with(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables,
                             size_t count, const sheaf_page_options *options, sheaf_page **ret,
                             sheaf_error *err) {
    sheaf_page *page = memory_new_zero(db->allocator, 1, sizeof *page);
    if (!page) return error_memory(err);
    page->shape = shape;
    buffer_init(&page->json, db->allocator);
    page->context = sheaf_context_new(db);
    if (page->context && options && (options->track_reads || options->unused))
        sheaf_track_reads(page->context, options->unused, options->unused_user);
    if (!page->context ? !error_memory(err) : !realise(page, variables, count, err)) {
        sheaf_page_free(page);
        return false;
    }
    *ret = page;
    return true;
}

bool sheaf_page_realise(sheaf_db *db, const sheaf_shape *shape, const sheaf_variable *variables, size_t count,
                        sheaf_page **ret, sheaf_error *err) {
    return sheaf_page_realise_with(db, shape, variables, count, NULL, ret, err);
}

enum { PAGE_TEXT_USUAL = 1 << 20 }; /* bytes; longer ones may grow */

/* What rendering needs of the page. */
static bool render_input_of(sheaf_page *page, render_input *ret, sheaf_error *err) {
    sheaf_context *c = page->context;
    if (c->state != CONTEXT_REALISED) return error_set(err, SHEAF_E_STATE, "the page is not realised");
    const plan_group **groups = ARENA_ARRAY(&c->memory, const plan_group *, page->group_count);
    render_root *roots = ARENA_ARRAY(&c->memory, render_root, page->shape->root_count);
    if (!groups || !roots) return error_memory(err);
    for (uint32_t i = 0; i < page->group_count && page->group_of[i]; i++)
        groups[i] = page->group_of[i]->planned;
    for (uint32_t i = 0; i < page->shape->root_count; i++) {
        const sheaf_group *group = page->group_of[page->root_at[i]];
        roots[i] =
            (render_root){.rows = group->rows.items, .count = group->rows.count, .total = group->total};
    }
    *ret = (render_input){.shape = page->shape,
                          .plan = c->ready->plan,
                          .group_of = groups,
                          .roots = roots,
                          .memory = &c->memory,
                          .max = (size_t)c->db->limits.bytes_max};
    return true;
}

static bool render(sheaf_page *page, bool (*as)(const render_input *, buffer *, sheaf_error *),
                   sheaf_slice *ret, sheaf_error *err) {
    render_input input;
    int64_t start = clock_ns();
    if (!render_input_of(page, &input, err)) return false;
    buffer_clear(&page->json);
    ready_plan *ready = page->context->ready; /* most pages of a plan are about as long */
    size_t last = atomic_load_explicit(&ready->text_size, memory_order_relaxed);
    buffer_reserve(&page->json, last < PAGE_TEXT_USUAL ? last : PAGE_TEXT_USUAL);
    if (!as(&input, &page->json, err)) return false;
    atomic_store_explicit(&ready->text_size, page->json.len, memory_order_relaxed);
    page->context->stats.render_ns = (uint64_t)(clock_ns() - start);
    reads_whole(page->context);
    *ret = buffer_view(&page->json);
    return true;
}

bool sheaf_page_json(sheaf_page *page, sheaf_slice *ret, sheaf_error *err) {
    return render(page, render_json, ret, err);
}

bool sheaf_page_ndjson(sheaf_page *page, sheaf_slice *ret, sheaf_error *err) {
    return render(page, render_ndjson, ret, err);
}

bool sheaf_page_unused(const sheaf_page *page, sheaf_unused *ret, sheaf_error *err) {
    return sheaf_context_unused(page->context, ret, err);
}

void sheaf_page_free(sheaf_page *page) {
    if (!page) return;
    const sheaf_allocator *allocator = page->json.allocator;
    buffer_free(&page->json);
    sheaf_context_free(page->context);
    memory_release(allocator, page);
}

sheaf_stats sheaf_page_stats(const sheaf_page *page) {
    return sheaf_context_stats(page->context);
}
