/* context.h: declare groups, realise once, read plain memory.
 *
 *     sheaf_context *page = sheaf_context_new(db);
 *     sheaf_group *distros = sheaf_search(page, "distro", SHEAF_EQ_TEXT("name", "debian"));
 *     sheaf_group *hot = sheaf_follow(distros, "hot_packages", &(sheaf_follow_options){.limit = 20});
 *     sheaf_need(hot, "name", "url");
 *     if (!sheaf_realise(page, &err)) …
 *
 * A context is one unit of reading: its groups, one snapshot, one memory. `sheaf_realise` is the only call
 * that talks to the database; before it nothing is there to be read, after it nothing can be added.
 *
 * Failure. Calls that build groups never fail visibly: a mistake (or no memory) is kept by the context, with
 * the place in the caller's source where it was made, and told by `sheaf_realise`. They return a group that
 * may be used further in any case. Lifetime. Groups, rows, fields and text live as long as the context. Names
 * given in are copied. Threads. A context is used by one thread at a time; different contexts are
 * independent.
 */
#ifndef SHEAF_CONTEXT_H
#define SHEAF_CONTEXT_H

#include <string.h>

#include "db.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sheaf_context sheaf_context;
typedef struct sheaf_group sheaf_group;
typedef struct sheaf_row sheaf_row;

/* NULL only when there is no memory. */
SHEAF_API sheaf_context *sheaf_context_new(sheaf_db *db);
SHEAF_API void sheaf_context_free(sheaf_context *context); /* NULL is accepted */

/* ---- Conditions and orders -----------------------------------------------------------------------------
 *
 * A filter is a value; parts of it that are pointed to must live until the call that takes it returns. The
 * zero filter is true for every row. Meanings are those of docs/shapes.md: SQL's three-valued logic. */
typedef enum sheaf_filter_kind {
    SHEAF_FILTER_NONE,
    SHEAF_FILTER_COMPARE, /* name op value; op as in shapes: "eq" "ne" "lt" "le" "gt" "ge" "in" "not_in"
                             "is_null" … */
    SHEAF_FILTER_AND,     /* of items */
    SHEAF_FILTER_OR,
    SHEAF_FILTER_NOT,     /* of the one item */
    SHEAF_FILTER_RELATION /* name: a relation with a row for which the one item (or nothing) holds */
} sheaf_filter_kind;

typedef struct sheaf_filter {
    sheaf_filter_kind kind;
    const char *name, *op;
    sheaf_value value;
    const struct sheaf_filter *items;
    size_t count;
    /* COMPARE with "in" and "not_in": `count` operands as plain memory, in the place of those of `value`. */
    const int64_t *ints;
    const sheaf_slice *texts;
} sheaf_filter;

#define SHEAF_ALL          ((sheaf_filter){0})
#define SHEAF_CMP(n, o, v) ((sheaf_filter){.kind = SHEAF_FILTER_COMPARE, .name = (n), .op = (o), .value = v})
#define SHEAF_INT_VALUE(v)                                                                                   \
    { .kind = SHEAF_KIND_INT, .i = (v) }
#define SHEAF_TEXT_VALUE(v)                                                                                  \
    {                                                                                                        \
        .kind = SHEAF_KIND_TEXT, .text = {(v), strlen(v) }                                                   \
    }
#define SHEAF_EQ_INT(n, v)                                                                                   \
    ((sheaf_filter){.kind = SHEAF_FILTER_COMPARE, .name = (n), .op = "eq", .value = SHEAF_INT_VALUE(v)})
#define SHEAF_EQ_TEXT(n, v)                                                                                  \
    ((sheaf_filter){.kind = SHEAF_FILTER_COMPARE, .name = (n), .op = "eq", .value = SHEAF_TEXT_VALUE(v)})
#define SHEAF_IS_NULL(n, yes)                                                                                \
    ((sheaf_filter){                                                                                         \
        .kind = SHEAF_FILTER_COMPARE, .name = (n), .op = "is_null", .value = SHEAF_INT_VALUE(yes)})
#define SHEAF_FILTER_ITEMS(...)                                                                              \
    .items = (const sheaf_filter[]){__VA_ARGS__},                                                            \
    .count = sizeof((const sheaf_filter[]){__VA_ARGS__}) / sizeof(sheaf_filter)
