#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../base/time.h"
#include "../test_driver.h"

static const driver *const pg = &driver_pg;

static driver_connection *open_with(const driver_options *options) {
    driver_connection *c = NULL;
    sheaf_error err = {0};
    const char *url = getenv("SHEAF_TEST_PG");
    if (!url) {
        print_message("SHEAF_TEST_PG is not set\n");
        skip();
    }
    if (!pg->open(url, options, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static driver_connection *open_one(void) {
    driver_options options = test_options(NULL);
    return open_with(&options);
}

static void script(driver_connection *c, const char *sql) {
    sheaf_error err = {0};
    if (!pg->script(c, slice_of(sql), &err)) fail_msg("%s", err.message);
}

static int backend(driver_connection *c) {
    return PQbackendPID(pg->raw(c));
}

/* From a connection of its own. */
static void terminate(int pid) {
    char sql[96];
    driver_connection *c = open_one();
    snprintf(sql, sizeof sql, "DO $$ BEGIN PERFORM pg_terminate_backend(%d, 5000); END $$", pid);
    script(c, sql);
    pg->close(c);
}

static void decodes_every_type(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement integers = QUERY(
        "SELECT 1::int2, -2::int4, 9223372036854775807::int8, (-32768)::int2, 2147483647::int8, 7::int2",
        (OUT(ID), OUT(INT), OUT(BIGINT), OUT(INT), OUT(INT), OUT(FLOAT)));
    EXPECT(pg, c, &integers, NULL, "1|-2|9223372036854775807|-32768|2147483647|7;");
    sql_statement texts =
        QUERY("SELECT 'aé', ''::varchar, 'b'::char(2), 'n'::name, '1.50'::numeric::text, true, false",
              (OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(DECIMAL), OUT(BOOLEAN), OUT(BOOLEAN)));
    EXPECT(pg, c, &texts, NULL, "aé||b |n|1.50|1|0;");
    sql_statement floats =
        QUERY("SELECT 1.5::float4, 0.1::float8, '-0'::float8", (OUT(FLOAT), OUT(FLOAT), OUT(FLOAT)));
    EXPECT(pg, c, &floats, NULL, "1.5|0.1|-0;");
    sql_statement times = QUERY(
        "SELECT '1970-01-01 00:00:00.000001'::timestamp, '2000-01-01 00:00Z'::timestamptz, "
        "'0001-01-01'::timestamp, "
        "'9999-12-31 23:59:59.999999'::timestamp, '1970-01-02'::date, '0001-01-01'::date, '9999-12-31'::date",
        (OUT(TIMESTAMP), OUT(TIMESTAMP), OUT(TIMESTAMP), OUT(TIMESTAMP), OUT(DATE), OUT(DATE), OUT(DATE)));
    EXPECT(pg, c, &times, NULL, "1|946684800000000|-62135596800000000|253402300799999999|1|-719162|2932896;");
    sql_statement others =
        QUERY("SELECT '00112233-4455-6677-8899-AABBCCDDEEFF'::uuid, '{\"a\": 1}'::json, "
              "'{\"a\": 1}'::jsonb, '\\x6100'::bytea, "
              "'00112233-4455-6677-8899-AABBCCDDEEFF'::text, '{}'::text, "
              "'00112233-4455-6677-8899-AABBCCDDEEFF'::uuid",
              (OUT(UUID), OUT(JSON), OUT(JSON), OUT(BYTES), OUT(UUID), OUT(JSON), OUT(STRING)));
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, &(driver_call){&others, NULL}, 1, 0));
    assert_slice(t.values[0].text, "00112233-4455-6677-8899-aabbccddeeff");
    assert_slice(t.values[1].text, "{\"a\": 1}");
    assert_slice(t.values[2].text, "{\"a\": 1}");
    assert_slice_literal(t.values[3].text, "a\0");
    assert_slice(t.values[4].text, "00112233-4455-6677-8899-aabbccddeeff");
    assert_slice(t.values[5].text, "{}");
    assert_slice(t.values[6].text, "00112233-4455-6677-8899-aabbccddeeff");
    trial_free(&t);
    sql_statement nulls = QUERY("SELECT NULL::int4, NULL::text, NULL::uuid, NULL::timestamptz, NULL::bytea",
                                (OUT(INT), OUT(STRING), OUT(UUID), OUT(TIMESTAMP), OUT(BYTES)));
    EXPECT(pg, c, &nulls, NULL, "-|-|-|-|-;");
    sql_statement keys = {.text =
                              SHEAF_SLICE("SELECT 'k'::text, '00112233-4455-6677-8899-aabbccddeeff'::uuid"),
                          .id = 1,
                          .outputs = (sql_output[]){{.text_key = true}, {.text_key = true}},
                          .output_count = 2};
    EXPECT(pg, c, &keys, NULL, "k|00112233-4455-6677-8899-aabbccddeeff;");
    pg->close(c);
}

static void refuses_misfits(void **state) {
    (void)state;
    driver_connection *c = open_one();
    const struct {
        sql_statement statement;
        const char *wanted;
    } cases[] = {
        {QUERY("SELECT 2147483648::int8", (OUT(INT))), "!data:t.INT holds a number beyond 32 bits"},
        {QUERY("SELECT 1.0::float8", (OUT(INT))), "!data:t.INT came from PostgreSQL as"},
        {QUERY("SELECT 'a'::text", (OUT(ID))), "!data:t.ID"},
        {QUERY("SELECT 1::numeric", (OUT(DECIMAL))), "!data:t.DECIMAL"},
        {QUERY("SELECT 'x'::text", (OUT(DECIMAL))), "!data:t.DECIMAL holds text that is not a number"},
        {QUERY("SELECT 'NaN'::float8", (OUT(FLOAT))), "!data:t.FLOAT holds a NaN"},
        {QUERY("SELECT '-infinity'::float4", (OUT(FLOAT))), "!data:t.FLOAT"},
        {QUERY("SELECT 'infinity'::timestamp", (OUT(TIMESTAMP))), "!data:t.TIMESTAMP holds an infinite time"},
        {QUERY("SELECT '-infinity'::timestamptz", (OUT(TIMESTAMP))),
         "!data:t.TIMESTAMP holds an infinite time"},
        {QUERY("SELECT '10000-01-01'::timestamp", (OUT(TIMESTAMP))),
         "!data:t.TIMESTAMP holds a time outside"},
        {QUERY("SELECT '294276-12-31'::timestamp", (OUT(TIMESTAMP))),
         "!data:t.TIMESTAMP holds a time outside"},
        {QUERY("SELECT '0001-12-31 BC'::timestamp", (OUT(TIMESTAMP))),
         "!data:t.TIMESTAMP holds a time outside"},
        {QUERY("SELECT '10000-01-01'::date", (OUT(DATE))), "!data:t.DATE holds a date outside"},
        {QUERY("SELECT 'infinity'::date", (OUT(DATE))), "!data:t.DATE holds an infinite date"},
        {QUERY("SELECT 'no'::text", (OUT(UUID))), "!data:t.UUID holds text that is not a UUID"},
        {QUERY("SELECT 1", (OUT(INT), OUT(INT))), "!database:gave 1 columns where 2 were expected"},
        {QUERY("SELECT 1, 2", (OUT(INT))), "!database:gave 2 columns where 1 were expected"},
        {QUERY("SET work_mem = '4MB'", (OUT(INT))), "!database:gave 0 columns where 1 were expected"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) EXPECT(pg, c, &cases[i].statement, NULL, cases[i].wanted);
    sql_statement works = QUERY("SELECT 1", (OUT(INT)));
    works.id = 77;
    EXPECT(pg, c, &works, NULL, "1;");
    pg->close(c);
}

static void encodes_every_parameter(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement scalars =
        STATEMENT("SELECT $1, $2, $3, $4, $5, $6, $7, $8, $3::numeric::text",
                  (OUT(BIGINT), OUT(FLOAT), OUT(STRING), OUT(BYTES), OUT(BOOLEAN), OUT(TIMESTAMP),
                   OUT(TIMESTAMP), OUT(DATE), OUT(DECIMAL)),
                  ({SQL_PARAM_INT}, {SQL_PARAM_FLOAT}, {SQL_PARAM_TEXT}, {SQL_PARAM_BYTES}, {SQL_PARAM_BOOL},
                   {SQL_PARAM_TIMESTAMP}, {SQL_PARAM_TIMESTAMPTZ}, {SQL_PARAM_DATE}));
    sql_argument some[] = {{INT(INT64_MIN)}, {FLOAT(1e-300)}, {TEXT("1.50")}, {TEXT("xyz")},
                           {INT(1)},         {INT(-1)},       {INT(1)},       {INT(-1)}};
    EXPECT(pg, c, &scalars, some, "-9223372036854775808|1e-300|1.50|xyz|1|-1|1|-1|1.50;");
    sql_argument none[8] = {0};
    EXPECT(pg, c, &scalars, none, "-|-|-|-|-|-|-|-|-;");
    sql_statement empty = STATEMENT("SELECT length($1), octet_length($2)", (OUT(INT), OUT(INT)),
                                    ({SQL_PARAM_TEXT}, {SQL_PARAM_BYTES}));
    EXPECT(pg, c, &empty, ((sql_argument[]){{TEXT("")}, {TEXT("")}}), "0|0;");
    sql_statement whole = STATEMENT("SELECT $1", (OUT(FLOAT)), ({SQL_PARAM_FLOAT}));
    EXPECT(pg, c, &whole, (&(sql_argument){INT(3)}), "3;");
    pg->close(c);
}

static void encodes_lists(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement ints =
        STATEMENT("SELECT array_to_string($1, ',', 'null')", (OUT(STRING)), ({SQL_PARAM_INT_LIST}));
    sql_statement floats =
        STATEMENT("SELECT array_to_string($1, ',', 'nil')", (OUT(STRING)), ({SQL_PARAM_FLOAT_LIST}));
    sql_statement texts =
        STATEMENT("SELECT array_to_string($1, ',', 'none')", (OUT(STRING)), ({SQL_PARAM_TEXT_LIST}));
    sheaf_value null = {0};
    EXPECT(pg, c, &ints, (&(sql_argument){LIST(INT(1), null, INT(-3))}), "1,null,-3;");
    EXPECT(pg, c, &ints, (&(sql_argument){LIST()}), ";");
    EXPECT(pg, c, &ints, (&(sql_argument){null}), "-;");
    EXPECT(pg, c, &floats, (&(sql_argument){LIST(FLOAT(0.5), INT(2))}), "0.5,2;");
    EXPECT(pg, c, &texts, (&(sql_argument){LIST(TEXT("a"), TEXT(""), null, TEXT("\"{,"))}), "a,,none,\"{,;");
    pg->close(c);
}

static void refuses_wrong_arguments(void **state) {
    (void)state;
    driver_connection *c = open_one();
    static const struct {
        sql_param_kind kind;
        sheaf_value value;
    } cases[] = {
        {SQL_PARAM_INT, {.kind = SHEAF_KIND_TEXT}},
        {SQL_PARAM_INT, {.kind = SHEAF_KIND_FLOAT}},
        {SQL_PARAM_FLOAT, {.kind = SHEAF_KIND_TEXT}},
        {SQL_PARAM_TEXT, {.kind = SHEAF_KIND_INT}},
        {SQL_PARAM_BYTES, {.kind = SHEAF_KIND_INT}},
        {SQL_PARAM_TIMESTAMP, {.kind = SHEAF_KIND_INT, .i = INT64_MIN}},
        {SQL_PARAM_DATE, {.kind = SHEAF_KIND_INT, .i = INT64_MAX}},
        {SQL_PARAM_INT_LIST, {.kind = SHEAF_KIND_INT}},
        {SQL_PARAM_KEYS, {.kind = SHEAF_KIND_NULL}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        sql_param param = {.kind = cases[i].kind, .key_columns = 1};
        sql_statement s = {SHEAF_SLICE("SELECT $1"), i, &param, 1, (sql_output[]){OUT(STRING)}, 1};
        EXPECT(pg, c, &s, &(sql_argument){cases[i].value}, "!variable:argument 1 has the wrong type");
    }
    sheaf_value strings = LIST(TEXT("a"));
    sql_statement ints = STATEMENT("SELECT $1", (OUT(STRING)), ({SQL_PARAM_INT_LIST}));
    EXPECT(pg, c, &ints, &(sql_argument){strings}, "!variable:argument 1");
    /* What the server refuses: its message would quote the value. */
    sql_statement uuid = STATEMENT("SELECT $1::uuid", (OUT(UUID)), ({SQL_PARAM_TEXT}));
    EXPECT(pg, c, &uuid, (&(sql_argument){TEXT("secret")}),
           "!variable:PostgreSQL refuses a value (SQLSTATE 22P02)");
    sql_statement nul = STATEMENT("SELECT $1 || ''", (OUT(STRING)), ({SQL_PARAM_TEXT}));
    EXPECT(pg, c, &nul, (&(sql_argument){TEXT("a\0b")}), "!variable:PostgreSQL refuses a value");
    assert_false(pg->broken(c));
    pg->close(c);
}

typedef struct key_columns {
    int64_t *ints;
    sheaf_slice *texts;
    char *bytes;
} key_columns;

/* ints 1 … n, and the same as text. */
static key_columns make_keys(size_t n) {
    key_columns k = {calloc(n + 1, sizeof *k.ints), calloc(n + 1, sizeof *k.texts), calloc(n + 1, 8)};
    for (size_t i = 0; i < n; i++) {
        k.ints[i] = (int64_t)i + 1;
        k.texts[i] = (sheaf_slice){k.bytes + i * 8, (size_t)snprintf(k.bytes + i * 8, 8, "%zu", i + 1)};
    }
    return k;
}

static void free_keys(key_columns *k) {
    free(k->ints);
    free(k->texts);
    free(k->bytes);
}

static void takes_key_sets(void **state) {
    (void)state;
    driver_connection *c = open_one();
    static const struct {
        size_t count;
        const char *wanted;
    } cases[] = {{0, "0|-;"}, {1, "1|1;"}, {2, "2|2;"}, {5001, "5001|5001;"}, {20000, "20000|20000;"}};
    script(c,
           "CREATE TEMP TABLE numbers AS SELECT i::int8 AS i, i::text AS t FROM generate_series(1, 30000) i;"
           "CREATE INDEX ON numbers (i); CREATE INDEX ON numbers (t); ANALYZE numbers");
    sql_statement by_int = STATEMENT("SELECT count(*), max(i) FROM numbers WHERE i = ANY($1)",
                                     (OUT(INT), OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    sql_statement by_text =
        STATEMENT("SELECT count(*), max(i) FROM numbers WHERE t = ANY($1)", (OUT(INT), OUT(INT)),
                  ({SQL_PARAM_KEYS, .key_columns = 1, .key_text = {true}}));
    sql_statement by_both =
        STATEMENT("SELECT count(*), max(i) + $3 FROM unnest($1, $2) k(a, b) JOIN numbers ON i = a AND t = b",
                  (OUT(INT), OUT(INT)),
                  ({SQL_PARAM_KEYS, .key_columns = 2, .key_text = {false, true}}, {SQL_PARAM_INT}));
    for (size_t i = 0; i < COUNT(cases); i++) {
        key_columns k = make_keys(cases[i].count);
        sql_key_set ints = {.count = cases[i].count, .ints = {k.ints}};
        sql_key_set texts = {.count = cases[i].count, .texts = {k.texts}};
        sql_key_set both = {.count = cases[i].count, .ints = {k.ints}, .texts = {NULL, k.texts}};
        EXPECT(pg, c, &by_int, &(sql_argument){.keys = &ints}, cases[i].wanted);
        EXPECT(pg, c, &by_text, &(sql_argument){.keys = &texts}, cases[i].wanted);
        EXPECT(pg, c, &by_both, ((sql_argument[]){{.keys = &both}, {INT(0)}}), cases[i].wanted);
        free_keys(&k);
    }
    sql_statement fails = STATEMENT("SELECT 1 / (array_length($1, 1) - 6000)", (OUT(INT)),
                                    ({SQL_PARAM_KEYS, .key_columns = 1}));
    key_columns k = make_keys(6000);
    sql_key_set keys = {.count = 6000, .ints = {k.ints}};
    EXPECT(pg, c, &fails, &(sql_argument){.keys = &keys},
           "!database:PostgreSQL refuses a value (SQLSTATE 22012)");
    free_keys(&k);
    sql_statement mode = QUERY("SELECT current_setting('plan_cache_mode')", (OUT(STRING)));
    EXPECT(pg, c, &mode, NULL, "force_generic_plan;"); /* what a large set changes is changed back */
    pg->close(c);
}

/* More than both sockets hold, in both directions at once. */
static void sends_and_receives_at_once(void **state) {
    (void)state;
    enum { ITEMS = 4000, SIZE = 1000 };
    driver_connection *c = open_one();
    sql_statement echo = STATEMENT("SELECT unnest($1)", (OUT(STRING)), ({SQL_PARAM_TEXT_LIST}));
    char *bytes = malloc(SIZE);
    memset(bytes, 'x', SIZE);
    sheaf_value *items = calloc(ITEMS, sizeof *items);
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = {bytes, SIZE}};
    sql_argument argument = {.value = {.kind = SHEAF_KIND_LIST, .list = {items, ITEMS}}};
    driver_call calls[5];
    for (size_t i = 0; i < COUNT(calls); i++) calls[i] = (driver_call){&echo, &argument};
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, calls, COUNT(calls), DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.cost.rows, COUNT(calls) * ITEMS);
    assert_int_equal(t.cost.bytes, COUNT(calls) * ITEMS * SIZE);
    assert_int_equal(t.cost.trips, 1);
    assert_int_equal(t.cost.statements, COUNT(calls));
    assert_true(t.cost.wait_ns > 0 && t.cost.decode_ns > 0);
    trial_free(&t);
    free(items);
    free(bytes);
    pg->close(c);
}

static void keeps_one_snapshot(void **state) {
    (void)state;
    driver_connection *reader = open_one(), *writer = open_one();
    script(writer, "DROP TABLE IF EXISTS driver_snapshot; CREATE TABLE driver_snapshot (i int)");
    sql_statement count = QUERY("SELECT count(*) FROM driver_snapshot", (OUT(INT)));
    driver_call call = {&count, NULL};
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_BEGIN));
    script(writer, "INSERT INTO driver_snapshot VALUES (1)");
    assert_true(trial_run(&t, pg, reader, &call, 1, 0));
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_COMMIT));
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_BEGIN));
    script(writer, "INSERT INTO driver_snapshot VALUES (1)");
    pg->finish(reader);
    pg->finish(reader); /* nothing is open any more */
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_BEGIN));
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_BEGIN)); /* ends the one before */
    assert_true(trial_run(&t, pg, reader, &call, 1, DRIVER_COMMIT));
    assert_string_equal(trial_text(&t), "0;0;0;1;2;2;2;");
    assert_int_equal(t.cost.trips, 7);
    trial_free(&t);
    sql_statement insert = QUERY("INSERT INTO driver_snapshot VALUES (3)", ());
    trial_init(&t, NULL);
    assert_false(trial_run(&t, pg, reader, &(driver_call){&insert, NULL}, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_READ_ONLY);
    assert_string_equal(t.err.sqlstate, "25006");
    EXPECT(pg, reader, &insert, NULL, ""); /* the connection is out of the failed transaction */
    trial_free(&t);
    script(writer, "DROP TABLE driver_snapshot");
    pg->close(reader);
    pg->close(writer);
}

