/* Keys and what refers to them, of every type and collation that PostgreSQL holds against each other: each
 * strategy must find the same rows. */
#include <libpq-fe.h>
#include <stdlib.h>

#include "world.h"

static const sheaf_strategy strategies[] = {SHEAF_STRATEGY_LEVELS, SHEAF_STRATEGY_RESELECT,
                                            SHEAF_STRATEGY_SETTING};
enum { STRATEGY_COUNT = sizeof strategies / sizeof *strategies };

/* Authors write books in a language; both are linked directly, too. */
static const char model_text[] =
    "type Author @table(name: \"author\") { id: ID! n: Int! @unique books: [Book!]! @many(ref: \"author\")\n"
    "  languages: [Language!]! @through(table: \"speaks\", from: \"author_id\", to: \"language_id\")\n"
    "  written: [Language!]! @follow(path: \"books.language\", order: [{n: DESC}])\n"
    "  best: Book @pick(of: \"books\", keep_max: \"pages\", per: [\"language\"], order: [{id: DESC}])\n"
    "  books_count: Int! @count(of: \"books\") languages_count: Int! @count(of: \"languages\") }\n"
    "type Book @table(name: \"book\") { id: ID! pages: Int! author: Author language: Language }\n"
    "type Language @table(name: \"language\") { id: ID! n: Int! books: [Book!]! @many(ref: \"language\")\n"
    "  authors: [Author!]! @through(table: \"speaks\", from: \"language_id\", to: \"author_id\") }\n";

static const char document[] =
    "query references { books { id author { n books { id } } language { n authors { n } } } }\n"
    "query lists { authors(limit: 2) { n books(limit: 2) { id author { n } language { n books { id } } } } "
    "}\n"
    "query links { authors { languages(limit: 1) { n authors(limit: 2) { n languages { n } } } } }\n"
    "query offset { languages(offset: 1, limit: 2) { n books { id author { n languages { n } } } } }\n"
    "query counts { books(limit: 3) { author { books_count languages_count } } }\n"
    "query paths { authors { written { n authors { n } } best { id language { n books { id } } } } }\n"
    "query ahead { author(n: 2) { books { id language { n } } languages { n } best { id } books_count "
    "languages_count } book(id: 5) { author { n languages { n } } language { n } } }\n"
    "query conditions { authors(where: {languages: {books: {author: {n: {gt: 0}}}}}) { n books { id } } }\n";

#define DOMAINS                                                                                              \
    "CREATE DOMAIN plain AS text; CREATE DOMAIN german AS text COLLATE \"de-x-icu\";"                        \
    "CREATE DOMAIN twice AS german; CREATE DOMAIN whole AS int; CREATE DOMAIN whole_again AS whole;"
#define CASELESS                                                                                             \
    "CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"

/* Types of keys, of references and of the columns of the link table. */
typedef struct types {
    const char *key, *author_ref, *language_ref, *author_link, *language_link;
} types;

static void make_tables(const world *w, const types *t, const char *const values[3]) {
    char sql[4096];
    world_run(w, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; " DOMAINS CASELESS
                 "CREATE TYPE letter AS ENUM ('c', 'b', 'a')");
    snprintf(
        sql, sizeof sql,
        "CREATE TABLE author (id %s PRIMARY KEY, n int NOT NULL UNIQUE);"
        "CREATE TABLE language (id %s PRIMARY KEY, n int NOT NULL);"
        "CREATE TABLE book (id bigint PRIMARY KEY, pages int NOT NULL, author_id %s, language_id %s);"
        "CREATE TABLE speaks (author_id %s, language_id %s, PRIMARY KEY (author_id, language_id));"
        "INSERT INTO author VALUES ('%s', 1), ('%s', 2), ('%s', 3);"
        "INSERT INTO language SELECT id, n FROM author;"
        "INSERT INTO book SELECT 3 * a.n + l.n, 10 * (a.n %% 2) + l.n, a.id, l.id FROM author a, language l;"
        "INSERT INTO book VALUES (100, 0, NULL, NULL);"
        "INSERT INTO speaks SELECT a.id, l.id FROM author a, language l WHERE a.n <= l.n; ANALYZE",
        t->key, t->key, t->author_ref, t->language_ref, t->author_link, t->language_link, values[0],
        values[1], values[2]);
    world_run(w, sql);
}

