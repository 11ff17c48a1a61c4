#include "directives.h"

const directive directives[DIRECTIVE_ID_COUNT] = {
    [DIRECTIVE_TABLE] = {"table", ON_TYPE, .available = true,
                         .arguments = {{"name", ARGUMENT_STRING},
                                       {"schema", ARGUMENT_STRING},
                                       {"plural", ARGUMENT_STRING}},
                         .doc = "The table of the type's rows (by default the type's name in snake_case), "
                                "the schema that it is in (by default the database's own), and the name of "
                                "the list of all rows (by default the snake_case name and an 's')."},
    [DIRECTIVE_KEY] = {"key", ON_TYPE, .available = true,
                       .arguments = {{"fields", ARGUMENT_STRINGS, .required = true}},
                       .doc = "The fields that identify a row: attributes, or references by @ref, none of "
                              "them null. By default the field of type ID!."},
    [DIRECTIVE_COLUMN] = {"column", ON_FIELD, .available = true, .decides = true, .kind = FIELD_COLUMN,
                          .arguments = {{"name", ARGUMENT_STRING, .required = true}},
                          .doc = "The column of an attribute, where it is not called like the field."},
    [DIRECTIVE_UNIQUE] =
        {"unique", ON_FIELD, .available = true,
         .doc = "No two rows have the same value in this attribute: a row can be asked for by it."},
    [DIRECTIVE_REF] = {"ref", ON_FIELD, .available = true, .decides = true, .kind = FIELD_REF,
                       .arguments = {{"column", ARGUMENT_STRINGS}},
                       .doc = "The one row whose key stands in this table: in NAME_id, or in the column that "
                              "is named here; where the key has several columns, in as many."},
    [DIRECTIVE_MANY] = {"many", ON_FIELD, .available = true, .decides = true, .kind = FIELD_MANY,
                        .arguments = {{"ref", ARGUMENT_STRING}},
                        .doc = "The rows that refer to this one by their field `ref`, which can be left out "
                               "where only one leads here."},
    [DIRECTIVE_THROUGH] = {"through", ON_FIELD, .available = true, .decides = true, .kind = FIELD_THROUGH,
                           .arguments = {{"table", ARGUMENT_STRING, .required = true},
                                         {"from", ARGUMENT_STRINGS, .required = true},
                                         {"to", ARGUMENT_STRINGS, .required = true}},
                           .doc =
                               "The rows that a link table (\"table\" or \"schema.table\") joins to this "
                               "one: the columns `from` hold this type's key, the columns `to` the other's."},
    [DIRECTIVE_FOLLOW] = {"follow", ON_FIELD, .available = true, .decides = true, .kind = FIELD_FOLLOW,
                          .arguments = {{"path", ARGUMENT_STRING, .required = true},
                                        {"where", ARGUMENT_WHERE},
                                        {"order", ARGUMENT_ORDER}},
                          .doc = "A derived relation: the rows that a path of relations (\"a.b.c\") leads "
                                 "to, by a condition, in an order."},
    [DIRECTIVE_PICK] =
        {"pick", ON_FIELD, .available = true, .decides = true, .kind = FIELD_PICK,
         .arguments = {{"of", ARGUMENT_STRING, .required = true},
                       {"where", ARGUMENT_WHERE},
                       {"keep_max", ARGUMENT_STRING},
                       {"per", ARGUMENT_STRINGS},
                       {"order", ARGUMENT_ORDER}},
         .doc = "The best row of those that the path `of` leads to by the condition: of each group by `per`, "
                "the rows that hold the greatest `keep_max` stay; of these the first by `order` is taken."},
    [DIRECTIVE_COUNT] = {"count", ON_FIELD, .available = true, .decides = true, .kind = FIELD_COUNT,
                         .arguments = {{"of", ARGUMENT_STRING, .required = true}, {"where", ARGUMENT_WHERE}},
                         .doc = "How many rows the path `of` leads to by the condition."},
    [DIRECTIVE_TEXT] = {"text", ON_FIELD, .available = true, .decides = true, .kind = FIELD_TEXT,
                        .arguments = {{"format", ARGUMENT_STRING, .required = true}},
                        .doc = "Text made from attributes: {name} of this row, {distro.name} over "
                               "references; {{ is a brace. It is null where one of them is."},
    [DIRECTIVE_LIVE] = {"live", ON_TYPE, .available = false},
    [DIRECTIVE_UNNEST] = {"unnest", ON_TYPE, .available = false},
    [DIRECTIVE_PARTITION] = {"partition", ON_TYPE, .available = false},
    [DIRECTIVE_ARRAY] = {"array", ON_FIELD, .available = false},
};

