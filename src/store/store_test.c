/* Rows that hold structs: filled, and kept from loose ones. */
#include "../plan/test_plan.h"
#include "../sql/sql.h"
#include "store.h"

typedef struct bug {
    bool open, has_heat;
    sheaf_slice title;
    int64_t heat;
} bug;
typedef struct again {
    int64_t heat;
    sheaf_slice title;
    bool has_heat;
} again;
static const sheaf_struct bug_type = {.name = "bug", .size = sizeof(bug)},
                          again_type = {.name = "again", .size = sizeof(again)};

typedef struct fixture {
    test_plan t;
    view_set set;
    view views[2];
    view_list list;
    view *items[2];
    arena memory, scratch;
    store store;
    store_table *table;
} fixture;

static void member(fixture *f, view *v, const char *name, sheaf_member_kind kind, size_t at, size_t has_at) {
    view_member *m = ARENA_PUSH(&f->t.memory, &v->members);
    assert_non_null(m);
    *m = (view_member){
        .source = VIEW_VALUE,
        .kind = kind,
        .at = (uint32_t)at,
        .has_at = has_at ? (uint32_t)has_at : SHEAF_MEMBER_NOT_THERE,
        .field = model_field_named(model_entity_named(f->t.model, SHEAF_SLICE("Bug")), slice_of(name))};
}

static void start(fixture *f) {
    memset(f, 0, sizeof *f);
    test_plan_init(&f->t, true);
    test_declare(&f->t, "Bug{title heat open}");
    f->views[0].type = &bug_type;
    f->views[1].type = &again_type;
    f->views[1].number = 1;
    member(f, &f->views[0], "title", SHEAF_MEMBER_TEXT, offsetof(bug, title), 0);
    member(f, &f->views[0], "heat", SHEAF_MEMBER_INT, offsetof(bug, heat), offsetof(bug, has_heat));
    member(f, &f->views[0], "open", SHEAF_MEMBER_BOOL, offsetof(bug, open), 0);
    member(f, &f->views[1], "heat", SHEAF_MEMBER_INT, offsetof(again, heat), offsetof(again, has_heat));
    member(f, &f->views[1], "title", SHEAF_MEMBER_TEXT, offsetof(again, title), 0);
    f->items[0] = &f->views[0];
    f->items[1] = &f->views[1];
    f->list = (view_list){f->items, 2, 2};
    f->set = (view_set){.of_group = &f->list, .group_count = 1, .view_count = 2};
    f->t.graph.views = &f->set;
    test_make(&f->t);
    arena_init(&f->memory, NULL);
    arena_init(&f->scratch, NULL);
    assert_true(store_init(&f->store, &f->memory, f->t.plan));
    f->table = store_table_of(&f->store, f->t.plan->groups[0].layout);
}

static void stop(fixture *f) {
    arena_free(&f->memory);
    arena_free(&f->scratch);
    test_plan_free(&f->t);
}

/* A bug as it comes in a record. */
static const store_row *arrived(const fixture *f, int64_t id, const char *title, const int64_t *heat,
                                bool open) {
    static uint64_t record[64];
    const plan_layout *l = f->table->layout;
    assert_int_equal(l->column_count, 4);
    assert_true(l->columns_end <= sizeof record);
    memset(record, 0, sizeof record);
    store_init_loose(f->table, (store_row *)record);
    for (uint32_t i = 0; i < l->column_count; i++) {
        sheaf_slice name = l->columns[i]->name;
        sheaf_value v = {.kind = SHEAF_KIND_INT, .i = slice_is(name, "id") ? id : open};
        if (slice_is(name, "title")) v = (sheaf_value){.kind = SHEAF_KIND_TEXT, .text = slice_of(title)};
        if (slice_is(name, "heat"))
            v = (sheaf_value){.kind = heat ? SHEAF_KIND_INT : SHEAF_KIND_NULL, .i = heat ? *heat : 0};
        sql_place place = sql_place_in((sql_image){0, l}, i);
        sql_put_value(record, &place, &v);
    }
    return (const store_row *)record;
}

static const bug *bug_of(const fixture *f, const store_row *row) {
    return (const bug *)((const char *)row + f->t.plan->view_at[0]);
}
static const again *again_of(const fixture *f, const store_row *row) {
    return (const again *)((const char *)row + f->t.plan->view_at[1]);
}

static void check(const fixture *f, const store_row *row, const char *title, const int64_t *heat, bool open) {
    const bug *b = bug_of(f, row);
    const again *a = again_of(f, row);
    assert_slice(b->title, title);
    assert_slice(a->title, title);
    assert_int_equal(b->heat, heat ? *heat : 0);
    assert_int_equal(a->heat, heat ? *heat : 0);
    assert_true(b->has_heat == (heat != NULL) && a->has_heat == (heat != NULL) && b->open == open);
}

static void fills_structs(void **state) {
    (void)state;
    fixture f;
    int64_t heat = -5;
    start(&f);
    store_row *row = store_row_for_key(f.table, &(sheaf_value){.kind = SHEAF_KIND_INT, .i = 7});
    assert_false(row->filled);
    assert_ptr_equal(store_keep(arrived(&f, 7, "crash", &heat, true)), row);
    check(&f, row, "crash", &heat, true);
    assert_ptr_equal(store_keep(arrived(&f, 7, "other", NULL, false)), row); /* the snapshot is the same */
    check(&f, row, "crash", &heat, true);
    check(&f, store_keep(arrived(&f, 8, "typo", NULL, false)), "typo", NULL, false);
    assert_int_equal(f.table->rows.count, 2);
    stop(&f);
}

static void keeps_structs_of_loose_rows(void **state) {
    (void)state;
    fixture f;
    int64_t heat = 11;
    start(&f);
    store_row *loose[3];
    for (int i = 0; i < 3; i++) loose[i] = store_copy_loose(&f.scratch, arrived(&f, i, "loose", &heat, i));
    assert_int_equal(f.table->rows.count, 0);
    store_row *known = store_row_for_loose(loose[1]);
    assert_false(known->filled);
    store_join(known, &f.t.plan->groups[0]);
    store_row *kept = store_keep(loose[1]);
    assert_ptr_equal(kept, known);
    arena_free(&f.scratch);
    check(&f, kept, "loose", &heat, true);
    assert_true(store_is_member(kept, &f.t.plan->groups[0]));
    stop(&f);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fills_structs),
    cmocka_unit_test(keeps_structs_of_loose_rows),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
