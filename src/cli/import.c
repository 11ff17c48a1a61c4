/* sheaf import: a project from a live database. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../base/file.h"
#include "../base/time.h"
#include "../base/utf8.h"
#include "../model/binding.h"
#include "cli.h"
#include "starters.h"

typedef struct import_flags {
    const char *folder;
    option_list schemas, tables, skip;
    bool force, update, no_shapes;
} import_flags;

typedef struct importer {
    cli *c;
    import_flags flags;
    int64_t start;
    const char *model_path, *shapes_path;
    sheaf_model *old; /* NULL: there is none, or it is to be written over */
    catalogue catalogue;
    import *made;
    struct {
        sheaf_slice *items; /* by the tables of `made`; ptr NULL: no document */
        size_t count, kept;
    } shapes;
    starter_list starters;                  /* of shapes that are there */
    size_t gone, findings[ADVICE_NOTE + 1]; /* types; advice, by its level */
} importer;

/* ---- what is told ---------------------------------------------------------------------------------------*/

/* Names of a database may hold anything; a terminal gets none of it. */
static void put_plain(sheaf_slice text) {
    while (text.len) {
        size_t len = utf8_length(text);
        bool plain = len > 1 || (len == 1 && (unsigned char)*text.ptr >= ' ' && *text.ptr != 0x7F);
        if (!len) len = 1;
        fprintf(stderr, "%.*s", plain ? (int)len : 1, plain ? text.ptr : "?");
        text.ptr += len;
        text.len -= len;
    }
}

static void tell(const char *what, const import_note *notes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "%s ", what);
        put_plain(notes[i].where);
        fprintf(stderr, ": ");
        put_plain(notes[i].text);
        fprintf(stderr, "\n");
    }
}

static void tell_notes(const import *made) {
    tell("skipped", made->skipped.items, made->skipped.count);
    tell("left out", made->left_out.items, made->left_out.count);
    tell("note", made->arrays.items, made->arrays.count);
}

static void tell_findings(const importer *im) {
    size_t errors = im->findings[ADVICE_ERROR], warnings = im->findings[ADVICE_WARNING];
    if (errors)
        fprintf(stderr, "%zu error%s in how the model fits the database: see sheaf check %s\n", errors,
                errors == 1 ? "" : "s", im->flags.folder);
    if (warnings)
        fprintf(stderr,
                "%zu warning%s about the database, such as indexes that are missing: see sheaf check %s\n",
                warnings, warnings == 1 ? "" : "s", im->flags.folder);
}

static void tell_end(const importer *im, size_t entities, size_t documents) {
    size_t tables = im->made->table_count;
    fprintf(stderr, "%s: ", im->model_path);
    if (im->old) fprintf(stderr, "the difference is taken over");
    if (im->old && entities) fprintf(stderr, ", %zu new type%s", entities, entities == 1 ? "" : "s");
    if (!im->old)
        fprintf(stderr, "%zu type%s of %zu table%s", entities, entities == 1 ? "" : "s", tables,
                tables == 1 ? "" : "s");
    if (im->gone) fprintf(stderr, ", %zu type%s gone", im->gone, im->gone == 1 ? "" : "s");
    if (documents) fprintf(stderr, ", %zu queries in %s", 2 * documents, im->shapes_path);
    if (im->shapes.kept)
        fprintf(stderr, ", %zu file%s there left as %s", im->shapes.kept, im->shapes.kept == 1 ? "" : "s",
                im->shapes.kept == 1 ? "it is" : "they are");
    fprintf(stderr, "; %" PRId64 " ms\n", (clock_ns() - im->start) / 1000000);
    tell_findings(im);
}

/* ---- reading --------------------------------------------------------------------------------------------*/

