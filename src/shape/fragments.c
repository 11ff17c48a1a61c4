#include "read.h"

fragment *fragment_find(const reader *r, const syntax_selection *spread, const syntax_document *document,
                        sheaf_error *err) {
    fragment *f = map_get(&r->fragments_by_name, spread->name);
    if (f) return f;
    suggest s = suggest_for(spread->name);
    for (size_t i = 0; i < r->fragments.count; i++) suggest_offer(&s, r->fragments.items[i].definition->name);
    lang_error(err, SHEAF_E_SHAPE, document, spread->place, "unknown fragment '%.*s'%s",
               SHEAF_SLICE_ARGS(spread->name), suggest_text(&s).text);
    return NULL;
}

static bool add(reader *r, const syntax_document *document, const syntax_definition *definition,
                sheaf_error *err) {
    fragment *f = &r->fragments.items[r->fragments.count];
    f->definition = definition;
    f->document = document;
    if (!directives_refuse(&definition->directives, document, "a fragment", err)) return false;
    sheaf_slice type = definition->type_condition;
    f->entity = map_get(&r->set->model->by_name, type);
    if (!f->entity)
        return lang_error(err, SHEAF_E_SHAPE, document, definition->place,
                          "fragment '%.*s' is on '%.*s', which is no type of the model%s",
                          SHEAF_SLICE_ARGS(definition->name), SHEAF_SLICE_ARGS(type),
                          model_suggest_entity(r->set->model, type).text);
    void *old = NULL;
    if (!map_put(&r->fragments_by_name, definition->name, f, &old)) return error_memory(err);
    if (old) {
        const fragment *first = old;
        return lang_error(err, SHEAF_E_SHAPE, document, definition->place,
                          "there is a fragment '%.*s' already, at %s:%u:%u",
                          SHEAF_SLICE_ARGS(definition->name), first->document->file,
                          first->definition->place.line, first->definition->place.column);
    }
    r->fragments.count++;
    return true;
}

/* Recursion is bounded by the nesting that the parser allows. */
static bool collect_spreads(reader *r, fragment *f, const syntax_selection *selections, size_t count,
                            sheaf_error *err) {
    for (size_t i = 0; i < count; i++) {
        const syntax_selection *s = &selections[i];
        if (s->kind == SYNTAX_SPREAD) {
            fragment *to = fragment_find(r, s, f->document, err);
            if (!to) return false;
            fragment_spread *spread = ARENA_PUSH(&r->scratch, &f->spreads);
            if (!spread) return error_memory(err);
            *spread = (fragment_spread){to, s->place};
        } else if (!collect_spreads(r, f, s->selections, s->selection_count, err)) {
            return false;
        }
    }
    return true;
}

/* `last` spreads `first`, which is open: from one to the other each open fragment leads by its newest spread.
 */
static bool cycle_error(const fragment *first, const fragment *last, const sheaf_allocator *allocator,
                        sheaf_error *err) {
    buffer names;
    buffer_init(&names, allocator);
    for (const fragment *f = first; f != last; f = f->spreads.items[f->next - 1].to)
        buffer_printf(&names, "%.*s → ", SHEAF_SLICE_ARGS(f->definition->name));
    buffer_printf(&names, "%.*s → %.*s", SHEAF_SLICE_ARGS(last->definition->name),
                  SHEAF_SLICE_ARGS(first->definition->name));
    if (names.failed)
        error_memory(err);
    else
        lang_error(err, SHEAF_E_SHAPE, last->document, last->spreads.items[last->next - 1].place,
                   "fragments must not contain themselves: %.*s", SHEAF_SLICE_ARGS(buffer_view(&names)));
    buffer_free(&names);
    return false;
}

/* Depth first without recursion, since the chain of fragments may be as long as the documents. */
static bool search_cycle(fragment *start, const sheaf_allocator *allocator, sheaf_error *err) {
    if (start->state != FRAGMENT_NEW) return true;
    fragment *f = start;
    f->state = FRAGMENT_OPEN;
    while (f) {
        if (f->next == f->spreads.count) {
            f->state = FRAGMENT_DONE;
            f = f->from;
            continue;
        }
        fragment *to = f->spreads.items[f->next++].to;
        if (to->state == FRAGMENT_OPEN) return cycle_error(to, f, allocator, err);
        if (to->state == FRAGMENT_NEW) {
            to->state = FRAGMENT_OPEN;
            to->from = f;
            f = to;
        }
    }
    return true;
}

bool fragments_read(reader *r, sheaf_error *err) {
    const sheaf_shapes *set = r->set;
    size_t count = 0;
    for (size_t i = 0; i < set->documents.count; i++)
        for (size_t j = 0; j < set->documents.items[i]->definition_count; j++)
            count += set->documents.items[i]->definitions[j].kind == SYNTAX_FRAGMENT;
    r->fragments.items = ARENA_ARRAY(&r->scratch, fragment, count);
    if (!r->fragments.items) return error_memory(err);
    map_init(&r->fragments_by_name, &r->scratch);

    for (size_t i = 0; i < set->documents.count; i++) {
        const syntax_document *document = set->documents.items[i];
        for (size_t j = 0; j < document->definition_count; j++)
            if (document->definitions[j].kind == SYNTAX_FRAGMENT &&
                !add(r, document, &document->definitions[j], err))
                return false;
    }
    for (size_t i = 0; i < count; i++) {
        fragment *f = &r->fragments.items[i];
        if (!collect_spreads(r, f, f->definition->selections, f->definition->selection_count, err))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!search_cycle(&r->fragments.items[i], set->allocator, err)) return false;
    return true;
}
