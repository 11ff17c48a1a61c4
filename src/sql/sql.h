/* sql: queries of a plan → SQL text. The only place that writes SQL.
 *
 *   statement.h   the seam to drivers: text, parameters, outputs
 *   record.h      one row of a statement, as drivers hand it on
 *   sql.h         what a plan's steps become
 *   query.c       the forms of the five kinds of step; joined.c: with what they refer to
 *   keys.c        where the keys come from that a statement starts from
 *   writer.h      a statement while it is written, and its pieces (writer.c)
 *   where.c       filters and cursors as conditions
 *   dialect.h     what differs between backends; postgresql.c and sqlite.c fill it
 *
 * Values reach SQL only as parameters. Text is built from the model's identifiers, always quoted, from
 * keywords, and from integers (limits).
 */
#ifndef SHEAF_SQL_H
#define SHEAF_SQL_H

#include "../model/binding.h"
#include "../plan/plan.h"
#include "record.h"

typedef struct sql_dialect sql_dialect;
extern const sql_dialect sql_postgresql;
extern const sql_dialect sql_sqlite;

/* Where a parameter's value comes from when the statement runs. */
typedef struct sql_source {
    enum { SQL_FROM_VALUE, SQL_FROM_CONSTANT, SQL_FROM_KEYS } kind;
    uint32_t value; /* SQL_FROM_VALUE: number of a value of the graph */
    sheaf_value constant;
    const model_column *column; /* that it is compared with; NULL: none, or keys */
} sql_source;

/* A row of a layout within the record. */
typedef struct sql_image {
    uint32_t at; /* offset of its head in the record */
    const plan_layout *layout;
} sql_image;

static inline sql_place sql_place_in(sql_image image, uint32_t column) {
    const plan_slot *slot = &image.layout->slots[column];
    return (sql_place){.at = image.at + slot->at,
                       .null_at = image.at + image.layout->nulls_at + slot->null / 64 * 8,
                       .null_bit = UINT64_C(1) << slot->null % 64,
                       .is_text = slot->is_text};
}

typedef struct sql_prepared {
    sql_statement statement;
    const sql_source *sources; /* by parameter */
    const sql_image *images;   /* the query's own row, at 0; then those that are joined to it */
    uint32_t image_count;      /* 0: COUNT, TOTAL */
    uint32_t key_outputs; /* the first outputs, which hold the key of the parent (CHILDREN, COUNT); else 0 */
} sql_prepared;

/* Writes one query; everything in `memory`. */
bool sql_write(const sql_dialect *dialect, const binding *b, const plan_query *query, arena *memory,
               sql_prepared *ret, sheaf_error *err);

#endif
