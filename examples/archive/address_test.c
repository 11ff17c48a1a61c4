#include "address.h"
#include "test.h"

/* `expected` is "name|mail;name|mail;", or ends in "!" where a fault is to be found. */
static void check(const char *text, const char *expected) {
    char got[2048] = "";
    size_t len = 0;
    sheaf_slice rest = {text, strlen(text)};
    address a;
    address_result result;
    while ((result = address_next(&rest, &a)) == ADDRESS_OK) {
        len += (size_t)snprintf(got + len, sizeof got - len, "%.*s|%.*s;", (int)a.name_len, a.name,
                                (int)a.mail_len, a.mail);
    }
    snprintf(got + len, sizeof got - len, "%s", result == ADDRESS_MALFORMED ? "!" : "");
    assert_string_equal(got, expected);
}

static void reads_addresses(void **state) {
    (void)state;
    check("", "");
    check(" , ,\n", "");
    check("Ada Example <ada@example.org>", "Ada Example|ada@example.org;");
    check("<ada@example.org>", "|ada@example.org;");
    check("ada@example.org", "|ada@example.org;");
    check("Ada Example <ADA@Example.ORG>", "Ada Example|ada@example.org;");
    check("Ada <a@example.org>, Bo <b@example.org>,", "Ada|a@example.org;Bo|b@example.org;");
    check("Ada <a@example.org>,\n Bo\n <b@example.org>", "Ada|a@example.org;Bo|b@example.org;");
    check("a@example.org, b@example.org", "|a@example.org;|b@example.org;");
    check("  Ada   \t Example<a@example.org> ", "Ada Example|a@example.org;");
    check("\xC3\x81"
          "da <a@example.org>",
          "\xC3\x81"
          "da|a@example.org;");
}

static void reads_what_is_written_oddly(void **state) {
    (void)state;
    check("Cy Example, IV <cy@example.org>, Bo <b@example.org>",
          "Cy Example, IV|cy@example.org;Bo|b@example.org;");
    check("\"Example, Bo\" <b@example.org>", "Example, Bo|b@example.org;");
    check("\"Bo \\\"The\\\\Bee\\\"\" <b@example.org>", "Bo \"The\\Bee\"|b@example.org;");
    check("Dee (of, the (team)) <d@example.org>, e@example.org",
          "Dee (of, the (team))|d@example.org;|e@example.org;");
    check("dee@example.org (Dee, of the team)", "Dee, of the team|dee@example.org;");
    check("Dee <d@example.org> (not, a name), Eli <e@example.org>", "Dee|d@example.org;Eli|e@example.org;");
}

static void finds_faults(void **state) {
    (void)state;
    static const char *const bad[] = {
        "Ada",
        "Ada <ada>",
        "Ada <ada@example.org",
        "Ada <@example.org>",
        "Ada <ada@>",
        "Ada <a@b@c>",
        "Ada <a b@example.org>",
        "\"Ada <ada@example.org>",
        "(Ada <a@b.org>",
        "a@b.org Ada",
        "Ada <>",
        "Ada <a@b.org> Bo <b@b.org>",
        "Ada <a@b.org>>",
        "Ada, Bo",
        "Ada\x01 <a@b.org>",
        "Ada <a\"@b.org>",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) check(bad[i], "!");
    check("Ada <a@example.org>, Bo", "Ada|a@example.org;!");
}

static void caps_lengths(void **state) {
    (void)state;
    char text[ADDRESS_MAX * 2 + 32];
    for (int over = 0; over < 2; over++) {
        sheaf_slice rest = {text, (size_t)snprintf(text, sizeof text, "%0*d <a@b>", ADDRESS_MAX + over, 0)};
        address a;
        assert_int_equal(address_next(&rest, &a), over ? ADDRESS_MALFORMED : ADDRESS_OK);
        rest = (sheaf_slice){text,
                             (size_t)snprintf(text, sizeof text, "Ada <a@%0*d>", ADDRESS_MAX - 2 + over, 0)};
        assert_int_equal(address_next(&rest, &a), over ? ADDRESS_MALFORMED : ADDRESS_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(reads_what_is_written_oddly),
        cmocka_unit_test(finds_faults),
        cmocka_unit_test(caps_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