#define SHEAF_AND(...)  ((sheaf_filter){.kind = SHEAF_FILTER_AND, SHEAF_FILTER_ITEMS(__VA_ARGS__)})
#define SHEAF_OR(...)   ((sheaf_filter){.kind = SHEAF_FILTER_OR, SHEAF_FILTER_ITEMS(__VA_ARGS__)})
#define SHEAF_NOT(f)    ((sheaf_filter){.kind = SHEAF_FILTER_NOT, SHEAF_FILTER_ITEMS(f)})
#define SHEAF_HAS(n, f) ((sheaf_filter){.kind = SHEAF_FILTER_RELATION, .name = (n), SHEAF_FILTER_ITEMS(f)})

/* For SHEAF_EQ("name", "debian"), SHEAF_EQ("id", 7): by the type of the second argument. */
#ifndef __cplusplus
static inline sheaf_filter sheaf_eq_text(const char *name, const char *value) {
    return SHEAF_EQ_TEXT(name, value);
}
static inline sheaf_filter sheaf_eq_int(const char *name, int64_t value) {
    return SHEAF_EQ_INT(name, value);
}
static inline sheaf_filter sheaf_eq_float(const char *name, double value) {
    sheaf_filter f = SHEAF_EQ_INT(name, 0);
    f.value.kind = SHEAF_KIND_FLOAT;
    f.value.f = value;
    return f;
}
#define SHEAF_EQ(n, v)                                                                                       \
    _Generic((v), char *: sheaf_eq_text, const char *: sheaf_eq_text, float: sheaf_eq_float, double: sheaf_eq_float, \
             default: sheaf_eq_int)((n), (v))
#endif

/* An order is a list ended by a NULL name. The key is always appended, so that it is total. */
typedef struct sheaf_order {
    const char *name;
    bool descending;
} sheaf_order;
#define SHEAF_ORDER(...) ((const sheaf_order[]){__VA_ARGS__, {NULL, false}})
#define SHEAF_ASC(n)                                                                                         \
    { (n), false }
#define SHEAF_DESC(n)                                                                                        \
    { (n), true }

/* ---- Groups --------------------------------------------------------------------------------------------
 *
 * The macros remember where they stand, for errors. */
typedef struct sheaf_search_options {
    sheaf_filter where;
    const sheaf_order *order;
    int64_t limit; /* 0: the page default; negative or over the page maximum is an error */
    int64_t offset;
    const char *
        after; /* a cursor from `sheaf_cursor`: rows after that one; NULL: from the start. Not with offset. */
} sheaf_search_options;

/* For each parent's list. To-one relations take none of these (NULL). */
typedef struct sheaf_follow_options {
    sheaf_filter where;
    const sheaf_order *order; /* NULL: the relation's own */
    int64_t limit;            /* rows for each parent; 0: all, up to the page maximum (more is an error) */
    int64_t offset;           /* rows skipped for each parent */
    const char *after;
} sheaf_follow_options;

/* The rows of an entity (by type name, singular or plural) that a filter accepts: `sheaf_search(page,
 * "distro", SHEAF_EQ("name", "debian"))`; with order, limit and page by `sheaf_search_with`. */
#define sheaf_search(context, entity, filter)                                                                \
    sheaf_search_at((context), (entity), &(sheaf_search_options){.where = filter}, SHEAF_HERE)
#define sheaf_search_with(context, entity, options)                                                          \
    sheaf_search_at((context), (entity), (options), SHEAF_HERE)

/* What a relation of each row of the group leads to. `relation` may be a path: "detections.classifications";
 * then only its end is there. `options` may be NULL. */
#define sheaf_follow(group, relation, options) sheaf_follow_at((group), (relation), (options), SHEAF_HERE)

/* `into` also holds the rows of `from` (the same entity): what is needed of `into` is there for them too, and
 * what follows `into` follows them. Reading through `from` still shows only what `from` asked for. Gives
 * `into`. */
#define sheaf_update(into, from) sheaf_update_at((into), (from), SHEAF_HERE)

