/* settings.h: what can be set, from one table: by a flag (--page-max 500), else by the environment
 * (SHEAF_PAGE_MAX=500), else by the folder's sheaf.ini (page-max = 500), else it is the default.
 *
 * sheaf.ini holds a setting on each line; lines that begin with '#' or ';' are comments. A relative path of a
 * SQLite file is relative to the folder there, and to the working directory elsewhere. */
#ifndef SHEAF_CLI_SETTINGS_H
#define SHEAF_CLI_SETTINGS_H

#include <sheaf/db.h>

#include "../base/base.h"

typedef enum setting_kind {
    SETTING_TEXT,
    SETTING_INT,
    SETTING_INT64,
    SETTING_CHOICE, /* an enumeration: one of `words` */
    SETTING_SWITCH  /* bool: true or false; the flag alone means true, --name=false is allowed */
} setting_kind;

typedef struct setting_word {
    const char *name, *meaning; /* at the place that is the enumerator's number; a NULL name ends the list */
} setting_word;

typedef struct setting {
    const char *name;  /* as a flag and in sheaf.ini */
    const char *value; /* what stands for the value in help; NULL: the flag has none */
    setting_kind kind;
    size_t at; /* offset in sheaf_options */
    const char *fallback, *meaning;
    const setting_word *words;
} setting;

extern const setting setting_table[];
extern const size_t setting_count;

typedef struct settings {
    sheaf_options options;
    uint64_t given; /* bit by number in the table: has a value, which what comes later does not replace */
} settings;

/* The number of a setting, or setting_count. */
size_t setting_named(sheaf_slice name);

/* The number of a word of a SETTING_CHOICE. SHEAF_E_USAGE, with a proposal, where there is no such word. */
bool setting_choose(const setting *s, sheaf_slice word, const char *where, int *ret, sheaf_error *err);

/* `where` names the source in errors: "--page-max", "SHEAF_PAGE_MAX", "sheaf.ini:3". SHEAF_E_USAGE where the
 * value does not fit. */
bool setting_put(settings *s, size_t number, sheaf_slice value, const char *where, arena *memory,
                 sheaf_error *err);

bool settings_from_environment(settings *s, arena *memory, sheaf_error *err);
/* `folder` is where the text of sheaf.ini comes from. SHEAF_E_USAGE. */
bool settings_from_ini(settings *s, const char *folder, sheaf_slice text, arena *memory, sheaf_error *err);

/* "SHEAF_PAGE_MAX" */
typedef struct setting_variable {
    char text[64];
} setting_variable;
setting_variable setting_variable_of(const setting *s);

#endif
