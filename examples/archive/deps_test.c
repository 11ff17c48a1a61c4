#include "deps.h"
#include "test.h"

/* `expected` has, for each alternative, "position.alternative name:qualifier(operator version)restriction;"
 * without what is empty, and ends in "!" where a fault is to be found. */
static void check(const char *text, const char *expected) {
    char got[2048] = "";
    size_t len = 0;
    deps_reader r = deps_reader_on((sheaf_slice){text, strlen(text)});
    dependency d;
    deps_result result;
    while ((result = deps_next(&r, &d)) == DEPS_OK) {
        len += (size_t)snprintf(
            got + len, sizeof got - len, "%u.%u %.*s%s%.*s%s%.*s%s%.*s%s%.*s;", d.position, d.alternative,
            SHEAF_SLICE_ARGS(d.name), d.qualifier.len ? ":" : "", SHEAF_SLICE_ARGS(d.qualifier),
            d.op.len ? "(" : "", SHEAF_SLICE_ARGS(d.op), d.op.len ? " " : "", SHEAF_SLICE_ARGS(d.version),
            d.op.len ? ")" : "", SHEAF_SLICE_ARGS(d.restriction));
    }
    snprintf(got + len, sizeof got - len, "%s", result == DEPS_MALFORMED ? "!" : "");
    assert_string_equal(got, expected);
}

static void reads_relations(void **state) {
    (void)state;
    check("", "");
    check("a", "0.0 a;");
    check("a, b", "0.0 a;1.0 b;");
    check("a,\n b ,c", "0.0 a;1.0 b;2.0 c;");
    check("a | b|c, d", "0.0 a;0.1 b;0.2 c;1.0 d;");
    check("libc6 (>= 2.36)", "0.0 libc6(>= 2.36);");
    check("libc6(>=2.36-9~)", "0.0 libc6(>= 2.36-9~);");
    check("a (<< 1:2), b (= 1) | c (< 3), d (>> 4), e (<= 5), f (> 6)",
          "0.0 a(<< 1:2);1.0 b(= 1);1.1 c(< 3);2.0 d(>> 4);3.0 e(<= 5);4.0 f(> 6);");
    check("python3:any (>= 3.9~), gcc:native", "0.0 python3:any(>= 3.9~);1.0 gcc:native;");
    check("a [amd64 !i386] <!nocheck> <!stage1>, b", "0.0 a[amd64 !i386] <!nocheck> <!stage1>;1.0 b;");
    check("a:any (>= 1) [linux-any] | b <x>", "0.0 a:any(>= 1)[linux-any];0.1 b<x>;");
}

static void passes_over_empty_clauses(void **state) {
    (void)state;
    check(",", "");
    check("a, , b,", "0.0 a;1.0 b;");
    check(" ,a\n", "0.0 a;");
}

static void finds_faults(void **state) {
    (void)state;
    static const char *const bad[] = {
        "a b",      "(>= 1)", "a (>= 1",   "a (1)",   "a (~ 1)",  "a (>=)",      "a (>= 1 2)",
        "a [amd64", "a <x",   "a |",       "a | , b", "| a",      "a:",          "a:any b",
        "a)",       "a ()",   "a (>= 1)b", "${x}",    "a (=> 1)", "a [x] (= 1)",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        deps_reader r = deps_reader_on((sheaf_slice){bad[i], strlen(bad[i])});
        dependency d;
        deps_result result;
        while ((result = deps_next(&r, &d)) == DEPS_OK) {
        }
        if (result != DEPS_MALFORMED) fail_msg("'%s' passed", bad[i]);
    }
    check("a, b c", "0.0 a;!");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_relations),
        cmocka_unit_test(passes_over_empty_clauses),
        cmocka_unit_test(finds_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
