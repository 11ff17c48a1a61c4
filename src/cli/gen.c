/* sheaf gen: C from a model and its shapes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../base/file.h"
#include "../gen/gen.h"
#include "cli.h"

#define GENERATED_MAX ((size_t)256 << 20) /* bytes of a file that --check reads */

typedef struct gen_flags {
    const char *output, *name, *depfile;
    option_list text_ids;
    bool check;
} gen_flags;

enum { FILE_COUNT = 3 };

typedef struct generator {
    cli *c;
    const project *project;
    gen_flags flags;
    gen_files files;
    uint64_t hash;
    struct {
        const char *path;
        const buffer *content;
    } at[FILE_COUNT];
} generator;

/* NAME of the files: by default the folder's, as an identifier. */
static bool choose_name(cli *c, const char *folder, const char **ret) {
    char *real = realpath(folder, NULL);
    if (!real) return file_fail(&c->error, folder, errno);
    sheaf_slice name = gen_clean(&c->memory, gen_base_name(real));
    free(real);
    if (!name.ptr) return error_memory(&c->error);
    *ret = name.ptr;
    return true;
}

static bool name_files(generator *g) {
    static const char *const endings[FILE_COUNT] = {"_model.h", "_shapes.h", ".c"};
    const buffer *contents[FILE_COUNT] = {&g->files.model_header, &g->files.shapes_header, &g->files.source};
    for (size_t i = 0; i < FILE_COUNT; i++) {
        sheaf_slice path = arena_printf(&g->c->memory, "%s/%s%s", g->flags.output, g->flags.name, endings[i]);
        if (!path.ptr) return error_memory(&g->c->error);
        g->at[i].path = path.ptr;
        g->at[i].content = contents[i];
    }
    return true;
}

static bool generate(generator *g) {
    cli *c = g->c;
    const project *p = g->project;
    if (!g->flags.name && !choose_name(c, p->folder, &g->flags.name)) return false;
    gen_options options = {g->flags.name, g->flags.text_ids.items, g->flags.text_ids.count};
    g->hash = gen_hash(p->model, p->shapes, &options);
    return gen_write(p->model, p->shapes, &options, NULL, &g->files, &c->error) && name_files(g);
}

/* ---- Files written ------------------------------------------------------------------------------------*/

/* A file that says the same already is left alone, so that nothing is compiled anew. */
static bool write_file(cli *c, const char *path, sheaf_slice content) {
    buffer old;
    buffer_init(&old, NULL);
    bool same = file_exists(path) && file_read(path, content.len, &old, NULL) &&
                slice_equal(buffer_view(&old), content);
    buffer_free(&old);
    return same || cli_write_file(path, content, &c->error);
}

/* A path as make and ninja read it in a list of dependencies. */
static void depfile_path(buffer *out, const char *path) {
    for (; *path; path++) {
        if (*path == ' ' || *path == '#' || *path == '\\') buffer_byte(out, '\\');
        if (*path == '$') buffer_byte(out, '$');
        buffer_byte(out, *path);
    }
}

/* The folder of the shapes is named too: it changes when a file comes or goes. */
static bool write_depfile(generator *g) {
    cli *c = g->c;
    const project *p = g->project;
    buffer out;
    buffer_init(&out, NULL);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        if (i) buffer_byte(&out, ' ');
        depfile_path(&out, g->at[i].path);
    }
    BUFFER_LITERAL(&out, ": ");
    depfile_path(&out, p->model->document->file);
    if (p->shapes) {
        const char *shapes = project_path(c, p->folder, "shapes");
        if (!shapes) out.failed = true;
        BUFFER_LITERAL(&out, " ");
        if (shapes) depfile_path(&out, shapes);
        for (size_t i = 0; i < p->shapes->documents.count; i++) {
            BUFFER_LITERAL(&out, " ");
            depfile_path(&out, p->shapes->documents.items[i]->file);
        }
    }
    BUFFER_LITERAL(&out, "\n");
    bool ok = out.failed ? error_memory(&c->error) : write_file(c, g->flags.depfile, buffer_view(&out));
    buffer_free(&out);
    return ok;
}

static bool write_files(generator *g) {
    cli *c = g->c;
    if (mkdir(g->flags.output, 0777) && errno != EEXIST) return file_fail(&c->error, g->flags.output, errno);
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (!write_file(c, g->at[i].path, buffer_view(g->at[i].content))) return false;
    return !g->flags.depfile || write_depfile(g);
}

/* ---- Files checked ------------------------------------------------------------------------------------*/

