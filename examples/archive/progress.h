/* progress.h: a bar on a terminal, and whether the user wants to stop. */
#ifndef ARCHIVE_PROGRESS_H
#define ARCHIVE_PROGRESS_H

#include <signal.h>
#include <stdio.h>

#include <sheaf/error.h>

typedef struct progress {
    FILE *out;                         /* NULL: draws nothing */
    const volatile sig_atomic_t *stop; /* set by a signal handler; may be NULL */
    const char *label;                 /* "loading" */
    const char *unit;                  /* "rows" */
    uint64_t total;                    /* 0: unknown, only a count is drawn */
    uint64_t done;
    uint64_t drawn_ns;
} progress;

/* The bar is drawn from the first steps on. */
void progress_begin(progress *p, const char *label, const char *unit, uint64_t total);
/* One more is done; false once the user wants to stop, with `err` set. `p` may be NULL. */
bool progress_step(progress *p, sheaf_error *err);
/* Wipes the bar. */
void progress_end(progress *p);

#endif
