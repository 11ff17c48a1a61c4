/* interrupt.h: Ctrl-C as a flag. */
#ifndef ARCHIVE_INTERRUPT_H
#define ARCHIVE_INTERRUPT_H

#include <signal.h>

/* From now on SIGINT and SIGTERM only set the flag, which is returned; the second one of a kind kills. */
const volatile sig_atomic_t *interrupt_catch(void);

/* The exit status of a program that the flag has stopped. */
#define INTERRUPT_STATUS 130

#endif