/* NULL: the file is what would be written. */
static const char *what_is_wrong(const generator *g, size_t i, sheaf_slice found) {
    uint64_t hash;
    if (slice_equal(found, buffer_view(g->at[i].content))) return NULL;
    if (!gen_hash_of(found, &hash)) return "not a file that 'sheaf gen' wrote";
    return hash == g->hash ? "edited, or written by another version of sheaf"
                           : "stale: the model, the shapes or the options have changed";
}

static bool check_file(generator *g, size_t i, const char **ret_wrong) {
    if (!file_exists(g->at[i].path)) {
        *ret_wrong = "missing";
        return true;
    }
    buffer found;
    buffer_init(&found, NULL);
    bool ok = file_read(g->at[i].path, GENERATED_MAX, &found, &g->c->error);
    if (ok) *ret_wrong = what_is_wrong(g, i, buffer_view(&found));
    buffer_free(&found);
    return ok;
}

/* A word of a command as a shell reads it. */
static void shell_word(buffer *out, const char *word) {
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+,:=@%";
    buffer_byte(out, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
        buffer_cstr(out, word);
        return;
    }
    buffer_byte(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            BUFFER_LITERAL(out, "'\\''");
        else
            buffer_byte(out, *word);
    }
    buffer_byte(out, '\'');
}

/* The command that was given, without --check. */
static bool tell_remedy(const generator *g) {
    cli *c = g->c;
    buffer command;
    buffer_init(&command, NULL);
    BUFFER_LITERAL(&command, "generated files do not hold; run: sheaf gen");
    for (int i = 0; i < c->argument_count; i++)
        if (!slice_is(slice_of(c->arguments[i]), "--check")) shell_word(&command, c->arguments[i]);
    if (command.failed)
        error_memory(&c->error);
    else
        error_set(&c->error, SHEAF_E_CHANGED, "%.*s", SHEAF_SLICE_ARGS(buffer_view(&command)));
    buffer_free(&command);
    return false;
}

static bool check_files(generator *g) {
    bool ok = true;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const char *wrong = NULL;
        if (!check_file(g, i, &wrong)) return false;
        if (wrong) printf("%s: %s\n", g->at[i].path, wrong);
        ok = ok && !wrong;
    }
    return ok || tell_remedy(g);
}

/* ---- The command --------------------------------------------------------------------------------------*/

static bool run_on(generator *g) {
    if (!g->flags.output)
        return error_set(&g->c->error, SHEAF_E_USAGE, "where to? write: sheaf %s", g->c->command->usage);
    if (g->flags.check && g->flags.depfile)
        return error_set(&g->c->error, SHEAF_E_USAGE, "--check writes nothing: leave --depfile out");
    return generate(g) && (g->flags.check ? check_files(g) : write_files(g));
}

static cli_exit run(cli *c) {
    project p = {0};
    generator g = {.c = c, .project = &p};
    if (!cli_options(c, &g.flags) || !project_load(c, c->words[0], &p)) return cli_fail(c);
    cli_exit code = run_on(&g) ? EXIT_DONE : cli_fail(c);
    gen_files_free(&g.files);
    project_free(&p);
    return code;
}

static const cli_option options[] = {
    {"output", "FOLDER", OPTION_TEXT, offsetof(gen_flags, output), "the folder to write to; made if need be",
     'o'},
    {"name", "NAME", OPTION_TEXT, offsetof(gen_flags, name), "of the files, instead of DIR's own name"},
    {"text-id", "ENTITY", OPTION_LIST, offsetof(gen_flags, text_ids),
     "its ID is text in the database, not a number; may be given several times"},
    {"check", NULL, OPTION_SET, offsetof(gen_flags, check),
     "write nothing; exit 1 where a file is not up to date"},
    {"depfile", "FILE", OPTION_TEXT, offsetof(gen_flags, depfile), "also tell make or ninja what was read"},
};

const cli_command cli_gen = {
    .name = "gen",
    .usage = "gen DIR -o FOLDER [--check]",
    .summary = "write C for a model and its shapes",
    .more =
        "Reads DIR/model.graphql and DIR/shapes, and writes to FOLDER:\n\n"
        "  NAME_model.h   typed groups: a wrong entity, relation, attribute or type of value does not "
        "compile\n"
        "  NAME_shapes.h  a struct and a function for each query\n"
        "  NAME.c         what they need; to be compiled and linked with the program\n\n"
        "The same sources give the same bytes. A file that would not change is not written, so that builds "
        "stay\n"
        "incremental. With --check nothing is written: every file that is missing, stale or edited is named, "
        "and "
        "the exit is 1.",
    .example = "  sheaf gen . -o build/gen\n  sheaf gen . -o build/gen --check\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .words_least = 1,
    .words_most = 1,
    .run = run,
};
