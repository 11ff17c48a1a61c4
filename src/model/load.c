/* load.c: the first stage, types and fields; and the calls that load a model. */
#include "load.h"

#include "../base/file.h"
#include "filter.h"
#include "value.h"

#define IDENTIFIER_MAX 63 /* bytes; PostgreSQL cuts longer names */

/* What the grammar allows and a model has no use for, with what to do; NULL: allowed. */
static const char *const refused[] = {
    [SYNTAX_OPERATION] = "a query belongs in a file of shapes/, not in the model",
    [SYNTAX_FRAGMENT] = "a fragment belongs in a file of shapes/, not in the model",
    [SYNTAX_SCHEMA] =
        "a model needs no schema definition, its root fields are made from the types; remove it",
    [SYNTAX_INTERFACE] = "an interface has no table; write its fields into each type",
    [SYNTAX_UNION] = "a union has no table; make a relation to each of its types",
    [SYNTAX_INPUT] = "a model has no input types, filters and orders are made from the types; remove it",
    [SYNTAX_DIRECTIVE_DEFINITION] = NULL,
};

static bool is_name(sheaf_slice s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9')) return false;
    }
    return s.len > 0;
}

static bool check_name(loader *l, syntax_place place, sheaf_slice name) {
    if (!is_name(name))
        return LOAD_FAIL(l, place, "a name is made of letters, digits and '_', and begins with no digit");
    if (name.ptr[0] == '_')
        return LOAD_FAIL(l, place, "names that begin with '_' are kept for Sheaf; rename '%.*s'",
                         SHEAF_SLICE_ARGS(name));
    return true;
}

bool load_identifier(loader *l, syntax_place place, sheaf_slice name) {
    if (name.len == 0 || name.len > IDENTIFIER_MAX)
        return LOAD_FAIL(l, place, "a name in the database is 1 to %d bytes long", IDENTIFIER_MAX);
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7F)
            return LOAD_FAIL(l, place, "a name in the database has no control characters");
    return true;
}

bool load_strings(loader *l, const syntax_value *value, const char *what, sheaf_slice ret[MODEL_KEY_MAX],
                  uint32_t *ret_count) {
    bool list = value->kind == SYNTAX_LIST;
    size_t count = list ? value->item_count : 1;
    if (count == 0 || count > MODEL_KEY_MAX)
        return LOAD_FAIL(l, value->place, "%s takes 1 to %d names", what, MODEL_KEY_MAX);
    for (size_t i = 0; i < count; i++) ret[i] = list ? value->items[i].text : value->text;
    *ret_count = (uint32_t)count;
    return true;
}

/* Types. */

static bool check_definition(loader *l, const syntax_definition *d) {
    sheaf_scalar scalar;
    if (d->extend)
        return LOAD_FAIL(l, d->place, "a model is not extended; write the fields into the type itself");
    if (refused[d->kind]) return LOAD_FAIL(l, d->place, "%s", refused[d->kind]);
    if (d->kind != SYNTAX_OBJECT_TYPE && d->kind != SYNTAX_ENUM_TYPE) return true;
    if (!check_name(l, d->place, d->name)) return false;
    if (scalar_named(d->name, &scalar))
        return LOAD_FAIL(l, d->place, "'%s' is a scalar of Sheaf; give the type another name",
                         scalar_name(scalar));
    if (slice_is(d->name, "Query") || slice_is(d->name, "Mutation") || slice_is(d->name, "Subscription"))
        return LOAD_FAIL(l, d->place,
                         "a model has no type '%.*s', its root fields are made from the types; remove it",
                         SHEAF_SLICE_ARGS(d->name));
    if (d->interface_count)
        return LOAD_FAIL(l, d->interfaces[0].place,
                         "a type of a model implements no interface; write its fields into the type");
    return true;
}

