/* place.h: a database server or library, what is to be said of where it is, and a database on it for one
 * subject. */
#ifndef BENCH_PLACE_H
#define BENCH_PLACE_H

#include "bench.h"

typedef struct bench_place {
    bench_backend backend;
    const char *name;   /* "sqlite", "postgresql" */
    const char *admin;  /* PostgreSQL: the connection string that was given */
    bool socket;        /* PostgreSQL: by a Unix socket, so on this machine */
    char version[64];   /* of the server, or of the library */
    char where[128];    /* "in process", "Unix socket, same machine" … */
    char *url;          /* of the database; NULL: none is made */
    char database[256]; /* PostgreSQL: its name; SQLite: its folder */
} bench_place;

/* `admin` is the connection string of a PostgreSQL server where databases may be created; unused for SQLite.
 */
bool place_find(bench_place *p, bench_backend backend, const char *admin);
/* An empty database. */
bool place_make(bench_place *p);
void place_drop(bench_place *p);

#endif
