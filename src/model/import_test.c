#include "import.h"

#include "binding.h"
#include "test.h"
#include "test_catalogue.h"

/* The catalogue's lists the other way round: the database may give them in any order. */
static void turn_round(catalogue *c) {
    for (size_t i = 0; i < c->table_count; i++) {
        catalogue_table *t = &c->tables[i];
        for (size_t a = 0, b = t->foreign_key_count; a + 1 < b; a++, b--) {
            catalogue_foreign_key swap = t->foreign_keys[a];
            t->foreign_keys[a] = t->foreign_keys[b - 1];
            t->foreign_keys[b - 1] = swap;
        }
        for (size_t a = 0, b = t->index_count; a + 1 < b; a++, b--) {
            catalogue_index swap = t->indexes[a];
            t->indexes[a] = t->indexes[b - 1];
            t->indexes[b - 1] = swap;
        }
    }
}

/* The model, then a line for each note. */
static bool write_import(const catalogue *c, const import_options *options, const sheaf_allocator *allocator,
                         buffer *out, sheaf_error *err) {
    arena memory;
    import *im;
    arena_init(&memory, allocator);
    bool ok = import_make(c, options, &memory, &im, err) && (!im->entity_count || import_text(im, out, err));
    for (size_t i = 0; ok && i < im->skipped.count; i++)
        buffer_printf(out, "skipped %.*s: %.*s\n", SHEAF_SLICE_ARGS(im->skipped.items[i].where),
                      SHEAF_SLICE_ARGS(im->skipped.items[i].text));
    for (size_t i = 0; ok && i < im->left_out.count; i++)
        buffer_printf(out, "left out %.*s: %.*s\n", SHEAF_SLICE_ARGS(im->left_out.items[i].where),
                      SHEAF_SLICE_ARGS(im->left_out.items[i].text));
    for (size_t i = 0; ok && i < im->arrays.count; i++)
        buffer_printf(out, "note %.*s: %.*s\n", SHEAF_SLICE_ARGS(im->arrays.items[i].where),
                      SHEAF_SLICE_ARGS(im->arrays.items[i].text));
    arena_free(&memory);
    return ok;
}

/* What stands before the notes loads, and fits the database. */
static void assert_fits(const catalogue *c, sheaf_slice text) {
    sheaf_model *model;
    sheaf_error err;
    advice_list list;
    arena memory;
    const char *notes = strstr(text.ptr, "}\nskipped ")    ? strstr(text.ptr, "}\nskipped ")
                        : strstr(text.ptr, "}\nleft out ") ? strstr(text.ptr, "}\nleft out ")
                                                           : strstr(text.ptr, "}\nnote ");
    if (notes) text.len = (size_t)(notes - text.ptr) + 2;
    arena_init(&memory, NULL);
    if (!sheaf_model_parse(text, NULL, NULL, &model, &err)) fail_msg("%s", err.message);
    assert_true(advise(model, c, &memory, &list, &err));
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].level == ADVICE_ERROR)
            fail_msg("%.*s: %.*s", SHEAF_SLICE_ARGS(list.items[i].where),
                     SHEAF_SLICE_ARGS(list.items[i].text));
    sheaf_model_free(model);
    arena_free(&memory);
}

/* In whatever order the database lists things. */
static void becomes(catalogue *c, const import_options *options, const char *wanted) {
    for (int round = 0; round < 2; round++) {
        buffer out;
        sheaf_error err;
        buffer_init(&out, NULL);
        if (!write_import(c, options, NULL, &out, &err)) fail_msg("%s", err.message);
        assert_slice(buffer_view(&out), wanted);
        buffer_byte(&out, '\0');
        out.len--;
        if (slice_starts_with(buffer_view(&out), SHEAF_SLICE("type "))) assert_fits(c, buffer_view(&out));
        buffer_free(&out);
        turn_round(c);
    }
}

static void imports_by(const char *database, const import_options *options, bool sqlite, const char *wanted) {
    arena memory;
    arena_init(&memory, NULL);
    catalogue c = test_catalogue(&memory, database, sqlite);
    becomes(&c, options, wanted);
    arena_free(&memory);
}