/* Makes room for the types; registers the names of types and enums. */
static bool collect(loader *l) {
    sheaf_model *m = l->model;
    const syntax_document *document = l->document;
    for (size_t i = 0; i < document->definition_count; i++) {
        if (!check_definition(l, &document->definitions[i])) return false;
        m->entity_count += document->definitions[i].kind == SYNTAX_OBJECT_TYPE;
    }
    if (m->entity_count == 0)
        return LOAD_FAIL(l, ((syntax_place){1, 1}),
                         "the model has no type; write one such as type Person { id: ID! }");
    m->entities = ARENA_ARRAY(&m->memory, model_entity, m->entity_count);
    l->drafts = ARENA_ARRAY(&l->scratch, draft_entity, m->entity_count);
    if (!m->entities || !l->drafts) return error_memory(l->err);
    uint32_t index = 0;
    for (size_t i = 0; i < document->definition_count; i++) {
        syntax_definition *d = &document->definitions[i];
        void *old = NULL;
        if (d->kind == SYNTAX_OBJECT_TYPE) {
            model_entity *e = &m->entities[index];
            *e = (model_entity){.name = d->name,
                                .description = d->description,
                                .index = index,
                                .model = m,
                                .place = d->place};
            l->drafts[index++].syntax = d;
            if (!map_put(&m->by_name, d->name, e, &old)) return error_memory(l->err);
            if (!old) old = map_get(&l->enums, d->name);
        } else if (d->kind == SYNTAX_ENUM_TYPE) {
            if (!map_put(&l->enums, d->name, d, &old)) return error_memory(l->err);
            if (!old) old = map_get(&m->by_name, d->name);
        }
        if (old) return LOAD_FAIL(l, d->place, "there is a type '%.*s' already", SHEAF_SLICE_ARGS(d->name));
    }
    return true;
}

static bool put_root(loader *l, model_entity *e, syntax_place place, sheaf_slice name) {
    void *old;
    if (!map_put(&l->model->by_root, name, e, &old)) return error_memory(l->err);
    if (!old) return true;
    const model_entity *owner = old;
    return LOAD_FAIL(
        l, place,
        "the root field '%.*s' is there already, made from '%.*s'; choose names by @table(plural: …)",
        SHEAF_SLICE_ARGS(name), SHEAF_SLICE_ARGS(owner->name));
}

/* Where an argument stands, or else the type's name. */
static syntax_place place_of(const model_entity *e, const syntax_value *v) {
    return v ? v->place : e->place;
}

static bool name_entity(loader *l, model_entity *e) {
    const syntax_directive *table = l->drafts[e->index].uses.at[DIRECTIVE_TABLE];
    const syntax_value *name = directive_value(table, "name"), *schema = directive_value(table, "schema");
    const syntax_value *plural = directive_value(table, "plural");
    arena *memory = &l->model->memory;
    e->singular = slice_snake_case(memory, e->name);
    e->table = name ? name->text : e->singular;
    if (schema) e->schema = schema->text;
    e->plural = plural ? plural->text : arena_printf(memory, "%.*ss", SHEAF_SLICE_ARGS(e->singular));
    e->count_name = arena_printf(memory, "%.*s_count", SHEAF_SLICE_ARGS(e->plural));
    if (!e->singular.ptr || !e->plural.ptr || !e->count_name.ptr) return error_memory(l->err);
    if (name && memchr(e->table.ptr, '.', e->table.len))
        return LOAD_FAIL(l, name->place, "a table's name has no '.'; write @table(schema: …, name: …)");
    return load_identifier(l, place_of(e, name), e->table) &&
           (!schema || load_identifier(l, schema->place, e->schema)) &&
           check_name(l, place_of(e, plural), e->plural) && put_root(l, e, e->place, e->singular) &&
           put_root(l, e, place_of(e, plural), e->plural) &&
           put_root(l, e, place_of(e, plural), e->count_name);
}

/* Fields. */

/* What is left of a type when its brackets and '!' are taken off. */
typedef struct field_type {
    const syntax_type *named;
    const model_entity *entity; /* NULL: a scalar */
    sheaf_scalar scalar;
    bool list, non_null, item_non_null;
} field_type;

static bool unknown_type(loader *l, const syntax_type *type) {
    suggest s = suggest_for(type->name);
    for (int i = 0; i < SHEAF_SCALAR_COUNT; i++) suggest_offer(&s, slice_of(scalar_name((sheaf_scalar)i)));
    for (size_t i = 0; i < l->document->definition_count; i++) {
        const syntax_definition *d = &l->document->definitions[i];
        if (d->kind == SYNTAX_OBJECT_TYPE || d->kind == SYNTAX_ENUM_TYPE) suggest_offer(&s, d->name);
    }
    return LOAD_FAIL(l, type->place, "unknown type '%.*s'%s", SHEAF_SLICE_ARGS(type->name),
                     suggest_text(&s).text);
}

