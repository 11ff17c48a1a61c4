/* cli: the command `sheaf`.
 *
 *   cli.h        what a command is and what it is given
 *   main.c       finds the command and runs it
 *   help.c       help, made from the same tables
 *   options.c    flags
 *   settings.h   the settings: one table for flags, environment and sheaf.ini
 *   project.c    a folder with a model and shapes, and its database
 *   output.c     errors, colours, files written
 *   variables.c  values for a query's variables
 *   ini.c        the sheaf.ini of a new project
 *   starters.h   the shapes that import wrote before: which nobody edited
 *   fmt.c, check.c, query.c, compare.c, plan.c, import.c, migrate.c, gen.c   the commands
 *   pretty.c     JSON with line breaks
 *   diff.c       what differs between two texts
 *
 * Results go to stdout, everything else to stderr.
 */
#ifndef SHEAF_CLI_H
#define SHEAF_CLI_H

#include <sheaf/page.h>
#include <stdio.h>

#include "../base/base.h"
#include "../model/catalogue.h"
#include "settings.h"

/* X(enumerator, number, meaning) */
#define CLI_EXITS(X)                                                                                         \
    X(EXIT_DONE, 0, "all is well")                                                                           \
    X(EXIT_FOUND, 1,                                                                                         \
      "what was checked does not hold: a format, an index, a lock file, a budget, a model, a migration, "    \
      "equal answers, a generated file")                                                                     \
    X(EXIT_USAGE, 2, "the command was used wrongly")                                                         \
    X(EXIT_DOCUMENT, 3, "a file cannot be read, or a model, a shape or a variable is wrong")                 \
    X(EXIT_DATABASE, 4, "the database cannot be reached, does not fit the model, or failed")                 \
    X(EXIT_NOT_FOUND, 5, "a @required row does not exist")                                                   \
    X(EXIT_INTERNAL, 70, "no memory, or a fault of Sheaf's own")

typedef enum cli_exit {
#define X(name, number, meaning) name = (number),
    CLI_EXITS(X)
#undef X
} cli_exit;

typedef enum option_kind {
    OPTION_SET,   /* bool */
    OPTION_TEXT,  /* const char * */
    OPTION_COUNT, /* int64_t, from 0 */
    OPTION_LIST   /* option_list: may be given several times */
} option_kind;

/* One flag of a command. */
typedef struct cli_option {
    const char *name;
    const char *value; /* what stands for its value in help; NULL: it has none */
    option_kind kind;
    size_t at; /* offset in the command's own struct */
    const char *meaning;
    char letter; /* its short form, -o; 0: it has none */
} cli_option;

typedef struct option_list {
    const char **items;
    size_t count, room;
} option_list;

typedef struct cli cli;

/* Each stands in the command's own file. */
typedef struct cli_command {
    const char *name, *usage, *summary;
    const char *more; /* paragraphs; NULL: none */
    const char *example;
    const cli_option *options;
    size_t option_count;
    bool settings; /* takes the settings as flags, too */
    int words_least, words_most;
    cli_exit (*run)(cli *c);
} cli_command;

struct cli {
    const cli_command *command;
    char **arguments; /* what follows the command's name */
    int argument_count;
    const char **words; /* those of them that are no flags, once cli_options was called */
    int word_count;
    arena memory;
    settings settings;
    sheaf_error error;
};

/* options.c: reads the flags into `into`, the command's own struct, and the words. False: told in c->error.
 */
bool cli_options(cli *c, void *into);
/* True where the arguments ask for help. */
bool cli_asks_help(const cli *c);

/* help.c: what `sheaf` alone shows, and the help of a command or of another topic. */
void cli_overview(FILE *out);
cli_exit cli_help(const char *topic);
const cli_command *cli_find(const char *name, suggest *near);

/* output.c: tells c->error and gives the exit for its code. */
cli_exit cli_fail(cli *c);
void cli_report(const sheaf_error *error); /* "sheaf: message" on stderr */
cli_exit cli_exit_of(sheaf_code code);
bool cli_colours(FILE *stream);
bool cli_write_file(const char *path, sheaf_slice content, sheaf_error *err);
/* The same without waiting for the disk: for many files that can be made again. */
bool cli_write_soon(const char *path, sheaf_slice content, sheaf_error *err);
static inline void cli_print(sheaf_slice text) {
    fwrite(text.ptr, 1, text.len, stdout);
}

/* project.c: what a folder holds. Shapes are NULL where there is no folder shapes/; db is NULL until it is
 * opened. */
typedef struct project {
    const char *folder;
    sheaf_model *model;
    sheaf_shapes *shapes;
    sheaf_db *db;
} project;
bool project_load(cli *c, const char *folder, project *ret);
/* Of the words [DIR] SHAPE: DIR or '.', and the query, which is not looked for yet. */
bool project_of_words(cli *c, project *ret, const char **ret_shape);
/* The URL of the database that the settings name; then that database, where `model` may be NULL. */
bool project_url(cli *c, const char *folder, const char **ret);
bool project_open(cli *c, const char *folder, const sheaf_model *model, sheaf_db **ret);
bool project_settings(cli *c, const char *folder);
/* What the database has, in c->memory. */
bool project_catalogue(cli *c, sheaf_db *db, catalogue *ret);
bool project_find(cli *c, const project *p, const char *name, const sheaf_shape **ret);
/* "folder/name"; NULL: there is no memory. */
const char *project_path(cli *c, const char *folder, const char *name);
void project_free(project *p);

/* variables.c: "NAME=VALUE" of each --var, for the shape; what does not fit a variable's type is an error. */
typedef struct variables {
    sheaf_variable *items;
    size_t count;
} variables;
bool cli_variables(cli *c, const sheaf_shape *shape, const option_list *given, variables *ret);
#define CLI_VARIABLE_OPTION(type, field)                                                                     \
    {                                                                                                        \
        "var", "NAME=VALUE", OPTION_LIST, offsetof(type, field),                                             \
            "a variable's value; a list as a,b,c or as JSON; may be given for each"                          \
    }

/* ini.c: the text of a sheaf.ini in `folder`, which is there, that names the database of `url`: without a
 * password, and with the path of a SQLite file as seen from the folder. ret_text->ptr is NULL where that
 * cannot be told. */
bool ini_text(const char *folder, const char *url, arena *memory, sheaf_slice *ret_text, bool *ret_password,
              sheaf_error *err);

/* pretty.c: appends JSON, which must be valid and compact, with a line for each member and two spaces a
 * level. */
void pretty_json(buffer *out, sheaf_slice json);

/* diff.c: appends the lines that differ, with three lines around them, as `diff -u` writes them; a hunk's
 * head shows the last line before it that begins with `heading`, and lines under different ones are not
 * equal. False: there is no memory. */
bool diff_lines(buffer *out, sheaf_slice before, sheaf_slice after, const char *heading);

extern const cli_command cli_fmt, cli_check, cli_query, cli_compare, cli_plan, cli_import, cli_migrate,
    cli_gen;

#endif