static void imports(const char *database, const char *wanted) {
    imports_by(database, &(import_options){0}, false, wanted);
}

static void writes_entities(void **state) {
    (void)state;
    imports("people id:bigint! name:text! email:text born:date primary(id) unique(email)\n"
            "news id:uuid! title:text! primary(id)\n"
            "archive.things id:bigint! primary(id)\n",
            "type News @table(plural: \"news_list\") {\n  id: ID!\n  title: String!\n}\n\n"
            "type Person @table(name: \"people\", plural: \"people\") {\n  id: ID!\n  name: String!\n"
            "  email: String @unique\n  born: Date\n}\n");
}

static void writes_types(void **state) {
    (void)state;
    imports(
        "thing id:integer! a:smallint b:integer c:bigint d:float4 e:float8 f:numeric g:text h:boolean "
        "i:timestamp "
        "j:timestamptz k:date l:uuid m:json n:jsonb o:bytea p:inet primary(id) unique(l) unique(n)\n",
        "type Thing {\n  id: ID!\n  a: Int\n  b: Int\n  c: BigInt\n  d: Float\n  e: Float\n  f: Decimal\n"
        "  g: String\n  h: Boolean\n  i: Timestamp\n  j: Timestamp\n  k: Date\n  l: UUID @unique\n  m: JSON\n"
        "  n: JSON\n  o: Bytes\n  p: String\n}\n");
}

static void writes_references(void **state) {
    (void)state;
    imports(
        "bug id:bigint! owner_id:bigint! assignee_id:bigint title:text primary(id) index(owner_id) "
        "fk(owner_id>person:id) fk(assignee_id>person:id) fk(owner_id>person:id)\n"
        "person id:bigint! boss_id:bigint parent_id:bigint primary(id) fk(boss_id>person:id) "
        "fk(parent_id>person:id)\n"
        "profile person_id:bigint! bio:text primary(person_id) fk(person_id>person:id)\n"
        "note id:bigint! bug:bigint bug_id:bigint primary(id) fk(bug_id>bug:id)\n",
        "type Bug {\n  id: ID!\n  owner: Person! @ref(column: \"owner_id\")\n"
        "  assignee: Person @ref(column: \"assignee_id\")\n  title: String\n"
        "  notes: [Note!]! @many(ref: \"bug_bug\")\n}\n\n"
        "type Note {\n  id: ID!\n  bug: BigInt\n  bug_bug: Bug @ref(column: \"bug_id\")\n}\n\n"
        "type Person @table(plural: \"people\") {\n  id: ID!\n  boss: Person @ref(column: \"boss_id\")\n"
        "  parent: Person @ref(column: \"parent_id\")\n"
        "  assignee_bugs: [Bug!]! @many(ref: \"assignee\")\n  owner_bugs: [Bug!]! @many(ref: \"owner\")\n"
        "  boss_people: [Person!]! @many(ref: \"boss\")\n  children: [Person!]! @many(ref: \"parent\")\n"
        "  profiles: [Profile!]! @many(ref: \"person\")\n  profile: Profile @pick(of: \"profiles\")\n}\n\n"
        "type Profile {\n  person_id: ID!\n  person: Person! @ref(column: \"person_id\")\n  bio: "
        "String\n}\n");
}

static void writes_composite_keys(void **state) {
    (void)state;
    imports("upload package:text! number:integer! at:timestamp primary(package,number)\n"
            "file id:bigint! tenant_id:bigint! upload_package:text upload_number:integer primary(id) "
            "index(upload_number,upload_package) fk(upload_number,upload_package>upload:number,package)\n"
            "line a:integer! b:bigint! c:text primary(a,b)\n"
            "part b:integer! a:bigint! primary(a) fk(b,a>line:a,b)\n",
            "type File {\n  id: ID!\n  tenant_id: BigInt!\n  upload_package: String\n  upload_number: Int\n"
            "  upload: Upload @ref(column: [\"upload_package\", \"upload_number\"])\n}\n\n"
            "type Line @key(fields: [\"a\", \"b\"]) {\n  a: Int!\n  b: ID!\n  c: String\n"
            "  parts: [Part!]! @many(ref: \"line\")\n  part: Part @pick(of: \"parts\")\n}\n\n"
            "type Part {\n  b: Int!\n  a: ID!\n  line: Line! @ref(column: [\"b\", \"a\"])\n}\n\n"
            "type Upload @key(fields: [\"package\", \"number\"]) {\n  package: String!\n  number: Int!\n"
            "  at: Timestamp\n  files: [File!]! @many(ref: \"upload\")\n}\n");
}

