#include <stdlib.h>
#include <unistd.h>

#include "../../base/time.h"
#include "../test_driver.h"
#include <sqlite3.h>

static const driver *const lite = &driver_sqlite;

static driver_connection *open_with(const char *path, const driver_options *options) {
    char url[512];
    driver_connection *c = NULL;
    sheaf_error err = {0};
    snprintf(url, sizeof url, "sqlite:%s", path);
    if (!lite->open(url, options, &c, &err)) fail_msg("%s", err.message);
    return c;
}

static driver_connection *open_one(const char *path) {
    driver_options options = test_options(NULL);
    return open_with(path, &options);
}

static void script(driver_connection *c, const char *sql) {
    sheaf_error err = {0};
    if (!lite->script(c, slice_of(sql), &err)) fail_msg("%s", err.message);
}

/* A new file's name, in a folder of its own. */
typedef struct place {
    char folder[256], file[300];
} place;

static place new_place(void) {
    place p;
    const char *tmp = getenv("TMPDIR");
    snprintf(p.folder, sizeof p.folder, "%s/sheaf-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(p.folder));
    snprintf(p.file, sizeof p.file, "%s/a.db", p.folder);
    return p;
}

static void remove_place(const place *p) {
    unlink(p->file);
    assert_int_equal(rmdir(p->folder), 0); /* no journal is left */
}

static void decodes_every_type(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    sql_statement integers = QUERY("SELECT 1, -2147483648, 9223372036854775807, 1, 0, 7, 1.5, '2', ''",
                                   (OUT(ID), OUT(INT), OUT(BIGINT), OUT(BOOLEAN), OUT(BOOLEAN), OUT(FLOAT),
                                    OUT(FLOAT), OUT(STRING), OUT(STRING)));
    EXPECT(lite, c, &integers, NULL, "1|-2147483648|9223372036854775807|1|0|7|1.5|2|;");
    sql_statement times =
        QUERY("SELECT 5, '1970-01-01T00:00:00.000001Z', '2000-01-01 02:00:00+02', '1970-01-02', '0001-01-01'",
              (OUT(TIMESTAMP), OUT(TIMESTAMP), OUT(TIMESTAMP), OUT(DATE), OUT(DATE)));
    EXPECT(lite, c, &times, NULL, "5|1|946684800000000|1|-719162;");
    sql_statement numbers =
        QUERY("SELECT '1.50', 15, 0.1, '{\"a\": 1}', 3, 2.5",
              (OUT(DECIMAL), OUT(DECIMAL), OUT(DECIMAL), OUT(JSON), OUT(JSON), OUT(JSON)));
    EXPECT(lite, c, &numbers, NULL, "1.50|15|0.1|{\"a\": 1}|3|2.5;");
    sql_statement uuids =
        QUERY("SELECT '00112233-4455-6677-8899-AABBCCDDEEFF', x'00112233445566778899aabbccddeeff'",
              (OUT(UUID), OUT(UUID)));
    EXPECT(lite, c, &uuids, NULL,
           "00112233-4455-6677-8899-aabbccddeeff|00112233-4455-6677-8899-aabbccddeeff;");
    sql_statement bytes = QUERY("SELECT x'6162', x''", (OUT(BYTES), OUT(BYTES)));
    EXPECT(lite, c, &bytes, NULL, "ab|;");
    sql_statement nulls =
        QUERY("SELECT NULL, NULL, NULL, NULL", (OUT(INT), OUT(STRING), OUT(UUID), OUT(BYTES)));
    EXPECT(lite, c, &nulls, NULL, "-|-|-|-;");
    sql_statement key = {SHEAF_SLICE("SELECT 'k'"), 1, NULL, 0, (sql_output[]){{.text_key = true}}, 1};
    EXPECT(lite, c, &key, NULL, "k;");
    lite->close(c);
}

static void refuses_misfits(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    const struct {
        sql_statement statement;
        const char *wanted;
    } cases[] = {
        {QUERY("SELECT '1'", (OUT(INT))), "!data:t.INT holds no integer"},
        {QUERY("SELECT 1.0", (OUT(BIGINT))), "!data:t.BIGINT holds no integer"},
        {QUERY("SELECT 'x'", (OUT(ID))), "!data:t.ID holds no integer"},
        {QUERY("SELECT 2147483648", (OUT(INT))), "!data:t.INT holds a number beyond 32 bits"},
        {QUERY("SELECT 1", (OUT(STRING))), "!data:t.STRING holds no text"},
        {QUERY("SELECT x'61'", (OUT(STRING))), "!data:t.STRING holds no text"},
        {QUERY("SELECT 'x'", (OUT(FLOAT))), "!data:t.FLOAT holds no number"},
        {QUERY("SELECT 9e999", (OUT(FLOAT))), "!data:t.FLOAT holds a NaN or an infinity"},
        {QUERY("SELECT 2", (OUT(BOOLEAN))), "!data:t.BOOLEAN holds a number other than 0 and 1"},
        {QUERY("SELECT 'true'", (OUT(BOOLEAN))), "!data:t.BOOLEAN holds no integer"},
        {QUERY("SELECT 'soon'", (OUT(TIMESTAMP))), "!data:t.TIMESTAMP holds neither"},
        {QUERY("SELECT 1.5", (OUT(TIMESTAMP))), "!data:t.TIMESTAMP holds neither"},
        {QUERY("SELECT 9223372036854775807", (OUT(TIMESTAMP))), "!data:t.TIMESTAMP holds a time outside"},
        {QUERY("SELECT 20000", (OUT(DATE))), "!data:t.DATE holds no text"},
        {QUERY("SELECT '2024-02-30'", (OUT(DATE))), "!data:t.DATE holds text that is not a date"},
        {QUERY("SELECT 'x'", (OUT(DECIMAL))), "!data:t.DECIMAL holds text that is not a number"},
        {QUERY("SELECT 9e999", (OUT(DECIMAL))), "!data:t.DECIMAL holds an infinity"},
        {QUERY("SELECT x'00'", (OUT(JSON))), "!data:t.JSON holds no text"},
        {QUERY("SELECT x'00'", (OUT(UUID))), "!data:t.UUID holds a BLOB that is not a UUID"},
        {QUERY("SELECT 'no'", (OUT(UUID))), "!data:t.UUID holds text that is not a UUID"},
        {QUERY("SELECT 'a'", (OUT(BYTES))), "!data:t.BYTES holds no BLOB"},
        {QUERY("SELECT 1, 2", (OUT(INT))), "!database:gave 2 columns where 1 were expected"},
        {QUERY("SELECT ?1", (OUT(INT))), "!database:another number of parameters"},
        {QUERY("", (OUT(INT))), "!database:another number of parameters"},
        {QUERY("SELECT 1 FROM nowhere", (OUT(INT))), "!database:no such table: nowhere"},
        {QUERY("SELECT \"nope\"", (OUT(STRING))),
         "!database:no such column: nope"}, /* not taken for a string */
    };
    for (size_t i = 0; i < COUNT(cases); i++) EXPECT(lite, c, &cases[i].statement, NULL, cases[i].wanted);
    assert_false(lite->broken(c));
    lite->close(c);
}

static void binds_every_parameter(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    sql_statement types =
        STATEMENT("SELECT typeof(?1) || quote(?1), typeof(?2) || quote(?2), typeof(?3) || quote(?3), "
                  "typeof(?4) || quote(?4), "
                  "quote(?5), quote(?6), quote(?7), quote(?8)",
                  (OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING),
                   OUT(STRING)),
                  ({SQL_PARAM_INT}, {SQL_PARAM_FLOAT}, {SQL_PARAM_TEXT}, {SQL_PARAM_BYTES}, {SQL_PARAM_BOOL},
                   {SQL_PARAM_TIMESTAMP}, {SQL_PARAM_TIMESTAMPTZ}, {SQL_PARAM_DATE}));
    sql_argument some[] = {{INT(INT64_MIN)}, {INT(2)},  {TEXT("it's")}, {TEXT("ab")},
                           {INT(7)},         {INT(-1)}, {INT(1)},       {INT(-1)}};
    EXPECT(lite, c, &types, some,
           "integer-9223372036854775808|real2.0|text'it''s'|blobX'6162'|1|-1|1|'1969-12-31';");
    sql_argument empty[8] = {[2] = {TEXT("")}, [3] = {TEXT("")}};
    EXPECT(lite, c, &types, empty, "nullNULL|nullNULL|text''|blobX''|NULL|NULL|NULL|NULL;");
    static const struct {
        sql_param_kind kind;
        sheaf_value value;
    } wrong[] = {
        {SQL_PARAM_INT, {.kind = SHEAF_KIND_TEXT}},
        {SQL_PARAM_FLOAT, {.kind = SHEAF_KIND_TEXT}},
        {SQL_PARAM_TEXT, {.kind = SHEAF_KIND_INT}},
        {SQL_PARAM_BYTES, {.kind = SHEAF_KIND_INT}},
        {SQL_PARAM_TIMESTAMP, {.kind = SHEAF_KIND_INT, .i = INT64_MAX}},
        {SQL_PARAM_DATE, {.kind = SHEAF_KIND_INT, .i = INT64_MAX}},
        {SQL_PARAM_TEXT_LIST, {.kind = SHEAF_KIND_TEXT}},
        {SQL_PARAM_KEYS, {.kind = SHEAF_KIND_NULL}},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        sql_param param = {.kind = wrong[i].kind, .key_columns = 1};
        sql_statement s = {SHEAF_SLICE("SELECT ?1"), i, &param, 1, (sql_output[]){OUT(STRING)}, 1};
        EXPECT(lite, c, &s, &(sql_argument){wrong[i].value}, "!variable:argument 1 has the wrong type");
    }
    lite->close(c);
}

