/* tables.h: tables of structs by hand, as `sheaf gen` writes them.
 *
 *     typedef struct card { sheaf_slice name, email; bool has_email; } card;
 *     static const sheaf_member card_members[] = {VALUE(card, name, TEXT), NULLABLE(card, email, TEXT)};
 *     STRUCT(card);
 */
#ifndef SHEAF_TESTS_ENGINE_TABLES_H
#define SHEAF_TESTS_ENGINE_TABLES_H

#include <sheaf/compiled.h>

#define VALUE(T, x, k)                                                                                       \
    { .key = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE }
#define NULLABLE(T, x, k)                                                                                    \
    { .key = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .has_at = offsetof(T, has_##x) }
#define ONE(T, x, of)                                                                                        \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_ONE, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,         \
        .type = &of##_struct                                                                                 \
    }
#define MANY(T, x, of)                                                                                       \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_MANY, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,        \
        .count_at = offsetof(T, x##_count), .type = &of##_struct                                             \
    }
#define FRAGMENT(T, x)                                                                                       \
    {                                                                                                        \
        .key = #x, .kind = SHEAF_MEMBER_FRAGMENT, .at = offsetof(T, x), .has_at = SHEAF_MEMBER_NOT_THERE,    \
        .type = &x##_struct                                                                                  \
    }
#define STRUCT(T)                                                                                            \
    static const sheaf_struct T##_struct = {#T, sizeof(T), sizeof T##_members / sizeof T##_members[0],       \
                                            T##_members}

/* Variables: given always, perhaps, a list. */
#define GIVEN(T, x, k)                                                                                       \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x) }
#define OPTIONAL(T, x, k)                                                                                    \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .optional = true, .at = offsetof(T, x) }
#define LIST(T, x, k)                                                                                        \
    { .name = #x, .kind = SHEAF_MEMBER_##k, .at = offsetof(T, x), .count_at = offsetof(T, x##_count) }

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#endif
