/* typed.h: what the headers that `sheaf gen` writes for a model, NAME_model.h, stand on.
 *
 *     distros *origins = distros_search(page, distro_name_eq("debian"));
 *     packages *hot = distros_hot_packages(origins, &(packages_follow_options){.limit = 20});
 *     packages_need(hot, PACKAGE_NAME, PACKAGE_URL);
 *
 * Programs include the generated header; docs/generated.md is its manual. Here stand the macros from which it
 * makes its functions, one line for each attribute and relation, so that a large model is not a large header,
 * and what they call. All is a thin cover of context.h: a group of packages is a sheaf_group, a row of one a
 * sheaf_row, and what is said there of lifetime, threads and failure holds.
 *
 * In the macros, names that end in '_' are the macros' own; generated names never do.
 */
#ifndef SHEAF_TYPED_H
#define SHEAF_TYPED_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The direction of one item of an order: {PACKAGE_BY_POPULARITY, SHEAF_DESC}. (They are macros with
 * arguments, too, for the orders of context.h.) */
typedef enum sheaf_direction { SHEAF_ASC, SHEAF_DESC } sheaf_direction;

/* The field, where its values are of the kind that the generated reader takes. Errors: those of
 * sheaf_field_of, CATALOGUE (an ID that is text in the database and a number in the program, or the other way
 * round: see `sheaf gen --text-id`), CHANGED (generated from another model). */
SHEAF_API bool sheaf_typed_field(const sheaf_group *group, const char *attribute, sheaf_kind kind,
                                 sheaf_field *ret, sheaf_error *err);

/* A column of a key within a struct: INT is an int64_t, TEXT a sheaf_slice. */
typedef struct sheaf_key_part {
    sheaf_kind kind;
    size_t at;
} sheaf_key_part;

/* sheaf_group_of_keys, of keys that lie `size` bytes apart. */
SHEAF_API sheaf_group *sheaf_typed_keys_at(sheaf_context *context, const char *entity, const void *keys,
                                           size_t count, size_t size, const sheaf_key_part *parts,
                                           size_t part_count, const char *place);

/* ---- Conditions -----------------------------------------------------------------------------------------*/

static inline sheaf_filter sheaf_typed_compare(const char *name, const char *op) {
    sheaf_filter filter;
    memset(&filter, 0, sizeof filter);
    filter.kind = SHEAF_FILTER_COMPARE;
    filter.name = name;
    filter.op = op;
    return filter;
}
static inline sheaf_filter sheaf_typed_int(const char *name, const char *op, int64_t value) {
    sheaf_filter filter = sheaf_typed_compare(name, op);
    filter.value.kind = SHEAF_KIND_INT;
    filter.value.i = value;
    return filter;
}
static inline sheaf_filter sheaf_typed_float(const char *name, const char *op, double value) {
    sheaf_filter filter = sheaf_typed_compare(name, op);
    filter.value.kind = SHEAF_KIND_FLOAT;
    filter.value.f = value;
    return filter;
}
static inline sheaf_filter sheaf_typed_slice(const char *name, const char *op, sheaf_slice value) {
    sheaf_filter filter = sheaf_typed_compare(name, op);
    filter.value.kind = SHEAF_KIND_TEXT;
    filter.value.text = value;
    return filter;
}
/* NULL is what context.h makes of it: a mistake. */
static inline sheaf_filter sheaf_typed_text(const char *name, const char *op, const char *value) {
    sheaf_slice text = {value, value ? strlen(value) : 0};
    return value ? sheaf_typed_slice(name, op, text) : sheaf_typed_compare(name, op);
}
static inline sheaf_filter sheaf_typed_ints(const char *name, const char *op, const int64_t *values,
                                            size_t count) {
    sheaf_filter filter = sheaf_typed_compare(name, op);
    filter.value.kind = SHEAF_KIND_LIST;
    filter.ints = values;
    filter.count = count;
    return filter;
}
static inline sheaf_filter sheaf_typed_slices(const char *name, const char *op, const sheaf_slice *values,
                                              size_t count) {
    sheaf_filter filter = sheaf_typed_compare(name, op);
    filter.value.kind = SHEAF_KIND_LIST;
    filter.texts = values;
    filter.count = count;
    return filter;
}
static inline sheaf_filter sheaf_typed_combine(sheaf_filter_kind kind, const char *name,
                                               const sheaf_filter *items, size_t count) {
    sheaf_filter filter;
    memset(&filter, 0, sizeof filter);
    filter.kind = kind;
    filter.name = name;
    filter.items = items;
    filter.count = count;
    return filter;
}
/* Lists that macros write end in a filter of no kind and so many items, or in this attribute. */
#define SHEAF_TYPED_END  SIZE_MAX
#define SHEAF_TYPED_LAST (~0u)