/* Attributes wanted of every row of the group: columns, texts and counts. The key is always there. */
#define sheaf_need(group, ...) sheaf_need_at((group), SHEAF_HERE, __VA_ARGS__, (const char *)NULL)

/* A group of rows whose keys are known: `keys` holds count × (columns of the key) values. Keys that no row
 * has are left out. */
#define sheaf_group_of_keys(context, entity, keys, count)                                                    \
    sheaf_group_of_keys_at((context), (entity), (keys), (count), SHEAF_HERE)
/* The same from rows that another, realised context holds (a transient group of one, or of many). Their keys
 * are taken; the values are read anew, in this context's snapshot. */
#define sheaf_group_of_rows(context, rows, count)                                                            \
    sheaf_group_of_rows_at((context), (rows), (count), SHEAF_HERE)

/* How many rows a search has, without its limit and page. A group of its own, read by `sheaf_total`. */
#define sheaf_count(context, entity, filter) sheaf_count_at((context), (entity), filter, SHEAF_HERE)

/* ---- Realise -------------------------------------------------------------------------------------------
 *
 * Plans (or finds the plan), runs, stitches. Once per context; a second call is an error, and so is anything
 * added afterwards. False: nothing can be read; free the context. The first mistake made while building is
 * told here. */
SHEAF_API bool sheaf_realise(sheaf_context *context, sheaf_error *err);

/* ---- Reading: nothing from here on can reach the database ------------------------------------------------
 *
 * The rows of a group, in order: a search in its order; a follow by the rows of its parent and in each by its
 * order, every row once; then those of groups it was updated with. NULL and *ret_count 0 where the context is
 * not realised. */
SHEAF_API const sheaf_row *const *sheaf_rows(const sheaf_group *group, size_t *ret_count);

/* The rows that `group`, which follows the group of `row`, found for `row`; in order. An error (NOT_ASKED)
 * where `row` is not of the followed group. *ret_rows may be NULL when the count is 0. */
SHEAF_API bool sheaf_many(const sheaf_row *row, const sheaf_group *group, const sheaf_row *const **ret_rows,
                          size_t *ret_count, sheaf_error *err);
/* The same for a to-one relation: *ret_row is NULL where there is none. */
SHEAF_API bool sheaf_one(const sheaf_row *row, const sheaf_group *group, const sheaf_row **ret_row,
                         sheaf_error *err);

/* A field: how one attribute of a group's rows is read. Made once, read often. An attribute that the group
 * did not ask for is an error (NOT_ASKED) that names it, the group and where the group was made. Treat it as
 * opaque. */
typedef struct sheaf_field {
    uint64_t member_bit, null_bit;
    uint32_t member_at, null_at, value_at; /* offsets in a row */
    uint8_t kind;                          /* sheaf_kind; another number where reads are tracked */
    uint8_t scalar;                        /* sheaf_scalar */
    uint16_t attribute;                    /* its number, where reads are tracked */
    const sheaf_group *group;
} sheaf_field;
SHEAF_API bool sheaf_field_of(const sheaf_group *group, const char *attribute, sheaf_field *ret,
                              sheaf_error *err);

/* What a read found. REFUSED: the row is not one of the field's group, or the value is of another kind.
 * Nothing is written then but the error, for `sheaf_refusal`. */
typedef enum sheaf_read { SHEAF_REFUSED = -1, SHEAF_IS_NULL_VALUE = 0, SHEAF_VALUE = 1 } sheaf_read;

/* What a reader asks when its check fails: true where the field tracks its reads and may be read from this
 * row, which is noted. Noting twice is noting once, and no reader sees the note; so callers' compilers may
 * take it for pure, and keep what they loaded of the field in registers. */
SHEAF_API SHEAF_COLD_PURE bool sheaf_field_tracked(const sheaf_row *row, const sheaf_field *field,
                                                   sheaf_kind want);

/* A load and a check: no call, no copy, no parse. The check tells rows of one context apart; a row of another
 * context is the caller's mistake, and undefined (`sheaf_get` refuses it). */
