/* value.h: values of scalars, coming in. What leaves these functions fits its scalar: the kind is the one
 * that sheaf_scalar's table says, ranges are checked, text is valid UTF-8 without U+0000.
 *
 * An ID is held as an integer where it is one in its shortest form, 42 or "42", as text otherwise
 * ("042"): equal IDs are equal values. Whoever binds it to a column that holds text makes it text again. */
#ifndef SHEAF_MODEL_VALUE_H
#define SHEAF_MODEL_VALUE_H

#include "model.h"

#define VALUE_TEXT_MAX (1u << 20) /* bytes of one text value coming in */
#define VALUE_LIST_MAX 10000      /* items of one list value coming in */

const char *scalar_name(sheaf_scalar scalar);
bool scalar_named(sheaf_slice name, sheaf_scalar *ret);
sheaf_kind scalar_kind(sheaf_scalar scalar);

/* A literal of a document as a value of `scalar`: ID from Int or String; Timestamp and Date from String;
 * Decimal from String, Int or Float; JSON from String; Bytes from a base64 String. No variables here.
 * `document` is for the error's place, its code is SHEAF_E_SHAPE. NULL literals give SHEAF_KIND_NULL. Text
 * that needs no conversion is the document's own. */
bool value_from_syntax(sheaf_scalar scalar, const syntax_value *literal, const syntax_document *document,
                       arena *memory, sheaf_value *ret, sheaf_error *err);

/* Checks, and converts in place, a value given by a caller at run time (a variable, a filter's operand): a
 * Timestamp or Date may come as text, a Float as an integer, a Decimal or an ID as an integer. `what` names
 * it in errors ("variable $limit"). SHEAF_E_VARIABLE otherwise. NULL passes. Text is not copied, except where
 * converted (into `memory`). */
bool value_check(sheaf_scalar scalar, sheaf_value *value, const char *what, arena *memory, sheaf_error *err);

/* A variable given as text on a command line or in a URL ("--var limit=20"), read by the scalar; Bytes as
 * base64. "null" is NULL, but for a String, where it is text. SHEAF_E_VARIABLE otherwise. Text is copied. */
bool value_from_text(sheaf_scalar scalar, sheaf_slice text, const char *what, arena *memory, sheaf_value *ret,
                     sheaf_error *err);

#endif
