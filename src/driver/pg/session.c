/* What a session is given besides its calls: the statements around them, the proof that it is still the same
 * session, and the ping that measures the link. */
#include <stdio.h>

#include "../../base/time.h"
#include "pg.h"

#define BEGIN_SQL   "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define COMMIT_SQL  "COMMIT"
#define BEGIN_NAME  "sheaf_begin"
#define COMMIT_NAME "sheaf_commit"

/* The first ping may meet processes and processors that sleep, which takes longer (80 us) than a near link
 * itself. So more follow at once; where they are dear, only at connect, when the server may still have to
 * start a process. */
enum { PINGS = 3 };
#define PINGS_CHEAP_NS 1000000

bool pg_send_sql(pg *c, const char *sql) {
    return PQsendQueryParams(c->conn, sql, 0, NULL, NULL, NULL, NULL, 1);
}

static bool send_named(pg *c, const char *name, const char *sql) {
    if (c->unnamed || c->outdated) return pg_send_sql(c, sql);
    return PQsendQueryPrepared(c->conn, name, 0, NULL, NULL, NULL, 1);
}

bool pg_send_begin(pg *c) {
    return send_named(c, BEGIN_NAME, BEGIN_SQL);
}

bool pg_send_commit(pg *c) {
    return send_named(c, COMMIT_NAME, COMMIT_SQL);
}

bool pg_prepare_session(pg *c) {
    if (c->unnamed) return true;
    bool ok = PQsendPrepare(c->conn, BEGIN_NAME, BEGIN_SQL, 0, NULL) &&
              PQsendPrepare(c->conn, COMMIT_NAME, COMMIT_SQL, 0, NULL) && PQpipelineSync(c->conn);
    if (ok) c->owed++;
    return ok;
}

/* A pooler in transaction mode tells a process of its own at connect, and would drop what others have
 * prepared: the error is the one that they would then cause. */
bool pg_renew_session(pg *c) {
    char check[160];
    snprintf(check, sizeof check,
             "DO $$BEGIN IF pg_backend_pid() <> %d THEN RAISE EXCEPTION SQLSTATE '42P05'; END IF; END$$",
             PQbackendPID(c->conn));
    cache_clear(&c->prepared);
    c->outdated = false;
    return pg_send_sql(c, check) && pg_send_sql(c, "DEALLOCATE ALL") && pg_prepare_session(c);
}

bool pg_measure(pg *c, bool first, int64_t deadline, sheaf_error *err) {
    int64_t least = INT64_MAX, spent = 0;
    if (!pg_settle(c, true, deadline, err)) return false;
    for (int i = 0; i < PINGS && (first || spent < PINGS_CHEAP_NS); i++) {
        int64_t start = clock_ns();
        if (!PQpipelineSync(c->conn)) return pg_lost(c, err);
        c->owed++;
        if (!pg_settle(c, true, deadline, err)) return false;
        int64_t took = clock_ns() - start;
        spent += took;
        if (took < least) least = took;
    }
    c->measured_at = clock_ns();
    c->measured_ns = least;
    return true;
}

int64_t pg_round_trip_ns(driver_connection *connection) {
    pg *c = (pg *)connection;
    int64_t now = clock_ns();
    if (!c->measured_ns && now - c->measured_at >= DRIVER_MEASURE_NS && !c->broken)
        pg_measure(c, false, now + c->connect_timeout_ms * INT64_C(1000000), NULL);
    int64_t told = c->measured_ns;
    c->measured_ns = 0;
    return told;
}
