#include "settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/number.h"

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

static const setting_word strategies[] = {
#define X(enumerator, name, meaning) [enumerator] = {name, meaning},
    SHEAF_STRATEGIES(X)
#undef X
        [SHEAF_STRATEGY_COUNT] = {0},
};
_Static_assert(sizeof(sheaf_strategy) == sizeof(int), "a choice is stored as an int");

#define NUMBERS(X)                                                                                           \
    X(pool_size, "8", "pool-size", "connections at the most")                                                \
    X(pool_wait_ms, "5000", "pool-wait-ms", "how long to wait for a free connection")                        \
    X(connect_timeout_ms, "5000", "connect-timeout-ms", "how long connecting may take")                      \
    X(statement_timeout_ms, "30000", "statement-timeout-ms", "how long one trip may take")                   \
    X(busy_timeout_ms, "5000", "busy-timeout-ms", "SQLite: how long to wait for a lock")                     \
    X(statements_max, "256", "statements-max", "prepared statements of a connection")

const setting setting_table[] = {
    {"db", "URL", SETTING_TEXT, offsetof(sheaf_options, url), "none",
     "the database: sqlite:PATH, postgresql://USER@HOST/NAME, or \"host=… dbname=…\""},
#define X(field, fallback, name, meaning)                                                                    \
    {name, "N", SETTING_INT64, offsetof(sheaf_options, limits.field), TEXT_OF(fallback), meaning},
    SHEAF_LIMITS(X)
#undef X
#define X(field, fallback, name, meaning)                                                                    \
    {name, "N", SETTING_INT, offsetof(sheaf_options, field), fallback, meaning},
        NUMBERS(X)
#undef X
            {"strategy", "NAME", SETTING_CHOICE, offsetof(sheaf_options, strategy), "auto",
             "PostgreSQL: how the statements of a page follow each other", strategies},
    {"unnamed-statements", NULL, SETTING_SWITCH, offsetof(sheaf_options, unnamed_statements), "false",
     "PostgreSQL: no named prepared statements, for a pooler in transaction mode"},
};
const size_t setting_count = sizeof setting_table / sizeof *setting_table;

size_t setting_named(sheaf_slice name) {
    size_t i = 0;
    while (i < setting_count && !slice_is(name, setting_table[i].name)) i++;
    return i;
}

setting_variable setting_variable_of(const setting *s) {
    setting_variable v;
    snprintf(v.text, sizeof v.text, "SHEAF_%s", s->name);
    for (char *at = v.text; *at; at++) {
        if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
        if (*at == '-') *at = '_';
    }
    return v;
}

/* Where none is near, all are told. */
static bool no_such_word(const setting *s, sheaf_slice word, const char *where, sheaf_error *err) {
    char all[128] = "";
    size_t len = 0;
    for (int i = 0; s->words[i].name && len < sizeof all; i++) {
        int n = snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", s->words[i].name);
        len += n > 0 ? (size_t)n : 0;
    }
    return error_set(err, SHEAF_E_USAGE, "%s: there is no %s '%.*s'; there are %s", where, s->name,
                     SHEAF_SLICE_ARGS(word), all);
}

bool setting_choose(const setting *s, sheaf_slice word, const char *where, int *ret, sheaf_error *err) {
    suggest near = suggest_for(word);
    for (int i = 0; s->words[i].name; i++) {
        suggest_offer(&near, slice_of(s->words[i].name));
        if (!slice_is(word, s->words[i].name)) continue;
        *ret = i;
        return true;
    }
    suggest_words proposal = suggest_text(&near);
    if (!*proposal.text) return no_such_word(s, word, where, err);
    return error_set(err, SHEAF_E_USAGE, "%s: there is no %s '%.*s'%s", where, s->name,
                     SHEAF_SLICE_ARGS(word), proposal.text);
}

