/* setup.h: a world put into databases: one SQLite file, one database of a PostgreSQL server, both made anew
 * for each world. */
#ifndef ORACLE_SETUP_H
#define ORACLE_SETUP_H

#include "world.h"

typedef struct setup setup;

/* `pg_url` NULL: SQLite only. The PostgreSQL database is called `name`, and is dropped first if it is there.
 */
setup *setup_new(const char *pg_url, const char *name, sheaf_error *err);
void setup_free(setup *s); /* drops both; NULL is accepted */

bool setup_fill(setup *s, const world *w, sheaf_error *err);

enum { SETUP_SQLITE, SETUP_PG, SETUP_BACKENDS };
/* The URL of a backend; NULL: it is not there, or not used. */
const char *setup_url(const setup *s, int backend);
void setup_use(setup *s, int backend, bool used); /* a backend that is not used is not filled either */

#endif
