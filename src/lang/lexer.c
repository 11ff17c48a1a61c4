#include <stdio.h>

#include "../base/utf8.h"
#include "lexer.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static bool starts(const lexer *l, const char *at, sheaf_slice text) {
    return (size_t)(l->end - at) >= text.len && memcmp(at, text.ptr, text.len) == 0;
}

/* Places are asked for in the order of the text only. */
static syntax_place place_at(lexer *l, const char *at) {
    for (; l->counted < at; l->counted++) {
        char c = *l->counted;
        bool ends = c == '\n' || (c == '\r' && !(l->counted + 1 < l->end && l->counted[1] == '\n'));
        if (ends)
            l->place = (syntax_place){l->place.line + 1, 1};
        else if (((unsigned char)c & 0xC0) != 0x80)
            l->place.column++;
    }
    return l->place;
}

/* ---- what was found, for errors ---- */

static lexer_words describe_at(const char *at, const char *end) {
    lexer_words words;
    if (at == end || is_line_end(*at)) {
        snprintf(words.text, sizeof words.text, "the end of the %s", at == end ? "document" : "line");
    } else if ((unsigned char)*at < 0x7F) {
        snprintf(words.text, sizeof words.text, "'%c'", *at);
    } else {
        size_t len;
        uint32_t code = utf8_decode(at, &len);
        snprintf(words.text, sizeof words.text, "'%.*s' (U+%04X)", (int)len, at, (unsigned)code);
    }
    return words;
}

lexer_words lexer_describe(const token *t) {
    lexer_words words;
    switch (t->kind) {
    case TOKEN_STRING: snprintf(words.text, sizeof words.text, "a string"); break;
    case TOKEN_BLOCK_STRING: snprintf(words.text, sizeof words.text, "a block string"); break;
    case TOKEN_END:
    case TOKEN_STRAY: return describe_at(t->source.ptr, t->source.ptr + t->source.len);
    default: {
        bool cut = t->source.len > 50;
        snprintf(words.text, sizeof words.text, "'%.*s%s'", cut ? 50 : (int)t->source.len, t->source.ptr,
                 cut ? "..." : "");
    }
    }
    return words;
}

const char *lexer_punctuator(token_kind kind) {
    switch (kind) {
#define X(name, character, text)                                                                             \
    case name: return text;
        LEXER_PUNCTUATORS(X)
#undef X
    default: return "";
    }
}

static bool expected(lexer *l, const char *at, const char *what) {
    return lang_error(l->err, SHEAF_E_SYNTAX, l->document, place_at(l, at), "expected %s, found %s", what,
                      describe_at(at, l->end).text);
}

/* ---- the source as a whole ---- */

bool lexer_start(lexer *l, arena *memory, const syntax_document *document, sheaf_error *err) {
    sheaf_slice source = document->source;
    *l = (lexer){.memory = memory,
                 .document = document,
                 .err = err,
                 .at = source.ptr,
                 .end = source.ptr + source.len,
                 .counted = source.ptr,
                 .place = {1, 1},
                 .token_end = {1, 1}};
    const char *valid_end = source.ptr + utf8_valid_prefix(source);
    for (const char *at = source.ptr; at < valid_end; at++) {
        if ((unsigned char)*at >= ' ' || *at == '\t' || is_line_end(*at)) continue;
        return lang_error(
            err, SHEAF_E_SYNTAX, document, place_at(l, at),
            "expected text, found the control character U+%04X; in a string it is written \\u%04x",
            (unsigned)*at, (unsigned)*at);
    }
    if (valid_end < l->end)
        return lang_error(err, SHEAF_E_SYNTAX, document, place_at(l, valid_end),
                          "expected UTF-8, found the byte 0x%02X", (unsigned)(unsigned char)*valid_end);
    return true;
}

static bool skip_ignored(lexer *l) {
    for (;;) {
        while (l->at < l->end && (is_blank(*l->at) || is_line_end(*l->at) || *l->at == ',')) l->at++;
        if (starts(l, l->at, SHEAF_SLICE("\xEF\xBB\xBF"))) {
            l->at += 3;
            continue;
        }
        if (l->at == l->end || *l->at != '#') return true;

        lexer_comment *comment = ARENA_PUSH(l->memory, &l->comments);
        if (!comment) return error_memory(l->err);
        comment->line = place_at(l, l->at).line;
        const char *from = ++l->at;
        while (l->at < l->end && !is_line_end(*l->at)) l->at++;
        const char *to = l->at;
        while (to > from && is_blank(to[-1])) to--;
        if (from < to && *from == ' ') from++;
        comment->text = (sheaf_slice){from, (size_t)(to - from)};
    }
}

