#include <stdio.h>

#include "../base/file.h"
#include "../context/database.h"
#include "cli.h"

#define INI_MAX 65536 /* bytes */

const char *project_path(cli *c, const char *folder, const char *name) {
    sheaf_slice path = arena_printf(&c->memory, "%s/%s", folder, name);
    if (!path.ptr) error_memory(&c->error);
    return path.ptr;
}

bool project_settings(cli *c, const char *folder) {
    if (!settings_from_environment(&c->settings, &c->memory, &c->error)) return false;
    const char *path = project_path(c, folder, "sheaf.ini");
    if (!path) return false;
    if (!file_exists(path)) return true;
    buffer text;
    buffer_init(&text, NULL);
    bool ok = file_read(path, INI_MAX, &text, &c->error);
    if (ok && text.len > INI_MAX) ok = error_set(&c->error, SHEAF_E_USAGE, "%s: the file is too long", path);
    ok = ok && settings_from_ini(&c->settings, folder, buffer_view(&text), &c->memory, &c->error);
    buffer_free(&text);
    return ok;
}

bool project_load(cli *c, const char *folder, project *ret) {
    project p = {.folder = folder};
    if (!file_is_folder(folder))
        return error_set(&c->error, SHEAF_E_IO, "%s: there is no such folder", folder);
    const char *model = project_path(c, folder, "model.graphql"), *shapes = project_path(c, folder, "shapes");
    if (!model || !shapes || !project_settings(c, folder)) return false;
    bool ok = sheaf_model_load(model, NULL, &p.model, &c->error) &&
              (!file_exists(shapes) || sheaf_shapes_load(p.model, shapes, NULL, NULL, &p.shapes, &c->error));
    if (ok)
        *ret = p;
    else
        project_free(&p);
    return ok;
}

bool project_of_words(cli *c, project *ret, const char **ret_shape) {
    bool has_folder = c->word_count == 2;
    if (!project_load(c, has_folder ? c->words[0] : ".", ret)) return false;
    *ret_shape = c->words[has_folder];
    return true;
}

bool project_url(cli *c, const char *folder, const char **ret) {
    if (!c->settings.options.url)
        return error_set(&c->error, SHEAF_E_USAGE,
                         "no database is named: use --db URL, SHEAF_DB=URL, or 'db = URL' in %s/sheaf.ini",
                         folder);
    *ret = c->settings.options.url;
    return true;
}

bool project_open(cli *c, const char *folder, const sheaf_model *model, sheaf_db **ret) {
    const char *url;
    c->settings.options.model = model;
    return project_url(c, folder, &url) && sheaf_open(&c->settings.options, ret, &c->error);
}

bool project_catalogue(cli *c, sheaf_db *db, catalogue *ret) {
    driver_connection *connection;
    if (!pool_take(db->pool, &connection, NULL, &c->error)) return false;
    bool ok = db->driver->catalogue(connection, &c->memory, ret, &c->error);
    pool_give(db->pool, connection);
    return ok;
}

bool project_find(cli *c, const project *p, const char *name, const sheaf_shape **ret) {
    suggest near = suggest_for(slice_of(name));
    size_t count = p->shapes ? sheaf_shapes_count(p->shapes) : 0;
    for (size_t i = 0; i < count; i++) {
        const sheaf_shape *shape = sheaf_shapes_at(p->shapes, i);
        suggest_offer(&near, slice_of(sheaf_shape_name(shape)));
        if (!slice_is(slice_of(name), sheaf_shape_name(shape))) continue;
        *ret = shape;
        return true;
    }
    return error_set(&c->error, SHEAF_E_SHAPE, "%s/shapes has no query '%s'%s", p->folder, name,
                     suggest_text(&near).text);
}

void project_free(project *p) {
    sheaf_close(p->db);
    sheaf_shapes_free(p->shapes);
    sheaf_model_free(p->model);
}
