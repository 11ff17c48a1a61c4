/* What a second import makes of a model that a person has edited. */
#include "import.h"

#include "test.h"
#include "test_catalogue.h"

/* The model that is there, when the database is another than it says; the result in `after`. */
static bool merges_with(const char *model, const catalogue *c, const sheaf_allocator *allocator,
                        buffer *before, buffer *after, sheaf_error *err) {
    arena memory;
    import *im;
    sheaf_model *m;
    arena_init(&memory, allocator);
    bool ok = sheaf_model_parse(slice_of(model), "model.graphql", allocator, &m, err);
    if (ok) {
        import_options options = {.model = m};
        ok = import_make(c, &options, &memory, &im, err) && import_merge(im, before, after, err);
        sheaf_model_free(m);
    }
    arena_free(&memory);
    return ok;
}

static void merges(const char *model, const char *database, const char *wanted) {
    arena own;
    buffer before, after;
    sheaf_error err;
    arena_init(&own, NULL);
    buffer_init(&before, NULL);
    buffer_init(&after, NULL);
    catalogue c = test_catalogue(&own, database, false);
    if (!merges_with(model, &c, NULL, &before, &after, &err)) fail_msg("%s", err.message);
    assert_slice(buffer_view(&before), model);
    assert_slice(buffer_view(&after), wanted);
    buffer_free(&before);
    buffer_free(&after);
    arena_free(&own);
}

static const char edited[] = "# what we sell\n"
                             "type Thing @table(name: \"products\", plural: \"things\") {\n"
                             "  id: ID!\n"
                             "  # shown everywhere\n"
                             "  label: String! @column(name: \"name\")\n"
                             "  maker: Person @ref(column: \"owner_id\")\n"
                             "  cheap: [Thing!]! @follow(path: \"maker.made\", where: {label: {eq: \"x\"}})\n"
                             "  url: String! @text(format: \"/{label}\")\n"
                             "}\n\n"
                             "type Person @table(name: \"people\", plural: \"people\") {\n"
                             "  id: ID!\n"
                             "  made: [Thing!]! @many(ref: \"maker\")\n"
                             "}\n";

static const char same[] =
    "products id:bigint! name:text! owner_id:bigint primary(id) fk(owner_id>people:id)\n"
    "people id:bigint! primary(id)\n";

static void leaves_what_is_the_same(void **state) {
    (void)state;
    merges(edited, same, edited);
}

static void adds_what_is_new(void **state) {
    (void)state;
    merges(edited,
           "products id:bigint! name:text! owner_id:bigint seller_id:bigint! cheap:text primary(id) "
           "fk(owner_id>people:id) fk(seller_id>people:id)\n"
           "people id:bigint! primary(id)\n"
           "thing id:bigint! product_id:bigint primary(id) fk(product_id>products:id)\n"
           "tagging product_id:bigint! person_id:bigint! primary(product_id,person_id) "
           "fk(product_id>products:id) "
           "fk(person_id>people:id)\n",
           "# what we sell\n"
           "type Thing @table(name: \"products\", plural: \"things\") {\n"
           "  id: ID!\n"
           "  # shown everywhere\n"
           "  label: String! @column(name: \"name\")\n"
           "  maker: Person @ref(column: \"owner_id\")\n"
           "  cheap: [Thing!]! @follow(path: \"maker.made\", where: {label: {eq: \"x\"}})\n"
           "  url: String! @text(format: \"/{label}\")\n"
           "  seller: Person! @ref(column: \"seller_id\")\n"
           "  cheap_2: String @column(name: \"cheap\")\n"
           "  taggings: [Tagging!]! @many(ref: \"product\")\n"
           "  thing_rows: [ThingRow!]! @many(ref: \"product\")\n"
           "  people: [Person!]! @through(table: \"tagging\", from: \"product_id\", to: \"person_id\")\n"
           "}\n\n"
           "type Person @table(name: \"people\", plural: \"people\") {\n"
           "  id: ID!\n"
           "  made: [Thing!]! @many(ref: \"maker\")\n"
           "  seller_things: [Thing!]! @many(ref: \"seller\")\n"
           "  taggings: [Tagging!]! @many(ref: \"person\")\n"
           "  products: [Thing!]! @through(table: \"tagging\", from: \"person_id\", to: \"product_id\")\n"
           "}\n\n"
           "type Tagging @key(fields: [\"product_id\", \"person_id\"]) {\n"
           "  product_id: ID!\n"
           "  product: Thing! @ref(column: \"product_id\")\n"
           "  person_id: ID!\n"
           "  person: Person! @ref(column: \"person_id\")\n"
           "}\n\n"
           "type ThingRow @table(name: \"thing\") {\n"
           "  id: ID!\n"
           "  product: Thing @ref(column: \"product_id\")\n"
           "}\n");
}

