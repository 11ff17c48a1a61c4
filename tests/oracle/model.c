/* Random models: entities with keys of every form, attributes of every scalar, then what is made from them:
 * lists, links, follows, picks, counts, texts. A derived field uses only fields that stand before it, so that
 * nothing needs itself. */
#include "question.h"

/* ---- Columns --------------------------------------------------------------------------------------------*/

static const struct {
    sheaf_scalar scalar;
    pool_kind pool;
    const char *pg, *sqlite;
} types[] = {
    {SHEAF_ID, POOL_ANY, "bigint", "INTEGER"},
    {SHEAF_ID, POOL_ANY, "bigint", "BIGINT"},
    {SHEAF_ID, POOL_TEXT_ID, "text", "TEXT"},
    {SHEAF_ID, POOL_TEXT_ID, "varchar(200)", "VARCHAR(200)"},
    {SHEAF_ID, POOL_TEXT_ID, "text COLLATE \"POSIX\"", "TEXT"},
    {SHEAF_ID, POOL_UUID_ID, "uuid", "UUID"},
    {SHEAF_ID, POOL_UUID_ID, "uuid", "TEXT"},
    {SHEAF_INT, POOL_ANY, "integer", "INTEGER"},
    {SHEAF_INT, POOL_ANY, "integer", "INT"},
    {SHEAF_INT, POOL_SMALL, "smallint", "SMALLINT"},
    {SHEAF_BIGINT, POOL_ANY, "bigint", "INTEGER"},
    {SHEAF_BIGINT, POOL_SMALL, "smallint", "INTEGER"},
    {SHEAF_FLOAT, POOL_ANY, "double precision", "REAL"},
    {SHEAF_FLOAT, POOL_ANY, "double precision", "DOUBLE"},
    {SHEAF_FLOAT, POOL_SINGLE, "real", "FLOAT"},
    {SHEAF_FLOAT, POOL_WHOLE, "integer", "INTEGER"},
    {SHEAF_STRING, POOL_ANY, "text", "TEXT"},
    {SHEAF_STRING, POOL_ANY, "varchar(200)", "VARCHAR(200)"},
    {SHEAF_STRING, POOL_WORDS, "word", "TEXT"},
    {SHEAF_BOOLEAN, POOL_ANY, "boolean", "BOOLEAN"},
    {SHEAF_BOOLEAN, POOL_ANY, "boolean", "INTEGER"},
    {SHEAF_TIMESTAMP, POOL_ANY, "timestamp", "INTEGER"},
    {SHEAF_TIMESTAMP, POOL_ANY, "timestamptz", "TIMESTAMP"},
    {SHEAF_DATE, POOL_ANY, "date", "DATE"},
    {SHEAF_DATE, POOL_ANY, "date", "TEXT"},
    {SHEAF_DECIMAL, POOL_ANY, "numeric", "TEXT"},
    {SHEAF_DECIMAL, POOL_WHOLE, "bigint", "TEXT"},
    {SHEAF_JSON, POOL_ANY, "json", "TEXT"},
    {SHEAF_JSON, POOL_ANY, "jsonb", "JSON"},
    {SHEAF_UUID, POOL_ANY, "uuid", "UUID"},
    {SHEAF_UUID, POOL_ANY, "text", "TEXT"},
    {SHEAF_BYTES, POOL_ANY, "bytea", "BLOB"},
};
enum { TYPE_COUNT = sizeof types / sizeof *types };

static uint32_t add_column(o_entity *e, const char *name, o_column c) {
    c.name = name;
    e->columns[e->column_count] = c;
    return e->column_count++;
}

static o_column typed(rng *r, sheaf_scalar scalar) {
    uint32_t i = rng_below(r, TYPE_COUNT);
    while (types[i].scalar != scalar) i = (i + 1) % TYPE_COUNT;
    return (o_column){.scalar = scalar,
                      .pool = types[i].pool,
                      .pg = types[i].pg,
                      .sqlite = types[i].sqlite,
                      .few = rng_chance(r, 40)};
}

