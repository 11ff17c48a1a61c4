/* advise.c: `sheaf check`: what differs, and what is slow for want of an index. */
#include "binding.h"
#include "index.h"

/* What wants an index, and what to say where there is none. */
typedef struct wish {
    index_need need;
    const model_field *field;
    sheaf_slice text;
    bool dropped; /* the index of another wish serves it */
} wish;

typedef struct adviser {
    const catalogue *catalogue;
    arena *memory;
    advice_list *list;
    sheaf_error *err;
    struct {
        wish *items;
        size_t count, room;
    } wishes;
} adviser;

static bool report(adviser *a, advice_level level, const model_field *f, sheaf_slice text,
                   sheaf_slice remedy) {
    sheaf_slice where =
        arena_printf(a->memory, "%.*s.%.*s", SHEAF_SLICE_ARGS(f->entity->name), SHEAF_SLICE_ARGS(f->name));
    advice *item = text.ptr && where.ptr ? ARENA_PUSH(a->memory, a->list) : NULL;
    if (!item) return error_memory(a->err);
    *item = (advice){level, where, text, remedy};
    return true;
}

#define NO_REMEDY ((sheaf_slice){NULL, 0})
#define REPORT(a, level, f, remedy, ...)                                                                     \
    report((a), (level), (f), arena_printf((a)->memory, __VA_ARGS__), (remedy))
#define COLUMN_ARGS(t, c) SHEAF_SLICE_ARGS((t)->name), SHEAF_SLICE_ARGS((c)->name)

/* Columns. */

static bool in_primary_key(const catalogue_table *t, sheaf_slice name) {
    for (size_t i = 0; i < t->index_count; i++)
        for (size_t j = 0; t->indexes[i].primary && j < t->indexes[i].column_count; j++)
            if (slice_equal(t->indexes[i].columns[j], name)) return true;
    return false;
}

/* SQLite cannot change a column that is there. */
static bool set_not_null(adviser *a, const catalogue_table *t, sheaf_slice column, sheaf_slice *ret) {
    buffer b;
    if (a->catalogue->sqlite) return true;
    buffer_init(&b, a->memory->allocator);
    BUFFER_LITERAL(&b, "ALTER TABLE ");
    if (!slice_equal(t->schema, a->catalogue->default_schema)) {
        index_put_name(&b, t->schema);
        buffer_byte(&b, '.');
    }
    index_put_name(&b, t->name);
    BUFFER_LITERAL(&b, " ALTER COLUMN ");
    index_put_name(&b, column);
    BUFFER_LITERAL(&b, " SET NOT NULL;");
    if (!b.failed) *ret = arena_copy(a->memory, buffer_view(&b));
    buffer_free(&b);
    return ret->ptr || error_memory(a->err);
}

static bool check_null(adviser *a, const catalogue_table *t, const model_column *c,
                       const catalogue_column *found) {
    const model_field *f = binding_field(c);
    sheaf_slice remedy = NO_REMEDY;
    if (t->view || found->nullable == c->nullable || in_primary_key(t, c->name)) return true;
    if (c->nullable)
        return REPORT(a, ADVICE_WARNING, f, NO_REMEDY,
                      "the column %.*s.%.*s is never null; write '!' after the type", COLUMN_ARGS(t, c));
    return set_not_null(a, t, c->name, &remedy) &&
           REPORT(a, ADVICE_WARNING, f, remedy,
                  "the column %.*s.%.*s can be null, which the model does not allow; make it NOT NULL, or "
                  "take the '!' away",
                  COLUMN_ARGS(t, c));
}

static bool check_columns(adviser *a, const model_entity *e, const catalogue_table *t) {
    for (uint32_t i = 0; i < e->column_count; i++) {
        const model_column *c = &e->columns[i];
        const catalogue_column *found = catalogue_find_column(t, c->name);
        if (!found) continue;
        if (!check_null(a, t, c, found)) return false;
        if (c->scalar == SHEAF_DECIMAL && a->catalogue->sqlite && found->type == DB_NUMERIC &&
            !REPORT(
                a, ADVICE_WARNING, binding_field(c), NO_REMEDY,
                "the column %.*s.%.*s keeps decimals as floating point, which loses digits; declare it TEXT",
                COLUMN_ARGS(t, c)))
            return false;
    }
    return true;
}