/* Which comparisons an attribute has, by its scalar: X(…, op) for an operand, L(…, op) for a list of them.
 * (is_null they all have.) The engine's own table is in src/model/filter.c; a test holds this against it. */
#define SHEAF_TYPED_EQUAL(X, ...) X(__VA_ARGS__, eq) X(__VA_ARGS__, ne)
#define SHEAF_TYPED_ORDERED(X, ...)                                                                          \
    X(__VA_ARGS__, lt) X(__VA_ARGS__, le) X(__VA_ARGS__, gt) X(__VA_ARGS__, ge)
#define SHEAF_TYPED_LISTED(L, ...) L(__VA_ARGS__, in) L(__VA_ARGS__, not_in)
#define SHEAF_TYPED_WHOLE(X, L, ...)                                                                         \
    SHEAF_TYPED_EQUAL(X, __VA_ARGS__)                                                                        \
    SHEAF_TYPED_ORDERED(X, __VA_ARGS__)                                                                      \
    SHEAF_TYPED_LISTED(L, __VA_ARGS__)

#define SHEAF_TYPED_OPS_ID      SHEAF_TYPED_WHOLE
#define SHEAF_TYPED_OPS_Int     SHEAF_TYPED_WHOLE
#define SHEAF_TYPED_OPS_BigInt  SHEAF_TYPED_WHOLE
#define SHEAF_TYPED_OPS_Decimal SHEAF_TYPED_WHOLE
#define SHEAF_TYPED_OPS_String(X, L, ...)                                                                    \
    SHEAF_TYPED_WHOLE(X, L, __VA_ARGS__)                                                                     \
    X(__VA_ARGS__, starts_with)                                                                              \
    X(__VA_ARGS__, contains)
#define SHEAF_TYPED_OPS_Float(X, L, ...)                                                                     \
    SHEAF_TYPED_EQUAL(X, __VA_ARGS__)                                                                        \
    SHEAF_TYPED_ORDERED(X, __VA_ARGS__)
#define SHEAF_TYPED_OPS_Timestamp          SHEAF_TYPED_OPS_Float
#define SHEAF_TYPED_OPS_Date               SHEAF_TYPED_OPS_Float
#define SHEAF_TYPED_OPS_Boolean(X, L, ...) SHEAF_TYPED_EQUAL(X, __VA_ARGS__)
#define SHEAF_TYPED_OPS_UUID(X, L, ...)    SHEAF_TYPED_EQUAL(X, __VA_ARGS__) SHEAF_TYPED_LISTED(L, __VA_ARGS__)
#define SHEAF_TYPED_OPS_JSON(X, L, ...)
#define SHEAF_TYPED_OPS_Bytes(X, L, ...)

/* One function for each comparison of an attribute, or of a reference's one column: STEM_eq(…) and so on. */
#define SHEAF_TYPED_INT_OP(filter, stem, key, op)                                                            \
    static inline filter stem##_##op(int64_t value_) {                                                       \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_int(key, #op, value_);                                                      \
        return filter_;                                                                                      \
    }
#define SHEAF_TYPED_BOOL_OP(filter, stem, key, op)                                                           \
    static inline filter stem##_##op(bool value_) {                                                          \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_int(key, #op, value_);                                                      \
        return filter_;                                                                                      \
    }