static void first_error_wins(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement good = QUERY("SELECT 1", (OUT(INT))), later = QUERY("SELECT 2", (OUT(INT)));
    sql_statement bad = QUERY("SELECT 1 / (SELECT 0)", (OUT(INT))),
                  missing = QUERY("SELECT * FROM nowhere", (OUT(INT)));
    driver_call calls[] = {{&good, NULL}, {&bad, NULL}, {&missing, NULL}, {&later, NULL}};
    for (unsigned flags = 0; flags < 4; flags++) {
        trial t;
        trial_init(&t, NULL);
        assert_false(trial_run(&t, pg, c, calls, COUNT(calls), flags));
        assert_int_equal(t.err.code, SHEAF_E_DATABASE);
        assert_string_equal(t.err.sqlstate, "22012");
        assert_string_equal(trial_text(&t), "1;");
        assert_false(pg->broken(c));
        EXPECT(pg, c, &later, NULL, "2;"); /* prepared now, not when it was skipped */
        trial_free(&t);
    }
    EXPECT(pg, c, &missing, NULL, "!database:relation \"nowhere\" does not exist");
    /* An argument that does not fit is found after calls before it were sent. */
    sql_statement echo = STATEMENT("SELECT $1", (OUT(BIGINT)), ({SQL_PARAM_INT}));
    driver_call wrong[] = {{&later, NULL}, {&echo, &(sql_argument){TEXT("x")}}, {&good, NULL}};
    trial t;
    trial_init(&t, NULL);
    assert_false(trial_run(&t, pg, c, wrong, COUNT(wrong), DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_VARIABLE);
    trial_free(&t);
    EXPECT(pg, c, &echo, (&(sql_argument){INT(5)}), "5;");
    pg->close(c);
}

static void a_sink_can_stop(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement many = QUERY("SELECT generate_series(1, 1000)::text", (OUT(STRING)));
    driver_call calls[] = {{&many, NULL}, {&many, NULL}};
    trial t;
    trial_init(&t, NULL);
    t.stop_after = 3;
    assert_false(trial_run(&t, pg, c, calls, 2, DRIVER_BEGIN));
    assert_int_equal(t.err.code, SHEAF_E_LIMIT);
    assert_int_equal(t.rows, 2);
    trial_free(&t);
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, calls, 2, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.rows, 2000);
    trial_free(&t);
    pg->close(c);
}