static bool switch_of(sheaf_slice value, const char *where, bool *ret, sheaf_error *err) {
    static const char *const words[][2] = {{"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *ret = slice_is(value, words[i][1]);
        if (*ret || slice_is(value, words[i][0])) return true;
    }
    return error_set(err, SHEAF_E_USAGE, "%s: '%.*s' is neither true nor false", where,
                     SHEAF_SLICE_ARGS(value));
}

bool setting_put(settings *s, size_t number, sheaf_slice value, const char *where, arena *memory,
                 sheaf_error *err) {
    const setting *at = &setting_table[number];
    char *field = (char *)&s->options + at->at;
    int64_t n;
    s->given |= UINT64_C(1) << number;
    if (at->kind == SETTING_TEXT) {
        const char *text = arena_cstr(memory, value);
        if (!text) return error_memory(err);
        *(const char **)field = text;
        return true;
    }
    if (at->kind == SETTING_CHOICE) return setting_choose(at, value, where, (int *)field, err);
    if (at->kind == SETTING_SWITCH) return switch_of(value, where, (bool *)field, err);
    int64_t most = at->kind == SETTING_INT ? INT32_MAX : INT64_MAX;
    if (!number_to_int(value, &n) || n < 1 || n > most)
        return error_set(err, SHEAF_E_USAGE, "%s: '%.*s' is not a whole number from 1 on", where,
                         SHEAF_SLICE_ARGS(value));
    if (at->kind == SETTING_INT)
        *(int *)field = (int)n;
    else
        *(int64_t *)field = n;
    return true;
}

static bool is_given(const settings *s, size_t number) {
    return s->given >> number & 1;
}

bool settings_from_environment(settings *s, arena *memory, sheaf_error *err) {
    for (size_t i = 0; i < setting_count; i++) {
        setting_variable name = setting_variable_of(&setting_table[i]);
        const char *value = getenv(name.text);
        if (!value || !*value || is_given(s, i)) continue;
        if (!setting_put(s, i, slice_of(value), name.text, memory, err)) return false;
    }
    return true;
}

/* A relative path of a SQLite file, made relative to the folder. */
static sheaf_slice in_folder(const char *folder, sheaf_slice url, arena *memory) {
    const sheaf_slice scheme = SHEAF_SLICE("sqlite:");
    sheaf_slice path = {url.ptr + scheme.len, url.len - scheme.len};
    if (!slice_starts_with(url, scheme) || !path.len || path.ptr[0] == '/' || path.ptr[0] == ':' ||
        slice_starts_with(path, SHEAF_SLICE("file:")))
        return url;
    return arena_printf(memory, "sqlite:%s/%.*s", folder, SHEAF_SLICE_ARGS(path));
}

static bool read_line(settings *s, const char *folder, sheaf_slice line, const char *where, arena *memory,
                      sheaf_error *err) {
    sheaf_slice value, name = slice_trim(slice_cut(line, '=', &value));
    if (!value.ptr) return error_set(err, SHEAF_E_USAGE, "%s: a setting is written 'name = value'", where);
    size_t number = setting_named(name);
    if (number == setting_count) {
        suggest near = suggest_for(name);
        for (size_t i = 0; i < setting_count; i++) suggest_offer(&near, slice_of(setting_table[i].name));
        return error_set(err, SHEAF_E_USAGE, "%s: unknown setting '%.*s'%s", where, SHEAF_SLICE_ARGS(name),
                         suggest_text(&near).text);
    }
    value = slice_trim(value);
    if (setting_table[number].kind == SETTING_TEXT) value = in_folder(folder, value, memory);
    if (!value.ptr) return error_memory(err);
    return is_given(s, number) || setting_put(s, number, value, where, memory, err);
}

bool settings_from_ini(settings *s, const char *folder, sheaf_slice text, arena *memory, sheaf_error *err) {
    uint64_t stronger = s->given;
    for (unsigned number = 1; text.len; number++) {
        sheaf_slice line = slice_trim(slice_cut(text, '\n', &text));
        sheaf_slice where = arena_printf(memory, "%s/sheaf.ini:%u", folder, number);
        if (!where.ptr) return error_memory(err);
        if (memchr(line.ptr ? line.ptr : "", '\0', line.len))
            return error_set(err, SHEAF_E_USAGE, "%s: there is a NUL byte", where.ptr);
        if (!line.len || line.ptr[0] == '#' || line.ptr[0] == ';') continue;
        uint64_t so_far = s->given;
        s->given = stronger; /* of two lines the later one counts */
        bool ok = read_line(s, folder, line, where.ptr, memory, err);
        s->given |= so_far;
        if (!ok) return false;
    }
    return true;
}