/* ---- numbers ---- */

static bool digits(lexer *l) {
    if (l->at == l->end || !is_digit(*l->at)) return expected(l, l->at, "a digit");
    while (l->at < l->end && is_digit(*l->at)) l->at++;
    return true;
}

static bool read_number(lexer *l, token *t) {
    t->kind = TOKEN_INT;
    if (*l->at == '-') l->at++;
    const char *first = l->at;
    if (!digits(l)) return false;
    if (*first == '0' && l->at - first > 1)
        return lang_error(l->err, SHEAF_E_SYNTAX, l->document, t->place,
                          "expected a number without leading zeros, found '0%c'", first[1]);
    if (l->at < l->end && *l->at == '.') {
        t->kind = TOKEN_FLOAT;
        l->at++;
        if (!digits(l)) return false;
    }
    if (l->at < l->end && (*l->at == 'e' || *l->at == 'E')) {
        t->kind = TOKEN_FLOAT;
        l->at++;
        if (l->at < l->end && (*l->at == '+' || *l->at == '-')) l->at++;
        if (!digits(l)) return false;
    }
    if (l->at < l->end && (is_name_start(*l->at) || *l->at == '.'))
        return expected(l, l->at, "the end of the number");
    return true;
}

/* ---- strings ---- */

/* What escapes become is never longer than they are, so the value of a string fits in the length of its
 * source. */
static bool value_buffer(lexer *l, size_t room, buffer *ret) {
    *ret = (buffer){.ptr = arena_alloc(l->memory, room), .room = room};
    return ret->ptr || error_memory(l->err);
}

static bool hex4(const char *at, const char *end, uint32_t *ret) {
    uint32_t value = 0;
    if (end - at < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = at[i], lower = (char)(c | 0x20);
        if (is_digit(c))
            value = value << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            value = value << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return false;
    }
    *ret = value;
    return true;
}

static bool bad_escape(lexer *l, const char *at, const char *what) {
    size_t shown = 1;
    while (shown < 6 && at + shown < l->end && (unsigned char)at[shown] > ' ' &&
           (unsigned char)at[shown] < 0x7F && at[shown] != '"')
        shown++;
    return lang_error(l->err, SHEAF_E_SYNTAX, l->document, place_at(l, at), "expected %s, found '%.*s'", what,
                      (int)(at[1] == 'u' || shown < 2 ? shown : 2), at);
}

