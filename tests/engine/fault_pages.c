#include "fault_pages.h"

#include <stdlib.h>

static const char *const names[] = {
#define X(name, text) #name,
    FAULT_PAGES(X)
#undef X
};

static const char *const texts[] = {
#define X(name, text) text,
    FAULT_PAGES(X)
#undef X
};

const char *fault_page_name(fault_page page) {
    return names[page];
}

/* Where the second page begins, in the order of the page `cursor`. */
static void find_cursor(fault_pages *p, const world *w) {
    sheaf_context *c = sheaf_context_new(w->db);
    sheaf_group *packages = sheaf_search_with(
        c, "package", (&(sheaf_search_options){.order = SHEAF_ORDER(SHEAF_DESC("name")), .limit = 2}));
    sheaf_slice cursor;
    sheaf_error err = {0};
    realise(c);
    if (!sheaf_cursor(c, world_row(packages, 1), packages, &cursor, &err)) fail_msg("%s", err.message);
    snprintf(p->after, sizeof p->after, "%.*s", SHEAF_SLICE_ARGS(cursor));
    sheaf_context_free(c);
}

void fault_pages_open(fault_pages *p, const world *w) {
    char document[4096];
    size_t len = 0;
    for (size_t i = 0; i < FAULT_PAGE_COUNT; i++)
        if (texts[i])
            len += (size_t)snprintf(document + len, sizeof document - len, "query %s%s {\n  %s\n}\n",
                                    names[i], strstr(texts[i], "$after") ? "($after: String)" : "", texts[i]);
    assert_true(len < sizeof document);
    p->shapes = world_shapes(w->model, document);
    find_cursor(p, w);
}

void fault_pages_close(fault_pages *p) {
    sheaf_shapes_free(p->shapes);
}

/* A union, keys, conditions over relations: what shapes do not reach. */
static bool read_calls(sheaf_db *db, char **ret_text, sheaf_stats *stats, sheaf_error *err) {
    const sheaf_value key = SHEAF_INT_VALUE(6);
    sheaf_context *c = sheaf_context_new(db);
    sheaf_group *packages = sheaf_search(c, "package", SHEAF_HAS("bugs", SHEAF_EQ("open", 1)));
    sheaf_update(packages, sheaf_group_of_keys(c, "package", &key, 1));
    sheaf_group *people = sheaf_follow(packages, "maintainer", NULL);
    sheaf_update(people, sheaf_follow(packages, "uploaders", NULL));
    sheaf_group *bugs = sheaf_follow(
        packages, "bugs", (&(sheaf_follow_options){.order = SHEAF_ORDER(SHEAF_DESC("heat")), .limit = 2}));
    sheaf_need(packages, "url");
    sheaf_need(people, "name", "packages_count");
    sheaf_need(bugs, "title");
    bool ok = sheaf_realise(c, err);
    *stats = sheaf_context_stats(c);
    if (ok && asprintf(ret_text, "%s; %s; %s; %s", world_list(packages, "url"), world_list(people, "name"),
                       world_list(people, "packages_count"), world_list(bugs, "title")) < 0)
        fail_msg("no memory");
    sheaf_context_free(c);
    return ok;
}

static bool read_shape(const fault_pages *p, fault_page page, sheaf_db *db, char **ret_text,
                       sheaf_stats *stats, sheaf_error *err) {
    const sheaf_variable after = SHEAF_VAR_TEXT("after", p->after);
    sheaf_page *made = NULL;
    sheaf_slice json;
    if (!sheaf_page_realise(db, sheaf_shapes_find(p->shapes, names[page]), &after,
                            strstr(texts[page], "$after") ? 1 : 0, &made, err))
        return false;
    *stats = sheaf_page_stats(made);
    bool ok = sheaf_page_json(made, &json, err);
    if (ok && !(*ret_text = strndup(json.ptr, json.len))) fail_msg("no memory");
    sheaf_page_free(made);
    return ok;
}

bool fault_page_read(const fault_pages *p, fault_page page, sheaf_db *db, char **ret_text,
                     sheaf_stats *ret_stats, sheaf_error *err) {
    sheaf_stats stats = {0};
    bool ok =
        texts[page] ? read_shape(p, page, db, ret_text, &stats, err) : read_calls(db, ret_text, &stats, err);
    if (ret_stats) *ret_stats = stats;
    return ok;
}
