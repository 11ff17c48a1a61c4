#include "pg.h"

#include <stdio.h>
#include <stdlib.h>

char *pg_url(const char *url, const char *database) {
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    if (!options) {
        fprintf(stderr, "bench: %s", message ? message : "no memory\n");
        PQfreemem(message);
        return NULL;
    }
    buffer out;
    buffer_init(&out, NULL);
    for (PQconninfoOption *o = options; o->keyword; o++) {
        const char *value = database && strcmp(o->keyword, "dbname") == 0 ? database : o->val;
        if (!value) continue;
        buffer_printf(&out, "%s='", o->keyword);
        for (; *value; value++) {
            if (*value == '\'' || *value == '\\') buffer_byte(&out, '\\');
            buffer_byte(&out, *value);
        }
        buffer_cstr(&out, "' ");
    }
    buffer_byte(&out, '\0');
    PQconninfoFree(options);
    return out.failed ? NULL : out.ptr;
}

static bool fail(pg *p, const char *what) {
    fprintf(stderr, "bench: PostgreSQL: %s: %s", what, PQerrorMessage(p->conn));
    return false;
}

int pg_local_pid(const pg *p) {
    const char *host = PQhost(p->conn);
    return host && *host == '/' ? PQbackendPID(p->conn) : 0;
}

static PGresult *keep(pg *p, PGresult *r) {
    if (p->count == p->room) {
        size_t room = p->room ? 2 * p->room : 64;
        PGresult **results = memory_resize(NULL, p->results, room, sizeof *results);
        if (!results) {
            PQclear(r);
            return NULL;
        }
        p->results = results;
        p->room = room;
    }
    return p->results[p->count++] = r;
}

static PGresult *check(pg *p, PGresult *r) {
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        fail(p, PQresStatus(status));
        PQclear(r);
        return NULL;
    }
    return keep(p, r);
}

bool pg_open(pg *p, const char *url, const pg_statement *statements, size_t count) {
    *p = (pg){.conn = PQconnectdb(url)};
    if (PQstatus(p->conn) != CONNECTION_OK) return fail(p, "connect");
    /* Safe for these statements, whose plans do not depend on the values; planning would cost more than
     * running. */
    PGresult *r = PQexec(p->conn, "SET plan_cache_mode = force_generic_plan");
    if (!check(p, r)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!check(p, PQprepare(p->conn, statements[i].name, statements[i].sql, 0, NULL)))
            return fail(p, statements[i].name);
    }
    pg_release(p);
    return true;
}

void pg_release(pg *p) {
    while (p->count) PQclear(p->results[--p->count]);
}

void pg_close(pg *p) {
    pg_release(p);
    free(p->results);
    PQfinish(p->conn);
    *p = (pg){0};
}

enum { VALUES_MAX = 4 };

typedef struct parameters {
    uint64_t wire[VALUES_MAX];
    const char *values[VALUES_MAX];
    int lengths[VALUES_MAX], formats[VALUES_MAX];
} parameters;

static void fill(parameters *q, const int64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        q->wire[i] = htobe64((uint64_t)values[i]);
        q->values[i] = (const char *)&q->wire[i];
        q->lengths[i] = sizeof q->wire[i];
        q->formats[i] = 1;
    }
}

bool pg_send(pg *p, const char *name, const int64_t *values, size_t count) {
    parameters q;
    fill(&q, values, count);
    return PQsendQueryPrepared(p->conn, name, (int)count, q.values, q.lengths, q.formats, 1) || fail(p, name);
}

bool pg_send_text(pg *p, const char *name, const char *value) {
    return PQsendQueryPrepared(p->conn, name, 1, &value, NULL, NULL, 1) || fail(p, name);
}

/* One dimension, no NULLs, elements of type int8 (oid 20), lower bound 1; then length and value of each. */
bool pg_send_ids(pg *p, const char *name, const int64_t *ids, size_t count) {
    enum { HEAD = 20, ELEMENT = 12, ELEMENTS_MAX = 1024 };
    if (count > ELEMENTS_MAX) return false;
    char wire[HEAD + ELEMENT * ELEMENTS_MAX];
    const uint32_t head[5] = {htobe32(count > 0), 0, htobe32(20), htobe32((uint32_t)count), htobe32(1)};
    memcpy(wire, head, sizeof head);
    char *at = wire + HEAD;
    for (size_t i = 0; i < count; i++, at += ELEMENT) {
        const uint32_t length = htobe32(8);
        const uint64_t id = htobe64((uint64_t)ids[i]);
        memcpy(at, &length, sizeof length);
        memcpy(at + sizeof length, &id, sizeof id);
    }
    const char *value = wire;
    int length = count ? (int)(at - wire) : 12, format = 1;
    return PQsendQueryPrepared(p->conn, name, 1, &value, &length, &format, 1) || fail(p, name);
}

bool pg_flush(pg *p) {
    return (PQsendFlushRequest(p->conn) && PQflush(p->conn) == 0) || fail(p, "flush");
}

bool pg_sync(pg *p) {
    return PQpipelineSync(p->conn) || fail(p, "sync");
}

/* In a pipeline each statement gives its result and then a NULL. */
PGresult *pg_take_result(pg *p) {
    PGresult *r = PQgetResult(p->conn), *after = r ? PQgetResult(p->conn) : NULL;
    PQclear(after);
    if (!r) fail(p, "no result");
    return r ? check(p, r) : NULL;
}

bool pg_end(pg *p) {
    PGresult *r = PQgetResult(p->conn);
    bool ok = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    PQclear(r);
    return ok || fail(p, "end of page");
}

PGresult *pg_one(pg *p, const char *name, const int64_t *values, size_t count) {
    parameters q;
    fill(&q, values, count);
    return check(p, PQexecPrepared(p->conn, name, (int)count, q.values, q.lengths, q.formats, 1));
}

PGresult *pg_one_text(pg *p, const char *name, const char *value) {
    return check(p, PQexecPrepared(p->conn, name, 1, &value, NULL, NULL, 1));
}
