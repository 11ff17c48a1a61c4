/* The text of each form of step, in both dialects. A change here is a change of what databases are asked: say
 * why in its commit. */
#include "../lang/lang.h"
#include "../plan/test_plan.h"
#include "sql.h"

typedef struct sql_case {
    const char *what, *groups; /* as in plan/test_plan.h; the options are the last group's */
    const char *where, *order;
    bool offset, after;
    uint64_t after_nulls;
    uint32_t step;
    bool instead;                    /* the statement that lets SQL choose */
    const char *postgresql, *sqlite; /* without the quotes around every identifier */
} sql_case;

static const sql_case cases[] = {
    {.what = "a search",
     .groups = "Package:20{name}",
     .postgresql = "SELECT t1.id, t1.name FROM package AS t1 WHERE TRUE ORDER BY t1.id LIMIT 20",
     .sqlite = "SELECT t1.id, t1.name FROM package AS t1 WHERE TRUE ORDER BY t1.id LIMIT 20"},
    {.what = "by a condition, in an order in which NULL can stand",
     .groups = "Package:20{name}",
     .where = "{popularity: {gt: 5}, maintainer: {id: {eq: 7}}}",
     .order = "[{popularity: DESC}, {name: ASC}]",
     .postgresql = "SELECT t1.id, t1.name FROM package AS t1"
                   " WHERE TRUE AND (t1.popularity > $1 AND t1.maintainer_id = $2)"
                   " ORDER BY t1.popularity DESC, t1.name, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id, t1.name FROM package AS t1"
               " WHERE TRUE AND (t1.popularity > ?1 AND t1.maintainer_id = ?2)"
               " ORDER BY t1.popularity DESC NULLS FIRST, t1.name, t1.id LIMIT 20"},
    {.what = "decimals are equal by value, which a Bloom filter of SQLite's would not see",
     .groups = "Package:20{id}",
     .where = "{price: {eq: \"1.50\"}}",
     .postgresql = "SELECT t1.id FROM package AS t1 WHERE TRUE AND t1.price = $1::numeric ORDER BY t1.id"
                   " LIMIT 20",
     .sqlite = "SELECT t1.id FROM package AS t1 WHERE TRUE AND (t1.price COLLATE sheaf_decimal >= ?1"
               " AND t1.price COLLATE sheaf_decimal <= ?1) ORDER BY t1.id LIMIT 20"},
    {.what = "by a relation",
     .groups = "Package:20{name}",
     .where = "{uploaders: {name: {starts_with: \"a\"}}, not: {distro: {name: {in: [\"x\", \"y\"]}}}}",
     .postgresql = "SELECT t1.id, t1.name FROM package AS t1 WHERE TRUE AND (EXISTS (SELECT 1"
                   " FROM package_uploader AS t2 CROSS JOIN person AS t3"
                   " WHERE TRUE AND t2.package_id = t1.id AND t3.id = t2.person_id AND starts_with(t3.name, "
                   "$1)) AND (NOT (EXISTS (SELECT 1"
                   " FROM distro AS t4 WHERE TRUE AND t4.id = t1.distro_id AND t4.name = ANY($2)))))"
                   " ORDER BY t1.id LIMIT 20",
     .sqlite = "SELECT t1.id, t1.name FROM package AS t1 WHERE TRUE AND (EXISTS (SELECT 1"
               " FROM package_uploader AS t2 CROSS JOIN person AS t3"
               " WHERE TRUE AND t2.package_id = t1.id AND t3.id = t2.person_id AND substr(t3.name, 1, "
               "length(?1)) = ?1) AND (NOT (EXISTS (SELECT 1"
               " FROM distro AS t4 WHERE TRUE AND t4.id = t1.distro_id AND t4.name IN (SELECT k0"
               " FROM sheaf_keys(?2)))))) ORDER BY t1.id LIMIT 20"},
    {.what = "by a unique attribute",
     .groups = "Distro:1{id}",
     .where = "{name: {eq: \"debian\"}}",
     .postgresql = "SELECT t1.id FROM distro AS t1 WHERE TRUE AND t1.name = $1 ORDER BY t1.id LIMIT 1",
     .sqlite = "SELECT t1.id FROM distro AS t1 WHERE TRUE AND t1.name = ?1 ORDER BY t1.id LIMIT 1"},
    {.what = "under an OFFSET keys are found first, and nothing is joined",
     .groups = "Package:20{name}",
     .where = "{distro: {id: {eq: 1}}}",
     .order = "[{name: DESC}]",
     .offset = true,
     .postgresql =
         "SELECT t1.id, t1.name FROM (SELECT t2.id FROM package AS t2 WHERE TRUE AND t2.distro_id = $1"
         " ORDER BY t2.name DESC, t2.id LIMIT 20 OFFSET $2) AS c CROSS JOIN package AS t1"
         " WHERE TRUE AND t1.id = c.id ORDER BY t1.name DESC, t1.id",
     .sqlite = "SELECT t1.id, t1.name FROM (SELECT t2.id FROM package AS t2 WHERE TRUE AND t2.distro_id = ?1"
               " ORDER BY t2.name DESC, t2.id LIMIT 20 OFFSET ?2) AS c CROSS JOIN package AS t1"
               " WHERE TRUE AND t1.id = c.id ORDER BY t1.name DESC, t1.id"},
    {.what = "after a cursor, all columns one way and never NULL: a row compared",
     .groups = "Package:20{popularity}",
     .order = "[{name: ASC}]",
     .after = true,
     .postgresql = "SELECT t1.id, t1.popularity FROM package AS t1 WHERE TRUE AND (t1.name, t1.id) > ($1, $2)"
                   " ORDER BY t1.name, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id, t1.popularity FROM package AS t1 WHERE TRUE AND (t1.name, t1.id) > (?1, ?2)"
               " ORDER BY t1.name, t1.id LIMIT 20"},
    {.what = "after a cursor downwards",
     .groups = "Package:20{popularity}",
     .order = "[{name: DESC}, {id: DESC}]",
     .after = true,
     .postgresql = "SELECT t1.id, t1.popularity FROM package AS t1 WHERE TRUE AND (t1.name, t1.id) < ($1, $2)"
                   " ORDER BY t1.name DESC, t1.id DESC LIMIT 20",
     .sqlite = "SELECT t1.id, t1.popularity FROM package AS t1 WHERE TRUE AND (t1.name, t1.id) < (?1, ?2)"
               " ORDER BY t1.name DESC, t1.id DESC LIMIT 20"},
    {.what = "after a cursor, directions mixed",
     .groups = "Package:20{id}",
     .order = "[{name: DESC}]",
     .after = true,
     .postgresql = "SELECT t1.id FROM package AS t1"
                   " WHERE TRUE AND (t1.name <= $1 AND (t1.name < $2 OR t1.name = $3 AND (t1.id > $4)))"
                   " ORDER BY t1.name DESC, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id FROM package AS t1"
               " WHERE TRUE AND (t1.name <= ?1 AND (t1.name < ?2 OR t1.name = ?3 AND (t1.id > ?4)))"
               " ORDER BY t1.name DESC, t1.id LIMIT 20"},
    {.what = "after a value where NULLs follow",
     .groups = "Package:20{id}",
     .order = "[{popularity: ASC}]",
     .after = true,
     .postgresql = "SELECT t1.id FROM package AS t1"
                   " WHERE TRUE AND (((t1.popularity > $1 OR t1.popularity IS NULL) OR t1.popularity = $2 "
                   "AND (t1.id > $3)))"
                   " ORDER BY t1.popularity, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id FROM package AS t1"
               " WHERE TRUE AND (((t1.popularity > ?1 OR t1.popularity IS NULL) OR t1.popularity = ?2 AND "
               "(t1.id > ?3)))"
               " ORDER BY t1.popularity NULLS LAST, t1.id LIMIT 20"},
    {.what = "after a NULL that is last",
     .groups = "Package:20{id}",
     .order = "[{popularity: ASC}]",
     .after = true,
     .after_nulls = 1,
     .postgresql = "SELECT t1.id FROM package AS t1"
                   " WHERE TRUE AND ((FALSE OR t1.popularity IS NULL AND (t1.id > $1)))"
                   " ORDER BY t1.popularity, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id FROM package AS t1"
               " WHERE TRUE AND ((FALSE OR t1.popularity IS NULL AND (t1.id > ?1)))"
               " ORDER BY t1.popularity NULLS LAST, t1.id LIMIT 20"},
    {.what = "after a NULL that is first",
     .groups = "Package:20{id}",
     .order = "[{popularity: DESC}, {name: ASC}]",
     .after = true,
     .after_nulls = 1,
     .postgresql = "SELECT t1.id FROM package AS t1"
                   " WHERE TRUE AND ((t1.popularity IS NOT NULL OR t1.popularity IS NULL AND (t1.name > $1 "
                   "OR t1.name = $2 AND (t1.id > $3))))"
                   " ORDER BY t1.popularity DESC, t1.name, t1.id LIMIT 20",
     .sqlite = "SELECT t1.id FROM package AS t1"
               " WHERE TRUE AND ((t1.popularity IS NOT NULL OR t1.popularity IS NULL AND (t1.name > ?1 OR "
               "t1.name = ?2 AND (t1.id > ?3))))"
               " ORDER BY t1.popularity DESC NULLS FIRST, t1.name, t1.id LIMIT 20"},
    {.what = "a total",
     .groups = "#Package",
     .where = "{popularity: {is_null: false}}",
     .postgresql = "SELECT count(*) FROM package AS t1 WHERE TRUE AND t1.popularity IS NOT NULL",
     .sqlite = "SELECT count(*) FROM package AS t1 WHERE TRUE AND t1.popularity IS NOT NULL"},
    {.what = "rows by key",
     .groups = "=Person{name}",
     .postgresql = "SELECT t1.id, t1.name FROM person AS t1 WHERE TRUE AND t1.id = ANY($1)",
     .sqlite = "SELECT t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN person AS t1"
               " WHERE TRUE AND t1.id = k.k0"},
    {.what = "rows by a key of two columns",
     .groups = "=Note{body}",
     .postgresql = "SELECT t1.package_id, t1.number, t1.body FROM note AS t1"
                   " WHERE TRUE AND (t1.package_id, t1.number) IN (SELECT * FROM unnest($1, $2))",
     .sqlite = "SELECT t1.package_id, t1.number, t1.body FROM sheaf_keys(?1) AS k CROSS JOIN note AS t1"
               " WHERE TRUE AND t1.package_id = k.k0 AND t1.number = k.k1"},
    {.what = "a list",
     .groups = "Distro{packages{name}}",
     .step = 1,
     .postgresql =
         "SELECT t1.distro_id, t1.id, t1.name FROM package AS t1 WHERE TRUE AND t1.distro_id = ANY($1)",
     .sqlite = "SELECT k.k0, t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " WHERE TRUE AND t1.distro_id = k.k0"},
    {.what = "a list by a condition of the relation and one of the call",
     .groups = "Distro{popular{name}}",
     .where = "{name: {contains: \"z\"}}",
     .step = 1,
     .postgresql =
         "SELECT t1.distro_id, t1.id, t1.name FROM package AS t1"
         " WHERE TRUE AND t1.distro_id = ANY($1) AND t1.popularity > $2 AND position($3 IN t1.name) > 0",
     .sqlite = "SELECT k.k0, t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " WHERE TRUE AND t1.distro_id = k.k0 AND t1.popularity > ?2 AND instr(t1.name, ?3) > 0"},
    {.what = "a list for a key of two columns",
     .groups = "Note{replies{id}}",
     .step = 1,
     .postgresql = "SELECT t1.note_package, t1.note_number, t1.id FROM reply AS t1"
                   " WHERE TRUE AND (t1.note_package, t1.note_number) IN (SELECT * FROM unnest($1, $2))",
     .sqlite = "SELECT k.k0, k.k1, t1.id FROM sheaf_keys(?1) AS k"
               " CROSS JOIN reply AS t1 WHERE TRUE AND t1.note_package = k.k0 AND t1.note_number = k.k1"},
    {.what = "a limit, chosen in memory",
     .groups = "Distro{hot_packages:3{name}}",
     .step = 1,
     .postgresql = "SELECT t1.distro_id, t1.id, t1.name, t1.popularity FROM package AS t1"
                   " WHERE TRUE AND t1.distro_id = ANY($1) LIMIT 50001",
     .sqlite = "SELECT k.k0, t1.id, t1.name, t1.popularity FROM sheaf_keys(?1) AS k"
               " CROSS JOIN package AS t1 WHERE TRUE AND t1.distro_id = k.k0 LIMIT 50001"},
    {.what = "a limit, chosen in SQL",
     .groups = "Distro{hot_packages:3{name}}",
     .instead = true,
     .step = 1,
     .postgresql = "SELECT k.k0, c.id, c.name, c.popularity FROM unnest($1) AS k(k0)"
                   " CROSS JOIN LATERAL (SELECT t1.id, t1.name, t1.popularity FROM package AS t1"
                   " WHERE TRUE AND t1.distro_id = k.k0 ORDER BY t1.popularity DESC, t1.id LIMIT 3) AS c",
     .sqlite = "SELECT k.k0, t1.id, t1.name, t1.popularity FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " WHERE TRUE AND (t1.id) IN (SELECT t2.id FROM package AS t2"
               " WHERE TRUE AND t2.distro_id = k.k0 ORDER BY t2.popularity DESC NULLS FIRST, t2.id LIMIT 3)"},
    {.what = "a limit and an offset for each parent, chosen in SQL",
     .groups = "Distro{packages:3{name}}",
     .offset = true,
     .instead = true,
     .step = 1,
     .postgresql =
         "SELECT k.k0, c.id, c.name FROM unnest($1) AS k(k0) CROSS JOIN LATERAL (SELECT t1.id, t1.name"
         " FROM package AS t1 WHERE TRUE AND t1.distro_id = k.k0 ORDER BY t1.id"
         " LIMIT 3 OFFSET $2) AS c",
     .sqlite = "SELECT k.k0, t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " WHERE TRUE AND (t1.id) IN (SELECT t2.id FROM package AS t2"
               " WHERE TRUE AND t2.distro_id = k.k0 ORDER BY t2.id LIMIT 3 OFFSET ?2)"},
    {.what = "after a cursor for each parent",
     .groups = "Distro{packages:3{name}}",
     .after = true,
     .instead = true,
     .step = 1,
     .postgresql =
         "SELECT k.k0, c.id, c.name FROM unnest($1) AS k(k0) CROSS JOIN LATERAL (SELECT t1.id, t1.name"
         " FROM package AS t1 WHERE TRUE AND t1.distro_id = k.k0 AND (t1.id) > ($2) ORDER BY t1.id"
         " LIMIT 3) AS c",
     .sqlite = "SELECT k.k0, t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " WHERE TRUE AND (t1.id) IN (SELECT t2.id FROM package AS t2"
               " WHERE TRUE AND t2.distro_id = k.k0 AND (t2.id) > (?2) ORDER BY t2.id LIMIT 3)"},
    {.what = "a path that can meet a row twice",
     .groups = "Distro{packages.uploaders{name}}",
     .step = 1,
     .postgresql =
         "SELECT t1.distro_id, t3.id, t3.name FROM package AS t1 CROSS JOIN package_uploader AS t2"
         " CROSS JOIN person AS t3"
         " WHERE TRUE AND t1.distro_id = ANY($1) AND t2.package_id = t1.id AND t3.id = t2.person_id",
     .sqlite = "SELECT k.k0, t3.id, t3.name FROM sheaf_keys(?1) AS k CROSS JOIN package AS t1"
               " CROSS JOIN package_uploader AS t2 CROSS JOIN person AS t3"
               " WHERE TRUE AND t1.distro_id = k.k0 AND t2.package_id = t1.id AND t3.id = t2.person_id"},
    {.what = "a limit of such a path, chosen in SQL",
     .groups = "Distro{packages.uploaders:2{name}}",
     .instead = true,
     .step = 1,
     .postgresql =
         "SELECT k.k0, t1.id, t1.name FROM unnest($1) AS k(k0)"
         " CROSS JOIN LATERAL (SELECT DISTINCT t4.id, t4.id FROM package AS t2"
         " CROSS JOIN package_uploader AS t3 CROSS JOIN person AS t4"
         " WHERE TRUE AND t2.distro_id = k.k0 AND t3.package_id = t2.id AND t4.id = t3.person_id"
         " ORDER BY t4.id LIMIT 2) AS c(c0, c1) CROSS JOIN person AS t1 WHERE TRUE AND t1.id = c.c0",
     .sqlite = "SELECT k.k0, t1.id, t1.name FROM sheaf_keys(?1) AS k CROSS JOIN person AS t1"
               " WHERE TRUE AND (t1.id) IN (SELECT t4.id FROM package AS t2"
               " CROSS JOIN package_uploader AS t3 CROSS JOIN person AS t4"
               " WHERE TRUE AND t2.distro_id = k.k0 AND t3.package_id = t2.id AND t4.id = t3.person_id"
               " GROUP BY t4.id ORDER BY t4.id LIMIT 2)"},
    {.what = "a path that begins with a reference",
     .groups = "Bug{package.distro{name}}",
     .step = 1,
     .postgresql =
         "SELECT t1.id, t3.id, t3.name FROM bug AS t1 CROSS JOIN package AS t2 CROSS JOIN distro AS t3"
         " WHERE TRUE AND t1.id = ANY($1) AND t2.id = t1.package_id AND t3.id = t2.distro_id",
     .sqlite = "SELECT k.k0, t3.id, t3.name FROM sheaf_keys(?1) AS k CROSS JOIN bug AS t1"
               " CROSS JOIN package AS t2 CROSS JOIN distro AS t3"
               " WHERE TRUE AND t1.id = k.k0 AND t2.id = t1.package_id AND t3.id = t2.distro_id"},
    {.what = "a link with the rows it leads to",
     .groups = "Package{uploaders{name}}",
     .step = 1,
     .postgresql = "SELECT t1.package_id, t2.id, t2.name FROM package_uploader AS t1 CROSS JOIN person AS t2"
                   " WHERE TRUE AND t1.package_id = ANY($1) AND t2.id = t1.person_id",
     .sqlite = "SELECT k.k0, t2.id, t2.name FROM sheaf_keys(?1) AS k"
               " CROSS JOIN package_uploader AS t1 CROSS JOIN person AS t2"
               " WHERE TRUE AND t1.package_id = k.k0 AND t2.id = t1.person_id"},
    {.what = "a link alone, its rows being fetched by key",
     .groups = "Package{maintainer{name} uploaders{name}}",
     .step = 1,
     .postgresql = "SELECT t1.package_id, t1.person_id FROM package_uploader AS t1"
                   " WHERE TRUE AND t1.package_id = ANY($1)",
     .sqlite = "SELECT k.k0, t1.person_id FROM sheaf_keys(?1) AS k"
               " CROSS JOIN package_uploader AS t1 WHERE TRUE AND t1.package_id = k.k0"},
    {.what = "a pick, whole",
     .groups = "Package{worst{title}}",
     .step = 1,
     .postgresql = "SELECT t1.package_id, t1.id, t1.title, t1.heat, t1.kind FROM bug AS t1"
                   " WHERE TRUE AND t1.package_id = ANY($1) AND t1.open = $2 LIMIT 50001",
     .sqlite = "SELECT k.k0, t1.id, t1.title, t1.heat, t1.kind FROM sheaf_keys(?1) AS k"
               " CROSS JOIN bug AS t1 WHERE TRUE AND t1.package_id = k.k0 AND t1.open = ?2 LIMIT 50001"},
    {.what = "a pick, in SQL",
     .groups = "Package{worst{title}}",
     .instead = true,
     .step = 1,
     .postgresql =
         "SELECT k.k0, t1.id, t1.title, t1.heat, t1.kind FROM unnest($1) AS k(k0)"
         " CROSS JOIN LATERAL (SELECT t2.id"
         " FROM (SELECT t3.title, t3.id, t3.heat, max(t3.heat) OVER (PARTITION BY t3.kind) AS sheaf best"
         " FROM bug AS t3 WHERE TRUE AND t3.package_id = k.k0 AND t3.open = $2) AS t2"
         " WHERE t2.heat = t2.sheaf best ORDER BY t2.title, t2.id LIMIT 1) AS c(c0) CROSS JOIN bug AS t1"
         " WHERE TRUE AND t1.id = c.c0",
     .sqlite =
         "SELECT k.k0, t1.id, t1.title, t1.heat, t1.kind FROM sheaf_keys(?1) AS k CROSS JOIN bug AS t1"
         " WHERE TRUE AND (t1.id) IN (SELECT t2.id"
         " FROM (SELECT t3.title, t3.id, t3.heat, max(t3.heat) OVER (PARTITION BY t3.kind) AS sheaf best"
         " FROM bug AS t3 WHERE TRUE AND t3.package_id = k.k0 AND t3.open = ?2) AS t2"
         " WHERE t2.heat = t2.sheaf best ORDER BY t2.title, t2.id LIMIT 1)"},
    {.what = "a count",
     .groups = "Package{bugs_count}",
     .step = 1,
     .postgresql = "SELECT t1.package_id, count(*) FROM bug AS t1 WHERE TRUE AND t1.package_id = ANY($1)"
                   " GROUP BY t1.package_id",
     .sqlite = "SELECT k.k0, (SELECT count(*) FROM bug AS t1 WHERE TRUE AND t1.package_id = k.k0)"
               " FROM sheaf_keys(?1) AS k"},
    {.what = "a count of rows that can be met twice",
     .groups = "Distro{uploaders_count}",
     .step = 1,
     .postgresql =
         "SELECT c.k0, count(*) FROM (SELECT DISTINCT t1.distro_id AS k0, t3.id AS r0"
         " FROM package AS t1 CROSS JOIN package_uploader AS t2 CROSS JOIN person AS t3"
         " WHERE TRUE AND t1.distro_id = ANY($1) AND t2.package_id = t1.id AND t3.id = t2.person_id) AS c"
         " GROUP BY c.k0",
     .sqlite = "SELECT k.k0, (SELECT count(*) FROM (SELECT DISTINCT t3.id FROM package AS t1"
               " CROSS JOIN package_uploader AS t2 CROSS JOIN person AS t3"
               " WHERE TRUE AND t1.distro_id = k.k0 AND t2.package_id = t1.id AND t3.id = t2.person_id))"
               " FROM sheaf_keys(?1) AS k"},
};

/* ---- From a case to its text
 * -----------------------------------------------------------------------------*/

static const syntax_value *value_of(test_plan *t, const char *literal, syntax_document **ret_document) {
    sheaf_error err = {0};
    sheaf_slice source = arena_printf(&t->memory, "{ f(a: %s) }", literal);
    if (!lang_parse(&t->memory, source, "s", ret_document, &err)) fail_msg("%s", err.message);
    return &(*ret_document)->definitions[0].selections[0].arguments[0].value;
}

static void set_options(test_plan *t, const sql_case *c, graph_group *g) {
    syntax_document *document = NULL;
    sheaf_error err = {0};
    if (c->where) {
        const syntax_value *value = value_of(t, c->where, &document);
        if (!filter_read(g->entity, value, document, NULL, SHEAF_E_SHAPE, &t->memory, &g->where, &err))
            fail_msg("%s", err.message);
    }
    if (c->order) {
        const syntax_value *value = value_of(t, c->order, &document);
        if (!order_read(g->entity, value, document, SHEAF_E_SHAPE, &t->memory, &g->order, &err))
            fail_msg("%s", err.message);
    }
    if (c->offset) g->offset = graph_value(&t->graph, (sheaf_value){.kind = SHEAF_KIND_INT, .i = 40});
    if (!c->after) return;
    g->after =
        (graph_after){.given = true, .first = (uint32_t)t->graph.values.count, .nulls = c->after_nulls};
    for (int i = 0; i < 4; i++) graph_value(&t->graph, (sheaf_value){.kind = SHEAF_KIND_INT, .i = i});
}

static void make_case(test_plan *t, const sql_case *c, bool sqlite) {
    test_plan_init(t, sqlite);
    set_options(t, c, test_declare(t, c->groups));
    test_make(t);
    assert_true(c->step < t->plan->step_count);
    assert_true(!c->instead || t->plan->steps[c->step]->instead);
}

static const plan_query *query_of(const test_plan *t, const sql_case *c) {
    const plan_step *step = t->plan->steps[c->step];
    return c->instead ? step->instead : &step->query;
}

static bool same_but_for_quotes(sheaf_slice text, const char *wanted) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') continue;
        if (text.ptr[i] != *wanted++) return false;
    }
    return *wanted == '\0';
}

static void check_case(const sql_case *c, bool sqlite) {
    test_plan t;
    sql_prepared sql = {0};
    sheaf_error err = {0};
    make_case(&t, c, sqlite);
    const char *wanted = sqlite ? c->sqlite : c->postgresql;
    assert_true(
        sql_write(sqlite ? &sql_sqlite : &sql_postgresql, t.binding, query_of(&t, c), &t.memory, &sql, &err));
    if (!same_but_for_quotes(sql.statement.text, wanted))
        fail_msg("%s, %s:\n  gave   %.*s\n  wanted %s", c->what, sqlite ? "sqlite" : "postgresql",
                 SHEAF_SLICE_ARGS(sql.statement.text), wanted);
    assert_int_equal(sql.statement.text.ptr[sql.statement.text.len], '\0');
    assert_null(memchr(sql.statement.text.ptr, '\'', sql.statement.text.len)); /* values are parameters */
    test_plan_free(&t);
}

static void texts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(&cases[i], false);
        check_case(&cases[i], true);
    }
}

static void identifiers_are_quoted(void **state) {
    (void)state;
    const sql_case c = {.groups = "Distro{packages{name}}", .step = 1};
    test_plan t;
    sql_prepared sql = {0};
    sheaf_error err = {0};
    make_case(&t, &c, false);
    assert_true(sql_write(&sql_postgresql, t.binding, query_of(&t, &c), &t.memory, &sql, &err));
    assert_slice(sql.statement.text, "SELECT t1.\"distro_id\", t1.\"id\", t1.\"name\" FROM \"package\" AS t1 "
                                     "WHERE TRUE AND t1.\"distro_id\" = ANY($1)");
    test_plan_free(&t);
}

/* Two columns of different collations compare by that of the one which is looked up. */
static void collations_are_written(void **state) {
    (void)state;
    static const struct {
        const char *table, *column, *collation;
    } columns[] = {{"package_uploader", "package_id", "\"C\""}, {"person", "id", "sys.\"de\""}};
    const sql_case c = {.groups = "Distro{uploaders_count}", .step = 1};
    test_plan t;
    sql_prepared sql = {0};
    sheaf_error err = {0};
    make_case(&t, &c, false);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const catalogue_table *table =
            catalogue_find_table(&t.catalogue, SHEAF_SLICE("main"), slice_of(columns[i].table));
        ((catalogue_column *)(uintptr_t)catalogue_find_column(table, slice_of(columns[i].column)))
            ->collation = slice_of(columns[i].collation);
    }
    assert_true(sql_write(&sql_postgresql, t.binding, query_of(&t, &c), &t.memory, &sql, &err));
    const char *text = sql.statement.text.ptr;
    assert_non_null(strstr(text, "\"package_id\" = t1.\"id\" COLLATE \"C\" AND"));
    assert_non_null(strstr(text, ".\"id\" = t2.\"person_id\" COLLATE sys.\"de\")"));
    test_plan_free(&t);
}

