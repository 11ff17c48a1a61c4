/* names.h: names of a model made from names of a database: `sheaf import`'s. English, by rules and a table of
 * the words that keep none; the same name always gives the same.
 *
 * Words are small letters, digits and '_', as a table is called in snake_case; only the last of them changes
 * with the number. Each function copies into the arena; ptr NULL: there is no memory. */
#ifndef SHEAF_MODEL_NAMES_H
#define SHEAF_MODEL_NAMES_H

#include "../base/base.h"

/* "Invoice Line" → "invoice_line", "AlbumId" → "album_id", "Ångström" → "angstrom", "2fa" → "n2fa". Other
 * scripts become the numbers of their characters: "表" → "u8868". What holds no letter and no digit is
 * `fallback`. */
sheaf_slice name_words(arena *a, sheaf_slice name, const char *fallback);

/* "auth_user_groups" → "auth_user_group"; what is singular, or has no plural, stays. */
sheaf_slice name_singular(arena *a, sheaf_slice words);

/* "city" → "cities"; of what has no plural, "news", itself. */
sheaf_slice name_plural(arena *a, sheaf_slice words);

/* "auth_user" → "AuthUser" */
sheaf_slice name_pascal(arena *a, sheaf_slice words);

/* The field for a column: its own name where a field can be called so, else its words. */
sheaf_slice name_field(arena *a, sheaf_slice column);
bool name_is_field(sheaf_slice name);

/* What a column that holds a key refers to: "author_id" → "author", "ArtistId" → "artist"; "parent" →
 * "parent". Empty where the name tells nothing: "id". */
sheaf_slice name_reference(arena *a, sheaf_slice column);

#endif
