/* Whose value it was that cannot be compared with its column. PostgreSQL quotes the value, which is no text
 * for a log, and does not tell which parameter it was; but only few columns take less than their attribute
 * does, and of those the values can be looked at. */
#include "runner.h"

#include "../base/number.h"
#include "../model/value.h"
#include "../shape/shape.h"

enum { NAMES_MAX = 4, NUMERIC_DIGITS_AFTER = 16383 };

static bool is_whole(const sheaf_value *v, arena *scratch) {
    int64_t i;
    (void)scratch;
    return v->kind != SHEAF_KIND_TEXT || number_to_int(v->text, &i);
}

/* In the one form out of several that the model's UUID has: the others are PostgreSQL's to judge. */
static bool is_uuid(const sheaf_value *v, arena *scratch) {
    sheaf_value copy = *v;
    return value_check(SHEAF_UUID, &copy, "", scratch, NULL);
}

/* Without an exponent, as many characters are no more digits. */
static bool is_short_decimal(const sheaf_value *v, arena *scratch) {
    (void)scratch;
    if (v->kind != SHEAF_KIND_TEXT || !v->text.len) return true;
    bool exponent = memchr(v->text.ptr, 'e', v->text.len) || memchr(v->text.ptr, 'E', v->text.len);
    return !exponent && v->text.len <= NUMERIC_DIGITS_AFTER;
}

static bool holds_int(const bound_column *b, const model_column *column) {
    return !b->text && column->scalar == SHEAF_ID;
}

static bool holds_uuid(const bound_column *b, const model_column *column) {
    (void)column;
    return b->type == DB_UUID;
}

static bool holds_numeric(const bound_column *b, const model_column *column) {
    (void)b;
    return column->scalar == SHEAF_DECIMAL;
}

/* A rule that a column has beyond its attribute's. */
typedef struct rule {
    const char *sqlstate; /* with which PostgreSQL refuses; "": nothing is sent, fit.c refuses */
    bool (*concerns)(const bound_column *b, const model_column *column);
    bool (*obeys)(const sheaf_value *v, arena *scratch); /* false: perhaps not */
    const char *expected;
} rule;

static const rule rules[] = {
    {"", holds_int, is_whole, "a whole number"},
    {"22P02", holds_uuid, is_uuid, "a UUID such as \"123e4567-e89b-12d3-a456-426614174000\""},
    {"22003", holds_numeric, is_short_decimal,
     "within numeric's range: 131072 digits before the point, and 16383 after it"},
};

static const rule *rule_for(const char *sqlstate) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].sqlstate, sqlstate) == 0) return &rules[i];
    return NULL;
}

/* ---- Names ----------------------------------------------------------------------------------------------*/

typedef struct suspects {
    runner *r;
    const rule *rule;
    buffer names; /* "variable $a (compared with A.b) or …" */
    size_t count;
    const char *place; /* of the first, where that is no variable; else NULL */
} suspects;

/* "variable $a"; NULL: the value is none. */
static const char *variable_of(const suspects *s, const sql_source *source) {
    const sheaf_shape *shape = s->r->c->shape;
    bool is = source->kind == SQL_FROM_VALUE && shape && source->value < shape->variable_count;
    return is ? shape->variables[source->value].what : NULL;
}

static void put_name(buffer *out, const suspects *s, const sql_source *source, size_t item) {
    const model_column *column = source->column;
    const model_field *field = binding_field(column);
    const char *variable = variable_of(s, source);
    if (item) buffer_printf(out, "item %zu of ", item);
    buffer_cstr(out, variable ? variable : item ? "a list" : "a value");
    buffer_printf(out, " (compared with %.*s.%.*s)", SHEAF_SLICE_ARGS(column->entity->name),
                  SHEAF_SLICE_ARGS(field ? field->name : column->name));
}

/* Statements of one trip repeat each other's conditions. */
static bool is_new(const suspects *s, size_t from) {
    sheaf_slice name = {s->names.ptr + from, s->names.len - from};
    return !s->count || !memmem(s->names.ptr, from, name.ptr, name.len);
}

static const char *place_of(runner *r, const plan_step *step) {
    const plan_group *g = step->groups[0];
    return g->hidden ? NULL : context_group_of(r->c, g)->asked->place;
}

