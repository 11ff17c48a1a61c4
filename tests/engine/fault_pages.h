/* fault_pages.h: ten pages of different kinds on the engine's world, for tests that break the link. */
#ifndef SHEAF_TESTS_ENGINE_FAULT_PAGES_H
#define SHEAF_TESTS_ENGINE_FAULT_PAGES_H

#include "world.h"

/* X(name of the query, its text; NULL where the page is made by calls) */
#define FAULT_PAGES(X)                                                                                       \
    X(lists, "packages(order: [{popularity: DESC}]) {\n"                                                     \
             "    id name popularity distro { name } maintainer { name email } uploaders { name } }")        \
    X(nested, "distros(order: [{name: ASC}]) { name packages(order: [{name: ASC}], limit: 3) { name\n"       \
              "    bugs(order: [{heat: DESC}], limit: 2) { title heat open } notes @values { body } } }")    \
    X(best, "packages { name hottest_bug { title heat package { name } } }")                                 \
    X(through, "packages { name uploaders { name packages(limit: 2) { name } } }")                           \
    X(counts, "distros { name packages_count maintainers { name packages_count } }\n"                        \
              "  packages_count people_count(where: {email: {is_null: false}})")                             \
    X(texts, "distro(name: \"debian\") { hot_packages(limit: 3) { url } }")                                  \
    X(nothing, "distro(name: \"none\") { name packages { url } }\n"                                          \
               "  packages(where: {name: {eq: \"none\"}}) { name bugs { title } }")                          \
    X(cursor, "packages(order: [{name: DESC}], limit: 2, after: $after) { _cursor name bugs_count }")        \
    X(offset, "packages(order: [{popularity: DESC}], limit: 2, offset: 2) { name maintainer { name } }\n"    \
              "  packages_count")                                                                            \
    X(calls, NULL)

typedef enum fault_page {
#define X(name, text) FAULT_PAGE_##name,
    FAULT_PAGES(X)
#undef X
        FAULT_PAGE_COUNT
} fault_page;

typedef struct fault_pages {
    sheaf_shapes *shapes;
    char after[256]; /* a cursor for the page that takes one */
} fault_pages;

const char *fault_page_name(fault_page page);

void fault_pages_open(fault_pages *p, const world *w);
void fault_pages_close(fault_pages *p);

/* The page as text, to be freed. `ret_stats` may be NULL. */
bool fault_page_read(const fault_pages *p, fault_page page, sheaf_db *db, char **ret_text,
                     sheaf_stats *ret_stats, sheaf_error *err);

#endif
