/* NAME_model.h: typed groups, attributes, filters and orders: names chosen first, then one line for each
 * attribute and relation, which the macros of sheaf/typed.h make functions from. */
#include "../model/filter.h"
#include "../model/value.h"
#include "gen.h"

/* The names made from one field; NULL where it has none of them. */
typedef struct field_names {
    const char *stem;      /* package_name: reads; package_name_eq: compares */
    const char *plural;    /* packages_name: the field, or the relation followed */
    const char *has;       /* package_has_maintainer */
    const char *attribute; /* PACKAGE_NAME */
    const char *by;        /* PACKAGE_BY_NAME */
} field_names;

typedef struct entity_names {
    const char *row, *group;       /* types: package, packages */
    const char *singular, *plural; /* what functions begin with */
    const char *nothing, *by_none; /* PACKAGE_NONE, where there are no attributes; PACKAGE_BY_NONE */
    unsigned attributes, orders;
    field_names *fields; /* by model_field.index */
} entity_names;

typedef struct header {
    gen *g;
    buffer *out;
    const char *guard;
    entity_names *entities; /* by model_entity.index */
} header;

/* ---- Names --------------------------------------------------------------------------------------------*/

static const char *const singular_endings[] = {
    "_attribute", "_attribute_name", "_order_by", "_order_name", "_order", "_filter", "_all",
    "_all_of",    "_any_of",         "_not_of",   "_and",        "_or",    "_not",    "_row",
    "_of_row",    "_cursor",         "_key",
};
static const char *const plural_endings[] = {
    "_options",     "_search_options", "_follow_options", "_group",    "_of_group",
    "_rows",        "_need",           "_need_at",        "_search",   "_search_at",
    "_search_with", "_search_with_at", "_count",          "_count_at", "_of_keys",
    "_of_keys_at",  "_of_rows",        "_of_rows_at",     "_update",   "_update_at",
};
static const char *const field_endings[] = {"", "_field",
#define X(op, name, operand) "_" name, "_" name "_slice",
                                            FILTER_OPS(X)
#undef X
};
static const char *const field_plural_endings[] = {"", "_at", "_field"};
static const char *const has_endings[] = {"", "_where"};

#define COUNT(list)                 (sizeof(list) / sizeof *(list))
#define CLAIM_STEM(g, list, wanted) claimed_stem((g), (wanted), (list), COUNT(list))

static const char *claimed_stem(gen *g, sheaf_slice wanted, const char *const *endings, size_t count) {
    return gen_claim_stem(g, wanted, endings, count).ptr;
}

static const char *claimed(gen *g, sheaf_slice wanted) {
    return gen_claim(g, wanted).ptr;
}

/* "PACKAGE_BY_" and the field's name in capitals. */
static const char *enumerator(gen *g, const char *singular, const char *between, sheaf_slice name) {
    sheaf_slice text = arena_printf(g->memory, "%s%s%.*s", singular, between, SHEAF_SLICE_ARGS(name));
    return text.ptr ? claimed(g, gen_upper(g, text)) : NULL;
}

static bool name_entity(gen *g, const model_entity *e, entity_names *n) {
    n->singular = CLAIM_STEM(g, singular_endings, e->singular);
    n->plural = CLAIM_STEM(g, plural_endings, e->plural);
    n->fields = ARENA_ARRAY(g->memory, field_names, e->field_count);
    if (!n->singular || !n->plural || !n->fields) return false;
    n->by_none = enumerator(g, n->singular, "_by_", SHEAF_SLICE("none"));
    return n->by_none != NULL;
}

static bool is_orderable(const model_field *f) {
    return f->kind == FIELD_COLUMN && f->scalar != SHEAF_JSON && f->scalar != SHEAF_BYTES;
}

