/* world: what a case is made of: a model, its tables with all their rows in memory, and the settings of the
 * databases. Made at random, written as SDL and as SQL; the evaluator reads it as it stands.
 *
 *   world.h       models and rows
 *   model.c       random models        model_text.c  a model as SDL
 *   values.c      random values, compared and written
 *   rows.c        random rows
 *   question.h    what is asked
 *   condition.c   random conditions and orders
 *   shape.c       random shapes        shape_text.c  a shape as a document, with its variables
 *   groups.c      random graphs of groups
 *   setup.h       a world put into SQLite and PostgreSQL
 *   engine.h      Sheaf asked             (engine.c, engine_groups.c)
 *   tables.h      a shape as structs, for Sheaf's compiled shapes
 *   naive.h       the evaluator asked     (naive.c, naive_json.c, naive_dump.c)
 *   case.h        a question asked of all, and shrunk (shrink.c)
 *   main.c        blocks of cases, TAP
 *   counts.c      a program of its own: the number of statements at 1, 100 and 10,000 parents
 *
 * All of a world lives in one arena. A lack of memory ends the program.
 */
#ifndef ORACLE_WORLD_H
#define ORACLE_WORLD_H

#include <sheaf/db.h>

#include "../../src/base/base.h"
#include "rng.h"

enum {
    KEY_MAX = 4,
    PATH_MAX_HOPS = 4,
    ORDER_MAX = 3,
    PER_MAX = 2,
    COLUMNS_MAX = 120,
    FIELDS_MAX = 120,
    INDEXES_MAX = 6
};

typedef struct o_entity o_entity;
typedef struct o_field o_field;
typedef struct condition condition;
typedef struct o_link o_link;

/* Which values a column gets, beside its scalar. */
typedef enum pool_kind {
    POOL_ANY,
    POOL_SMALL,   /* whole numbers of 16 bits */
    POOL_SINGLE,  /* floats of 32 bits */
    POOL_WHOLE,   /* floats without a fraction, for columns of integers; decimals too */
    POOL_WORDS,   /* the values of an enum */
    POOL_TEXT_ID, /* IDs that are text */
    POOL_UUID_ID  /* IDs that are UUIDs */
} pool_kind;

typedef struct o_column {
    const char *name;
    sheaf_scalar scalar;
    pool_kind pool;
    const char *pg, *sqlite; /* declared types */
    bool nullable;           /* in the database */
    unsigned nulls;          /* percent */
    bool few;                /* of few values: many ties */
} o_column;

typedef struct o_row {
    o_entity *of;
    sheaf_value *values; /* by column */
} o_row;

typedef struct o_rows {
    o_row **items;
    size_t count, room;
} o_rows;

typedef struct o_order {
    struct {
        o_field *by;
        bool descending;
    } items[ORDER_MAX];
    uint32_t count;
} o_order;

typedef enum field_kind {
    IS_COLUMN,
    IS_TEXT,
    IS_COUNT,
    IS_REF,
    IS_MANY,
    IS_THROUGH,
    IS_FOLLOW,
    IS_PICK
} field_kind;

typedef struct text_part {
    const char *literal; /* NULL: not a literal */
    o_field *refs[3];
    uint32_t ref_count;
    o_field *attribute;
} text_part;

struct o_field {
    const char *name;
    field_kind kind;
    o_entity *of;
    sheaf_scalar scalar;
    bool non_null, unique;
    uint32_t column;  /* COLUMN */
    o_entity *target; /* relations, and COUNT */
    bool list;
    uint32_t columns[KEY_MAX];    /* REF: as many as the target's key has */
    o_field *back;                /* MANY: the reference that leads here */
    o_link *by;                   /* THROUGH */
    bool backwards;               /* THROUGH: from the link's `to` to its `from` */
    o_field *path[PATH_MAX_HOPS]; /* FOLLOW, PICK, COUNT */
    uint32_t path_count;
    condition *where;
    o_order order;
    o_field *keep_max, *per[PER_MAX];
    uint32_t per_count;
    text_part parts[5];
    uint32_t part_count;
    bool spelled; /* its directive is written even where a default says the same */
};

typedef struct table_index {
    uint32_t columns[KEY_MAX];
    uint32_t count;
    bool unique;
} table_index;

struct o_entity {
    const char *name, *singular, *plural, *table;
    bool own_table, own_plural; /* named by @table */
    bool in_schema;             /* @table(schema: "main") */
    uint32_t index;
    o_column columns[COLUMNS_MAX];
    uint32_t column_count;
    o_field *fields[FIELDS_MAX];
    uint32_t field_count;
    o_field *key_fields[KEY_MAX]; /* columns and references */
    uint32_t key_field_count;
    uint32_t key[KEY_MAX]; /* columns */
    uint32_t key_count;
    o_rows rows;
    table_index indexes[INDEXES_MAX];
    uint32_t index_count;
    bool foreign_keys; /* declared, so no reference dangles */
    bool primary;      /* the key is the PRIMARY KEY; otherwise a unique index */
};

struct o_link {
    const char *table;
    o_entity *from, *to;
    const char *pg[2][KEY_MAX]; /* declared types of the columns: of `from`, of `to` */
    bool unique, foreign_keys, not_null;
    struct {
        sheaf_value **items; /* the columns of `from`, then those of `to` */
        size_t count, room;
    } rows;
};

typedef struct world {
    arena memory;
    o_entity *entities[8];
    uint32_t entity_count;
    o_link *links[6];
    uint32_t link_count;
    sheaf_limits limits;
    bool analysed;    /* the databases have statistics */
    uint32_t pretend; /* and pretend that lists are long: bit n: table n is said to be large */
    bool may_dangle;  /* references that are '!' may dangle too */
} world;

/* Memory that is there. */
void *world_must(void *ptr);
#define WORLD_NEW(w, T)     ((T *)world_must(ARENA_NEW(&(w)->memory, T)))
#define WORLD_PUSH(w, list) (*(__typeof__((list)->items))world_must(ARENA_PUSH(&(w)->memory, (list))))
const char *world_name(world *w, const char *format, ...) SHEAF_PRINTF(2, 3);

world *world_new(void);
void world_free(world *w);

/* model.c, rows.c */
void model_make(world *w, rng *r);
void rows_make(world *w, rng *r);

/* How many hops a path has, those of follows in it counted. */
uint32_t path_length(o_field *const *path, uint32_t count);

/* model_text.c: the SDL. */
void model_write(const world *w, buffer *out);

/* values.c */
sheaf_value value_random(world *w, rng *r, const o_column *c);
sheaf_value value_key(world *w, rng *r, const o_column *c, uint32_t number); /* distinct by number */
bool value_equal(sheaf_scalar scalar, sheaf_value a, sheaf_value b);
int value_compare(sheaf_scalar scalar, sheaf_value a, sheaf_value b);
/* As a literal of a document. */
void value_write(buffer *out, sheaf_scalar scalar, sheaf_value v);
void value_write_string(buffer *out, sheaf_slice text);
static inline bool value_is_null(sheaf_value v) {
    return v.kind == SHEAF_KIND_NULL;
}

static inline bool field_is_to_rows(const o_field *f) {
    return f->kind >= IS_REF;
}
static inline sheaf_value row_value(const o_row *r, const o_field *attribute) {
    return r->values[attribute->column];
}

#endif