/* Statements on the server whose names are those of this driver's cache. */
static void expect_prepared(driver_connection *c, const char *wanted) {
    sql_statement count =
        QUERY("SELECT count(*) FROM pg_prepared_statements WHERE name ~ '^s[0-9a-f]{16}$'", (OUT(INT)));
    EXPECT(pg, c, &count, NULL, wanted);
}

static void bounds_prepared_statements(void **state) {
    (void)state;
    driver_options options = test_options(NULL);
    options.statements_max = 3;
    driver_connection *c = open_with(&options);
    sql_statement statements[8], one = QUERY("SELECT 1", (OUT(INT)));
    driver_call calls[8];
    for (size_t i = 0; i < 8; i++) {
        statements[i] = one;
        statements[i].id = i + 1;
        calls[i] = (driver_call){&statements[i], NULL};
    }
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, calls, 8, DRIVER_BEGIN | DRIVER_COMMIT)); /* more than fit at once */
    expect_prepared(c, "4;"); /* 8, 7, 6, and this one, which will push one out */
    for (size_t i = 0; i < 30; i++) {
        assert_true(trial_run(&t, pg, c, &calls[i % 8], 1, 0));
        assert_true(trial_run(&t, pg, c, &calls[i * 3 % 8], 2 - i % 2, DRIVER_BEGIN));
    }
    expect_prepared(c, "4;");
    trial_free(&t);
    pg->close(c);
}

