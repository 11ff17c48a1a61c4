#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static cli_exit run(const cli_command *command, char **arguments, int count) {
    cli c = {.command = command, .arguments = arguments, .argument_count = count};
    if (cli_asks_help(&c)) return cli_help(command->name);
    arena_init(&c.memory, NULL);
    cli_exit code = command->run(&c);
    arena_free(&c.memory);
    return code;
}

static cli_exit unknown(const char *name, const suggest *near) {
    sheaf_error error;
    error_set(&error, SHEAF_E_USAGE, "there is no command '%s'%s\nsee: sheaf help", name,
              suggest_text(near).text);
    cli_report(&error);
    return EXIT_USAGE;
}

static cli_exit dispatch(char **arguments, int count) {
    if (count == 0) {
        cli_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = arguments[0];
    if (strcmp(name, "--version") == 0) {
        puts("sheaf " SHEAF_VERSION);
        return EXIT_DONE;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return cli_help(count > 1 ? arguments[1] : NULL);
    suggest near = suggest_for(slice_of(name));
    const cli_command *command = cli_find(name, &near);
    return command ? run(command, arguments + 1, count - 1) : unknown(name, &near);
}

int main(int argc, char **argv) {
    cli_exit code = dispatch(argv + 1, argc > 0 ? argc - 1 : 0);
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    fprintf(stderr, "sheaf: the output cannot be written: %s\n", strerror(errno));
    return code == EXIT_DONE ? EXIT_DOCUMENT : code;
}