/* Integers that are wider, and texts of other types and collations, refer to keys as well. */
static const char *type_of_reference(rng *r, const o_column *key) {
    static const struct {
        const char *key, *reference;
    } others[] = {
        {"smallint", "integer"},
        {"smallint", "bigint"},
        {"integer", "bigint"},
        {"text", "varchar(200)"},
        {"varchar(200)", "text"},
        {"text", "text COLLATE \"POSIX\""},
        {"text", "text COLLATE \"C\""},
        {"varchar(200)", "text COLLATE \"C\""},
        {"text COLLATE \"POSIX\"", "text"},
        {"text COLLATE \"POSIX\"", "text COLLATE \"C\""},
    };
    if (rng_chance(r, strstr(key->pg, "COLLATE") ? 40 : 92)) return key->pg;
    const char *found = key->pg;
    for (uint32_t i = 0, count = 0; i < sizeof others / sizeof *others; i++)
        if (slice_equal(slice_of(others[i].key), slice_of(key->pg)) && rng_below(r, ++count) == 0)
            found = others[i].reference;
    return found;
}

/* NULL in the model, in the database and in the rows are three things. */
static void set_nulls(rng *r, o_column *c, bool non_null) {
    static const unsigned shares[] = {0, 10, 10, 50, 100};
    c->nullable = non_null ? rng_chance(r, 20) : rng_chance(r, 90);
    c->nulls = c->nullable && !non_null ? RNG_PICK(r, shares) : 0;
}

/* ---- Fields ---------------------------------------------------------------------------------------------*/

static o_field *add_field(world *w, o_entity *e, field_kind kind, const char *name) {
    o_field *f = WORLD_NEW(w, o_field);
    f->name = name;
    f->kind = kind;
    f->of = e;
    e->fields[e->field_count++] = f;
    return f;
}

static bool has_room(const o_entity *e) {
    return e->field_count + 10 < FIELDS_MAX;
}

/* Database names that need quotes. */
static const char *column_name(rng *r, const o_entity *e, const char *field_name) {
    static const char *const odd[] = {
        "order",      "Select",
        "with space", "quo\"te",
        "group",      "é",
        "k0",         "t1",
        "count",      "r",
        "c",          "o0",
        "c0",         "a name as long as PostgreSQL takes one: sixty-three bytes 12345"};
    if (!rng_chance(r, 12)) return field_name;
    const char *name = RNG_PICK(r, odd);
    for (uint32_t i = 0; i < e->column_count; i++)
        if (slice_equal(slice_of(e->columns[i].name), slice_of(name))) return field_name;
    return name;
}

static o_field *add_attribute(world *w, rng *r, o_entity *e, const char *name, sheaf_scalar scalar,
                              bool non_null) {
    o_field *f = add_field(w, e, IS_COLUMN, name);
    f->scalar = scalar;
    f->non_null = non_null;
    o_column c = typed(r, scalar);
    set_nulls(r, &c, non_null);
    f->column = add_column(e, column_name(r, e, name), c);
    return f;
}

static void add_key_field(o_entity *e, o_field *f) {
    f->non_null = true;
    e->key_fields[e->key_field_count++] = f;
    uint32_t count = f->kind == IS_REF ? f->target->key_count : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t c = f->kind == IS_REF ? f->columns[i] : f->column;
        e->columns[c].nullable = false;
        e->columns[c].nulls = 0;
        e->key[e->key_count++] = c;
    }
}

static o_field *add_reference(world *w, rng *r, o_entity *e, o_entity *target, const char *name,
                              bool non_null) {
    o_field *f = add_field(w, e, IS_REF, name);
    f->target = target;
    f->non_null = non_null;
    f->spelled = target->key_count > 1 || rng_chance(r, 50);
    bool named = f->spelled && rng_chance(r, 50);
    unsigned share = rng_chance(r, 50) ? 10 : rng_chance(r, 50) ? 50 : 0;
    bool nullable = non_null ? rng_chance(r, 20) : rng_chance(r, 95);
    for (uint32_t i = 0; i < target->key_count; i++) {
        o_column c = target->columns[target->key[i]];
        c.pg = type_of_reference(r, &c);
        c.nullable = nullable;
        c.nulls = nullable && !non_null ? share : 0;
        const char *column_name = named                   ? world_name(w, "%s %u", name, i)
                                  : target->key_count > 1 ? world_name(w, "%s_id%u", name, i)
                                                          : world_name(w, "%s_id", name);
        f->columns[i] = add_column(e, column_name, c);
    }
    return f;
}