#define SHEAF_TYPED_FLOAT_OP(filter, stem, key, op)                                                          \
    static inline filter stem##_##op(double value_) {                                                        \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_float(key, #op, value_);                                                    \
        return filter_;                                                                                      \
    }
#define SHEAF_TYPED_TEXT_OP(filter, stem, key, op)                                                           \
    static inline filter stem##_##op(const char *value_) {                                                   \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_text(key, #op, value_);                                                     \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline filter stem##_##op##_slice(sheaf_slice value_) {                                           \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_slice(key, #op, value_);                                                    \
        return filter_;                                                                                      \
    }
#define SHEAF_TYPED_INT_LIST_OP(filter, stem, key, op)                                                       \
    static inline filter stem##_##op(const int64_t *values_, size_t count_) {                                \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_ints(key, #op, values_, count_);                                            \
        return filter_;                                                                                      \
    }
#define SHEAF_TYPED_TEXT_LIST_OP(filter, stem, key, op)                                                      \
    static inline filter stem##_##op(const sheaf_slice *values_, size_t count_) {                            \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_slices(key, #op, values_, count_);                                          \
        return filter_;                                                                                      \
    }

/* WHERE_INT(package_filter, package_popularity, "popularity", Int) */
#define SHEAF_TYPED_WHERE_INT(filter, stem, key, scalar)                                                     \
    SHEAF_TYPED_OPS_##scalar(SHEAF_TYPED_INT_OP, SHEAF_TYPED_INT_LIST_OP, filter, stem, key)                 \
        SHEAF_TYPED_BOOL_OP(filter, stem, key, is_null)
#define SHEAF_TYPED_WHERE_BOOL(filter, stem, key, scalar)                                                    \
    SHEAF_TYPED_OPS_##scalar(SHEAF_TYPED_BOOL_OP, SHEAF_TYPED_INT_LIST_OP, filter, stem, key)                \
        SHEAF_TYPED_BOOL_OP(filter, stem, key, is_null)
#define SHEAF_TYPED_WHERE_FLOAT(filter, stem, key, scalar)                                                   \
    SHEAF_TYPED_OPS_##scalar(SHEAF_TYPED_FLOAT_OP, SHEAF_TYPED_INT_LIST_OP, filter, stem, key)               \
        SHEAF_TYPED_BOOL_OP(filter, stem, key, is_null)
#define SHEAF_TYPED_WHERE_TEXT(filter, stem, key, scalar)                                                    \
    SHEAF_TYPED_OPS_##scalar(SHEAF_TYPED_TEXT_OP, SHEAF_TYPED_TEXT_LIST_OP, filter, stem, key)               \
        SHEAF_TYPED_BOOL_OP(filter, stem, key, is_null)

/* ---- Attributes read ------------------------------------------------------------------------------------
 *
 * STEM_field, a type; PLURAL_field(group, &field, err), which makes one; STEM(row, &field, &value), which
 * reads with it. */
#define SHEAF_TYPED_READ_(row, group, stem, plural, key, kind, type, reader)                                 \
    typedef struct stem##_field {                                                                            \
        sheaf_field it;                                                                                      \
    } stem##_field;                                                                                          \
    static inline bool plural##_field(const group *group_, stem##_field *ret_, sheaf_error *err_) {          \
        return sheaf_typed_field((const sheaf_group *)group_, key, kind, &ret_->it, err_);                   \
    }                                                                                                        \
    static inline sheaf_read stem(const row *row_, const stem##_field *field_, type *ret_) {                 \
        return reader((const sheaf_row *)row_, &field_->it, ret_);                                           \
    }
#define SHEAF_TYPED_READ_INT(row, group, stem, plural, key)                                                  \
    SHEAF_TYPED_READ_(row, group, stem, plural, key, SHEAF_KIND_INT, int64_t, sheaf_int)
#define SHEAF_TYPED_READ_BOOL(row, group, stem, plural, key)                                                 \
    SHEAF_TYPED_READ_(row, group, stem, plural, key, SHEAF_KIND_INT, bool, sheaf_typed_bool)
