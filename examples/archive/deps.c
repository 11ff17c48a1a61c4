#include "deps.h"

#include <string.h>

#include "text.h"

static bool at(const deps_reader *r, char c) {
    return r->rest.len && r->rest.ptr[0] == c;
}

static void advance(deps_reader *r, size_t n) {
    r->rest.ptr += n;
    r->rest.len -= n;
}

static void skip_space(deps_reader *r) {
    while (r->rest.len && text_is_space(r->rest.ptr[0])) advance(r, 1);
}

/* The run of bytes up to white space or punctuation. */
static sheaf_slice token(deps_reader *r) {
    size_t n = 0;
    while (n < r->rest.len && !text_is_space(r->rest.ptr[n])) {
        char c = r->rest.ptr[n];
        if (c == ',' || c == '|' || c == '(' || c == ')' || c == '[' || c == '<' || c == ':') break;
        n++;
    }
    sheaf_slice t = {r->rest.ptr, n};
    advance(r, n);
    return t;
}

/* "(>= 2.36)", which is also written "(>=2.36)". */
static bool constraint(deps_reader *r, dependency *d) {
    static const char *const operators[] = {"<<", "<=", "=", ">=", ">>", "<", ">"};
    advance(r, 1);
    size_t before = r->rest.len;
    sheaf_slice inside = text_until(&r->rest, ')');
    if (inside.len == before) return false;
    inside = text_trim(inside);
    size_t n = 0;
    while (n < inside.len && (inside.ptr[n] == '<' || inside.ptr[n] == '=' || inside.ptr[n] == '>')) n++;
    d->op = (sheaf_slice){inside.ptr, n};
    d->version = text_trim((sheaf_slice){inside.ptr + n, inside.len - n});
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (text_equal(d->op, (sheaf_slice){operators[i], strlen(operators[i])})) {
            return text_is_version(d->version);
        }
    }
    return false;
}

/* One list of architectures or profiles after another. */
static bool restrictions(deps_reader *r, dependency *d) {
    const char *first = r->rest.ptr;
    while (at(r, '[') || at(r, '<')) {
        char end = at(r, '[') ? ']' : '>';
        size_t before = r->rest.len;
        if (text_until(&r->rest, end).len == before) return false;
        d->restriction = (sheaf_slice){first, (size_t)(r->rest.ptr - first)};
        skip_space(r);
    }
    return true;
}

static bool alternative(deps_reader *r, dependency *d) {
    d->name = token(r);
    if (!text_is_package(d->name)) return false;
    if (at(r, ':')) {
        advance(r, 1);
        d->qualifier = token(r);
        if (!text_is_package(d->qualifier)) return false;
    }
    skip_space(r);
    if (at(r, '(') && !constraint(r, d)) return false;
    skip_space(r);
    return restrictions(r, d) && (!r->rest.len || at(r, ',') || at(r, '|'));
}

deps_result deps_next(deps_reader *r, dependency *ret) {
    skip_space(r);
    while (!r->after_bar && at(r, ',')) {
        advance(r, 1);
        skip_space(r);
    }
    if (!r->rest.len) return r->after_bar ? DEPS_MALFORMED : DEPS_END;
    *ret = (dependency){.position = r->position, .alternative = r->alternative};
    if (!alternative(r, ret)) return DEPS_MALFORMED;
    r->after_bar = at(r, '|');
    r->alternative = r->after_bar ? r->alternative + 1 : 0;
    r->position += !r->after_bar;
    if (r->rest.len) advance(r, 1);
    return DEPS_OK;
}