static bool read_type(loader *l, const syntax_type *type, field_type *ret) {
    field_type t = {.named = type, .non_null = type->non_null, .scalar = SHEAF_STRING};
    if (!type->name.ptr) {
        t.named = type->of;
        t.list = true;
        t.item_non_null = t.named->non_null;
        if (!t.named->name.ptr) return LOAD_FAIL(l, type->place, "a list of lists is not supported");
    }
    t.entity = map_get(&l->model->by_name, t.named->name);
    if (!t.entity && !map_get(&l->enums, t.named->name) && !scalar_named(t.named->name, &t.scalar))
        return unknown_type(l, t.named);
    *ret = t;
    return true;
}

/* The directive that says what the field is; *ret is DIRECTIVE_ID_COUNT where there is none. */
static bool find_decider(loader *l, const directive_uses *uses, directive_id *ret) {
    directive_id found = DIRECTIVE_ID_COUNT;
    for (int id = 0; id < DIRECTIVE_ID_COUNT; id++) {
        if (!uses->at[id] || !directives[id].decides) continue;
        if (found != DIRECTIVE_ID_COUNT)
            return LOAD_FAIL(l, uses->at[id]->place, "a field is either @%s or @%s", directives[found].name,
                             directives[id].name);
        found = (directive_id)id;
    }
    *ret = found;
    return true;
}

static bool check_attribute_type(loader *l, const model_field *f, const field_type *t, const char *decider) {
    syntax_place place = draft_of(l, f)->syntax->type->place;
    if (t->entity && f->kind == FIELD_COLUMN)
        return LOAD_FAIL(l, place, "a column holds no '%.*s'; for a reference write @ref(column: …)",
                         SHEAF_SLICE_ARGS(t->named->name));
    if (f->kind == FIELD_COUNT &&
        (t->entity || t->list || !t->non_null || (t->scalar != SHEAF_INT && t->scalar != SHEAF_BIGINT)))
        return LOAD_FAIL(l, place, "a @%s is a number that is never null; its type is Int! or BigInt!",
                         decider);
    if (f->kind == FIELD_TEXT && (t->entity || t->list || !slice_is(t->named->name, "String")))
        return LOAD_FAIL(l, place, "a @%s is of type String or String!", decider);
    if (t->list)
        return LOAD_FAIL(
            l, place,
            "a list of %s is not supported as an attribute; make it a table of its own and a relation",
            scalar_name(t->scalar));
    return true;
}

static bool check_relation_type(loader *l, const model_field *f, const field_type *t, const char *decider) {
    syntax_place place = draft_of(l, f)->syntax->type->place;
    sheaf_slice name = t->named->name;
    if (!t->entity)
        return LOAD_FAIL(l, place, "@%s leads to rows of a type, but '%.*s' is none", decider,
                         SHEAF_SLICE_ARGS(name));
    if (t->list && !(t->non_null && t->item_non_null))
        return LOAD_FAIL(l, place, "a list of rows is never null and has no nulls in it; write [%.*s!]!",
                         SHEAF_SLICE_ARGS(name));
    if (t->list && (f->kind == FIELD_REF || f->kind == FIELD_PICK))
        return LOAD_FAIL(l, place, "@%s leads to one row; write %.*s", decider, SHEAF_SLICE_ARGS(name));
    if (!t->list && (f->kind == FIELD_MANY || f->kind == FIELD_THROUGH))
        return LOAD_FAIL(l, place, "@%s leads to a list; write [%.*s!]!", decider, SHEAF_SLICE_ARGS(name));
    if (!t->list && t->non_null && f->kind != FIELD_REF)
        return LOAD_FAIL(l, place, "@%s may find no row; write %.*s", decider, SHEAF_SLICE_ARGS(name));
    return true;
}

/* The field's kind, by its directive or else by its type. */
static bool classify(loader *l, model_field *f, const field_type *t) {
    const directive_uses *uses = &draft_of(l, f)->uses;
    directive_id decider = DIRECTIVE_ID_COUNT;
    if (!find_decider(l, uses, &decider)) return false;
    if (decider == DIRECTIVE_ID_COUNT)
        decider = !t->entity ? DIRECTIVE_COLUMN : t->list ? DIRECTIVE_MANY : DIRECTIVE_REF;
    const directive *d = &directives[decider];
    f->kind = d->kind;
    f->unique = uses->at[DIRECTIVE_UNIQUE];
    f->scalar = t->scalar;
    f->non_null = t->non_null;
    f->target = t->entity;
    f->list = t->list;
    if (!(field_is_relation(f->kind) ? check_relation_type : check_attribute_type)(l, f, t, d->name))
        return false;
    if (f->unique && f->kind != FIELD_COLUMN)
        return LOAD_FAIL(l, uses->at[DIRECTIVE_UNIQUE]->place,
                         "@unique is for stored attributes; '%.*s' is none", SHEAF_SLICE_ARGS(f->name));
    return true;
}