static void add_key(world *w, rng *r, o_entity *e) {
    static const sheaf_scalar parts[] = {SHEAF_ID, SHEAF_INT, SHEAF_STRING, SHEAF_BIGINT, SHEAF_UUID};
    uint32_t form = rng_below(r, 100);
    if (form < 65) {
        add_key_field(e, add_attribute(w, r, e, rng_chance(r, 80) ? "id" : "code", SHEAF_ID, true));
        return;
    }
    if (form < 75) {
        add_key_field(e, add_attribute(w, r, e, "tag", RNG_PICK(r, parts), true));
        return;
    }
    o_entity *to = w->entities[rng_below(r, e->index)];
    if (form < 88 && e->index && to->key_count < KEY_MAX)
        add_key_field(e, add_reference(w, r, e, to, world_name(w, "of%s", to->name), true));
    for (uint32_t i = 0; e->key_count < 2 || (e->key_count < KEY_MAX && i < 2 && rng_chance(r, 30)); i++)
        add_key_field(e, add_attribute(w, r, e, world_name(w, "part%u", i), RNG_PICK(r, parts), true));
}

static void add_attributes(world *w, rng *r, o_entity *e) {
    static const char *const stems[] = {"name", "score", "createdAt", "isOpen", "X", "limit", "where"};
    for (uint32_t n = rng_chance(r, 3) ? 80 : rng_between(r, 1, 7), i = 0; i < n; i++) {
        sheaf_scalar scalar =
            rng_chance(r, 40) ? SHEAF_INT + rng_below(r, 4) : rng_below(r, SHEAF_SCALAR_COUNT);
        o_field *f =
            add_attribute(w, r, e, world_name(w, "%s%u", RNG_PICK(r, stems), i), scalar, rng_chance(r, 40));
        o_column *c = &e->columns[f->column];
        bool can_be_unique = scalar == SHEAF_INT || (scalar == SHEAF_STRING && c->pool != POOL_WORDS) ||
                             scalar == SHEAF_UUID || scalar == SHEAF_TIMESTAMP || scalar == SHEAF_DATE;
        f->unique = can_be_unique && rng_chance(r, 20);
        if (f->unique && e->index_count < INDEXES_MAX && rng_chance(r, 70))
            e->indexes[e->index_count++] = (table_index){.columns = {f->column}, .count = 1, .unique = true};
    }
}

static void add_references(world *w, rng *r, o_entity *e) {
    for (uint32_t n = rng_below(r, 4), i = 0; i < n; i++) {
        o_entity *to = w->entities[rng_below(r, w->entity_count)];
        if (e->column_count + to->key_count > COLUMNS_MAX) return;
        add_reference(w, r, e, to, world_name(w, "ref%u", i), rng_chance(r, 45));
    }
}

/* ---- Relations from references and links ----------------------------------------------------------------*/

static void add_lists(world *w, rng *r, o_entity *e) {
    for (uint32_t i = 0; i < e->field_count; i++) {
        o_field *ref = e->fields[i];
        o_entity *to = ref->target;
        if (ref->kind != IS_REF || !rng_chance(r, 85) || !has_room(to)) continue;
        o_field *f =
            add_field(w, to, IS_MANY, world_name(w, "%sBy%u%s", e->plural, i, rng_chance(r, 50) ? "" : "_x"));
        f->target = e;
        f->list = f->non_null = true;
        f->back = ref;
        uint32_t backs = 0;
        for (uint32_t k = 0; k < e->field_count; k++)
            backs += e->fields[k]->kind == IS_REF && e->fields[k]->target == to;
        f->spelled = backs > 1 || rng_chance(r, 50);
    }
}

static void add_link(world *w, rng *r) {
    o_link *l = WORLD_NEW(w, o_link);
    l->from = w->entities[rng_below(r, w->entity_count)];
    l->to = w->entities[rng_below(r, w->entity_count)];
    l->unique = rng_chance(r, 60);
    l->foreign_keys = rng_chance(r, 50);
    l->not_null = rng_chance(r, 60);
    l->table = world_name(w, rng_chance(r, 20) ? "Link %u" : "link_%u", w->link_count);
    for (int side = 0; side < 2; side++) {
        const o_entity *e = side ? l->to : l->from;
        for (uint32_t i = 0; i < e->key_count; i++)
            l->pg[side][i] = type_of_reference(r, &e->columns[e->key[i]]);
    }
    w->links[w->link_count++] = l;
    for (int side = 0; side < 2; side++) {
        o_entity *e = side ? l->to : l->from;
        if (!rng_chance(r, 80) || !has_room(e)) continue;
        o_field *f = add_field(w, e, IS_THROUGH, world_name(w, "linked%u%c", w->link_count, 'a' + side));
        f->target = side ? l->from : l->to;
        f->list = f->non_null = true;
        f->by = l;
        f->backwards = side == 1;
    }
}

/* ---- Derived fields -------------------------------------------------------------------------------------*/