static bool name_database(importer *im) {
    cli *c = im->c;
    size_t number = setting_named(SHEAF_SLICE("db"));
    if (c->word_count && (c->settings.given >> number & 1))
        return error_set(&c->error, SHEAF_E_USAGE, "two databases are named: by URL and by --db");
    if (c->word_count &&
        !setting_put(&c->settings, number, slice_of(c->words[0]), "URL", &c->memory, &c->error))
        return false;
    if (!im->flags.folder)
        return error_set(&c->error, SHEAF_E_USAGE, "where the model goes is not said: use -o DIR");
    if (im->flags.force && im->flags.update)
        return error_set(&c->error, SHEAF_E_USAGE, "--force and --update exclude each other");
    im->model_path = project_path(c, im->flags.folder, "model.graphql");
    im->shapes_path = project_path(c, im->flags.folder, "shapes");
    return im->model_path && im->shapes_path && project_settings(c, im->flags.folder);
}

static bool read_database(importer *im) {
    cli *c = im->c;
    sheaf_db *db;
    c->settings.options.read_only = true; /* which also makes no SQLite file */
    if (!project_open(c, im->flags.folder, NULL, &db)) return false;
    bool ok = project_catalogue(c, db, &im->catalogue);
    sheaf_close(db);
    return ok;
}

static bool make(importer *im) {
    cli *c = im->c;
    const import_flags *f = &im->flags;
    import_options options = {.schemas = f->schemas.items,
                              .schema_count = f->schemas.count,
                              .tables = f->tables.items,
                              .table_count = f->tables.count,
                              .skip = f->skip.items,
                              .skip_count = f->skip.count,
                              .model = im->old};
    if (!import_make(&im->catalogue, &options, &c->memory, &im->made, &c->error)) return false;
    tell_notes(im->made);
    if (im->made->entity_count || im->old) return true;
    return error_set(&c->error, SHEAF_E_CATALOGUE,
                     im->made->table_count ? "no table can be read as a type; nothing is written"
                                           : "there are no tables; nothing is written");
}

/* ---- what would be written ------------------------------------------------------------------------------*/

/* The documents of the entities that the model had not. */
static bool make_shapes(importer *im, sheaf_shapes *check) {
    cli *c = im->c;
    import *made = im->made;
    im->shapes.items = ARENA_ARRAY(&c->memory, sheaf_slice, made->table_count);
    if (!im->shapes.items) return error_memory(&c->error);
    for (size_t i = 0; i < made->table_count; i++) {
        const import_table *t = &made->tables[i];
        buffer text;
        if (!t->is_entity || t->old || im->flags.no_shapes) continue;
        buffer_init(&text, NULL);
        bool ok = import_shapes(made, t, &text, &c->error) &&
                  starter_text(buffer_view(&text), &c->memory, &im->shapes.items[i], &c->error);
        ok = ok && sheaf_shapes_add(check, im->shapes.items[i], t->singular.ptr, &c->error);
        buffer_free(&text);
        if (!ok) return false;
        im->shapes.count++;
    }
    return sheaf_shapes_check(check, &c->error);
}

/* Nothing is written that does not load, and does not fit the database that it is made from. */
static bool check_all(importer *im, sheaf_slice text, const char *why) {
    cli *c = im->c;
    sheaf_model *model;
    sheaf_shapes *shapes = NULL;
    advice_list list = {0};
    if (!sheaf_model_parse(text, im->model_path, NULL, &model, &c->error)) {
        if (c->error.code != SHEAF_E_MEMORY) error_prefix(&c->error, "%s", why);
        return false;
    }
    bool ok = sheaf_shapes_new(model, NULL, NULL, &shapes, &c->error) && make_shapes(im, shapes) &&
              advise(model, &im->catalogue, &c->memory, &list, &c->error);
    for (size_t i = 0; ok && i < list.count; i++) im->findings[list.items[i].level]++;
    for (uint32_t i = 0; ok && im->old && i < im->old->entity_count; i++)
        im->gone += !map_get(&model->by_name, im->old->entities[i].name);
    if (ok && !im->flags.no_shapes) ok = starters_find(c, im->shapes_path, im->made, model, &im->starters);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
    return ok;
}

