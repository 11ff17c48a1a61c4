/* The projects of this repository keep their budgets on both backends, and what a plan promises is what a
 * realise costs. */
#include <sheaf/migrate.h>
#include <unistd.h>

#include "world.h"

/* A database with the tables of one project, apart from the world's own. */
typedef struct project {
    sheaf_model *model;
    sheaf_shapes *shapes;
    sheaf_db *db;
    char url[600];
} project;

static void set_url(project *p, const world *w) {
    if (w->pg) {
        world_run(w, "DROP SCHEMA IF EXISTS project CASCADE; CREATE SCHEMA project");
        snprintf(p->url, sizeof p->url, "%s&options=-csearch_path%%3Dproject", w->url);
    } else {
        snprintf(p->url, sizeof p->url, "%s.project", w->url);
        unlink(p->url + strlen("sqlite:"));
    }
}

static project open_project(const world *w, const char *folder) {
    project p = {0};
    char path[400];
    sheaf_db *bare = NULL;
    sheaf_error err = {0};
    set_url(&p, w);
    snprintf(path, sizeof path, "%s/%s/migrations", SOURCE_ROOT, folder);
    bool ok = sheaf_open(&(sheaf_options){.url = p.url}, &bare, &err) &&
              sheaf_migrate_up(bare, &(sheaf_migrate_options){.folder = path}, NULL, &err);
    sheaf_close(bare);
    snprintf(path, sizeof path, "%s/%s/model.graphql", SOURCE_ROOT, folder);
    ok = ok && sheaf_model_load(path, NULL, &p.model, &err);
    snprintf(path, sizeof path, "%s/%s/shapes", SOURCE_ROOT, folder);
    ok = ok && sheaf_shapes_load(p.model, path, NULL, NULL, &p.shapes, &err) &&
         sheaf_open(&(sheaf_options){.url = p.url, .model = p.model}, &p.db, &err);
    if (!ok) fail_msg("%s: %s", folder, err.message);
    return p;
}

static void close_project(project *p, const world *w) {
    sheaf_close(p->db);
    sheaf_shapes_free(p->shapes);
    sheaf_model_free(p->model);
    if (!w->pg)
        unlink(p->url + strlen("sqlite:"));
    else
        world_run(w, "DROP SCHEMA project CASCADE");
}

static sheaf_plan_numbers numbers_of(const project *p, const sheaf_shape *shape) {
    sheaf_plan_numbers numbers = {0};
    sheaf_error err = {0};
    char *text = NULL;
    if (!sheaf_shape_plan(p->db, shape, SHEAF_PLAN_LOCK, &text, &numbers, &err)) fail_msg("%s", err.message);
    sheaf_text_free(p->db, text);
    return numbers;
}

static void budgets_hold(void **state) {
    world *w = world_of(state);
    static const char *const folders[] = {"bench/occurrences", "examples/archive"};
    for (int i = 0; i < 2; i++) {
        project p = open_project(w, folders[i]);
        assert_true(sheaf_shapes_count(p.shapes) > 0);
        for (size_t k = 0; k < sheaf_shapes_count(p.shapes); k++) {
            const sheaf_shape *shape = sheaf_shapes_at(p.shapes, k);
            sheaf_plan_numbers numbers = numbers_of(&p, shape);
            sheaf_error err = {0};
            if (!sheaf_shape_within_budget(shape, &numbers, &err))
                fail_msg("%s, %s: %u statements, %u trips: %s", folders[i], sheaf_shape_name(shape),
                         numbers.statements, numbers.trips, err.message);
        }
        close_project(&p, w);
    }
}

/* The page of occurrences with its number: ten statements in four trips at the most, with and without rows.
 */
static void a_page_costs_what_its_plan_says(void **state) {
    world *w = world_of(state);
    project p = open_project(w, "bench/occurrences");
    static const char *const shapes[] = {"page", "numbered_page"};
    sheaf_error err = {0};
    for (int i = 0; i < 2; i++) {
        const sheaf_shape *shape = sheaf_shapes_find(p.shapes, shapes[i]);
        const sheaf_variable project_id = SHEAF_VAR_INT("project", 1);
        sheaf_plan_numbers numbers = numbers_of(&p, shape);
        sheaf_page *page = NULL;
        assert_true(numbers.statements <= 10);
        assert_true(numbers.trips <= 4);
        if (!sheaf_page_realise(p.db, shape, &project_id, 1, &page, &err)) fail_msg("%s", err.message);
        assert_int_equal(sheaf_page_stats(page).statements, numbers.statements);
        assert_int_equal(sheaf_page_stats(page).trips, numbers.trips);
        sheaf_page_free(page);
    }
    close_project(&p, w);
}

static const struct CMUnitTest tests[] = {ON_BOTH(budgets_hold), ON_BOTH(a_page_costs_what_its_plan_says)};

int main(void) {
    return cmocka_run_group_tests(tests, worlds_open, worlds_close);
}
