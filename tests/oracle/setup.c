#include "setup.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/base/number.h"
#include "../../src/base/time.h"

struct setup {
    char file[512], sqlite_url[540], pg_url[600], name[64];
    PGconn *server, *database;
    bool unused[SETUP_BACKENDS];
};

/* ---- SQL that both speak --------------------------------------------------------------------------------*/

typedef struct script {
    const world *w;
    bool pg;
    buffer text;
} script;

static void name(script *s, const char *identifier) {
    buffer_byte(&s->text, '"');
    for (; *identifier; identifier++)
        buffer_printf(&s->text, *identifier == '"' ? "\"\"" : "%c", *identifier);
    buffer_byte(&s->text, '"');
}

static void table_name(script *s, const o_entity *e) {
    if (e->in_schema) BUFFER_LITERAL(&s->text, "main.");
    name(s, e->table);
}

static void columns(script *s, const o_entity *e, const uint32_t *at, uint32_t count) {
    BUFFER_LITERAL(&s->text, "(");
    for (uint32_t i = 0; i < count; i++) {
        if (i) BUFFER_LITERAL(&s->text, ", ");
        name(s, e->columns[at[i]].name);
    }
    BUFFER_LITERAL(&s->text, ")");
}

static void key_columns(script *s, char side, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) buffer_printf(&s->text, "%s%c%u", i ? ", " : "", side, i);
}

static void references(script *s, const o_entity *to) {
    BUFFER_LITERAL(&s->text, " REFERENCES ");
    if (s->pg)
        table_name(s, to);
    else
        name(s, to->table);
    BUFFER_LITERAL(&s->text, " ");
    columns(s, to, to->key, to->key_count);
}

static void foreign_keys(script *s, const o_entity *e) {
    for (uint32_t i = 0; i < e->field_count; i++) {
        const o_field *f = e->fields[i];
        if (f->kind != IS_REF || !e->foreign_keys) continue;
        if (s->pg) {
            BUFFER_LITERAL(&s->text, "ALTER TABLE ");
            table_name(s, e);
            BUFFER_LITERAL(&s->text, " ADD FOREIGN KEY ");
        } else {
            BUFFER_LITERAL(&s->text, ", FOREIGN KEY ");
        }
        columns(s, e, f->columns, f->target->key_count);
        references(s, f->target);
        if (s->pg) BUFFER_LITERAL(&s->text, ";\n");
    }
}

static void create_table(script *s, const o_entity *e) {
    BUFFER_LITERAL(&s->text, "CREATE TABLE ");
    table_name(s, e);
    BUFFER_LITERAL(&s->text, " (");
    for (uint32_t i = 0; i < e->column_count; i++) {
        const o_column *c = &e->columns[i];
        if (i) BUFFER_LITERAL(&s->text, ", ");
        name(s, c->name);
        buffer_printf(&s->text, " %s%s", s->pg ? c->pg : c->sqlite, c->nullable ? "" : " NOT NULL");
    }
    buffer_cstr(&s->text, e->primary ? ", PRIMARY KEY " : ", UNIQUE ");
    columns(s, e, e->key, e->key_count);
    if (!s->pg) foreign_keys(s, e);
    BUFFER_LITERAL(&s->text, ");\n");
}

static void link_key(script *s, const o_link *l, int side) {
    const o_entity *to = side ? l->to : l->from;
    char letter = side ? 't' : 'f';
    if (s->pg) BUFFER_LITERAL(&s->text, "ALTER TABLE ");
    if (s->pg) name(s, l->table);
    buffer_cstr(&s->text, s->pg ? " ADD FOREIGN KEY (" : ", FOREIGN KEY (");
    key_columns(s, letter, to->key_count);
    BUFFER_LITERAL(&s->text, ")");
    references(s, to);
    if (s->pg) BUFFER_LITERAL(&s->text, ";\n");
}