static void takes_lists(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    script(c, "CREATE TABLE t (i INTEGER, f REAL, s TEXT); INSERT INTO t VALUES (1, 0.5, 'a'), (2, 2.0, "
              "'2'), (NULL, NULL, NULL)");
    sql_statement ints = STATEMENT("SELECT i FROM t WHERE i IN (SELECT k0 FROM sheaf_keys(?1))", (OUT(INT)),
                                   ({SQL_PARAM_INT_LIST}));
    sql_statement floats = STATEMENT("SELECT i FROM t WHERE f IN (SELECT k0 FROM sheaf_keys(?1))", (OUT(INT)),
                                     ({SQL_PARAM_FLOAT_LIST}));
    sql_statement texts = STATEMENT("SELECT i FROM t WHERE s IN (SELECT k0 FROM sheaf_keys(?1))", (OUT(INT)),
                                    ({SQL_PARAM_TEXT_LIST}));
    sql_statement types = STATEMENT("SELECT typeof(k0), typeof(k1) FROM sheaf_keys(?1)",
                                    (OUT(STRING), OUT(STRING)), ({SQL_PARAM_TEXT_LIST}));
    sheaf_value null = {0};
    EXPECT(lite, c, &ints, (&(sql_argument){LIST(INT(2), null, INT(3))}), "2;");
    EXPECT(lite, c, &ints, (&(sql_argument){LIST()}), "");
    EXPECT(lite, c, &ints, (&(sql_argument){null}), "");
    EXPECT(lite, c, &floats, (&(sql_argument){LIST(FLOAT(0.5), INT(2))}), "1;2;");
    EXPECT(lite, c, &texts, (&(sql_argument){LIST(TEXT("2"), TEXT(""))}), "2;");
    EXPECT(lite, c, &types, (&(sql_argument){LIST(INT(1), FLOAT(1), TEXT("1"), null)}),
           "integer|null;real|null;text|null;null|null;");
    lite->close(c);
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

static const char numbers[] =
    "CREATE TABLE numbers (i INTEGER PRIMARY KEY, t TEXT UNIQUE, f INTEGER); "
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
    "INSERT INTO numbers SELECT i, i, i FROM n; CREATE INDEX numbers_f ON numbers (f)";

static void takes_key_sets(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    static const struct {
        size_t count;
        const char *wanted;
    } cases[] = {{0, "0|-;"}, {1, "1|1;"}, {2, "2|2;"}, {20000, "20000|20000;"}};
    script(c, numbers);
    sql_statement by_int =
        STATEMENT("SELECT count(*), max(i) FROM numbers WHERE i IN (SELECT k0 FROM sheaf_keys(?1))",
                  (OUT(INT), OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    sql_statement by_text =
        STATEMENT("SELECT count(*), max(i) FROM numbers WHERE t IN (SELECT k0 FROM sheaf_keys(?1))",
                  (OUT(INT), OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1, .key_text = {true}}));
    sql_statement by_join =
        STATEMENT("SELECT count(*), max(i) FROM sheaf_keys(?1) AS k CROSS JOIN numbers ON numbers.f = k.k0",
                  (OUT(INT), OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    sql_statement by_both =
        STATEMENT("SELECT count(*), max(i) + ?2 FROM sheaf_keys(?1) AS k CROSS JOIN numbers n ON n.i = k.k0 "
                  "AND n.t = k.k1",
                  (OUT(INT), OUT(INT)),
                  ({SQL_PARAM_KEYS, .key_columns = 2, .key_text = {false, true}}, {SQL_PARAM_INT}));
    for (size_t i = 0; i < COUNT(cases); i++) {
        key_columns k = make_keys(cases[i].count);
        sql_key_set ints = {.count = cases[i].count, .ints = {k.ints}};
        sql_key_set texts = {.count = cases[i].count, .texts = {k.texts}};
        sql_key_set both = {.count = cases[i].count, .ints = {k.ints}, .texts = {NULL, k.texts}};
        EXPECT(lite, c, &by_int, &(sql_argument){.keys = &ints}, cases[i].wanted);
        EXPECT(lite, c, &by_text, &(sql_argument){.keys = &texts}, cases[i].wanted);
        EXPECT(lite, c, &by_join, &(sql_argument){.keys = &ints}, cases[i].wanted);
        EXPECT(lite, c, &by_both, ((sql_argument[]){{.keys = &both}, {INT(0)}}), cases[i].wanted);
        free_keys(&k);
    }
    sql_statement all =
        STATEMENT("SELECT typeof(k0), typeof(k1), typeof(k2), typeof(k3), k3, rowid FROM sheaf_keys(?1)",
                  (OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(STRING), OUT(INT)),
                  ({SQL_PARAM_KEYS, .key_columns = 4, .key_text = {false, true, false, true}}));
    sql_key_set four = {.count = 1,
                        .ints = {(int64_t[]){1}, NULL, (int64_t[]){3}},
                        .texts = {NULL, (sheaf_slice[]){SHEAF_SLICE("2")}, NULL, (sheaf_slice[]){{NULL, 0}}}};
    EXPECT(lite, c, &all, &(sql_argument){.keys = &four}, "integer|text|integer|text||0;");
    sql_statement bare = QUERY("SELECT k0 FROM sheaf_keys", (OUT(INT)));
    EXPECT(lite, c, &bare, NULL, "!database:no query solution");
    sql_statement no_pointer = STATEMENT("SELECT k0 FROM sheaf_keys(?1)", (OUT(INT)), ({SQL_PARAM_INT}));
    EXPECT(lite, c, &no_pointer, (&(sql_argument){INT(4096)}), "");
    lite->close(c);
}

static void key_sets_use_indexes(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    script(c, numbers);
    script(c, "ANALYZE");
    static const struct {
        const char *sql, *plan;
    } cases[] = {
        {"SELECT i FROM numbers WHERE i IN (SELECT k0 FROM sheaf_keys(?1))",
         "SEARCH numbers USING INTEGER PRIMARY KEY"},
        {"SELECT i FROM numbers WHERE t IN (SELECT k0 FROM sheaf_keys(?1))",
         "SEARCH numbers USING COVERING INDEX sqlite_autoindex_numbers_1"},
        {"SELECT i FROM numbers WHERE f IN (SELECT k0 FROM sheaf_keys(?1)) ORDER BY f, i",
         "SEARCH numbers USING COVERING INDEX numbers_f"},
        {"SELECT i FROM sheaf_keys(?1) AS k CROSS JOIN numbers ON numbers.t = k.k0",
         "SEARCH numbers USING COVERING INDEX sqlite_autoindex_numbers_1"},
        {"SELECT i FROM sheaf_keys(?1) AS k JOIN numbers ON numbers.f = k.k0",
         "SEARCH numbers USING COVERING INDEX numbers_f"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        sql_param param = {SQL_PARAM_KEYS, 1, {false}};
        sql_statement s = {slice_of(cases[i].sql), i, &param, 1, (sql_output[]){OUT(INT)}, 1};
        buffer out;
        buffer_init(&out, NULL);
        assert_true(lite->explain(c, &s, &out, NULL));
        buffer_byte(&out, '\0');
        if (!strstr(out.ptr, cases[i].plan)) fail_msg("%s", out.ptr);
        buffer_free(&out);
    }
    lite->close(c);
}

static void orders_decimals(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    sql_statement s = QUERY("SELECT group_concat(v) FROM (SELECT column1 AS v FROM (VALUES ('10'), ('b'), "
                            "('9.5'), ('-2'), (''), ('NaN'), ('1e3')) "
                            "ORDER BY 1 COLLATE sheaf_decimal)",
                            (OUT(STRING)));
    EXPECT(lite, c, &s, NULL, "-2,9.5,10,1e3,NaN,,b;");
    sql_statement equal = QUERY("SELECT '1.50' = '1.5' COLLATE sheaf_decimal", (OUT(BOOLEAN)));
    EXPECT(lite, c, &equal, NULL, "1;");
    lite->close(c);
}

static void keeps_one_snapshot(void **state) {
    (void)state;
    place p = new_place();
    driver_connection *writer = open_one(p.file), *reader = open_one(p.file);
    script(writer, "PRAGMA journal_mode = WAL; CREATE TABLE t (i)");
    sql_statement count = QUERY("SELECT count(*) FROM t", (OUT(INT)));
    driver_call call = {&count, NULL};
    trial t;
    trial_init(&t, NULL);
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_BEGIN));
    script(writer, "INSERT INTO t VALUES (1)");
    assert_true(trial_run(&t, lite, reader, &call, 1, 0));
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_COMMIT));
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_BEGIN));
    script(writer, "INSERT INTO t VALUES (1)");
    lite->finish(reader);
    lite->finish(reader);
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_BEGIN));
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_BEGIN));
    assert_true(trial_run(&t, lite, reader, &call, 1, DRIVER_COMMIT));
    assert_string_equal(trial_text(&t), "0;0;0;1;2;2;2;");
    assert_int_equal(t.cost.trips, 7);
    assert_int_equal(t.cost.statements, 7);
    assert_int_equal(t.cost.rows, 7);
    assert_int_equal(t.cost.bytes, 56);
    trial_free(&t);
    lite->close(reader);
    lite->close(writer);
    remove_place(&p);
}