static bool name_field(gen *g, const model_field *f, entity_names *n) {
    field_names *names = &n->fields[f->index];
    sheaf_slice name = f->name;
    names->stem =
        CLAIM_STEM(g, field_endings, arena_printf(g->memory, "%s_%.*s", n->singular, SHEAF_SLICE_ARGS(name)));
    names->plural = CLAIM_STEM(g, field_plural_endings,
                               arena_printf(g->memory, "%s_%.*s", n->plural, SHEAF_SLICE_ARGS(name)));
    if (!names->stem || !names->plural) return false;
    if (field_is_relation(f->kind)) {
        names->has = CLAIM_STEM(g, has_endings,
                                arena_printf(g->memory, "%s_has_%.*s", n->singular, SHEAF_SLICE_ARGS(name)));
        return names->has != NULL;
    }
    n->attributes++;
    names->attribute = enumerator(g, n->singular, "_", name);
    if (!names->attribute || !is_orderable(f)) return names->attribute != NULL;
    n->orders++;
    names->by = enumerator(g, n->singular, "_by_", name);
    return names->by != NULL;
}

/* Types first, then what every entity has, then fields: what is added to a model renames little. */
static bool name_all(header *h) {
    gen *g = h->g;
    const sheaf_model *m = g->model;
    sheaf_slice guard = arena_printf(g->memory, "%s_model_h", g->options.name);
    h->guard = guard.ptr ? claimed(g, gen_upper(g, guard)) : NULL;
    h->entities = ARENA_ARRAY(g->memory, entity_names, m->entity_count);
    if (!h->guard || !h->entities) return false;
    for (uint32_t i = 0; i < m->entity_count; i++) {
        h->entities[i].row = claimed(g, m->entities[i].singular);
        h->entities[i].group = claimed(g, m->entities[i].plural);
        if (!h->entities[i].row || !h->entities[i].group) return false;
    }
    for (uint32_t i = 0; i < m->entity_count; i++)
        if (!name_entity(g, &m->entities[i], &h->entities[i])) return false;
    for (uint32_t i = 0; i < m->entity_count; i++) {
        entity_names *n = &h->entities[i];
        for (uint32_t k = 0; k < m->entities[i].field_count; k++)
            if (!name_field(g, &m->entities[i].fields[k], n)) return false;
        if (!n->attributes && !(n->nothing = enumerator(g, n->singular, "_", SHEAF_SLICE("none"))))
            return false;
    }
    return true;
}

/* ---- Types --------------------------------------------------------------------------------------------*/

static void write_attributes(header *h, const model_entity *e, const entity_names *n) {
    buffer *out = h->out;
    buffer_printf(out, "\ntypedef enum %s_attribute {\n", n->singular);
    for (uint32_t i = 0; i < e->field_count; i++) {
        const field_names *names = &n->fields[i];
        if (!names->attribute) continue;
        gen_comment(out, "    ", e->fields[i].description);
        buffer_printf(out, "    %s,\n", names->attribute);
    }
    if (n->nothing) buffer_printf(out, "    %s\n", n->nothing);
    buffer_printf(out, "} %s_attribute;\ntypedef enum %s_order_by {\n    %s,\n", n->singular, n->singular,
                  n->by_none);
    for (uint32_t i = 0; i < e->field_count; i++)
        if (n->fields[i].by) buffer_printf(out, "    %s,\n", n->fields[i].by);
    buffer_printf(out, "} %s_order_by;\n", n->singular);
}

static void write_names(header *h, const model_entity *e, const entity_names *n) {
    buffer *out = h->out;
    buffer_printf(out, "SHEAF_TYPED_NAMES(%s_attribute_name, %s_attribute", n->singular, n->singular);
    for (uint32_t i = 0; i < e->field_count; i++)
        if (n->fields[i].attribute) buffer_printf(out, ", \"%.*s\"", SHEAF_SLICE_ARGS(e->fields[i].name));
    buffer_printf(out, "%s)\nSHEAF_TYPED_NAMES(%s_order_name, %s_order_by, \"\"", n->nothing ? ", \"\"" : "",
                  n->singular, n->singular);
    for (uint32_t i = 0; i < e->field_count; i++)
        if (n->fields[i].by) buffer_printf(out, ", \"%.*s\"", SHEAF_SLICE_ARGS(e->fields[i].name));
    BUFFER_LITERAL(out, ")\n");
}