static void add_suspect(suspects *s, const plan_step *step, const sql_source *source, size_t item) {
    if (s->count == NAMES_MAX) return;
    size_t start = s->names.len;
    if (s->count) BUFFER_LITERAL(&s->names, " or ");
    size_t from = s->names.len;
    put_name(&s->names, s, source, item);
    if (s->names.failed) return;
    if (!is_new(s, from)) {
        s->names.len = start;
        return;
    }
    if (!s->count++ && !variable_of(s, source)) s->place = place_of(s->r, step);
}

static void look_at(suspects *s, const plan_step *step, const sql_source *source, const sheaf_value *v) {
    const model_column *column = source->column;
    if (!column || !s->rule->concerns(bound(s->r->c->db->binding, column), column)) return;
    if (v->kind != SHEAF_KIND_LIST) {
        if (v->kind != SHEAF_KIND_NULL && !s->rule->obeys(v, &s->r->scratch)) add_suspect(s, step, source, 0);
        return;
    }
    for (size_t i = 0; i < v->list.count; i++)
        if (v->list.items[i].kind != SHEAF_KIND_NULL && !s->rule->obeys(&v->list.items[i], &s->r->scratch))
            add_suspect(s, step, source, i + 1);
}

/* The error in other words; its SQLSTATE stays. */
static void retell(sheaf_error *err, const char *place, sheaf_slice what, const char *expected) {
    char sqlstate[sizeof err->sqlstate];
    memcpy(sqlstate, err->sqlstate, sizeof sqlstate);
    error_set(err, SHEAF_E_VARIABLE, "%.*s must be %s", SHEAF_SLICE_ARGS(what), expected);
    if (place) error_prefix(err, "%s", place);
    memcpy(err->sqlstate, sqlstate, sizeof sqlstate);
}

static void accuse(suspects *s, sheaf_error *err) {
    if (s->count && !s->names.failed) retell(err, s->place, buffer_view(&s->names), s->rule->expected);
    buffer_free(&s->names);
}

/* ---- Keys -----------------------------------------------------------------------------------------------*/

/* Keys of types of which Sheaf knows no more are cast to them; only those that a caller gives can be bad.
 * Other refusals are of what the database computes, such as 22012, division by zero. */
static void accuse_keys(runner *r, const plan_step *step, sheaf_error *err) {
    const model_entity *e = step->query.start;
    if (err->code != SHEAF_E_VARIABLE) return;
    for (uint32_t i = 0; i < step->group_count; i++) {
        const plan_group *g = step->groups[i];
        for (uint32_t k = 0; g->origin == GRAPH_KEYS && k < e->key.count; k++) {
            if (bound(r->c->db->binding, e->key.at[k])->type != DB_ANY) continue;
            sheaf_slice what = arena_printf(&r->scratch, "a key given for %.*s", SHEAF_SLICE_ARGS(e->name));
            if (what.ptr) retell(err, context_group_of(r->c, g)->asked->place, what, "of its column's type");
            return;
        }
    }
}

/* ---- The calls ------------------------------------------------------------------------------------------*/

bool runner_misfit(runner *r, const plan_step *step, const sql_source *source, const sheaf_value *value,
                   sheaf_error *err) {
    suspects s = {.r = r, .rule = rule_for("")};
    if (!err || err->code != SHEAF_E_VARIABLE) return false;
    buffer_init(&s.names, r->c->db->allocator);
    look_at(&s, step, source, value);
    accuse(&s, err);
    return false;
}

bool runner_refused(runner *r, sheaf_error *err) {
    if (!err || strncmp(err->sqlstate, "22", 2) != 0) return false;
    suspects s = {.r = r, .rule = rule_for(err->sqlstate)};
    buffer_init(&s.names, r->c->db->allocator);
    for (size_t i = 0; i < r->calls.count; i++) {
        const runner_call *call = runner_call_at(r, i);
        for (size_t k = 0; k < call->sql->statement.param_count; k++) {
            const sql_source *source = &call->sql->sources[k];
            if (source->kind == SQL_FROM_KEYS)
                accuse_keys(r, call->step, err);
            else if (s.rule)
                look_at(&s, call->step, source, &r->calls.items[i].arguments[k].value);
        }
    }
    accuse(&s, err);
    return false;
}