/* Reads the escape at `at`, before `end` where the string is closed; gives the text after it, or NULL. */
static const char *read_escape(lexer *l, const char *at, const char *end, buffer *out) {
    static const char codes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *code = strchr(codes, at[1]);
    if (code && *code) {
        buffer_byte(out, meanings[code - codes]);
        return at + 2;
    }
    uint32_t c, low;
    if (at[1] != 'u') {
        bad_escape(l, at, "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
        return NULL;
    }
    if (!hex4(at + 2, end, &c)) {
        bad_escape(l, at, "four hexadecimal digits after '\\u'");
        return NULL;
    }
    if (c < 0xD800 || c > 0xDFFF) {
        utf8_append(out, c);
        return at + 6;
    }
    bool paired = c < 0xDC00 && end - at >= 12 && at[6] == '\\' && at[7] == 'u' && hex4(at + 8, end, &low) &&
                  low >= 0xDC00 && low <= 0xDFFF;
    if (!paired) {
        bad_escape(l, at, "a character or a surrogate pair");
        return NULL;
    }
    utf8_append(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
    return at + 12;
}

static bool read_string(lexer *l, token *t) {
    const char *from = l->at + 1, *to = from;
    bool escapes = false;
    t->kind = TOKEN_STRING;
    for (; to < l->end && *to != '"' && !is_line_end(*to); to++) {
        if (*to != '\\') continue;
        escapes = true;
        if (to + 1 < l->end && !is_line_end(to[1])) to++;
    }
    if (to == l->end || *to != '"')
        return lang_error(l->err, SHEAF_E_SYNTAX, l->document, place_at(l, to),
                          "expected '\"', found %s; the string was opened at %u:%u",
                          describe_at(to, l->end).text, (unsigned)t->place.line, (unsigned)t->place.column);
    l->at = to + 1;
    t->text = (sheaf_slice){from, (size_t)(to - from)};
    if (!escapes) return true;

    buffer value;
    if (!value_buffer(l, t->text.len, &value)) return false;
    while (from < to) {
        if (*from != '\\') {
            buffer_byte(&value, *from++);
            continue;
        }
        from = read_escape(l, from, to, &value);
        if (!from) return false;
    }
    t->text = buffer_view(&value);
    return true;
}

/* The next line of a block string; the last one leaves *at NULL. */
static sheaf_slice block_line(const char **at, const char *end) {
    const char *from = *at, *to = from;
    while (to < end && !is_line_end(*to)) to++;
    if (to == end)
        *at = NULL;
    else
        *at = to + (*to == '\r' && to + 1 < end && to[1] == '\n' ? 2 : 1);
    return (sheaf_slice){from, (size_t)(to - from)};
}

static size_t indentation(sheaf_slice line) {
    size_t n = 0;
    while (n < line.len && is_blank(line.ptr[n])) n++;
    return n;
}

#define BLOCK_QUOTE         SHEAF_SLICE("\"\"\"")
#define ESCAPED_BLOCK_QUOTE SHEAF_SLICE("\\\"\"\"")

/* BlockStringValue() of the specification, section 2.9.4: the indentation that all lines but the first share
 * is taken away, then blank lines at both ends. */
static bool block_value(lexer *l, sheaf_slice raw, sheaf_slice *ret) {
    const char *end = raw.ptr + raw.len;
    size_t common = SIZE_MAX, first = SIZE_MAX, last = 0, number = 0;
    for (const char *at = raw.ptr; at; number++) {
        sheaf_slice line = block_line(&at, end);
        size_t indent = indentation(line);
        if (indent == line.len) continue;
        if (number > 0 && indent < common) common = indent;
        if (first == SIZE_MAX) first = number;
        last = number;
    }
    if (first == SIZE_MAX) {
        *ret = (sheaf_slice){raw.ptr, 0};
        return true;
    }

    buffer value;
    if (!value_buffer(l, raw.len, &value)) return false;
    number = 0;
    for (const char *at = raw.ptr; at && number <= last; number++) {
        sheaf_slice line = block_line(&at, end);
        if (number < first) continue;
        if (number > first) buffer_byte(&value, '\n');
        size_t i = number == 0 ? 0 : common < line.len ? common : line.len;
        for (; i < line.len; i++)
            if (!starts(l, line.ptr + i, ESCAPED_BLOCK_QUOTE)) buffer_byte(&value, line.ptr[i]);
    }
    *ret = buffer_view(&value);
    return true;
}

static bool read_block_string(lexer *l, token *t) {
    const char *from = l->at + 3, *to = from;
    t->kind = TOKEN_BLOCK_STRING;
    while (to < l->end && !starts(l, to, BLOCK_QUOTE)) to += starts(l, to, ESCAPED_BLOCK_QUOTE) ? 4 : 1;
    if (to == l->end)
        return lang_error(l->err, SHEAF_E_SYNTAX, l->document, place_at(l, to),
                          "expected '\"\"\"', found the end of the document; the block string was opened at "
                          "%u:%u",
                          (unsigned)t->place.line, (unsigned)t->place.column);
    l->at = to + 3;
    return block_value(l, (sheaf_slice){from, (size_t)(to - from)}, &t->text);
}

/* ---- tokens ---- */

static token_kind punctuator(char c) {
    switch (c) {
#define X(name, character, text)                                                                             \
    case character: return name;
        LEXER_PUNCTUATORS(X)
#undef X
    default: return TOKEN_STRAY;
    }
}

static bool read_token(lexer *l, token *t) {
    if (l->at == l->end) {
        t->kind = TOKEN_END;
        t->place = l->token_end;
        return true;
    }
    char c = *l->at;
    if (is_name_start(c)) {
        t->kind = TOKEN_NAME;
        while (l->at < l->end && (is_name_start(*l->at) || is_digit(*l->at))) l->at++;
        return true;
    }
    if (is_digit(c) || c == '-') return read_number(l, t);
    if (starts(l, l->at, BLOCK_QUOTE)) return read_block_string(l, t);
    if (c == '"') return read_string(l, t);
    if (starts(l, l->at, SHEAF_SLICE("..."))) {
        t->kind = TOKEN_SPREAD;
        l->at += 3;
        return true;
    }
    t->kind = punctuator(c);
    size_t len = 1;
    if (t->kind == TOKEN_STRAY) utf8_decode(l->at, &len);
    l->at += len;
    return true;
}

bool lexer_next(lexer *l, token *ret_token) {
    if (!skip_ignored(l)) return false;
    const char *from = l->at;
    token t = {.place = place_at(l, from)};
    if (!read_token(l, &t)) return false;
    t.source = (sheaf_slice){from, (size_t)(l->at - from)};
    if (t.kind != TOKEN_END) l->token_end = place_at(l, l->at);
    t.end_line = l->token_end.line;
    *ret_token = t;
    return true;
}