#define SHEAF_TYPED_READ_FLOAT(row, group, stem, plural, key)                                                \
    SHEAF_TYPED_READ_(row, group, stem, plural, key, SHEAF_KIND_FLOAT, double, sheaf_float)
#define SHEAF_TYPED_READ_TEXT(row, group, stem, plural, key)                                                 \
    SHEAF_TYPED_READ_(row, group, stem, plural, key, SHEAF_KIND_TEXT, sheaf_slice, sheaf_text)

static inline sheaf_read sheaf_typed_bool(const sheaf_row *row, const sheaf_field *field, bool *ret) {
    int64_t value;
    sheaf_read found = sheaf_int(row, field, &value);
    if (found == SHEAF_VALUE) *ret = value != 0;
    return found;
}

/* ---- Entities -------------------------------------------------------------------------------------------
 *
 * NAMES defines what gives the name of an enumerator; "" for what is none, which the engine then refuses. */
#define SHEAF_TYPED_NAMES(function, type, ...)                                                               \
    static inline const char *function(type value_) {                                                        \
        static const char *const names_[] = {__VA_ARGS__};                                                   \
        return (size_t)value_ < sizeof names_ / sizeof *names_ ? names_[value_] : "";                        \
    }

/* Types of an entity: its filter, one item of its order, the options of lists of it. */
#define SHEAF_TYPED_TYPES(singular, plural, order_count)                                                     \
    typedef struct singular##_filter {                                                                       \
        sheaf_filter it;                                                                                     \
    } singular##_filter;                                                                                     \
    typedef struct singular##_order {                                                                        \
        singular##_order_by by;                                                                              \
        sheaf_direction direction;                                                                           \
    } singular##_order;                                                                                      \
    typedef struct plural##_options {                                                                        \
        singular##_filter where;                                                                             \
        singular##_order order[order_count]; /* up to the first that is zero */                              \
        int64_t limit;                                                                                       \
        int64_t offset;                                                                                      \
        const char *after;                                                                                   \
    } plural##_search_options, plural##_follow_options;

