/* A page is one moment: while a writer moves money between rows of several groups, the sum over each page
 * stays what it was. */
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "world.h"

enum { ROUNDS = 400, OWNERS = 5, ACCOUNTS = 20, MONEY = 1000 };

static const char money_model[] =
    "type Owner { id: ID! balance: Int! accounts: [Account!]! @many(ref: \"owner\") }\n"
    "type Account { id: ID! balance: Int! owner: Owner! @ref(column: \"owner_id\")\n"
    "  reserve: Reserve! @ref(column: \"reserve_id\") }\n"
    "type Reserve { id: ID! balance: Int! }\n";

static const char money_sql[] =
    "DROP TABLE IF EXISTS account; DROP TABLE IF EXISTS reserve; DROP TABLE IF EXISTS owner;"
    "CREATE TABLE owner (id BIGINT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL);"
    "CREATE TABLE reserve (id BIGINT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL);"
    "CREATE TABLE account (id BIGINT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL,"
    "  owner_id BIGINT NOT NULL REFERENCES owner, reserve_id BIGINT NOT NULL REFERENCES reserve);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) INSERT INTO owner SELECT i, "
    "1000 FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO reserve SELECT "
    "i, 1000 FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
    "  INSERT INTO account SELECT i, 1000, i % 5 + 1, i FROM n;";

/* ---- The writer -----------------------------------------------------------------------------------------*/

typedef struct writer {
    const world *world;
    atomic_bool stop;
    atomic_long moves;
    bool failed;
    pthread_t thread;
} writer;

static bool move(PGconn *pg, sqlite3 *lite, const char *sql) {
    if (lite) return sqlite3_exec(lite, sql, NULL, NULL, NULL) == SQLITE_OK;
    PGresult *result = PQexec(pg, sql);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return ok;
}

/* From an account to its owner or to a reserve, and back, one transaction each. */
static void *move_money(void *user) {
    writer *w = user;
    PGconn *pg = w->world->pg ? PQconnectdb(w->world->url) : NULL;
    sqlite3 *lite = NULL;
    if (!pg) {
        sqlite3_open(w->world->url + strlen("sqlite:"), &lite);
        sqlite3_busy_timeout(lite, 10000);
        sqlite3_exec(lite, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    }
    while (!w->stop && !w->failed) {
        char sql[300];
        long n = w->moves++;
        snprintf(sql, sizeof sql,
                 "BEGIN; UPDATE %s SET balance = balance - %ld WHERE id = %ld;"
                 "UPDATE account SET balance = balance + %ld WHERE id = %ld; COMMIT",
                 n % 2 ? "owner" : "reserve", n % 4 < 2 ? 7L : -7L, n / 4 % OWNERS + 1, n % 4 < 2 ? 7L : -7L,
                 n / 4 % ACCOUNTS + 1);
        w->failed = !move(pg, lite, sql);
    }
    PQfinish(pg);
    sqlite3_close(lite);
    return NULL;
}

/* ---- The reader -----------------------------------------------------------------------------------------*/

static int64_t sum(const sheaf_group *group) {
    size_t count;
    int64_t total = 0;
    const sheaf_row *const *rows = sheaf_rows(group, &count);
    for (size_t i = 0; i < count; i++) {
        sheaf_value v;
        assert_true(sheaf_get(rows[i], group, "balance", &v, NULL));
        total += v.i;
    }
    return total;
}

/* Owners, their accounts, their reserves: three levels, so three trips. */
static int64_t sum_of_a_page(sheaf_db *db) {
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *owners = sheaf_search(c, "owner", SHEAF_ALL);
    sheaf_group *accounts = sheaf_follow(owners, "accounts", NULL);
    sheaf_group *reserves = sheaf_follow(accounts, "reserve", NULL);
    sheaf_need(owners, "balance");
    sheaf_need(accounts, "balance");
    sheaf_need(reserves, "balance");
    realise(c);
    assert_int_equal(sheaf_context_stats(c).trips, 3);
    int64_t total = sum(owners) + sum(accounts) + sum(reserves);
    sheaf_context_free(c);
    return total;
}

/* The same rows in two contexts: two moments. */
static int64_t sum_of_two_pages(sheaf_db *db) {
    static const char *const entities[] = {"owner", "account", "reserve"};
    int64_t total = 0;
    for (int i = 0; i < 3; i++) {
        sheaf_context *c = sheaf_context_new(db);
        sheaf_group *rows = sheaf_search(c, entities[i], SHEAF_ALL);
        sheaf_need(rows, "balance");
        realise(c);
        total += sum(rows);
        sheaf_context_free(c);
    }
    return total;
}

static void the_sum_is_constant(void **state) {
    world *w = world_of(state);
    world_run(w, money_sql);
    sheaf_model *model = world_read_model(money_model, NULL);
    sheaf_db *db = world_open(w, model, &(sheaf_options){0});
    const int64_t all = (OWNERS + 2 * ACCOUNTS) * MONEY;
    writer other = {.world = w};
    assert_int_equal(pthread_create(&other.thread, NULL, move_money, &other), 0);
    int differed = 0, wrong = 0;
    for (int i = 0; i < ROUNDS; i++) {
        wrong += sum_of_a_page(db) != all;
        differed += sum_of_two_pages(db) != all;
    }
    other.stop = true;
    pthread_join(other.thread, NULL);
    assert_false(other.failed);
    assert_int_equal(wrong, 0);
    print_message("# %ld moves in %d pages; read in several contexts the sum differed %d times\n",
                  (long)other.moves, ROUNDS, differed);
    assert_true(other.moves > 20);
    assert_int_equal(sum_of_two_pages(db), all);
    sheaf_close(db);
    sheaf_model_free(model);
    world_run(w, "DROP TABLE account; DROP TABLE reserve; DROP TABLE owner");
}

static const struct CMUnitTest tests[] = {ON_BOTH(the_sum_is_constant)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
