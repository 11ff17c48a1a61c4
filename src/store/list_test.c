/* Lists made from pairs, held against the plainest way to say what they are. */
#include "../plan/test_plan.h"
#include "../sql/sql.h"
#include "store.h"

#define NONE INT64_MIN /* NULL */

/* A child as it comes from the database. */
typedef struct child {
    int64_t id, number; /* number: what is sorted or maximised by */
    int kind;           /* 0: NULL */
    char text[8];
} child;

typedef struct fixture {
    test_plan plan;
    store store;
    arena memory, scratch;
    const plan_step *step;
    store_pairs pairs;
    bool loose; /* rows enter their table when they are chosen */
    uint64_t seed;
} fixture;

static uint64_t draw(fixture *f, uint64_t below) {
    f->seed = f->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (f->seed >> 33) % below;
}

static void start(fixture *f, const char *groups) {
    memset(f, 0, sizeof *f);
    f->seed = 42;
    test_plan_init(&f->plan, true);
    test_declare(&f->plan, groups);
    test_make(&f->plan);
    f->step = f->plan.plan->steps[1];
    assert_int_equal(f->step->kind, STEP_CHILDREN);
}

/* An empty store with parents 1 to `parents`, of the group that the step follows. */
static void fresh(fixture *f, int64_t parents) {
    arena_free(&f->memory);
    arena_free(&f->scratch);
    arena_init(&f->memory, NULL);
    arena_init(&f->scratch, NULL);
    f->pairs = (store_pairs){0};
    assert_true(store_init(&f->store, &f->memory, f->plan.plan));
    for (int64_t i = 1; i <= parents; i++) {
        sheaf_value key = {.kind = SHEAF_KIND_INT, .i = i};
        store_row *row = store_row_for_key(store_table_of(&f->store, f->step->parent_layout), &key);
        store_join(row, f->step->groups[0]->parent);
    }
}

static void stop(fixture *f) {
    arena_free(&f->memory);
    arena_free(&f->scratch);
    test_plan_free(&f->plan);
}

static store_row *parent(fixture *f, int64_t id) {
    return store_find(store_table_of(&f->store, f->step->parent_layout),
                      &(sheaf_value){.kind = SHEAF_KIND_INT, .i = id});
}

/* As the runner does. */
static void add(fixture *f, int64_t parent_id, const child *c) {
    const plan_layout *l = f->step->layout;
    uint64_t record[64] = {0};
    store_row *row = (store_row *)record;
    static const char kinds[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    assert_true(l->columns_end <= sizeof record);
    store_init_loose(store_table_of(&f->store, l), row);
    for (uint32_t i = 0; i < l->column_count; i++) {
        sheaf_value v = {0};
        sheaf_slice name = l->columns[i]->name;
        if (slice_is(name, "id"))
            v = (sheaf_value){.kind = SHEAF_KIND_INT, .i = c->id};
        else if (slice_is(name, "kind") && c->kind)
            v = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = {&kinds[c->kind - 1], 1}};
        else if (slice_is(name, "title") || slice_is(name, "name"))
            v = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = slice_of(c->text)};
        else if ((slice_is(name, "heat") || slice_is(name, "popularity")) && c->number != NONE)
            v = (sheaf_value){.kind = SHEAF_KIND_INT, .i = c->number};
        sql_place place = sql_place_in((sql_image){0, l}, i);
        sql_put_value(record, &place, &v);
    }
    if (f->step->running_pick) {
        assert_true(store_offer(&f->pairs, &f->scratch, f->step, parent(f, parent_id), row));
        return;
    }
    row = f->loose ? store_copy_loose(&f->scratch, row) : store_keep(row);
    assert_non_null(row);
    struct store_pair *pair = ARENA_PUSH(&f->scratch, &f->pairs);
    *pair = (struct store_pair){parent(f, parent_id), row, 0};
}

