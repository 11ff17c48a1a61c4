/* sheaf plan: what shapes take, without running them; kept in a lock file, compared with it. */
#include <stdio.h>

#include "../base/file.h"
#include "cli.h"

#define LOCK_MAX (64u << 20) /* bytes */

typedef struct plan_flags {
    const char *lock, *check;
    bool explain;
} plan_flags;

typedef struct planner_run {
    cli *c;
    const project *project;
    const plan_flags *flags;
    buffer out;
    bool over_budget;
} planner_run;

/* One shape's plan, behind what is in `out` already. A budget that does not hold is told at once. */
static bool add_plan(planner_run *r, const sheaf_shape *shape, sheaf_plan_form form) {
    char *text;
    sheaf_plan_numbers numbers;
    cli *c = r->c;
    if (!sheaf_shape_plan(r->project->db, shape, form, &text, &numbers, &c->error)) return false;
    buffer_byte(&r->out, '\n');
    buffer_cstr(&r->out, text);
    sheaf_text_free(r->project->db, text);
    if (!sheaf_shape_within_budget(shape, &numbers, &c->error)) {
        cli_report(&c->error);
        r->over_budget = true;
    }
    return !r->out.failed || error_memory(&c->error);
}

static bool add_plans(planner_run *r, sheaf_plan_form form) {
    for (size_t i = 0; r->project->shapes && i < sheaf_shapes_count(r->project->shapes); i++)
        if (!add_plan(r, sheaf_shapes_at(r->project->shapes, i), form)) return false;
    return true;
}

/* ---- The lock file --------------------------------------------------------------------------------------*/

static bool make_lock(planner_run *r) {
    buffer_printf(&r->out, "# Made by sheaf plan --lock, for %s; compared by sheaf plan --check.\n",
                  sheaf_backend(r->project->db));
    return add_plans(r, SHEAF_PLAN_LOCK);
}

static bool write_lock(planner_run *r) {
    return make_lock(r) &&
           (r->over_budget || cli_write_file(r->flags->lock, buffer_view(&r->out), &r->c->error));
}

static bool compare(planner_run *r, sheaf_slice locked) {
    buffer difference;
    cli *c = r->c;
    if (slice_equal(locked, buffer_view(&r->out))) return true;
    buffer_init(&difference, NULL);
    bool ok = diff_lines(&difference, locked, buffer_view(&r->out), "query ");
    if (ok) {
        printf("--- %s\n+++ now\n", r->flags->check);
        cli_print(buffer_view(&difference));
        error_set(
            &c->error, SHEAF_E_CHANGED,
            "the plans are not those of %s; where that is meant, write it anew: sheaf plan %s --lock %s",
            r->flags->check, r->project->folder, r->flags->check);
    } else {
        error_memory(&c->error);
    }
    buffer_free(&difference);
    return false;
}

static bool check_lock(planner_run *r) {
    buffer locked;
    buffer_init(&locked, NULL);
    bool ok = file_read(r->flags->check, LOCK_MAX, &locked, &r->c->error) && make_lock(r) &&
              compare(r, buffer_view(&locked));
    buffer_free(&locked);
    return ok;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static bool show_plans(planner_run *r, const char *name) {
    sheaf_plan_form form = r->flags->explain ? SHEAF_PLAN_EXPLAIN : SHEAF_PLAN_INDEXES;
    const sheaf_shape *shape;
    bool ok =
        name ? project_find(r->c, r->project, name, &shape) && add_plan(r, shape, form) : add_plans(r, form);
    if (ok && r->out.len)
        cli_print((sheaf_slice){r->out.ptr + 1, r->out.len - 1}); /* without the first empty line */
    return ok;
}

static bool plan_shapes(cli *c, const project *p, const plan_flags *flags, const char *name,
                        bool *ret_over_budget) {
    planner_run r = {.c = c, .project = p, .flags = flags};
    buffer_init(&r.out, NULL);
    bool ok = flags->lock ? write_lock(&r) : flags->check ? check_lock(&r) : show_plans(&r, name);
    *ret_over_budget = r.over_budget;
    buffer_free(&r.out);
    return ok;
}

static bool look_at_flags(cli *c, const plan_flags *flags) {
    if (flags->lock && flags->check)
        return error_set(&c->error, SHEAF_E_USAGE, "--lock and --check exclude each other");
    if ((flags->lock || flags->check) && c->word_count > 1)
        return error_set(&c->error, SHEAF_E_USAGE, "a lock file holds all queries: leave out '%s'",
                         c->words[1]);
    if ((flags->lock || flags->check) && flags->explain)
        return error_set(&c->error, SHEAF_E_USAGE, "a lock file holds no --explain");
    return true;
}

static cli_exit run(cli *c) {
    plan_flags flags = {0};
    project p = {0};
    bool over_budget = false;
    if (!cli_options(c, &flags) || !look_at_flags(c, &flags)) return cli_fail(c);
    bool ok = project_load(c, c->word_count ? c->words[0] : ".", &p) &&
              project_open(c, p.folder, p.model, &p.db) &&
              plan_shapes(c, &p, &flags, c->word_count > 1 ? c->words[1] : NULL, &over_budget);
    project_free(&p);
    if (!ok) return cli_fail(c);
    return over_budget ? EXIT_FOUND : EXIT_DONE;
}

static const cli_option options[] = {
    {"explain", NULL, OPTION_SET, offsetof(plan_flags, explain),
     "show the database's own plan of each statement"},
    {"lock", "FILE", OPTION_TEXT, offsetof(plan_flags, lock), "write the plans of all queries to FILE"},
    {"check", "FILE", OPTION_TEXT, offsetof(plan_flags, check),
     "compare them with FILE: exit 1, with the difference"},
};

const cli_command cli_plan = {
    .name = "plan",
    .usage = "plan [DIR [SHAPE]] [--explain] [--lock FILE | --check FILE] [--db URL]",
    .summary = "show the statements, trips and indexes of queries, and guard them",
    .more = "Plans the queries of DIR/shapes (DIR is '.' if not given), or SHAPE alone, without running "
            "them: trips, steps,\n"
            "SQL, and the indexes that the database uses now, with the rows that it has. Exits 1 where a "
            "query takes more\n"
            "than its @budget. A lock file does not depend on the rows of a database, only on its tables, so "
            "that a change\n"
            "of a model or a shape shows what it costs.",
    .example = "  sheaf plan . hot --db sqlite:archive.db\n"
               "  sheaf plan . --db sqlite:archive.db --lock plans.lock\n"
               "  sheaf plan . --db sqlite:archive.db --check plans.lock\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_most = 2,
    .run = run,
};