static void removes_what_is_gone(void **state) {
    (void)state;
    merges(edited, "products id:bigint! owner_id:bigint! primary(id)\n",
           "# what we sell\n"
           "type Thing @table(name: \"products\", plural: \"things\") {\n"
           "  id: ID!\n"
           "  owner_id: BigInt!\n"
           "}\n");
    merges(edited, "products id:bigint! name:text! primary(id)\npeople id:bigint! primary(id)\n",
           "# what we sell\n"
           "type Thing @table(name: \"products\", plural: \"things\") {\n"
           "  id: ID!\n"
           "  # shown everywhere\n"
           "  label: String! @column(name: \"name\")\n"
           "  url: String! @text(format: \"/{label}\")\n"
           "}\n\n"
           "type Person @table(name: \"people\", plural: \"people\") {\n"
           "  id: ID!\n"
           "}\n");
}

static void adapts_types(void **state) {
    (void)state;
    merges(
        "type A {\n  id: ID!\n  a: Int!\n  b: ID\n  c: Mood\n  d: Float!\n  owner_id: BigInt\n}\n\n"
        "type B {\n  id: UUID!\n  key: ID!\n}\n\nenum Mood {\n  GOOD\n}\n",
        "a id:bigint! a:numeric b:text! c:text d:integer! owner_id:bigint! primary(id) fk(owner_id>b:key)\n"
        "b id:uuid! key:bigint! primary(id)\n",
        "type A {\n  id: ID!\n  a: Decimal\n  b: ID!\n  c: Mood\n  d: Float!\n  owner: B! @ref(column: "
        "\"owner_id\")\n"
        "}\n\n"
        "type B {\n  id: UUID!\n  key: ID!\n  as: [A!]! @many(ref: \"owner\")\n}\n\nenum Mood {\n  "
        "GOOD\n}\n");
}

static void adapts_parts_of_keys(void **state) {
    (void)state;
    merges("type A @key(fields: [\"a\", \"b\"]) {\n  a: BigInt!\n  b: String!\n}\n",
           "a a:text! b:text! primary(a,b)\n",
           "type A @key(fields: [\"a\", \"b\"]) {\n  a: String!\n  b: String!\n}\n");
}

static void takes_another_key(void **state) {
    (void)state;
    static const char model[] = "type A {\n  id: ID!\n  b: B! @ref(column: \"b_id\")\n  n: Int!\n}\n\n"
                                "type B {\n  id: ID!\n  as: [A!]! @many(ref: \"b\")\n"
                                "  a: A @ref(column: \"a_id\")\n}\n";
    merges(
        model,
        "a b_id:bigint! n:integer! primary(b_id,n) fk(b_id>b:key)\nb key:bigint! a_id:bigint primary(key)\n",
        "type A @key(fields: [\"b_id\", \"n\"]) {\n  b: B! @ref(column: \"b_id\")\n  n: Int!\n  b_id: "
        "ID!\n}\n\n"
        "type B {\n  as: [A!]! @many(ref: \"b\")\n  key: ID!\n  a_id: BigInt\n}\n");
    merges("type A @key(fields: [\"n\", \"id\"]) {\n  id: ID!\n  n: Int!\n}\n", "a id:bigint! primary(id)\n",
           "type A {\n  id: ID!\n}\n");
}

/* What holds keys of another kind than those that it leads to leads nowhere. */
static void cuts_references_of_another_type(void **state) {
    (void)state;
    merges("type A {\n  id: ID!\n  b: B @ref(column: \"b_id\")\n"
           "  bs: [B!]! @through(table: \"ab\", from: \"a_id\", to: \"b_id\")\n}\n\n"
           "type B {\n  id: ID!\n  as: [A!]! @many(ref: \"b\")\n}\n",
           "a id:bigint! b_id:bigint primary(id)\nb id:text! primary(id)\nab a_id:bigint! b_id:bigint!\n",
           "type A {\n  id: ID!\n  b_id: BigInt\n}\n\ntype B {\n  id: ID!\n}\n");
}