static bool list(fixture *f, int64_t limit, int64_t offset, sheaf_error *err) {
    store_listing how = {
        .step = f->step, .limit = limit, .offset = offset, .page_max = 1000, .pick = f->step->query.pick};
    return store_list(&f->store, &f->pairs, &how, err);
}

static int64_t id_of(const store_row *row) {
    return row ? store_value(row, row->table->layout->entity->key.at[0]).i : 0;
}

/* ---- Picks ----------------------------------------------------------------------------------------------*/

/* Of those that hold the greatest number of their kind, the first by text and id; 0: none. */
static int64_t pick_plainly(const child *children, size_t count) {
    const child *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const child *c = &children[i];
        bool greatest = c->number != NONE;
        for (size_t k = 0; k < count && greatest; k++)
            greatest = children[k].kind != c->kind || children[k].number <= c->number;
        if (!greatest) continue;
        int order = best ? strcmp(c->text, best->text) : -1;
        if (order < 0 || (order == 0 && c->id < best->id)) best = c;
    }
    return best ? best->id : 0;
}

static void picks_of_few_and_many_groups(void **state) {
    (void)state;
    static const uint64_t kinds[] = {1, 3, 15, 16, 17, 50}; /* up to 16 are looked through as they come */
    fixture f;
    start(&f, "Package{worst{title}}");
    assert_true(f.step->running_pick);
    plan_step at_the_end = *f.step;
    at_the_end.loose = at_the_end.running_pick = false;
    const plan_step *steps[] = {f.step, &at_the_end};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int round = 0; round < 40; round++) {
            child children[3][120];
            size_t counts[3];
            f.step = steps[round % 2];
            fresh(&f, 3);
            int64_t id = 1;
            for (int p = 0; p < 3; p++) {
                counts[p] = p == 2 && round % 4 == 0 ? 0 : 1 + draw(&f, 120);
                for (size_t i = 0; i < counts[p]; i++) {
                    child *c = &children[p][i];
                    *c = (child){.id = id++, .kind = (int)draw(&f, kinds[k] + 1)};
                    c->number = draw(&f, 5) ? (int64_t)draw(&f, 6) - 3 : NONE;
                    snprintf(c->text, sizeof c->text, "%c", (int)('p' + draw(&f, 3)));
                }
            }
            for (size_t i = 0; i < 120; i++) /* parents come in turns */
                for (int p = 0; p < 3; p++)
                    if (i < counts[p]) add(&f, p + 1, &children[p][i]);
            sheaf_error err = {0};
            assert_true(list(&f, 1, 0, &err));
            for (int p = 0; p < 3; p++) {
                const store_row *picked = *store_one_slot(parent(&f, p + 1), f.step->groups[0]);
                int64_t wanted = pick_plainly(children[p], counts[p]);
                if (id_of(picked) != wanted)
                    fail_msg("%d kinds, round %d: %lld, not %lld", (int)kinds[k], round,
                             (long long)id_of(picked), (long long)wanted);
                if (picked) assert_true(store_is_member(picked, f.step->groups[0]));
            }
        }
    stop(&f);
}

static void nothing_holds_the_maximum_of_nulls(void **state) {
    (void)state;
    fixture f;
    start(&f, "Package{worst{title}}");
    fresh(&f, 1);
    for (int64_t id = 1; id <= 20; id++)
        add(&f, 1, &(child){.id = id, .kind = (int)id, .number = NONE, .text = "x"});
    sheaf_error err = {0};
    assert_true(list(&f, 1, 0, &err));
    assert_null(*store_one_slot(parent(&f, 1), f.step->groups[0]));
    stop(&f);
}

/* ---- Sorted lists ---------------------------------------------------------------------------------------*/