static bool check_collation(adviser *a, const model_field *f, const catalogue_table *t,
                            const model_column *c) {
    const catalogue_column *found = catalogue_find_column(t, c->name);
    bool text = found && found->type == DB_TEXT && (c->scalar == SHEAF_STRING || c->scalar == SHEAF_ID);
    if (!text || found->c_collated) return true;
    return REPORT(a, ADVICE_NOTE, f, NO_REMEDY,
                  "the column %.*s.%.*s is ordered by its collation, not by bytes: its order is the "
                  "database's own, and is made in SQL",
                  COLUMN_ARGS(t, c));
}

static bool check_collations(adviser *a, const model_entity *e, const catalogue_table *t) {
    for (uint32_t i = 0; i < e->key.count; i++)
        if (!check_collation(a, binding_field(e->key.at[i]), t, e->key.at[i])) return false;
    for (uint32_t i = 0; i < e->field_count; i++) {
        const model_field *f = &e->fields[i];
        const catalogue_table *target =
            f->order.count ? catalogue_find_table(a->catalogue, f->target->schema, f->target->table) : NULL;
        for (uint32_t j = 0; target && j < f->order.count; j++)
            if (!check_collation(a, f, target, f->order.items[j].column)) return false;
    }
    return true;
}

/* The key. */

static bool check_key(adviser *a, const model_entity *e, const catalogue_table *t) {
    index_need need = {.table = t, .unique = true};
    for (uint32_t i = 0; i < e->key.count; i++) {
        if (!catalogue_find_column(t, e->key.at[i]->name)) return true;
        need.columns[need.count++] = e->key.at[i]->name;
    }
    if (t->view || catalogue_is_unique(t, need.columns, need.count)) return true;
    sheaf_slice remedy = index_statement(&need, a->catalogue, a->memory);
    if (!remedy.ptr) return error_memory(a->err);
    return REPORT(a, ADVICE_ERROR, binding_field(e->key.at[0]), remedy,
                  "the key of %.*s is not unique in the table %.*s: two rows could be taken for one",
                  SHEAF_SLICE_ARGS(e->name), SHEAF_SLICE_ARGS(t->name));
}

/* Indexes. */

/* Wishes for what is not there are errors elsewhere; a view has no indexes. */
static bool can_have(const index_need *need) {
    if (!need->table || need->table->view) return false;
    for (uint32_t i = 0; i < need->count; i++)
        if (!catalogue_find_column(need->table, need->columns[i])) return false;
    for (uint32_t i = 0; need->order && i < need->order->count; i++)
        if (!catalogue_find_column(need->table, need->order->items[i].column->name)) return false;
    return true;
}

/* "the columns package.a, package.b" and what is said of them. */
static sheaf_slice say(adviser *a, const index_need *need, const char *what, const model_field *user,
                       const char *end) {
    sheaf_slice copy = NO_REMEDY;
    buffer b;
    buffer_init(&b, a->memory->allocator);
    for (uint32_t i = 0; i < need->count; i++)
        buffer_printf(&b, "%s%.*s.%.*s",
                      i                 ? ", "
                      : need->count > 1 ? "the columns "
                                        : "the column ",
                      SHEAF_SLICE_ARGS(need->table->name), SHEAF_SLICE_ARGS(need->columns[i]));
    buffer_printf(&b, " %s no %s '%.*s.%.*s'%s", need->count > 1 ? "have" : "has", what,
                  SHEAF_SLICE_ARGS(user->entity->name), SHEAF_SLICE_ARGS(user->name), end);
    if (!b.failed) copy = arena_copy(a->memory, buffer_view(&b));
    buffer_free(&b);
    return copy;
}

/* "… has no WHAT 'user'END" */
static bool want(adviser *a, const index_need *need, const model_field *f, const char *what,
                 const model_field *user, const char *end) {
    if (!can_have(need) || index_is_there(need)) return true;
    wish *item = ARENA_PUSH(a->memory, &a->wishes);
    if (!item) return error_memory(a->err);
    *item = (wish){.need = *need, .field = f, .text = say(a, need, what, user, end)};
    return item->text.ptr || error_memory(a->err);
}

static const catalogue_table *table_of(adviser *a, const model_entity *e) {
    return catalogue_find_table(a->catalogue, e->schema, e->table);
}

static void add_columns(index_need *need, const model_columns *columns) {
    for (uint32_t i = 0; i < columns->count; i++) need->columns[need->count++] = columns->at[i]->name;
}

/* The first list that is the back of a reference, or NULL. */
static const model_field *back_of(const model_field *ref) {
    for (uint32_t i = 0; i < ref->target->field_count; i++) {
        const model_field *f = &ref->target->fields[i];
        if (f->kind == FIELD_MANY && f->target == ref->entity &&
            f->path.hops[0].columns.at[0] == ref->path.hops[0].columns.at[0])
            return f;
    }
    return NULL;
}