/* Columns that are tied together have one scalar, however far they are from the key that decides. */
static void ties_scalars(void **state) {
    (void)state;
    imports(
        "a id:bigint! primary(id)\n"
        "b a_id:bigint! n:integer! primary(a_id,n) fk(a_id>a:id)\n"
        "c x:bigint! y:integer! z:integer! primary(x,y,z) fk(x,y>b:a_id,n)\n",
        "type A {\n  id: ID!\n  bs: [B!]! @many(ref: \"a\")\n}\n\n"
        "type B @key(fields: [\"a_id\", \"n\"]) {\n  a_id: ID!\n  a: A! @ref(column: \"a_id\")\n  n: Int!\n"
        "  cs: [C!]! @many(ref: \"b\")\n}\n\n"
        "type C @key(fields: [\"x\", \"y\", \"z\"]) {\n  x: ID!\n  y: Int!\n  z: Int!\n"
        "  b: B! @ref(column: [\"x\", \"y\"])\n}\n");
}

static void finds_link_tables(void **state) {
    (void)state;
    static const char ends[] = "film id:bigint! primary(id)\nperson id:bigint! primary(id)\n";
    char database[1024];
    snprintf(database, sizeof database,
             "%sfilm_actor film_id:bigint! person_id:bigint! primary(film_id,person_id) fk(film_id>film:id) "
             "fk(person_id>person:id)\n"
             "film_director film_id:bigint! director_id:bigint! at:timestamp fk(film_id>film:id) "
             "fk(director_id>person:id)\n",
             ends);
    imports(database,
            "type Film {\n  id: ID!\n  film_actors: [FilmActor!]! @many(ref: \"film\")\n"
            "  people: [Person!]! @through(table: \"film_actor\", from: \"film_id\", to: \"person_id\")\n"
            "  directors: [Person!]! @through(table: \"film_director\", from: \"film_id\", to: "
            "\"director_id\")\n}\n\n"
            "type FilmActor @key(fields: [\"film_id\", \"person_id\"]) {\n  film_id: ID!\n"
            "  film: Film! @ref(column: \"film_id\")\n  person_id: ID!\n"
            "  person: Person! @ref(column: \"person_id\")\n}\n\n"
            "type Person @table(plural: \"people\") {\n  id: ID!\n"
            "  film_actors: [FilmActor!]! @many(ref: \"person\")\n"
            "  films: [Film!]! @through(table: \"film_actor\", from: \"person_id\", to: \"film_id\")\n"
            "  film_director_films: [Film!]! @through(table: \"film_director\", from: \"director_id\", to: "
            "\"film_id\")\n"
            "}\n");
}

/* A payload, a pair that may stand there twice, or a third reference make it no link table. */
static void finds_no_more_link_tables(void **state) {
    (void)state;
    static const char *const others[] = {
        "x id:bigint! a_id:bigint b_id:bigint n:integer primary(id) unique(a_id,b_id) fk(a_id>a:id) "
        "fk(b_id>b:id)",
        "x id:bigint! a_id:bigint b_id:bigint primary(id) fk(a_id>a:id) fk(b_id>b:id)",
        "x id:bigint! a_id:bigint b_id:bigint c_id:bigint primary(id) unique(a_id,b_id) fk(a_id>a:id) "
        "fk(b_id>b:id) "
        "fk(c_id>b:id)",
        "x id:bigint! a_id:bigint b_id:bigint primary(id) unique(a_id) unique(b_id) fk(a_id>a:id) "
        "fk(b_id>b:id)",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        arena memory;
        sheaf_error err;
        buffer out;
        arena_init(&memory, NULL);
        buffer_init(&out, NULL);
        sheaf_slice text =
            arena_printf(&memory, "a id:bigint! primary(id)\nb id:bigint! primary(id)\n%s\n", others[i]);
        catalogue c = test_catalogue(&memory, text.ptr, false);
        assert_true(write_import(&c, &(import_options){0}, NULL, &out, &err));
        buffer_byte(&out, '\0');
        assert_null(strstr(out.ptr, "@through"));
        assert_non_null(strstr(out.ptr, "a: A"));
        buffer_free(&out);
        arena_free(&memory);
    }
}

