#include "rfc822.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "text.h"

#define FIRST_ROOM (256u << 10)

void rfc822_free(rfc822_reader *r) {
    free(r->buffer);
    *r = (rfc822_reader){0};
}

typedef enum filled { FILL_MORE, FILL_END, FILL_FULL, FILL_ERROR } filled;

static filled fill(rfc822_reader *r, sheaf_error *err) {
    if (r->at_end) return FILL_END;
    if (r->start) {
        memmove(r->buffer, r->buffer + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    if (r->end == r->room) {
        if (r->room >= RFC822_STANZA_MAX) return FILL_FULL;
        size_t room = r->room ? r->room * 2 : FIRST_ROOM;
        char *grown = realloc(r->buffer, room);
        if (!grown) {
            fail_memory(err);
            return FILL_ERROR;
        }
        r->buffer = grown;
        r->room = room;
    }
    ptrdiff_t n = r->source->read(r->source, r->buffer + r->end, r->room - r->end, err);
    if (n < 0) return FILL_ERROR;
    if (n == 0) r->at_end = true;
    r->end += (size_t)n;
    return n ? FILL_MORE : FILL_END;
}

/* The line at `offset` from the start of what is unread, with its newline. FILL_MORE: *ret_length is its
 * length; FILL_FULL: the buffer ends before the line does, *ret_length is what there is of it. */
static filled next_line(rfc822_reader *r, size_t offset, size_t *ret_length, sheaf_error *err) {
    size_t searched = 0;
    for (;;) {
        size_t have = r->end - r->start - offset;
        if (have > searched) {
            const char *line = r->buffer + r->start + offset;
            const char *newline = memchr(line + searched, '\n', have - searched);
            if (newline) {
                *ret_length = (size_t)(newline - line) + 1;
                return FILL_MORE;
            }
            searched = have;
        }
        filled f = fill(r, err);
        if (f == FILL_MORE) continue;
        *ret_length = have;
        return f == FILL_END && have ? FILL_MORE : f;
    }
}

/* Moves past one stanza. Its text stays in the buffer, or is dropped where it is too large; RFC822_END where
 * there is none. */
static rfc822_result pass_stanza(rfc822_reader *r, rfc822_stanza *s, sheaf_error *err) {
    size_t length = 0; /* of the stanza so far */
    bool large = false, mid_line = false;
    *s = (rfc822_stanza){.line = r->line + 1};
    for (;;) {
        size_t line = 0;
        filled f = next_line(r, length, &line, err);
        if (f == FILL_ERROR) return RFC822_ERROR;
        if (f == FILL_END) break;
        bool blank = f == FILL_MORE && !mid_line &&
                     text_trim((sheaf_slice){r->buffer + r->start + length, line}).len == 0;
        if (f == FILL_MORE) r->line++;
        mid_line = f == FILL_FULL;
        if (blank && (length || large)) {
            s->text = (sheaf_slice){r->buffer + r->start, length};
            r->start += length + line;
            return large ? RFC822_MALFORMED : RFC822_STANZA;
        }
        if (blank) {
            r->start += line;
            s->line = r->line + 1;
            continue;
        }
        length += line;
        if (large || f == FILL_FULL) {
            large = true;
            r->start += length;
            length = 0;
        }
    }
    if (!length) return large ? RFC822_MALFORMED : RFC822_END;
    s->text = (sheaf_slice){r->buffer + r->start, length};
    r->start += length;
    return RFC822_STANZA;
}

static bool is_field_name(sheaf_slice name) {
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] <= ' ' || name.ptr[i] > '~') return false;
    }
    return name.len > 0;
}

/* Adds the field whose first line is `line`. */
static bool add_field(rfc822_stanza *s, sheaf_slice line) {
    sheaf_slice rest = line, name = text_until(&rest, ':');
    if (name.len == line.len || !is_field_name(name)) {
        s->fault = RFC822_NO_COLON;
        return false;
    }
    if (rfc822_value(s, name).ptr) {
        s->fault = RFC822_TWICE;
        return false;
    }
    if (s->field_count == RFC822_FIELDS_MAX) {
        s->fault = RFC822_MANY_FIELDS;
        return false;
    }
    s->fields[s->field_count++] = (rfc822_field){name, rest};
    return true;
}

static bool split_fields(rfc822_stanza *s) {
    for (sheaf_slice rest = s->text; rest.len;) {
        sheaf_slice line = text_until(&rest, '\n');
        if (line.ptr[0] != ' ' && line.ptr[0] != '\t') {
            if (!add_field(s, line)) return false;
            continue;
        }
        if (s->field_count == 0) {
            s->fault = RFC822_NOTHING_FOLDED;
            return false;
        }
        /* Lines of a value lie one after another, so folding makes the slice longer. */
        sheaf_slice *value = &s->fields[s->field_count - 1].value;
        value->len = (size_t)(line.ptr + line.len - value->ptr);
    }
    for (size_t i = 0; i < s->field_count; i++) s->fields[i].value = text_trim(s->fields[i].value);
    return true;
}

rfc822_result rfc822_next(rfc822_reader *r, rfc822_stanza *ret, sheaf_error *err) {
    rfc822_result result = pass_stanza(r, ret, err);
    if (result == RFC822_MALFORMED) ret->fault = RFC822_LARGE;
    if (result != RFC822_STANZA) return result;
    bool sound = false;
    if (memchr(ret->text.ptr, '\0', ret->text.len)) {
        ret->fault = RFC822_NUL;
    } else if (!text_is_utf8(ret->text)) {
        ret->fault = RFC822_NOT_UTF8;
    } else {
        sound = split_fields(ret);
    }
    if (sound) return RFC822_STANZA;
    ret->field_count = 0;
    return RFC822_MALFORMED;
}

sheaf_slice rfc822_value(const rfc822_stanza *s, sheaf_slice name) {
    for (size_t i = 0; i < s->field_count; i++) {
        if (text_equal_nocase(s->fields[i].name, name)) return s->fields[i].value;
    }
    return (sheaf_slice){0};
}
