#include "lazy.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"

const char *const lazy_sql[LAZY_STATEMENT_COUNT] = {
#define X(name, sql) [name] = sql,
    LAZY_STATEMENTS(X)
#undef X
};

bool lazy_rows_add(lazy_rows *rows, lazy_value value) {
    if (!pool_grow((void **)&rows->values, &rows->room, rows->used, sizeof value) ||
        (value.text.len && !pool_keep(&rows->text, value.text, &value.text))) {
        return false;
    }
    rows->values[rows->used++] = value;
    return true;
}

void lazy_rows_free(lazy_rows *rows) {
    free(rows->values);
    pool_free(&rows->text);
    *rows = (lazy_rows){0};
}

bool lazy_open(const char *backend, void *connection, lazy **ret, sheaf_error *err) {
    const lazy_backend *b = strcmp(backend, lazy_sqlite.name) == 0 ? &lazy_sqlite : &lazy_postgresql;
    return b->open(connection, ret, err);
}

void lazy_close(lazy *l) {
    if (l) l->backend->close(l);
}

static bool run(lazy *l, lazy_statement statement, const lazy_value *parameters, int count, lazy_rows *rows,
                sheaf_error *err) {
    l->statements++;
    return l->backend->run(l, statement, parameters, count, rows, err);
}

#define RUN(l, statement, rows, err, ...)                                                                    \
    run((l), (statement), (const lazy_value[]){__VA_ARGS__},                                                 \
        (int)(sizeof((const lazy_value[]){__VA_ARGS__}) / sizeof(lazy_value)), (rows), (err))

/* Adds a person's package count to *sum. */
static bool touch_count(lazy *l, int64_t person, int64_t *sum, sheaf_error *err) {
    lazy_rows rows = {0};
    bool ok = RUN(l, LAZY_COUNT, &rows, err, {.number = person});
    if (ok && rows.used) *sum += rows.values[0].number;
    lazy_rows_free(&rows);
    return ok;
}

static bool touch_people(lazy *l, lazy_statement statement, int64_t id, int64_t *sum, sheaf_error *err) {
    lazy_rows people = {0};
    bool ok = RUN(l, statement, &people, err, {.number = id});
    for (uint32_t i = 0; ok && i < lazy_rows_count(&people); i++) {
        ok = touch_count(l, people.values[i * people.columns].number, sum, err);
    }
    lazy_rows_free(&people);
    return ok;
}

static bool touch_packages(lazy *l, int64_t distro, int64_t limit, int64_t *sum, sheaf_error *err) {
    lazy_rows packages = {0};
    bool ok = RUN(l, LAZY_PACKAGES, &packages, err, {.number = distro}, {.number = limit});
    for (uint32_t i = 0; ok && i < lazy_rows_count(&packages); i++) {
        const lazy_value *package = &packages.values[i * packages.columns];
        *sum += package[3].number;
        ok = touch_people(l, LAZY_PERSON, package[4].number, sum, err) &&
             touch_people(l, LAZY_UPLOADERS, package[0].number, sum, err);
    }
    lazy_rows_free(&packages);
    return ok;
}

bool lazy_hot(lazy *l, const char *distro, int64_t limit, int64_t *ret_sum, sheaf_error *err) {
    lazy_rows distros = {0};
    int64_t sum = 0;
    bool ok = RUN(l, LAZY_DISTRO, &distros, err, {.text = {distro, strlen(distro)}});
    if (ok && !distros.used) ok = fail(err, SHEAF_E_NOT_FOUND, "there is no distribution %s", distro);
    ok = ok && touch_packages(l, distros.values[0].number, limit, &sum, err);
    lazy_rows_free(&distros);
    if (ok) *ret_sum = sum;
    return ok;
}