static void first_error_ends_the_run(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    sql_statement good = QUERY("SELECT 1", (OUT(INT))),
                  bad = QUERY("SELECT 'x' UNION ALL SELECT 2", (OUT(STRING)));
    driver_call calls[] = {{&good, NULL}, {&bad, NULL}, {&good, NULL}};
    for (unsigned flags = 0; flags < 4; flags++) {
        trial t;
        trial_init(&t, NULL);
        assert_false(trial_run(&t, lite, c, calls, 3, flags));
        assert_int_equal(t.err.code, SHEAF_E_DATA);
        assert_string_equal(trial_text(&t), "1;x;");
        assert_int_equal(t.done, 1);
        assert_true(sqlite3_get_autocommit(lite->raw(c))); /* nothing stays open */
        trial_free(&t);
        trial_init(&t, NULL);
        t.stop_after = 2;
        assert_false(trial_run(&t, lite, c, (driver_call[]){{&good, NULL}, {&good, NULL}}, 2, flags));
        assert_int_equal(t.err.code, SHEAF_E_LIMIT);
        trial_free(&t);
    }
    lite->close(c);
}

static size_t count_statements(driver_connection *c) {
    size_t count = 0;
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(lite->raw(c), s));) count++;
    return count;
}

static void bounds_prepared_statements(void **state) {
    (void)state;
    driver_options options = test_options(NULL);
    options.statements_max = 3;
    driver_connection *c = open_with(":memory:", &options);
    size_t before = count_statements(c);
    for (uint64_t i = 0; i < 50; i++) {
        sql_statement s = {SHEAF_SLICE("SELECT 1"), i % 7 * (i % 3), NULL, 0, (sql_output[]){OUT(INT)}, 1};
        EXPECT(lite, c, &s, NULL, "1;");
    }
    assert_int_equal(count_statements(c) - before, 3);
    lite->close(c);
}