static const struct {
    const char *sdl, *words;
    syntax_value_kind kind;
    bool list; /* also a list of these */
} argument_types[] = {
    [ARGUMENT_STRING] = {"String", "a string", SYNTAX_STRING, false},
    [ARGUMENT_STRINGS] = {"[String!]", "a string or a list of strings", SYNTAX_STRING, true},
    [ARGUMENT_WHERE] = {"Where", "a condition such as {name: {eq: \"x\"}}", SYNTAX_OBJECT, false},
    [ARGUMENT_ORDER] = {"Order", "an order such as [{name: ASC}]", SYNTAX_OBJECT, true},
};

const char *directive_argument_type_name(directive_argument_type type) {
    return argument_types[type].sdl;
}

static directive_id find(sheaf_slice name) {
    int id = 0;
    while (id < DIRECTIVE_ID_COUNT && !slice_is(name, directives[id].name)) id++;
    return (directive_id)id;
}

static bool unknown(const syntax_directive *use, directive_location location, const syntax_document *document,
                    sheaf_error *err) {
    suggest s = suggest_for(use->name);
    for (int id = 0; id < DIRECTIVE_ID_COUNT; id++)
        if (directives[id].location == location && directives[id].available)
            suggest_offer(&s, slice_of(directives[id].name));
    return lang_error(err, SHEAF_E_MODEL, document, use->place, "unknown directive '@%.*s'%s",
                      SHEAF_SLICE_ARGS(use->name), suggest_text(&s).text);
}

static bool fits(const syntax_value *value, directive_argument_type type) {
    if (value->kind == argument_types[type].kind) return true;
    if (value->kind != SYNTAX_LIST || !argument_types[type].list) return false;
    for (size_t i = 0; i < value->item_count; i++)
        if (value->items[i].kind != argument_types[type].kind) return false;
    return true;
}

static bool check_argument(const directive *d, const syntax_argument *given, const syntax_document *document,
                           sheaf_error *err) {
    suggest s = suggest_for(given->name);
    for (const directive_argument *a = d->arguments; a->name; a++) {
        suggest_offer(&s, slice_of(a->name));
        if (!slice_is(given->name, a->name)) continue;
        if (fits(&given->value, a->type)) return true;
        return lang_error(err, SHEAF_E_MODEL, document, given->value.place, "'%s' of @%s is %s", a->name,
                          d->name, argument_types[a->type].words);
    }
    return lang_error(err, SHEAF_E_MODEL, document, given->place, "@%s has no argument '%.*s'%s", d->name,
                      SHEAF_SLICE_ARGS(given->name), suggest_text(&s).text);
}

static bool check_arguments(const directive *d, const syntax_directive *use, const syntax_document *document,
                            sheaf_error *err) {
    for (size_t i = 0; i < use->argument_count; i++) {
        const syntax_argument *given = &use->arguments[i];
        if (!check_argument(d, given, document, err)) return false;
        for (size_t j = 0; j < i; j++)
            if (slice_equal(use->arguments[j].name, given->name))
                return lang_error(err, SHEAF_E_MODEL, document, given->place, "'%.*s' is given twice to @%s",
                                  SHEAF_SLICE_ARGS(given->name), d->name);
    }
    for (const directive_argument *a = d->arguments; a->name; a++)
        if (a->required && !directive_value(use, a->name))
            return lang_error(err, SHEAF_E_MODEL, document, use->place, "@%s needs its argument '%s', %s",
                              d->name, a->name, argument_types[a->type].words);
    return true;
}

bool directives_read(const syntax_directives *given, directive_location location,
                     const syntax_document *document, directive_uses *ret, sheaf_error *err) {
    static const char *const locations[] = {[ON_TYPE] = "a type", [ON_FIELD] = "a field"};
    directive_uses uses = {0};
    for (size_t i = 0; i < given->count; i++) {
        const syntax_directive *use = &given->items[i];
        directive_id id = find(use->name);
        if (id == DIRECTIVE_ID_COUNT) return unknown(use, location, document, err);
        const directive *d = &directives[id];
        if (!d->available)
            return lang_error(err, SHEAF_E_MODEL, document, use->place,
                              "@%s is not available in this version of Sheaf", d->name);
        if (d->location != location)
            return lang_error(err, SHEAF_E_MODEL, document, use->place, "@%s stands on %s, not on %s",
                              d->name, locations[d->location], locations[location]);
        if (uses.at[id])
            return lang_error(err, SHEAF_E_MODEL, document, use->place, "@%s stands here twice", d->name);
        if (!check_arguments(d, use, document, err)) return false;
        uses.at[id] = use;
    }
    *ret = uses;
    return true;
}

const syntax_value *directive_value(const syntax_directive *use, const char *name) {
    for (size_t i = 0; use && i < use->argument_count; i++)
        if (slice_is(use->arguments[i].name, name)) return &use->arguments[i].value;
    return NULL;
}
