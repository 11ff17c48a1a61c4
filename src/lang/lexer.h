/* lexer.h: text → tokens, one at a time, with the comments that stand between them.
 *
 * The source is checked as a whole first (`lexer_start`): after that it is valid UTF-8 without control
 * characters, and the lexer only has to look for the end of the text. Tokens are slices of it.
 */
#ifndef SHEAF_LANG_LEXER_H
#define SHEAF_LANG_LEXER_H

#include "lang.h"

/* X(enumerator, character, name in errors). A closing bracket stands after its opening one. */
#define LEXER_PUNCTUATORS(X)                                                                                 \
    X(TOKEN_BANG, '!', "'!'")                                                                                \
    X(TOKEN_DOLLAR, '$', "'$'")                                                                              \
    X(TOKEN_AMPERSAND, '&', "'&'")                                                                           \
    X(TOKEN_PAREN_OPEN, '(', "'('")                                                                          \
    X(TOKEN_PAREN_CLOSE, ')', "')'")                                                                         \
    X(TOKEN_COLON, ':', "':'")                                                                               \
    X(TOKEN_EQUALS, '=', "'='")                                                                              \
    X(TOKEN_AT, '@', "'@'")                                                                                  \
    X(TOKEN_BRACKET_OPEN, '[', "'['")                                                                        \
    X(TOKEN_BRACKET_CLOSE, ']', "']'")                                                                       \
    X(TOKEN_BRACE_OPEN, '{', "'{'")                                                                          \
    X(TOKEN_BRACE_CLOSE, '}', "'}'")                                                                         \
    X(TOKEN_PIPE, '|', "'|'")

typedef enum token_kind {
    TOKEN_END,
    TOKEN_STRAY, /* a character that begins no token; the parser knows what should stand there */
    TOKEN_NAME,
    TOKEN_INT,
    TOKEN_FLOAT,
    TOKEN_STRING,
    TOKEN_BLOCK_STRING,
    TOKEN_SPREAD,
#define X(name, character, text) name,
    LEXER_PUNCTUATORS(X)
#undef X
} token_kind;

typedef struct token {
    token_kind kind;
    syntax_place place; /* of the end of the document: right after the last token */
    sheaf_slice source; /* as written */
    sheaf_slice text;   /* of a string: its value; ptr is never NULL */
    uint32_t end_line;
} token;

typedef struct lexer_comment {
    sheaf_slice text; /* without '#', one space after it, and white space at the end */
    uint32_t line;
} lexer_comment;

typedef struct lexer {
    arena *memory;
    const syntax_document *document;
    sheaf_error *err;
    const char *at, *end;
    const char
        *counted; /* `place` is its place: each character is counted once, whatever the length of lines */
    syntax_place place;
    syntax_place token_end;
    struct {
        lexer_comment *items;
        size_t first, count, room;
    } comments; /* those from `first` on wait for the parser to take them */
} lexer;

/* Checks document->source; SHEAF_E_SYNTAX where it holds what no GraphQL document may. */
bool lexer_start(lexer *l, arena *memory, const syntax_document *document, sheaf_error *err);
bool lexer_next(lexer *l, token *ret_token);

/* How errors name what was found: "'name'", "a string", "the end of the document". */
typedef struct lexer_words {
    char text[64];
} lexer_words;
lexer_words lexer_describe(const token *t);

/* How errors name what was expected; punctuators only. */
const char *lexer_punctuator(token_kind kind);

#endif
