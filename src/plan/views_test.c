/* Where structs stand in rows, and what is written into them in the end. */
#include "test_plan.h"

typedef struct card {
    sheaf_slice name;
    bool open, has_name;
    int64_t number, count;
    const void *one, *const *many;
    size_t many_count;
} card;
static const sheaf_struct card_type = {.name = "card", .size = sizeof(card)},
                          other_type = {.name = "other", .size = sizeof(card) + 4};

typedef struct fixture {
    test_plan t;
    view_set set;
} fixture;

static void start(fixture *f, const char *groups) {
    test_plan_init(&f->t, false);
    test_declare(&f->t, groups);
    f->set = (view_set){.group_count = (uint32_t)f->t.graph.groups.count};
    f->set.of_group = ARENA_ARRAY(&f->t.memory, view_list, f->set.group_count);
    assert_non_null(f->set.of_group);
    f->t.graph.views = &f->set;
}

static view *show(fixture *f, uint32_t group, const sheaf_struct *type) {
    view *v = ARENA_NEW(&f->t.memory, view);
    view **slot = ARENA_PUSH(&f->t.memory, &f->set.of_group[group]);
    assert_true(v && slot);
    *slot = v;
    v->type = type;
    v->number = f->set.view_count++;
    return v;
}

static view_member *member(fixture *f, view *v, sheaf_member_kind kind, size_t at) {
    view_member *m = ARENA_PUSH(&f->t.memory, &v->members);
    assert_non_null(m);
    m->kind = kind;
    m->at = (uint32_t)at;
    m->has_at = SHEAF_MEMBER_NOT_THERE;
    return m;
}

static const model_field *field(fixture *f, uint32_t group, const char *name) {
    const model_field *found = model_field_named(f->t.graph.groups.items[group]->entity, slice_of(name));
    assert_non_null(found);
    return found;
}

static view_member *value(fixture *f, uint32_t group, view *v, const char *name, sheaf_member_kind kind,
                          size_t at) {
    view_member *m = member(f, v, kind, at);
    m->source = VIEW_VALUE;
    m->field = field(f, group, name);
    return m;
}

static void rows(fixture *f, view *v, sheaf_member_kind kind, uint32_t group, const view *shows) {
    view_member *m =
        member(f, v, kind, kind == SHEAF_MEMBER_ONE ? offsetof(card, one) : offsetof(card, many));
    m->source = VIEW_GROUP;
    m->group = group;
    m->shows = shows;
    m->count_at = offsetof(card, many_count);
}

static uint32_t view_at(const fixture *f, const view *v) {
    return f->t.plan->view_at[v->number];
}

static uint32_t column_at(fixture *f, uint32_t group, const char *name) {
    return f->t.plan->groups[group].layout->column_at[field(f, group, name)->column->index];
}

static void columns_stand_in_structs(void **state) {
    (void)state;
    fixture f;
    start(&f, "Bug{title open heat kind}");
    view *v = show(&f, 0, &card_type);
    value(&f, 0, v, "title", SHEAF_MEMBER_TEXT, offsetof(card, name));
    value(&f, 0, v, "heat", SHEAF_MEMBER_INT, offsetof(card, number))->has_at = offsetof(card, has_name);
    value(&f, 0, v, "open", SHEAF_MEMBER_BOOL, offsetof(card, open));
    test_make(&f.t);
    const plan_layout *l = f.t.plan->groups[0].layout;
    uint32_t at = view_at(&f, v);
    assert_int_equal(at, l->nulls_at + 8 * l->null_words);
    assert_int_equal(column_at(&f, 0, "title"), at + offsetof(card, name));
    assert_int_equal(column_at(&f, 0, "heat"), at + offsetof(card, number));
    /* A bool is shorter than the engine's integers; what no struct shows has a place of its own. */
    assert_true(column_at(&f, 0, "open") >= at + sizeof(card));
    assert_true(column_at(&f, 0, "kind") >= at + sizeof(card));
    assert_true(column_at(&f, 0, "id") >= at + sizeof(card));
    assert_int_equal(l->copies.count, 2);
    assert_int_equal(l->copies.items[0].at, 0);
    assert_int_equal(l->copies.items[0].has_at, at + offsetof(card, has_name));
    assert_int_equal(l->copies.items[1].at, at + offsetof(card, open));
    assert_true(l->columns_end >= at + sizeof(card) && l->size >= l->columns_end);
    for (uint32_t i = 0; i < l->column_count; i++)
        assert_int_equal(l->slots[i].at, l->column_at[l->columns[i]->index]);
    uint32_t title = l->column_null[field(&f, 0, "title")->column->index];
    assert_true(f.t.plan->groups[0].never_null[0] >> title & 1);
    assert_false(f.t.plan->groups[0].never_null[0] >> l->column_null[field(&f, 0, "heat")->column->index] &
                 1);
    test_plan_free(&f.t);
}