/* What comes out is told in the order of the columns, and where parameters come from. */
static void outputs_and_sources(void **state) {
    (void)state;
    const sql_case c = {.groups = "Distro{packages:3{popularity}}",
                        .where = "{name: {eq: \"apt\"}}",
                        .offset = true,
                        .step = 1,
                        .instead = true};
    for (int sqlite = 0; sqlite < 2; sqlite++) {
        test_plan t;
        sql_prepared sql = {0};
        sheaf_error err = {0};
        make_case(&t, &c, sqlite);
        assert_true(sql_write(sqlite ? &sql_sqlite : &sql_postgresql, t.binding, query_of(&t, &c), &t.memory,
                              &sql, &err));
        assert_int_equal(sql.statement.output_count, 3);
        assert_slice(sql.statement.outputs[0].name, "distro.id");
        assert_slice(sql.statement.outputs[1].name, "package.id");
        assert_slice(sql.statement.outputs[2].name, "package.popularity");
        assert_int_equal(sql.statement.param_count, 3);
        int found = 0;
        for (size_t i = 0; i < 3; i++) {
            const sql_source *source = &sql.sources[i];
            found += source->kind == SQL_FROM_KEYS && sql.statement.params[i].kind == SQL_PARAM_KEYS;
            found += source->kind == SQL_FROM_CONSTANT && slice_is(source->constant.text, "apt");
            found += source->kind == SQL_FROM_VALUE && t.graph.values.items[source->value].i == 40;
        }
        assert_int_equal(found, 3);
        test_plan_free(&t);
    }
}

static void failing_memory(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i += 3) {
        test_plan t;
        make_case(&t, &cases[i], i % 2);
        test_memory m = {0};
        bool ok = false;
        while (test_memory_next(&m)) {
            arena memory;
            sql_prepared sql = {0};
            sheaf_error err = {0};
            arena_init(&memory, &m.allocator);
            ok = sql_write(i % 2 ? &sql_sqlite : &sql_postgresql, t.binding, query_of(&t, &cases[i]), &memory,
                           &sql, &err);
            assert_true(
                ok ? same_but_for_quotes(sql.statement.text, i % 2 ? cases[i].sqlite : cases[i].postgresql)
                   : m.failed && err.code == SHEAF_E_MEMORY);
            arena_free(&memory);
            assert_true(test_memory_clean(&m));
        }
        assert_true(ok);
        test_plan_free(&t);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(identifiers_are_quoted),
        cmocka_unit_test(collations_are_written), cmocka_unit_test(outputs_and_sources),
        cmocka_unit_test(failing_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