#define SHEAF_TYPED_ENTITY(row, group, singular, plural, entity)                                             \
    static inline singular##_filter singular##_all(void) {                                                   \
        singular##_filter filter_;                                                                           \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_NONE, NULL, NULL, 0);                                  \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline singular##_filter singular##_all_of(const singular##_filter *items_, size_t count_) {      \
        singular##_filter filter_;                                                                           \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_AND, NULL, (const sheaf_filter *)items_, count_);      \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline singular##_filter singular##_any_of(const singular##_filter *items_, size_t count_) {      \
        singular##_filter filter_;                                                                           \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_OR, NULL, (const sheaf_filter *)items_, count_);       \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline singular##_filter singular##_not_of(const singular##_filter *item_) {                      \
        singular##_filter filter_;                                                                           \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_NOT, NULL, (const sheaf_filter *)item_, 1);            \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline singular##_filter singular##_this_(singular##_filter filter_) {                            \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline singular##_filter singular##_end_(void) {                                                  \
        singular##_filter filter_;                                                                           \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_NONE, NULL, NULL, SHEAF_TYPED_END);                    \
        return filter_;                                                                                      \
    }                                                                                                        \
    static inline size_t singular##_count_(const singular##_filter *items_) {                                \
        size_t count_ = 0;                                                                                   \
        while (items_[count_].it.count != SHEAF_TYPED_END) count_++;                                         \
        return count_;                                                                                       \
    }                                                                                                        \
    static inline singular##_filter singular##_all_of_(const singular##_filter *items_) {                    \
        return singular##_all_of(items_, singular##_count_(items_));                                         \
    }                                                                                                        \
    static inline singular##_filter singular##_any_of_(const singular##_filter *items_) {                    \
        return singular##_any_of(items_, singular##_count_(items_));                                         \
    }                                                                                                        \
    static inline sheaf_group *plural##_group(group *group_) {                                               \
        return (sheaf_group *)group_;                                                                        \
    }                                                                                                        \
    static inline group *plural##_of_group(sheaf_group *group_) {                                            \
        return (group *)group_;                                                                              \
    }                                                                                                        \
    static inline const sheaf_row *singular##_row(const row *row_) {                                         \
        return (const sheaf_row *)row_;                                                                      \
    }                                                                                                        \
    static inline const row *singular##_of_row(const sheaf_row *row_) {                                      \
        return (const row *)row_;                                                                            \
    }                                                                                                        \
    static inline const row *const *plural##_rows(const group *group_, size_t *ret_count_) {                 \
        return (const row *const *)sheaf_rows((const sheaf_group *)group_, ret_count_);                      \
    }                                                                                                        \
    static inline bool singular##_cursor(sheaf_context *context_, const row *row_, const group *group_,      \
                                         sheaf_slice *ret_, sheaf_error *err_) {                             \
        return sheaf_cursor(context_, (const sheaf_row *)row_, (const sheaf_group *)group_, ret_, err_);     \
    }                                                                                                        \
    static inline void plural##_need_at(group *group_, const singular##_attribute *attributes_,              \
                                        size_t count_, const char *place_) {                                 \
        for (size_t i_ = 0; i_ < count_; i_++)                                                               \
            sheaf_need_at((sheaf_group *)group_, place_, singular##_attribute_name(attributes_[i_]),         \
                          (const char *)NULL);                                                               \
    }                                                                                                        \
    static inline void plural##_need_(group *group_, const singular##_attribute *attributes_,                \
                                      const char *place_) {                                                  \
        size_t count_ = 0;                                                                                   \
        while ((unsigned)attributes_[count_] != SHEAF_TYPED_LAST) count_++;                                  \
        plural##_need_at(group_, attributes_, count_, place_);                                               \
    }                                                                                                        \
    static inline const sheaf_order *plural##_order_(const plural##_search_options *options_,                \
                                                     sheaf_order *to_) {                                     \
        const size_t most_ = sizeof options_->order / sizeof *options_->order;                               \
        size_t count_ = 0;                                                                                   \
        for (; count_ < most_ && options_->order[count_].by; count_++) {                                     \
            to_[count_].name = singular##_order_name(options_->order[count_].by);                            \
            to_[count_].descending = options_->order[count_].direction == SHEAF_DESC;                        \
        }                                                                                                    \
        to_[count_].name = NULL;                                                                             \
        return count_ ? to_ : NULL;                                                                          \
    }                                                                                                        \
    static inline group *plural##_search_with_at(                                                            \
        sheaf_context *context_, const plural##_search_options *options_, const char *place_) {              \
        sheaf_order order_[sizeof options_->order / sizeof *options_->order + 1];                            \
        sheaf_search_options engine_;                                                                        \
        memset(&engine_, 0, sizeof engine_);                                                                 \
        if (options_) {                                                                                      \
            engine_.where = options_->where.it;                                                              \
            engine_.order = plural##_order_(options_, order_);                                               \
            engine_.limit = options_->limit;                                                                 \
            engine_.offset = options_->offset;                                                               \
            engine_.after = options_->after;                                                                 \
        }                                                                                                    \
        return (group *)sheaf_search_at(context_, entity, &engine_, place_);                                 \
    }                                                                                                        \
    static inline group *plural##_search_at(sheaf_context *context_, singular##_filter where_,               \
                                            const char *place_) {                                            \
        sheaf_search_options engine_;                                                                        \
        memset(&engine_, 0, sizeof engine_);                                                                 \
        engine_.where = where_.it;                                                                           \
        return (group *)sheaf_search_at(context_, entity, &engine_, place_);                                 \
    }                                                                                                        \
    static inline sheaf_group *plural##_count_at(sheaf_context *context_, singular##_filter where_,          \
                                                 const char *place_) {                                       \
        return sheaf_count_at(context_, entity, where_.it, place_);                                          \
    }                                                                                                        \
    static inline group *plural##_of_rows_at(sheaf_context *context_, const row *const *rows_,               \
                                             size_t count_, const char *place_) {                            \
        return (group *)sheaf_group_of_rows_at(context_, (const sheaf_row *const *)rows_, count_, place_);   \
    }                                                                                                        \
    static inline group *plural##_update_at(group *into_, group *from_, const char *place_) {                \
        return (group *)sheaf_update_at((sheaf_group *)into_, (sheaf_group *)from_, place_);                 \
    }                                                                                                        \
    static inline sheaf_group *plural##_follow_(sheaf_group *from_, const char *relation_,                   \
                                                const plural##_follow_options *options_,                     \
                                                const char *place_) {                                        \
        sheaf_order order_[sizeof options_->order / sizeof *options_->order + 1];                            \
        sheaf_follow_options engine_;                                                                        \
        memset(&engine_, 0, sizeof engine_);                                                                 \
        if (!options_) return sheaf_follow_at(from_, relation_, NULL, place_);                               \
        engine_.where = options_->where.it;                                                                  \
        engine_.order = plural##_order_(options_, order_);                                                   \
        engine_.limit = options_->limit;                                                                     \
        engine_.offset = options_->offset;                                                                   \
        engine_.after = options_->after;                                                                     \
        return sheaf_follow_at(from_, relation_, &engine_, place_);                                          \
    }