/* ---- Keys ---------------------------------------------------------------------------------------------*/

static bool is_text(const header *h, const model_column *column) {
    if (column->scalar == SHEAF_ID) return gen_is_text_id(h->g, column);
    return scalar_kind(column->scalar) == SHEAF_KIND_TEXT;
}

/* A key's column is called as its attribute is, or, in a reference, as the column itself. */
static sheaf_slice key_name(const model_entity *e, const model_column *column) {
    for (uint32_t i = 0; i < e->field_count; i++)
        if (e->fields[i].kind == FIELD_COLUMN && e->fields[i].column == column) return e->fields[i].name;
    return column->name;
}

/* The names of a key's members, none twice. False: no memory. */
static bool member_names(header *h, const model_entity *e, const char *ret[MODEL_KEY_MAX]) {
    for (uint32_t i = 0; i < e->key.count; i++) {
        sheaf_slice name = gen_identifier(h->g, key_name(e, e->key.at[i]));
        for (uint32_t k = 0; name.ptr && k < i; k++)
            if (slice_is(name, ret[k])) name = arena_printf(h->g->memory, "%s%u", name.ptr, i + 1);
        if (!name.ptr) return false;
        ret[i] = name.ptr;
    }
    return true;
}

static bool write_key(header *h, const model_entity *e, const entity_names *n) {
    buffer *out = h->out;
    const char *members[MODEL_KEY_MAX];
    if (e->key.count == 1) {
        bool text = is_text(h, e->key.at[0]);
        buffer_printf(out, "SHEAF_TYPED_KEYS(%s, %s, %s, \"%.*s\", {SHEAF_KIND_%s, 0})\n", n->group,
                      n->plural, text ? "sheaf_slice" : "int64_t", SHEAF_SLICE_ARGS(e->name),
                      text ? "TEXT" : "INT");
        return true;
    }
    if (!member_names(h, e, members)) return false;
    buffer_printf(out, "typedef struct %s_key {\n", n->singular);
    for (uint32_t i = 0; i < e->key.count; i++)
        buffer_printf(out, "    %s %s;\n", is_text(h, e->key.at[i]) ? "sheaf_slice" : "int64_t", members[i]);
    buffer_printf(out, "} %s_key;\nSHEAF_TYPED_KEYS(%s, %s, %s_key, \"%.*s\"", n->singular, n->group,
                  n->plural, n->singular, SHEAF_SLICE_ARGS(e->name));
    for (uint32_t i = 0; i < e->key.count; i++)
        buffer_printf(out, ",\n                 {SHEAF_KIND_%s, offsetof(%s_key, %s)}",
                      is_text(h, e->key.at[i]) ? "TEXT" : "INT", n->singular, members[i]);
    BUFFER_LITERAL(out, ")\n");
    return true;
}

/* ---- Functions ----------------------------------------------------------------------------------------*/

static const char *kind_word(const header *h, const model_field *f, const model_column *column) {
    sheaf_scalar scalar = column ? column->scalar : f->scalar;
    if (scalar == SHEAF_BOOLEAN) return "BOOL";
    if (column && scalar == SHEAF_ID) return is_text(h, column) ? "TEXT" : "INT";
    switch (scalar_kind(scalar)) {
    case SHEAF_KIND_FLOAT: return "FLOAT";
    case SHEAF_KIND_TEXT: return "TEXT";
    default: return "INT";
    }
}

static void write_condition(header *h, const entity_names *n, const model_field *f,
                            const model_column *column) {
    buffer_printf(h->out, "SHEAF_TYPED_WHERE_%s(%s_filter, %s, \"%.*s\", %s)\n", kind_word(h, f, column),
                  n->singular, n->fields[f->index].stem, SHEAF_SLICE_ARGS(f->name),
                  scalar_name(column->scalar));
}