/* Two views of one row: the second one's columns are copies; a struct without columns stands behind them. */
static void further_structs_get_copies(void **state) {
    (void)state;
    fixture f;
    start(&f, "Package{name bugs_count}");
    view *first = show(&f, 0, &card_type), *second = show(&f, 0, &other_type),
         *third = show(&f, 0, &card_type);
    value(&f, 0, first, "bugs_count", SHEAF_MEMBER_INT, offsetof(card, count));
    value(&f, 0, second, "name", SHEAF_MEMBER_TEXT, offsetof(card, name));
    value(&f, 0, third, "name", SHEAF_MEMBER_TEXT, offsetof(card, name));
    test_make(&f.t);
    const plan_group *g = &f.t.plan->groups[0];
    const plan_layout *l = g->layout;
    assert_int_equal(column_at(&f, 0, "name"), view_at(&f, second) + offsetof(card, name));
    assert_int_equal(view_at(&f, third) % 8, 0);
    assert_true(view_at(&f, third) >= view_at(&f, second) + other_type.size);
    assert_int_equal(l->copies.count, 1);
    assert_int_equal(l->copies.items[0].at, view_at(&f, third) + offsetof(card, name));
    assert_true(view_at(&f, first) >= l->columns_end);
    assert_int_equal(g->show_count, 1);
    assert_int_equal(g->shows[0].kind, SHOW_COUNT);
    assert_int_equal(g->shows[0].at, view_at(&f, first) + offsetof(card, count));
    assert_int_equal(g->shows[0].from, l->field_at[field(&f, 0, "bugs_count")->index]);
    test_plan_free(&f.t);
}

/* One type for two groups of an entity: one block where they show the same. */
static uint32_t shared(const char *groups, const char *first, const char *second, bool cursor) {
    fixture f;
    start(&f, groups);
    view *a = show(&f, 0, &card_type), *b = show(&f, 1, &card_type);
    value(&f, 0, a, first, SHEAF_MEMBER_TEXT, offsetof(card, name));
    value(&f, 1, b, second, SHEAF_MEMBER_TEXT, offsetof(card, name));
    a->has_cursor = b->has_cursor = cursor;
    test_make(&f.t);
    bool same = view_at(&f, a) == view_at(&f, b);
    test_plan_free(&f.t);
    return same;
}

static void blocks_are_shared(void **state) {
    (void)state;
    assert_true(shared("Bug{title kind} Bug{title}", "title", "title", false));
    assert_false(shared("Bug{title kind} Bug{title}", "title", "kind", false));
    assert_false(shared("Bug{title kind} Bug{title}", "title", "title", true));
}