/* Downwards, NULL first; then by id. */
static int compare_plainly(const void *a, const void *b) {
    const child *x = a, *y = b;
    if (x->number != y->number) {
        if (x->number == NONE || y->number == NONE) return x->number == NONE ? -1 : 1;
        return x->number > y->number ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static void sorts_and_cuts(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 15, 16, 17, 33, 100, 257};
    static const int64_t cuts[][2] = {{3, 0}, {0, 0}, {5, 2}, {1000, 0}, {4, 14}, {7, 300}, {3, INT64_MAX}};
    fixture f;
    start(&f, "Distro{hot_packages:3{name}}");
    assert_true(f.step->sort);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t cut = 0; cut < sizeof cuts / sizeof *cuts; cut++) {
            child children[300];
            size_t n = sizes[s];
            fresh(&f, 2);
            for (size_t i = 0; i < n; i++)
                children[i] = (child){.id = (int64_t)(i * 7919 % 1009),
                                      .number = draw(&f, 4) ? (int64_t)draw(&f, 9) : NONE,
                                      .text = "x"};
            f.loose = cut % 2;
            for (size_t i = 0; i < n; i++) add(&f, 2, &children[i]);
            qsort(children, n, sizeof *children, compare_plainly);
            sheaf_error err = {0};
            assert_true(list(&f, cuts[cut][0], cuts[cut][1], &err));
            size_t skip = (uint64_t)cuts[cut][1] < n ? (size_t)cuts[cut][1] : n;
            size_t kept = (uint64_t)cuts[cut][0] < n - skip ? (size_t)cuts[cut][0] : n - skip;
            const store_edge *edge = store_many_slot(parent(&f, 2), f.step->groups[0]);
            assert_int_equal(edge->count, kept);
            for (size_t i = 0; i < kept; i++) assert_int_equal(id_of(edge->rows[i]), children[skip + i].id);
            assert_int_equal(store_many_slot(parent(&f, 1), f.step->groups[0])->count, 0);
        }
    stop(&f);
}

static void repeats_are_dropped_for_each_parent(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{packages.uploaders{name}}");
    assert_true(f.step->query.distinct);
    fresh(&f, 2);
    static const int64_t pairs[][2] = {{1, 7}, {2, 7}, {1, 5}, {1, 7}, {2, 7}, {1, 5}, {2, 9}, {1, 7}};
    for (size_t i = 0; i < 8; i++) add(&f, pairs[i][0], &(child){.id = pairs[i][1], .text = "x"});
    sheaf_error err = {0};
    assert_true(list(&f, -1, 0, &err));
    const store_edge *one = store_many_slot(parent(&f, 1), f.step->groups[0]);
    const store_edge *two = store_many_slot(parent(&f, 2), f.step->groups[0]);
    assert_int_equal(one->count, 2);
    assert_int_equal(id_of(one->rows[0]), 5);
    assert_int_equal(id_of(one->rows[1]), 7);
    assert_int_equal(two->count, 2);
    assert_ptr_equal(one->rows[1], two->rows[0]);
    stop(&f);
}

static void too_many_without_a_limit(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{packages{name}}");
    for (int64_t n = 1000; n <= 1001; n++) {
        fresh(&f, 1);
        for (int64_t id = 1; id <= n; id++) add(&f, 1, &(child){.id = id, .text = "x"});
        sheaf_error err = {0};
        assert_int_equal(list(&f, -1, 0, &err), n == 1000);
        if (n == 1000) continue;
        assert_int_equal(err.code, SHEAF_E_LIMIT);
        assert_non_null(strstr(err.message, "1001 rows"));
        assert_non_null(strstr(err.message, "page-max"));
    }
    stop(&f);
}

/* Two groups share the list of one statement; a parent that only one of them follows is in that one's alone.
 */
static void shared_lists(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{packages{name} packages{popularity}}");
    assert_int_equal(f.step->group_count, 2);
    fresh(&f, 1);
    for (int64_t id = 3; id >= 1; id--) add(&f, 1, &(child){.id = id, .text = "x"});
    sheaf_error err = {0};
    assert_true(list(&f, -1, 0, &err));
    for (uint32_t g = 0; g < 2; g++) {
        const store_edge *edge = store_many_slot(parent(&f, 1), f.step->groups[g]);
        assert_int_equal(edge->count, 3);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(id_of(edge->rows[i]), (int64_t)i + 1);
            assert_true(store_is_member(edge->rows[i], f.step->groups[g]));
        }
    }
    stop(&f);
}