static void chooses_keys(void **state) {
    (void)state;
    imports(
        "codes code:text! name:text! primary(code)\n"
        "days day:date! n:integer! m:integer! primary(day) unique(n,m)\n"
        "loose a:integer b:integer unique(a)\n"
        "nothing a:integer\n"
        "look? id:bigint\n"
        "wide a:integer! b:integer! c:integer! d:integer! e:integer! primary(a,b,c,d,e)\n"
        "events at:timestamp! n:integer! primary(at,n)\n"
        "sheaf_migration version:bigint! primary(version)\n",
        "type Code @table(name: \"codes\") {\n  code: ID!\n  name: String!\n}\n\n"
        "type Day @table(name: \"days\") @key(fields: [\"n\", \"m\"]) {\n  day: Date! @unique\n  n: Int!\n"
        "  m: Int!\n}\n"
        "skipped events: its key holds at, which is timestamp: a model's key is made of integers, texts and "
        "UUIDs\n"
        "skipped look: it is a view, which tells no key; write its type yourself, with its @key\n"
        "skipped loose: it has neither a primary key nor a unique index over columns that are never null\n"
        "skipped nothing: it has neither a primary key nor a unique index over columns that are never null\n"
        "skipped sheaf_migration: it is Sheaf's own\n"
        "skipped wide: its key has 5 columns, and a model's at most 4\n");
}

/* What is left out is told; foreign keys that are no references leave plain columns. */
static void tells_what_is_left_out(void **state) {
    (void)state;
    imports(
        "post id:bigint! day_id:date code:text author:bigint tag_ids:bigint[]! old_tag_ids:bigint[] "
        "words:text[] "
        "primary(id) fk(day_id>day:at) fk(code>code:name) fk(author>nowhere:id)\n"
        "day at:date! primary(at)\n"
        "code id:bigint! name:text! primary(id) unique(name)\n"
        "tags id:bigint! primary(id)\n",
        "type Code {\n  id: ID!\n  name: String! @unique\n}\n\n"
        "type Post {\n  id: ID!\n  day_id: Date\n  code: String\n  author: BigInt\n"
        "  # An array of keys of Tag, read as text: with a link table it would be a relation, by @through.\n"
        "  tag_ids: String!\n"
        "  # An array of keys of Tag, read as text: with a link table it would be a relation, by @through.\n"
        "  old_tag_ids: String\n  words: String\n}\n\n"
        "type Tag @table(name: \"tags\") {\n  id: ID!\n}\n"
        "skipped day: its key holds at, which is date: a model's key is made of integers, texts and UUIDs\n"
        "left out post.author: it refers to nowhere, which is no type here; it is no reference\n"
        "left out post.code: it refers to code, but not to its key; it is no reference\n"
        "left out post.day_id: it refers to day, which is no type here; it is no reference\n"
        "note post.tag_ids: an array of keys of Tag\n"
        "note post.old_tag_ids: an array of keys of Tag\n");
}

