#include "address.h"

#include <string.h>

#include "text.h"

typedef struct scanner {
    sheaf_slice rest;
    address *out;
    bool space; /* white space was passed since the last byte of the name */
} scanner;

static bool at(const scanner *s, char c) {
    return s->rest.len && s->rest.ptr[0] == c;
}

static char take(scanner *s) {
    char c = s->rest.ptr[0];
    s->rest.ptr++;
    s->rest.len--;
    return c;
}

static bool put(scanner *s, char c) {
    if (text_is_space(c)) {
        s->space = true;
        return true;
    }
    address *a = s->out;
    bool space = s->space && a->name_len;
    if ((unsigned char)c < ' ' || c == 0x7F || a->name_len + space + 1 > ADDRESS_MAX) return false;
    if (space) a->name[a->name_len++] = ' ';
    a->name[a->name_len++] = c;
    s->space = false;
    return true;
}

/* "Example, Bo": what is between the quotes, a backslash taking the next byte as it is. */
static bool quoted(scanner *s) {
    take(s);
    while (s->rest.len && !at(s, '"')) {
        char c = take(s);
        if (c == '\\' && s->rest.len) c = take(s);
        if (!put(s, c)) return false;
    }
    return s->rest.len && take(s);
}

/* (A comment, which may (nest)): copied, so that its commas divide nothing. */
static bool comment(scanner *s) {
    size_t depth = 0;
    while (s->rest.len) {
        char c = take(s);
        if (!put(s, c)) return false;
        if (c == '(') depth++;
        if (c == ')' && --depth == 0) return true;
    }
    return false;
}

static bool set_mail(address *a, sheaf_slice mail) {
    const char *sign = mail.len ? memchr(mail.ptr, '@', mail.len) : NULL;
    if (!sign || sign == mail.ptr || sign == mail.ptr + mail.len - 1 || mail.len > ADDRESS_MAX) return false;
    if (memchr(sign + 1, '@', mail.len - (size_t)(sign + 1 - mail.ptr))) return false;
    for (size_t i = 0; i < mail.len; i++) {
        char c = mail.ptr[i];
        if ((unsigned char)c <= ' ' || c == 0x7F || strchr("<>(),;\"", c)) return false;
        a->mail[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    a->mail_len = mail.len;
    return true;
}

/* "<ada@example.org>" and, after it, nothing but a comment up to the comma. */
static bool angled(scanner *s) {
    take(s);
    size_t name_len = s->out->name_len;
    size_t before = s->rest.len;
    sheaf_slice mail = text_until(&s->rest, '>');
    if (mail.len == before || !set_mail(s->out, text_trim(mail))) return false;
    while (s->rest.len && !at(s, ',')) {
        if (at(s, '(')) {
            if (!comment(s)) return false;
        } else if (!text_is_space(take(s))) {
            return false;
        }
    }
    s->out->name_len = name_len;
    return true;
}

/* "dee@example.org" or "dee@example.org (Dee)", which were taken for a name. */
static bool bare(address *a) {
    sheaf_slice rest = {a->name, a->name_len};
    if (!set_mail(a, text_word(&rest))) return false;
    rest = text_trim(rest);
    if (rest.len && (rest.ptr[0] != '(' || rest.ptr[rest.len - 1] != ')')) return false;
    sheaf_slice name = rest.len ? text_trim((sheaf_slice){rest.ptr + 1, rest.len - 2}) : rest;
    memmove(a->name, name.ptr, name.len);
    a->name_len = name.len;
    return true;
}

static bool has_mail(const address *a) {
    return a->name_len && memchr(a->name, '@', a->name_len) != NULL;
}

/* One element, up to its comma or the end. */
static bool element(scanner *s) {
    while (s->rest.len) {
        if (at(s, '<')) return angled(s);
        if (at(s, ',') && has_mail(s->out)) break;
        if (at(s, '"') ? !quoted(s) : at(s, '(') ? !comment(s) : !put(s, take(s))) return false;
    }
    return bare(s->out);
}

address_result address_next(sheaf_slice *rest, address *ret) {
    while (rest->len && (text_is_space(rest->ptr[0]) || rest->ptr[0] == ',')) rest->ptr++, rest->len--;
    if (!rest->len) return ADDRESS_END;
    ret->name_len = ret->mail_len = 0;
    scanner s = {.rest = *rest, .out = ret};
    bool sound = element(&s);
    *rest = s.rest;
    return sound ? ADDRESS_OK : ADDRESS_MALFORMED;
}