/* ---- writing --------------------------------------------------------------------------------------------*/

static bool make_folder(cli *c, const char *path) {
    if (mkdir(path, 0777) == 0 || file_is_folder(path)) return true;
    return file_fail(&c->error, path, errno);
}

static bool write_shapes(importer *im) {
    cli *c = im->c;
    if (im->shapes.count && !make_folder(c, im->shapes_path)) return false;
    if (!starters_apply(&im->starters, &c->error)) return false;
    for (size_t i = 0; i < im->made->table_count; i++) {
        sheaf_slice text = im->shapes.items[i];
        if (!text.ptr) continue;
        sheaf_slice name =
            arena_printf(&c->memory, "%.*s.graphql", SHEAF_SLICE_ARGS(im->made->tables[i].singular));
        const char *path = name.ptr ? project_path(c, im->shapes_path, name.ptr) : NULL;
        if (!path) return error_memory(&c->error);
        if (!im->flags.force && starter_is_kept(path))
            im->shapes.kept++;
        else if (!cli_write_soon(path, text, &c->error))
            return false;
    }
    return true;
}

static bool write_ini(importer *im) {
    cli *c = im->c;
    sheaf_slice text;
    bool password;
    const char *path = project_path(c, im->flags.folder, "sheaf.ini");
    if (!path) return false;
    if (file_exists(path)) {
        if (c->word_count) fprintf(stderr, "%s is there, and left as it is\n", path);
        return true;
    }
    if (!ini_text(im->flags.folder, c->settings.options.url, &c->memory, &text, &password, &c->error))
        return false;
    if (text.ptr && c->settings.options.unnamed_statements) { /* without it the URL would not do */
        text = arena_printf(&c->memory, "%.*sunnamed-statements = true\n", SHEAF_SLICE_ARGS(text));
        if (!text.ptr) return error_memory(&c->error);
    }
    if (text.ptr && !cli_write_file(path, text, &c->error)) return false;
    if (!text.ptr)
        fprintf(stderr, "%s is not written%s: name the database by --db or SHEAF_DB\n", path,
                password ? ", for the password would be in it" : "");
    else if (password)
        fprintf(stderr, "%s does not hold the password: give it by PGPASSWORD or in ~/.pgpass\n", path);
    return true;
}

/* The model comes last: where it is, the rest is. */
static bool write_all(importer *im, sheaf_slice text) {
    return make_folder(im->c, im->flags.folder) && write_shapes(im) && write_ini(im) &&
           cli_write_file(im->model_path, text, &im->c->error);
}

/* Shapes that a person wrote may ask for what is gone; where none is known, the first fault of all is told.
 */
static void tell_shapes(const importer *im) {
    sheaf_model *model = NULL;
    sheaf_shapes *shapes = NULL;
    sheaf_error err;
    if (starters_tell(&im->starters, im->flags.folder) || !file_exists(im->shapes_path)) return;
    if (!sheaf_model_load(im->model_path, NULL, &model, &err) ||
        !sheaf_shapes_load(model, im->shapes_path, NULL, NULL, &shapes, &err))
        fprintf(stderr, "a shape does not fit any more: %s\n", err.message);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
}

static bool write_new(importer *im) {
    buffer text;
    buffer_init(&text, NULL);
    bool ok = import_text(im->made, &text, &im->c->error) &&
              check_all(im, buffer_view(&text), "this should not happen; please report it") &&
              write_all(im, buffer_view(&text));
    buffer_free(&text);
    if (!ok) return false;
    tell_end(im, im->made->entity_count, im->shapes.count);
    tell_shapes(im);
    return true;
}

/* ---- a model that is there ------------------------------------------------------------------------------*/

static size_t count_new(const import *made) {
    size_t count = 0;
    for (size_t i = 0; i < made->table_count; i++) count += made->tables[i].is_entity && !made->tables[i].old;
    return count;
}