/* Groups of keys, of the type `key`; its parts follow. */
#define SHEAF_TYPED_KEYS(group, plural, key, entity, ...)                                                    \
    static inline group *plural##_of_keys_at(sheaf_context *context_, const key *keys_, size_t count_,       \
                                             const char *place_) {                                           \
        static const sheaf_key_part parts_[] = {__VA_ARGS__};                                                \
        return (group *)sheaf_typed_keys_at(context_, entity, keys_, count_, sizeof(key), parts_,            \
                                            sizeof parts_ / sizeof *parts_, place_);                         \
    }

/* ---- Relations ------------------------------------------------------------------------------------------
 *
 * PLURAL_at, behind the macro that follows the relation from a group; STEM, which reads what was found for a
 * row. `from` is the type of a row, `froms` of a group; `to` and `tos` those of the other end. */
#define SHEAF_TYPED_ONE(from, froms, to, tos, stem, plural, key)                                             \
    static inline tos *plural##_at(froms *from_, const char *place_) {                                       \
        return (tos *)sheaf_follow_at((sheaf_group *)from_, key, NULL, place_);                              \
    }                                                                                                        \
    static inline bool stem(const from *row_, const tos *group_, const to **ret_row_, sheaf_error *err_) {   \
        const sheaf_row *found_;                                                                             \
        if (!sheaf_one((const sheaf_row *)row_, (const sheaf_group *)group_, &found_, err_)) return false;   \
        *ret_row_ = (const to *)found_;                                                                      \
        return true;                                                                                         \
    }
#define SHEAF_TYPED_MANY(from, froms, to, tos, stem, plural, to_plural, key)                                 \
    static inline tos *plural##_at(froms *from_, const to_plural##_follow_options *options_,                 \
                                   const char *place_) {                                                     \
        return (tos *)to_plural##_follow_((sheaf_group *)from_, key, options_, place_);                      \
    }                                                                                                        \
    static inline bool stem(const from *row_, const tos *group_, const to *const **ret_rows_,                \
                            size_t *ret_count_, sheaf_error *err_) {                                         \
        const sheaf_row *const *found_;                                                                      \
        if (!sheaf_many((const sheaf_row *)row_, (const sheaf_group *)group_, &found_, ret_count_, err_))    \
            return false;                                                                                    \
        *ret_rows_ = (const to *const *)found_;                                                              \
        return true;                                                                                         \
    }
/* A relation with a row for which the condition holds. */
#define SHEAF_TYPED_HAS(filter, to_filter, has, key)                                                         \
    static inline filter has##_where(const to_filter *item_) {                                               \
        filter filter_;                                                                                      \
        filter_.it = sheaf_typed_combine(SHEAF_FILTER_RELATION, key, (const sheaf_filter *)item_, 1);        \
        return filter_;                                                                                      \
    }

#ifdef __cplusplus
}
#endif

#endif