/* The answers of all queries, one after another. */
static char *answers(const world *w, sheaf_strategy strategy, const char *what) {
    sheaf_model *model = world_read_model(model_text, NULL);
    sheaf_shapes *shapes = world_shapes(model, document);
    sheaf_db *db = world_open(w, model, &(sheaf_options){.strategy = strategy});
    char *all = strdup("");
    for (size_t i = 0; i < sheaf_shapes_count(shapes); i++) {
        char *json = NULL, *longer = NULL;
        sheaf_error err = {0};
        if (!world_page(db, sheaf_shapes_at(shapes, i), NULL, 0, &json, &err))
            fail_msg("%s, query %zu by %s: %s", what, i, sheaf_strategy_name(strategy), err.message);
        if (asprintf(&longer, "%s%s\n", all, json) < 0) fail_msg("no memory");
        free(json);
        free(all);
        all = longer;
    }
    sheaf_close(db);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
    return all;
}

static bool has_icu(const world *w) {
    PGconn *c = PQconnectdb(w->url);
    PGresult *r = PQexec(c, "SELECT FROM pg_collation WHERE collname IN ('de-x-icu', 'sv-x-icu')");
    bool has = PQntuples(r) == 2;
    PQclear(r);
    PQfinish(c);
    return has;
}

static const world *world_with_icu(void **state) {
    world *w = world_of(state);
    if (!has_icu(w)) {
        print_message("the server has no ICU\n");
        skip();
    }
    return w;
}

/* What plain types answer, these must, too. */
static void same_as(const world *w, const types *plain, const types *others, size_t count,
                    const char *const values[3]) {
    make_tables(w, plain, values);
    char *wanted = answers(w, SHEAF_STRATEGY_LEVELS, plain->key);
    for (size_t i = 0; i < count; i++) {
        make_tables(w, &others[i], values);
        for (int s = 0; s < STRATEGY_COUNT; s++) {
            char what[128];
            snprintf(what, sizeof what, "%s and %s", others[i].key, others[i].author_ref);
            char *found = answers(w, strategies[s], what);
            if (strcmp(found, wanted) != 0)
                fail_msg("%s, by %s:\n%s\nbut plainly:\n%s", what, sheaf_strategy_name(strategies[s]), found,
                         wanted);
            free(found);
        }
    }
    free(wanted);
}

#define ALL(type)                                                                                            \
    { type, type, type, type, type }
#define TO(key, by)                                                                                          \
    { key, by, by, by, by }
static const char *const letters[] = {"a", "b", "c"}, *const digits[] = {"1", "2", "3"};

static void texts_of_two_collations(void **state) {
    static const types others[] = {
        ALL("text COLLATE \"de-x-icu\""),
        TO("text COLLATE \"de-x-icu\"", "text COLLATE \"sv-x-icu\""),
        TO("text COLLATE \"C\"", "text COLLATE \"POSIX\""),
        TO("text", "text COLLATE \"sv-x-icu\""),
        TO("text COLLATE \"de-x-icu\"", "text"),
        {"text COLLATE \"de-x-icu\"", "text COLLATE \"sv-x-icu\"", "text COLLATE \"C\"",
         "text COLLATE \"und-x-icu\"", "varchar(9) COLLATE \"POSIX\""},
        {"text", "text", "text", "text COLLATE \"sv-x-icu\"", "text COLLATE \"de-x-icu\""},
        {"german", "text COLLATE \"sv-x-icu\"", "twice", "plain", "german"},
        TO("name", "varchar(3) COLLATE \"de-x-icu\""),
    };
    const types plain = ALL("text");
    same_as(world_with_icu(state), &plain, others, sizeof others / sizeof *others, letters);
}

static void texts_of_other_types(void **state) {
    static const types others[] = {
        ALL("char(3)"),        TO("char(3)", "char(5)"), TO("char(3)", "text"),
        TO("text", "char(3)"), TO("varchar(3)", "name"), {"text", "char(3)", "varchar(3)", "name", "bpchar"},
        ALL("letter"),         ALL("\"char\""),
    };
    const types plain = ALL("text");
    same_as(world_with_icu(state), &plain, others, sizeof others / sizeof *others, letters);
}

static void integers_of_all_widths(void **state) {
    static const types others[] = {
        {"int", "bigint", "smallint", "smallint", "bigint"},
        {"smallint", "int", "bigint", "whole", "int"},
        {"whole_again", "whole", "smallint", "bigint", "whole_again"},
    };
    const types plain = ALL("bigint");
    same_as(world_with_icu(state), &plain, others, sizeof others / sizeof *others, digits);
}