static void create_link(script *s, const o_link *l) {
    BUFFER_LITERAL(&s->text, "CREATE TABLE ");
    name(s, l->table);
    for (int side = 0; side < 2; side++) {
        const o_entity *to = side ? l->to : l->from;
        for (uint32_t i = 0; i < to->key_count; i++) {
            const o_column *c = &to->columns[to->key[i]];
            buffer_printf(&s->text, "%s%c%u %s%s", side || i ? ", " : " (", side ? 't' : 'f', i,
                          s->pg ? l->pg[side][i] : c->sqlite, l->not_null ? " NOT NULL" : "");
        }
    }
    if (l->unique) {
        BUFFER_LITERAL(&s->text, ", UNIQUE (");
        key_columns(s, 'f', l->from->key_count);
        BUFFER_LITERAL(&s->text, ", ");
        key_columns(s, 't', l->to->key_count);
        BUFFER_LITERAL(&s->text, ")");
    }
    for (int side = 0; side < 2 && l->foreign_keys && !s->pg; side++) link_key(s, l, side);
    BUFFER_LITERAL(&s->text, ");\n");
}

static void create_indexes(script *s, const o_entity *e) {
    for (uint32_t i = 0; i < e->index_count; i++) {
        const table_index *x = &e->indexes[i];
        buffer_printf(&s->text, "CREATE %sINDEX ", x->unique ? "UNIQUE " : "");
        if (!s->pg && e->in_schema) BUFFER_LITERAL(&s->text, "main.");
        buffer_printf(&s->text, "index_%u_%u ON ", e->index, i);
        if (s->pg)
            table_name(s, e);
        else
            name(s, e->table);
        columns(s, e, x->columns, x->count);
        BUFFER_LITERAL(&s->text, ";\n");
    }
}

/* What the planner takes for the number of a table's rows. */
static void pretend(script *s, const char *table, uint32_t bit) {
    if (!(s->w->pretend >> bit & 1)) return;
    if (s->pg) {
        buffer_printf(&s->text,
                      "UPDATE pg_class SET reltuples = 100000 WHERE relkind = 'r' AND relname = '%s';\n",
                      table);
        return;
    }
    buffer_printf(&s->text,
                  "DELETE FROM sqlite_stat1 WHERE tbl = '%s';\nINSERT INTO sqlite_stat1 VALUES ('%s', NULL, "
                  "'100000');\n",
                  table, table);
}

static void statistics(script *s) {
    if (!s->w->analysed) return;
    BUFFER_LITERAL(&s->text, "ANALYZE;\n");
    for (uint32_t i = 0; i < s->w->entity_count; i++) pretend(s, s->w->entities[i]->table, i);
    for (uint32_t i = 0; i < s->w->link_count; i++) pretend(s, s->w->links[i]->table, 8 + i);
}

static void create_all(script *s) {
    for (uint32_t i = 0; i < s->w->entity_count; i++) create_table(s, s->w->entities[i]);
    for (uint32_t i = 0; i < s->w->link_count; i++) create_link(s, s->w->links[i]);
}

static void constrain_all(script *s) {
    for (uint32_t i = 0; i < s->w->entity_count; i++) create_indexes(s, s->w->entities[i]);
    for (uint32_t i = 0; i < s->w->entity_count && s->pg; i++) foreign_keys(s, s->w->entities[i]);
    for (uint32_t i = 0; i < 2 * s->w->link_count && s->pg; i++)
        if (s->w->links[i / 2]->foreign_keys) link_key(s, s->w->links[i / 2], (int)(i % 2));
    statistics(s);
}

/* ---- PostgreSQL -----------------------------------------------------------------------------------------*/

static void pg_literal(buffer *out, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    if (value_is_null(v)) {
        BUFFER_LITERAL(out, "NULL");
        return;
    }
    buffer_byte(out, '\'');
    if (scalar == SHEAF_BYTES) {
        BUFFER_LITERAL(out, "\\x");
        for (size_t i = 0; i < v.text.len; i++) buffer_printf(out, "%02x", (unsigned char)v.text.ptr[i]);
    } else if (v.kind == SHEAF_KIND_TEXT) {
        for (size_t i = 0; i < v.text.len; i++) {
            if (v.text.ptr[i] == '\'') buffer_byte(out, '\'');
            buffer_byte(out, v.text.ptr[i]);
        }
    } else if (v.kind == SHEAF_KIND_FLOAT) {
        buffer_bytes(out, t, number_from_float(t, v.f));
    } else if (scalar == SHEAF_TIMESTAMP) {
        buffer_bytes(out, t, time_from_micros(t, v.i));
    } else if (scalar == SHEAF_DATE) {
        buffer_bytes(out, t, date_from_days(t, v.i));
    } else {
        buffer_int(out, v.i);
    }
    buffer_byte(out, '\'');
}