static void resolves_clashes(void **state) {
    (void)state;
    imports("user id:bigint! primary(id)\n"
            "users id:bigint! primary(id)\n"
            "user_list id:bigint! primary(id)\n"
            "date id:bigint! primary(id)\n"
            "query id:bigint! primary(id)\n"
            "users_count id:bigint! primary(id)\n"
            "a_b id:bigint! a-b:text a.b:text _a_b:text and:text primary(id)\n"
            "ab id:bigint! primary(id)\n",
            "type ABRow @table(name: \"a_b\") {\n  id: ID!\n  a_b_2: String @column(name: \"a-b\")\n"
            "  a_b_3: String @column(name: \"a.b\")\n  a_b: String @column(name: \"_a_b\")\n"
            "  and_: String @column(name: \"and\")\n}\n\n"
            "type Ab {\n  id: ID!\n}\n\n"
            "type DateRow @table(name: \"date\") {\n  id: ID!\n}\n\n"
            "type QueryRow @table(name: \"query\") {\n  id: ID!\n}\n\n"
            "type User {\n  id: ID!\n}\n\n"
            "type UserList {\n  id: ID!\n}\n\n"
            "type UserRow @table(name: \"users\") {\n  id: ID!\n}\n\n"
            "type UsersCountRow @table(name: \"users_count\") {\n  id: ID!\n}\n");
}

static void reads_schemas(void **state) {
    (void)state;
    static const char database[] = "film id:bigint! primary(id)\n"
                                   "archive.film id:bigint! film_id:bigint primary(id) fk(film_id>film:id)\n"
                                   "archive.link a:bigint! b:bigint! fk(a>film:id) fk(b>archive.film:id)\n"
                                   "other.thing id:bigint! primary(id)\n";
    const char *const schemas[] = {"archive", "main"}, *const skip[] = {"archive.l*"},
                      *const only[] = {"film"};
    const char *const wrong[] = {"archiv"}, *const nothing[] = {"filn"};
    imports_by(database, &(import_options){.schemas = schemas, .schema_count = 2}, false,
               "type Film {\n  id: ID!\n  archive_films: [ArchiveFilm!]! @many(ref: \"film\")\n"
               "  bs: [ArchiveFilm!]! @through(table: \"archive.link\", from: \"a\", to: \"b\")\n}\n\n"
               "type ArchiveFilm @table(name: \"film\", schema: \"archive\") {\n  id: ID!\n"
               "  film: Film @ref(column: \"film_id\")\n"
               "  as: [Film!]! @through(table: \"archive.link\", from: \"b\", to: \"a\")\n}\n");
    imports_by(
        database, &(import_options){.schemas = schemas, .schema_count = 1, .skip = skip, .skip_count = 1},
        false,
        "type Film @table(schema: \"archive\") {\n  id: ID!\n  film_id: BigInt\n}\n"
        "left out archive.film.film_id: it refers to film, which is no type here; it is no reference\n");
    imports_by(database, &(import_options){.tables = only, .table_count = 1}, false,
               "type Film {\n  id: ID!\n}\n");
    const import_options bad[] = {{.schemas = wrong, .schema_count = 1},
                                  {.tables = nothing, .table_count = 1}};
    const char *const messages[] = {"there is no schema 'archiv' with tables; did you mean 'archive'?",
                                    "there is no table 'filn' in the schemas to be read"};
    for (size_t i = 0; i < 2; i++) {
        arena memory;
        sheaf_error err;
        import *im;
        arena_init(&memory, NULL);
        catalogue c = test_catalogue(&memory, database, false);
        assert_false(import_make(&c, &bad[i], &memory, &im, &err));
        assert_int_equal(err.code, SHEAF_E_USAGE);
        assert_string_equal(err.message, messages[i]);
        arena_free(&memory);
    }
}

/* A key that the database finds by other spellings, too, is one for nobody but itself. */
static void leaves_out_what_folds(void **state) {
    (void)state;
    imports("person email:text!^ primary(email)\n"
            "post id:bigint! author:text^ primary(id) fk(author>person:email)\n",
            "type Person @table(plural: \"people\") {\n  email: ID!\n}\n\n"
            "type Post {\n  id: ID!\n  author: String\n}\n"
            "left out post.author: it refers to person, by a comparison that takes different spellings for "
            "equal; it is no reference\n");
}