/* Package{bugs{title}} twice, the second one's list with a limit or not. */
static bool lists_shared(const char *groups) {
    fixture f;
    start(&f, groups);
    view *parents[2];
    for (uint32_t i = 0; i < 2; i++) {
        parents[i] = show(&f, 2 * i, &card_type);
        view *child = show(&f, 2 * i + 1, &other_type);
        value(&f, 2 * i + 1, child, "title", SHEAF_MEMBER_TEXT, offsetof(card, name));
        rows(&f, parents[i], SHEAF_MEMBER_MANY, 2 * i + 1, child);
    }
    test_make(&f.t);
    bool same = view_at(&f, parents[0]) == view_at(&f, parents[1]);
    test_plan_free(&f.t);
    return same;
}

static void lists_are_compared(void **state) {
    (void)state;
    assert_true(lists_shared("Package{bugs{title}} Package{bugs{title}}"));
    assert_true(lists_shared("Package{bugs:2{title}} Package{bugs:2{title}}"));
    assert_false(lists_shared("Package{bugs:1{title}} Package{bugs:2{title}}"));
    assert_false(lists_shared("Package{bugs{title}} Package{bugs:2{title}}"));
}

/* An array of rows becomes one of structs where nobody else reads it. */
static void arrays_have_one_reader_or_are_copied(void **state) {
    (void)state;
    fixture f;
    start(&f, "Distro{packages{name} packages{popularity} hot_packages{name}}");
    view *distro = show(&f, 0, &card_type);
    for (uint32_t i = 1; i <= 3; i++) {
        view *child = show(&f, i, &other_type);
        value(&f, i, child, "id", SHEAF_MEMBER_INT, offsetof(card, number));
        rows(&f, distro, SHEAF_MEMBER_MANY, i, child);
    }
    test_make(&f.t);
    const plan_group *g = f.t.plan->groups;
    assert_int_equal(g[0].show_count, 3);
    assert_false(g[0].shows[0].in_place);
    assert_false(g[0].shows[1].in_place);
    assert_true(g[0].shows[2].in_place);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(g[0].shows[i].from, g[i + 1].edge_at);
    test_plan_free(&f.t);
}

static void references_lead_to_structs(void **state) {
    (void)state;
    fixture f;
    start(&f, "Package{maintainer{name}}");
    view *package = show(&f, 0, &card_type), *person = show(&f, 1, &other_type);
    value(&f, 1, person, "name", SHEAF_MEMBER_TEXT, offsetof(card, name));
    rows(&f, package, SHEAF_MEMBER_ONE, 1, person);
    test_make(&f.t);
    const plan_show *s = &f.t.plan->groups[0].shows[0];
    assert_int_equal(s->kind, SHOW_ONE);
    assert_int_equal(s->at, view_at(&f, package) + offsetof(card, one));
    assert_int_equal(s->view_at, view_at(&f, person));
    assert_int_equal(f.t.plan->groups[1].layout->shown_count, 1);
    test_plan_free(&f.t);
}

/* The same groups with other views are another plan. */
static void views_are_part_of_the_key(void **state) {
    (void)state;
    fixture f;
    buffer keys[3];
    start(&f, "Package{name}");
    view_set another = f.set;
    const view_set *sets[] = {NULL, &f.set, &another};
    for (int i = 0; i < 3; i++) {
        f.t.graph.views = sets[i];
        buffer_init(&keys[i], NULL);
        graph_key(&f.t.graph, &keys[i]);
    }
    assert_false(slice_equal(buffer_view(&keys[0]), buffer_view(&keys[1])));
    assert_false(slice_equal(buffer_view(&keys[1]), buffer_view(&keys[2])));
    for (int i = 0; i < 3; i++) buffer_free(&keys[i]);
    test_plan_free(&f.t);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(columns_stand_in_structs),
    cmocka_unit_test(further_structs_get_copies),
    cmocka_unit_test(blocks_are_shared),
    cmocka_unit_test(lists_are_compared),
    cmocka_unit_test(arrays_have_one_reader_or_are_copied),
    cmocka_unit_test(references_lead_to_structs),
    cmocka_unit_test(views_are_part_of_the_key),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
