#include "binding.h"

#include "value.h"

/* Types. */

#define DB(type) (1u << DB_##type)
#define DB_INTS  (DB(INT16) | DB(INT32) | DB(INT64))
#define DB_TIMES (DB(TIMESTAMP) | DB(TIMESTAMPTZ))
#define DB_ANYS  DB(ANY) /* on SQLite nothing is declared: any value can stand there */

/* The column types that an attribute is read from. */
static const struct {
    uint32_t postgresql, sqlite;
} readable[SHEAF_SCALAR_COUNT] = {
    [SHEAF_ID] = {DB_INTS | DB(TEXT) | DB(UUID) | DB(ANY),
                  DB_INTS | DB(NUMERIC) | DB(TEXT) | DB(UUID) | DB_ANYS},
    [SHEAF_INT] = {DB_INTS, DB_INTS | DB(NUMERIC) | DB_ANYS},
    [SHEAF_BIGINT] = {DB_INTS, DB_INTS | DB(NUMERIC) | DB_ANYS},
    [SHEAF_FLOAT] = {DB(FLOAT32) | DB(FLOAT64) | DB_INTS, DB(FLOAT64) | DB(NUMERIC) | DB_INTS | DB_ANYS},
    [SHEAF_STRING] = {DB(TEXT) | DB(UUID) | DB(ANY), DB(TEXT) | DB(UUID) | DB_ANYS},
    [SHEAF_BOOLEAN] = {DB(BOOL), DB(BOOL) | DB_INTS | DB(NUMERIC) | DB_ANYS},
    [SHEAF_TIMESTAMP] = {DB_TIMES, DB_TIMES | DB_INTS | DB_ANYS},
    [SHEAF_DATE] = {DB(DATE), DB(DATE) | DB(TEXT) | DB_ANYS},
    [SHEAF_DECIMAL] = {DB(NUMERIC) | DB_INTS, DB(NUMERIC) | DB_INTS | DB(TEXT) | DB_ANYS},
    [SHEAF_JSON] = {DB(JSON) | DB(JSONB), DB(JSON) | DB(TEXT) | DB_ANYS},
    [SHEAF_UUID] = {DB(UUID) | DB(TEXT), DB(UUID) | DB(TEXT) | DB_ANYS},
    [SHEAF_BYTES] = {DB(BYTES), DB(BYTES) | DB_ANYS},
};

/* What to write in the model for a column of a type. */
static const sheaf_scalar natural[] = {
    [DB_INT16] = SHEAF_INT,           [DB_INT32] = SHEAF_INT,
    [DB_INT64] = SHEAF_BIGINT,        [DB_FLOAT32] = SHEAF_FLOAT,
    [DB_FLOAT64] = SHEAF_FLOAT,       [DB_NUMERIC] = SHEAF_DECIMAL,
    [DB_TEXT] = SHEAF_STRING,         [DB_BOOL] = SHEAF_BOOLEAN,
    [DB_TIMESTAMP] = SHEAF_TIMESTAMP, [DB_TIMESTAMPTZ] = SHEAF_TIMESTAMP,
    [DB_DATE] = SHEAF_DATE,           [DB_UUID] = SHEAF_UUID,
    [DB_JSON] = SHEAF_JSON,           [DB_JSONB] = SHEAF_JSON,
    [DB_BYTES] = SHEAF_BYTES,         [DB_ANY] = SHEAF_STRING,
};

bool binding_can_read(const catalogue *db, sheaf_scalar scalar, db_type type) {
    return (db->sqlite ? readable[scalar].sqlite : readable[scalar].postgresql) >> type & 1;
}

sheaf_scalar binding_natural(db_type type) {
    return natural[type];
}

static bool is_int(db_type type) {
    return DB_INTS >> type & 1;
}

/* SQLite compares by declared type, and a number declared NUMERIC, or not declared, is none of the two for
 * sure. */
static bool is_unsure(const catalogue *c, db_type type) {
    return c->sqlite && (type == DB_ANY || type == DB_NUMERIC);
}

const model_field *binding_field(const model_column *column) {
    const model_entity *e = column->entity;
    const model_field *ref = NULL;
    for (uint32_t i = 0; i < e->field_count; i++) {
        const model_field *f = &e->fields[i];
        if (f->column == column) return f;
        for (uint32_t j = 0; !ref && f->kind == FIELD_REF && j < f->path.hops[0].columns.count; j++)
            if (f->path.hops[0].columns.at[j] == column) ref = f;
    }
    return ref;
}

/* Problems. */

typedef struct search {
    const catalogue *catalogue;
    arena *memory;
    advice_list *list;
    sheaf_error *err;
} search;

static bool report(search *s, const model_entity *e, const model_field *f, sheaf_slice text) {
    sheaf_slice where =
        f ? arena_printf(s->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(e->name), SHEAF_SLICE_ARGS(f->name))
          : e->name;
    advice *a = text.ptr && where.ptr ? ARENA_PUSH(s->memory, s->list) : NULL;
    if (!a) return error_memory(s->err);
    *a = (advice){.level = ADVICE_ERROR, .where = where, .text = text};
    return true;
}