/* SQLite: what is declared tells less. */
static void reads_sqlite(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory, NULL);
    catalogue c = test_catalogue(&memory,
                                 "a id:numeric! name:text when:any free:x primary(id)\n"
                                 "b id:any! primary(id)\n"
                                 "c code:string! a:x d:x primary(code) fk(a>a:id) fk(d>c:code)\n",
                                 true);
    for (size_t i = 0; i < c.table_count; i++)
        for (size_t k = 0; k < c.tables[i].column_count; k++) {
            catalogue_column *column = &c.tables[i].columns[k];
            if (slice_is(column->declared, "x")) column->declared = SHEAF_SLICE("");
            if (slice_is(column->declared, "any")) column->declared = SHEAF_SLICE("ANY");
        }
    becomes(
        &c, &(import_options){0},
        "type A {\n  id: ID!\n  name: String\n  cs: [C!]! @many(ref: \"a\")\n}\n\n"
        "type C @key(fields: \"code\") {\n  code: String!\n  a: A @ref(column: \"a\")\n}\n"
        "skipped b: its key holds id, which declares no type\n"
        "left out a.free: it declares no type, so it may hold anything; write it with the scalar that it "
        "holds\n"
        "left out a.when: it declares no type, so it may hold anything; write it with the scalar that it "
        "holds\n"
        "left out c.d: it declares no type, so it may hold anything; write it with the scalar that it holds\n"
        "left out c.d: it refers to c, whose key is of another type; it is no reference\n");
    arena_free(&memory);
}

static void describes(void **state) {
    (void)state;
    arena memory;
    arena_init(&memory, NULL);
    catalogue c =
        test_catalogue(&memory, "a id:bigint! b:text c:text d_id:bigint primary(id) fk(d_id>a:id)\n", false);
    c.tables[0].comment = SHEAF_SLICE("  The \"A\".\nIn two lines.\n");
    c.tables[0].columns[0].comment = SHEAF_SLICE("Key.");
    c.tables[0].columns[1].comment = SHEAF_SLICE("bad \xff");
    c.tables[0].columns[2].hidden = true;
    c.tables[0].columns[3].comment = SHEAF_SLICE("Another.");
    becomes(&c, &(import_options){0},
            "\"\"\"\nThe \"A\".\nIn two lines.\n\"\"\"\ntype A {\n  \"Key.\"\n  id: ID!\n"
            "  b: String\n  \"Another.\"\n  d: A @ref(column: \"d_id\")\n  d_as: [A!]! @many(ref: \"d\")\n}\n"
            "left out a.c: you may not read it\n");
    arena_free(&memory);
}

/* ---- whatever there is ----------------------------------------------------------------------------------*/

static uint32_t random_state;
static unsigned pick(unsigned below) {
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 12) % below;
}

static const char *const names[] = {"a",       "as",        "b",       "a_b",         "ab",     "user",
                                    "users",   "user_list", "news",    "id",          "person", "people",
                                    "query",   "date",      "x-y",     "_x",          "and",    "a_id",
                                    "user_id", "parent_id", "news_id", "users_count", "Int",    "a_ref"};
enum { NAME_COUNT = sizeof names / sizeof *names, TABLE_MAX = 8, COLUMN_MAX = 8 };

/* A table of random columns, keys and foreign keys; the first columns of all tables are called alike, so that
 * keys and what leads to them meet. */
static void put_random_table(buffer *b, unsigned number) {
    static const char *const types[] = {"bigint", "integer", "text", "uuid",
                                        "date",   "numeric", "inet", "bigint[]"};
    unsigned first = pick(NAME_COUNT), count = 1 + pick(COLUMN_MAX), kinds[COLUMN_MAX];
    buffer_printf(b, "%s%s", number == 0 || (number > 1 && !pick(4)) ? "other." : "", names[number]);
    for (unsigned i = 0; i < count; i++) {
        kinds[i] = pick(3) ? pick(2) : pick(8);
        buffer_printf(b, " %s:%s%s", names[(first + i) % NAME_COUNT], types[kinds[i]], pick(3) ? "!" : "");
    }
    for (unsigned i = pick(3); i > 0; i--)
        buffer_printf(b, " %s(%s)", pick(2) ? "unique" : "index", names[(first + pick(count)) % NAME_COUNT]);
    if (count > 1 && pick(2))
        buffer_printf(b, " primary(%s,%s)", names[(first + 1) % NAME_COUNT], names[first]);
    else if (pick(8))
        buffer_printf(b, " primary(%s)", names[first]);
    for (unsigned i = pick(4); i > 0; i--)
        buffer_printf(b, " fk(%s>%s%s:%s)", names[(first + pick(count)) % NAME_COUNT],
                      pick(4) ? "" : "other.", names[pick(TABLE_MAX)], names[pick(NAME_COUNT)]);
    buffer_byte(b, '\n');
}