static void heals_what_was_prepared(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement one = QUERY("SELECT i FROM changing", (OUT(INT)));
    script(c, "CREATE TEMP TABLE changing (i int4)");
    EXPECT(pg, c, &one, NULL, "");
    script(c, "ALTER TABLE changing ALTER i TYPE int8");
    EXPECT(pg, c, &one, NULL, "");
    script(c, "INSERT INTO changing VALUES (7)");
    expect_prepared(c, "2;"); /* the old one is gone, on either side; the other is this question */
    static const char *const behind[] = {"DEALLOCATE ALL", "DEALLOCATE sheaf_begin",
                                         "ALTER TABLE changing ALTER i TYPE int2",
                                         "DEALLOCATE ALL; ALTER TABLE changing ALTER i TYPE int8"};
    for (size_t i = 0; i < COUNT(behind); i++) {
        trial t;
        trial_init(&t, NULL);
        script(c, behind[i]);
        assert_true(trial_run(&t, pg, c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN | DRIVER_COMMIT));
        assert_string_equal(trial_text(&t), "7;");
        assert_int_equal(t.cost.statements, 1);
        assert_int_equal(t.cost.trips, 2);
        trial_free(&t);
    }
    script(c, "ALTER TABLE changing ALTER i TYPE text");
    EXPECT(pg, c, &one, NULL, "!data:");
    script(c, "DROP TABLE changing");
    EXPECT(pg, c, &one, NULL, "!database:does not exist");
    assert_false(pg->broken(c));
    pg->close(c);
}

