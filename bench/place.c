#include "place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lite.h"
#include "pg.h"

static bool make_sqlite(bench_place *p) {
    const char *folder = getenv("TMPDIR");
    snprintf(p->database, sizeof p->database, "%s/sheaf-bench-XXXXXX", folder && *folder ? folder : "/tmp");
    if (!mkdtemp(p->database)) {
        fprintf(stderr, "bench: %s: %s\n", p->database, strerror(errno));
        return false;
    }
    buffer url;
    buffer_init(&url, NULL);
    buffer_printf(&url, "sqlite:%s/db", p->database);
    buffer_byte(&url, '\0');
    p->url = url.ptr;
    return !url.failed;
}

static void drop_sqlite(bench_place *p) {
    static const char *const files[] = {"db", "db-wal", "db-shm"};
    char path[sizeof p->database + 16];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", p->database, files[i]);
        unlink(path);
    }
    rmdir(p->database);
}

/* The name is ours alone, and holds no character that would need quoting. */
static bool command(PGconn *conn, const char *format, const char *database) {
    char sql[256];
    snprintf(sql, sizeof sql, format, database);
    PGresult *r = PQexec(conn, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok) fprintf(stderr, "bench: %s: %s", sql, PQerrorMessage(conn));
    PQclear(r);
    return ok;
}

static bool make_pg(bench_place *p) {
    pg server;
    snprintf(p->database, sizeof p->database, "sheaf_bench_%ld", (long)getpid());
    bool ok = pg_open(&server, p->admin, NULL, 0) &&
              command(server.conn,
                      "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
                      p->database);
    pg_close(&server);
    if (ok) p->url = pg_url(p->admin, p->database);
    return ok && p->url;
}

static void drop_pg(bench_place *p) {
    pg server;
    if (pg_open(&server, p->admin, NULL, 0))
        command(server.conn, "DROP DATABASE %s WITH (FORCE)", p->database);
    pg_close(&server);
}

bool place_find(bench_place *p, bench_backend backend, const char *admin) {
    *p = (bench_place){
        .backend = backend, .admin = admin, .name = backend == BENCH_PG ? "postgresql" : "sqlite"};
    if (backend == BENCH_SQLITE) {
        snprintf(p->version, sizeof p->version, "%s", sqlite3_libversion());
        snprintf(p->where, sizeof p->where, "in process");
        return true;
    }
    pg server;
    bool ok = pg_open(&server, admin, NULL, 0);
    if (ok) {
        const char *version = PQparameterStatus(server.conn, "server_version");
        p->socket = pg_local_pid(&server) != 0;
        snprintf(p->version, sizeof p->version, "%s", version ? version : "?");
        snprintf(p->where, sizeof p->where, "%s",
                 p->socket ? "Unix socket, same machine" : PQhost(server.conn));
    }
    pg_close(&server);
    return ok;
}

bool place_make(bench_place *p) {
    return p->backend == BENCH_PG ? make_pg(p) : make_sqlite(p);
}

void place_drop(bench_place *p) {
    if (!p->url) return;
    if (p->backend == BENCH_PG)
        drop_pg(p);
    else
        drop_sqlite(p);
    free(p->url);
    p->url = NULL;
}