/* Foreign keys lead to whatever key is there, as if somebody had declared them well. */
static void mend_foreign_keys(catalogue *c) {
    for (size_t i = 0; i < c->table_count; i++)
        for (size_t k = 0; k < c->tables[i].foreign_key_count; k++) {
            catalogue_table *t = &c->tables[i], *to = &c->tables[pick((unsigned)c->table_count)];
            catalogue_foreign_key *key = &t->foreign_keys[k];
            const catalogue_index *primary = to->index_count ? &to->indexes[to->index_count - 1] : NULL;
            if (!primary || !primary->primary) continue;
            key->to_schema = to->schema;
            key->to_table = to->name;
            key->to_columns = primary->columns;
            key->column_count = primary->column_count;
            for (size_t n = 1; n < key->column_count; n++)
                key->columns[n] = t->columns[pick((unsigned)t->column_count)].name;
        }
}

static void fits_whatever_there_is(void **state) {
    (void)state;
    static const char *const schemas[] = {"other", "main"};
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        arena memory;
        buffer database, out, again;
        sheaf_error err = {0};
        random_state = seed;
        arena_init(&memory, NULL);
        buffer_init(&database, NULL);
        buffer_init(&out, NULL);
        buffer_init(&again, NULL);
        for (unsigned i = 0; i < TABLE_MAX; i++) put_random_table(&database, i);
        buffer_byte(&database, '\0');
        catalogue c = test_catalogue(&memory, database.ptr, false);
        for (size_t i = 1; i < c.table_count; i++) /* no two of one name */
            if (slice_equal(c.tables[i].name, c.tables[i - 1].name)) c.tables[i].name = SHEAF_SLICE("z");
        mend_foreign_keys(&c);
        import_options options = {.schemas = schemas, .schema_count = pick(2) ? 2 : 0};
        import *im;
        if (!import_make(&c, &options, &memory, &im, &err)) fail_msg("seed %u: %s", seed, err.message);
        if (im->entity_count) {
            sheaf_model *model;
            assert_true(import_text(im, &out, &err));
            if (!sheaf_model_parse(buffer_view(&out), NULL, NULL, &model, &err))
                fail_msg("seed %u: %s\n%s", seed, err.message, database.ptr);
            buffer_byte(&out, '\0');
            out.len--;
            assert_fits(&c, buffer_view(&out));
            turn_round(&c);
            options.model = model;
            assert_true(import_make(&c, &options, &memory, &im, &err));
            buffer_clear(&out);
            assert_true(import_merge(im, &out, &again, &err));
            if (!slice_equal(buffer_view(&out), buffer_view(&again)))
                fail_msg("seed %u: the second time differs\n%s\n%.*s\n%.*s", seed, database.ptr,
                         SHEAF_SLICE_ARGS(buffer_view(&out)), SHEAF_SLICE_ARGS(buffer_view(&again)));
            sheaf_model_free(model);
        }
        buffer_free(&database);
        buffer_free(&out);
        buffer_free(&again);
        arena_free(&memory);
    }
}

