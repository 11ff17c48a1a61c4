#include "table.h"

#include <locale.h>
#include <stdlib.h>

#include "test.h"

static void cell(table *t, const char *text) {
    table_text(t, (sheaf_slice){text, strlen(text)});
}

/* Prints the table and frees what it holds. */
static void assert_table(table *t, table_style style, const char *wanted) {
    char *got = NULL;
    size_t len;
    FILE *out = open_memstream(&got, &len);
    assert_non_null(out);
    assert_false(t->no_memory);
    table_print(t, &style, out);
    fclose(out);
    assert_string_equal(got, wanted);
    free(got);
    table_free(t);
}

static void aligned(void **state) {
    (void)state;
    table t = {.columns = {{"Name"}, {"Count", .right = true}, {"Note"}}, .column_count = 3};
    cell(&t, "glibc");
    table_number(&t, 13769);
    cell(&t, "");
    cell(&t, "日本");
    table_number(&t, -5);
    cell(&t, "e\xCC\x81t\xC3\xA9"); /* a combining mark, a letter of two bytes */
    cell(&t, "");
    cell(&t, "");
    cell(&t, "");
    assert_table(&t, (table_style){80, false},
                 "Name    Count  Note\n"
                 "glibc  13,769\n"
                 "日本       -5  e\xCC\x81t\xC3\xA9\n"
                 "\n");
    assert_table(&t, (table_style){80, true}, "\033[1mName  Count  Note\n\033[0m");
}

static void cut(void **state) {
    (void)state;
    table t = {.columns = {{"Keep", .keep = true}, {"First"}, {"Second"}}, .column_count = 3};
    cell(&t, "kept as it is");
    cell(&t, "twenty characters...");
    cell(&t, "日本語日本語");
    assert_table(&t, (table_style){37, false},
                 "Keep           First       Second\n"
                 "kept as it is  twenty ch…  日本語日…\n");
    cell(&t, "kept as it is");
    cell(&t, "twenty characters...");
    cell(&t, "ten chars.");
    assert_table(&t, (table_style){1, false},
                 "Keep           First     Second\n"
                 "kept as it is  twenty …  ten cha…\n");
}

/* Nothing that a terminal obeys, and no broken text, gets through. */
static void safe(void **state) {
    (void)state;
    table t = {.columns = {{"A"}}, .column_count = 1};
    cell(&t, "\033[2J\r\n\x7F");
    cell(&t, "a\xFFz\xC3");
    table_text(&t, SHEAF_SLICE("a\0z"));
    assert_table(&t, (table_style){80, false}, "A\n?[2J???\na?z?\na?z\n");
}

static void style(void **state) {
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    table_style s = table_style_of(file);
    assert_int_equal(s.width, TABLE_WIDTH_FALLBACK);
    assert_false(s.colour);
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned),
        cmocka_unit_test(cut),
        cmocka_unit_test(safe),
        cmocka_unit_test(style),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