uint32_t path_length(o_field *const *path, uint32_t count) {
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++)
        length += path[i]->kind == IS_FOLLOW ? path_length(path[i]->path, path[i]->path_count) : 1;
    return length;
}

static bool path_is_to_one(o_field *const *path, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        bool one = path[i]->kind == IS_REF ||
                   (path[i]->kind == IS_FOLLOW && path_is_to_one(path[i]->path, path[i]->path_count));
        if (!one) return false;
    }
    return true;
}

static bool can_hop(const o_field *f) {
    return field_is_to_rows(f) && f->kind != IS_PICK;
}

/* NULL: nothing leads on. */
static o_field *any_hop(rng *r, const o_entity *e) {
    uint32_t start = rng_below(r, e->field_count);
    for (uint32_t i = 0; i < e->field_count; i++) {
        o_field *f = e->fields[(start + i) % e->field_count];
        if (can_hop(f)) return f;
    }
    return NULL;
}

/* Gives the number of hops; 0 where none leads on. */
static uint32_t random_path(rng *r, const o_entity *e, o_field *ret_path[PATH_MAX_HOPS]) {
    uint32_t wanted = rng_chance(r, 40) ? 1 : rng_between(r, 1, 3), count = 0;
    while (count < wanted) {
        o_field *f = any_hop(r, e);
        if (!f) break;
        ret_path[count] = f;
        if (path_length(ret_path, count + 1) > 5) break;
        count++;
        e = f->target;
    }
    return count;
}

static bool keeps_maximum(const o_field *f) {
    switch (f->scalar) {
    case SHEAF_INT:
    case SHEAF_BIGINT:
    case SHEAF_FLOAT:
    case SHEAF_BOOLEAN:
    case SHEAF_TIMESTAMP:
    case SHEAF_DATE: return f->kind == IS_COLUMN;
    default: return false;
    }
}

static void set_pick(rng *r, o_field *f) {
    o_entity *e = f->target;
    for (int i = 0; i < 6 && !f->keep_max && rng_chance(r, 85); i++) {
        o_field *kept = e->fields[rng_below(r, e->field_count)];
        if (keeps_maximum(kept)) f->keep_max = kept;
    }
    for (int i = 0; i < 2 && f->keep_max; i++) {
        o_field *per = e->fields[rng_below(r, e->field_count)];
        bool fits = per->kind == IS_REF ||
                    (per->kind == IS_COLUMN && per->scalar != SHEAF_JSON && per->scalar != SHEAF_BYTES);
        if (!fits || (i && per == f->per[0]) || (per->kind == IS_REF && per->target->key_count > 1)) continue;
        f->per[f->per_count++] = per;
    }
}

static void add_derived(world *w, rng *r, o_entity *e, uint32_t number) {
    o_field *path[PATH_MAX_HOPS];
    uint32_t count = random_path(r, e, path);
    if (!count || !has_room(e)) return;
    o_entity *target = path[count - 1]->target;
    bool to_one = path_is_to_one(path, count);
    field_kind kind = rng_chance(r, 40) ? IS_FOLLOW : rng_chance(r, 40) || to_one ? IS_COUNT : IS_PICK;
    condition *where = rng_chance(r, 50) ? condition_random(w, r, target, 2, false) : NULL;
    o_order by = order_random(r, target); /* before the field itself can be chosen */
    static const char *const stems[] = {[IS_FOLLOW] = "follow", [IS_COUNT] = "countOf", [IS_PICK] = "best"};
    o_field *f = add_field(w, e, kind, world_name(w, "%s%u", stems[kind], number));
    f->target = target;
    f->path_count = count;
    memcpy(f->path, path, sizeof path);
    f->where = where;
    f->scalar = rng_chance(r, 50) ? SHEAF_INT : SHEAF_BIGINT;
    f->list = kind == IS_FOLLOW && (!to_one || rng_chance(r, 30));
    f->non_null = f->list || kind == IS_COUNT;
    if (kind == IS_PICK || (f->list && rng_chance(r, 60))) f->order = by;
    if (kind == IS_PICK) set_pick(r, f);
}

static bool add_part(rng *r, const o_entity *e, text_part *part) {
    while (part->ref_count < 3 && rng_chance(r, 40)) {
        o_field *f = any_hop(r, e);
        if (!f || f->kind != IS_REF) break;
        part->refs[part->ref_count++] = f;
        e = f->target;
    }
    for (int i = 0; i < 10; i++) {
        o_field *f = e->fields[rng_below(r, e->field_count)];
        if (f->kind != IS_COLUMN || f->scalar == SHEAF_JSON || f->scalar == SHEAF_BYTES) continue;
        part->attribute = f;
        return true;
    }
    return false;
}