/* An index of the side that is looked up serves, whatever the collation of the other. */
static void joins_by_the_index_of_what_they_find(void **state) {
    const world *w = world_with_icu(state);
    const types two = TO("text COLLATE \"de-x-icu\"", "text COLLATE \"sv-x-icu\"");
    make_tables(w, &two, letters);
    sheaf_model *model = world_read_model(model_text, NULL);
    sheaf_shapes *shapes = world_shapes(model, document);
    sheaf_db *db = world_open(w, model, &(sheaf_options){0});
    char *text = NULL;
    sheaf_error err = {0};
    sheaf_plan_numbers numbers;
    if (!sheaf_shape_plan(db, sheaf_shapes_find(shapes, "conditions"), SHEAF_PLAN_LOCK, &text, &numbers,
                          &err))
        fail_msg("%s", err.message);
    assert_non_null(strstr(text, "\"author_id\" = t1.\"id\" COLLATE pg_catalog.\"sv-x-icu\""));
    assert_non_null(strstr(text, "\"id\" = t2.\"language_id\" COLLATE pg_catalog.\"de-x-icu\""));
    sheaf_text_free(db, text);
    sheaf_close(db);
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
}

/* Where the database takes two spellings for one key, memory would not. */
static void refuses_what_takes_spellings_for_equal(void **state) {
    static const types refused[] = {
        ALL("text COLLATE caseless"),
        TO("text", "text COLLATE caseless"),
        TO("text COLLATE caseless", "text"),
    };
    const world *w = world_with_icu(state);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        make_tables(w, &refused[i], letters);
        sheaf_model *model = world_read_model(model_text, NULL);
        sheaf_shapes *shapes = world_shapes(model, document);
        sheaf_options options = {.url = w->url, .model = model, .strategy = SHEAF_STRATEGY_RESELECT};
        sheaf_db *db = NULL;
        sheaf_error err = {0};
        char *json = NULL;
        assert_false(sheaf_open(&options, &db, &err) &&
                     world_page(db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err));
        assert_error(&err, SHEAF_E_CATALOGUE, "takes different spellings for equal",
                     i == 2 ? "author.id" : "author_id", "Book.author");
        sheaf_close(db);
        sheaf_shapes_free(shapes);
        sheaf_model_free(model);
    }
}

/* The groups of a pick are those of the database, in SQL and in memory. */
static void picks_by_a_caseless_text(void **state) {
    const world *w = world_with_icu(state);
    world_run(w, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; " CASELESS
                 "CREATE TABLE author (id int PRIMARY KEY);"
                 "CREATE TABLE book (id int PRIMARY KEY, author_id int NOT NULL, v int NOT NULL,"
                 " kind text COLLATE caseless NOT NULL); INSERT INTO author VALUES (1);"
                 "INSERT INTO book VALUES (1, 1, 5, 'x'), (2, 1, 7, 'X'); ANALYZE");
    sheaf_model *model = world_read_model(
        "type Author @table(name: \"author\") { id: ID! books: [Book!]! @many(ref: \"author\")\n"
        "  best: Book @pick(of: \"books\", keep_max: \"v\", per: [\"kind\"], order: [{id: ASC}]) }\n"
        "type Book @table(name: \"book\") { id: ID! author: Author! v: Int! kind: String! }\n",
        NULL);
    sheaf_shapes *shapes = world_shapes(model, "query q { authors { best { id author { id } } } }");
    for (int i = 0; i < STRATEGY_COUNT; i++) {
        sheaf_db *db = world_open(w, model, &(sheaf_options){.strategy = strategies[i]});
        sheaf_error err = {0};
        char *json = NULL;
        if (!world_page(db, sheaf_shapes_at(shapes, 0), NULL, 0, &json, &err)) fail_msg("%s", err.message);
        assert_string_equal(json, "{\"authors\":[{\"best\":{\"id\":2,\"author\":{\"id\":1}}}]}");
        free(json);
        sheaf_close(db);
    }
    sheaf_shapes_free(shapes);
    sheaf_model_free(model);
}

static int make_worlds(void **state) {
    (void)state;
    worlds_make();
    return 0;
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        ON_PG(texts_of_two_collations),
        ON_PG(texts_of_other_types),
        ON_PG(integers_of_all_widths),
        ON_PG(joins_by_the_index_of_what_they_find),
        ON_PG(refuses_what_takes_spellings_for_equal),
        ON_PG(picks_by_a_caseless_text),
    };
    return cmocka_run_group_tests(tests, make_worlds, worlds_close);
}
