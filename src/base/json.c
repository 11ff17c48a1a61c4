#include "json.h"

#include "number.h"
#include "utf8.h"

/* How many bytes from the start stand in a JSON string as they are: printable ASCII without '"' and '\\'. */
static size_t plain_prefix(sheaf_slice text) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    size_t at = 0;
    /* Eight at a time: a subtraction sets the high bit of a byte that is too small. A borrow can mark a byte
     * wrongly only above one that is marked rightly. */
    for (uint64_t word; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
        uint64_t marks = (word - ones * 0x20) | (quote - ones) | (backslash - ones) | word;
        if (marks & highs) break;
    }
    for (; at < text.len; at++) {
        uint8_t c = (uint8_t)text.ptr[at];
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
    }
    return at;
}

static sheaf_slice from(sheaf_slice text, size_t at) {
    return (sheaf_slice){text.ptr + at, text.len - at};
}

static void escape(buffer *b, uint8_t c) {
    static const char short_forms[0x20] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    static const char hex[] = "0123456789abcdef";
    char letter = c < 0x20 ? short_forms[c] : (char)c;
    if (letter)
        buffer_bytes(b, (char[]){'\\', letter}, 2);
    else
        buffer_bytes(b, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

bool json_string(buffer *b, sheaf_slice text, size_t *ret_at) {
    size_t at = 0, kept = 0; /* text[kept, at) goes out as it is */
    if (text.len < SIZE_MAX - 2) buffer_reserve(b, text.len + 2);
    buffer_byte(b, '"');
    while (at < text.len) {
        at += plain_prefix(from(text, at));
        if (at == text.len) break;
        uint8_t c = (uint8_t)text.ptr[at];
        size_t len = utf8_length(from(text, at));
        if (len > 1) {
            at += len;
            continue;
        }
        buffer_bytes(b, text.ptr + kept, at - kept);
        if (!len) {
            *ret_at = at;
            return false;
        }
        escape(b, c);
        kept = ++at;
    }
    if (at > kept) buffer_bytes(b, text.ptr + kept, at - kept);
    buffer_byte(b, '"');
    return true;
}

/* What may come next; the reader's `state`. */
enum {
    AT_VALUE, /* a value, or in an object a member's name */
    AT_FIRST, /* the same, or the end of the array or object just opened */
    AT_COLON, /* ':' and a value */
    AT_MORE,  /* ',' and what AT_VALUE takes, or the end of the array or object; outside of all, the end */
    AT_BAD
};

#define DEPTH_MAX (8 * sizeof((json_reader *)NULL)->stack)

static bool in_object(const json_reader *r) {
    unsigned level = r->depth - 1;
    return r->depth && (r->stack[level / 8] >> level % 8 & 1);
}

static json_token bad(json_reader *r, size_t at) {
    r->at = at;
    r->state = AT_BAD;
    return JSON_BAD;
}

static json_token open_level(json_reader *r, json_token token) {
    if (r->depth == DEPTH_MAX) return bad(r, r->at);
    unsigned level = r->depth++, bit = 1u << level % 8;
    if (token == JSON_OBJECT_OPEN)
        r->stack[level / 8] |= (uint8_t)bit;
    else
        r->stack[level / 8] &= (uint8_t)~bit;
    r->at++;
    r->state = AT_FIRST;
    return token;
}

static json_token word(json_reader *r, sheaf_slice text, json_token token) {
    for (size_t i = 0; i < text.len; i++)
        if (r->at + i >= r->source.len || r->source.ptr[r->at + i] != text.ptr[i]) return bad(r, r->at + i);
    r->at += text.len;
    r->state = AT_MORE;
    return token;
}

static json_token number(json_reader *r) {
    size_t len = number_prefix(from(r->source, r->at));
    if (!len) return bad(r, r->at);
    r->text = (sheaf_slice){r->source.ptr + r->at, len};
    r->at += len;
    r->state = AT_MORE;
    return JSON_NUMBER;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of the four hexadecimal digits that `text` begins with, or -1. */
static int32_t hex_quad(sheaf_slice text) {
    int32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = i < text.len ? hex_digit(text.ptr[i]) : -1;
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* Gives the length of the escape sequence that `text` begins with, or 0. */
static size_t escape_length(sheaf_slice text) {
    if (text.len < 2) return 0;
    if (text.ptr[1] == 'u') return hex_quad(from(text, 2)) < 0 ? 0 : 6;
    return memchr("\"\\/bfnrt", text.ptr[1], 8) ? 2 : 0;
}

/* `text` becomes the content as written; *ret_escaped tells that there are escapes in it. */
static json_token raw_string(json_reader *r, bool *ret_escaped) {
    size_t start = r->at + 1, at = start;
    bool escaped = false;
    for (;;) {
        at += plain_prefix(from(r->source, at));
        if (at == r->source.len) return bad(r, at);
        char c = r->source.ptr[at];
        if (c == '"') break;
        sheaf_slice rest = from(r->source, at);
        size_t len = (uint8_t)c < 0x20 ? 0 : c == '\\' ? escape_length(rest) : utf8_length(rest);
        if (!len) return bad(r, at);
        escaped |= c == '\\';
        at += len;
    }
    r->text = (sheaf_slice){r->source.ptr + start, at - start};
    r->at = at + 1;
    r->state = r->is_key ? AT_COLON : AT_MORE;
    *ret_escaped = escaped;
    return JSON_STRING;
}

/* Appends the character that the checked escape sequence at text[*at] stands for, and moves *at behind it. */
static bool unescape_one(buffer *b, sheaf_slice text, size_t *at) {
    static const char controls[] = {['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    char letter = text.ptr[*at + 1];
    if (letter != 'u') {
        char control = (size_t)letter < sizeof controls ? controls[(size_t)letter] : 0;
        buffer_byte(b, control ? control : letter);
        *at += 2;
        return true;
    }
    int32_t c = hex_quad(from(text, *at + 2));
    *at += 6;
    if (c >= 0xDC00 && c <= 0xDFFF) return false;
    if (c >= 0xD800 && c <= 0xDBFF) {
        bool follows = text.len - *at >= 6 && text.ptr[*at] == '\\' && text.ptr[*at + 1] == 'u';
        int32_t low = follows ? hex_quad(from(text, *at + 2)) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return false;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        *at += 6;
    }
    utf8_append(b, (uint32_t)c);
    return true;
}

static json_token unescape(json_reader *r) {
    sheaf_slice text = r->text;
    size_t start = (size_t)(text.ptr - r->source.ptr), at = 0;
    buffer_clear(&r->unescaped);
    buffer_reserve(&r->unescaped, text.len);
    while (at < text.len) {
        const char *next = memchr(text.ptr + at, '\\', text.len - at);
        size_t len = next ? (size_t)(next - text.ptr) - at : text.len - at;
        buffer_bytes(&r->unescaped, text.ptr + at, len);
        at += len;
        size_t escape_at = at;
        if (next && !unescape_one(&r->unescaped, text, &at)) return bad(r, start + escape_at);
    }
    if (r->unescaped.failed) return bad(r, start - 1);
    r->text = buffer_view(&r->unescaped);
    return JSON_STRING;
}

static void skip_space(json_reader *r) {
    while (r->at < r->source.len) {
        char c = r->source.ptr[r->at];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') break;
        r->at++;
    }
}

static json_token close_level(json_reader *r, char c) {
    if (c != (in_object(r) ? '}' : ']')) return bad(r, r->at);
    r->depth--;
    r->at++;
    r->state = AT_MORE;
    return c == '}' ? JSON_OBJECT_CLOSE : JSON_ARRAY_CLOSE;
}

static json_token value(json_reader *r, char c, bool *ret_escaped) {
    switch (c) {
    case '{': return open_level(r, JSON_OBJECT_OPEN);
    case '[': return open_level(r, JSON_ARRAY_OPEN);
    case '"': return raw_string(r, ret_escaped);
    case 't': return word(r, SHEAF_SLICE("true"), JSON_TRUE);
    case 'f': return word(r, SHEAF_SLICE("false"), JSON_FALSE);
    case 'n': return word(r, SHEAF_SLICE("null"), JSON_NULL);
    default: return number(r);
    }
}

/* The next token; strings as they were written. */
static json_token next_raw(json_reader *r, bool *ret_escaped) {
    r->text = (sheaf_slice){NULL, 0};
    r->is_key = false;
    if (r->state == AT_BAD) return JSON_BAD;
    skip_space(r);
    bool end = r->at == r->source.len;
    if (r->state == AT_MORE && !r->depth) return end ? JSON_END : bad(r, r->at);
    if (end) return bad(r, r->at);
    char c = r->source.ptr[r->at];
    bool may_close = r->state == AT_FIRST || r->state == AT_MORE;
    if (may_close && (c == '}' || c == ']')) return close_level(r, c);
    if (r->state == AT_COLON || r->state == AT_MORE) {
        if (c != (r->state == AT_COLON ? ':' : ',')) return bad(r, r->at);
        r->at++;
        skip_space(r);
        if (r->at == r->source.len) return bad(r, r->at);
        c = r->source.ptr[r->at];
    }
    r->is_key = in_object(r) && r->state != AT_COLON;
    if (r->is_key && c != '"') return bad(r, r->at);
    return value(r, c, ret_escaped);
}

void json_reader_init(json_reader *r, sheaf_slice source, const sheaf_allocator *allocator) {
    *r = (json_reader){.source = source, .state = AT_VALUE};
    buffer_init(&r->unescaped, allocator);
}

json_token json_next(json_reader *r) {
    bool escaped = false;
    json_token token = next_raw(r, &escaped);
    return escaped ? unescape(r) : token;
}

void json_reader_free(json_reader *r) {
    buffer_free(&r->unescaped);
}

bool json_compact(buffer *b, sheaf_slice text, size_t *ret_at) {
    json_reader r;
    bool escaped, separate = false;
    json_token token;
    json_reader_init(&r, text, b->allocator); /* reading raw, it allocates nothing */
    while ((token = next_raw(&r, &escaped)) > JSON_BAD) {
        bool opens = token == JSON_ARRAY_OPEN || token == JSON_OBJECT_OPEN;
        bool closes = token == JSON_ARRAY_CLOSE || token == JSON_OBJECT_CLOSE;
        if (separate && !closes) buffer_byte(b, ',');
        switch (token) {
        case JSON_NULL: BUFFER_LITERAL(b, "null"); break;
        case JSON_TRUE: BUFFER_LITERAL(b, "true"); break;
        case JSON_FALSE: BUFFER_LITERAL(b, "false"); break;
        case JSON_NUMBER: buffer_slice(b, r.text); break;
        case JSON_STRING: /* with its quotes */
            buffer_bytes(b, r.text.ptr - 1, r.text.len + 2);
            if (r.is_key) buffer_byte(b, ':');
            break;
        default: buffer_byte(b, text.ptr[r.at - 1]); /* a bracket */
        }
        separate = !opens && !r.is_key;
    }
    if (token == JSON_BAD) *ret_at = r.at;
    return token == JSON_END;
}
