/* compiled.h: what the code that `sheaf gen` writes stands on: shapes whose pages are plain structs.
 *
 *     hot_page *page;
 *     if (!hot_read(db, &(hot_vars){.distro = SHEAF_SLICE("debian")}, &page, &err)) …
 *     for (size_t i = 0; i < page->distro->hot_packages_count; i++)
 *         puts(page->distro->hot_packages[i]->name.ptr …
 *     hot_free(page);
 *
 * Programs include the generated headers and never need the names below; they are described for those who
 * read generated code. The tables are constants of the generated file, and must stay loaded as long as the
 * databases that read with them are open.
 *
 * How a value of a shape stands in a struct (x is its name in the response, made a C identifier: `class` is
 * class_, `_cursor` is cursor):
 *
 *     Int, BigInt, ID, Timestamp, Date   int64_t x      (microseconds and days as in types.h)
 *     Float                              double x
 *     Boolean                            bool x
 *     String, Decimal, JSON, UUID, Bytes, text IDs, @text, _cursor, __typename   sheaf_slice x
 *     what may be NULL                   and bool has_x; x is zero where it is false
 *     to-one, a root by key              const T *x     NULL where there is none
 *     to-many, a root list               const T *const *x and size_t x_count
 *     a fragment                         its own struct, under the fragment's name; where a selection is one
 *                                        fragment and nothing else, the fragment's struct is the row's
 *
 * Where a list x stands beside a field x_count, neither number is called so: the field is x_count_value and
 * the rows are x_length; for a field has_x beside an x that may be NULL: has_x_value and x_is_set.
 *
 * @values and @columns are forms of JSON; in structs such a list is a list like any other.
 *
 * Memory. The structs are what realise wrote: values are decoded into them, and lists point to them. A row of
 * an entity exists once on a page for each struct type that shows it; once for each list, where the type has
 * a `_cursor`. The pointer of an empty list may be NULL. All of a page is freed by one call, which must come
 * before the database is closed.
 *
 * NULL where the model says '!' (or in a @text that is String!) is an error here, since the struct cannot say
 * it; JSON of the same shape says null.
 */
#ifndef SHEAF_COMPILED_H
#define SHEAF_COMPILED_H

#include "page.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when generated code must be generated anew. */
#define SHEAF_COMPILED_VERSION 1

typedef enum sheaf_member_kind {
    SHEAF_MEMBER_INT,      /* int64_t */
    SHEAF_MEMBER_FLOAT,    /* double */
    SHEAF_MEMBER_BOOL,     /* bool */
    SHEAF_MEMBER_TEXT,     /* sheaf_slice */
    SHEAF_MEMBER_ONE,      /* const T * */
    SHEAF_MEMBER_MANY,     /* const T *const *, and a size_t at count_at */
    SHEAF_MEMBER_FRAGMENT, /* T, in place */
    SHEAF_MEMBER_INTS,     /* const int64_t *, size_t; and so on: lists, in variables only */
    SHEAF_MEMBER_FLOATS,
    SHEAF_MEMBER_BOOLS,
    SHEAF_MEMBER_TEXTS
} sheaf_member_kind;

#define SHEAF_MEMBER_NOT_THERE UINT32_MAX

typedef struct sheaf_member {
    const char *key; /* in the response; of a variable: its name; of a fragment: the fragment's */
    sheaf_member_kind kind;
    uint32_t at;                     /* offset of the value */
    uint32_t has_at;                 /* of bool has_x; SHEAF_MEMBER_NOT_THERE: it is never NULL */
    uint32_t count_at;               /* of x_count */
    const struct sheaf_struct *type; /* ONE, MANY, FRAGMENT */
} sheaf_member;

typedef struct sheaf_struct {
    const char *name; /* of the C type */
    uint32_t size;
    uint32_t member_count;
    const sheaf_member *members;
} sheaf_struct;

/* One variable of a query in its struct of variables. A variable that need not be given is a pointer there,
 * NULL for not given; a text is not given where its pointer is NULL, a list where its pointer is NULL. */
typedef struct sheaf_compiled_variable {
    const char *name;
    sheaf_member_kind kind; /* INT … TEXT, INTS … TEXTS */
    bool optional;
    uint32_t at, count_at;
} sheaf_compiled_variable;

/* One document of shapes, as it was when it was compiled. */
typedef struct sheaf_compiled_document {
    const char *file;
    sheaf_slice text;
} sheaf_compiled_document;

/* What one run of `sheaf gen` made. */
typedef struct sheaf_compiled_set {
    uint32_t version;    /* SHEAF_COMPILED_VERSION of the generator */
    uint64_t model_hash; /* sheaf_model_hash of the model that it was generated from */
    const sheaf_compiled_document *documents;
    size_t document_count;
} sheaf_compiled_set;

typedef struct sheaf_compiled {
    const sheaf_compiled_set *set;
    const char *name;         /* of the query */
    const sheaf_struct *page; /* its members are the roots; a root count is an INT */
    const sheaf_compiled_variable *variables;
    size_t variable_count;
} sheaf_compiled;

/* Realises a shape into structs. `variables` is the struct that shape->variables describes, NULL where there
 * are none; it is only lent. The page, of the type shape->page, is the caller's, for sheaf_compiled_free. The
 * first read of a shape with a database checks its tables; the database keeps what came of that. Errors:
 * CHANGED (generated for another model, or by another version; run `sheaf gen` again), CATALOGUE (an ID is
 * text in the database and a number in the struct, or the other way round), DATA (NULL where the model says
 * '!'), and those of sheaf_page_realise. From any thread; a page is plain memory and may be read by any
 * number of threads. */
SHEAF_API bool sheaf_compiled_read(sheaf_db *db, const sheaf_compiled *shape, const void *variables,
                                   void **ret_page, sheaf_error *err);
/* `page` is what a read gave; NULL is accepted. */
SHEAF_API void sheaf_compiled_free(void *page);
SHEAF_API sheaf_stats sheaf_compiled_stats(const void *page);

#ifdef __cplusplus
}
#endif

#endif