static void add_text(world *w, rng *r, o_entity *e, uint32_t number) {
    static const char *const literals[] = {"/", "{", "}", " – ", "\"", "+source/", "\\", "{{}}"};
    if (!has_room(e)) return;
    o_field *f = add_field(w, e, IS_TEXT, world_name(w, "text%u", number));
    f->scalar = SHEAF_STRING;
    f->non_null = rng_chance(r, 50);
    for (uint32_t n = rng_between(r, 0, 4), i = 0; i < n; i++) {
        text_part part = {.literal = RNG_PICK(r, literals)};
        if (rng_chance(r, 65)) {
            text_part value = {0};
            if (add_part(r, e, &value)) part = value;
        }
        f->parts[f->part_count++] = part;
        for (uint32_t k = 0; k < part.ref_count; k++) f->non_null = f->non_null && part.refs[k]->non_null;
        if (part.attribute) f->non_null = f->non_null && part.attribute->non_null;
    }
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static void add_entity(world *w, rng *r) {
    static const struct {
        const char *name, *snake;
    } names[] = {
        {"Package", "package"}, {"Distro", "distro"}, {"BugTask", "bug_task"}, {"HTTPServer", "http_server"},
        {"Person", "person"},   {"Z", "z"},           {"Order", "order"}};
    static const char *const aliases[] = {"r", "k", "c", "t1", "j0", "d", "o0"}; /* of statements */
    o_entity *e = WORLD_NEW(w, o_entity);
    e->index = w->entity_count;
    e->name = names[e->index].name;
    e->table = e->singular = names[e->index].snake;
    e->own_table = rng_chance(r, 20);
    if (e->own_table)
        e->table = rng_chance(r, 50) ? aliases[e->index] : world_name(w, "Table \"%u\"", e->index);
    e->own_plural = rng_chance(r, 30);
    e->plural = world_name(w, e->own_plural ? "%ses" : "%ss", names[e->index].snake);
    e->in_schema = rng_chance(r, 10);
    e->foreign_keys = rng_chance(r, 40);
    e->primary = rng_chance(r, 80);
    w->entities[w->entity_count++] = e;
    add_key(w, r, e);
    add_attributes(w, r, e);
}

static void add_indexes(rng *r, o_entity *e) {
    for (uint32_t n = rng_below(r, 3), i = 0; i < n && e->index_count < INDEXES_MAX; i++) {
        table_index index = {.count = rng_between(r, 1, 2)};
        bool fits = true;
        for (uint32_t k = 0; k < index.count; k++) {
            index.columns[k] = rng_below(r, e->column_count);
            fits = fits && e->columns[index.columns[k]].scalar != SHEAF_JSON &&
                   (!k || index.columns[0] != index.columns[1]);
        }
        if (fits) e->indexes[e->index_count++] = index;
    }
}

static void set_limits(world *w, rng *r) {
    w->limits.page_default = rng_chance(r, 50) ? rng_between(r, 1, 12) : rng_chance(r, 70) ? 100 : 300;
    w->limits.page_max = rng_chance(r, 80) ? 10000 : (int64_t)rng_between(r, 12, 30);
    if (w->limits.page_default > w->limits.page_max) w->limits.page_default = w->limits.page_max;
    w->limits.whole_max = rng_chance(r, 40) ? 50000 : (int64_t)rng_between(r, 1, 15);
    w->analysed = rng_chance(r, 60);
    w->pretend = w->analysed && rng_chance(r, 70) ? (uint32_t)rng_next(r) : 0;
    w->may_dangle = rng_chance(r, 7);
}

void model_make(world *w, rng *r) {
    set_limits(w, r);
    for (uint32_t n = rng_between(r, 2, 5); w->entity_count < n;) add_entity(w, r);
    for (uint32_t i = 0; i < w->entity_count; i++) add_references(w, r, w->entities[i]);
    for (uint32_t i = 0; i < w->entity_count; i++) add_lists(w, r, w->entities[i]);
    for (uint32_t n = rng_below(r, 4); w->link_count < n;) add_link(w, r);
    for (uint32_t i = 0; i < w->entity_count * 3; i++)
        add_derived(w, r, w->entities[rng_below(r, w->entity_count)], i);
    for (uint32_t i = 0; i < w->entity_count; i++) {
        if (rng_chance(r, 60)) add_text(w, r, w->entities[i], i);
        add_indexes(r, w->entities[i]);
    }
}
