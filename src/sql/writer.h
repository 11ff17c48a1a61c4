/* writer.h: a statement while it is written. */
#ifndef SHEAF_SQL_WRITER_H
#define SHEAF_SQL_WRITER_H

#include "../model/value.h"
#include "sql.h"

enum {
    ALIAS_KEYS = 0, /* tables are t1, t2 …; the key set is k, what was chosen c */
    ALIAS_CHOSEN = UINT16_MAX,
    WRITER_TEXT_MAX = 1 << 15 /* bytes: sources of sources may double with every level */
};

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
    struct {
        sql_image *items;
        size_t count, room;
    } images;
    uint32_t record_size;
    const model_columns *bare; /* a source of keys: only these columns are written, and no output */
    bool named;                /* outputs are named o0 …, and what they are ordered by x0 … */
    uint32_t number;           /* of the last parameter, as the backend counts them */
    uint32_t alias;            /* of the last table */
    bool failed;               /* no memory */
    bool too_long;             /* sources within sources: more than WRITER_TEXT_MAX */
} writer;

/* ---- writer.c -------------------------------------------------------------------------------------------*/

void write_identifier(writer *w, sheaf_slice name);
void write_alias(writer *w, uint32_t alias);
void write_name(writer *w, uint32_t alias, sheaf_slice name); /* t1."name" */
void write_number(writer *w, uint32_t number);                /* $1, ?1 */
void write_comparable(writer *w, uint32_t alias, const model_column *column);
void write_comma(writer *w, bool *first); /* but the first time */
void write_equal(writer *w, uint32_t a, sheaf_slice name_a, uint32_t b, sheaf_slice name_b); /* " AND …" */
uint32_t add_param(writer *w, sql_param param, sql_source source);

/* A table and its new alias, which they give; or under an alias that was taken before. */
uint32_t write_raw_table(writer *w, sheaf_slice schema, sheaf_slice table);
uint32_t write_table(writer *w, const model_entity *entity);
void write_table_as(writer *w, const model_entity *entity, uint32_t alias);

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

/* Which columns hold the start's key: of the start itself, of the child, or of the link. */
typedef struct anchor {
    uint32_t alias;
    sheaf_slice name[MODEL_KEY_MAX];
    const model_column *column[MODEL_KEY_MAX]; /* the start's, which it equals */
    db_type type[MODEL_KEY_MAX];               /* its own: text may refer to char(n) */
    uint32_t count;
} anchor;
anchor path_anchor(const writer *w, const model_path *path, const path_aliases *at);
anchor key_anchor(const writer *w, const model_columns *key); /* without names */

/* Select lists: what is written is also an output of the statement, but in a source of keys. */
typedef struct selected {
    const model_column *column;
    db_type type; /* of what is selected, which may be another that equals the column */
    sql_image of; /* the row of the record that it goes to; without a layout it stands alone */
} selected;
void write_output(writer *w, uint32_t alias, sheaf_slice name, selected what, bool *first);
void write_output_columns(writer *w, uint32_t alias, const plan_query *q, bool *first);
/* The key of the start, from the anchor or from the key set. */
void write_output_start(writer *w, const anchor *a, bool from_keys, bool *first);
/* `of`: the row that the column is of, in the record; without a layout the value stands alone. */
void add_output(writer *w, const model_column *column, db_type type, sql_image of);
sql_image add_image(writer *w, const plan_layout *l);
sql_image own_image(const writer *w); /* of the query's own rows */

void write_order_items(writer *w, uint32_t alias, const plan_query *q, bool *first);
void write_order(writer *w, uint32_t alias, const plan_query *q);
void write_limit(writer *w, const plan_query *q);
void write_where_and_after(writer *w, uint32_t alias, const plan_query *q);

/* ---- keys.c ---------------------------------------------------------------------------------------------*/

/* The keys that a statement starts from: a parameter, or what `query` says of their sources. */
typedef struct key_set {
    const plan_query *query;
    uint32_t number; /* of the parameter */
} key_set;
key_set add_keys(writer *w, const plan_query *q);
/* " AND the columns are one of the keys", where the key set is a condition. */
void write_among_keys(writer *w, const anchor *a, key_set keys);
/* The key set as a table: k, with the columns k0, k1 … */
void write_keys_table(writer *w, key_set keys);
sheaf_slice key_name(uint32_t i);
/* "sheaf.k3", or "sheaf.k3_1" for a further column of a key */
void write_setting_name(writer *w, uint32_t setting, uint32_t column);

/* ---- query.c --------------------------------------------------------------------------------------------*/

/* The rows of a query by themselves. */
void write_rows(writer *w, const plan_query *q);

/* ---- joined.c -------------------------------------------------------------------------------------------*/

/* The rows with what is joined to them, and their publications. */
void write_joined(writer *w, const plan_query *q);

/* ---- where.c --------------------------------------------------------------------------------------------*/

void write_filter(writer *w, uint32_t alias, const filter *f);
void write_after(writer *w, uint32_t alias, const model_order_item *order, uint32_t count,
                 const graph_after *after);

#endif
