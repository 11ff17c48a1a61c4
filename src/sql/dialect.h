/* dialect.h: what differs between backends. */
#ifndef SHEAF_SQL_DIALECT_H
#define SHEAF_SQL_DIALECT_H

#include "writer.h"

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

#endif
