/* types.h: the small types that every other Sheaf header uses.
 *
 * Text. A `sheaf_slice` is a pointer and a length; it is not NUL-terminated and may hold any byte. An
 * empty slice has `len == 0` and its pointer may be NULL. Who owns the bytes is said where a slice is
 * handed out; a slice handed *in* is only read during the call unless the call says otherwise.
 *
 * Memory. Every object of Sheaf allocates through one `sheaf_allocator`, given when the database or the
 * model is opened and inherited by all that is made from it. NULL means the C library's. An allocator must
 * be callable from every thread that uses the objects made with it.
 *
 * Threads. Nothing in Sheaf is global and mutable. Each type states who may share it.
 */
#ifndef SHEAF_TYPES_H
#define SHEAF_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SHEAF_API            __attribute__((visibility("default")))
#define SHEAF_PRINTF(at, va) __attribute__((format(printf, at, va)))
#define SHEAF_UNLIKELY(x)    __builtin_expect(!!(x), 0)
#define SHEAF_COLD_PURE      __attribute__((cold, pure))
#else
#define SHEAF_API
#define SHEAF_PRINTF(at, va)
#define SHEAF_UNLIKELY(x) (x)
#define SHEAF_COLD_PURE
#endif

typedef struct sheaf_slice {
    const char *ptr;
    size_t len;
} sheaf_slice;

/* A slice of a string literal, and the two numbers that print one with "%.*s". */
#define SHEAF_SLICE(literal)    ((sheaf_slice){"" literal, sizeof(literal) - 1})
#define SHEAF_SLICE_ARGS(slice) (int)(slice).len, (slice).ptr

/* Memory, given by the host. `resize` with ptr == NULL allocates; it keeps the old block when it returns
 * NULL. `size` is never 0. `release` accepts NULL. Blocks are aligned for any type. */
typedef struct sheaf_allocator {
    void *(*resize)(void *user, void *ptr, size_t size);
    void (*release)(void *user, void *ptr);
    void *user;
} sheaf_allocator;

/* Scalars of the model, with how a realised value of each is held (see `sheaf_kind`).
 *
 *   X(enumerator, name in SDL, kind)
 *
 * ID takes the database's own type: INT where the column is an integer, TEXT otherwise.
 * Timestamp is microseconds since 1970-01-01 UTC; Date is days since 1970-01-01.
 * Decimal, JSON and UUID are held as text; Bytes as the raw bytes. */
#define SHEAF_SCALARS(X)                                                                                     \
    X(SHEAF_ID, "ID", SHEAF_KIND_INT)                                                                        \
    X(SHEAF_INT, "Int", SHEAF_KIND_INT)                                                                      \
    X(SHEAF_BIGINT, "BigInt", SHEAF_KIND_INT)                                                                \
    X(SHEAF_FLOAT, "Float", SHEAF_KIND_FLOAT)                                                                \
    X(SHEAF_STRING, "String", SHEAF_KIND_TEXT)                                                               \
    X(SHEAF_BOOLEAN, "Boolean", SHEAF_KIND_INT)                                                              \
    X(SHEAF_TIMESTAMP, "Timestamp", SHEAF_KIND_INT)                                                          \
    X(SHEAF_DATE, "Date", SHEAF_KIND_INT)                                                                    \
    X(SHEAF_DECIMAL, "Decimal", SHEAF_KIND_TEXT)                                                             \
    X(SHEAF_JSON, "JSON", SHEAF_KIND_TEXT)                                                                   \
    X(SHEAF_UUID, "UUID", SHEAF_KIND_TEXT)                                                                   \
    X(SHEAF_BYTES, "Bytes", SHEAF_KIND_TEXT)

typedef enum sheaf_scalar {
#define X(name, text, kind) name,
    SHEAF_SCALARS(X)
#undef X
        SHEAF_SCALAR_COUNT
} sheaf_scalar;

/* How a value is held in memory. */
typedef enum sheaf_kind {
    SHEAF_KIND_NULL,
    SHEAF_KIND_INT,   /* .i */
    SHEAF_KIND_FLOAT, /* .f */
    SHEAF_KIND_TEXT,  /* .text: text or raw bytes */
    SHEAF_KIND_LIST   /* .list: operands of `in`, and list variables */
} sheaf_kind;

/* A value going in (a variable, the operand of a filter, a key) or coming out of a driver. The zero value
 * is NULL. */
typedef struct sheaf_value {
    sheaf_kind kind;
    union {
        int64_t i;
        double f;
        sheaf_slice text;
        struct {
            const struct sheaf_value *items;
            size_t count;
        } list;
    };
} sheaf_value;

#endif