/* Where rows were handed out, or an earlier run's snapshot went, the caller has to start over; it can, on the
 * same connection. */
static void leaves_starting_over_to_the_caller(void **state) {
    (void)state;
    driver_connection *c = open_one(), *other = open_one();
    script(c, "DROP TABLE IF EXISTS driver_changing; CREATE TABLE driver_changing AS SELECT 7::int4 AS i");
    sql_statement constant = QUERY("SELECT 1", (OUT(INT))),
                  changing = QUERY("SELECT i FROM driver_changing", (OUT(INT)));
    driver_call calls[] = {{&constant, NULL}, {&changing, NULL}};
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, pg, c, calls, 2, DRIVER_BEGIN | DRIVER_COMMIT));
    script(other, "ALTER TABLE driver_changing ALTER i TYPE int8");
    assert_false(trial_run(&t, pg, c, calls, 2, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_CONNECTION_LOST);
    assert_string_equal(t.err.sqlstate, "0A000");
    assert_false(pg->broken(c));
    assert_true(trial_run(&t, pg, c, calls, 2, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_true(trial_run(&t, pg, c, calls, 1, DRIVER_BEGIN));
    script(other, "ALTER TABLE driver_changing ALTER i TYPE int4");
    assert_false(trial_run(&t, pg, c, calls + 1, 1, DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_CONNECTION_LOST);
    assert_true(trial_run(&t, pg, c, calls + 1, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    script(c, "DEALLOCATE sheaf_commit");
    assert_false(trial_run(&t, pg, c, calls + 1, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_CONNECTION_LOST);
    assert_true(trial_run(&t, pg, c, calls, 1, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_string_equal(trial_text(&t), "1;7;1;1;7;1;7;7;1;");
    assert_int_equal(t.cost.trips, 8);
    trial_free(&t);
    script(c, "DROP TABLE driver_changing");
    pg->close(c);
    pg->close(other);
}

static void notices_a_lost_connection(void **state) {
    (void)state;
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    for (int used = 0; used < 3; used++) {
        driver_connection *c = open_one();
        assert_true(pg->alive(c));
        if (used) EXPECT(pg, c, &one, NULL, "1;");
        trial t;
        trial_init(&t, NULL);
        if (used == 2) { /* with answers still owed */
            assert_true(trial_run(&t, pg, c, &(driver_call){&one, NULL}, 1, DRIVER_BEGIN));
            pg->finish(c);
        }
        trial_free(&t);
        assert_true(pg->alive(c));
        terminate(backend(c));
        assert_false(pg->alive(c));
        assert_true(pg->broken(c));
        EXPECT(pg, c, &one, NULL, "!connection_lost:");
        pg->close(c);
    }
    driver_connection *c = open_one();
    EXPECT(pg, c, &one, NULL, "1;");
    terminate(backend(c));
    EXPECT(pg, c, &one, NULL, "!connection_lost:"); /* found by the run itself */
    assert_true(pg->broken(c));
    pg->finish(c);
    pg->close(c);
}

static void loses_the_connection_within_a_result(void **state) {
    (void)state;
    driver_connection *c = open_one();
    /* The server ends itself after some rows of the second call are on their way. */
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    sql_statement suicide = QUERY("SELECT CASE i WHEN 90000 THEN "
                                  "pg_terminate_backend(pg_backend_pid())::text ELSE repeat('x', 100) END "
                                  "FROM generate_series(1, 100000) i",
                                  (OUT(STRING)));
    driver_call calls[] = {{&one, NULL}, {&suicide, NULL}, {&one, NULL}};
    trial t;
    trial_init(&t, NULL);
    assert_false(trial_run(&t, pg, c, calls, 3, DRIVER_BEGIN | DRIVER_COMMIT));
    assert_int_equal(t.err.code, SHEAF_E_CONNECTION_LOST);
    assert_string_equal(t.err.sqlstate, "57P01");
    assert_string_equal(trial_text(&t), "1;"); /* no row of a result that did not end */
    assert_int_equal(t.done, 1);
    assert_true(pg->broken(c));
    trial_free(&t);
    pg->close(c);
}

static void keeps_to_the_deadline(void **state) {
    (void)state;
    driver_options options = test_options(NULL);
    options.statement_timeout_ms = 200;
    driver_connection *c = open_with(&options);
    sql_statement sleeps = QUERY("SELECT 1 FROM pg_sleep(5)", (OUT(INT))),
                  one = QUERY("SELECT 1", (OUT(INT)));
    EXPECT(pg, c, &sleeps, NULL,
           "!timeout:statement timeout"); /* the server's own, so the connection stays */
    EXPECT(pg, c, &one, NULL, "1;");
    /* Three statements, each in time, are together too slow: the client stops waiting. */
    sql_statement naps = QUERY("SELECT 1 FROM pg_sleep(0.15)", (OUT(INT)));
    driver_call calls[] = {{&naps, NULL}, {&naps, NULL}, {&naps, NULL}};
    trial t;
    trial_init(&t, NULL);
    assert_false(trial_run(&t, pg, c, calls, 3, DRIVER_BEGIN));
    assert_int_equal(t.err.code, SHEAF_E_TIMEOUT);
    assert_true(pg->broken(c));
    trial_free(&t);
    pg->close(c);
}

static void refuses_copy(void **state) {
    (void)state;
    driver_connection *c = open_one();
    sql_statement copy = QUERY("COPY (SELECT 1) TO STDOUT", (OUT(INT)));
    EXPECT(pg, c, &copy, NULL, "!database:unexpected answer");
    assert_true(pg->broken(c));
    pg->close(c);
}

static bool work(const sheaf_allocator *allocator) {
    driver_options options = test_options(allocator);
    options.statements_max = 2;
    driver_connection *c;
    sheaf_error err = {0};
    if (!pg->open(getenv("SHEAF_TEST_PG"), &options, &c, &err)) {
        assert_int_equal(err.code, SHEAF_E_MEMORY);
        return false;
    }
    key_columns k = make_keys(6000);
    sql_key_set keys = {.count = 6000, .ints = {k.ints}};
    sql_statement texts = QUERY(
        "SELECT repeat('x', 10), '00112233-4455-6677-8899-aabbccddeeff'::uuid FROM generate_series(1, 1000)",
        (OUT(STRING), OUT(UUID)));
    sql_statement by_keys = STATEMENT("SELECT count(*) FROM generate_series(1, 10) i WHERE i = ANY($1)",
                                      (OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    sql_statement echo =
        STATEMENT("SELECT $1, $2", (OUT(STRING), OUT(INT)), ({SQL_PARAM_TEXT}, {SQL_PARAM_INT}));
    driver_call calls[] = {{&texts, NULL},
                           {&by_keys, &(sql_argument){.keys = &keys}},
                           {&echo, (sql_argument[]){{TEXT("a")}, {INT(1)}}}};
    bool all = true;
    for (int i = 0; i < 2; i++) {
        trial t;
        trial_init(&t, allocator);
        bool ok = trial_run(&t, pg, c, calls, COUNT(calls), DRIVER_BEGIN | DRIVER_COMMIT);
        if (ok)
            assert_int_equal(t.rows, 1002);
        else
            assert_int_equal(t.err.code, SHEAF_E_MEMORY);
        assert_false(pg->broken(c));
        all &= ok;
        trial_free(&t);
    }
    sql_statement mode = QUERY("SELECT current_setting('plan_cache_mode')", (OUT(STRING)));
    if (all) EXPECT(pg, c, &mode, NULL, "force_generic_plan;");
    pg->close(c);
    free_keys(&k);
    return all;
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    pg->close(open_one());
    test_memory m = {0};
    while (test_memory_next(&m)) {
        bool ok = work(&m.allocator);
        assert_true(test_memory_clean(&m));
        assert_true(ok != m.failed);
    }
}

static void opens_as_told(void **state) {
    (void)state;
    pg->close(open_one());
    driver_options options = test_options(NULL);
    char url[512];
    driver_connection *c = NULL;
    sheaf_error err;
    sql_statement settings =
        QUERY("SELECT current_setting('application_name'), current_setting('client_encoding'), "
              "current_setting('statement_timeout'), current_setting('work_mem')",
              (OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING)));
    const char *base = getenv("SHEAF_TEST_PG");
    snprintf(url, sizeof url,
             "%s%capplication_name=mine&client_encoding=LATIN1&options=-c%%20work_mem%%3D5MB", base,
             strchr(base, '?') ? '&' : '?');
    assert_true(pg->open(url, &options, &c, &err));
    EXPECT(pg, c, &settings, NULL, "mine|UTF8|20s|5MB;");
    pg->close(c);
    c = open_one();
    EXPECT(pg, c, &settings, NULL, "sheaf|UTF8|20s|4MB;");
    pg->close(c);
}

static void fails_to_open(void **state) {
    (void)state;
    driver_options options = test_options(NULL);
    driver_connection *c = NULL;
    sheaf_error err;
    static const char *const wrong[] = {"host=/nonexistent dbname=x", "postgresql://u:secret@[bad",
                                        "no_such_option=secret",
                                        "postgresql://u:secret@/x?host=%2Fnonexistent"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_false(pg->open(wrong[i], &options, &c, &err));
        assert_int_equal(err.code, SHEAF_E_CONNECT);
        assert_null(strstr(err.message, "secret"));
        assert_true(*err.message != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_every_type),
        cmocka_unit_test(refuses_misfits),
        cmocka_unit_test(encodes_every_parameter),
        cmocka_unit_test(encodes_lists),
        cmocka_unit_test(refuses_wrong_arguments),
        cmocka_unit_test(takes_key_sets),
        cmocka_unit_test(sends_and_receives_at_once),
        cmocka_unit_test(keeps_one_snapshot),
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(a_sink_can_stop),
        cmocka_unit_test(bounds_prepared_statements),
        cmocka_unit_test(heals_what_was_prepared),
        cmocka_unit_test(leaves_starting_over_to_the_caller),
        cmocka_unit_test(notices_a_lost_connection),
        cmocka_unit_test(loses_the_connection_within_a_result),
        cmocka_unit_test(keeps_to_the_deadline),
        cmocka_unit_test(refuses_copy),
        cmocka_unit_test(survives_lack_of_memory),
        cmocka_unit_test(opens_as_told),
        cmocka_unit_test(fails_to_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
