/* sheaf check: a model and its shapes, by themselves and held against a database. */
#include <stdio.h>

#include "../context/database.h"
#include "cli.h"

typedef struct check_flags {
    bool strict;
} check_flags;

typedef struct checker {
    cli *c;
    project *project;
    size_t found[ADVICE_NOTE + 1];
} checker;

static const struct {
    const char *one, *many, *colour;
} levels[] = {
    [ADVICE_ERROR] = {"error", "errors", "\033[31m"},
    [ADVICE_WARNING] = {"warning", "warnings", "\033[33m"},
    [ADVICE_NOTE] = {"note", "notes", "\033[36m"},
};

static void show(checker *k, advice_level level, sheaf_slice where, sheaf_slice text, sheaf_slice remedy) {
    bool colours = cli_colours(stdout);
    k->found[level]++;
    printf("%s%s:%s %.*s%s%.*s\n", colours ? levels[level].colour : "", levels[level].one,
           colours ? "\033[0m" : "", SHEAF_SLICE_ARGS(where), where.len ? ": " : "", SHEAF_SLICE_ARGS(text));
    if (remedy.ptr) printf("    %.*s\n", SHEAF_SLICE_ARGS(remedy));
}

/* With the model where it fits; without, to tell everything that does not. */
static bool open_any(checker *k) {
    project *p = k->project;
    if (project_open(k->c, p->folder, p->model, &p->db)) return true;
    return k->c->error.code == SHEAF_E_CATALOGUE && project_open(k->c, p->folder, NULL, &p->db);
}

static bool check_tables(checker *k) {
    cli *c = k->c;
    sheaf_db *db = k->project->db;
    catalogue tables = db->catalogue;
    advice_list list;
    if (!db->model && !project_catalogue(c, db, &tables)) return false;
    if (!advise(k->project->model, &tables, &c->memory, &list, &c->error)) return false;
    for (size_t i = 0; i < list.count; i++)
        show(k, list.items[i].level, list.items[i].where, list.items[i].text, list.items[i].remedy);
    return true;
}

/* Every shape can be planned and keeps its budget. */
static bool check_shapes(checker *k) {
    cli *c = k->c;
    const project *p = k->project;
    for (size_t i = 0; p->shapes && i < sheaf_shapes_count(p->shapes); i++) {
        const sheaf_shape *shape = sheaf_shapes_at(p->shapes, i);
        sheaf_plan_numbers numbers;
        char *text;
        bool ok = sheaf_shape_plan(p->db, shape, SHEAF_PLAN_LOCK, &text, &numbers, &c->error);
        if (ok) sheaf_text_free(p->db, text);
        if (ok && sheaf_shape_within_budget(shape, &numbers, &c->error)) continue;
        if (cli_exit_of(c->error.code) == EXIT_INTERNAL) return false;
        show(k, ADVICE_ERROR, (sheaf_slice){0}, slice_of(c->error.message), (sheaf_slice){0});
    }
    return true;
}

static void summarise(const checker *k) {
    const project *p = k->project;
    size_t shapes = p->shapes ? sheaf_shapes_count(p->shapes) : 0;
    printf("%u type%s, %zu quer%s", p->model->entity_count, p->model->entity_count == 1 ? "" : "s", shapes,
           shapes == 1 ? "y" : "ies");
    size_t all = 0;
    for (size_t i = 0; i <= ADVICE_NOTE; i++) {
        all += k->found[i];
        if (k->found[i]) printf(", %zu %s", k->found[i], k->found[i] == 1 ? levels[i].one : levels[i].many);
    }
    puts(all ? "" : ": all is well");
}

static cli_exit check(cli *c, project *p, bool strict) {
    checker k = {.c = c, .project = p};
    if (c->settings.options.url) {
        if (!open_any(&k) || !check_tables(&k) || (p->db->model && !check_shapes(&k))) return cli_fail(c);
    }
    summarise(&k);
    return k.found[ADVICE_ERROR] || (strict && k.found[ADVICE_WARNING]) ? EXIT_FOUND : EXIT_DONE;
}

static cli_exit run(cli *c) {
    check_flags flags = {0};
    project p = {0};
    if (!cli_options(c, &flags) || !project_load(c, c->word_count ? c->words[0] : ".", &p))
        return cli_fail(c);
    cli_exit code = check(c, &p, flags.strict);
    project_free(&p);
    return code;
}

static const cli_option options[] = {
    {"strict", NULL, OPTION_SET, offsetof(check_flags, strict), "warnings, too, make the exit 1"},
};

const cli_command cli_check = {
    .name = "check",
    .usage = "check [--strict] [DIR] [--db URL]",
    .summary = "check a model and its shapes, and hold them against a database",
    .more = "Reads DIR/model.graphql and DIR/shapes (DIR is '.' if not given) and tells the first thing that "
            "is wrong. With a\n"
            "database it also tells of tables and columns that are missing, of types and nullability that "
            "differ, and of every\n"
            "relation and order that no index serves, with the CREATE INDEX that would; and it plans every "
            "query and compares\n"
            "it with its @budget.",
    .example = "  sheaf check . --db postgresql:///archive\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_most = 1,
    .run = run,
};