static void write_attribute(header *h, const entity_names *n, const model_field *f) {
    const field_names *names = &n->fields[f->index];
    buffer_printf(h->out, "SHEAF_TYPED_READ_%s(%s, %s, %s, %s, \"%.*s\")\n", kind_word(h, f, f->column),
                  n->row, n->group, names->stem, names->plural, SHEAF_SLICE_ARGS(f->name));
    if (f->kind == FIELD_COLUMN) write_condition(h, n, f, f->column);
}

/* The macros that know where they stand, and those that keep what they are given in the caller's block. What
 * may be a compound literal, with commas in braces, is __VA_ARGS__. */
static void write_macros(header *h, const entity_names *n) {
    static const struct {
        const char *name, *parameters, *arguments;
    } macros[] = {
        {"search", "context, ...", "(context), __VA_ARGS__"},
        {"search_with", "context, ...", "(context), __VA_ARGS__"},
        {"count", "context, ...", "(context), __VA_ARGS__"},
        {"of_keys", "context, ...", "(context), __VA_ARGS__"},
        {"of_rows", "context, ...", "(context), __VA_ARGS__"},
        {"update", "into, from", "(into), (from)"},
    };
    buffer *out = h->out;
    const char *s = n->singular, *p = n->plural;
    for (size_t i = 0; i < COUNT(macros); i++)
        buffer_printf(out, "#define %s_%s(%s) %s_%s_at(%s, SHEAF_HERE)\n", p, macros[i].name,
                      macros[i].parameters, p, macros[i].name, macros[i].arguments);
    buffer_printf(
        out,
        "#ifdef __cplusplus\n"
        "static inline void %s_need_at(%s *group_, std::initializer_list<%s_attribute> list_, const "
        "char *place_) {\n"
        "    %s_need_at(group_, list_.begin(), list_.size(), place_);\n}\n"
        "#define %s_need(group, ...) %s_need_at((group), {__VA_ARGS__}, SHEAF_HERE)\n"
        "#else\n",
        p, n->group, s, p, p, p);
    buffer_printf(out,
                  "#define %s_need(group, ...) \\\n    %s_need_((group), (const %s_attribute[]){__VA_ARGS__, "
                  "(%s_attribute)SHEAF_TYPED_LAST}, SHEAF_HERE)\n",
                  p, p, s, s);
    static const char *const words[][2] = {{"and", "all_of"}, {"or", "any_of"}};
    for (size_t i = 0; i < COUNT(words); i++)
        buffer_printf(out, "#define %s_%s(...) %s_%s_((const %s_filter[]){__VA_ARGS__, %s_end_()})\n", s,
                      words[i][0], s, words[i][1], s, s);
    buffer_printf(out, "#define %s_not(filter) %s_not_of((const %s_filter[]){%s_this_(filter)})\n#endif\n", s,
                  s, s, s);
}

static bool write_entity(header *h, const model_entity *e) {
    const entity_names *n = &h->entities[e->index];
    buffer *out = h->out;
    buffer_printf(out, "\n/* ---- %.*s ---- */\n\n", SHEAF_SLICE_ARGS(e->name));
    gen_comment(out, "", e->description);
    buffer_printf(out, "typedef struct %s %s;\ntypedef struct %s %s;\n", n->row, n->row, n->group, n->group);
    write_attributes(h, e, n);
    write_names(h, e, n);
    buffer_printf(out, "SHEAF_TYPED_TYPES(%s, %s, %u)\n", n->singular, n->plural, n->orders ? n->orders : 1);
    buffer_printf(out, "SHEAF_TYPED_ENTITY(%s, %s, %s, %s, \"%.*s\")\n", n->row, n->group, n->singular,
                  n->plural, SHEAF_SLICE_ARGS(e->name));
    if (!write_key(h, e, n)) return false;
    for (uint32_t i = 0; i < e->field_count; i++)
        if (!field_is_relation(e->fields[i].kind)) write_attribute(h, n, &e->fields[i]);
    write_macros(h, n);
    return true;
}