/* ---- Rows -----------------------------------------------------------------------------------------------*/

static void one_row_for_each_key(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{packages{name notes{body}}}");
    fresh(&f, 1);
    const plan_layout *notes = NULL;
    for (uint32_t i = 0; i < f.plan.plan->layout_count; i++)
        if (slice_is(f.plan.plan->layouts[i].entity->name, "Note")) notes = &f.plan.plan->layouts[i];
    assert_non_null(notes);
    store_table *t = store_table_of(&f.store, notes);
    store_row *rows[10][10];
    for (int round = 0; round < 2; round++)
        for (int64_t a = 0; a < 10; a++)
            for (int64_t b = 0; b < 10; b++) {
                const sheaf_value key[] = {{.kind = SHEAF_KIND_INT, .i = a * INT64_C(1) << 40},
                                           {.kind = SHEAF_KIND_INT, .i = -b}};
                if (!round) assert_null(store_find(t, key));
                store_row *row = store_row_for_key(t, key);
                if (!round) rows[a][b] = row;
                assert_ptr_equal(row, rows[a][b]);
                assert_ptr_equal(store_find(t, key), row);
                assert_false(row->filled);
            }
    assert_int_equal(t->rows.count, 100);
    stop(&f);
}

/* Looking for a row needs no memory, however long its key: no memory is never taken for no row. */
static void long_keys_are_found_without_memory(void **state) {
    (void)state;
    fixture f;
    start(&f, "Package{uploads{id}}");
    fresh(&f, 1);
    const plan_layout *l = f.step->layout;
    assert_int_equal(l->entity->key.count, 2);
    store_table *t = store_table_of(&f.store, l);
    char text[3000];
    memset(text, 'k', sizeof text);
    test_memory m;
    test_memory_init(&m);
    for (size_t len = 0; len < sizeof text; len += 100) {
        const sheaf_value key[] = {{.kind = SHEAF_KIND_INT, .i = 1},
                                   {.kind = SHEAF_KIND_TEXT, .text = {text, len}}};
        assert_null(store_find(t, key));
        store_row *row = store_row_for_key(t, key);
        assert_non_null(row);
        f.memory.allocator = &m.allocator;
        m.fail_at = 1;
        m.fail_on = true;
        assert_ptr_equal(store_find(t, key), row);
        assert_false(m.failed);
        f.memory.allocator = t->store->plan->memory.allocator;
    }
    stop(&f);
}

/* A filled row is left as it is; a loose one finds the row of its key. */
static void rows_are_filled_once(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{hot_packages:3{name}}");
    fresh(&f, 1);
    add(&f, 1, &(child){.id = 1, .number = 5, .text = "first"});
    add(&f, 1, &(child){.id = 1, .number = 6, .text = "later"});
    assert_ptr_equal(f.pairs.items[0].child, f.pairs.items[1].child);
    store_row *row = f.pairs.items[0].child;
    f.loose = true;
    add(&f, 1, &(child){.id = 1, .number = 7, .text = "loose"});
    assert_true(store_is_loose(f.pairs.items[2].child));
    assert_ptr_equal(store_keep(f.pairs.items[2].child), row);
    const model_field *name = model_field_named(f.step->layout->entity, SHEAF_SLICE("name"));
    assert_slice(store_value(row, name->column).text, "first");
    stop(&f);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks_of_few_and_many_groups),
        cmocka_unit_test(nothing_holds_the_maximum_of_nulls),
        cmocka_unit_test(sorts_and_cuts),
        cmocka_unit_test(repeats_are_dropped_for_each_parent),
        cmocka_unit_test(too_many_without_a_limit),
        cmocka_unit_test(shared_lists),
        cmocka_unit_test(one_row_for_each_key),
        cmocka_unit_test(long_keys_are_found_without_memory),
        cmocka_unit_test(rows_are_filled_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
