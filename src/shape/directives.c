#include "../base/number.h"
#include "read.h"

#define ARGUMENTS_MAX 2

/* X(enumerator, name, where it stands, its arguments as {name, kind}) */
#define DIRECTIVES(X)                                                                                        \
    X(DIRECTIVE_ROUTE, "route", ON_QUERY, {{"path", SYNTAX_STRING}})                                         \
    X(DIRECTIVE_BUDGET, "budget", ON_QUERY, {{"statements", SYNTAX_INT}, {"trips", SYNTAX_INT}})             \
    X(DIRECTIVE_EXPORT, "export", ON_QUERY, {{"as", SYNTAX_STRING}})                                         \
    X(DIRECTIVE_REQUIRED, "required", ON_FIELD, {{NULL}})                                                    \
    X(DIRECTIVE_VALUES, "values", ON_FIELD, {{NULL}})                                                        \
    X(DIRECTIVE_COLUMNS, "columns", ON_FIELD, {{NULL}})

typedef enum location { ON_NOTHING, ON_QUERY, ON_FIELD } location;

typedef struct directive_rule {
    const char *name;
    location location;
    struct {
        const char *name; /* NULL: none */
        syntax_value_kind kind;
    } arguments[ARGUMENTS_MAX];
} directive_rule;

enum {
#define X(name, text, location, ...) name,
    DIRECTIVES(X)
#undef X
        DIRECTIVE_COUNT
};
static const directive_rule rules[DIRECTIVE_COUNT] = {
#define X(name, text, location, ...) {text, location, __VA_ARGS__},
    DIRECTIVES(X)
#undef X
};

/* A directive as it stands in a document. */
typedef struct given_directive {
    const syntax_directive *at;
    const syntax_value *values[ARGUMENTS_MAX]; /* as the rule has them; NULL: not given */
} given_directive;

static bool unknown(const syntax_document *document, const syntax_directive *d, location where,
                    sheaf_error *err) {
    if (slice_is(d->name, "include") || slice_is(d->name, "skip"))
        return lang_error(err, SHEAF_E_SHAPE, document, d->place,
                          "@%.*s is not supported: the number of statements must depend on the shape alone",
                          SHEAF_SLICE_ARGS(d->name));
    suggest s = suggest_for(d->name);
    for (int i = 0; i < DIRECTIVE_COUNT; i++)
        if (rules[i].location == where) suggest_offer(&s, slice_of(rules[i].name));
    return lang_error(err, SHEAF_E_SHAPE, document, d->place, "unknown directive '@%.*s'%s",
                      SHEAF_SLICE_ARGS(d->name), suggest_text(&s).text);
}

static int find_rule(sheaf_slice name) {
    int i = 0;
    while (i < DIRECTIVE_COUNT && !slice_is(name, rules[i].name)) i++;
    return i;
}

static bool read_argument(const directive_rule *rule, const syntax_argument *a,
                          const syntax_document *document, given_directive *g, sheaf_error *err) {
    suggest s = suggest_for(a->name);
    for (int i = 0; i < ARGUMENTS_MAX && rule->arguments[i].name; i++) {
        suggest_offer(&s, slice_of(rule->arguments[i].name));
        if (!slice_is(a->name, rule->arguments[i].name)) continue;
        if (g->values[i])
            return lang_error(err, SHEAF_E_SHAPE, document, a->place, "argument '%s' is given twice",
                              rule->arguments[i].name);
        if (a->value.kind != rule->arguments[i].kind)
            return lang_error(err, SHEAF_E_SHAPE, document, a->value.place, "'%s' of @%s takes %s",
                              rule->arguments[i].name, rule->name,
                              rule->arguments[i].kind == SYNTAX_INT ? "a whole number" : "a string");
        g->values[i] = &a->value;
        return true;
    }
    return lang_error(err, SHEAF_E_SHAPE, document, a->place, "@%s has no argument '%.*s'%s", rule->name,
                      SHEAF_SLICE_ARGS(a->name), suggest_text(&s).text);
}

/* Each directive that may stand `where`, by number, at most once. */
static bool read_all(const syntax_directives *directives, const syntax_document *document, location where,
                     const char *place_name, given_directive found[DIRECTIVE_COUNT], sheaf_error *err) {
    for (size_t i = 0; i < directives->count; i++) {
        const syntax_directive *d = &directives->items[i];
        int number = find_rule(d->name);
        if (number == DIRECTIVE_COUNT) return unknown(document, d, where, err);
        if (rules[number].location != where)
            return lang_error(err, SHEAF_E_SHAPE, document, d->place, "@%s stands on %s, not on %s",
                              rules[number].name, rules[number].location == ON_QUERY ? "a query" : "a field",
                              place_name);
        if (found[number].at)
            return lang_error(err, SHEAF_E_SHAPE, document, d->place, "@%s stands here twice",
                              rules[number].name);
        found[number].at = d;
        for (size_t j = 0; j < d->argument_count; j++)
            if (!read_argument(&rules[number], &d->arguments[j], document, &found[number], err)) return false;
    }
    return true;
}