#define SHEAF_READER(name, type, want)                                                                       \
    static inline sheaf_read name(const sheaf_row *row, const sheaf_field *field, type *ret) {               \
        const char *at = (const char *)row;                                                                  \
        if (SHEAF_UNLIKELY(!(*(const uint64_t *)(at + field->member_at) & field->member_bit) ||              \
                           field->kind != (want)) &&                                                         \
            !sheaf_field_tracked(row, field, (want)))                                                        \
            return SHEAF_REFUSED;                                                                            \
        if (*(const uint64_t *)(at + field->null_at) & field->null_bit) return SHEAF_IS_NULL_VALUE;          \
        *ret = *(const type *)(at + field->value_at);                                                        \
        return SHEAF_VALUE;                                                                                  \
    }
SHEAF_READER(sheaf_int, int64_t, SHEAF_KIND_INT)    /* ID, Int, BigInt, Boolean, Timestamp, Date; counts */
SHEAF_READER(sheaf_float, double, SHEAF_KIND_FLOAT) /* Float */
SHEAF_READER(sheaf_text, sheaf_slice,
             SHEAF_KIND_TEXT) /* String, Decimal, JSON, UUID, Bytes, a text ID; texts */

/* Why a read was refused, in words: always gives false. */
SHEAF_API bool sheaf_refusal(const sheaf_row *row, const sheaf_field *field, sheaf_error *err);

/* By name, for code that reads little: the value, which is NULL where it is NULL. */
SHEAF_API bool sheaf_get(const sheaf_row *row, const sheaf_group *group, const char *attribute,
                         sheaf_value *ret, sheaf_error *err);

/* How many rows a `sheaf_count` found. */
SHEAF_API bool sheaf_total(const sheaf_group *count, int64_t *ret, sheaf_error *err);

/* Where a row stands in the order of its group, as text to be given to `.after`. Lives as long as the
 * context. */
SHEAF_API bool sheaf_cursor(sheaf_context *context, const sheaf_row *row, const sheaf_group *group,
                            sheaf_slice *ret, sheaf_error *err);

/* ---- What it cost --------------------------------------------------------------------------------------*/
typedef struct sheaf_stats {
    uint64_t statements;     /* as sent; BEGIN and COMMIT, which ride along, are not counted */
    uint64_t trips;          /* waits for the server; on SQLite, levels */
    uint64_t rows, bytes;    /* received */
    uint64_t kept;           /* rows in memory: each entity and key once */
    uint64_t memory;         /* bytes of the context's memory */
    bool planned;            /* a new plan was made; false: it was found */
    sheaf_strategy strategy; /* of the plan: what AUTO took; LEVELS where the one forced could not be had */
    /* Phases, in nanoseconds. On SQLite stepping a statement and decoding its rows alternate; both are timed.
     */
    uint64_t plan_ns, wait_ns, decode_ns, stitch_ns;
    uint64_t render_ns; /* of a page's last rendering */
} sheaf_stats;
SHEAF_API sheaf_stats sheaf_context_stats(const sheaf_context *context);

/* ---- The functions behind the macros -------------------------------------------------------------------*/
#define SHEAF_STRING_(x) #x
#define SHEAF_STRING(x)  SHEAF_STRING_(x)
#define SHEAF_HERE       __FILE__ ":" SHEAF_STRING(__LINE__)

SHEAF_API sheaf_group *sheaf_search_at(sheaf_context *context, const char *entity,
                                       const sheaf_search_options *options, const char *place);
SHEAF_API sheaf_group *sheaf_follow_at(sheaf_group *group, const char *relation,
                                       const sheaf_follow_options *options, const char *place);
SHEAF_API sheaf_group *sheaf_update_at(sheaf_group *into, sheaf_group *from, const char *place);
SHEAF_API void sheaf_need_at(sheaf_group *group, const char *place, ...);
SHEAF_API sheaf_group *sheaf_group_of_keys_at(sheaf_context *context, const char *entity,
                                              const sheaf_value *keys, size_t count, const char *place);
SHEAF_API sheaf_group *sheaf_group_of_rows_at(sheaf_context *context, const sheaf_row *const *rows,
                                              size_t count, const char *place);
SHEAF_API sheaf_group *sheaf_count_at(sheaf_context *context, const char *entity, sheaf_filter where,
                                      const char *place);

#ifdef __cplusplus
}
#endif

#endif