static void write_follow(header *h, const entity_names *n, const model_field *f) {
    const field_names *names = &n->fields[f->index];
    const entity_names *to = &h->entities[f->target->index];
    buffer *out = h->out;
    buffer_printf(out, "SHEAF_TYPED_%s(%s, %s, %s, %s, %s, %s, ", f->list ? "MANY" : "ONE", n->row, n->group,
                  to->row, to->group, names->stem, names->plural);
    if (f->list) buffer_printf(out, "%s, ", to->plural);
    buffer_printf(out, "\"%.*s\")\n", SHEAF_SLICE_ARGS(f->name));
    buffer_printf(out, "#define %s(group%s) %s_at((group)%s, SHEAF_HERE)\n", names->plural,
                  f->list ? ", ..." : "", names->plural, f->list ? ", __VA_ARGS__" : "");
}

static void write_has(header *h, const entity_names *n, const model_field *f) {
    const field_names *names = &n->fields[f->index];
    const char *to = h->entities[f->target->index].singular;
    buffer_printf(h->out, "SHEAF_TYPED_HAS(%s_filter, %s_filter, %s, \"%.*s\")\n", n->singular, to,
                  names->has, SHEAF_SLICE_ARGS(f->name));
    buffer_printf(
        h->out,
        "#ifndef __cplusplus\n#define %s(filter) %s_where((const %s_filter[]){%s_this_(filter)})\n#endif\n",
        names->has, names->has, to, to);
}

static void write_relation(header *h, const entity_names *n, const model_field *f) {
    gen_comment(h->out, "", f->description);
    write_follow(h, n, f);
    if (f->kind == FIELD_PICK) return; /* which no condition can follow */
    write_has(h, n, f);
    const model_columns *columns = &f->path.hops[0].columns;
    if (f->kind == FIELD_REF && columns->count == 1) write_condition(h, n, f, columns->at[0]);
}

static void write_relations(header *h, const model_entity *e) {
    const entity_names *n = &h->entities[e->index];
    bool any = false;
    for (uint32_t i = 0; i < e->field_count; i++) {
        if (!field_is_relation(e->fields[i].kind)) continue;
        if (!any) buffer_printf(h->out, "\n/* ---- Relations of %.*s ---- */\n\n", SHEAF_SLICE_ARGS(e->name));
        write_relation(h, n, &e->fields[i]);
        any = true;
    }
}

static const char preamble[] =
    "#include <sheaf/typed.h>\n"
    "#ifdef __cplusplus\n"
    "#include <initializer_list>\n"
    "#endif\n\n"
    "/* What does not fit is an error, also where compilers only warn; not where SHEAF_GEN_LENIENT is "
    "defined. */\n"
    "#if !defined SHEAF_GEN_LENIENT && !defined __cplusplus && \\\n"
    "    (defined __clang__ || (defined __GNUC__ && __GNUC__ >= 10))\n"
    "#pragma GCC diagnostic error \"-Wincompatible-pointer-types\"\n"
    "#pragma GCC diagnostic error \"-Wint-conversion\"\n"
    "#pragma GCC diagnostic error \"-Wenum-conversion\"\n"
    "#pragma GCC diagnostic error \"-Wimplicit-function-declaration\"\n"
    "#ifdef __clang__\n"
    "#pragma GCC diagnostic warning \"-Wincompatible-pointer-types-discards-qualifiers\"\n"
    "#endif\n"
    "#endif\n";

bool gen_model_header(gen *g, buffer *out, sheaf_error *err) {
    header h = {.g = g, .out = out};
    const sheaf_model *m = g->model;
    if (!name_all(&h)) return error_memory(err);
    gen_head(g, out, "Typed groups of the model; docs/generated.md is their manual.");
    buffer_printf(out, "#ifndef %s\n#define %s\n\n%s", h.guard, h.guard, preamble);
    for (uint32_t i = 0; i < m->entity_count; i++)
        if (!write_entity(&h, &m->entities[i])) return error_memory(err);
    for (uint32_t i = 0; i < m->entity_count; i++) write_relations(&h, &m->entities[i]);
    BUFFER_LITERAL(out, "\n#endif\n");
    return true;
}
