/* lang: GraphQL text to a syntax tree and back (October 2021 grammar: type-system definitions and
 * executable documents). Knows nothing of models or databases.
 *
 *   lexer.h   text → tokens
 *   syntax.h  the tree
 *   parser.c  tokens → tree: recursive descent with a depth cap, so that no input can exhaust the stack
 *   printer.c tree → canonical text
 *   equal.c   tree against tree
 *   error.c   an error with its source line
 */
#ifndef SHEAF_LANG_H
#define SHEAF_LANG_H

#include "../base/base.h"
#include "syntax.h"

#define LANG_DEPTH_MAX  64          /* nesting of selections, values and list types */
#define LANG_SOURCE_MAX (16u << 20) /* bytes of one document */

/* Parses `source` as a whole document. Tree and copied text live in `memory`; `source` itself need not
 * outlive the call. `file` (copied) names the document in errors and places. A failure is SHEAF_E_SYNTAX:
 *
 *     shapes/hot.graphql:3:14: expected a field name or '}', found '('
 *       distro(name: ( {
 *                    ^
 *
 * with tabs expanded to one space, long lines cut around the column, and columns counted in characters
 * from 1. Invalid UTF-8, U+0000 and other characters outside the grammar are errors of the same form.
 */
bool lang_parse(arena *memory, sheaf_slice source, const char *file, syntax_document **ret_document,
                sheaf_error *err);

/* Appends the canonical form: two spaces a level, one blank line between definitions, descriptions as block
 * strings where they span lines, comments kept where they stand before a definition, a field or a
 * selection (`lang_parse` keeps them on the nodes). Parsing what was printed gives an equal tree, and
 * printing that gives the same bytes. */
void lang_print(buffer *out, const syntax_document *document);

/* Writes "file:line:column: message", the line and a caret into `err`, as above, with `code`. */
bool lang_error(sheaf_error *err, sheaf_code code, const syntax_document *document, syntax_place place,
                const char *format, ...) SHEAF_PRINTF(5, 6);

/* True where both trees say the same, places and comments aside. */
bool lang_equal(const syntax_document *a, const syntax_document *b);

#endif
