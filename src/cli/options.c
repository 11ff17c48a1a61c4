#include <string.h>

#include "../base/number.h"
#include "cli.h"

/* "--name", "--name=value": what stands between, and behind; also of "-o". */
static sheaf_slice split(const char *argument, const char **ret_value) {
    const char *name = argument + (argument[1] == '-' ? 2 : 1), *equals = strchr(name, '=');
    *ret_value = equals ? equals + 1 : NULL;
    return (sheaf_slice){name, equals ? (size_t)(equals - name) : strlen(name)};
}

static bool is_flag(const char *argument) {
    return argument[0] == '-' && argument[1] != '\0';
}

bool cli_asks_help(const cli *c) {
    for (int i = 0; i < c->argument_count && strcmp(c->arguments[i], "--") != 0; i++)
        if (strcmp(c->arguments[i], "--help") == 0 || strcmp(c->arguments[i], "-h") == 0) return true;
    return false;
}

static bool unknown(cli *c, const char *argument, sheaf_slice name) {
    suggest near = suggest_for(name);
    for (size_t i = 0; i < c->command->option_count; i++)
        if (c->command->options[i].name[1]) suggest_offer(&near, slice_of(c->command->options[i].name));
    for (size_t i = 0; i < setting_count && c->command->settings; i++)
        suggest_offer(&near, slice_of(setting_table[i].name));
    suggest_words words = suggest_text(&near);
    char *quote = strchr(words.text, '\'');
    if (!quote) return error_set(&c->error, SHEAF_E_USAGE, "unknown flag '%s'", argument);
    return error_set(&c->error, SHEAF_E_USAGE, "unknown flag '%s'; did you mean '--%s", argument, quote + 1);
}

static const cli_option *find(const cli *c, sheaf_slice name) {
    for (size_t i = 0; i < c->command->option_count; i++)
        if (slice_is(name, c->command->options[i].name)) return &c->command->options[i];
    return NULL;
}

static bool put(cli *c, const cli_option *option, const char *value, void *into) {
    char *field = (char *)into + option->at;
    int64_t count;
    switch (option->kind) {
    case OPTION_SET: *(bool *)field = true; return true;
    case OPTION_TEXT: *(const char **)field = value; return true;
    case OPTION_COUNT:
        if (!number_to_int(slice_of(value), &count) || count < 0)
            return error_set(&c->error, SHEAF_E_USAGE, "--%s takes a whole number, not '%s'", option->name,
                             value);
        *(int64_t *)field = count;
        return true;
    case OPTION_LIST: {
        const char **slot = ARENA_PUSH(&c->memory, (option_list *)field);
        if (!slot) return error_memory(&c->error);
        *slot = value;
        return true;
    }
    }
    return false;
}

/* One flag; *at goes on to its value where that is an argument of its own. */
static bool take_flag(cli *c, int *at, void *into) {
    const char *argument = c->arguments[*at], *value;
    sheaf_slice name = split(argument, &value);
    const char *dashes = name.len == 1 ? "-" : "--";
    if ((argument[1] == '-') != (name.len != 1)) return unknown(c, argument, name);
    const cli_option *option = find(c, name);
    size_t number = c->command->settings ? setting_named(name) : setting_count;
    if (!option && number == setting_count) return unknown(c, argument, name);
    bool wants = !option || option->kind != OPTION_SET;
    if (!wants && value)
        return error_set(&c->error, SHEAF_E_USAGE, "%s%.*s takes no value", dashes, SHEAF_SLICE_ARGS(name));
    if (wants && !value) {
        if (*at + 1 >= c->argument_count)
            return error_set(&c->error, SHEAF_E_USAGE, "%s%.*s needs a value: %s%.*s %s", dashes,
                             SHEAF_SLICE_ARGS(name), dashes, SHEAF_SLICE_ARGS(name),
                             option ? option->value : setting_table[number].value);
        value = c->arguments[++*at];
    }
    if (option) return put(c, option, value, into);
    return setting_put(&c->settings, number, slice_of(value), argument, &c->memory, &c->error);
}

bool cli_options(cli *c, void *into) {
    bool only_words = false;
    c->words = ARENA_ARRAY(&c->memory, const char *, (size_t)c->argument_count);
    if (!c->words) return error_memory(&c->error);
    for (int i = 0; i < c->argument_count; i++) {
        const char *argument = c->arguments[i];
        if (!only_words && strcmp(argument, "--") == 0)
            only_words = true;
        else if (only_words || !is_flag(argument))
            c->words[c->word_count++] = argument;
        else if (!take_flag(c, &i, into))
            return false;
    }
    if (c->word_count < c->command->words_least)
        return error_set(&c->error, SHEAF_E_USAGE, "too few arguments; write: sheaf %s", c->command->usage);
    if (c->command->words_most >= 0 && c->word_count > c->command->words_most)
        return error_set(&c->error, SHEAF_E_USAGE, "one argument too many, '%s'; write: sheaf %s",
                         c->words[c->command->words_most], c->command->usage);
    return true;
}