#define REPORT(s, e, f, ...) report((s), (e), (f), arena_printf((s)->memory, __VA_ARGS__))

static suggest_words suggest_table(const catalogue *c, sheaf_slice schema, sheaf_slice name) {
    suggest s = suggest_for(name);
    if (!schema.ptr) schema = c->default_schema;
    for (size_t i = 0; i < c->table_count; i++)
        if (slice_equal(c->tables[i].schema, schema)) suggest_offer(&s, c->tables[i].name);
    return suggest_text(&s);
}

static suggest_words suggest_column(const catalogue_table *t, sheaf_slice name) {
    suggest s = suggest_for(name);
    for (size_t i = 0; i < t->column_count; i++) suggest_offer(&s, t->columns[i].name);
    return suggest_text(&s);
}

static bool missing_table(search *s, const model_entity *e, const model_field *f, sheaf_slice schema,
                          sheaf_slice name) {
    return REPORT(s, e, f, "the table %.*s%s%.*s is missing%s", SHEAF_SLICE_ARGS(schema),
                  schema.len ? "." : "", SHEAF_SLICE_ARGS(name),
                  suggest_table(s->catalogue, schema, name).text);
}

static sheaf_slice declared_as(const catalogue_column *c) {
    return c->declared.len ? c->declared : slice_of(db_type_name(c->type));
}

static bool check_column(search *s, const catalogue_table *t, const model_column *c) {
    const model_field *f = binding_field(c);
    const catalogue_column *found = catalogue_find_column(t, c->name);
    if (!found)
        return REPORT(s, c->entity, f, "the column %.*s.%.*s is missing%s", SHEAF_SLICE_ARGS(t->name),
                      SHEAF_SLICE_ARGS(c->name), suggest_column(t, c->name).text);
    if (binding_can_read(s->catalogue, c->scalar, found->type)) return true;
    sheaf_slice declared = declared_as(found);
    if (s->catalogue->sqlite && c->scalar == SHEAF_TIMESTAMP && found->type == DB_TEXT)
        return REPORT(
            s, c->entity, f,
            "the column %.*s.%.*s is %.*s, but a Timestamp is an integer on SQLite: microseconds since 1970",
            SHEAF_SLICE_ARGS(t->name), SHEAF_SLICE_ARGS(c->name), SHEAF_SLICE_ARGS(declared));
    return REPORT(s, c->entity, f, "the column %.*s.%.*s is %.*s, which cannot be read as %s; write %s",
                  SHEAF_SLICE_ARGS(t->name), SHEAF_SLICE_ARGS(c->name), SHEAF_SLICE_ARGS(declared),
                  scalar_name(c->scalar), scalar_name(natural[found->type]));
}

/* Both sides of a reference must be comparable, and equal only where their bytes are: rows are told apart by
 * the bytes of their keys, here as in the programs that hold them. */
static bool check_pair(search *s, const model_field *f, const catalogue_table *t, sheaf_slice name,
                       const model_column *key) {
    const catalogue_table *to = catalogue_find_table(s->catalogue, key->entity->schema, key->entity->table);
    const catalogue_column *a = catalogue_find_column(t, name);
    const catalogue_column *b = to ? catalogue_find_column(to, key->name) : NULL;
    if (!a || !b) return true;
    if (!catalogue_can_equal(s->catalogue, a, b))
        return REPORT(s, f->entity, f,
                      "the column %.*s.%.*s is %.*s, but the key that it refers to, %.*s.%.*s, is %.*s",
                      SHEAF_SLICE_ARGS(t->name), SHEAF_SLICE_ARGS(name), SHEAF_SLICE_ARGS(declared_as(a)),
                      SHEAF_SLICE_ARGS(to->name), SHEAF_SLICE_ARGS(b->name),
                      SHEAF_SLICE_ARGS(declared_as(b)));
    if (!a->folds && !b->folds) return true;
    return REPORT(
        s, f->entity, f,
        "the column %.*s.%.*s takes different spellings for equal, but keys are told apart by their "
        "bytes; declare it %s, or leave the relation out",
        SHEAF_SLICE_ARGS(a->folds ? t->name : to->name), SHEAF_SLICE_ARGS(a->folds ? name : b->name),
        s->catalogue->sqlite ? "COLLATE BINARY" : "as text of a deterministic collation");
}

static bool check_reference(search *s, const catalogue_table *t, const model_field *f) {
    for (uint32_t i = 0; i < f->target->key.count; i++)
        if (!check_pair(s, f, t, f->path.hops[0].columns.at[i]->name, f->target->key.at[i])) return false;
    return true;
}

