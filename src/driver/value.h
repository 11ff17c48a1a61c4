/* value.h: what drivers share when they turn what a database stores into values. */
#ifndef SHEAF_DRIVER_VALUE_H
#define SHEAF_DRIVER_VALUE_H

#include "../sql/record.h"

/* Room for one row, kept in a connection between runs. */
typedef struct value_record {
    void *bytes;
    size_t room;
} value_record;

/* Zero, and large enough for the statement's rows. */
bool value_record_reset(value_record *r, const sheaf_allocator *allocator, const sql_statement *statement);

/* Why a stored value does not fit its attribute, as the end of a sentence that begins with the column's name,
 * such as "holds …"; NULL: it fits. */
typedef const char *misfit;

extern const char value_no_memory[]; /* the misfit that is none: an allocation failed */

/* Years 0001 to 9999. */
#define VALUE_MICROS_MIN INT64_C(-62135596800000000)
#define VALUE_MICROS_MAX INT64_C(253402300799999999)
#define VALUE_DAYS_MIN   INT64_C(-719162)
#define VALUE_DAYS_MAX   INT64_C(2932896)

misfit value_int32(int64_t number, sheaf_value *ret);
misfit value_float(double number, sheaf_value *ret); /* finite only: JSON has no other */
misfit value_boolean(int64_t number, sheaf_value *ret);
misfit value_micros(int64_t micros, sheaf_value *ret);
misfit value_days(int64_t days, sheaf_value *ret);

/* In canonical form, lower case, in the arena. `text` is 36 letters long in any case. */
misfit value_uuid_bytes(const char bytes[16], arena *memory, sheaf_value *ret);
misfit value_uuid_text(sheaf_slice text, arena *memory, sheaf_value *ret);

/* SHEAF_E_DATA naming the output, or SHEAF_E_MEMORY. */
bool value_error(sheaf_error *err, const sql_output *output, misfit why);

#endif