static bool want_reference(adviser *a, const model_field *f) {
    index_need need = {.table = table_of(a, f->entity)};
    const model_field *back = back_of(f);
    add_columns(&need, &f->path.hops[0].columns);
    return back ? want(a, &need, f, "index:", back, " reads the whole table")
                : want(a, &need, f, "index: a condition on", f, " reads the whole table");
}

static bool want_link(adviser *a, const model_field *f) {
    const model_hop *hop = &f->path.hops[0];
    index_need need = {.table = catalogue_find_table(a->catalogue, hop->link_schema, hop->link_table)};
    for (uint32_t i = 0; i < hop->from->key.count; i++) need.columns[need.count++] = hop->link_from[i];
    for (uint32_t i = 0; i < hop->to->key.count; i++) need.rest[need.rest_count++] = hop->link_to[i];
    return want(a, &need, f, "index:", f, " reads the whole table");
}

/* Only where the rows come straight from one table can an index bring them in their order. */
static bool want_order(adviser *a, const model_field *f) {
    if (!f->order.count || f->path.count != 1 || f->path.hops[0].kind != HOP_MANY || f->keep_max) return true;
    index_need need = {.table = table_of(a, f->target), .order = &f->order};
    add_columns(&need, &f->path.hops[0].columns);
    for (uint32_t i = 0; i < f->target->key.count; i++)
        need.rest[need.rest_count++] = f->target->key.at[i]->name;
    return want(a, &need, f, "index in the order of", f, ": its rows are read whole and sorted");
}

static bool want_unique(adviser *a, const model_field *f) {
    index_need need = {
        .table = table_of(a, f->entity), .unique = true, .columns = {f->column->name}, .count = 1};
    return want(a, &need, f, "unique index: nothing keeps", f, " unique");
}

static bool want_indexes(adviser *a, const model_entity *e) {
    for (uint32_t i = 0; i < e->field_count; i++) {
        const model_field *f = &e->fields[i];
        bool ok = true;
        if (f->kind == FIELD_REF) ok = want_reference(a, f);
        if (f->kind == FIELD_THROUGH) ok = want_link(a, f);
        if (f->kind == FIELD_FOLLOW || f->kind == FIELD_PICK) ok = want_order(a, f);
        if (f->unique) ok = want_unique(a, f);
        if (!ok) return false;
    }
    return true;
}

/* Of two wishes that one index serves, one stays. */
static void drop_covered(adviser *a) {
    for (size_t i = 0; i < a->wishes.count; i++)
        for (size_t j = 0; j < a->wishes.count && !a->wishes.items[i].dropped; j++)
            if (i != j && !a->wishes.items[j].dropped)
                a->wishes.items[i].dropped =
                    index_is_covered(&a->wishes.items[i].need, &a->wishes.items[j].need);
}

static bool report_wishes(adviser *a, const model_entity *e) {
    for (size_t i = 0; i < a->wishes.count; i++) {
        const wish *w = &a->wishes.items[i];
        if (w->dropped || w->field->entity != e) continue;
        sheaf_slice remedy = index_statement(&w->need, a->catalogue, a->memory);
        if (!remedy.ptr) return error_memory(a->err);
        if (!report(a, ADVICE_WARNING, w->field, w->text, remedy)) return false;
    }
    return true;
}

/* Stable; lists are short. */
static void sort_by_level(advice *items, size_t count) {
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j && items[j].level < items[j - 1].level; j--) {
            advice swap = items[j];
            items[j] = items[j - 1];
            items[j - 1] = swap;
        }
}

static bool advise_entity(adviser *a, const model_entity *e) {
    const catalogue_table *t = table_of(a, e);
    size_t first = a->list->count;
    if (!binding_problems(e, a->catalogue, a->memory, a->list, a->err)) return false;
    if (t && (!check_key(a, e, t) || !check_columns(a, e, t) || !check_collations(a, e, t))) return false;
    if (!report_wishes(a, e)) return false;
    if (a->list->count) sort_by_level(a->list->items + first, a->list->count - first);
    return true;
}

bool advise(const sheaf_model *model, const catalogue *db, arena *memory, advice_list *ret,
            sheaf_error *err) {
    advice_list list = {0};
    adviser a = {.catalogue = db, .memory = memory, .list = &list, .err = err};
    for (uint32_t i = 0; i < model->entity_count; i++)
        if (!want_indexes(&a, &model->entities[i])) return false;
    drop_covered(&a);
    for (uint32_t i = 0; i < model->entity_count; i++)
        if (!advise_entity(&a, &model->entities[i])) return false;
    *ret = list;
    return true;
}