static bool check_link(search *s, const model_field *f) {
    const model_hop *hop = &f->path.hops[0];
    const catalogue_table *t = catalogue_find_table(s->catalogue, hop->link_schema, hop->link_table);
    if (!t) return missing_table(s, f->entity, f, hop->link_schema, hop->link_table);
    for (uint32_t i = 0; i < hop->from->key.count + hop->to->key.count; i++) {
        bool from = i < hop->from->key.count;
        uint32_t at = from ? i : i - hop->from->key.count;
        sheaf_slice name = from ? hop->link_from[at] : hop->link_to[at];
        bool found = catalogue_find_column(t, name);
        if (!found && !REPORT(s, f->entity, f, "the column %.*s.%.*s is missing%s", SHEAF_SLICE_ARGS(t->name),
                              SHEAF_SLICE_ARGS(name), suggest_column(t, name).text))
            return false;
        if (found && !check_pair(s, f, t, name, (from ? hop->from : hop->to)->key.at[at])) return false;
    }
    return true;
}

bool binding_problems(const model_entity *entity, const catalogue *db, arena *memory, advice_list *list,
                      sheaf_error *err) {
    search s = {.catalogue = db, .memory = memory, .list = list, .err = err};
    const catalogue_table *t = catalogue_find_table(db, entity->schema, entity->table);
    if (!t) return missing_table(&s, entity, NULL, entity->schema, entity->table);
    for (uint32_t i = 0; i < entity->column_count; i++)
        if (!check_column(&s, t, &entity->columns[i])) return false;
    for (uint32_t i = 0; i < entity->field_count; i++) {
        const model_field *f = &entity->fields[i];
        if (f->kind == FIELD_REF && !check_reference(&s, t, f)) return false;
        if (f->kind == FIELD_THROUGH && !check_link(&s, f)) return false;
    }
    return true;
}

/* Binding. */

#define PROBLEMS_MAX                                                                                         \
    (SHEAF_ERROR_MESSAGE_MAX - 200) /* bytes; the rest is for how many more there are, and what to do */

static bool refuse(const advice_list *problems, arena *memory, sheaf_error *err) {
    buffer text;
    size_t shown = 0;
    buffer_init(&text, memory->allocator);
    for (; shown < problems->count; shown++) {
        const advice *a = &problems->items[shown];
        if (shown && text.len + a->where.len + a->text.len + 5 > PROBLEMS_MAX) break;
        buffer_printf(&text, "\n  %.*s: %.*s", SHEAF_SLICE_ARGS(a->where), SHEAF_SLICE_ARGS(a->text));
    }
    if (shown < problems->count) buffer_printf(&text, "\n  … and %zu more", problems->count - shown);
    bool ok = !text.failed;
    if (ok)
        error_set(err, SHEAF_E_CATALOGUE,
                  "the database does not fit the model:%.*s\nmigrate the database, or change the model; "
                  "`sheaf check` shows everything",
                  SHEAF_SLICE_ARGS(buffer_view(&text)));
    buffer_free(&text);
    return ok ? false : error_memory(err);
}

static bool is_key(const model_column *c) {
    for (uint32_t i = 0; i < c->entity->key.count; i++)
        if (c->entity->key.at[i] == c) return true;
    return false;
}

static bool bind_entity(const model_entity *e, const catalogue *db, arena *memory, bound_entity *ret) {
    ret->table = catalogue_find_table(db, e->schema, e->table);
    ret->columns = ARENA_ARRAY(memory, bound_column, e->column_count);
    if (!ret->columns) return false;
    for (uint32_t i = 0; i < e->column_count; i++) {
        const model_column *c = &e->columns[i];
        const catalogue_column *found = catalogue_find_column(ret->table, c->name);
        ret->columns[i] = (bound_column){
            .type = found->type,
            .nullable = !is_key(c) && (ret->table->view ? c->nullable : found->nullable),
            .c_collated = found->c_collated,
            .text = c->scalar == SHEAF_ID && !is_int(found->type) && !is_unsure(db, found->type),
        };
    }
    return true;
}

bool binding_make(const sheaf_model *model, const catalogue *db, arena *memory, binding **ret,
                  sheaf_error *err) {
    advice_list problems = {0};
    for (uint32_t i = 0; i < model->entity_count; i++)
        if (!binding_problems(&model->entities[i], db, memory, &problems, err)) return false;
    if (problems.count) return refuse(&problems, memory, err);
    binding *b = ARENA_NEW(memory, binding);
    bound_entity *entities = ARENA_ARRAY(memory, bound_entity, model->entity_count);
    if (!b || !entities) return error_memory(err);
    for (uint32_t i = 0; i < model->entity_count; i++)
        if (!bind_entity(&model->entities[i], db, memory, &entities[i])) return error_memory(err);
    *b = (binding){model, db, entities};
    *ret = b;
    return true;
}

const catalogue_column *binding_column(const binding *b, const model_column *c) {
    return catalogue_find_column(b->entities[c->entity->index].table, c->name);
}

const catalogue_column *binding_link_column(const binding *b, const model_hop *hop, sheaf_slice name) {
    return catalogue_find_column(catalogue_find_table(b->catalogue, hop->link_schema, hop->link_table), name);
}