static void show_difference(importer *im, sheaf_slice lines) {
    printf("--- %s\n+++ as the database is\n", im->model_path);
    cli_print(lines);
    fflush(stdout);
    fprintf(stderr, "%s is left as it is: --update takes the difference over, --force writes all anew\n",
            im->model_path);
}

static bool take_over(importer *im, sheaf_slice text) {
    if (!check_all(im, text, "with the difference taken over the model is wrong; change it by hand") ||
        !write_all(im, text))
        return false;
    tell_end(im, count_new(im->made), im->shapes.count);
    tell_shapes(im);
    return true;
}

static bool compare(importer *im, cli_exit *ret) {
    buffer before, after, lines;
    buffer_init(&before, NULL);
    buffer_init(&after, NULL);
    buffer_init(&lines, NULL);
    bool ok = import_merge(im->made, &before, &after, &im->c->error);
    bool differs = ok && !slice_equal(buffer_view(&before), buffer_view(&after));
    if (differs && im->flags.update) {
        ok = take_over(im, buffer_view(&after));
    } else if (differs) {
        ok = diff_lines(&lines, buffer_view(&before), buffer_view(&after), "type ") ||
             error_memory(&im->c->error);
        if (ok) show_difference(im, buffer_view(&lines));
        *ret = EXIT_FOUND;
    } else if (ok) {
        fprintf(stderr, "%s has what the database has\n", im->model_path);
    }
    buffer_free(&before);
    buffer_free(&after);
    buffer_free(&lines);
    return ok;
}

static bool import_all(importer *im, cli_exit *ret) {
    if (!name_database(im)) return false;
    if (!im->flags.force && file_exists(im->model_path) &&
        !sheaf_model_load(im->model_path, NULL, &im->old, &im->c->error))
        return false;
    if (!read_database(im) || !make(im)) return false;
    return im->old ? compare(im, ret) : write_new(im);
}

static cli_exit run(cli *c) {
    importer im = {.c = c, .start = clock_ns()};
    cli_exit code = EXIT_DONE;
    if (!cli_options(c, &im.flags)) return cli_fail(c);
    bool ok = import_all(&im, &code);
    sheaf_model_free(im.old);
    return ok ? code : cli_fail(c);
}

static const cli_option options[] = {
    {"output", "DIR", OPTION_TEXT, offsetof(import_flags, folder),
     "the project's folder; made if it is not there", 'o'},
    {"schema", "NAME", OPTION_LIST, offsetof(import_flags, schemas),
     "PostgreSQL: a schema to read; may be given several times (the first of the search_path)"},
    {"table", "PATTERN", OPTION_LIST, offsetof(import_flags, tables),
     "only tables of such names, 'film*' or 'audit.*'; may be given several times"},
    {"skip", "PATTERN", OPTION_LIST, offsetof(import_flags, skip), "no tables of such names"},
    {"no-shapes", NULL, OPTION_SET, offsetof(import_flags, no_shapes), "write no shapes, and remove none"},
    {"update", NULL, OPTION_SET, offsetof(import_flags, update),
     "take the difference over into a model that is there, and into shapes that nobody edited"},
    {"force", NULL, OPTION_SET, offsetof(import_flags, force), "write over what is there"},
};

const cli_command cli_import = {
    .name = "import",
    .usage = "import URL -o DIR [--schema NAME]… [--table PATTERN]… [--skip PATTERN]… [--update | --force]",
    .summary = "make a model and first shapes from a live database",
    .more =
        "Reads the tables of the database, and writes DIR/model.graphql, a list and a detail of each type "
        "in\n"
        "DIR/shapes, and DIR/sheaf.ini, without a password. What is skipped is told with the reason. Where "
        "there is a\n"
        "model already, it shows how the database differs from it, and exits 1; nothing is written then. "
        "URL may be left\n"
        "out where DIR/sheaf.ini names it.",
    .example = "  sheaf import sqlite:shop.db -o shop\n  sheaf check shop\n  sheaf query shop customers\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_most = 1,
    .run = run,
};
