/* record.h: a row on its way from the driver to the store.
 *
 * A record begins with the row of the statement's layout (if it has one) as the store holds rows; the rows
 * that are joined to it, and values that belong to no layout, follow. So what a driver decodes is where it
 * will stay, and a row is taken over by copying it.
 *
 *   | row: head … nulls … columns | [ null | value ] of the start's key … | joined row | joined row …
 */
#ifndef SHEAF_SQL_RECORD_H
#define SHEAF_SQL_RECORD_H

#include "statement.h"

static inline uint64_t *sql_null_word(void *record, const sql_place *place) {
    return (uint64_t *)((char *)record + place->null_at);
}

static inline bool sql_is_null(const void *record, const sql_place *place) {
    return (*(const uint64_t *)((const char *)record + place->null_at) & place->null_bit) != 0;
}

/* The record is that of the row before, so a word is seldom written. */
static inline void sql_put_null(void *record, const sql_place *place) {
    if (sql_is_null(record, place)) return;
    *sql_null_word(record, place) |= place->null_bit;
    memset((char *)record + place->at, 0, place->is_text ? sizeof(sheaf_slice) : sizeof(int64_t));
}
static inline void *sql_put(void *record, const sql_place *place) {
    if (SHEAF_UNLIKELY(sql_is_null(record, place))) *sql_null_word(record, place) &= ~place->null_bit;
    return (char *)record + place->at;
}
static inline void sql_put_int(void *record, const sql_place *place, int64_t value) {
    *(int64_t *)sql_put(record, place) = value;
}
static inline void sql_put_text(void *record, const sql_place *place, sheaf_slice value) {
    *(sheaf_slice *)sql_put(record, place) = value;
}
static inline void sql_put_value(void *record, const sql_place *place, const sheaf_value *value) {
    if (value->kind == SHEAF_KIND_NULL)
        sql_put_null(record, place);
    else if (place->is_text)
        sql_put_text(record, place, value->text);
    else
        sql_put_int(record, place, value->i); /* or .f: the same eight bytes */
}

static inline int64_t sql_int(const void *record, const sql_place *place) {
    return *(const int64_t *)((const char *)record + place->at);
}
sheaf_value sql_value(const void *record, const sql_output *output);

/* Places for outputs that belong to no layout, one after the other from `from` on; gives where they end. */
uint32_t sql_place_alone(sql_output *output, uint32_t from);
uint32_t sql_place_all(sql_output *outputs, size_t count, uint32_t from);

#endif