static const char everything[] =
    "film id:bigint! title:text! first_name:text last_name:text actor_ids:bigint[] bin:bytea password:text "
    "j:json "
    "lang_id:bigint primary(id) index(lang_id) fk(lang_id>lang:id)\n"
    "lang id:bigint! code:text! primary(id) unique(code)\n"
    "actor id:bigint! last_name:text! first_name:text! primary(id)\n"
    "film_actor film_id:bigint! actor_id:bigint! primary(film_id,actor_id) fk(film_id>film:id) "
    "fk(actor_id>actor:id)\n"
    "seat film_id:bigint! n:integer! label:text primary(film_id,n) fk(film_id>film:id)\n"
    "card id:bigint! seat_film_id:bigint! seat_n:integer! primary(id) unique(seat_film_id,seat_n) "
    "fk(seat_film_id,seat_n>seat:film_id,n)\n"
    "odd-name when:bigint! a-b:text primary(when)\n"
    "log at:date\n";

static void writes_shapes(void **state) {
    (void)state;
    arena memory;
    import *im;
    buffer out;
    sheaf_error err;
    arena_init(&memory, NULL);
    buffer_init(&out, NULL);
    catalogue c = test_catalogue(&memory, everything, false);
    assert_true(import_make(&c, &(import_options){0}, &memory, &im, &err));
    for (size_t i = 0; i < im->table_count; i++)
        if (slice_is(im->tables[i].name, "Film") || slice_is(im->tables[i].name, "Seat"))
            assert_true(import_shapes(im, &im->tables[i], &out, &err));
    assert_slice(
        buffer_view(&out),
        "query films($limit: Int = 20, $after: String) {\n  films(limit: $limit, after: $after) {\n"
        "    _cursor\n    id\n    title\n    first_name\n    last_name\n    actor_ids\n"
        "    lang {\n      id\n      code\n    }\n  }\n}\n\n"
        "query film($id: ID!) {\n  film(id: $id) @required {\n    id\n    title\n    first_name\n"
        "    last_name\n    actor_ids\n    j\n    lang {\n      id\n      code\n    }\n"
        "    seats(limit: 10) {\n      film_id\n      n\n      label\n    }\n"
        "    actors(limit: 10) {\n      id\n      first_name\n      last_name\n    }\n  }\n}\n"
        "query seats($limit: Int = 20, $after: String) {\n  seats(limit: $limit, after: $after) {\n"
        "    _cursor\n    film_id\n    n\n    label\n    film {\n      id\n      title\n    }\n  }\n}\n\n"
        "query seat($film_id: ID!, $n: Int!) {\n  seat(film_id: $film_id, n: $n) @required {\n"
        "    film_id\n    n\n    label\n    film {\n      id\n      title\n    }\n"
        "    card {\n      id\n    }\n  }\n}\n");
    buffer_free(&out);
    arena_free(&memory);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    test_memory m = {0};
    arena own;
    arena_init(&own, NULL);
    catalogue c = test_catalogue(&own, everything, false);
    while (test_memory_next(&m)) {
        arena memory;
        import *im;
        buffer out;
        sheaf_error err = {0};
        arena_init(&memory, &m.allocator);
        buffer_init(&out, &m.allocator);
        bool ok = import_make(&c, &(import_options){0}, &memory, &im, &err) && import_text(im, &out, &err);
        for (size_t i = 0; ok && i < im->table_count; i++)
            if (im->tables[i].is_entity) ok = import_shapes(im, &im->tables[i], &out, &err);
        assert_int_equal(err.code, ok ? SHEAF_OK : SHEAF_E_MEMORY);
        assert_true(ok || m.failed);
        buffer_free(&out);
        arena_free(&memory);
        assert_true(test_memory_clean(&m));
    }
    arena_free(&own);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_entities),
        cmocka_unit_test(writes_types),
        cmocka_unit_test(writes_references),
        cmocka_unit_test(writes_composite_keys),
        cmocka_unit_test(ties_scalars),
        cmocka_unit_test(finds_link_tables),
        cmocka_unit_test(finds_no_more_link_tables),
        cmocka_unit_test(chooses_keys),
        cmocka_unit_test(tells_what_is_left_out),
        cmocka_unit_test(resolves_clashes),
        cmocka_unit_test(reads_schemas),
        cmocka_unit_test(leaves_out_what_folds),
        cmocka_unit_test(reads_sqlite),
        cmocka_unit_test(describes),
        cmocka_unit_test(fits_whatever_there_is),
        cmocka_unit_test(writes_shapes),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
