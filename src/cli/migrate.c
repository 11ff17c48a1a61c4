/* sheaf migrate: a database brought to the version of its folder. */
#include <sheaf/migrate.h>
#include <stdio.h>

#include "../base/file.h"
#include "../base/time.h"
#include "cli.h"

#define NOWHERE INT64_MIN /* --to is not given */

typedef struct migrate_flags {
    int64_t to;
    bool accept_changed;
} migrate_flags;

typedef enum verb { VERB_UP, VERB_DOWN, VERB_STATUS, VERB_COUNT } verb;
static const char *const verbs[VERB_COUNT] = {"up", "down", "status"};

static bool read_verb(cli *c, verb *ret) {
    suggest near = suggest_for(slice_of(c->words[0]));
    for (int i = 0; i < VERB_COUNT; i++) {
        suggest_offer(&near, slice_of(verbs[i]));
        if (!slice_is(slice_of(c->words[0]), verbs[i])) continue;
        *ret = (verb)i;
        return true;
    }
    return error_set(&c->error, SHEAF_E_USAGE, "migrate does up, down or status, not '%s'%s", c->words[0],
                     suggest_text(&near).text);
}

static void progress(void *user, const sheaf_migration *m, bool up, bool done) {
    int64_t *start = user;
    if (!done) {
        *start = clock_ns();
        fprintf(stderr, "%s %s", m->name, up ? "up" : "down");
        fflush(stderr);
    } else {
        fprintf(stderr, ", %lld ms\n", (long long)(clock_ns() - *start) / 1000000);
    }
}

static bool migrate(cli *c, sheaf_db *db, const char *folder, verb what, const migrate_flags *flags) {
    int64_t start = 0;
    size_t count;
    sheaf_migrate_options options = {.folder = folder,
                                     .has_to = flags->to != NOWHERE,
                                     .to = flags->to,
                                     .accept_changed = flags->accept_changed,
                                     .progress = progress,
                                     .user = &start};
    if (!(what == VERB_UP ? sheaf_migrate_up : sheaf_migrate_down)(db, &options, &count, &c->error)) {
        if (start) fputc('\n', stderr);
        return false;
    }
    if (!count) fputs("there is nothing to do\n", stderr);
    return true;
}

static bool show_status(cli *c, sheaf_db *db, const char *folder, bool *ret_found) {
    static const char *const states[] = {[SHEAF_MIGRATION_PENDING] = "pending",
                                         [SHEAF_MIGRATION_APPLIED] = "applied",
                                         [SHEAF_MIGRATION_CHANGED] = "changed",
                                         [SHEAF_MIGRATION_UNKNOWN] = "unknown"};
    sheaf_migrate_list *list;
    if (!sheaf_migrate_status(db, folder, &list, &c->error)) return false;
    size_t width = 0;
    for (size_t i = 0; i < sheaf_migrate_list_count(list); i++) {
        size_t len = strlen(sheaf_migrate_list_at(list, i)->name);
        if (len > width) width = len;
    }
    for (size_t i = 0; i < sheaf_migrate_list_count(list); i++) {
        const sheaf_migration *m = sheaf_migrate_list_at(list, i);
        printf("%-*s  %s%s%s%s\n", (int)width, m->name, states[m->state], m->applied_at ? "  " : "",
               m->applied_at ? m->applied_at : "", m->has_down ? "" : "  no way down");
        *ret_found = *ret_found || m->state == SHEAF_MIGRATION_CHANGED || m->state == SHEAF_MIGRATION_UNKNOWN;
    }
    sheaf_migrate_list_free(list);
    return true;
}

static cli_exit run(cli *c) {
    migrate_flags flags = {.to = NOWHERE};
    verb what = VERB_UP;
    sheaf_db *db = NULL;
    bool found = false;
    if (!cli_options(c, &flags) || !read_verb(c, &what)) return cli_fail(c);
    const char *dir = c->word_count > 1 ? c->words[1] : ".", *folder = project_path(c, dir, "migrations");
    c->settings.options.read_only = what == VERB_STATUS; /* which also makes no SQLite file */
    bool ok =
        folder && project_settings(c, dir) && project_open(c, dir, NULL, &db) &&
        (what == VERB_STATUS ? show_status(c, db, folder, &found) : migrate(c, db, folder, what, &flags));
    sheaf_close(db);
    if (!ok) return cli_fail(c);
    return found ? EXIT_FOUND : EXIT_DONE;
}

static const cli_option options[] = {
    {"to", "N", OPTION_COUNT, offsetof(migrate_flags, to),
     "the version to end at; down goes one step without it, up all"},
    {"accept-changed", NULL, OPTION_SET, offsetof(migrate_flags, accept_changed),
     "up: take scripts that were changed for those that were applied"},
};

const cli_command cli_migrate = {
    .name = "migrate",
    .usage = "migrate up|down|status [DIR] [--to N] [--db URL]",
    .summary = "bring a database to the version of its migrations, or back",
    .more = "Runs the scripts of DIR/migrations (DIR is '.' if not given): NNNN_name/up.sql and down.sql, or "
            "up.postgresql.sql,\n"
            "up.sqlite.sql and so on for one backend. Each runs in a transaction of its own, with its row in "
            "the table\n"
            "sheaf_migration, and under a lock, so that it is done wholly and once. 'status' lists them, and "
            "exits 1 where an\n"
            "applied one was changed since or is not there.",
    .example =
        "  sheaf migrate up . --db sqlite:archive.db\n  sheaf migrate down . --db sqlite:archive.db --to 3\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_least = 1,
    .words_most = 2,
    .run = run,
};
