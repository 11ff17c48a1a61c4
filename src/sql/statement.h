/* statement.h: the seam between SQL and drivers: a finished statement, what goes into it, what comes out. */
#ifndef SHEAF_SQL_STATEMENT_H
#define SHEAF_SQL_STATEMENT_H

#include "../model/catalogue.h"

/* One parameter. A scalar is bound as the type says. A key set is one bound array, of any length, so that the
 * text of the statement never depends on the data:
 *
 *   PostgreSQL  one `int8[]` or `text[]` parameter for each column of the key;
 *   SQLite      one pointer to the rows of the table-valued function `sheaf_keys(?)`, which the driver
 * defines with the columns k0, k1, k2, k3 (as many as SQL_KEY_COLUMNS_MAX) in key order.
 *
 * Positions are those of `params` on SQLite (?1, ?2 …); on PostgreSQL a key set of n columns takes n of the
 * numbers ($1 … $n), so the writer of SQL counts them so. */
#define SQL_KEY_COLUMNS_MAX 4

typedef enum sql_param_kind {
    SQL_PARAM_INT,         /* int8 */
    SQL_PARAM_FLOAT,       /* float8 */
    SQL_PARAM_TEXT,        /* text; also decimals, UUIDs, JSON: the SQL casts */
    SQL_PARAM_BYTES,       /* bytea, BLOB */
    SQL_PARAM_BOOL,        /* boolean; 0 or 1 on SQLite */
    SQL_PARAM_TIMESTAMP,   /* timestamp; on SQLite an integer of microseconds since 1970 */
    SQL_PARAM_TIMESTAMPTZ, /* timestamptz; as above */
    SQL_PARAM_DATE,        /* date; on SQLite the text YYYY-MM-DD */
    SQL_PARAM_INT_LIST, /* operands of `in`: an array of the kind above, a key set of one column on SQLite */
    SQL_PARAM_FLOAT_LIST,
    SQL_PARAM_TEXT_LIST,
    SQL_PARAM_KEYS
} sql_param_kind;

typedef struct sql_param {
    sql_param_kind kind;
    uint8_t key_columns;                /* KEYS: how many */
    bool key_text[SQL_KEY_COLUMNS_MAX]; /* KEYS: text[] rather than int8[] */
} sql_param;

/* Where in a record (record.h) a value is put: offsets in bytes. */
typedef struct sql_place {
    uint32_t at;      /* text: a slice; else eight bytes: an integer, or a double. Zero for NULL */
    uint32_t null_at; /* of the word in which `null_bit` says NULL */
    uint64_t null_bit;
    bool is_text;
} sql_place;

/* One column of the result. The driver decodes into what the scalar is held as, and checks that the value
 * fits: range of Int, a TEXT where a number is wanted, a date out of 0001–9999 … A misfit is SHEAF_E_DATA
 * naming `name`. */
typedef struct sql_output {
    sheaf_scalar scalar;
    bool text_key;    /* an ID held as text (see SHEAF_ID) */
    db_type type;     /* what the statement yields: the column's type, or what the SQL cast it to */
    sheaf_slice name; /* for errors: "package.popularity" */
    sql_place place;
} sql_output;

/* Immutable; it lives longer than any connection's use of it (in the plan, which the database keeps). */
typedef struct sql_statement {
    sheaf_slice text; /* NUL-terminated too */
    uint64_t id;      /* hash of text and parameter types: names the prepared statement in a connection */
    const sql_param *params;
    size_t param_count;
    const sql_output *outputs;
    size_t output_count;
    uint32_t record_size; /* bytes */
} sql_statement;

/* The argument for one parameter: a scalar or list as `value`, a key set as columns of `count` values each.
 */
typedef struct sql_key_set {
    size_t count;
    const int64_t *ints[SQL_KEY_COLUMNS_MAX];      /* for an int column */
    const sheaf_slice *texts[SQL_KEY_COLUMNS_MAX]; /* for a text column */
} sql_key_set;

typedef struct sql_argument {
    sheaf_value value;
    const sql_key_set *keys; /* for SQL_PARAM_KEYS */
} sql_argument;

#endif
