/* Help: everything that is shown comes from the tables that the code works by. */
#include <stdio.h>

#include "cli.h"

static const cli_command *const commands[] = {&cli_import,  &cli_fmt,  &cli_check,   &cli_query,
                                              &cli_compare, &cli_plan, &cli_migrate, &cli_gen};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const struct {
    const char *name, *summary;
} topics[] = {
    {"settings", "what can be set by flags, in the environment and in sheaf.ini"},
    {"exits", "what the exit status says"},
};
enum { TOPIC_SETTINGS, TOPIC_EXITS, TOPIC_COUNT };

const cli_command *cli_find(const char *name, suggest *near) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (slice_is(slice_of(name), commands[i]->name)) return commands[i];
        suggest_offer(near, slice_of(commands[i]->name));
    }
    return NULL;
}

void cli_overview(FILE *out) {
    fputs("sheaf reads nested pages from a database in a fixed number of statements.\n\n"
          "usage: sheaf COMMAND [ARGUMENT…]\n\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\nA project is a folder with model.graphql, shapes/*.graphql, migrations/ and sheaf.ini.\n\n"
          "  sheaf help COMMAND     a command's flags, with an example\n",
          out);
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        char line[32];
        snprintf(line, sizeof line, "sheaf help %s", topics[i].name);
        fprintf(out, "  %-22s %s\n", line, topics[i].summary);
    }
    fputs("  sheaf --version\n", out);
}

static void show_flag(char letter, const char *name, const char *value, const char *meaning,
                      const char *fallback) {
    char left[64], brief[] = {'-', letter, ',', ' ', '\0'};
    snprintf(left, sizeof left, "%s--%s%s%s", letter ? brief : "", name, value ? " " : "",
             value ? value : "");
    printf("  %-26s %s%s%s%s\n", left, meaning, fallback ? " (" : "", fallback ? fallback : "",
           fallback ? ")" : "");
}

static bool has_option(const cli_command *c, const char *name) {
    for (size_t i = 0; i < c->option_count; i++)
        if (slice_is(slice_of(name), c->options[i].name)) return true;
    return false;
}

static void show_command(const cli_command *c) {
    printf("usage: sheaf %s\n\n%s\n", c->usage, c->more);
    if (c->option_count || c->settings) puts("\nflags:");
    for (size_t i = 0; i < c->option_count; i++)
        show_flag(c->options[i].letter, c->options[i].name, c->options[i].value, c->options[i].meaning, NULL);
    if (c->settings) {
        if (!has_option(c, setting_table[0].name))
            show_flag(0, setting_table[0].name, setting_table[0].value, setting_table[0].meaning, NULL);
        puts("  and the other settings: see 'sheaf help settings'");
    }
    printf("\nexample:\n%s", c->example);
}

static void show_settings(void) {
    puts("A setting is a flag, --page-max 500; else an environment variable, SHEAF_PAGE_MAX=500;\n"
         "else a line of the project's sheaf.ini, page-max = 500; else its default.\n\n"
         "flags, with their defaults:");
    for (size_t i = 0; i < setting_count; i++) {
        show_flag(0, setting_table[i].name, setting_table[i].value, setting_table[i].meaning,
                  setting_table[i].fallback);
        for (const setting_word *w = setting_table[i].words; w && w->name; w++)
            printf("  %-26s   %-8s  %s\n", "", w->name, w->meaning);
    }
    puts("\nexample of a sheaf.ini:\n"
         "  # the database of the package archive; the path is relative to this file\n"
         "  db = sqlite:archive.db\n"
         "  page-max = 500");
}

static void show_exits(void) {
    puts("The exit status of every command:\n");
#define X(name, number, meaning) printf("  %2d  %s\n", number, meaning);
    CLI_EXITS(X)
#undef X
    puts("\nexample:\n"
         "  sheaf query . hot --var distro=debian > hot.json || echo \"failed with $?\"");
}

static cli_exit unknown(const char *topic, suggest *near) {
    sheaf_error error;
    for (size_t i = 0; i < TOPIC_COUNT; i++) suggest_offer(near, slice_of(topics[i].name));
    error_set(&error, SHEAF_E_USAGE, "there is no help on '%s'%s\nsee: sheaf help", topic,
              suggest_text(near).text);
    cli_report(&error);
    return EXIT_USAGE;
}

cli_exit cli_help(const char *topic) {
    suggest near = suggest_for(slice_of(topic));
    const cli_command *command = topic ? cli_find(topic, &near) : NULL;
    if (!topic)
        cli_overview(stdout);
    else if (command)
        show_command(command);
    else if (slice_is(slice_of(topic), topics[TOPIC_SETTINGS].name))
        show_settings();
    else if (slice_is(slice_of(topic), topics[TOPIC_EXITS].name))
        show_exits();
    else
        return unknown(topic, &near);
    return EXIT_DONE;
}