/* Nor does what a model with the reference would be refused for. */
static void cuts_references_that_cannot_be_bound(void **state) {
    (void)state;
    static const char model[] = "type A {\n  id: ID!\n  b: B @ref(column: \"b_id\")\n}\n\n"
                                "type B {\n  id: ID!\n  as: [A!]! @many(ref: \"b\")\n}\n";
    static const char *const others[] = {
        "a id:bigint! b_id:text primary(id) fk(b_id>b:id)\nb id:text!^ primary(id)\n",
        "a id:bigint! b_id:text^ primary(id) fk(b_id>b:id)\nb id:text! primary(id)\n",
        "a id:bigint! b_id:text primary(id)\nb id:uuid! primary(id)\n",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        merges(model, others[i], "type A {\n  id: ID!\n  b_id: String\n}\n\ntype B {\n  id: ID!\n}\n");
}

/* An index is no line of its own: attributes are @unique by it, and a reference has one row at its back. */
static void follows_unique_indexes(void **state) {
    (void)state;
    static const char none[] =
        "type Book {\n  id: ID!\n  # on the back\n  isbn: String @column(name: \"code\")\n"
        "  shelf: Int\n  notes: [Note!]! @many(ref: \"book\")\n}\n\n"
        "type Note {\n  id: ID!\n  book: Book! @ref(column: \"book_id\")\n}\n";
    static const char all[] =
        "type Book {\n  id: ID!\n  # on the back\n"
        "  isbn: String @column(name: \"code\") @unique\n  shelf: Int\n"
        "  notes: [Note!]! @many(ref: \"book\")\n  note: Note @pick(of: \"notes\")\n}\n\n"
        "type Note {\n  id: ID!\n  book: Book! @ref(column: \"book_id\")\n}\n";
    static const char
        plain_tables[] = "book id:bigint! code:text shelf:integer primary(id)\n"
                         "note id:bigint! book_id:bigint! primary(id) fk(book_id>book:id)\n",
        unique_tables[] =
            "book id:bigint! code:text shelf:integer primary(id) unique(code) unique(code,shelf)\n"
            "note id:bigint! book_id:bigint! primary(id) unique(book_id) fk(book_id>book:id)\n";
    merges(none, plain_tables, none);
    merges(none, unique_tables, all);
    merges(all, unique_tables, all);
    merges(all, plain_tables, none);
}

/* What a pick has of a person's own keeps it; what tells no index takes no @unique away. */
static void keeps_what_no_index_made(void **state) {
    (void)state;
    static const char picks[] =
        "type Book {\n  id: ID!\n  notes: [Note!]! @many(ref: \"book\")\n"
        "  first: Note @pick(of: \"notes\")\n  note: Note @pick(of: \"notes\", order: [{id: DESC}])\n"
        "  book_note: Note @pick(of: \"notes\", order: [{id: ASC}])\n}\n\n"
        "type Note {\n  id: ID!\n  book: Book! @ref(column: \"book_id\")\n}\n";
    merges(picks,
           "book id:bigint! primary(id)\nnote id:bigint! book_id:bigint! primary(id) fk(book_id>book:id)\n",
           picks);
    merges(picks,
           "book id:bigint! primary(id)\n"
           "note id:bigint! book_id:bigint! primary(id) unique(book_id) fk(book_id>book:id)\n",
           picks);
    static const char view[] =
        "type Hot @table(name: \"hot_view\") @key(fields: \"code\") {\n  code: String!\n"
        "  title: String! @unique\n}\n";
    merges(view, "hot_view? code:text title:text\n", view);
}

/* What a person took out of a model that knows the rest stays out. */
static void respects_what_was_taken_out(void **state) {
    (void)state;
    static const char model[] = "type A {\n  id: ID!\n}\n\n"
                                "type AB @table(name: \"ab\") @key(fields: [\"a_id\", \"b_id\"]) {\n"
                                "  a_id: ID!\n  a: A! @ref(column: \"a_id\")\n  b_id: ID!\n"
                                "  b: B! @ref(column: \"b_id\")\n}\n\n"
                                "type B {\n  id: ID!\n}\n";
    merges(model,
           "a id:bigint! primary(id)\nb id:bigint! primary(id)\n"
           "ab a_id:bigint! b_id:bigint! primary(a_id,b_id) fk(a_id>a:id) fk(b_id>b:id)\n",
           model);
}

/* A link to a table that has come in another's place is new, whatever the model knew of the link before. */
static void follows_links_to_another_table(void **state) {
    (void)state;
    merges("type A {\n  id: ID!\n  bs: [B!]! @through(table: \"ab\", from: \"a_id\", to: \"b_id\")\n}\n\n"
           "type Ab @key(fields: [\"a_id\", \"b_id\"]) {\n"
           "  a_id: ID!\n  a: A! @ref(column: \"a_id\")\n  b_id: ID!\n"
           "  b: B! @ref(column: \"b_id\")\n}\n\n"
           "type B {\n  id: ID!\n}\n",
           "a id:bigint! primary(id)\nc id:bigint! primary(id)\n"
           "ab a_id:bigint! b_id:bigint! primary(a_id,b_id) fk(a_id>a:id) fk(b_id>c:id)\n",
           "type A {\n  id: ID!\n  b_cs: [C!]! @through(table: \"ab\", from: \"a_id\", to: \"b_id\")\n}\n\n"
           "type Ab @key(fields: [\"a_id\", \"b_id\"]) {\n"
           "  a_id: ID!\n  a: A! @ref(column: \"a_id\")\n  b_id: ID!\n"
           "  b_c: C! @ref(column: \"b_id\")\n}\n\n"
           "type C {\n  id: ID!\n  abs: [Ab!]! @many(ref: \"b_c\")\n"
           "  as: [A!]! @through(table: \"ab\", from: \"b_id\", to: \"a_id\")\n}\n");
}

/* A type of a person's own on a view, a key that the database does not tell, tables of other schemas. */
static void keeps_types_of_a_persons_own(void **state) {
    (void)state;
    static const char model[] =
        "type Hot @table(name: \"hot_view\") @key(fields: \"code\") {\n  code: String!\n"
        "  title: String!\n}\n\n"
        "type Old @table(name: \"film\", schema: \"archive\") {\n  id: ID!\n}\n";
    merges(model, "hot_view? code:text title:text\narchive.film id:bigint! more:text primary(id)\n", model);
}

/* The second type with a table is a person's own business. */
static void looks_at_one_type_of_a_table(void **state) {
    (void)state;
    static const char model[] = "type A {\n  id: ID!\n  b: B @ref(column: \"b_id\")\n}\n\n"
                                "type B {\n  id: ID!\n  as: [A!]! @many(ref: \"b\")\n}\n\n"
                                "type Card @table(name: \"a\") {\n  id: ID!\n  b_id: BigInt\n}\n";
    merges(model, "a id:bigint! b_id:bigint primary(id) fk(b_id>b:id)\nb id:bigint! primary(id)\n", model);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    arena own;
    arena_init(&own, NULL);
    catalogue c = test_catalogue(&own,
                                 "products id:bigint! owner_id:bigint! price:numeric primary(id)\n"
                                 "news id:bigint! product_id:bigint primary(id) fk(product_id>products:id)\n",
                                 false);
    while (test_memory_next(&m)) {
        buffer before, after;
        sheaf_error err = {0};
        buffer_init(&before, &m.allocator);
        buffer_init(&after, &m.allocator);
        bool ok = merges_with(edited, &c, &m.allocator, &before, &after, &err);
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
        assert_true(ok || m.failed);
        buffer_free(&before);
        buffer_free(&after);
        assert_true(test_memory_clean(&m));
    }
    arena_free(&own);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_what_is_the_same),
        cmocka_unit_test(adds_what_is_new),
        cmocka_unit_test(removes_what_is_gone),
        cmocka_unit_test(adapts_types),
        cmocka_unit_test(adapts_parts_of_keys),
        cmocka_unit_test(takes_another_key),
        cmocka_unit_test(cuts_references_of_another_type),
        cmocka_unit_test(cuts_references_that_cannot_be_bound),
        cmocka_unit_test(follows_links_to_another_table),
        cmocka_unit_test(follows_unique_indexes),
        cmocka_unit_test(keeps_what_no_index_made),
        cmocka_unit_test(respects_what_was_taken_out),
        cmocka_unit_test(keeps_types_of_a_persons_own),
        cmocka_unit_test(looks_at_one_type_of_a_table),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