static bool load_field(loader *l, model_entity *e, uint32_t index, const syntax_field_definition *d) {
    static const char *const words[] = {"and", "or", "not", "is_null"};
    model_field *f = &e->fields[index];
    draft_field *draft = &l->drafts[e->index].fields[index];
    field_type type;
    void *old;
    *f = (model_field){
        .name = d->name, .description = d->description, .index = index, .entity = e, .place = d->place};
    draft->syntax = d;
    if (!check_name(l, d->place, d->name)) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(d->name, words[i]))
            return LOAD_FAIL(
                l, d->place,
                "'%s' is a word of conditions; give the field another name, and @column(name: \"%s\")",
                words[i], words[i]);
    if (d->argument_count)
        return LOAD_FAIL(l, d->arguments[0].place,
                         "a field of a model takes no arguments; a list has where, order, limit, offset and "
                         "after by itself");
    if (!map_put(&e->by_name, d->name, f, &old)) return error_memory(l->err);
    if (old)
        return LOAD_FAIL(l, d->place, "'%.*s' has a field '%.*s' already", SHEAF_SLICE_ARGS(e->name),
                         SHEAF_SLICE_ARGS(d->name));
    return directives_read(&d->directives, ON_FIELD, l->document, &draft->uses, l->err) &&
           read_type(l, d->type, &type) && classify(l, f, &type);
}

static bool load_entity(loader *l, model_entity *e) {
    draft_entity *draft = &l->drafts[e->index];
    const syntax_definition *d = draft->syntax;
    e->field_count = (uint32_t)d->field_count;
    e->fields = ARENA_ARRAY(&l->model->memory, model_field, d->field_count);
    draft->fields = ARENA_ARRAY(&l->scratch, draft_field, d->field_count);
    if (!e->fields || !draft->fields) return error_memory(l->err);
    map_init(&e->by_name, &l->model->memory);
    if (!directives_read(&d->directives, ON_TYPE, l->document, &draft->uses, l->err) || !name_entity(l, e))
        return false;
    for (uint32_t i = 0; i < e->field_count; i++)
        if (!load_field(l, e, i, &d->fields[i])) return false;
    return true;
}

/* The model. */

static bool hash_text(sheaf_model *m, sheaf_error *err) {
    buffer text;
    buffer_init(&text, m->allocator);
    lang_print(&text, m->document);
    bool ok = !text.failed;
    if (ok) m->hash = slice_hash(buffer_view(&text));
    buffer_free(&text);
    return ok || error_memory(err);
}

static bool load(loader *l) {
    if (!collect(l)) return false;
    for (uint32_t i = 0; i < l->model->entity_count; i++)
        if (!load_entity(l, &l->model->entities[i])) return false;
    return load_columns(l) && load_relations(l) && load_texts(l) && hash_text(l->model, l->err);
}

bool sheaf_model_parse(sheaf_slice text, const char *file, const sheaf_allocator *allocator,
                       sheaf_model **ret_model, sheaf_error *err) {
    allocator = memory_or_default(allocator);
    sheaf_model *m = memory_new_zero(allocator, 1, sizeof *m);
    if (!m) return error_memory(err);
    arena_init(&m->memory, allocator);
    m->allocator = allocator;
    map_init(&m->by_name, &m->memory);
    map_init(&m->by_root, &m->memory);
    loader l = {.model = m, .err = err};
    arena_init(&l.scratch, allocator);
    map_init(&l.enums, &l.scratch);
    syntax_document *document;
    bool ok = lang_parse(&m->memory, text, file ? file : "model.graphql", &document, err);
    if (ok) {
        m->document = l.document = document;
        ok = load(&l);
    }
    arena_free(&l.scratch);
    if (ok)
        *ret_model = m;
    else
        sheaf_model_free(m);
    return ok;
}

bool sheaf_model_load(const char *path, const sheaf_allocator *allocator, sheaf_model **ret_model,
                      sheaf_error *err) {
    buffer text;
    buffer_init(&text, memory_or_default(allocator));
    bool ok = file_read(path, LANG_SOURCE_MAX, &text, err) &&
              sheaf_model_parse(buffer_view(&text), path, allocator, ret_model, err);
    buffer_free(&text);
    return ok;
}

void sheaf_model_free(sheaf_model *model) {
    if (!model) return;
    arena_free(&model->memory);
    memory_release(model->allocator, model);
}
