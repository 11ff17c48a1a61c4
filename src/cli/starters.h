/* starters.h: the shapes that import has written, when it runs again.
 *
 * The first line of such a file holds a hash of all that follows it. Where the hash is right, nobody has
 * edited the file: import may write it anew or remove it. Every other file is a person's, and is only told
 * of. */
#ifndef SHEAF_CLI_STARTERS_H
#define SHEAF_CLI_STARTERS_H

#include "../model/import.h"
#include "cli.h"

/* The file of these shapes, in `memory`. */
bool starter_text(sheaf_slice shapes, arena *memory, sheaf_slice *ret, sheaf_error *err);

bool starter_is_untouched(sheaf_slice text);

/* Whether a file is there that a person may have edited, or that cannot be read. */
bool starter_is_kept(const char *path);

typedef enum starter_fate {
    STARTER_REMOVED, /* untouched, and its type is gone */
    STARTER_ANEW,    /* untouched; `text` is what it becomes */
    STARTER_KEPT     /* a person's; `text` says why it does not fit */
} starter_fate;

typedef struct starter {
    const char *path;
    starter_fate fate;
    sheaf_slice text;
} starter;

typedef struct starter_list {
    starter *items;
    size_t count, room;
} starter_list;

/* The files of the folder that do not fit the model `now`, but for those that import writes for new types.
 * A person's are listed where they fitted made->model, the model before; of what did not fit by itself
 * before, such as a document with a fragment of another's, nothing is said. Everything lives in c->memory. */
bool starters_find(cli *c, const char *folder, const import *made, const sheaf_model *now, starter_list *ret);

/* Removes and writes; stops at the first failure. */
bool starters_apply(const starter_list *list, sheaf_error *err);

/* On stderr; true where there is one that does not fit. */
bool starters_tell(const starter_list *list, const char *folder);

#endif
