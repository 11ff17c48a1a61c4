#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate.h"

/* The command's tests show what migrations do; here: memory that fails, and what only the calls show. */

static const char *const files[][2] = {
    {"m/0001_a/up.sql", "CREATE TABLE a (n INTEGER);\nINSERT INTO a VALUES (1);\n"},
    {"m/0001_a/down.sql", "DROP TABLE a;\n"},
    {"m/2_b/up.sqlite.sql", "INSERT INTO a VALUES (2);\n"},
    {"m/2_b/down.sqlite.sql", "DELETE FROM a WHERE n = 2;\n"},
    {"m/note", "no migration\n"},
};
enum { FILES = sizeof files / sizeof *files };

static int make_folder(void **state) {
    static char folder[] = "/tmp/sheaf-migrate-XXXXXX";
    *state = mkdtemp(folder);
    if (!*state || chdir(folder) || mkdir("m", 0777) || mkdir("m/0001_a", 0777) || mkdir("m/2_b", 0777))
        return -1;
    for (size_t i = 0; i < FILES; i++) {
        FILE *f = fopen(files[i][0], "w");
        if (!f || fputs(files[i][1], f) < 0 || fclose(f)) return -1;
    }
    return 0;
}

static int remove_folder(void **state) {
    for (size_t i = 0; i < FILES; i++) unlink(files[i][0]);
    return rmdir("m/0001_a") || rmdir("m/2_b") || rmdir("m") || unlink("a.db") || chdir("/") || rmdir(*state);
}

static bool open_db(const sheaf_allocator *allocator, sheaf_db **ret, sheaf_error *err) {
    return sheaf_open(&(sheaf_options){.url = "sqlite:a.db", .allocator = allocator}, ret, err);
}

typedef struct log {
    char text[256];
} log;

static void note(void *user, const sheaf_migration *m, bool up, bool done) {
    log *l = user;
    size_t len = strlen(l->text);
    snprintf(l->text + len, sizeof l->text - len, "%lld %s %s%s; ", (long long)m->version, m->name,
             up ? "up" : "down", done ? " done" : "");
}

static void tells_what_it_does(void **state) {
    (void)state;
    sheaf_db *db;
    sheaf_error err;
    size_t count;
    log seen = {""};
    sheaf_migrate_options options = {.folder = "m", .progress = note, .user = &seen};
    assert_true(open_db(NULL, &db, &err));
    assert_true(sheaf_migrate_up(db, &options, &count, &err));
    assert_int_equal(count, 2);
    options.has_to = true;
    assert_true(sheaf_migrate_down(db, &options, &count, NULL));
    assert_int_equal(count, 2);
    assert_string_equal(seen.text, "1 0001_a up; 1 0001_a up done; 2 2_b up; 2 2_b up done; "
                                   "2 2_b down; 2 2_b down done; 1 0001_a down; 1 0001_a down done; ");
    options.to = 3;
    assert_false(sheaf_migrate_up(db, &options, &count, &err));
    assert_int_equal(err.code, SHEAF_E_USAGE);
    sheaf_close(db);
}

static void lists(void **state) {
    (void)state;
    sheaf_db *db;
    sheaf_migrate_list *list;
    assert_true(open_db(NULL, &db, NULL));
    assert_true(
        sheaf_migrate_up(db, &(sheaf_migrate_options){.folder = "m", .has_to = true, .to = 1}, NULL, NULL));
    assert_true(sheaf_migrate_status(db, "m", &list, NULL));
    assert_int_equal(sheaf_migrate_list_count(list), 2);
    assert_int_equal(sheaf_migrate_list_at(list, 0)->state, SHEAF_MIGRATION_APPLIED);
    assert_non_null(sheaf_migrate_list_at(list, 0)->applied_at);
    assert_int_equal(sheaf_migrate_list_at(list, 1)->state, SHEAF_MIGRATION_PENDING);
    assert_null(sheaf_migrate_list_at(list, 1)->applied_at);
    assert_null(sheaf_migrate_list_at(list, 2));
    sheaf_migrate_list_free(list);
    sheaf_migrate_list_free(NULL);
    sheaf_close(db);
}

/* Whatever fails, a migration is there wholly or not at all: a later try goes on from there. */
static void fails_every_allocation(void **state) {
    (void)state;
    test_memory m = {0};
    bool up = true;
    while (test_memory_next(&m)) {
        sheaf_db *db = NULL;
        sheaf_migrate_list *list = NULL;
        sheaf_error err = {0};
        sheaf_migrate_options options = {.folder = "m", .has_to = true, .to = up ? 2 : 0};
        bool ok = open_db(&m.allocator, &db, &err) &&
                  (up ? sheaf_migrate_up : sheaf_migrate_down)(db, &options, NULL, &err) &&
                  sheaf_migrate_status(db, "m", &list, &err);
        if (ok) {
            sheaf_migration_state wanted = up ? SHEAF_MIGRATION_APPLIED : SHEAF_MIGRATION_PENDING;
            for (size_t i = 0; i < 2; i++) assert_int_equal(sheaf_migrate_list_at(list, i)->state, wanted);
            up = !up;
        } else {
            assert_true(m.failed);
            assert_int_equal(err.code, SHEAF_E_MEMORY);
        }
        sheaf_migrate_list_free(list);
        sheaf_close(db);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_it_does),
        cmocka_unit_test(lists),
        cmocka_unit_test(fails_every_allocation),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
