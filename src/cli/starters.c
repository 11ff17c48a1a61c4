#include "starters.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "../base/file.h"

bool starter_text(sheaf_slice shapes, arena *memory, sheaf_slice *ret, sheaf_error *err) {
    sheaf_slice text =
        arena_printf(memory,
                     "# Written by sheaf import (%016llx). Until it is edited, import --update "
                     "may change or remove it.\n%.*s",
                     (unsigned long long)slice_hash(shapes), SHEAF_SLICE_ARGS(shapes));
    if (!text.ptr) return error_memory(err);
    *ret = text;
    return true;
}

bool starter_is_untouched(sheaf_slice text) {
    sheaf_slice shapes, made = {NULL, 0};
    arena memory;
    arena_init(&memory, NULL);
    slice_cut(text, '\n', &shapes);
    bool same = shapes.ptr && starter_text(shapes, &memory, &made, NULL) && slice_equal(made, text);
    arena_free(&memory);
    return same;
}

bool starter_is_kept(const char *path) {
    buffer text;
    if (!file_exists(path)) return false;
    buffer_init(&text, NULL);
    bool kept = !file_read(path, LANG_SOURCE_MAX, &text, NULL) || !starter_is_untouched(buffer_view(&text));
    buffer_free(&text);
    return kept;
}

/* ---- what becomes of a file -----------------------------------------------------------------------------*/

typedef struct finder {
    cli *c;
    const import *made;
    const sheaf_model *now;
    starter_list list;
} finder;

static bool fits(const sheaf_model *model, sheaf_slice text, const char *path, sheaf_error *err) {
    sheaf_shapes *shapes = NULL;
    bool ok = sheaf_shapes_new(model, NULL, NULL, &shapes, err) &&
              sheaf_shapes_add(shapes, text, path, err) && sheaf_shapes_check(shapes, err);
    sheaf_shapes_free(shapes);
    return ok;
}

static bool add(finder *f, const char *path, starter_fate fate, sheaf_slice text) {
    starter *slot = ARENA_PUSH(&f->c->memory, &f->list);
    if (!slot) return error_memory(&f->c->error);
    *slot = (starter){path, fate, text};
    return true;
}

/* The type of the model before that an untouched document is of, by its first root field; NULL: none. */
static const model_entity *entity_before(finder *f, sheaf_slice text, const char *path) {
    syntax_document *document;
    if (!f->made->model || !lang_parse(&f->c->memory, text, path, &document, NULL)) return NULL;
    const syntax_definition *first = document->definitions;
    if (!document->definition_count || !first->selection_count) return NULL;
    return map_get(&f->made->model->by_root, first->selections[0].name);
}

/* NULL: import writes no shapes of it. */
static const import_table *table_of(const import *made, const model_entity *e) {
    for (size_t i = 0; i < made->table_count; i++) {
        const import_table *t = &made->tables[i];
        if (t->old != e || !t->is_entity) continue;
        for (uint32_t k = 0; k < t->key_count; k++)
            if (!t->key[k]->field.ptr) return NULL; /* a reference holds it, as a person wrote */
        return t;
    }
    return NULL;
}

/* As import would write it now; ret->ptr stays NULL where that does not fit either. */
static bool write_again(finder *f, const import_table *t, const char *path, sheaf_slice *ret) {
    sheaf_error *err = &f->c->error, misfit;
    sheaf_slice made;
    buffer text;
    buffer_init(&text, NULL);
    bool ok =
        import_shapes(f->made, t, &text, err) && starter_text(buffer_view(&text), &f->c->memory, &made, err);
    buffer_free(&text);
    if (ok && fits(f->now, made, path, &misfit)) *ret = made;
    return ok;
}

static bool decide_untouched(finder *f, const char *path, sheaf_slice text) {
    sheaf_slice again = {NULL, 0};
    if (!f->made->model) return add(f, path, STARTER_REMOVED, again); /* all else is written anew */
    const model_entity *e = entity_before(f, text, path);
    const import_table *t = e ? table_of(f->made, e) : NULL;
    if (t && !write_again(f, t, path, &again)) return false;
    if (again.ptr) return add(f, path, STARTER_ANEW, again);
    return !e || map_get(&f->now->by_name, e->name) || add(f, path, STARTER_REMOVED, again);
}

static bool decide(finder *f, const char *path, sheaf_slice text) {
    sheaf_error misfit, before;
    if (fits(f->now, text, path, &misfit)) return true;
    if (misfit.code == SHEAF_E_MEMORY) return error_memory(&f->c->error);
    if (starter_is_untouched(text)) return decide_untouched(f, path, text);
    if (f->made->model && !fits(f->made->model, text, path, &before)) return true;
    sheaf_slice why = arena_copy(&f->c->memory, slice_of(misfit.message));
    return why.ptr ? add(f, path, STARTER_KEPT, why) : error_memory(&f->c->error);
}

static bool is_of_new_type(const import *made, sheaf_slice name) {
    for (size_t i = 0; i < made->table_count; i++) {
        const import_table *t = &made->tables[i];
        if (t->is_entity && !t->old && name.len == t->singular.len + strlen(".graphql") &&
            slice_starts_with(name, t->singular))
            return true;
    }
    return false;
}

bool starters_find(cli *c, const char *folder, const import *made, const sheaf_model *now,
                   starter_list *ret) {
    finder f = {.c = c, .made = made, .now = now};
    file_names names = {0};
    if (file_is_folder(folder) && !file_list(folder, ".graphql", &c->memory, &names, &c->error)) return false;
    for (size_t i = 0; i < names.count; i++) {
        if (is_of_new_type(made, names.items[i])) continue;
        const char *path = project_path(c, folder, names.items[i].ptr);
        buffer text;
        if (!path) return false;
        buffer_init(&text, NULL);
        bool ok = !file_read(path, LANG_SOURCE_MAX, &text, NULL) || decide(&f, path, buffer_view(&text));
        buffer_free(&text);
        if (!ok) return false;
    }
    *ret = f.list;
    return true;
}

/* ---- doing it, and telling ------------------------------------------------------------------------------*/

bool starters_apply(const starter_list *list, sheaf_error *err) {
    for (size_t i = 0; i < list->count; i++) {
        const starter *s = &list->items[i];
        if (s->fate == STARTER_REMOVED && unlink(s->path) && errno != ENOENT)
            return file_fail(err, s->path, errno);
        if (s->fate == STARTER_ANEW && !cli_write_soon(s->path, s->text, err)) return false;
    }
    return true;
}

bool starters_tell(const starter_list *list, const char *folder) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const starter *s = &list->items[i];
        kept += s->fate == STARTER_KEPT;
        if (s->fate == STARTER_KEPT)
            fprintf(stderr, "a shape does not fit any more: %.*s\n", SHEAF_SLICE_ARGS(s->text));
        if (s->fate == STARTER_REMOVED)
            fprintf(stderr, "removed %s: its type is gone, and nobody had edited it\n", s->path);
        if (s->fate == STARTER_ANEW)
            fprintf(stderr, "wrote %s anew: it did not fit any more, and nobody had edited it\n", s->path);
    }
    if (kept)
        fprintf(stderr, "%s edited, and left as %s: change %s or remove %s, and see sheaf check %s\n",
                kept == 1 ? "it was" : "they were", kept == 1 ? "it is" : "they are",
                kept == 1 ? "it" : "them", kept == 1 ? "it" : "them", folder);
    return kept;
}
