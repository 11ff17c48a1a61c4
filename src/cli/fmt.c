/* sheaf fmt: documents in their canonical form. */
#include <stdio.h>

#include "../base/file.h"
#include "../lang/lang.h"
#include "cli.h"

typedef struct fmt_flags {
    bool check, write;
} fmt_flags;

typedef struct formatter {
    cli *c;
    fmt_flags flags;
    cli_exit exit; /* the worst so far */
} formatter;

static bool canonical(const char *name, sheaf_slice text, buffer *out, sheaf_error *err) {
    arena memory;
    syntax_document *document;
    arena_init(&memory, NULL);
    bool ok = lang_parse(&memory, text, name, &document, err);
    if (ok) lang_print(out, document);
    arena_free(&memory);
    return ok && (!out->failed || error_memory(err));
}

static bool deliver(formatter *f, const char *path, sheaf_slice before, sheaf_slice after) {
    bool differs = !slice_equal(before, after);
    if (!f->flags.check && !f->flags.write) {
        cli_print(after);
        return true;
    }
    if (!differs) return true;
    if (f->flags.check) {
        puts(path);
        if (f->exit == EXIT_DONE) f->exit = EXIT_FOUND;
        return true;
    }
    if (!cli_write_file(path, after, &f->c->error)) return false;
    fprintf(stderr, "%s\n", path);
    return true;
}

/* `path` NULL: the standard input. A file that fails does not keep the others from being done. */
static void format(formatter *f, const char *path) {
    buffer before, after;
    buffer_init(&before, NULL);
    buffer_init(&after, NULL);
    sheaf_error *err = &f->c->error;
    bool ok = path ? file_read(path, LANG_SOURCE_MAX, &before, err)
                   : file_read_stream(stdin, "<stdin>", LANG_SOURCE_MAX, &before, err);
    const char *name = path ? path : "<stdin>";
    ok = ok && canonical(name, buffer_view(&before), &after, err) &&
         deliver(f, name, buffer_view(&before), buffer_view(&after));
    buffer_free(&before);
    buffer_free(&after);
    if (!ok) f->exit = cli_fail(f->c);
}

/* The documents of a project. */
static void format_folder(formatter *f, const char *folder) {
    cli *c = f->c;
    file_names names = {0};
    const char *model = project_path(c, folder, "model.graphql"), *shapes = project_path(c, folder, "shapes");
    bool ok = model && shapes;
    if (ok && file_exists(model)) format(f, model);
    ok = ok && (!file_exists(shapes) || file_list(shapes, ".graphql", &c->memory, &names, &c->error));
    for (size_t i = 0; ok && i < names.count; i++) {
        const char *path = project_path(c, shapes, names.items[i].ptr);
        ok = path != NULL;
        if (ok) format(f, path);
    }
    if (!ok) f->exit = cli_fail(c);
}

static cli_exit run(cli *c) {
    formatter f = {.c = c};
    if (!cli_options(c, &f.flags)) return cli_fail(c);
    if (f.flags.write && (f.flags.check || !c->word_count)) {
        error_set(&c->error, SHEAF_E_USAGE,
                  f.flags.check ? "--write and --check exclude each other"
                                : "--write needs the files to be written");
        return cli_fail(c);
    }
    if (!c->word_count) format(&f, NULL);
    for (int i = 0; i < c->word_count; i++) {
        const char *path = c->words[i];
        if (slice_is(slice_of(path), "-") && !f.flags.write)
            format(&f, NULL);
        else if (file_is_folder(path))
            format_folder(&f, path);
        else
            format(&f, path);
    }
    return f.exit;
}

static const cli_option options[] = {
    {"check", NULL, OPTION_SET, offsetof(fmt_flags, check),
     "list the files that are in another form; exit 1 if any"},
    {"write", NULL, OPTION_SET, offsetof(fmt_flags, write),
     "write the files anew, and list those that were changed"},
};

const cli_command cli_fmt = {
    .name = "fmt",
    .usage = "fmt [--check | --write] [FILE | DIR]…",
    .summary = "print models and shapes in their canonical form",
    .more = "Prints documents in their canonical form: what they say stays, comments too. Without a FILE, or "
            "for '-',\n"
            "it reads the standard input. For a DIR it takes its model.graphql and shapes/*.graphql.",
    .example = "  sheaf fmt --check .\n  sheaf fmt --write model.graphql shapes/*.graphql\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .words_most = -1,
    .run = run,
};