static void notices_a_changed_schema(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    script(c, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    sql_statement all = QUERY("SELECT * FROM t", (OUT(INT)));
    EXPECT(lite, c, &all, NULL, "1;");
    script(c, "ALTER TABLE t ADD COLUMN b");
    EXPECT(lite, c, &all, NULL, "!database:gave 2 columns where 1 were expected");
    lite->close(c);
}

static void keeps_to_the_deadline(void **state) {
    (void)state;
    driver_options options = test_options(NULL);
    options.statement_timeout_ms = 50;
    driver_connection *c = open_with(":memory:", &options);
    sql_statement endless = QUERY(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", (OUT(INT)));
    sql_statement one = QUERY("SELECT 1", (OUT(INT)));
    EXPECT(lite, c, &endless, NULL, "!timeout:SQLite did not finish within 50 ms");
    EXPECT(lite, c, &one, NULL, "1;");
    lite->close(c);
}

static void tells_busy_and_read_only(void **state) {
    (void)state;
    place p = new_place();
    driver_options options = test_options(NULL);
    sql_statement insert = QUERY("INSERT INTO t VALUES (1)", ()),
                  count = QUERY("SELECT count(*) FROM t", (OUT(INT)));
    driver_connection *a = open_one(p.file), *b = open_one(p.file);
    script(a, "CREATE TABLE t (i)");
    EXPECT(lite, b, &count, NULL, "0;");
    script(a, "BEGIN EXCLUSIVE");
    EXPECT(lite, b, &count, NULL, "!busy:database is locked");
    script(a, "ROLLBACK");
    EXPECT(lite, b, &count, NULL, "0;");
    options.read_only = true;
    driver_connection *reader = open_with(p.file, &options);
    EXPECT(lite, reader, &insert, NULL, "!read_only:readonly database");
    EXPECT(lite, reader, &count, NULL, "0;");
    lite->close(a);
    lite->close(b);
    lite->close(reader);
    remove_place(&p);
}

static void tells_a_full_database(void **state) {
    (void)state;
    driver_connection *c = open_one(":memory:");
    script(c, "CREATE TABLE t (b); PRAGMA max_page_count = 10");
    sql_statement fill = QUERY("INSERT INTO t VALUES (zeroblob(100000))", ());
    EXPECT(lite, c, &fill, NULL, "!full:database or disk is full");
    assert_false(lite->broken(c));
    lite->close(c);
}

static void write_file(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void fails_to_open(void **state) {
    (void)state;
    place p = new_place();
    driver_options options = test_options(NULL), read_only = options;
    driver_connection *c;
    sheaf_error err;
    char url[400], nested[500];
    read_only.read_only = true;
    snprintf(url, sizeof url, "sqlite:%s", p.file);
    assert_false(lite->open(url, &read_only, &c, &err)); /* it does not create */
    assert_int_equal(err.code, SHEAF_E_CONNECT);
    snprintf(nested, sizeof nested, "%s/no/such", url);
    assert_false(lite->open(nested, &options, &c, &err));
    assert_int_equal(err.code, SHEAF_E_CONNECT);
    assert_false(lite->open("postgresql://", &options, &c, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    write_file(p.file, "This is a text, and long enough to be looked at as the header of a database would "
                       "be: 100 bytes or more.");
    assert_false(lite->open(url, &options, &c, &err));
    assert_int_equal(err.code, SHEAF_E_NOT_A_DATABASE);
    remove_place(&p);
}

static bool work(const sheaf_allocator *allocator) {
    driver_options options = test_options(allocator);
    options.statements_max = 2;
    driver_connection *c;
    sheaf_error err = {0};
    if (!lite->open("sqlite::memory:", &options, &c, &err)) {
        assert_int_equal(err.code, SHEAF_E_MEMORY);
        return false;
    }
    sql_statement texts = QUERY("SELECT 'text', x'00112233445566778899aabbccddeeff', 0.5",
                                (OUT(STRING), OUT(UUID), OUT(DECIMAL)));
    sql_statement by_keys =
        STATEMENT("SELECT k0 FROM sheaf_keys(?1)", (OUT(INT)), ({SQL_PARAM_KEYS, .key_columns = 1}));
    sql_statement echo = STATEMENT("SELECT ?1", (OUT(STRING)), ({SQL_PARAM_TEXT}));
    sql_key_set keys = {.count = 2, .ints = {(int64_t[]){1, 2}}};
    driver_call calls[] = {
        {&texts, NULL}, {&by_keys, &(sql_argument){.keys = &keys}}, {&echo, (sql_argument[]){{TEXT("a")}}}};
    bool all = true;
    for (int i = 0; i < 2; i++) {
        trial t;
        trial_init(&t, allocator);
        bool ok = trial_run(&t, lite, c, calls, COUNT(calls), DRIVER_BEGIN | DRIVER_COMMIT);
        if (ok)
            assert_string_equal(trial_text(&t), "text|00112233-4455-6677-8899-aabbccddeeff|0.5;1;2;a;");
        else
            assert_int_equal(t.err.code, SHEAF_E_MEMORY);
        all &= ok;
        trial_free(&t);
    }
    lite->close(c);
    return all;
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        bool ok = work(&m.allocator);
        assert_true(test_memory_clean(&m));
        assert_true(ok != m.failed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_every_type),
        cmocka_unit_test(refuses_misfits),
        cmocka_unit_test(binds_every_parameter),
        cmocka_unit_test(takes_lists),
        cmocka_unit_test(takes_key_sets),
        cmocka_unit_test(key_sets_use_indexes),
        cmocka_unit_test(orders_decimals),
        cmocka_unit_test(keeps_one_snapshot),
        cmocka_unit_test(first_error_ends_the_run),
        cmocka_unit_test(bounds_prepared_statements),
        cmocka_unit_test(notices_a_changed_schema),
        cmocka_unit_test(keeps_to_the_deadline),
        cmocka_unit_test(tells_busy_and_read_only),
        cmocka_unit_test(tells_a_full_database),
        cmocka_unit_test(fails_to_open),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