static void pg_rows(script *s, const o_entity *e) {
    for (size_t i = 0; i < e->rows.count; i++) {
        if (i == 0) {
            BUFFER_LITERAL(&s->text, "INSERT INTO ");
            table_name(s, e);
        }
        buffer_cstr(&s->text, i ? ", (" : " VALUES (");
        for (uint32_t c = 0; c < e->column_count; c++) {
            if (c) BUFFER_LITERAL(&s->text, ", ");
            pg_literal(&s->text, e->columns[c].scalar, e->rows.items[i]->values[c]);
        }
        BUFFER_LITERAL(&s->text, ")");
    }
    if (e->rows.count) BUFFER_LITERAL(&s->text, ";\n");
}

static void pg_links(script *s, const o_link *l) {
    for (size_t i = 0; i < l->rows.count; i++) {
        BUFFER_LITERAL(&s->text, "INSERT INTO ");
        name(s, l->table);
        BUFFER_LITERAL(&s->text, " VALUES (");
        for (uint32_t c = 0; c < l->from->key_count + l->to->key_count; c++) {
            if (c) BUFFER_LITERAL(&s->text, ", ");
            pg_literal(&s->text, SHEAF_STRING, l->rows.items[i][c]);
        }
        BUFFER_LITERAL(&s->text, ");\n");
    }
}

static bool pg_run(PGconn *c, const char *sql, sheaf_error *err) {
    PGresult *result = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok) error_set(err, SHEAF_E_DATABASE, "PostgreSQL: %s", PQerrorMessage(c));
    PQclear(result);
    return ok;
}

static bool pg_fill(setup *s, const world *w, sheaf_error *err) {
    script all = {.w = w, .pg = true};
    buffer_init(&all.text, NULL);
    BUFFER_LITERAL(&all.text, "SET client_min_messages = error; SET timezone = 'UTC';\n"
                              "DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS main CASCADE;\n"
                              "CREATE SCHEMA public; CREATE SCHEMA main;\n"
                              "CREATE TYPE word AS ENUM ('FAMILY', 'SPECIES', 'GENUS');\n");
    create_all(&all);
    for (uint32_t i = 0; i < w->entity_count; i++) pg_rows(&all, w->entities[i]);
    for (uint32_t i = 0; i < w->link_count; i++) pg_links(&all, w->links[i]);
    constrain_all(&all);
    buffer_byte(&all.text, '\0');
    bool ok = pg_run(s->database, all.text.ptr, err);
    buffer_free(&all.text);
    return ok;
}

static bool pg_open(setup *s, const char *url, const char *database, sheaf_error *err) {
    char sql[200];
    snprintf(s->name, sizeof s->name, "%s", database);
    snprintf(s->pg_url, sizeof s->pg_url, "%s%cdbname=%s", url, strchr(url, '?') ? '&' : '?', database);
    s->server = PQconnectdb(url);
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
    bool ok = pg_run(s->server, "SET client_min_messages = error", err) && pg_run(s->server, sql, err);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s", database);
    if (!ok || !pg_run(s->server, sql, err)) return false;
    s->database = PQconnectdb(s->pg_url);
    return PQstatus(s->database) == CONNECTION_OK ||
           error_set(err, SHEAF_E_CONNECT, "PostgreSQL: %s", PQerrorMessage(s->database));
}

/* ---- SQLite ---------------------------------------------------------------------------------------------*/

static bool sqlite_failed(sqlite3 *db, sheaf_error *err) {
    return error_set(err, SHEAF_E_DATABASE, "SQLite: %s", sqlite3_errmsg(db));
}

static void sqlite_bind(sqlite3_stmt *insert, int at, sheaf_scalar scalar, sheaf_value v) {
    char t[64];
    switch (v.kind) {
    case SHEAF_KIND_INT:
        if (scalar != SHEAF_DATE)
            sqlite3_bind_int64(insert, at, v.i);
        else
            sqlite3_bind_text(insert, at, t, (int)date_from_days(t, v.i), SQLITE_TRANSIENT);
        break;
    case SHEAF_KIND_FLOAT: sqlite3_bind_double(insert, at, v.f); break;
    case SHEAF_KIND_TEXT:
        if (scalar == SHEAF_BYTES)
            sqlite3_bind_blob(insert, at, v.text.ptr, (int)v.text.len, SQLITE_STATIC);
        else
            sqlite3_bind_text(insert, at, v.text.ptr, (int)v.text.len, SQLITE_STATIC);
        break;
    default: sqlite3_bind_null(insert, at);
    }
}

