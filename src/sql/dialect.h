/* dialect.h: what differs between backends, and the writer that they share. */
#ifndef SHEAF_SQL_DIALECT_H
#define SHEAF_SQL_DIALECT_H

#include "../model/value.h"
#include "sql.h"

enum {
    ALIAS_KEYS = 0,
    ALIAS_CHOSEN = UINT16_MAX
}; /* tables are t1, t2 …; the key set is k, what was chosen c */

typedef struct writer {
    const sql_dialect *dialect;
    const binding *binding;
    arena *memory;
    buffer text;
    struct {
        sql_param *items;
        size_t count, room;
    } params;
    struct {
        sql_source *items;
        size_t count, room;
    } sources;
    struct {
        sql_output *items;
        size_t count, room;
    } outputs;
    uint32_t number; /* of the last parameter, as the backend counts them */
    uint32_t alias;  /* of the last table */
    bool failed;     /* no memory */
} writer;

struct sql_dialect {
    char sigil;               /* before a parameter's number */
    bool key_columns_counted; /* each column of a key set is a parameter of its own */
    bool lateral;             /* has LATERAL; otherwise IN (a correlated sub-query with LIMIT) */
    bool keys_joined;         /* rows by key start FROM the key set; otherwise the key set is a condition */
    const char *join;         /* between tables; the conditions all stand in WHERE */
    const char *nulls_last,
        *nulls_first; /* what makes ASC and DESC of nullable columns so; "" where they are */

    /* " COLLATE …" or "::text" that makes a column comparable as its scalar, and the cast of a parameter (or
     * a list) beside it. */
    const char *(*column_suffix)(const model_column *column, const bound_column *bound);
    const char *(*param_suffix)(const model_column *column, const bound_column *bound, bool list);
    /* What makes a set of keys comparable with the column, where it is a condition or a table. */
    void (*key_suffix)(writer *w, const model_column *column);
    /* The cast of a result's column, and the type that the statement then yields. */
    const char *(*output_suffix)(const model_column *column, const bound_column *bound, db_type *ret_type);
    sql_param_kind (*param_kind)(const model_column *column, const bound_column *bound);

    /* Conditions on the column written by write_comparable(w, alias, column), with a parameter that is there.
     */
    void (*in_list)(writer *w, uint32_t alias, const model_column *column, uint32_t number, bool negated);
    void (*starts_with)(writer *w, uint32_t alias, const model_column *column, uint32_t number);
    void (*contains)(writer *w, uint32_t alias, const model_column *column, uint32_t number);
    /* The key set as a table, aliased k; `columns` are the key's. */
    void (*keys_table)(writer *w, const model_columns *columns, uint32_t number);
};

/* query.c: the pieces that conditions need too */
void write_identifier(writer *w, sheaf_slice name);
void write_name(writer *w, uint32_t alias, sheaf_slice name); /* t1."name" */
void write_number(writer *w, uint32_t number);                /* $1, ?1 */
void write_comparable(writer *w, uint32_t alias, const model_column *column);
uint32_t add_param(writer *w, sql_param param, sql_source source);

/* The tables of a path, and where they stand. */
typedef struct path_aliases {
    uint32_t start; /* 0: the start's table is not among them */
    uint32_t hop[MODEL_HOPS_MAX], link[MODEL_HOPS_MAX];
} path_aliases;
void write_path_tables(writer *w, const model_path *path, bool with_start, path_aliases *ret);
/* " AND …" for each join and each hop's own condition. Without the start's table the first join is to
 * `outer`: the start's row (its alias), or the key set. Where `anchored`, that first join stands elsewhere.
 */
void write_path_conditions(writer *w, const model_path *path, const path_aliases *at, uint32_t outer,
                           bool anchored);

/* where.c */
void write_filter(writer *w, uint32_t alias, const filter *f);
void write_after(writer *w, uint32_t alias, const model_order_item *order, uint32_t count,
                 const graph_after *after);

#endif