bool directives_refuse(const syntax_directives *directives, const syntax_document *document,
                       const char *where, sheaf_error *err) {
    given_directive found[DIRECTIVE_COUNT] = {0};
    return read_all(directives, document, ON_NOTHING, where, found, err);
}

bool directives_read_field(const occurrence *at, shape_node *node, sheaf_error *err) {
    given_directive found[DIRECTIVE_COUNT] = {0};
    if (!read_all(&at->selection->directives, at->document, ON_FIELD, "a field", found, err)) return false;
    node->required = found[DIRECTIVE_REQUIRED].at != NULL;
    node->values = found[DIRECTIVE_VALUES].at != NULL;
    node->columns = found[DIRECTIVE_COLUMNS].at != NULL;
    return true;
}

/* Every `{name}` of the path must be a variable that can stand in a path. */
static bool check_route(const sheaf_shape *shape, const syntax_value *path, sheaf_error *err) {
    sheaf_slice rest = path->text;
    if (rest.len == 0 || rest.ptr[0] != '/')
        return lang_error(err, SHEAF_E_SHAPE, shape->document, path->place, "a route begins with '/'");
    for (;;) {
        sheaf_slice literal = slice_cut(rest, '{', &rest);
        if (memchr(literal.ptr, '}', literal.len))
            return lang_error(err, SHEAF_E_SHAPE, shape->document, path->place,
                              "the route has a '}' without its '{'");
        if (!rest.ptr) return true;
        sheaf_slice name = slice_cut(rest, '}', &rest);
        if (!rest.ptr)
            return lang_error(err, SHEAF_E_SHAPE, shape->document, path->place,
                              "the route has a '{' without its '}'");
        uint32_t i = 0;
        while (i < shape->variable_count && !slice_equal(shape->variables[i].name, name)) i++;
        if (i == shape->variable_count || shape->variables[i].list)
            return lang_error(err, SHEAF_E_SHAPE, shape->document, path->place,
                              "the route's {%.*s} is no variable of the query that is a scalar",
                              SHEAF_SLICE_ARGS(name));
    }
}

static bool read_route(sheaf_shape *shape, const given_directive *g, sheaf_error *err) {
    if (!g->at) return true;
    if (!g->values[0])
        return lang_error(err, SHEAF_E_SHAPE, shape->document, g->at->place, "@route needs its path");
    shape->route = g->values[0]->text;
    return check_route(shape, g->values[0], err);
}

static bool read_budget(sheaf_shape *shape, const given_directive *g, sheaf_error *err) {
    if (!g->at) return true;
    if (!g->values[0] && !g->values[1])
        return lang_error(err, SHEAF_E_SHAPE, shape->document, g->at->place,
                          "@budget needs statements, trips or both");
    int64_t *const numbers[] = {&shape->budget_statements, &shape->budget_trips};
    for (int i = 0; i < 2; i++) {
        const syntax_value *v = g->values[i];
        if (v && (!number_to_int(v->text, numbers[i]) || *numbers[i] <= 0))
            return lang_error(err, SHEAF_E_SHAPE, shape->document, v->place, "a budget is 1 at the least");
    }
    return true;
}

static bool read_export(sheaf_shape *shape, const given_directive *g, sheaf_error *err) {
    static const char *const formats[] = {"json", "ndjson", "csv"};
    if (!g->at) return true;
    for (int i = 0; i < 3 && g->values[0]; i++)
        if (slice_is(g->values[0]->text, formats[i])) {
            shape->export_as = g->values[0]->text;
            return true;
        }
    return lang_error(err, SHEAF_E_SHAPE, shape->document, g->at->place,
                      "@export needs its format: as: \"json\", \"ndjson\" or \"csv\"");
}

bool directives_read_operation(sheaf_shape *shape, sheaf_error *err) {
    given_directive found[DIRECTIVE_COUNT] = {0};
    shape->budget_statements = shape->budget_trips = -1;
    return read_all(&shape->definition->directives, shape->document, ON_QUERY, "a query", found, err) &&
           read_route(shape, &found[DIRECTIVE_ROUTE], err) &&
           read_budget(shape, &found[DIRECTIVE_BUDGET], err) &&
           read_export(shape, &found[DIRECTIVE_EXPORT], err);
}