static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *table, uint32_t width) {
    script s = {.pg = false};
    sqlite3_stmt *insert = NULL;
    buffer_init(&s.text, NULL);
    BUFFER_LITERAL(&s.text, "INSERT INTO ");
    name(&s, table);
    for (uint32_t i = 0; i < width; i++) buffer_cstr(&s.text, i ? ", ?" : " VALUES (?");
    BUFFER_LITERAL(&s.text, ")");
    sqlite3_prepare_v2(db, s.text.ptr, (int)s.text.len, &insert, NULL);
    buffer_free(&s.text);
    return insert;
}

static bool sqlite_insert(sqlite3_stmt *insert) {
    bool ok = insert && sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    return ok;
}

static bool sqlite_rows(sqlite3 *db, const o_entity *e) {
    bool ok = true;
    sqlite3_stmt *insert = prepare_insert(db, e->table, e->column_count);
    for (size_t i = 0; i < e->rows.count && ok; i++) {
        for (uint32_t c = 0; c < e->column_count; c++)
            sqlite_bind(insert, (int)c + 1, e->columns[c].scalar, e->rows.items[i]->values[c]);
        ok = sqlite_insert(insert);
    }
    sqlite3_finalize(insert);
    return ok;
}

static bool sqlite_links(sqlite3 *db, const o_link *l) {
    bool ok = true;
    sqlite3_stmt *insert = prepare_insert(db, l->table, l->from->key_count + l->to->key_count);
    for (size_t i = 0; i < l->rows.count && ok; i++) {
        for (uint32_t c = 0; c < l->from->key_count + l->to->key_count; c++)
            sqlite_bind(insert, (int)c + 1, SHEAF_STRING, l->rows.items[i][c]);
        ok = sqlite_insert(insert);
    }
    sqlite3_finalize(insert);
    return ok;
}

static bool sqlite_script(sqlite3 *db, const world *w, void (*write)(script *s)) {
    script s = {.w = w};
    buffer_init(&s.text, NULL);
    write(&s);
    buffer_byte(&s.text, '\0');
    bool ok = sqlite3_exec(db, s.text.ptr, NULL, NULL, NULL) == SQLITE_OK;
    buffer_free(&s.text);
    return ok;
}

static bool sqlite_fill(setup *s, const world *w, sheaf_error *err) {
    sqlite3 *db;
    unlink(s->file);
    bool ok = sqlite3_open(s->file, &db) == SQLITE_OK &&
              sqlite3_exec(db, "PRAGMA synchronous = off; BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite_script(db, w, create_all);
    for (uint32_t i = 0; i < w->entity_count && ok; i++) ok = sqlite_rows(db, w->entities[i]);
    for (uint32_t i = 0; i < w->link_count && ok; i++) ok = sqlite_links(db, w->links[i]);
    ok = ok && sqlite_script(db, w, constrain_all) &&
         sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!ok) sqlite_failed(db, err);
    sqlite3_close(db);
    return ok;
}

/* ---- Both -----------------------------------------------------------------------------------------------*/

setup *setup_new(const char *pg_url, const char *database, sheaf_error *err) {
    setup *s = world_must(calloc(1, sizeof *s));
    const char *folder = getenv("TMPDIR");
    snprintf(s->file, sizeof s->file, "%s/%s.db", folder ? folder : P_tmpdir, database);
    snprintf(s->sqlite_url, sizeof s->sqlite_url, "sqlite:%s", s->file);
    if (!pg_url || pg_open(s, pg_url, database, err)) return s;
    setup_free(s);
    return NULL;
}

void setup_free(setup *s) {
    char sql[200];
    if (!s) return;
    unlink(s->file);
    if (s->database) PQfinish(s->database);
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", s->name);
    if (s->server) pg_run(s->server, sql, NULL);
    if (s->server) PQfinish(s->server);
    free(s);
}

bool setup_fill(setup *s, const world *w, sheaf_error *err) {
    return (!setup_url(s, SETUP_SQLITE) || sqlite_fill(s, w, err)) &&
           (!setup_url(s, SETUP_PG) || pg_fill(s, w, err));
}

const char *setup_url(const setup *s, int backend) {
    if (s->unused[backend]) return NULL;
    return backend == SETUP_SQLITE ? s->sqlite_url : s->database ? s->pg_url : NULL;
}

void setup_use(setup *s, int backend, bool used) {
    s->unused[backend] = !used;
}
